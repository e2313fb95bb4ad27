// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/sensitivity.h"

#include <cmath>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "vesica/solve/sobol.h"

namespace vesica {
namespace {

using Inputs = std::span<const double>;

/// Ishigami & Homma 1990 (10.1109/ISUMA.1990.151285) with a = 7, b = 0.1 on [−π, π]³.
double ishigami(Inputs u) {
  const auto x = [&](std::size_t i) { return std::numbers::pi * (2 * u[i] - 1); };
  return std::sin(x(0)) + 7 * std::sin(x(1)) * std::sin(x(1)) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

constexpr double kG[] = {0, 1, 4.5, 9, 99, 99};

/// Sobol's g-function: Π (|4u − 2| + a) / (1 + a).
double g_function(Inputs u) {
  double out = 1;
  for (std::size_t i = 0; i < u.size(); ++i) out *= (std::abs(4 * u[i] - 2) + kG[i]) / (1 + kG[i]);
  return out;
}

std::vector<double> outputs_of(double (*f)(Inputs), const std::vector<double>& design, std::size_t inputs) {
  std::vector<double> out;
  for (std::size_t i = 0; i < design.size(); i += inputs) out.push_back(f(Inputs(design).subspan(i, inputs)));
  return out;
}

TEST(Sobol, EveryPowerOfTwoIsEvenlySpread) {
  constexpr std::size_t kPoints = 256, kDimensions = 60;
  const std::vector<double> points = sobol_points(kPoints, kDimensions, 5);
  for (std::size_t k = 0; k < kDimensions; ++k) {
    std::set<int> cells;
    for (std::size_t i = 0; i < kPoints; ++i) cells.insert(static_cast<int>(points[i * kDimensions + k] * kPoints));
    EXPECT_EQ(cells.size(), kPoints) << "dimension " << k;
  }
  // The first two dimensions are a (0, m, 2)-net: each box of 2^a x 2^(8-a) cells holds one point.
  for (int a = 0; a <= 8; ++a) {
    std::set<std::pair<int, int>> boxes;
    for (std::size_t i = 0; i < kPoints; ++i)
      boxes.insert({static_cast<int>(points[i * kDimensions] * (1 << a)),
                    static_cast<int>(points[i * kDimensions + 1] * (1 << (8 - a)))});
    EXPECT_EQ(boxes.size(), kPoints) << a;
  }
}

TEST(Sobol, SeedsScrambleAndTheSameSeedRepeats) {
  EXPECT_EQ(sobol_points(64, 7, 1), sobol_points(64, 7, 1));
  EXPECT_NE(sobol_points(64, 7, 1), sobol_points(64, 7, 2));
  // A single scrambled point is uniform: its mean over seeds is 1/2 with standard error 1/sqrt(12 n).
  double sum = 0;
  constexpr int kSeeds = 2000;
  for (int seed = 0; seed < kSeeds; ++seed) sum += sobol_points(1, 3, static_cast<std::uint64_t>(seed))[2];
  EXPECT_NEAR(sum / kSeeds, 0.5, 4 / std::sqrt(12.0 * kSeeds));
}

TEST(Sobol, IntegratesASmoothFunctionFasterThanChance) {
  // ∫ Π (1 + (u_i − 1/2)/2) = 1; 1,024 random points would leave an error of some 0.01.
  const std::vector<double> points = sobol_points(1024, 5, 3);
  double sum = 0;
  for (std::size_t i = 0; i < 1024; ++i) {
    double product = 1;
    for (std::size_t k = 0; k < 5; ++k) product *= 1 + (points[i * 5 + k] - 0.5) / 2;
    sum += product;
  }
  EXPECT_NEAR(sum / 1024, 1, 1e-3);
}

/// Closed forms: shares of the variance of Ishigami's function.
struct Truth {
  double variance;
  std::vector<double> first, total;
};

Truth ishigami_truth() {
  const double pi4 = std::pow(std::numbers::pi, 4), pi8 = pi4 * pi4;
  const double v1 = 0.5 * std::pow(1 + 0.1 * pi4 / 5, 2), v2 = 49.0 / 8, v13 = 0.01 * pi8 * 8 / 225;
  const double v = v1 + v2 + v13;
  return {v, {v1 / v, v2 / v, 0}, {(v1 + v13) / v, v2 / v, v13 / v}};
}

Truth g_truth() {
  Truth truth{1, {}, {}};
  std::vector<double> part;
  for (const double a : kG) {
    part.push_back(1 / (3 * (1 + a) * (1 + a)));
    truth.variance *= 1 + part.back();
  }
  const double product = truth.variance;
  truth.variance -= 1;
  for (const double one : part) {
    truth.first.push_back(one / truth.variance);
    truth.total.push_back(one * product / (1 + one) / truth.variance);
  }
  return truth;
}

void expect_close(double (*f)(Inputs), std::size_t inputs, std::size_t base, const Truth& truth) {
  const SobolIndices found = sobol_indices(outputs_of(f, sobol_design(base, inputs, 11), inputs), base, inputs);
  EXPECT_NEAR(found.variance, truth.variance, 0.02 * truth.variance);
  for (std::size_t i = 0; i < inputs; ++i) {
    EXPECT_NEAR(found.first[i].value, truth.first[i], 5 * found.first[i].se + 1e-6) << "first " << i;
    EXPECT_NEAR(found.total[i].value, truth.total[i], 5 * found.total[i].se + 1e-6) << "total " << i;
    EXPECT_LT(found.first[i].se, 0.03) << i;
  }
}

TEST(Sensitivity, IndicesOfIshigami) { expect_close(ishigami, 3, 256, ishigami_truth()); }
TEST(Sensitivity, IndicesOfTheGFunction) { expect_close(g_function, 6, 256, g_truth()); }

/// Over repeats with other seeds the stated errors must be those that happen.
TEST(Sensitivity, ErrorsOfIndicesAreCalibrated) {
  constexpr std::size_t kRepeats = 120, kBase = 16;
  const Truth truth = ishigami_truth();
  std::size_t inside = 0;
  double stated = 0, real = 0;
  for (std::size_t r = 0; r < kRepeats; ++r) {
    const SobolIndices found = sobol_indices(outputs_of(ishigami, sobol_design(kBase, 3, 1000 + r), 3), kBase, 3);
    for (std::size_t i = 0; i < 3; ++i) {
      for (const auto& [one, value] : {std::pair{found.first[i], truth.first[i]}, {found.total[i], truth.total[i]}}) {
        if (std::abs(one.value - value) < 2.131 * one.se) ++inside;  // t, 15 degrees of freedom, 95 %
        stated += one.se * one.se;
        real += (one.value - value) * (one.value - value);
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(inside) / (6 * kRepeats), 0.95, 0.04);
  EXPECT_NEAR(std::sqrt(stated / real), 1, 0.25);
}

TEST(Sensitivity, IndicesWithoutVarianceOrWithHoles) {
  std::vector<double> flat(kSobolBlocks * 4 * 4, 2.0);
  const SobolIndices none = sobol_indices(flat, 4, 2);
  EXPECT_TRUE(std::isnan(none.first[0].value));
  EXPECT_EQ(none.variance, 0);
  std::vector<double> outputs = outputs_of(ishigami, sobol_design(64, 3, 1), 3);
  outputs[7] = NAN;
  const SobolIndices holed = sobol_indices(outputs, 64, 3);
  EXPECT_EQ(holed.left_out, 1u);
  EXPECT_NEAR(holed.first[1].value, ishigami_truth().first[1], 0.1);
}

/// Mean, mean size and spread of an elementary effect over every pair of grid points that a step joins.
struct Effect {
  double mean = 0, size = 0, spread = 0;
};

Effect exact_effect(double (*f)(Inputs), std::size_t inputs, std::size_t input) {
  const auto level = [](std::size_t l) { return (static_cast<double>(l) + 0.5) / 4; };
  double n = 0, sum = 0, size = 0, squares = 0;
  std::size_t others = 1;
  for (std::size_t k = 0; k + 1 < inputs; ++k) others *= 4;
  for (std::size_t low = 0; low < 2; ++low) {
    for (std::size_t code = 0; code < others; ++code) {
      std::vector<double> a(inputs), b;
      std::size_t rest = code;
      for (std::size_t k = 0; k < inputs; ++k) {
        if (k == input) continue;
        a[k] = level(rest % 4);
        rest /= 4;
      }
      b = a;
      a[input] = level(low);
      b[input] = level(low + 2);
      const double effect = (f(b) - f(a)) / 0.5;
      n += 1;
      sum += effect;
      size += std::abs(effect);
      squares += effect * effect;
    }
  }
  return {sum / n, size / n, std::sqrt(squares / n - sum * sum / n / n)};
}

TEST(Sensitivity, EffectsOfMorrisAreThoseOfItsGrid) {
  for (const auto& [f, inputs] :
       std::vector<std::pair<double (*)(Inputs), std::size_t>>{{ishigami, 3}, {g_function, 6}}) {
    const std::vector<double> design = morris_design(400, inputs, 4);
    const MorrisEffects found = morris_effects(outputs_of(f, design, inputs), design, inputs);
    EXPECT_EQ(found.trajectories, 400u);
    for (std::size_t i = 0; i < inputs; ++i) {
      const Effect truth = exact_effect(f, inputs, i);
      EXPECT_NEAR(found.mean[i].value, truth.mean, 4 * found.mean[i].se + 1e-9) << i;
      EXPECT_NEAR(found.size[i].value, truth.size, 4 * found.size[i].se + 1e-9) << i;
      EXPECT_NEAR(found.spread[i].value, truth.spread, 4 * found.spread[i].se + 0.01 * truth.spread + 1e-9) << i;
    }
  }
}

TEST(Sensitivity, ErrorsOfEffectsAreCalibrated) {
  constexpr std::size_t kRepeats = 200, kWays = 30;
  const Effect truth = exact_effect(ishigami, 3, 0);
  double stated_mean = 0, real_mean = 0, stated_spread = 0, real_spread = 0;
  for (std::size_t r = 0; r < kRepeats; ++r) {
    const std::vector<double> design = morris_design(kWays, 3, 100 + r);
    const MorrisEffects found = morris_effects(outputs_of(ishigami, design, 3), design, 3);
    stated_mean += std::pow(found.size[0].se, 2);
    real_mean += std::pow(found.size[0].value - truth.size, 2);
    stated_spread += std::pow(found.spread[0].se, 2);
    real_spread += std::pow(found.spread[0].value - truth.spread, 2);
  }
  EXPECT_NEAR(std::sqrt(stated_mean / real_mean), 1, 0.25);
  EXPECT_NEAR(std::sqrt(stated_spread / real_spread), 1, 0.3);
}

TEST(Sensitivity, MorrisOfALinearFunctionHasNoSpread) {
  const std::vector<double> design = morris_design(5, 4, 9);
  const auto linear = [](Inputs u) { return 3 * u[0] - 2 * u[1] + u[2]; };
  std::vector<double> outputs = outputs_of(+linear, design, 4);
  const MorrisEffects found = morris_effects(outputs, design, 4);
  EXPECT_NEAR(found.mean[0].value, 3, 1e-12);
  EXPECT_NEAR(found.mean[1].value, -2, 1e-12);
  EXPECT_NEAR(found.size[1].value, 2, 1e-12);
  EXPECT_NEAR(found.spread[0].value, 0, 1e-7);
  EXPECT_EQ(found.size[3].value, 0);
  outputs[0] = NAN;
  EXPECT_EQ(morris_effects(outputs, design, 4).left_out, 1u);
  EXPECT_TRUE(std::isnan(morris_effects(std::span(outputs).first(5), std::span(design).first(20), 4).mean[0].value));
}

}  // namespace
}  // namespace vesica
