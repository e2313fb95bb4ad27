// SPDX-License-Identifier: Apache-2.0
// Scale bars burnt into pictures: the bar itself, the banner that it may stand in, and what its label says.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// A straight bar of one grey value that lies along the rows.
struct ScaleBar {
  double length = 0;                           ///< pixels, between the points half-way up its ends
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< box, x1 and y1 exclusive
  double value = 0;                            ///< its grey
  double contrast = 0;                         ///< least difference to what lies above, below, left and right
};

/// Bars of a picture, the likeliest first (contrast times root of area). A bar is a stack of two or more runs of one
/// grey value (within 32 of 255 levels: the ripples of a JPEG) that begin and end together within 2 pixels, at least
/// 20 pixels and 2 % and at most 90 % of the width long, at least three times as long as thick, and at least 40 levels
/// off what lies within 3 pixels around it (all chosen). The outline of a bar is none. Images beyond 8 bits are brought
/// to 255 levels between their extremes first. Caps at its ends are part of the bar. Empty for images without one, with
/// values that are not finite, or constant. Misleads where a picture holds other straight lines (frames, rulers): the
/// label decides.
std::vector<ScaleBar> find_scale_bars(const Image2& grey);

/// Rows [first, last) of a picture that show the sample: without the banner of flat ground (at least half a row within
/// 2 of 255 levels of one value, and clearly more than the picture's own rows) that instruments write below or above
/// it. All rows when there is none; a banner has at least 8 rows and 2 %, at most 35 % of the height.
struct Rows {
  std::size_t first = 0, last = 0;
};
Rows rows_of_sample(const Image2& grey);

/// A row of letters near a bar: its box in the picture, and its rows in the drawing that is to be read.
struct LetterLine {
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  std::size_t from = 0, to = 0;
};
/// The letters near a bar, black on white in lines one below the other, digits about 32 pixels high.
struct LabelDrawing {
  Image2 picture;
  std::vector<LetterLine> lines;
};
/// Letters have the bar's own grey (within 40 of 255 levels) and lie at most a bar's length (at least a third of the
/// width) beside it and a sixth of the height above or below. Connected pieces of such pixels that stand on one line,
/// at most 1.5 heights apart, of one height or somewhat less (n, m, a point), are a line of letters when they are three
/// or more; the four nearest to the bar are drawn. All chosen. Empty when there are none.
LabelDrawing letters_near(const Image2& grey, const ScaleBar& bar);

/// A length that a label states, in nanometres: "500 nm", "0.2 µm", "100nm", "1,5 um", "2 mm"; nothing for other text.
/// Recognisers confuse letters: a zero may come as O, a one as l or I, the µ as u, y, p or the Greek letter; "pm" is
/// read as µm, because no picture of vesicles has a bar of picometres.
std::optional<double> parse_scale_label(std::string_view text);

}  // namespace vesica
