// SPDX-License-Identifier: Apache-2.0
// Quantiles in bounded memory, against sorted values.
#include "vesica/models/network/spread.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica::network {
namespace {

TEST(Spread, FewValuesAreExactByTypeSeven) {
  Spread spread(10);
  for (const double value : {4.0, 1.0, 3.0, 2.0}) spread.add(value);
  spread.add(NAN);
  EXPECT_EQ(spread.count(), 4u);
  EXPECT_DOUBLE_EQ(spread.quantile(0.5), 2.5);
  EXPECT_DOUBLE_EQ(spread.quantile(0.05), 1.15);  // R: quantile(c(4,1,3,2), 0.05)
  EXPECT_DOUBLE_EQ(spread.quantile(1), 4);
  EXPECT_TRUE(std::isnan(Spread(10).quantile(0.5)));
}

TEST(Spread, ManyValuesLieWithinATenthOfAPercent) {
  Random random(3);
  std::vector<double> values;
  for (int i = 0; i < 20001; ++i) {
    const double size = std::exp(random.normal(0, 8));
    values.push_back(i % 7 == 0 ? 0 : i % 3 == 0 ? -size : size);
  }
  Spread forward(100), backward(100);
  for (const double value : values) forward.add(value);
  for (auto i = values.rbegin(); i != values.rend(); ++i) backward.add(*i);
  std::sort(values.begin(), values.end());
  for (int k = 0; k <= 20; ++k) {
    const double p = k / 20.0, truth = values[static_cast<std::size_t>(std::llround(p * 20000))];
    EXPECT_NEAR(forward.quantile(p), truth, 1.0001e-3 * std::fabs(truth)) << p;
    EXPECT_EQ(forward.quantile(p), backward.quantile(p)) << "the order of arrival does not matter";
  }
}

TEST(Spread, ExtremeNumbersHaveCells) {
  Spread spread(0);
  for (const double value : {5e-324, -5e-324, 1.7e308, -1.7e308, 0.0}) spread.add(value);
  EXPECT_NEAR(spread.quantile(0) / -1.7e308, 1, 1e-3);
  EXPECT_EQ(spread.quantile(0.5), 0);
  EXPECT_GT(spread.quantile(1), 1e308);
}

}  // namespace
}  // namespace vesica::network
