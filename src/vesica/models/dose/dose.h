// SPDX-License-Identifier: Apache-2.0
// A dose carried from one species to another: several rules side by side, because they differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vesica::dose {

/// What a dose is taken to be proportional to.
enum class Rule { kBodyWeight, kWeight075, kWeight067, kSurface, kCsfVolume, kBrainMass };
inline constexpr Rule kRules[] = {Rule::kBodyWeight, Rule::kWeight075, Rule::kWeight067,
                                  Rule::kSurface,    Rule::kCsfVolume, Rule::kBrainMass};
/// "body_weight", "weight_0.75", "weight_0.67", "surface", "csf_volume", "brain_mass".
std::string_view to_text(Rule rule);

/// The species whose physiology is known.
inline constexpr std::string_view kSpecies[] = {"mouse", "rat", "rat_pup", "macaque", "human_adult", "human_neonate"};

/// A number with the evidence row that it comes from; none when it was stated.
struct Fact {
  double value;  ///< NaN: not known
  std::string evidence;
};

struct Body {
  std::string species;
  std::optional<double> weight_kg, csf_ml, brain_g;  ///< stated; else from evidence
};

/// Body weight in kg.
Fact weight(const Body& body);
/// What the rule counts, in kg, kg^0.75, kg^0.67, m2 (weight / Km, FDA 2005), mL or g; `evidence` names the rows.
Fact size(const Body& body, Rule rule);

/// dose · size(to) / size(from): the whole dose of one individual (FDA 2005 for surface; West, Brown, Enquist 1997,
/// 10.1126/science.276.5309.122, for the power 0.75; fluid and brain volume for local routes into the nervous system).
/// NaN when a size is not known or the dose is negative.
double carry_over(double dose, const Body& from, const Body& to, Rule rule);

}  // namespace vesica::dose

namespace vesica {
struct Model;
extern const Model kDoseModel;
}  // namespace vesica
