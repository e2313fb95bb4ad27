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
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"

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

/// Pixels of the mask from the highest value down, equal ones by index: radix sort, two passes of 16 bits.
std::vector<std::uint32_t> from_the_top(const Image2& value, const Mask2& mask) {
  std::vector<std::uint32_t> from, keys(value.pixels.size());
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if (mask.pixels[i] == 0) continue;
    keys[i] = ~ordered(value.pixels[i] > 0 ? value.pixels[i] : 0.0F);
    from.push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::uint32_t> to(from.size());
  constexpr std::uint32_t kDigits = 1U << 11;
  for (const unsigned shift : {0U, 11U, 22U}) {
    std::array<std::size_t, kDigits> start{};
    for (const std::uint32_t i : from) ++start[(keys[i] >> shift) & (kDigits - 1)];
    std::size_t sum = 0;
    for (std::size_t& each : start) sum += std::exchange(each, sum);
    for (const std::uint32_t i : from) to[start[(keys[i] >> shift) & (kDigits - 1)]++] = i;
    std::swap(from, to);
  }
  return from;
}

/// Hills while they grow together: a forest over the peaks.
class Hills {
 public:
  Hills(const Image2& value, double depth, double distance)
      : value_(value), depth_(depth), near_(distance * distance) {}

  std::int32_t found(std::uint32_t peak) {
    parent_.push_back(static_cast<std::int32_t>(parent_.size()));
    peak_.push_back(peak);
    return parent_.back();
  }
  std::int32_t root(std::int32_t hill) {
    while (parent_[at(hill)] != hill) {
      parent_[at(hill)] = parent_[at(parent_[at(hill)])];
      hill = parent_[at(hill)];
    }
    return hill;
  }
  /// Hills found earlier are higher. Both become one when the lower is shallow or near.
  void meet(std::int32_t a, std::int32_t b, float pass) {
    const std::int32_t high = std::min(a, b), low = std::max(a, b);
    const double peak = std::max(0.0F, value_.pixels[peak_[at(low)]]);
    const bool shallow = peak - static_cast<double>(std::max(0.0F, pass)) <= depth_ * peak;
    if (shallow || apart(peak_[at(high)], peak_[at(low)]) < near_) parent_[at(low)] = high;
  }
  std::size_t peak(std::int32_t hill) const { return peak_[at(hill)]; }
  std::size_t count() const { return parent_.size(); }

 private:
  static std::size_t at(std::int32_t hill) { return static_cast<std::size_t>(hill); }
  double apart(std::size_t a, std::size_t b) const {
    const double dx = static_cast<double>(a % value_.width) - static_cast<double>(b % value_.width);
    const double dy = static_cast<double>(a / value_.width) - static_cast<double>(b / value_.width);
    return dx * dx + dy * dy;
  }
  const Image2& value_;
  double depth_, near_;
  std::vector<std::int32_t> parent_;
  std::vector<std::uint32_t> peak_;
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
  Basins out{Labels2(mask.width, mask.height, -1), {}};
  Hills hills(value, depth, distance);
  const Around around(mask.width, mask.height);
  std::vector<std::int32_t>& hill = out.labels.pixels;
  for (const std::uint32_t i : from_the_top(value, mask)) {
    // The pixel joins the highest of its neighbours; then every other hill around it meets that one.
    std::int32_t own = -1;
    float best = -1;
    around.each(i, [&](std::size_t j, bool) {
      if (hill[j] < 0 || !(std::max(0.0F, value.pixels[j]) > best)) return;
      best = std::max(0.0F, value.pixels[j]);
      own = hill[j];
    });
    if (own < 0) {
      hill[i] = hills.found(i);
      continue;
    }
    hill[i] = own;
    around.each(i, [&](std::size_t j, bool) {
      if (hill[j] < 0 || hill[j] == own) return;
      const std::int32_t a = hills.root(own), b = hills.root(hill[j]);
      if (a != b) hills.meet(a, b, value.pixels[i]);
    });
  }
  std::vector<std::int32_t> number(hills.count(), 0);
  for (std::int32_t& label : hill) {
    if (label < 0) {
      label = 0;
      continue;
    }
    const std::int32_t root = hills.root(label);
    std::int32_t& wanted = number[static_cast<std::size_t>(root)];
    if (wanted == 0) {
      out.peaks.push_back(hills.peak(root));
      wanted = static_cast<std::int32_t>(out.peaks.size());
    }
    label = wanted;
  }
  return out;
}

std::optional<SplitBy> split_named(std::string_view name) {
  if (name == "none") return SplitBy::kNone;
  if (name == "intensity") return SplitBy::kIntensity;
  if (name == "shape") return SplitBy::kShape;
  if (name == "both") return SplitBy::kBoth;
  return std::nullopt;
}

Labels2 split_touching(const Image2& image, const Mask2& mask, const Splitting& how) {
  if (how.by == SplitBy::kNone) return components(mask, true).labels;
  Image2 landscape;
  if (how.by != SplitBy::kIntensity) landscape = gaussian(distance_to(inverse(mask)), how.sigma_px);
  if (how.by != SplitBy::kShape) {
    Image2 light = smoothed_within(image, mask, how.sigma_px);
    for (std::size_t i = 0; i < landscape.pixels.size(); ++i) light.pixels[i] *= landscape.pixels[i];
    landscape = std::move(light);
  }
  // A mask without an outside is infinitely far from it.
  for (float& value : landscape.pixels) {
    if (!std::isfinite(value)) value = 1;
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
