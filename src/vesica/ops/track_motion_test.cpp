// SPDX-License-Identifier: Apache-2.0
// Drift, stuck particles and mean squared displacements against closed forms.
#include "vesica/ops/track_motion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {
namespace {

Track track_of(const std::vector<std::array<double, 3>>& points) {
  Track track;
  for (const auto& [frame, x, y] : points) {
    TrackSpot point;
    point.frame = static_cast<std::uint64_t>(frame);
    point.spot.x = x;
    point.spot.y = y;
    track.points.push_back(point);
  }
  return track;
}

TEST(TrackMotion, DriftIsTheCumulatedMeanOfConsecutiveSteps) {
  DriftSum sum;
  sum.add(track_of({{0, 0, 0}, {1, 1, 0}, {2, 3, 0}}));
  sum.add(track_of({{0, 5, 5}, {1, 8, 5}, {3, 90, 90}}));  // over the gap nothing is known
  const Drift drift = sum.drift();
  ASSERT_EQ(drift.x.size(), 3U);
  EXPECT_DOUBLE_EQ(drift.x[0], 0);
  EXPECT_DOUBLE_EQ(drift.x[1], 2);
  EXPECT_DOUBLE_EQ(drift.x[2], 4);
  EXPECT_DOUBLE_EQ(drift.x_at(100), 4);
  const Drift smooth = sum.drift(2);
  EXPECT_DOUBLE_EQ(smooth.x[2], 2 + 2);
  Track track = track_of({{0, 0, 0}, {2, 3, 1}});
  subtract(drift, track);
  EXPECT_DOUBLE_EQ(track.points[1].spot.x, -1);
  EXPECT_DOUBLE_EQ(DriftSum().drift().x_at(3), 0);
}

TEST(TrackMotion, WhatStaysPutIsStuck) {
  Random random(1);
  std::vector<std::array<double, 3>> still, free;
  double x = 0;
  for (int t = 0; t < 20; ++t) {
    still.push_back({static_cast<double>(t), 5 + random.normal(0, 0.1), 5 + random.normal(0, 0.1)});
    x += random.normal(0, 2);
    free.push_back({static_cast<double>(t), x, 0});
  }
  EXPECT_TRUE(is_stuck(track_of(still), 10, 0.5));
  EXPECT_FALSE(is_stuck(track_of(still), 21, 0.5));
  EXPECT_FALSE(is_stuck(track_of(free), 10, 0.5));
  EXPECT_FALSE(is_stuck(Track(), 0, 1));
}

TEST(TrackMotion, StraightFlightGoesWithTheSquareOfTime) {
  std::vector<std::array<double, 3>> points;
  for (int t = 0; t < 30; ++t)
    if (t % 7 != 3) points.push_back({static_cast<double>(t), 0.3 * t, 0.4 * t});
  const Msd msd = msd_of(track_of(points), 20);
  for (std::size_t k = 0; k < 20; ++k) {
    const auto lag = static_cast<double>(k + 1);
    EXPECT_NEAR(msd.msd[k], 0.25 * lag * lag, 1e-9);
  }
  EXPECT_TRUE(std::isnan(msd_of(track_of({{0, 0, 0}}), 3).msd[0]));
}

TEST(TrackMotion, EffectiveNumbersAreThoseOfQian) {
  std::vector<std::array<double, 3>> points;
  for (int t = 0; t < 5; ++t) points.push_back({static_cast<double>(t), 0, 0});
  const Msd msd = msd_of(track_of(points), 10);
  EXPECT_NEAR(msd.weights[0], 6.0 * 16 / (10 - 1 + 20 - 5), 1e-12);              // 4 steps, all independent
  EXPECT_NEAR(msd.weights[3], 1 / (1 + (1 + 20 - 16 - 5.0) / (6 * 16)), 1e-12);  // the whole track once
  EXPECT_EQ(msd.weights[4], 0);
}

TEST(TrackMotion, DiffusionGrowsWithTime) {
  Random random(8);
  std::vector<Track> tracks;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::array<double, 3>> points;
    double x = 0, y = 0;
    for (int t = 0; t < 60; ++t) {
      points.push_back({static_cast<double>(t), x, y});
      x += random.normal();
      y += random.normal();
    }
    tracks.push_back(track_of(points));
  }
  const Msd msd = ensemble_msd(tracks, 10);
  std::vector<double> lags;
  for (int k = 1; k <= 10; ++k) lags.push_back(k);
  const PowerLaw law = fit_power_law(lags, msd.msd);
  EXPECT_NEAR(law.n, 1, 0.02);
  EXPECT_NEAR(law.a, 2, 0.03);
  EXPECT_TRUE(std::isnan(fit_power_law(std::vector<double>{1}, std::vector<double>{1}).n));
}

}  // namespace
}  // namespace vesica
