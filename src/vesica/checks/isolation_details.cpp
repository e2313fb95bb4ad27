// SPDX-License-Identifier: Apache-2.0
// The map as a tree of values.
#include "vesica/checks/isolation_details.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/models/spin/predict.h"

namespace vesica::isolation_detail {

namespace {

using spin::NeededMedian;

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

Value needed_cell(const NeededMedian& needed, const std::string& verdict) {
  Value out = Value::table();
  const auto limit = [&](const char* sign, const char* status) {
    out.set("value", Value::of(needed.median_nm));
    out.set("text", Value::of(sign + fmt::format("{:.0f}", needed.median_nm)));
    out.set("status", Value::of(status));
  };
  switch (needed.answer) {
    case NeededMedian::Answer::kFound:
      out.set("value", Value::of(needed.median_nm));
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
  out.set("compatible", Value::of(verdict == "usual_parents"));
  out.set("verdict", Value::of(verdict));
  return out;
}

Value mean_cell(double mean_nm, bool compatible) {
  Value out = Value::table();
  if (std::isnan(mean_nm)) {
    out.set("status", Value::of("not_measurable"));
  } else {
    out.set("value", Value::of(mean_nm));
    out.set("compatible", Value::of(compatible));
  }
  return out;
}

/// One map over the density laws; `cell_of(row, column)` makes its cells.
template <typename CellOf>
Value one_map(const IsolationMap& map, const std::string& title, const std::string& column_label,
              const std::string& value_label, double reference, const std::vector<std::string>& columns,
              const CellOf& cell_of) {
  Value out = Value::table();
  out.set("title", Value::of(title));
  out.set("row_label", Value::of(say("Density law")));
  out.set("column_label", Value::of(column_label));
  out.set("value_label", Value::of(value_label));
  if (!std::isnan(reference)) out.set("reference", Value::of(reference));
  out.set("rows", list_of(map.laws));
  out.set("columns", list_of(columns));
  Value cells = Value::array();
  for (std::size_t r = 0; r < map.laws.size(); ++r) {
    Value line = Value::array();
    for (std::size_t c = 0; c < columns.size(); ++c) line.append(cell_of(r, c));
    cells.append(std::move(line));
  }
  out.set("cells", std::move(cells));
  return out;
}

/// With no-break spaces, so that a narrow column does not part a number from its unit.
std::string unbroken(const std::string& text) { return replace_all(text, " ", "\u00a0"); }

/// The position in medians_nm nearest to a median on the logarithmic scale.
std::size_t nearest_median(const std::vector<double>& medians, double wanted) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < medians.size(); ++i) {
    if (std::fabs(std::log(medians[i] / wanted)) < std::fabs(std::log(medians[best] / wanted))) best = i;
  }
  return best;
}

/// Columns: one for each group of rotors that behave alike, by the name of its first and how many more.
std::vector<std::string> rotor_columns(const IsolationMap& map) {
  std::vector<std::string> out;
  for (const std::vector<std::size_t>& group : map.alike) {
    out.push_back(rotor_name(map.rotors[group.front()]) +
                  (group.size() > 1 ? " +" + std::to_string(group.size() - 1) : ""));
  }
  return out;
}

/// What the colours of needed medians turn at: the middle of the usual range.
double usual_middle(const IsolationMap& map) { return std::sqrt(map.usual_low_nm * map.usual_high_nm); }

/// Two panels, when one column says it all: targets side by side; shown means by parent median.
Value maps_without_rotors(const IsolationMap& map, const std::vector<Target>& targets) {
  std::vector<std::string> columns, medians;
  for (const Target& target : targets) {
    columns.push_back(target.title.empty() ? mean_text(target.mean_nm)
                                           : target.title + " " + unbroken(mean_text(target.mean_nm)));
  }
  for (const double median : map.medians_nm) medians.push_back(exact_number(median));
  Value out = Value::array();
  out.append(one_map(map, say("Median before isolation that is needed (nm)"), say("Measured mean"), "",
                     usual_middle(map), columns, [&](std::size_t r, std::size_t t) {
                       return needed_cell(map.cells[r][0].needed[t], map.cells[r][0].verdicts[t]);
                     }));
  if (medians.empty()) return out;
  const auto ends = std::minmax_element(map.targets_nm.begin(), map.targets_nm.end());
  const double low = *ends.first, high = *ends.second;
  out.append(one_map(map, say("Mean that the instrument would show (nm)"), say("Median before isolation (nm)"), "",
                     targets.size() == 1 ? low : kNaN, medians, [&](std::size_t r, std::size_t k) {
                       const double mean = map.cells[r][0].means_nm[k];
                       return mean_cell(mean, targets.size() > 1 && mean >= low && mean <= high);
                     }));
  return out;
}

/// One panel a target and one of shown means, with a column for each group of rotors.
Value maps_by_rotor(const IsolationMap& map, const std::vector<Target>& targets) {
  const std::vector<std::string> columns = rotor_columns(map);
  const auto cell_at = [&](std::size_t r, std::size_t c) -> const IsolationCell& {
    return map.cells[r][map.alike[c].front()];
  };
  Value out = Value::array();
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const std::string title =
        targets[t].title.empty() || targets.size() == 1
            ? say("Median before isolation (nm) needed for {}", mean_text(targets[t].mean_nm))
            : say("{}: median before isolation (nm) needed for {}", targets[t].title, mean_text(targets[t].mean_nm));
    out.append(one_map(map, title, say("Rotor"), "", usual_middle(map), columns, [&](std::size_t r, std::size_t c) {
      return needed_cell(cell_at(r, c).needed[t], cell_at(r, c).verdicts[t]);
    }));
  }
  if (map.medians_nm.empty()) return out;
  const std::size_t usual = nearest_median(map.medians_nm, find_parameter("parent.median")->value);
  out.append(one_map(map,
                     say("Mean (nm) that the instrument would show for a median of {} nm before isolation",
                         exact_number(map.medians_nm[usual])),
                     say("Rotor"), "", targets.size() == 1 ? targets[0].mean_nm : kNaN, columns,
                     [&](std::size_t r, std::size_t c) { return mean_cell(cell_at(r, c).means_nm[usual], false); }));
  return out;
}

std::string caption_of(const IsolationMap& map, const std::vector<Target>& targets) {
  std::string out = say(
      "Needed medians: framed where parents of the usual {} to {} nm would do; the stronger the orange, the larger the "
      "parents would have to be.",
      exact_number(map.usual_low_nm), exact_number(map.usual_high_nm));
  if (targets.size() == 1) {
    out += " " + say("Shown means: blue below {}, orange above it; full colour at a factor of two.",
                     mean_text(targets.front().mean_nm));
  } else if (!map.rotor_matters()) {
    out += " " + say("Shown means: framed where they lie between the lowest and the highest measured one.");
  }
  if (map.alike.size() == map.rotors.size()) return out;
  if (!map.rotor_matters()) {
    return out + " " +
           say("Numbers of {}; {} gives the same within {} %.", rotor_name(map.rotors.front()), any_rotor(map),
               spread_percent(map));
  }
  std::vector<std::string> groups;
  for (const std::vector<std::size_t>& group : map.alike) {
    std::vector<std::string> names;
    for (const std::size_t c : group) names.push_back(rotor_name(map.rotors[c]));
    if (names.size() > 1) groups.push_back(join(names, " = "));
  }
  return out + " " +
         say("Rotors that differ by less than {} % share a column: {}.",
             readable_number(100 * (spin::kAlikeFactor - 1), 1), join(groups, say("; ")));
}

Value rows_of(const IsolationMap& map) {
  Value rows = Value::array();
  for (std::size_t r = 0; r < map.laws.size(); ++r) {
    Value cells = Value::array();
    for (std::size_t c = 0; c < map.rotors.size(); ++c) {
      const IsolationCell& cell = map.cells[r][c];
      std::vector<double> needed;
      for (std::size_t t = 0; t < cell.needed.size(); ++t) {
        needed.push_back(cell.found(t) ? cell.needed[t].median_nm : kNaN);
      }
      Value one = Value::table();
      one.set("rotor", Value::of(map.rotors[c] == nullptr ? std::string("stated") : map.rotors[c]->id));
      one.set("class", Value::of(map.rotors[c] == nullptr ? std::string("stated") : map.rotors[c]->rotor_class));
      one.set("means_nm", list_of(cell.means_nm));
      one.set("needed_median_nm", list_of(needed));
      one.set("verdict", list_of(cell.verdicts));
      cells.append(std::move(one));
    }
    Value row = Value::table();
    row.set("density_law", Value::of(map.laws[r]));
    row.set("cells", std::move(cells));
    rows.append(std::move(row));
  }
  return rows;
}

Value targets_of(const std::vector<Target>& targets) {
  Value out = Value::array();
  for (const Target& target : targets) {
    Value one = Value::table();
    one.set("title", Value::of(target.title));
    one.set("condition", Value::of(target.condition));
    one.set("mean_nm", Value::of(target.mean_nm));
    one.set("origin", Value::of(target.origin));
    one.set("source", Value::of(target.source));
    out.append(std::move(one));
  }
  return out;
}

}  // namespace

std::string mean_text(double mean_nm) { return fmt::format("{:.1f} nm", mean_nm); }

std::string rotor_name(const RotorRow* rotor) {
  if (rotor == nullptr) return say("as stated");
  constexpr std::string_view kType = "Type ";
  return rotor->name.starts_with(kType) ? rotor->name.substr(kType.size()) : rotor->name;
}

std::string any_rotor(const IsolationMap& map) {
  const auto all_are = [&](std::string_view rotor_class) {
    return std::all_of(map.rotors.begin(), map.rotors.end(),
                       [&](const RotorRow* rotor) { return rotor != nullptr && rotor->rotor_class == rotor_class; });
  };
  if (all_are("swing_out")) return say("any swing-out rotor");
  return all_are("fixed_angle") ? say("any fixed-angle rotor") : say("any rotor");
}

std::string spread_percent(const IsolationMap& map) {
  double factor = 1;
  for (const std::vector<IsolationCell>& row : map.cells) {
    for (std::size_t a = 0; a < row.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) factor = std::max(factor, largest_factor(row[a], row[b]));
    }
  }
  return fmt::format("{:.1f}", std::ceil(1000 * (factor - 1)) / 10);
}

Value details_of(const IsolationMap& map, const std::vector<Target>& targets, const spin::Settings& spin_settings,
                 const IsolationSettings& settings, const std::vector<std::string>& would_decide,
                 const std::vector<std::string>& other_explanations) {
  Value out = Value::table();
  out.set("maps", map.rotor_matters() ? maps_by_rotor(map, targets) : maps_without_rotors(map, targets));
  out.set("caption", Value::of(caption_of(map, targets)));
  out.set("targets", targets_of(targets));
  out.set("detection_limit_nm", Value::of(spin_settings.detection_limit_nm));
  out.set("parent_gsd", Value::of(spin_settings.parent_gsd));
  out.set("fixed_angle_law", Value::of(spin_settings.fixed_angle_law));
  out.set("usual_parents_nm", list_of(std::vector<double>{map.usual_low_nm, map.usual_high_nm}));
  out.set("largest_median_nm", Value::of(settings.largest_median_nm));
  out.set("medians_nm", list_of(map.medians_nm));
  out.set("rotor_matters", Value::of(map.rotor_matters()));
  out.set("rows", rows_of(map));
  out.set("would_decide", list_of(would_decide));
  out.set("other_explanations", list_of(other_explanations));
  return out;
}

}  // namespace vesica::isolation_detail
