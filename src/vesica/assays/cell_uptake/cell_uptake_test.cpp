// SPDX-License-Identifier: Apache-2.0
// Channels, cuts, closed forms, and phantoms of known truth: positive cells against the dye alone, colocalisation.
#include "vesica/assays/cell_uptake/cell_uptake.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <numbers>

#include "phantoms/cell_uptake.h"
#include <gtest/gtest.h>

#include "vesica/assays/cell_uptake/cell_uptake_made_test.h"
#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/os/files.h"
#include "vesica/base/random.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/images.h"

namespace vesica {
namespace {

using cell_uptake::Channels;
using namespace made;

TEST(CellUptakeChannels, AreFoundByNameOrAskedFor) {
  const Channels found = cell_uptake::choose_channels({"Phalloidin-488", "PKH26", "Hoechst 33342"}, false, {}, "a.tif");
  EXPECT_EQ(found.nuclei, 2U);
  EXPECT_EQ(found.vesicles, 1U);
  EXPECT_EQ(found.body, 0U);
  EXPECT_FALSE(found.assumed);
  EXPECT_TRUE(cell_uptake::choose_channels({"channel 1", "channel 2"}, false, {}, "a.tif").assumed);
  EXPECT_EQ(cell_uptake::choose_channels({"DiI", "x"}, false, {}, "a.tif").nuclei, 1U);
  EXPECT_EQ(cell_uptake::choose_channels({"DAPI", "nuclear envelope", "PKH26"}, false, {}, "a.tif").nuclei, 0U);
  EXPECT_THROW(cell_uptake::choose_channels({"DAPI", "PKH26", "DiO"}, false, {}, "a.tif"), Error);
  EXPECT_EQ(cell_uptake::choose_channels({"1-162hrh2ax2.tif", "1-162hrhoe2.tif"}, false, {}, "a").nuclei, 1U);
  Settings exact;
  exact.nuclei_channel = "d1";
  exact.vesicle_channel = "D2";
  EXPECT_EQ(cell_uptake::choose_channels({"d12", "d1", "d2"}, false, exact, "a").nuclei, 1U);  // the whole name wins
  EXPECT_THROW(cell_uptake::choose_channels({"a", "b", "c"}, false, {}, "a.tif"), Error);
  EXPECT_THROW(cell_uptake::choose_channels({"DAPI"}, false, {}, "a.tif"), Error);
  EXPECT_THROW(cell_uptake::choose_channels({"red", "green", "blue"}, true, {}, "a.png"), Error);
  Settings settings;
  settings.nuclei_channel = "3";
  settings.vesicle_channel = "red";
  EXPECT_EQ(cell_uptake::choose_channels({"red", "green", "blue"}, true, settings, "a.png").nuclei, 2U);
  settings.vesicle_channel = "3";
  EXPECT_THROW(cell_uptake::choose_channels({"red", "green", "blue"}, true, settings, "a.png"), Error);
  settings.vesicle_channel = "7";
  EXPECT_THROW(cell_uptake::choose_channels({"red", "green", "blue"}, true, settings, "a.png"), Error);
}

TEST(CellUptakeChannels, OfBeads) {
  using Pair = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(cell_uptake::choose_bead_channels({"a", "b"}, {}, "b.tif"), Pair(0, 1));
  EXPECT_EQ(cell_uptake::choose_bead_channels({"DAPI", "CD63", "PKH26"}, {}, "b.tif"), Pair(2, 1));
  EXPECT_EQ(cell_uptake::choose_bead_channels({"DAPI", "CD63", "PKH26", "actin"}, {}, "b.tif"), Pair(2, 1));
  EXPECT_THROW(cell_uptake::choose_bead_channels({"a", "b", "c"}, {}, "b.tif"), Error);
  EXPECT_THROW(cell_uptake::choose_bead_channels({"a"}, {}, "b.tif"), Error);
  Settings settings;
  settings.vesicle_channel = "c";
  settings.second_channel = "1";
  EXPECT_EQ(cell_uptake::choose_bead_channels({"a", "b", "c"}, settings, "b.tif"), Pair(2, 0));
}

TEST(CellUptakeCut, IsTheControlsQuantile) {
  std::vector<double> control;
  for (int i = 0; i <= 200; ++i) control.push_back(i);
  const cell_uptake::Cut cut = cell_uptake::cut_of(control, 0.99);
  EXPECT_DOUBLE_EQ(cut.value, 198);  // type 1, as R's quantile(0:200, 0.99, type = 1)
  EXPECT_EQ(cut.above, 2U);
  EXPECT_EQ(cell_uptake::count_above({1, 198, 198.5, 400}, cut.value), 2U);
  EXPECT_TRUE(std::isnan(cell_uptake::quantile_of({}, 0.5)));
}

/// Scores of cells in a made study: spots of dye (negative binomial), vesicles in a share of the cells.
std::vector<double> made_scores(std::size_t cells, double share, bool counts, Random& random) {
  std::vector<double> out;
  for (std::size_t i = 0; i < cells; ++i) {
    double score = counts ? static_cast<double>(random.poisson(random.gamma(2, 0.4))) : std::exp(random.normal());
    if (random.uniform() < share) score += 30 + random.uniform() * 10;
    out.push_back(score);
  }
  return out;
}

TEST(CellUptakeCut, IntervalsHoldWhatIsBeyondTheDye) {
  // Control and samples of 150 cells each, as six fields of a well hold; 500 made studies a line.
  for (const bool counts : {true, false}) {
    for (const double truth : {0.0, 0.1, 0.45, 0.9}) {
      int held = 0, zero = 0;
      double mean = 0;
      constexpr int kStudies = 500;
      for (int study = 0; study < kStudies; ++study) {
        Random random(11, static_cast<std::uint64_t>(study) + (counts ? 0 : 10000));
        const cell_uptake::Cut cut = cell_uptake::cut_of(made_scores(150, 0, counts, random), 0.99);
        const std::vector<double> sample = made_scores(150, truth, counts, random);
        const Share share = beyond_own_cut(cell_uptake::count_above(sample, cut.value), 150, cut.above, cut.all);
        held += share.low <= truth && truth <= share.high ? 1 : 0;
        zero += share.value == 0 ? 1 : 0;
        mean += share.value / kStudies;
      }
      std::printf("%s, true %.2f: mean %.4f, interval holds it in %d of %d, estimate 0 in %d\n",
                  counts ? "spots" : "light", truth, mean, held, kStudies, zero);
      EXPECT_GE(held, 0.93 * kStudies) << truth;
      EXPECT_NEAR(mean, truth, 0.006) << truth;
      EXPECT_GE(zero, truth == 0 ? static_cast<int>(0.45 * kStudies) : 0);
    }
  }
}

TEST(CellUptakeCut, ControlSurvivesItsCalibration) {
  const cell_uptake::Control control{"dye_only", {0, 1, 2}, {0, 10.5, 33}, {1, 2, 3}, 0.325};
  const auto back = cell_uptake::control_from(cell_uptake::to_value(control), "dye_only");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->spots, control.spots);
  EXPECT_EQ(back->spot_intensity, control.spot_intensity);
  EXPECT_DOUBLE_EQ(back->pixel_um, 0.325);
  EXPECT_FALSE(cell_uptake::control_from(Value::table(), "dye_only").has_value());
}

TEST(CellUptakeCells, DistancesAndLightByClosedForms) {
  // Four round nuclei of 6 µm with six points each at known distances from the edge; no noise but a little grain.
  constexpr double kPixel = 0.25, kRadius = 6 / kPixel, kSigma = 1.5, kHeight = 300;
  const std::vector<double> beyond = {4, 8, 12, 16, 20, 24};  // pixels
  Image2 nuclei(400, 400, 100.0F), vesicles(400, 400, 50.0F);
  for (const double cx : {100.3, 300.1}) {
    for (const double cy : {99.8, 299.6}) {
      for (std::size_t y = 0; y < 400; ++y) {
        for (std::size_t x = 0; x < 400; ++x) {
          const double r = std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy);
          nuclei.at(x, y) += static_cast<float>(800 / (1 + std::exp((r - kRadius) / 0.7)));
        }
      }
      for (std::size_t k = 0; k < beyond.size(); ++k) {
        const double angle = 0.3 + static_cast<double>(k), r = kRadius + beyond[k];
        add_point_light(vesicles, cx + r * std::cos(angle), cy + r * std::sin(angle), kHeight, kSigma);
      }
    }
  }
  Random random(4, 4);
  for (float& value : vesicles.pixels) value += static_cast<float>(random.normal());
  UptakeScene scene;
  scene.nuclei = nuclei;
  scene.vesicles = vesicles;
  CellUptakePhantomSettings phantom = {};
  phantom.pixel_um = kPixel;
  phantom.second = false;
  AnySettings any = kCellUptakeAssay.make_settings();
  any.get<Settings>().spot_sigma_um = kSigma * kPixel;
  const cell_uptake::Field field = cell_uptake::analyse(reading_of(phantom, scene), any.get<Settings>(), {}, Context{});
  ASSERT_EQ(field.cells.cells.size(), 4U);
  // A disc of three sigma holds 1 - exp(-9 / 2) of a Gaussian.
  const double light = 2 * std::numbers::pi * kSigma * kSigma * kHeight * (1 - std::exp(-4.5));
  for (const cell_uptake::Cell& cell : field.cells.cells) {
    EXPECT_EQ(cell.spots, 6U);
    EXPECT_NEAR(cell.distance, 14, 0.6);  // median of the six
    EXPECT_NEAR(cell.spot_intensity / (6 * light), 1, 0.02);
  }
  double worst = 0;
  for (std::size_t i = 0; i < field.spots.spots.size(); ++i) {
    double nearest = 1e9;
    for (const double d : beyond)
      nearest = std::min(nearest, std::abs(static_cast<double>(field.cells.spot_distances[i]) - d));
    worst = std::max(worst, nearest);
  }
  EXPECT_LT(worst, 0.7);  // pixels: edges of labels are steps
  std::printf("distances to nuclei within %.2f pixels\n", worst);
  const Outcome out = measured(reading_of(phantom, scene), {}, any);
  EXPECT_NEAR(row_of(out, "uptake.perinuclear_distance")->value, 14 * kPixel, 0.3 * kPixel);
  EXPECT_NEAR(row_of(out, "uptake.spot_intensity_per_cell")->value / (6 * light), 1, 0.02);
}

TEST(CellUptakePhantomSlow, PositiveFractionAgainstTheDyeAlone) {
  for (const double truth : {0.1, 0.45, 0.9}) {
    CellUptakePhantomSettings phantom = quick();
    phantom.positive_fraction = truth;
    const AnySettings any = settings_of(phantom);
    const std::vector<Calibration> controls = {control(phantom, UptakeField::kDyeOnly, "dye_only", 6, 500, any)};
    ObservationTable table;
    double positive = 0, cells = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, seed);
      for (const UptakeScene::Cell& cell : scene.cells) positive += cell.positive ? 1 : 0;
      cells += static_cast<double>(scene.cells.size());
      const Outcome out = measured(reading_of(phantom, scene), controls, any, "field " + std::to_string(seed));
      EXPECT_FALSE(has_issue(out, "uptake.no_dye_only"));
      EXPECT_FALSE(has_issue(out, "uptake.channel_order"));
      EXPECT_FALSE(has_issue(out, "uptake.out_of_focus"));
      EXPECT_FALSE(has_issue(out, "uptake.flat"));
      EXPECT_FALSE(has_issue(out, "uptake.spots_wide"));
      EXPECT_EQ(row_of(out, "uptake.cells")->value, static_cast<double>(scene.cells.size()));
      EXPECT_FALSE(row_of(out, "uptake.signal_positive_fraction", "*").has_value());
      table.append(out.observations);
    }
    const Outcome pooled = kCellUptakeAssay.derive(table, Study{}, any, Context{});
    const auto share = row_of(pooled, "uptake.positive_fraction", "all_fields");
    const auto corrected = row_of(pooled, "uptake.corrected_fraction", "all_fields");
    ASSERT_TRUE(share && corrected);
    std::printf("positive fraction %.3f, beyond the dye %.3f, true %.3f of %.0f cells\n", share->value,
                corrected->value, positive / cells, cells);
    EXPECT_NEAR(corrected->value, positive / cells, 0.03) << truth;
    EXPECT_NEAR(share->value, positive / cells, 0.03) << truth;
    EXPECT_EQ(share->n, static_cast<std::int64_t>(cells));
    EXPECT_EQ(share->interval, "wilson95");
    EXPECT_LE(share->low, positive / cells);
    EXPECT_GE(share->high, positive / cells);
  }
}

TEST(CellUptakePhantomSlow, DyeAloneIsNoUptake) {
  CellUptakePhantomSettings phantom = quick();
  phantom.dye_spots = 2;  // most cells show something
  const AnySettings any = settings_of(phantom);
  int from_zero = 0, zero = 0;
  double mean = 0, excess = 0;
  constexpr int kStudies = 8;
  for (std::uint64_t study = 0; study < kStudies; ++study) {
    const std::vector<Calibration> controls = {
        control(phantom, UptakeField::kDyeOnly, "dye_only", 6, 500 + 1000 * study, any)};
    ObservationTable table;
    for (std::uint64_t seed = 700 + 1000 * study; seed < 706 + 1000 * study; ++seed) {
      table.append(
          measured(field(phantom, UptakeField::kDyeOnly, seed), controls, any, std::to_string(seed)).observations);
    }
    const Outcome pooled = kCellUptakeAssay.derive(table, Study{}, any, Context{});
    const auto corrected = row_of(pooled, "uptake.corrected_fraction", "all_fields");
    from_zero += corrected->low == 0 ? 1 : 0;
    zero += corrected->value == 0 ? 1 : 0;
    mean += corrected->value / kStudies;
    excess += row_of(pooled, "uptake.excess_spots_per_cell", "all_fields")->value / kStudies;
  }
  std::printf("dye alone: mean fraction %.4f, interval from 0 in %d of %d, estimate 0 in %d; %.3f spots beyond\n", mean,
              from_zero, kStudies, zero, excess);
  EXPECT_GE(from_zero, kStudies - 1);
  EXPECT_LT(mean, 0.012);
  EXPECT_NEAR(excess, 0, 0.15);
}

TEST(CellUptakePhantomSlow, WithoutDyeOnlyItIsASignal) {
  const CellUptakePhantomSettings phantom = quick();
  const AnySettings any = settings_of(phantom);
  const Outcome bare = measured(field(phantom, UptakeField::kSample, 3), {}, any);
  EXPECT_FALSE(row_of(bare, "uptake.positive_fraction").has_value());
  EXPECT_FALSE(row_of(bare, "uptake.corrected_fraction").has_value());
  ASSERT_TRUE(row_of(bare, "uptake.signal_positive_fraction", "PKH26-positive signal").has_value());
  EXPECT_TRUE(has_issue(bare, "uptake.no_dye_only"));
  const std::vector<Calibration> unstained = {control(phantom, UptakeField::kUnstained, "unstained", 2, 40, any)};
  const Outcome against = measured(field(phantom, UptakeField::kSample, 3), unstained, any);
  EXPECT_LE(row_of(against, "uptake.signal_positive_fraction", "*")->value,
            row_of(bare, "uptake.signal_positive_fraction", "*")->value);
  EXPECT_TRUE(has_issue(against, "uptake.no_dye_only"));
}

TEST(CellUptakePhantomSlow, ColdCellsTellBindingFromUptake) {
  CellUptakePhantomSettings phantom = quick();
  phantom.positive_fraction = 0.6;
  const AnySettings any = settings_of(phantom);
  const std::vector<Calibration> controls = {control(phantom, UptakeField::kDyeOnly, "dye_only", 5, 500, any),
                                             control(phantom, UptakeField::kCold, "cold", 3, 600, any)};
  const Outcome out = measured(field(phantom, UptakeField::kSample, 3), controls, any);
  const auto inside = row_of(out, "uptake.internalised_fraction"), all = row_of(out, "uptake.corrected_fraction");
  ASSERT_TRUE(inside && all && row_of(out, "uptake.bound_fraction"));
  EXPECT_LE(inside->value, all->value + 1e-9);
  EXPECT_FALSE(has_issue(out, "uptake.no_cold"));
}

/// F1 of the spots found within 2 pixels of the true ones.
double spot_f1(const UptakeScene& scene, const SpotField& found) {
  std::vector<bool> taken(scene.spots.size(), false);
  std::size_t hits = 0;
  for (const Spot& spot : found.spots) {
    double least = 2;
    std::size_t which = scene.spots.size();
    for (std::size_t i = 0; i < scene.spots.size(); ++i) {
      const double distance = std::hypot(scene.spots[i].x - spot.x, scene.spots[i].y - spot.y);
      if (!taken[i] && distance <= least) least = distance, which = i;
    }
    if (which == scene.spots.size()) continue;
    taken[which] = true;
    ++hits;
  }
  return 2.0 * static_cast<double>(hits) / static_cast<double>(scene.spots.size() + found.spots.size());
}

TEST(CellUptakePhantom, SpotsAtFiveTimesTheNoise) {
  // SNR: height of every spot over the standard deviation of a pixel's noise between cells.
  CellUptakePhantomSettings phantom = quick();
  phantom.spot_cv = 0;
  phantom.spot_counts = 5 * std::sqrt(phantom.background + phantom.read_noise * phantom.read_noise);
  phantom.haze_counts = 20;
  phantom.vesicles = 8;
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, seed);
    SpotSettings settings;
    settings.sigma_px = phantom.sigma_um / phantom.pixel_um;
    sum += spot_f1(scene, find_spots(scene.vesicles, settings, Context{})) / 3;
  }
  std::printf("F1 of spots at 5 times the noise %.3f\n", sum);
  EXPECT_GE(sum, 0.95);
}

TEST(CellUptakePhantomSlow, ColocalisationNeedsItsBeads) {
  CellUptakePhantomSettings phantom;
  phantom.positive_fraction = 0.8;
  phantom.shared = 0.5;
  const AnySettings any = settings_of(phantom, true);
  const std::vector<Reading> beads = {field(phantom, UptakeField::kBeads, 9)};
  const std::vector<Calibration> registered = {kCellUptakeAssay.calibrate(beads, "bead", any, Context{})};
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 4);
  double shared = 0;
  for (const UptakeScene::Spot& spot : scene.spots) shared += spot.shared ? 1 : 0;
  const double truth = shared / static_cast<double>(scene.spots.size());
  const Outcome with = measured(reading_of(phantom, scene), registered, any);
  const Outcome without = measured(reading_of(phantom, scene), {}, any);
  std::printf("colocalised %.3f, true %.3f\n", row_of(with, "colocalisation.corrected_fraction", "*")->value, truth);
  EXPECT_NEAR(row_of(with, "colocalisation.corrected_fraction", "*")->value, truth, 0.06);
  EXPECT_LT(row_of(without, "colocalisation.corrected_fraction", "*")->value, 0.2);  // shifted by 3 pixels
  EXPECT_TRUE(has_issue(without, "uptake.not_registered"));
  EXPECT_FALSE(has_issue(with, "uptake.not_registered"));
  phantom.shared = 0;
  const Outcome none = measured(field(phantom, UptakeField::kSample, 4), registered, any);
  EXPECT_LT(row_of(none, "colocalisation.corrected_fraction", "*")->value, 0.04);
  EXPECT_DOUBLE_EQ(row_of(none, "colocalisation.corrected_fraction", "*")->low, 0);
}

TEST(CellUptakePhantomSlow, BothAroundTheNucleusIsNoColocalisation) {
  CellUptakePhantomSettings phantom;
  phantom.positive_fraction = 1;
  phantom.vesicles = 16;
  phantom.second_alone = 16;
  phantom.shared = 0;
  phantom.perinuclear_um = 1.5;
  phantom.shift_x_um = phantom.shift_y_um = 0;
  AnySettings turned = settings_of(phantom, true);
  turned.get<Settings>().pair_size_um = 0.2;  // both within one lysosome
  AnySettings placed = turned;
  placed.get<Settings>().chance = "placement";
  double by_turns = 0, by_places = 0;
  int turns_hold = 0, places_hold = 0;
  constexpr int kFields = 6;
  for (std::uint64_t seed = 1; seed <= kFields; ++seed) {
    const Reading reading = field(phantom, UptakeField::kSample, seed);
    const Outcome by_turn = measured(reading, {}, turned);
    EXPECT_FALSE(has_issue(by_turn, "uptake.one_sided"));
    const auto a = row_of(by_turn, "colocalisation.corrected_fraction", "*");
    const auto b = row_of(measured(reading, {}, placed), "colocalisation.corrected_fraction", "*");
    by_turns += a->value / kFields;
    by_places += b->value / kFields;
    turns_hold += a->low == 0 ? 1 : 0;
    places_hold += b->low == 0 ? 1 : 0;
  }
  std::printf("both around the nucleus: shared %.3f by turns (from 0 in %d of %d), %.3f by placement (%d)\n", by_turns,
              turns_hold, kFields, by_places, places_hold);
  EXPECT_LT(by_turns, 0.02);
  EXPECT_GE(turns_hold, kFields - 1);
  EXPECT_GT(by_places, 0.03);
  EXPECT_LE(places_hold, 1);
}

TEST(CellUptakePhantomSlow, OneSideOfTheNucleusIsTold) {
  CellUptakePhantomSettings phantom;
  phantom.positive_fraction = 1;
  phantom.vesicles = 12;
  phantom.second_alone = 12;
  phantom.shared = 0;
  phantom.perinuclear_um = 2;
  phantom.side_degrees = 45;
  phantom.shift_x_um = phantom.shift_y_um = 0;
  AnySettings whole = settings_of(phantom, true);
  whole.get<Settings>().pair_size_um = 0.2;
  AnySettings little = whole;
  little.get<Settings>().turn_degrees = 20;
  const Reading reading = field(phantom, UptakeField::kSample, 2);
  const Outcome by_whole = measured(reading, {}, whole), by_little = measured(reading, {}, little);
  EXPECT_TRUE(has_issue(by_whole, "uptake.one_sided"));
  EXPECT_FALSE(has_issue(by_little, "uptake.one_sided"));
  const double much = row_of(by_whole, "colocalisation.corrected_fraction", "*")->value;
  const double less = row_of(by_little, "colocalisation.corrected_fraction", "*")->value;
  std::printf("both on one side: shared %.3f by whole turns, %.3f by small ones\n", much, less);
  EXPECT_LT(less, 0.5 * much);
}

}  // namespace
}  // namespace vesica
