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
};

/// True when the scenario names the quantity, or a beginning with "*", or names none.
bool wants(const Scenario& scenario, std::string_view quantity);

/// What an evidence row with a range says about its value: the distribution that its column names, with low and high as
/// the ends (uniform, loguniform) or the central 95 % (normal, lognormal; truncated there to 4 such half-widths).
/// Without a name loguniform from a factor of 10 between positive ends on, uniform below (our choice). A row without a
/// range is fixed.
kinetics::Distribution distribution_of(const ParameterRow& row);

/// The number settings that stand at the value of their evidence row when that row has a range: a number that the user
/// stated is taken as exact.
std::vector<Unknown> unknowns_of(const AnySettings& settings);

/// A copy in which unknowns[i] is values[i].
AnySettings with_values(const AnySettings& settings, std::span<const Unknown> unknowns, std::span<const double> values);

/// Draw number `index` of each unknown, each from a stream keyed by (seed, key, index): another unknown changes none,
/// and stages of a chain that share an evidence row share its draw.
std::vector<double> draw_values(std::span<const Unknown> unknowns, std::uint64_t seed, std::uint64_t index);

/// Every evidence row behind the settings with value, range, source and how it is known, as evidence.tsv.
Artifact evidence_artifact(const AnySettings& settings);
/// Says which numbers behind the settings are recalled or chosen; none when all are read.
std::vector<Issue> recalled_evidence(const AnySettings& settings);

/// The central 95 % of `draws` (type 7 quantiles of the numbers among them), widened to hold `value`; `interval` is
/// mc95. Fewer than two numbers, no value, or nothing but the value: no interval.
void set_band(Observation& row, std::vector<double> draws);

/// Model::predict() of a model that has evaluate(): values at the settings as they stand, bands from `draws` draws of
/// its unknowns (0: none), the evidence behind them. Draws that fail leave the band to the others and are counted in a
/// warning.
Outcome predict_by_sampling(const Model& model, const Scenario& scenario, const AnySettings& settings,
                            std::int64_t draws, const Context& context);

}  // namespace vesica
