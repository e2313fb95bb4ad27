// SPDX-License-Identifier: Apache-2.0
// Distribution: closed forms, balances, limits.
#include "vesica/models/distribution/distribution.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"
#include "vesica/kinetics/simulate.h"
#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution_test_help.h"
#include "vesica/models/distribution/evaluate.h"

namespace vesica::distribution {
namespace {

/// One run of the bare network: symbol → values at the times. A share of 1 is given to `site` at time 0.
class Bare {
 public:
  Bare(const Structure& structure, const Settings& settings, const std::vector<double>& times, std::string site = {},
       double tolerance = 1e-9)
      : network_(make_network(structure)) {
    const auto numbers = numbers_of(structure, settings, settings.dose);
    kinetics::CompileOptions options;
    for (std::uint32_t i = 0; i < network_.symbols.size(); ++i) {
      if (network_.symbols[i].kind == kinetics::SymbolKind::kReaction ||
          network_.symbols[i].kind == kinetics::SymbolKind::kStoichiometry)
        continue;
      names_.push_back(network_.symbols[i].id);
      options.outputs.push_back(i);
    }
    kinetics::Individual individual;
    for (const auto& [id, value] : numbers) {
      options.given.push_back(network_.find(id));
      individual.given.push_back(value);
    }
    if (site.empty()) site = std::string(site_of(structure));
    std::vector<std::string> sites = {site};
    if (structure.label != "none") sites.push_back(site + "_seen");
    for (const std::string& one : sites) {
      options.dosed.push_back(network_.find(one));
      individual.doses.push_back({network_.find(one), {1, 0, 0, 0, 1}});
    }
    const kinetics::Simulator simulator(network_, options);
    kinetics::Plan plan;
    plan.times = times;
    plan.tolerances.relative = tolerance;
    plan.tolerances.absolute = tolerance * 1e-3;
    result_ = simulator.run(individual, plan, Context{});
    EXPECT_TRUE(result_.status.ok()) << sentence(result_.status);
  }
  double at(const std::string& id, std::size_t time) const {
    const auto found = std::find(names_.begin(), names_.end(), id);
    EXPECT_NE(found, names_.end()) << id;
    return result_.values[time * names_.size() + static_cast<std::size_t>(found - names_.begin())];
  }
  /// Every species, or those whose names end so.
  double sum(std::size_t time, bool seen) const {
    double out = 0;
    for (const std::string& name : names_) {
      const kinetics::Symbol& symbol = network_.symbols[network_.find(name)];
      if (symbol.kind != kinetics::SymbolKind::kSpecies) continue;
      const bool is_label = name.ends_with("_seen") || name.ends_with("_kept") || name == "free_label";
      if (is_label == seen) out += at(name, time);
    }
    return out;
  }

 private:
  kinetics::Network network_;
  std::vector<std::string> names_;
  kinetics::Trajectory result_;
};

Settings quiet() {
  Settings out;
  out.liver_uptake_per_h = out.spleen_uptake_per_h = out.lung_uptake_per_h = out.kidney_uptake_per_h = 0;
  out.bile_l_h = out.urine_l_h = 0;
  out.csf_uptake_per_h = out.brain_loss_per_h = out.local_uptake_per_h = 0;
  return out;
}

TEST(Distribution, BodiesLeaveARestAndFlowsCloseTheCircle) {
  for (const std::string_view species : kSpecies) {
    const Body& body = body_of(species);
    double volume = body.blood_share, flow = 0;
    for (const Organ& organ : body.organs) {
      volume += organ.volume_share;
      if (organ.id != "lung" && organ.id != "gut" && organ.id != "spleen") flow += organ.flow_share;
      EXPECT_GT(organ.blood_share, 0) << species << organ.id;
      EXPECT_LT(organ.blood_share, 1) << species << organ.id;
    }
    EXPECT_NEAR(volume, 1, 1e-12) << species;
    EXPECT_NEAR(flow, 1, 1e-12) << species;
  }
}

TEST(Distribution, EveryRouteOfEverySpeciesKeepsItsMass) {
  for (const std::string_view species : kSpecies) {
    for (const std::string_view route : kRoutes) {
      Settings settings;
      settings.species = species;
      settings.route = route;
      const Bare run(structure_of(settings), settings, {0.1, 1, 24}, "", 1e-6);
      for (std::size_t t = 0; t < 3; ++t) EXPECT_NEAR(run.sum(t, false), 1, 1e-9) << species << " " << route;
    }
  }
}

TEST(Distribution, WithoutUptakeBloodAndTissueComeToTheEquilibriumOfTheirVolumes) {
  Settings settings = quiet();
  settings.permeability_factor = 1e5;
  const Bare run(structure_of(settings), settings, {24 * 30}, "", 1e-10);
  const Body& body = body_of("mouse");
  const double grams = body.weight_kg * 1000;
  double capacity = body.blood_share * grams;
  for (const Organ& organ : body.organs)
    capacity += organ.volume_share * grams * (organ.blood_share + (1 - organ.blood_share) * organ.partition);
  for (const Organ& organ : body.organs) {
    const std::string id(organ.id);
    const double volume = organ.volume_share * grams;
    EXPECT_NEAR(run.at(id + "_blood", 0), volume * organ.blood_share / capacity,
                2e-3 * volume * organ.blood_share / capacity)
        << id;
    EXPECT_NEAR(run.at(id + "_tissue", 0) * capacity, volume * (1 - organ.blood_share) * organ.partition,
                2e-3 * volume * (1 - organ.blood_share) * organ.partition)
        << id;
  }
}

TEST(Distribution, FastPermeabilityIsTheFlowLimitedOrgan) {
  // With instant exchange a tissue and its blood are one well-stirred volume Vb + P Vt that flow fills: the rate
  // constant of the muscle of an otherwise empty body is q / (Vb + P Vt).
  Settings settings = quiet();
  settings.permeability_factor = 1e10;
  const Organ& muscle = body_of("mouse").organ("muscle");
  const double volume = muscle.volume_share * 20;
  const double effective = volume * (muscle.blood_share + (1 - muscle.blood_share) * muscle.partition);
  const double flow = muscle.flow_share * 16.5 * 1000 * std::pow(0.02, 0.75);
  const double t = 1e-4;  // short: nothing has come back yet
  const Bare run(structure_of(settings), settings, {t}, "muscle_blood", 1e-10);
  const double left = run.at("muscle_blood", 0) + run.at("muscle_tissue", 0);
  EXPECT_NEAR(left, std::exp(-flow / effective * t), 2e-3 * (1 - left) + 1e-6);
}

TEST(Distribution, VenousBloodPassesTheLungFirst) {
  // lung: uptake u from its blood of volume Vb, flow q through: the share kept at first pass is u Vb / (u Vb + q).
  Settings settings = quiet();
  settings.lung_uptake_per_h = 1e4;
  settings.lung_capacity_ug_g = settings.kidney_capacity_ug_g = 1e12;
  settings.phagocyte_release_per_h = settings.digestion_per_h = 0;
  settings.permeability_factor = 1e-3;
  const Organ& lung = body_of("mouse").organ("lung");
  const double blood = lung.volume_share * 20 * lung.blood_share, flow = 16.5 * 1000 * std::pow(0.02, 0.75);
  const double kept = 1e4 * blood / (1e4 * blood + flow);
  const Bare venous(structure_of(settings), settings, {1}, "venous");
  const Bare arterial(structure_of(settings), settings, {1}, "arterial");
  EXPECT_NEAR(venous.at("lung_cells", 0), 1, 1e-3);  // round and round until all is kept
  // what reached the arteries at all, as seen by an organ that keeps everything
  Settings split = settings;
  split.kidney_uptake_per_h = 1e4;
  const Bare first(structure_of(split), split, {1}, "venous"), second(structure_of(split), split, {1}, "arterial");
  const double venous_elsewhere = 1 - first.at("lung_cells", 0), arterial_elsewhere = 1 - second.at("lung_cells", 0);
  EXPECT_NEAR(venous_elsewhere / arterial_elsewhere, 1 - kept, 0.01);
}

TEST(Distribution, WithoutSaturationDosesAddUp) {
  Settings settings;
  settings.liver_capacity_ug_g = settings.spleen_capacity_ug_g = settings.lung_capacity_ug_g =
      settings.kidney_capacity_ug_g = 1e12;
  settings.rtol = 1e-10;
  settings.atol = 1e-14;
  const Predictions single = one(settings, {2, 8}, {"course.amount"});
  settings.repeats = 2;
  settings.interval_h = 6;
  const Predictions twice = one(settings, {8}, {"course.amount"});
  for (const std::string& target : targets_of(structure_of(settings)))
    EXPECT_NEAR(value(twice, "course.amount", target, 8) /
                    (value(single, "course.amount", target, 8) + value(single, "course.amount", target, 2)),
                1, 1e-6)
        << target;
}

TEST(Distribution, FullPhagocytesLeaveMoreInBlood) {
  Settings settings;
  const double few = value(one(settings, {1}, {"course.dose_fraction"}), "course.dose_fraction", "plasma", 1);
  settings.dose = 1e14;
  const double many = value(one(settings, {1}, {"course.dose_fraction"}), "course.dose_fraction", "plasma", 1);
  EXPECT_GT(many, 2 * few);
}

TEST(Distribution, TwoCompartmentsFollowTheirClosedForm) {
  Settings settings;
  settings.structure = "two_compartments";
  settings.rtol = 1e-10;
  settings.atol = 1e-14;
  const std::vector<double> times = {0.5, 2, 10, 24};
  const Predictions out = one(settings, times);
  for (const double t : times) {
    const double expected = settings.dose * two_compartments_bolus(0.0707 * 0.02 * 1000, 0.353, 0.275, 0.0865, t);
    EXPECT_NEAR(value(out, "course.concentration", "plasma", t) / expected, 1, 1e-7) << t;
  }
  EXPECT_NEAR(value(out, "course.clearance", "plasma", kNaN), 0.0865 * 0.0707 * 20, 0.02);
  const double sum = 0.353 + 0.275 + 0.0865, beta = (sum - std::sqrt(sum * sum - 4 * 0.275 * 0.0865)) / 2;
  EXPECT_NEAR(value(out, "course.half_life", "plasma", kNaN), std::log(2) / beta, 0.05 * std::log(2) / beta);
}

TEST(Distribution, TwoCompartmentsKnowTheirOwnLimits) {
  EXPECT_NEAR(two_compartments_bolus(2, 0, 0.3, 0.5, 1), std::exp(-0.5) / 2, 1e-14);  // one compartment
  EXPECT_NEAR(two_compartments_bolus(2, 0, 0.5, 0.5, 1), std::exp(-0.5) / 2, 1e-14);  // equal roots
  EXPECT_NEAR(two_compartments_bolus(2, 0.3, 0.2, 0.5, 0), 0.5, 1e-14);
}

TEST(Distribution, TheNoseGivesItsShareToTheBrain) {
  Settings settings = quiet();
  settings.route = "intranasal";
  settings.nasal_share = 0.3;
  settings.mucociliary_half_life_min = 17;
  const Bare run(structure_of(settings), settings, {24});
  EXPECT_NEAR(run.at("swallowed", 0), 0.7, 1e-6);
  EXPECT_NEAR(run.at("nose", 0), 0, 1e-9);
}

TEST(Distribution, CsfIsWashedOutAtFlowOverVolume) {
  Settings settings = quiet();
  settings.species = "rat";
  settings.route = "intrathecal";
  const Bare run(structure_of(settings), settings, {1, 3});
  const double k = 2.2e-3 * 60 / 0.275;
  EXPECT_NEAR(run.at("csf", 0), std::exp(-k), 1e-5);
  EXPECT_NEAR(run.at("csf", 1), std::exp(-3 * k), 1e-5);
  EXPECT_NEAR(std::log(2) / k, 1.44, 0.01);  // published as 1.6 h from a rounded flow
}

TEST(Distribution, ALabelGoesWithItsVesiclesAndIsNeverLost) {
  Settings settings;
  settings.label = "indium_111";
  settings.free_metal_per_h = 0;
  const Bare kept(structure_of(settings), settings, {0.5, 4, 24});
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_NEAR(kept.sum(t, false), 1, 1e-7);
    EXPECT_NEAR(kept.sum(t, true) + kept.at("excreted", t), 1, 0.05);  // what bile and urine take is not followed
  }
  settings.detachment_metal_per_h = 0;
  const Bare firm(structure_of(settings), settings, {4});
  EXPECT_NEAR(firm.at("liver_cells_seen", 0), firm.at("liver_cells", 0), 1e-8);
  EXPECT_GT(firm.at("liver_kept", 0), 0.3);
  settings.label = "iodine_125";
  settings.detachment_iodine_per_h = 0;
  const Bare loose(structure_of(settings), settings, {4});
  EXPECT_NEAR(loose.at("liver_cells_seen", 0), loose.at("liver_cells", 0), 1e-8);
  EXPECT_LT(loose.at("signal_liver", 0), firm.at("signal_liver", 0));
}

TEST(Distribution, OneDosesLabelFallsExponentially) {
  Settings settings;
  settings.label = "dye";
  const Bare run(structure_of(settings), settings, {1, 6});
  EXPECT_NEAR(run.at("venous_seen", 0) / run.at("venous", 0), std::exp(-0.15), 1e-5);
  EXPECT_NEAR(run.at("liver_cells_seen", 1) / run.at("liver_cells", 1), std::exp(-0.9), 1e-5);
}

TEST(Distribution, PupsGrowWhileTheyAreTreated) {
  Settings settings;
  settings.species = "rat_pup";
  const Bare run(structure_of(settings), settings, {0, 24 * 14});
  EXPECT_NEAR(run.at("weight", 0), 0.015, 0.0005);
  EXPECT_NEAR(run.at("weight", 1), 0.050, 0.002);
  EXPECT_NEAR(run.at("brain_weight", 1) / run.at("brain_weight", 0), 2, 0.2);
  double volume = run.at("v_blood", 1);
  for (const std::string_view organ : kOrgans) volume += run.at("v_" + std::string(organ), 1);
  EXPECT_NEAR(volume, run.at("weight", 1) * 1000, 1e-9);
}

TEST(Distribution, RatesScaleAsAllometrySays) {
  EXPECT_DOUBLE_EQ(rate_scale("quarter_power", 0.02), 1);
  EXPECT_NEAR(rate_scale("quarter_power", 0.02 * 16), 0.5, 1e-12);
  EXPECT_NEAR(rate_scale("surface", 0.02 * 8), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(rate_scale("per_mass", 70), 1);
}

TEST(Distribution, InfusionsAndSchedulesGiveTheirDose) {
  Settings settings;
  settings.infusion_h = 2;
  const Predictions infused = one(settings, {1, 2}, {"course.amount"});
  EXPECT_GT(value(infused, "course.amount", "plasma", 2), 0);
  settings.schedule = "1e10@0/2";
  EXPECT_EQ(one(settings, {1, 2}, {"course.amount"}).values, infused.values);
  settings.schedule = "5e9@0+12x2; 5e9@1";
  EXPECT_DOUBLE_EQ(total_dose(doses_of(settings)), 1.5e10);
}

TEST(Distribution, AReleaseCurveFillsTheLocalSite) {
  Settings settings = quiet();
  settings.route = "local";
  settings.local_loss_per_h = 0;
  settings.rtol = 1e-10;
  Taken taken;
  taken.port = "local_input";
  for (const double t : {0.0, 1.0, 2.0, 4.0, 8.0}) {
    Observation row;
    row.quantity = "release.cumulative_amount";
    row.time_h = t;
    taken.given.rows.push_back(row);
    taken.given.values.push_back(1e9 + 1e9 * t);  // 1e9 at once, the rest evenly
  }
  Scenario scenario;
  scenario.times_h = {0, 3, 8, 10};
  scenario.quantities = {"course.amount"};
  const AnySettings any = AnySettings::of(settings);
  const Predictions out = evaluate(scenario, std::span(&any, 1), std::span(&taken, 1), Context{});
  EXPECT_NEAR(value(out, "course.amount", "local", 0), 1e9, 1e3);
  EXPECT_NEAR(value(out, "course.amount", "local", 3), 4e9, 1e4);
  EXPECT_NEAR(value(out, "course.amount", "local", 10), 9e9, 1e5);
  settings.route = "iv";
  const AnySettings wrong = AnySettings::of(settings);
  EXPECT_THROW(evaluate(scenario, std::span(&wrong, 1), std::span(&taken, 1), Context{}), Error);
}

TEST(Distribution, ADoseFromIsolationTakesThePlaceOfTheSetting) {
  Taken taken;
  taken.port = "dose";
  taken.given.rows.emplace_back();
  taken.given.values = {3e9};
  Scenario scenario;
  scenario.times_h = {0};
  scenario.quantities = {"course.amount"};
  const AnySettings any = AnySettings::of(Settings{});
  const Predictions out = evaluate(scenario, std::span(&any, 1), std::span(&taken, 1), Context{});
  EXPECT_NEAR(value(out, "course.amount", "plasma", 0), 3e9, 1);
  taken.given.values = {3e9, kNaN};  // a draw that failed fails here too, and no other
  const std::vector<AnySettings> two = {any, any};
  const Predictions some = evaluate(scenario, two, std::span(&taken, 1), Context{});
  EXPECT_NEAR(value(some, "course.amount", "plasma", 0, 0), 3e9, 1);
  EXPECT_TRUE(std::isnan(value(some, "course.amount", "plasma", 0, 1)));
}

TEST(Distribution, PlacesWithoutAVolumeHaveNoConcentration) {
  Settings settings;
  settings.route = "intranasal";
  const Predictions out = one(settings, {1});
  for (std::size_t r = 0; r < out.rows.size(); ++r) {
    if (out.rows[r].target != "nose") continue;
    EXPECT_TRUE(out.rows[r].quantity == "course.amount" || out.rows[r].quantity == "course.dose_fraction");
    EXPECT_GT(out.value(0, r), 0);
  }
}

TEST(Distribution, ManySettingsAtOnceAreThoseOneByOne) {
  std::vector<AnySettings> all;
  for (const std::string_view route : {"iv", "intranasal"}) {
    for (const double uptake : {5.0, 50.0}) {
      Settings settings;
      settings.route = route;
      settings.liver_uptake_per_h = uptake;
      all.push_back(AnySettings::of(settings));
    }
  }
  Scenario scenario;
  scenario.times_h = {1, 6};
  Context four;
  four.threads = 4;
  const Predictions together = evaluate(scenario, all, {}, four);
  ASSERT_EQ(together.count(), 4u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Predictions alone = evaluate(scenario, std::span(&all[i], 1), {}, Context{});
    for (std::size_t r = 0; r < alone.rows.size(); ++r) {
      const double there = value(together, alone.rows[r].quantity, alone.rows[r].target, alone.rows[r].time_h, i);
      const double here = alone.value(0, r);
      EXPECT_TRUE(there == here || (std::isnan(there) && std::isnan(here))) << alone.rows[r].quantity;
    }
  }
}

TEST(Distribution, TheFileOfTheModelRunsAsTheModelDoes) {
  for (const std::string_view schedule : {"", "4e9@0; 6e9@2.5/1", "5e9@1+2x2"}) {
    Settings settings;
    settings.schedule = schedule;
    settings.label = "dye";
    settings.rtol = 1e-9;
    settings.atol = 1e-13;
    const Predictions inside = one(settings, {1, 3, 6}, {"course.amount"});
    const kinetics::Network network = kinetics::read_sbml(kinetics::write_sbml(stated_network(settings)), "own.xml");
    kinetics::CompileOptions options;
    for (const std::string& target : targets_of(structure_of(settings)))
      options.outputs.push_back(network.find("amount_" + target));
    kinetics::Plan plan;
    plan.times = {1, 3, 6};
    plan.tolerances.relative = 1e-9;
    plan.tolerances.absolute = 1e-13;
    const kinetics::Trajectory outside = kinetics::Simulator(network, options).run({}, plan, Context{});
    ASSERT_TRUE(outside.status.ok()) << sentence(outside.status);
    std::size_t column = 0;
    for (const std::string& target : targets_of(structure_of(settings))) {
      for (std::size_t t = 0; t < 3; ++t)
        EXPECT_NEAR(outside.values[t * options.outputs.size() + column] * 1e10,
                    value(inside, "course.amount", target, plan.times[t]), 1e4)
            << schedule << " " << target << " " << plan.times[t];
      ++column;
    }
  }
}

TEST(Distribution, OnlyWhatMattersIsNamedAsEvidence) {
  Settings settings;
  const auto has = [&](std::string_view name) {
    const std::vector<std::string> names = field_names(relevant(settings));
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has("liver_uptake_per_h"));
  EXPECT_FALSE(has("nasal_share") || has("absorption_per_h") || has("detachment_dye_per_h") || has("dose"));
  settings.route = "intranasal";
  settings.label = "zirconium_89";
  EXPECT_TRUE(has("nasal_share") && has("detachment_metal_per_h") && has("free_metal_per_h"));
  EXPECT_FALSE(has("detachment_dye_per_h"));
  settings.structure = "two_compartments";
  EXPECT_TRUE(has("k12_per_h"));
  EXPECT_FALSE(has("liver_uptake_per_h"));
}

}  // namespace
}  // namespace vesica::distribution
