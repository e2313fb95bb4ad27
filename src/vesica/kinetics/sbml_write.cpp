// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/sbml_write.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/infix.h"
#include "vesica/kinetics/math_write.h"
#include "vesica/kinetics/moiety.h"
#include "vesica/kinetics/problems.h"
#include "vesica/kinetics/unit_write.h"

namespace vesica::kinetics {

namespace {

const char* word(bool value) { return value ? "true" : "false"; }

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
  return exact_number(value);
}

class Writer {
 public:
  explicit Writer(const Network& network) : network_(network), math_(network) {}

  std::string run() {
    check_ids();
    admit();
    const bool bare = std::any_of(network_.reactions.begin(), network_.reactions.end(), [](const Reaction& reaction) {
      return reaction.reactants.empty() && reaction.products.empty();  // Version 1 wants one of them
    });
    version_ = bare || math_.needs_version_2() ? 2 : 1;
    const std::string compartments = symbols_of(SymbolKind::kCompartment, "listOfCompartments");
    const std::string species = symbols_of(SymbolKind::kSpecies, "listOfSpecies");
    const std::string parameters = symbols_of(SymbolKind::kParameter, "listOfParameters");
    const std::string reactions = all_reactions();  // before the rules: formulas of stoichiometries join them
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sbml xmlns=\"http://www.sbml.org/sbml/level3/version{0}/core\" "
        "level=\"3\" version=\"{0}\">\n",
        version_);
    const std::string head = model_head();
    out += head + units_.xml() + compartments + species + parameters + initial_assignments() + rules() + reactions +
           all_events() + "</model>\n</sbml>\n";
    return out;
  }

 private:
  void check_ids() {
    for (const Symbol& symbol : network_.symbols) {
      std::string_view id = symbol.id;
      if (symbol.kind == SymbolKind::kLocalParameter) id.remove_prefix(std::min(id.size(), id.find('.') + 1));
      if (!is_sbml_id(id)) refuse_id(symbol.id);
      ids_.insert(symbol.id);
    }
    for (const Event& event : network_.events) {
      if (!event.id.empty() && !is_sbml_id(event.id)) refuse_id(event.id);
    }
  }

  [[noreturn]] static void refuse_id(std::string_view id) {
    throw Error(ErrorKind::kUnsupported, say("{} is no id that SBML allows.", shown(id)), {},
                say("Use letters, digits and underscores, and no digit first."));
  }

  void admit() {
    const auto each = [&](Node formula, std::string_view what) {
      if (formula != kNoNode) math_.admit(formula, what);
    };
    for (const Symbol& symbol : network_.symbols) {
      each(symbol.initial, symbol.id);
      each(symbol.formula, symbol.id);
    }
    for (const Reaction& reaction : network_.reactions) {
      each(reaction.rate, network_.symbols[reaction.symbol].id);
      for (const auto* side : {&reaction.reactants, &reaction.products}) {
        for (const Participant& p : *side) each(p.formula, network_.symbols[p.species].id);
      }
    }
    for (const Event& event : network_.events) {
      each(event.trigger, event.id);
      each(event.delay, event.id);
      each(event.priority, event.id);
      for (const auto& [target, formula] : event.assignments) each(formula, network_.symbols[target].id);
    }
  }

  static std::string attribute(std::string_view name, std::string_view value) {
    return value.empty() ? std::string() : fmt::format(" {}=\"{}\"", name, escape_xml(value));
  }

  std::string model_head() {
    const NetworkUnits& u = network_.units;
    std::string out = "<model" + attribute("id", is_sbml_id(network_.id) ? network_.id : "") +
                      attribute("name", network_.name) + attribute("substanceUnits", units_.id_of(u.substance)) +
                      attribute("timeUnits", units_.id_of(u.time)) + attribute("volumeUnits", units_.id_of(u.volume)) +
                      attribute("areaUnits", units_.id_of(u.area)) + attribute("lengthUnits", units_.id_of(u.length)) +
                      attribute("extentUnits", units_.id_of(u.extent));
    if (network_.conversion_factor != kNoSymbol)
      out += attribute("conversionFactor", network_.symbols[network_.conversion_factor].id);
    return out + ">\n";
  }

  std::string symbols_of(SymbolKind kind, std::string_view list) {
    std::string out;
    for (const Symbol& symbol : network_.symbols) {
      if (symbol.kind == kind) out += symbol_xml(symbol);
    }
    return out.empty() ? out : fmt::format("<{0}>\n{1}</{0}>\n", list, out);
  }

  std::string symbol_xml(const Symbol& s) {
    const std::string ids = attribute("id", s.id) + attribute("name", s.name);
    // libRoadRunner refuses a parameter that nothing sets; as a declared NaN it runs.
    const bool unset = s.initial == kNoNode && s.rule == RuleKind::kNone && s.kind == SymbolKind::kParameter;
    const std::string value = std::isnan(s.value) && !unset ? std::string() : double_text(s.value);
    if (s.kind == SymbolKind::kParameter)
      return "<parameter" + ids + attribute("value", value) + attribute("units", units_.id_of(s.unit)) +
             fmt::format(" constant=\"{}\"/>\n", word(s.constant));
    if (s.kind == SymbolKind::kCompartment) {
      // Without dimensions there is no size; read_sbml puts 1 in its place.
      const bool sizeless = s.dimensions == 0 && s.value == 1;
      return "<compartment" + ids + fmt::format(" spatialDimensions=\"{}\"", double_text(s.dimensions)) +
             attribute("size", sizeless ? "" : value) +
             attribute("units", s.dimensions == 0 ? "" : units_.id_of(s.unit)) +
             fmt::format(" constant=\"{}\"/>\n", word(s.constant));
    }
    std::string out = "<species" + ids + attribute("compartment", network_.symbols[s.compartment].id) +
                      attribute(s.given == SpeciesMeasure::kAmount ? "initialAmount" : "initialConcentration", value) +
                      attribute("substanceUnits", units_.id_of(amount_unit(s)));
    if (s.conversion_factor != kNoSymbol)
      out += attribute("conversionFactor", network_.symbols[s.conversion_factor].id);
    return out + fmt::format(" hasOnlySubstanceUnits=\"{}\" boundaryCondition=\"{}\" constant=\"{}\"/>\n",
                             word(s.only_substance), word(s.boundary), word(s.constant));
  }

  std::string amount_unit(const Symbol& species) const {
    const std::string& size = network_.symbols[species.compartment].unit;
    if (species.unit.empty() || species.only_substance) return species.unit;
    if (size.empty() || size == "1") return {};
    const std::string usual = network_.units.substance + "/" + size;
    return species.unit == usual ? network_.units.substance : species.unit + "." + size;
  }

  std::string formula(Node node, bool truth = false) const {
    std::string out;
    math_.write(node, truth, out);
    return out;
  }

  std::string initial_assignments() const {
    std::string out = stoichiometry_assignments_;
    for (const Symbol& symbol : network_.symbols) {
      if (symbol.initial != kNoNode)
        out += "<initialAssignment" + attribute("symbol", symbol.id) + ">" + formula(symbol.initial) +
               "</initialAssignment>\n";
    }
    return out.empty() ? out : "<listOfInitialAssignments>\n" + out + "</listOfInitialAssignments>\n";
  }

  std::string rules() const {
    std::string out = stoichiometry_rules_;
    for (const Symbol& symbol : network_.symbols) {
      if (symbol.rule == RuleKind::kNone || symbol.formula == kNoNode) continue;
      const std::string element = symbol.rule == RuleKind::kRate ? "rateRule" : "assignmentRule";
      out += "<" + element + attribute("variable", symbol.id) + ">" + formula(symbol.formula) + "</" + element + ">\n";
    }
    return out.empty() ? out : "<listOfRules>\n" + out + "</listOfRules>\n";
  }

  std::string participants(const std::vector<Participant>& side, std::string_view list, const std::string& reaction) {
    std::string out;
    for (const Participant& p : side) {
      std::string id = p.symbol == kNoSymbol ? std::string() : network_.symbols[p.symbol].id;
      bool constant = p.symbol == kNoSymbol || network_.symbols[p.symbol].constant;
      double value = p.symbol == kNoSymbol ? p.stoichiometry : network_.symbols[p.symbol].value;
      if (p.formula != kNoNode) {
        id = fresh_id(reaction);
        look_at_nodes();
        constant = stays_[p.formula];
        value = starts_[p.formula];  // for programs that know neither of the two
        std::string& list_of = constant ? stoichiometry_assignments_ : stoichiometry_rules_;
        const std::string element = constant ? "initialAssignment" : "assignmentRule";
        list_of += "<" + element + attribute(constant ? "symbol" : "variable", id) + ">" + formula(p.formula) + "</" +
                   element + ">\n";
      }
      out += "<speciesReference" + attribute("id", id) + attribute("species", network_.symbols[p.species].id) +
             attribute("stoichiometry", std::isnan(value) ? "" : double_text(value)) +
             fmt::format(" constant=\"{}\"/>", word(constant));
    }
    return out.empty() ? out : fmt::format("<{0}>{1}</{0}>\n", list, out);
  }

  /// For stoichiometries that are formulas: each node's value at the start, and whether it stays (no time, nothing that
  /// a rule, an event or a reaction changes).
  void look_at_nodes() {
    if (!starts_.empty()) return;
    std::vector<bool> set(network_.symbols.size(), false);
    for (const Event& event : network_.events) {
      for (const auto& [target, node] : event.assignments) set[target] = true;
    }
    const std::vector<double> values = declared_values(network_);
    starts_.assign(network_.graph.size(), std::nan(""));
    stays_.assign(network_.graph.size(), true);
    for (Node n = 0; n < starts_.size(); ++n) {
      const Term& term = network_.graph[n];
      const int count = argument_count(term.op);
      if (term.op == Op::kNumber) starts_[n] = term.value;
      if (term.op == Op::kTime) starts_[n] = 0;
      if (term.op == Op::kTime || term.op == Op::kRateOf) stays_[n] = false;
      if (term.op == Op::kSymbol) {
        const Symbol& symbol = network_.symbols[term.a];
        const bool plain = symbol.kind == SymbolKind::kParameter || symbol.kind == SymbolKind::kCompartment;
        starts_[n] = values[term.a];
        stays_[n] = plain && symbol.rule == RuleKind::kNone && !set[term.a];
      }
      const Node parts[] = {term.a, term.b, term.c};
      for (int i = 0; i < count; ++i) stays_[n] = stays_[n] && stays_[parts[i]];
      if (count > 0)
        starts_[n] =
            evaluate(term.op, starts_[term.a], count > 1 ? starts_[term.b] : 0, count > 2 ? starts_[term.c] : 0);
    }
  }

  std::string fresh_id(const std::string& reaction) {
    for (int i = 1;; ++i) {
      std::string id = "stoichiometry_" + reaction + "_" + std::to_string(i);
      if (ids_.insert(id).second) return id;
    }
  }

  std::string local_parameters(const std::string& reaction) {
    std::string out;
    const std::string prefix = reaction + ".";
    for (const std::uint32_t index : locals_[reaction]) {
      const Symbol& symbol = network_.symbols[index];
      out += "<localParameter" + attribute("id", symbol.id.substr(prefix.size())) + attribute("name", symbol.name) +
             attribute("value", std::isnan(symbol.value) ? "" : double_text(symbol.value)) +
             attribute("units", units_.id_of(symbol.unit)) + "/>";
    }
    return out.empty() ? out : "<listOfLocalParameters>" + out + "</listOfLocalParameters>";
  }

  std::string all_reactions() {
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      const Symbol& symbol = network_.symbols[i];
      if (symbol.kind == SymbolKind::kLocalParameter) locals_[symbol.id.substr(0, symbol.id.find('.'))].push_back(i);
    }
    std::string out;
    for (const Reaction& reaction : network_.reactions) {
      const Symbol& symbol = network_.symbols[reaction.symbol];
      out += "<reaction" + attribute("id", symbol.id) + attribute("name", symbol.name) +
             fmt::format(" reversible=\"{}\"{}>\n", word(reaction.reversible), version_ == 1 ? " fast=\"false\"" : "");
      out += participants(reaction.reactants, "listOfReactants", symbol.id);
      out += participants(reaction.products, "listOfProducts", symbol.id);
      std::string modifiers;
      for (const std::uint32_t m : reaction.modifiers)
        modifiers += "<modifierSpeciesReference" + attribute("species", network_.symbols[m].id) + "/>";
      if (!modifiers.empty()) out += "<listOfModifiers>" + modifiers + "</listOfModifiers>\n";
      if (reaction.rate != kNoNode)
        out += "<kineticLaw>" + formula(reaction.rate) + local_parameters(symbol.id) + "</kineticLaw>\n";
      out += "</reaction>\n";
    }
    return out.empty() ? out : "<listOfReactions>\n" + out + "</listOfReactions>\n";
  }

  std::string all_events() const {
    std::string out;
    for (const Event& event : network_.events) {
      out += "<event" + attribute("id", event.id) + attribute("name", event.name) +
             fmt::format(" useValuesFromTriggerTime=\"{}\">", word(event.values_from_trigger_time));
      out += fmt::format("<trigger initialValue=\"{}\" persistent=\"{}\">", word(event.initially_true),
                         word(event.persistent)) +
             formula(event.trigger, true) + "</trigger>";
      if (event.priority != kNoNode) out += "<priority>" + formula(event.priority) + "</priority>";
      if (event.delay != kNoNode) out += "<delay>" + formula(event.delay) + "</delay>";
      std::string assignments;
      for (const auto& [target, value] : event.assignments)
        assignments += "<eventAssignment" + attribute("variable", network_.symbols[target].id) + ">" + formula(value) +
                       "</eventAssignment>";
      if (!assignments.empty()) out += "<listOfEventAssignments>" + assignments + "</listOfEventAssignments>";
      out += "</event>\n";
    }
    return out.empty() ? out : "<listOfEvents>\n" + out + "</listOfEvents>\n";
  }

  const Network& network_;
  MathWriter math_;
  UnitDefinitions units_;
  int version_ = 1;
  std::unordered_set<std::string> ids_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> locals_;
  std::string stoichiometry_rules_, stoichiometry_assignments_;
  std::vector<double> starts_;
  std::vector<bool> stays_;
};

}  // namespace

std::string write_sbml(const Network& network) { return Writer(network).run(); }

}  // namespace vesica::kinetics
