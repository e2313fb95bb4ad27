// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/standards.h"

#include <algorithm>
#include <filesystem>

#include "vesica/app/names.h"
#include "vesica/app/outputs.h"
#include "vesica/app/reading.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/contract/registry.h"
#include "vesica/io/json.h"
#include "vesica/study/load.h"

namespace vesica {

namespace {

constexpr std::size_t kMostRuleFiles = 100;  // chosen: more is no folder of house rules

/// STUDY/rules/*.toml by name.
std::vector<std::string> own_rule_files(const Study& study) {
  std::vector<std::string> out;
  std::error_code error;
  const std::filesystem::path folder = path_from(study.folder) / "rules";
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".toml" && entry->is_regular_file(error)) out.push_back(path_text(entry->path()));
    if (out.size() >= kMostRuleFiles) break;
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<rules::StandardResult> results_of(const std::vector<rules::Standard>& standards,
                                              const rules::Facts& facts) {
  std::vector<rules::StandardResult> out;
  for (const rules::Standard& standard : standards) out.push_back(rules::check(standard, facts));
  return out;
}

/// The study with every problem told; files that are not there yet are none.
Study load_plan(const std::string& path, Console& console) {
  LoadOptions options;
  options.plan_only = true;
  LoadedStudy loaded = load_study(path_from(path), known_names(), options);
  for (const Error& problem : loaded.problems) console.issue(issue_from(problem));
  if (!loaded.problems.empty())
    throw Error(loaded.problems.size() == 1 ? loaded.problems.front().kind() : ErrorKind::kConfig,
                say("The study has {} problem(s); nothing was checked.", loaded.problems.size()), {path, 0, 0, ""},
                say("Mend them and run the same command again."));
  return std::move(loaded.study);
}

ObservationTable rows_of(const Study& study, const CheckOptions& options) {
  const std::filesystem::path folder = results_folder(options.study, options.out);
  if (!Store::exists(folder)) return {};
  const Store store = Store::open_for_reading(folder);
  return current_rows(study, store).kept;
}

}  // namespace

std::vector<rules::Standard> standards_of(const Study& study, const std::vector<std::string>& files,
                                          const std::vector<std::string>& names, std::vector<Error>& problems) {
  std::vector<std::string> paths = own_rule_files(study);
  paths.insert(paths.end(), files.begin(), files.end());
  std::vector<std::pair<std::string, std::string>> texts;
  for (const std::string& path : paths) {
    try {
      texts.emplace_back(path, decode_text(read_file(path_from(path), rules::kMaxRuleBytes), path).utf8);
    } catch (const Error& error) {
      problems.push_back(error);
    }
  }
  return rules::choose_standards(texts, names, problems);
}

rules::Facts facts_for_rules(const Study& study, const ObservationTable& rows) {
  std::vector<rules::AssayAbility> assays;
  for (const Assay* assay : all_assays())
    assays.push_back({std::string(assay->id), {assay->quantities.begin(), assay->quantities.end()}});
  return rules::facts_of(study, rows, assays);
}

void add_standards(ReportContent& content) {
  std::vector<Error> problems;
  const std::vector<rules::Standard> standards = standards_of(content.study, {}, {}, problems);
  for (const Error& problem : problems) {
    Issue issue = issue_from(problem);
    issue.severity = Severity::kWarning;
    issue.kind = "rules.wrong_file";
    content.issues.push_back(std::move(issue));
  }
  for (const rules::StandardResult& result : results_of(standards, facts_for_rules(content.study, content.table))) {
    if (!result.applies) continue;
    ReportStandard shown;
    shown.title = translate(result.standard->title);
    shown.doi = result.standard->doi;
    shown.note = rules::unread_text(*result.standard);
    shown.summary = rules::counts_text(result);
    for (const rules::ItemResult& item : result.items) {
      if (item.state == rules::State::kNotApplicable) continue;
      ReportStandardItem line;
      line.clause = translate(item.item->clause);
      line.title = translate(item.item->title);
      line.state = rules::state_text(item);
      line.good = item.state == rules::State::kPresent;
      for (const std::string& one : item.contradictions) line.remarks.push_back(one);
      if (item.state == rules::State::kAbsent) {
        for (const rules::PartResult& part : item.parts)
          if (!part.met) line.remarks.push_back(rules::missing_words(part));
      }
      shown.items.push_back(std::move(line));
    }
    content.standards.push_back(std::move(shown));
  }
}

std::vector<ExportFile> standard_files(const ReportContent& content) {
  std::vector<Error> told_by_add_standards;
  const std::vector<rules::Standard> standards = standards_of(content.study, {}, {}, told_by_add_standards);
  const rules::Facts facts = facts_for_rules(content.study, content.table);
  const std::vector<rules::StandardResult> results = results_of(standards, facts);
  std::vector<ExportFile> out;
  if (std::none_of(results.begin(), results.end(), [](const auto& result) { return result.applies; })) return out;
  out.push_back({"reporting/check.tsv", rules::tsv_of(results)});
  for (const rules::StandardResult& result : results)
    for (rules::SheetFile& file : rules::filled_sheets(result, facts))
      out.push_back({std::move(file.name), std::move(file.bytes)});
  return out;
}

std::string rules_fingerprint(const Study& study) {
  std::string out;
  for (const std::string& path : own_rule_files(study)) {
    out += path_text(path_from(path).filename()) + '\x1f';
    try {
      out += read_file(path_from(path), rules::kMaxRuleBytes) + '\x1f';
    } catch (const Error& error) {
      out += error.message() + '\x1f';
    }
  }
  return out;
}

CheckAnswer check_study(const CheckOptions& options, Console& console) {
  const Study study = load_plan(options.study, console);
  std::vector<Error> problems;
  const std::vector<rules::Standard> standards = standards_of(study, options.rules, options.standards, problems);
  for (const Error& problem : problems) console.issue(issue_from(problem));
  if (!problems.empty())
    throw Error(problems.size() == 1 ? problems.front().kind() : ErrorKind::kConfig,
                say("The rule files have {} problem(s); nothing was checked.", problems.size()), {},
                say("Mend them and run the same command again."));
  const rules::Facts facts = facts_for_rules(study, rows_of(study, options));
  const std::vector<rules::StandardResult> results = results_of(standards, facts);
  CheckAnswer answer;
  for (const rules::StandardResult& result : results) answer.open += result.musts_open;
  if (!options.sheets.empty()) {
    for (const rules::StandardResult& result : results) {
      for (const rules::SheetFile& file : rules::filled_sheets(result, facts)) {
        const std::filesystem::path path = path_from(options.sheets) / path_from(file.name).filename();
        std::error_code ignored;  // a folder that cannot be made shows when the file is written
        std::filesystem::create_directories(path.parent_path(), ignored);
        write_file_atomically(path, file.bytes);
        console.say_line(say("Wrote {}", path_text(path)));
      }
    }
  }
  answer.text = options.print == Print::kJson  ? write_json(rules::value_of(results))
                : options.print == Print::kTsv ? rules::tsv_of(results)
                                               : rules::text_of(results, options.columns, options.all);
  return answer;
}

}  // namespace vesica
