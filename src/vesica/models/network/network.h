// SPDX-License-Identifier: Apache-2.0
// A user's reaction network as a question: which symbols, in which units, at which times, for which individuals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/kinetics/distribution.h"
#include "vesica/kinetics/dose.h"
#include "vesica/kinetics/network.h"
#include "vesica/models/network/settings.h"

namespace vesica {
extern const Model kNetworkModel;
}  // namespace vesica

namespace vesica::network {

/// A symbol that is reported.
struct Column {
  std::uint32_t symbol = 0;
  kinetics::SpeciesMeasure measure = kinetics::SpeciesMeasure::kConcentration;  ///< of a species
  std::string id;                                                               ///< of the symbol
  std::string quantity;                                                         ///< of the catalogue
  std::string target;
  std::string unit;               ///< of the reported value; empty: the model does not say
  double offset = 0, factor = 1;  ///< reported = offset + factor * value in the model
  double low, high;               ///< what the quantity can be
  bool mapped = false;
};

/// A moment that is reported; `time_h` is NaN where the model's unit of time is unknown.
struct Moment {
  double time = 0;
  double time_h = kNaN;
};

/// One run. `values` belong to Problem::given, NaN: as the model says.
struct Individual {
  std::string name;  ///< empty: the only one
  std::vector<double> values;
  std::vector<kinetics::Given> doses;  ///< targets are symbols of the network
};

struct Problem {
  kinetics::Network network;
  std::string time_unit;  ///< UCUM or empty
  std::vector<Column> columns;
  std::vector<Moment> moments;  ///< ascending
  double from = 0;
  bool steady_state = false;
  std::vector<std::uint32_t> given;          ///< symbols that differ between individuals
  std::vector<std::uint32_t> dosed;          ///< species that anybody receives doses of
  std::vector<Individual> individuals;       ///< of a table, or the one; empty: drawn
  std::uint64_t drawn = 0;                   ///< number of individuals that are drawn
  std::vector<kinetics::Distribution> laws;  ///< one a symbol of `given`, when drawn
  std::vector<kinetics::Given> doses;        ///< of everybody who is drawn
  std::uint64_t seed = 1;
  std::vector<Issue> notes;

  std::uint64_t size() const { return drawn > 0 ? drawn : individuals.size(); }
  bool is_ensemble() const { return drawn > 0 || individuals.size() > 1 || !individuals.front().name.empty(); }
  /// The i-th individual; drawn ones are a function of seed and index alone, named from "1".
  Individual individual(std::uint64_t i) const;
};

/// Replaces values and starts of the network; of a species the concentration or amount that its formulas use. Throws
/// Error(kConfig) for an unknown symbol ("did you mean"), one that follows from a rule, and a reaction.
void apply_set(kinetics::Network& network, const std::vector<Replacement>& set);

/// Index of a symbol. Throws an Error of `kind` with "did you mean".
std::uint32_t find_symbol(const kinetics::Network& network, std::string_view id, const Place& place,
                          ErrorKind kind = ErrorKind::kConfig);

/// UCUM unit of a symbol's value, a species in the given measure; empty when the model does not say it.
std::string unit_of(const kinetics::Network& network, std::uint32_t symbol, kinetics::SpeciesMeasure measure);
/// Throws an Error of `kind` unless a user may state the symbol's value: neither a rule of assignment nor a reaction
/// gives it.
void require_settable(const kinetics::Symbol& symbol, const Place& place, ErrorKind kind = ErrorKind::kConfig);
/// Throws an Error of `kind` unless the symbol is a species that can receive amounts: no rule of assignment gives it.
void require_dosable(const kinetics::Symbol& symbol, const Place& place, ErrorKind kind = ErrorKind::kConfig);

/// Throws an Error of `kind` for a dose before the model begins.
void require_after_begin(const kinetics::Given& given, const Problem& problem, const Place& place, ErrorKind kind);

/// What formulas of the model mean by a species.
kinetics::SpeciesMeasure as_used(const kinetics::Symbol& species);

/// The question made complete: columns, moments, doses, individuals. `sheet`: the table of individuals, or nullptr.
/// `times_h`: moments wanted beside those of the settings. Throws Error(kConfig) for everything that contradicts
/// itself, with the offending value and the next step.
Problem make_problem(const Settings& settings, kinetics::Network network, const Sheet* sheet,
                     const std::vector<double>& times_h, std::uint64_t seed);

}  // namespace vesica::network
