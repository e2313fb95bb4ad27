// SPDX-License-Identifier: Apache-2.0
// The stoichiometric gate as a model: rows with intervals, a verdict, what speaks against it, the empirical arm.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/models/feasibility/feasibility.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using feasibility::Answer;
using feasibility::Question;

constexpr std::string_view kSources[] = {"10.1073/pnas.1408301111", "10.1038/s41467-021-22126-y"};
constexpr std::string_view kQuantities[] = {
    "feasibility.vesicles_per_cell", "feasibility.delivered_per_cell",
    "feasibility.copies_per_cell",   "feasibility.ratio",
    "feasibility.pass_share",        "feasibility.vesicles_needed",
    "feasibility.dose_needed",       "feasibility.empirical_effect",
};
constexpr Port kPorts[] = {
    {"vesicles_per_cell", "uptake.vesicles_per_cell", "Vesicles that a cell has taken in by the last time.", true},
    {"organ_share", "course.dose_fraction", "Share of the dose in the organ: the largest over time.", true},
};
constexpr double kPercent = 100;

struct Settings {
  std::string cargo = "miRNA";
  std::optional<double> dose, recipient_cells;
  double organ_share = 1, taken_up_share = 1;
  double copies_per_vesicle = 0.00825, escape_share = 0.3, copies_needed = 1000;
  std::optional<double> ec50_vesicles;
  double hill = 1;

  void describe(Fields& fields) {
    fields.text("cargo", cargo, {.help = "What is delivered; names the rows."});
    fields.optional_number("dose", dose, {.low = 0, .high = 1e20, .help = "Vesicles given to one individual."});
    fields.optional_number("recipient_cells", recipient_cells,
                           {.low = 1, .high = 1e16, .help = "Cells that share what reaches the organ."});
    fields.number("organ_share", organ_share,
                  {.low = 0, .high = 1, .help = "Share of the dose that reaches the organ of these cells."});
    fields.number("taken_up_share", taken_up_share,
                  {.low = 0, .high = 1, .help = "Share of those that the cells take up; 1: the most that can be."});
    fields.number("copies_per_vesicle", copies_per_vesicle,
                  {.low = 0,
                   .high = 1e6,
                   .help = "Mean copies of the cargo in a vesicle.",
                   .evidence = "cargo.mirna_copies",
                   .estimate = true});
    fields.number("escape_share", escape_share,
                  {.low = 0,
                   .high = 1,
                   .help = "Share of the copies taken up that reach the cytosol.",
                   .evidence = "uptake.release_share",
                   .estimate = true});
    fields.number("copies_needed", copies_needed,
                  {.low = 1e-3,
                   .high = 1e9,
                   .help = "Copies in a cell from which on an effect is expected.",
                   .evidence = "cargo.repression_copies"});
    fields.optional_number("ec50_vesicles", ec50_vesicles,
                           {.low = 1e-12,
                            .high = 1e12,
                            .help = "Vesicles per cell with half of the effect, fitted to data: the empirical arm.",
                            .estimate = true});
    fields.number("hill", hill, {.low = 0.1, .high = 10, .help = "Steepness of the empirical arm.", .estimate = true});
  }
};

AnySettings make_settings() { return AnySettings::of(Settings{}); }

/// The number that a connected port hands to settings `i`: the last of the course, or the largest.
std::optional<double> taken_number(std::span<const Taken> taken, std::string_view port, std::size_t i, bool largest) {
  for (const Taken& one : taken) {
    const std::size_t rows = one.given.rows.size();
    if (one.port != port || rows == 0) continue;
    const std::size_t settings = one.given.count() == 1 ? 0 : i;
    if (!largest) return one.given.value(settings, rows - 1);
    double most = one.given.value(settings, 0);
    for (std::size_t k = 1; k < rows; ++k) most = std::max(most, one.given.value(settings, k));
    return most;
  }
  return {};
}

Answer answer_for(const Settings& settings, std::span<const Taken> taken, std::size_t i) {
  Question question{settings.dose.value_or(kNaN), settings.organ_share,
                    settings.taken_up_share,      settings.recipient_cells.value_or(kNaN),
                    settings.copies_per_vesicle,  settings.escape_share,
                    settings.copies_needed};
  if (const auto share = taken_number(taken, "organ_share", i, true)) question.organ_share = *share / kPercent;
  const std::optional<double> per_cell = taken_number(taken, "vesicles_per_cell", i, false);
  const bool knows_cells = settings.recipient_cells.has_value();
  if (!settings.dose) question.dose = 0;
  if (!knows_cells) question.recipient_cells = 1;
  Answer out = per_cell ? feasibility::answer(question, *per_cell) : feasibility::answer(question);
  if (!knows_cells) out.dose_needed = kNaN;
  if (!per_cell && !(settings.dose && knows_cells))
    out.vesicles_per_cell = out.delivered_per_cell = out.copies_per_cell = out.ratio = kNaN;
  return out;
}

/// One row a quantity, in the order of kQuantities; the share of draws that pass is filled in by predict() alone.
std::vector<std::pair<std::string_view, double>> values_of(const Settings& settings, const Answer& answer) {
  std::vector<std::pair<std::string_view, double>> out = {
      {"feasibility.vesicles_per_cell", answer.vesicles_per_cell},
      {"feasibility.delivered_per_cell", answer.delivered_per_cell},
      {"feasibility.copies_per_cell", answer.copies_per_cell},
      {"feasibility.ratio", answer.ratio},
      {"feasibility.vesicles_needed", answer.vesicles_needed},
      {"feasibility.dose_needed", answer.dose_needed},
  };
  if (settings.ec50_vesicles)
    out.emplace_back("feasibility.empirical_effect",
                     feasibility::empirical_effect(answer.vesicles_per_cell, *settings.ec50_vesicles, settings.hill));
  return out;
}

Issue note(Severity severity, std::string kind, std::string message, std::string hint) {
  return {severity, std::move(kind), std::move(message), Place{}, std::move(hint), "", ""};
}

void add_verdict(const Answer& answer, std::vector<Issue>& issues) {
  const std::string numbers = say("{} copies per cell arrive, {} times what is needed",
                                  readable_number(answer.copies_per_cell, 2), readable_number(answer.ratio, 2));
  switch (feasibility::verdict(answer.ratio)) {
    case feasibility::Verdict::kPasses:
      issues.push_back(note(Severity::kNote, "feasibility.passes",
                            say("Enough copies can arrive for the mechanism to work: {}", numbers), ""));
      return;
    case feasibility::Verdict::kUncertain:
      issues.push_back(note(Severity::kWarning, "feasibility.uncertain",
                            say("Copies fall short, yet by less than a hundredfold: {}", numbers),
                            say("Measure copies per vesicle and the share that escapes: they decide")));
      return;
    case feasibility::Verdict::kFails:
      issues.push_back(note(Severity::kWarning, "feasibility.fails",
                            say("Mechanism not supported by stoichiometry: {}", numbers),
                            say("See dose_needed and vesicles_needed for what would be enough")));
      issues.push_back(note(
          Severity::kNote, "feasibility.counter_argument",
          say("What speaks against this verdict: vesicles can deliver RNA better than lipid particles by orders of "
              "magnitude (Murphy 2021, abstract), few vesicles may carry most copies, protein, lipid and surface "
              "signals need no copies in the cytosol, and the effect may be one of co-isolated protein"),
          say("Test with vesicles that lack the cargo; fit ec50_vesicles for an effect without a mechanism")));
      return;
    case feasibility::Verdict::kUnknown:
      return;
  }
}

void add_what_is_missing(const Settings& settings, const Answer& answer, std::vector<Issue>& issues) {
  if (!std::isnan(answer.ratio)) return;
  const std::string missing = !settings.dose ? (settings.recipient_cells ? "dose" : "dose, recipient_cells")
                              : !settings.recipient_cells ? "recipient_cells"
                                                          : "dose";
  Issue issue = note(
      Severity::kWarning, "feasibility.unstated",
      say("The dose per cell is not known, so that only what would be needed is predicted: {} is missing", missing),
      say("State it as a setting of feasibility, or take vesicles_per_cell from a scenario of uptake"));
  issue.setting = settings.dose ? "recipient_cells" : "dose";
  issues.push_back(std::move(issue));
}

void add_issues(const Settings& settings, const Answer& answer, std::vector<Issue>& issues) {
  add_verdict(answer, issues);
  add_what_is_missing(settings, answer, issues);
  if (settings.ec50_vesicles)
    issues.push_back(note(Severity::kNote, "feasibility.empirical_arm",
                          say("The empirical effect is a fitted curve; no mechanism stands behind it"), ""));
}

/// What is true of one settings alone, the verdict, is said only when there is one.
Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken> taken,
                     const Context&) {
  Predictions out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& settings = all[i].get<Settings>();
    for (const auto& [quantity, value] : values_of(settings, answer_for(settings, taken, i))) {
      if (!wants(scenario, quantity)) continue;
      if (i == 0) {
        Observation row;
        row.quantity = quantity;
        row.target = settings.cargo;
        row.unit = find_quantity(quantity)->unit;
        out.rows.push_back(row);
      }
      out.values.push_back(std::isinf(value) ? kNaN : value);
    }
  }
  if (all.size() == 1) add_issues(all[0].get<Settings>(), answer_for(all[0].get<Settings>(), taken, 0), out.issues);
  return out;
}

double share_that_passes(const AnySettings& settings, const Scenario& scenario) {
  const std::vector<Unknown> unknowns = unknowns_of(settings, scenario.vary);
  const auto draws = static_cast<std::size_t>(scenario.draws);
  if (unknowns.empty() || draws == 0)
    return answer_for(settings.get<Settings>(), {}, 0).ratio >= feasibility::kPass ? 1 : 0;
  std::size_t passed = 0;
  for (std::size_t i = 0; i < draws; ++i) {
    const AnySettings drawn = with_values(settings, unknowns, draw_values(unknowns, scenario.seed, i));
    if (answer_for(drawn.get<Settings>(), {}, 0).ratio >= feasibility::kPass) ++passed;
  }
  return static_cast<double>(passed) / static_cast<double>(draws);
}

Outcome predict(const Scenario& scenario, const AnySettings& any, const Context& context) {
  const auto& settings = any.get<Settings>();
  Outcome out = predict_by_sampling(kFeasibilityModel, scenario, any, context);
  if (std::isnan(answer_for(settings, {}, 0).ratio) || !wants(scenario, "feasibility.pass_share")) return out;
  Observation row;
  row.quantity = "feasibility.pass_share";
  row.target = settings.cargo;
  row.unit = "1";
  row.condition = scenario.condition;
  row.sample = scenario.sample;
  row.origin = Origin::kPredicted;
  row.source = "feasibility";
  row.value = share_that_passes(any, scenario);
  out.observations.add(row);
  return out;
}

}  // namespace

const Model kFeasibilityModel = {
    .id = "feasibility",
    .title = "Can the dose work?",
    .summary = "Whether a dose can bring enough copies of a cargo into each recipient cell.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
    .ports = kPorts,
};

}  // namespace vesica
