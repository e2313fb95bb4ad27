// SPDX-License-Identifier: Apache-2.0
// Book-keeping of label images: numbering, sizes, borders, holes, edges, growth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

/// The greatest label, 0 for an image without objects. Requires labels >= 0, here and everywhere below.
std::int32_t greatest_label(const Labels2& labels);

/// Renumbers the objects 1.. in the order of their first pixel, row by row; yields how many there are. A label counts
/// as one object even where its pixels do not touch (see separate_pieces).
std::size_t relabel(Labels2& labels);

/// Gives every connected piece (neighbours share an edge) of every label a number of its own, 1.. in the order of their
/// first pixel; yields how many there are.
std::size_t separate_pieces(Labels2& labels);

/// Pixels of every label; [0] is what lies outside.
std::vector<std::size_t> label_areas(const Labels2& labels);

/// 1 for every label with a pixel within `margin` pixels of the image's border (0: on the outermost row or column).
std::vector<std::uint8_t> labels_on_border(const Labels2& labels, std::size_t margin = 0);

/// Keeps the labels with keep[label] != 0 (labels beyond its end are dropped) and renumbers; yields how many remain.
std::size_t keep_labels(Labels2& labels, std::span<const std::uint8_t> keep);
std::size_t remove_border_objects(Labels2& labels, std::size_t margin = 0);
/// Keeps objects of at least `least` and at most `most` pixels.
std::size_t filter_by_area(Labels2& labels, double least, double most);

/// Fills what one label encloses alone (background that reaches neither the border nor another label over shared
/// edges), up to `most` pixels a hole.
void fill_label_holes(Labels2& labels, double most = 1e300);
/// The same for labels whose runs are known; yields whether there was one: runs are others then.
bool fill_label_holes(Labels2& labels, std::span<const PixelRun> runs, double most = 1e300);

Mask2 mask_of(const Labels2& labels);                                        ///< 1 in every object
Mask2 mask_of(const Labels2& labels, std::span<const std::uint8_t> chosen);  ///< 1 where chosen[label] != 0

/// The pixels of objects with a 4-neighbour of another label or outside; the image's border is no edge.
Mask2 label_edges(const Labels2& labels);

/// For every pixel the nearest object (its own pixels: itself) and the squared distance to its nearest pixel, exact,
/// ties to the seed met first along the column, then the row (Felzenszwalb and Huttenlocher 2012,
/// 10.4086/toc.2012.v008a019). Without any object: label 0 and infinity.
struct NearestLabels {
  Labels2 label;
  Image2 squared;
};
NearestLabels nearest_labels(const Labels2& seeds);

/// Every object grown by `radius` pixels where nothing else is nearer; objects never run into each other.
Labels2 expand_labels(const Labels2& labels, double radius);

/// The pixels of every label that hang together, over shared edges, with pixels of the same label in `seeds` (which
/// need not be labelled themselves); all others become 0. Numbers stay. Requires images of one size.
void keep_attached(Labels2& labels, const Labels2& seeds);

/// Cell regions by the nearest nucleus: every pixel of the mask, and every seed pixel, belongs to the seed at the least
/// straight distance. Parts of the mask without a connected path to a seed go to the nearest as well.
Labels2 voronoi(const Labels2& seeds, const Mask2& mask);

}  // namespace vesica
