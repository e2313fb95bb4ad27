// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr std::size_t kLongestNumber = 400;  // chosen: no printed double needs more; keeps the scan short
constexpr std::string_view kMinusSign = "\xE2\x88\x92";

/// The words of C run-time libraries and LabVIEW for numbers that are none, without sign, in lower case.
std::optional<double> special_number(std::string_view word) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInf = std::numeric_limits<double>::infinity();
  static constexpr std::array<std::string_view, 6> kNaNs = {"nan",     "nan(ind)", "nan(snan)",
                                                            "1.#qnan", "1.#ind",   "1.#snan"};
  if (std::find(kNaNs.begin(), kNaNs.end(), word) != kNaNs.end()) return kNaN;
  if (word == "inf" || word == "infinity" || word == "1.#inf") return kInf;
  return std::nullopt;
}

/// Digits, at most one point, at most one exponent; sign already taken off.
std::optional<double> plain_number(std::string_view digits) {
  if (digits.empty() || !(digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9'))) return std::nullopt;
  const char* const end = digits.data() + digits.size();
  double value = 0;
  auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (stop != end) return std::nullopt;
  if (error == std::errc()) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  long double wide = 0;  // its larger range tells too large from too small
  const auto again = std::from_chars(digits.data(), end, wide);
  if (again.ec != std::errc()) return std::nullopt;
  return static_cast<double>(wide);
}

}  // namespace

std::optional<double> parse_number(std::string_view field, DecimalMark mark) {
  field = trim(field);
  if (field.empty() || field.size() > kLongestNumber) return std::nullopt;
  bool negative = false;
  if (field.starts_with(kMinusSign)) {
    negative = true;
    field.remove_prefix(kMinusSign.size());
  } else if (field[0] == '+' || field[0] == '-') {
    negative = field[0] == '-';
    field.remove_prefix(1);
  }
  std::string text = lower_ascii(field);
  std::optional<double> value = special_number(text);
  if (!value && mark == DecimalMark::kComma && text.find(',') != std::string::npos) {
    if (text.find('.') != std::string::npos) return std::nullopt;
    std::replace(text.begin(), text.end(), ',', '.');
  }
  if (!value) value = plain_number(text);
  if (value && negative) value = -*value;
  return value;
}

std::optional<long long> parse_integer(std::string_view field) {
  field = trim(field);
  if (!field.empty() && field[0] == '+') {
    field.remove_prefix(1);
    if (!field.empty() && field[0] == '-') return std::nullopt;
  }
  long long value = 0;
  const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || stop != field.data() + field.size()) return std::nullopt;
  return value;
}

std::string exact_number(double value) { return std::isnan(value) ? "NaN" : fmt::format("{}", value); }

std::string readable_number(double value, int digits) {
  VESICA_REQUIRE(digits >= 1 && digits <= 17, "between 1 and 17 significant digits");
  if (std::isnan(value)) return "–";
  if (std::isinf(value) || value == 0) return exact_number(value);
  // The exponent after rounding: 999.96 with four digits is 1000.
  const std::string rounded = fmt::format("{:.{}e}", value, digits - 1);
  const int exponent = static_cast<int>(*parse_integer(std::string_view(rounded).substr(rounded.find('e') + 1)));
  constexpr int kSmallestPlain = -4;  // chosen: within -4 .. 5 people read digits more easily than powers
  constexpr int kLargestPlain = 5;
  if (exponent < kSmallestPlain || exponent > kLargestPlain) return rounded;
  return fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent));
}

std::string readable_count(long long value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

}  // namespace vesica
