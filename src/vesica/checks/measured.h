// SPDX-License-Identifier: Apache-2.0
// What was measured, by condition, where no comparison says it; and the lines of study.toml that would ask for one.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/table/observation_table.h"

namespace vesica {

/// One finding of kind "measured" for each of the numbers that an assay is asked for first (our choice: at most two
/// quantities an assay), of every assay of which no comparison in `findings` has an answer. Groups are the conditions.
/// The unit is the highest sample above the measured one that still has its condition: what could have been given
/// another one. Rows are averaged with equal weight: repeats of a part, parts of a sample, samples of a unit; on
/// logarithms where the catalogue says so and all values are positive, else as they are, shares too. Of a course the
/// last time counts. The interval of a group is Student's of the units; a single unit has none, and the sentence gives
/// that of its count (row interval wilson95) where there is one.
///
/// `details.ask` is the [[comparison]] that would compare the groups, where there are two; `details.missing` says what
/// the study lacks for one: conditions, a second one, a kind of sample that can be the unit.
std::vector<Finding> check_measured(const ObservationTable& table, const Study& study,
                                    std::span<const Finding> findings);

}  // namespace vesica
