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

/// A landscape with a frame of one pixel. Only in its mask lie hills: none yet (-1), or the number of one.
struct Cell {
  float value = 0;  ///< not below 0
  std::int32_t hill = -1;
};
struct Keyed {
  std::uint32_t key = 0, cell = 0;
};

/// Cells of the mask from the highest value down, equal ones by place: radix sort, three passes of 11 bits.
std::vector<Keyed> from_the_top(const Image2& value, const Mask2& mask, std::vector<Cell>& cells) {
  std::vector<Keyed> from;
  from.reserve(static_cast<std::size_t>(
      std::count_if(mask.pixels.begin(), mask.pixels.end(), [](std::uint8_t each) { return each != 0; })));
  for (std::size_t y = 0; y < mask.height; ++y) {
    const std::uint8_t* inside = mask.row(y).data();
    const float* row = value.row(y).data();
    const std::size_t start = (y + 1) * (mask.width + 2) + 1;
    for (std::size_t x = 0; x < mask.width; ++x) {
      if (inside[x] == 0) continue;
      const float height = row[x] > 0 ? row[x] : 0.0F;
      cells[start + x].value = height;
      from.push_back({~ordered(height), static_cast<std::uint32_t>(start + x)});
    }
  }
  std::vector<Keyed> to(from.size());
  constexpr std::uint32_t kDigits = 1U << 11;
  for (const unsigned shift : {0U, 11U, 22U}) {
    std::array<std::uint32_t, kDigits> start{};
    for (const Keyed& each : from) ++start[(each.key >> shift) & (kDigits - 1)];
    std::uint32_t sum = 0;
    for (std::uint32_t& each : start) sum += std::exchange(each, sum);
    for (const Keyed& each : from) to[start[(each.key >> shift) & (kDigits - 1)]++] = each;
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

/// Distance of every pixel of a mask to the nearest outside it, 0 there: exact. Columns first, then along each run of a
/// row as far as anything nearer can be; masks with long runs go the general way, whose time does not grow with them.
Image2 depth_of(const Mask2& mask) {
  constexpr std::size_t kLongest = 512;
  constexpr std::int32_t kFar = 1 << 15;  // its square with that of a run fits
  if (mask.height >= static_cast<std::size_t>(kFar)) return distance_to(inverse(mask));
  Plane<std::int32_t> column(mask.width, mask.height);
  for (std::size_t y = 0; y < mask.height; ++y) {
    const std::int32_t* above = y > 0 ? column.row(y - 1).data() : nullptr;
    const std::uint8_t* inside = mask.row(y).data();
    std::int32_t* here = column.row(y).data();
    for (std::size_t x = 0; x < mask.width; ++x) {
      here[x] = inside[x] == 0 ? 0 : std::min(kFar, (above != nullptr ? above[x] : kFar) + 1);
    }
  }
  for (std::size_t y = mask.height; y-- > 1;) {
    const std::int32_t* below = column.row(y).data();
    std::int32_t* here = column.row(y - 1).data();
    for (std::size_t x = 0; x < mask.width; ++x) here[x] = std::min(here[x], below[x] + 1);
  }
  Image2 out(mask.width, mask.height);
  for (std::size_t y = 0; y < mask.height; ++y) {
    const std::int32_t* height = column.row(y).data();
    float* to = out.row(y).data();
    for (std::size_t begin = 0; begin < mask.width; ++begin) {
      if (height[begin] == 0) continue;
      std::size_t end = begin;
      while (end < mask.width && height[end] != 0) ++end;
      if (end - begin > kLongest) return distance_to(inverse(mask));
      const std::size_t first = begin > 0 ? begin - 1 : 0, last = end < mask.width ? end : end - 1;
      for (std::size_t x = begin; x < end; ++x) {
        std::int32_t best = height[x] * height[x];
        for (std::size_t d = 1; d <= kLongest; ++d) {
          const auto away = static_cast<std::int32_t>(d * d);
          if (away >= best) break;
          if (x >= first + d) best = std::min(best, height[x - d] * height[x - d] + away);
          if (x + d <= last) best = std::min(best, height[x + d] * height[x + d] + away);
        }
        to[x] = best >= kFar * kFar ? std::numeric_limits<float>::infinity() : std::sqrt(static_cast<float>(best));
      }
      begin = end;
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
  Basins out{Labels2(mask.width, mask.height), {}};
  if (mask.empty()) return out;
  Hills hills(value, depth, distance);
  const auto wide = static_cast<std::ptrdiff_t>(mask.width + 2);
  const std::array<std::ptrdiff_t, 8> around = {-wide, -1, 1, wide, -wide - 1, -wide + 1, wide - 1, wide + 1};
  std::vector<Cell> cells(static_cast<std::size_t>(wide) * (mask.height + 2));
  for (const Keyed& each : from_the_top(value, mask, cells)) {
    // The pixel joins the highest of its neighbours; then every other hill around it meets that one.
    Cell& here = cells[each.cell];
    std::int32_t own = -1, least = std::numeric_limits<std::int32_t>::max(), most = -1;
    float best = -1;
    for (const std::ptrdiff_t step : around) {
      const Cell& other = *(&here + step);
      if (other.hill < 0) continue;
      least = std::min(least, other.hill);
      most = std::max(most, other.hill);
      if (!(other.value > best)) continue;
      best = other.value;
      own = other.hill;
    }
    if (own < 0) {
      const std::size_t x = each.cell % static_cast<std::size_t>(wide) - 1;
      const std::size_t y = each.cell / static_cast<std::size_t>(wide) - 1;
      here.hill = hills.found(static_cast<std::uint32_t>(y * mask.width + x));
      continue;
    }
    here.hill = own;
    if (least == most) continue;
    for (const std::ptrdiff_t step : around) {
      const std::int32_t other = (&here + step)->hill;
      if (other < 0 || other == own) continue;
      const std::int32_t a = hills.root(own), b = hills.root(other);
      if (a != b) hills.meet(a, b, here.value);
    }
  }
  std::vector<std::int32_t> number(hills.count(), 0);
  for (std::size_t y = 0; y < mask.height; ++y) {
    const Cell* from = cells.data() + (static_cast<std::ptrdiff_t>(y) + 1) * wide + 1;
    std::int32_t* to = out.labels.row(y).data();
    for (std::size_t x = 0; x < mask.width; ++x) {
      if (from[x].hill < 0) continue;
      const std::int32_t root = hills.root(from[x].hill);
      std::int32_t& wanted = number[static_cast<std::size_t>(root)];
      if (wanted == 0) {
        out.peaks.push_back(hills.peak(root));
        wanted = static_cast<std::int32_t>(out.peaks.size());
      }
      to[x] = wanted;
    }
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
  if (how.by != SplitBy::kIntensity) landscape = gaussian(depth_of(mask), how.sigma_px);
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
