// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_nuclei.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_candidates.h"
#include "vesica/ops/segment_edge.h"
#include "vesica/ops/segment_flood.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_runs.h"
#include "vesica/ops/segment_tree.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {

namespace {

constexpr double kSmooth = 1;   // pixel: steps of the grid are no necks
constexpr double kClear = 0.6;  // chosen: another view could add little to such a piece
constexpr int kBand = 3;        // pixels inside and outside an edge that are held against each other: chosen

/// What is above the background, not below 0.
Image2 above_background(const Image2& image, const NucleiSearch& how) {
  BackgroundRows rows = background_rows(image, how.background, how.background_px);
  Image2 out(image.width, image.height);
  for (std::size_t y = 0; y < image.height; ++y) {
    const float *from = image.row(y).data(), *ground = rows.row(y);
    float* to = out.row(y).data();
    for (std::size_t x = 0; x < image.width; ++x) to[x] = std::max(0.0F, from[x] - ground[x]);
  }
  return out;
}

/// The least float that is not below a limit: pixels are compared as what they are.
float least_not_below(double limit) {
  const auto out = static_cast<float>(limit);
  return static_cast<double>(out) < limit ? std::nextafter(out, std::numeric_limits<float>::infinity()) : out;
}

/// Objects grow downhill within the mask to `half` of their own mean.
Labels2 grow(const Image2& light, const Pieces& pieces, double half, std::vector<std::int32_t> seeds,
             std::int32_t count) {
  std::vector<double> sum(static_cast<std::size_t>(count) + 1, 0), area = sum;
  const auto pixel = [&](std::size_t d) { return pieces.dots[d].y * light.width + pieces.dots[d].x; };
  float top = 0;
  for (std::size_t d = 0; d < seeds.size(); ++d) {
    const float here = light.pixels[pixel(d)];
    sum[static_cast<std::size_t>(seeds[d])] += here;
    ++area[static_cast<std::size_t>(seeds[d])];
    top = std::max(top, here);
  }
  std::vector<float> ends;
  for (std::size_t l = 0; l < sum.size(); ++l) ends.push_back(least_not_below(half * sum[l] / area[l]));
  PieceFlood flood(top);
  Labels2 out(light.width, light.height);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::size_t from = pieces.start[p], to = pieces.start[p + 1];
    const std::int32_t some = *std::max_element(seeds.data() + from, seeds.data() + to);
    if (some == 0) continue;
    // Connected as it is, a piece with one object is flooded by that.
    const bool one = std::all_of(seeds.data() + from, seeds.data() + to,
                                 [=](std::int32_t label) { return label == 0 || label == some; });
    if (!one) flood.flood(pieces.of(p), light, {seeds.data() + from, to - from});
    for (std::size_t d = from; d < to; ++d) {
      const std::int32_t label = one ? some : seeds[d];
      if (light.pixels[pixel(d)] >= ends[static_cast<std::size_t>(label)]) out.pixels[pixel(d)] = label;
    }
  }
  fill_label_holes(out);
  return out;
}

/// Cuts every object at its necks: shapes are looked at with a line of one pixel between neighbours, which then goes
/// back to the object that it came from.
void cut_necks(const NucleiSearch& how, Labels2& labels) {
  const std::size_t width = labels.width, height = labels.height;
  Mask2 mask(width, height);
  std::vector<std::int32_t> cut(height, 0);  // not 0 for rows in which the line takes pixels
  for (std::size_t y = 0; y < height; ++y) {
    const std::int32_t* row = labels.row(y).data();
    const std::int32_t* below = y + 1 < height ? labels.row(y + 1).data() : row;
    std::uint8_t* to = mask.row(y).data();
    const auto look = [&](std::size_t x, std::int32_t beside) {  // without branches: a loop over vectors
      const std::int32_t label = row[x], right = beside == label ? 0 : beside, down = below[x] == label ? 0 : below[x];
      const std::int32_t taken = (right | down) != 0 ? label : 0, stays = taken == 0 ? label : 0;
      to[x] = stays != 0 ? 1 : 0;
      return taken;
    };
    std::int32_t taken = 0;
    for (std::size_t x = 0; x + 1 < width; ++x) taken |= look(x, row[x + 1]);
    cut[y] = taken | look(width - 1, 0);
  }
  Labels2 parts = split_by_shape(mask, {SplitBy::kShape, kSmooth, how.neck_px, how.neck});
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width && cut[y] != 0; ++x) {
      const std::size_t i = y * width + x;
      if (labels.pixels[i] == 0 || mask.pixels[i] != 0) continue;
      const auto back = [&](std::size_t j) {
        if (parts.pixels[i] == 0 && mask.pixels[j] != 0 && labels.pixels[j] == labels.pixels[i]) {
          parts.pixels[i] = parts.pixels[j];
        }
      };
      if (x > 0) back(i - 1);
      if (y > 0) back(i - width);
      if (x + 1 < width) back(i + 1);
      if (y + 1 < height) back(i + width);
    }
  }
  labels = std::move(parts);
}

/// Drops objects of odd sizes, and those whose light does not step at their edge, as a share of their mean; yields how
/// many of the latter. Renumbers.
std::size_t drop_odd_and_blurred(const Image2& light, const NucleiSearch& how, Labels2& labels) {
  const std::vector<PixelRun> runs = runs_of(labels);
  std::vector<std::size_t> areas(1, 0);
  for (const PixelRun& run : runs) {
    if (run.piece >= areas.size()) areas.resize(run.piece + 1, 0);
    areas[run.piece] += run.size();
  }
  std::vector<std::uint8_t> keep(areas.size(), 0);
  for (std::size_t l = 1; l < areas.size(); ++l) {
    const auto pixels = static_cast<double>(areas[l]);
    keep[l] = areas[l] > 0 && pixels >= how.least_px && pixels <= how.most_px ? 1 : 0;
  }
  const std::vector<EdgeLight> edges = edge_light(light, labels, runs, keep, kBand);
  std::size_t blurred = 0;
  for (std::size_t l = 1; l < edges.size(); ++l) {
    const EdgeLight& s = edges[l];
    if (keep[l] == 0 || !(s.n_in > 0 && s.n_out > 0)) continue;
    keep[l] = s.in / s.n_in - s.out / s.n_out >= how.edge * s.all / static_cast<double>(areas[l]) ? 1 : 0;
    if (keep[l] == 0) ++blurred;
  }
  std::vector<std::int32_t> number(keep.size(), 0);
  std::int32_t count = 0;
  for (const PixelRun& run : runs) {
    if (keep[run.piece] != 0 && number[run.piece] == 0) number[run.piece] = ++count;
    if (number[run.piece] == static_cast<std::int32_t>(run.piece)) continue;
    std::fill_n(labels.row(run.y).data() + run.begin, run.size(), number[run.piece]);
  }
  return blurred;
}

/// The value of rank p * (size - 1) of values that are not negative: exact. By their topmost bits first, which are in
/// the order of the values, so that few remain to be ordered.
float quantile(const std::vector<float>& values, double p) {
  constexpr unsigned kLow = 20;  // bits that are left out: 3 of the 23 behind the exponent remain
  std::vector<std::uint32_t> counts(1U << (32 - kLow), 0);
  for (const float value : values) ++counts[std::bit_cast<std::uint32_t>(value) >> kLow];
  auto rank = static_cast<std::size_t>(p * static_cast<double>(values.size() - 1));
  std::uint32_t bin = 0;
  for (; rank >= counts[bin]; ++bin) rank -= counts[bin];
  std::vector<float> within;
  within.reserve(counts[bin]);
  for (const float value : values) {
    if (std::bit_cast<std::uint32_t>(value) >> kLow == bin) within.push_back(value);
  }
  const auto at = within.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(within.begin(), at, within.end());
  return *at;
}

/// What noise alone reaches in `light`: the least tenth of it is ground in every field that is not full, the camera's
/// noise comes from differences between pixels two apart, and the blur leaves 1 / (2 sqrt(pi) sigma) of it.
double noise_level(const Image2& image, const Image2& light, double sigma) {
  constexpr double kTenth = 0.1, kTenthsDeviate = 1.2816;
  constexpr double kSafe = 6;  // chosen: one pixel in a thousand million
  std::vector<float> steps, some;
  const std::size_t columns = (std::max<std::size_t>(image.width, 1) - 1) / 2;
  steps.resize(columns * ((image.height + 1) / 2));
  for (std::size_t y = 0; y < image.height; y += 2) {
    const float* row = image.row(y).data();
    float* to = steps.data() + y / 2 * columns;
    for (std::size_t x = 0; x < columns; ++x) to[x] = std::abs(row[2 * x + 2] - row[2 * x]);
  }
  if (steps.empty()) return 0;
  constexpr double kMedianToSd = 1.4826;
  const double camera = kMedianToSd * quantile(steps, 0.5) / std::numbers::sqrt2;
  const double left = std::min(1.0, 1 / (2 * std::sqrt(std::numbers::pi) * std::max(sigma, 1e-9)));
  for (std::size_t i = 0; i < light.pixels.size(); i += 7) some.push_back(light.pixels[i]);
  return quantile(some, kTenth) + (kTenthsDeviate + kSafe) * camera * left;
}

/// What the blur's rounding leaves of a constant image, and some: a light of this size is none.
double rounding_of(const Image2& image) {
  constexpr double kShare = 1e-5;  // of the greatest magnitude: a hundred times the last digit of a float
  constexpr std::uint32_t kSign = 0x80000000U;
  std::int32_t greatest = 0;  // bits of a magnitude, which are in its order
  for (const float value : image.pixels) {
    greatest = std::max(greatest, static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(value) & ~kSign));
  }
  return kShare * static_cast<double>(std::bit_cast<float>(greatest));
}

/// The light of the pixels in pieces, from the level (0) to the brightest of them (1), square root.
std::vector<float> brightness(const Image2& light, const Pieces& pieces, double level) {
  std::vector<float> out(pieces.dots.size());
  for (std::size_t d = 0; d < out.size(); ++d) out[d] = light.row(pieces.dots[d].y)[pieces.dots[d].x];
  const float low = static_cast<float>(level), top = out.empty() ? 0 : *std::max_element(out.begin(), out.end());
  const float scale = 1 / std::max(top - low, 1e-30F);
  for (float& each : out) each = std::sqrt(std::clamp((each - low) * scale, 0.0F, 1.0F));
  return out;
}

/// 1 for every piece that its regions do not explain well: with most of what ellipses of the piece's area could score.
std::vector<std::uint8_t> unsettled(const Pieces& pieces, const Candidates& found, const RegionWorth& worth) {
  std::vector<std::uint8_t> out(pieces.size(), 0), seen(found.worth.size(), 0);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    double sum = 0;
    for (std::size_t d = pieces.start[p]; d < pieces.start[p + 1]; ++d) {
      const auto label = static_cast<std::size_t>(found.labels[d]);
      if (seen[label] == 0) sum += found.worth[label];
      seen[label] = 1;
    }
    out[p] = sum > kClear * (1 - worth.shape) * static_cast<double>(pieces.area(p)) ? 0 : 1;
  }
  return out;
}

/// The seeds of objects: the best regions of all views. Fills light and level; none without a threshold above 0.
struct Seeds {
  Pieces pieces;
  Candidates regions;
};
Seeds seeds_of(const Image2& image, const NucleiSearch& how, NucleiFound& found) {
  const Image2 smooth = gaussian(image, how.blur_px);
  found.light = above_background(smooth, how);
  found.level = how.threshold.value_or(threshold_of(found.light.pixels, how.method).value_or(0) * how.correction);
  if (!how.threshold)
    found.level = std::max({found.level, noise_level(image, found.light, how.blur_px), rounding_of(image)});
  if (!(found.level > 0)) return {};
  Seeds out{pieces_of(found.light, found.level, how.least_px), {}};
  const RegionWorth worth = {how.shape, how.least_px, how.most_px};
  RegionTrees trees;
  out.regions = candidates_by_height(out.pieces, brightness(found.light, out.pieces, found.level), worth, trees);
  const std::vector<std::uint8_t> wanted = unsettled(out.pieces, out.regions, worth);
  const Pieces open = those_of(out.pieces, wanted);
  if (open.size() == 0) return out;
  Candidates best = those_of(out.regions, out.pieces, wanted);
  const Necks necks = {kSmooth, how.neck_px, how.neck};
  for (const double factor : {1.0, 2.0, 4.0}) {  // chosen: octaves, so that dim and bright objects are met by one
    best = better_of(best, candidates_by_necks(found.light, open, factor * found.level, necks, worth));
  }
  const std::vector<float> flat = flatness(gaussian(smooth, how.blur_px), found.light, found.level / 2, open);
  best = better_of(best, candidates_by_height(open, flat, worth, trees));
  out.regions = with_those(out.regions, best, out.pieces, wanted);
  return out;
}

}  // namespace

NucleiFound find_nuclei(const Image2& image, const NucleiSearch& how) {
  NucleiFound out;
  if (image.empty() || !all_finite(image)) {
    return {Labels2(image.width, image.height), Image2(image.width, image.height), 0, 0};
  }
  {
    Seeds seeds = seeds_of(image, how, out);
    if (seeds.regions.count() == 0) {
      out.labels = Labels2(image.width, image.height);
      return out;
    }
    const std::int32_t count = seeds.regions.count();
    out.labels = grow(out.light, seeds.pieces, how.half, std::move(seeds.regions.labels), count);
  }
  cut_necks(how, out.labels);
  out.blurred = drop_odd_and_blurred(out.light, how, out.labels);
  return out;
}

}  // namespace vesica
