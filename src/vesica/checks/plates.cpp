// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/plates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/stats/distributions.h"

namespace vesica {

namespace {

constexpr double kWorthSaying = 0.05;    // chosen: less is within what pipettes do
constexpr std::size_t kFewestWells = 6;  // chosen: below, a table says more than a map
constexpr std::size_t kMostMaps = 8;     // chosen: quantities drawn for one plate
constexpr std::size_t kMostRows = 56;    // chosen: rows of all its maps that a printed page holds
constexpr double kFewestShare = 0.1;     // chosen: of the plate's wells; fewer are specks on an empty sheet

std::string row_letters(std::size_t row) {
  std::string name = well_name({row, 0});
  name.pop_back();
  return name;
}

/// A role of wells in the reader's language; other roles stay as they are.
std::string role_word(const std::string& role) {
  if (role == "blank") return say("blank");
  if (role == "standard") return say("standard");
  if (role == "control") return say("control");
  if (role == "negative") return say("negative");
  if (role == "positive") return say("positive");
  if (role == "dye_only") return say("dye only");
  if (role == "maximum") return say("maximum");
  if (role == "spontaneous") return say("spontaneous");
  if (role == "quality") return say("quality");
  return role;
}

/// An empty map of the plate's shape, as map_figure() reads it.
Value blank_map(const std::string& title, PlateShape shape) {
  Value rows = Value::array(), columns = Value::array(), map = Value::table();
  for (std::size_t r = 0; r < shape.rows; ++r) rows.append(Value::of(row_letters(r)));
  for (std::size_t c = 0; c < shape.columns; ++c) columns.append(Value::of(std::to_string(c + 1)));
  map.set("title", Value::of(title));
  map.set("rows", std::move(rows));
  map.set("columns", std::move(columns));
  return map;
}

Value cell(double value, const std::string& text, bool outlined) {
  Value out = Value::table();
  if (std::isfinite(value)) out.set("value", Value::of(value));
  out.set("text", Value::of(text.empty() ? " " : text));
  out.set("status", Value::of("ok"));
  out.set("compatible", Value::of(outlined));
  return out;
}

template <typename Make>
void fill_cells(Value& map, PlateShape shape, const Make& make) {
  Value cells = Value::array();
  for (std::size_t r = 0; r < shape.rows; ++r) {
    Value row = Value::array();
    for (std::size_t c = 0; c < shape.columns; ++c) row.append(make(Well{r, c}));
    cells.append(std::move(row));
  }
  map.set("cells", std::move(cells));
}

class PlateChecker {
 public:
  PlateChecker(const ObservationTable& table, const Study& study, const Layout& layout, PlateShape shape)
      : table_(table), study_(study), layout_(layout), shape_(shape) {
    for (const auto& [position, sample] : layout.positions) wells_of_[sample].push_back(position);
  }

  Finding finding() {
    Finding out;
    out.id = "plate-" + file_name();
    out.comparison = layout_.id;
    out.kind = "plate";
    out.question = is_plate_name(name()) ? say("What lies on {}, and does its rim read otherwise?", name())
                                         : say("What lies on the plate {}, and does its rim read otherwise?", name());
    Value maps = Value::array();
    maps.append(plate_map());
    std::vector<std::string> answers = {contents()};
    const std::map<Key, std::vector<WellNumber>> all = gather();
    for (const auto& [key, numbers] : all)
      if (numbers.size() >= kFewestWells) add_edge(key, numbers, answers, out);
    const std::vector<Key> drawn = worth_drawing(all);
    const std::size_t room = std::min(kMostMaps, std::max<std::size_t>(2, kMostRows / shape_.rows - 1));
    for (std::size_t i = 0; i < std::min(room, drawn.size()); ++i) maps.append(heat_map(drawn[i], all.at(drawn[i])));
    if (drawn.size() > room)
      answers.push_back(say("Besides, {} number(s) of each well (is|are) in the tables.", drawn.size() - room));
    if (out.tests.empty())
      answers.push_back(say("Too few wells of one group lie on both rim and inside to hold one against the other."));
    out.answer = join(answers, " ");
    out.details.set("maps", std::move(maps));
    out.details.set(
        "caption",
        Value::of(say(
            "Wells as they lie on the plate, coloured by group; wells with a role are outlined. Below, white to blue: "
            "smallest to largest value.")));
    if (!out.tests.empty())
      out.method_text =
          say("The rim of a plate was held against its inside by least squares of the logarithm within samples of one "
              "dose.");
    return out;
  }

 private:
  struct Key {
    std::string quantity, target;
    double time_h = kNoTime;
    auto operator<=>(const Key&) const = default;
  };
  static constexpr double kNoTime = -1e300;

  const std::string& name() const { return layout_.title.empty() ? layout_.id : layout_.title; }

  std::string file_name() const {
    std::string out;
    for (const char c : layout_.id) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      out += plain ? c : '_';
    }
    return out;
  }

  std::string condition_at(const std::string& position) const {
    const auto sample = layout_.positions.find(position);
    return sample == layout_.positions.end() ? "" : study_.condition_of(sample->second);
  }

  std::string contents() const {
    std::map<std::string, std::size_t> roles;
    for (const auto& [position, role] : layout_.roles) ++roles[role];
    std::vector<std::string> parts;
    for (const auto& [role, count] : roles) parts.push_back(std::to_string(count) + " " + role_word(role));
    std::string out = say("{0} of {1} well(s) (holds|hold) {2} sample(s).", layout_.positions.size(), layout_.wells,
                          wells_of_.size());
    return parts.empty() ? out : out + " " + say("Roles: {}.", join(parts, ", "));
  }

  /// Wells coloured by condition; without conditions by sample.
  Value plate_map() const {
    std::vector<std::string> groups;
    const auto group_of = [&](const std::string& position, const std::string& sample) {
      const std::string condition = condition_at(position);
      return condition.empty() ? sample : condition;
    };
    for (const Condition& condition : study_.conditions) groups.push_back(condition.id);
    for (const auto& [position, sample] : layout_.positions) {
      const std::string group = group_of(position, sample);
      if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
    }
    std::set<std::string> seen;
    for (const auto& [position, sample] : layout_.positions) seen.insert(group_of(position, sample));
    std::erase_if(groups, [&](const std::string& group) { return !seen.contains(group); });
    if (study_.conditions.empty()) std::sort(groups.begin(), groups.end(), natural_less);
    Value map = blank_map(name(), shape_);
    constexpr std::size_t kColours = 7;  // of Wong's palette
    Value legend = Value::array();
    if (groups.size() <= kColours)
      for (const std::string& group : groups) legend.append(Value::of(group));
    const bool coloured = !legend.items.empty();
    if (coloured) map.set("legend", std::move(legend));
    fill_cells(map, shape_, [&](Well well) {
      const std::string position = well_name(well);
      const auto sample = layout_.positions.find(position);
      const auto role = layout_.roles.find(position);
      const auto level = layout_.levels.find(position);
      std::string text = sample != layout_.positions.end() ? sample->second : "";
      // "plate 1 B4" lies on plate 1: the rest tells it apart.
      if (text.size() > layout_.id.size() + 1 && text.starts_with(layout_.id + " "))
        text = text.substr(layout_.id.size() + 1);
      if (role != layout_.roles.end()) text = role_word(role->second);
      if (role != layout_.roles.end() && role->second == "standard" && level != layout_.levels.end())
        text = "std " + exact_number(level->second);
      Value out = cell(kNaN, text, role != layout_.roles.end());
      if (sample == layout_.positions.end() || !coloured) return out;
      const auto at = std::find(groups.begin(), groups.end(), group_of(position, sample->second));
      out.set("colour", Value::of(static_cast<std::int64_t>(at - groups.begin()) + 1));
      return out;
    });
    return map;
  }

  /// The position that a row was measured at; empty when it is none of this plate.
  std::string position_of(std::size_t i) const {
    const std::string sample(table_.sample(i));
    if (const auto well = parse_well(table_.replicate(i))) {
      const std::string position = well_name(*well);
      const auto lies = layout_.positions.find(position);
      const bool fits =
          lies == layout_.positions.end() ? sample.empty() && layout_.roles.contains(position) : lies->second == sample;
      const bool elsewhere = !table_.part(i).empty() && table_.part(i) != layout_.id && is_layout(table_.part(i));
      return fits && !elsewhere ? position : "";
    }
    const auto own = wells_of_.find(sample);
    return own != wells_of_.end() && own->second.size() == 1 ? own->second.front() : "";
  }

  bool is_layout(std::string_view id) const {
    return std::any_of(study_.layouts.begin(), study_.layouts.end(),
                       [&](const Layout& other) { return other.id == id; });
  }

  /// The numbers of each quantity, one a well: the mean where a well has several rows.
  std::map<Key, std::vector<WellNumber>> gather() const {
    std::map<Key, std::map<std::string, std::pair<WellNumber, std::size_t>>> sums;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      if (table_.origin(i) != Origin::kMeasured || table_.status(i) != Status::kOk) continue;
      const std::string position = position_of(i);
      if (position.empty()) continue;
      const bool role = layout_.roles.contains(position) && table_.target(i) == layout_.roles.at(position);
      const double time = std::isnan(table_.time_h(i)) ? kNoTime : table_.time_h(i);
      auto& [number, count] =
          sums[{std::string(table_.quantity(i)), role ? "" : std::string(table_.target(i)), time}][position];
      number.value = (count == 0 ? 0 : number.value) + table_.value(i);
      ++count;
      number.well = *parse_well(position);
      const auto level = layout_.levels.find(position);
      const auto fold = layout_.dilutions.find(position);
      number.group = std::string(table_.sample(i)) + "|" +
                     (level == layout_.levels.end() ? "" : exact_number(level->second)) + "|" +
                     (fold == layout_.dilutions.end() ? "" : exact_number(fold->second));
      const bool own_sample =
          wells_of_.contains(std::string(table_.sample(i))) && wells_of_.at(std::string(table_.sample(i))).size() == 1;
      if (own_sample && !condition_at(position).empty()) number.group = condition_at(position);
    }
    std::map<Key, std::vector<WellNumber>> out;
    for (const auto& [key, wells] : sums)
      for (const auto& [position, sum] : wells) {
        WellNumber number = sum.first;
        number.value /= static_cast<double>(sum.second);
        out[key].push_back(std::move(number));
      }
    return out;
  }

  bool is_compared(const std::string& quantity) const {
    const auto names = [&](const std::string& name) {
      return name == quantity ||
             (name.ends_with("*") && quantity.starts_with(std::string_view(name).substr(0, name.size() - 1)));
    };
    return std::any_of(study_.comparisons.begin(), study_.comparisons.end(), [&](const Comparison& comparison) {
      return std::any_of(comparison.quantities.begin(), comparison.quantities.end(), names);
    });
  }

  /// What differs between wells and fills enough of the plate; what the study compares comes first.
  std::vector<Key> worth_drawing(const std::map<Key, std::vector<WellNumber>>& all) const {
    std::vector<Key> out;
    const double fewest = std::max<double>(kFewestWells, kFewestShare * static_cast<double>(layout_.wells));
    for (const auto& [key, numbers] : all) {
      const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end(),
                                                   [](const auto& a, const auto& b) { return a.value < b.value; });
      if (static_cast<double>(numbers.size()) >= fewest && low->value < high->value) out.push_back(key);
    }
    std::stable_partition(out.begin(), out.end(), [&](const Key& key) { return is_compared(key.quantity); });
    return out;
  }

  static std::string title_of(const Key& key) {
    const Quantity* quantity = find_quantity(key.quantity);
    const std::string unit = quantity->unit == "1" ? "" : " (" + readable_unit(quantity->unit) + ")";
    const std::string time = key.time_h == kNoTime ? "" : ", " + exact_number(key.time_h) + " h";
    return std::string(translate(quantity->symbol)) + (key.target.empty() ? "" : ", " + key.target) + time + unit;
  }

  Value heat_map(const Key& key, const std::vector<WellNumber>& numbers) const {
    Value map = blank_map(title_of(key), shape_);
    std::map<Well, double> by_well;
    double low = numbers.front().value, high = low;
    for (const WellNumber& number : numbers) {
      by_well[number.well] = number.value;
      low = std::min(low, number.value), high = std::max(high, number.value);
    }
    map.set("value_label", Value::of(say("white: {0}, blue: {1}", readable_number(low, 3), readable_number(high, 3))));
    fill_cells(map, shape_, [&](Well well) {
      const auto found = by_well.find(well);
      return found == by_well.end() ? cell(kNaN, "", false)
                                    : cell(found->second, readable_number(found->second, 3), false);
    });
    return map;
  }

  void add_edge(const Key& key, const std::vector<WellNumber>& numbers, std::vector<std::string>& answers,
                Finding& out) const {
    const EdgeEffect edge = edge_effect(numbers, shape_);
    if (std::isnan(edge.ratio)) return;
    FindingTest test;
    test.contrast = title_of(key) + ": " + say("rim over inside");
    test.method = "edge_effect";
    test.title = say("Rim against inside");
    test.statistic_name = "t";
    test.statistic = edge.t;
    test.df1 = edge.freedom;
    test.p = edge.p;
    test.estimate = edge.ratio;
    test.low = edge.low;
    test.high = edge.high;
    test.estimate_kind = say("ratio of geometric means");
    out.tests.push_back(test);
    const std::string numbers_text =
        say("{0}: outer wells read {1} times the inner ones (95 % {2} to {3}; {4} outer, {5} inner well(s)).",
            title_of(key), readable_number(edge.ratio, 3), readable_number(edge.low, 3), readable_number(edge.high, 3),
            edge.outer, edge.inner);
    answers.push_back(numbers_text);
    const bool sure = edge.low > 1 || edge.high < 1;
    if (!sure || std::abs(edge.ratio - 1) < kWorthSaying) return;
    out.warnings.push_back({Severity::kWarning, "plate.edge", numbers_text, layout_.place,
                            say("Leave the rim empty, fill it with medium, or spread the groups over rim and inside."),
                            "", ""});
  }

  const ObservationTable& table_;
  const Study& study_;
  const Layout& layout_;
  PlateShape shape_;
  std::map<std::string, std::vector<std::string>> wells_of_;
};

}  // namespace

EdgeEffect edge_effect(std::span<const WellNumber> wells, PlateShape shape) {
  struct Sums {
    double y = 0, x = 0;
    std::size_t n = 0;
  };
  std::map<std::string, Sums> groups;
  for (const WellNumber& well : wells) {
    if (!(well.value > 0) || !std::isfinite(well.value)) continue;
    Sums& sums = groups[well.group];
    sums.y += std::log(well.value);
    sums.x += is_outer(well.well, shape) ? 1 : 0;
    ++sums.n;
  }
  EdgeEffect out;
  double xx = 0, xy = 0, yy = 0;
  std::size_t used = 0, group_count = 0;
  std::set<std::string> both;
  for (const auto& [group, sums] : groups)
    if (sums.x > 0 && sums.x < static_cast<double>(sums.n)) both.insert(group), used += sums.n, ++group_count;
  for (const WellNumber& well : wells) {
    if (!(well.value > 0) || !std::isfinite(well.value) || !both.contains(well.group)) continue;
    const Sums& sums = groups[well.group];
    const auto n = static_cast<double>(sums.n);
    const bool outer = is_outer(well.well, shape);
    const double x = (outer ? 1 : 0) - sums.x / n, y = std::log(well.value) - sums.y / n;
    xx += x * x, xy += x * y, yy += y * y;
    ++(outer ? out.outer : out.inner);
  }
  if (used < group_count + 3 || !(xx > 0)) return out;
  out.freedom = static_cast<double>(used - group_count - 1);
  const double slope = xy / xx, variance = std::max(0.0, yy - slope * xy) / out.freedom;
  const double se = std::sqrt(variance / xx), t = stats::t_quantile(0.975, out.freedom);
  out.ratio = std::exp(slope);
  out.low = std::exp(slope - t * se);
  out.high = std::exp(slope + t * se);
  out.t = se > 0 ? slope / se : kNaN;
  out.p = se > 0 ? stats::t_two_sided(out.t, out.freedom) : kNaN;
  return out;
}

std::vector<Finding> check_plates(const ObservationTable& table, const Study& study) {
  std::vector<Finding> out;
  for (const Layout& layout : study.layouts) {
    const std::optional<PlateShape> shape = shape_of(layout);
    if (!shape || layout.positions.empty()) continue;
    out.push_back(PlateChecker(table, study, layout, *shape).finding());
  }
  return out;
}

}  // namespace vesica
