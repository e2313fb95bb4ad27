// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_runs.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "vesica/base/require.h"

namespace vesica {

namespace {

/// Bytes of which only the topmost bit is set, in those places where `eight` has a byte of 0; right up to the first.
std::uint64_t zeros_of(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  return (eight - kOnes) & ~eight & kOnes << 7;
}

/// The first pixel from x on that is inside, or outside; eight at a time, as runs of both are long.
template <bool inside>
std::uint32_t first_that_is(const std::uint8_t* row, std::uint32_t x, std::uint32_t width) {
  for (std::uint64_t eight = 0; x + sizeof eight <= width; x += sizeof eight) {
    std::memcpy(&eight, row + x, sizeof eight);
    const std::uint64_t wanted = inside ? eight : zeros_of(eight);
    if (wanted == 0) continue;
    if constexpr (std::endian::native != std::endian::little) break;
    return x + static_cast<std::uint32_t>(std::countr_zero(wanted)) / 8;
  }
  while (x < width && (row[x] != 0) != inside) ++x;
  return x;
}

std::uint32_t root_of(std::vector<std::uint32_t>& parent, std::uint32_t p) {
  while (parent[p] != p) p = parent[p] = parent[parent[p]];
  return p;
}

}  // namespace

void add_runs(std::span<const std::uint8_t> row, std::uint32_t y, std::vector<PixelRun>& runs) {
  const auto width = static_cast<std::uint32_t>(row.size());
  for (std::uint32_t begin = first_that_is<true>(row.data(), 0, width); begin < width;) {
    const std::uint32_t end = first_that_is<false>(row.data(), begin, width);
    runs.push_back({y, begin, end, 0});
    begin = first_that_is<true>(row.data(), end, width);
  }
}

std::vector<PixelRun> runs_of(const Mask2& mask) {
  std::vector<PixelRun> out;
  for (std::size_t y = 0; y < mask.height; ++y) add_runs(mask.row(y), static_cast<std::uint32_t>(y), out);
  return out;
}

void add_runs_of_labels(std::span<const std::int32_t> row, std::uint32_t y, std::uint32_t first,
                        std::vector<PixelRun>& runs) {
  for (std::size_t begin = 0, end = 0; begin < row.size(); begin = end) {
    end = end_of_equal(row, begin);
    if (row[begin] == 0) continue;
    runs.push_back({y, first + static_cast<std::uint32_t>(begin), first + static_cast<std::uint32_t>(end),
                    static_cast<std::uint32_t>(row[begin])});
  }
}

std::vector<PixelRun> runs_of(const Labels2& labels) {
  std::vector<PixelRun> out;
  for (std::size_t y = 0; y < labels.height; ++y) {
    add_runs_of_labels(labels.row(y), static_cast<std::uint32_t>(y), 0, out);
  }
  return out;
}

void sort_by_row(std::vector<PixelRun>& runs) {
  if (runs.empty()) return;
  const auto by_y = [](const PixelRun& a, const PixelRun& b) { return a.y < b.y; };
  const auto [first, last] = std::minmax_element(runs.begin(), runs.end(), by_y);
  const std::uint32_t top = first->y;
  std::vector<std::size_t> next(last->y - top + 2, 0);
  for (const PixelRun& run : runs) ++next[run.y - top + 1];
  for (std::size_t y = 1; y < next.size(); ++y) next[y] += next[y - 1];
  std::vector<PixelRun> out(runs.size());
  for (const PixelRun& run : runs) out[next[run.y - top]++] = run;
  std::size_t begin = 0;
  for (std::size_t y = 0; y + 1 < next.size(); ++y) {  // next[y] is now where row y ends
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.begin() + static_cast<std::ptrdiff_t>(next[y]),
              [](const PixelRun& a, const PixelRun& b) { return a.begin < b.begin; });
    begin = next[y];
  }
  runs = std::move(out);
}

std::size_t connect_runs(std::vector<PixelRun>& runs, bool diagonal) {
  const std::uint32_t corner = diagonal ? 1 : 0;
  std::vector<std::uint32_t> parent;  // the piece found first is the root
  std::size_t above = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    PixelRun& here = runs[r];
    here.piece = static_cast<std::uint32_t>(parent.size());
    while (runs[above].y + 1 < here.y) ++above;
    while (runs[above].y < here.y && runs[above].end + corner <= here.begin) ++above;
    // The last run that touches this one may touch the next as well: `above` stays on it.
    for (std::size_t a = above; runs[a].y < here.y && runs[a].begin < here.end + corner; ++a) {
      const std::uint32_t other = root_of(parent, runs[a].piece);
      if (here.piece == parent.size()) {
        here.piece = other;
        continue;
      }
      const std::uint32_t own = root_of(parent, here.piece);
      parent[std::max(own, other)] = std::min(own, other);
    }
    if (here.piece == parent.size()) parent.push_back(here.piece);
  }
  std::vector<std::uint32_t> number(parent.size());
  std::uint32_t count = 0;
  for (std::uint32_t p = 0; p < parent.size(); ++p) number[p] = parent[p] == p ? count++ : number[root_of(parent, p)];
  for (PixelRun& each : runs) each.piece = number[each.piece];
  return count;
}

RunPieces by_piece(std::span<const PixelRun> runs, std::size_t count) {
  RunPieces out;
  out.start.assign(count + 1, 0);
  for (const PixelRun& each : runs) {
    VESICA_REQUIRE(each.piece < count, "pieces are numbered");
    ++out.start[each.piece + 1];
  }
  for (std::size_t p = 0; p < count; ++p) out.start[p + 1] += out.start[p];
  out.runs.resize(runs.size());
  out.boxes.resize(count);
  std::vector<std::uint32_t> next(out.start.begin(), out.start.end() - 1);
  for (const PixelRun& each : runs) {
    out.runs[next[each.piece]++] = each;
    RunPieces::Box& box = out.boxes[each.piece];
    if (box.area == 0) box = {each.begin, each.y, each.end, each.y + 1, 0};
    box.x0 = std::min(box.x0, each.begin);
    box.x1 = std::max(box.x1, each.end);
    box.y1 = each.y + 1;
    box.area += each.size();
  }
  return out;
}

}  // namespace vesica
