// SPDX-License-Identifier: Apache-2.0
// Declares a reaction network in C++: an ODE model is data, with units and sources, never a function.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "vesica/kinetics/network.h"
#include "vesica/kinetics/problems.h"

namespace vesica::kinetics {

/// Formulas are infix texts (see infix.h) that may name symbols declared later. In them a species means its
/// concentration (or its amount where `only_substance`), and the rate of a reaction is an amount per time: a rate in
/// concentrations is multiplied by its compartment. Example: binding in a well, a half-life of 2 h, a wash at 1 h.
///
///     Network network =
///         NetworkBuilder("uptake")
///             .units({.time = "h", .substance = "nmol", .volume = "L"})
///             .compartment("well", 1e-4, "L")
///             .species("free", "well", 2.0)        // nmol/L
///             .species("bound", "well", 0)
///             .parameter("k_on", 0.3, {.unit = "h-1", .low = 0, .high = 10, .evidence = "uptake.k_on"})
///             .parameter("half_life", 2, {.unit = "h", .low = 0.1, .high = 100})
///             .parameter("k_loss", 0, {.unit = "h-1"})
///             .assign("k_loss", "ln(2) / half_life")
///             .reaction("binding", "free -> bound", "k_on * free * well")
///             .reaction("loss", "bound ->", "k_loss * bound * well")
///             .event("wash", "time >= 1", {{"free", "0"}})
///             .build();
///
/// Doses and curves are not part of a network: each individual brings its own (simulate.h).
class NetworkBuilder {
 public:
  struct SpeciesOptions {
    SpeciesMeasure given = SpeciesMeasure::kConcentration;  ///< what the initial value is
    bool only_substance = false;                            ///< formulas see the amount
    bool boundary = false;                                  ///< reactions do not change it
    bool constant = false;
    std::string conversion_factor = {};
    std::string unit = {};  ///< UCUM, of what formulas see; empty: from the model's and the compartment's units
    std::string name = {};
  };
  struct ParameterOptions {
    std::string unit = {};  ///< UCUM
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::string evidence = {};  ///< row of the evidence tables
    std::string name = {};
  };
  struct EventOptions {
    bool initially_true = true, persistent = true, values_from_trigger_time = true;
    std::string delay = {}, priority = {};  ///< formulas
  };

  explicit NetworkBuilder(std::string id, std::string name = {});

  NetworkBuilder& units(NetworkUnits units);
  NetworkBuilder& compartment(std::string id, double size, std::string unit = {}, double dimensions = 3);
  NetworkBuilder& species(std::string id, std::string compartment, double initial);
  NetworkBuilder& species(std::string id, std::string compartment, double initial, SpeciesOptions options);
  NetworkBuilder& parameter(std::string id, double value);
  NetworkBuilder& parameter(std::string id, double value, ParameterOptions options);
  /// `equation`: "2 A + B -> C" (irreversible) or "A <-> B" (reversible); a side may be empty. Species that the rate
  /// names besides become modifiers.
  NetworkBuilder& reaction(std::string id, std::string equation, std::string rate);
  NetworkBuilder& assign(std::string id, std::string formula);   ///< at every moment
  NetworkBuilder& rate(std::string id, std::string formula);     ///< d id / dt
  NetworkBuilder& initial(std::string id, std::string formula);  ///< at the start
  NetworkBuilder& event(std::string id, std::string trigger,
                        std::vector<std::pair<std::string, std::string>> assignments);
  NetworkBuilder& event(std::string id, std::string trigger,
                        std::vector<std::pair<std::string, std::string>> assignments, EventOptions options);

  /// The network. Throws one Error(kData) with every problem: ids given twice or not allowed, unknown names, formulas
  /// and equations that cannot be read (with the formula and the character), unknown units, values outside their
  /// bounds, rules for what is constant or changed by reactions.
  Network build() const;

 private:
  struct Formula {
    std::string target, text;
    RuleKind kind = RuleKind::kNone;  ///< kNone: initial
  };
  struct ReactionText {
    std::string id, equation, rate;
  };
  struct EventText {
    std::string id, trigger;
    std::vector<std::pair<std::string, std::string>> assignments;
    EventOptions options;
  };
  struct SpeciesText {
    std::string compartment, conversion_factor;
  };
  friend class NetworkAssembly;

  std::string id_, name_;
  NetworkUnits units_;
  std::vector<Symbol> compartments_, species_, parameters_;
  std::vector<SpeciesText> homes_;  ///< one a species
  std::vector<ReactionText> reactions_;
  std::vector<Formula> formulas_;
  std::vector<EventText> events_;
};

}  // namespace vesica::kinetics
