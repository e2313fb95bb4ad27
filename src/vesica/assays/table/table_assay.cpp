// SPDX-License-Identifier: Apache-2.0
// The assay `table`: glue.
#include <array>

#include "vesica/assays/table/table.h"

namespace vesica::table_assay {

namespace {

using sheet_rows::Settings;

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  return sheet_rows::open_questions(reading, any.get<Settings>());
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  return measure_table(reading, any.get<Settings>(), facts);
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 1> kSources = {"our choice: the user's own numbers, units by UCUM (ucum.org)"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "xlsx"};

}  // namespace

}  // namespace vesica::table_assay

namespace vesica {

const Assay kTableAssay = {
    "table",
    "Table of numbers",
    "Any measured numbers from a CSV or XLSX table with a mapping of its columns.",
    table_assay::kSources,
    {},
    table_assay::kFormats,
    {},
    true,
    table_assay::make_settings,
    table_assay::missing,
    nullptr,
    table_assay::measure,
    nullptr,
};

}  // namespace vesica
