// SPDX-License-Identifier: Apache-2.0
// What is not known exactly about a model's settings, as distributions; predictions with intervals from draws of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/evidence/evidence.h"
#include "vesica/kinetics/distribution.h"

namespace vesica {

/// A setting whose value is known only as a distribution.
struct Unknown {
  std::string setting;
  std::string key;  ///< settings of any model with the same key take the same draw: the evidence row, or MODEL.SETTING
  kinetics::Distribution distribution;
  double value = kNaN;     ///< as the setting stands
  bool is_stated = false;  ///< by the scenario, not by evidence
};

/// True when the scenario names the quantity, or a beginning with "*", or names none.
bool wants(const Scenario& scenario, std::string_view quantity);

/// What an evidence row with a range says about its value: the distribution that its column names, with low and high as
/// the ends (uniform, loguniform) or the central 95 % (normal, lognormal; truncated there to 4 such half-widths).
/// Without a name loguniform from a factor of 10 between positive ends on, uniform below (our choice). A row without a
/// range is fixed.
kinetics::Distribution distribution_of(const ParameterRow& row);

/// The number settings that `vary` (Scenario::vary: setting → distribution as kinetics/distribution.h reads it, or a
/// number) names with a distribution, and those that stand at the value of their evidence row when that row has a
/// range: a number that the user stated is taken as exact. Distributions are truncated to the bounds of their setting.
/// Throws Error(kConfig) with the place of an entry of `vary` that names no number setting or makes no distribution.
std::vector<Unknown> unknowns_of(const AnySettings& settings, const Value& vary = Value::table());

/// A copy in which the settings that `vary` names stand at the median of their distribution. Throws as unknowns_of().
AnySettings at_medians(const AnySettings& settings, const Value& vary);

/// A copy in which unknowns[i] is values[i].
AnySettings with_values(const AnySettings& settings, std::span<const Unknown> unknowns, std::span<const double> values);

/// The uniform number in (0, 1) behind draw `index` of a key, from a stream keyed by (seed, key, index): another
/// unknown changes none, and stages of a chain that share an evidence row share its draw.
double draw_position(std::string_view key, std::uint64_t seed, std::uint64_t index);

/// The values of draw `index`: the quantiles of the distributions at draw_position().
std::vector<double> draw_values(std::span<const Unknown> unknowns, std::uint64_t seed, std::uint64_t index);

/// Settings with the name of the scenario that they belong to; empty for a single one.
struct NamedSettings {
  std::string scenario;
  const AnySettings* settings;
};

/// Every evidence row behind the settings with value, range, source and how it is known, as evidence.tsv.
Artifact evidence_artifact(std::span<const NamedSettings> all);
/// Says which numbers behind the settings are recalled or chosen; none when all are read.
std::vector<Issue> recalled_evidence(std::span<const NamedSettings> all);

/// The central 95 % of `draws` (type 7 quantiles of the numbers among them), widened to hold `value`; `interval` is
/// mc95. Fewer than two numbers, no value, or nothing but the value: no interval.
void set_band(Observation& row, std::vector<double> draws);

/// Model::predict() of a model that has evaluate(): values at the settings as they stand (what the scenario varies: at
/// its median), bands from Scenario::draws draws of its unknowns, the evidence behind them. Draws that fail leave the
/// band to the others and are counted in a warning.
Outcome predict_by_sampling(const Model& model, const Scenario& scenario, const AnySettings& settings,
                            const Context& context);

}  // namespace vesica
