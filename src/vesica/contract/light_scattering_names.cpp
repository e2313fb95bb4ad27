// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/light_scattering_names.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica::scattering {

namespace {

struct UnitFactor {
  Kind kind;
  std::string_view unit;  ///< as squeeze() leaves it
  double factor;
};
/// "d.nm" is Malvern's diameter, "r.nm" its radius.
constexpr UnitFactor kUnits[] = {
    {Kind::kLength, "nm", 1},
    {Kind::kLength, "dnm", 1},
    {Kind::kLength, "rnm", 2},
    {Kind::kLength, "um", 1000},
    {Kind::kLength, "dum", 1000},
    {Kind::kLength, "rum", 2000},
    {Kind::kPlain, "", 1},
    {Kind::kPlain, "1", 1},
    {Kind::kPlain, "%", 0.01},
    {Kind::kPlain, "percent", 0.01},
    {Kind::kPercent, "%", 1},
    {Kind::kPercent, "percent", 1},
    {Kind::kPercent, "", 1},
    {Kind::kRate, "kcps", 1000},
    {Kind::kRate, "kcounts/s", 1000},
    {Kind::kRate, "cps", 1},
    {Kind::kRate, "counts/s", 1},
    {Kind::kRate, "mcps", 1e6},
    {Kind::kTemperature, "c", 1},
    {Kind::kTemperature, "degc", 1},
    {Kind::kViscosity, "cp", 1},
    {Kind::kViscosity, "mpas", 1},
    {Kind::kViscosity, "pas", 1000},
    {Kind::kVoltage, "mv", 1},
    {Kind::kVoltage, "v", 1000},
    {Kind::kMobility, "umcm/vs", 1},
    {Kind::kMobility, "m2/vs", 1e8},
    {Kind::kMobility, "m²/vs", 1e8},
    {Kind::kMobility, "um/s/v/cm", 1},
    {Kind::kConductivity, "ms/cm", 1},
    {Kind::kConductivity, "us/cm", 1e-3},
    {Kind::kConductivity, "s/m", 10},
};

struct FieldName {
  std::string_view name, field;
  Kind kind;
};
/// Names as exports print them, in small letters: Zetasizer Nano (cheminfo/dls-analysis and its test files), ZS XPLORER
/// (the same and public scripts), Brookhaven, Anton Paar Kalliope (public scripts).
constexpr FieldName kFields[] = {
    {"sample name", "sample", Kind::kWord},
    {"sample id", "sample", Kind::kWord},
    {"measurement name", "sample", Kind::kWord},
    {"sample", "sample", Kind::kWord},
    {"name", "sample", Kind::kWord},
    {"record", "number", Kind::kWord},
    {"record number", "number", Kind::kWord},
    {"repeat", "repeat", Kind::kWord},
    {"type", "type", Kind::kWord},
    {"measurement type", "type", Kind::kWord},
    {"measurement date and time", "date", Kind::kWord},
    {"result quality", "quality", Kind::kWord},
    {"quality indicator", "quality", Kind::kWord},
    {"measurement status", "status", Kind::kWord},
    {"result state", "status", Kind::kWord},
    {"z-average", "z_average", Kind::kLength},
    {"z-ave", "z_average", Kind::kLength},
    {"hydrodynamic diameter", "z_average", Kind::kLength},
    {"eff. diam.", "z_average", Kind::kLength},
    {"effective diameter", "z_average", Kind::kLength},
    {"intensity mean", "intensity_mean", Kind::kLength},
    {"volume mean", "volume_mean", Kind::kLength},
    {"number mean", "number_mean", Kind::kLength},
    {"pdi", "pdi", Kind::kPlain},
    {"polydispersity index", "pdi", Kind::kPlain},
    {"polydispersity", "pdi", Kind::kPlain},
    {"intercept", "intercept", Kind::kPlain},
    {"intercept g1²", "intercept", Kind::kPlain},
    {"fit error", "fit_error", Kind::kPlain},
    {"cumulants fit error", "fit_error", Kind::kPlain},
    {"mean count rate", "count_rate", Kind::kRate},
    {"measured count rate", "count_rate", Kind::kRate},
    {"count rate", "count_rate", Kind::kRate},
    {"mean intensity", "count_rate", Kind::kRate},
    {"derived count rate", "derived_count_rate", Kind::kRate},
    {"derived mean count rate", "derived_count_rate", Kind::kRate},
    {"t", "temperature", Kind::kTemperature},
    {"temperature", "temperature", Kind::kTemperature},
    {"target temperature", "temperature", Kind::kTemperature},
    {"viscosity", "viscosity", Kind::kViscosity},
    {"dispersant viscosity", "viscosity", Kind::kViscosity},
    {"dispersant ri", "refractive_index", Kind::kPlain},
    {"dispersant refractive index", "refractive_index", Kind::kPlain},
    {"refractive index", "refractive_index", Kind::kPlain},
    {"data retained", "data_retained", Kind::kPercent},
    {"zeta potential", "zeta_potential", Kind::kVoltage},
    {"mean zeta potential", "zeta_potential", Kind::kVoltage},
    {"zp", "zeta_potential", Kind::kVoltage},
    {"zeta deviation", "zeta_deviation", Kind::kVoltage},
    {"mobility", "mobility", Kind::kMobility},
    {"mob", "mobility", Kind::kMobility},
    {"electrophoretic mobility", "mobility", Kind::kMobility},
    {"conductivity", "conductivity", Kind::kConductivity},
    {"cond", "conductivity", Kind::kConductivity},
};
constexpr std::size_t kMostPeaks = 9;  // one digit; instruments list 3 or 4

}  // namespace

std::string plain(std::string_view text) {
  std::string out = lower_ascii(trim(text));
  for (const std::string_view micro : {"µ", "μ"}) out = replace_all(out, micro, "u");
  return replace_all(out, "°", "");
}

std::string squeeze(std::string_view unit) {
  std::string out;
  for (const char c : replace_all(plain(unit), "·", ""))
    if (c != ' ' && c != '.' && c != '*' && c != '(' && c != ')') out += c;
  return out;
}

Title title_of(std::string_view text) {
  std::string whole = plain(text);
  const std::size_t slash = whole.find('/');
  if (slash != std::string::npos &&
      (whole.find(" result", slash) != std::string::npos || whole.find(" settings", slash) != std::string::npos)) {
    const std::size_t close = whole.find(")/");
    whole.resize(close == std::string::npos ? slash : close + 1);
  }
  const char last = whole.empty() ? '\0' : whole.back();
  const std::size_t open = last == ')' ? whole.rfind('(') : last == ']' ? whole.rfind('[') : std::string::npos;
  if (open == std::string::npos || open == 0) return {whole, ""};
  Title out{std::string(trim(std::string_view(whole).substr(0, open))),
            whole.substr(open + 1, whole.size() - open - 2)};
  if (out.unit == "pi" || out.unit == "pdi") out.unit.clear();  // "Polydispersity Index (PI)"
  return out;
}

namespace {

/// "pk 1 mean int", "peak 2 area by intensity ordered by area": peaks of the intensity distribution.
std::optional<Known> peak_of(const Title& title) {
  const std::vector<std::string_view> words = split(title.name, ' ');
  if (words.size() < 3 || (words[0] != "pk" && words[0] != "peak")) return std::nullopt;
  if (words[1].size() != 1 || words[1][0] < '1' || words[1][0] > '0' + static_cast<char>(kMostPeaks))
    return std::nullopt;
  const std::string_view what = words[2];
  if (what != "mean" && what != "area" && what != "width") return std::nullopt;
  const auto says = [&](std::string_view part) { return title.name.find(part) != std::string::npos; };
  if (says("vol") || says("num")) return std::nullopt;
  if (squeeze(title.unit) == "mv") return std::nullopt;  // of a zeta distribution
  return Known{"peak_" + std::string(words[1]) + "_" + std::string(what),
               what == "area" ? Kind::kPercent : Kind::kLength, title.unit, 0};
}

std::optional<Known> array_of(std::string_view name, std::string_view unit) {
  constexpr std::pair<std::string_view, std::string_view> kArrays[] = {
      {"sizes", "sizes"}, {"intensities", "intensity"}, {"volumes", "volume"}, {"numbers", "number"}};
  const std::size_t open = name.find('[');
  if (open == std::string_view::npos || name.back() != ']') return std::nullopt;
  const auto index = parse_integer(name.substr(open + 1, name.size() - open - 2));
  if (!index || *index < 1 || *index > static_cast<long long>(kMostClasses)) return std::nullopt;
  for (const auto& [word, field] : kArrays)
    if (trim(name.substr(0, open)) == word)
      return Known{std::string(field), field == "sizes" ? Kind::kLength : Kind::kPercent, std::string(unit),
                   static_cast<std::size_t>(*index)};
  return std::nullopt;
}

}  // namespace

std::optional<Known> known(std::string_view text) {
  if (text.empty() || text.size() > 300) return std::nullopt;
  Title title = title_of(text);
  if (const auto peak = peak_of(title)) return peak;
  if (title.name.find('[') != std::string::npos) return array_of(title.name, title.unit);
  if (const auto array = array_of(plain(text), "")) return array;
  for (const FieldName& each : kFields)
    if (title.name == each.name) return Known{std::string(each.field), each.kind, title.unit, 0};
  return std::nullopt;
}

std::optional<double> factor_of(Kind kind, std::string_view unit) {
  const std::string squeezed = squeeze(unit);
  for (const UnitFactor& each : kUnits)
    if (each.kind == kind && each.unit == squeezed) return each.factor;
  return std::nullopt;
}

}  // namespace vesica::scattering
