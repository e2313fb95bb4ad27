// SPDX-License-Identifier: Apache-2.0
// Which balls of a phase are needed: one whose voxels a ball a few steps away holds too is redundant.
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <tuple>

#include "vesica/ops/edt.h"
#include "vesica/ops/thickness_balls.h"

namespace vesica::thickness {

namespace {

/// Balls are compared with those up to so many steps away along each axis. Chosen by trial: 1 leaves up to twice the
/// balls, 3 only a tenth less.
constexpr int kReach = 2;
constexpr int kOffsets = (kReach + 1) * (kReach + 1) * (kReach + 1) - 1;
/// Radii up to so many steps are compared voxel by voxel, larger ones by a bound. Chosen: tables of 25 MB, a tenth of a
/// second of work.
constexpr std::size_t kExactRadius = 192;
constexpr double kSafety = 1 + 1e-6;  // chosen: above the rounding of single precision, so that no needed ball is lost

using Offset = std::array<int, 3>;  // in steps of the grid, components >= 0

/// All offsets of one octant, short ones first.
std::vector<Offset> octant() {
  std::vector<Offset> out;
  for (int z = 0; z <= kReach; ++z) {
    for (int y = 0; y <= kReach; ++y) {
      for (int x = 0; x <= kReach; ++x) {
        if (x + y + z > 0) out.push_back({x, y, z});
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Offset& a, const Offset& b) {
    return a[0] * a[0] + a[1] * a[1] + a[2] * a[2] < b[0] * b[0] + b[1] * b[1] + b[2] * b[2];
  });
  return out;
}

/// How much larger than a ball's squared radius that of the ball at an offset must be to cover it.
template <typename T>
class Cover;

/// Whole numbers: the voxels that a ball holds are enumerated. They lie at start, start + step, ... along each axis,
/// start 1 for a point half-way between voxels.
template <>
class Cover<std::int32_t> {
 public:
  using Row = const std::int16_t*;
  static constexpr std::int32_t kEmpty = -32768;  ///< the ball holds no voxel: anything covers it

  Cover(const std::vector<Offset>& offsets, int step, bool rim, const Spacing3&, std::size_t longest)
      : offsets_(offsets), step_(step), rim_(rim) {
    const std::size_t radius = std::min(kExactRadius, longest);
    known_ = radius * radius + 1;
    tables_.resize(step == 2 ? 8 : 1);
    for (std::size_t kind = 0; kind < tables_.size(); ++kind) fill(static_cast<int>(kind));
  }
  Row row(std::int32_t square, std::size_t kind) const {
    if (static_cast<std::size_t>(square) >= known_) return nullptr;
    return tables_[kind].data() + static_cast<std::size_t>(square) * kOffsets;
  }
  /// Without a row: a ball within another one in space.
  std::int32_t more(Row row, std::size_t offset, std::int32_t square) const {
    if (row != nullptr) return row[offset];
    const Offset& o = offsets_[offset];
    const double reach = std::sqrt(static_cast<double>(square)) +
                         std::sqrt(static_cast<double>(o[0] * o[0] + o[1] * o[1] + o[2] * o[2]));
    return static_cast<std::int32_t>(std::min(reach * reach * kSafety, 2147483646.0) - square) + 1;
  }

 private:
  /// The furthest voxel of each shell from each offset, then the furthest up to each shell.
  void fill(int kind) {
    std::vector<std::int16_t>& table = tables_[static_cast<std::size_t>(kind)];
    std::vector<std::int32_t> furthest(known_ * kOffsets, -1);
    const auto most = static_cast<int>(known_) - 1;
    for (int z = kind >> 2; z * z <= most; z += step_) {
      for (int y = kind >> 1 & 1; z * z + y * y <= most; y += step_) {
        for (int x = kind & 1; z * z + y * y + x * x <= most; x += step_) {
          std::int32_t* shell = furthest.data() + static_cast<std::size_t>(z * z + y * y + x * x) * kOffsets;
          for (std::size_t k = 0; k < kOffsets; ++k) {
            const int a = x + offsets_[k][0], b = y + offsets_[k][1], c = z + offsets_[k][2];
            shell[k] = std::max(shell[k], a * a + b * b + c * c);
          }
        }
      }
    }
    // A ball of squared radius s holds the shells below s, with its rim also shell s; the other must have a square
    // above (with the rim: of) the furthest voxel, and none below s, whose diameter would be less.
    table.assign(known_ * kOffsets, 0);
    std::array<std::int32_t, kOffsets> within;
    within.fill(-1);
    for (std::size_t s = 0; s < known_; ++s) {
      for (std::size_t k = 0; k < kOffsets; ++k) {
        const std::int32_t shell = furthest[s * kOffsets + k];
        if (rim_) within[k] = std::max(within[k], shell);
        const std::int32_t more = within[k] + (rim_ ? 0 : 1) - static_cast<std::int32_t>(s);
        table[s * kOffsets + k] = static_cast<std::int16_t>(within[k] < 0 ? kEmpty : std::max(more, 0));
        within[k] = std::max(within[k], shell);
      }
    }
  }

  std::vector<Offset> offsets_;
  int step_;
  bool rim_;
  std::size_t known_;
  std::vector<std::vector<std::int16_t>> tables_;
};

/// Any edges: a ball within another one in space.
template <>
class Cover<float> {
 public:
  using Row = float;  // the radius

  Cover(const std::vector<Offset>& offsets, int, bool, const Spacing3& edge, std::size_t) {
    for (const Offset& offset : offsets) {
      double square = 0;
      for (std::size_t a = 0; a < 3; ++a) square += offset[a] * offset[a] * edge[a] * edge[a];
      far_.push_back(std::sqrt(square));
    }
  }
  Row row(float square, std::size_t) const { return std::sqrt(square); }
  float more(Row radius, std::size_t offset, float square) const {
    const double reach = static_cast<double>(radius) + far_[offset];
    return static_cast<float>(reach * reach * kSafety - static_cast<double>(square));
  }

 private:
  std::vector<double> far_;
};

/// Some planes of the grid at a time, with kReach more on each side and a border of zeros.
template <typename T>
class Search {
 public:
  Search(const DistancePlanes<T>& planes, bool to_face, bool rim, const Spacing3& edge)
      : planes_(planes),
        to_face_(to_face),
        offsets_(octant()),
        cover_(offsets_, to_face ? 2 : 1, rim, edge, std::max<std::size_t>(planes.longest_run(), 1)),
        nx_(static_cast<std::ptrdiff_t>(planes.nx())),
        ny_(static_cast<std::ptrdiff_t>(planes.ny())),
        nz_(static_cast<std::ptrdiff_t>(planes.nz())),
        stride_(nx_ + 2 * kReach) {
    for (const Offset& o : offsets_) {
      for (int signs = 0; signs < 4; ++signs) {
        steps_[static_cast<std::size_t>(signs)].push_back((signs & 2 ? -o[1] : o[1]) * stride_ +
                                                          (signs & 1 ? -o[0] : o[0]));
      }
    }
  }

  /// A deque never holds two copies while it grows.
  std::deque<Ball<T>> planes_between(std::ptrdiff_t from, std::ptrdiff_t to) const {
    std::array<std::vector<T>, 2 * kReach + 1> ring;
    for (std::vector<T>& each : ring) each.assign(static_cast<std::size_t>(stride_ * (ny_ + 2 * kReach)), 0);
    std::deque<Ball<T>> out;
    for (std::ptrdiff_t z = from - 2 * kReach; z < to; ++z) {
      load(z + kReach, ring[slot(z + kReach)]);
      if (z < from) continue;
      std::array<const T*, 2 * kReach + 1> near;
      for (std::ptrdiff_t d = -kReach; d <= kReach; ++d) {
        near[static_cast<std::size_t>(d + kReach)] = ring[slot(z + d)].data() + kReach * stride_ + kReach;
      }
      search(z, near, out);
    }
    return out;
  }

 private:
  static std::size_t slot(std::ptrdiff_t z) {
    return static_cast<std::size_t>((z + 2 * (2 * kReach + 1)) % (2 * kReach + 1));
  }
  void load(std::ptrdiff_t z, std::vector<T>& into) const {
    if (z < 0 || z >= nz_) {
      std::fill(into.begin(), into.end(), T{0});
      return;
    }
    planes_.plane(static_cast<std::size_t>(z), into.data() + kReach * stride_ + kReach,
                  static_cast<std::size_t>(stride_));
  }

  void search(std::ptrdiff_t z, const std::array<const T*, 2 * kReach + 1>& near, std::deque<Ball<T>>& out) const {
    for (std::ptrdiff_t y = 0; y < ny_; ++y) {
      for (std::ptrdiff_t x = 0; x < nx_; ++x) {
        const std::ptrdiff_t i = y * stride_ + x;
        const T square = near[kReach][i];
        if (square == 0) continue;
        const auto kind = static_cast<std::size_t>(to_face_ ? (x & 1) + 2 * (y & 1) + 4 * (z & 1) : 0);
        if (!is_redundant(near, i, square, kind)) {
          out.push_back(
              {static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), static_cast<std::int16_t>(z), square});
        }
      }
    }
  }

  /// Balls grow away from the wall: only that octant is looked at. Of two balls with the same radius and the same
  /// voxels, the earlier one stays.
  bool is_redundant(const std::array<const T*, 2 * kReach + 1>& near, std::ptrdiff_t i, T square,
                    std::size_t kind) const {
    const T* here = near[kReach] + i;
    const bool left = *(here - 1) > here[1], up = *(here - stride_) > here[stride_];
    const bool back = near[kReach - 1][i] > near[kReach + 1][i];
    const std::vector<std::ptrdiff_t>& steps = steps_[(left ? 1 : 0) + (up ? 2 : 0)];
    const auto row = cover_.row(square, kind);
    for (std::size_t k = 0; k < kOffsets; ++k) {
      const int dz = back ? -offsets_[k][2] : offsets_[k][2];
      const std::ptrdiff_t step = steps[k];
      const T gain = near[static_cast<std::size_t>(kReach + dz)][i + step] - square,
              wanted = cover_.more(row, k, square);
      if (gain >= wanted && (gain > 0 || wanted < 0 || dz < 0 || (dz == 0 && step < 0))) return true;
    }
    return false;
  }

  const DistancePlanes<T>& planes_;
  bool to_face_;
  std::vector<Offset> offsets_;
  Cover<T> cover_;
  std::ptrdiff_t nx_, ny_, nz_, stride_;
  std::array<std::vector<std::ptrdiff_t>, 4> steps_;
};

}  // namespace

template <typename T>
Needed<T> needed_balls(const Mask3& mask, int phase, const Spacing3& edge, ThicknessRule rule, const Context& context) {
  const bool to_face = rule == ThicknessRule::kToFace;
  const DistancePlanes<T> planes(mask, phase, edge, to_face, context);
  Needed<T> out;
  out.has_wall = planes.has_wall();
  if (!out.has_wall) return out;
  const Search<T> search(planes, to_face, rule == ThicknessRule::kImagej, edge);
  out.layers.resize((planes.nz() + kLayer - 1) / kLayer);
  parallel_for(out.layers.size(), context, [&](std::size_t i) {
    const std::deque<Ball<T>> found = search.planes_between(
        static_cast<std::ptrdiff_t>(i * kLayer), static_cast<std::ptrdiff_t>(std::min(planes.nz(), (i + 1) * kLayer)));
    std::vector<Ball<T>>& balls = out.layers[i];
    balls.assign(found.begin(), found.end());  // no larger than it must be
    std::sort(balls.begin(), balls.end(), [](const Ball<T>& a, const Ball<T>& b) {
      return a.square != b.square ? a.square > b.square : std::tie(a.z, a.y, a.x) < std::tie(b.z, b.y, b.x);
    });
  });
  return out;
}

template Needed<std::int32_t> needed_balls(const Mask3&, int, const Spacing3&, ThicknessRule, const Context&);
template Needed<float> needed_balls(const Mask3&, int, const Spacing3&, ThicknessRule, const Context&);

}  // namespace vesica::thickness
