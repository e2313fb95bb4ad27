// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_watershed.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_depth.h"
#include "vesica/ops/segment_hills.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_necks.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

namespace {

/// Whole numbers in the order of the floats; NaN above everything.
std::uint32_t ordered(float value) {
  if (std::isnan(value)) return std::numeric_limits<std::uint32_t>::max();
  const auto bits = std::bit_cast<std::uint32_t>(value == 0 ? 0.0F : value);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

/// The pixels around one, inside the plane; edges first, then corners.
class Around {
 public:
  Around(std::size_t width, std::size_t height) : width_(width), height_(height) {}
  template <typename Visit>
  void each(std::size_t i, const Visit& visit) const {
    const std::size_t x = i % width_, y = i / width_;
    const bool left = x > 0, right = x + 1 < width_, up = y > 0, down = y + 1 < height_;
    if (up) visit(i - width_, false);
    if (left) visit(i - 1, false);
    if (right) visit(i + 1, false);
    if (down) visit(i + width_, false);
    if (up && left) visit(i - width_ - 1, true);
    if (up && right) visit(i - width_ + 1, true);
    if (down && left) visit(i + width_ - 1, true);
    if (down && right) visit(i + width_ + 1, true);
  }

 private:
  std::size_t width_, height_;
};

struct Waiting {
  std::uint64_t key = 0;  ///< height, then age
  std::uint32_t pixel = 0;
  bool operator<(const Waiting& other) const { return key > other.key; }  // the standard heap gives the greatest
};

class Queue {
 public:
  void push(std::uint32_t height, std::size_t pixel) {
    heap_.push_back({(static_cast<std::uint64_t>(height) << 32) | age_++, static_cast<std::uint32_t>(pixel)});
    std::push_heap(heap_.begin(), heap_.end());
  }
  std::size_t pop() {
    std::pop_heap(heap_.begin(), heap_.end());
    const std::size_t pixel = heap_.back().pixel;
    heap_.pop_back();
    return pixel;
  }
  bool empty() const { return heap_.empty(); }

 private:
  std::vector<Waiting> heap_;
  std::uint32_t age_ = 0;
};

/// The p-th share of the values of a mask, nearest rank.
float percentile(const Image2& image, const Mask2& mask, double p) {
  std::vector<float> values;
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (mask.pixels[i] != 0 && std::isfinite(image.pixels[i])) values.push_back(image.pixels[i]);
  }
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// The Gaussian of image - low inside the mask, over that of the mask; 0 outside.
Image2 smoothed_within(const Image2& image, const Mask2& mask, double sigma) {
  const float low = percentile(image, mask, 0.01);
  Image2 light(image.width, image.height), weight(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (mask.pixels[i] == 0 || !std::isfinite(image.pixels[i])) continue;
    light.pixels[i] = image.pixels[i] - low;
    weight.pixels[i] = 1;
  }
  if (!(sigma > 0)) return light;
  light = gaussian(light, sigma);
  weight = gaussian(weight, sigma);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    light.pixels[i] = mask.pixels[i] != 0 && weight.pixels[i] > 0 ? light.pixels[i] / weight.pixels[i] : 0;
  }
  return light;
}

/// Hills of the pieces of a mask, whose heights `landscape(piece, box, hills)` puts into the rows of `hills`.
template <typename Landscape>
Basins hills_of(const Mask2& mask, double depth, double distance, const Landscape& landscape) {
  Basins out{Labels2(mask.width, mask.height), {}};
  std::vector<PixelRun> runs = runs_of(mask);
  const std::size_t count = connect_runs(runs, true);
  const RunPieces pieces = by_piece(runs, count);
  PieceHills hills(depth, distance);
  // Of every piece its first number; a piece with several hills writes theirs into the labels, counted from 1.
  std::vector<std::size_t> first, peaks;
  std::vector<std::uint8_t> several(count, 0);
  for (std::size_t p = 0; p < count; ++p) {
    const RunPieces::Box& box = pieces.boxes[p];
    hills.begin(box.x1 - box.x0, box.y1 - box.y0);
    landscape(pieces.of(p), box, hills);
    const std::size_t found = hills.find(pieces.of(p), box.x0, box.y0);
    first.push_back(peaks.size());
    for (std::size_t k = 0; k < found; ++k) {
      const auto [x, y] = hills.peak(k);
      peaks.push_back((box.y0 + y) * mask.width + box.x0 + x);
    }
    if (found == 1) continue;
    several[p] = 1;
    for (const PixelRun& run : pieces.of(p)) {
      std::int32_t* row = out.labels.row(run.y).data();
      for (std::size_t x = run.begin; x < run.end; ++x) {
        row[x] = static_cast<std::int32_t>(first[p] + hills.hill(x - box.x0, run.y - box.y0)) + 1;
      }
    }
  }
  std::vector<std::int32_t> number(peaks.size(), 0);
  const auto numbered = [&](std::size_t hill) {
    if (number[hill] == 0) {
      out.peaks.push_back(peaks[hill]);
      number[hill] = static_cast<std::int32_t>(out.peaks.size());
    }
    return number[hill];
  };
  for (const PixelRun& run : runs) {
    std::int32_t* row = out.labels.row(run.y).data();
    if (several[run.piece] == 0) {
      std::fill(row + run.begin, row + run.end, numbered(first[run.piece]));
    } else {
      for (std::size_t x = run.begin; x < run.end; ++x) row[x] = numbered(static_cast<std::size_t>(row[x]) - 1);
    }
  }
  return out;
}

/// The smoothed depth of the pixels of a mask in their piece, 0 outside.
Image2 depth_of(const Mask2& mask, double sigma) {
  Image2 out(mask.width, mask.height);
  std::vector<PixelRun> runs = runs_of(mask);
  const RunPieces pieces = by_piece(runs, connect_runs(runs, true));
  PieceDepth depth(mask.width, mask.height, sigma);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const RunPieces::Box& box = pieces.boxes[p];
    depth.find(pieces.of(p), box);
    for (const PixelRun& run : pieces.of(p)) {
      std::copy_n(depth.row(run.y - box.y0) + run.begin - box.x0, run.size(), out.row(run.y).data() + run.begin);
    }
  }
  return out;
}

}  // namespace

Labels2 watershed(const Image2& height, const Labels2& markers, const Mask2& mask) {
  VESICA_REQUIRE(height.pixels.size() == mask.pixels.size() && markers.pixels.size() == mask.pixels.size() &&
                     height.width == mask.width && markers.width == mask.width,
                 "height, markers and mask of one size");
  VESICA_REQUIRE(mask.pixels.size() < std::numeric_limits<std::uint32_t>::max(), "pixels fit their numbers");
  Labels2 out(mask.width, mask.height);
  Queue queue;
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if (markers.pixels[i] == 0 || mask.pixels[i] == 0) continue;
    out.pixels[i] = markers.pixels[i];
    queue.push(ordered(height.pixels[i]), i);
  }
  const Around around(mask.width, mask.height);
  while (!queue.empty()) {
    const std::size_t i = queue.pop();
    around.each(i, [&](std::size_t j, bool) {
      if (mask.pixels[j] == 0 || out.pixels[j] != 0) return;
      out.pixels[j] = out.pixels[i];
      queue.push(ordered(height.pixels[j]), j);
    });
  }
  return out;
}

Basins basins(const Image2& value, const Mask2& mask, double depth, double distance) {
  VESICA_REQUIRE(value.width == mask.width && value.height == mask.height, "landscape and mask of one size");
  VESICA_REQUIRE((mask.width + 2) * (mask.height + 2) < std::numeric_limits<std::uint32_t>::max(), "pixels fit");
  return hills_of(mask, depth, distance,
                  [&](std::span<const PixelRun> runs, const RunPieces::Box& box, PieceHills& hills) {
                    for (const PixelRun& run : runs) {
                      const float* from = value.row(run.y).data() + run.begin;
                      float* to = hills.row(run.y - box.y0) + run.begin - box.x0;
                      for (std::size_t x = 0; x < run.size(); ++x) to[x] = from[x] > 0 ? from[x] : 0.0F;
                    }
                  });
}

std::optional<SplitBy> split_named(std::string_view name) {
  if (name == "none") return SplitBy::kNone;
  if (name == "intensity") return SplitBy::kIntensity;
  if (name == "shape") return SplitBy::kShape;
  if (name == "both") return SplitBy::kBoth;
  return std::nullopt;
}

Labels2 split_by_shape(const Mask2& mask, const Splitting& how) {
  NeckCutter cutter(mask.width, mask.height, {how.sigma_px, how.distance_px, how.depth});
  std::vector<PixelRun> runs = runs_of(mask);
  std::vector<std::int32_t> parts;
  cutter.cut(runs, parts);
  Labels2 out(mask.width, mask.height);
  const std::int32_t* from = parts.data();
  for (const PixelRun& run : runs) {
    std::copy_n(from, run.size(), out.row(run.y).data() + run.begin);
    from += run.size();
  }
  relabel(out);
  return out;
}

Labels2 split_touching(const Image2& image, const Mask2& mask, const Splitting& how) {
  if (how.by == SplitBy::kNone) return components(mask, true).labels;
  if (how.by == SplitBy::kShape) return split_by_shape(mask, how);
  Image2 landscape = smoothed_within(image, mask, how.sigma_px);
  if (how.by == SplitBy::kBoth) {
    const Image2 depth = depth_of(mask, how.sigma_px);
    for (std::size_t i = 0; i < landscape.pixels.size(); ++i) landscape.pixels[i] *= depth.pixels[i];
  }
  return basins(landscape, mask, how.depth, how.distance_px).labels;
}

Labels2 propagate(const Labels2& seeds, const Mask2& mask, const Image2& image, double lambda) {
  VESICA_REQUIRE(seeds.pixels.size() == mask.pixels.size() && image.pixels.size() == mask.pixels.size() &&
                     seeds.width == mask.width && image.width == mask.width && lambda >= 0,
                 "seeds, mask and image of one size");
  const double range = static_cast<double>(percentile(image, mask, 0.99)) - percentile(image, mask, 0.01);
  const double scale = range > 0 ? 1 / range : 0;
  Labels2 out = seeds;
  Image2 cost(mask.width, mask.height, std::numeric_limits<float>::infinity());
  Queue queue;
  for (std::size_t i = 0; i < seeds.pixels.size(); ++i) {
    if (seeds.pixels[i] == 0) continue;
    cost.pixels[i] = 0;
    queue.push(ordered(0), i);
  }
  const Around around(mask.width, mask.height);
  Mask2 done(mask.width, mask.height);
  while (!queue.empty()) {
    const std::size_t i = queue.pop();
    if (std::exchange(done.pixels[i], std::uint8_t{1}) != 0) continue;
    around.each(i, [&](std::size_t j, bool corner) {
      if (mask.pixels[j] == 0 || done.pixels[j] != 0 || seeds.pixels[j] != 0) return;
      const double g = (static_cast<double>(image.pixels[j]) - image.pixels[i]) * scale;
      const double step = std::sqrt((g * g + lambda * (corner ? 2 : 1)) / (1 + lambda));
      const auto way = static_cast<float>(cost.pixels[i] + (std::isfinite(step) ? step : 1.0));
      if (!(way < cost.pixels[j])) return;
      cost.pixels[j] = way;
      out.pixels[j] = out.pixels[i];
      queue.push(ordered(way), j);
    });
  }
  return out;
}

}  // namespace vesica
