// SPDX-License-Identifier: Apache-2.0
// From a parsed SBML model (libSBML's tree) to a network.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/kinetics/math_read.h"
#include "vesica/kinetics/network.h"
#include "vesica/kinetics/problems.h"
#include "vesica/kinetics/sbml_units.h"

class Compartment;
class Model;
class Parameter;
class Reaction;
class SBase;
class SimpleSpeciesReference;
class Species;
class SpeciesReference;
class Event;
class Rule;

namespace vesica::kinetics {

/// Walks the model once. Formulas are translated after every symbol is known, for they may name any of them.
class SbmlModelReader {
 public:
  SbmlModelReader(const Model& model, const std::string& path, Problems& problems);
  /// Call once. Problems are added to those of the constructor.
  Network read();

 private:
  void read_functions();
  void read_compartment(const Compartment& from);
  void read_species(const Species& from);
  void read_parameter(const Parameter& from, std::string_view reaction, SymbolMap& into);
  void read_reaction(const ::Reaction& from, std::size_t index);
  Participant read_participant(const SpeciesReference& from);
  void read_formulas(const ::Reaction& from, std::size_t index);
  void read_initial_assignments();
  void read_rule(const Rule& from);
  void read_event(const ::Event& from);
  void read_event_assignments(const ::Event& from, Event& into);
  void finish_compartments();

  std::uint32_t add(Symbol&& symbol, std::string_view key, SymbolMap& into, const SBase& from);
  std::uint32_t find(const std::string& id, const SBase& from, bool target);
  std::uint32_t find_species(const SimpleSpeciesReference& from);
  /// kNoNode for a formula that is not there or wrong (then a problem is added).
  Node formula(const ASTNode* tree, const SBase& from, const SymbolMap* local = nullptr);
  Place place(const SBase& from, const std::string& item = {}) const;
  const std::string& size_unit(const Symbol& compartment) const;

  const Model& model_;
  const std::string& path_;
  Problems& problems_;
  bool level2_;
  Network network_;
  SymbolMap symbols_;
  std::vector<SymbolMap> locals_;  ///< one a reaction
  MathReader math_;
  SbmlUnits units_;
  std::string unit_amount_, unit_size_, unit_text_;  ///< the last pair of units and its quotient
};

}  // namespace vesica::kinetics
