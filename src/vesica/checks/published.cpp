// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/published.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/evidence/evidence.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica {

namespace {

constexpr double kAlpha = 0.05;
constexpr double kLowestShare = 1e-3;  ///< chosen: of a band's upper end, where its lower end is 0 on a log scale
constexpr double kSameTime = 1e-6;     ///< chosen: relative; times that differ less are one
constexpr int kDigits = 3;

Value number_or_null(double value) { return std::isnan(value) ? Value::null() : Value::of(value); }

/// The published number in the catalogue's unit.
double value_from(const Reported& reported, const Quantity& quantity) {
  if (!std::isnan(reported.value)) return reported.value;
  const ResultRow* row = find_result(reported.evidence);
  if (row == nullptr)
    throw Error(ErrorKind::kConfig, say("There is no published result \"{}\".", reported.evidence), reported.place,
                say("vesica evidence --about WORDS finds them; or state value and source."));
  const bool log = quantity.scale == Scale::kLog;
  double value = row->value;
  if (std::isnan(value) && log) value = std::sqrt(row->low * row->high);
  if (std::isnan(value)) value = (row->low + row->high) / 2;
  const auto converted = convert_unit(value, row->unit, quantity.unit);
  if (std::isnan(value) || !converted)
    throw Error(ErrorKind::kConfig,
                say("Published result \"{0}\" ({1}) is no number in {2}.", reported.evidence, row->unit, quantity.unit),
                reported.place, say("State the number as value."));
  return *converted;
}

std::string source_of(const Reported& reported) {
  const ResultRow* row = reported.source.empty() ? find_result(reported.evidence) : nullptr;
  return row == nullptr ? reported.source : row->source;
}

bool answers(const ObservationTable& table, std::size_t i, const Reported& reported) {
  if (table.origin(i) != Origin::kPredicted || table.quantity(i) != reported.quantity) return false;
  if (table.target(i) != reported.target || table.condition(i) != reported.condition) return false;
  if (!reported.sample.empty() && table.sample(i) != reported.sample) return false;
  const bool at_time = std::isnan(reported.time_h) ||
                       std::abs(table.time_h(i) - reported.time_h) <= kSameTime * std::max(1.0, reported.time_h);
  return at_time && std::isnan(table.at(i)) && std::isfinite(table.low(i)) && std::isfinite(table.high(i));
}

/// A number or band on the scale of the scores.
double scaled(double x, double high, const Quantity& quantity) {
  if (quantity.scale != Scale::kLog) return x;
  return std::log(std::max(x, kLowestShare * high));
}

PublishedPair pair_of(const ObservationTable& table, std::size_t row, const Reported& reported,
                      const Quantity& quantity) {
  PublishedPair out;
  out.reported = &reported;
  out.value = value_from(reported, quantity);
  out.source = source_of(reported);
  out.row = row;
  const double low = table.low(row), high = table.high(row);
  out.inside = low <= out.value && out.value <= high;
  const double value = scaled(out.value, out.value, quantity);
  const double from = scaled(low, high, quantity), to = scaled(high, high, quantity);
  out.width = to - from;
  out.score = interval_score(from, to, value);
  if (reported.naive.size() != 2) return out;
  const double naive_from = scaled(reported.naive[0], reported.naive[1], quantity);
  const double naive_to = scaled(reported.naive[1], reported.naive[1], quantity);
  out.naive_width = naive_to - naive_from;
  out.naive_score = interval_score(naive_from, naive_to, value);
  return out;
}

std::string line_of(const ObservationTable& table, const PublishedPair& pair) {
  const Quantity& quantity = *find_quantity(pair.reported->quantity);
  const std::string name = readable_unit(quantity.unit);
  const std::string unit = name.empty() ? "" : " " + name;
  const auto number = [&](double value) { return readable_number(value, kDigits); };
  std::string what(quantity.symbol);
  for (const std::string& part : {pair.reported->target, pair.reported->condition})
    if (!part.empty()) what += ", " + part;
  if (!std::isnan(pair.reported->time_h)) what += ", " + number(pair.reported->time_h) + " h";
  std::string out = say("{0}: published {1}{2}, predicted {3} ({4} to {5}): {6}", what, number(pair.value), unit,
                        number(table.value(pair.row)), number(table.low(pair.row)), number(table.high(pair.row)),
                        pair.inside ? say("inside") : say("outside"));
  if (!std::isnan(pair.naive_score))
    out += "; " + say("score {0}, naive {1}", number(pair.score), number(pair.naive_score));
  out += ". " + pair.source + ".";
  if (!pair.reported->note.empty()) out += " " + pair.reported->note;
  return out;
}

Value value_of(const ObservationTable& table, const PublishedPair& pair) {
  Value out = Value::table();
  out.set("quantity", Value::of(pair.reported->quantity));
  out.set("target", Value::of(pair.reported->target));
  out.set("condition", Value::of(pair.reported->condition));
  out.set("time_h", number_or_null(table.time_h(pair.row)));
  out.set("published", Value::of(pair.value));
  out.set("source", Value::of(pair.source));
  out.set("predicted", number_or_null(table.value(pair.row)));
  out.set("low", Value::of(table.low(pair.row)));
  out.set("high", Value::of(table.high(pair.row)));
  out.set("inside", Value::of(pair.inside));
  out.set("score", number_or_null(pair.score));
  out.set("naive_score", number_or_null(pair.naive_score));
  out.set("note", Value::of(pair.reported->note));
  return out;
}

}  // namespace

double interval_score(double low, double high, double value) {
  return high - low + 2 / kAlpha * (std::max(0.0, low - value) + std::max(0.0, value - high));
}

std::vector<PublishedPair> published_pairs(const ObservationTable& table, const Study& study) {
  std::vector<PublishedPair> out;
  for (const Reported& reported : study.reported) {
    const Quantity* quantity = find_quantity(reported.quantity);
    if (quantity == nullptr) continue;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!answers(table, i, reported)) continue;
      out.push_back(pair_of(table, i, reported, *quantity));
      break;  // one answer a number: the first row
    }
  }
  return out;
}

std::vector<Finding> check_published(const ObservationTable& table, const Study& study) {
  const std::vector<PublishedPair> pairs = published_pairs(table, study);
  if (pairs.empty()) return {};
  Finding finding;
  finding.id = "published";
  finding.comparison = "published";
  finding.kind = "published";
  finding.question = say("Do published numbers lie in the predicted bands?");
  finding.quantity = pairs.front().reported->quantity;
  std::size_t inside = 0, scored = 0, better = 0, narrower = 0;
  Value list = Value::array();
  for (const PublishedPair& pair : pairs) {
    inside += pair.inside;
    if (!std::isnan(pair.naive_score)) {
      ++scored;
      better += pair.score < pair.naive_score;
      narrower += pair.width < pair.naive_width;
    }
    finding.assumptions.push_back(line_of(table, pair));
    list.append(value_of(table, pair));
  }
  finding.answer = say("{0} of {1} published number(s) (lies|lie) inside the 95 % band of (its|their) prediction.",
                       inside, pairs.size());
  if (scored > 0)
    finding.answer +=
        " " + say("{0} of {1} band(s) (is|are) narrower than the naive interval, {2} (scores|score) better.", narrower,
                  scored, better);
  finding.method_text = say(
      "Published numbers were held beside predicted 95 % intervals by the interval score (Gneiting and Raftery 2007), "
      "on the scale of the quantity, against the naive interval that the study states.");
  finding.details = Value::table();
  finding.details.set("inside", Value::of(static_cast<std::int64_t>(inside)));
  finding.details.set("count", Value::of(static_cast<std::int64_t>(pairs.size())));
  finding.details.set("narrower", Value::of(static_cast<std::int64_t>(narrower)));
  finding.details.set("better", Value::of(static_cast<std::int64_t>(better)));
  finding.details.set("pairs", std::move(list));
  return {finding};
}

}  // namespace vesica
