// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/distribution.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica::kinetics {
namespace {

TEST(Distribution, NormalQuantilesAreThoseOfTheTables) {
  const Distribution normal = parse_distribution("normal(0, 1)", "");
  EXPECT_NEAR(quantile(normal, 0.975), 1.959963984540054, 1e-14);  // R: qnorm(0.975)
  EXPECT_NEAR(quantile(normal, 0.001), -3.090232306167813, 1e-14);
  EXPECT_NEAR(quantile(normal, 1e-10), -6.361340902404056, 1e-13);
  EXPECT_NEAR(quantile(normal, 1e-20), -9.262340089798408, 1e-13);
  EXPECT_EQ(quantile(normal, 0.5), 0);
  for (double z = -8; z < 5; z += 0.37) EXPECT_NEAR(quantile(normal, 0.5 * std::erfc(-z / std::sqrt(2.0))), z, 1e-9);
}

TEST(Distribution, MedianAndSpreadMeanWhatTheySay) {
  EXPECT_DOUBLE_EQ(median(parse_distribution("lognormal(0.3, 0.2)", "")), 0.3);
  EXPECT_DOUBLE_EQ(median(parse_distribution("normal(70, 10)", "")), 70);
  EXPECT_DOUBLE_EQ(median(parse_distribution("uniform(2, 6)", "")), 4);
  EXPECT_DOUBLE_EQ(median(parse_distribution("loguniform(1e-3, 10)", "")), 0.1);
  EXPECT_EQ(median(parse_distribution("4.5", "")), 4.5);
  EXPECT_EQ(median(parse_distribution("normal(3, 0)", "")), 3);
  EXPECT_EQ(median(parse_distribution("uniform(3, 3)", "")), 3);
  Random random(7);
  double sum = 0, squares = 0;
  const int n = 20000;
  const Distribution d = parse_distribution("lognormal(2, 0.5)", "");
  for (int i = 0; i < n; ++i) {
    const double z = (std::log(draw(d, random)) - std::log(2.0)) / 0.5;
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / n, 0, 4 / std::sqrt(double{n}));
  EXPECT_NEAR(squares / n, 1, 4 * std::sqrt(2.0 / n));
}

TEST(Distribution, TruncationIsThatOfTheDensity) {
  // Mean of a standard normal above c is phi(c) / (1 - Phi(c)); here c = 2.
  const Distribution tail = parse_distribution("normal(0, 1, 2, inf)", "");
  Random random(3);
  double sum = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double x = draw(tail, random);
    ASSERT_GE(x, 2);
    sum += x;
  }
  EXPECT_NEAR(sum / n, std::exp(-2.0) / std::sqrt(2 * M_PI) / (0.5 * std::erfc(std::sqrt(2.0))), 0.01);
  const Distribution far = parse_distribution("normal(0, 1, 20, 30)", "");
  EXPECT_NEAR(median(far), 20.0345, 2e-3) << "about 20 + ln(2)/20: the tail keeps its digits";
  const Distribution part = parse_distribution("uniform(0, 10, 4, 6)", "");
  EXPECT_DOUBLE_EQ(quantile(part, 0.25), 4.5);
}

TEST(Distribution, TextGoesThereAndBack) {
  for (const char* text :
       {"lognormal(0.3, 0.2)", "normal(70, 10, 40, 120)", "uniform(0, 1)", "loguniform(0.001, 1)", "3.25"})
    EXPECT_EQ(to_text(parse_distribution(text, "")), text);
  EXPECT_EQ(to_text(parse_distribution(" LogNormal( .3,2e-1 ) ", "")), "lognormal(0.3, 0.2)");
}

TEST(Distribution, RefusesWhatIsNone) {
  for (const char* text :
       {"", "gamma(1, 2)", "normal(1)", "normal(1, 2, 3)", "normal(1, -2)", "lognormal(0, 1)", "loguniform(-1, 1)",
        "uniform(2, 1)", "normal(0, 1, 3, 2)", "normal(0, 1, 50, 60)", "normal(0, 0, 1, 2)", "uniform(0, 1, 2, 3)",
        "normal(0, x)", "normal(0, 1", "nan", "inf", "normal(nan, 1)"})
    EXPECT_THROW(parse_distribution(text, "k"), Error) << text;
}

}  // namespace
}  // namespace vesica::kinetics
