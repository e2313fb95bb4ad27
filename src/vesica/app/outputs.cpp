// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/outputs.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "vesica/app/corrections.h"
#include "vesica/app/dose_response.h"
#include "vesica/app/images.h"
#include "vesica/app/session.h"
#include "vesica/app/standard_curves.h"
#include "vesica/app/standards.h"
#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"
#include "vesica/checks/isolation.h"
#include "vesica/checks/lots.h"
#include "vesica/checks/measured.h"
#include "vesica/checks/plates.h"
#include "vesica/checks/preparation.h"
#include "vesica/checks/published.h"
#include "vesica/checks/purity.h"
#include "vesica/contract/registry.h"
#include "vesica/report/exports.h"
#include "vesica/report/figures.h"
#include "vesica/report/render.h"
#include "vesica/stats/compare.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

constexpr const char* kOutputsKey = "outputs";
constexpr std::size_t kMostRendered = 120;  // figures that also become PDF and PNG (chosen: about a minute of one core)
constexpr double kDpi = 300;                // the least that journals ask; the SVG beside it has no limit

/// Texts of a row by column name, for matching exclusions. The input is known through the row's run.
class RowColumns {
 public:
  RowColumns(const ObservationTable& table, const Store& store) : table_(table), store_(store) {}

  std::string text(std::size_t i, std::string_view column) const {
    if (column == "sample") return std::string(table_.sample(i));
    if (column == "replicate") return std::string(table_.replicate(i));
    if (column == "quantity") return std::string(table_.quantity(i));
    if (column == "target") return std::string(table_.target(i));
    if (column == "condition") return std::string(table_.condition(i));
    if (column == "part") return std::string(table_.part(i));
    if (column == "source") return std::string(table_.source(i));
    if (column == "id") return observation_id(table_, i);
    if (column == "input") return input_of(std::string(table_.run(i)));
    return "";
  }

 private:
  const std::string& input_of(const std::string& run) const {
    const auto [place, is_new] = inputs_.try_emplace(run);
    if (is_new) {
      const auto record = store_.run(run);
      if (record && !record->inputs.empty()) place->second = record->inputs.front().first;
    }
    return place->second;
  }

  const ObservationTable& table_;
  const Store& store_;
  mutable std::map<std::string, std::string> inputs_;
};

std::vector<Edit> exclusions_of(const Study& study, const Store& store) {
  std::vector<Edit> edits;
  for (const Exclusion& exclusion : study.exclusions) {
    Edit edit;
    edit.action = "exclude";
    edit.match = exclusion.match;
    edit.reason = exclusion.reason;
    edits.push_back(std::move(edit));
  }
  for (Edit& edit : store.active_edits()) {
    if (edit.action == "exclude" || edit.action == "include") edits.push_back(std::move(edit));
  }
  return edits;
}

std::string reason_of(const std::vector<Edit>& edits, const std::function<std::string(std::string_view)>& column) {
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    const bool matches = std::all_of(edit->match.begin(), edit->match.end(),
                                     [&](const auto& wanted) { return column(wanted.first) == wanted.second; });
    if (matches) return edit->reason;
  }
  return "";
}

/// Different values of one setting over all inputs, with how many inputs have each.
std::vector<std::pair<std::string, std::string>> facts_of(const Study& study, const Plan& plan) {
  std::map<std::string, std::map<std::string, std::size_t>> values;
  for (const MeasureItem& item : plan.measures) {
    const Value settings = to_value(item.settings), defaults = to_value(item.assay->make_settings());
    for (const auto& [name, value] : settings.members) {
      const Value* usual = defaults.find(name);
      if (value.kind == Value::Kind::kTable || value.kind == Value::Kind::kArray || value.kind == Value::Kind::kNull)
        continue;
      const std::string text = value.is_number() ? exact_number(value.number) : value.text;
      const bool same = usual != nullptr && usual->kind == value.kind && usual->number == value.number &&
                        usual->text == value.text && usual->boolean == value.boolean;
      if (!same)
        ++values[std::string(item.assay->id) + ": " + name]
                [value.kind == Value::Kind::kBool ? (value.boolean ? "true" : "false") : text];
    }
  }
  std::vector<std::pair<std::string, std::string>> facts;
  for (const auto& [name, counts] : values) {
    std::vector<std::string> parts;
    for (const auto& [text, count] : counts) parts.push_back(say("{} ({} input(s))", text, count));
    facts.emplace_back(name, join(parts, ", "));
  }
  for (const CalibrationItem& item : plan.calibrations) {
    std::vector<std::string> files;
    for (const Input* input : item.inputs) files.push_back(input->path);
    facts.emplace_back(std::string(item.assay->id) + ": " + item.role, join(files, ", "));
  }
  for (const LightItem& item : plan.lights) {
    std::vector<std::string> files;
    for (const auto* inputs : {&item.flats, &item.darks}) {
      for (const Input* input : *inputs) files.push_back(input->path);
    }
    facts.emplace_back(std::string(item.assay->id) + ": " + say("corrected for uneven light by"), join(files, ", "));
  }
  if (!study.randomised.empty()) facts.emplace_back(say("Randomised"), study.randomised);
  if (!study.blinded.empty()) facts.emplace_back(say("Blinded"), study.blinded);
  return facts;
}

std::vector<std::string> methods_of(const Study& study, const Plan& plan) {
  std::vector<std::string> out;
  std::set<const Assay*> assays;
  std::set<const Model*> models;
  for (const MeasureItem& item : plan.measures) assays.insert(item.assay);
  for (const PredictItem& item : plan.predictions) models.insert(item.model);
  const auto sources = [](std::span<const std::string_view> list) {
    std::vector<std::string> words(list.begin(), list.end());
    return join(words, "; ");
  };
  for (const Assay* assay : all_assays()) {
    if (assays.count(assay) > 0)
      out.push_back(say("{} Measured with Vesica {}, assay \"{}\" ({}).", translate(assay->summary), version(),
                        assay->id, sources(assay->sources)));
  }
  for (const Model* model : all_models()) {
    if (models.count(model) > 0)
      out.push_back(say("{} Predicted with Vesica {}, model \"{}\" ({}).", translate(model->summary), version(),
                        model->id, sources(model->sources)));
  }
  if (!study.randomised.empty()) out.push_back(say("Randomisation: {}.", study.randomised));
  if (!study.blinded.empty()) out.push_back(say("Blinding: {}.", study.blinded));
  return out;
}

/// Rows of different inputs with one key: both stay, and the user hears of it.
void report_duplicates(const ObservationTable& table, std::vector<Issue>& issues) {
  const ObservationTable scalars = table.select([&](std::size_t i) { return std::isnan(table.at(i)); });
  std::set<std::string> told;
  for (const auto& [first, second] : scalars.duplicates()) {
    const std::string sample(scalars.sample(second));
    if (!told.insert(sample + scalars.run(second).data()).second) continue;
    issues.push_back({Severity::kError,
                      "study.duplicate_rows",
                      say("Two inputs claim the same {} of sample \"{}\", replicate \"{}\".", scalars.quantity(second),
                          sample, scalars.replicate(second)),
                      {},
                      say("Give one of them another replicate or time in the sheet."),
                      "",
                      sample});
  }
}

std::vector<ExportFile> render_figures(const std::vector<Figure>& figures, const Context& context, Console& console) {
  const bool render = figures.size() <= kMostRendered;
  if (!render)
    console.say_line(
        say("{} figure(s): SVG and data for all, PDF and PNG for those of comparisons and checks.", figures.size()));
  std::vector<std::vector<ExportFile>> parts(figures.size());
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(figures.size(), context, [&](std::size_t i) {
    const std::string base = "figures/" + figures[i].id;
    const std::string svg = figure_svg(figures[i]);
    parts[i].push_back({base + ".tsv", figure_tsv(figures[i])});
    if (render || !figures[i].finding.empty()) {
      parts[i].push_back({base + ".pdf", svg_to_pdf(svg)});
      parts[i].push_back({base + ".png", svg_to_png(svg, kDpi)});
    }
    parts[i].push_back({base + ".svg", svg});
    const std::lock_guard lock(mutex);
    console.progress(say("Drawing figures"), ++done, figures.size());
  });
  std::vector<ExportFile> files;
  for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(files));
  return files;
}

std::string media_type_of(const std::string& path) {
  static const std::map<std::string, std::string> types = {
      {".tsv", "text/tab-separated-values"},
      {".svg", "image/svg+xml"},
      {".pdf", "application/pdf"},
      {".png", "image/png"},
      {".html", "text/html"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".pzfx", "application/xml"}};
  const auto found = types.find(std::filesystem::path(path).extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

std::vector<CrateFile> crate_files(const Study& study, const std::vector<ExportFile>& exports,
                                   const ReportContent& content) {
  std::vector<CrateFile> files;
  for (const ExportFile& file : exports)
    files.push_back({file.path, media_type_of(file.path), "", file.bytes.size(), sha256(file.bytes), false});
  std::set<std::string> seen;
  for (const Run& run : content.runs) {
    for (const auto& [path, hash] : run.inputs) {
      if (!seen.insert(path).second) continue;
      const auto identity = file_identity(path_from(study.folder) / path_from(path));
      files.push_back({path, media_type_of(path), "", identity ? identity->size : 0, hash, true});
    }
  }
  return files;
}

bool exports_intact(const Store& store, const std::filesystem::path& folder) {
  const auto records = store.exports();
  return !records.empty() && !store.exports_unfinished() &&
         std::all_of(records.begin(), records.end(), [&](const ExportRecord& record) {
           const auto identity = file_identity(folder / path_from(record.path));
           return identity && identity->size == record.size;
         });
}

std::vector<ExportFile> make_exports(const Study& study, const ReportContent& content, std::vector<ExportFile> images,
                                     const Context& context, Console& console) {
  std::vector<ExportFile> files = render_figures(content.figures, context, console);
  std::move(images.begin(), images.end(), std::back_inserter(files));
  files.push_back({"observations.tsv", write_observations_tsv(content.table)});
  files.push_back({"findings.tsv", write_findings_tsv(content.findings)});
  files.push_back({"dictionary.tsv", write_data_dictionary_tsv(content)});
  for (Artifact& artifact : write_xlsx(content)) files.push_back({artifact.name, std::move(artifact.bytes)});
  files.push_back({"results.pzfx", write_pzfx(content)});
  for (ExportFile& file : standard_files(content)) files.push_back(std::move(file));
  files.push_back({"report.html", render_report(content)});
  files.push_back({"ro-crate-metadata.json", write_ro_crate(content, crate_files(study, files, content))});
  return files;
}

}  // namespace

CurrentRows current_rows(const Study& study, const Store& store) {
  CurrentRows rows;
  ObservationTable all = store.current_observations();
  const std::vector<Edit> edits = exclusions_of(study, store);
  if (edits.empty()) {
    rows.kept = std::move(all);
    return rows;
  }
  const RowColumns columns(all, store);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto column = [&](std::string_view name) { return columns.text(i, name); };
    const bool excluded = all.origin(i) == Origin::kMeasured && is_excluded(edits, column);
    (excluded ? rows.excluded : rows.kept).add(all.row(i));
    if (excluded) rows.reasons.push_back(reason_of(edits, column));
  }
  return rows;
}

namespace {

/// Purity, contradictions, lots, and the page of every preparation.
void add_quality(const Study& study, const Context& context, ReportContent& content) {
  for (Finding& finding : check_purity(content.table, study, context)) content.findings.push_back(std::move(finding));
  for (Finding& finding : check_preparations(content.table, study, context))
    content.findings.push_back(std::move(finding));
  for (Finding& finding : check_lots(content.table, study, context)) content.findings.push_back(std::move(finding));
  content.pages = preparation_pages(content.table, study, content.findings, context);
}

}  // namespace

ReportContent report_content(const Study& study, const Store& store, const Context& context) {
  ReportContent content;
  content.study = study;
  CurrentRows rows = current_rows(study, store);
  content.table = std::move(rows.kept);
  content.excluded = std::move(rows.excluded);
  content.excluded_reasons = std::move(rows.reasons);
  content.issues = store.current_issues();
  report_duplicates(content.table, content.issues);
  content.findings = compare(content.table, study, context);
  for (Finding& finding : check_measured(content.table, study, content.findings))
    content.findings.push_back(std::move(finding));
  for (Finding& finding : check_isolation(content.table, study, context))
    content.findings.push_back(std::move(finding));
  add_quality(study, context, content);
  for (Finding& finding : check_plates(content.table, study)) content.findings.push_back(std::move(finding));
  for (Finding& finding : compare_with_predictions(content.table, study))
    content.findings.push_back(std::move(finding));
  for (Finding& finding : check_published(content.table, study)) content.findings.push_back(std::move(finding));
  std::vector<Error> ignored;  // a plan with problems does not get this far
  const Plan plan = make_plan(study, ignored);
  for (Issue& issue : unattached_corrections(plan, store)) content.issues.push_back(std::move(issue));
  content.methods = methods_of(study, plan);
  content.facts = facts_of(study, plan);
  for (const ItemRecord& item : store.items()) {
    if (item.key == kOutputsKey) continue;
    const bool is_input = item.key.starts_with("measure|") || item.key.starts_with("calibrate|");
    const auto control = std::find_if(plan.calibrations.begin(), plan.calibrations.end(),
                                      [&](const CalibrationItem& each) { return each.key == item.key; });
    const std::size_t files = control == plan.calibrations.end() ? 1 : control->inputs.size();
    if (is_input) content.inputs_total += files;
    if (is_input) (item.status == "failed" ? content.inputs_failed : content.inputs_measured) += files;
    if (auto run = store.run(item.run)) content.runs.push_back(std::move(*run));
  }
  content.edits = store.edits();
  add_standards(content);
  content.version = version();
  content.study_sha256 = recipe_fingerprint(study);
  content.figures = study_figures(study, content.table, content.findings, content.issues);
  for (Figure& figure : standard_curve_figures(store)) content.figures.push_back(std::move(figure));
  for (Figure& figure : dose_response_figures(store)) content.figures.push_back(std::move(figure));
  for (const Finding& page : content.pages) {
    for (Figure& figure : detail_figures(page)) content.figures.push_back(std::move(figure));
  }
  return content;
}

OutputReport write_outputs(const Study& study, Store& store, const RunOptions& options, const Context& context,
                           Console& console) {
  const std::filesystem::path folder = results_folder(options.study, options.out);
  OutputReport report;
  report.report_path = path_text(folder / "report.html");
  const std::string print =
      fingerprint({kOutputsKey, recipe_fingerprint(study), rules_fingerprint(study), store.results_fingerprint(),
                   store.edits_fingerprint(), language() == Language::kEnglish ? "en" : "zh"});
  // The files on disk are those of the newest outputs alone: earlier ones with this fingerprint do not help.
  if (store.state(kOutputsKey, print) == ItemState::kCurrent && exports_intact(store, folder)) {
    if (const auto before = store.item(kOutputsKey)) {
      if (const Value* count = before->values.find("findings"))
        report.findings = static_cast<std::size_t>(count->integer);
      if (const Value* failed = before->values.find("check_failed")) report.check_failed = failed->boolean;
    }
    return report;
  }
  ItemResult result;
  result.key = kOutputsKey;
  result.fingerprint = print;
  result.depends_on_edits = true;
  result.run.producer = "report";
  result.run.version = version();
  result.run.started = utc_now();
  result.run.status = "complete";
  ReportContent content = report_content(study, store, context);
  std::vector<Error> ignored;  // a plan with problems does not get this far
  std::vector<ExportFile> images;
  const Plan plan = make_plan(study, ignored);
  content.images = report_images(plan, store, context, &images);
  for (ExportFile& file : object_files(plan, store)) images.push_back(std::move(file));
  context.check_cancelled();
  const ExportReport published = store.publish(make_exports(study, content, std::move(images), context, console));
  for (const std::string& kept : published.kept) console.say_line(say("Changed by hand, kept as {}.", kept));
  report.findings = content.findings.size();
  report.issues = content.issues;
  report.check_failed = std::any_of(content.issues.begin(), content.issues.end(),
                                    [](const Issue& issue) { return issue.kind == "study.duplicate_rows"; });
  report.written = true;
  result.values = Value::table();
  result.values.set("findings", Value::of(static_cast<std::int64_t>(report.findings)));
  result.values.set("check_failed", Value::of(report.check_failed));
  result.run.ended = utc_now();
  store.put(result);
  store.flush();
  return report;
}

}  // namespace vesica
