// SPDX-License-Identifier: Apache-2.0
// Dividing a mask into objects: flooding from markers, hills of a landscape, touching objects apart, cells around
// nuclei.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Floods the mask from the markers in the order of `height`, lowest first, over 8 neighbours; pixels of equal height
/// in the order in which the flood reached them, markers row by row (so plateaus are shared evenly and the result is a
/// function of the input alone). Markers outside the mask do not flood; parts of the mask without a marker stay 0. No
/// line is left between them. Source: Meyer 1994 (10.1016/0165-1684(94)90060-4). Requires three planes of one size;
/// NaN counts as higher than everything.
Labels2 watershed(const Image2& height, const Labels2& markers, const Mask2& mask);

/// Hills of a landscape: every pixel of the mask belongs to the peak that it leads up to.
struct Basins {
  Labels2 labels;                  ///< 1.. in the order of their first pixel
  std::vector<std::size_t> peaks;  ///< index of the highest pixel of label i + 1
};
/// Hills of `value` in the mask over 8 neighbours, from the top down: where two hills meet, the lower one joins the
/// higher when it rises over the pass by at most `depth` times its own height, or when the peaks lie less than
/// `distance` pixels apart; else the border between them stays. Every connected piece of the mask is at least one hill.
/// Persistence after Edelsbrunner, Letscher and Zomorodian 2002 (10.1007/s00454-002-2885-2); the relative depth and the
/// distance are our choice. Equal values in the order of their index. Heights below 0 count as 0, NaN too.
Basins basins(const Image2& value, const Mask2& mask, double depth, double distance);

/// How touching objects are told apart.
enum class SplitBy { kNone, kIntensity, kShape, kBoth };
std::optional<SplitBy> split_named(std::string_view name);  ///< "none", "intensity", "shape", "both"

struct Splitting {
  SplitBy by = SplitBy::kShape;
  double sigma_px = 0;     ///< Gaussian before peaks are sought; CellProfiler: a term of the least diameter (/ 3.5)
  double distance_px = 0;  ///< no two peaks nearer; CellProfiler: least diameter / 1.5
  double depth = 0;        ///< share of its height by which a peak must rise over the pass to a higher one
};

/// Objects of a mask, touching ones apart: the hills (`basins`) of the smoothed intensity (kIntensity), of the smoothed
/// distance to the outside (kShape), or of their product (kBoth); distances are those within each connected piece
/// alone. kNone: the connected pieces (8 neighbours). The intensity is smoothed within the mask alone (the Gaussian of
/// image times mask over that of the mask, as CellProfiler's), counted from the 1st percentile in the mask. Misleads
/// where nuclei overlap rather than touch (one contour, no waist) and on lobed nuclei (one nucleus, many maxima).
Labels2 split_touching(const Image2& image, const Mask2& mask, const Splitting& how);
/// The same by shape alone, whatever `how.by` says.
Labels2 split_by_shape(const Mask2& mask, const Splitting& how);

/// Cells around nuclei by the metric of Jones, Carpenter and Golland 2005 (10.1007/11569541_54): every pixel of the
/// mask goes to the seed that is nearest along a path in the mask, a step of length d over a difference g of the image
/// (relative to its range from the 1st to the 99th percentile in the mask) costing sqrt((g^2 + lambda d^2) / (1 +
/// lambda)). lambda 0: borders follow edges of the image alone; large: paths by length alone (CellProfiler's usual
/// value is 0.05). Pixels that no path reaches are 0; seeds keep their pixels. Ties go to the seed reached first.
Labels2 propagate(const Labels2& seeds, const Mask2& mask, const Image2& image, double lambda);

}  // namespace vesica
