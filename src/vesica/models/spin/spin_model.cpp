// SPDX-License-Identifier: Apache-2.0
// Centrifugation as a model: rows with intervals, the evidence behind them, what is unstated.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/base/text.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/models/spin/predict.h"
#include "vesica/models/spin/spin.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using namespace spin;

constexpr std::string_view kSources[] = {"10.1038/srep17319", "10.1063/1.555581"};
constexpr std::string_view kQuantities[] = {
    "vesicle.diameter.mean",
    "vesicle.diameter.sd",
    "vesicle.diameter.mode",
    "vesicle.diameter.d10",
    "vesicle.diameter.median",
    "vesicle.diameter.d90",
    "vesicle.concentration",
    "vesicle.number_density",
    "vesicle.number_share",
    "vesicle.particle_count",
    "isolation.yield",
    "isolation.fraction_lost",
    "isolation.fraction_pelleted",
    "isolation.cutoff_diameter",
    "isolation.k_factor",
    "isolation.copelleted_fraction",
    "isolation.sedimentation_coefficient",
    "isolation.detection_limit",
};

/// The values of a list of rows over the draws; the keys are those of the default prediction.
struct Predicted {
  std::vector<Row> rows;
  std::vector<std::vector<double>> draws;  ///< draws[i][k]: draw i, row k
};

std::vector<Particle> typical(const std::vector<Contaminant>& contaminants) {
  std::vector<Particle> out;
  for (const Contaminant& c : contaminants) out.push_back({c.id, c.diameter->value, c.density->value});
  return out;
}

/// The mean over the possible rotors, each as likely as the other (our choice); rows without a number are left out.
std::vector<Row> mean_over_rotors(const std::vector<std::vector<Row>>& by_rotor) {
  std::vector<Row> out = by_rotor.front();
  for (std::size_t k = 0; k < out.size(); ++k) {
    double sum = 0, n = 0;
    for (const std::vector<Row>& rows : by_rotor) {
      if (std::isnan(rows[k].value)) continue;
      sum += rows[k].value;
      n += 1;
    }
    out[k].value = n > 0 ? sum / n : kNaN;
  }
  return out;
}

std::vector<double> values_of(const std::vector<Row>& rows) {
  std::vector<double> out;
  for (const Row& row : rows) out.push_back(row.value);
  return out;
}

/// One draw: every uncertain number uniform in its range (our choice of distribution), one of the possible rotors.
std::vector<double> draw_once(const Plan& plan, const Settings& settings, const std::vector<Contaminant>& contaminants,
                              std::uint64_t seed, std::size_t index) {
  Random random(seed, hash64("spin draw", index));
  Settings drawn = settings;
  for (const Uncertain& number : uncertain_numbers(settings)) {
    drawn.*number.member = random.uniform(number.row->low, number.row->high);
  }
  std::vector<Particle> particles;
  for (const Contaminant& c : contaminants) {
    particles.push_back(
        {c.id, random.uniform(c.diameter->low, c.diameter->high), random.uniform(c.density->low, c.density->high)});
  }
  const RotorRow* rotor = plan.rotors[random.below(plan.rotors.size())];
  std::vector<double> out = values_of(predict_preparation(plan, drawn, particles, rotor));
  const std::vector<double> rotors = values_of(predict_rotors(plan, drawn));
  out.insert(out.end(), rotors.begin(), rotors.end());
  return out;
}

/// The wanted rows, and with a size distribution the limit below which it shows nothing.
bool is_kept(std::string_view quantity, const Scenario& scenario) {
  return wants(scenario, quantity) ||
         (quantity == "isolation.detection_limit" &&
          (wants(scenario, "vesicle.number_share") || wants(scenario, "vesicle.number_density")));
}

/// Turns a predicted row into an observation; `draws` are the values of its row over the draws.
Observation observation_of(const Row& row, const Scenario& scenario, std::vector<double> draws) {
  Observation out;
  out.quantity = row.quantity;
  out.target = row.target;
  out.part = row.part;
  out.at = row.at;
  out.condition = scenario.condition;
  out.sample = scenario.sample;
  out.origin = Origin::kPredicted;
  out.source = "spin";
  out.unit = find_quantity(row.quantity)->unit;
  out.value = row.value;
  if (std::isnan(row.value)) {
    out.status = row.quantity == "isolation.cutoff_diameter" ? Status::kNotMeasurable : Status::kNoObjects;
    return out;
  }
  set_band(out, std::move(draws));
  return out;
}

std::string evidence_tsv(const Settings& settings, const Plan& plan) {
  std::string out = "setting\tvalue\tunit\tevidence\tdefault\tlow\thigh\tknown\tsource\tdoi\tnote\n";
  const auto number = [](double value) { return std::isnan(value) ? std::string() : exact_number(value); };
  for (const UsedEvidence& used : used_evidence(settings)) {
    const bool own = used.value != used.row->value;
    const std::array<std::string, 11> cells = {used.setting,
                                               number(used.value),
                                               used.row->unit,
                                               used.row->id,
                                               number(used.row->value),
                                               number(used.row->low),
                                               number(used.row->high),
                                               own ? "stated" : to_text(used.row->known),
                                               used.row->source,
                                               used.row->doi,
                                               used.row->note};
    out += join(cells, "\t") + "\n";
  }
  for (const Step& step : plan.steps) {
    if (step.rotor == nullptr) continue;
    out += "rotor\t\t\t" + step.rotor->id + "\t\t\t\t" + to_text(step.rotor->known) + "\t" + step.rotor->source + "\t" +
           step.rotor->doi + "\t" + step.rotor->note + "\n";
  }
  for (const RotorRow* rotor : plan.rotors) {
    if (rotor == nullptr) continue;
    out += "possible rotor\t\t\t" + rotor->id + "\t\t\t\t" + to_text(rotor->known) + "\t" + rotor->source + "\t" +
           rotor->doi + "\t" + rotor->note + "\n";
  }
  return out;
}

/// One line a possible rotor: what it alone would give.
std::string rotors_tsv(const Plan& plan, const std::vector<std::vector<Row>>& by_rotor) {
  std::string out = "rotor\tclass";
  const auto is_shown = [](const Row& row) {
    return row.quantity.starts_with("vesicle.diameter.") || row.quantity == "isolation.yield";
  };
  for (const Row& row : by_rotor.front()) {
    if (is_shown(row)) out += "\t" + std::string(row.quantity);
  }
  out += "\n";
  for (std::size_t r = 0; r < by_rotor.size(); ++r) {
    out += plan.rotors[r]->name + "\t" + plan.rotors[r]->rotor_class;
    for (const Row& row : by_rotor[r]) {
      if (is_shown(row)) out += "\t" + (std::isnan(row.value) ? std::string() : exact_number(row.value));
    }
    out += "\n";
  }
  return out;
}

void note(std::vector<Issue>& issues, Severity severity, std::string kind, std::string message, std::string hint,
          const Place& where = {}) {
  issues.push_back({severity, std::move(kind), std::move(message), where, std::move(hint), "", ""});
}

void add_evidence_issue(const Settings& settings, std::vector<Issue>& issues) {
  std::vector<std::string> recalled;
  for (const UsedEvidence& used : used_evidence(settings)) {
    if (used.value == used.row->value && used.row->known == HowKnown::kRecalled) recalled.push_back(used.row->id);
  }
  if (recalled.empty()) return;
  note(issues, Severity::kNote, "evidence.recalled",
       say("{} of the numbers behind this prediction (is|are) recalled or chosen, not read in a source: {}",
           recalled.size(), join(recalled, ", ")),
       say("State what you know as a setting of spin; evidence.tsv lists every number with its source"));
}

void add_step_issues(const Plan& plan, std::vector<Issue>& issues) {
  if (plan.steps.empty()) {
    note(issues, Severity::kWarning, "spin.no_steps", say("The protocol has no steps: the parents come out unchanged"),
         say("Give the steps of the isolation as [[protocol.steps]]"));
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    if (!step.is_spin()) {
      note(issues, Severity::kNote, "spin.step_not_modelled",
           say("Step {} ({}) is not a spin: the prediction lets everything pass", i + 1, step.kind),
           say("Judge by hand whether it changes the sizes"), step.place);
      continue;
    }
    if (step.rotor == nullptr || std::isnan(step.rotor->max_rpm)) continue;
    const double highest =
        rcf_at(step.rotor->max_rpm, step.rcf_at == "rmax" ? step.rotor->rmax_mm : step.rotor->rav_mm);
    if (step.rcf_g > highest) {
      note(issues, Severity::kWarning, "spin.rotor_too_slow",
           say("{} reaches {} g at most, step {} states {} g", step.rotor->name, readable_number(highest, 3), i + 1,
               exact_number(step.rcf_g)),
           say("Check rotor, force and whether the force holds at Rav or Rmax"), step.place);
    }
  }
}

void add_rotor_issue(const Plan& plan, const std::vector<std::vector<Row>>& by_rotor, std::vector<Issue>& issues) {
  if (plan.rotors.front() == nullptr) return;
  std::size_t lowest = 0, highest = 0;
  const auto mean = [&](std::size_t r) { return by_rotor[r].front().value; };  // the first row is the mean diameter
  for (std::size_t r = 1; r < by_rotor.size(); ++r) {
    if (mean(r) < mean(lowest)) lowest = r;
    if (mean(r) > mean(highest)) highest = r;
  }
  if (mean(highest) < mean(lowest) * kAlikeFactor) {
    note(issues, Severity::kNote, "spin.rotor_unstated",
         say("The rotor of some steps is not stated, and for the sizes it does not matter: the {} rotors that are "
             "possible give means from {} to {} nm",
             plan.rotors.size(), readable_number(mean(lowest), 4), readable_number(mean(highest), 4)),
         "");
    return;
  }
  note(issues, Severity::kWarning, "spin.rotor_unstated",
       say("The rotor is not stated: {} rotor(s) could have been used, and the predicted mean runs from {} nm ({}) to "
           "{} nm ({})",
           plan.rotors.size(), readable_number(mean(lowest), 4), plan.rotors[lowest]->name,
           readable_number(mean(highest), 4), plan.rotors[highest]->name),
       say("Add rotor = \"...\" to the steps; rotors.tsv lists what each would give"));
}

AnySettings make_settings() { return AnySettings::of(Settings{}); }

/// The rows of one settings; a rotor that is not stated is the mean over those that are possible.
std::vector<Row> rows_of(const Settings& settings, const std::vector<double>& at) {
  const Plan plan = make_plan(settings, at);
  const std::vector<Particle> particles = typical(find_contaminants(settings.contaminants));
  std::vector<std::vector<Row>> by_rotor;
  for (const RotorRow* rotor : plan.rotors) by_rotor.push_back(predict_preparation(plan, settings, particles, rotor));
  std::vector<Row> out = mean_over_rotors(by_rotor);
  for (Row& row : predict_rotors(plan, settings)) out.push_back(std::move(row));
  return out;
}

Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> all, std::span<const Taken>,
                     const Context& context) {
  std::vector<std::vector<Row>> rows(all.size());
  parallel_for(all.size(), context, [&](std::size_t i) { rows[i] = rows_of(all[i].get<Settings>(), scenario.at); });
  Predictions out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Row& row : rows[i]) {
      if (!is_kept(row.quantity, scenario)) continue;
      const Observation observation = observation_of(row, scenario, {});
      if (i == 0) out.rows.push_back(observation);
      out.values.push_back(row.value);
      out.statuses.push_back(observation.status);
    }
  }
  return out;
}

Outcome predict(const Scenario& scenario, const AnySettings& any, const Context& context) {
  if (!scenario.vary.members.empty()) return predict_by_sampling(kSpinModel, scenario, any, context);
  const auto& settings = any.get<Settings>();
  const Plan plan = make_plan(settings, scenario.at);
  const std::vector<Contaminant> contaminants = find_contaminants(settings.contaminants);
  std::vector<std::vector<Row>> by_rotor;
  for (const RotorRow* rotor : plan.rotors) {
    by_rotor.push_back(predict_preparation(plan, settings, typical(contaminants), rotor));
  }
  Predicted predicted;
  predicted.rows = mean_over_rotors(by_rotor);
  for (Row& row : predict_rotors(plan, settings)) predicted.rows.push_back(std::move(row));
  predicted.draws.resize(static_cast<std::size_t>(settings.draws));
  parallel_for(predicted.draws.size(), context,
               [&](std::size_t i) { predicted.draws[i] = draw_once(plan, settings, contaminants, scenario.seed, i); });

  Outcome out;
  for (std::size_t k = 0; k < predicted.rows.size(); ++k) {
    if (!is_kept(predicted.rows[k].quantity, scenario)) continue;
    std::vector<double> draws;
    for (const std::vector<double>& values : predicted.draws) draws.push_back(values[k]);
    out.observations.add(observation_of(predicted.rows[k], scenario, std::move(draws)));
  }
  add_step_issues(plan, out.issues);
  add_rotor_issue(plan, by_rotor, out.issues);
  add_evidence_issue(settings, out.issues);
  out.artifacts.push_back({"evidence.tsv", "text/tab-separated-values", evidence_tsv(settings, plan),
                           say("Every number behind the prediction with its source")});
  if (plan.rotors.front() != nullptr) {
    out.artifacts.push_back({"rotors.tsv", "text/tab-separated-values", rotors_tsv(plan, by_rotor),
                             say("What each possible rotor would give")});
  }
  return out;
}

}  // namespace

const Model kSpinModel = {
    .id = "spin",
    .title = "Centrifugation",
    .summary =
        "What a protocol of spins leaves of the vesicles and their contaminants, and what an instrument would show.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
};

}  // namespace vesica
