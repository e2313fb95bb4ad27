// SPDX-License-Identifier: Apache-2.0
// Results in the formats of other programs. Each function returns bytes or documents; `app` writes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vesica/report/html.h"

namespace vesica {

/// `findings.tsv`: one line a test with everything that FindingTest and its Finding hold (the dictionary names the
/// columns); exact numbers, an absent one is an empty cell. A finding without tests is one line with its answer.
std::string write_findings_tsv(const std::vector<Finding>& findings);
/// The dictionary of `observations.tsv` and `findings.tsv`: file, column, meaning; then quantities with unit,
/// definition and source.
std::string write_data_dictionary_tsv(const ReportContent& content);

/// `results.xlsx`: read me, observations (rows without `at`), curves, findings, issues, exclusions, dictionary; text
/// cells are text (never formulas), numbers numbers, an absent number an empty cell. Curves beyond `sheet_rows`
/// (Excel's limit) are left to a second document `curves.tsv`. No date in it.
std::vector<Artifact> write_xlsx(const ReportContent& content, std::size_t sheet_rows = 1'048'576);

/// `results.pzfx` for GraphPad Prism 5 and later: one column table a comparison (unit values by group), a grouped table
/// for a second factor (replicates side by side), an XY table for a time course and for each curve quantity.
std::string write_pzfx(const ReportContent& content);

/// A file that lies in the results folder and is described in the crate.
struct CrateFile {
  std::string path;  ///< relative to the crate
  std::string media_type;
  std::string about;
  std::size_t size = 0;
  std::string sha256;
  bool is_input = false;  ///< a raw file: described, perhaps outside of the crate
};
/// `ro-crate-metadata.json`: RO-Crate 1.1 with Process Run Crate 0.5: one CreateAction a run (instrument, object,
/// result, startTime, endTime, actionStatus and error).
std::string write_ro_crate(const ReportContent& content, const std::vector<CrateFile>& files);

/// `{"schema": "vesica.outcome/1", "observations": [...], "issues": [...], "artifacts": [...], "run": {...}}`: NaN is
/// null, numbers are exact, members in a fixed order. Artifacts are listed (name, media_type, bytes as size, sha256,
/// about).
std::string write_outcome_json(const Outcome& outcome, const Run& run);
/// The rows alone, as write_observations_tsv().
std::string write_outcome_tsv(const Outcome& outcome);
/// For a terminal: aligned columns (quantity, target, sample, value with unit, interval, n, status, id), curves as one
/// line each, at most `width` columns; then the issues. `width` 0: no limit.
std::string write_outcome_text(const Outcome& outcome, std::size_t width = 100);

}  // namespace vesica
