// SPDX-License-Identifier: Apache-2.0
// viability as an assay: wells into signals.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/assays/viability/viability.h"
#include "vesica/assays/viability/viability_settings.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/plate_reading.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using namespace viability;
using plate_reading::PlateExport;
using plate_reading::WellValue;

constexpr std::string_view kSources[] = {"ISO 10993-5:2009", "10.1371/journal.pone.0146021",
                                         "10.1111/j.2517-6161.1954.tb00159.x", "10.1016/0022-1759(88)90310-9"};
constexpr std::string_view kQuantities[] = {"viability.signal", "viability.percent_of_control",
                                            "viability.cytotoxicity", "viability.ec50", "viability.hill_slope"};
constexpr std::string_view kFormats[] = {"text", "xlsx"};
/// Roles whose wells are kept as rows; the target of such a row is the role.
constexpr std::array<std::string_view, 3> kKept = {"control", "spontaneous", "maximum"};

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

/// The wells of a plate as one number each, from one reading or from two.
class PlateSignals {
 public:
  PlateSignals(const Reading& reading, const ViabilitySettings& settings, const InputFacts& facts, Outcome& out)
      : reading_(reading),
        settings_(settings),
        plate_(plate_reading::read_export(reading, options_of(settings))),
        layout_(plate_reading::layout_for(plate_, facts, reading.path)),
        out_(out) {
    if (!settings.reference.empty()) take_reference();
    tell_left_out();
    for (Issue& issue : plate_reading::check_fit(plate_, layout_, "viability", reading.path))
      out.issues.push_back(std::move(issue));
    is_corrected_ = settings.kind == "alamar" && !settings.reference.empty();
    is_corrected_ ? correct_colours() : take_blank_off();
  }

  const Layout& layout() const { return layout_; }
  const std::vector<WellValue>& values() const { return plate_.values; }

  void issue(Severity severity, const char* kind, std::string message, std::string hint) {
    out_.issues.push_back(
        {severity, kind, std::move(message), {reading_.path, 0, 0, ""}, std::move(hint), reading_.path, ""});
  }

 private:
  /// The same wells at the second wavelength; wells without it have no number.
  void take_reference() {
    plate_reading::Options options = options_of(settings_);
    options.read = settings_.reference;
    const PlateExport second = plate_reading::read_export(reading_, options);
    std::map<Well, const WellValue*> found;
    for (const WellValue& value : second.values) found[value.well] = &value;
    std::size_t alike = 0;
    for (WellValue& value : plate_.values) {
      const auto at = found.find(value.well);
      alike += at != found.end() && at->second->place.text() == value.place.text() ? 1 : 0;
      reference_.push_back(at == found.end() || at->second->above ? kNaN : at->second->value);
    }
    if (alike > 0)
      throw Error(ErrorKind::kConfig, say("\"read\" and \"reference\" name the same numbers."),
                  {reading_.path, 0, 0, "reference"},
                  say("Name both by their titles, as read = \"450\" and reference = \"650\"; besides there is: {}.",
                      join(second.left_out, ", ")));
    std::erase_if(plate_.left_out, [&](const std::string& title) {
      return std::find(second.left_out.begin(), second.left_out.end(), title) == second.left_out.end();
    });
  }

  void tell_left_out() {
    if (!plate_.left_out.empty())
      issue(Severity::kNote, "viability.left_out",
            say("The export holds more numbers, which are not read: {}.", join(plate_.left_out, ", ")),
            say("Name the one to read in \"read\", and a second wavelength to take off in \"reference\"."));
  }

  /// Mean of the wells with a role, of the reading or the reference; NaN without any.
  double mean_of(std::string_view role, bool of_reference) const {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < plate_.values.size(); ++i) {
      const WellValue& value = plate_.values[i];
      const double number = of_reference ? reference_[i] : value.value;
      if (value.above || std::isnan(number)) continue;
      if (plate_reading::text_at(layout_.roles, well_name(value.well)) != role) continue;
      sum += number;
      ++count;
    }
    return count == 0 ? kNaN : sum / static_cast<double>(count);
  }

  void take_blank_off() {
    for (std::size_t i = 0; i < reference_.size(); ++i) plate_.values[i].value -= reference_[i];
    double blank = mean_of("blank", false);
    if (std::isnan(blank)) blank = mean_of("dye_only", false);  // CCK-8, MTT: reagent in medium without cells
    if (std::isnan(blank) && settings_.subtract_blank)
      issue(Severity::kWarning, "viability.no_blank", say("The plate has no blank wells; nothing is taken off."),
            say("Mark wells without cells as blank, or set \"subtract_blank\" to false."));
    if (std::isnan(blank) || !settings_.subtract_blank) return;
    for (WellValue& value : plate_.values) value.value -= blank;
  }

  /// Alamar at two wavelengths: what of the absorbance is the reduced dye's.
  void correct_colours() {
    const bool has_dye = !std::isnan(mean_of("dye_only", false));
    const double medium_low = has_dye ? mean_of("blank", false) : 0, medium_high = has_dye ? mean_of("blank", true) : 0;
    if (has_dye && std::isnan(medium_low))
      issue(Severity::kWarning, "viability.no_blank", say("The plate has no blank wells; nothing is taken off."),
            say("Mark wells of medium alone as blank."));
    if (!has_dye)
      issue(Severity::kNote, "viability.no_dye_only",
            say("No wells have the role dye_only: the blank wells are taken for dye in medium without cells."),
            say("Give such wells the role dye_only, and medium alone the role blank."));
    const std::string dye = has_dye ? "dye_only" : "blank";
    const double low = std::isnan(medium_low) ? 0 : medium_low, high = std::isnan(medium_high) ? 0 : medium_high;
    const double factor = oxidised_ratio(mean_of(dye, false) - low, mean_of(dye, true) - high);
    if (std::isnan(factor))
      issue(Severity::kWarning, "viability.no_factor",
            say("Nothing tells the colour of the dye without cells: no number for any well."),
            say("Give wells of dye in medium without cells the role dye_only."));
    for (std::size_t i = 0; i < plate_.values.size(); ++i)
      plate_.values[i].value = (plate_.values[i].value - low) - factor * (reference_[i] - high);
  }

  const Reading& reading_;
  const ViabilitySettings& settings_;
  PlateExport plate_;
  const Layout& layout_;
  Outcome& out_;
  std::vector<double> reference_;  ///< beside plate_.values; empty without a second wavelength
  bool is_corrected_ = false;
};

void say_what_lacks(PlateSignals& plate, const ViabilitySettings& settings, std::size_t beyond,
                    const std::set<std::string>& roles) {
  if (beyond > 0)
    plate.issue(Severity::kWarning, "viability.overflow",
                say("{} well(s) (is|are) beyond what the reader can read.", beyond),
                say("Read again earlier, or with less medium."));
  const auto lacks = [&](const char* role, std::string message) {
    if (!roles.contains(role))
      plate.issue(Severity::kWarning, "viability.no_control", std::move(message),
                  say("Give untreated wells the role control (LDH: spontaneous and maximum) in the layout."));
  };
  if (settings.kind == "ldh") {
    lacks("maximum", say("No wells of maximum release: no cytotoxicity."));
    lacks("spontaneous", say("No wells of spontaneous release: no cytotoxicity."));
  } else {
    lacks("control", say("No control wells: no percent of control."));
  }
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  const ViabilitySettings& settings = any.get<ViabilitySettings>();
  Outcome out;
  PlateSignals plate(reading, settings, facts, out);
  const Layout& layout = plate.layout();
  std::size_t beyond = 0;
  std::set<std::string> roles;
  std::map<std::string, std::size_t> unused;
  for (const WellValue& value : plate.values()) {
    const std::string well = well_name(value.well), role = plate_reading::text_at(layout.roles, well);
    const std::string sample = plate_reading::text_at(layout.positions, well);
    const bool kept = std::find(kKept.begin(), kKept.end(), role) != kKept.end();
    if (role == "blank" || role == "standard" || role == "dye_only" || (sample.empty() && !kept)) {
      const bool is_used = role == "blank" || role == "dye_only" || (sample.empty() && role.empty());
      if (!is_used) ++unused[role];
      continue;
    }
    Observation row = facts.row("viability.signal");
    row.sample = sample;
    row.condition.clear();  // the study knows it
    row.replicate = well;
    row.part = layout.id.empty() ? facts.part : part_of(layout.id, facts.replicate);
    row.target = kept ? role : "";
    // A declared layout is asked again by derive(); what a list alone says of its doses must travel with the rows.
    if (layout.id.empty()) row.at = dose_at(layout, well);
    row.value = value.value;
    if (value.above || std::isnan(value.value)) {
      beyond += value.above ? 1 : 0;
      row.value = kNaN;
      row.status = Status::kNotMeasurable;
    }
    roles.insert(role);
    add_row(row, out.observations);
  }
  say_what_lacks(plate, settings, beyond, roles);
  for (const auto& [role, wells] : unused)
    plate.issue(Severity::kNote, "viability.other_role",
                say("{0} well(s) with the role {1} (is|are) not used.", wells, role),
                say("Roles of this assay are blank, control, dye_only, maximum and spontaneous; what is to be measured "
                    "needs a sample."));
  if (layout.id.empty() && !layout.levels.empty() && settings.dose_unit.empty() && !layout.unit.empty())
    plate.issue(
        Severity::kNote, "viability.dose_unit",
        say("The list gives doses in {}; the study does not know that unit.", layout.unit),
        say("Write dose_unit = \"{}\" into [settings.viability], or declare the plate as a layout.", layout.unit));
  return out;
}

Outcome derive(const ObservationTable& table, const Study& study, const AnySettings& any, const Context&) {
  return derive_viability(table, study, any.get<ViabilitySettings>());
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
