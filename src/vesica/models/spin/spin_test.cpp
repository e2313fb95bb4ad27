// SPDX-License-Identifier: Apache-2.0
// A protocol acting on a distribution: the published map, conservation, convergence, reading of steps, the model.
#include "vesica/models/spin/spin.h"

#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/contract/registry.h"
#include "vesica/io/toml.h"
#include "vesica/models/spin/predict.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/tsv.h"

namespace vesica::spin {
namespace {

constexpr std::string_view kFounding = R"(
[[steps]]
rcf_g = 300
minutes = 10
keep = "supernatant"
[[steps]]
rcf_g = 2000
minutes = 10
keep = "supernatant"
[[steps]]
rcf_g = 10000
minutes = 30
keep = "supernatant"
[[steps]]
rcf_g = 100000
minutes = 70
keep = "pellet"
[[steps]]
kind = "wash"
rcf_g = 100000
minutes = 70
)";

Value steps_of(std::string_view toml) { return *read_toml(toml, "study.toml").find("steps"); }

/// The assumptions of the published map: first-order laws, 1.55 mPa.s, nothing carried over.
Settings map_settings() {
  Settings out;
  out.steps = steps_of(kFounding);
  out.fixed_angle_law = "first_order";
  out.viscosity_mpa_s = 1.55;
  out.carry_over = 0;
  return out;
}

std::vector<double> survivors(const Settings& settings, std::string_view rotor, const Spectrum& grid) {
  std::vector<Error> problems;
  const std::vector<Step> steps = read_steps(settings.steps, problems);
  EXPECT_TRUE(problems.empty());
  const std::vector<Spin> spins = fill_in(steps, &find_rotor(rotor), settings.defaults());
  return survival_curve(grid, spins, settings.law(), settings.density());
}

struct MapCell {
  std::string_view density, rotor;
  double mean_at_400;    ///< printed mean for parents of median 400 nm; 0: not published
  double needed_median;  ///< for a printed mean of 185.3 nm; 0: above 400 nm
};
// The published map, rounded there to whole nm (means) and to 5 or 10 nm (medians).
constexpr MapCell kMap[] = {
    {"1.15", "type_45_ti", 155, 0},  {"1.15", "type_70_ti", 129, 0},  {"1.15", "sw_32_ti", 0, 265},
    {"1.10", "type_45_ti", 182, 0},  {"1.10", "type_70_ti", 153, 0},  {"1.10", "sw_32_ti", 0, 220},
    {"shell", "type_45_ti", 0, 210}, {"shell", "type_70_ti", 0, 260}, {"shell", "sw_32_ti", 0, 180},
};

TEST(Spin, MapOfTheFoundingBoneStudy) {
  const Spectrum grid = working_grid();
  const Detection nta{65, 0};
  for (const MapCell& cell : kMap) {
    SCOPED_TRACE(std::string(cell.density) + " " + std::string(cell.rotor));
    Settings settings = map_settings();
    if (cell.density == "1.10") settings.density_g_ml = 1.10;
    if (cell.density == "shell") settings.density_law = "core_shell";
    const std::vector<double> kept = survivors(settings, cell.rotor, grid);
    if (cell.mean_at_400 > 0) {
      EXPECT_NEAR(printed_mean_nm(grid, kept, nta, 400, 1.5), cell.mean_at_400, 0.6);
    }
    const NeededMedian needed = needed_parent_median(grid, kept, nta, 1.5, 185.3, 20, 400);
    if (cell.needed_median == 0) {
      EXPECT_EQ(needed.answer, NeededMedian::Answer::kAbove);
    } else {
      ASSERT_EQ(needed.answer, NeededMedian::Answer::kFound);
      EXPECT_NEAR(needed.median_nm, cell.needed_median, 5);
      EXPECT_NEAR(printed_mean_nm(grid, kept, nta, needed.median_nm, 1.5), 185.3, 0.01);
    }
  }
}

TEST(Spin, PublishedLossesAndCutoffsOfTheFoundingProtocol) {
  // % lost at 10,000 g for 100, 150, 185 nm and % pelleted at 100,000 g for 30 and 50 nm, exact law, 1.55 mPa.s.
  struct Line {
    std::string_view rotor;
    double cutoff_10k, cutoff_100k, lost[3], pelleted[2];
  };
  const Line lines[] = {
      {"type_70_ti", 171, 35, {47, 90, 100}, {86, 100}},   {"type_45_ti", 213, 44, {33, 67, 89}, {63, 100}},
      {"type_50_2_ti", 171, 35, {46, 89, 100}, {85, 100}}, {"tla_110", 125, 26, {78, 100, 100}, {100, 100}},
      {"sw_32_ti", 308, 64, {15, 31, 45}, {30, 70}},       {"sw_41_ti", 308, 64, {15, 31, 45}, {30, 70}},
      {"sw_28", 308, 64, {15, 31, 45}, {30, 70}}};
  for (const Line& line : lines) {
    SCOPED_TRACE(std::string(line.rotor));
    Settings settings = map_settings();
    settings.fixed_angle_law = "exact";
    std::vector<Error> problems;
    const std::vector<Spin> spins =
        fill_in(read_steps(settings.steps, problems), &find_rotor(line.rotor), settings.defaults());
    const auto pelleted = [&](const Spin& step, double d) {
      const double tau = settling_exponent(d, settings.density(), step.medium, step.omega_squared(), step.minutes);
      return 100 * fraction_pelleted(step.rotor, settings.law(), tau);
    };
    const auto cutoff = [&](const Spin& step) {
      return cutoff_diameter_nm(step.rotor, settings.law(), settings.density(), step.medium, step.omega_squared(),
                                step.minutes);
    };
    EXPECT_NEAR(cutoff(spins[2]), line.cutoff_10k, 1.0);
    EXPECT_NEAR(cutoff(spins[3]), line.cutoff_100k, 1.0);
    const double d_lost[] = {100, 150, 185}, d_pelleted[] = {30, 50};
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(pelleted(spins[2], d_lost[i]), line.lost[i], 1.0) << d_lost[i];
    for (int i = 0; i < 2; ++i) EXPECT_NEAR(pelleted(spins[3], d_pelleted[i]), line.pelleted[i], 1.5);
  }
}

TEST(Spin, PublishedCoPelletingPerSpin) {
  // % per 70 min at 100,000 g in 70 Ti and SW 32 Ti: LDL-like, HDL-like, compact protein, 40 nm aggregates.
  struct Line {
    double diameter, density, angle, swing;
  };
  for (const Line& line :
       {Line{22, 1.04, 15, 5}, Line{10, 1.12, 10, 3}, Line{10, 1.35, 27, 8}, Line{40, 1.35, 100, 94}}) {
    const Settings settings = map_settings();
    std::vector<Error> problems;
    const std::vector<Step> steps = read_steps(settings.steps, problems);
    Density density;
    density.g_ml = line.density;
    const auto percent = [&](std::string_view rotor, AngleLaw law) {
      const Spin step = fill_in(steps, &find_rotor(rotor), settings.defaults())[3];
      return 100 * split(step, law, density, line.diameter).kept;
    };
    EXPECT_NEAR(percent("type_70_ti", AngleLaw::kExact), line.angle, 1.0) << line.diameter << " " << line.density;
    EXPECT_NEAR(percent("sw_32_ti", AngleLaw::kExact), line.swing, 1.0) << line.diameter << " " << line.density;
  }
}

TEST(Spin, NothingIsMadeOrLost) {
  Settings settings = map_settings();
  settings.carry_over = 0.02;
  settings.recovery = 0.7;
  std::vector<Error> problems;
  for (const Spin& step : fill_in(read_steps(settings.steps, problems), &find_rotor("70Ti"), settings.defaults())) {
    for (const double d : {5.0, 30.0, 100.0, 171.0, 400.0, 3000.0}) {
      const Split shares = split(step, AngleLaw::kExact, settings.density(), d);
      EXPECT_NEAR(shares.kept + shares.discarded + shares.stuck, 1, 1e-15);
      for (const double share : {shares.kept, shares.discarded, shares.stuck}) EXPECT_GE(share, 0);
    }
  }
}

TEST(Spin, QuadratureConverges) {
  const Detection nta{65, 0};
  const Settings settings = map_settings();
  const Spectrum fine = make_grid(5, 5000, 512 * 16), grid = working_grid();
  for (const std::string_view rotor : {"type_45_ti", "sw_32_ti"}) {
    const std::vector<double> coarse_kept = survivors(settings, rotor, grid),
                              fine_kept = survivors(settings, rotor, fine);
    for (const double median : {80.0, 130.0, 400.0}) {
      EXPECT_NEAR(printed_mean_nm(grid, coarse_kept, nta, median, 1.5),
                  printed_mean_nm(fine, fine_kept, nta, median, 1.5), 0.05);
      const SizeStatistics a = statistics(observed(multiplied(lognormal(grid, median, 1.5), coarse_kept), nta));
      const SizeStatistics b = statistics(observed(multiplied(lognormal(fine, median, 1.5), fine_kept), nta));
      EXPECT_NEAR(a.sd, b.sd, 0.1);
      EXPECT_NEAR(a.median, b.median, 0.1);
      EXPECT_NEAR(a.d10, b.d10, 0.2);
      EXPECT_NEAR(a.d90, b.d90, 0.2);
    }
  }
}

TEST(Spin, LognormalMomentsInClosedForm) {
  const double sigma = std::log(1.5);
  const SizeStatistics s = statistics(lognormal(working_grid(), 120, 1.5));
  EXPECT_NEAR(s.mean, 120 * std::exp(sigma * sigma / 2), 0.02);
  EXPECT_NEAR(s.sd, s.mean * std::sqrt(std::expm1(sigma * sigma)), 0.05);
  EXPECT_NEAR(s.median, 120, 0.02);
  EXPECT_NEAR(s.mode, 120 * std::exp(-sigma * sigma), 0.2);
  EXPECT_NEAR(s.d10, 120 * std::exp(-1.2815515655 * sigma), 0.05);
  EXPECT_NEAR(s.d90, 120 * std::exp(1.2815515655 * sigma), 0.1);
  const Spectrum parents = lognormal(working_grid(), 120, 1.5);
  EXPECT_NEAR(parents.total(), 1, 1e-12);
  EXPECT_NEAR(parents.per_nm(120), 1 / (120 * sigma * std::sqrt(2 * std::acos(-1.0))), 1e-6);
  EXPECT_EQ(parents.per_nm(1), 0);
  EXPECT_EQ(parents.per_nm(std::nan("")), 0);
}

TEST(Spin, CurvesAndEmptySpectra) {
  const Spectrum grid = working_grid();
  const std::vector<double> d = {100, 200}, n = {1, 1};
  EXPECT_NEAR(statistics(from_curve(grid, d, n)).mean, 150, 1.0);
  EXPECT_EQ(from_curve(grid, {}, {}).total(), 0);
  const SizeStatistics none = statistics(grid);
  EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.mode) && std::isnan(none.d90));
  const std::vector<double> nothing(grid.size(), 0.0);
  EXPECT_EQ(needed_parent_median(grid, nothing, {}, 1.5, 100, 20, 400).answer, NeededMedian::Answer::kNothingLeft);
  const std::vector<double> all(grid.size(), 1.0);
  EXPECT_EQ(needed_parent_median(grid, all, {}, 1.5, 10, 20, 400).answer, NeededMedian::Answer::kBelow);
  // Nothing lost, nothing hidden: the needed median follows from the mean of a lognormal in closed form.
  const double sigma = std::log(1.5);
  EXPECT_NEAR(needed_parent_median(grid, all, {}, 1.5, 150, 20, 400).median_nm, 150 / std::exp(sigma * sigma / 2),
              0.05);
}

TEST(Spin, SharpAndSoftDetection) {
  const Spectrum parents = lognormal(working_grid(), 100, 1.5);
  const Spectrum sharp = observed(parents, {100, 0});
  EXPECT_NEAR(sharp.total(), 0.5, 1e-3);
  EXPECT_GE(statistics(sharp).d10, 100);
  EXPECT_NEAR(observed(parents, {100, 1e-6}).total(), 0.5, 0.02);
  EXPECT_NEAR(observed(parents, {0, 0}).total(), 1, 1e-12);
}

std::vector<Error> problems_of(const std::string& step) {
  std::vector<Error> problems;
  read_steps(steps_of("[[steps]]\n" + step), problems);
  return problems;
}

TEST(Steps, EveryProblemHasItsPlaceAndNextStep) {
  EXPECT_TRUE(
      problems_of("rcf_g = 1000\nminutes = 5\nkeep = \"pellet\"\nrotor = \"45 Ti\"\nrcf_at = \"rmax\"").empty());
  const auto typo = problems_of("rcf_g = 1000\nminuts = 5\nminutes = 5\nkeep = \"pellet\"");
  ASSERT_EQ(typo.size(), 1u);
  EXPECT_EQ(typo[0].where().line, 3);
  EXPECT_NE(typo[0].hint().find("minutes"), std::string::npos);
  const auto rotor = problems_of("rcf_g = 1000\nminutes = 5\nkeep = \"pellet\"\nrotor = \"SW 23 Ti\"");
  ASSERT_EQ(rotor.size(), 1u);
  EXPECT_EQ(rotor[0].where().line, 5);
  EXPECT_NE(rotor[0].hint().find("Did you mean SW"), std::string::npos);
  EXPECT_EQ(problems_of("minutes = 5\nkeep = \"pellet\"").size(), 1u) << "no force";
  EXPECT_EQ(problems_of("rcf_g = 1000\nkeep = \"pellet\"").size(), 1u) << "no time";
  EXPECT_EQ(problems_of("rcf_g = 1000\nminutes = 5").size(), 1u) << "nothing says what is kept";
  EXPECT_EQ(problems_of("rpm = 1000\nminutes = 5\nkeep = \"pellet\"").size(), 1u) << "a speed without a rotor";
  EXPECT_EQ(problems_of("rcf_g = -3\nminutes = 5\nkeep = \"pellet\"").size(), 1u) << "out of range";
  EXPECT_EQ(problems_of("rcf_g = \"fast\"\nminutes = 5\nkeep = \"pellet\"").size(), 1u) << "not a number";
  const auto keep = problems_of("rcf_g = 1000\nminutes = 5\nkeep = \"pelet\"");
  ASSERT_EQ(keep.size(), 1u);
  EXPECT_NE(keep[0].hint().find("pellet"), std::string::npos);
  EXPECT_TRUE(problems_of("kind = \"filter\"\npore_nm = 220").empty());
  std::vector<Error> problems;
  EXPECT_TRUE(read_steps(Value::null(), problems).empty());
  EXPECT_TRUE(problems.empty());
  read_steps(Value::of(3), problems);
  EXPECT_EQ(problems.size(), 1u);
}

TEST(Steps, SpeedAndRotorGiveTheForce) {
  std::vector<Error> problems;
  const auto steps = read_steps(
      steps_of("[[steps]]\nrpm = 45000\nminutes = 5\nkeep = \"pellet\"\nrotor = \"45 Ti\"\nrcf_at = \"rmax\""),
      problems);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_NEAR(steps[0].rcf_g, 235000, 300);
}

TEST(Steps, PossibleRotorsReachTheForceAndHaveATube) {
  std::vector<Error> problems;
  const auto any = possible_rotors(read_steps(steps_of(kFounding), problems));
  EXPECT_GT(any.size(), 15u);
  for (const RotorRow* rotor : any) {
    EXPECT_GE(rcf_at(rotor->max_rpm, rotor->rav_mm), 100000) << rotor->name;
    EXPECT_NE(rotor->rotor_class, "vertical");
    EXPECT_TRUE(geometry_of(*rotor, std::nan("")).has_value());
  }
  const std::string swing = replace_all(std::string(kFounding), "minutes = 70", "minutes = 70\nrotor = \"swing_out\"");
  for (const RotorRow* rotor : possible_rotors(read_steps(steps_of(swing), problems))) {
    EXPECT_EQ(rotor->rotor_class, "swing_out");
  }
  const std::string named = replace_all(std::string(kFounding), "minutes", "rotor = \"Type 45 Ti\"\nminutes");
  EXPECT_TRUE(possible_rotors(read_steps(steps_of(named), problems)).empty());
  EXPECT_TRUE(problems.empty());
  // A rotor of the table without a bore asks for the tube.
  const auto type19 =
      read_steps(steps_of("[[steps]]\nrcf_g = 20000\nminutes = 5\nkeep = \"pellet\"\nrotor = \"Type 19\""), problems);
  EXPECT_THROW(fill_in(type19, nullptr, {}), Error);
}

Outcome predicted(const Settings& settings, int threads = 1, Scenario scenario = {}) {
  Context context;
  context.threads = threads;
  scenario.condition = "SA+Exos";
  return find_model("spin")->predict(scenario, AnySettings::of(settings), context);
}

double value_of(const Outcome& outcome, std::string_view quantity, std::string_view target = "",
                std::string_view part = "") {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    const ObservationTable& rows = outcome.observations;
    if (rows.quantity(i) == quantity && rows.target(i) == target && rows.part(i) == part) return rows.value(i);
  }
  ADD_FAILURE() << "no row " << quantity << " " << target << " " << part;
  return std::nan("");
}

TEST(SpinModel, DefaultsAreTheirEvidenceRows) {
  AnySettings settings = AnySettings::of(Settings{});
  const Value values = to_value(settings);
  std::size_t checked = 0;
  for (const auto& [id, name] : evidence_of(settings)) {
    const ParameterRow* row = find_parameter(id);
    ASSERT_NE(row, nullptr) << id;
    if (values.find(name)->kind == Value::Kind::kNull) continue;  // unset by default
    EXPECT_EQ(values.find(name)->number, row->value) << name;
    ++checked;
  }
  EXPECT_EQ(checked, 12u);
}

TEST(SpinModel, YieldAndLossesSumToOne) {
  Settings settings = map_settings();
  settings.recovery = 0.8;
  settings.draws = 0;
  const Outcome out = predicted(settings);
  double sum = value_of(out, "isolation.yield");
  for (int i = 1; i <= 5; ++i) sum += value_of(out, "isolation.fraction_lost", "", "step " + std::to_string(i));
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(SpinModel, UnstatedRotorIsSaidAndSpansTheInterval) {
  Settings settings = map_settings();
  settings.draws = 200;
  const Outcome out = predicted(settings);
  bool asked = false, marked = false;
  for (const Issue& issue : out.issues) {
    asked = asked || issue.kind == "spin.rotor_unstated";
    marked = marked || (issue.kind == "evidence.recalled" && issue.severity == Severity::kNote);
  }
  EXPECT_TRUE(asked);
  EXPECT_TRUE(marked);
  ASSERT_EQ(out.artifacts.size(), 2u);
  EXPECT_NE(out.artifacts[0].bytes.find("vesicle.density"), std::string::npos);
  EXPECT_EQ(out.artifacts[0].bytes.find("vesicle.shell_thickness"), std::string::npos);
  const ObservationTable& rows = out.observations;
  std::set<std::string> with_interval;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_NE(find_quantity(rows.quantity(i)), nullptr) << rows.quantity(i);
    // Nothing unknown bears on a clearing factor, nor on shares of 0 and 1.
    if (rows.status(i) != Status::kOk || rows.interval(i).empty()) continue;
    with_interval.insert(std::string(rows.quantity(i)));
    EXPECT_LE(rows.low(i), rows.value(i)) << rows.quantity(i);
    EXPECT_GE(rows.high(i), rows.value(i)) << rows.quantity(i);
    EXPECT_EQ(rows.interval(i), "mc95");
  }
  EXPECT_TRUE(rows.duplicates().empty());
  for (const char* quantity : {"vesicle.diameter.mean", "vesicle.number_share", "isolation.yield"})
    EXPECT_TRUE(with_interval.contains(quantity)) << quantity;
}

TEST(SpinModel, NamedRotorHasNoOther) {
  Settings settings = map_settings();
  settings.steps = steps_of(replace_all(std::string(kFounding), "minutes", "rotor = \"Type 45 Ti\"\nminutes"));
  settings.draws = 0;
  const Outcome out = predicted(settings);
  EXPECT_NEAR(value_of(out, "isolation.cutoff_diameter", "type_45_ti", "step 3"), 209.4, 1);
  EXPECT_NEAR(value_of(out, "isolation.k_factor", "type_45_ti", "step 3"), 2103.9, 5);
  for (const Issue& issue : out.issues) EXPECT_NE(issue.kind, "spin.rotor_unstated");
  EXPECT_EQ(out.artifacts.size(), 1u);
}

TEST(SpinModel, StatedNumbersAreExact) {
  Settings settings = map_settings();
  const std::size_t before = uncertain_numbers(settings).size();
  settings.density_g_ml = 1.10;
  EXPECT_EQ(uncertain_numbers(settings).size() + 1, before);
  settings.parent_diameters_nm = {50, 100, 200};
  settings.parent_numbers = {0, 1, 0};
  EXPECT_EQ(uncertain_numbers(settings).size() + 3, before);
}

TEST(SpinModel, SameBytesForAnyNumberOfThreads) {
  Settings settings = map_settings();
  settings.draws = 60;
  EXPECT_EQ(write_observations_tsv(predicted(settings, 1).observations),
            write_observations_tsv(predicted(settings, 4).observations));
}

TEST(SpinModel, WantedQuantitiesPositionsAndConcentrations) {
  Settings settings = map_settings();
  settings.draws = 0;
  settings.parent_per_ml = 1e10;
  settings.concentration_factor = 100;
  Scenario scenario;
  scenario.quantities = {"vesicle.number_density", "vesicle.concentration"};
  scenario.at = {99.5, 100.5};
  const Outcome out = predicted(settings, 1, scenario);
  ASSERT_EQ(out.observations.size(), 4u);
  EXPECT_EQ(out.observations.unit(0), "{particles}/mL");
  EXPECT_GT(out.observations.value(0), 1e9);
  EXPECT_EQ(out.observations.at(1), 99.5);
  EXPECT_EQ(out.observations.quantity(3), "isolation.detection_limit") << "a curve comes with its limit";
  EXPECT_EQ(out.observations.value(3), settings.detection_limit_nm);
  scenario.quantities = {"vesicle.diameter.*"};
  EXPECT_EQ(predicted(settings, 1, scenario).observations.size(), 6u);
}

TEST(SpinModel, VesiclesOfTheMediumAreCounted) {
  Settings settings = map_settings();
  settings.draws = 0;
  settings.parent_per_ml = 1e9;
  settings.medium_ml = 40;
  const Outcome out = predicted(settings);
  const double yield = value_of(out, "isolation.yield");
  EXPECT_GT(yield, 0);
  EXPECT_NEAR(value_of(out, "vesicle.particle_count") / (4e10 * yield), 1, 1e-12);
}

TEST(SpinModel, SharesHaveAnAreaOfOneAndNothingBelowTheLimit) {
  Settings settings = map_settings();
  settings.draws = 0;
  Scenario scenario;
  scenario.quantities = {"vesicle.number_share"};
  for (int d = 0; d < 400; ++d) scenario.at.push_back(2.5 + 5 * d);
  const Outcome out = predicted(settings, 1, scenario);
  double area = 0;
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.quantity(i) != "vesicle.number_share") continue;
    area += out.observations.value(i) * 5;
    if (out.observations.at(i) < settings.detection_limit_nm - 5) {
      EXPECT_EQ(out.observations.value(i), 0);
    }
  }
  EXPECT_NEAR(area, 1, 0.02);  // the sharp limit falls inside a bin of 5 nm
}

TEST(SpinModel, NothingLeftIsAStatus) {
  Settings settings;
  settings.steps = steps_of("[[steps]]\nrcf_g = 100000\nminutes = 7000\nkeep = \"supernatant\"\nrotor = \"TLA-110\"");
  settings.carry_over = 0;
  settings.draws = 20;
  const Outcome out = predicted(settings);
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.quantity(i).starts_with("vesicle.diameter")) {
      EXPECT_EQ(out.observations.status(i), Status::kNoObjects);
      EXPECT_TRUE(std::isnan(out.observations.value(i)));
    }
  }
}

TEST(SpinModel, WrongSettingsAreErrors) {
  Settings settings;
  settings.parent_diameters_nm = {50, 100};
  EXPECT_THROW(predicted(settings), Error);
  settings.parent_numbers = {1, 1};
  settings.parent_diameters_nm = {100, 50};
  EXPECT_THROW(predicted(settings), Error);
  settings.parent_diameters_nm = {1, 2};
  EXPECT_THROW(predicted(settings), Error);
  Settings contaminants;
  contaminants.contaminants = {"lld"};
  EXPECT_THROW(predicted(contaminants), Error);
  Settings steps;
  steps.steps = steps_of("[[steps]]\nrcf_g = 5\n[[steps]]\nminutes = 3");
  try {
    predicted(steps);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("more problems"), std::string::npos);
  }
}

}  // namespace
}  // namespace vesica::spin
