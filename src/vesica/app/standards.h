// SPDX-License-Identifier: Apache-2.0
// Reporting standards of a study: which ones, its facts, what the report and the results folder say of them.
#pragma once

#include <string>
#include <vector>

#include "vesica/report/html.h"
#include "vesica/rules/check.h"
#include "vesica/rules/text.h"
#include "vesica/store/store.h"

namespace vesica {

/// The built-in standards, those in STUDY/rules/*.toml, and those of `files`; only those named, if any are. What is
/// wrong with rule files is added to `problems`.
std::vector<rules::Standard> standards_of(const Study& study, const std::vector<std::string>& files,
                                          const std::vector<std::string>& names, std::vector<Error>& problems);

/// What the study states, plans and has measured, for rules.
rules::Facts facts_for_rules(const Study& study, const ObservationTable& rows);

/// For the report: the standards that apply, with what is missing. Wrong rule files become warnings.
void add_standards(ReportContent& content);

/// reporting/check.tsv and the sheets of the standards that apply.
std::vector<ExportFile> standard_files(const ReportContent& content);

/// Names and contents of the study's own rule files, as part of the fingerprint of outputs.
std::string rules_fingerprint(const Study& study);

}  // namespace vesica
