// SPDX-License-Identifier: Apache-2.0
// Release as a model: presets, rows, statuses, ports, what is refused.
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/contract/registry.h"
#include "vesica/contract/sampling.h"
#include "vesica/evidence/evidence.h"
#include "vesica/models/release/course.h"
#include "vesica/table/tsv.h"

namespace vesica::release {
namespace {

Scenario drawing(std::int64_t draws, Scenario scenario = {}) {
  scenario.draws = draws;
  return scenario;
}

Outcome predicted(const AnySettings& settings, Scenario scenario = drawing(0), int threads = 1) {
  Context context;
  context.threads = threads;
  scenario.condition = "gel";
  return kReleaseModel.predict(scenario, settings, context);
}

Observation row_of(const Outcome& outcome, std::string_view quantity, double time_h = kNaN,
                   std::string_view target = "") {
  const ObservationTable& rows = outcome.observations;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool same_time = std::isnan(time_h) ? std::isnan(rows.time_h(i)) : rows.time_h(i) == time_h;
    if (rows.quantity(i) == quantity && rows.target(i) == target && same_time) return rows.row(i);
  }
  ADD_FAILURE() << "no row " << quantity << " " << time_h;
  return {};
}

bool says(const Outcome& outcome, std::string_view kind) {
  for (const Issue& issue : outcome.issues)
    if (issue.kind == kind) return true;
  return false;
}

AnySettings with(const std::vector<std::pair<std::string, std::string>>& changes) {
  AnySettings out = kReleaseModel.make_settings();
  for (const auto& [name, value] : changes) set_field(out, name, value);
  return out;
}

TEST(ReleaseModel, PresetsAreEvidenceRows) {
  for (const std::string preset :
       {"alginate_disc", "chitosan_thermogel", "ha_gel", "gelma", "microneedle", "scaffold"}) {
    const AnySettings settings = with({{"preset", preset}});
    const Value values = to_value(settings);
    for (const auto& [id, name] : evidence_of(settings)) {
      const ParameterRow* row = find_parameter(id);
      ASSERT_NE(row, nullptr) << id;
      const Value* value = values.find(name);
      if (value->kind == Value::Kind::kNull) continue;
      EXPECT_EQ(value->number, row->value) << preset << " " << name;
    }
    EXPECT_GE(unknowns_of(settings).size(), 5u) << preset;
  }
}

TEST(ReleaseModel, APresetKeepsWhatTheUserStated) {
  Value table = Value::table();
  table.set("mesh_nm", Value::of(77.0));
  table.set("preset", Value::of("gelma"));
  AnySettings settings = kReleaseModel.make_settings();
  std::vector<Error> problems;
  apply(table, settings, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(settings.get<Settings>().mesh_nm, 77);
  EXPECT_EQ(settings.get<Settings>().radius_mm, find_parameter("release.gelma.disc_radius")->value);
  set_field(settings, "preset", "scaffold");
  EXPECT_EQ(settings.get<Settings>().mesh_nm, 77);
  EXPECT_EQ(settings.get<Settings>().shape, "cylinder");
}

TEST(ReleaseModel, AlginateSaysThatDiffusionExplainsNothing) {
  Scenario scenario = drawing(0);
  scenario.times_h = {0, 24, 336};
  const Outcome out = predicted(with({}), drawing(50, scenario));
  EXPECT_TRUE(says(out, "release.mesh_smaller"));
  EXPECT_TRUE(says(out, "evidence.recalled"));
  EXPECT_LT(row_of(out, "release.hindrance").value, 1e-20);
  EXPECT_EQ(row_of(out, "release.cumulative_fraction", 0).value, 0);
  const Observation later = row_of(out, "release.cumulative_fraction", 336);
  EXPECT_EQ(later.interval, "mc95");
  EXPECT_LT(later.low, later.value);
  EXPECT_GT(later.high, later.value);
  EXPECT_EQ(row_of(out, "release.rate", 0).status, Status::kNotMeasurable);
  EXPECT_NEAR(row_of(out, "release.diffusion_coefficient", kNaN, "liquid").value, 6.57, 0.04);
}

TEST(ReleaseModel, FreeDiffusionFromASlab) {
  // Field notes, § 3.2: 36 h for 100 nm and 66 h for 185 nm from 1 mm.
  for (const auto& [diameter, hours] : {std::pair{"100", 36.0}, std::pair{"185", 66.0}}) {
    const Outcome out = predicted(with({{"law", "fick"},
                                        {"shape", "slab"},
                                        {"faces", "1"},
                                        {"thickness_mm", "1"},
                                        {"hindrance", "none"},
                                        {"diameter_gsd", "1"},
                                        {"diameter_nm", diameter}}));
    EXPECT_NEAR(row_of(out, "release.t90").value, hours, 0.6);
  }
}

TEST(ReleaseModel, PowerLawEndsAtSixtyPercent) {
  Scenario scenario = drawing(0);
  scenario.times_h = {1, 16, 100};
  const Outcome out = predicted(with({{"law", "korsmeyer_peppas"}, {"law_k", "0.1"}, {"law_n", "0.5"}}), scenario);
  EXPECT_NEAR(row_of(out, "release.cumulative_fraction", 16).value, 0.4, 1e-12);
  const Observation late = row_of(out, "release.cumulative_fraction", 100);
  EXPECT_EQ(late.status, Status::kAboveRange);
  EXPECT_EQ(late.value, 0.6);
  EXPECT_NEAR(row_of(out, "release.t50").value, 25, 1e-6);
  EXPECT_EQ(row_of(out, "release.t90").status, Status::kNotMeasurable);
  EXPECT_TRUE(says(out, "release.power_law"));
}

TEST(ReleaseModel, AmountsFollowTheLoadAndPortsReplaceIt) {
  Scenario scenario = drawing(0);
  scenario.times_h = {24};
  AnySettings settings = with({{"load_particles", "1e9"}});
  const Outcome out = predicted(settings, scenario);
  EXPECT_NEAR(row_of(out, "release.cumulative_amount", 24).value,
              1e9 * row_of(out, "release.cumulative_fraction", 24).value, 1);
  Taken load{"load", {}}, diameter{"diameter", {}};
  load.given.rows.resize(1);
  load.given.values = {2e9, 4e9};
  diameter.given.rows.resize(1);
  diameter.given.values = {50};
  const std::vector<Taken> taken = {load, diameter};
  const std::vector<AnySettings> two = {settings, settings};
  const Predictions chained = kReleaseModel.evaluate(scenario, two, taken, {});
  std::size_t amount = 0, liquid = 0;
  for (std::size_t k = 0; k < chained.rows.size(); ++k) {
    if (chained.rows[k].quantity == "release.cumulative_amount") amount = k;
    if (chained.rows[k].target == "liquid") liquid = k;
  }
  EXPECT_NEAR(chained.value(1, amount) / chained.value(0, amount), 2, 1e-12);
  EXPECT_NEAR(chained.value(0, liquid), 13.1, 0.1);
}

TEST(ReleaseModel, WantedRowsAndMissingLoad) {
  Scenario scenario = drawing(0);
  scenario.quantities = {"release.t50", "release.cumulative_amount"};
  const Outcome out = predicted(with({}), scenario);
  EXPECT_EQ(out.observations.size(), 1u);
  EXPECT_TRUE(says(out, "release.no_load"));
}

TEST(ReleaseModel, SameBytesForAnyNumberOfThreads) {
  const AnySettings settings = with({});
  EXPECT_EQ(write_observations_tsv(predicted(settings, drawing(40), 1).observations),
            write_observations_tsv(predicted(settings, drawing(40), 4).observations));
}

TEST(ReleaseModel, WhatMakesNoSenseIsRefused) {
  using Changes = std::vector<std::pair<std::string, std::string>>;
  for (const Changes& changes :
       {Changes{{"law", "weibull"}}, Changes{{"law", "korsmeyer_peppas"}}, Changes{{"law", "higuchi"}},
        Changes{{"hindrance", "stated"}}, Changes{{"mesh_from", "network"}}, Changes{{"bath_ml", "0"}},
        Changes{{"burst_share", "0.9"}, {"diffusive_share", "0.9"}}, Changes{{"bath_ml", "1"}, {"film_um_s", "1"}},
        Changes{{"erosion", "surface"}, {"film_um_s", "1"}}}) {
    EXPECT_THROW(predicted(with(changes)), Error) << changes[0].first << changes[0].second;
  }
  EXPECT_THROW(with({{"preset", "agarose"}}), Error);
  EXPECT_THROW(with({{"mesh_nm", "-3"}}), Error);
  EXPECT_THROW(with({{"burst_share", "1.5"}}), Error);
}

TEST(ReleaseModel, OneBadDrawIsOneEmptyRow) {
  std::vector<AnySettings> two = {with({}), with({{"burst_share", "0.9"}, {"diffusive_share", "0.9"}})};
  const Predictions out = kReleaseModel.evaluate({}, two, {}, {});
  EXPECT_EQ(out.status(0, 0), Status::kOk);
  EXPECT_EQ(out.status(1, 0), Status::kNotMeasurable);
}

TEST(ReleaseModel, BathHoldsBackWhatItsPartitionSays) {
  Scenario scenario = drawing(0);
  scenario.times_h = {5000};
  // A gel of 0.01963 mL in a bath three times as large with a partition of 1 keeps a quarter.
  const Outcome out = predicted(
      with({{"law", "fick"}, {"hindrance", "none"}, {"diameter_gsd", "1"}, {"bath_ml", "0.0589048622548"}}), scenario);
  EXPECT_NEAR(row_of(out, "release.cumulative_fraction", 5000).value, 0.75, 1e-5);
}

}  // namespace
}  // namespace vesica::release
