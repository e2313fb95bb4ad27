// SPDX-License-Identifier: Apache-2.0
// An explanation for people, as tab-separated rows and as a tree of values for JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vesica/explain/explanation.h"
#include "vesica/settings/value.h"

namespace vesica::explain {

/// " → ", " ⊣ " or " –?– ".
std::string_view arrow(Sign sign);
/// "raises", "lowers", "unsigned": ids in tables.
std::string_view to_text(Sign sign);
/// The user's words for what a check of the citation found.
std::string verdict_text(Verdict verdict);
/// "miR-146a-5p ⊣ NF-κB → TNF", a source in front as "UC-MSC: ".
std::string path_text(const Graph& graph, const Path& path);

/// The first line says whether unchecked or refuted links are among the paths. Then the paths (best first, at most
/// `limit`; 0: all), copies per cell, every link of these paths once with its rows, opposite signs side by side, known
/// conflicts; without `from` the ranking first. `columns` is the width of the terminal (0: 100).
std::string text_of(const Explanation& explanation, std::size_t columns, std::size_t limit);
/// Why there is no path, and what comes nearest.
std::string no_path_text(const Explanation& explanation);

/// One line a row of a link of a path; the ranking when there is no `from`.
std::string tsv_of(const Explanation& explanation);
/// Schema vesica.explanation/1.
Value value_of(const Explanation& explanation);

}  // namespace vesica::explain
