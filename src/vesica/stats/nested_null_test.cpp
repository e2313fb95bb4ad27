// SPDX-License-Identifier: Apache-2.0
// What counting cells instead of animals costs: rejections of a true null, by simulation.
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/mixed_model.h"
#include "vesica/stats/two_sample.h"

namespace vesica::stats {
namespace {

struct Rates {
  double unit_means = 0;
  double mixed = 0;
  double cells = 0;
};

// Two equal groups of animals, fields in animals, cells in fields; share of p <= 0.05 by three analyses.
Rates simulate(int animals, int fields, int cells, double sd_animal, double sd_field, int runs, std::uint64_t seed) {
  Rates rates;
  Factor group{"group", {}, 2};
  Factor animal{"animal", {}, 2 * animals};
  Factor field{"field", {}, 2 * animals * fields};
  for (int i = 0; i < 2 * animals * fields * cells; ++i) {
    group.level.push_back(i / (animals * fields * cells));
    animal.level.push_back(i / (fields * cells));
    field.level.push_back(i / cells);
  }
  const std::vector<Factor> random_factors = cells > 1 ? std::vector{animal, field} : std::vector{animal};
  const Eigen::MatrixXd design = indicator_columns(group);
  const Eigen::Vector2d difference(-1, 1);
  for (int run = 0; run < runs; ++run) {
    Random random(seed, static_cast<std::uint64_t>(run));
    std::vector<double> y;
    std::vector<double> means;
    for (int a = 0; a < 2 * animals; ++a) {
      const double of_animal = sd_animal * random.normal();
      const std::size_t begin = y.size();
      for (int f = 0; f < fields; ++f) {
        const double of_field = sd_field * random.normal();
        for (int c = 0; c < cells; ++c) y.push_back(of_animal + of_field + random.normal());
      }
      means.push_back(mean(std::span(y).subspan(begin)));
    }
    const std::span<const double> all(y);
    const std::span<const double> units(means);
    const auto half = static_cast<std::size_t>(animals);
    rates.unit_means += welch_t(units.first(half), units.last(half)).p <= 0.05 ? 1 : 0;
    rates.cells += student_t(all.first(y.size() / 2), all.last(y.size() / 2)).p <= 0.05 ? 1 : 0;
    const MixedFit fit = fit_mixed(design, y, random_factors);
    EXPECT_EQ(fit.status, TestStatus::kOk);
    rates.mixed += mixed_contrast(fit, difference).p <= 0.05 ? 1 : 0;
  }
  rates.unit_means /= runs;
  rates.mixed /= runs;
  rates.cells /= runs;
  std::printf("%d animals x %d fields x %d cells, sd %.2f, %.2f: unit means %.4f, mixed %.4f, cells %.4f\n", animals,
              fields, cells, sd_animal, sd_field, rates.unit_means, rates.mixed, rates.cells);
  return rates;
}

void expect_honest(const Rates& rates) {
  // 5.5 % and two standard errors of 4,000 runs are the same bound to within 0.02 %.
  EXPECT_LE(rates.unit_means, 0.055);
  EXPECT_LE(rates.mixed, 0.055);
  EXPECT_GT(rates.cells, 0.20);
}

constexpr int kRuns = 4000;

TEST(NestedNullSlow, FewAnimalsManyFields) { expect_honest(simulate(4, 10, 1, 1, 0, kRuns, 1)); }
TEST(NestedNullSlow, ThreeLevels) { expect_honest(simulate(5, 4, 5, 0.7, 0.5, kRuns, 2)); }
TEST(NestedNullSlow, WeakAnimals) { expect_honest(simulate(6, 20, 1, 0.5, 0, kRuns, 3)); }
// Hardly any animal variance: a mixed model often finds none (variance 0) and then pools; it must not pay in errors.
TEST(NestedNullSlow, VarianceNearTheBoundary) {
  for (const double sd : {0.15, 0.3}) {
    const Rates rates = simulate(4, 10, 1, sd, 0, kRuns, 5);
    EXPECT_LE(rates.unit_means, 0.055);
    EXPECT_LE(rates.mixed, 0.055);
  }
}
TEST(NestedNullSlow, ThreeAnimals) { expect_honest(simulate(3, 8, 1, 0.8, 0, kRuns, 4)); }

}  // namespace
}  // namespace vesica::stats
