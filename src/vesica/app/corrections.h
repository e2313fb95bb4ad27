// SPDX-License-Identifier: Apache-2.0
// Corrections by hand: which input each belongs to, and which found none.
#pragma once

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

}  // namespace vesica
