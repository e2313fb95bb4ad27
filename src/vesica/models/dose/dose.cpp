// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/dose/dose.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vesica/evidence/evidence.h"

namespace vesica::dose {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kGramsPerKilogram = 1000;

Fact find(const std::string& species, std::string_view what) {
  const std::string id = species + "." + std::string(what);
  for (const PhysiologyRow& row : evidence().physiology)
    if (row.id == id) return {row.value, id};
  return {kNone, ""};
}

Fact csf_volume(const Body& body) {
  if (body.csf_ml) return {*body.csf_ml, ""};
  return find(body.species, "csf.csf_volume");
}

Fact brain_mass(const Body& body) {
  if (body.brain_g) return {*body.brain_g, ""};
  const Fact own = find(body.species, "brain.brain_mass");
  if (!std::isnan(own.value) && !body.weight_kg) return own;
  const Fact share = find(body.species, "brain.share_of_body_weight"), kilograms = weight(body);
  if (std::isnan(share.value)) return own;
  return {share.value * kilograms.value * kGramsPerKilogram,
          kilograms.evidence.empty() ? share.evidence : share.evidence + ", " + kilograms.evidence};
}

Fact surface(const Body& body) {
  const Fact kilograms = weight(body), km = find(body.species, "whole_body.dose_conversion_factor_km");
  return {kilograms.value / km.value,
          kilograms.evidence.empty() ? km.evidence : km.evidence + ", " + kilograms.evidence};
}

}  // namespace

std::string_view to_text(Rule rule) {
  switch (rule) {
    case Rule::kBodyWeight:
      return "body_weight";
    case Rule::kWeight075:
      return "weight_0.75";
    case Rule::kWeight067:
      return "weight_0.67";
    case Rule::kSurface:
      return "surface";
    case Rule::kCsfVolume:
      return "csf_volume";
    case Rule::kBrainMass:
      return "brain_mass";
  }
  return "body_weight";
}

Fact weight(const Body& body) {
  return body.weight_kg ? Fact{*body.weight_kg, ""} : find(body.species, "whole_body.body_weight");
}

Fact size(const Body& body, Rule rule) {
  Fact kilograms = weight(body);
  switch (rule) {
    case Rule::kBodyWeight:
      return kilograms;
    case Rule::kWeight075:
      return {std::pow(kilograms.value, 0.75), kilograms.evidence};
    case Rule::kWeight067:
      return {std::pow(kilograms.value, 0.67), kilograms.evidence};
    case Rule::kSurface:
      return surface(body);
    case Rule::kCsfVolume:
      return csf_volume(body);
    case Rule::kBrainMass:
      return brain_mass(body);
  }
  return kilograms;
}

double carry_over(double dose, const Body& from, const Body& to, Rule rule) {
  const double there = size(to, rule).value, here = size(from, rule).value;
  if (!(dose >= 0) || !(there > 0) || !(here > 0)) return kNone;
  return dose * (there / here);
}

}  // namespace vesica::dose
