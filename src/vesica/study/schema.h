// SPDX-License-Identifier: Apache-2.0
// JSON Schema and reference of study.toml and the sample sheet, from the declarations that the reader uses.
#pragma once

#include <string>

#include "vesica/settings/value.h"
#include "vesica/study/known.h"

namespace vesica {

/// JSON Schema of study.toml with the settings of every known part; valid under Draft 4 and 2020-12: no keyword that
/// the two read differently. Descriptions are in the chosen language.
Value study_schema(const KnownNames& known);

/// JSON Schema of one row of the sample sheet under its canonical titles.
Value sheet_schema(const KnownNames& known);

/// The reference as Markdown: every section and key of study.toml, every column of the sheet with the other titles that
/// it may bear, and what a path may capture. It goes between the markers of docs/study.md.
std::string study_reference();

}  // namespace vesica
