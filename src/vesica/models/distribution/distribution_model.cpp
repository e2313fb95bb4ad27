// SPDX-License-Identifier: Apache-2.0
// Distribution as a model: rows with intervals, what they lean on, the alternatives of allometry side by side.
#include <algorithm>
#include <array>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/contract.h"
#include "vesica/contract/sampling.h"
#include "vesica/kinetics/sbml_write.h"
#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"
#include "vesica/models/distribution/evaluate.h"

namespace vesica {

namespace {

using namespace distribution;

constexpr std::string_view kSources[] = {"10.1177/074823379701300401", "10.3390/pharmaceutics11120649",
                                         "10.1186/2045-8118-10-12"};
constexpr std::string_view kQuantities[] = {
    "course.amount",    "course.concentration", "course.dose_fraction",     "course.dose_fraction_per_g", "course.auc",
    "course.clearance", "course.half_life",     "course.half_life_initial", "course.mean_residence_time"};
constexpr Port kPorts[] = {
    {"local_input", "release.cumulative_amount", "Vesicles released into the local site until a time; route local."},
    {"dose", "vesicle.particle_count", "Vesicles of one dose, in place of the setting.", false}};

AnySettings make_settings() { return AnySettings::of(Settings{}); }

Issue note(std::string kind, std::string message, std::string hint) {
  return {Severity::kNote, std::move(kind), std::move(message), Place{}, std::move(hint), "", ""};
}

void add_issues(const Settings& settings, Outcome& out) {
  if (settings.structure == "two_compartments") {
    out.issues.push_back(
        note("distribution.liposomes", say("The constants of the model of two compartments are those of liposomes"),
             say("State central_volume_l_kg, k12_per_h, k21_per_h and elimination_per_h of your own")));
    return;
  }
  out.issues.push_back(
      note("distribution.gold",
           say("The constants of phagocytes are those of gold nanoparticles, digestion is that of lipid nanoparticles: "
               "every band here is as wide as their sources disagree"),
           say("See \"Where the numbers come from\" on the page of model distribution")));
  std::vector<std::string> borrowed;
  for (const PhysiologyRow* row : body_of(settings.species).borrowed) borrowed.push_back(row->id);
  if (!borrowed.empty())
    out.issues.push_back(note(
        "distribution.borrowed",
        say("Borrowed from another species: {} number(s) of the body of species {}", borrowed.size(), settings.species),
        say("physiology.tsv lists them")));
  if (settings.route == "intranasal")
    out.issues.push_back(note("distribution.nasal_share",
                              say("The share of an intranasal dose that reaches the brain is an assumption: no "
                                  "measurement for vesicles was found"),
                              say("Read the width of the band, not its middle")));
}

/// Every number of the body behind the prediction.
Artifact physiology_artifact(const Settings& settings) {
  std::string out = "id\tvalue\tunit\tknown\tsource\tdoi\tnote\n";
  for (const PhysiologyRow* row : body_of(settings.species).rows) {
    const std::array<std::string, 7> cells = {
        row->id, exact_number(row->value), row->unit, to_text(row->known), row->source, row->doi, row->note};
    out += join(cells, "\t") + "\n";
  }
  return {"physiology.tsv", "text/tab-separated-values", out, say("Every number of the body with its source")};
}

/// The same prediction under each way of carrying rate constants over from mice.
Artifact allometry_artifact(const Scenario& scenario, const Settings& settings, const Context& context) {
  constexpr std::array<std::string_view, 3> kWays = {"quarter_power", "per_mass", "surface"};
  std::vector<AnySettings> all;
  for (const std::string_view way : kWays) {
    Settings one = settings;
    one.allometry = way;
    all.push_back(AnySettings::of(one));
  }
  Scenario plain = scenario;
  plain.quantities = {"course.auc", "course.clearance", "course.half_life", "course.half_life_initial"};
  const Predictions found = evaluate(plain, all, {}, context);
  std::string out = "quantity\ttarget\tunit";
  for (const std::string_view way : kWays) out += "\t" + std::string(way);
  out += "\n";
  for (std::size_t r = 0; r < found.rows.size(); ++r) {
    out += found.rows[r].quantity + "\t" + found.rows[r].target + "\t" + found.rows[r].unit;
    for (std::size_t i = 0; i < kWays.size(); ++i) {
      const double value = found.value(i, r);
      out += "\t" + (std::isnan(value) ? std::string() : exact_number(value));
    }
    out += "\n";
  }
  return {"allometry.tsv", "text/tab-separated-values", out,
          say("What each way of carrying rate constants over from mice would give")};
}

/// The network with its numbers and doses for other simulators.
Artifact sbml_artifact(const Settings& settings) {
  return {"distribution.xml", "application/sbml+xml", kinetics::write_sbml(stated_network(settings)),
          say("The model with its numbers and doses as SBML; amounts are shares of the total dose")};
}

/// Lists and warnings of evidence speak of what matters here alone.
void narrow_evidence(const Settings& settings, Outcome& out) {
  const AnySettings facts = relevant(settings);
  const NamedSettings some[] = {{"", &facts}};
  std::erase_if(out.issues, [](const Issue& issue) { return issue.kind == "evidence.recalled"; });
  for (Issue& issue : recalled_evidence(some)) out.issues.push_back(std::move(issue));
  std::erase_if(out.artifacts, [](const Artifact& artifact) { return artifact.name == "evidence.tsv"; });
  out.artifacts.push_back(evidence_artifact(some));
}

Outcome predict(const Scenario& scenario, const AnySettings& any, const Context& context) {
  const auto& settings = any.get<Settings>();
  Outcome out = predict_by_sampling(kDistributionModel, scenario, any, context);
  narrow_evidence(settings, out);
  add_issues(settings, out);
  out.artifacts.push_back(sbml_artifact(settings));
  if (settings.structure != "two_compartments") {
    out.artifacts.push_back(physiology_artifact(settings));
    if (settings.species != "mouse") out.artifacts.push_back(allometry_artifact(scenario, settings, context));
  }
  return out;
}

}  // namespace

const Model kDistributionModel = {
    .id = "distribution",
    .title = "Distribution in the body",
    .summary = "Where vesicles go after a dose by any route: plasma, organs, brain, CSF and a local site over time.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
    .evaluate = evaluate,
    .ports = kPorts,
};

}  // namespace vesica
