// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_outline_path.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "vesica/base/require.h"

namespace vesica::ops {

namespace {

constexpr std::ptrdiff_t kStep = 2;  // radii from one direction to the next, chosen: 45 degrees off the circle

/// The best open path from direction `first` once round, its first radius fixed when `fixed` is one.
class Search {
 public:
  Search(const PolarGains& gains, float bend, std::size_t first, std::ptrdiff_t fixed)
      : n_(static_cast<std::ptrdiff_t>(gains.radii)), directions_(gains.directions), came_(gains.gain.size()) {
    constexpr float kNever = -1e30F;
    std::vector<float> sum(gains.radii, kNever), next(gains.radii);
    for (std::ptrdiff_t r = 0; r < n_; ++r) {
      if (fixed < 0 || r == fixed) sum[static_cast<std::size_t>(r)] = gains.at(first, static_cast<std::size_t>(r));
    }
    for (std::size_t k = 1; k < directions_; ++k) {
      const std::size_t direction = (first + k) % directions_;
      for (std::ptrdiff_t r = 0; r < n_; ++r) {
        float best = std::numeric_limits<float>::lowest();
        std::ptrdiff_t from = r;
        for (std::ptrdiff_t step = -kStep; step <= kStep; ++step) {
          if (r + step < 0 || r + step >= n_) continue;
          const float value = sum[static_cast<std::size_t>(r + step)] - bend * static_cast<float>(step * step);
          if (value > best) best = value, from = r + step;
        }
        next[static_cast<std::size_t>(r)] = best + gains.at(direction, static_cast<std::size_t>(r));
        came_[k * gains.radii + static_cast<std::size_t>(r)] = static_cast<std::int32_t>(from);
      }
      sum.swap(next);
    }
    sum_ = std::move(sum);
  }

  std::size_t best_end(std::ptrdiff_t low, std::ptrdiff_t high) const {
    const auto begin = sum_.begin() + std::max<std::ptrdiff_t>(low, 0);
    const auto end = sum_.begin() + std::min(high + 1, n_);
    return static_cast<std::size_t>(std::max_element(begin, end) - sum_.begin());
  }
  /// Radii of the path that ends at `radius`, in the order of the search.
  std::vector<std::size_t> path_to(std::size_t radius) const {
    std::vector<std::size_t> out(directions_);
    for (std::size_t k = directions_; k-- > 0;) {
      out[k] = radius;
      radius = static_cast<std::size_t>(came_[k * static_cast<std::size_t>(n_) + radius]);
    }
    return out;
  }

 private:
  std::ptrdiff_t n_;
  std::size_t directions_;
  std::vector<std::int32_t> came_;
  std::vector<float> sum_;
};

}  // namespace

std::vector<std::size_t> closed_path(const PolarGains& gains, float bend) {
  VESICA_REQUIRE(gains.radii > 0 && gains.directions >= 4, "a path goes through radii in several directions");
  const auto n = static_cast<std::ptrdiff_t>(gains.radii);
  const std::size_t half = gains.directions / 2;
  const Search open(gains, bend, 0, -1);
  const auto through = static_cast<std::ptrdiff_t>(open.path_to(open.best_end(0, n - 1))[half]);
  const Search closed(gains, bend, half, through);
  const std::vector<std::size_t> turned = closed.path_to(closed.best_end(through - kStep, through + kStep));
  std::vector<std::size_t> out(gains.directions);
  for (std::size_t k = 0; k < out.size(); ++k) out[(half + k) % out.size()] = turned[k];
  return out;
}

}  // namespace vesica::ops
