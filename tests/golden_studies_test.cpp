// SPDX-License-Identifier: Apache-2.0
// Every folder of tests/studies through app, held against its expected tables.
#include <algorithm>
#include <filesystem>

#include "tests/golden.h"
#include <gtest/gtest.h>

#include "vesica/app/app.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/io/csv.h"

namespace vesica::golden {
namespace {

namespace fs = std::filesystem;

class Listener final : public Console {
 public:
  void say_line(std::string_view) override {}
  void detail(std::string_view) override {}
  void issue(const Issue& found) override { issues.push_back(found); }
  void progress(std::string_view, std::size_t, std::size_t) override {}
  std::vector<Issue> issues;
};

Cell text_cell(const std::string& text) { return {text, std::numeric_limits<double>::quiet_NaN(), false}; }

/// The issues of a run as a table.
Sheet issue_table(const std::vector<Issue>& issues) {
  Sheet out;
  out.file = "issues";
  out.rows.emplace_back();
  for (const char* name : {"severity", "kind", "message", "hint", "file", "line", "column", "item", "input", "sample"})
    out.rows[0].push_back(text_cell(name));
  for (const Issue& issue : issues) {
    const std::string file = path_text(path_from(issue.where.file).filename());
    out.rows.push_back({text_cell(to_text(issue.severity)), text_cell(issue.kind), text_cell(issue.message),
                        text_cell(issue.hint), text_cell(file), text_cell(std::to_string(issue.where.line)),
                        text_cell(std::to_string(issue.where.column)), text_cell(issue.where.item),
                        text_cell(issue.input), text_cell(issue.sample)});
  }
  return out;
}

void compare_table(const fs::path& expected, const Sheet& actual) {
  for (const std::string& difference : differences(actual, read_text_table(expected))) ADD_FAILURE() << difference;
}

void run_and_compare(const fs::path& study, const fs::path& out) {
  Listener console;
  RunOptions options;
  options.study = path_text(study);
  options.out = path_text(out);
  Context context;
  context.threads = 2;
  std::vector<Issue> issues;
  bool refused = false;
  try {
    issues = run_study(options, context, console).issues;
  } catch (const Error& error) {
    refused = true;
    console.issues.push_back(issue_from(error));
  }
  const bool wants_rows = fs::exists(study / "expected.tsv");
  EXPECT_NE(refused, wants_rows) << "only a study without expected.tsv is refused";
  issues.insert(issues.end(), console.issues.begin(), console.issues.end());
  for (const auto& [expected, table] :
       {std::pair{"expected.tsv", "observations.tsv"}, std::pair{"expected_findings.tsv", "findings.tsv"}})
    if (fs::exists(study / expected) && !refused) compare_table(study / expected, read_text_table(out / table));
  if (fs::exists(study / "expected_issues.tsv")) compare_table(study / "expected_issues.tsv", issue_table(issues));
}

TEST(GoldenStudiesSlow, EveryStudyYieldsWhatItMust) {
  const fs::path all = fs::path(VESICA_SOURCE_DIR) / "tests" / "studies";
  const fs::path out = fs::temp_directory_path() / ("vesica-golden-" + new_uuid());
  std::vector<fs::path> studies;
  for (const auto& entry : fs::directory_iterator(all))
    if (entry.is_directory()) studies.push_back(entry.path());
  std::sort(studies.begin(), studies.end());
  for (const fs::path& study : studies) {
    if (!fs::exists(study / "expected.tsv") && !fs::exists(study / "expected_issues.tsv")) continue;
    SCOPED_TRACE(path_text(study.filename()));
    fs::remove_all(out);
    run_and_compare(study, out);
  }
  fs::remove_all(out);
}

}  // namespace
}  // namespace vesica::golden
