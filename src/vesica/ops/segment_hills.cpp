// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_hills.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace vesica {

void PieceHills::begin(std::size_t width, std::size_t height) {
  wide_ = width + 2;
  heights_.assign(wide_ * (height + 2), -1.0F);
}

std::size_t PieceHills::find(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  find_peaks(runs, x0, y0);
  if (peaks_.size() > 1) {
    look_around(runs, x0, y0);
    climb(runs, x0, y0);
    join(runs, x0, y0);
  }
  return peaks_.size();
}

/// Pixels that are higher than all neighbours before them, and than none of those after them lower.
void PieceHills::find_peaks(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  const auto wide = static_cast<std::ptrdiff_t>(wide_);
  peaks_.clear();
  for (const PixelRun& run : runs) {
    const std::size_t first = start(run, x0, y0), size = run.size();
    const float *here = heights_.data() + first, *up = here - wide, *down = here + wide;
    peaked_.resize(size);
    std::uint8_t* peaked = peaked_.data();
    const auto greater = [](float a, float b) { return a > b ? a : b; };
    for (std::size_t x = 0; x < size; ++x) {  // without branches: a loop over vectors
      const float before = greater(greater(*(up + x - 1), up[x]), greater(up[x + 1], *(here + x - 1)));
      const float after = greater(greater(*(down + x - 1), down[x]), greater(down[x + 1], here[x + 1]));
      peaked[x] = static_cast<std::uint8_t>((before < here[x] ? 1 : 0) & (after <= here[x] ? 1 : 0));
    }
    peak_runs_.clear();
    add_runs(peaked_, 0, peak_runs_);
    for (const PixelRun& some : peak_runs_) {
      for (std::size_t x = some.begin; x < some.end; ++x) peaks_.push_back(static_cast<std::uint32_t>(first + x));
    }
  }
}

/// Where every pixel leads up to: the highest of its neighbours that is higher than it, of equal ones that before it.
void PieceHills::look_around(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  const auto wide = static_cast<std::int32_t>(wide_);
  steps_.resize(heights_.size());
  for (const PixelRun& run : runs) {
    const std::size_t first = start(run, x0, y0), size = run.size();
    const float *here = heights_.data() + first, *up = here - wide, *down = here + wide;
    std::int32_t* steps = steps_.data() + first;
    // Without branches and on whole numbers (bits of floats that are not below 0 are in their order, those of the -1
    // outside lie below), so that it works on vectors.
    for (std::size_t x = 0; x < size; ++x) {
      const auto height = std::bit_cast<std::int32_t>(here[x]);
      std::int32_t best = height - 1, step = 0;
      const auto see = [&](float beside, std::int32_t least, std::int32_t to) {
        const auto other = std::bit_cast<std::int32_t>(beside);
        const std::int32_t limit = best > least ? best : least;
        step = other > limit ? to : step;
        best = other > limit ? other : best;
      };
      // Edges before corners; a neighbour before this pixel is higher already when it is as high.
      see(up[x], height - 1, -wide);
      see(*(here + x - 1), height - 1, -1);
      see(here[x + 1], height, 1);
      see(down[x], height, wide);
      see(*(up + x - 1), height - 1, -wide - 1);
      see(up[x + 1], height - 1, -wide + 1);
      see(*(down + x - 1), height, wide - 1);
      see(down[x + 1], height, wide + 1);
      steps[x] = step;
    }
  }
}

/// Every pixel takes the hill of the peak that it leads up to; hills are numbered from the highest down.
void PieceHills::climb(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  std::sort(peaks_.begin(), peaks_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return heights_[a] != heights_[b] ? heights_[a] > heights_[b] : a < b;
  });
  constexpr std::int32_t kUnknown = -2;
  hills_.assign(heights_.size(), -1);
  for (const PixelRun& run : runs) std::fill_n(hills_.data() + start(run, x0, y0), run.size(), kUnknown);
  parent_.resize(peaks_.size());
  for (std::uint32_t k = 0; k < peaks_.size(); ++k) {
    parent_[k] = k;
    hills_[peaks_[k]] = static_cast<std::int32_t>(k);
  }
  for (const PixelRun& run : runs) {
    const std::size_t first = start(run, x0, y0);
    for (std::size_t cell = first; cell < first + run.size(); ++cell) {
      path_.clear();
      std::size_t at = cell;
      for (; hills_[at] == kUnknown; at += static_cast<std::size_t>(static_cast<std::ptrdiff_t>(steps_[at]))) {
        path_.push_back(static_cast<std::uint32_t>(at));
      }
      for (const std::uint32_t each : path_) hills_[each] = hills_[at];
    }
  }
}

/// Hills join where they meet, the highest passes first, as a flood from the top would find them.
void PieceHills::join(std::span<const PixelRun> runs, std::uint32_t x0, std::uint32_t y0) {
  const auto wide = static_cast<std::ptrdiff_t>(wide_);
  passes_.clear();
  for (const PixelRun& run : runs) {
    const std::int32_t *here = hills_.data() + start(run, x0, y0), *up = here - wide, *down = here + wide;
    mixed_.resize(run.size());
    std::uint8_t* mixed = mixed_.data();
    for (std::size_t x = 0, size = run.size(); x < size; ++x) {
      // Without branches: a loop over vectors. Not 0 where a neighbour is inside and of another hill.
      const std::int32_t own = here[x];
      std::int32_t others = 0;
      const auto see = [&](std::int32_t hill) { others |= (hill ^ own) & ~(hill >> 31); };
      see(up[x]);
      see(*(here + x - 1));
      see(here[x + 1]);
      see(down[x]);
      see(*(up + x - 1));
      see(up[x + 1]);
      see(*(down + x - 1));
      see(down[x + 1]);
      mixed[x] = others != 0 ? 1 : 0;
    }
    mixed_runs_.clear();
    add_runs(mixed_, 0, mixed_runs_);
    for (const PixelRun& some : mixed_runs_) {
      for (std::size_t x = some.begin; x < some.end; ++x) {
        passes_.push_back(static_cast<std::uint32_t>(here + x - hills_.data()));
      }
    }
  }
  const auto is_before = [&](std::size_t a, std::size_t b) {
    return heights_[a] != heights_[b] ? heights_[a] > heights_[b] : a < b;
  };
  std::sort(passes_.begin(), passes_.end(), is_before);
  for (const std::uint32_t pass : passes_) {
    for (const std::ptrdiff_t step :
         {-wide, std::ptrdiff_t{-1}, std::ptrdiff_t{1}, wide, -wide - 1, -wide + 1, wide - 1, wide + 1}) {
      const std::size_t beside = pass + static_cast<std::size_t>(step);
      if (hills_[beside] < 0 || hills_[beside] == hills_[pass] || !is_before(beside, pass)) continue;
      const std::size_t a = root(static_cast<std::size_t>(hills_[pass]));
      const std::size_t b = root(static_cast<std::size_t>(hills_[beside]));
      if (a != b) meet(a, b, heights_[pass]);
    }
  }
}

/// Hills of lower numbers are higher. Both become one when the lower is shallow or near.
void PieceHills::meet(std::size_t a, std::size_t b, float pass) {
  const std::size_t high = std::min(a, b), low = std::max(a, b);
  const double top = heights_[peaks_[low]];
  const auto [ax, ay] = peak(high);
  const auto [bx, by] = peak(low);
  const double dx = static_cast<double>(ax) - static_cast<double>(bx);
  const double dy = static_cast<double>(ay) - static_cast<double>(by);
  const bool shallow = top - static_cast<double>(pass) <= depth_ * top;
  if (shallow || dx * dx + dy * dy < near_) parent_[low] = static_cast<std::uint32_t>(high);
}

std::size_t PieceHills::root(std::size_t hill) {
  while (parent_[hill] != hill) {
    parent_[hill] = parent_[parent_[hill]];
    hill = parent_[hill];
  }
  return hill;
}

}  // namespace vesica
