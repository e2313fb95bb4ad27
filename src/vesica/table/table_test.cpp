// SPDX-License-Identifier: Apache-2.0
// Rows in, rows out; keys, ids, sorting, pairs, text.
#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/text.h"
#include "vesica/table/observation_table.h"
#include "vesica/table/select.h"
#include "vesica/table/tsv.h"

namespace vesica {

namespace {

Observation make(const std::string& sample, double value, double at = kNaN) {
  Observation row;
  row.quantity = "vesicle.diameter.mean";
  row.sample = sample;
  row.value = value;
  row.unit = "nm";
  row.source = "nta";
  row.at = at;
  return row;
}

}  // namespace

TEST(ObservationTable, KeepsRowsAsGiven) {
  ObservationTable table;
  Observation row = make("外泌体 1", 0.1);
  row.time_h = 24;
  row.status = Status::kBelowRange;
  row.n = 7;
  table.add(row);
  table.add(make("b", 2));
  const Observation back = table.row(0);
  EXPECT_EQ(back.sample, "外泌体 1");
  EXPECT_EQ(back.time_h, 24);
  EXPECT_EQ(back.status, Status::kBelowRange);
  EXPECT_EQ(back.n, 7);
  ObservationTable copy = table;
  copy.add(make("c", 3));
  table = copy;
  EXPECT_EQ(table.sample(2), "c");
  EXPECT_EQ(table.sample(0), "外泌体 1");
}

TEST(ObservationTable, SortsNaturallyAndFindsDuplicates) {
  ObservationTable table;
  for (const char* sample : {"s10", "s2", "s1"}) table.add(make(sample, 1));
  table.add(make("s2", 5));
  const ObservationTable sorted = table.sorted();
  EXPECT_EQ(sorted.sample(0), "s1");
  EXPECT_EQ(sorted.sample(1), "s2");
  EXPECT_EQ(sorted.sample(3), "s10");
  ASSERT_EQ(table.duplicates().size(), 1u);
  EXPECT_EQ(table.duplicates()[0], (std::pair<std::size_t, std::size_t>(1, 3)));
}

TEST(ObservationTable, IdsFollowTheKeyAndNothingElse) {
  ObservationTable table;
  table.add(make("a", 1));
  table.add(make("a", 2));
  table.add(make("b", 1));
  EXPECT_EQ(observation_id(table, 0), observation_id(table, 1));
  EXPECT_NE(observation_id(table, 0), observation_id(table, 2));
  EXPECT_EQ(observation_id(table, 0).size(), 10u);
}

TEST(ObservationTable, TextRoundTripIsExact) {
  ObservationTable table;
  Observation row = make("=SUM(A1)", 1.0 / 3.0, 99.5);
  row.low = 1e-300;
  row.origin = Origin::kPredicted;
  row.n = 12;
  table.add(row);
  table.add(make("plain", kNaN));
  const std::string text = write_observations_tsv(table);
  EXPECT_NE(text.find("'=SUM(A1)"), std::string::npos) << "a spreadsheet must not run it";
  const ObservationTable back = read_observations_tsv(text, "t.tsv");
  EXPECT_EQ(write_observations_tsv(back), text);
  EXPECT_EQ(back.value(0), 1.0 / 3.0);
  EXPECT_EQ(back.sample(0), "=SUM(A1)");
  EXPECT_TRUE(std::isnan(back.value(1)));
}

TEST(ObservationTable, BadTextIsNamed) {
  ObservationTable table;
  table.add(make("a", 1));
  std::string text = write_observations_tsv(table);
  const std::string broken = replace_all(text, "\tmeasured\t", "\tguessed\t");
  try {
    read_observations_tsv(broken, "t.tsv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where().line, 2);
    EXPECT_NE(error.message().find("guessed"), std::string::npos);
  }
  EXPECT_THROW(read_observations_tsv("a\tb\n", "t.tsv"), Error);
}

TEST(Select, MeansOnTheScale) {
  EXPECT_DOUBLE_EQ(*mean_on_scale({1, 100}, Scale::kLog), 10);
  EXPECT_DOUBLE_EQ(*mean_on_scale({1, 100}, Scale::kLinear), 50.5);
  EXPECT_DOUBLE_EQ(*mean_on_scale({0.2, 0.8}, Scale::kLogit), 0.5);
  EXPECT_FALSE(mean_on_scale({0, 1}, Scale::kLog));
  EXPECT_FALSE(mean_on_scale({}, Scale::kLinear));
}

TEST(Select, PairsNeedEqualKeys) {
  ObservationTable table;
  table.add(make("a", 1, 100));
  table.add(make("b", 2, 100));
  Observation predicted = make("", 1.5, 100);
  predicted.origin = Origin::kPredicted;
  predicted.source = "spin";
  table.add(predicted);
  predicted.sample = "b";
  predicted.at = 101;
  table.add(predicted);
  const auto pairs = pair_rows(table);
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].measured, 0u);
  EXPECT_EQ(pairs[1].measured, 1u);
  EXPECT_EQ(pairs[1].predicted, 2u);
}

}  // namespace vesica
