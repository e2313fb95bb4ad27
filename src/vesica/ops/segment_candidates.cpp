// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_candidates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {

Pieces pieces_of(const Components& found) {
  Pieces out;
  out.start.assign(2, 0);
  out.boxes.assign(1, {});
  out.boxes.insert(out.boxes.end(), found.objects.begin(), found.objects.end());
  for (const Component& each : found.objects) {
    out.start.push_back(out.start.back() + static_cast<std::uint32_t>(each.area));
  }
  out.dots.resize(out.start.back());
  std::vector<std::uint32_t> next = out.start;
  for (std::size_t y = 0; y < found.labels.height; ++y) {
    const std::int32_t* row = found.labels.row(y).data();
    for (std::size_t x = 0; x < found.labels.width; ++x) {
      if (row[x] == 0) continue;
      out.dots[next[static_cast<std::size_t>(row[x])]++] = {static_cast<std::uint32_t>(x),
                                                            static_cast<std::uint32_t>(y)};
    }
  }
  return out;
}

Candidates candidates_by_height(const Pieces& pieces, const WantedPieces& wanted, std::span<const float> height,
                                const RegionWorth& worth, RegionTrees& trees) {
  constexpr float kLevels = 200;  // chosen: 400 change no object of the open sets
  VESICA_REQUIRE(height.size() == pieces.dots.size(), "a height for every pixel");
  Candidates out;
  out.labels.assign(pieces.dots.size(), 0);
  std::vector<std::uint8_t> levels;
  for (std::size_t p = 1; p < pieces.size(); ++p) {
    if (wanted[p] == 0) continue;
    const std::size_t from = pieces.start[p], area = pieces.area(p);
    levels.resize(area);
    for (std::size_t d = 0; d < area; ++d) {
      levels[d] = static_cast<std::uint8_t>(1 + static_cast<int>((kLevels - 2) * height[from + d]));
    }
    const std::vector<double>& chosen = trees.choose({pieces.dots.data() + from, area}, levels, worth, out.count() + 1,
                                                     {out.labels.data() + from, area});
    out.worth.insert(out.worth.end(), chosen.begin(), chosen.end());
  }
  return out;
}

std::vector<float> flatness(const Image2& smooth, const Image2& light, double least, const Pieces& pieces,
                            const WantedPieces& wanted) {
  std::vector<float> out(pieces.dots.size(), 0);
  float top = 0;
  const auto each = [&](auto&& change) {
    for (std::size_t p = 1; p < pieces.size(); ++p) {
      for (std::size_t d = pieces.start[p]; wanted[p] != 0 && d < pieces.start[p + 1]; ++d) change(d);
    }
  };
  each([&](std::size_t d) {
    const std::size_t x = pieces.dots[d].x, y = pieces.dots[d].y;
    const float* row = smooth.row(y).data();
    const float across = row[std::min(x + 1, smooth.width - 1)] - row[x > 0 ? x - 1 : 0];
    const float down = smooth.row(std::min(y + 1, smooth.height - 1))[x] - smooth.row(y > 0 ? y - 1 : 0)[x];
    out[d] = std::sqrt(across * across + down * down) / (light.row(y)[x] + static_cast<float>(least));
    top = std::max(top, out[d]);
  });
  const float scale = top > 0 ? 1 / top : 0;
  each([&](std::size_t d) { out[d] = 1 - std::sqrt(std::min(1.0F, out[d] * scale)); });
  return out;
}

namespace {

/// The part of an image around a piece, with `margin` pixels around its box where the image has them.
struct Crop {
  std::size_t x0 = 0, y0 = 0, width = 0, height = 0;
  Crop(const Image2& image, const Component& box, std::size_t margin)
      : x0(box.x0 - std::min(box.x0, margin)),
        y0(box.y0 - std::min(box.y0, margin)),
        width(std::min(image.width, box.x1 + margin) - x0),
        height(std::min(image.height, box.y1 + margin) - y0) {}
  Image2 of(const Image2& image) const {
    Image2 out(width, height);
    for (std::size_t y = 0; y < height; ++y) std::copy_n(image.row(y0 + y).data() + x0, width, out.row(y).data());
    return out;
  }
};

}  // namespace

Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, const WantedPieces& wanted, double level,
                               const Necks& necks, const RegionWorth& worth) {
  const Splitting how = {SplitBy::kShape, necks.sigma_px, necks.distance_px, necks.depth};
  Candidates out;
  out.labels.assign(pieces.dots.size(), 0);
  for (std::size_t p = 1; p < pieces.size(); ++p) {
    if (wanted[p] == 0) continue;
    const Crop crop(light, pieces.boxes[p], 1);
    const Image2 part = crop.of(light);
    Mask2 mask(crop.width, crop.height);
    for (std::size_t d = pieces.start[p]; d < pieces.start[p + 1]; ++d) {
      const std::size_t x = pieces.dots[d].x - crop.x0, y = pieces.dots[d].y - crop.y0;
      mask.row(y)[x] = part.row(y)[x] >= level ? 1 : 0;
    }
    const Labels2 parts = split_touching(part, fill_holes(mask), how);
    std::vector<Moments> sums(static_cast<std::size_t>(greatest_label(parts)) + 1);
    for (std::size_t d = pieces.start[p]; d < pieces.start[p + 1]; ++d) {
      out.labels[d] = parts.row(pieces.dots[d].y - crop.y0)[pieces.dots[d].x - crop.x0];
      if (out.labels[d] != 0) sums[static_cast<std::size_t>(out.labels[d])].add(pieces.dots[d]);
    }
    std::vector<std::int32_t> number(sums.size(), 0);
    for (std::size_t l = 1; l < sums.size(); ++l) {
      const double own = worth.of(sums[l]);
      if (!(own > 0)) continue;
      out.worth.push_back(own);
      number[l] = out.count();
    }
    for (std::size_t d = pieces.start[p]; d < pieces.start[p + 1]; ++d) {
      out.labels[d] = number[static_cast<std::size_t>(out.labels[d])];
    }
  }
  return out;
}

namespace {

/// Which regions of two sides overlap: groups by a root each, sides numbered one behind the other.
class Groups {
 public:
  Groups(const Candidates& a, const Candidates& b) : first_(a.worth.size()), root_(first_ + b.worth.size()) {
    std::iota(root_.begin(), root_.end(), 0U);
    std::vector<std::uint32_t> area(root_.size(), 0);
    std::vector<Shared> shared;
    for (std::size_t d = 0; d < a.labels.size(); ++d) {
      const auto i = static_cast<std::uint32_t>(a.labels[d]), j = static_cast<std::uint32_t>(b.labels[d]);
      ++area[i];
      ++area[first_ + j];
      if (i == 0 || j == 0) continue;
      if (shared.empty() || shared.back().i != i || shared.back().j != j) shared.push_back({i, j, 0});
      ++shared.back().pixels;
    }
    std::sort(shared.begin(), shared.end(),
              [](const Shared& u, const Shared& v) { return std::pair(u.i, u.j) < std::pair(v.i, v.j); });
    for (std::size_t k = 0; k < shared.size();) {
      const std::uint32_t i = shared[k].i, j = shared[k].j;
      std::uint32_t pixels = 0;
      for (; k < shared.size() && shared[k].i == i && shared[k].j == j; ++k) pixels += shared[k].pixels;
      const auto other = static_cast<std::uint32_t>(first_ + j);
      if (pixels > kMuch * std::min(area[i], area[other])) root_[root(i)] = root(other);
    }
  }
  std::uint32_t root(std::uint32_t i) {
    while (root_[i] != i) i = root_[i] = root_[root_[i]];
    return i;
  }

 private:
  struct Shared {  ///< pixels side by side
    std::uint32_t i = 0, j = 0, pixels = 0;
  };
  static constexpr double kMuch = 0.3;  // of the smaller: chosen, 0.1 to 0.5 give the same counts
  std::size_t first_;
  std::vector<std::uint32_t> root_;
};

}  // namespace

Candidates better_of(const Candidates& now, const Candidates& next) {
  constexpr double kPreference = 1.05;  // chosen, against flicker
  VESICA_REQUIRE(now.labels.size() == next.labels.size(), "candidates of the same pieces");
  Groups groups(now, next);
  const std::size_t first = now.worth.size(), all = first + next.worth.size();
  const auto own = [&](std::size_t i) { return i < first ? now.worth[i] : next.worth[i - first]; };
  std::vector<double> of_now(all, 0), of_next(all, 0);
  for (std::size_t i = 0; i < all; ++i) {
    (i < first ? of_now : of_next)[groups.root(static_cast<std::uint32_t>(i))] += own(i);
  }
  Candidates out;
  std::vector<std::int32_t> number(all, 0);
  for (std::size_t i = 1; i < all; ++i) {
    const std::uint32_t group = groups.root(static_cast<std::uint32_t>(i));
    const bool is_next = i >= first, next_is_better = of_next[group] > kPreference * of_now[group];
    if (i == first || is_next != next_is_better) continue;
    out.worth.push_back(own(i));
    number[i] = out.count();
  }
  out.labels.resize(now.labels.size());
  for (std::size_t d = 0; d < out.labels.size(); ++d) {
    const std::int32_t kept = number[static_cast<std::size_t>(now.labels[d])];
    out.labels[d] = kept != 0 ? kept : number[first + static_cast<std::size_t>(next.labels[d])];
  }
  return out;
}

}  // namespace vesica
