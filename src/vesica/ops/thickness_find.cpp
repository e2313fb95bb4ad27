// SPDX-License-Identifier: Apache-2.0
// Which balls of a phase are needed: one whose voxels a neighbour's ball holds too is redundant.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/ops/edt.h"
#include "vesica/ops/thickness_balls.h"

namespace vesica::thickness {

namespace {

/// Radii up to this are compared voxel by voxel, larger ones by a bound (chosen: a second of work).
constexpr std::int64_t kExactRadius = 96;
constexpr double kSafety = 1 + 1e-6;  // chosen: above the rounding of single precision, so that no needed ball is lost

using Offset = std::array<int, 3>;  // in steps of the rule, components >= 0

/// For an offset: the smallest squared radius with which the ball there covers the ball here.
template <typename T>
class Cover;

/// Whole numbers: the voxels that a ball holds are enumerated. They lie at start, start + step, ... along each axis.
template <>
class Cover<std::int32_t> {
 public:
  Cover(const Offset& offset, const std::array<int, 3>& start, int step, bool rim, const Spacing3&,
        const std::vector<bool>& occurs)
      : offset_(offset) {
    const auto known = std::min<std::size_t>(occurs.size(), kExactRadius * kExactRadius);
    table_.assign(known, 0);
    for (std::size_t square = 1; square < known; ++square) {
      if (occurs[square]) table_[square] = exact(static_cast<std::int64_t>(square), start, step, rim);
    }
  }
  std::int32_t operator()(std::int32_t square) const {
    if (static_cast<std::size_t>(square) < table_.size()) return table_[static_cast<std::size_t>(square)];
    const double far = std::sqrt(offset_[0] * offset_[0] + offset_[1] * offset_[1] + offset_[2] * offset_[2]);
    const double reach = std::sqrt(static_cast<double>(square)) + far;
    return static_cast<std::int32_t>(std::min(reach * reach * kSafety, 2147483646.0)) + 1;
  }

 private:
  /// 0 when the ball holds no voxel.
  std::int32_t exact(std::int64_t square, const std::array<int, 3>& start, int step, bool rim) const {
    const std::int64_t most = rim ? square : square - 1;
    std::int64_t best = -1;
    for (std::int64_t x = start[0]; x * x <= most; x += step) {
      for (std::int64_t y = start[1]; x * x + y * y <= most; y += step) {
        const std::int64_t rest = most - x * x - y * y;
        auto z = static_cast<std::int64_t>(std::sqrt(static_cast<double>(rest)));
        z -= (z - start[2]) % step;
        if (z < start[2]) continue;
        const std::int64_t a = x + offset_[0], b = y + offset_[1], c = z + offset_[2];
        best = std::max(best, a * a + b * b + c * c);
      }
    }
    if (best < 0) return 0;
    return static_cast<std::int32_t>(rim ? best : best + 1);
  }

  Offset offset_;
  std::vector<std::int32_t> table_;
};

/// Any edges: a ball within another one in space.
template <>
class Cover<float> {
 public:
  Cover(const Offset& offset, const std::array<int, 3>&, int, bool, const Spacing3& edge, const std::vector<bool>&) {
    double square = 0;
    for (std::size_t a = 0; a < 3; ++a) square += offset[a] * offset[a] * edge[a] * edge[a];
    far_ = std::sqrt(square);
  }
  float operator()(float square) const {
    const double reach = std::sqrt(static_cast<double>(square)) + far_;
    return static_cast<float>(reach * reach * kSafety);
  }

 private:
  double far_ = 0;
};

template <typename T>
std::vector<bool> squares_in(const std::vector<T>& squares) {
  if constexpr (std::is_same_v<T, float>) {
    return {};
  } else {
    const T most = *std::max_element(squares.begin(), squares.end());
    std::vector<bool> out(static_cast<std::size_t>(most) + 1);
    for (const T each : squares) out[static_cast<std::size_t>(each)] = true;
    return out;
  }
}

/// One class of centres (all at voxels, or all moved by the same half voxels).
template <typename T>
class ClassOfCentres {
 public:
  ClassOfCentres(const Mask3& mask, const std::array<int, 3>& half, const std::vector<T>& squares,
                 const std::vector<T>& at_voxels, const Spacing3& edge, ThicknessRule rule)
      : nx_(static_cast<std::ptrdiff_t>(mask.nx)),
        ny_(static_cast<std::ptrdiff_t>(mask.ny)),
        nz_(static_cast<std::ptrdiff_t>(mask.nz)),
        half_(half),
        squares_(squares),
        at_voxels_(at_voxels),
        to_face_(rule == ThicknessRule::kToFace) {
    const std::vector<bool> occurs = squares_in(squares);
    const int step = to_face_ ? 2 : 1;
    std::array<int, 3> start{};
    for (std::size_t a = 0; a < 3; ++a) start[a] = half[a];  // voxel centres lie an odd number of half steps away
    const bool rim = rule == ThicknessRule::kImagej;
    for (int kind = 1; kind < 8; ++kind) {
      const Offset offset = {(kind & 1) * step, (kind >> 1 & 1) * step, (kind >> 2) * step};
      cover_.emplace_back(offset, start, step, rim, edge, occurs);
    }
    if (half != std::array<int, 3>{}) cover_.emplace_back(half, start, step, rim, edge, occurs);
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int kind = dx * dx + 2 * dy * dy + 4 * dz * dz;
          if (kind != 0) neighbours_.push_back({dx, dy, dz, kind - 1, (dz * ny_ + dy) * nx_ + dx});
        }
      }
    }
    std::stable_sort(neighbours_.begin(), neighbours_.end(),
                     [](const Neighbour& a, const Neighbour& b) { return a.length() < b.length(); });
  }

  void needed_in_slice(std::ptrdiff_t z, std::vector<Ball<T>>& out) const {
    for (std::ptrdiff_t y = 0; y < ny_; ++y) {
      for (std::ptrdiff_t x = 0; x < nx_; ++x) {
        const std::ptrdiff_t i = (z * ny_ + y) * nx_ + x;
        const T square = squares_[static_cast<std::size_t>(i)];
        if (square == 0 || is_redundant(x, y, z, i, square)) continue;
        out.push_back({centre(x, half_[0]), centre(y, half_[1]), centre(z, half_[2]), square});
      }
    }
  }

 private:
  struct Neighbour {
    int dx, dy, dz, kind;
    std::ptrdiff_t step;
    int length() const { return dx * dx + dy * dy + dz * dz; }
  };

  std::int16_t centre(std::ptrdiff_t i, int half) const {
    return static_cast<std::int16_t>(to_face_ ? 2 * i + 1 - half : i);
  }

  bool is_redundant(std::ptrdiff_t x, std::ptrdiff_t y, std::ptrdiff_t z, std::ptrdiff_t i, T square) const {
    if (cover_.size() == 8 && is_redundant_beside_voxels(i, square)) return true;
    const bool inner = x > 0 && y > 0 && z > 0 && x + 1 < nx_ && y + 1 < ny_ && z + 1 < nz_;
    for (const Neighbour& next : neighbours_) {
      if (!inner && (x + next.dx < 0 || x + next.dx >= nx_ || y + next.dy < 0 || y + next.dy >= ny_ ||
                     z + next.dz < 0 || z + next.dz >= nz_)) {
        continue;
      }
      if (squares_[static_cast<std::size_t>(i + next.step)] >= cover_[static_cast<std::size_t>(next.kind)](square)) {
        return true;
      }
    }
    return false;
  }

  /// A half centre between voxels: their own balls are compared too.
  bool is_redundant_beside_voxels(std::ptrdiff_t i, T square) const {
    const T wanted = cover_.back()(square);
    for (int corner = 0; corner < 8; ++corner) {
      const int dx = corner & 1, dy = corner >> 1 & 1, dz = corner >> 2;
      if (dx > half_[0] || dy > half_[1] || dz > half_[2]) continue;
      const std::ptrdiff_t other = i - (dz * ny_ + dy) * nx_ - dx;
      if (at_voxels_[static_cast<std::size_t>(other)] >= wanted) return true;
    }
    return false;
  }

  std::ptrdiff_t nx_, ny_, nz_;
  std::array<int, 3> half_;
  const std::vector<T>& squares_;
  const std::vector<T>& at_voxels_;
  bool to_face_;
  std::vector<Cover<T>> cover_;
  std::vector<Neighbour> neighbours_;
};

template <typename T>
void sort_by_falling_radius(std::vector<Ball<T>>& balls) {
  std::stable_sort(balls.begin(), balls.end(), [](const Ball<T>& a, const Ball<T>& b) { return a.square > b.square; });
}

}  // namespace

template <typename T>
std::vector<Ball<T>> BallFinder<T>::find(int kind, const Context& context) {
  const std::size_t longest = std::max({mask_.nx, mask_.ny, mask_.nz});
  if (longest > kLongestSide) {
    throw Error(ErrorKind::kUnsupported, say("A side of {} voxels is too long for the local thickness.", longest), {},
                say("Measure a region of at most {} voxels a side.", kLongestSide));
  }
  const std::array<int, 3> half = {kind & 1, kind >> 1 & 1, kind >> 2};
  const bool to_face = rule_ == ThicknessRule::kToFace;
  std::vector<T> squares = squared_distance<T>(mask_, phase_, {to_face, half, edge_}, context);
  std::vector<Ball<T>> out;
  if (std::any_of(squares.begin(), squares.end(), [](T square) { return square == kNoWall<T>; })) has_wall_ = false;
  if (squares.empty() || !has_wall_) return out;
  std::vector<std::vector<Ball<T>>> found(mask_.nz);
  {
    const ClassOfCentres<T> centres(mask_, half, squares, at_voxels_, edge_, rule_);
    parallel_for(mask_.nz, context, [&](std::size_t z) {
      std::vector<Ball<T>> slice;
      centres.needed_in_slice(static_cast<std::ptrdiff_t>(z), slice);
      found[z].assign(slice.begin(), slice.end());  // no larger than it must be
    });
  }
  // Distances go before the balls are put together: both at once would be the peak of memory.
  if (to_face && kind == 0) at_voxels_ = std::move(squares);
  squares = std::vector<T>();
  std::size_t count = 0;
  for (const std::vector<Ball<T>>& each : found) count += each.size();
  out.reserve(count);
  for (std::vector<Ball<T>>& each : found) {
    out.insert(out.end(), each.begin(), each.end());
    each = std::vector<Ball<T>>();
  }
  sort_by_falling_radius(out);
  return out;
}

template class BallFinder<std::int32_t>;
template class BallFinder<float>;

}  // namespace vesica::thickness
