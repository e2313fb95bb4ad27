// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/@name@/@name@.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vesica::@name@ {
namespace {

TEST(@Name@, PowersOfAHalf) {
  EXPECT_DOUBLE_EQ(share_left(0.5, 0), 1);
  EXPECT_DOUBLE_EQ(share_left(0.5, 10), 1.0 / 1024);
  EXPECT_DOUBLE_EQ(share_left(0.3, 5) * share_left(0.3, 7), share_left(0.3, 12));
}

TEST(@Name@, ImpossibleSharesGiveNoNumber) {
  EXPECT_TRUE(std::isnan(share_left(-0.1, 1)));
  EXPECT_TRUE(std::isnan(share_left(1.1, 1)));
  EXPECT_TRUE(std::isnan(share_left(std::nan(""), 1)));
  EXPECT_TRUE(std::isnan(share_left(0.5, -1)));
}

}  // namespace
}  // namespace vesica::@name@
