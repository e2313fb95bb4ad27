// SPDX-License-Identifier: Apache-2.0
// The map as a tree of values.
#include "vesica/checks/isolation_details.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::isolation_detail {

namespace {

using spin::NeededMedian;

// Below these settling paths a rotor cuts at clearly smaller diameters (chosen at the gaps between the known rotors).
constexpr double kShortAngleMm = 20, kShortSwingMm = 70;

/// "45 Ti" for "Type 45 Ti": columns are narrow.
std::string rotor_name(const RotorRow* rotor) {
  if (rotor == nullptr) return say("as stated");
  constexpr std::string_view kType = "Type ";
  return rotor->name.starts_with(kType) ? rotor->name.substr(kType.size()) : rotor->name;
}

/// The rotors that share a panel: class and length of the settling path.
std::string panel_title(const RotorRow* rotor) {
  if (rotor == nullptr) return say("the stated rotors");
  const auto geometry = spin::geometry_of(*rotor, kNaN);
  const double path = geometry ? geometry->path_mm : rotor->rmax_mm - rotor->rmin_mm;
  if (rotor->rotor_class == "swing_out") {
    return path < kShortSwingMm ? say("swing-out rotors, short tubes") : say("swing-out rotors, long tubes");
  }
  return path < kShortAngleMm ? say("fixed-angle rotors, narrow tubes") : say("fixed-angle rotors, wide tubes");
}

Value list_of(const std::vector<double>& numbers) {
  Value out = Value::array();
  for (const double number : numbers) out.append(std::isnan(number) ? Value::null() : Value::of(number));
  return out;
}
Value list_of(const std::vector<std::string>& texts) {
  Value out = Value::array();
  for (const std::string& text : texts) out.append(Value::of(text));
  return out;
}

Value needed_cell(const IsolationCell& cell) {
  Value out = Value::table();
  const auto limit = [&](const char* sign, const char* status) {
    out.set("value", Value::of(cell.needed.median_nm));
    out.set("text", Value::of(sign + fmt::format("{:.0f}", cell.needed.median_nm)));
    out.set("status", Value::of(status));
  };
  switch (cell.needed.answer) {
    case NeededMedian::Answer::kFound:
      out.set("value", Value::of(cell.needed.median_nm));
      break;
    case NeededMedian::Answer::kAbove:
      limit("> ", "above_range");
      break;
    case NeededMedian::Answer::kBelow:
      limit("< ", "below_range");
      break;
    case NeededMedian::Answer::kNothingLeft:
      out.set("status", Value::of("not_measurable"));
      break;
  }
  out.set("compatible", Value::of(cell.found()));
  out.set("verdict", Value::of(cell.verdict));
  return out;
}

Value mean_cell(double mean_nm) {
  Value out = Value::table();
  if (std::isnan(mean_nm)) {
    out.set("status", Value::of("not_measurable"));
  } else {
    out.set("value", Value::of(mean_nm));
  }
  return out;
}

/// One map over the rotors of one panel; `cell_of` makes its cells.
template <typename CellOf>
Value one_map(const IsolationMap& map, const std::string& panel, std::string title, std::string value_label,
              double reference, const CellOf& cell_of) {
  Value out = Value::table();
  out.set("title", Value::of(std::move(title)));
  out.set("row_label", Value::of(say("Density law")));
  out.set("column_label", Value::of(say("Rotor")));
  out.set("value_label", Value::of(std::move(value_label)));
  if (!std::isnan(reference)) out.set("reference", Value::of(reference));
  out.set("rows", list_of(map.laws));
  Value columns = Value::array(), cells = Value::array();
  const auto is_shown = [&](std::size_t c) { return panel_title(map.rotors[c]) == panel; };
  for (std::size_t c = 0; c < map.rotors.size(); ++c) {
    if (is_shown(c)) columns.append(Value::of(rotor_name(map.rotors[c])));
  }
  for (const std::vector<IsolationCell>& row : map.cells) {
    Value line = Value::array();
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (is_shown(c)) line.append(cell_of(row[c]));
    }
    cells.append(std::move(line));
  }
  out.set("columns", std::move(columns));
  out.set("cells", std::move(cells));
  return out;
}

/// The position in medians_nm nearest to a median on the logarithmic scale.
std::size_t nearest_median(const std::vector<double>& medians, double wanted) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < medians.size(); ++i) {
    if (std::fabs(std::log(medians[i] / wanted)) < std::fabs(std::log(medians[best] / wanted))) best = i;
  }
  return best;
}

Value maps_of(const IsolationMap& map) {
  Value out = Value::array();
  std::vector<std::string> panels;
  for (const RotorRow* rotor : map.rotors) {
    const std::string panel = panel_title(rotor);
    if (std::find(panels.begin(), panels.end(), panel) == panels.end()) panels.push_back(panel);
  }
  const std::string target = readable_number(map.target_nm, 4);
  for (const std::string& panel : panels) {
    out.append(one_map(map, panel, say("Median before isolation needed for {} nm: {}", target, panel),
                       say("needed parent median (nm)"), kNaN, needed_cell));
  }
  if (map.medians_nm.empty()) return out;
  const std::size_t usual = nearest_median(map.medians_nm, find_parameter("parent.median")->value);
  for (const std::string& panel : panels) {
    out.append(one_map(
        map, panel,
        say("Printed mean for a median of {} nm before isolation: {}", exact_number(map.medians_nm[usual]), panel),
        say("printed mean (nm)"), map.target_nm,
        [&](const IsolationCell& cell) { return mean_cell(cell.means_nm[usual]); }));
  }
  return out;
}

Value rows_of(const IsolationMap& map) {
  Value rows = Value::array();
  for (std::size_t r = 0; r < map.laws.size(); ++r) {
    Value cells = Value::array();
    for (std::size_t c = 0; c < map.rotors.size(); ++c) {
      const IsolationCell& cell = map.cells[r][c];
      Value one = Value::table();
      one.set("rotor", Value::of(map.rotors[c] == nullptr ? std::string("stated") : map.rotors[c]->id));
      one.set("class", Value::of(map.rotors[c] == nullptr ? std::string("stated") : map.rotors[c]->rotor_class));
      one.set("means_nm", list_of(cell.means_nm));
      one.set("needed_median_nm", cell.found() ? Value::of(cell.needed.median_nm) : Value::null());
      one.set("verdict", Value::of(cell.verdict));
      cells.append(std::move(one));
    }
    Value row = Value::table();
    row.set("density_law", Value::of(map.laws[r]));
    row.set("cells", std::move(cells));
    rows.append(std::move(row));
  }
  return rows;
}

}  // namespace

Value details_of(const IsolationMap& map, const Target& target, const spin::Settings& spin_settings,
                 const IsolationSettings& settings, const std::vector<std::string>& would_decide,
                 const std::vector<std::string>& other_explanations) {
  Value out = Value::table();
  out.set("maps", maps_of(map));
  out.set("target_nm", Value::of(target.mean_nm));
  out.set("target_origin", Value::of(target.origin));
  out.set("target_source", Value::of(target.source));
  out.set("detection_limit_nm", Value::of(spin_settings.detection_limit_nm));
  out.set("parent_gsd", Value::of(spin_settings.parent_gsd));
  out.set("fixed_angle_law", Value::of(spin_settings.fixed_angle_law));
  out.set("usual_parents_nm", list_of(std::vector<double>{map.usual_low_nm, map.usual_high_nm}));
  out.set("largest_median_nm", Value::of(settings.largest_median_nm));
  out.set("medians_nm", list_of(map.medians_nm));
  out.set("rows", rows_of(map));
  out.set("would_decide", list_of(would_decide));
  out.set("other_explanations", list_of(other_explanations));
  return out;
}

}  // namespace vesica::isolation_detail
