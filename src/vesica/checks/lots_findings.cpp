// SPDX-License-Identifier: Apache-2.0
// Lots in words, tables and figures.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/lots_parts.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/quantity/quantity.h"
#include "vesica/stats/control_chart.h"
#include "vesica/stats/descriptive.h"

namespace vesica {

namespace {

using namespace preparation_detail;
using namespace lots_detail;
using Lines = std::vector<std::vector<std::string>>;

constexpr std::size_t kFewestLots = 3;  ///< chosen: two lots are a difference, not a spread
constexpr std::size_t kUsualLots = 20;  ///< limits of fewer lots are themselves uncertain

std::string percent(double share) { return readable_number(100 * share, 2) + " %"; }

/// Those of each lot that were stored least; stability has the others.
std::vector<const Item*> freshest(const std::vector<Item>& items) {
  std::map<std::string, double> least;
  for (const Item& item : items) {
    if (item.lot.empty()) continue;
    const auto [found, fresh] = least.try_emplace(item.lot, item.days);
    if (!fresh && std::isfinite(item.days) && !(item.days >= found->second)) found->second = item.days;
  }
  std::vector<const Item*> out;
  for (const Item& item : items) {
    if (item.lot.empty()) continue;
    const double days = least.at(item.lot);
    if (std::isnan(item.days) || std::isnan(days) || item.days <= days) out.push_back(&item);
  }
  return out;
}

/// One lot on the chart, on the scale of the chart.
struct Lot {
  std::string name;
  double date = kNaN, value = kNaN;
  std::size_t preparations = 0, values = 0;
  std::vector<const Item*> items;
};

std::vector<Lot> lots_of(const std::vector<const Item*>& items, bool log) {
  std::map<std::string, Lot> by_name;
  for (const Item* item : items) {
    Lot& lot = by_name[item->lot];
    lot.name = item->lot;
    lot.items.push_back(item);
    lot.values += item->measured.values.size();
    if (!(item->date >= lot.date)) lot.date = std::isnan(item->date) ? lot.date : item->date;
  }
  std::vector<Lot> out;
  for (auto& [name, lot] : by_name) {
    std::vector<double> means;
    for (const Item* item : lot.items) means.push_back(log ? std::log(item->mean.value) : item->mean.value);
    lot.value = stats::mean(means);
    lot.preparations = means.size();
    out.push_back(std::move(lot));
  }
  const bool dated = std::all_of(out.begin(), out.end(), [](const Lot& lot) { return std::isfinite(lot.date); });
  std::stable_sort(out.begin(), out.end(), [&](const Lot& a, const Lot& b) {
    if (dated && a.date != b.date) return a.date < b.date;
    return natural_less(a.name, b.name);
  });
  return out;
}

std::string rule_text(const std::string& rule) {
  if (rule == "beyond_3_sigma") return say("beyond a limit");
  if (rule == "2_of_3_beyond_2_sigma") return say("2 of 3 beyond 2 sigma on one side");
  if (rule == "4_of_5_beyond_1_sigma") return say("4 of 5 beyond 1 sigma on one side");
  if (rule == "8_on_one_side") return say("8 in a row on one side");
  if (rule == "9_on_one_side") return say("9 in a row on one side");
  if (rule == "6_rising_or_falling") return say("6 in a row rising or falling");
  if (rule == "14_alternating") return say("14 in a row up and down");
  if (rule == "15_within_1_sigma") return say("15 in a row within 1 sigma");
  if (rule == "8_beyond_1_sigma") return say("8 in a row beyond 1 sigma");
  return rule == "range" ? say("a step larger than the limit of the moving range") : rule;
}

/// `has_lot`: lots are a source of their own; else the residual holds them.
std::string component_text(const std::string& name, bool has_lot) {
  if (name == "lot") return say("between lots");
  if (name == "donor") return say("between donors");
  if (name == "preparation") return say("between preparations of a lot");
  return has_lot ? say("between repeats of a preparation") : say("between lots and repeats together");
}

bool has_lot(const LotSpread& spread) {
  return std::any_of(spread.fit.components.begin(), spread.fit.components.end(),
                     [](const stats::SpreadComponent& one) { return one.name == "lot"; });
}

stats::ChartRules rules_of(const std::string& word) {
  if (word == "nelson") return stats::ChartRules::kNelson;
  return word == "limits" ? stats::ChartRules::kLimits : stats::ChartRules::kWesternElectric;
}

/// What one finding of kind "lots" is made of.
struct LotsAnswer {
  std::string quantity;
  bool log = false;
  std::vector<Lot> lots;
  LotSpread spread;
  stats::ControlChart chart;
  double back(double x) const { return log ? std::exp(x) : x; }
};

Value components_table(const LotsAnswer& about) {
  Lines lines;
  for (std::size_t i = 0; i < about.spread.fit.components.size(); ++i) {
    const stats::SpreadComponent& one = about.spread.fit.components[i];
    lines.push_back({component_text(one.name, has_lot(about.spread)), one.levels > 0 ? std::to_string(one.levels) : "",
                     one.at_boundary ? say("none shown") : percent(about.spread.cv(i)),
                     one.at_boundary ? "0 %" : percent(about.spread.share(i))});
  }
  return table_value("components", say("Where {} varies", title_of(about.quantity)),
                     {{say("Source"), false},
                      {say("Levels"), true},
                      {say("Coefficient of variation"), true},
                      {say("Share of the variance"), true}},
                     lines);
}

Value lots_table(const LotsAnswer& about) {
  std::map<std::size_t, std::vector<std::string>> told;
  for (const auto* signals : {&about.chart.signals, &about.chart.range_signals}) {
    for (const stats::ChartSignal& signal : *signals) told[signal.index].push_back(rule_text(signal.rule));
  }
  Lines lines;
  for (std::size_t i = 0; i < about.lots.size(); ++i) {
    const Lot& lot = about.lots[i];
    lines.push_back({lot.name, std::to_string(lot.preparations), std::to_string(lot.values),
                     number_text(about.back(lot.value), about.quantity),
                     i == 0 ? "" : readable_number(about.chart.ranges.empty() ? kNaN : about.chart.ranges[i - 1], 3),
                     join(told[i], say("; "))});
  }
  return table_value("lots", say("Lots in their order"),
                     {{say("Lot"), false},
                      {say("Preparations"), true},
                      {say("Values"), true},
                      {axis_of(about.quantity), true},
                      {about.log ? say("Moving range (of logarithms)") : say("Moving range"), true},
                      {say("Signals"), false}},
                     lines);
}

std::string spread_text(const LotsAnswer& about) {
  if (about.spread.fit.status != stats::TestStatus::kOk) return say("too few repeats to tell lots from scatter");
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < about.spread.fit.components.size(); ++i) {
    const stats::SpreadComponent& one = about.spread.fit.components[i];
    parts.push_back(say("{} {}", component_text(one.name, has_lot(about.spread)),
                        one.at_boundary ? say("none shown") : percent(about.spread.cv(i))));
  }
  return say("coefficients of variation {}", join(parts, ", "));
}

std::string signals_text(const LotsAnswer& about) {
  std::vector<std::string> parts;
  for (const stats::ChartSignal& signal : about.chart.signals)
    parts.push_back(say("{} ({})", about.lots[signal.index].name, rule_text(signal.rule)));
  for (const stats::ChartSignal& signal : about.chart.range_signals)
    parts.push_back(say("{} ({})", about.lots[signal.index].name, rule_text(signal.rule)));
  if (parts.empty()) return say("The control chart shows no signal.");
  return say("The control chart signals {}.", join(parts, ", "));
}

void add_charts(const LotsAnswer& about, Value& figures) {
  std::vector<std::string> names;
  std::vector<double> values, ranges = {kNaN};
  for (const Lot& lot : about.lots) names.push_back(lot.name), values.push_back(about.back(lot.value));
  std::set<std::size_t> signals, steps;
  for (const stats::ChartSignal& signal : about.chart.signals) signals.insert(signal.index);
  for (const stats::ChartSignal& signal : about.chart.range_signals) steps.insert(signal.index);
  const stats::ControlChart& chart = about.chart;
  figures.append(chart_figure({"chart_" + about.quantity, say("Control chart of {}", title_of(about.quantity)),
                               say("One point a lot, in order; dashed: centre and limits (centre ± 2.66 mean moving "
                                   "range{}); hollow: a signal.",
                                   about.log ? say(", of logarithms") : ""),
                               axis_of(about.quantity)},
                              about.log, names, values, signals, about.back(chart.low), about.back(chart.centre),
                              about.back(chart.high)));
  ranges.insert(ranges.end(), chart.ranges.begin(), chart.ranges.end());
  figures.append(
      chart_figure({"range_" + about.quantity, say("Moving range of {}", title_of(about.quantity)),
                    say("Difference to the lot before{}; dashed: mean and upper limit (3.267 times the mean).",
                        about.log ? say(", of logarithms") : ""),
                    say("Moving range")},
                   false, names, ranges, steps, kNaN, chart.mean_range, chart.range_high));
}

std::vector<LotValue> lot_values(const std::vector<const Item*>& items) {
  std::vector<LotValue> out;
  for (const Item* item : items) {
    for (const double value : item->measured.values)
      out.push_back({value, item->donor, item->lot, item->preparation->id});
  }
  return out;
}

std::optional<Finding> lots_finding(const std::string& quantity, const std::vector<Item>& items,
                                    const LotsSettings& settings) {
  const std::vector<const Item*> fresh = freshest(items);
  LotsAnswer about;
  about.quantity = quantity;
  about.log = is_log(quantity);
  if (about.log && std::any_of(fresh.begin(), fresh.end(), [](const Item* item) { return !(item->mean.value > 0); }))
    return std::nullopt;
  about.lots = lots_of(fresh, about.log);
  if (about.lots.size() < kFewestLots) return std::nullopt;
  about.spread = lot_spread(lot_values(fresh), about.log);
  std::vector<double> values;
  for (const Lot& lot : about.lots) values.push_back(lot.value);
  about.chart = stats::control_chart(values, rules_of(settings.rules));
  if (about.chart.status != stats::TestStatus::kOk) return std::nullopt;
  Finding out;
  out.id = "lots_" + quantity;
  out.comparison = kLotsCheck;
  out.kind = "lots";
  out.quantity = quantity;
  out.unit = "lot";
  out.scale = about.log ? "log" : "linear";
  out.question = say("How alike are the lots in {}?", title_of(quantity));
  const Quantity* entry = find_quantity(quantity);
  const std::string unit = entry == nullptr ? "" : readable_unit(entry->unit);
  out.answer = say("{} lot(s), {} around {}{}: {}. {}", about.lots.size(), title_of(quantity),
                   number_text(about.back(about.chart.centre), quantity), behind_number(unit), spread_text(about),
                   signals_text(about));
  if (about.lots.size() < kUsualLots)
    out.assumptions.push_back(say("Limits come from {} lot(s); from fewer than {} they are themselves uncertain.",
                                  about.lots.size(), kUsualLots));
  const bool dated =
      std::all_of(about.lots.begin(), about.lots.end(), [](const Lot& lot) { return std::isfinite(lot.date); });
  out.assumptions.push_back(dated
                                ? say("Lots stand in the order of isolation_date.")
                                : say("Lots stand in the order of their names: isolation_date is not stated for all."));
  out.assumptions.push_back(say("Rules of the chart: {}.", settings.rules == "nelson" ? say("Nelson 1984")
                                                           : settings.rules == "limits"
                                                               ? say("limits alone")
                                                               : say("Western Electric 1956")));
  Value figures = Value::array();
  add_charts(about, figures);
  out.details = Value::table();
  out.details.set("tables", list({components_table(about), lots_table(about)}));
  out.details.set("figures", std::move(figures));
  Value components = Value::array();
  for (std::size_t i = 0; about.spread.fit.status == stats::TestStatus::kOk && i < about.spread.fit.components.size();
       ++i) {
    Value one = Value::table();
    one.set("name", Value::of(about.spread.fit.components[i].name));
    one.set("variance", number_or_null(about.spread.fit.components[i].variance));
    one.set("cv", number_or_null(about.spread.cv(i)));
    one.set("share", number_or_null(about.spread.share(i)));
    components.append(std::move(one));
  }
  out.details.set("components", std::move(components));
  out.method_text =
      say("Variance components are restricted maximum likelihood of a model with random lots, donors and "
          "preparations; control charts are individuals and moving range (limits: 2.66 times the mean "
          "moving range).");
  return out;
}

std::string verdict_text(const std::string& word) {
  if (word == "pass") return say("pass");
  return word == "fail" ? say("fail") : say("cannot say");
}

std::optional<Finding> release_finding(const PreparationRows& rows, const std::vector<Criterion>& criteria) {
  if (criteria.empty()) return std::nullopt;
  Lines lines;
  std::size_t passed = 0, failed = 0, open = 0;
  Value verdicts = Value::array();
  for (const Preparation& preparation : rows.all()) {
    std::string all = "pass";
    std::vector<std::string> line = {preparation.id, ""};
    for (const Criterion& criterion : criteria) {
      const Measured measured = criterion.target.empty() ? values_of(rows, preparation, criterion.quantity)
                                                         : rows.best(preparation, criterion.quantity, criterion.target);
      const Mean mean = mean_of(measured);
      const std::string word =
          measured.values.empty() ? "cannot_say" : released(criterion, mean.value, mean.low, mean.high);
      if (word == "fail" || (word == "cannot_say" && all == "pass")) all = word;
      const std::string value = measured.values.empty()
                                    ? say("not measured")
                                    : with_interval(mean.value, mean.low, mean.high, criterion.quantity);
      line.push_back(say("{}: {}", value, verdict_text(word)));
    }
    line[1] = verdict_text(all);
    passed += all == "pass", failed += all == "fail", open += all == "cannot_say";
    lines.push_back(std::move(line));
    Value verdict = Value::table();
    verdict.set("sample", Value::of(preparation.id));
    verdict.set("verdict", Value::of(all));
    verdicts.append(std::move(verdict));
  }
  if (lines.empty()) return std::nullopt;
  Finding out;
  out.id = "release";
  out.comparison = kLotsCheck;
  out.kind = "release";
  out.unit = "preparation";
  out.question = say("Which preparations meet the release criteria?");
  out.answer = say("Of {} preparation(s) {} (passes|pass), {} (fails|fail), and of {} nothing can be said.",
                   lines.size(), passed, failed, open);
  out.assumptions.push_back(
      say("Pass: the whole 95 % interval lies inside; fail: the whole of it outside; otherwise, and "
          "without an interval, nothing can be said."));
  std::vector<std::pair<std::string, bool>> columns = {{say("Preparation"), false}, {say("Release"), false}};
  for (const Criterion& criterion : criteria)
    columns.push_back({say("{}, {}", title_of(criterion.quantity), criterion.text()), false});
  out.details = Value::table();
  out.details.set("tables", list({table_value("release", say("Release criteria"), columns, lines)}));
  out.details.set("verdicts", std::move(verdicts));
  return out;
}

LotsSettings settings_from(const Study& study) {
  AnySettings settings = lots_settings();
  const auto table = study.settings.find(std::string(kLotsCheck));
  if (table != study.settings.end()) {
    std::vector<Error> problems;
    apply(table->second, settings, problems);
    if (!problems.empty()) throw problems.front();
  }
  return settings.get<LotsSettings>();
}

}  // namespace

std::vector<Finding> check_lots(const ObservationTable& table, const Study& study, const Context& context) {
  const LotsSettings settings = settings_from(study);
  const std::vector<Criterion> criteria = criteria_of(settings);
  const PreparationRows rows(table, study);
  std::vector<Finding> out, stability;
  for (const std::string& quantity : settings.quantities) {
    context.check_cancelled();
    const std::vector<Item> items = items_of(rows, quantity);
    if (auto found = lots_finding(quantity, items, settings)) out.push_back(std::move(*found));
    for (Finding& found : stability_findings(quantity, items, criteria, settings))
      stability.push_back(std::move(found));
  }
  if (auto found = release_finding(rows, criteria)) out.push_back(std::move(*found));
  std::move(stability.begin(), stability.end(), std::back_inserter(out));
  return out;
}

}  // namespace vesica
