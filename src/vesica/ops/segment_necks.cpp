// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_necks.h"

#include <algorithm>

namespace vesica {

NeckCutter::NeckCutter(std::size_t width, std::size_t height, const Necks& necks)
    : depth_(width, height, necks.sigma_px), hills_(necks.depth, necks.distance_px) {}

std::int32_t NeckCutter::cut(std::vector<PixelRun>& runs, std::vector<std::int32_t>& parts) {
  count_ = 0;
  pieces_ = by_piece(runs, connect_runs(runs, true));
  next_.assign(pieces_.start.begin(), pieces_.start.end());
  offsets_.resize(runs.size());
  std::uint32_t pixels = 0;
  for (const PixelRun& run : runs) {
    offsets_[next_[run.piece]++] = pixels;
    pixels += run.size();
  }
  parts.resize(pixels);
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    const std::span<const PixelRun> own = pieces_.of(p);
    cut_piece(own, pieces_.boxes[p], {offsets_.data() + pieces_.start[p], own.size()}, parts);
  }
  return count_;
}

void NeckCutter::cut_piece(std::span<const PixelRun> runs, const RunPieces::Box& box,
                           std::span<const std::uint32_t> offsets, std::vector<std::int32_t>& parts) {
  depth_.find(runs, box);
  hills_.begin(box.x1 - box.x0, box.y1 - box.y0);
  for (const PixelRun& run : runs) {
    const std::size_t x = run.begin - box.x0, y = run.y - box.y0;
    std::copy_n(depth_.row(y) + x, run.size(), hills_.row(y) + x);
  }
  const std::size_t found = hills_.find(runs, box.x0, box.y0);
  numbers_.assign(found, 0);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    std::int32_t* to = parts.data() + offsets[r];
    if (found == 1) {
      std::fill_n(to, runs[r].size(), count_ + 1);
      continue;
    }
    for (std::uint32_t x = runs[r].begin; x < runs[r].end; ++x) {
      std::int32_t& number = numbers_[hills_.hill(x - box.x0, runs[r].y - box.y0)];
      if (number == 0) number = ++count_;
      *to++ = number;
    }
  }
  if (found == 1) ++count_;
}

}  // namespace vesica
