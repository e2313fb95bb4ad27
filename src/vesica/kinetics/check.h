// SPDX-License-Identifier: Apache-2.0
// What a modeller should know about a network before it runs, in plain words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/kinetics/network.h"

namespace vesica::kinetics {

enum class CheckKind {
  kUnsupported,   ///< Vesica refuses the model because of it
  kUndefined,     ///< names nothing, or contradicts itself: the model cannot run
  kMissingValue,  ///< a value that is needed and nowhere given
  kUnits,         ///< a formula mixes units, or yields another unit than its target
  kUnchanged,     ///< a species that nothing changes, though it may change
  kUnused,        ///< a symbol that no formula names
  kConserved,     ///< a sum of amounts that stays as it is
};
/// "unsupported", "undefined", "missing_value", "units", "unchanged", "unused", "conserved".
const char* to_text(CheckKind kind);

struct CheckFinding {
  CheckKind kind;
  std::string symbol;  ///< what it is about; may be empty
  std::string text;    ///< a sentence
  std::string hint;    ///< what to do; may be empty
  int line = 0;        ///< in the file; 0: not known
};

/// Findings in the order of the kinds, then of the symbols.
///
/// Units: every symbol's unit goes through the formulas. Whole numbers and 0.5 count as dimensionless, other numbers
/// may carry a unit of their own and end the search along their branch (our choice: SBML leaves it open), as does
/// every symbol without a unit. Sums, differences, comparisons and selections need one unit, exponents and the
/// arguments of exp, ln, sin, ... none; the rate of a reaction must be extent per time, a rate rule the target's unit
/// per time, every other formula the target's unit. Factors count: nmol is not umol. One finding a formula at most.
///
/// Conserved sums: see conserved_moieties(); at most kMostConserved are told.
std::vector<CheckFinding> check_network(const Network& network);

/// The same for an SBML file; a model that read_sbml refuses yields its problems instead.
std::vector<CheckFinding> check_sbml(std::string_view bytes, const std::string& path);

inline constexpr std::size_t kMostConserved = 100;  ///< chosen

}  // namespace vesica::kinetics
