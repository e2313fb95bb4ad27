// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/sbml_units.h"

#include <array>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <sbml/SBMLTypes.h>

#include "vesica/quantity/unit.h"

namespace vesica::kinetics {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// SBML base units (Level 3 Version 2 Core, table 2; Celsius, meter and liter: Level 2 Version 1) in UCUM.
constexpr Pair kBaseUnits[] = {
    {"ampere", "A"},        {"becquerel", "s-1"}, {"candela", "cd"},    {"Celsius", "Cel"},   {"coulomb", "A.s"},
    {"dimensionless", "1"}, {"gram", "g"},        {"gray", "m2.s-2"},   {"hertz", "Hz"},      {"item", "{item}"},
    {"joule", "J"},         {"katal", "mol.s-1"}, {"kelvin", "K"},      {"kilogram", "kg"},   {"liter", "L"},
    {"litre", "L"},         {"lumen", "cd"},      {"meter", "m"},       {"metre", "m"},       {"mole", "mol"},
    {"newton", "N"},        {"pascal", "Pa"},     {"radian", "rad"},    {"second", "s"},      {"sievert", "m2.s-2"},
    {"steradian", "1"},     {"volt", "V"},        {"watt", "W"},        {"weber", "V.s"},     {"henry", "V.s.A-1"},
    {"tesla", "V.s.m-2"},   {"ohm", "V.A-1"},     {"siemens", "A.V-1"}, {"farad", "A.s.V-1"}, {"lux", "cd.m-2"},
    {"avogadro", ""},
};

constexpr Pair kLevel2Words[] = {{"substance", "mol"}, {"volume", "L"}, {"area", "m2"}, {"length", "m"}, {"time", "s"}};

std::string_view looked_up(std::span<const Pair> table, std::string_view key) {
  for (const auto& [name, text] : table) {
    if (name == key) return text;
  }
  return {};
}

/// "m" for 10^-3; nothing where UCUM has no prefix.
std::string_view prefix_of(int scale) {
  constexpr std::array<std::pair<int, std::string_view>, 13> kPrefixes = {{{-15, "f"},
                                                                           {-12, "p"},
                                                                           {-9, "n"},
                                                                           {-6, "u"},
                                                                           {-3, "m"},
                                                                           {-2, "c"},
                                                                           {-1, "d"},
                                                                           {1, "da"},
                                                                           {2, "h"},
                                                                           {3, "k"},
                                                                           {6, "M"},
                                                                           {9, "G"},
                                                                           {12, "T"}}};
  for (const auto& [power, name] : kPrefixes) {
    if (power == scale) return name;
  }
  return {};
}

/// (multiplier · 10^scale · base)^exponent. Whatever no prefix can say goes into `factor`.
std::string factor_text(const ::Unit& unit, double& factor) {
  const std::string_view base = looked_up(kBaseUnits, UnitKind_toString(unit.getKind()));
  const double exponent = unit.getExponentAsDouble();
  if (base.empty() || exponent != std::trunc(exponent) || std::fabs(exponent) > 99) return "?";
  double multiplier = unit.getMultiplier();
  int scale = unit.getScale();
  if (const double power = std::log10(multiplier); scale == 0 && std::fabs(power - std::round(power)) < 1e-12) {
    scale = static_cast<int>(std::round(power));
    multiplier = 1;
  }
  std::string atom(base);
  if (atom == "s" && scale == 0 && multiplier == 60) atom = "min", multiplier = 1;
  if (atom == "s" && scale == 0 && multiplier == 3600) atom = "h", multiplier = 1;
  if (atom == "s" && scale == 0 && multiplier == 86400) atom = "d", multiplier = 1;
  const bool simple = atom.find_first_of(".-0123456789{") == std::string::npos && atom != "Cel" && atom != "rad";
  if (simple && !prefix_of(scale).empty() && atom != "kg") {
    atom = std::string(prefix_of(scale)) + atom;
    scale = 0;
  }
  factor *= std::pow(multiplier * std::pow(10.0, scale), exponent);
  if (base == "1" || exponent == 0) return {};
  if (exponent == 1) return atom;
  if (atom[0] == '{') return exponent < 0 ? "?" + atom : atom;
  if (!simple) return "?";
  return atom + std::to_string(static_cast<int>(exponent));
}

/// "25.10*-4" for 0.0025 (UCUM has no decimal point); empty for 1. Twelve digits: repeated powers of ten round.
std::string number_text(double factor) {
  std::string digits = fmt::format("{:.11e}", factor);
  const auto e = digits.find('e');
  int power = std::stoi(digits.substr(e + 1));
  digits.resize(e);
  digits.erase(1, 1);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  power -= static_cast<int>(digits.size()) - 1;
  if (power > 0 && power < 6) digits.append(static_cast<std::size_t>(power), '0'), power = 0;
  if (power == 0) return digits == "1" ? std::string() : digits;
  const std::string ten = "10*" + std::to_string(power);
  return digits == "1" ? ten : digits + "." + ten;
}

std::string definition_text(const UnitDefinition& definition) {
  constexpr unsigned kMostFactors = 20;  // chosen
  if (definition.getNumUnits() > kMostFactors) return {};
  double factor = 1;
  std::string numerator, denominator;
  for (unsigned i = 0; i < definition.getNumUnits(); ++i) {
    std::string text = factor_text(*definition.getUnit(i), factor);
    if (text == "?") return {};
    if (text.starts_with("?")) {
      denominator += "/" + text.substr(1);
    } else if (!text.empty()) {
      if (!numerator.empty()) numerator += ".";
      numerator += text;
    }
  }
  if (!(factor > 0) || !std::isfinite(factor)) return {};
  std::string out = numerator;
  if (const std::string number = number_text(factor); !number.empty()) out = out.empty() ? number : number + "." + out;
  if (out.empty()) out = "1";
  out += denominator;
  return parse_unit(out) ? out : std::string();
}

}  // namespace

SbmlUnits::SbmlUnits(const Model& model) : model_(model) {
  for (const auto& [name, text] : kBaseUnits) texts_.emplace(name, text);
  if (model.getLevel() < 3) {
    for (const auto& [name, text] : kLevel2Words) texts_.emplace(name, text);
  }
  for (unsigned i = 0; i < model.getNumUnitDefinitions(); ++i) {
    const UnitDefinition& definition = *model.getUnitDefinition(i);
    texts_[definition.getId()] = definition_text(definition);
  }
}

const std::string& SbmlUnits::text(std::string_view id) const {
  static const std::string none;
  if (id.empty()) return none;
  const auto found = texts_.find(id);
  return found == texts_.end() ? none : found->second;
}

NetworkUnits SbmlUnits::of_model() const {
  NetworkUnits out;
  if (model_.getLevel() < 3) {
    out.time = text("time");
    out.substance = out.extent = text("substance");
    out.volume = text("volume");
    out.area = text("area");
    out.length = text("length");
  } else {
    out.time = text(model_.getTimeUnits());
    out.substance = text(model_.getSubstanceUnits());
    out.extent = text(model_.getExtentUnits());
    out.volume = text(model_.getVolumeUnits());
    out.area = text(model_.getAreaUnits());
    out.length = text(model_.getLengthUnits());
  }
  return out;
}

std::string SbmlUnits::per(const std::string& amount, const std::string& size) {
  if (amount.empty() || size.empty()) return {};
  if (size == "1") return amount;
  std::string out = amount + "/";
  // A product below the line would need brackets, which UCUM as read here does not have.
  for (const char c : size) out += c == '.' ? '/' : c;
  if (size.find('/') != std::string::npos || !parse_unit(out)) return {};
  return out;
}

}  // namespace vesica::kinetics
