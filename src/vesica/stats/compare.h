// SPDX-License-Identifier: Apache-2.0
// From observations to findings: every comparison that the study declares, tested by its design.
#pragma once

#include <vector>

#include "vesica/base/context.h"
#include "vesica/contract/finding.h"

namespace vesica {

/// One finding a declared comparison, quantity and target (a comparison that names no target takes the rows without
/// one, or every target where all rows have one). `table` holds the current rows, exclusions already left out; measured
/// scalar rows (no `at`) count, predicted ones do not.
///
/// Rows are averaged up the sample tree to the comparison's unit on its scale, every branch with equal weight: repeats
/// of a part, parts of a sample, samples of their parent. Rows of a sample without replicate name stand back where
/// named replicates lie beside them.
///
/// Method "auto": two groups by Welch's test, or a paired test when blocks (litter, donor, day) hold both; three or
/// more by one-way analysis, or within blocks; a second factor by two-way analysis; several times by one repeated
/// analysis, never by a test per time. Blocks that lie inside one group are a random effect of a mixed model.
/// Correction "auto": Dunnett with a control, Šidák for selected pairs, Games-Howell for Welch methods, Holm for ranks,
/// else Tukey-Kramer. Ratios and concentrations are compared as logarithms (the catalogue's scale) and reported as
/// ratios.
///
/// What cannot be answered is a finding with a status and a sentence, never a number: a condition that varies below the
/// unit, several undeclared times, one unit a group, values that do not vary. Guardrails stand in `warnings`.
/// Throws Error(kCancelled) only.
std::vector<Finding> compare(const ObservationTable& table, const Study& study, const Context& context);

}  // namespace vesica
