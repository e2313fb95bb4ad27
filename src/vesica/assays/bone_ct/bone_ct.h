// SPDX-License-Identifier: Apache-2.0
// Bone micro-CT: regions of interest, bone masks, morphometry under ASBMR names, density, and the calvarial defect.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/contract/contract.h"
#include "vesica/data/image.h"
#include "vesica/ops/anisotropy.h"
#include "vesica/ops/components3.h"
#include "vesica/ops/fit_shapes.h"
#include "vesica/ops/mask3.h"
#include "vesica/ops/segment_threshold.h"
#include "vesica/ops/thickness.h"

namespace vesica::bone {

/// A cylinder in mm from the corner of the whole volume's first voxel (voxel i has its centre at (i + 1/2) edge).
struct Cylinder {
  Point3 centre{};
  Point3 axis = {0, 0, 1};  ///< of length 1
  double radius = 0;
  double half_height = 0;
};
/// The voxels of a whole volume that can lie in the cylinder, cut to the volume; empty when none can.
Box3 box_of(const Cylinder& cylinder, const Spacing3& edge_mm, const Box3& whole);
/// The smallest box around the voxels of 1; empty for an empty mask.
Box3 box_around(const Mask3& mask);
/// The part of a mask that lies in a box of it.
Mask3 cut(const Mask3& mask, const Box3& box);
/// Which voxels of `box` have their centre in the cylinder.
Mask3 mask_of(const Cylinder& cylinder, const Spacing3& edge_mm, const Box3& box);
/// `box` wider by `margin` voxels on every side, cut to `whole`.
Box3 widened(const Box3& box, const std::array<std::size_t, 3>& margin, const Box3& whole);

/// How grey values become bone.
struct Segmenting {
  std::optional<double> threshold;  ///< in the file's own numbers: bone is above it
  ThresholdMethod method = ThresholdMethod::kOtsu;
  double sigma = 0;              ///< Gaussian before the threshold, voxels
  std::size_t least_voxels = 0;  ///< smaller parts of bone (26 neighbours) and marrow (6) go
};
struct Segmented {
  Mask3 bone;
  double threshold = 0;
  std::size_t turned = 0;  ///< voxels of small parts
};
/// The bone of a volume; an automatic threshold takes the histogram within `where` (empty: everywhere), 256 bins from
/// its least to its greatest value. Nothing when the values are constant or the method finds no threshold.
std::optional<Segmented> segment(const Volume& volume, const Mask3& where, const Segmenting& how,
                                 const Context& context);

struct Measuring {
  ThicknessRule rule = ThicknessRule::kToFace;
  std::size_t mil_directions = 1000;  ///< 0: no anisotropy
  bool axis_number = true;
  bool model_index = true;
};

/// Everything about the shape of bone in a region. Lengths in mm.
struct Morphometry {
  std::size_t tissue_voxels = 0, bone_voxels = 0;
  double tissue_volume = 0, bone_volume = 0, surface = 0;
  ThicknessSummary thickness, separation;
  double bin_mm = 0;  ///< of both histograms
  bool thickness_has_wall = true, separation_has_wall = true;
  std::optional<double> axis_distance;  ///< mean distance between mid-axes
  EulerNumber euler;                    ///< of the largest part
  std::size_t parts = 0;                ///< parts of bone in the region, 26 neighbours
  Anisotropy anisotropy;
  std::optional<double> model_index;
};
/// `bone` may reach beyond `where` (empty: the whole volume): what lies around is seen by balls and surfaces and not
/// counted. An empty region or one without bone gives zeros, NaN and nothing, never a made-up number.
Morphometry measure_shape(const Mask3& bone, const Mask3& where, const Spacing3& edge_mm, const Measuring& how,
                          const Context& context);

/// Bone voxels from which the squared distance to marrow does not rise steeply: see bone.trabecular_number.axis.
Mask3 mid_axes(const Mask3& bone, const Context& context);

/// Density = slope * grey + intercept, mg/cm3 of hydroxyapatite.
struct DensityLine {
  double slope = 0, intercept = 0;
};
/// The least-squares line through rods' mean greys and known densities; nothing below two different greys or densities.
std::optional<DensityLine> fit_density(std::span<const double> grey, std::span<const double> mg_cm3);
/// Mean greys of the rods in a scan of a phantom, ascending: parts brighter than Otsu's threshold with at least 1 % of
/// all bright voxels, without their outer three voxels. Empty when there is no contrast.
std::vector<double> rod_greys(const Volume& volume, const Context& context);

struct Densities {
  double bmd = kNaN, tmd = kNaN;     ///< grey means, to be put on a DensityLine
  std::size_t bmd_n = 0, tmd_n = 0;  ///< voxels
};
/// Mean grey over the region, and over its bone voxels without marrow among their 26 neighbours.
Densities mean_greys(const Volume& volume, const Mask3& bone, const Mask3& where);

/// Range in which trabecular thickness of adult healthy bone of a species is expected.
struct SpeciesRange {
  std::string_view species;
  double thickness_low_mm, thickness_high_mm, separation_low_mm, separation_high_mm;
  std::string_view source;
};
std::span<const SpeciesRange> species_ranges();

/// What is known and allowed about a round defect in flat bone.
struct DefectSettings {
  double trephine_mm = 2.5;               ///< radius
  double slack_mm = 0.2;                  ///< the fitted radius may differ by this
  double rim_mm = 0.1;                    ///< residue of native bone at the margin, left out of the region
  double table_mm = 0.25;                 ///< the region reaches this far beyond the native tables
  std::optional<Point3> centre_mm, axis;  ///< placed by hand
  std::optional<double> radius_mm;
};

/// A fitted defect. `cylinder` has the fitted radius (the region lies rim_mm within), its half height covers the
/// region.
struct Defect {
  Cylinder cylinder;
  std::string problem;      ///< a sentence when no cylinder could be fitted, empty otherwise
  double inner_radius = 0;  ///< of the region: the cylinder's less the rim
  Mask3 where;              ///< the region: within it and between the tables
  double outside_margin = 0;
  std::size_t margin_points = 0, inliers = 0;

  Point3 u{}, v{};           ///< across the axis
  Sheet2 sheet;              ///< mid-surface along the axis over (u, v), mm from the centre
  double low = 0, high = 0;  ///< depths of the region from the sheet, along its normal
};
/// Finds the defect and places the region: native bone is the largest part; its flattened projection shows the largest
/// hole; a curved sheet through the bone 0.5 to 2 mm outside the margin gives axis and depth; margin points are where
/// bone falls below three quarters of the native thickness beside it; a circle of the trephine's radius goes through
/// them. See the page.
Defect find_defect(const Mask3& bone, const Spacing3& edge_mm, const DefectSettings& settings, const Context& context);
/// The region of the same defect with its cylinder moved: the sheet stays.
Mask3 defect_region(const Defect& defect, const Cylinder& cylinder, const Spacing3& edge_mm, double rim_mm,
                    std::size_t nx, std::size_t ny, std::size_t nz);

/// What new bone does in a defect.
struct DefectBone {
  double closure = kNaN, thickness_mm = kNaN;
  bool bridged = false;
};
DefectBone measure_defect(const Mask3& bone, const Defect& defect, const Spacing3& edge_mm);
/// Half of the range of BV/TV over 13 placements: as fitted; centre two voxels off to four sides; radius 2 % more and
/// less; axis 3 degrees to four sides; and threshold 5 % more and less (`value(i) > threshold` decides).
double placement_sensitivity(const Volume& volume, double threshold, const Defect& defect, const Spacing3& edge_mm,
                             double rim_mm);

}  // namespace vesica::bone

namespace vesica {
extern const Assay kBoneCtAssay;
}
