// SPDX-License-Identifier: Apache-2.0
// What a check found, as text for people, as rows, as JSON, and as sheets filled in as far as the study knows.
#pragma once

#include <string>
#include <vector>

#include "vesica/rules/check.h"

namespace vesica::rules {

/// Grouped by standard: every item with its state, what is missing and the line that says it. `all` prints items that
/// do not apply too.
std::string text_of(const std::vector<StandardResult>& results, std::size_t columns, bool all);
/// One line an item: standard, item, clause, title, severity, state, degree, parts_met, parts, missing, where, write,
/// contradictions, source, wording_verified, verified.
std::string tsv_of(const std::vector<StandardResult>& results);
/// {"schema": "vesica.check/1", "standards": [...]}.
Value value_of(const std::vector<StandardResult>& results);

/// "the rotor (uc step 4)": what one part misses, with the items it concerns.
std::string missing_words(const PartResult& part);
/// How many items were not checked against the standard's own text; empty when all were.
std::string unread_text(const Standard& standard);
/// "5 present, 2 absent, ...; score 22 % (2 of 9 applicable items)".
std::string counts_text(const StandardResult& result);
/// The word of a state for people, with its degree: "absent, partly there".
std::string state_text(const ItemResult& item);

/// A file of the results folder.
struct SheetFile {
  std::string name, bytes;
};
/// The sheet of a standard, as XLSX and TSV: section, field, value. Values that the study does not know are empty. None
/// for a standard without a sheet or one that does not apply.
std::vector<SheetFile> filled_sheets(const StandardResult& result, const Facts& facts);

}  // namespace vesica::rules
