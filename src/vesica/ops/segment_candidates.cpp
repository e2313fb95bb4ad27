// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_candidates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {

Pieces pieces_of(const Image2& light, double level, double least) {
  std::vector<PixelRun> runs;
  std::vector<std::uint8_t> inside(light.width);
  const auto limit = static_cast<float>(level);
  const float from = static_cast<double>(limit) < level ? std::nextafter(limit, INFINITY) : limit;
  for (std::size_t y = 0; y < light.height; ++y) {
    const float* row = light.row(y).data();
    for (std::size_t x = 0; x < light.width; ++x) inside[x] = row[x] >= from ? 1 : 0;
    add_runs(inside, static_cast<std::uint32_t>(y), runs);
  }
  const RunPieces found = by_piece(runs, connect_runs(runs, false));
  Pieces out;
  for (std::size_t p = 0; p < found.size(); ++p) {
    if (static_cast<double>(found.boxes[p].area) < least) continue;
    for (const PixelRun& run : found.of(p)) {
      for (std::uint32_t x = run.begin; x < run.end; ++x) out.dots.push_back({x, run.y});
    }
    out.start.push_back(static_cast<std::uint32_t>(out.dots.size()));
    out.boxes.push_back(found.boxes[p]);
  }
  return out;
}

Pieces those_of(const Pieces& pieces, std::span<const std::uint8_t> wanted) {
  Pieces out;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    if (wanted[p] == 0) continue;
    const std::span<const Dot> dots = pieces.of(p);
    out.dots.insert(out.dots.end(), dots.begin(), dots.end());
    out.start.push_back(static_cast<std::uint32_t>(out.dots.size()));
    out.boxes.push_back(pieces.boxes[p]);
  }
  return out;
}

Candidates those_of(const Candidates& found, const Pieces& pieces, std::span<const std::uint8_t> wanted) {
  Candidates out;
  std::vector<std::int32_t> number(found.worth.size(), 0);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    for (std::size_t d = pieces.start[p]; wanted[p] != 0 && d < pieces.start[p + 1]; ++d) {
      const auto label = static_cast<std::size_t>(found.labels[d]);
      if (label != 0 && number[label] == 0) {
        out.worth.push_back(found.worth[label]);
        number[label] = out.count();
      }
      out.labels.push_back(number[label]);
    }
  }
  return out;
}

Candidates with_those(const Candidates& found, const Candidates& again, const Pieces& pieces,
                      std::span<const std::uint8_t> wanted) {
  Candidates out = found;
  out.worth.insert(out.worth.end(), again.worth.begin() + 1, again.worth.end());
  std::size_t next = 0;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    for (std::size_t d = pieces.start[p]; wanted[p] != 0 && d < pieces.start[p + 1]; ++d) {
      const std::int32_t label = again.labels[next++];
      out.labels[d] = label != 0 ? found.count() + label : 0;
    }
  }
  return out;
}

Candidates candidates_by_height(const Pieces& pieces, std::span<const float> height, const RegionWorth& worth,
                                RegionTrees& trees) {
  constexpr float kLevels = 200;  // chosen: half a per cent of the range, in a byte
  VESICA_REQUIRE(height.size() == pieces.dots.size(), "a height for every pixel");
  Candidates out;
  out.labels.assign(pieces.dots.size(), 0);
  std::vector<std::uint8_t> levels(height.size());
  for (std::size_t d = 0; d < levels.size(); ++d) {
    levels[d] = static_cast<std::uint8_t>(1 + static_cast<int>((kLevels - 2) * height[d]));
  }
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::size_t from = pieces.start[p], area = pieces.area(p);
    const std::vector<double>& chosen = trees.choose(pieces.of(p), {levels.data() + from, area}, worth, out.count() + 1,
                                                     {out.labels.data() + from, area});
    out.worth.insert(out.worth.end(), chosen.begin(), chosen.end());
  }
  return out;
}

std::vector<float> flatness(const Image2& smooth, const Image2& light, double least, const Pieces& pieces) {
  std::vector<float> out(pieces.dots.size(), 0);
  float top = 0;
  for (std::size_t d = 0; d < out.size(); ++d) {
    const std::size_t x = pieces.dots[d].x, y = pieces.dots[d].y;
    const float* row = smooth.row(y).data();
    const float across = row[std::min(x + 1, smooth.width - 1)] - row[x > 0 ? x - 1 : 0];
    const float down = smooth.row(std::min(y + 1, smooth.height - 1))[x] - smooth.row(y > 0 ? y - 1 : 0)[x];
    out[d] = std::sqrt(across * across + down * down) / (light.row(y)[x] + static_cast<float>(least));
    top = std::max(top, out[d]);
  }
  const float scale = top > 0 ? 1 / top : 0;
  for (float& each : out) each = 1 - std::sqrt(std::min(1.0F, each * scale));
  return out;
}

Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, double level, const Necks& necks,
                               const RegionWorth& worth) {
  const Splitting how = {SplitBy::kShape, necks.sigma_px, necks.distance_px, necks.depth};
  Candidates out;
  out.labels.assign(pieces.dots.size(), 0);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    // The piece's box with one pixel around it where the image has one.
    const RunPieces::Box& box = pieces.boxes[p];
    const std::size_t x0 = box.x0 - std::min(box.x0, 1U), y0 = box.y0 - std::min(box.y0, 1U);
    Mask2 mask(std::min<std::size_t>(light.width, box.x1 + 1) - x0,
               std::min<std::size_t>(light.height, box.y1 + 1) - y0);
    const std::span<const Dot> dots = pieces.of(p);
    for (const Dot& dot : dots) mask.row(dot.y - y0)[dot.x - x0] = light.row(dot.y)[dot.x] >= level ? 1 : 0;
    const Labels2 parts = split_by_shape(fill_holes(mask), how);
    std::vector<Moments> sums(static_cast<std::size_t>(greatest_label(parts)) + 1);
    std::int32_t* labels = out.labels.data() + pieces.start[p];
    for (std::size_t d = 0; d < dots.size(); ++d) {
      labels[d] = parts.row(dots[d].y - y0)[dots[d].x - x0];
      if (labels[d] != 0) sums[static_cast<std::size_t>(labels[d])].add(dots[d]);
    }
    std::vector<std::int32_t> number(sums.size(), 0);
    for (std::size_t l = 1; l < sums.size(); ++l) {
      const double own = worth.of(sums[l]);
      if (!(own > 0)) continue;
      out.worth.push_back(own);
      number[l] = out.count();
    }
    for (std::size_t d = 0; d < dots.size(); ++d) labels[d] = number[static_cast<std::size_t>(labels[d])];
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
    for (std::size_t d = 0, end = 0; d < a.labels.size(); d = end) {
      while (end < a.labels.size() && a.labels[end] == a.labels[d] && b.labels[end] == b.labels[d]) ++end;
      const auto i = static_cast<std::uint32_t>(a.labels[d]), j = static_cast<std::uint32_t>(b.labels[d]);
      const auto pixels = static_cast<std::uint32_t>(end - d);
      area[i] += pixels;
      area[first_ + j] += pixels;
      if (i != 0 && j != 0) shared.push_back({i, j, pixels});
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
