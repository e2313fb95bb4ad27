// SPDX-License-Identifier: Apache-2.0
// SBML-qual through libSBML.
#include "vesica/explain/qual.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include <sbml/SBMLTypes.h>
#include <sbml/packages/qual/common/QualExtensionTypes.h>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/explain/text.h"

namespace vesica::explain {

namespace {

constexpr const char* kCompartment = "recipient";

/// All links between two nodes.
struct Arc {
  std::set<Sign> signs;
  std::vector<Support> rows;
};

/// "uc_msc.exosome" → "uc_msc_exosome"; letters outside ASCII and signs become underscores.
std::string sbml_id(std::string_view id) {
  std::string out;
  for (const char c : id) out += std::isalnum(static_cast<unsigned char>(c)) && (c & 0x80) == 0 ? c : '_';
  return out.empty() || std::isdigit(static_cast<unsigned char>(out[0])) ? "n_" + out : out;
}

/// "HGNC:11892" as a resource of identifiers.org; empty for what has none.
std::string resource(const std::string& identifier) {
  if (identifier.starts_with("MIMAT")) return "https://identifiers.org/mirbase.mature:" + identifier;
  if (identifier.starts_with("MESH:")) return "https://identifiers.org/mesh:" + identifier.substr(5);
  for (const std::string_view base : {"HGNC:", "CL:", "GO:", "CHEBI:"}) {
    if (identifier.starts_with(base)) return "https://identifiers.org/" + identifier;
  }
  return "";
}

void annotate(SBase& element, BiolQualifierType_t qualifier, const std::vector<std::string>& resources) {
  CVTerm term(BIOLOGICAL_QUALIFIER);
  term.setBiologicalQualifierType(qualifier);
  for (const std::string& one : resources) {
    if (!one.empty()) term.addResource(one);
  }
  if (term.getNumResources() > 0) element.addCVTerm(&term);
}

void note(SBase& element, const std::vector<std::string>& lines) {
  std::string out = "<body xmlns=\"http://www.w3.org/1999/xhtml\">";
  for (const std::string& line : lines) out += "<p>" + escape_xml(line) + "</p>";
  element.setNotes(out + "</body>");
}

std::string row_note(const Support& support) {
  const MechanismRow& row = *support.row;
  std::string out = row.id + ": " + row.source_cell + ", " + row.cargo + " " + row.relation + " " + row.target;
  if (support.effect) out += " (read from the effect: " + row.effect + ")";
  out += "; pathway: " + row.pathway + "; disease: " + row.disease + "; species: " + row.species +
         "; route: " + row.route + "; dose: " + row.dose + "; evidence: " + row.evidence + "; " + row.source + " [" +
         row.reference + "]; citation supports claim: " + row.citation_supports_claim;
  return row.finding.empty() ? out : out + ": " + row.finding;
}

class Writer {
 public:
  Writer(const Explanation& e, std::size_t paths) : e_(e), spaces_(3, 1, "qual", 1), document_(&spaces_) {
    gather(paths);
  }

  std::string run() {
    document_.setPackageRequired("qual", true);
    ::Model* model = document_.createModel();
    model->setId("explanation");
    model->setName((e_.from_name.empty() ? "any cargo" : e_.from_name) + " to " +
                   (e_.to_name.empty() ? "outcomes" : e_.to_name));
    note(*model,
         {"Signed links from cargo to outcome, each with the rows of the mechanism table behind it. The logic is "
          "assumed: a node is on when one that raises it is on, or none raises it, and none that lowers it is on.",
          std::to_string(refuted_) + " links are left out because the papers cited for them do not support them."});
    Compartment* compartment = model->createCompartment();
    compartment->setId(kCompartment);
    compartment->setConstant(true);
    auto* qual = dynamic_cast<QualModelPlugin*>(model->getPlugin("qual"));
    VESICA_REQUIRE(qual != nullptr, "libSBML carries the package qual");
    for (const std::size_t node : nodes_) add_species(*qual, node);
    for (const auto& [node, inputs] : inputs_) add_transition(*qual, node, inputs);
    const std::unique_ptr<char, decltype(&std::free)> text(writeSBMLToString(&document_), &std::free);
    VESICA_REQUIRE(text != nullptr, "libSBML writes what it built");
    return text.get();
  }

 private:
  void gather(std::size_t paths) {
    const std::size_t shown = paths == 0 ? e_.found.paths.size() : std::min(paths, e_.found.paths.size());
    std::map<std::size_t, std::vector<Support>> links;
    for (std::size_t i = 0; i < shown; ++i) {
      starts_.insert(e_.graph.links[e_.found.paths[i].steps.front().link].from);
      for (const Step& step : e_.found.paths[i].steps) {
        std::vector<Support>& rows = links[step.link];
        for (const Support& support : step.rows) {
          const bool known =
              std::any_of(rows.begin(), rows.end(), [&](const auto& one) { return one.row == support.row; });
          if (!known) rows.push_back(support);
        }
      }
    }
    for (const auto& [index, rows] : links) {
      const Link& link = e_.graph.links[index];
      if (!link.carries && verdict_of(rows) == Verdict::kNo) {
        ++refuted_;
        continue;
      }
      nodes_.insert(link.from);
      nodes_.insert(link.to);
      Arc& arc = inputs_[link.to][link.from];
      arc.signs.insert(link.sign);
      arc.rows.insert(arc.rows.end(), rows.begin(), rows.end());
    }
    for (const std::size_t node : nodes_) {
      std::string id = sbml_id(e_.graph.nodes[node].id);
      while (!taken_.insert(id).second) id += "_";
      ids_[node] = id;
    }
  }

  void add_species(QualModelPlugin& qual, std::size_t node) {
    const Node& from = e_.graph.nodes[node];
    const bool has_inputs = inputs_.contains(node);
    QualitativeSpecies* species = qual.createQualitativeSpecies();
    species->setId(ids_.at(node));
    species->setMetaId("meta_" + ids_.at(node));
    species->setName(from.name);
    species->setCompartment(kCompartment);
    species->setConstant(!has_inputs);
    species->setInitialLevel(starts_.contains(node) ? 1 : 0);
    species->setMaxLevel(1);
    if (from.row == nullptr) return;
    std::vector<std::string> resources;
    for (const std::string& identifier : from.row->database) resources.push_back(resource(identifier));
    annotate(*species, BQB_IS, resources);
  }

  void add_transition(QualModelPlugin& qual, std::size_t node, const std::map<std::size_t, Arc>& inputs) {
    const std::string& id = ids_.at(node);
    Transition* transition = qual.createTransition();
    transition->setId("to_" + id);
    transition->setMetaId("meta_to_" + id);
    std::vector<std::string> raising, lowering, lines, papers;
    for (const auto& [from, arc] : inputs) {
      Input* input = transition->createInput();
      input->setId("to_" + id + "_from_" + ids_.at(from));
      input->setQualitativeSpecies(ids_.at(from));
      input->setTransitionEffect(INPUT_TRANSITION_EFFECT_NONE);
      input->setThresholdLevel(1);
      const bool both = arc.signs.contains(Sign::kRaises) && arc.signs.contains(Sign::kLowers);
      const bool none = arc.signs.contains(Sign::kUnsigned) && arc.signs.size() == 1;
      const bool raises = arc.signs.contains(Sign::kRaises);
      input->setSign(both     ? INPUT_SIGN_DUAL
                     : none   ? INPUT_SIGN_UNKNOWN
                     : raises ? INPUT_SIGN_POSITIVE
                              : INPUT_SIGN_NEGATIVE);
      if (!both && !none) (raises ? raising : lowering).push_back("(" + ids_.at(from) + " >= 1)");
      for (const Support& support : arc.rows) {
        lines.push_back(row_note(support));
        for (const std::string& doi : support.row->cited_doi) {
          const std::string paper = "https://identifiers.org/doi:" + doi;
          if (verdict_of(*support.row) != Verdict::kNo &&
              std::find(papers.begin(), papers.end(), paper) == papers.end())
            papers.push_back(paper);
        }
      }
    }
    Output* output = transition->createOutput();
    output->setId("to_" + id + "_out");
    output->setQualitativeSpecies(id);
    output->setTransitionEffect(OUTPUT_TRANSITION_EFFECT_ASSIGNMENT_LEVEL);
    transition->createDefaultTerm()->setResultLevel(0);
    add_function(*transition, raising, lowering);
    note(*transition, lines);
    annotate(*transition, BQB_IS_DESCRIBED_BY, papers);
  }

  static void add_function(Transition& transition, const std::vector<std::string>& raising,
                           const std::vector<std::string>& lowering) {
    if (raising.empty() && lowering.empty()) return;
    std::string formula = join(raising, " || ");
    if (!lowering.empty()) {
      const std::string held = "!(" + join(lowering, " || ") + ")";
      formula = raising.empty() ? held : "(" + formula + ") && " + held;
    }
    const std::unique_ptr<ASTNode> math(SBML_parseL3Formula(formula.c_str()));
    VESICA_REQUIRE(math != nullptr, "the function of a transition is a formula");
    FunctionTerm* term = transition.createFunctionTerm();
    term->setResultLevel(1);
    term->setMath(math.get());
  }

  const Explanation& e_;
  SBMLNamespaces spaces_;
  SBMLDocument document_;
  std::set<std::size_t> nodes_, starts_;
  std::map<std::size_t, std::map<std::size_t, Arc>> inputs_;
  std::map<std::size_t, std::string> ids_;
  std::set<std::string> taken_;
  std::size_t refuted_ = 0;
};

}  // namespace

std::string write_qual(const Explanation& explanation, std::size_t paths) { return Writer(explanation, paths).run(); }

}  // namespace vesica::explain
