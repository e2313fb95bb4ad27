// SPDX-License-Identifier: Apache-2.0
// Golden studies: what a run must yield, as tables beside the study (tests/studies/README.md).
#pragma once

#include <string>
#include <vector>

#include "vesica/data/sheet.h"

namespace vesica::golden {

/// Everything in which `actual` differs from `expected`, one sentence each with the line of `expected`. Columns of
/// `expected`: `field` (the column of `actual` to look at; `value` when absent or empty), `value`, `tolerance`, `rows`,
/// `why`; every other one must be a column of `actual` and selects rows by it.
std::vector<std::string> differences(const Sheet& actual, const Sheet& expected);

/// True when `actual` is what a cell under `value` asks for: a number within a tolerance ("0.5" absolute, "1 %"
/// relative, empty: exactly), "> 400", "< 5", ">= 1", "<= 2", "3 .. 4", an empty cell, "*" (anything but empty), or a
/// text.
bool fits(const std::string& actual, const std::string& wanted, const std::string& tolerance);

}  // namespace vesica::golden
