// SPDX-License-Identifier: Apache-2.0
// Writing a study for people: study.toml with comments, and the sample sheet.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vesica/io/xlsx.h"
#include "vesica/settings/value.h"
#include "vesica/study/known.h"
#include "vesica/study/study.h"

namespace vesica {

struct StudyWriting {
  std::string schema = "study.schema.json";  ///< for the first line, `#:schema ...`, which editors read; empty: no line
  bool explain = true;                       ///< comments above keys and examples of sections that are empty
};

/// study.toml in the chosen language's comments. Inputs, samples and plates that can be drawn are
/// left to the sheet. Loading the file and the
/// sheet of sheet_document() together yields the same study (study_value() says the same). Same study, same bytes.
std::string write_study_toml(const Study& study, const StudyWriting& writing = {});

/// The sheet: one row an input, then rows without a file for samples that have none; columns that hold something and
/// those that every study wants; a sheet for each plate (is_drawn_in_sheet()); drop-down lists for assay, role,
/// condition and kind; a second sheet of notes explains the columns. Numbers are typed. `notes` (path → sentence) go
/// under `note`, as why a name was guessed so.
XlsxDocument sheet_document(const Study& study, const KnownNames& known,
                            const std::map<std::string, std::string>& notes = {});

/// Everything that study and sheet say, as one table in a fixed order (samples by id), places left out: what run
/// records keep and tests compare.
Value study_value(const Study& study);

}  // namespace vesica
