// SPDX-License-Identifier: Apache-2.0
// What a user may set.
#include <array>

#include "vesica/assays/tem/tem.h"

namespace vesica::tem {

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kPolarities = {"auto", "bright", "dark"};
  static constexpr std::array<std::string_view, 4> kSelections = {"unknown", "operator", "random", "systematic"};
  fields.optional_number("pixel_nm", pixel_nm,
                         {.unit = "nm",
                          .low = 0.001,
                          .high = 1000,
                          .help = "Edge of a pixel in the sample; goes before the file's own and the scale bar."});
  fields.optional_number("scale_bar_nm", scale_bar_nm,
                         {.unit = "nm",
                          .low = 0.1,
                          .high = 1e7,
                          .help = "Length that the burnt-in scale bar stands for, when its label cannot be read."});
  fields.flag("read_scale_bar", read_scale_bar,
              {.help = "Look for a burnt-in scale bar and read its label (tesseract)."});
  fields.number("smallest_nm", smallest_nm,
                {.unit = "nm", .low = 5, .high = 1000, .help = "Least diameter of a vesicle."});
  fields.number("largest_nm", largest_nm,
                {.unit = "nm", .low = 10, .high = 10000, .help = "Greatest diameter of a vesicle."});
  fields.number("smooth_nm", smooth_nm,
                {.unit = "nm", .low = 0.1, .high = 100, .help = "Blur before edges are looked for: a membrane."});
  fields.number("strength", strength,
                {.low = 0.5,
                 .high = 100,
                 .help = "Least edge of the weakest quarter of an outline, in standard deviations of noise."});
  fields.number("solidity", solidity,
                {.low = 0, .high = 1, .help = "Least share that an outline fills of its convex hull."});
  fields.number("roundness", roundness, {.low = 0, .high = 1, .help = "Least minor over major axis of a vesicle."});
  fields.choice("polarity", polarity, kPolarities,
                {.help = "Vesicles bright on dark stain, dark on bright ground, or whichever has more outlines."});
  fields.choice("field_selection", field_selection, kSelections,
                {.help = "How the fields were chosen: by an operator, at random, systematically."});
  fields.number("bin_nm", bin_nm,
                {.unit = "nm", .low = 0.1, .high = 1000, .help = "Width of the bins of the size distribution."});
  fields.flag("overlays", overlays, {.help = "Keep a picture of every micrograph with the outlines."});
  fields.flag("labels", labels, {.help = "Keep an image with the number of the vesicle in every pixel (TIFF)."});
  fields.flag("table", table, {.help = "Keep a table with one line a vesicle."});
}

}  // namespace vesica::tem
