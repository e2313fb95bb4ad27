// SPDX-License-Identifier: Apache-2.0
// Uptake by cells, whether a dose can work, and doses carried over between species.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kBalance = "mass balance of model uptake; our choice";
constexpr std::string_view kCells =
    "our choice; controls after Puzar Dominkus et al. 2018, 10.1016/j.bbamem.2018.03.013";
constexpr std::string_view kGate =
    "stoichiometry after Chevillet et al. 2014, 10.1073/pnas.1408301111; bookkeeping is our choice";
constexpr std::string_view kScaling = "FDA guidance 2005, maximum safe starting dose; rule named in the part";

constexpr Quantity kEntries[] = {
    {"uptake.vesicles_per_cell", "vesicles per cell", "vesicles that a cell has taken in", "1", 0, 1e12, 0, 1e6,
     Scale::kLog, 3, 1e-6,
     "Vesicles internalised by an average cell until then and not given back, whatever else became of them.", kBalance},
    {"uptake.bound_per_cell", "bound vesicles per cell", "vesicles on the surface of a cell", "1", 0, 1e12, 0, 1e6,
     Scale::kLog, 3, 1e-6, "Vesicles bound to the surface of an average cell at that time.", kBalance},
    {"uptake.medium_share", "share left in the medium", "vesicles that no cell holds", "1", 0, 1, 0, 1, Scale::kLogit,
     3, 1e-6, "Vesicles free in the medium divided by those given.", kBalance},
    {"uptake.copies_per_cell", "cargo copies per cell", "copies of the cargo in the cytosol of a cell", "1", 0, 1e12, 0,
     1e6, Scale::kLog, 3, 1e-6, "Copies that left endosomes and are not yet lost or diluted, for an average cell.",
     kBalance},
    {"uptake.positive_fraction", "positive fraction", "share of cells that show vesicles", "1", 0, 1, 0, 1,
     Scale::kLogit, 3, 1e-6,
     "Cells with at least as many labelled vesicles as the instrument needs, divided by all cells; with the share of "
     "false positives that the control shows (uptake.false_share). Measured: cells above the cut that the dye-only "
     "control sets; never without that control.",
     "Poisson or negative binomial counts; our choice"},
    {"uptake.corrected_fraction", "positive fraction beyond the dye", "positive cells beyond those with the dye alone",
     "1", 0, 1, 0, 1, Scale::kLogit, 3, 1e-6,
     "(F - a) / (1 - a) of the positive fraction F and the share a of cells with the dye alone that lie above the cut "
     "(uptake.false_share); 0 when F is below a, so that means over wells with nothing in them lie above 0.",
     kCells},
    {"uptake.signal_positive_fraction", "signal-positive fraction", "share of cells with dye, not shown to be uptake",
     "1", 0, 1, 0, 1, Scale::kLogit, 3, 1e-6,
     "Cells above a cut that no dye-only control sets (unstained cells, or a least number of spots), divided by all "
     "cells. Dye particles count as vesicles do: this is no uptake.",
     kCells},
    {"uptake.false_share", "false positives", "share of dye-only cells above the cut", "1", 0, 1, 0, 0.05,
     Scale::kLinear, 3, 1e-6,
     "How often a new cell with the dye alone lies above the cut: (k + 1) / (n + 1) with k of the control's n cells "
     "above it, since the cut is one of the control's own scores.",
     kCells},
    {"uptake.bound_fraction", "positive at 4 °C", "share of cells kept cold that are positive", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-6, "Cells of the cold control above the dye-only cut: binding without internalisation.",
     kCells},
    {"uptake.internalised_fraction", "internalised fraction", "positive cells beyond those kept cold", "1", 0, 1, 0, 1,
     Scale::kLogit, 3, 1e-6, "(F - b) / (1 - b) of the positive fraction F and the cold control's b.", kCells},
    {"uptake.cut", "cut", "score above which a cell is positive", "1", -kInfinity, kInfinity, 0, 1e9, Scale::kLinear, 4,
     1e-6, "Quantile of the control's cells (setting control_quantile); target: the score, in spots or in counts.",
     kCells},
    {"uptake.pixel_size", "pixel size", "edge of a pixel in the sample", "um", 0, 1000, 0.05, 2, Scale::kLog, 4, 1e-6,
     "Edge of a pixel of the field, from its file or the setting pixel_um: fields that are compared should share it.",
     "the file's own statement"},
    {"uptake.cells", "cells", "cells measured", "{cells}", 0, kInfinity, 0, 1e6, Scale::kLinear, 4, 1e-6,
     "Cells with a nucleus that does not leave the field.", kCells},
    {"uptake.spots_per_cell", "spots per cell", "spots in a cell, mean", "{spots}", 0, kInfinity, 0, 1000,
     Scale::kLinear, 3, 1e-6,
     "Spots in the cell regions divided by cells. Vesicles in one endosome are one spot: no count of vesicles.",
     kCells},
    {"uptake.excess_spots_per_cell", "spots beyond the dye", "spots per cell beyond the dye-only control", "{spots}",
     -kInfinity, kInfinity, -10, 1000, Scale::kLinear, 3, 1e-6,
     "Mean spots per cell minus that of the dye-only control's cells.", kCells},
    {"uptake.false_spots_per_cell", "spots of noise", "spots per cell that noise alone would make", "{spots}", 0,
     kInfinity, 0, 0.1, Scale::kLinear, 3, 1e-6, "False-alarm rate a pixel times the mean area of a cell.", kCells},
    {"uptake.spot_intensity_per_cell", "spot light per cell", "light of the spots in a cell, mean", "{counts}",
     -kInfinity, kInfinity, 0, 1e9, Scale::kLinear, 4, 1e-6,
     "Sum over a cell's spots of their light above the local ring, in the camera's counts; mean over cells.", kCells},
    {"uptake.signal_per_cell", "mean signal", "light in a cell above what lies between cells", "{counts}", -kInfinity,
     kInfinity, -1e5, 1e5, Scale::kLinear, 4, 1e-6,
     "Mean over the cell's pixels minus the median outside cells, haze and autofluorescence included; mean over cells.",
     kCells},
    {"uptake.perinuclear_distance", "distance to nucleus", "distance of spots to the nearest nucleus", "um", 0,
     kInfinity, 0, 100, Scale::kLinear, 3, 1e-6,
     "Median over the spots in cells of the distance to the edge of the nearest nucleus in the picture; over a nucleus "
     "0.",
     kCells},
    {"uptake.perinuclear_distance_px", "distance to nucleus", "distance of spots to the nearest nucleus in pixels",
     "{pixels}", 0, kInfinity, 0, 1000, Scale::kLinear, 3, 1e-6,
     "As uptake.perinuclear_distance, in pixels: no length is known.", kCells},
    {"feasibility.vesicles_per_cell", "vesicles per cell", "vesicles that reach a recipient cell", "1", 0, 1e15, 0, 1e6,
     Scale::kLog, 3, 1e-9, "dose · share in the organ · share taken up / recipient cells.", kGate},
    {"feasibility.delivered_per_cell", "copies per cell before escape", "copies of the cargo brought into a cell", "1",
     0, 1e15, 0, 1e6, Scale::kLog, 3, 1e-9, "Vesicles per cell · copies per vesicle.", kGate},
    {"feasibility.copies_per_cell", "copies per cell", "copies of the cargo that reach the cytosol of a cell", "1", 0,
     1e15, 0, 1e6, Scale::kLog, 3, 1e-9, "Vesicles per cell · copies per vesicle · share that escapes.", kGate},
    {"feasibility.ratio", "feasibility", "copies that arrive for each that is needed", "1", 0, 1e15, 0, 1e6,
     Scale::kLog, 3, 1e-9,
     "Copies per cell divided by the copies that a cell needs; 1 and more passes, below 0.01 fails.", kGate},
    {"feasibility.pass_share", "chance to pass", "share of draws in which enough copies arrive", "1", 0, 1, 0, 1,
     Scale::kLogit, 3, 1e-9, "Draws of the unknown numbers with a feasibility of at least 1, divided by all draws.",
     kGate},
    {"feasibility.vesicles_needed", "vesicles needed per cell", "vesicles that a cell must take up", "1", 0, 1e15, 0,
     1e9, Scale::kLog, 3, 1e-9, "Copies needed / (copies per vesicle · share that escapes).", kGate},
    {"feasibility.dose_needed", "dose needed", "vesicles to give so that each recipient cell has enough", "1", 0, 1e30,
     0, 1e20, Scale::kLog, 3, 1e-9,
     "Vesicles needed per cell · recipient cells / (share in the organ · share taken up).", kGate},
    {"feasibility.empirical_effect", "empirical effect", "share of the largest effect, fitted without a mechanism", "1",
     0, 1, 0, 1, Scale::kLogit, 3, 1e-9,
     "v^h / (EC50^h + v^h) of the vesicles v per cell: a fitted curve that no stoichiometry stands behind.",
     "Hill 1910; our choice as the empirical arm"},
    {"dose.particles", "dose", "dose in particles", "1", 0, 1e30, 1e3, 1e16, Scale::kLog, 3, 1e-9,
     "Particles given to one individual; the part names the rule by which it was carried over.", kScaling},
    {"dose.particles_per_weight", "dose per body weight", "dose in particles per kilogram", "/kg", 0, 1e30, 1e3, 1e16,
     Scale::kLog, 3, 1e-9, "Particles given divided by body weight; the part names the rule.", kScaling},
    {"dose.protein", "dose in protein", "dose in protein", "ug", 0, 1e15, 1e-6, 1e9, Scale::kLog, 3, 1e-9,
     "Particles divided by the preparation's particles per µg protein; the part names the rule.", kScaling},
    {"dose.cell_equivalents", "cell equivalents", "cells that release the dose", "1", 0, 1e30, 1, 1e15, Scale::kLog, 3,
     1e-9, "Particles divided by the particles that one cell released into the preparation; the part names the rule.",
     kScaling},
};

}  // namespace

std::span<const Quantity> uptake() { return kEntries; }

}  // namespace vesica::catalogue
