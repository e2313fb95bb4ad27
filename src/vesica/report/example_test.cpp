// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/example_test.h"

#include <cmath>
#include <utility>
#include <vector>

#include "vesica/base/random.h"
#include "vesica/report/figures.h"

namespace vesica::example {

namespace {

Observation row(const std::string& quantity, const std::string& unit, const std::string& sample,
                const std::string& condition, const std::string& replicate, double value) {
  Observation out;
  out.quantity = quantity, out.unit = unit, out.sample = sample, out.condition = condition, out.replicate = replicate;
  out.value = value, out.source = "nta";
  return out;
}

double density(double d, double mode, double width, double total) {
  const double z = std::log(d / mode) / width;
  return total / (d * width * 2.5066) * std::exp(-z * z / 2);
}

/// The rows of one preparation; yields the mean diameter of each video.
std::vector<double> add_preparation(ReportContent& content, const std::string& name, const std::string& condition,
                                    const Options& options, double mode, double total, Random& random) {
  std::vector<double> means;
  const double own_mode = mode * std::exp(0.06 * random.normal()), own_total = total * std::exp(0.25 * random.normal());
  const std::string run = "run-" + name;
  for (int v = 0; v <= options.videos; ++v) {
    const std::string replicate = v == 0 ? "" : "video " + std::to_string(v);
    const double m = own_mode * (v == 0 ? 1 : std::exp(0.03 * random.normal()));
    const double t = own_total * (v == 0 ? 1 : std::exp(0.1 * random.normal()));
    const double mean = m * 1.08;
    std::vector<Observation> rows = {row("vesicle.diameter.mean", "nm", name, condition, replicate, mean),
                                     row("vesicle.diameter.median", "nm", name, condition, replicate, m * 1.02),
                                     row("vesicle.diameter.sd", "nm", name, condition, replicate, m * 0.38),
                                     row("vesicle.concentration", "{particles}/mL", name, condition, replicate, t)};
    if (v == 0) {
      rows[0].low = mean * 0.94, rows[0].high = mean * 1.06, rows[0].interval = "t95", rows[0].n = 4210;
    } else {
      means.push_back(mean);
      rows[0].n = 1400;
    }
    if (v == 2) {
      rows.push_back(row("nta.valid_tracks", "{tracks}", name, condition, replicate, kNaN));
      rows.back().status = Status::kNotMeasurable;
    }
    for (int i = 0; options.curves && i < 300; ++i) {
      const double d = 20.5 + 1.5 * i;
      Observation point = row("vesicle.number_density", "{particles}/mL/nm", name, condition, replicate,
                              density(d, m, 0.3, t) * (1 + (v == 0 ? 0 : 0.12 * std::sin(d / 9 + v))));
      point.at = d;
      rows.push_back(point);
    }
    for (Observation& r : rows) {
      r.run = run;
      content.table.add(r);
    }
  }
  Run record;
  record.id = run, record.producer = "assay nta", record.version = "0.1.0", record.status = "complete";
  record.settings = Value::table();
  record.settings.set("dilution", Value::of(1000));
  record.settings.set("viscosity_mpa_s", Value::of(0.9544));
  record.inputs = {{"raw/" + name + "-ExperimentSummary.csv", std::string(60, 'a') + "4f2c"}};
  content.runs.push_back(record);
  return means;
}

Finding comparison(const std::string& quantity, const std::string& scale, std::vector<FindingGroup> groups,
                   bool different) {
  Finding finding;
  finding.id = "size-" + quantity;
  finding.comparison = "size", finding.kind = "comparison", finding.quantity = quantity, finding.unit = "preparation";
  finding.scale = scale;
  finding.question = "Does hypoxia change the " + quantity.substr(quantity.find('.') + 1) + " of the vesicles?";
  finding.answer = different ? "Vesicles of hypoxic cells were larger: 164.2 nm against 143.9 nm, a difference of 20.3 "
                               "nm (95 % interval 6.1 to "
                               "34.5 nm; Welch's t test, p = 0.013; 4 against 4 preparations)."
                             : "No difference in concentration was shown: ratio 1.21 (95 % interval 0.71 to 2.06; p = "
                               "0.41); a doubling would "
                               "have been seen with a probability of 87 %.";
  finding.groups = std::move(groups);
  FindingTest test;
  test.contrast = finding.groups[1].title + " − " + finding.groups[0].title;
  test.method = "welch_t", test.title = "Welch's t test", test.statistic_name = "t";
  test.statistic = different ? 3.52 : 0.89, test.df1 = 5.61, test.p = different ? 0.0132 : 0.412;
  test.stars = different ? "*" : "ns";
  test.estimate = different ? 20.3 : 1.21, test.low = different ? 6.1 : 0.71, test.high = different ? 34.5 : 2.06;
  test.estimate_kind = different ? "mean difference" : "ratio of geometric means";
  test.hedges_g = different ? 2.17 : 0.55, test.hedges_low = different ? 0.41 : -0.88,
  test.hedges_high = different ? 3.92 : 1.95;
  test.power = different ? 0.78 : 0.87, test.n_needed = different ? 5 : 4;
  if (finding.groups.size() > 2) {
    test.adjusted_p = test.p * 1.9, test.correction = "Dunnett";
    FindingTest other = test;
    other.contrast = finding.groups[2].title + " − " + finding.groups[0].title;
    other.p = 0.00034, other.adjusted_p = 0.00066, other.stars = "***", other.estimate *= 1.8, other.low *= 1.5,
    other.high *= 2.1;
    other.hedges_g *= 1.6, other.hedges_low += 1, other.hedges_high += 1.5;
    finding.tests = {test, other};
  } else {
    finding.tests = {test};
  }
  finding.assumptions = {"Unequal variances are allowed for (Welch).",
                         "With n = 4 no test of normality can say much; none was used as a gate."};
  finding.method_text =
      "Means of preparations were compared with Welch's t test (two-sided, alpha = 0.05); videos are repeats within a "
      "preparation.";
  return finding;
}

}  // namespace

Finding compatibility() {
  Finding finding;
  finding.id = "isolation", finding.comparison = "isolation", finding.kind = "compatibility",
  finding.quantity = "vesicle.diameter.mean";
  finding.question = "Under which assumptions is the measured size compatible with the isolation?";
  finding.answer =
      "The measured mean of 152.6 nm is compatible with a swing-out rotor at 1.10 g/mL or with a size-dependent "
      "density in any rotor, not with a "
      "fixed-angle rotor at 1.15 g/mL; the rotor is not stated and would decide.";
  Value map = Value::table();
  map.set("title", Value::of("Parent median needed for the measured mean (nm)"));
  map.set("row_label", Value::of("Density law"));
  map.set("column_label", Value::of("Rotor"));
  Value columns = Value::array(), rows = Value::array(), cells = Value::array();
  for (const char* rotor : {"45 Ti", "70 Ti", "SW 32 Ti", "TLA-110"}) columns.append(Value::of(rotor));
  const char* const laws[] = {"1.15 g/mL", "1.10 g/mL", "core-shell"};
  const double needed[3][4] = {{-1, -1, 265, -1}, {-1, -1, 220, -1}, {210, 260, 180, 310}};
  for (int r = 0; r < 3; ++r) {
    rows.append(Value::of(laws[r]));
    Value line = Value::array();
    for (int c = 0; c < 4; ++c) {
      Value cell = Value::table();
      if (needed[r][c] > 0) {
        cell.set("value", Value::of(needed[r][c]));
        cell.set("compatible", Value::of(needed[r][c] < 250));
      } else {
        cell.set("value", Value::of(400.0));
        cell.set("text", Value::of("> 400"));
        cell.set("status", Value::of("above_range"));
      }
      line.append(cell);
    }
    cells.append(line);
  }
  map.set("rows", rows);
  map.set("columns", columns);
  map.set("cells", cells);
  Value second = map;
  second.set("title", Value::of("Mean that the instrument would print, parents of median 100 nm (nm)"));
  second.set("reference", Value::of(152.6));
  Value numbers = Value::array();
  const double printed[3][4] = {{92, 84, 118, 78}, {104, 96, 131, 88}, {141, 133, 156, 126}};
  for (const auto& line : printed) {
    Value items = Value::array();
    for (const double value : line) items.append(Value::of(value));
    numbers.append(items);
  }
  second.set("cells", numbers);
  Value maps = Value::array();
  maps.append(map);
  maps.append(second);
  finding.details = Value::table();
  finding.details.set("maps", maps);
  Issue warning;
  warning.kind = "isolation.rotor_unstated";
  warning.message = "The protocol \"uc\" does not name its rotor; all rotors of the class were tried.";
  warning.hint = "Add rotor = \"...\" to the step of 100,000 g in study.toml.";
  finding.warnings = {warning};
  finding.assumptions = {"Parents are lognormal with a geometric standard deviation of 1.5.",
                         "The instrument sees nothing below 65 nm."};
  finding.method_text = "Sizes expected after differential centrifugation were calculated after Livshits et al. 2015.";
  return finding;
}

namespace {

/// The preparations of every condition with their rows; fills the groups of the two comparisons.
void add_groups(ReportContent& out, const Options& options, std::vector<FindingGroup>& sizes,
                std::vector<FindingGroup>& numbers) {
  Study& study = out.study;
  const std::vector<std::pair<std::string, std::string>> conditions = {
      {"normoxia", options.chinese_names ? "常氧对照" : "Normoxia"},
      {"hypoxia", options.chinese_names ? "低氧" : "Hypoxia"},
      {"hypoxia_dfo", "Hypoxia + DFO"}};
  Random random(7);
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    Condition condition;
    condition.id = conditions[c].first, condition.title = conditions[c].second;
    study.conditions.push_back(condition);
    FindingGroup size, number;
    size.name = number.name = condition.id, size.title = number.title = condition.title;
    for (int k = 1; k <= options.preparations_per_group; ++k) {
      Sample sample;
      sample.id =
          (options.chinese_names ? "制备" : "P") + std::to_string(c + 1) + "-" + std::to_string(k) + options.long_name;
      sample.kind = "preparation", sample.condition = condition.id, sample.block = "day " + std::to_string(k),
      sample.protocol = "uc";
      sample.attributes = {{"passage", "4"}};
      study.samples.push_back(sample);
      const std::vector<double> means =
          add_preparation(out, sample.id, condition.id, options, 130 + 16 * static_cast<double>(c),
                          2.1e10 * (1 + 0.2 * static_cast<double>(c)), random);
      FindingUnit unit;
      unit.sample = sample.id, unit.block = sample.block, unit.observations = means;
      for (const double value : means)
        unit.value = (std::isnan(unit.value) ? 0 : unit.value) + value / static_cast<double>(means.size());
      for (std::size_t i = 0; i < means.size(); ++i)
        unit.row_ids.push_back("ROW" + std::to_string(c) + std::to_string(k) + std::to_string(i) + "ABCD");
      size.units.push_back(unit);
      unit.observations.clear(), unit.row_ids.clear();
      unit.value = 2.1e10 * (1 + 0.2 * static_cast<double>(c)) * std::exp(0.25 * random.normal());
      number.units.push_back(unit);
    }
    const auto summarise = [](FindingGroup& group, double width) {
      group.mean = 0;
      for (const FindingUnit& u : group.units) group.mean += u.value / static_cast<double>(group.units.size());
      group.low = group.mean * (1 - width), group.high = group.mean * (1 + width), group.median = group.mean;
    };
    summarise(size, 0.06);
    summarise(number, 0.35);
    sizes.push_back(size);
    numbers.push_back(number);
  }
}

void add_predictions(ReportContent& out, const Options& options) {
  const std::string sample = out.study.samples[0].id, condition = out.study.conditions[0].id;
  Observation predicted = row("vesicle.diameter.mean", "nm", sample, condition, "", 121);
  predicted.origin = Origin::kPredicted, predicted.source = "spin", predicted.low = 98, predicted.high = 139,
  predicted.interval = "mc95";
  out.table.add(predicted);
  for (int i = 0; options.curves && i < 200; ++i) {
    Observation point = row("vesicle.number_density", "{particles}/mL/nm", sample, condition, "",
                            density(20.5 + 2 * i, 112, 0.36, 2e10));
    point.at = 20.5 + 2 * i, point.origin = Origin::kPredicted, point.source = "spin";
    out.table.add(point);
  }
}

void add_issues(ReportContent& out) {
  const Study& study = out.study;
  Issue flag;
  flag.kind = "nta.flagged_video", flag.sample = study.samples[1].id, flag.where.item = "video 2";
  flag.message = "The instrument calls the concentration of this video unreliable: particles per frame too low.";
  flag.hint = "It is kept and shown hollow; the result without it stands beside the whole.";
  Issue failed;
  failed.severity = Severity::kError, failed.kind = "data", failed.input = "raw/old/NC-1 (2).csv";
  failed.message =
      "The file is named like a summary but begins with \"particle_size\": a table that was saved over it.";
  failed.hint = "Export the summary again from NTA, or declare the file as a table.";
  out.issues = {flag, failed};
  out.excluded.add(row("vesicle.diameter.mean", "nm", "P1-5", "normoxia", "video 1", 311.4));
  out.excluded_reasons = {"air bubble in the cell (log book, 3 March)"};
  Edit edit;
  edit.number = 1, edit.action = "exclude", edit.match = {{"sample", "P1-5"}},
  edit.reason = "air bubble in the cell (log book, 3 March)", edit.author = "A. Author";
  out.edits = {edit};
}

}  // namespace

ReportContent content(const Options& options) {
  ReportContent out;
  Study& study = out.study;
  study.id = "hypoxia", study.title = "Vesicles of hypoxic mesenchymal cells";
  study.question = "Does hypoxia change the size and the number of vesicles that mesenchymal stromal cells release?";
  study.file = "study.toml", study.authors = "A. Author, B. Author";
  out.version = "0.1.0", out.study_sha256 = std::string(64, 'c');
  std::vector<FindingGroup> sizes, numbers;
  add_groups(out, options, sizes, numbers);
  add_predictions(out, options);
  add_issues(out);
  out.findings = {compatibility(), comparison("vesicle.diameter.mean", "linear", sizes, true),
                  comparison("vesicle.concentration", "log", numbers, false)};
  out.methods = {
      "Particles were sized by nanoparticle tracking analysis (NanoSight, NTA 3.4); all summaries were recomputed from "
      "the exported bins."};
  out.facts = {{"Dilution", "1:1000, written in the sheet, 12 files"},
               {"Blank", "PBS, 1 file: 2.1×10⁶ particles/mL, subtracted"}};
  out.inputs_total = 14, out.inputs_measured = 13, out.inputs_failed = 1;
  out.figures = study_figures(out.study, out.table, out.findings, out.issues);
  return out;
}

}  // namespace vesica::example
