// SPDX-License-Identifier: Apache-2.0
// Paints balls by falling radius: a bit a voxel says who still waits, so that each voxel is written once.
#include <algorithm>
#include <bit>
#include <cmath>

#include "vesica/ops/thickness_balls.h"

namespace vesica::thickness {

namespace {

constexpr std::size_t kSlab = 16;  // slices painted together; chosen: their bits stay in the second cache
constexpr int kTile = 4;           // rows of a tile and slices of a block; chosen by trial
constexpr int kWord = 64;

/// Largest whole h with edge^2 h^2 < square (with the rim: <=); -1 when there is none.
template <typename T>
class HalfWidth;

template <>
class HalfWidth<std::int32_t> {
 public:
  HalfWidth(std::int32_t most, const Spacing3&, bool rim) : table_(static_cast<std::size_t>(most) + 1) {
    std::int32_t h = -1;
    for (std::int32_t square = 0; square <= most; ++square) {
      while (rim ? (h + 1) * (h + 1) <= square : (h + 1) * (h + 1) < square) ++h;
      table_[static_cast<std::size_t>(square)] = static_cast<std::int16_t>(h);
    }
  }
  int operator()(std::int32_t square, int) const { return square < 0 ? -1 : table_[static_cast<std::size_t>(square)]; }
  std::int32_t rest(std::int32_t square, int steps, int) const { return square - steps * steps; }

 private:
  std::vector<std::int16_t> table_;
};

template <>
class HalfWidth<float> {
 public:
  HalfWidth(float, const Spacing3& edge, bool rim) : edge_(edge), rim_(rim) {}
  int operator()(double square, int axis) const {
    if (square < 0) return -1;
    const double edge = edge_[static_cast<std::size_t>(axis)];
    const double steps = std::sqrt(square) / edge;
    const double whole = std::floor(steps);
    const bool inside = rim_ || whole * whole * edge * edge < square;
    return static_cast<int>(whole) - (inside ? 0 : 1);
  }
  double rest(double square, int steps, int axis) const {
    const double edge = edge_[static_cast<std::size_t>(axis)];
    return square - steps * steps * edge * edge;
  }

 private:
  Spacing3 edge_;
  bool rim_;
};

struct Range {
  int from, to;  // both included
};

/// Some slices of the volume with their waiting voxels: a bit a voxel, along x. A tile tells which x wait anywhere in 4
/// rows of a slice, a block which x wait anywhere in 4 tiles, so that a ball passes quickly over what is painted.
template <typename T>
class Slab {
 public:
  Slab(const Asked& asked, bool to_face, const HalfWidth<T>& half, std::size_t from, std::size_t to)
      : nx_(static_cast<int>(asked.mask.nx)),
        ny_(static_cast<int>(asked.mask.ny)),
        from_(static_cast<int>(from)),
        to_(static_cast<int>(to)),
        words_((nx_ + kWord - 1) / kWord),
        tile_rows_((ny_ + kTile - 1) / kTile),
        to_face_(to_face),
        half_(half),
        bits_(static_cast<std::size_t>(words_ * ny_ * (to_ - from_))),
        tiles_(static_cast<std::size_t>(words_ * tile_rows_ * (to_ - from_))),
        blocks_(static_cast<std::size_t>(words_ * tile_rows_ * ((to_ - from_ + kTile - 1) / kTile))) {
    for (std::size_t z = from; z < to; ++z) {
      for (std::size_t y = 0; y < asked.mask.ny; ++y) {
        for (std::size_t x = 0; x < asked.mask.nx; ++x) {
          if (asked(x, y, z)) wait(static_cast<int>(x), static_cast<int>(y), static_cast<int>(z));
        }
      }
    }
  }
  bool is_done() const { return waiting_ == 0; }
  /// Whether a ball of this squared radius, its centre in the planes from low to high, can meet these slices.
  bool is_near(int low, int high, T square) const {
    const int half = half_(square, 2);
    return half >= 0 && voxels(low, half).from < to_ && voxels(high, half).to >= from_;
  }

  void paint(const Ball<T>& ball, float value, float* diameter) {
    const Range slices = clip(voxels(ball.z, half_(ball.square, 2)), from_, to_ - 1);
    for (int z = slices.from; z <= slices.to;) {
      const int end = std::min(slices.to, z + kTile - 1 - (z - from_) % kTile);
      paint_block_row(ball, {z, end}, value, diameter);
      z = end + 1;
    }
  }

 private:
  static Range clip(Range range, int low, int high) { return {std::max(range.from, low), std::min(range.to, high)}; }
  /// Indices of the voxels at most `half` steps from a centre.
  Range voxels(int centre, int half) const {
    if (half < 0) return {0, -1};
    if (!to_face_) return {centre - half, centre + half};
    return {(centre - half + 1) >> 1, (centre + half) >> 1};
  }
  int steps(int voxel, int centre) const { return to_face_ ? 2 * voxel - centre : voxel - centre; }
  /// Steps from a centre to the nearest voxel of a range.
  int steps_to(Range range, int centre) const {
    return steps(std::clamp(to_face_ ? centre >> 1 : centre, range.from, range.to), centre);
  }
  std::uint64_t* row_at(int z, int y) { return bits_.data() + ((z - from_) * ny_ + y) * words_; }
  std::uint64_t* tile_at(int z, int ty) { return tiles_.data() + ((z - from_) * tile_rows_ + ty) * words_; }
  std::uint64_t* block_at(int z, int ty) { return blocks_.data() + ((z - from_) / kTile * tile_rows_ + ty) * words_; }

  void wait(int x, int y, int z) {
    const std::uint64_t bit = std::uint64_t{1} << (x % kWord);
    row_at(z, y)[x / kWord] |= bit;
    tile_at(z, y / kTile)[x / kWord] |= bit;
    block_at(z, y / kTile)[x / kWord] |= bit;
    ++waiting_;
  }

  /// The bits of a run in one of the words that it meets.
  static std::uint64_t within(Range run, int word) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (word == run.from / kWord) mask &= ~std::uint64_t{0} << (run.from % kWord);
    if (word == run.to / kWord) mask &= ~std::uint64_t{0} >> (kWord - 1 - run.to % kWord);
    return mask;
  }
  static bool any_in(const std::uint64_t* words, Range run) {
    for (int word = run.from / kWord; word <= run.to / kWord; ++word) {
      if ((words[word] & within(run, word)) != 0) return true;
    }
    return false;
  }

  /// The slices lie in one row of blocks.
  void paint_block_row(const Ball<T>& ball, Range slices, float value, float* diameter) {
    const auto rest_z = half_.rest(ball.square, steps_to(slices, ball.z), 2);
    const Range rows = clip(voxels(ball.y, half_(rest_z, 1)), 0, ny_ - 1);
    for (int y = rows.from; y <= rows.to;) {
      const int ty = y / kTile;
      const Range here = {y, std::min(rows.to, ty * kTile + kTile - 1)};
      y = here.to + 1;
      const auto rest = half_.rest(rest_z, steps_to(here, ball.y), 1);
      const Range run = clip(voxels(ball.x, half_(rest, 0)), 0, nx_ - 1);
      if (run.from > run.to || !any_in(block_at(slices.from, ty), run)) continue;
      bool fresh = false;
      for (int z = slices.from; z <= slices.to; ++z) {
        fresh = paint_tiles(ball, z, here, value, diameter) || fresh;
      }
      if (fresh) refresh_block(slices.from, ty, run);
    }
  }

  /// Rows within one row of tiles of one slice.
  bool paint_tiles(const Ball<T>& ball, int z, Range rows, float value, float* diameter) {
    const auto rest_z = half_.rest(ball.square, steps(z, ball.z), 2);
    const Range near = clip(rows, voxels(ball.y, half_(rest_z, 1)).from, voxels(ball.y, half_(rest_z, 1)).to);
    if (near.from > near.to) return false;
    const auto nearest = half_.rest(rest_z, steps_to(near, ball.y), 1);
    const Range widest = clip(voxels(ball.x, half_(nearest, 0)), 0, nx_ - 1);
    const int ty = rows.from / kTile;
    if (widest.from > widest.to || !any_in(tile_at(z, ty), widest)) return false;
    bool fresh = false;
    for (int y = near.from; y <= near.to; ++y) {
      const auto rest_y = half_.rest(rest_z, steps(y, ball.y), 1);
      const Range run = clip(voxels(ball.x, half_(rest_y, 0)), 0, nx_ - 1);
      if (run.from <= run.to) fresh = paint_run(z, y, run, value, diameter) || fresh;
    }
    if (fresh) refresh_tile(z, ty, widest);
    return fresh;
  }

  bool paint_run(int z, int y, Range run, float value, float* diameter) {
    std::uint64_t* bits = row_at(z, y);
    float* row =
        diameter + (static_cast<std::size_t>(z) * static_cast<std::size_t>(ny_) + static_cast<std::size_t>(y)) *
                       static_cast<std::size_t>(nx_);
    bool painted = false;
    for (int word = run.from / kWord; word <= run.to / kWord; ++word) {
      std::uint64_t fresh = bits[word] & within(run, word);
      if (fresh == 0) continue;
      bits[word] &= ~fresh;
      waiting_ -= std::popcount(fresh);
      painted = true;
      for (float* at = row + word * kWord; fresh != 0; fresh &= fresh - 1) at[std::countr_zero(fresh)] = value;
    }
    return painted;
  }

  void refresh_tile(int z, int ty, Range run) {
    const int last = std::min(ny_, (ty + 1) * kTile);
    for (int word = run.from / kWord; word <= run.to / kWord; ++word) {
      std::uint64_t any = 0;
      for (int y = ty * kTile; y < last; ++y) any |= row_at(z, y)[word];
      tile_at(z, ty)[word] = any;
    }
  }
  void refresh_block(int z, int ty, Range run) {
    const int first = from_ + (z - from_) / kTile * kTile, last = std::min(to_, first + kTile);
    for (int word = run.from / kWord; word <= run.to / kWord; ++word) {
      std::uint64_t any = 0;
      for (int k = first; k < last; ++k) any |= tile_at(k, ty)[word];
      block_at(z, ty)[word] = any;
    }
  }

  int nx_, ny_, from_, to_, words_, tile_rows_;
  bool to_face_;
  const HalfWidth<T>& half_;
  std::vector<std::uint64_t> bits_, tiles_, blocks_;
  std::ptrdiff_t waiting_ = 0;
};

/// What is left of a layer.
template <typename T>
struct Rest {
  const Ball<T>*at, *end;
};

/// The layers whose balls can meet a slab.
template <typename T>
std::vector<Rest<T>> layers_near(const Slab<T>& slab, const Needed<T>& needed, double reach) {
  std::vector<Rest<T>> out;
  for (std::size_t i = 0; i < needed.layers.size(); ++i) {
    const std::vector<Ball<T>>& layer = needed.layers[i];
    const int low = static_cast<int>(i * kLayer), high = low + static_cast<int>(kLayer) - 1;
    if (layer.empty() || !slab.is_near(low, high, static_cast<T>(layer.front().square * reach))) continue;
    out.push_back({layer.data(), layer.data() + layer.size()});
  }
  return out;
}

/// Calls visit(ball) for the balls of several layers by falling radius, until it says false.
template <typename T, typename Visit>
void by_falling_radius(std::vector<Rest<T>> layers, const Visit& visit) {
  while (!layers.empty()) {
    std::size_t first = 0;
    for (std::size_t i = 1; i < layers.size(); ++i) {
      if (layers[i].at->square > layers[first].at->square) first = i;
    }
    T next = 0;  // the largest of the others
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (i != first) next = std::max(next, layers[i].at->square);
    }
    Rest<T>& rest = layers[first];
    for (; rest.at != rest.end && rest.at->square >= next; ++rest.at) {
      if (!visit(*rest.at)) return;
    }
    if (rest.at == rest.end) layers.erase(layers.begin() + static_cast<std::ptrdiff_t>(first));
  }
}

}  // namespace

template <typename T>
void paint(const Needed<T>& needed, const Spacing3& edge, ThicknessRule rule, const Asked& asked,
           std::vector<float>& diameter, const Context& context) {
  T most = 0;
  for (const std::vector<Ball<T>>& layer : needed.layers) {
    if (!layer.empty()) most = std::max(most, layer.front().square);
  }
  const bool to_face = rule == ThicknessRule::kToFace;
  const HalfWidth<T> half(most, edge, rule == ThicknessRule::kImagej);
  const double scale = (to_face ? 1 : 2) * (std::is_same_v<T, float> ? 1 : edge[0]);
  const std::size_t nz = asked.mask.nz;
  // Single precision cannot tell a voxel on the rim from one inside: ties count as what the rule wants them to be.
  constexpr double kTie = std::is_same_v<T, float> ? 1e-6 : 0;
  const double reach = rule == ThicknessRule::kImagej ? 1 + kTie : 1 - kTie;
  parallel_for((nz + kSlab - 1) / kSlab, context, [&](std::size_t i) {
    Slab<T> slab(asked, to_face, half, i * kSlab, std::min(nz, (i + 1) * kSlab));
    by_falling_radius(layers_near(slab, needed, reach), [&](const Ball<T>& ball) {
      if (slab.is_done()) return false;
      const auto value = static_cast<float>(scale * std::sqrt(static_cast<double>(ball.square)));
      slab.paint({ball.x, ball.y, ball.z, static_cast<T>(ball.square * reach)}, value, diameter.data());
      return true;
    });
  });
}

template void paint(const Needed<std::int32_t>&, const Spacing3&, ThicknessRule, const Asked&, std::vector<float>&,
                    const Context&);
template void paint(const Needed<float>&, const Spacing3&, ThicknessRule, const Asked&, std::vector<float>&,
                    const Context&);

}  // namespace vesica::thickness
