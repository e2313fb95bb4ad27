// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/edt.h"

#include <algorithm>

#include "vesica/base/require.h"

namespace vesica {

namespace {

constexpr std::size_t kTile = 16;  // columns taken together: one cache line of 4-byte values

/// One axis of the rule: `unit` is the squared weight of one step between sources; askers stand at index + shift/2.
struct Axis {
  bool to_face;
  int half;
  double unit;
};

/// Minimum over sources of value + unit * distance^2 along one line, with buffers that are used again.
template <typename T>
class Line {
 public:
  explicit Line(std::size_t n) : source_(n + 1), vertex_(n + 1), border_(n + 2) {}

  /// value[0..n) in and out: costs so far of the voxels, then of the points that ask.
  void run(T* value, std::size_t n, const Axis& axis) {
    if (!axis.to_face) {
      std::copy(value, value + n, source_.begin());
      ask(value, n, n, axis, 0);
      return;
    }
    // The closed cube of voxel j ends at the faces j and j + 1: the faces are the sources.
    source_[0] = value[0];
    for (std::size_t i = 1; i < n; ++i) source_[i] = std::min(value[i - 1], value[i]);
    source_[n] = value[n - 1];
    if (axis.half != 0) {
      ask(value, n, n + 1, axis, 0);
      value[0] = 0;  // the volume's own face: no centre of a ball
      return;
    }
    own_.assign(value, value + n);
    ask(value, n, n + 1, axis, 0.5);
    for (std::size_t i = 0; i < n; ++i) value[i] = std::min(value[i], own_[i]);
  }

 private:
  /// Walls (sources of cost 0) hide what is behind them, so that each stretch between two walls stands alone.
  void ask(T* out, std::size_t asked, std::size_t sources, const Axis& axis, double shift) {
    std::size_t from = 0;
    while (from < sources) {
      if (source_[from] == 0 && (from + 1 == sources || source_[from + 1] == 0)) {
        // Two walls side by side: everything up to the next source is inside one of them or between both.
        fill_between(out, asked, from, axis, shift);
        ++from;
        continue;
      }
      std::size_t to = from + 1;
      while (to < sources && source_[to] != 0) ++to;
      const bool wall = to < sources;
      const std::size_t last = wall ? to : sources - 1;
      envelope(out, asked, from, last, axis, shift);
      from = wall ? to : sources;
    }
  }

  void fill_between(T* out, std::size_t asked, std::size_t at, const Axis& axis, double shift) {
    if (at < asked) out[at] = static_cast<T>(axis.unit * shift * shift);
  }

  void envelope(T* out, std::size_t asked, std::size_t from, std::size_t last, const Axis& axis, double shift) {
    std::size_t count = 0;
    for (std::size_t v = from; v <= last; ++v) {
      if (source_[v] == kNoWall<T>) continue;
      double border = 0;
      while (count > 0) {
        border = crossing(vertex_[count - 1], v, axis.unit);
        if (count == 1 || border > border_[count - 1]) break;
        --count;
      }
      border_[count] = border;
      vertex_[count++] = v;
    }
    const std::size_t end = std::min(last + 1, asked);
    if (count == 0) {
      std::fill(out + from, out + end, kNoWall<T>);
      return;
    }
    std::size_t at = 0;
    for (std::size_t i = from; i < end; ++i) {
      const double place = static_cast<double>(i) + shift;
      while (at + 1 < count && border_[at + 1] < place) ++at;
      const double step = place - static_cast<double>(vertex_[at]);
      out[i] = static_cast<T>(static_cast<double>(source_[vertex_[at]]) + axis.unit * step * step);
    }
  }

  double crossing(std::size_t u, std::size_t v, double unit) const {
    const auto a = static_cast<double>(u), b = static_cast<double>(v);
    const double lift = static_cast<double>(source_[v]) - static_cast<double>(source_[u]);
    return (a + b) / 2 + lift / (2 * unit * (b - a));
  }

  std::vector<T> source_;
  std::vector<T> own_;
  std::vector<std::size_t> vertex_;
  std::vector<double> border_;
};

template <typename T>
void along_x(const Mask3& mask, int phase, const Axis& axis, std::vector<T>& out, std::size_t z) {
  Line<T> line(mask.nx);
  for (std::size_t y = 0; y < mask.ny; ++y) {
    const std::size_t row = mask.index(0, y, z);
    for (std::size_t x = 0; x < mask.nx; ++x) out[row + x] = (mask.voxels[row + x] == phase) ? kNoWall<T> : T{0};
    line.run(out.data() + row, mask.nx, axis);
  }
}

/// Lines of n values, `stride` apart, that begin at first .. first + count.
template <typename T>
void across(std::vector<T>& values, std::size_t first, std::size_t count, std::size_t n, std::size_t stride,
            const Axis& axis) {
  Line<T> line(n);
  std::vector<T> tile(kTile * n);
  for (std::size_t x = 0; x < count; x += kTile) {
    const std::size_t wide = std::min(kTile, count - x);
    for (std::size_t i = 0; i < n; ++i) {
      const T* from = values.data() + first + x + i * stride;
      for (std::size_t c = 0; c < wide; ++c) tile[c * n + i] = from[c];
    }
    for (std::size_t c = 0; c < wide; ++c) line.run(tile.data() + c * n, n, axis);
    for (std::size_t i = 0; i < n; ++i) {
      T* to = values.data() + first + x + i * stride;
      for (std::size_t c = 0; c < wide; ++c) to[c] = tile[c * n + i];
    }
  }
}

}  // namespace

template <typename T>
std::vector<T> squared_distance(const Mask3& mask, int phase, const DistanceRule& rule, const Context& context) {
  VESICA_REQUIRE(mask.voxels.size() == mask.nx * mask.ny * mask.nz, "a mask holds one byte a voxel");
  std::vector<T> out(mask.voxels.size());
  if (out.empty()) return out;
  std::array<Axis, 3> axes{};
  for (std::size_t a = 0; a < 3; ++a) {
    const double scale = rule.to_face ? 4 : 1;  // half edges are the unit
    axes[a] = {rule.to_face, rule.half[a], scale * rule.edge[a] * rule.edge[a]};
  }
  parallel_for(mask.nz, context, [&](std::size_t z) {
    along_x(mask, phase, axes[0], out, z);
    across(out, mask.index(0, 0, z), mask.nx, mask.ny, mask.nx, axes[1]);
  });
  parallel_for(mask.ny, context,
               [&](std::size_t y) { across(out, mask.index(0, y, 0), mask.nx, mask.nz, mask.nx * mask.ny, axes[2]); });
  return out;
}

template std::vector<std::int32_t> squared_distance(const Mask3&, int, const DistanceRule&, const Context&);
template std::vector<float> squared_distance(const Mask3&, int, const DistanceRule&, const Context&);

}  // namespace vesica
