// SPDX-License-Identifier: Apache-2.0
// viability: signals of plates into percent of control, cytotoxicity and dose-response curves.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

#include "vesica/assays/viability/viability.h"
#include "vesica/assays/viability/viability_settings.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/plate_reading.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica::viability {

namespace {

constexpr double kNoDose = -1, kNoTime = -1e300;

constexpr std::string_view kRepeat = " / ";

/// One file at one time is one plate: layout or part, time, run of the file.
using PlateKey = std::tuple<std::string, double, std::string>;

/// Signals of one plate.
struct PlateRows {
  std::map<std::string, std::vector<double>> by_role;
  std::map<std::pair<std::string, double>, std::vector<double>> by_sample;  ///< sample and dose; none: kNoDose
  std::map<std::string, std::string> conditions;
  std::set<std::string> beyond_roles;                       ///< with wells that the reader could not read
  std::set<std::pair<std::string, double>> beyond_samples;  ///< the same of samples
  std::string replicate;   ///< where several files hold one plate at one time: which; else empty
  double dose_factor = 1;  ///< to the unit of the first plate; NaN: its unit cannot be brought to it
};

/// Sample (or parent) and time: what has a curve of its own.
using CurveKey = std::pair<std::string, double>;

class Deriver {
 public:
  Deriver(const ObservationTable& table, const Study& study, const ViabilitySettings& settings)
      : study_(study), settings_(settings) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (table.quantity(i) != "viability.signal") continue;
      const bool is_beyond = table.status(i) != Status::kOk;
      PlateRows& plate = plates_[key_of(table, i)];
      const std::string sample(table.sample(i)), role(table.target(i));
      if (!role.empty() && is_beyond) plate.beyond_roles.insert(role);
      if (!role.empty() && !is_beyond) plate.by_role[role].push_back(table.value(i));
      if (sample.empty() || (!role.empty() && role != "control" && role != untreated())) continue;
      const double dose = dose_of(table, i);
      const std::pair key = {sample, std::isnan(dose) ? kNoDose : dose};
      plate.conditions[sample] = std::string(table.condition(i));
      std::vector<double>& wells = plate.by_sample[key];
      is_beyond ? (void)plate.beyond_samples.insert(key) : wells.push_back(table.value(i));
    }
    number_repeats();
    bring_doses_together();
  }

  Outcome run() {
    for (const auto& [key, plate] : plates_) add_shares(key, plate);
    for (const auto& [key, responses] : responses_) add_half_effect(key, responses);
    return std::move(out_);
  }

 private:
  bool is_ldh() const { return settings_.kind == "ldh"; }
  /// Role of the wells without treatment.
  const char* untreated() const { return is_ldh() ? "spontaneous" : "control"; }
  const char* share_id() const { return is_ldh() ? "viability.cytotoxicity" : "viability.percent_of_control"; }

  static PlateKey key_of(const ObservationTable& table, std::size_t i) {
    const double time = std::isnan(table.time_h(i)) ? kNoTime : table.time_h(i);
    return {std::string(table.part(i)), time, std::string(table.run(i))};
  }

  /// Several files of one plate at one time are repeats: "1", "2", ... in the order of their runs.
  void number_repeats() {
    std::map<std::pair<std::string, double>, std::vector<PlateRows*>> alike;
    for (auto& [key, plate] : plates_) {
      parts_.insert(std::get<0>(key));
      alike[{std::get<0>(key), std::get<1>(key)}].push_back(&plate);
    }
    for (auto& [key, plates] : alike)
      for (std::size_t i = 0; plates.size() > 1 && i < plates.size(); ++i) plates[i]->replicate = std::to_string(i + 1);
  }

  const Layout* layout_of(std::string_view part) const {
    const auto called = [&](std::string_view id) {
      const auto found = std::find_if(study_.layouts.begin(), study_.layouts.end(),
                                      [&](const Layout& layout) { return !id.empty() && layout.id == id; });
      return found == study_.layouts.end() ? nullptr : &*found;
    };
    const Layout* whole = called(part);
    return whole != nullptr ? whole : called(part.substr(0, part.rfind(kRepeat)));
  }

  /// Doses of every plate in the unit of the first that has one.
  void bring_doses_together() {
    for (auto& [key, plate] : plates_) {
      const Layout* layout = layout_of(std::get<0>(key));
      if (layout == nullptr || layout->unit.empty() || layout->levels.empty()) continue;
      if (unit_.empty()) unit_ = layout->unit;
      plate.dose_factor = layout->unit == unit_ ? 1 : convert_unit(1, layout->unit, unit_).value_or(kNaN);
      if (std::isfinite(plate.dose_factor) || !told_.insert(layout->id).second) continue;
      out_.issues.push_back({Severity::kWarning, "viability.dose_units",
                             say("The doses of plate {0} are in {1}, those of others in {2}; it makes no curve.",
                                 layout->id, layout->unit, unit_),
                             layout->place, say("Write the doses of all plates in one unit."), "", ""});
    }
    if (unit_.empty()) unit_ = settings_.dose_unit.empty() ? "1" : settings_.dose_unit;
  }

  double dose_of(const ObservationTable& table, std::size_t i) const {
    const Layout* layout = layout_of(table.part(i));
    return layout == nullptr ? table.at(i) : dose_at(*layout, std::string(table.replicate(i)));
  }

  Observation row(const char* quantity, const std::string& sample, const std::string& condition, double time) const {
    Observation out;
    out.quantity = quantity;
    out.unit = find_quantity(quantity)->unit;
    out.sample = sample;
    out.condition = condition;
    out.source = "viability";
    if (time != kNoTime) out.time_h = time;
    return out;
  }

  Observation row(const char* quantity, const PlateKey& key, const PlateRows& plate, const std::string& sample) const {
    Observation out = row(quantity, sample, plate.conditions.at(sample), std::get<1>(key));
    out.part = parts_.size() > 1 ? std::get<0>(key) : "";
    out.replicate = plate.replicate;
    return out;
  }

  void tell(const PlateKey& key, Severity severity, const char* kind, std::string message, std::string hint) {
    const Layout* layout = layout_of(std::get<0>(key));
    out_.issues.push_back(
        {severity, kind, std::move(message), layout == nullptr ? Place{} : layout->place, std::move(hint), "", ""});
  }

  /// What the plate's other wells are held against; false when it cannot be: then why is told.
  bool is_good(const PlateKey& key, const PlateRows& plate, const std::string& role) {
    if (!plate.beyond_roles.contains(role)) return plate.by_role.contains(role);
    tell(key, Severity::kWarning, "viability.control_overflow",
         say("Wells with the role {} are beyond what the reader can read: nothing can be held against them.", role),
         say("Read again earlier, or leave these wells out of the map."));
    return false;
  }

  /// What the wells of a plate are held against: `zero` counts as 0 %, `zero` + `span` as 100 %.
  struct Ends {
    double zero = 0, span = kNaN;
  };

  /// Nothing without the wells that it takes; where they tell nothing, why is told.
  std::optional<Ends> ends_of(const PlateKey& key, const PlateRows& plate) {
    const bool has_untreated = is_good(key, plate, untreated());
    if (!has_untreated || (is_ldh() && !is_good(key, plate, "maximum"))) return std::nullopt;
    const auto mean = [&](const char* role) {
      const std::vector<double>& wells = plate.by_role.at(role);
      return std::accumulate(wells.begin(), wells.end(), 0.0) / static_cast<double>(wells.size());
    };
    Ends out;
    if (is_ldh()) out.zero = mean("spontaneous");
    out.span = mean(is_ldh() ? "maximum" : "control") - out.zero;
    if (!(out.span > 0) && is_ldh())
      tell(key, Severity::kWarning, "viability.no_release",
           say("The wells of maximum release read no more than those of spontaneous release: no cytotoxicity."),
           say("Look whether both are mixed up in the plate's map, and whether the cells were lysed."));
    if (!(out.span > 0) && !is_ldh())
      tell(key, Severity::kWarning, "viability.dead_control",
           say("The control wells read no more than the blank: there is no percent of them."),
           say("Look whether blank and control are mixed up in the plate's map."));
    return out;
  }

  Observation share_row(const PlateKey& key, const PlateRows& plate, const std::string& sample, double dose,
                        const Share& share) const {
    Observation out = row(share_id(), key, plate, sample);
    if (dose != kNoDose && std::isfinite(plate.dose_factor)) out.at = dose * plate.dose_factor;
    if (dose != kNoDose && !std::isfinite(plate.dose_factor))  // its unit is not the others'
      out.replicate = trimmed_join(out.replicate, "dose " + exact_number(dose));
    out.value = share.percent;
    out.low = share.low;
    out.high = share.high;
    out.interval = std::isfinite(share.low) ? "fieller95" : "";
    out.n = static_cast<std::int64_t>(share.wells);
    out.status = std::isnan(share.percent) ? Status::kNotMeasurable : Status::kOk;
    return out;
  }

  void add_shares(const PlateKey& key, const PlateRows& plate) {
    const std::optional<Ends> ends = ends_of(key, plate);
    if (!ends) return;
    const std::vector<double>& none = plate.by_role.at(untreated());
    std::map<CurveKey, std::vector<Response>> curves;
    for (const auto& [sample_dose, wells] : plate.by_sample) {
      const auto& [sample, dose] = sample_dose;
      const bool is_beyond = plate.beyond_samples.contains(sample_dose);
      Share share;
      if (!is_beyond)
        share = is_ldh() ? cytotoxicity(wells, none, plate.by_role.at("maximum")) : percent_of(wells, none);
      add_row(share_row(key, plate, sample, dose, share), out_.observations);
      if (!(ends->span > 0) || is_beyond) continue;
      for (const double well : wells)
        respond(sample, dose * plate.dose_factor, dose, 100 * (well - ends->zero) / ends->span, key, curves);
    }
    // Untreated wells are everyone's dose 0 unless a curve has its own.
    for (auto& [curve, responses] : curves) {
      const bool has_zero = std::any_of(responses.begin(), responses.end(), [](const auto& r) { return r.dose == 0; });
      for (const double well : none)
        if (!has_zero) responses.push_back({0, 100 * (well - ends->zero) / ends->span});
      std::vector<Response>& all = responses_[curve];
      all.insert(all.end(), responses.begin(), responses.end());
    }
  }

  /// A well joins its sample's curve; where each sample has one dose, as its factor says, its parent's.
  void respond(const std::string& sample, double scaled, double dose, double percent, const PlateKey& key,
               std::map<CurveKey, std::vector<Response>>& curves) const {
    if (dose != kNoDose) {
      if (std::isfinite(scaled)) curves[{sample, std::get<1>(key)}].push_back({scaled, percent});
      return;
    }
    if (settings_.dose_factor.empty()) return;
    const Level* level = study_.level_of(sample, settings_.dose_factor);
    const Sample* node = study_.find_sample(sample);
    if (level != nullptr && std::isfinite(level->number))
      curves[{node == nullptr ? "" : node->parent, std::get<1>(key)}].push_back({level->number, percent});
  }

  static std::string trimmed_join(const std::string& first, const std::string& second) {
    return first.empty() ? second : first + ", " + second;
  }

  void add_half_effect(const CurveKey& key, const std::vector<Response>& responses) {
    const auto& [sample, time] = key;
    const HalfEffect effect = half_effect(responses);
    Observation out = row("viability.ec50", sample, study_.condition_of(sample), time);
    out.unit = unit_;
    out.value = effect.ec50;
    out.low = effect.low;
    out.high = effect.high;
    out.interval = std::isfinite(effect.low) ? "delta95" : "";
    out.n = static_cast<std::int64_t>(responses.size());
    out.status = effect.status;
    add_row(out, out_.observations);
    keep_curve(key, responses, effect);
    if (effect.status == Status::kOk) {
      Observation slope = row("viability.hill_slope", sample, out.condition, time);
      slope.value = effect.slope;
      add_row(slope, out_.observations);
    } else {
      out_.issues.push_back({Severity::kNote, "viability.no_ec50", effect.why, {}, effect.hint, "", sample});
    }
    if (!effect.doubt.empty())
      out_.issues.push_back({Severity::kWarning,
                             "viability.misfit",
                             effect.doubt,
                             {},
                             say("Look at the curve; outliers are set aside by vesica exclude, with a reason."),
                             "",
                             sample});
  }

  /// Wells, curve and EC50 as a table, for the figure and whoever draws it anew.
  void keep_curve(const CurveKey& key, const std::vector<Response>& responses, const HalfEffect& effect) {
    std::string text = "kind\tname\tx\ty\tse\nsample\t" + replace_all(key.first, "\t", " ") + "\t\t\t\nunit\t" + unit_ +
                       "\t\t\t\nquantity\t" + share_id() + "\t\t\t\n";
    if (key.second != kNoTime) text += "time_h\t\t" + exact_number(key.second) + "\t\t\n";
    if (!effect.curve && !effect.why.empty()) text += "why\t" + effect.why + "\t\t\t\n";
    if (effect.curve)
      text += "ec50\t\t" + exact_number(effect.ec50) + "\t" + exact_number(effect.low) + "\t" +
              exact_number(effect.high) + "\n";
    double least = kNaN, most = kNaN;
    for (const Response& one : responses) {
      text += "well\t\t" + exact_number(one.dose) + "\t" + exact_number(one.percent) + "\t\n";
      if (one.dose > 0 && !(one.dose >= least)) least = one.dose;
      if (one.dose > 0 && !(one.dose <= most)) most = one.dose;
    }
    constexpr int kSteps = 100;  // chosen: smooth on paper
    for (int i = 0; effect.curve && i <= kSteps; ++i) {
      const double x = least * std::pow(most / least, static_cast<double>(i) / kSteps);
      text += "curve\t\t" + exact_number(x) + "\t" + exact_number(effect.curve->at(x)) + "\t" +
              exact_number(effect.curve->error_at(x)) + "\n";
    }
    out_.artifacts.push_back({"dose_response_" + std::to_string(out_.artifacts.size() + 1) + ".tsv",
                              "text/tab-separated-values", text, say("Wells, dose-response curve and EC50.")});
  }

  const Study& study_;
  const ViabilitySettings& settings_;
  std::map<PlateKey, PlateRows> plates_;
  std::set<std::string> parts_, told_;
  std::string unit_;
  std::map<CurveKey, std::vector<Response>> responses_;
  Outcome out_;
};

}  // namespace

double dose_at(const Layout& layout, const std::string& well) {
  const double level = plate_reading::number_at(layout.levels, well);
  const std::string role = plate_reading::text_at(layout.roles, well);
  const bool is_untreated = role == "control" || role == "spontaneous";
  return std::isnan(level) && is_untreated && !layout.levels.empty() ? 0 : level;
}

std::string part_of(const std::string& layout, const std::string& replicate) {
  return replicate.empty() ? layout : layout + std::string(kRepeat) + replicate;
}

void add_row(Observation row, ObservationTable& table) {
  const Quantity& quantity = *find_quantity(row.quantity);
  if (!std::isnan(row.value) && !(row.value >= quantity.low && row.value <= quantity.high)) {
    row.value = row.low = row.high = kNaN;
    row.interval.clear();
    row.status = Status::kNotMeasurable;
  }
  table.add(row);
}

Outcome derive_viability(const ObservationTable& table, const Study& study, const ViabilitySettings& settings) {
  return Deriver(table, study, settings).run();
}

}  // namespace vesica::viability
