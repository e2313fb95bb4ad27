// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/anisotropy.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "vesica/base/random.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

using Vector = std::array<double, 3>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFewestDirections = 10;  // chosen: the fit has six unknowns
constexpr std::size_t kDraws = 200;            // chosen

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

class Probe {
 public:
  Probe(const Mask3& mask, const Mask3& where, const Spacing3& edge)
      : mask_(mask),
        where_(where),
        edge_(edge),
        size_{static_cast<double>(mask.nx) * edge[0], static_cast<double>(mask.ny) * edge[1],
              static_cast<double>(mask.nz) * edge[2]},
        step_(*std::min_element(edge.begin(), edge.end())) {}

  Intercepts along(const Vector& direction) const {
    Intercepts out;
    out.direction = direction;
    const Vector helper = std::abs(direction[2]) < 0.9 ? Vector{0, 0, 1} : Vector{1, 0, 0};
    Vector u = cross(direction, helper);
    const double scale = std::sqrt(dot(u, u));
    for (double& each : u) each /= scale;
    const Vector v = cross(direction, u);
    const double reach = std::sqrt(dot(size_, size_)) / 2;
    const double spacing = std::max(step_, 2 * reach / std::sqrt(kMilLines));
    const auto half = static_cast<int>(reach / spacing);
    for (int i = -half; i <= half; ++i) {
      for (int j = -half; j <= half; ++j) {
        Vector start;
        for (std::size_t a = 0; a < 3; ++a) start[a] = size_[a] / 2 + spacing * (i * u[a] + j * v[a]);
        follow(start, direction, out);
      }
    }
    return out;
  }

 private:
  void follow(const Vector& middle, const Vector& direction, Intercepts& out) const {
    double low = -1e300, high = 1e300;
    for (std::size_t a = 0; a < 3; ++a) {
      if (std::abs(direction[a]) < 1e-12) {
        if (middle[a] < 0 || middle[a] >= size_[a]) return;
        continue;
      }
      const double one = -middle[a] / direction[a], two = (size_[a] - middle[a]) / direction[a];
      low = std::max(low, std::min(one, two));
      high = std::min(high, std::max(one, two));
    }
    const double first = low + step_ / 2;
    if (!(first < high)) return;
    // Whole numbers of 2^-32 voxels: a thousand steps are exact to a millionth of a voxel, and cost three additions.
    std::array<std::int64_t, 3> at{}, by{};
    for (std::size_t a = 0; a < 3; ++a) {
      at[a] = std::llround((middle[a] + first * direction[a]) / edge_[a] * kVoxel);
      by[a] = std::llround(step_ * direction[a] / edge_[a] * kVoxel);
    }
    int before = -1;  // phase of the sample before, -1 outside
    for (double t = first; t < high; t += step_) {
      const int here = phase_at(at);
      if (here >= 0) {
        out.length += step_;
        out.changes += before >= 0 && before != here ? 1 : 0;
      }
      before = here;
      for (std::size_t a = 0; a < 3; ++a) at[a] += by[a];
    }
  }

  int phase_at(const std::array<std::int64_t, 3>& at) const {
    const auto index = [&](std::size_t a, std::size_t n) {
      return static_cast<std::size_t>(std::clamp<std::int64_t>(at[a] >> kShift, 0, static_cast<std::int64_t>(n) - 1));
    };
    const std::size_t i = mask_.index(index(0, mask_.nx), index(1, mask_.ny), index(2, mask_.nz));
    if (!where_.voxels.empty() && where_.voxels[i] == 0) return -1;
    return mask_.voxels[i];
  }

  static constexpr int kShift = 32;
  static constexpr double kVoxel = 4294967296.0;

  const Mask3& mask_;
  const Mask3& where_;
  Spacing3 edge_;
  Vector size_;
  double step_;
};

/// One equation of the fit: n' H n = 1 / MIL^2 over the six entries of H.
struct Equation {
  Eigen::Matrix<double, 6, 1> row;
  double value;
};

Equation equation_of(const Intercepts& each) {
  const auto& [x, y, z] = each.direction;
  const double rate = static_cast<double>(each.changes) / each.length;
  Equation out;
  out.row << x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z;
  out.value = rate * rate;
  return out;
}

/// H's eigenvalues, ascending, and vectors.
Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> fit(const std::vector<Equation>& equations,
                                                   const std::vector<std::size_t>& chosen) {
  Eigen::Matrix<double, 6, 6> left = Eigen::Matrix<double, 6, 6>::Zero();
  Eigen::Matrix<double, 6, 1> right = Eigen::Matrix<double, 6, 1>::Zero();
  for (const std::size_t i : chosen) {
    left += equations[i].row * equations[i].row.transpose();
    right += equations[i].row * equations[i].value;
  }
  const Eigen::Matrix<double, 6, 1> h = left.ldlt().solve(right);
  Eigen::Matrix3d matrix;
  matrix << h[0], h[3], h[4], h[3], h[1], h[5], h[4], h[5], h[2];
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(matrix);
}

void set_interval(std::vector<double>& values, double& low, double& high) {
  std::sort(values.begin(), values.end());
  low = values[static_cast<std::size_t>(0.025 * static_cast<double>(values.size()))];
  high = values[static_cast<std::size_t>(0.975 * static_cast<double>(values.size()))];
}

void bootstrap(const std::vector<Equation>& equations, std::uint64_t seed, Anisotropy& out) {
  Random random(seed, 0);
  std::vector<double> ratios, bonejs;
  std::vector<std::size_t> chosen(equations.size());
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    for (std::size_t& each : chosen) each = random.below(equations.size());
    const Eigen::Vector3d h = fit(equations, chosen).eigenvalues();
    if (!(h[0] > 0)) return;
    ratios.push_back(std::sqrt(h[2] / h[0]));
    bonejs.push_back(1 - h[0] / h[2]);
  }
  set_interval(ratios, out.ratio_low, out.ratio_high);
  set_interval(bonejs, out.bonej_low, out.bonej_high);
}

}  // namespace

std::vector<std::array<double, 3>> half_sphere(std::size_t n) {
  std::vector<std::array<double, 3>> out;
  const double golden = std::numbers::pi * (3 - std::sqrt(5.0));
  for (std::size_t i = 0; i < n; ++i) {
    const double z = 1 - (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    const double r = std::sqrt(1 - z * z), angle = golden * static_cast<double>(i);
    out.push_back({r * std::cos(angle), r * std::sin(angle), z});
  }
  return out;
}

Anisotropy measure_anisotropy(const Mask3& mask, const Mask3& where, const Spacing3& edge, std::size_t directions,
                              const Context& context) {
  VESICA_REQUIRE(where.voxels.empty() || where.same_size(mask), "masks of one volume");
  Anisotropy out;
  if (mask.voxels.empty()) return out;
  const Probe probe(mask, where, edge);
  const std::vector<Vector> wanted = half_sphere(directions);
  out.intercepts.resize(directions);
  parallel_for(directions, context, [&](std::size_t i) { out.intercepts[i] = probe.along(wanted[i]); });
  std::vector<Equation> equations;
  std::size_t meeting = 0;
  for (const Intercepts& each : out.intercepts) {
    if (each.length > 0) equations.push_back(equation_of(each));
    meeting += each.changes > 0 ? 1 : 0;
  }
  if (meeting < kFewestDirections) return out;
  std::vector<std::size_t> all(equations.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto solved = fit(equations, all);
  const Eigen::Vector3d h = solved.eigenvalues();
  if (!(h[2] > 0) || !(h[0] > -1e-2 * h[2])) return out;
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = h[static_cast<Eigen::Index>(i)];
    out.mil[i] = value > 0 ? 1 / std::sqrt(value) : std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < 3; ++a) {
      out.axes[i][a] = solved.eigenvectors()(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(i));
    }
  }
  out.bonej = std::clamp(1 - h[0] / h[2], 0.0, 1.0);
  out.ratio = h[0] > 0 ? std::sqrt(h[2] / h[0]) : kNan;
  bootstrap(equations, context.seed, out);
  return out;
}

}  // namespace vesica
