// SPDX-License-Identifier: Apache-2.0
// Small tables for the tests of explanations.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "vesica/base/text.h"
#include "vesica/explain/explanation.h"

namespace vesica::explain::testing {

/// Rows and names as a test states them. Two cells, exosomes, miR-1 to miR-4, genes B to H, outcomes death and vessels,
/// illnesses of brain and cord (one system) and of bone (another) are there.
struct Tables {
  std::vector<MechanismRow> rows;
  std::vector<OutcomeRow> outcomes;
  std::vector<NameRow> names;
  std::vector<ConflictRow> conflicts;
  /// Explanations point into the tables they were made from, which must outlive them.
  std::deque<std::pair<Evidence, NameIndex>> kept;

  static NameRow name(const std::string& id, const std::string& kind, const std::string& shown) {
    NameRow out;
    out.id = id;
    out.kind = kind;
    out.name = shown;
    return out;
  }

  Tables() {
    for (const char* one : {"cell one", "cell two"}) names.push_back(name(plain_spelling(one), "source", one));
    names.push_back(name("exosome", "preparation", "exosome"));
    for (const char* one : {"miR-1", "miR-2", "miR-3", "miR-4"}) names.push_back(name(lower_ascii(one), "mirna", one));
    for (const char* one : {"B", "C", "D", "E", "F", "G", "H"})
      names.push_back(name(lower_ascii(one), "molecule", one));
    for (const char* one : {"death", "vessels"}) names.push_back(name(one, "outcome", one));
    for (const char* one : {"nerves", "skeleton"}) names.push_back(name(one, "disease", one));
    for (const auto& [one, system] :
         {std::pair{"brain ill", "nerves"}, std::pair{"cord ill", "nerves"}, std::pair{"bone ill", "skeleton"}}) {
      names.push_back(name(plain_spelling(one), "disease", one));
      names.back().broader = {system};
    }
  }

  MechanismRow& row(const std::string& id, const std::string& cell, const std::string& cargo,
                    const std::string& relation, const std::string& target, const std::string& effect = "said") {
    MechanismRow out;
    out.id = id;
    out.source = "review";
    out.source_cell = cell;
    out.preconditioning = "none";
    out.cargo = cargo;
    out.cargo_type = "miRNA";
    out.relation = relation;
    out.target = target;
    out.pathway = "pathway of " + target;
    out.effect = effect;
    out.disease = "brain ill";
    out.species = out.route = out.dose = "not stated";
    out.evidence = "in vivo";
    out.reference = id;
    out.citation_supports_claim = "unchecked";
    rows.push_back(std::move(out));
    return rows.back();
  }

  void outcome(const std::string& effect, const std::string& node, const std::string& sign) {
    OutcomeRow out;
    out.id = "o" + std::to_string(outcomes.size());
    out.effect = effect;
    out.outcome = node;
    out.sign = sign;
    outcomes.push_back(std::move(out));
  }

  Explanation explain(const Question& question) {
    Evidence tables;
    tables.mechanisms = rows;
    tables.outcomes = outcomes;
    tables.names = names;
    tables.conflicts = conflicts;
    kept.emplace_back(std::move(tables), NameIndex({}));
    auto& [evidence, index] = kept.back();
    index = NameIndex(evidence.names);
    return vesica::explain::explain(question, evidence, index);
  }
};

}  // namespace vesica::explain::testing
