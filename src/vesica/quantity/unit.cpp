// SPDX-License-Identifier: Apache-2.0
#include "vesica/quantity/unit.h"

#include <cctype>
#include <cmath>
#include <string>

#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr std::size_t kLongestUnit = 80;  // chosen: far beyond any unit of a laboratory

struct Atom {
  std::string_view name;
  Unit unit;
  bool takes_prefix;
};

constexpr Unit unit_of(double factor, std::array<int, 7> exponents, double offset = 0) {
  return {factor, offset, exponents};
}

// Base order: m, kg, s, K, mol, A, cd. UCUM atoms (ucum.org, case-sensitive), factors exact.
constexpr double kPi = 3.14159265358979323846;
const Atom kAtoms[] = {
    {"m", unit_of(1, {1}), true},
    {"g", unit_of(1e-3, {0, 1}), true},
    {"s", unit_of(1, {0, 0, 1}), true},
    {"min", unit_of(60, {0, 0, 1}), false},
    {"h", unit_of(3600, {0, 0, 1}), false},
    {"d", unit_of(86400, {0, 0, 1}), false},
    {"wk", unit_of(604800, {0, 0, 1}), false},
    {"K", unit_of(1, {0, 0, 0, 1}), true},
    {"Cel", unit_of(1, {0, 0, 0, 1}, 273.15), false},
    {"mol", unit_of(1, {0, 0, 0, 0, 1}), true},
    {"A", unit_of(1, {0, 0, 0, 0, 0, 1}), true},
    {"V", unit_of(1, {2, 1, -3, 0, 0, -1}), true},
    {"cd", unit_of(1, {0, 0, 0, 0, 0, 0, 1}), true},
    {"L", unit_of(1e-3, {3}), true},
    {"l", unit_of(1e-3, {3}), true},
    {"N", unit_of(1, {1, 1, -2}), true},
    {"Pa", unit_of(1, {-1, 1, -2}), true},
    {"J", unit_of(1, {2, 1, -2}), true},
    {"W", unit_of(1, {2, 1, -3}), true},
    {"Hz", unit_of(1, {0, 0, -1}), true},
    {"P", unit_of(0.1, {-1, 1, -1}), true},
    {"S", unit_of(1e-13, {0, 0, 1}), false},          // the svedberg of centrifugation, not the siemens
    {"mho", unit_of(1, {-2, -1, 3, 0, 0, 2}), true},  // the siemens
    {"M", unit_of(1000, {-3, 0, 0, 0, 1}), true},
    {"Da", unit_of(1.66053906660e-27, {0, 1}), true},
    {"u", unit_of(1.66053906660e-27, {0, 1}), false},
    {"deg", unit_of(kPi / 180, {}), false},
    {"rad", unit_of(1, {}), false},
    {"sr", unit_of(1, {}), false},
    {"%", unit_of(0.01, {}), false},
    {"[iU]", unit_of(1, {}), true},
    {"[g]", unit_of(9.80665, {1, 0, -2}), false},
    {"[ppm]", unit_of(1e-6, {}), false},
    {"10*", unit_of(10, {}), false},
};

struct Prefix {
  std::string_view name;
  double factor;
};
const Prefix kPrefixes[] = {{"da", 10},  {"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}, {"c", 1e-2},
                            {"d", 1e-1}, {"h", 1e2},   {"k", 1e3},   {"M", 1e6},  {"G", 1e9},  {"T", 1e12}};

std::optional<Unit> find_atom(std::string_view name) {
  for (const Atom& atom : kAtoms) {
    if (atom.name == name) return atom.unit;
  }
  for (const Prefix& prefix : kPrefixes) {
    if (!name.starts_with(prefix.name)) continue;
    for (const Atom& atom : kAtoms) {
      if (!atom.takes_prefix || atom.name != name.substr(prefix.name.size())) continue;
      Unit out = atom.unit;
      out.factor *= prefix.factor;
      return out;
    }
  }
  return std::nullopt;
}

void multiply(Unit& left, const Unit& right, int power) {
  left.factor *= std::pow(right.factor, power);
  // An offset survives only where Celsius stands alone.
  left.offset = power == 1 ? right.offset : 0;
  for (std::size_t i = 0; i < left.exponents.size(); ++i) left.exponents[i] += power * right.exponents[i];
}

/// One factor such as "um2", "10*9", "{particles}", "s-1", "1000".
bool add_factor(Unit& unit, std::string_view text, int sign) {
  if (const auto open = text.find('{'); open != std::string_view::npos) {
    if (text.back() != '}') return false;
    text = text.substr(0, open);
    if (text.empty()) return true;
  }
  if (text.empty()) return false;
  if (std::isdigit(static_cast<unsigned char>(text[0])) && !text.starts_with("10*")) {
    const auto number = parse_number(text);
    if (!number || *number <= 0) return false;
    unit.factor *= sign > 0 ? *number : 1 / *number;
    return true;
  }
  std::size_t end = text.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(text[end - 1]))) --end;
  int power = 1;
  if (end < text.size() && text.size() - end <= 2) {
    if (end > 0 && (text[end - 1] == '-' || text[end - 1] == '+')) --end;
    power = static_cast<int>(parse_integer(text.substr(text[end] == '+' ? end + 1 : end)).value_or(0));
    if (power == 0) return false;
  } else if (end < text.size()) {
    return false;
  }
  const auto atom = find_atom(text.substr(0, end));
  if (!atom) return false;
  const double offset = unit.offset;
  multiply(unit, *atom, sign * power);
  if (offset != 0) unit.offset = 0;
  return true;
}

/// Customary spellings to UCUM ones.
std::string to_ucum(std::string_view text) {
  std::string out(trim(text));
  const std::pair<std::string_view, std::string_view> habits[] = {
      {"µ", "u"},      {"μ", "u"},     {"°C", "Cel"}, {"℃", "Cel"},   {"²", "2"},  {"³", "3"},     {"·", "."},
      {"×10^", "10*"}, {"10^", "10*"}, {"⁻¹", "-1"},  {" per ", "/"}, {"％", "%"}, {"x g", "[g]"}, {"× g", "[g]"}};
  for (const auto& [from, to] : habits) out = replace_all(out, from, to);
  std::erase(out, ' ');
  if (out.size() > 1 && (out[0] == 'E' || out[0] == 'e') && std::isdigit(static_cast<unsigned char>(out[1])))
    out = "10*" + out.substr(1);
  for (const std::string_view word :
       {"particles", "particle", "vesicles", "cells", "cell", "counts", "count", "tracks"}) {
    if (out == word || out.starts_with(std::string(word) + "/"))
      return "{" + std::string(word) + "}" + out.substr(word.size());
  }
  return out;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  if (text.size() > kLongestUnit) return std::nullopt;
  const std::string ucum = to_ucum(text);
  Unit unit;
  if (ucum.empty() || ucum == "1") return unit;
  int sign = 1;
  std::size_t begin = 0;
  int depth = 0, factors = 0;
  for (std::size_t i = 0; i <= ucum.size(); ++i) {
    const char c = i < ucum.size() ? ucum[i] : '.';
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth != 0 || (c != '.' && c != '/')) continue;
    const std::string_view factor = std::string_view(ucum).substr(begin, i - begin);
    const bool leading_slash = factor.empty() && i == 0 && c == '/';
    if (!leading_slash && !add_factor(unit, factor, sign)) return std::nullopt;
    if (!leading_slash && ++factors > 1) unit.offset = 0;
    sign = c == '/' ? -1 : 1;
    begin = i + 1;
  }
  return depth == 0 ? std::optional(unit) : std::nullopt;
}

std::optional<double> convert_unit(double value, std::string_view from, std::string_view to) {
  if (from == to) return value;
  const auto source = parse_unit(from), target = parse_unit(to);
  if (!source || !target || !source->same_dimension(*target)) return std::nullopt;
  return (value * source->factor + source->offset - target->offset) / target->factor;
}

}  // namespace vesica
