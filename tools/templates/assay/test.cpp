// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/@name@/@name@.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace vesica::@name@ {
namespace {

TEST(@Name@, MeanOfTheFirstNumbers) {
  std::vector<double> numbers;
  for (int i = 1; i <= 100; ++i) numbers.push_back(i);
  EXPECT_DOUBLE_EQ(mean_of(numbers, 0), 50.5);  // (n + 1) / 2
}

TEST(@Name@, NothingGivesNoNumber) {
  EXPECT_TRUE(std::isnan(mean_of({}, 0)));
  const std::vector<double> none = {std::numeric_limits<double>::quiet_NaN(), INFINITY, -1};
  EXPECT_TRUE(std::isnan(mean_of(none, 0)));
}

}  // namespace
}  // namespace vesica::@name@
