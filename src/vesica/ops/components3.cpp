// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/components3.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "vesica/base/require.h"

namespace vesica {

namespace {

/// Voxels [from, to) of one row.
struct Run {
  std::int32_t from, to;
};

class Union {
 public:
  explicit Union(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::int32_t{0}); }
  std::int32_t root(std::int32_t i) {
    auto& parent = parent_;
    while (parent[static_cast<std::size_t>(i)] != i) {
      auto& up = parent[static_cast<std::size_t>(i)];
      up = parent[static_cast<std::size_t>(up)];
      i = up;
    }
    return i;
  }
  /// The lower root wins, so that labels keep the order of first voxels.
  void join(std::int32_t a, std::int32_t b) {
    a = root(a), b = root(b);
    if (a != b) parent_[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  }

 private:
  std::vector<std::int32_t> parent_;
};

/// Runs of all rows; rows[i] is the first run of row i.
struct Runs {
  std::vector<Run> runs;
  std::vector<std::size_t> rows;
};

Runs runs_of(const Mask3& mask, int phase) {
  Runs out;
  const std::size_t rows = mask.ny * mask.nz;
  for (std::size_t row = 0; row < rows; ++row) {
    out.rows.push_back(out.runs.size());
    const std::uint8_t* at = mask.voxels.data() + row * mask.nx;
    for (std::size_t x = 0; x < mask.nx; ++x) {
      if (at[x] != phase) continue;
      const std::size_t from = x;
      while (x < mask.nx && at[x] == phase) ++x;
      out.runs.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(x)});
    }
  }
  out.rows.push_back(out.runs.size());
  return out;
}

/// Joins touching runs of two rows; `reach` 1 lets them touch at a corner.
void join_rows(const Runs& runs, std::size_t row, std::size_t other, int reach, Union& sets) {
  std::size_t a = runs.rows[row], b = runs.rows[other];
  while (a < runs.rows[row + 1] && b < runs.rows[other + 1]) {
    const Run &first = runs.runs[a], &second = runs.runs[b];
    if (first.from < second.to + reach && second.from < first.to + reach) {
      sets.join(static_cast<std::int32_t>(a), static_cast<std::int32_t>(b));
    }
    (first.to < second.to ? a : b) += 1;
  }
}

Union joined(const Mask3& mask, const Runs& runs, Neighbours neighbours) {
  Union sets(runs.runs.size());
  const int reach_side = neighbours == Neighbours::kFaces ? 0 : 1;
  for (std::size_t z = 0; z < mask.nz; ++z) {
    for (std::size_t y = 0; y < mask.ny; ++y) {
      const std::size_t row = z * mask.ny + y;
      if (y > 0) join_rows(runs, row, row - 1, reach_side, sets);
      if (z > 0) join_rows(runs, row, row - mask.ny, reach_side, sets);
      if (z == 0 || neighbours == Neighbours::kFaces) continue;
      const int reach_edge = neighbours == Neighbours::kCorners ? 1 : 0;
      if (y > 0) join_rows(runs, row, row - mask.ny - 1, reach_edge, sets);
      if (y + 1 < mask.ny) join_rows(runs, row, row - mask.ny + 1, reach_edge, sets);
    }
  }
  return sets;
}

/// Bit i of an octant is the voxel at (i & 1, i >> 1 & 1, i >> 2).
constexpr std::array<unsigned, 6> kHalfEdges = {0b01010101, 0b10101010, 0b00110011, 0b11001100, 0b00001111, 0b11110000};

/// Eight times what a vertex adds: vertices - edges + faces - cubes of the closed object, each by the share of its
/// surroundings in `where`.
int eighths(unsigned object, unsigned where) {
  int out = object != 0 ? std::popcount(where) : 0;
  for (const unsigned edge : kHalfEdges) {
    if ((object & edge) != 0) out -= std::popcount(where & edge);
  }
  for (unsigned i = 0; i < 8; ++i) {
    for (unsigned axis = 1; axis < 8; axis <<= 1) {
      if ((i & axis) != 0) continue;
      const unsigned face = 1U << i | 1U << (i | axis);
      if ((object & face) != 0) out += std::popcount(where & face);
    }
  }
  return out - std::popcount(object & where);
}

constexpr unsigned kAll = 255;

std::array<int, 256> table_of_eighths() {
  std::array<int, 256> out{};
  for (unsigned i = 0; i < 256; ++i) out[i] = eighths(i, kAll);
  return out;
}

/// Sums of one layer of vertices, in eighths.
struct Layer {
  std::int64_t whole = 0, corrected = 0;
};

class EulerCounter {
 public:
  EulerCounter(const Mask3& mask, const Mask3& where) : mask_(mask), where_(where), table_(table_of_eighths()) {}

  /// Vertices between slices z - 1 and z.
  Layer layer(std::size_t z) const {
    Layer out;
    for (std::size_t y = 0; y <= mask_.ny; ++y) {
      unsigned object = 0, inside = 0;  // the octant; its upper x half moves down with each step
      for (std::size_t x = 0; x <= mask_.nx; ++x) {
        object = (object & 0b10101010) >> 1;
        inside = (inside & 0b10101010) >> 1;
        if (x < mask_.nx) take_column(x, y, z, object, inside);
        if (inside == 0) continue;
        const unsigned cut = object & inside;
        out.whole += table_[cut];
        if (object != 0) out.corrected += inside == kAll ? table_[object] : eighths(object, inside);
      }
    }
    return out;
  }

 private:
  void take_column(std::size_t x, std::size_t y, std::size_t z, unsigned& object, unsigned& inside) const {
    for (unsigned corner = 0; corner < 4; ++corner) {
      const std::size_t j = y + (corner & 1), k = z + (corner >> 1);
      if (j == 0 || k == 0 || j > mask_.ny || k > mask_.nz) continue;
      const std::size_t i = mask_.index(x, j - 1, k - 1);
      const unsigned bit = 2U << (2 * corner);
      if (mask_.voxels[i] != 0) object |= bit;
      if (where_.voxels.empty() || where_.voxels[i] != 0) inside |= bit;
    }
  }

  const Mask3& mask_;
  const Mask3& where_;
  std::array<int, 256> table_;
};

}  // namespace

Components3 components3(const Mask3& mask, int phase, Neighbours neighbours) {
  const Runs runs = runs_of(mask, phase);
  Union sets = joined(mask, runs, neighbours);
  Components3 out;
  out.labels.assign(mask.voxels.size(), 0);
  std::vector<std::int32_t> label(runs.runs.size(), 0);
  for (std::size_t row = 0; row + 1 < runs.rows.size(); ++row) {
    for (std::size_t i = runs.rows[row]; i < runs.rows[row + 1]; ++i) {
      const auto root = static_cast<std::size_t>(sets.root(static_cast<std::int32_t>(i)));
      if (label[root] == 0) {
        out.sizes.push_back(0);
        label[root] = static_cast<std::int32_t>(out.sizes.size());
      }
      const Run& run = runs.runs[i];
      out.sizes[static_cast<std::size_t>(label[root] - 1)] += static_cast<std::size_t>(run.to - run.from);
      const auto at = out.labels.begin() + static_cast<std::ptrdiff_t>(row * mask.nx);
      std::fill(at + run.from, at + run.to, label[root]);
    }
  }
  return out;
}

std::size_t remove_small(Mask3& mask, int phase, Neighbours neighbours, std::size_t voxels) {
  const Components3 parts = components3(mask, phase, neighbours);
  std::size_t turned = 0;
  for (std::size_t i = 0; i < mask.voxels.size(); ++i) {
    if (parts.labels[i] == 0 || parts.sizes[static_cast<std::size_t>(parts.labels[i] - 1)] >= voxels) continue;
    mask.voxels[i] = static_cast<std::uint8_t>(1 - phase);
    ++turned;
  }
  return turned;
}

std::size_t keep_largest(Mask3& mask, Neighbours neighbours) {
  const Components3 parts = components3(mask, 1, neighbours);
  if (parts.sizes.empty()) return 0;
  const auto largest = std::max_element(parts.sizes.begin(), parts.sizes.end()) - parts.sizes.begin() + 1;
  for (std::size_t i = 0; i < mask.voxels.size(); ++i) {
    if (parts.labels[i] != largest) mask.voxels[i] = 0;
  }
  return parts.sizes.size();
}

EulerNumber euler_number(const Mask3& mask, const Mask3& where, const Context& context) {
  VESICA_REQUIRE(where.voxels.empty() || where.same_size(mask), "masks of one volume");
  if (mask.voxels.empty()) return {};
  const EulerCounter counter(mask, where);
  std::vector<Layer> layers(mask.nz + 1);
  parallel_for(layers.size(), context, [&](std::size_t z) { layers[z] = counter.layer(z); });
  std::int64_t whole = 0, corrected = 0;
  for (const Layer& each : layers) whole += each.whole, corrected += each.corrected;
  return {static_cast<double>(whole) / 8, static_cast<double>(corrected) / 8};
}

}  // namespace vesica
