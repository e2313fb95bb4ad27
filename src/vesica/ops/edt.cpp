// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/edt.h"

#include <algorithm>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

constexpr std::size_t kTile = 16;  // columns taken together: one cache line of 4-byte values
constexpr std::uint16_t kNoRun = 65535;

/// Minimum over sources of cost + unit * distance^2 along one line, with buffers that are used again. Sources are the
/// voxels, or, to the face, the planes between them: the closed cube of voxel j ends at the faces j and j + 1.
template <typename T>
class Line {
 public:
  Line(std::size_t voxels, bool to_face, double unit)
      : n_(voxels), to_face_(to_face), unit_(static_cast<Wide>(unit)), source_(n_ + 1), vertex_(n_ + 1), last_(n_ + 1) {
    if (to_face_) asked_.resize(2 * n_ + 1);
  }

  /// Costs of n voxels in; costs of the n points, or of the 2 n - 1 points to the face, out.
  void run(const T* cost, T* out) {
    if (!to_face_) {
      std::copy(cost, cost + n_, source_.begin());
      answer<1>(n_, out);
      return;
    }
    source_[0] = cost[0];
    for (std::size_t i = 1; i < n_; ++i) source_[i] = std::min(cost[i - 1], cost[i]);
    source_[n_] = cost[n_ - 1];
    answer<2>(n_ + 1, asked_.data());
    // The faces of the volume hold no centres; between the faces of its own cube a point is at the cube.
    std::copy(asked_.begin() + 1, asked_.end() - 1, out);
    for (std::size_t i = 0; i < n_; ++i) out[2 * i] = std::min(out[2 * i], cost[i]);
  }

 private:
  using Wide = std::conditional_t<std::is_same_v<T, float>, double, std::int32_t>;

  /// Source i stands at gap * i; every whole position is answered. Walls (sources of cost 0) hide what is behind them,
  /// so that each stretch between two walls stands alone.
  template <std::size_t gap>
  void answer(std::size_t sources, T* out) {
    std::size_t from = 0;
    while (from < sources) {
      std::size_t to = from + 1;
      while (to < sources && source_[to] != 0) ++to;
      const std::size_t last = std::min(to, sources - 1);
      if (to == from + 1 && to < sources && source_[from] == 0) {
        out[gap * from] = 0;
        if (gap == 2) out[gap * from + 1] = static_cast<T>(unit_);
        out[gap * to] = 0;
      } else {
        envelope<gap>(from, last, out);
      }
      from = to;
    }
  }

  /// Positions up to last_[k] belong to the parabola of vertex_[k].
  template <std::size_t gap>
  void envelope(std::size_t from, std::size_t last, T* out) {
    std::size_t count = 0;
    for (std::size_t v = from; v <= last; ++v) {
      if (source_[v] == kNoWall<T>) continue;
      while (count > 0) {
        const double border = crossing(gap * vertex_[count - 1], gap * v, source_[vertex_[count - 1]], source_[v]);
        last_[count - 1] = border;
        if (count == 1 || border > last_[count - 2]) break;
        --count;
      }
      vertex_[count++] = v;
    }
    if (count == 0) {
      std::fill(out + gap * from, out + gap * last + 1, kNoWall<T>);
      return;
    }
    last_[count - 1] = static_cast<double>(gap * last);
    std::size_t place = gap * from;
    for (std::size_t k = 0; k < count; ++k) {
      const T cost = source_[vertex_[k]];
      const auto end = static_cast<std::ptrdiff_t>(std::min(last_[k], static_cast<double>(gap * last)));
      for (; static_cast<std::ptrdiff_t>(place) <= end; ++place) {
        const auto steps = static_cast<Wide>(place) - static_cast<Wide>(gap * vertex_[k]);
        out[place] = static_cast<T>(static_cast<Wide>(cost) + unit_ * steps * steps);
      }
    }
  }

  double crossing(std::size_t u, std::size_t v, T at_u, T at_v) const {
    const auto a = static_cast<double>(u), b = static_cast<double>(v);
    const double lift = static_cast<double>(at_v) - static_cast<double>(at_u);
    const double border = (a + b) / 2 + lift / (2 * static_cast<double>(unit_) * (b - a));
    return border < 0 ? -1 : border;  // before the line: rounding must not bring it back
  }

  std::size_t n_;
  bool to_face_;
  Wide unit_;
  std::vector<T> source_, asked_;
  std::vector<std::size_t> vertex_;
  std::vector<double> last_;
};

/// One step of a run along z: towards further slices when `next` lies before `here`.
std::uint16_t one_further(std::uint16_t run, int phase_step) {
  if (run == kNoRun) return kNoRun;
  return static_cast<std::uint16_t>(run == 0 ? 1 : run + phase_step);
}

}  // namespace

template <typename T>
DistancePlanes<T>::DistancePlanes(const Mask3& mask, int phase, const Spacing3& edge, bool to_face,
                                  const Context& context)
    : size_{mask.nx, mask.ny, mask.nz}, edge_(edge), to_face_(to_face) {
  VESICA_REQUIRE(mask.voxels.size() == mask.nx * mask.ny * mask.nz, "a mask holds one byte a voxel");
  const std::size_t longest = std::max({mask.nx, mask.ny, mask.nz});
  if (longest > kLongestSide) {
    throw Error(ErrorKind::kUnsupported, say("A side of {} voxels is too long for the local thickness.", longest), {},
                say("Measure a region of at most {} voxels a side.", kLongestSide));
  }
  along_z_.resize(mask.voxels.size());
  const int step = to_face ? 2 : 1;
  std::vector<std::uint16_t> most(mask.ny);
  const std::size_t slice = mask.nx * mask.ny;
  parallel_for(mask.ny, context, [&](std::size_t y) {
    const std::size_t first = y * mask.nx;
    for (std::size_t z = 0; z < mask.nz; ++z) {
      std::uint16_t* here = along_z_.data() + first + z * slice;
      const std::uint8_t* voxels = mask.voxels.data() + first + z * slice;
      for (std::size_t x = 0; x < mask.nx; ++x) {
        here[x] = voxels[x] != phase ? 0 : z == 0 ? kNoRun : one_further(*(here + x - slice), step);
      }
    }
    for (std::size_t z = mask.nz; z-- > 0;) {
      std::uint16_t* here = along_z_.data() + first + z * slice;
      for (std::size_t x = 0; x < mask.nx; ++x) {
        if (z + 1 < mask.nz) here[x] = std::min(here[x], one_further(here[x + slice], step));
        if (here[x] != kNoRun) most[y] = std::max(most[y], here[x]);
      }
    }
  });
  for (const std::uint16_t each : most) longest_run_ = std::max<std::size_t>(longest_run_, each);
  has_wall_ = std::any_of(along_z_.begin(), along_z_.end(), [](std::uint16_t run) { return run != kNoRun; });
}

/// Squared runs along z of one row of voxels, seen from plane z of the grid.
template <typename T>
void DistancePlanes<T>::row(std::size_t y, std::size_t z, std::vector<T>& out) const {
  const double unit = edge_[2] * edge_[2];
  const std::size_t slice = size_[0] * size_[1];
  const bool between = to_face_ && z % 2 != 0;
  const std::uint16_t* here = along_z_.data() + (to_face_ ? z / 2 : z) * slice + y * size_[0];
  for (std::size_t x = 0; x < size_[0]; ++x) {
    std::uint16_t run = here[x];
    if (between) {
      run = std::min(run, here[x + slice]);
      if (run != 0 && run != kNoRun) ++run;
      if (here[x] == 0 || here[x + slice] == 0) run = 0;
    }
    out[x] = run == kNoRun ? kNoWall<T> : static_cast<T>(static_cast<double>(run) * run * unit);
  }
}

template <typename T>
void DistancePlanes<T>::plane(std::size_t z, T* out, std::size_t stride) const {
  const std::size_t wide = nx(), deep = ny();
  Line<T> along_x(size_[0], to_face_, edge_[0] * edge_[0]), along_y(size_[1], to_face_, edge_[1] * edge_[1]);
  std::vector<T> cost(size_[0]), rows(wide * size_[1]);
  for (std::size_t y = 0; y < size_[1]; ++y) {
    row(y, z, cost);
    along_x.run(cost.data(), rows.data() + y * wide);
  }
  std::vector<T> column(kTile * size_[1]), answer(kTile * deep);
  for (std::size_t x = 0; x < wide; x += kTile) {
    const std::size_t count = std::min(kTile, wide - x);
    for (std::size_t y = 0; y < size_[1]; ++y) {
      for (std::size_t c = 0; c < count; ++c) column[c * size_[1] + y] = rows[y * wide + x + c];
    }
    for (std::size_t c = 0; c < count; ++c) along_y.run(column.data() + c * size_[1], answer.data() + c * deep);
    for (std::size_t y = 0; y < deep; ++y) {
      for (std::size_t c = 0; c < count; ++c) out[y * stride + x + c] = answer[c * deep + y];
    }
  }
}

template class DistancePlanes<std::int32_t>;
template class DistancePlanes<float>;

template <typename T>
std::vector<T> squared_distance(const Mask3& mask, int phase, const Spacing3& edge, const Context& context) {
  std::vector<T> out(mask.voxels.size());
  if (out.empty()) return out;
  const DistancePlanes<T> planes(mask, phase, edge, false, context);
  parallel_for(mask.nz, context, [&](std::size_t z) { planes.plane(z, out.data() + mask.index(0, 0, z), mask.nx); });
  return out;
}

template std::vector<std::int32_t> squared_distance(const Mask3&, int, const Spacing3&, const Context&);
template std::vector<float> squared_distance(const Mask3&, int, const Spacing3&, const Context&);

}  // namespace vesica
