// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_candidates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_mask.h"

namespace vesica {

void Pieces::add(std::span<const PixelRun> runs, const RunPieces::Box& box) {
  shape.runs.insert(shape.runs.end(), runs.begin(), runs.end());
  shape.start.push_back(static_cast<std::uint32_t>(shape.runs.size()));
  shape.boxes.push_back(box);
  start.push_back(start.back() + box.area);
}

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
    if (static_cast<double>(found.boxes[p].area) >= least) out.add(found.of(p), found.boxes[p]);
  }
  return out;
}

Candidates candidates_by_height(const Pieces& pieces, std::span<const float> height, const RegionWorth& worth,
                                RegionTrees& trees) {
  constexpr float kLevels = 200;  // chosen: half a per cent of the range, in a byte
  VESICA_REQUIRE(height.size() == pieces.pixels(), "a height for every pixel");
  Candidates out;
  out.labels.assign(pieces.pixels(), 0);
  std::vector<std::uint8_t> levels(height.size());
  for (std::size_t d = 0; d < levels.size(); ++d) {
    levels[d] = static_cast<std::uint8_t>(1 + static_cast<int>((kLevels - 2) * height[d]));
  }
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::size_t from = pieces.start[p], area = pieces.area(p);
    const std::vector<double>& chosen = trees.choose(pieces.of(p), pieces.box(p), {levels.data() + from, area}, worth,
                                                     out.count() + 1, {out.labels.data() + from, area});
    out.worth.insert(out.worth.end(), chosen.begin(), chosen.end());
  }
  return out;
}

std::vector<float> flatness(const Image2& light, double sigma, double least, const Pieces& pieces) {
  std::vector<float> out(pieces.pixels(), 0);
  const auto floor = static_cast<float>(least);
  float top = 0;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    // The piece's box with one pixel around it where the image has one.
    const RunPieces::Box& box = pieces.box(p);
    const std::size_t x0 = box.x0 - std::min(box.x0, 1U), y0 = box.y0 - std::min(box.y0, 1U);
    const std::size_t x1 = std::min<std::size_t>(box.x1 + 1, light.width);
    const std::size_t y1 = std::min<std::size_t>(box.y1 + 1, light.height);
    const Image2 smooth = gaussian_of_part(light, {x0, y0, x1, y1}, sigma);
    float* to = out.data() + pieces.start[p];
    for (const PixelRun& run : pieces.of(p)) {
      const std::size_t y = run.y - y0;
      const float *row = smooth.row(y).data(), *up = smooth.row(y > 0 ? y - 1 : 0).data();
      const float *down = smooth.row(std::min(y + 1, smooth.height - 1)).data(), *bright = light.row(run.y).data() + x0;
      for (std::size_t x = run.begin - x0; x < run.end - x0; ++x) {
        const float across = row[std::min(x + 1, smooth.width - 1)] - row[x > 0 ? x - 1 : 0], along = down[x] - up[x];
        *to = std::sqrt(across * across + along * along) / (bright[x] + floor);
        top = std::max(top, *to++);
      }
    }
  }
  const float scale = top > 0 ? 1 / top : 0;
  for (float& each : out) each = 1 - std::sqrt(std::min(1.0F, each * scale));
  return out;
}

namespace {

/// What is at least `level` bright in a piece, run by run.
std::vector<PixelRun> bright_runs(const Image2& light, std::span<const PixelRun> piece, double level) {
  std::vector<PixelRun> out;
  std::vector<std::uint8_t> inside;
  for (const PixelRun& run : piece) {
    const float* row = light.row(run.y).data() + run.begin;
    inside.resize(run.size());
    for (std::size_t x = 0; x < inside.size(); ++x) inside[x] = row[x] >= level ? 1 : 0;
    const std::size_t before = out.size();
    add_runs(inside, run.y, out);
    for (std::size_t r = before; r < out.size(); ++r) {
      out[r].begin += run.begin;
      out[r].end += run.begin;
    }
  }
  return out;
}

/// Fills the holes of what runs of a piece cover. Where no row has two of them there is none.
void fill_run_holes(const RunPieces::Box& box, const Image2& light, std::vector<PixelRun>& runs) {
  const auto twice = [](const PixelRun& a, const PixelRun& b) { return a.y == b.y; };
  if (std::adjacent_find(runs.begin(), runs.end(), twice) == runs.end()) return;
  // The piece's box with one pixel around it where the image has one.
  const std::uint32_t x0 = box.x0 - std::min(box.x0, 1U), y0 = box.y0 - std::min(box.y0, 1U);
  Mask2 mask(std::min<std::size_t>(light.width, box.x1 + 1) - x0, std::min<std::size_t>(light.height, box.y1 + 1) - y0);
  for (const PixelRun& run : runs) std::fill_n(mask.row(run.y - y0).data() + run.begin - x0, run.size(), 1);
  runs = runs_of(fill_holes(mask));
  for (PixelRun& run : runs) run = {run.y + y0, run.begin + x0, run.end + x0, 0};
}

}  // namespace

namespace {

/// The parts of the pixels of a piece, from those of runs that may leave some out or cover more; both row by row.
void parts_of_piece(std::span<const PixelRun> piece, std::span<const PixelRun> runs, const std::int32_t* parts,
                    std::int32_t* to) {
  std::size_t r = 0;
  for (const PixelRun& run : piece) {
    std::fill_n(to, run.size(), 0);
    for (; r < runs.size() && (runs[r].y < run.y || (runs[r].y == run.y && runs[r].end <= run.begin)); ++r) {
      parts += runs[r].size();
    }
    const std::int32_t* from = parts;
    for (std::size_t k = r; k < runs.size() && runs[k].y == run.y && runs[k].begin < run.end; ++k) {
      const std::uint32_t begin = std::max(run.begin, runs[k].begin), end = std::min(run.end, runs[k].end);
      std::copy(from + (begin - runs[k].begin), from + (end - runs[k].begin), to + (begin - run.begin));
      from += runs[k].size();
    }
    to += run.size();
  }
}

/// Adds up the parts of a piece's pixels.
void sum_parts(std::span<const PixelRun> piece, const std::int32_t* labels, std::vector<Moments>& sums) {
  for (const PixelRun& run : piece) {
    const std::span<const std::int32_t> row(labels, run.size());
    for (std::size_t begin = 0, end = 0; begin < row.size(); begin = end) {
      end = end_of_equal(row, begin);
      const PixelRun part = {run.y, run.begin + static_cast<std::uint32_t>(begin),
                             run.begin + static_cast<std::uint32_t>(end), 0};
      sums[static_cast<std::size_t>(row[begin])].add(part);
    }
    labels += run.size();
  }
}

}  // namespace

Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, double level, const Necks& necks,
                               const RegionWorth& worth) {
  NeckCutter cutter(light.width, light.height, necks);
  Candidates out;
  out.labels.assign(pieces.pixels(), 0);
  std::vector<std::int32_t> parts, number;
  std::vector<Moments> sums;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    std::vector<PixelRun> runs = bright_runs(light, pieces.of(p), level);
    fill_run_holes(pieces.box(p), light, runs);
    sums.assign(static_cast<std::size_t>(cutter.cut(runs, parts)) + 1, {});
    const std::span<std::int32_t> labels(out.labels.data() + pieces.start[p], pieces.area(p));
    parts_of_piece(pieces.of(p), runs, parts.data(), labels.data());
    sum_parts(pieces.of(p), labels.data(), sums);
    number.assign(sums.size(), 0);
    for (std::size_t l = 1; l < sums.size(); ++l) {
      const double own = worth.of(sums[l]);
      if (!(own > 0)) continue;
      out.worth.push_back(own);
      number[l] = out.count();
    }
    for (std::int32_t& each : labels) each = number[static_cast<std::size_t>(each)];
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

Views::Views(const Pieces& pieces, const RegionWorth& worth, const Clear& clear)
    : worth_(worth), clear_(clear.other_views) {
  settled_.labels.assign(pieces.pixels(), 0);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    Moments sums;
    for (const PixelRun& run : pieces.of(p)) sums.add(run);
    const double own = worth.of(sums);
    if (own > clear.whole * worth.most_of(sums.n)) {
      settled_.worth.push_back(own);
      std::fill_n(settled_.labels.data() + pieces.start[p], pieces.area(p), settled_.count());
    } else {
      open_.add(pieces.of(p), pieces.box(p));
      places_.push_back(pieces.start[p]);
    }
  }
  best_.labels.assign(open_.pixels(), 0);
}

void Views::see(Candidates next) {
  best_ = best_.count() == 0 ? std::move(next) : better_of(best_, next);
  settle(clear_);
}

Candidates Views::best() && {
  settle(-1);
  return std::move(settled_);
}

/// Puts away what explains its piece by more than `clear`, and goes on with the others.
void Views::settle(double clear) {
  std::vector<std::int32_t> number(best_.worth.size(), 0);  // among what is settled
  std::vector<std::uint8_t> met(best_.worth.size(), 0);
  Pieces left;
  std::vector<std::uint32_t> places;
  for (std::size_t p = 0; p < open_.size(); ++p) {
    const std::span<const std::int32_t> labels(best_.labels.data() + open_.start[p], open_.area(p));
    double sum = 0;
    for (std::size_t d = 0; d < labels.size(); d = end_of_equal(labels, d)) {
      const auto label = static_cast<std::size_t>(labels[d]);
      if (label != 0 && std::exchange(met[label], std::uint8_t{1}) == 0) sum += best_.worth[label];
    }
    if (sum <= clear * worth_.most_of(static_cast<double>(labels.size()))) {
      std::copy(labels.begin(), labels.end(), best_.labels.data() + left.pixels());
      left.add(open_.of(p), open_.box(p));
      places.push_back(places_[p]);
      continue;
    }
    for (std::size_t d = 0, end = 0; d < labels.size(); d = end) {
      end = end_of_equal(labels, d);
      const auto label = static_cast<std::size_t>(labels[d]);
      if (label != 0 && number[label] == 0) {
        settled_.worth.push_back(best_.worth[label]);
        number[label] = settled_.count();
      }
      std::fill_n(settled_.labels.data() + places_[p] + d, end - d, number[label]);
    }
  }
  best_.labels.resize(left.pixels());
  open_ = std::move(left);
  places_ = std::move(places);
}

}  // namespace vesica
