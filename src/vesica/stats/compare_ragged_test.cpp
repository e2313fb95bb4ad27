// SPDX-License-Identifier: Apache-2.0
// Comparisons of designs that nobody would draw: holes, copies, NaN, every plan; and of many rows.
#include <chrono>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/stats/compare_fixture.h"

namespace vesica {
namespace {

using fixture::Made;

// Any design with any plan: no crash, and a number only where the status is ok.
void try_every_plan(int designs, std::uint64_t seed) {
  Random random(seed);
  for (int design = 0; design < designs; ++design) {
    Made made;
    const auto below = [&](std::uint64_t bound) { return static_cast<int>(random.below(bound)); };
    const int groups = 1 + below(4), times = 1 + below(3), blocks = below(4), parents = below(3);
    const bool flat = below(6) == 0, second = below(3) == 0;
    for (int p = 0; p < parents; ++p) made.sample("parent" + std::to_string(p), "litter");
    for (int a = 0; a < 2 + below(14); ++a) {
      const std::string id = "A" + std::to_string(a);
      const std::string parent =
          parents > 0 ? "parent" + std::to_string(below(static_cast<std::uint64_t>(parents))) : "";
      const std::string block = blocks > 0 && below(12) > 0 ? "b" + std::to_string(below(4)) : "";
      Sample& sample =
          made.sample(id, "animal", "g" + std::to_string(below(static_cast<std::uint64_t>(groups))), parent, block);
      if (second) sample.levels["day"].text = std::to_string(below(3));
      for (int t = 0; t < times; ++t) {
        for (int r = 0; r < below(4); ++r) {
          const double value = flat ? 2.5 : std::exp(random.normal());
          made.row(id, below(40) == 0 ? kNaN : value, "other.ratio", "r" + std::to_string(r),
                   times > 1 && below(15) > 0 ? 24.0 * t : kNaN);
        }
      }
    }
    Comparison& plan = made.comparison("other.ratio");
    if (second) plan.second_factor = "day";
    for (const char* method : {"auto", "welch", "student", "paired", "anova", "welch_anova", "blocked", "two_way",
                               "rank", "repeated", "mixed"}) {
      for (const char* correction : {"auto", "tukey", "dunnett", "games_howell", "sidak", "holm", "bh", "none"}) {
        plan.method = method;
        plan.correction = correction;
        plan.control = below(2) == 0 ? "g1" : "";
        plan.time = below(2) == 0 ? "repeated" : "";
        const Finding finding = made.find();
        ASSERT_FALSE(finding.answer.empty());
        ASSERT_FALSE(finding.tests.empty()) << design << method << correction;
        for (const FindingTest& test : finding.tests) {
          EXPECT_EQ(test.status == "ok", std::isfinite(test.p)) << design << method << correction << test.contrast;
          EXPECT_FALSE(test.p < 0 || test.p > 1 || test.adjusted_p < test.p * (1 - 1e-9) || test.adjusted_p > 1)
              << design << method << correction << test.contrast << test.p << " " << test.adjusted_p;
          EXPECT_FALSE(test.low > test.estimate || test.high < test.estimate) << test.contrast;
        }
      }
    }
  }
}

TEST(Compare, EveryPlanOnRaggedDesigns) { try_every_plan(12, 1); }
TEST(CompareSlow, EveryPlanOnRaggedDesigns) { try_every_plan(150, 20); }

TEST(CompareSlow, ManyRowsAreQuick) {
  Made made;
  Random random(3);
  for (int p = 0; p < 5000; ++p) {
    const std::string id = "P" + std::to_string(p);
    made.sample(id, "animal", p % 3 == 0 ? "NC" : p % 3 == 1 ? "SA" : "SX");
    for (const char* quantity : {"other.value", "other.ratio", "other.score", "other.area"}) {
      for (int r = 0; r < 5; ++r) made.row(id, std::exp(random.normal()), quantity, "v" + std::to_string(r));
    }
  }
  made.comparison("other.*");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(compare(made.table, made.study, Context{}).size(), 4U);
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  RecordProperty("seconds", std::to_string(s));
  std::printf("100,000 rows, four comparisons: %.2f s\n", s);
  EXPECT_LT(s, 30);
}

}  // namespace
}  // namespace vesica
