// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/lots_parts.h"

#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/study/attributes.h"

namespace vesica::lots_detail {

using namespace preparation_detail;

namespace {

double number_attribute(const Study& study, const std::string& sample, std::string_view name) {
  const auto number = parse_number(trim(attribute_of(study, sample, name)));
  return number ? *number : kNaN;
}

}  // namespace

Measured values_of(const PreparationRows& rows, const Preparation& preparation, const std::string& quantity) {
  return quantity == "protein.concentration" ? rows.protein(preparation) : rows.best(preparation, quantity);
}

std::vector<Item> items_of(const PreparationRows& rows, const std::string& quantity) {
  std::vector<Item> out;
  for (const Preparation& preparation : rows.all()) {
    Item item;
    item.preparation = &preparation;
    item.measured = values_of(rows, preparation, quantity);
    if (item.measured.values.empty()) continue;
    item.mean = mean_of(item.measured);
    const Study& study = rows.study();
    item.lot = attribute_of(study, preparation.id, "lot");
    item.donor = attribute_of(study, preparation.id, "donor");
    item.storage_c = attribute_of(study, preparation.id, "storage_c");
    item.date = day_number(attribute_of(study, preparation.id, "isolation_date"));
    item.days = number_attribute(study, preparation.id, "storage_days");
    item.cycles = number_attribute(study, preparation.id, "freeze_thaw");
    out.push_back(std::move(item));
  }
  return out;
}

bool is_log(const std::string& quantity) {
  const Quantity* entry = find_quantity(quantity);
  return entry == nullptr || entry->scale == Scale::kLog;
}
std::string title_of(const std::string& quantity) {
  const Quantity* entry = find_quantity(quantity);
  return entry == nullptr ? quantity : std::string(translate(entry->symbol));
}
std::string axis_of(const std::string& quantity) {
  const Quantity* entry = find_quantity(quantity);
  return entry == nullptr ? quantity : axis_label(*entry);
}

Value point(double x, double y, const std::string& label, const std::string& sample, bool hollow) {
  Value out = Value::table();
  out.set("x", number_or_null(x));
  out.set("y", number_or_null(y));
  out.set("label", Value::of(label));
  out.set("sample", Value::of(sample));
  out.set("hollow", Value::of(hollow));
  return out;
}
Value across(double y, const std::string& label) {
  Value out = Value::table();
  out.set("y", Value::of(y));
  out.set("label", Value::of(label));
  return out;
}
Value series(const std::string& name, const std::string& title, const std::string& role, int colour, Value marks) {
  Value out = Value::table();
  out.set("name", Value::of(name));
  out.set("title", Value::of(title));
  out.set("role", Value::of(role));
  out.set("colour", Value::of(colour));
  out.set("marks", std::move(marks));
  return out;
}
Value list(std::initializer_list<Value> values) {
  Value out = Value::array();
  for (const Value& value : values) out.append(value);
  return out;
}

Value chart_figure(const ChartText& text, bool log, const std::vector<std::string>& names,
                   const std::vector<double>& values, const std::set<std::size_t>& signals, double low, double centre,
                   double high) {
  Value out = Value::table();
  out.set("id", Value::of(text.id));
  out.set("kind", Value::of("chart"));
  out.set("title", Value::of(text.title));
  out.set("caption", Value::of(text.caption));
  out.set("x_label", Value::of(say("Lot")));
  out.set("y_label", Value::of(text.axis));
  out.set("y_log", Value::of(log));
  out.set("wide", Value::of(names.size() > 7));
  Value categories = Value::array(), points = Value::array(), line = Value::array();
  std::string alt = text.title + ".";
  for (std::size_t i = 0; i < names.size(); ++i) {
    categories.append(Value::of(names[i]));
    if (!std::isfinite(values[i])) continue;
    points.append(point(static_cast<double>(i), values[i], names[i], "", signals.contains(i)));
    line.append(point(static_cast<double>(i), values[i], names[i], "", false));
    alt += " " + names[i] + ": " + readable_number(values[i], 3) + ".";
  }
  out.set("alt", Value::of(alt));
  out.set("x_categories", std::move(categories));
  Value all = list({series("order", "", "line", 0, std::move(line)), series("lots", "", "unit", 1, std::move(points))});
  all.append(series("centre", say("centre"), "reference", 0, list({across(centre, say("centre"))})));
  if (std::isfinite(low) && (!log || low > 0))
    all.append(series("low", say("limits"), "reference", 6, list({across(low, say("lower limit"))})));
  all.append(series("high", "", "reference", 6, list({across(high, say("upper limit"))})));
  out.set("series", std::move(all));
  return out;
}

}  // namespace vesica::lots_detail
