// SPDX-License-Identifier: Apache-2.0
// When the frames of a series were taken.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "vesica/assays/wound/wound.h"
#include "vesica/base/file_name.h"
#include "vesica/base/text.h"

namespace vesica::wound {

namespace {

/// Hours of one unit; 0 for no unit of time. "m" alone means minutes only after hours or days ("00d02h30m").
double unit_hours(const std::string& word, bool follows) {
  if (word == "h" || word == "hr" || word == "hrs" || word == "hour" || word == "hours") return 1;
  if (word == "min" || word == "mins" || word == "minutes" || (follows && word == "m")) return 1.0 / 60;
  if (word == "d" || word == "day" || word == "days") return 24;
  return 0;
}

/// A file name cut into words: runs of letters, runs of digits (with one point between digits), everything else apart.
std::vector<std::string> words_of(const std::string& name) {
  const std::string_view stem = file_stem(name);
  const auto kind = [&](std::size_t i) {
    const auto c = static_cast<unsigned char>(stem[i]);
    if (std::isdigit(c)) return 1;
    const bool between = i > 0 && i + 1 < stem.size() && std::isdigit(static_cast<unsigned char>(stem[i - 1])) &&
                         std::isdigit(static_cast<unsigned char>(stem[i + 1]));
    if (c == '.' && between) return 1;
    return std::isalpha(c) ? 2 : 0;
  };
  std::vector<std::string> out;
  int last = 0;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    const int now = kind(i);
    if (now == 0 || now != last) out.emplace_back();
    out.back().push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(stem[i]))));
    last = now;
  }
  return out;
}

bool is_number(const std::string& word) { return !word.empty() && std::isdigit(static_cast<unsigned char>(word[0])); }

/// "24h", "2d12h", "00d02h30m", "30min": the last run of numbers with units; NaN when there is none.
double hours_after(const std::vector<std::string>& words) {
  double out = kNaN;
  for (std::size_t i = 0; i + 1 < words.size();) {
    double sum = 0;
    std::size_t j = i;
    for (; j + 1 < words.size() && is_number(words[j]); j += 2) {
      const double unit = unit_hours(words[j + 1], j > i);
      if (unit == 0) break;
      sum += std::stod(words[j]) * unit;
    }
    if (j > i) out = sum;
    i = std::max(i + 1, j);
  }
  return out;
}

/// "day2", "hour12" and, in hours, "t24": the last word before a number; NaN when there is none.
double hours_before(const std::vector<std::string>& words, bool counter) {
  double out = kNaN;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::size_t at = words[i + 1] == "_" || words[i + 1] == "-" || words[i + 1] == " " ? i + 2 : i + 1;
    if (at >= words.size() || !is_number(words[at])) continue;
    const double unit = counter ? (words[i] == "t" || words[i] == "time" ? 1 : 0)
                                : (words[i].size() > 1 ? unit_hours(words[i], false) : 0);
    if (unit > 0) out = std::stod(words[at]) * unit;
  }
  return out;
}

bool usable(const std::vector<double>& hours) {
  const std::set<double> different(hours.begin(), hours.end());
  return different.size() == hours.size() &&
         std::all_of(hours.begin(), hours.end(), [](double value) { return std::isfinite(value); });
}

/// 0, 1, 2, ... or 1, 2, 3, ...: a counter of frames as well as of hours.
bool counts(std::vector<double> hours) {
  std::sort(hours.begin(), hours.end());
  for (std::size_t i = 1; i < hours.size(); ++i) {
    if (hours[i] - hours[i - 1] != 1) return false;
  }
  return hours.size() > 1;
}

}  // namespace

std::vector<double> hours_in_names(const std::vector<std::string>& names) {
  std::vector<double> after, before, bare;
  for (const std::string& name : names) {
    const std::vector<std::string> words = words_of(name);
    after.push_back(hours_after(words));
    before.push_back(hours_before(words, false));
    bare.push_back(hours_before(words, true));
  }
  if (names.empty()) return {};
  if (usable(after)) return after;
  if (usable(before)) return before;
  if (usable(bare) && !counts(bare)) return bare;
  return {};
}

namespace {

/// Whether the file's times are those of taking the pictures. Videos state how fast they are to be played, mostly 1 to
/// 60 a second; a scratch is looked at every few minutes or hours.
bool are_of_taking(const std::vector<double>& seconds) {
  constexpr double kFastest = 10;  // seconds between pictures; chosen
  return seconds.size() > 1 && (seconds.back() - seconds.front()) / static_cast<double>(seconds.size() - 1) >= kFastest;
}

}  // namespace

Times times_of(const ImageInfo& info, std::size_t frames, const Settings& settings, double input_h) {
  Times out;
  out.hours.assign(frames, kNaN);
  const double start = std::isfinite(input_h) ? input_h : 0;
  if (!settings.times_h.empty() && settings.times_h.size() == frames) {
    out.hours = settings.times_h;
    out.from = "settings";
  } else if (settings.interval_h) {
    for (std::size_t i = 0; i < frames; ++i) out.hours[i] = start + *settings.interval_h * static_cast<double>(i);
    out.from = "settings";
  } else if (info.frame_times_s.size() == frames && are_of_taking(info.frame_times_s)) {
    for (std::size_t i = 0; i < frames; ++i) out.hours[i] = start + info.frame_times_s[i] / 3600;
    out.from = "file";
  } else if (const std::vector<double> named = hours_in_names(info.plane_names); named.size() == frames && frames > 0) {
    out.hours = named;
    out.from = "names";
  } else if (frames == 1 && std::isfinite(input_h)) {
    out.hours[0] = input_h;
    out.from = "input";
  }
  return out;
}

}  // namespace vesica::wound
