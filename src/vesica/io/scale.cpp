// SPDX-License-Identifier: Apache-2.0
// Whether a resolution tag is a measurement or the setting of a screen or printer.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/io/still.h"

namespace vesica {

Known believed_pixel_um(double pixels_per_metre, const std::string& tag, std::vector<ReadNote>& notes) {
  constexpr double kInchMetre = 0.0254;
  // Programs write whole dots an inch; a measured scale does not fall on one. 254 and 508 dpi are 100 and 50 um, the
  // steps of gel scanners.
  constexpr double kWholeBelow = 601, kSlack = 0.03;  // chosen: pHYs rounds to whole pixels a metre (0.0254 dpi)
  constexpr std::array kPrintDpi = {720.0, 800.0, 900.0, 1000.0, 1200.0, 1440.0, 2400.0, 3600.0, 4800.0};
  constexpr std::array kScannerDpi = {254.0, 508.0};
  constexpr double kLeastUm = 1e-5, kMostUm = 1000;  // chosen: an atom's tenth to a millimetre
  if (!std::isfinite(pixels_per_metre) || pixels_per_metre <= 0) return {};
  const double dpi = pixels_per_metre * kInchMetre;
  const double um = 1e6 / pixels_per_metre;
  const auto is_one_of = [dpi](const auto& steps) {
    return std::any_of(steps.begin(), steps.end(), [dpi](double step) { return std::abs(dpi - step) < kSlack; });
  };
  const bool whole = dpi < kWholeBelow && std::abs(dpi - std::round(dpi)) < kSlack && !is_one_of(kScannerDpi);
  const bool print = um < kLeastUm || um > kMostUm || whole || is_one_of(kPrintDpi);
  if (!print) return {um, KnownFrom::kTag, tag};
  notes.push_back({"image.resolution_ignored",
                   say("The resolution in the file ({0}: {1} dpi) is that of a screen or printer, not a scale.", tag,
                       readable_number(dpi, 4)),
                   say("Give the size of a pixel in micrometres with \"pixel_um\".")});
  return {};
}

}  // namespace vesica
