// SPDX-License-Identifier: Apache-2.0
// What single questions have in common.
#pragma once

#include <string>

#include "vesica/app/app.h"
#include "vesica/checks/sensitivity.h"
#include "vesica/contract/contract.h"

namespace vesica {

/// An outcome in the wanted form; `columns` is the width of the text form.
std::string print_outcome(const Outcome& outcome, const Run& run, Print print, std::size_t columns);
void append(Outcome& to, Outcome&& from);

/// What a prediction depends on, in the wanted form: a table a result, one line an unknown. Intervals of the printed
/// indices are one standard error.
std::string print_sensitivity(const std::vector<ResultSensitivity>& results, SensitivityQuestion::Method method,
                              const std::string& scenario, Print print, std::size_t columns);

}  // namespace vesica
