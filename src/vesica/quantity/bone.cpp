// SPDX-License-Identifier: Apache-2.0
// Bone morphometry of micro-CT under the names of the ASBMR (Bouxsein 2010); where the field has several definitions
// under one name, each stands for itself.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr double kInf = kInfinity;
constexpr std::string_view kAsbmr = "Bouxsein 2010, 10.1002/jbmr.141";
constexpr std::string_view kHildebrand = "Hildebrand and Rueegsegger 1997, 10.1046/j.1365-2818.1997.1340694.x";
constexpr std::string_view kOurs = "our choice";

constexpr Quantity kEntries[] = {
    {"bone.tissue_volume", "TV", "volume of the region of interest", "mm3", 0, kInf, 1e-3, 1e5, Scale::kLog, 4, 1e-9,
     "Voxels of the region times the volume of a voxel.", kAsbmr},
    {"bone.bone_volume", "BV", "volume of bone in the region", "mm3", 0, kInf, 1e-5, 1e5, Scale::kLog, 4, 1e-9,
     "Voxels of bone within the region times the volume of a voxel.", kAsbmr},
    {"bone.volume_fraction", "BV/TV", "share of the region that is bone", "1", 0, 1, 0.01, 0.95, Scale::kLinear, 3,
     1e-9, "Voxels of bone within the region divided by the voxels of the region.", kAsbmr},
    {"bone.surface", "BS", "bone surface", "mm2", 0, kInf, 1e-3, 1e6, Scale::kLog, 4, 1e-5,
     "Marching cubes at 1/2 of the bone mask smoothed by a Gaussian of 0.7 voxels, linear interpolation; the wall of "
     "the "
     "region is no surface.",
     "Lorensen and Cline 1987, 10.1145/37401.37422; smoothing chosen"},
    {"bone.surface_per_bone_volume", "BS/BV", "bone surface per bone volume", "/mm", 0, kInf, 1, 200, Scale::kLog, 4,
     1e-5, "bone.surface divided by bone.bone_volume.", kAsbmr},
    {"bone.surface_density", "BS/TV", "bone surface per volume of the region", "/mm", 0, kInf, 0.1, 100, Scale::kLog, 4,
     1e-5, "bone.surface divided by bone.tissue_volume.", kAsbmr},
    {"bone.trabecular_thickness", "Tb.Th", "mean thickness of bone, to the voxels' faces", "mm", 0, kInf, 0.01, 1,
     Scale::kLinear, 4, 1e-6,
     "Mean over the bone voxels of the region of the diameter of the largest ball in bone that covers them; a ball "
     "reaches to the face of the nearest other voxel, centres lie at and half-way between voxels, so that a plate of t "
     "voxels reads t. Balls may leave the region. SD: over voxels.",
     kHildebrand},
    {"bone.trabecular_thickness.to_centre", "Tb.Th (to centre)", "mean thickness of bone, to voxel centres", "mm", 0,
     kInf, 0.01, 1, Scale::kLinear, 4, 1e-6,
     "As bone.trabecular_thickness, but a ball reaches to the centre of the nearest other voxel and has its centre at "
     "a "
     "voxel: a plate of t voxels reads t + 1, of even t it reads t.",
     kHildebrand},
    {"bone.trabecular_thickness.imagej", "Tb.Th (BoneJ)", "mean thickness of bone as BoneJ prints it", "mm", 0, kInf,
     0.01, 1, Scale::kLinear, 4, 1e-6,
     "As bone.trabecular_thickness.to_centre with the ball's rim, then every voxel beside an uncovered one takes the "
     "mean of its inner neighbours, as ImageJ's Local Thickness does; equals BoneJ's when the region is the whole "
     "volume.",
     "BoneJ 2, 10.12688/wellcomeopenres.16619.1"},
    {"bone.trabecular_separation", "Tb.Sp", "mean thickness of the marrow, to the voxels' faces", "mm", 0, kInf, 0.02,
     5, Scale::kLinear, 4, 1e-6, "As bone.trabecular_thickness, of the region without its bone.", kHildebrand},
    {"bone.trabecular_separation.to_centre", "Tb.Sp (to centre)", "mean thickness of the marrow, to voxel centres",
     "mm", 0, kInf, 0.02, 5, Scale::kLinear, 4, 1e-6,
     "As bone.trabecular_thickness.to_centre, of the region without its bone.", kHildebrand},
    {"bone.trabecular_separation.imagej", "Tb.Sp (BoneJ)", "mean thickness of the marrow as BoneJ prints it", "mm", 0,
     kInf, 0.02, 5, Scale::kLinear, 4, 1e-6, "As bone.trabecular_thickness.imagej, of the region without its bone.",
     "BoneJ 2, 10.12688/wellcomeopenres.16619.1"},
    {"bone.thickness_median", "median Tb.Th", "median thickness of bone", "mm", 0, kInf, 0.01, 1, Scale::kLinear, 4,
     1e-6, "Lower median over the bone voxels of the region of the local thickness of the chosen rule (the target).",
     kHildebrand},
    {"bone.thickness_max", "max Tb.Th", "greatest thickness of bone", "mm", 0, kInf, 0.01, 5, Scale::kLinear, 4, 1e-6,
     "Greatest local thickness of bone in the region by the chosen rule (the target).", kHildebrand},
    {"bone.separation_median", "median Tb.Sp", "median thickness of the marrow", "mm", 0, kInf, 0.02, 5, Scale::kLinear,
     4, 1e-6, "As bone.thickness_median, of the region without its bone.", kHildebrand},
    {"bone.separation_max", "max Tb.Sp", "greatest thickness of the marrow", "mm", 0, kInf, 0.02, 10, Scale::kLinear, 4,
     1e-6, "As bone.thickness_max, of the region without its bone.", kHildebrand},
    {"bone.thickness_share", "share of bone", "share of bone at a thickness", "1", 0, 1, 0, 1, Scale::kLinear, 4, 1e-6,
     "Share of the bone voxels whose local thickness, by the chosen rule (the target), lies in the bin around `at`; "
     "the "
     "shares of one region add up to 1.",
     kHildebrand, "thickness", "mm"},
    {"bone.separation_share", "share of marrow", "share of marrow at a thickness", "1", 0, 1, 0, 1, Scale::kLinear, 4,
     1e-6, "As bone.thickness_share, of the region without its bone.", kHildebrand, "separation", "mm"},
    {"bone.trabecular_number.ratio", "Tb.N (BV/TV / Tb.Th)", "trabeculae per length, from volume and thickness", "/mm",
     0, kInf, 0.1, 50, Scale::kLinear, 4, 1e-6,
     "bone.volume_fraction divided by the mean thickness of bone by the chosen rule: what CTAn prints.", "CTAn manual"},
    {"bone.trabecular_number.axis", "Tb.N (1 / axis distance)", "trabeculae per length, from mid-axes", "/mm", 0, kInf,
     0.1, 50, Scale::kLinear, 4, 1e-6,
     "One over the mean local thickness (to_centre) of what lies between the mid-axes of bone: what Scanco prints. "
     "Mid-axes: bone voxels from which the distance to marrow rises by less than half a step towards every neighbour "
     "(chosen).",
     "Hildebrand 1999, 10.1359/jbmr.1999.14.7.1167"},
    {"bone.trabecular_number.plate", "Tb.N (plate model)", "trabeculae per length, if bone were parallel plates", "/mm",
     0, kInf, 0.1, 50, Scale::kLinear, 4, 1e-6, "Half of bone.surface_density.", "Parfitt 1983, 10.1172/JCI111096"},
    {"bone.euler_number", "Euler number", "parts minus tunnels plus cavities", "1", -kInf, kInf, -1e6, 1e3,
     Scale::kLinear, 6, 1e-9,
     "Euler number of the largest part of bone in the region (neighbours of 26), as an object with its cut faces.",
     "Odgaard and Gundersen 1993, 10.1016/8756-3282(93)90245-6"},
    {"bone.connectivity_density", "Conn.D", "tunnels per volume of the region", "/mm3", -kInf, kInf, 0, 1000,
     Scale::kLinear, 4, 1e-9,
     "(1 - what the largest part of bone in the region adds to the Euler number) divided by the region's volume; cut "
     "faces are corrected for.",
     "Odgaard and Gundersen 1993, 10.1016/8756-3282(93)90245-6"},
    {"bone.anisotropy.ratio", "DA (longest / shortest)", "degree of anisotropy, 1 to infinity", "1", 1, kInf, 1, 5,
     Scale::kLog, 3, 1e-6,
     "Longest divided by shortest axis of the ellipsoid fitted to mean intercept lengths in directions spread evenly.",
     "Harrigan and Mann 1984, 10.1007/BF00540446"},
    {"bone.anisotropy.bonej", "DA (0 to 1)", "degree of anisotropy, 0 to 1", "1", 0, 1, 0, 0.95, Scale::kLinear, 3,
     1e-6, "1 - (shortest axis / longest axis)^2 of the same ellipsoid: the scale of BoneJ.",
     "BoneJ 2, 10.12688/wellcomeopenres.16619.1"},
    {"bone.structure_model_index", "SMI", "structure model index, flagged", "1", -kInf, kInf, -3, 4, Scale::kLinear, 3,
     1e-5,
     "6 V (dS/dr) / S^2: 0 plates, 3 rods, 4 balls. Concave surfaces make it negative at high BV/TV; not to be "
     "compared "
     "between specimens of different BV/TV (Salmon 2015, 10.3389/fendo.2015.00162).",
     "Hildebrand and Rueegsegger 1997, 10.1080/01495739708936692"},
    {"bone.mineral_density", "BMD", "mean mineral density of the region", "mg/cm3", -kInf, kInf, 0, 1500,
     Scale::kLinear, 4, 1e-6, "Mean over the region of hydroxyapatite per volume, by the density calibration.", kAsbmr},
    {"bone.tissue_mineral_density", "TMD", "mean mineral density of bone", "mg/cm3", -kInf, kInf, 200, 1500,
     Scale::kLinear, 4, 1e-6,
     "Mean hydroxyapatite per volume over the bone voxels of the region that have no marrow among their 26 neighbours: "
     "the outer layer holds both.",
     kAsbmr},
    {"bone.threshold", "threshold", "grey value above which a voxel counts as bone", "1", -kInf, kInf, -kInf, kInf,
     Scale::kLinear, 5, 1e-9, "In the file's own numbers, after the smoothing that the settings ask for.", kOurs},
    {"bone.defect.closure", "defect closure", "share of the defect's area that bone covers", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-6, "Lines along the defect's axis that meet bone in the region, divided by all its lines.",
     kOurs},
    {"bone.defect.bridged", "bridged", "whether bone joins opposite sides of the defect", "1", 0, 1, 0, 1,
     Scale::kLinear, 1, 1e-9,
     "1 when one part of bone (neighbours of 26) meets the region's round wall at two places at least 120 degrees "
     "apart, and what of it lies within half the radius also joins two places that far apart; else 0.",
     kOurs},
    {"bone.defect.thickness", "thickness of new bone", "mean height of bone in the defect", "mm", 0, kInf, 0.01, 3,
     Scale::kLinear, 3, 1e-6, "Mean length of bone on the lines along the defect's axis that meet any.", kOurs},
    {"bone.defect.outside_margin", "outside the margins", "share of the cylinder that is native bone by position", "1",
     0, 1, 0, 0.1, Scale::kLinear, 3, 1e-6,
     "Share of the cylinder's lines that lie beyond the defect's margin points: how much native bone it takes in.",
     kOurs},
    {"bone.defect.placement_sensitivity", "BV/TV half-range", "how much the placement moves BV/TV", "1", 0, 1, 0, 0.1,
     Scale::kLinear, 2, 1e-6,
     "Half of the range of BV/TV when the cylinder's centre moves by 2 voxels, its radius by 2 %, its axis by 3 "
     "degrees "
     "and the threshold by 5 %, one at a time.",
     kOurs},
    {"bone.defect.radius", "cylinder radius", "radius of the fitted cylinder", "mm", 0, kInf, 0.5, 10, Scale::kLinear,
     4, 1e-6, "Radius of the circle fitted to the margin points, within the allowed difference from the trephine's.",
     kOurs},
};

}  // namespace

std::span<const Quantity> bone() { return kEntries; }

}  // namespace vesica::catalogue
