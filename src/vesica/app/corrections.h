// SPDX-License-Identifier: Apache-2.0
// Corrections by hand: which input each belongs to, and which found none.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vesica/app/plan.h"
#include "vesica/store/store.h"

namespace vesica {

/// The corrections in force that belong to an input: those made for its assay, its content and its part of it, wherever
/// the file lies and whatever it is called now.
std::vector<Edit> corrections_for(const MeasureItem& item, const std::string& sha256, const std::vector<Edit>& active);
/// As they stand in the record of a run; null when there are none.
Value corrections_value(const std::vector<Edit>& corrections);
/// What was measured does not have the corrections that are in force for it now.
bool lacks_corrections(const MeasureItem& item, const Run& run, const std::vector<Edit>& active);
/// Corrections in force whose content no measured input has any more, each as a warning with its next step.
std::vector<Issue> unattached_corrections(const Plan& plan, const Store& store);

/// Which input a user corrects, and who does it.
struct Correcting {
  std::string study, out;
  std::string what;  ///< sample, path as in the sheet, or file name
  std::string reason, author;
  std::string command;  ///< for the record of sessions
  std::string hint;     ///< when what is meant takes no corrections: what does
};
/// Finds the input, reads it, lets `make` write the events (kind and geometry; the rest is filled in here) knowing the
/// corrections that are in force for it, has the assay check each, and only then appends them all; yields their numbers
/// and the input's path. Throws Error(kNoInput) for a sample or file that is not there, Error(kUsage) for several.
struct Corrected {
  std::vector<std::int64_t> numbers;
  std::vector<Edit> edits;
  std::string input;
};
using MakeCorrections =
    std::function<std::vector<Edit>(const Store&, const MeasureItem&, const std::vector<Edit>& in_force)>;
Corrected add_corrections(const Correcting& who, const MakeCorrections& make);

}  // namespace vesica
