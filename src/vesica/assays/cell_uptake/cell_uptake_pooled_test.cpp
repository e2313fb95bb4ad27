// SPDX-License-Identifier: Apache-2.0
// Colocalisation pooled over fields and wells: reference values, coverage of simulated fields, phantoms of known
// shares.
#include "vesica/assays/cell_uptake/cell_uptake_pooled.h"

#include <cmath>
#include <cstdio>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/assays/cell_uptake/cell_uptake_made_test.h"
#include "vesica/base/random.h"

namespace vesica {
namespace {

using namespace made;
using cell_uptake::mean_over_units;
using cell_uptake::PairCounts;
using cell_uptake::pool_pairs;
using cell_uptake::PooledPairs;

constexpr const char* kPooled = "PKH26 in CD63, all_fields";

TEST(CellUptakePooled, RatiosHaveTheIntervalOfClusters) {
  // statsmodels 0.15.0: WLS(x, n, weights=1 / n).fit(cov_type="HC1", use_t=True).conf_int() of x = 24, 10, 33, 18
  // and n = 60, 41, 55, 49: its coefficient is the ratio of sums, its robust variance that of a ratio over clusters.
  const std::vector<PairCounts> fields = {{60, 100, 24, 0}, {41, 100, 10, 0}, {55, 100, 33, 0}, {49, 100, 18, 0}};
  const PooledPairs pooled = pool_pairs(fields);
  EXPECT_EQ(pooled.units, 4U);
  EXPECT_NEAR(pooled.fraction.value, 85.0 / 205, 1e-12);
  EXPECT_NEAR(pooled.fraction.low, 0.18854234940095643, 1e-9);
  EXPECT_NEAR(pooled.fraction.high, 0.6407259432819705, 1e-9);
  EXPECT_NEAR(pooled.corrected.value, 85.0 / 205, 1e-9) << "without chance nothing is taken off";
  EXPECT_NEAR(pooled.corrected.low, pooled.fraction.low, 1e-9);
}

TEST(CellUptakePooled, FieldsOfOneSizeHaveTheIntervalOfTheirMean) {
  // scipy 1.17.1: stats.t.interval(0.95, 4, loc=mean, scale=stats.sem([.30, .42, .36, .51, .44]))
  std::vector<PairCounts> fields;
  for (const double share : {0.30, 0.42, 0.36, 0.51, 0.44}) fields.push_back({100, 100, 100 * share, 0});
  const PooledPairs pooled = pool_pairs(fields);
  EXPECT_NEAR(pooled.fraction.value, 0.406, 1e-12);
  EXPECT_NEAR(pooled.fraction.low, 0.30682220958955797, 1e-9);
  EXPECT_NEAR(pooled.fraction.high, 0.5051777904104421, 1e-9);
}

TEST(CellUptakePooled, FieldsThatAgreeAreNoProof) {
  const PooledPairs none = pool_pairs(std::vector<PairCounts>{{50, 60, 0, 0}, {40, 60, 0, 0}, {60, 60, 0, 0}});
  EXPECT_EQ(none.fraction.value, 0);
  EXPECT_NEAR(none.fraction.high, wilson95(0, 150).high, 1e-12);
  const PooledPairs one = pool_pairs(std::vector<PairCounts>{{50, 60, 20, 5}});
  EXPECT_EQ(one.units, 1U);
  EXPECT_TRUE(std::isfinite(one.corrected.value));
  EXPECT_TRUE(std::isnan(one.corrected.low) && std::isnan(one.fraction.high));
  EXPECT_TRUE(std::isnan(pool_pairs({}).fraction.value));
  EXPECT_EQ(pool_pairs(std::vector<PairCounts>{{0, 60, 0, 0}}).units, 0U);
  // As much as chance makes: nothing, from 0 on.
  const PooledPairs chance = pool_pairs(std::vector<PairCounts>{{50, 60, 11, 10}, {40, 60, 7, 8}, {60, 60, 12, 12}});
  EXPECT_EQ(chance.corrected.value, 0);
  EXPECT_EQ(chance.corrected.low, 0);
  EXPECT_GT(chance.corrected.high, 0.02);
}

TEST(CellUptakePooled, CorrelationsAreAveragedByFishersZ) {
  // numpy: tanh(mean(arctanh([.2, .5, .8]))); scipy: stats.t.interval of the z, turned back.
  const Share mean = mean_over_units(std::vector<double>{0.2, 0.5, 0.8}, -1, 1, true);
  EXPECT_NEAR(mean.value, 0.5489545278901186, 1e-9);
  EXPECT_NEAR(mean.low, -0.46628886810450243, 1e-9);
  EXPECT_NEAR(mean.high, 0.9401204223032638, 1e-9);
  EXPECT_TRUE(std::isnan(mean_over_units({}, -1, 1, true).value));
  EXPECT_TRUE(std::isnan(mean_over_units(std::vector<double>{0.4}, 0, 1, false).low));
  EXPECT_EQ(mean_over_units(std::vector<double>{0.9, 0.1}, 0, 1, false).high, 1);
}

/// Fields whose true shares scatter about `share`; chance pairs beside.
std::vector<PairCounts> made_fields(double share, double scatter, double chance, int fields, Random& random) {
  std::vector<PairCounts> out;
  for (int i = 0; i < fields; ++i) {
    PairCounts field;
    const double own = std::clamp(share + scatter * random.normal(), 0.0, 1.0);
    field.first = 40 + std::floor(80 * random.uniform());
    field.second = field.first * 1.5;
    for (double spot = 0; spot < field.first; ++spot) {
      const bool is_true = random.uniform() < own;
      field.paired += is_true || random.uniform() < chance * (1 - own * field.first / field.second) ? 1 : 0;
    }
    field.by_chance = chance * field.first;
    out.push_back(field);
  }
  return out;
}

TEST(CellUptakePooled, IntervalsHoldTheShareOfTheSample) {
  for (const double scatter : {0.0, 0.1}) {
    for (const int fields : {3, 6}) {
      Random random(5, static_cast<std::uint64_t>(fields));
      constexpr int kSamples = 1000;
      int hold = 0, spots_hold = 0;
      for (int i = 0; i < kSamples; ++i) {
        const auto made = made_fields(0.4, scatter, 0.1, fields, random);
        const PooledPairs pooled = pool_pairs(made);
        hold += pooled.corrected.low <= 0.4 && 0.4 <= pooled.corrected.high ? 1 : 0;
        double hits = 0, all = 0;
        for (const PairCounts& field : made) hits += field.paired, all += field.first;
        const Share counted = wilson95(static_cast<std::uint64_t>(hits), static_cast<std::uint64_t>(all));
        const double seen = 0.4 + 0.6 * 0.1 * (1 - 0.4 / 1.5);
        spots_hold += counted.low <= seen && seen <= counted.high ? 1 : 0;
      }
      std::printf("%d fields, scatter %.1f: the interval holds the share in %.1f %% (counting spots: %.1f %%)\n",
                  fields, scatter, 100.0 * hold / kSamples, 100.0 * spots_hold / kSamples);
      EXPECT_GE(hold, 930) << fields << " fields, scatter " << scatter;
      EXPECT_TRUE(scatter == 0 || spots_hold < hold) << "spots of one field share its fate";
    }
  }
}

Observation field_row(const char* quantity, double value, double n, const std::string& well, const std::string& part) {
  InputFacts facts;
  facts.sample = "S";
  facts.replicate = well;
  facts.part = part;
  facts.source = "cell_uptake";
  Observation row = facts.row(quantity);
  row.target = "PKH26 in CD63";
  row.value = value;
  row.n = static_cast<std::int64_t>(n);
  return row;
}

TEST(CellUptakePooled, WellsAreTheUnitsWhereTheyAreNamed) {
  ObservationTable table;
  for (const char* well : {"A1", "A2", "A3"})
    for (const char* part : {"1", "2"}) {
      const double share = well[1] == '1' ? 0.2 : well[1] == '2' ? 0.4 : 0.6;
      table.add(field_row("colocalisation.fraction", share, 50, well, part));
      table.add(field_row("colocalisation.chance_fraction", 0.1, 50, well, part));
      table.add(field_row("colocalisation.partners", 100, 100, well, part));
      Observation back = field_row("colocalisation.manders", share, 50, well, part);
      back.target = "CD63 in PKH26";
      table.add(back);
    }
  Outcome out;
  cell_uptake::add_pooled_colocalisation(table, out.observations);
  const auto fraction = row_of(out, "colocalisation.fraction", kPooled);
  ASSERT_TRUE(fraction);
  EXPECT_EQ(fraction->n, 3);
  EXPECT_EQ(fraction->interval, "t95");
  EXPECT_EQ(fraction->sample, "S");
  EXPECT_TRUE(fraction->replicate.empty() && fraction->part.empty());
  EXPECT_NEAR(fraction->value, 0.4, 1e-12);
  EXPECT_NEAR(fraction->high, 0.4 + 4.302652729911275 * 0.2 / std::sqrt(3), 1e-9);  // t(2), SD 0.2 of three wells
  const auto manders = row_of(out, "colocalisation.manders", "CD63 in PKH26, all_fields");
  ASSERT_TRUE(manders);
  EXPECT_EQ(manders->n, 3);
  // paired = f + (1 - f) 0.1 (1 - f / 2) = 0.4
  const double f = row_of(out, "colocalisation.corrected_fraction", kPooled)->value;
  EXPECT_NEAR(f + (1 - f) * 0.1 * (1 - f / 2), 0.4, 1e-9);
  // Pooling what is pooled already changes nothing.
  const std::size_t rows = out.observations.size();
  table.append(out.observations);
  Outcome again;
  cell_uptake::add_pooled_colocalisation(table, again.observations);
  EXPECT_EQ(again.observations.size(), rows);
}

TEST(CellUptakePooledSlow, PhantomsShareComesBackOverFields) {
  for (const double shared : {0.0, 0.5}) {
    CellUptakePhantomSettings phantom;
    phantom.positive_fraction = 0.8;
    phantom.shared = shared;
    const AnySettings any = settings_of(phantom, true);
    const std::vector<Reading> beads = {field(phantom, UptakeField::kBeads, 9)};
    const std::vector<Calibration> registered = {kCellUptakeAssay.calibrate(beads, "bead", any, Context{})};
    ObservationTable table;
    double with = 0, all = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, seed);
      for (const UptakeScene::Spot& spot : scene.spots) with += spot.shared ? 1 : 0;
      all += static_cast<double>(scene.spots.size());
      table.append(measured(reading_of(phantom, scene), registered, any, "field " + std::to_string(seed)).observations);
    }
    const Outcome pooled = kCellUptakeAssay.derive(table, Study{}, any, Context{});
    const auto row = row_of(pooled, "colocalisation.corrected_fraction", kPooled);
    ASSERT_TRUE(row);
    const double truth = with / all;
    std::printf("colocalised over 5 fields %.3f (%.3f to %.3f), true %.3f\n", row->value, row->low, row->high, truth);
    EXPECT_EQ(row->n, 5);
    EXPECT_NEAR(row->value, truth, 0.06);  // as of one field: what hides in crowds is not paired
    EXPECT_LE(row->low, truth + 0.02);
    EXPECT_GE(row->high, truth - 0.02);
    EXPECT_TRUE(row_of(pooled, "colocalisation.pearson", kPooled));
  }
}

}  // namespace
}  // namespace vesica
