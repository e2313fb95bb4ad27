// SPDX-License-Identifier: Apache-2.0
// Phantoms of known speed, over 20 seeds: bias and spread.
#include <cmath>
#include <cstdio>
#include <functional>

#include "phantoms/wound.h"
#include <gtest/gtest.h>

#include "vesica/assays/wound/wound.h"

namespace vesica {

namespace {

using namespace wound;

constexpr std::uint64_t kSeeds = 20;

WoundPhantomSettings small() {
  WoundPhantomSettings out;
  out.width = 256;
  out.height = 160;
  out.pixel_um = 2.4;
  out.frames = 4;
  out.interval_h = 4;
  out.gap_um = 280;
  return out;
}

Series measure_phantom(const WoundPhantomSettings& settings, std::uint64_t seed) {
  ImageInfo info;
  info.frames = static_cast<std::size_t>(settings.frames);
  std::vector<double> times;
  for (std::size_t i = 0; i < info.frames; ++i) times.push_back(settings.interval_h * static_cast<double>(i));
  return measure_series(*memory_images(info, wound_frames(settings, seed)), Settings{}, settings.pixel_um, times,
                        Context{}, {});
}

double truth_at(const ObservationTable& truth, std::string_view quantity, double time_h) {
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Observation row = truth.row(i);
    if (row.quantity == quantity && row.time_h == time_h) return row.value;
  }
  return kNaN;
}

struct Spread {
  double sum = 0, square = 0, n = 0;
  void add(double error) { sum += error, square += error * error, n += 1; }
  double bias() const { return sum / n; }
  double sd() const { return std::sqrt(std::max(0.0, (square - sum * sum / n) / (n - 1))); }
};

struct Recovered {
  Spread fraction, width_um, left, right, mean, island;
};

/// Errors over the seeds, of frames before 60 % closure.
Recovered recover(const WoundPhantomSettings& settings, const char* name) {
  Recovered out;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const ObservationTable truth = wound_truth(settings, "culture", "", seed);
    const Series series = measure_phantom(settings, seed);
    EXPECT_EQ(series.refusal, Refusal::kNone) << name << " " << seed;
    for (const Moment& moment : series.moments) {
      if (!(moment.closure < 0.6)) continue;
      out.fraction.add(moment.open_fraction - truth_at(truth, "wound.open_fraction", moment.time_h));
      out.width_um.add(moment.width_px * settings.pixel_um - truth_at(truth, "wound.width", moment.time_h));
      out.island.add(moment.island_fraction - truth_at(truth, "wound.island_fraction", moment.time_h));
    }
    out.left.add(series.edges[0].px_per_h * settings.pixel_um - settings.left_um_per_h);
    out.right.add(series.edges[1].px_per_h * settings.pixel_um - settings.right_um_per_h);
    out.mean.add(series.mean.px_per_h * settings.pixel_um - (settings.left_um_per_h + settings.right_um_per_h) / 2);
  }
  std::printf(
      "%s: open fraction %+.4f (SD %.4f), width %+.1f um (SD %.1f), speeds um/h: left %+.2f (%.2f) right %+.2f "
      "(%.2f) mean %+.2f (%.2f), islands %+.4f (%.4f)\n",
      name, out.fraction.bias(), out.fraction.sd(), out.width_um.bias(), out.width_um.sd(), out.left.bias(),
      out.left.sd(), out.right.bias(), out.right.sd(), out.mean.bias(), out.mean.sd(), out.island.bias(),
      out.island.sd());
  return out;
}

TEST(WoundPhantomSlow, KnownSpeedsInEveryContrast) {
  for (const char* mode : {"phase", "dic", "brightfield"}) {
    WoundPhantomSettings settings = small();
    settings.mode = mode;
    const Recovered out = recover(settings, mode);
    EXPECT_NEAR(out.fraction.bias(), 0, 0.02) << mode;
    EXPECT_LT(out.fraction.sd(), 0.02) << mode;
    EXPECT_NEAR(out.left.bias(), 0, 0.3) << mode;
    EXPECT_NEAR(out.right.bias(), 0, 0.3) << mode;
    EXPECT_NEAR(out.mean.bias(), 0, 0.3) << mode;
    EXPECT_LT(out.mean.sd(), 0.5) << mode;
  }
}

TEST(WoundPhantomSlow, IslandsAreKeptApart) {
  WoundPhantomSettings settings = small();
  settings.islands = 2;
  settings.gap_um = 400;
  settings.island_um = 40;
  settings.frames = 3;
  const Recovered out = recover(settings, "islands");
  EXPECT_NEAR(out.island.bias(), 0, 0.01);
  EXPECT_NEAR(out.fraction.bias(), 0, 0.03);
}

TEST(WoundPhantomSlow, FloatingCellsAndShiftsDoNotCount) {
  WoundPhantomSettings settings = small();
  settings.floating = 30;
  settings.shift_um = 12;
  const Recovered out = recover(settings, "floating and shifted");
  EXPECT_NEAR(out.fraction.bias(), 0, 0.025);
  EXPECT_NEAR(out.left.bias(), 0, 0.4);
  EXPECT_NEAR(out.right.bias(), 0, 0.4);
}

TEST(WoundPhantomSlow, ClosedAndMissingGapsAreTold) {
  WoundPhantomSettings closing = small();
  closing.gap_um = 120;
  WoundPhantomSettings confluent = small();
  confluent.gap_um = 0;
  confluent.frames = 1;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Series series = measure_phantom(closing, seed);
    ASSERT_EQ(series.refusal, Refusal::kNone);
    EXPECT_EQ(series.moments.front().state, State::kOpen);
    EXPECT_EQ(series.moments.back().state, State::kClosed);
    EXPECT_NE(measure_phantom(confluent, seed).refusal, Refusal::kNone);
  }
}

}  // namespace

}  // namespace vesica
