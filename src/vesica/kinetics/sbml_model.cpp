// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/sbml_model.h"

#include <cmath>
#include <utility>

#include <sbml/SBMLTypes.h>

#include "vesica/base/message.h"

namespace vesica::kinetics {

SbmlModelReader::SbmlModelReader(const Model& model, const std::string& path, Problems& problems)
    : model_(model),
      path_(path),
      problems_(problems),
      level2_(model.getLevel() < 3),
      math_(network_.graph, symbols_),
      units_(model) {}

Network SbmlModelReader::read() {
  network_.id = model_.getId();
  network_.name = model_.getName();
  network_.units = units_.of_model();
  const std::size_t count = std::size_t{model_.getNumCompartments()} + model_.getNumSpecies() +
                            model_.getNumParameters() + model_.getNumReactions();
  network_.symbols.reserve(count);
  symbols_.reserve(count);
  for (unsigned i = 0; i < model_.getNumCompartments(); ++i) read_compartment(*model_.getCompartment(i));
  for (unsigned i = 0; i < model_.getNumSpecies(); ++i) read_species(*model_.getSpecies(i));
  for (unsigned i = 0; i < model_.getNumParameters(); ++i) read_parameter(*model_.getParameter(i), {}, symbols_);
  if (!level2_ && model_.isSetConversionFactor())
    network_.conversion_factor = find(model_.getConversionFactor(), model_, false);
  for (unsigned i = 0; i < model_.getNumSpecies(); ++i) {
    const Species& from = *model_.getSpecies(i);
    if (level2_ || !from.isSetConversionFactor()) continue;
    if (const auto found = symbols_.find(from.getId()); found != symbols_.end())
      network_.symbols[found->second].conversion_factor = find(from.getConversionFactor(), from, false);
  }
  const unsigned reactions = model_.getNumReactions();
  network_.reactions.resize(reactions);
  locals_.resize(reactions);
  for (unsigned i = 0; i < reactions; ++i) read_reaction(*model_.getReaction(i), i);

  read_functions();
  for (unsigned i = 0; i < reactions; ++i) read_formulas(*model_.getReaction(i), i);
  read_initial_assignments();
  for (unsigned i = 0; i < model_.getNumRules(); ++i) read_rule(*model_.getRule(i));
  for (unsigned i = 0; i < model_.getNumEvents(); ++i) read_event(*model_.getEvent(i));
  finish_compartments();
  return std::move(network_);
}

Place SbmlModelReader::place(const SBase& from, const std::string& item) const {
  return {path_, static_cast<int>(from.getLine()), 0, shown(item)};
}

std::uint32_t SbmlModelReader::add(Symbol&& symbol, std::string_view key, SymbolMap& into, const SBase& from) {
  const auto index = static_cast<std::uint32_t>(network_.symbols.size());
  if (key.empty()) {
    problems_.add(ErrorKind::kData, say("A {} has no id.", from.getElementName()), place(from));
  } else if (!into.emplace(key, index).second) {
    problems_.add(ErrorKind::kData, say("The id {} is given twice.", shown(key)), place(from),
                  say("Give every part of the model an id of its own."));
  }
  network_.symbols.push_back(std::move(symbol));
  return index;
}

std::uint32_t SbmlModelReader::find(const std::string& id, const SBase& from, bool target) {
  const auto found = symbols_.find(id);
  if (found == symbols_.end()) {
    problems_.add(ErrorKind::kData, say("{} is not defined in the model.", shown(id)), place(from),
                  say("Declare it, or correct its spelling."));
    return kNoSymbol;
  }
  if (target && network_.symbols[found->second].kind == SymbolKind::kReaction) {
    problems_.add(ErrorKind::kData, say("{} is a reaction: no rule, event or assignment can set it.", shown(id)),
                  place(from));
    return kNoSymbol;
  }
  return found->second;
}

std::uint32_t SbmlModelReader::find_species(const SimpleSpeciesReference& from) {
  const std::uint32_t index = find(from.getSpecies(), from, false);
  if (index == kNoSymbol || network_.symbols[index].kind == SymbolKind::kSpecies) return index;
  problems_.add(ErrorKind::kData, say("{} takes part in a reaction, but is no species.", shown(from.getSpecies())),
                place(from));
  return kNoSymbol;
}

Node SbmlModelReader::formula(const ASTNode* tree, const SBase& from, const SymbolMap* local) {
  if (tree == nullptr) return kNoNode;
  try {
    return math_.read(*tree, local, place(from));
  } catch (const Error& error) {
    problems_.add(error);
    return kNoNode;
  }
}

void SbmlModelReader::read_functions() {
  for (unsigned i = 0; i < model_.getNumFunctionDefinitions(); ++i) {
    const FunctionDefinition& from = *model_.getFunctionDefinition(i);
    if (!math_.define(from.getId(), from.getMath()))
      problems_.add(ErrorKind::kData, say("The id {} is given twice.", shown(from.getId())), place(from),
                    say("Give every part of the model an id of its own."));
  }
}

void SbmlModelReader::read_compartment(const Compartment& from) {
  Symbol out;
  out.id = from.getId();
  out.name = from.getName();
  out.kind = SymbolKind::kCompartment;
  out.constant = from.getConstant();
  const double dimensions = from.getSpatialDimensionsAsDouble();
  if (std::isfinite(dimensions)) out.dimensions = dimensions;
  if (from.isSetSize()) out.value = from.getSize();
  out.unit = from.isSetUnits() ? units_.text(from.getUnits()) : size_unit(out);
  add(std::move(out), from.getId(), symbols_, from);
}

const std::string& SbmlModelReader::size_unit(const Symbol& compartment) const {
  static const std::string none;
  if (compartment.dimensions == 3) return network_.units.volume;
  if (compartment.dimensions == 2) return network_.units.area;
  if (compartment.dimensions == 1) return network_.units.length;
  return none;
}

void SbmlModelReader::read_species(const Species& from) {
  Symbol out;
  out.id = from.getId();
  out.name = from.getName();
  out.kind = SymbolKind::kSpecies;
  out.constant = from.getConstant();
  out.boundary = from.getBoundaryCondition();
  out.only_substance = from.getHasOnlySubstanceUnits();
  const Symbol* home = nullptr;
  const auto found = symbols_.find(from.getCompartment());
  if (found != symbols_.end() && network_.symbols[found->second].kind == SymbolKind::kCompartment) {
    out.compartment = found->second;
    home = &network_.symbols[found->second];
  } else {
    problems_.add(
        ErrorKind::kData,
        say("Species {0} lies in {1}, which is no compartment.", shown(from.getId()), shown(from.getCompartment())),
        place(from), say("Declare the compartment, or correct its spelling."));
  }
  if (home != nullptr && home->dimensions == 0 && std::isnan(home->value)) out.only_substance = true;
  out.given = out.only_substance ? SpeciesMeasure::kAmount : SpeciesMeasure::kConcentration;
  if (from.isSetInitialAmount()) {
    out.value = from.getInitialAmount();
    out.given = SpeciesMeasure::kAmount;
  } else if (from.isSetInitialConcentration()) {
    out.value = from.getInitialConcentration();
    out.given = SpeciesMeasure::kConcentration;
  }
  const std::string& amount =
      from.isSetSubstanceUnits() ? units_.text(from.getSubstanceUnits()) : network_.units.substance;
  if (out.only_substance || home == nullptr) {
    out.unit = amount;
  } else {
    if (unit_text_.empty() || amount != unit_amount_ || home->unit != unit_size_) {
      unit_amount_ = amount;
      unit_size_ = home->unit;
      unit_text_ = SbmlUnits::per(amount, home->unit);
    }
    out.unit = unit_text_;
  }
  add(std::move(out), from.getId(), symbols_, from);
}

void SbmlModelReader::read_parameter(const Parameter& from, std::string_view reaction, SymbolMap& into) {
  Symbol out;
  out.id = from.getId();
  out.name = from.getName();
  if (from.isSetValue()) out.value = from.getValue();
  out.unit = units_.text(from.getUnits());
  if (&into == &symbols_) {
    out.constant = from.getConstant();
  } else {
    out.kind = SymbolKind::kLocalParameter;
    out.id = std::string(reaction) + "." + out.id;
  }
  add(std::move(out), from.getId(), into, from);
}

}  // namespace vesica::kinetics
