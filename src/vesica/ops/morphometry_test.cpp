// SPDX-License-Identifier: Apache-2.0
// Parts, Euler numbers, surfaces and anisotropy against closed forms, additivity and slow twins.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/ops/anisotropy.h"
#include "vesica/ops/components3.h"
#include "vesica/ops/surface.h"
#include "vesica/ops/volume_shapes_test.h"

namespace vesica {

namespace {

constexpr double kPi = std::numbers::pi;
const Spacing3 kOne = {1, 1, 1};

Context threads(int n) {
  Context out;
  out.threads = n;
  return out;
}

Mask3 torus(std::size_t n, double big, double small) {
  const double c = static_cast<double>(n - 1) / 2;
  return shape(n, n, n,
               [&](double x, double y, double z) { return std::hypot(std::hypot(x - c, y - c) - big, z - c) < small; });
}

/// Euler number by counting all corners, edges, faces and cubes of the closed object, each once.
double slow_euler(const Mask3& mask) {
  double sum = 0;
  const auto any = [&](std::size_t x, std::size_t y, std::size_t z, int wide_x, int wide_y, int wide_z) {
    for (int k = 0; k <= wide_z; ++k)
      for (int j = 0; j <= wide_y; ++j)
        for (int i = 0; i <= wide_x; ++i) {
          const std::size_t a = x - static_cast<std::size_t>(i), b = y - static_cast<std::size_t>(j),
                            c = z - static_cast<std::size_t>(k);
          if (a < mask.nx && b < mask.ny && c < mask.nz && mask.at(a, b, c) != 0) return true;
        }
    return false;
  };
  for (std::size_t z = 0; z <= mask.nz; ++z)
    for (std::size_t y = 0; y <= mask.ny; ++y)
      for (std::size_t x = 0; x <= mask.nx; ++x)
        for (int kind = 0; kind < 8; ++kind) {
          // An axis in `kind` is spanned by the cell; along the others it lies between two voxels.
          const bool there = any(x, y, z, (kind & 1) != 0 ? 0 : 1, (kind & 2) != 0 ? 0 : 1, (kind & 4) != 0 ? 0 : 1);
          if (there) sum += __builtin_popcount(static_cast<unsigned>(kind)) % 2 == 0 ? 1 : -1;
        }
  return sum;
}

}  // namespace

TEST(Components3, NeighboursDecide) {
  Mask3 mask(4, 4, 4);
  mask.at(0, 0, 0) = mask.at(1, 1, 0) = mask.at(2, 2, 1) = 1;  // an edge, then a corner
  EXPECT_EQ(components3(mask, 1, Neighbours::kFaces).sizes.size(), 3U);
  EXPECT_EQ(components3(mask, 1, Neighbours::kEdges).sizes.size(), 2U);
  EXPECT_EQ(components3(mask, 1, Neighbours::kCorners).sizes.size(), 1U);
  const Components3 parts = components3(mask, 1, Neighbours::kFaces);
  EXPECT_EQ(parts.labels[mask.index(0, 0, 0)], 1);
  EXPECT_EQ(parts.labels[mask.index(1, 1, 0)], 2);
  EXPECT_EQ(parts.labels[mask.index(2, 2, 1)], 3);
  EXPECT_EQ(components3(mask, 0, Neighbours::kFaces).sizes, std::vector<std::size_t>{61});
  EXPECT_TRUE(components3(Mask3(), 1, Neighbours::kFaces).sizes.empty());
}

TEST(Components3, PartsOfBlobsAreClosed) {
  const Mask3 mask = random_blobs(20, 17, 15, 9);
  for (const Neighbours neighbours : {Neighbours::kFaces, Neighbours::kEdges, Neighbours::kCorners}) {
    const Components3 parts = components3(mask, 1, neighbours);
    const int reach = neighbours == Neighbours::kFaces ? 1 : neighbours == Neighbours::kEdges ? 2 : 3;
    for (std::size_t z = 1; z < 15; ++z)
      for (std::size_t y = 1; y < 17; ++y)
        for (std::size_t x = 1; x < 20; ++x)
          for (unsigned d = 1; d < 8; ++d) {
            if (__builtin_popcount(d) > reach) continue;
            const auto a = parts.labels[mask.index(x, y, z)];
            const auto b = parts.labels[mask.index(x - (d & 1), y - (d >> 1 & 1), z - (d >> 2))];
            if (a != 0 && b != 0) {
              ASSERT_EQ(a, b);
            }
          }
  }
}

TEST(Components3, SmallPartsGo) {
  Mask3 mask(10, 5, 5);
  for (std::size_t x = 0; x < 4; ++x) mask.at(x, 2, 2) = 1;
  mask.at(8, 2, 2) = mask.at(9, 2, 2) = 1;
  Mask3 copy = mask;
  EXPECT_EQ(remove_small(copy, 1, Neighbours::kFaces, 3), 2U);
  EXPECT_EQ(copy.at(8, 2, 2), 0);
  EXPECT_EQ(copy.at(3, 2, 2), 1);
  EXPECT_EQ(keep_largest(mask, Neighbours::kFaces), 2U);
  EXPECT_EQ(mask.voxels, copy.voxels);
}

TEST(Euler, ClosedForms) {
  const auto whole = [](const Mask3& mask) { return euler_number(mask, {}, threads(2)).whole; };
  EXPECT_EQ(whole(torus(31, 9, 4)), 0);
  EXPECT_EQ(whole(shape(15, 15, 15, [](double x, double y, double z) { return std::hypot(x - 7, y - 7, z - 7) < 6; })),
            1);
  EXPECT_EQ(whole(shape(15, 15, 15,
                        [](double x, double y, double z) {
                          const double r = std::hypot(x - 7, y - 7, z - 7);
                          return r < 6 && r > 3;
                        })),
            2);
  // A block with five holes through it: 1 - 5.
  EXPECT_EQ(
      whole(shape(23, 9, 5,
                  [](double x, double y, double) { return !(static_cast<int>(x) % 4 == 3 && y == 4 && x < 20); })),
      -4);
  EXPECT_EQ(whole(Mask3(3, 3, 3)), 0);
  EXPECT_EQ(whole(Mask3()), 0);
}

TEST(Euler, EqualsTheSlowTwin) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Mask3 mask = random_blobs(14, 12, 10, seed);
    EXPECT_EQ(euler_number(mask, {}, threads(2)).whole, slow_euler(mask));
  }
}

TEST(Euler, CorrectedPartsAddUpToTheWhole) {
  // The object keeps clear of the volume's faces: then all parts together are the object.
  Mask3 mask = random_blobs(24, 22, 20, 4);
  for (std::size_t z = 0; z < 20; ++z)
    for (std::size_t y = 0; y < 22; ++y)
      for (std::size_t x = 0; x < 24; ++x)
        if (x == 0 || y == 0 || z == 0 || x == 23 || y == 21 || z == 19) mask.at(x, y, z) = 0;
  double sum = 0;
  for (int part = 0; part < 4; ++part) {
    const Mask3 where = shape(24, 22, 20, [&](double x, double y, double z) {
      const int own = (std::hypot(x - 9, y - 12) < 7 ? 1 : 0) + (z < 8.3 ? 2 : 0);
      return own == part;
    });
    sum += euler_number(mask, where, threads(2)).corrected;
  }
  EXPECT_NEAR(sum, slow_euler(mask), 1e-9);
}

TEST(Euler, BoxCorrectionIsThatOfOdgaardAndGundersen) {
  // A rod through the whole box: 1 - (2 end faces of Euler number 1)/2 = 0; a rod on an edge of the box: its three
  // other lines on faces leave (1 - 2/2 - ... ) the same.
  const auto corrected = [](const Mask3& mask) { return euler_number(mask, {}, threads(1)).corrected; };
  EXPECT_NEAR(corrected(shape(9, 9, 9, [](double x, double y, double) { return x > 3 && x < 6 && y > 3 && y < 6; })), 0,
              1e-9);
  EXPECT_NEAR(corrected(Mask3(9, 9, 9, 1)), 0, 1e-9);  // a cell of solid that fills space adds nothing
  // One voxel in the middle of a face: half a ball lies in the box.
  Mask3 dot(5, 5, 5);
  dot.at(2, 2, 0) = 1;
  EXPECT_NEAR(corrected(dot), 0.5, 1e-9);
  Mask3 corner(5, 5, 5);
  corner.at(0, 0, 0) = 1;
  EXPECT_NEAR(corrected(corner), 0.125, 1e-9);
}

TEST(Surface, ClosedForms) {
  const Mask3 ball =
      shape(51, 51, 51, [](double x, double y, double z) { return std::hypot(x - 25, y - 25, z - 25) < 20; });
  EXPECT_NEAR(surface_area(ball, {}, kOne, threads(2)), 4 * kPi * 400, 0.01 * 4 * kPi * 400);
  EXPECT_NEAR(surface_area(ball, {}, {0.1, 0.1, 0.1}, threads(2)), 4 * kPi * 4, 0.01 * 4 * kPi * 4);
  // A plane through the whole volume: the walls of the volume are no surface.
  const Mask3 half = shape(20, 15, 10, [](double x, double, double) { return x < 8; });
  EXPECT_NEAR(surface_area(half, {}, kOne, threads(1)), 150, 1e-3);
  EXPECT_NEAR(surface_area(half, {}, {1, 2, 3}, threads(1)), 900, 1e-2);
  // Within a region its cut is no surface either.
  const Mask3 where = shape(20, 15, 10, [](double, double y, double z) { return y >= 5 && y < 10 && z >= 2 && z < 8; });
  EXPECT_NEAR(surface_area(half, where, kOne, threads(1)), 30, 1e-3);
  EXPECT_EQ(surface_area(Mask3(5, 5, 5), {}, kOne, threads(1)), 0);
  EXPECT_EQ(surface_area(Mask3(5, 5, 5, 1), {}, kOne, threads(1)), 0);
  EXPECT_EQ(surface_area(Mask3(), {}, kOne, threads(1)), 0);
}

TEST(Surface, OfAnExactFieldIsOfSecondOrder) {
  // The distance from a point as field: the sphere's area within the cells' own curvature error.
  const auto area = [](std::size_t n, double r) {
    std::vector<float> field;
    const double c = static_cast<double>(n - 1) / 2;
    for (std::size_t z = 0; z < n; ++z)
      for (std::size_t y = 0; y < n; ++y)
        for (std::size_t x = 0; x < n; ++x)
          field.push_back(static_cast<float>(
              r - std::hypot(static_cast<double>(x) - c, static_cast<double>(y) - c, static_cast<double>(z) - c)));
    return level_area(field, n, n, n, 0, {}, kOne, threads(2)) / (4 * kPi * r * r);
  };
  const double coarse = std::abs(area(25, 9.3) - 1), fine = std::abs(area(45, 18.6) - 1);
  EXPECT_LT(coarse, 0.005);
  EXPECT_LT(fine, 0.5 * coarse);
}

TEST(Surface, StructureModelIndex) {
  const auto index = [](const Mask3& mask) {
    const auto volume = static_cast<double>(std::count(mask.voxels.begin(), mask.voxels.end(), 1));
    return *structure_model_index(mask, {}, volume, kOne, threads(2));
  };
  EXPECT_NEAR(index(shape(30, 30, 30, [](double, double, double z) { return z > 10 && z < 19; })), 0, 0.02);
  EXPECT_NEAR(index(shape(41, 41, 30, [](double x, double y, double) { return std::hypot(x - 20, y - 20) < 12; })), 3,
              0.07 * 3);
  const auto ball = [](double x, double y, double z) { return std::hypot(x - 20, y - 20, z - 20) < 14; };
  EXPECT_NEAR(index(shape(41, 41, 41, ball)), 4, 0.07 * 4);
  // The same surface seen from its other side is concave.
  EXPECT_LT(index(shape(41, 41, 41, [&](double x, double y, double z) { return !ball(x, y, z); })), 0);
  EXPECT_FALSE(structure_model_index(Mask3(5, 5, 5), {}, 0, kOne, threads(1)).has_value());
  EXPECT_FALSE(structure_model_index(Mask3(5, 5, 5, 1), {}, 125, kOne, threads(1)).has_value());
}

TEST(Anisotropy, DirectionsAreEven) {
  const auto directions = half_sphere(1000);
  std::array<double, 3> squares{};
  for (const auto& d : directions) {
    EXPECT_NEAR(d[0] * d[0] + d[1] * d[1] + d[2] * d[2], 1, 1e-12);
    for (std::size_t a = 0; a < 3; ++a) squares[a] += d[a] * d[a] / 1000;
  }
  for (const double each : squares) EXPECT_NEAR(each, 1.0 / 3, 1e-3);
}

TEST(Anisotropy, OfAStretchedField) {
  // Stretching an even field of balls twofold along x stretches its mean intercepts as much; steps of the voxels cross
  // long lines more often than the smooth shape does, so that less than that is found.
  Random random(11);
  std::vector<std::array<double, 3>> centres;
  for (int i = 0; i < 60; ++i) centres.push_back({random.uniform(0, 60), random.uniform(0, 60), random.uniform(0, 60)});
  const auto field = [&](double stretch) {
    return shape(60, 60, 60, [&](double x, double y, double z) {
      for (const auto& c : centres) {
        const double dx = (x - c[0]) / stretch, dy = y - c[1], dz = z - c[2];
        if (dx * dx + dy * dy + dz * dz < 36) return true;
      }
      return false;
    });
  };
  const Anisotropy even = measure_anisotropy(field(1), {}, kOne, 100, threads(2));
  EXPECT_NEAR(even.ratio, 1, 0.15);
  const Anisotropy stretched = measure_anisotropy(field(2), {}, kOne, 100, threads(2));
  EXPECT_NEAR(stretched.ratio, 1.8, 0.3);
  EXPECT_NEAR(stretched.bonej, 1 - 1 / (stretched.ratio * stretched.ratio), 1e-12);
  EXPECT_GT(std::abs(stretched.axes[0][0]), 0.97);
  EXPECT_LE(stretched.ratio_low, stretched.ratio);
  EXPECT_GE(stretched.ratio_high, stretched.ratio);
}

TEST(Anisotropy, PlatesAreAsDirectedAsCanBe) {
  const Mask3 plates = shape(32, 32, 32, [](double, double, double z) { return static_cast<int>(z) % 8 < 4; });
  const Anisotropy out = measure_anisotropy(plates, {}, kOne, 100, threads(2));
  EXPECT_GT(out.bonej, 0.97);
  const Anisotropy again = measure_anisotropy(plates, {}, kOne, 100, threads(1));
  EXPECT_EQ(out.bonej, again.bonej);
  EXPECT_TRUE(std::isnan(measure_anisotropy(Mask3(8, 8, 8, 1), {}, kOne, 100, threads(1)).bonej));
  EXPECT_TRUE(std::isnan(measure_anisotropy(Mask3(), {}, kOne, 100, threads(1)).bonej));
}

}  // namespace vesica
