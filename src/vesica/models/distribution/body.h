// SPDX-License-Identifier: Apache-2.0
// The bodies that vesicles spread in: organs, flows and volumes of a species from evidence/physiology.tsv.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/evidence/evidence.h"

namespace vesica::distribution {

/// The perfused organs, in the order of every table; `rest` is what the others leave of body and blood flow.
inline constexpr std::array<std::string_view, 12> kOrgans = {
    "lung", "liver", "spleen", "gut", "kidney", "brain", "spinal_cord", "heart", "muscle", "skin", "bone", "rest"};
inline constexpr std::array<std::string_view, 4> kPhagocyteOrgans = {"liver", "spleen", "lung", "kidney"};
inline constexpr std::array<std::string_view, 6> kSpecies = {"mouse",   "rat",         "rat_pup",
                                                             "macaque", "human_adult", "human_neonate"};

struct Organ {
  std::string_view id;
  double volume_share = 0;  ///< of body weight, as mL of g
  double flow_share = 0;    ///< of cardiac output; liver: artery and portal vein together
  double blood_share = 0;   ///< of the organ's volume
  double permeability = 0;  ///< permeability-surface product over the organ's blood flow
  double partition = 0;     ///< tissue over blood at rest
};

/// A Gompertz curve: final exp(-b exp(-k age)), age in days.
struct Growth {
  double final_kg = 0, b = 0, k_per_day = 0;
  double at(double age_days) const;
};

struct Body {
  std::string species;
  double weight_kg = 0;
  double cardiac_output = 0;  ///< L/h per kg^0.75
  double hematocrit = 0;
  double blood_share = 0;           ///< of body weight, in the large vessels
  double csf_ml = 0, csf_ml_h = 0;  ///< at `weight_kg`
  bool grows = false;
  Growth body, brain;  ///< when it grows
  std::array<Organ, kOrgans.size()> organs;
  std::vector<const PhysiologyRow*> rows;      ///< everything that was looked up
  std::vector<const PhysiologyRow*> borrowed;  ///< what had to be taken from another species

  const Organ& organ(std::string_view id) const;
};

/// A species' body. What its own rows do not say comes from the nearest species: rat pup from rat, macaque and human
/// neonate from human adult, human adult from rat, rat from mouse (our choice). Throws Error(kConfig) with "did you
/// mean" for an unknown species, Error(kData) when the tables hold no such row at all or the shares leave no rest.
const Body& body_of(std::string_view species);

}  // namespace vesica::distribution
