// SPDX-License-Identifier: Apache-2.0
// A study held against reporting standards: four states, what is missing, where to write it.
#pragma once

#include <string>
#include <vector>

#include "vesica/rules/standard.h"

namespace vesica::rules {

enum class State {
  kPresent,        ///< everything that the item asks for is there
  kAbsent,         ///< something is not there; `met` says how much is
  kNotApplicable,  ///< the standard or the item is about something that was not done
  kContradictory,  ///< two statements cannot both be true
};
/// "present", "absent", "not_applicable", "contradictory"
const char* to_text(State state);

struct PartResult {
  const Part* part = nullptr;
  bool met = false;
  std::vector<std::string> failing;  ///< items of a list for which it does not hold: "TSG101"
};

struct ItemResult {
  const Item* item = nullptr;
  State state = State::kAbsent;
  std::size_t met = 0;  ///< parts that hold
  /// An absent item of which something is there: "partly" when some parts hold, "unclear" when something was done and
  /// the study does not say what it shows; empty otherwise. It stays absent: the standards give no half points.
  std::string degree;
  std::vector<PartResult> parts;
  std::vector<std::string> contradictions;
};

struct StandardResult {
  const Standard* standard = nullptr;
  bool applies = false;
  std::vector<ItemResult> items;
  std::size_t present = 0, absent = 0, not_applicable = 0, contradictory = 0;
  std::size_t musts_open = 0;  ///< items of severity must that are absent or contradictory
  std::size_t applicable() const { return present + absent + contradictory; }
  /// Share of the applicable items that are present, %; NaN when none applies.
  double percent() const;
};

/// Every item of a standard has exactly one state. A standard whose `when` does not hold has no item that applies.
StandardResult check(const Standard& standard, const Facts& facts);

/// Which standards are to be checked: built-in ones and those of `files` (texts with their names), all or those named.
/// Unknown names are Error(kConfig) with "did you mean"; what is wrong with files is added to `problems`.
std::vector<Standard> choose_standards(const std::vector<std::pair<std::string, std::string>>& files,
                                       const std::vector<std::string>& names, std::vector<Error>& problems);

}  // namespace vesica::rules
