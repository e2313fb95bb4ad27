// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_flood.h"

#include <algorithm>
#include <cmath>

namespace vesica {

void PieceFlood::flood(std::span<const Dot> dots, const Image2& light, std::span<std::int32_t> labels) {
  if (dots.empty()) return;
  const auto [left, right] =
      std::minmax_element(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  const std::uint32_t x0 = left->x, y0 = dots.front().y, wide = right->x - x0 + 3;
  const std::size_t size = static_cast<std::size_t>(wide) * (dots.back().y - y0 + 3);
  state_.assign(size, -1);
  steps_.resize(size);
  next_.resize(size);
  cells_.resize(dots.size());
  for (std::size_t d = 0; d < dots.size(); ++d) {
    const std::uint32_t cell = (dots[d].y - y0 + 1) * wide + dots[d].x - x0 + 1;
    cells_[d] = cell;
    state_[cell] = labels[d];
    const float share = light.pixels[dots[d].y * light.width + dots[d].x] * scale_;
    steps_[cell] = static_cast<std::uint16_t>((kSteps - 1) * (1 - std::sqrt(share)));
  }
  // Only pixels at the edge of what is labelled already have anywhere to go.
  for (const std::uint32_t cell : cells_) {
    const std::int32_t* here = state_.data() + cell;
    if (*here != 0 && (here[-1] == 0 || here[1] == 0 || *(here - wide) == 0 || here[wide] == 0)) push(cell);
  }
  run(wide);
  for (std::size_t d = 0; d < dots.size(); ++d) labels[d] = state_[cells_[d]];
}

void PieceFlood::push(std::uint32_t cell) {
  const std::size_t step = steps_[cell];
  next_[cell] = kNone;
  (first_[step] == kNone ? first_[step] : next_[last_[step]]) = cell;
  last_[step] = cell;
}

void PieceFlood::run(std::uint32_t wide) {
  for (std::size_t step = 0; step < kSteps;) {
    const std::uint32_t from = first_[step];
    if (from == kNone) {
      ++step;
      continue;
    }
    first_[step] = next_[from];
    for (const std::uint32_t to : {from - wide, from - 1, from + 1, from + wide}) {
      if (state_[to] != 0) continue;
      state_[to] = state_[from];
      push(to);
      step = std::min<std::size_t>(step, steps_[to]);
    }
  }
}

}  // namespace vesica
