// SPDX-License-Identifier: Apache-2.0
// What a user can ask of Vesica. The command line, Python and the web page call these and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/app/console.h"
#include "vesica/app/edits.h"
#include "vesica/contract/finding.h"

namespace vesica {

/// "0.1.0"
std::string_view version();
/// Version and build: stored results of another build are computed again, because a mended formula may lie between.
std::string program_identity();

enum class Print { kText, kTsv, kJson };

// ---- studies -------------------------------------------------------------------------------------------------------

struct RunOptions {
  std::string study;              ///< folder, study.toml or sample sheet
  std::string out;                ///< results folder; empty: STUDY/results
  std::vector<std::string> only;  ///< assays; empty: all
  bool strict = false;            ///< the first failed input ends the run
  bool dry_run = false;
  bool verify = false;                  ///< hash every file again
  bool new_store = false;               ///< moves a damaged database aside first
  int shard = 0, shards = 0;            ///< 1-based; 0: everything, then statistics and report
  std::vector<std::string> merge_from;  ///< results folders of shards to join first
};

struct RunSummary {
  std::size_t inputs = 0;      ///< work items of the study (files, scenarios)
  std::size_t up_to_date = 0;  ///< not executed, because nothing changed
  std::size_t executed = 0;
  std::size_t failed = 0;  ///< stand as errors among the issues
  std::size_t findings = 0;
  std::vector<Issue> issues;
  std::string report;            ///< path of report.html; empty for a shard or a dry run
  bool outputs_written = false;  ///< false when the outputs were already those of this state
  bool check_failed = false;
};

/// Loads, measures what changed, predicts, compares, writes. Problems of single inputs are issues; problems of the
/// study as a whole are all reported to the console and end in Error(kConfig).
RunSummary run_study(const RunOptions& options, const Context& context, Console& console);

struct NewOptions {
  std::string study;
  std::string from;
  bool force = false;
  bool report = true;
};
/// Writes study.toml and samples.xlsx from what the folder holds, and says what is missing and what cannot be read.
RunSummary new_study(const NewOptions& options, const Context& context, Console& console);

/// `status` and `why` as text for people or as JSON.
std::string study_status(const std::string& study, const std::string& out, bool json, int& exit_code);
std::string study_why(const std::string& study, const std::string& out, const std::string& id, bool json);

struct CheckOptions {
  std::string study, out;
  std::vector<std::string> standards;  ///< ids; empty: all
  std::vector<std::string> rules;      ///< rule files beside those of the study
  std::string sheets;                  ///< folder to write the filled sheets into; empty: none
  bool all = false;                    ///< what does not apply is shown too
  Print print = Print::kText;
  std::size_t columns = 100;
};
struct CheckAnswer {
  std::string text;
  std::size_t open = 0;  ///< items of severity must that are absent or contradictory
};
/// Holds the study against reporting standards; before any measurement too, on what is stated and planned alone.
CheckAnswer check_study(const CheckOptions& options, Console& console);

// ---- single questions ----------------------------------------------------------------------------------------------

struct MeasureOptions {
  std::string assay;
  std::vector<std::string> files;
  std::vector<std::pair<std::string, std::string>> set;
  Print print = Print::kText;
  std::size_t columns = 100;  ///< width of the text form
};
struct Answer {
  std::string text;
  std::size_t failed = 0;  ///< inputs that could not be measured
};
Answer measure_files(const MeasureOptions& options, const Context& context, Console& console);

struct PredictOptions {
  std::string model;  ///< id or scenario file
  std::vector<std::pair<std::string, std::string>> set;
  Print print = Print::kText;
  std::size_t columns = 100;
  std::string figure = {};       ///< file to draw courses over time, or the tornado, into; empty: none
  std::string sensitivity = {};  ///< "sobol" or "morris": what the prediction depends on, instead of the prediction
  std::size_t samples = 0;       ///< of the sensitivity; 0: chosen
  std::string moment = {};       ///< of the sensitivity: "last" (also empty), "peak", or hours
  std::string scenario = {};     ///< of the sensitivity; empty: the last one that no other takes from
  std::string write_sbml = {};   ///< file for the network behind the prediction; empty: none
};
Answer predict_once(const PredictOptions& options, const Context& context, Console& console);

/// A question to a reaction network in an SBML file.
struct NetworkOptions {
  std::string file;
  std::vector<std::pair<std::string, std::string>> set;     ///< symbol → value
  std::vector<std::pair<std::string, std::string>> fields;  ///< settings of the model network: "to" → "100"
  std::vector<std::string> select, doses, vary;
  std::string individuals, figure, write_sbml;  ///< files; empty: none
  bool check = false;                           ///< says what the file holds; nothing is run
  Print print = Print::kText;
  std::size_t columns = 100;
};
/// True when the word after `predict` names a file rather than a model of Vesica or a scenario.
bool names_network_file(const std::string& word);
struct NetworkAnswer {
  std::size_t failed = 0;  ///< individuals that did not run to the end
  bool check_failed = false;
};
/// Runs the network and hands text to `write` piece by piece, so that the rows of any number of individuals stream.
/// Options that contradict each other are Error(kUsage).
NetworkAnswer predict_network(const NetworkOptions& options, const Context& context, Console& console,
                              const std::function<void(std::string_view)>& write);

/// Writes a phantom's files and truth.tsv; returns what was written, for people.
std::string render_phantom(const std::string& id, const std::string& out, std::uint64_t seed,
                           const std::vector<std::pair<std::string, std::string>>& set);

enum class DescribeForm { kText, kJson, kMarkdown };
std::string describe(const std::string& what, DescribeForm form);

std::string evidence_text(const std::string& about, std::size_t limit, Print print);

/// A question to the table of mechanisms; empty texts are not asked.
struct ExplainOptions {
  std::string from, to, disease, source, route;
  std::vector<std::pair<std::string, double>>
      numbers;  ///< dose, organ-share, uptake-share, cells, copies, escape-share
  std::size_t longest = 6, limit = 10;
  std::string figure, qual;  ///< files; empty: none
  Print print = Print::kText;
  std::size_t columns = 100;
};
struct ExplainAnswer {
  std::string text;
  bool found = false;  ///< some path answers the question
};
ExplainAnswer explain_mechanism(const ExplainOptions& options, const Context& context, Console& console);

// ---- designs -------------------------------------------------------------------------------------------------------

/// A wish for spins; what is not stated keeps its default (design/spin.h).
struct DesignSpinOptions {
  std::string rotor, to_rotor;
  std::string protocol;  ///< study.toml or study.toml:ID, to be carried to `to_rotor`
  std::optional<double> keep_from_nm, remove_above_nm, yield, max_rpm, tube_bore_mm, to_tube_bore_mm;
  std::optional<double> shortest_minutes, longest_h;
  std::optional<std::int64_t> rounds;
  std::int64_t draws = 400;
  std::vector<std::pair<std::string, std::string>> set;  ///< settings of model spin
  std::string figure;                                    ///< file; empty: none
  Print print = Print::kText;
  std::size_t columns = 100;
};
struct DesignAnswer {
  std::string text;
  bool reached = false;  ///< the wish can be fulfilled
};
/// A wish for doses (design/dose.h).
struct DesignDoseOptions {
  std::string organ, measure;  ///< measure: "minimum", "average"; empty: minimum
  std::optional<double> at_least, area, from_h, to_h, start_h, available, cells;
  std::vector<std::string> routes, gels;
  std::optional<std::vector<double>> every_h;
  std::optional<std::int64_t> draws, shown;              ///< shown 0: all
  std::vector<std::pair<std::string, std::string>> set;  ///< settings of model distribution
  std::string figure;
  Print print = Print::kText;
  std::size_t columns = 100;
};
DesignAnswer design_dose(const DesignDoseOptions& options, const Context& context, Console& console);
DesignAnswer design_spin(const DesignSpinOptions& options, const Context& context, Console& console);

}  // namespace vesica
