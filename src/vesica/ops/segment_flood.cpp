// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_flood.h"

#include <algorithm>
#include <cmath>

namespace vesica {

void PieceFlood::flood(std::span<const PixelRun> runs, const RunPieces::Box& box, const Image2& light,
                       std::span<std::int32_t> labels) {
  const std::uint32_t wide = box.x1 - box.x0 + 2;
  const std::size_t size = static_cast<std::size_t>(wide) * (box.y1 - box.y0 + 2);
  state_.assign(size, -1);
  steps_.resize(size);
  next_.resize(size);
  const auto cell_of = [&](const PixelRun& run) { return (run.y - box.y0 + 1) * wide + run.begin - box.x0 + 1; };
  std::int32_t* label = labels.data();
  for (const PixelRun& run : runs) {
    const std::uint32_t cell = cell_of(run), pixels = run.size();
    const float* from = light.row(run.y).data() + run.begin;
    std::uint16_t* to = steps_.data() + cell;
    std::copy_n(label, pixels, state_.data() + cell);
    label += pixels;
    for (std::uint32_t k = 0; k < pixels; ++k) {
      to[k] = static_cast<std::uint16_t>((kSteps - 1) * (1 - std::sqrt(from[k] * scale_)));
    }
  }
  // Only pixels at the edge of what is labelled already have anywhere to go.
  for (const PixelRun& run : runs) {
    for (std::uint32_t cell = cell_of(run), end = cell + run.size(); cell < end; ++cell) {
      const std::int32_t* here = state_.data() + cell;
      if (*here != 0 && (here[-1] == 0 || here[1] == 0 || *(here - wide) == 0 || here[wide] == 0)) push(cell);
    }
  }
  run(wide);
  label = labels.data();
  for (const PixelRun& run : runs) label = std::copy_n(state_.data() + cell_of(run), run.size(), label);
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
