// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/surface.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "vesica/base/require.h"

namespace vesica {

namespace {

using Point = std::array<double, 3>;

// Corner i of a cell lies at (i & 1, i >> 1 & 1, i >> 2); an edge joins a corner with the one that an axis' bit adds.
struct CellEdge {
  int from, to;
};
constexpr std::array<CellEdge, 12> kEdges = {
    {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 2}, {1, 3}, {4, 6}, {5, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}}};
// Corners of each face in order around it.
constexpr std::array<std::array<int, 4>, 6> kFaces = {
    {{0, 2, 6, 4}, {1, 3, 7, 5}, {0, 1, 5, 4}, {2, 3, 7, 6}, {0, 1, 3, 2}, {4, 5, 7, 6}}};

int edge_between(int a, int b) {
  for (std::size_t i = 0; i < kEdges.size(); ++i) {
    if ((kEdges[i].from == a && kEdges[i].to == b) || (kEdges[i].from == b && kEdges[i].to == a)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

using Loops = std::vector<std::vector<int>>;  ///< crossed edges in order, a list a loop

/// The pairs of crossed edges that each face of a cell joins; with four crossings the two next to an inside corner.
std::vector<std::array<int, 2>> segments_of(unsigned inside) {
  std::vector<std::array<int, 2>> out;
  for (const auto& face : kFaces) {
    std::array<int, 4> crossed{};
    std::array<bool, 4> in{};
    int count = 0;
    for (std::size_t i = 0; i < 4; ++i) in[i] = (inside >> face[i] & 1U) != 0;
    for (std::size_t i = 0; i < 4; ++i) {
      if (in[i] != in[(i + 1) % 4]) crossed[static_cast<std::size_t>(count++)] = static_cast<int>(i);
    }
    const auto side = [&](int i) {
      return edge_between(face[static_cast<std::size_t>(i) % 4], face[static_cast<std::size_t>(i + 1) % 4]);
    };
    if (count == 2) out.push_back({side(crossed[0]), side(crossed[1])});
    for (int i = 0; count == 4 && i < 4; ++i) {
      if (in[static_cast<std::size_t>(i)]) out.push_back({side(i + 3), side(i)});
    }
  }
  return out;
}

Loops loops_of(unsigned inside) {
  std::vector<std::array<int, 2>> segments = segments_of(inside);
  Loops out;
  while (!segments.empty()) {
    std::vector<int> loop = {segments.back()[0], segments.back()[1]};
    segments.pop_back();
    while (loop.front() != loop.back()) {
      const auto next = std::find_if(segments.begin(), segments.end(), [&](const auto& each) {
        return each[0] == loop.back() || each[1] == loop.back();
      });
      loop.push_back((*next)[0] == loop.back() ? (*next)[1] : (*next)[0]);
      segments.erase(next);
    }
    loop.pop_back();
    out.push_back(loop);
  }
  return out;
}

std::vector<Loops> table_of_loops() {
  std::vector<Loops> out;
  for (unsigned i = 0; i < 256; ++i) out.push_back(loops_of(i));
  return out;
}

double triangle_area(const Point& a, const Point& b, const Point& c) {
  const Point u = {b[0] - a[0], b[1] - a[1], b[2] - a[2]}, v = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
  return 0.5 * std::hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]);
}

class LevelArea {
 public:
  LevelArea(const std::vector<float>& values, std::size_t nx, std::size_t ny, std::size_t nz, double level,
            const Mask3& where, const Spacing3& edge)
      : values_(values), size_{nx, ny, nz}, level_(level), where_(where), edge_(edge), loops_(table_of_loops()) {}

  /// Cells between slices z - 1 and z; the first and last lie half outside.
  double layer(std::size_t z) const {
    double sum = 0;
    for (std::size_t y = 0; y <= size_[1]; ++y) {
      for (std::size_t x = 0; x <= size_[0]; ++x) sum += cell({x, y, z});
    }
    return sum;
  }

 private:
  using Index = std::array<std::size_t, 3>;

  std::size_t clamped(std::size_t i, std::size_t axis) const {  // of one more than the voxel's index
    return std::min(i > 0 ? i - 1 : 0, size_[axis] - 1);
  }

  double cell(const Index& at) const {
    std::array<double, 8> value;
    unsigned inside = 0;
    for (unsigned i = 0; i < 8; ++i) {
      const std::size_t x = clamped(at[0] + (i & 1), 0), y = clamped(at[1] + (i >> 1 & 1), 1),
                        z = clamped(at[2] + (i >> 2), 2);
      value[i] = static_cast<double>(values_[(z * size_[1] + y) * size_[0] + x]);
      if (value[i] >= level_) inside |= 1U << i;
    }
    if (inside == 0 || inside == 255) return 0;
    double weight = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (at[axis] == 0 || at[axis] == size_[axis]) weight /= 2;
    }
    double sum = 0;
    for (const std::vector<int>& loop : loops_[inside]) sum += fan(at, loop, value);
    return sum * weight;
  }

  double fan(const Index& at, const std::vector<int>& loop, const std::array<double, 8>& value) const {
    std::array<Point, 12> points;
    Point middle{};
    for (std::size_t i = 0; i < loop.size(); ++i) {
      points[i] = crossing(kEdges[static_cast<std::size_t>(loop[i])], value);
      for (std::size_t a = 0; a < 3; ++a) middle[a] += points[i][a] / static_cast<double>(loop.size());
    }
    double sum = 0;
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const Point &a = points[i], &b = points[(i + 1) % loop.size()];
      if (!counts(at, {(a[0] + b[0] + middle[0]) / 3, (a[1] + b[1] + middle[1]) / 3, (a[2] + b[2] + middle[2]) / 3})) {
        continue;
      }
      sum += triangle_area(scaled(a), scaled(b), scaled(middle));
    }
    return sum;
  }

  Point crossing(const CellEdge& edge, const std::array<double, 8>& value) const {
    const double a = value[static_cast<std::size_t>(edge.from)], b = value[static_cast<std::size_t>(edge.to)];
    const double t = (level_ - a) / (b - a);
    Point out = {static_cast<double>(edge.from & 1), static_cast<double>(edge.from >> 1 & 1),
                 static_cast<double>(edge.from >> 2)};
    const int axis = (edge.to ^ edge.from) == 1 ? 0 : (edge.to ^ edge.from) == 2 ? 1 : 2;
    out[static_cast<std::size_t>(axis)] = t;
    return out;
  }
  Point scaled(const Point& p) const { return {p[0] * edge_[0], p[1] * edge_[1], p[2] * edge_[2]}; }

  /// Whether the voxel that holds a point of the cell is asked for.
  bool counts(const Index& at, const Point& p) const {
    if (where_.voxels.empty()) return true;
    const auto voxel = [&](std::size_t axis) { return clamped(at[axis] + (p[axis] >= 0.5 ? 1 : 0), axis); };
    return where_.at(voxel(0), voxel(1), voxel(2)) != 0;
  }

  const std::vector<float>& values_;
  Index size_;
  double level_;
  const Mask3& where_;
  Spacing3 edge_;
  std::vector<Loops> loops_;
};

std::vector<double> gaussian(double sigma) {
  const int reach = static_cast<int>(std::ceil(4 * sigma));
  std::vector<double> out;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) out.push_back(std::exp(-0.5 * i * i / (sigma * sigma))), sum += out.back();
  for (double& each : out) each /= sum;
  return out;
}

/// Lines of n values, `stride` apart; `wide` of them beside each other from `first`.
void smooth_lines(std::vector<float>& values, std::size_t first, std::size_t wide, std::size_t n, std::size_t stride,
                  const std::vector<double>& kernel) {
  const auto reach = static_cast<std::ptrdiff_t>(kernel.size() / 2);
  const auto last = static_cast<std::ptrdiff_t>(n) - 1;
  std::vector<float> in(n * wide);
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first + i * stride), wide,
                in.begin() + static_cast<std::ptrdiff_t>(i * wide));
  }
  std::vector<double> sum(wide);
  for (std::ptrdiff_t i = 0; i <= last; ++i) {
    std::fill(sum.begin(), sum.end(), 0);
    for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
      const float* from = in.data() + std::clamp<std::ptrdiff_t>(i + k, 0, last) * static_cast<std::ptrdiff_t>(wide);
      const double weight = kernel[static_cast<std::size_t>(k + reach)];
      for (std::size_t x = 0; x < wide; ++x) sum[x] += weight * static_cast<double>(from[x]);
    }
    float* to = values.data() + first + static_cast<std::size_t>(i) * stride;
    for (std::size_t x = 0; x < wide; ++x) to[x] = static_cast<float>(sum[x]);
  }
}

}  // namespace

void smooth(std::vector<float>& values, std::size_t nx, std::size_t ny, std::size_t nz, double sigma,
            const Context& context) {
  VESICA_REQUIRE(values.size() == nx * ny * nz, "one value a voxel");
  if (!(sigma > 0) || values.empty()) return;
  const std::vector<double> kernel = gaussian(sigma);
  parallel_for(nz, context, [&](std::size_t z) {
    for (std::size_t y = 0; y < ny; ++y) smooth_lines(values, (z * ny + y) * nx, 1, nx, 1, kernel);
    smooth_lines(values, z * ny * nx, nx, ny, nx, kernel);
  });
  parallel_for(ny, context, [&](std::size_t y) { smooth_lines(values, y * nx, nx, nz, nx * ny, kernel); });
}

double level_area(const std::vector<float>& values, std::size_t nx, std::size_t ny, std::size_t nz, double level,
                  const Mask3& where, const Spacing3& edge, const Context& context) {
  VESICA_REQUIRE(values.size() == nx * ny * nz, "one value a voxel");
  if (values.empty()) return 0;
  const LevelArea area(values, nx, ny, nz, level, where, edge);
  std::vector<double> layers(nz + 1);
  parallel_for(layers.size(), context, [&](std::size_t z) { layers[z] = area.layer(z); });
  double sum = 0;
  for (const double each : layers) sum += each;
  return sum;
}

double surface_area(const Mask3& mask, const Mask3& where, const Spacing3& edge, const Context& context) {
  std::vector<float> values(mask.voxels.begin(), mask.voxels.end());
  smooth(values, mask.nx, mask.ny, mask.nz, kSurfaceSigma, context);
  return level_area(values, mask.nx, mask.ny, mask.nz, 0.5, where, edge, context);
}

std::optional<double> structure_model_index(const Mask3& mask, const Mask3& where, double volume, const Spacing3& edge,
                                            const Context& context) {
  const auto ones = std::count(mask.voxels.begin(), mask.voxels.end(), 1);
  if (ones == 0 || ones == static_cast<std::ptrdiff_t>(mask.voxels.size())) return std::nullopt;
  std::vector<float> values(mask.voxels.begin(), mask.voxels.end());
  smooth(values, mask.nx, mask.ny, mask.nz, kIndexSigma, context);
  // A flat surface smoothed by a Gaussian falls as erfc: the level that lies `steps` voxels outside of it.
  const auto area = [&](double steps) {
    const double level = 0.5 * std::erfc(steps / (kIndexSigma * std::numbers::sqrt2));
    return level_area(values, mask.nx, mask.ny, mask.nz, level, where, edge, context);
  };
  constexpr double kStep = 0.5;
  const double outside = area(kStep), at = area(0), inside = area(-kStep);
  if (!(at > 0)) return std::nullopt;
  const double width = 2 * kStep * std::cbrt(edge[0] * edge[1] * edge[2]);
  return 6 * volume * (outside - inside) / width / (at * at);
}

}  // namespace vesica
