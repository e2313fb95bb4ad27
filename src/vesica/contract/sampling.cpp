// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/sampling.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kNormal975 = 1.959963984540054;  ///< 97.5 % quantile of the standard normal
constexpr double kHalfWidths = 4;                 ///< chosen: what lies farther out is no parameter any more
constexpr double kWideFactor = 10;                ///< chosen: from here on the size, not the number, is unknown
constexpr double kLowShare = 0.025, kHighShare = 0.975;
constexpr std::size_t kBatch = 256;  ///< chosen: settings that a model sees at a time

double number_of(const Value& table, std::string_view name) {
  const Value* value = table.find(name);
  return value != nullptr && value->is_number() ? value->number : kNaN;
}

double quantile_of_sorted(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Settings with their evidence row and the number they hold.
struct Backed {
  std::string setting;
  const ParameterRow* row;
  double value;
};

std::vector<Backed> backed_settings(const AnySettings& settings) {
  const Value table = to_value(settings);
  std::vector<Backed> out;
  for (const auto& [id, setting] : evidence_of(settings)) {
    const ParameterRow* row = find_parameter(id);
    if (row != nullptr) out.push_back({setting, row, number_of(table, setting)});
  }
  return out;
}

std::string cell(double value) { return std::isnan(value) ? std::string() : exact_number(value); }

/// The draws of every row: draws x rows.
std::vector<double> all_draws(const Model& model, const Scenario& scenario, const AnySettings& settings,
                              std::span<const Unknown> unknowns, std::size_t draws, const Context& context) {
  std::vector<double> out;
  for (std::size_t first = 0; first < draws; first += kBatch) {
    context.check_cancelled();
    std::vector<AnySettings> batch;
    for (std::size_t i = first; i < std::min(draws, first + kBatch); ++i)
      batch.push_back(with_values(settings, unknowns, draw_values(unknowns, scenario.seed, i)));
    const Predictions some = model.evaluate(scenario, batch, {}, context);
    out.insert(out.end(), some.values.begin(), some.values.end());
  }
  return out;
}

}  // namespace

bool wants(const Scenario& scenario, std::string_view quantity) {
  const auto matches = [&](std::string_view pattern) {
    return pattern.ends_with('*') ? quantity.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == quantity;
  };
  return scenario.quantities.empty() || std::any_of(scenario.quantities.begin(), scenario.quantities.end(), matches);
}

kinetics::Distribution distribution_of(const ParameterRow& row) {
  using kinetics::DistributionKind;
  if (std::isnan(row.low) || std::isnan(row.high) || row.low == row.high)
    return {DistributionKind::kFixed, row.value, 0};
  const bool is_wide = row.low > 0 && row.high >= kWideFactor * row.low;
  if (row.distribution == "normal") {
    const double mean = (row.low + row.high) / 2, half = (row.high - row.low) / 2;
    return {DistributionKind::kNormal, mean, half / kNormal975, mean - kHalfWidths * half, mean + kHalfWidths * half};
  }
  if (row.distribution == "lognormal") {
    const double median = std::sqrt(row.low * row.high), half = std::log(row.high / row.low) / 2;
    return {DistributionKind::kLogNormal, median, half / kNormal975, median * std::exp(-kHalfWidths * half),
            median * std::exp(kHalfWidths * half)};
  }
  if (row.distribution == "loguniform" || (row.distribution.empty() && is_wide))
    return {DistributionKind::kLogUniform, row.low, row.high};
  return {DistributionKind::kUniform, row.low, row.high};
}

std::vector<Unknown> unknowns_of(const AnySettings& settings) {
  std::vector<Unknown> out;
  for (const Backed& backed : backed_settings(settings)) {
    const kinetics::Distribution distribution = distribution_of(*backed.row);
    if (backed.value != backed.row->value || distribution.kind == kinetics::DistributionKind::kFixed) continue;
    out.push_back({backed.setting, backed.row->id, distribution});
  }
  return out;
}

AnySettings with_values(const AnySettings& settings, std::span<const Unknown> unknowns,
                        std::span<const double> values) {
  VESICA_REQUIRE(unknowns.size() == values.size(), "one value an unknown");
  AnySettings out = settings;
  for (std::size_t i = 0; i < unknowns.size(); ++i) set_field(out, unknowns[i].setting, exact_number(values[i]));
  return out;
}

std::vector<double> draw_values(std::span<const Unknown> unknowns, std::uint64_t seed, std::uint64_t index) {
  std::vector<double> out;
  for (const Unknown& unknown : unknowns) {
    Random random(seed, hash64(unknown.key, index));
    out.push_back(kinetics::draw(unknown.distribution, random));
  }
  return out;
}

Artifact evidence_artifact(const AnySettings& settings) {
  std::string out = "setting\tvalue\tunit\tevidence\tdefault\tlow\thigh\tdistribution\tknown\tsource\tdoi\tnote\n";
  for (const Backed& backed : backed_settings(settings)) {
    const ParameterRow& row = *backed.row;
    const bool is_own = backed.value != row.value;
    const std::array<std::string, 12> cells = {backed.setting,
                                               cell(backed.value),
                                               row.unit,
                                               row.id,
                                               cell(row.value),
                                               cell(row.low),
                                               cell(row.high),
                                               is_own ? std::string() : kinetics::to_text(distribution_of(row)),
                                               is_own ? "stated" : to_text(row.known),
                                               row.source,
                                               row.doi,
                                               row.note};
    out += join(cells, "\t") + "\n";
  }
  return {"evidence.tsv", "text/tab-separated-values", out, say("Every number behind the prediction with its source")};
}

std::vector<Issue> recalled_evidence(const AnySettings& settings) {
  std::vector<std::string> recalled;
  for (const Backed& backed : backed_settings(settings)) {
    if (backed.value == backed.row->value && backed.row->known == HowKnown::kRecalled)
      recalled.push_back(backed.row->id);
  }
  if (recalled.empty()) return {};
  return {{Severity::kNote, "evidence.recalled",
           say("{} of the numbers behind this prediction are recalled or chosen, not read in a source: {}",
               recalled.size(), join(recalled, ", ")),
           Place{}, say("State what you know as a setting; evidence.tsv lists every number with its source"), "", ""}};
}

void set_band(Observation& row, std::vector<double> draws) {
  std::erase_if(draws, [](double value) { return std::isnan(value); });
  if (draws.size() < 2 || std::isnan(row.value)) return;
  std::sort(draws.begin(), draws.end());
  if (draws.front() == row.value && draws.back() == row.value) return;  // nothing unknown bears on it
  row.low = std::min(quantile_of_sorted(draws, kLowShare), row.value);
  row.high = std::max(quantile_of_sorted(draws, kHighShare), row.value);
  row.interval = "mc95";
}

Outcome predict_by_sampling(const Model& model, const Scenario& scenario, const AnySettings& settings,
                            std::int64_t draws, const Context& context) {
  VESICA_REQUIRE(model.evaluate != nullptr, "a model that can be sampled");
  const Predictions central = model.evaluate(scenario, std::span(&settings, 1), {}, context);
  const std::vector<Unknown> unknowns = unknowns_of(settings);
  const std::size_t count = unknowns.empty() ? 0 : static_cast<std::size_t>(draws);
  const std::vector<double> values = all_draws(model, scenario, settings, unknowns, count, context);
  Outcome out;
  out.issues = central.issues;
  std::size_t most_failed = 0;
  for (std::size_t k = 0; k < central.rows.size(); ++k) {
    Observation row = central.rows[k];
    row.origin = Origin::kPredicted;
    row.source = model.id;
    row.condition = scenario.condition;
    row.sample = scenario.sample;
    row.value = central.value(0, k);
    row.status = central.status(0, k);
    std::vector<double> column(count);
    for (std::size_t i = 0; i < count; ++i) column[i] = values[i * central.rows.size() + k];
    const auto failed = std::count_if(column.begin(), column.end(), [](double value) { return std::isnan(value); });
    if (!std::isnan(row.value)) most_failed = std::max(most_failed, static_cast<std::size_t>(failed));
    set_band(row, std::move(column));
    out.observations.add(row);
  }
  if (most_failed > 0)
    out.issues.push_back({Severity::kWarning, "sampling.failed_draws",
                          say("{} of {} draws gave no number; the interval is that of the others", most_failed, count),
                          Place{}, say("Narrow the ranges of the parameters, or state those that you know"), "", ""});
  for (Issue& issue : recalled_evidence(settings)) out.issues.push_back(std::move(issue));
  out.artifacts.push_back(evidence_artifact(settings));
  return out;
}

}  // namespace vesica
