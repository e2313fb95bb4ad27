// SPDX-License-Identifier: Apache-2.0
// Dates of spreadsheets: which number formats are dates, and what a serial number means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vesica {

/// What a number format shows.
struct DateFormat {
  bool date = false;
  bool time = false;
  bool elapsed = false;  ///< hours beyond 24, "[h]:mm"

  bool any() const { return date || time; }
};

/// Built-in format ids that are dates or times (ECMA-376 part 1, 18.8.30, the East Asian ones included).
DateFormat builtin_date_format(int id);
/// A format code of the file's own: letters d, m, y, h, s outside quotes, escapes and brackets; the first section
/// counts.
DateFormat date_format_of(std::string_view code);

/// ISO text of a serial number: days since 1899-12-30 (with the 29 February 1900 that never was), or since 1904-01-01.
/// Times are rounded to milliseconds, shown when not zero. Nothing for numbers outside Excel's calendar (years 1900 to
/// 9999) and for those that are not finite.
std::optional<std::string> iso_from_serial(double serial, const DateFormat& format, bool since_1904);

}  // namespace vesica
