// SPDX-License-Identifier: Apache-2.0
// Stability over storage: slopes in words, shelf lives, figures.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/checks/lots_parts.h"
#include "vesica/stats/shelf_life.h"

namespace vesica::lots_detail {

using preparation_detail::number_or_null;

namespace {

/// Storage of one quantity at one temperature.
struct Storage {
  std::string quantity, storage_c, axis;  ///< axis: "storage_days" or "freeze_thaw"
  std::vector<const Item*> items;
  std::vector<double> times, values;  ///< values on the scale of the quantity
  bool log = false;
};

std::string per_unit(const Storage& about) { return about.axis == "storage_days" ? say("per day") : say("per cycle"); }
std::string time_text(const Storage& about, double time) {
  const std::string number = readable_number(time, 3);
  return about.axis == "storage_days" ? say("{} day(s)", number) : say("{} cycle(s)", number);
}

std::string slope_text(const Storage& about, double slope, const stats::Interval& interval) {
  if (!about.log) {
    return say("{} ({} to {}) {}", readable_number(slope, 3), readable_number(interval.low, 3),
               readable_number(interval.high, 3), per_unit(about));
  }
  const auto change = [](double x) { return readable_number(100 * std::expm1(x), 2); };
  return say("{} % ({} to {} %) {}", change(slope), change(interval.low), change(interval.high), per_unit(about));
}

std::string shelf_text(const Storage& about, const stats::Stability& fit) {
  if (std::isnan(fit.shelf_life)) return say("No release criterion names it, so there is no shelf life.");
  if (fit.shelf_life == 0) return say("The confidence bound lies beyond the criterion from the start.");
  if (std::isinf(fit.shelf_life)) return say("The confidence bound does not reach the criterion.");
  std::string out =
      say("Shelf life {} (one-sided 95 % bound of the mean meets the criterion).", time_text(about, fit.shelf_life));
  if (fit.shelf_life > fit.last_time)
    out += " " + say("That is beyond the last measurement, at {}: an extrapolation.", time_text(about, fit.last_time));
  return out;
}

Value stability_figure(const Storage& about, const stats::Stability& fit, const std::vector<int>& lots,
                       const std::vector<std::string>& names, const stats::StabilityLimits& limits) {
  const auto back = [&](double x) { return about.log ? std::exp(x) : x; };
  Value out = Value::table();
  out.set("id", Value::of("stability_" + about.quantity + "_" + about.storage_c));
  out.set("kind", Value::of("time"));
  out.set("title", Value::of(say("{} over storage", title_of(about.quantity))));
  out.set("caption", Value::of(say("Points: preparations, by lot; lines: fitted; dashed: release criterion.")));
  out.set("alt", Value::of(say("{} over storage", title_of(about.quantity))));
  out.set("x_label", Value::of(about.axis == "storage_days" ? say("Storage (days)") : say("Freeze-thaw cycles")));
  out.set("y_label", Value::of(axis_of(about.quantity)));
  out.set("y_log", Value::of(about.log));
  Value all = Value::array();
  for (int level = 0; level < static_cast<int>(names.size()); ++level) {
    Value points = Value::array(), line = Value::array();
    for (std::size_t i = 0; i < about.items.size(); ++i) {
      if (lots[i] != level) continue;
      points.append(point(about.times[i], back(about.values[i]), about.items[i]->preparation->id,
                          about.items[i]->preparation->id, false));
    }
    const std::string& name = names[static_cast<std::size_t>(level)];
    all.append(series(name, name, "unit", level + 1, std::move(points)));
    for (const stats::StabilityLot& lot : fit.lots) {
      if (lot.lot != level && !(lot.lot == -1 && level == 0)) continue;
      for (const double t : {0.0, fit.last_time})
        line.append(point(t, back(lot.intercept + lot.slope * t), "", "", false));
      all.append(series(name + " line", "", "line", lot.lot == -1 ? 0 : level + 1, std::move(line)));
      break;
    }
  }
  for (const double limit : {limits.low, limits.high}) {
    if (std::isfinite(limit))
      all.append(series("criterion", say("criterion"), "reference", 6, list({across(back(limit), say("criterion"))})));
  }
  out.set("series", std::move(all));
  return out;
}

std::optional<Finding> stability_finding(const Storage& about, const std::vector<Criterion>& criteria,
                                         const LotsSettings& settings) {
  std::vector<std::string> names;
  std::vector<int> lots;
  for (const Item* item : about.items) {
    auto place = std::find(names.begin(), names.end(), item->lot);
    if (place == names.end()) place = names.insert(names.end(), item->lot);
    lots.push_back(static_cast<int>(place - names.begin()));
  }
  stats::StabilityLimits limits;
  for (const Criterion& criterion : criteria) {
    if (criterion.quantity != about.quantity || !criterion.target.empty()) continue;
    if (criterion.low > 0 || !about.log) limits.low = about.log ? std::log(criterion.low) : criterion.low;
    if (criterion.high > 0 || !about.log) limits.high = about.log ? std::log(criterion.high) : criterion.high;
  }
  const stats::Stability fit = stats::stability(about.times, about.values, lots, limits, settings.pool_level);
  if (fit.status != stats::TestStatus::kOk || fit.lots.empty()) return std::nullopt;
  Finding out;
  out.id = "stability_" + about.quantity + "_" + about.storage_c;
  out.comparison = kLotsCheck;
  out.kind = "stability";
  out.quantity = about.quantity;
  out.unit = "preparation";
  out.scale = about.log ? "log" : "linear";
  const std::string where = about.storage_c.empty() ? std::string() : " " + say("at {} °C", about.storage_c);
  out.question = say("How does {} change in storage{}?", title_of(about.quantity), where);
  const stats::StabilityLot* worst = &fit.lots.front();
  for (const stats::StabilityLot& lot : fit.lots) {
    if (lot.lot == fit.worst_lot) worst = &lot;
  }
  out.answer =
      fit.model == stats::StabilityModel::kSeparateLines
          ? say("Lots differ in how they change; lot {} by {}. {}",
                names[static_cast<std::size_t>(std::max(0, worst->lot))],
                slope_text(about, worst->slope, worst->slope_interval), shelf_text(about, fit))
          : say("It changes by {}. {}", slope_text(about, fit.slope, fit.slope_interval), shelf_text(about, fit));
  if (std::isfinite(fit.slopes_p))
    out.assumptions.push_back(say("Equal slopes of lots: p = {}; pooled above {} (ICH Q1E).",
                                  readable_number(fit.slopes_p, 2), exact_number(settings.pool_level)));
  if (std::isfinite(fit.intercepts_p))
    out.assumptions.push_back(say("Equal starts of lots: p = {}.", readable_number(fit.intercepts_p, 2)));
  out.assumptions.push_back(about.log ? say("The logarithm changes linearly (first order).")
                                      : say("The value changes linearly."));
  out.details = Value::table();
  out.details.set("figures", list({stability_figure(about, fit, lots, names, limits)}));
  out.details.set("slope", number_or_null(fit.slope));
  out.details.set("shelf_life", number_or_null(fit.shelf_life));
  out.details.set("last_time", number_or_null(fit.last_time));
  out.method_text =
      say("Shelf lives follow ICH Q1E: lines of lots, pooled when p > 0.25, and the time at which the "
          "one-sided 95 % confidence bound of the mean meets the criterion.");
  return out;
}

/// By storage temperature; along storage_days where it varies, else along freeze_thaw.
std::vector<Storage> storages_of(const std::string& quantity, const std::vector<Item>& items) {
  std::map<std::string, std::vector<const Item*>> by_temperature;
  for (const Item& item : items) {
    if (!is_log(quantity) || item.mean.value > 0) by_temperature[item.storage_c].push_back(&item);
  }
  std::vector<Storage> out;
  for (const auto& [temperature, all] : by_temperature) {
    for (const char* axis : {"storage_days", "freeze_thaw"}) {
      Storage one;
      one.quantity = quantity, one.storage_c = temperature, one.axis = axis;
      one.log = is_log(quantity);
      std::set<double> times;
      for (const Item* item : all) {
        const double time = one.axis == "storage_days" ? item->days : item->cycles;
        if (std::isnan(time)) continue;
        times.insert(time);
        one.items.push_back(item);
        one.times.push_back(time);
        one.values.push_back(one.log ? std::log(item->mean.value) : item->mean.value);
      }
      if (times.size() < 2 || one.items.size() < 3) continue;
      out.push_back(std::move(one));
      break;
    }
  }
  return out;
}

}  // namespace

std::vector<Finding> stability_findings(const std::string& quantity, const std::vector<Item>& items,
                                        const std::vector<Criterion>& criteria, const LotsSettings& settings) {
  std::vector<Finding> out;
  for (const Storage& storage : storages_of(quantity, items)) {
    if (auto found = stability_finding(storage, criteria, settings)) out.push_back(std::move(*found));
  }
  return out;
}

}  // namespace vesica::lots_detail
