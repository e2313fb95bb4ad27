// SPDX-License-Identifier: Apache-2.0
// Scenarios that take from each other, evaluated on one clock, draw by draw.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"

namespace vesica {

/// What a stage takes from an earlier one.
struct ChainLink {
  std::size_t stage = 0;  ///< index of the stage that gives
  Take take;
};

/// One scenario with its model and resolved settings.
struct ChainStage {
  const Model* model = nullptr;
  Scenario scenario;
  AnySettings settings;
  std::vector<ChainLink> links = {};
};

/// Steps of the clock on which curves are handed over (chosen: a release of a week with a half-life of an hour comes
/// out within 0.2 % of the closed form; chain_test holds the convergence).
inline constexpr std::size_t kClockSteps = 200;

/// A chain ready to be evaluated: each stage takes from earlier ones, the last is the one that is wanted. Every stage
/// has the same draws: unknowns of the same evidence row move together in all of them.
///
/// Time: a curve is evaluated at the times that the stages behind it want and at end·(i/n)², i = 0 .. n, where `end` is
/// the last of those times and n kClockSteps: fine where a release begins, coarse where it ends. Between them a model
/// interpolates (kinetics/curve.h). A port that takes a number is fed at the giving scenario's own times, where exactly
/// one row must fit.
class Chain {
 public:
  /// Throws Error(kConfig), with the place of the take, for a quantity or target that the giving stage does not predict
  /// and for a number port with several rows. `stages` is not empty, links point backwards.
  Chain(std::vector<ChainStage> stages, const Context& context);

  const std::vector<ChainStage>& stages() const { return stages_; }
  const ChainStage& last() const { return stages_.back(); }
  /// What is not known exactly in any stage: one for each key, with the setting and distribution of the first stage
  /// that has it; `setting` begins with its scenario's id when the chain has several stages.
  const std::vector<Unknown>& unknowns() const { return unknowns_; }
  /// The last stage's rows with every stage's settings as they stand.
  const Predictions& central() const { return central_; }
  /// The last stage's values at `positions`, points x unknowns(), each in (0, 1): the share of the unknown's
  /// distribution below its value; NaN leaves a setting as it stands. Points x rows; memory beside the result does not
  /// grow with points.
  std::vector<double> evaluate(std::span<const double> positions, const Context& context) const;
  /// Draws `first` .. `first + count - 1` as positions.
  std::vector<double> draw_positions(std::uint64_t seed, std::size_t first, std::size_t count) const;

 private:
  void find_unknowns();

  std::vector<ChainStage> stages_;
  std::vector<std::vector<Unknown>> stage_unknowns_;
  std::vector<std::vector<std::size_t>> stage_keys_;  ///< of each stage's unknowns: index in unknowns_
  std::vector<Unknown> unknowns_;
  std::vector<double> clock_h_;
  Predictions central_;
};

/// The prediction of a chain's last scenario: as predict_by_sampling(), with the evidence of every stage.
Outcome predict_chain(const Chain& chain, const Context& context);

}  // namespace vesica
