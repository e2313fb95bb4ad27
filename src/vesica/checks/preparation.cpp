// SPDX-License-Identifier: Apache-2.0
// Sizes of different methods against each other, markers, dilutions: the arithmetic.
#include "vesica/checks/preparation.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/preparation_parts.h"
#include "vesica/evidence/evidence.h"
#include "vesica/stats/distributions.h"

namespace vesica {

namespace {

// MISEV2023 (10.1002/jev2.12404) categories 1 to 3 and the lists of MISEV2018 (10.1080/20013078.2018.1535750, table 3).
constexpr std::array<std::string_view, 10> kTransmembrane = {"cd9",  "cd63", "cd81", "cd82",  "cd151",
                                                             "cd29", "cd44", "cd47", "itgb1", "lamp1"};
constexpr std::array<std::string_view, 12> kCytosolic = {"tsg101", "alix",      "pdcd6ip", "syntenin",
                                                         "sdcbp",  "flotillin", "flot1",   "annexina5",
                                                         "hsp70",  "hspa8",     "chmp4b",  "caveolin1"};
constexpr std::array<std::string_view, 17> kNotVesicle = {
    "calnexin", "canx",  "gm130", "golga2", "histoneh3",        "h3",      "histone", "laminac", "cytochromec", "tom20",
    "grp94",    "tim23", "apoa1", "apob",   "apolipoproteina1", "albumin", "bip"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool says_seen(std::string_view result) {
  const std::string word = lower_ascii(trim(result));
  return word == "detected" || word == "positive" || word == "present" || word == "yes" || word == "+";
}
bool says_absent(std::string_view result) {
  const std::string word = lower_ascii(trim(result));
  return word == "not detected" || word == "negative" || word == "absent" || word == "no" || word == "-";
}

/// "CD63+ TSG101+; calnexin-": a word a marker with its sign.
void read_attribute(const std::string& text, std::vector<Marker>& out) {
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ' && c != ',' && c != ';') {
      word += c;
      continue;
    }
    if (word.size() > 1 && (word.back() == '+' || word.back() == '-')) {
      const std::string name = word.substr(0, word.size() - 1);
      out.push_back({name, marker_class(name), word.back() == '+', "attribute"});
    }
    word.clear();
  }
}

}  // namespace

void PreparationSettings::describe(Fields& fields) {
  fields.number("detection_limit_nm", detection_limit_nm,
                {.unit = "nm",
                 .low = 0,
                 .high = 1000,
                 .help = "Diameter below which particle tracking sees nothing.",
                 .evidence = "nta.detection_limit"});
  fields.number("hydrodynamic_over_dry", hydrodynamic_over_dry,
                {.low = 1,
                 .high = 5,
                 .help = "Hydrodynamic over dry diameter; the range of its evidence is allowed for.",
                 .evidence = "preparation.hydrodynamic_over_dry"});
  fields.number(
      "dry_cv", dry_cv,
      {.low = 0.01, .high = 2, .help = "Relative spread of dry diameters, where the micrographs give none (chosen)."});
  fields.number(
      "instruments_differ", instruments_differ,
      {.low = 0, .high = 1, .help = "Relative difference of sizes that two good instruments may show (chosen)."});
}

AnySettings preparation_settings() { return AnySettings::of(PreparationSettings{}); }

double lognormal_mean_above(double median, double sigma, double limit) {
  const double mu = std::log(median);
  if (!(limit > 0)) return std::exp(mu + sigma * sigma / 2);
  if (!(sigma > 0)) return median > limit ? median : kNaN;
  const double z = (mu - std::log(limit)) / sigma;
  return std::exp(mu + sigma * sigma / 2) * stats::normal_cdf(z + sigma) / stats::normal_cdf(z);
}

double lognormal_share_below(double median, double sigma, double limit) {
  if (!(limit > 0)) return 0;
  if (!(sigma > 0)) return median < limit ? 1 : 0;
  return stats::normal_cdf(std::log(limit / median) / sigma);
}

Scattered scattered_by(const SizeCurve& curve) {
  const double d4 = moment_nm(curve, 4), d5 = moment_nm(curve, 5), d6 = moment_nm(curve, 6);
  return {d6 / d5, d6 * d4 / (d5 * d5) - 1};
}

Scattered scattered_by(double median, double sigma) {
  return {median * std::exp(5.5 * sigma * sigma), std::exp(sigma * sigma) - 1};
}

MarkerClass marker_class(std::string_view name) {
  const std::string folded = preparation_detail::folded_marker(name);
  if (holds(kTransmembrane, folded)) return MarkerClass::kTransmembrane;
  if (holds(kCytosolic, folded)) return MarkerClass::kCytosolic;
  return holds(kNotVesicle, folded) ? MarkerClass::kNotVesicle : MarkerClass::kOther;
}

std::vector<Marker> markers_of(const ObservationTable& table, const Study& study, const std::string& sample) {
  std::vector<Marker> out;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.quantity(i) != "vesicle.marker" || table.origin(i) != Origin::kMeasured) continue;
    const Sample* preparation = study.ancestor(table.sample(i), "preparation");
    if ((preparation != nullptr ? preparation->id : table.sample(i)) != sample) continue;
    const bool absent = table.status(i) == Status::kBelowRange || table.status(i) == Status::kNoObjects;
    if (!absent && table.status(i) != Status::kOk) continue;
    constexpr double kHalf = 0.5;
    const std::string name(table.target(i));
    out.push_back({name, marker_class(name), !absent && table.value(i) >= kHalf, "table"});
  }
  read_attribute(preparation_detail::attribute_of(study, sample, "markers"), out);
  for (const Antibody& antibody : study.reporting.antibodies) {
    const std::string on = lower_ascii(antibody.on);
    if (!on.empty() && on.find("vesicle") == std::string::npos && on.find("exosome") == std::string::npos &&
        on.find("ev") == std::string::npos)
      continue;
    if (says_seen(antibody.result) || says_absent(antibody.result))
      out.push_back({antibody.target, marker_class(antibody.target), says_seen(antibody.result), "antibody"});
  }
  return out;
}

namespace preparation_detail {

Lognormal lognormal_of(double mean, double sd) {
  if (!(mean > 0) || !(sd >= 0)) return {};
  const double cv = sd / mean;
  return {mean / std::sqrt(1 + cv * cv), std::sqrt(std::log(1 + cv * cv))};
}

std::string folded_marker(std::string_view name) {
  std::string out;
  for (const char c : lower_ascii(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::string marker_class_text(MarkerClass kind) {
  switch (kind) {
    case MarkerClass::kTransmembrane:
      return say("membrane of vesicles");
    case MarkerClass::kCytosolic:
      return say("inside of vesicles");
    case MarkerClass::kNotVesicle:
      return say("not of small vesicles");
    case MarkerClass::kOther:
      break;
  }
  return say("other");
}

std::string method_title(const std::string& source) {
  if (source == "nta") return say("Particle tracking (export)");
  if (source == "nta_video") return say("Particle tracking (video)");
  if (source == "tem") return say("Electron microscopy");
  if (source == "dls") return say("Dynamic light scattering");
  if (source == "zeta") return say("Zeta potential");
  if (source == "protein") return say("Protein assay");
  if (source == "table") return say("Table");
  return source;
}

PreparationSettings preparation_settings_from(const Study& study) {
  AnySettings settings = preparation_settings();
  const auto table = study.settings.find(std::string(kPreparationCheck));
  if (table != study.settings.end()) {
    std::vector<Error> problems;
    apply(table->second, settings, problems);
    if (!problems.empty()) throw problems.front();
  }
  return settings.get<PreparationSettings>();
}

namespace {

/// Swelling that is allowed: the range of the evidence while the setting stands at its value, else the value alone.
std::pair<double, double> swelling(const PreparationSettings& settings) {
  const ParameterRow* row = find_parameter("preparation.hydrodynamic_over_dry");
  if (row != nullptr && row->value == settings.hydrodynamic_over_dry) return {row->low, row->high};
  return {settings.hydrodynamic_over_dry, settings.hydrodynamic_over_dry};
}

double sd_of(const PreparationRows& rows, const Preparation& preparation, const char* quantity, const Measured& mean) {
  const Measured sds = rows.best(preparation, quantity);
  return sds.values.empty() ? mean.sd : mean_of(sds).value;
}

void allow_for_dry(const PreparationSettings& settings, Sizes& out) {
  if (!std::isfinite(out.dry.value)) return;
  out.dry_sd_assumed = !std::isfinite(out.dry_sd);
  if (out.dry_sd_assumed) out.dry_sd = settings.dry_cv * out.dry.value;
  const Lognormal dry = lognormal_of(out.dry.value, out.dry_sd);
  const auto [smallest, largest] = swelling(settings);
  // The mean of few particles is not exact: its interval, or that of so many particles of this spread, widens both
  // ends.
  constexpr double kZ95 = 1.96;
  const double error = out.dry_objects > 0 ? kZ95 * out.dry_sd / std::sqrt(static_cast<double>(out.dry_objects)) : 0;
  const double low = std::max(std::isfinite(out.dry.low) ? out.dry.low : out.dry.value - error, 0.5 * out.dry.value);
  const double high = std::min(std::isfinite(out.dry.high) ? out.dry.high : out.dry.value + error, 2 * out.dry.value);
  const double differ = 1 + settings.instruments_differ;
  const auto seen = [&](double factor) {
    return lognormal_mean_above(dry.median * factor, dry.sigma, settings.detection_limit_nm);
  };
  out.expected_low = seen(smallest * low / out.dry.value) / differ;
  out.expected_high = seen(largest * high / out.dry.value) * differ;
  out.unseen =
      lognormal_share_below(dry.median * settings.hydrodynamic_over_dry, dry.sigma, settings.detection_limit_nm);
}

/// The z-average that the tracked sizes allow: from that of the particles themselves (a light that grows less steeply
/// than d⁶) to the largest video, with half as much again for the few large particles that tracking missed (chosen).
void allow_for_scattering(const std::vector<SizeCurve>& curves, const PreparationSettings& settings, Sizes& out) {
  constexpr double kMissedLarge = 1.5;
  constexpr double kHarmonic = 0.8;  // chosen: also particles below the limit of tracking scatter
  SizeCurve pooled;
  double largest = 0;
  for (const SizeCurve& curve : curves) {
    pooled.d_nm.insert(pooled.d_nm.end(), curve.d_nm.begin(), curve.d_nm.end());
    pooled.number.insert(pooled.number.end(), curve.number.begin(), curve.number.end());
    largest = std::max(largest, scattered_by(curve).z_average_nm);
  }
  if (!curves.empty()) {
    out.scattered = scattered_by(pooled);
  } else {
    const Lognormal tracked = lognormal_of(out.tracked.value, out.tracked_sd);
    if (!tracked.known()) return;
    out.scattered = scattered_by(tracked.median, tracked.sigma);
    largest = out.scattered.z_average_nm;
  }
  out.z_low = out.tracked.value * kHarmonic / (1 + settings.instruments_differ);
  out.z_high = largest * kMissedLarge * (1 + settings.instruments_differ);
}

}  // namespace

Sizes sizes_of(const PreparationRows& rows, const Preparation& preparation, const PreparationSettings& settings) {
  Sizes out;
  const Measured tracked = rows.best(preparation, "vesicle.diameter.mean");
  out.tracked = mean_of(tracked);
  out.tracked_sd = sd_of(rows, preparation, "vesicle.diameter.sd", tracked);
  const Measured dry = rows.best(preparation, "tem.diameter.mean");
  out.dry = mean_of(dry);
  out.dry_sd = sd_of(rows, preparation, "tem.diameter.sd", dry);
  out.dry_objects = dry.objects;
  out.z_average = mean_of(rows.best(preparation, "dls.z_average"));
  out.polydispersity = mean_of(rows.best(preparation, "dls.polydispersity_index"));
  allow_for_dry(settings, out);
  const auto [smallest, largest] = swelling(settings);
  out.dry_from = out.tracked.value / largest, out.dry_to = out.tracked.value / smallest;
  allow_for_scattering(rows.curves(preparation), settings, out);
  return out;
}

std::vector<double> dilutions_of(const PreparationRows& rows, const Preparation& preparation) {
  std::vector<double> out;
  const auto add = [&](double factor) {
    constexpr double kWorth = 3;  // chosen: smaller factors drown in the spread of two measurements
    if (!(factor >= kWorth) || !std::isfinite(factor)) return;
    const bool known =
        std::any_of(out.begin(), out.end(), [&](double other) { return std::abs(std::log(other / factor)) < 1e-3; });
    if (!known) out.push_back(factor);
  };
  const auto read = [&](const std::string& text) {
    if (const auto number = parse_number(text)) add(*number);
  };
  for (const Input& input : rows.study().inputs) {
    if (input.sample != preparation.id && !input.sample.empty()) continue;
    for (const char* name : {"dilution", "dilution_applied"}) {
      const auto found = input.settings.find(name);
      if (found != input.settings.end()) read(found->second);
    }
  }
  for (const char* assay : {"nta", "nta_video"}) {
    const auto table = rows.study().settings.find(assay);
    if (table == rows.study().settings.end()) continue;
    for (const char* name : {"dilution", "dilution_applied"}) {
      if (const Value* value = table->second.find(name); value != nullptr && value->is_number()) add(value->number);
    }
  }
  read(attribute_of(rows.study(), preparation.id, "dilution"));
  for (const Measured& stock : rows.of(preparation, "vesicle.concentration")) {
    for (const Measured& cell : rows.of(preparation, "vesicle.concentration.measured")) {
      if (cell.source == stock.source && !cell.values.empty() && !stock.values.empty())
        add(std::round(mean_of(stock).value / mean_of(cell).value));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace preparation_detail

}  // namespace vesica
