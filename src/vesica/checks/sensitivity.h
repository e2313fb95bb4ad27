// SPDX-License-Identifier: Apache-2.0
// What a prediction depends on: Sobol' indices, Morris' effects and a tornado of a chain of models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vesica/contract/chain.h"
#include "vesica/solve/sensitivity.h"

namespace vesica {

struct SensitivityQuestion {
  enum class Method { kSobol, kMorris };
  Method method = Method::kSobol;
  /// Rows of Sobol's design (rounded up to a multiple of 16; each costs unknowns + 2 evaluations), or trajectories of
  /// Morris (each costs unknowns + 1). 0: 512 and 40 (chosen: errors of some 0.03 in an index; ten times the
  /// trajectories that Morris used).
  std::size_t samples = 0;
  /// At which time of a course: the last, that of the largest central value, or the hour nearest to `time_h`.
  enum class Moment { kLast, kPeak, kHour };
  Moment moment = Moment::kLast;
  double time_h = 0;
};

/// One unknown and what one result makes of it.
struct Influence {
  std::string setting;  ///< with its scenario in a chain
  std::string key, unit;
  bool has_data = true;  ///< false: the evidence row is recalled or chosen, or the study alone states the range
  double low = 0, middle = 0, high = 0;    ///< of the setting: its 95 % range and, between, as it stands
  double result_low = 0, result_high = 0;  ///< of the result with this setting there, the others as they stand
  WithError first, total;                  ///< Sobol'; on the result's scale
  WithError mean, size, spread;            ///< Morris; change of the result over the whole range
};

/// One result with its influences, the strongest first.
struct ResultSensitivity {
  Observation row;      ///< as predict_chain() gives it, without interval
  bool is_log = false;  ///< indices and effects are those of the natural logarithm, the scale of the quantity
  std::size_t rows = 0, left_out = 0;  ///< of the design
  std::vector<Influence> influences;
};

/// For each quantity and target of the last stage one row, at the wanted moment (curves over `at`: left out). Results
/// whose central value is no number have no influences. Yields nothing for a chain without unknowns. Evaluates in
/// pieces; memory does not grow with the rows that are not asked for.
std::vector<ResultSensitivity> sensitivity_of(const Chain& chain, const SensitivityQuestion& question,
                                              std::uint64_t seed, const Context& context);

}  // namespace vesica
