// SPDX-License-Identifier: Apache-2.0
// Observation tables as tab-separated text: `observations.tsv`, one row a line, id first.
#pragma once

#include <string>
#include <string_view>

#include "vesica/table/observation_table.h"

namespace vesica {

/// Header and rows; numbers exact, NaN as an empty cell, texts with tab, line end and formula characters guarded.
std::string write_observations_tsv(const ObservationTable& table);
/// Reads what the above wrote. Throws Error(kData) with line and column.
ObservationTable read_observations_tsv(std::string_view text, const std::string& file);
/// The data dictionary: column, meaning, unit; then the quantities that occur, with definition and source.
std::string write_dictionary_tsv(const ObservationTable& table);

}  // namespace vesica
