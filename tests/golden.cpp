// SPDX-License-Identifier: Apache-2.0
#include "tests/golden.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica::golden {

namespace {

constexpr std::array<std::string_view, 5> kOwnColumns = {"field", "value", "tolerance", "rows", "why"};

std::map<std::string, std::size_t> columns_of(const Sheet& sheet) {
  std::map<std::string, std::size_t> out;
  if (sheet.rows.empty()) return out;
  for (std::size_t i = 0; i < sheet.rows[0].size(); ++i) out.emplace(sheet.rows[0][i].text, i);
  return out;
}

/// A selecting cell: numbers by value, texts by letter, "*" takes everything.
bool selects(const std::string& wanted, const std::string& actual) {
  if (wanted == "*") return true;
  const auto a = parse_number(wanted), b = parse_number(actual);
  return a && b ? *a == *b : wanted == actual;
}

std::optional<bool> fits_range(double number, std::string_view wanted) {
  const auto rest = [&](std::string_view sign) { return parse_number(wanted.substr(sign.size())); };
  if (wanted.starts_with(">=")) return rest(">=") && number >= *rest(">=");
  if (wanted.starts_with("<=")) return rest("<=") && number <= *rest("<=");
  if (wanted.starts_with(">")) return rest(">") && number > *rest(">");
  if (wanted.starts_with("<")) return rest("<") && number < *rest("<");
  const std::size_t dots = wanted.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto low = parse_number(wanted.substr(0, dots)), high = parse_number(wanted.substr(dots + 2));
  if (!low || !high) return std::nullopt;
  return number >= *low && number <= *high;
}

/// NaN for a tolerance that is none.
double allowed(const std::string& tolerance, double wanted) {
  if (trim(tolerance).empty()) return 0;
  const bool relative = tolerance.ends_with('%');
  const auto number = parse_number(relative ? tolerance.substr(0, tolerance.size() - 1) : tolerance);
  if (!number) return std::nan("");
  return relative ? std::abs(wanted) * *number / 100 : *number;
}

class Comparer {
 public:
  Comparer(const Sheet& actual, const Sheet& expected)
      : actual_(actual), expected_(expected), columns_(columns_of(actual)), own_(columns_of(expected)) {}

  std::vector<std::string> compare() {
    check_columns();
    if (out_.empty())
      for (std::size_t row = 1; row < expected_.rows.size(); ++row)
        if (!expected_.rows[row].empty()) compare_row(row);
    return out_;
  }

 private:
  std::string cell(std::size_t row, const std::string& column) const {
    const auto found = own_.find(column);
    return found == own_.end() ? "" : expected_.at(row, found->second).text;
  }

  void check_columns() {
    if (expected_.rows.size() < 2) out_.push_back(expected_.file + ": expects nothing");
    for (const char* needed : {"value", "why"})
      if (!own_.contains(needed)) out_.push_back(expected_.file + ": has no column " + needed);
    for (const auto& [name, index] : own_) {
      const bool own = std::find(kOwnColumns.begin(), kOwnColumns.end(), name) != kOwnColumns.end();
      if (own || columns_.contains(name)) continue;
      out_.push_back(expected_.file + ": selects by \"" + name + "\", which is no column of " + actual_.file);
    }
  }

  bool is_selected(std::size_t row, std::size_t candidate) const {
    return std::all_of(own_.begin(), own_.end(), [&](const auto& column) {
      if (std::find(kOwnColumns.begin(), kOwnColumns.end(), column.first) != kOwnColumns.end()) return true;
      return selects(expected_.at(row, column.second).text, actual_.at(candidate, columns_.at(column.first)).text);
    });
  }

  void compare_row(std::size_t row) {
    const std::string line = expected_.place(row, 0).text() + ": ";
    if (trim(cell(row, "why")).empty()) out_.push_back(line + "does not say where the expected value comes from");
    const std::string column = cell(row, "field").empty() ? "value" : cell(row, "field");
    if (!columns_.contains(column)) {
      out_.push_back(line + "\"" + column + "\" is no column of " + actual_.file);
      return;
    }
    std::size_t matches = 0;
    for (std::size_t candidate = 1; candidate < actual_.rows.size(); ++candidate) {
      if (!is_selected(row, candidate)) continue;
      ++matches;
      const std::string& found = actual_.at(candidate, columns_.at(column)).text;
      if (fits(found, cell(row, "value"), cell(row, "tolerance"))) continue;
      out_.push_back(line + column + " is \"" + found + "\", expected " + cell(row, "value") +
                     (cell(row, "tolerance").empty() ? "" : " ± " + cell(row, "tolerance")) + " (" +
                     actual_.place(candidate, 0).text() + ")");
    }
    const std::string wanted = cell(row, "rows");
    if (wanted.empty() ? matches == 0 : !fits(std::to_string(matches), wanted, ""))
      out_.push_back(line + std::to_string(matches) + " rows are selected" +
                     (wanted.empty() ? "" : ", expected " + wanted));
  }

  const Sheet& actual_;
  const Sheet& expected_;
  std::map<std::string, std::size_t> columns_, own_;
  std::vector<std::string> out_;
};

}  // namespace

bool fits(const std::string& actual, const std::string& wanted, const std::string& tolerance) {
  if (wanted == "*") return !actual.empty();
  if (wanted.starts_with("~")) return actual.find(trim(std::string_view(wanted).substr(1))) != std::string::npos;
  const auto number = parse_number(actual);
  if (number)
    if (const auto in_range = fits_range(*number, wanted)) return *in_range;
  const auto target = parse_number(wanted);
  if (!target) return actual == wanted;
  return number && std::abs(*number - *target) <= allowed(tolerance, *target);
}

std::vector<std::string> differences(const Sheet& actual, const Sheet& expected) {
  return Comparer(actual, expected).compare();
}

}  // namespace vesica::golden
