// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_nuclei.h"

#include <algorithm>
#include <array>
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
#include "vesica/ops/segment_sums.h"
#include "vesica/ops/segment_tree.h"

namespace vesica {

namespace {

constexpr double kSmooth = 1;  // pixel: steps of the grid are no necks
// Shares of what an ellipse would be worth, chosen: a piece or an object worth so much as a whole is not looked into;
// to one whose regions come to so much another view could add little (0.55 and 0.6 find the same).
constexpr double kWhole = 0.75, kClear = 0.55;
constexpr int kBand = 3;  // pixels inside and outside an edge that are held against each other: chosen

/// The greatest magnitude of values; not finite when one of them is not.
float greatest_magnitude(std::span<const float> values) {
  constexpr std::uint32_t kSign = 0x80000000U;
  std::int32_t greatest = 0;  // bits of a magnitude, which are in its order; those of NaN lie above all
  for (const float value : values) {
    greatest = std::max(greatest, static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(value) & ~kSign));
  }
  return std::bit_cast<float>(greatest);
}

/// Leaves of an image what is above its background, not below 0; yields the most of it.
float subtract_background(Image2& image, const NucleiSearch& how) {
  BackgroundRows rows = background_rows(image, how.background, how.background_px);
  std::int32_t most = 0;  // bits of floats that are not below 0 are in their order: a loop over vectors
  for (std::size_t y = 0; y < image.height; ++y) {
    const float* ground = rows.row(y);
    float* row = image.row(y).data();
    for (std::size_t x = 0; x < image.width; ++x) {
      const float above = std::max(0.0F, row[x] - ground[x]);
      row[x] = above;
      most = std::max(most, std::bit_cast<std::int32_t>(above));
    }
  }
  return std::bit_cast<float>(most);
}

/// The least float that is not below a limit: pixels are compared as what they are.
float least_not_below(double limit) {
  const auto out = static_cast<float>(limit);
  return static_cast<double>(out) < limit ? std::nextafter(out, std::numeric_limits<float>::infinity()) : out;
}

/// Sums of light and of pixels of every region.
struct RegionLight {
  std::vector<double> sum, area;
};
RegionLight light_of(const Image2& light, const Pieces& pieces, const Candidates& regions) {
  RegionLight out{std::vector<double>(regions.worth.size(), 0), std::vector<double>(regions.worth.size(), 0)};
  pieces.each_run([&](const PixelRun& run, std::uint32_t first) {
    const std::span<const std::int32_t> labels(regions.labels.data() + first, run.size());
    const float* row = light.row(run.y).data() + run.begin;
    for (std::size_t begin = 0, end = 0; begin < labels.size(); begin = end) {
      end = end_of_equal(labels, begin);
      out.sum[static_cast<std::size_t>(labels[begin])] += sum_of({row + begin, end - begin});
      out.area[static_cast<std::size_t>(labels[begin])] += static_cast<double>(end - begin);
    }
  });
  return out;
}

/// A label other than 0 among some, and whether there are others.
std::pair<std::int32_t, bool> labels_in(std::span<const std::int32_t> labels) {
  std::int32_t some = 0;
  for (std::size_t d = 0; d < labels.size(); d = end_of_equal(labels, d)) {
    if (labels[d] == 0 || labels[d] == some) continue;
    if (some != 0) return {some, true};
    some = labels[d];
  }
  return {some, false};
}

/// Runs of labels whose holes were filled since: two of a row and a label are one where what lay between them is
/// filled.
std::vector<PixelRun> with_filled(std::span<const PixelRun> runs, const Labels2& labels) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<PixelRun> out;
  std::vector<std::size_t> last;  // place of each label's last run
  for (const PixelRun& run : runs) {
    if (run.piece >= last.size()) last.resize(run.piece + 1, kNone);
    std::size_t& place = last[run.piece];
    if (place != kNone && out[place].y == run.y &&
        labels.row(run.y)[out[place].end] == static_cast<std::int32_t>(run.piece)) {
      out[place].end = run.end;
    } else {
      place = out.size();
      out.push_back(run);
    }
  }
  return out;
}

/// The seeds of objects, and the pieces that they may grow in.
struct Seeds {
  Pieces pieces;
  Candidates regions;
  float top = 0;  ///< the brightest pixel's light
};

/// Objects grow downhill within the mask to `half` of their own mean.
struct Grown {
  Labels2 labels;
  std::vector<PixelRun> runs;  ///< of the labels, row by row
};
Grown grow(const Image2& light, double half, Seeds seeds) {
  const Pieces& pieces = seeds.pieces;
  Candidates& regions = seeds.regions;
  const RegionLight bright = light_of(light, pieces, regions);
  std::vector<float> ends;
  for (std::size_t l = 0; l < bright.sum.size(); ++l) {
    ends.push_back(least_not_below(half * bright.sum[l] / bright.area[l]));
  }
  PieceFlood flood(seeds.top);
  Grown out{Labels2(light.width, light.height), {}};
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::span<std::int32_t> labels(regions.labels.data() + pieces.start[p], pieces.area(p));
    const auto [some, several] = labels_in(labels);
    if (some == 0) continue;
    // Connected as it is, a piece with one object is flooded by that.
    if (several) flood.flood(pieces.of(p), pieces.box(p), light, labels);
    const std::int32_t* label = labels.data();
    for (const PixelRun& run : pieces.of(p)) {
      const float* row = light.row(run.y).data() + run.begin;
      const std::span<std::int32_t> to = out.labels.row(run.y).subspan(run.begin, run.size());
      if (several) {
        for (std::size_t x = 0; x < to.size(); ++x)
          to[x] = row[x] >= ends[static_cast<std::size_t>(label[x])] ? label[x] : 0;
      } else {
        const float end = ends[static_cast<std::size_t>(some)];
        for (std::size_t x = 0; x < to.size(); ++x) to[x] = row[x] >= end ? some : 0;
      }
      label += to.size();
      add_runs_of_labels(to, run.y, run.begin, out.runs);
    }
  }
  sort_by_row(out.runs);
  if (fill_label_holes(out.labels, out.runs)) out.runs = with_filled(out.runs, out.labels);
  return out;
}

/// 1 for every object that is as like an ellipse as `likeness`, each of its runs touching the last.
std::vector<std::uint8_t> plain_objects(std::span<const PixelRun> runs, double likeness) {
  struct Shape {
    Moments sums;
    PixelRun last;
    bool connected = true;
  };
  std::vector<Shape> shapes;
  for (const PixelRun& run : runs) {
    if (run.piece >= shapes.size()) shapes.resize(run.piece + 1);
    Shape& shape = shapes[run.piece];
    if (shape.sums.n > 0) {
      const PixelRun& last = shape.last;
      shape.connected = shape.connected && run.y == last.y + 1 && run.begin < last.end && last.begin < run.end;
    }
    shape.sums.add(run);
    shape.last = run;
  }
  std::vector<std::uint8_t> out(shapes.size(), 0);
  for (std::size_t l = 0; l < out.size(); ++l) {
    out[l] = shapes[l].sums.n > 0 && shapes[l].connected && shapes[l].sums.likeness() >= likeness ? 1 : 0;
  }
  return out;
}

/// Cuts objects at their necks, but for those that are like an ellipse. `runs` of the labels, before and after.
void cut_necks(const NucleiSearch& how, Labels2& labels, std::vector<PixelRun>& runs) {
  const std::vector<std::uint8_t> plain = plain_objects(runs, how.shape + kWhole * (1 - how.shape));
  const RunPieces objects = by_piece(runs, plain.size());
  std::vector<std::uint8_t> changed(plain.size(), 0);
  NeckCutter cutter(labels.width, labels.height, {kSmooth, how.neck_px, how.neck});
  auto count = static_cast<std::int32_t>(plain.size()) - 1;
  std::vector<PixelRun> own;
  std::vector<std::int32_t> parts;
  for (std::size_t l = 1; l < objects.size(); ++l) {
    if (plain[l] != 0 || objects.of(l).empty()) continue;
    own.assign(objects.of(l).begin(), objects.of(l).end());
    const std::int32_t found = cutter.cut(own, parts);
    if (found < 2) continue;
    changed[l] = 1;
    const std::int32_t* part = parts.data();
    for (const PixelRun& run : own) {
      std::int32_t* to = labels.row(run.y).data();
      for (std::size_t x = run.begin; x < run.end; ++x, ++part) to[x] = *part == 1 ? to[x] : count + *part - 1;
    }
    count += found - 1;
  }
  std::vector<PixelRun> now;
  now.reserve(runs.size());
  for (const PixelRun& run : runs) {
    if (changed[run.piece] == 0) {
      now.push_back(run);
    } else {
      const auto row = std::span<const std::int32_t>(labels.row(run.y)).subspan(run.begin, run.size());
      add_runs_of_labels(row, run.y, run.begin, now);
    }
  }
  runs = std::move(now);
}

/// Drops objects of odd sizes, and those whose light does not step at their edge, as a share of their mean; yields how
/// many of the latter. Renumbers.
std::size_t drop_odd_and_blurred(const Image2& light, const NucleiSearch& how, std::span<const PixelRun> runs,
                                 Labels2& labels) {
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
  constexpr double kSafe = 6;             // chosen: one pixel in a thousand million
  constexpr std::size_t kEnough = 20000;  // of each: errors of a per cent
  std::vector<float> steps, some;
  const std::size_t columns = (std::max<std::size_t>(image.width, 1) - 1) / 2;
  const std::size_t rows = std::max<std::size_t>(1, columns * image.height / kEnough);
  steps.resize(columns * ((image.height + rows - 1) / rows));
  for (std::size_t y = 0; y < image.height; y += rows) {
    const float* row = image.row(y).data();
    float* to = steps.data() + y / rows * columns;
    for (std::size_t x = 0; x < columns; ++x) to[x] = std::abs(row[2 * x + 2] - row[2 * x]);
  }
  if (steps.empty()) return 0;
  constexpr double kMedianToSd = 1.4826;
  const double camera = kMedianToSd * quantile(steps, 0.5) / std::numbers::sqrt2;
  const double left = std::min(1.0, 1 / (2 * std::sqrt(std::numbers::pi) * std::max(sigma, 1e-9)));
  const std::size_t apart = light.pixels.size() / kEnough | 1;
  for (std::size_t i = 0; i < light.pixels.size(); i += apart) some.push_back(light.pixels[i]);
  return quantile(some, kTenth) + (kTenthsDeviate + kSafe) * camera * left;
}

/// The light of the pixels in pieces, from the level (0) to the brightest of them (1), square root.
std::vector<float> brightness(const Image2& light, const Pieces& pieces, double level) {
  std::vector<float> out(pieces.pixels());
  pieces.each_run([&](const PixelRun& run, std::uint32_t first) {
    std::copy_n(light.row(run.y).data() + run.begin, run.size(), out.data() + first);
  });
  const float low = static_cast<float>(level), top = greatest_of(out);
  const float scale = 1 / std::max(top - low, 1e-30F);
  for (float& each : out) each = std::sqrt(std::clamp((each - low) * scale, 0.0F, 1.0F));
  return out;
}

/// The best regions of all views. Fills light and level; none without a threshold above 0.
Seeds seeds_of(const Image2& image, float greatest, const NucleiSearch& how, NucleiFound& found) {
  constexpr double kRounding = 1e-5;  // of the greatest magnitude: a hundred times the last digit of a float
  found.light = gaussian(image, how.blur_px);
  const float top = subtract_background(found.light, how);
  found.level =
      how.threshold.value_or(threshold_of(found.light.pixels, {0, top}, how.method).value_or(0) * how.correction);
  if (!how.threshold) {
    // What the blur's rounding leaves of a constant image is no light.
    found.level = std::max({found.level, noise_level(image, found.light, how.blur_px), kRounding * greatest});
  }
  if (!(found.level > 0)) return {};
  Pieces pieces = pieces_of(found.light, found.level, how.least_px);
  const RegionWorth worth = {how.shape, how.least_px, how.most_px};
  RegionTrees trees;
  Views views(pieces, worth, {kWhole, kClear});
  const Pieces& open = views.open();
  if (open.size() > 0) views.see(candidates_by_height(open, brightness(found.light, open, found.level), worth, trees));
  const Necks necks = {kSmooth, how.neck_px, how.neck};
  for (const double factor : {1.0, 2.0, 4.0}) {  // chosen: octaves, so that dim and bright objects are met by one
    if (open.size() == 0) break;
    views.see(candidates_by_necks(found.light, open, factor * found.level, necks, worth));
  }
  if (open.size() > 0) {
    const std::vector<float> flat = flatness(found.light, how.blur_px, found.level / 2, open);
    views.see(candidates_by_height(open, flat, worth, trees));
  }
  return {std::move(pieces), std::move(views).best(), top};
}

}  // namespace

NucleiFound find_nuclei(const Image2& image, const NucleiSearch& how) {
  NucleiFound out;
  const float greatest = greatest_magnitude(image.pixels);
  if (image.empty() || !std::isfinite(greatest)) {
    return {Labels2(image.width, image.height), Image2(image.width, image.height), 0, 0};
  }
  Seeds seeds = seeds_of(image, greatest, how, out);
  if (seeds.regions.count() == 0) {
    out.labels = Labels2(image.width, image.height);
    return out;
  }
  Grown grown = grow(out.light, how.half, std::move(seeds));
  out.labels = std::move(grown.labels);
  cut_necks(how, out.labels, grown.runs);
  out.blurred = drop_odd_and_blurred(out.light, how, grown.runs, out.labels);
  return out;
}

}  // namespace vesica
