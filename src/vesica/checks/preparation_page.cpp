// SPDX-License-Identifier: Apache-2.0
// The page of a preparation: tables, lists and one figure, as data for report, terminal and JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/preparation_parts.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using namespace preparation_detail;
using Lines = std::vector<std::vector<std::string>>;

constexpr std::array<std::string_view, 13> kShown = {
    "vesicle.diameter.mean", "vesicle.diameter.median",        "vesicle.diameter.d10", "vesicle.diameter.d90",
    "vesicle.concentration", "vesicle.concentration.measured", "tem.diameter.mean",    "tem.diameter.median",
    "dls.z_average",         "dls.polydispersity_index",       "zeta.potential",       "protein.concentration",
    "nta.flagged_videos"};
constexpr std::array<std::string_view, 8> kLotFacts = {
    "lot", "donor", "culture", "passage", "isolation_date", "storage_c", "storage_days", "freeze_thaw"};

std::string percent(double share) { return readable_number(100 * share, 2) + " %"; }
std::string nm_range(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) return "–";
  return say("{} to {}", readable_number(low, 3), readable_number(high, 3));
}
std::string nm_mean(const Mean& mean) {
  if (!std::isfinite(mean.value)) return "–";
  const std::string value = readable_number(mean.value, 3);
  return std::isfinite(mean.low) ? say("{} ({})", value, nm_range(mean.low, mean.high)) : value;
}

std::string title_of(std::string_view id) {
  const Quantity* quantity = find_quantity(id);
  if (quantity == nullptr) return std::string(id);
  const std::string unit = readable_unit(quantity->unit);
  return std::string(translate(quantity->symbol)) + (unit.empty() ? "" : ", " + unit);
}

std::string source_text(const std::string& source) {
  if (source == "table") return say("table");
  return source == "antibody" ? say("antibody") : say("attribute");
}

std::string interval_name(const std::string& interval) {
  if (interval == "t95") return say("t, over repeats");
  if (interval == "counting95") return say("counting alone");
  return interval;
}

/// What the page of one preparation is made of.
struct Facts {
  const PreparationRows& rows;
  const Preparation& preparation;
  const PreparationSettings& settings;
  Sizes sizes;
  const Purity* purity;
  std::vector<Marker> markers;
  std::vector<double> dilutions;
  std::vector<const Finding*> contradictions;
  const CarryOver* carry_over;
};

std::string dilution_text(const Facts& sheet, const Measured& measured) {
  if (measured.quantity != "vesicle.concentration") return "";
  for (const Measured& cell : sheet.rows.of(sheet.preparation, "vesicle.concentration.measured")) {
    if (cell.source != measured.source || cell.values.empty() || measured.values.empty()) continue;
    const double factor = mean_of(measured).value / mean_of(cell).value;
    constexpr double kRounding = 0.02;  // chosen: numbers are written with few digits
    for (const double stated : sheet.dilutions) {
      if (std::abs(factor / stated - 1) < kRounding && stated != std::round(factor)) return "1:" + exact_number(stated);
    }
    return "1:" + exact_number(std::round(factor));
  }
  return sheet.dilutions.empty() ? say("not stated") : "1:" + exact_number(sheet.dilutions.back());
}

std::vector<std::string> method_line(const Facts& sheet, const Measured& measured) {
  const Mean mean = mean_of(measured);
  std::string value = number_text(mean.value, measured.quantity), n = std::to_string(mean.n);
  if (measured.values.empty()) value = say("below {}", number_text(measured.limit, measured.quantity));
  if (measured.objects > 0) {
    n += " · " + (measured.quantity.starts_with("protein.") ? say("{} well(s)", measured.objects)
                                                            : say("{} particle(s)", measured.objects));
  }
  std::string interval;
  const bool share = measured.quantity == "nta.flagged_videos";  // a count of few, not a mean with an interval
  if (std::isfinite(mean.low) && !share) {
    interval = say("{} to {} ({})", number_text(mean.low, measured.quantity), number_text(mean.high, measured.quantity),
                   interval_name(mean.interval));
  }
  return {method_title(measured.source), title_of(measured.quantity), value, interval, n,
          dilution_text(sheet, measured)};
}

Value methods_table(const Facts& sheet) {
  Lines lines;
  for (const std::string_view quantity : kShown) {
    for (const Measured& measured : sheet.rows.of(sheet.preparation, quantity))
      lines.push_back(method_line(sheet, measured));
  }
  const Measured protein = sheet.rows.protein(sheet.preparation);
  if (!protein.empty() && protein.quantity != "protein.concentration") {
    lines.push_back(method_line(sheet, protein));
    lines.back()[1] = say("protein, µg/mL");
  }
  return table_value("methods", say("What each method gives"),
                     {{say("Method"), false},
                      {say("Quantity"), false},
                      {say("Value"), true},
                      {say("95 % interval"), true},
                      {say("n of repeats"), true},
                      {say("Dilution"), true}},
                     lines);
}

Value sizes_table(const Facts& sheet) {
  const Sizes& sizes = sheet.sizes;
  Lines lines;
  if (std::isfinite(sizes.tracked.value)) {
    std::string why = say("Hydrodynamic, by number; nothing below {} nm is seen.",
                          readable_number(sheet.settings.detection_limit_nm, 3));
    if (std::isfinite(sizes.unseen))
      why += " " + say("Of the particles in the micrographs {} lie below.", percent(sizes.unseen));
    lines.push_back({say("Tracking, mean"), nm_mean(sizes.tracked), nm_range(sizes.expected_low, sizes.expected_high),
                     std::isfinite(sizes.expected_low) ? why + " " + say("Expected: from the micrographs.") : why});
  }
  if (std::isfinite(sizes.dry.value)) {
    lines.push_back(
        {say("Microscopy, mean"), nm_mean(sizes.dry), nm_range(sizes.dry_from, sizes.dry_to),
         say("Dry, by number, small ones included. Expected: tracked mean over a swelling of {} to {}; lower "
             "means are possible, because tracking misses small ones.",
             readable_number(sizes.tracked.value / sizes.dry_to, 2),
             readable_number(sizes.tracked.value / sizes.dry_from, 2))});
  }
  if (std::isfinite(sizes.z_average.value)) {
    std::string expected = "–";
    if (std::isfinite(sizes.z_high))
      expected = say("{} ({})", readable_number(sizes.scattered.z_average_nm, 3), nm_range(sizes.z_low, sizes.z_high));
    lines.push_back(
        {say("Light scattering, z-average"), nm_mean(sizes.z_average), expected,
         say("Weighted by light: one particle of twice the size counts 64 times. Expected: Σnd⁶/Σnd⁵ of the "
             "tracked distribution.")});
  }
  if (std::isfinite(sizes.polydispersity.value)) {
    lines.push_back({say("Light scattering, polydispersity"), readable_number(sizes.polydispersity.value, 2),
                     std::isfinite(sizes.scattered.polydispersity) ? readable_number(sizes.scattered.polydispersity, 2)
                                                                   : std::string("–"),
                     say("Expected: of the tracked distribution by cumulants; above 0.3 a z-average says little.")});
  }
  return table_value("sizes", say("Sizes reconciled (nm)"),
                     {{say("Method"), false}, {say("Measured"), true}, {say("Expected"), true}, {say("Why"), false}},
                     lines);
}

Value concentrations_table(const Facts& sheet) {
  Lines lines;
  double first = kNaN;
  for (const Measured& method : sheet.rows.of(sheet.preparation, "vesicle.concentration")) {
    const Mean mean = mean_of(method);
    if (!std::isfinite(mean.value)) continue;
    if (std::isnan(first)) first = mean.value;
    lines.push_back({method_title(method.source), with_interval(mean.value, mean.low, mean.high, method.quantity),
                     readable_number(mean.value / first, 2), ""});
  }
  const Purity* purity = sheet.purity;
  if (purity != nullptr && std::isfinite(purity->of_ceiling)) {
    const double most = purity->protein_ug_ml * purity->ceiling.value;
    lines.push_back({say("Protein, if all of it were vesicles"), number_text(most, "vesicle.concentration"),
                     readable_number(most / first, 2),
                     say("protein times the ceiling of these sizes; an upper limit")});
  }
  return table_value(
      "concentrations", say("Particles per mL by each method"),
      {{say("Method"), false}, {say("Per mL"), true}, {say("Over the first"), true}, {say("Note"), false}}, lines);
}

Value purity_table(const Facts& sheet) {
  Lines lines;
  if (const Purity* purity = sheet.purity; purity != nullptr && std::isfinite(purity->value)) {
    lines.push_back({say("Particles per µg protein"),
                     with_interval(purity->value, purity->low, purity->high, kPurityQuantities[0]),
                     say("Webber & Clayton, blind to size: {}", webber_text(purity->webber))});
    if (std::isfinite(purity->ceiling.value)) {
      lines.push_back(
          {say("Ceiling of its sizes"),
           with_interval(purity->ceiling.value, purity->ceiling.low, purity->ceiling.high, kPurityQuantities[1]),
           purity->ceiling.one_bin_decides()
               ? say("{} of the mass lies in the bin at {} nm ({} of the particles)",
                     percent(purity->ceiling.largest_mass), readable_number(purity->ceiling.largest_nm, 3),
                     percent(purity->ceiling.largest_number))
               : std::string()});
      lines.push_back({say("Share of the ceiling"),
                       with_interval(purity->of_ceiling, purity->of_low, purity->of_high, kPurityQuantities[2]),
                       say("the protein that vesicles can explain")});
    }
  }
  return table_value("purity", say("Purity"), {{say("What"), false}, {say("Value"), true}, {say("Note"), false}},
                     lines);
}

Value carry_over_table(const Facts& sheet) {
  Lines lines;
  if (sheet.carry_over != nullptr && std::isfinite(sheet.carry_over->vesicles)) {
    const double vesicles = sheet.carry_over->vesicles;
    lines.push_back({say("vesicles"), percent(vesicles), "1"});
    for (const auto& [name, share] : sheet.carry_over->contaminants)
      lines.push_back({name, percent(share), readable_number(share / vesicles, 2)});
  }
  return table_value("carry_over", say("What the protocol carries over (model spin)"),
                     {{say("Particle"), false}, {say("Left of the medium"), true}, {say("Over vesicles"), true}},
                     lines);
}

/// Once a protocol; nothing for steps that cannot be read, which is a problem that the study tells itself.
const CarryOver* carried(const Study& study, const std::string& sample, std::map<std::string, CarryOver>& known,
                         const Context& context) {
  const Protocol* protocol = protocol_of_sample(study, sample);
  if (protocol == nullptr || protocol->steps.items.empty()) return nullptr;
  const auto [found, fresh] = known.try_emplace(protocol->id);
  if (!fresh) return &found->second;
  try {
    found->second = carry_over_of(*protocol, study, context);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
  }
  return &found->second;
}

Value markers_table(const Facts& sheet) {
  Lines lines;
  for (const Marker& marker : sheet.markers) {
    const bool wanted = marker.kind != MarkerClass::kNotVesicle;
    const bool odd = marker.kind != MarkerClass::kOther && marker.seen != wanted;
    lines.push_back({marker.name, marker_class_text(marker.kind), marker.seen ? say("seen") : say("not seen"),
                     odd ? say("unexpected") : "", source_text(marker.source)});
  }
  return table_value("markers", say("Markers"),
                     {{say("Marker"), false},
                      {say("Where it belongs"), false},
                      {say("Result"), false},
                      {"", false},
                      {say("Stated by"), false}},
                     lines);
}

std::vector<std::string> missing_of(const Facts& sheet) {
  std::vector<std::string> out;
  const Study& study = sheet.rows.study();
  const auto lacks = [&](std::string_view quantity) { return sheet.rows.best(sheet.preparation, quantity).empty(); };
  if (lacks("vesicle.concentration")) out.push_back(say("Particles per mL (a dilution, where tracking gave none)."));
  if (lacks("vesicle.diameter.mean")) out.push_back(say("Sizes by a method that looks at single particles."));
  if (lacks("tem.diameter.mean")) out.push_back(say("Electron micrographs, wide and close."));
  if (sheet.rows.protein(sheet.preparation).empty()) out.push_back(say("Protein: without it no purity."));
  const auto has = [&](MarkerClass kind) {
    return std::any_of(sheet.markers.begin(), sheet.markers.end(), [&](const Marker& m) { return m.kind == kind; });
  };
  if (!has(MarkerClass::kTransmembrane)) out.push_back(say("A marker of the membrane of vesicles (CD9, CD63, CD81)."));
  if (!has(MarkerClass::kCytosolic)) out.push_back(say("A marker of their inside (TSG101, ALIX, syntenin)."));
  if (!has(MarkerClass::kNotVesicle)) out.push_back(say("A marker that should be absent (calnexin, GM130, albumin)."));
  const Measured particles = sheet.rows.best(sheet.preparation, "vesicle.concentration");
  if (particles.values.size() == 1) out.push_back(say("Repeats of the concentration: one number has no spread."));
  const bool blank =
      std::any_of(study.inputs.begin(), study.inputs.end(), [](const Input& input) { return input.role == "blank"; }) ||
      std::any_of(study.samples.begin(), study.samples.end(),
                  [](const Sample& sample) { return sample.kind == "blank"; });
  if (!blank) out.push_back(say("A blank: the buffer alone."));
  if (protocol_of_sample(study, sheet.preparation.id) == nullptr)
    out.push_back(say("The protocol of the isolation: without it nothing is said of carry-over."));
  return out;
}

Value list_value(const std::string& id, const std::string& title, const std::vector<std::string>& texts) {
  Value out = Value::table();
  out.set("id", Value::of(id));
  out.set("title", Value::of(title));
  Value items = Value::array();
  for (const std::string& text : texts) items.append(Value::of(text));
  out.set("items", std::move(items));
  return out;
}

/// A mark with an interval on a row of the figure.
Value mark(double row, double x, double low, double high, const std::string& label) {
  Value out = Value::table();
  out.set("x", number_or_null(x));
  out.set("y", Value::of(row));
  out.set("x_low", number_or_null(low));
  out.set("x_high", number_or_null(high));
  out.set("label", Value::of(label));
  return out;
}

Value series_value(const std::string& name, const std::string& title, const std::string& role, int colour,
                   Value marks) {
  Value out = Value::table();
  out.set("name", Value::of(name));
  out.set("title", Value::of(title));
  out.set("role", Value::of(role));
  out.set("colour", Value::of(colour));
  out.set("marks", std::move(marks));
  return out;
}

/// Means with their intervals, and the range that the other method allows, one row a method; none with one method.
Value size_figure(const Facts& sheet) {
  const Sizes& sizes = sheet.sizes;
  struct Row {
    std::string name;
    Mean mean;
    double low, high;
  };
  const std::array<Row, 3> all = {Row{say("Microscopy, dry"), sizes.dry, sizes.dry_from, sizes.dry_to},
                                  Row{say("Tracking"), sizes.tracked, sizes.expected_low, sizes.expected_high},
                                  Row{say("Light scattering"), sizes.z_average, sizes.z_low, sizes.z_high}};
  Value categories = Value::array(), measured = Value::array(), expected = Value::array();
  double row = 0;
  std::string alt = say("Sizes of {} by each method.", sheet.preparation.id);
  for (const Row& one : all) {
    if (!std::isfinite(one.mean.value)) continue;
    categories.append(Value::of(one.name));
    constexpr double kApart = 0.16;  // chosen: both marks are seen
    measured.append(mark(row - kApart, one.mean.value, one.mean.low, one.mean.high, one.name));
    if (std::isfinite(one.low))
      expected.append(mark(row + kApart, std::sqrt(one.low * one.high), one.low, one.high, one.name));
    alt += " " + say("{}: {} nm, expected {}.", one.name, nm_mean(one.mean), nm_range(one.low, one.high));
    row += 1;
  }
  if (row < 2) return Value::null();
  Value out = Value::table();
  out.set("id", Value::of("sizes_" + sheet.preparation.id));
  out.set("kind", Value::of("forest"));
  out.set("title", Value::of(say("Sizes of {} by each method", sheet.preparation.id)));
  out.set("caption", Value::of(say("Measured: mean with 95 % interval. Expected: the range in which that mean may lie, "
                                   "told by the other methods.")));
  out.set("alt", Value::of(alt));
  out.set("x_label", Value::of(say("Diameter (nm)")));
  out.set("y_categories", std::move(categories));
  Value series = Value::array();
  series.append(series_value("expected", say("expected"), "interval", 1, std::move(expected)));
  series.append(series_value("measured", say("measured"), "interval", 6, std::move(measured)));
  out.set("series", std::move(series));
  return out;
}

Value numbers_of(const Facts& sheet) {
  const Sizes& sizes = sheet.sizes;
  Value out = Value::table();
  const auto put = [&](const char* name, double value) { out.set(name, number_or_null(value)); };
  put("tracked_mean_nm", sizes.tracked.value);
  put("tracked_expected_low_nm", sizes.expected_low);
  put("tracked_expected_high_nm", sizes.expected_high);
  put("dry_mean_nm", sizes.dry.value);
  put("dry_expected_low_nm", sizes.dry_from);
  put("dry_expected_high_nm", sizes.dry_to);
  put("z_average_nm", sizes.z_average.value);
  put("z_average_expected_nm", sizes.scattered.z_average_nm);
  put("polydispersity", sizes.polydispersity.value);
  put("polydispersity_expected", sizes.scattered.polydispersity);
  put("unseen_by_tracking", sizes.unseen);
  put("particles_per_ml", mean_of(sheet.rows.best(sheet.preparation, "vesicle.concentration")).value);
  put("protein_ug_ml", mean_of(sheet.rows.protein(sheet.preparation)).value);
  put("particles_per_ug", sheet.purity == nullptr ? kNaN : sheet.purity->value);
  put("of_ceiling", sheet.purity == nullptr ? kNaN : sheet.purity->of_ceiling);
  return out;
}

std::string summary_of(const Facts& sheet, std::size_t missing) {
  std::vector<std::string> methods;
  std::set<std::string> seen;
  for (const std::string_view quantity : kShown) {
    for (const Measured& measured : sheet.rows.of(sheet.preparation, quantity)) {
      if (seen.insert(measured.source).second) methods.push_back(method_title(measured.source));
    }
  }
  std::string out = say("{}: {}.", sheet.preparation.id, join(methods, ", "));
  out += " " + (sheet.contradictions.empty() ? say("Nothing contradicts.")
                                             : say("Contradictions: {}.", sheet.contradictions.size()));
  if (missing > 0) out += " " + say("Missing: {}.", missing);
  return out;
}

Finding page_of(const Facts& sheet, std::span<const Finding> others) {
  Finding out;
  out.id = "page_" + sheet.preparation.id;
  out.comparison = kPreparationCheck;
  out.kind = "preparation";
  out.unit = "preparation";
  out.question = say("What is known of {}?", sheet.preparation.id);
  out.groups.push_back({});
  out.groups[0].name = sheet.preparation.condition;
  out.groups[0].units.push_back({});
  out.groups[0].units[0].sample = sheet.preparation.id;
  Value facts = Value::table();
  for (const std::string_view name : kLotFacts) {
    const std::string text = attribute_of(sheet.rows.study(), sheet.preparation.id, name);
    if (!text.empty()) facts.set(name, Value::of(text));
  }
  Value tables = Value::array(), lists = Value::array(), figures = Value::array();
  for (const Value& table : {methods_table(sheet), sizes_table(sheet), concentrations_table(sheet), purity_table(sheet),
                             carry_over_table(sheet), markers_table(sheet)}) {
    if (!table.find("rows")->items.empty()) tables.append(table);
  }
  std::vector<std::string> contradictions, isolation;
  for (const Finding* finding : sheet.contradictions) contradictions.push_back(finding->answer);
  for (const Finding& finding : others) {
    if (finding.kind != "compatibility") continue;
    const bool about = std::any_of(finding.groups.begin(), finding.groups.end(), [&](const FindingGroup& group) {
      return std::any_of(group.units.begin(), group.units.end(),
                         [&](const FindingUnit& unit) { return unit.sample == sheet.preparation.id; });
    });
    if (about) isolation.push_back(finding.answer);
  }
  const std::vector<std::string> missing = missing_of(sheet);
  if (!contradictions.empty()) lists.append(list_value("contradictions", say("What contradicts"), contradictions));
  if (!isolation.empty()) lists.append(list_value("isolation", say("Sizes and isolation"), isolation));
  if (!missing.empty()) lists.append(list_value("missing", say("What is missing"), missing));
  Value figure = size_figure(sheet);
  if (figure.kind == Value::Kind::kTable) figures.append(std::move(figure));
  out.answer = summary_of(sheet, missing.size());
  out.details = Value::table();
  out.details.set("sample", Value::of(sheet.preparation.id));
  out.details.set("condition", Value::of(sheet.preparation.condition));
  out.details.set("facts", std::move(facts));
  out.details.set("tables", std::move(tables));
  out.details.set("lists", std::move(lists));
  out.details.set("figures", std::move(figures));
  out.details.set("numbers", numbers_of(sheet));
  return out;
}

}  // namespace

std::vector<Finding> preparation_pages(const ObservationTable& table, const Study& study,
                                       std::span<const Finding> others, const Context& context) {
  const PreparationSettings settings = preparation_settings_from(study);
  const PreparationRows rows(table, study);
  const std::vector<Purity> all = purities(table, study, context);
  std::map<std::string, CarryOver> protocols;
  std::vector<Finding> out;
  for (const Preparation& preparation : rows.all()) {
    context.check_cancelled();
    const auto purity =
        std::find_if(all.begin(), all.end(), [&](const Purity& one) { return one.sample == preparation.id; });
    Facts sheet{rows,
                preparation,
                settings,
                sizes_of(rows, preparation, settings),
                purity == all.end() ? nullptr : &*purity,
                markers_of(table, study, preparation.id),
                dilutions_of(rows, preparation),
                {},
                carried(study, preparation.id, protocols, context)};
    for (const Finding& finding : others) {
      const Value* sample = finding.details.find("sample");
      if (finding.kind == "contradiction" && sample != nullptr && sample->text == preparation.id)
        sheet.contradictions.push_back(&finding);
    }
    out.push_back(page_of(sheet, others));
  }
  return out;
}

}  // namespace vesica
