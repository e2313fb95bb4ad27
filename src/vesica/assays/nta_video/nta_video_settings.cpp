// SPDX-License-Identifier: Apache-2.0
// What a user may set.
#include <array>

#include "vesica/assays/nta_video/nta_video.h"

namespace vesica::nta_video {

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 4> kMedia = {"unstated", "water", "pbs", "other"};
  static constexpr std::array<std::string_view, 2> kBlank = {"subtract", "ignore"};
  fields.optional_number(
      "frame_rate_hz", frame_rate_hz,
      {.unit = "Hz", .low = 0.1, .high = 1e5, .help = "Frames a second as filmed; goes before the file's own."});
  fields.optional_number(
      "exposure_ms", exposure_ms,
      {.unit = "ms", .low = 0, .high = 1e4, .help = "Time for which the shutter is open for a frame."});
  fields.optional_number("pixel_um", pixel_um,
                         {.unit = "um",
                          .low = 0.001,
                          .high = 100,
                          .help = "Edge of a pixel in the sample, when the file does not hold it."});
  fields.optional_number("temperature_c", temperature_c,
                         {.unit = "Cel", .low = 0, .high = 99, .help = "Temperature of the cell."});
  fields.choice("medium", medium, kMedia,
                {.help = "What the particles swim in: water or PBS have the viscosity of water at the temperature; "
                         "anything else needs viscosity_mpa_s."});
  fields.optional_number(
      "viscosity_mpa_s", viscosity_mpa_s,
      {.unit = "mPa.s", .low = 0.1, .high = 100, .help = "Viscosity of the medium, when it is not that of water."});
  fields.optional_number("dilution", dilution,
                         {.low = 1, .high = 1e12, .help = "Total dilution from the preparation to the measured cell."});
  fields.number("dilution_cv", dilution_cv,
                {.low = 0, .high = 1, .help = "Coefficient of variation of the dilution (pipetting)."});
  fields.integer("diameter_px", diameter_px, {.low = 3, .high = 99, .help = "Odd diameter of the largest spots."});
  fields.number("detection_sigma", detection_sigma,
                {.low = 3,
                 .high = 100,
                 .help = "Least brightness of a spot, in standard deviations of the smoothed background."});
  fields.flag("dark", dark, {.help = "Particles are darker than what surrounds them."});
  fields.number("smallest_nm", smallest_nm,
                {.unit = "nm",
                 .low = 5,
                 .high = 2000,
                 .help = "Smallest particle whose steps are followed; sizes are given from half of it."});
  fields.number("largest_nm", largest_nm,
                {.unit = "nm", .low = 50, .high = 20000, .help = "Largest size that is given."});
  fields.optional_number(
      "search_px", search_px,
      {.low = 0.5,
       .high = 500,
       .help =
           "Farthest step from frame to frame in pixels; empty: 3.7 standard deviations of the smallest particle's."});
  fields.integer("min_frames", min_frames,
                 {.low = 3, .high = 1000, .help = "Frames of the shortest track that is sized."});
  fields.integer("iterations", iterations,
                 {.low = 1, .high = 10000, .help = "Most rounds of unfolding the size distribution."});
  fields.integer("bootstrap", bootstrap,
                 {.low = 0, .high = 1000, .help = "Samples of tracks behind the bands; 0: no bands."});
  fields.optional_number(
      "bead_nm", bead_nm,
      {.unit = "nm", .low = 10, .high = 20000, .help = "Stated hydrodynamic diameter of the beads."});
  fields.optional_number(
      "bead_per_ml", bead_per_ml,
      {.unit = "/mL", .low = 1, .high = 1e14, .help = "Stated concentration of the beads in the measured cell."});
  fields.number("bead_cv", bead_cv,
                {.low = 0, .high = 1, .help = "Coefficient of variation of the stated concentration of the beads."});
  fields.choice("blank", blank, kBlank, {.help = "Subtract the blank (diluent) when there is one, or ignore it."});
  fields.flag("distribution", distribution, {.help = "Report the size distribution, one row a bin."});
  fields.flag("overlays", overlays, {.help = "Keep a picture of the middle frame with spots and tracks."});
}

}  // namespace vesica::nta_video
