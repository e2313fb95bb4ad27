// SPDX-License-Identifier: Apache-2.0
// From current rows to findings, figures, tables and the report on disk.
#pragma once

#include <string>
#include <vector>

#include "vesica/app/app.h"
#include "vesica/report/html.h"
#include "vesica/store/store.h"

namespace vesica {

/// Current rows without the excluded ones, and the excluded ones with their reasons.
struct CurrentRows {
  ObservationTable kept, excluded;
  std::vector<std::string> reasons;  ///< one a row of `excluded`
};
/// Exclusions of the study's recipe and edits of the store, both applied.
CurrentRows current_rows(const Study& study, const Store& store);

struct OutputReport {
  bool written = false;
  std::string report_path;
  std::size_t findings = 0;
  std::vector<Issue> issues;
  bool check_failed = false;
};
/// Computes findings and writes every output; does nothing when recipe, results, edits and language are those of the
/// outputs that are there.
OutputReport write_outputs(const Study& study, Store& store, const RunOptions& options, const Context& context,
                           Console& console);

/// Findings and rows of the study as they stand: what the report shows.
ReportContent report_content(const Study& study, const Store& store, const Context& context);

}  // namespace vesica
