// SPDX-License-Identifier: Apache-2.0
// Links: exact assignments against all permutations, networks of any size, gaps, crossings, drift, pieces.
#include "vesica/ops/track_link.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/track_assign.h"

namespace vesica {
namespace {

Detection at(double x, double y, float id = 0) {
  Detection spot;
  spot.x = x;
  spot.y = y;
  spot.mass = id;  // which particle it truly is
  return spot;
}

std::vector<Track> link_all(const std::vector<std::vector<Detection>>& frames, const LinkSettings& settings,
                            std::size_t* largest = nullptr) {
  std::vector<Track> tracks;
  Linker linker(settings, [&](Track&& track) { tracks.push_back(std::move(track)); });
  for (const auto& frame : frames) {
    const LinkedFrame linked = linker.feed(frame);
    if (largest != nullptr) *largest = std::max(*largest, linked.largest);
  }
  linker.finish();
  std::sort(tracks.begin(), tracks.end(),
            [](const Track& a, const Track& b) { return std::pair(a.id, a.piece) < std::pair(b.id, b.piece); });
  return tracks;
}

double cost_of(const std::vector<std::vector<ops::Choice>>& rows, const std::vector<std::size_t>& taken, double alone) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (taken[i] == ops::kAlone) {
      sum += alone;
      continue;
    }
    for (const ops::Choice& choice : rows[i])
      if (choice.column == taken[i]) sum += choice.cost;
  }
  return sum;
}

double cheapest(const std::vector<std::vector<ops::Choice>>& rows, std::size_t row, std::vector<bool>& used,
                double alone) {
  if (row == rows.size()) return 0;
  double best = alone + cheapest(rows, row + 1, used, alone);
  for (const ops::Choice& choice : rows[row]) {
    if (used[choice.column]) continue;
    used[choice.column] = true;
    best = std::min(best, choice.cost + cheapest(rows, row + 1, used, alone));
    used[choice.column] = false;
  }
  return best;
}

TEST(TrackAssign, IsTheCheapestOfAll) {
  Random random(3);
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 1 + random.below(6), m = 1 + random.below(6);
    std::vector<std::vector<ops::Choice>> rows(n);
    for (auto& row : rows)
      for (std::size_t c = 0; c < m; ++c)
        if (random.uniform() < 0.6)
          row.push_back({c, round % 2 == 0 ? random.uniform(0, 10) : std::floor(random.uniform(0, 4))});
    const std::vector<std::size_t> taken = ops::assign(rows, m, 6);
    std::vector<bool> used(m, false);
    for (const std::size_t c : taken) {
      if (c == ops::kAlone) continue;
      EXPECT_FALSE(used[c]);
      used[c] = true;
    }
    std::fill(used.begin(), used.end(), false);
    EXPECT_NEAR(cost_of(rows, taken, 6), cheapest(rows, 0, used, 6), 1e-9) << round;
  }
}

TEST(TrackLink, ANetworkOfAThousandTracksIsSolved) {
  // A lattice of 3 px whose every point reaches 60 others: one network, far beyond the 30 points of trackpy.
  std::vector<std::vector<Detection>> frames(4);
  Random random(9);
  for (auto& frame : frames)
    for (int i = 0; i < 1024; ++i)
      frame.push_back(at(3.0 * (i % 32) + random.normal(0, 0.25),
                         3.0 * static_cast<double>(i / 32) + random.normal(0, 0.25), static_cast<float>(i)));
  LinkSettings s;
  s.search_range = 13;
  std::size_t largest = 0;
  const std::vector<Track> tracks = link_all(frames, s, &largest);
  EXPECT_EQ(largest, 1024U);
  ASSERT_EQ(tracks.size(), 1024U);
  for (const Track& track : tracks)
    for (const TrackSpot& point : track.points) EXPECT_EQ(point.spot.mass, track.points[0].spot.mass);
}

TEST(TrackLink, TwoThatPassEachOtherKeepTheirNames) {
  std::vector<std::vector<Detection>> frames;
  for (int t = 0; t < 21; ++t) frames.push_back({at(t, 10, 1), at(20 - t, 10 + 0.5, 2)});
  LinkSettings s;
  s.search_range = 3;
  // Nearest neighbours cannot know at the meeting; with steps of 1 px and 0.5 px apart only there.
  const std::vector<Track> tracks = link_all(frames, s);
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[0].points.size(), 21U);
}

TEST(TrackLink, TheWholeNetworkDecidesNotTheNearest) {
  // 0.01 + 9 for the nearest pair and a lonely track, 3.61 + 4.84 for two links.
  LinkSettings s;
  s.search_range = 3;
  const std::vector<Track> tracks = link_all({{at(0, 0, 1), at(2, 0, 2)}, {at(1.9, 0, 1), at(4.2, 0, 2)}}, s);
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[0].points[1].spot.mass, 1);
  EXPECT_EQ(tracks[1].points[1].spot.mass, 2);
}

TEST(TrackLink, GapsAreBridgedWithinMemoryAndTheGateGrows) {
  const auto film = [](double jump) { return std::vector<std::vector<Detection>>{{at(0, 0)}, {}, {}, {at(jump, 0)}}; };
  LinkSettings s;
  s.search_range = 2;
  s.memory = 1;
  EXPECT_EQ(link_all(film(1), s).size(), 2U);
  s.memory = 2;
  EXPECT_EQ(link_all(film(1), s).size(), 1U);
  EXPECT_EQ(link_all(film(3.4), s).size(), 1U);  // 2 * sqrt 3 = 3.46
  EXPECT_EQ(link_all(film(3.5), s).size(), 2U);
  s.widen = false;
  EXPECT_EQ(link_all(film(3.4), s).size(), 2U);
  const std::vector<Track> one = link_all(film(1), s);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].points[1].frame, 3U);
}

TEST(TrackLink, EmptyFramesAndFilms) {
  EXPECT_TRUE(link_all({}, {}).empty());
  EXPECT_TRUE(link_all({{}, {}, {}}, {}).empty());
  const std::vector<Track> tracks = link_all({{at(1, 1)}, {}, {at(1, 1)}}, {});
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[1].id, 1U);
}

TEST(TrackLink, LongTracksComeInPiecesOfTheSameId) {
  std::vector<std::vector<Detection>> frames(25, std::vector<Detection>{at(5, 5)});
  LinkSettings s;
  s.piece = 10;
  const std::vector<Track> tracks = link_all(frames, s);
  ASSERT_EQ(tracks.size(), 3U);
  std::uint64_t frame = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(tracks[i].id, 0U);
    EXPECT_EQ(tracks[i].piece, i);
    for (const TrackSpot& point : tracks[i].points) EXPECT_EQ(point.frame, frame++);
  }
  EXPECT_EQ(frame, 25U);
}

TEST(TrackLink, DriftIsMeasuredAndFollowed) {
  // A flow of 4 px a frame through a gate of 3 px: found only by looking where the flow leads, once it has set in.
  std::vector<std::vector<Detection>> frames;
  Random random(4);
  std::vector<std::pair<double, double>> start;
  for (int i = 0; i < 40; ++i) start.emplace_back(random.uniform(0, 300), random.uniform(0, 300));
  double flow = 0, moved = 0;
  for (int t = 0; t < 30; ++t) {
    frames.emplace_back();
    for (int i = 0; i < 40; ++i) {
      auto& [x, y] = start[static_cast<std::size_t>(i)];
      frames.back().push_back(at(x + moved + random.normal(0, 0.2), y + random.normal(0, 0.2), static_cast<float>(i)));
    }
    flow = std::min(4.0, flow + 0.5);
    moved += flow;
  }
  LinkSettings s;
  s.search_range = 3;
  EXPECT_GT(link_all(frames, s).size(), 200U);
  s.follow_drift = true;
  s.drift_frames = 2;
  const std::vector<Track> tracks = link_all(frames, s);
  ASSERT_EQ(tracks.size(), 40U);
  const TrackSpot& last = tracks[0].points.back();
  EXPECT_NEAR(last.drift_x, moved - flow, 0.2);
  EXPECT_NEAR(last.drift_y, 0, 0.2);
}

TEST(TrackLink, BrownianParticlesOfTheUsualDensity) {
  // 80 particles in 640 x 480 px, steps of 2 px a frame and axis, detected with probability 0.95.
  const double sd = 2;
  Random random(12);
  std::vector<std::pair<double, double>> where;
  for (int i = 0; i < 80; ++i) where.emplace_back(random.uniform(0, 640), random.uniform(0, 480));
  std::vector<std::vector<Detection>> frames;
  std::map<std::pair<std::uint64_t, int>, bool> seen;
  for (std::uint64_t t = 0; t < 60; ++t) {
    frames.emplace_back();
    for (int i = 0; i < 80; ++i) {
      auto& [x, y] = where[static_cast<std::size_t>(i)];
      x += random.normal(0, sd);
      y += random.normal(0, sd);
      if (random.uniform() < 0.95) {
        frames.back().push_back(at(x, y, static_cast<float>(i)));
        seen[{t, i}] = true;
      }
    }
  }
  std::size_t possible = 0, given = 0, right = 0;
  for (const auto& [key, unused] : seen) {
    for (std::uint64_t lag = 1; lag <= 3; ++lag) {
      if (!seen.contains({key.first + lag, key.second})) continue;
      ++possible;
      break;
    }
  }
  LinkSettings s;
  s.search_range = 8;  // four standard deviations of a step
  s.memory = 2;
  for (const Track& track : link_all(frames, s)) {
    for (std::size_t i = 1; i < track.points.size(); ++i) {
      ++given;
      if (track.points[i].spot.mass == track.points[i - 1].spot.mass) ++right;
    }
  }
  EXPECT_GT(static_cast<double>(right) / static_cast<double>(possible), 0.99);
  EXPECT_GT(static_cast<double>(right) / static_cast<double>(given), 0.99);
}

}  // namespace
}  // namespace vesica
