// SPDX-License-Identifier: Apache-2.0
// What a user may set.
#include <array>

#include "vesica/assays/wound/wound.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica::wound {

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kTextures = {"sd", "entropy", "gradient"};
  fields.optional_number("pixel_um", pixel_um,
                         {.unit = "um",
                          .low = 0.001,
                          .high = 1000,
                          .help = "Edge of a pixel in the sample, when the file does not hold it."});
  fields.numbers("times_h", times_h,
                 {.unit = "h",
                  .low = 0,
                  .high = 1e5,
                  .help = "Time of every frame, in their order, when neither the file nor the names say it."});
  fields.optional_number(
      "interval_h", interval_h,
      {.unit = "h", .low = 1e-6, .high = 1e4, .help = "Time between frames; goes before the file's own."});
  fields.number("window_um", window_um,
                {.unit = "um",
                 .low = 1,
                 .high = 500,
                 .help = "Width of the window in which texture is measured: about one cell."});
  fields.choice("texture", texture, kTextures,
                {.help = "What counts as texture: standard deviation, entropy or gradient of the contrast."});
  fields.choice("threshold", threshold, threshold_names(),
                {.help = "ImageJ's name of the method that sets the threshold, once, on the first frame."});
  fields.number("background_um", background_um,
                {.unit = "um",
                 .low = 1,
                 .high = 1e5,
                 .help = "Standard deviation of the blur that is divided out as uneven light."});
  fields.number("bridge_um", bridge_um,
                {.unit = "um",
                 .low = 0,
                 .high = 1000,
                 .help = "Where the gap is narrower than this its sides count as bridged."});
  fields.number("growth_um", growth_um,
                {.unit = "um", .low = 0, .high = 1e4, .help = "How far a gap may reach beyond the first frame's."});
  fields.number(
      "island_um2", island_um2,
      {.unit = "um2",
       .low = 0,
       .high = 1e7,
       .help = "Patches of cells in the gap from this area on are islands; smaller ones float and count as open."});
  fields.number(
      "min_piece", min_piece,
      {.low = 0, .high = 0.5, .help = "Pieces of the gap below this share of the first frame's gap are dropped."});
  fields.flag("registration", registration, {.help = "Take the shift of the field between frames off."});
  fields.number(
      "max_shift", max_shift,
      {.low = 0.01, .high = 0.45, .help = "Shifts beyond this share of the field's width or height are not believed."});
  fields.number("fit_until", fit_until,
                {.low = 0.05, .high = 1, .help = "Closure up to which edge speeds are fitted."});
  fields.flag("overlays", overlays, {.help = "Keep a picture of every frame with the outline of the gap."});
  fields.flag("masks", masks, {.help = "Keep the mask of every frame (255 gap, 128 island, 0 cells)."});
}

}  // namespace vesica::wound
