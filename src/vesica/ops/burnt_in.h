// SPDX-License-Identifier: Apache-2.0
// Scale bars and writing burnt into pictures of light on a dark ground.
#pragma once

#include <cstddef>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// A bar, or a line of letters, and its box in the picture (x1 and y1 exclusive).
struct BurntIn {
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  std::size_t letters = 0;  ///< 0: a bar
  std::size_t plane = 0;    ///< of several pictures of one field: in which
};

/// What was drawn into a picture, bars first, then lines of letters from top to bottom. A bar is one of
/// find_scale_bars that is brighter than the picture's median. Letters are connected pieces above the median by 0.85,
/// 0.6, 0.45 or 0.3 of the way to the maximum, 6 to 80 pixels high, at most 1.6 heights wide, whose light falls to the
/// ground (a third of theirs) two pixels outside, on four of five pixels around: the objective blurs what it sees, a
/// computer does not. They are made of strokes (three of four of their pixels lie in a row or column run of at most
/// 0.35 heights). Three or more of like height that stand on one line at most 1.2 heights apart, two or more of them
/// thin (filling less than 0.72 of their box; a disc fills 0.79), are writing. All chosen: on 39 fields of nuclei and
/// spots no false alarm (a test on real data holds it). Nothing for images of two values (masks), of bright ground,
/// empty, constant, or with values that are not finite. Misses letters lower than 6 pixels and letters on nuclei.
std::vector<BurntIn> find_burnt_in(const Image2& grey);

/// The same of a further picture of a field whose others are in `all`: what lies where something is known already (the
/// same writing in every channel) is not added.
void add_burnt_in(const Image2& grey, std::size_t plane, std::vector<BurntIn>& all);
/// The letters of the picture that has most: a label in each of four channels is no page.
std::size_t most_letters(const std::vector<BurntIn>& drawn);

/// Its box with the soft edges and JPEG's ripples around it: 4 pixels more on all sides within the picture.
BurntIn with_margin(const BurntIn& drawn, std::size_t width, std::size_t height);

/// The picture with every box (with its margin) painted over in the median of the pixels around the box, so that what
/// was drawn neither counts nor shifts thresholds.
Image2 painted_over(const Image2& grey, const std::vector<BurntIn>& drawn);

}  // namespace vesica
