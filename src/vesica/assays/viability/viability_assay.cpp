// SPDX-License-Identifier: Apache-2.0
// viability as an assay: wells into signals; signals into percent of control, cytotoxicity and EC50 by derive().
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "vesica/assays/viability/viability.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/plate_reading.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using namespace viability;
using plate_reading::PlateExport;

constexpr std::string_view kSources[] = {"ISO 10993-5:2009", "10.1371/journal.pone.0146021",
                                         "10.1111/j.2517-6161.1954.tb00159.x", "10.1016/0022-1759(88)90310-9"};
constexpr std::string_view kQuantities[] = {"viability.signal", "viability.percent_of_control",
                                            "viability.cytotoxicity", "viability.ec50", "viability.hill_slope"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};
constexpr std::array<std::string_view, 2> kKinds = {"viability", "ldh"};
constexpr std::array<std::string_view, 3> kMarks = {"auto", "point", "comma"};
/// Roles whose wells are kept as rows; the target of such a row is the role.
constexpr std::array<std::string_view, 3> kKept = {"control", "spontaneous", "maximum"};

struct ViabilitySettings {
  std::string kind = "viability", dose_factor, dose_unit, sheet, read, decimal_mark = "auto";
  bool subtract_blank = true;

  void describe(Fields& fields) {
    fields.choice("kind", kind, kKinds,
                  {.help = "viability: signal grows with living cells (CCK-8, MTT, Alamar); ldh: with dead ones."});
    fields.flag("subtract_blank", subtract_blank, {.help = "Take the mean of the blank wells off every well."});
    fields.text("dose_factor", dose_factor,
                {.help = "Factor of the study whose levels are the doses, where the layout names none."});
    fields.text("dose_unit", dose_unit, {.help = "Unit of the doses, where the layout names none, as ug/mL."});
    fields.text("read", read, {.help = "Title of the grid or column to read, as 450; empty: the first of readings."});
    fields.text("sheet", sheet, {.help = "Sheet of the workbook; empty: the first that holds a plate."});
    fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of numbers that are text."});
  }
};

AnySettings make_settings() { return AnySettings::of(ViabilitySettings{}); }

plate_reading::Options options_of(const ViabilitySettings& settings) {
  return {settings.sheet, settings.read, settings.decimal_mark, false};
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const PlateExport plate = plate_reading::read_export(reading, options_of(any.get<ViabilitySettings>()));
  if (!plate.own.roles.empty()) return {};
  return {{Severity::kWarning,
           "viability.no_layout",
           say("Nothing says where blanks, controls and samples lie."),
           {reading.path, 0, 0, ""},
           say("Draw the plate on a sheet \"plate 1\" and write that name into the column layout."),
           reading.path,
           ""}};
}

/// A number that cannot be is none.
void add(Observation row, ObservationTable& table) {
  const Quantity& quantity = *find_quantity(row.quantity);
  if (!std::isnan(row.value) && !(row.value >= quantity.low && row.value <= quantity.high)) {
    row.value = row.low = row.high = kNaN;
    row.interval.clear();
    row.status = Status::kNotMeasurable;
  }
  table.add(row);
}

/// The dose in a well; a control's is 0 where doses are known. NaN: none.
double dose_at(const Layout& layout, const std::string& well) {
  const double level = plate_reading::number_at(layout.levels, well);
  const bool control = plate_reading::text_at(layout.roles, well) == "control";
  return std::isnan(level) && control && !layout.levels.empty() ? 0 : level;
}

double mean_blank(const PlateExport& plate, const Layout& layout) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& value : plate.values) {
    if (value.above || plate_reading::text_at(layout.roles, well_name(value.well)) != "blank") continue;
    sum += value.value;
    ++count;
  }
  return count == 0 ? kNaN : sum / static_cast<double>(count);
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  const ViabilitySettings& settings = any.get<ViabilitySettings>();
  const PlateExport plate = plate_reading::read_export(reading, options_of(settings));
  const Layout& layout = plate_reading::layout_for(plate, facts, reading.path);
  Outcome out;
  const auto issue = [&](Severity severity, const char* kind, std::string message, std::string hint) {
    out.issues.push_back(
        {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, ""});
  };
  const double blank = mean_blank(plate, layout);
  if (std::isnan(blank) && settings.subtract_blank)
    issue(Severity::kWarning, "viability.no_blank", say("The plate has no blank wells; nothing is taken off."),
          say("Mark wells without cells as blank, or set \"subtract_blank\" to false."));
  std::size_t beyond = 0;
  bool has_reference = false;
  for (const auto& value : plate.values) {
    const std::string well = well_name(value.well), role = plate_reading::text_at(layout.roles, well);
    const std::string sample = plate_reading::text_at(layout.positions, well);
    const bool kept = std::find(kKept.begin(), kKept.end(), role) != kKept.end();
    if (role == "blank" || role == "standard" || (sample.empty() && !kept)) continue;
    Observation row = facts.row("viability.signal");
    row.sample = sample;
    row.condition.clear();  // the study knows it
    row.replicate = well;
    row.part = layout.id.empty() ? facts.part : layout.id;
    row.target = kept ? role : "";
    // A declared layout is asked again by derive(); what a list alone says of its doses must travel with the rows.
    if (layout.id.empty()) row.at = dose_at(layout, well);
    row.value = settings.subtract_blank && !std::isnan(blank) ? value.value - blank : value.value;
    if (value.above) {
      ++beyond;
      row.value = kNaN;
      row.status = Status::kNotMeasurable;
    }
    has_reference = has_reference || role == (settings.kind == "ldh" ? "maximum" : "control");
    add(row, out.observations);
  }
  if (beyond > 0)
    issue(Severity::kWarning, "viability.overflow", say("{} well(s) (is|are) beyond what the reader can read.", beyond),
          say("Read again earlier, or with less medium."));
  if (!has_reference)
    issue(Severity::kWarning, "viability.no_control",
          settings.kind == "ldh" ? say("No wells of maximum release: no cytotoxicity.")
                                 : say("No control wells: no percent of control."),
          say("Give untreated wells the role control (LDH: spontaneous and maximum) in the layout."));
  return out;
}

/// Signals of one plate.
struct PlateRows {
  std::map<std::string, std::vector<double>> by_role;
  std::map<std::pair<std::string, double>, std::vector<double>> by_sample;  ///< sample and dose; no dose: -1
  std::map<std::string, std::string> conditions;
};

class Deriver {
 public:
  Deriver(const ObservationTable& table, const Study& study, const ViabilitySettings& settings)
      : study_(study), settings_(settings) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (table.quantity(i) != "viability.signal" || table.status(i) != Status::kOk) continue;
      PlateRows& plate = plates_[std::string(table.part(i))];
      const std::string sample(table.sample(i));
      if (!table.target(i).empty()) plate.by_role[std::string(table.target(i))].push_back(table.value(i));
      if (sample.empty() || (!table.target(i).empty() && table.target(i) != "control")) continue;
      const double dose = dose_of(table, i);
      plate.by_sample[{sample, std::isnan(dose) ? kNoDose : dose}].push_back(table.value(i));
      plate.conditions[sample] = std::string(table.condition(i));
    }
  }

  Outcome run() {
    for (const auto& [name, plate] : plates_) {
      if (settings_.kind == "ldh") {
        add_cytotoxicity(name, plate);
      } else {
        add_percent(name, plate);
      }
    }
    for (const auto& [sample, responses] : responses_) add_half_effect(sample, responses);
    return std::move(out_);
  }

 private:
  static constexpr double kNoDose = -1;

  double dose_of(const ObservationTable& table, std::size_t i) const {
    for (const Layout& layout : study_.layouts)
      if (layout.id == table.part(i) && !layout.id.empty()) return dose_at(layout, std::string(table.replicate(i)));
    return table.at(i);
  }

  Observation row(const char* quantity, const std::string& sample, const std::string& condition) const {
    Observation out;
    out.quantity = quantity;
    out.unit = find_quantity(quantity)->unit;
    out.sample = sample;
    out.condition = condition;
    out.source = "viability";
    return out;
  }

  void add_percent(const std::string& name, const PlateRows& plate) {
    const auto control = plate.by_role.find("control");
    if (control == plate.by_role.end()) return;
    double mean = 0;
    for (const double value : control->second) mean += value / static_cast<double>(control->second.size());
    for (const auto& [key, wells] : plate.by_sample) {
      const auto& [sample, dose] = key;
      const Share share = percent_of(wells, control->second);
      Observation out = row("viability.percent_of_control", sample, plate.conditions.at(sample));
      out.part = plates_.size() > 1 ? name : "";
      if (dose != kNoDose) out.at = dose;
      out.value = share.percent;
      out.low = share.low;
      out.high = share.high;
      out.interval = std::isfinite(share.low) ? "fieller95" : "";
      out.n = static_cast<std::int64_t>(share.wells);
      out.status = std::isnan(share.percent) ? Status::kNotMeasurable : Status::kOk;
      add(out, out_.observations);
      if (!(mean > 0)) continue;
      for (const double well : wells) respond(sample, dose, 100 * well / mean);
    }
  }

  /// A well joins its sample's curve; where each sample has one dose, as its factor says, its parent's.
  void respond(const std::string& sample, double dose, double percent) {
    if (dose != kNoDose) {
      responses_[sample].push_back({dose, percent});
      return;
    }
    if (settings_.dose_factor.empty()) return;
    const Level* level = study_.level_of(sample, settings_.dose_factor);
    const Sample* node = study_.find_sample(sample);
    if (level != nullptr && std::isfinite(level->number))
      responses_[node == nullptr ? "" : node->parent].push_back({level->number, percent});
  }

  void add_cytotoxicity(const std::string& name, const PlateRows& plate) {
    const auto spontaneous = plate.by_role.find("spontaneous"), maximum = plate.by_role.find("maximum");
    if (spontaneous == plate.by_role.end() || maximum == plate.by_role.end()) return;
    for (const auto& [key, wells] : plate.by_sample) {
      Observation out = row("viability.cytotoxicity", key.first, plate.conditions.at(key.first));
      out.part = plates_.size() > 1 ? name : "";
      out.value = cytotoxicity(wells, spontaneous->second, maximum->second);
      out.n = static_cast<std::int64_t>(wells.size());
      out.status = std::isnan(out.value) ? Status::kNotMeasurable : Status::kOk;
      if (key.second != kNoDose) out.replicate = "dose " + exact_number(key.second);
      add(out, out_.observations);
    }
  }

  std::string unit_of_doses() const {
    for (const Layout& layout : study_.layouts)
      if (plates_.contains(layout.id) && !layout.unit.empty()) return layout.unit;
    return settings_.dose_unit.empty() ? "1" : settings_.dose_unit;
  }

  void add_half_effect(const std::string& sample, const std::vector<Response>& responses) {
    const HalfEffect effect = half_effect(responses);
    Observation out = row("viability.ec50", sample, study_.condition_of(sample));
    out.unit = unit_of_doses();
    out.value = effect.ec50;
    out.low = effect.low;
    out.high = effect.high;
    out.interval = std::isfinite(effect.low) ? "delta95" : "";
    out.n = static_cast<std::int64_t>(responses.size());
    out.status = effect.status;
    add(out, out_.observations);
    if (effect.status == Status::kOk) {
      Observation slope = row("viability.hill_slope", sample, out.condition);
      slope.value = effect.slope;
      add(slope, out_.observations);
    } else {
      out_.issues.push_back({Severity::kNote,
                             "viability.no_ec50",
                             effect.why,
                             {},
                             say("Test doses on both sides of the effect."),
                             "",
                             sample});
    }
  }

  const Study& study_;
  const ViabilitySettings& settings_;
  std::map<std::string, PlateRows> plates_;
  std::map<std::string, std::vector<Response>> responses_;
  Outcome out_;
};

Outcome derive(const ObservationTable& table, const Study& study, const AnySettings& any, const Context&) {
  return Deriver(table, study, any.get<ViabilitySettings>()).run();
}

/// A plate whose file or first lines name such an assay.
bool suits(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr || !plate_reading::holds_plate(reading)) return false;
  constexpr std::array<std::string_view, 8> kWords = {"cck-8",  "cck8",      "mtt",       "ldh",
                                                      "alamar", "resazurin", "viability", "细胞活力"};
  const auto speaks = [&](std::string_view raw) {
    const std::string text = lower_ascii(raw);
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
  };
  if (speaks(reading.path)) return true;
  constexpr std::size_t kRows = 40;  // chosen: where such words stand
  for (const Sheet& sheet : book->sheets)
    for (std::size_t r = 0; r < std::min(kRows, sheet.rows.size()); ++r)
      for (std::size_t c = 0; c < std::min<std::size_t>(4, sheet.rows[r].size()); ++c)
        if (speaks(shortened(sheet.rows[r][c].text, 80))) return true;
  return false;
}

}  // namespace

const Assay kViabilityAssay = {
    .id = "viability",
    .title = "Viability and cytotoxicity",
    .summary = "Percent of control, cytotoxicity and EC50 from plates (CCK-8, MTT, Alamar, LDH).",
    .sources = kSources,
    .quantities = kQuantities,
    .formats = kFormats,
    .roles = {},
    .names_samples = true,
    .make_settings = make_settings,
    .missing = missing,
    .calibrate = nullptr,
    .measure = measure,
    .derive = derive,
    .suits = suits,
};

}  // namespace vesica
