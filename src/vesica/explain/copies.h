// SPDX-License-Identifier: Apache-2.0
// Copies of a miRNA that a dose can bring into each recipient cell, printed beside every path that begins with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/models/feasibility/feasibility.h"

namespace vesica::explain {

/// The user's dose; what is not stated comes from its evidence row, with its range.
struct Dose {
  double vesicles = 0;
  std::string route;  ///< "intranasal" takes the share of that route, any other the general one
  std::optional<double> organ_share, uptake_share, cells, copies_per_vesicle, escape_share;
};

struct Copies {
  std::size_t node = 0;                  ///< the miRNA in the graph
  double middle = 0, low = 0, high = 0;  ///< copies per cell in the cytosol; central 95 % of the draws
  double needed = 0;                     ///< copies from which on repression is expected
  feasibility::Verdict verdict = feasibility::Verdict::kUnknown;  ///< of the middle
  std::vector<std::string> assumed;                               ///< evidence rows behind what was not stated
  std::vector<std::string> recalled;                              ///< those of them that are from memory or chosen
};

/// dose · f_organ · μ · f_up · f_esc / N_cells (models/feasibility) at the values as stated or in evidence, and the
/// central 95 % of 2000 draws (chosen) over the ranges of the evidence rows. Shares outside 0..1, a dose or cell number
/// that is not positive: Error(kUsage).
Copies copies_per_cell(const Dose& dose, std::uint64_t seed);

/// "enough", "short by less than a hundredfold", "far too few" in the user's language.
std::string verdict_text(feasibility::Verdict verdict);

}  // namespace vesica::explain
