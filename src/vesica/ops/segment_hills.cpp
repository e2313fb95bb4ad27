// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_hills.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace vesica {

void PieceHills::begin(std::size_t width, std::size_t height) {
  wide_ = width + 2;
  heights_.assign(wide_ * (height + 2), -1.0F);
}

std::size_t PieceHills::find(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  find_maxima(runs, x0, y0);
  if (peaks_.size() == 1) return 1;
  sort_from_the_top(runs, x0, y0);
  grow();
  return peaks_.size();
}

/// Pixels with nothing higher around them, of equal ones the first.
void PieceHills::find_maxima(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  peaks_.clear();
  for (const PixelRun& run : runs) {
    const std::size_t start = (run.y - y0 + 1) * wide_ + run.begin - x0 + 1, size = run.size();
    const float *here = heights_.data() + start, *up = here - wide_, *down = here + wide_;
    const auto is_peak = [=](std::size_t x) {
      const float* const h = here + x;
      const float before = std::max(std::max(up[x], *(up + x - 1)), std::max(up[x + 1], *(h - 1)));
      const float after = std::max(std::max(down[x], *(down + x - 1)), std::max(down[x + 1], h[1]));
      return static_cast<unsigned>(*h > before) & static_cast<unsigned>(*h >= after);
    };
    unsigned count = 0;  // first without asking which: a loop over vectors
    for (std::size_t x = 0; x < size; ++x) count += is_peak(x);
    for (std::size_t x = 0; count > 0; ++x) {
      if (is_peak(x) == 0) continue;
      peaks_.push_back(static_cast<std::uint32_t>(start + x));
      --count;
    }
  }
}

/// Cells from the highest down, equal ones by place: radix sort, byte by byte (bits of floats that are not below 0 are
/// in their order).
void PieceHills::sort_from_the_top(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  constexpr std::size_t kBytes = 4;
  std::array<std::array<std::uint32_t, 256>, kBytes> start{};
  order_.clear();
  for (const PixelRun& run : runs) {
    const std::size_t first = (run.y - y0 + 1) * wide_ + run.begin - x0 + 1;
    for (std::size_t cell = first; cell < first + run.size(); ++cell) {
      const std::uint32_t key = ~std::bit_cast<std::uint32_t>(heights_[cell]);
      order_.push_back({key, static_cast<std::uint32_t>(cell)});
      for (std::size_t byte = 0; byte < kBytes; ++byte) ++start[byte][key >> (8 * byte) & 255U];
    }
  }
  sorted_.resize(order_.size());
  for (std::size_t byte = 0; byte < kBytes; ++byte) {
    std::uint32_t sum = 0;
    for (std::uint32_t& each : start[byte]) sum += std::exchange(each, sum);
    for (const Keyed& each : order_) sorted_[start[byte][each.key >> (8 * byte) & 255U]++] = each;
    std::swap(order_, sorted_);
  }
}

void PieceHills::grow() {
  hills_.assign(heights_.size(), -1);
  peaks_.clear();
  parent_.clear();
  const auto wide = static_cast<std::ptrdiff_t>(wide_);
  const std::array<std::ptrdiff_t, 8> around = {-wide, -1, 1, wide, -wide - 1, -wide + 1, wide - 1, wide + 1};
  for (const Keyed& each : order_) {
    // The pixel joins the highest of its neighbours; then every other hill around it meets that one.
    std::int32_t* const here = hills_.data() + each.cell;
    const float* const height = heights_.data() + each.cell;
    std::int32_t own = -1, least = std::numeric_limits<std::int32_t>::max(), most = -1;
    float best = -1;
    for (const std::ptrdiff_t step : around) {
      const std::int32_t other = here[step];
      if (other < 0) continue;
      least = std::min(least, other);
      most = std::max(most, other);
      if (!(height[step] > best)) continue;
      best = height[step];
      own = other;
    }
    if (own < 0) {
      *here = static_cast<std::int32_t>(parent_.size());
      parent_.push_back(*here);
      peaks_.push_back(each.cell);
      continue;
    }
    *here = own;
    if (least == most) continue;
    for (const std::ptrdiff_t step : around) {
      const std::int32_t other = here[step];
      if (other < 0 || other == own) continue;
      const std::size_t a = root(own), b = root(other);
      if (a != b) meet(a, b, *height);
    }
  }
}

/// Hills found earlier are higher. Both become one when the lower is shallow or near.
void PieceHills::meet(std::size_t a, std::size_t b, float pass) {
  const std::size_t high = std::min(a, b), low = std::max(a, b);
  const double top = heights_[peaks_[low]];
  const auto [ax, ay] = peak(high);
  const auto [bx, by] = peak(low);
  const double dx = static_cast<double>(ax) - static_cast<double>(bx);
  const double dy = static_cast<double>(ay) - static_cast<double>(by);
  const bool shallow = top - static_cast<double>(pass) <= depth_ * top;
  if (shallow || dx * dx + dy * dy < near_) parent_[low] = static_cast<std::int32_t>(high);
}

std::size_t PieceHills::root(std::int32_t hill) {
  auto at = static_cast<std::size_t>(hill);
  while (parent_[at] != static_cast<std::int32_t>(at)) {
    parent_[at] = parent_[static_cast<std::size_t>(parent_[at])];
    at = static_cast<std::size_t>(parent_[at]);
  }
  return at;
}

}  // namespace vesica
