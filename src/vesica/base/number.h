// SPDX-License-Identifier: Apache-2.0
// Numbers in text: reading with either decimal mark, writing without loss or for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vesica {

enum class DecimalMark { kPoint, kComma };

/// A whole field as a finite or non-finite number: surrounding blanks allowed, "NaN", "inf" and three-digit exponents
/// ("1.00e+003") understood, grouping refused ("1,234.5" is nothing). With kComma the comma is the decimal mark and the
/// point is still accepted when no comma is present. A leading "+" or the minus sign U+2212 is allowed, and so are the
/// words of other run-time libraries ("-nan(ind)", "1.#INF", "1.#QNAN"). Too large is inf, too small 0. Empty or
/// trailing text: nothing.
std::optional<double> parse_number(std::string_view field, DecimalMark mark = DecimalMark::kPoint);
std::optional<long long> parse_integer(std::string_view field);

/// Shortest text that reads back to the same double ("0.1", "1e+22", "NaN", "inf").
std::string exact_number(double value);
/// `digits` significant digits for people, trailing zeros kept ("185.3", "0.01200", "1.200e+09"); NaN is "–".
/// Between 1e-4 and 1e6 without exponent, there with all digits before the point ("12345").
std::string readable_number(double value, int digits = 4);
/// "1 234 567" with thin spaces is for people; this is for people too, in plain ASCII: "1,234,567".
std::string readable_count(long long value);

}  // namespace vesica
