// SPDX-License-Identifier: Apache-2.0
// Criteria, release and variance components: the arithmetic.
#include "vesica/checks/lots.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/checks/preparation_rows.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

Value criteria_schema() {
  const auto type = [](const char* word) {
    Value out = Value::table();
    out.set("type", Value::of(word));
    return out;
  };
  Value properties = Value::table();
  properties.set("quantity", type("string"));
  properties.set("target", type("string"));
  properties.set("low", type("number"));
  properties.set("high", type("number"));
  Value item = type("object");
  item.set("properties", std::move(properties));
  item.set("additionalProperties", Value::of(false));
  Value out = type("array");
  out.set("items", std::move(item));
  return out;
}

double limit_of(const Value& table, const char* name) {
  const Value* found = table.find(name);
  if (found == nullptr) return kNaN;
  if (!found->is_number() || !std::isfinite(found->number))
    throw Error(ErrorKind::kConfig, say("A release criterion's {} is no number.", name), found->place,
                say("Write it in the quantity's unit."));
  return found->number;
}

std::string text_in(const Value& table, const char* name) {
  const Value* found = table.find(name);
  return found != nullptr && found->kind == Value::Kind::kText ? found->text : std::string();
}

Criterion criterion_of(const Value& table) {
  if (table.kind == Value::Kind::kTable) {
    for (const auto& [name, value] : table.members) {
      if (name != "quantity" && name != "target" && name != "low" && name != "high")
        throw Error(ErrorKind::kConfig, say("A release criterion has no key \"{}\".", name), value.place,
                    say("It knows: quantity, target, low, high."));
    }
  }
  Criterion out;
  out.quantity = text_in(table, "quantity");
  out.target = text_in(table, "target");
  out.low = limit_of(table, "low"), out.high = limit_of(table, "high");
  if (find_quantity(out.quantity) == nullptr) {
    const auto near = nearest_quantity(out.quantity);
    throw Error(ErrorKind::kConfig, say("A release criterion names no known quantity: \"{}\".", out.quantity),
                table.place,
                near ? say("Did you mean \"{}\"?", *near) : say("\"vesica describe quantities\" lists all."));
  }
  if (std::isnan(out.low) && std::isnan(out.high))
    throw Error(ErrorKind::kConfig, say("The release criterion of {} has neither low nor high.", out.quantity),
                table.place, say("State at least one limit."));
  if (out.low > out.high)
    throw Error(ErrorKind::kConfig, say("The release criterion of {} has low above high.", out.quantity), table.place,
                say("Exchange them."));
  return out;
}

}  // namespace

void LotsSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kRules = {"western_electric", "nelson", "limits"};
  fields.texts("quantities", quantities, {.help = "Catalogue ids that are followed from lot to lot."});
  fields.choice("rules", rules, kRules,
                {.help = "Signals of the control chart: Western Electric's four rules, Nelson's eight, or the limits "
                         "alone."});
  fields.number("pool_level", pool_level,
                {.low = 0,
                 .high = 1,
                 .help = "Stability: lots share slope or intercept when the test of their equality has p above this "
                         "(ICH Q1E: 0.25)."});
  fields.tree("criteria", criteria, criteria_schema(),
              {.help = "Release criteria, one table each: quantity, target, low, high in the quantity's unit."});
}

AnySettings lots_settings() { return AnySettings::of(LotsSettings{}); }

std::string Criterion::text() const {
  const Quantity* entry = find_quantity(quantity);
  const std::string unit = entry == nullptr ? "" : readable_unit(entry->unit);
  const std::string name = target.empty() ? "" : target + ": ";
  constexpr double kLargestPlain = 1e6;  // chosen: larger ones are told as powers of ten
  const auto number = [](double x) { return x >= kLargestPlain ? readable_number(x, 3) : exact_number(x); };
  std::string out;
  if (std::isfinite(low) && std::isfinite(high)) {
    out = say("{} to {}", number(low), number(high));
  } else {
    out = std::isfinite(low) ? say("at least {}", number(low)) : say("at most {}", number(high));
  }
  return name + out + behind_number(unit);
}

std::vector<Criterion> criteria_of(const LotsSettings& settings) {
  std::vector<Criterion> out;
  for (const Value& table : settings.criteria.items) out.push_back(criterion_of(table));
  return out;
}

std::string released(const Criterion& criterion, double value, double low, double high) {
  if (criterion.quantity == "vesicle.marker") low = high = value;  // seen or not
  if (!std::isfinite(low) || !std::isfinite(high)) return "cannot_say";
  if (high < criterion.low || low > criterion.high) return "fail";
  const bool inside = !(low < criterion.low) && !(high > criterion.high);
  return inside ? "pass" : "cannot_say";
}

double LotSpread::cv(std::size_t component) const {
  const double variance = fit.components[component].variance;
  return log ? std::sqrt(std::expm1(variance)) : std::sqrt(variance) / std::abs(mean);
}

double LotSpread::share(std::size_t component) const {
  double all = 0;
  for (const stats::SpreadComponent& one : fit.components) all += one.variance;
  return fit.components[component].variance / all;
}

LotSpread lot_spread(const std::vector<LotValue>& values, bool log) {
  LotSpread out;
  out.log = log;
  std::vector<double> y;
  std::array<stats::Grouping, 3> groupings = {stats::Grouping{"lot", {}}, {"donor", {}}, {"preparation", {}}};
  for (const LotValue& one : values) {
    y.push_back(log ? std::log(one.value) : one.value);
    groupings[0].of.push_back(one.lot), groupings[1].of.push_back(one.donor);
    groupings[2].of.push_back(one.preparation);
  }
  out.fit = stats::nested_spread(y, groupings);
  if (out.fit.status == stats::TestStatus::kOk) out.mean = log ? std::exp(out.fit.mean) : out.fit.mean;
  return out;
}

}  // namespace vesica
