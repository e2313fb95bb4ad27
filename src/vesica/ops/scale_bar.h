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

/// Bars of a picture, the likeliest first (contrast times root of length). A bar is a stack of two or more runs of one
/// grey value (within 32 of 255 levels: the ripples of a JPEG) that begin and end together within 2 pixels, at least
/// 20 pixels and 2 % and at most 90 % of the width long, at least three times as long as thick, and at least 40 levels
/// off what lies around it (all chosen). Images beyond 8 bits are brought to 255 levels between their extremes first.
/// Caps at its ends are part of the bar. Empty for images without one, with values that are not finite, or constant.
/// Misleads where a picture holds other straight lines (frames, rulers): the label decides.
std::vector<ScaleBar> find_scale_bars(const Image2& grey);

/// Rows [first, last) of a picture that show the sample: without the banner of flat ground (at least half a row within
/// 2 of 255 levels of one value, and clearly more than the picture's own rows) that instruments write below or above
/// it. All rows when there is none; a banner has at least 8 rows and 2 %, at most 35 % of the height.
struct Rows {
  std::size_t first = 0, last = 0;
};
Rows rows_of_sample(const Image2& grey);

/// The picture around a bar made ready for reading: text of the bar's grey becomes black on white, the bar is erased,
/// letters are brought to about 32 pixels of height. `scale`: pixels of it for one of the picture, (x0, y0) where it
/// begins.
struct LabelPicture {
  Image2 picture;
  double scale = 1;
  std::size_t x0 = 0, y0 = 0;
};
LabelPicture picture_of_label(const Image2& grey, const ScaleBar& bar);

/// A length that a label states, in nanometres: "500 nm", "0.2 µm", "100nm", "1,5 um", "2 mm"; nothing for other text.
/// Recognisers confuse letters: a zero may come as O, a one as l or I, the µ as u, y, p or the Greek letter; "pm" is
/// read as µm, because no picture of vesicles has a bar of picometres.
std::optional<double> parse_scale_label(std::string_view text);

}  // namespace vesica
