// SPDX-License-Identifier: Apache-2.0
// Measured units beside the prediction for their group.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/message.h"
#include "vesica/report/figures.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr double kUnitsAt = -0.12, kPredictionAt = 0.3;  // in a category's width; chosen
constexpr double kStep = 0.1, kWidth = 0.5;

std::string text_of(const Value& table, const char* key) {
  const Value* value = table.find(key);
  return value == nullptr ? "" : value->text;
}
double number_of(const Value& table, const char* key) {
  const Value* value = table.find(key);
  return value != nullptr && value->is_number() ? value->number : kNaN;
}

struct Prediction {
  double value = kNaN, low = kNaN, high = kNaN;
  bool operator<(const Prediction& other) const { return value < other.value; }
};

/// The different predictions for the finding's own quantity by condition.
std::map<std::string, std::set<Prediction>> predictions_of(const Finding& finding) {
  std::map<std::string, std::set<Prediction>> out;
  const Value* pairs = finding.details.find("pairs");
  if (pairs == nullptr) return out;
  for (const Value& pair : pairs->items) {
    if (text_of(pair, "quantity") != finding.quantity || text_of(pair, "target") != finding.target) continue;
    out[text_of(pair, "condition")].insert(
        {number_of(pair, "predicted"), number_of(pair, "low"), number_of(pair, "high")});
  }
  return out;
}

Series units_of(const FindingGroup& group, double x, int colour) {
  Series series{group.name, "", Role::kUnit, colour, false, {}};
  const double n = static_cast<double>(group.units.size());
  const double step = std::min(kStep, kWidth / std::max(1.0, n));
  for (std::size_t k = 0; k < group.units.size(); ++k) {
    const FindingUnit& unit = group.units[k];
    Mark mark;
    mark.x = x + kUnitsAt + (static_cast<double>(k) - (n - 1) / 2) * step;
    mark.y = unit.value;
    mark.sample = mark.label = unit.sample;
    if (unit.row_ids.size() == 1) mark.id = unit.row_ids[0];
    series.marks.push_back(mark);
  }
  return series;
}

}  // namespace

bool is_predicted_by_group(const Finding& finding) {
  const auto predictions = predictions_of(finding);
  return !predictions.empty() &&
         std::all_of(predictions.begin(), predictions.end(), [](const auto& item) { return item.second.size() == 1; });
}

Figure agreement_figure(const Finding& finding, const Study& study) {
  Figure figure;
  figure.kind = "groups";
  figure.id = "agreement_" + file_slug(finding.quantity + (finding.target.empty() ? "" : "-" + finding.target));
  figure.finding = finding.id;
  figure.quantity = finding.quantity;
  figure.title = say("{}: measured beside predicted", sentence_case(quantity_text(finding.quantity, finding.target)));
  figure.y.label = quantity_axis(finding.quantity, finding.target, finding.value_unit);
  figure.y.log = finding.scale == "log";
  Series predicted{"predicted", say("predicted"), Role::kInterval, 0, true, {}};
  const auto predictions = predictions_of(finding);
  for (std::size_t i = 0; i < finding.groups.size(); ++i) {
    const FindingGroup& group = finding.groups[i];
    const double x = static_cast<double>(i);
    figure.x.categories.push_back((group.title.empty() ? group.name : group.title) + " (n\u00a0=\u00a0" +
                                  std::to_string(group.units.size()) + ")");
    figure.series.push_back(units_of(group, x, condition_colour(study, group.name, static_cast<int>(i) + 1)));
    const auto found = predictions.find(group.name);
    if (found == predictions.end()) continue;
    for (const Prediction& prediction : found->second) {
      Mark mark;
      mark.x = x + kPredictionAt;
      mark.y = prediction.value, mark.low = prediction.low, mark.high = prediction.high;
      mark.label = say("predicted");
      predicted.marks.push_back(mark);
    }
  }
  figure.series.push_back(std::move(predicted));
  figure.caption =
      say("Coloured points: one {} each, measured; black: the prediction with its interval.", word_text(finding.unit));
  figure.alt = finding.answer;
  return figure;
}

}  // namespace vesica
