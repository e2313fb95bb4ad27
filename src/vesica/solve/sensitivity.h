// SPDX-License-Identifier: Apache-2.0
// Which inputs a result depends on: Sobol' indices and Morris' elementary effects, with standard errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vesica {

/// An estimate with its standard error.
struct WithError {
  double value = 0;
  double se = 0;
};

/// Independent scramblings that a design is made of; errors are those between them (chosen: 15 degrees of freedom).
inline constexpr std::size_t kSobolBlocks = 16;

/// The points at which indices of `inputs` inputs are computed, in the open unit cube: kSobolBlocks blocks of `base`
/// rows; each row is inputs + 2 points: A, B, and A with input i from B for every i (Saltelli et al. 2010,
/// 10.1016/j.cpc.2009.09.018). A and B are the halves of a scrambled Sobol' point of 2·inputs dimensions. Points x
/// inputs; kSobolBlocks·base·(inputs + 2) points.
std::vector<double> sobol_design(std::size_t base, std::size_t inputs, std::uint64_t seed);

struct SobolIndices {
  double mean = 0, variance = 0;
  std::size_t rows = 0;          ///< that counted
  std::size_t left_out = 0;      ///< rows with an output that is not finite
  std::vector<WithError> first;  ///< share of the variance that goes when input i alone is known
  std::vector<WithError> total;  ///< share that stays when all but input i are known
};

/// Indices from the outputs at sobol_design(base, inputs): first order by Saltelli et al. 2010 (table 2 b), outputs
/// less their mean; total by Jansen 1999 (10.1016/S0010-4655(98)00154-4). Standard errors by the jackknife over the
/// blocks: each is left out in turn. Blocks without a row, and an output without variance, give NaN. Estimates may lie
/// slightly outside [0, 1].
SobolIndices sobol_indices(std::span<const double> outputs, std::size_t base, std::size_t inputs);

/// The levels of Morris' grid in each input, at the middles of their cells: 1/8, 3/8, 5/8, 7/8; a step is half of the
/// range (Morris 1991, 10.1080/00401706.1991.10484804: p even, Δ = p / (2 (p − 1)) of its grid).
inline constexpr std::size_t kMorrisLevels = 4;

/// `trajectories` random ways through the grid, each inputs + 1 points of which neighbours differ in one input; points
/// x inputs. The order of inputs and the start are drawn from (seed, trajectory).
std::vector<double> morris_design(std::size_t trajectories, std::size_t inputs, std::uint64_t seed);

struct MorrisEffects {
  std::size_t trajectories = 0;  ///< that counted
  std::size_t left_out = 0;      ///< with an output that is not finite
  std::vector<WithError> mean;   ///< µ: mean change of the output a unit of the input's share
  std::vector<WithError>
      size;  ///< µ*: mean of its absolute value (Campolongo et al. 2007, 10.1016/j.envsoft.2006.10.004)
  std::vector<WithError> spread;  ///< σ: its standard deviation; interactions or curvature
};

/// Effects from the outputs at morris_design(trajectories, inputs, seed). Errors of the means: sd/√n over trajectories,
/// which are independent; of the standard deviation: jackknife over trajectories. Fewer than two trajectories: NaN.
MorrisEffects morris_effects(std::span<const double> outputs, std::span<const double> design, std::size_t inputs);

}  // namespace vesica
