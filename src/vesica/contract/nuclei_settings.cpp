// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/nuclei_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "vesica/ops/image.h"
#include "vesica/ops/segment_background.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_nuclei_fine.h"

namespace vesica {

namespace {

constexpr double kAny = 1e9;

double share_of(const NucleiFound& found) {
  double inside = 0, all = 0;
  for (std::size_t i = 0; i < found.light.pixels.size(); ++i) {
    const auto light = static_cast<double>(found.light.pixels[i]);
    if (!(found.level > 0) || light < found.level) continue;
    all += light;
    if (found.labels.pixels[i] > 0) inside += light;
  }
  return all > 0 ? inside / all : std::numeric_limits<double>::quiet_NaN();
}

/// Diameter of the middle object over Otsu's threshold, pixels; NaN when there is none.
double middle_width(const Image2& image) {
  constexpr double kDust = 20;  // pixels of area, chosen
  const Image2 smooth = gaussian(image, 1);
  const auto threshold = threshold_of(smooth.pixels, ThresholdMethod::kOtsu);
  if (!threshold) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> areas;
  for (const Component& object : components(inverse(below(smooth, *threshold)), false).objects) {
    if (static_cast<double>(object.area) >= kDust) areas.push_back(static_cast<double>(object.area));
  }
  if (areas.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = areas.begin() + static_cast<std::ptrdiff_t>(areas.size() / 2);
  std::nth_element(areas.begin(), middle, areas.end());
  return 2 * std::sqrt(*middle / std::numbers::pi);
}

}  // namespace

void NucleiSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 4> kBackgrounds = {"opening", "rolling_ball", "median", "none"};
  fields.number("blur_um", blur_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Gaussian blur against noise before nuclei are sought."});
  fields.choice("background", background, kBackgrounds,
                {.help = "How the background of the nuclear channel is found."});
  fields.number("background_um", background_um,
                {.unit = "um", .low = 1, .high = 1e4, .help = "Radius of its window or ball: more than a nucleus."});
  fields.choice("threshold", threshold, threshold_names(),
                {.help = "ImageJ's name of the threshold of the image without its background."});
  fields.number("correction", correction,
                {.low = 0.05, .high = 5, .help = "Times the threshold: nuclei are looked for down to there."});
  fields.optional_number("level", level,
                         {.low = 0,
                          .high = kAny,
                          .help = "Counts above the background in place of threshold and correction, for all images."});
  fields.number("half", half,
                {.low = 0.1, .high = 0.9, .help = "A nucleus ends where its light falls to this share of its mean."});
  fields.number("shape", shape,
                {.low = 0, .high = 0.99, .help = "Likeness to an ellipse that a region needs to be one nucleus."});
  fields.number("neck", neck,
                {.low = 0,
                 .high = 1,
                 .help = "Nuclei part where they narrow by this share of the smaller one's width; 1: never."});
  fields.number("neck_um", neck_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Their middles lie at least this far apart."});
  fields.number("edge", edge,
                {.low = 0, .high = 1, .help = "Least step of light over a nucleus's edge, share of its mean."});
  fields.number("least_um2", least_um2, {.unit = "um2", .low = 0, .high = kAny, .help = "Smaller ones are dropped."});
  fields.number("most_um2", most_um2, {.unit = "um2", .low = 0, .high = kAny, .help = "Larger ones are dropped."});
  fields.flag("border", border, {.help = "Count nuclei that the image's border cuts."});
}

NucleiSearch search_of(const NucleiSettings& settings, double pixel_um) {
  const double pixel = pixel_um > 0 ? pixel_um : kNominalPixelUm;
  NucleiSearch out;
  out.blur_px = settings.blur_um / pixel;
  out.background_px = settings.background_um / pixel;
  out.background = background_named(settings.background).value_or(BackgroundMethod::kOpening);
  out.method = threshold_named(settings.threshold).value_or(ThresholdMethod::kOtsu);
  out.correction = settings.correction;
  out.threshold = settings.level;
  out.half = settings.half;
  out.shape = settings.shape;
  out.neck = settings.neck;
  out.neck_px = settings.neck_um / pixel;
  out.edge = settings.edge;
  out.least_px = settings.least_um2 / (pixel * pixel);
  out.most_px = settings.most_um2 / (pixel * pixel);
  return out;
}

namespace {

NucleiInImage looked_at(const Image2& image, const NucleiSettings& settings, double pixel_um) {
  constexpr double kLeastBlocks = 20;  // of the least object, chosen: fewer have no shape
  const double block = std::min(kBlockUm, std::sqrt(settings.least_um2 / kLeastBlocks));
  const auto step = static_cast<std::size_t>(std::clamp(std::floor(block / pixel_um), 1.0, 100.0));
  NucleiInImage out;
  out.pixel_um = pixel_um;
  out.found = find_nuclei_in_blocks(image, search_of(settings, pixel_um * static_cast<double>(step)), step);
  out.share = share_of(out.found);
  return out;
}

}  // namespace

NucleiInImage nuclei_in(const Image2& image, const NucleiSettings& settings, double pixel_um) {
  constexpr double kEnough = 0.5, kNucleusUm = 12, kWide = 70, kAsGood = 0.05;
  const bool known = pixel_um > 0;
  const NucleiInImage out = looked_at(image, settings, known ? pixel_um : kNominalPixelUm);
  if (known) return out;
  const double width = middle_width(image);
  if (!(width > kWide) && !(width > 0 && out.share < kEnough)) return out;
  const NucleiInImage other = looked_at(image, settings, kNucleusUm / width);
  return other.share > (width > kWide ? out.share - kAsGood : out.share) ? other : out;
}

}  // namespace vesica
