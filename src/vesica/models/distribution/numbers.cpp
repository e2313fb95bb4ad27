// SPDX-License-Identifier: Apache-2.0
// The numbers of one individual in the terms of its network; the minimal model's closed form.
#include <cmath>
#include <numbers>

#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"

namespace vesica::distribution {

namespace {

constexpr double kFgPerUg = 1e9, kMlPerL = 1000, kMinutesPerHour = 60;

}  // namespace

std::vector<std::pair<std::string, double>> numbers_of(const Structure& structure, const Settings& s, double total) {
  std::vector<std::pair<std::string, double>> out;
  const auto add = [&](std::string id, double value) { out.emplace_back(std::move(id), value); };
  const double weight = body_weight_kg(s), scale = rate_scale(s.allometry, weight);
  add("dose", total);
  if (structure.two_compartments) {
    add("volume", s.central_volume_l_kg * weight * kMlPerL);
    add("k12", s.k12_per_h);
    add("k21", s.k21_per_h);
    add("ke", s.elimination_per_h);
  } else {
    const Body& body = body_of(s.species);
    if (body.grows) {
      add("age_d", s.age_d);
      add("weight_factor", weight / body.body.at(s.age_d));
    } else {
      add("weight", weight);
    }
    add("flow_factor", s.flow_factor);
    add("permeability_factor", s.permeability_factor);
    add("partition_factor", s.partition_factor);
    const double particles_per_ug = kFgPerUg / s.vesicle_mass_fg;
    const auto phagocytes = [&](const std::string& id, double uptake, double capacity) {
      add("uptake_" + id, uptake * scale);
      add("capacity_" + id, capacity * particles_per_ug);
    };
    phagocytes("liver", s.liver_uptake_per_h, s.liver_capacity_ug_g);
    phagocytes("spleen", s.spleen_uptake_per_h, s.spleen_capacity_ug_g);
    phagocytes("lung", s.lung_uptake_per_h, s.lung_capacity_ug_g);
    phagocytes("kidney", s.kidney_uptake_per_h, s.kidney_capacity_ug_g);
    add("release", s.phagocyte_release_per_h * scale);
    add("digestion", s.digestion_per_h * scale);
    add("bile", s.bile_l_h * kMlPerL);
    add("urine", s.urine_l_h * kMlPerL);
    add("brain_loss", s.brain_loss_per_h);
    add("csf_uptake", s.csf_uptake_per_h);
    add("local_uptake", s.local_uptake_per_h);
    if (s.route == "ip" || s.route == "sc") add("absorption", s.absorption_per_h);
    if (s.route == "local") {
      add("v_local", s.local_volume_ml);
      add("absorption", s.local_loss_per_h);
    }
    if (s.route == "intranasal") {
      const double cilia = std::numbers::ln2 * kMinutesPerHour / s.mucociliary_half_life_min;
      add("nose_to_brain", s.nasal_share / (1 - s.nasal_share) * cilia);
      add("cilia", cilia);
    }
  }
  if (const Label* label = find_label(structure.label); label != nullptr && !structure.two_compartments) {
    add("detachment", s.*label->detachment);
    add("free_elimination", s.*label->free_elimination);
  }
  return out;
}

double two_compartments_bolus(double volume, double k12, double k21, double ke, double t) {
  const double sum = k12 + k21 + ke, root = std::sqrt(std::fmax(0, sum * sum - 4 * k21 * ke));
  const double alpha = (sum + root) / 2, beta = (sum - root) / 2;
  if (root == 0) return std::exp(-alpha * t) * (1 + (k21 - alpha) * t) / volume;
  return ((alpha - k21) * std::exp(-alpha * t) + (k21 - beta) * std::exp(-beta * t)) / (volume * root);
}

}  // namespace vesica::distribution
