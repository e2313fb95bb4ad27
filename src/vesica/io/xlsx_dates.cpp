// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/xlsx_dates.h"

#include <cmath>

#include <fmt/format.h>

#include "vesica/base/text.h"

namespace vesica {

namespace {

struct Civil {
  long long year;
  int month;
  int day;
};

/// Date of a day count since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
Civil civil_from_days(long long days) {
  days += 719468;
  const long long era = (days >= 0 ? days : days - 146096) / 146097;
  const long long day_of_era = days - era * 146097;
  const long long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const long long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const long long shifted = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

std::string date_text(long long serial_day, bool since_1904) {
  constexpr long long kDays1904 = 24107;  // 1904-01-01 before 1970-01-01
  constexpr long long kDays1900 = 25569;  // 1899-12-30 before 1970-01-01
  constexpr long long kFictitious = 60;   // 1900-02-29 in the calendar of Lotus 1-2-3, which Excel kept
  if (!since_1904 && serial_day == kFictitious) return "1900-02-29";
  long long days = since_1904 ? serial_day - kDays1904 : serial_day - kDays1900;
  if (!since_1904 && serial_day < kFictitious) ++days;
  const Civil civil = civil_from_days(days);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string time_text(long long milliseconds, bool wrap) {
  const long long seconds = milliseconds / 1000;
  const long long hours = seconds / 3600;
  std::string text = fmt::format("{:02}:{:02}:{:02}", wrap ? hours % 24 : hours, seconds / 60 % 60, seconds % 60);
  if (milliseconds % 1000 != 0) text += fmt::format(".{:03}", milliseconds % 1000);
  return text;
}

}  // namespace

DateFormat builtin_date_format(int id) {
  const auto within = [id](int low, int high) { return id >= low && id <= high; };
  if (id == 22) return {true, true, false};
  if (id == 46) return {false, true, true};
  if (within(14, 17) || within(27, 31) || id == 36 || within(50, 54) || within(57, 58)) return {true, false, false};
  if (within(18, 21) || within(32, 35) || id == 45 || id == 47 || within(55, 56)) return {false, true, false};
  return {};
}

DateFormat date_format_of(std::string_view code) {
  DateFormat format;
  bool month_or_minute = false;
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = lower_ascii(code.substr(i, 1))[0];
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', i), code.size());
      const std::string inside = lower_ascii(code.substr(i + 1, end - i - 1));
      const bool elapsed = !inside.empty() && inside.find_first_not_of("hms") == std::string::npos;
      format.elapsed = format.elapsed || elapsed;
      format.time = format.time || elapsed;
      i = end;
    } else if (c == 'd' || c == 'y') {
      format.date = true;
    } else if (c == 'h' || c == 's') {
      format.time = true;
    } else if (c == 'm') {
      month_or_minute = true;
    } else if (starts_with_ignoring_case(code.substr(i), "general")) {
      break;
    }
  }
  if (month_or_minute && !format.time) format.date = true;
  return format;
}

std::optional<std::string> iso_from_serial(double serial, const DateFormat& format, bool since_1904) {
  const double last = since_1904 ? 2957004 : 2958466;  // 10000-01-01
  constexpr double kMillisecondsPerDay = 86'400'000;
  if (!(serial >= 0 && serial < last)) return std::nullopt;
  const auto total = static_cast<long long>(std::llround(serial * kMillisecondsPerDay));
  if (format.elapsed) return time_text(total, false);
  const long long within_day = total % static_cast<long long>(kMillisecondsPerDay);
  if (!format.date) return time_text(within_day, true);
  // A bare date cuts the time of day off; only with the time shown may rounding reach the next day.
  const long long day =
      format.time ? total / static_cast<long long>(kMillisecondsPerDay) : static_cast<long long>(std::floor(serial));
  const std::string date = date_text(day, since_1904);
  return format.time ? date + "T" + time_text(within_day, true) : date;
}

}  // namespace vesica
