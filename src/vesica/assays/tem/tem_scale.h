// SPDX-License-Identifier: Apache-2.0
// The size of a pixel of a micrograph: given, from a tag of the file, or from the scale bar that is burnt into it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vesica/assays/tem/tem.h"
#include "vesica/data/image_source.h"
#include "vesica/io/read_text.h"
#include "vesica/ops/scale_bar.h"

namespace vesica::tem {

/// What a scale bar's label says, and where it stands in the micrograph.
struct Label {
  std::string text;
  double nm = 0;
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};
/// The label among the words that were read in a drawing of letters_near: of the lines that state a length, or hold a
/// number and a unit that do, the one nearest to the bar (they come in that order). Nothing when there is none.
std::optional<Label> label_of(const std::vector<PictureWord>& words, const LabelDrawing& drawing);

struct Scale {
  Known pixel_nm;
  std::optional<ScaleBar> bar;  ///< the one that is believed to be a scale bar
  std::optional<Label> label;
  std::vector<Issue> issues;  ///< without place
};
/// The order: setting pixel_nm, setting scale_bar_nm with the found bar, the file's tag, the bar with its label. Where
/// a bar with a label contradicts what goes before it by more than 5 % a warning says so.
Scale scale_of(const Image2& grey, const ImageInfo& info, const Settings& settings, const std::string& shown);

/// The part of a micrograph that is measured: without a banner, the bar and its label hidden.
Field field_of(const Image2& grey, const Scale& scale);

}  // namespace vesica::tem
