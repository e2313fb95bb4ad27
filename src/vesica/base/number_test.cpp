// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/number.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(Number, ReadsWhatInstrumentsPrint) {
  EXPECT_EQ(parse_number("1.00e+003"), 1000.0);
  EXPECT_EQ(parse_number(" -1.000E+0\t"), -1.0);
  EXPECT_EQ(parse_number("+.5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("\xE2\x88\x92"
                         "3"),
            -3.0);
  EXPECT_EQ(parse_number("\xC2\xA0"
                         "7"),
            7.0);
  EXPECT_TRUE(std::isnan(*parse_number("NaN")));
  EXPECT_TRUE(std::isnan(*parse_number("-nan(ind)")));
  EXPECT_EQ(parse_number("-Inf"), -kInf);
  EXPECT_EQ(parse_number("1e999"), kInf);
  EXPECT_EQ(parse_number("-1e-999"), 0.0);
}

TEST(Number, RefusesWhatIsNoNumber) {
  for (const char* bad : {"", " ", "1,234.5", "1 000", "12a", "e5", "1e", "--1", "+-1", "0x10", "1.2.3", ".", "-",
                          "nano", "infinite", "1e5.0"}) {
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_number(std::string(1000, '1')), std::nullopt);
}

TEST(Number, DecimalComma) {
  EXPECT_EQ(parse_number("1,5", DecimalMark::kComma), 1.5);
  EXPECT_EQ(parse_number("2,291E+7", DecimalMark::kComma), 2.291e7);
  EXPECT_EQ(parse_number("1.5", DecimalMark::kComma), 1.5);
  EXPECT_EQ(parse_number("1.234,5", DecimalMark::kComma), std::nullopt);
  EXPECT_EQ(parse_number("1,2,3", DecimalMark::kComma), std::nullopt);
  EXPECT_EQ(parse_number("1,5"), std::nullopt);
}

TEST(Number, Integers) {
  EXPECT_EQ(parse_integer(" 42 "), 42);
  EXPECT_EQ(parse_integer("+7"), 7);
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<long long>::min());
  for (const char* bad : {"", "+", "+-1", "1.0", "9223372036854775808", "1e3"})
    EXPECT_EQ(parse_integer(bad), std::nullopt);
}

TEST(Number, ExactTextReadsBack) {
  EXPECT_EQ(exact_number(0.1), "0.1");
  EXPECT_EQ(exact_number(1e22), "1e+22");
  EXPECT_EQ(exact_number(3), "3");
  EXPECT_EQ(exact_number(std::nan("")), "NaN");
  EXPECT_EQ(exact_number(-std::nan("")), "NaN");
  EXPECT_EQ(exact_number(-kInf), "-inf");
  Random random(7);
  for (int i = 0; i < 10000; ++i) {
    const double value = std::ldexp(random.normal(), static_cast<int>(random.below(2000)) - 1000);
    EXPECT_EQ(parse_number(exact_number(value)), value);
  }
}

TEST(Number, ReadableForPeople) {
  EXPECT_EQ(readable_number(185.34), "185.3");
  EXPECT_EQ(readable_number(1.2e9, 3), "1.20e+09");
  EXPECT_EQ(readable_number(0.012), "0.01200");
  EXPECT_EQ(readable_number(999.96), "1000");
  EXPECT_EQ(readable_number(12345.6), "12346");
  EXPECT_EQ(readable_number(-1.5e-7, 2), "-1.5e-07");
  EXPECT_EQ(readable_number(0), "0");
  EXPECT_EQ(readable_number(std::nan("")), "–");
  EXPECT_EQ(readable_count(1234567), "1,234,567");
  EXPECT_EQ(readable_count(-123), "-123");
  EXPECT_EQ(readable_count(0), "0");
  EXPECT_EQ(readable_count(1000), "1,000");
}

}  // namespace
}  // namespace vesica
