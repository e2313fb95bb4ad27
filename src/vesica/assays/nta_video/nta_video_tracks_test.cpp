// SPDX-License-Identifier: Apache-2.0
// Closed forms and simulated tracks: diffusion, mixtures of sizes, depth, concentrations.
#include "vesica/assays/nta_video/nta_video_tracks.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/assays/nta_video/nta_video.h"
#include "vesica/base/random.h"

namespace vesica::nta_video {
namespace {

/// 25 frames/s, shutter 32.5 of 40 ms: R = 0.135, water at 22 °C.
Conditions usual() {
  Conditions out;
  out.frame_s = 0.04;
  out.exposure_s = 0.135 * 6 * out.frame_s;
  out.temperature_c = 22;
  out.viscosity_mpa_s = 0.952941;
  return out;
}

/// Steps of averaged positions: the path in `kFine` pieces a frame, averaged over the open shutter.
Track track_of(double diffusion, std::size_t steps, const Conditions& conditions, double noise_um, Random& random) {
  constexpr int kFine = 40;
  const int open = static_cast<int>(std::lround(kFine * conditions.exposure_s / conditions.frame_s));
  const double sd = std::sqrt(2 * diffusion * conditions.frame_s / kFine);
  Track out;
  out.noise_um2 = noise_um * noise_um;
  for (std::vector<double>* axis : {&out.dx, &out.dy}) {
    double place = 0, last = 0;
    for (std::size_t frame = 0; frame <= steps; ++frame) {
      double sum = 0;
      for (int k = 0; k < kFine; ++k) {
        const double before = place;
        place += sd * random.normal();
        if (k < open) sum += (before + place) / 2;  // trapezoid: the mean over the piece
      }
      const double seen = sum / open + noise_um * random.normal();
      if (frame > 0) axis->push_back(seen - last);
      last = seen;
    }
  }
  return out;
}

struct Moments {
  double n = 0, sum = 0, square = 0;
  void add(double x) { n += 1, sum += x, square += x * x; }
  double mean() const { return sum / n; }
  double variance() const { return (square - sum * sum / n) / (n - 1); }
  double error() const { return std::sqrt(variance() / n); }
};

TEST(NtaVideoDiffusion, FollowsTheClosedFormOfTwoSteps) {
  const double dx[] = {1, 2}, dy[] = {-1, 3};
  const Diffusion out = diffusion_of(dx, dy, 0.5, 0.1);
  const double square = (1 + 4 + 1 + 9) / 4.0, product = (2 - 3) / 2.0;
  EXPECT_DOUBLE_EQ(out.d_um2_s, square / 1.0 + product / 0.5);
  EXPECT_DOUBLE_EQ(out.noise_um2, 0.1 * square - 0.8 * product);
  EXPECT_EQ(out.steps, 2u);
  EXPECT_TRUE(std::isnan(diffusion_of(std::span(dx, 1), std::span(dy, 1), 0.5, 0.1).d_um2_s));
}

TEST(NtaVideoDiffusion, NegativeEstimatesAreKept) {
  const double dx[] = {1, -1, 1, -1}, dy[] = {1, -1, 1, -1};
  const Diffusion out = diffusion_of(dx, dy, 1, 0);
  EXPECT_LT(out.d_um2_s, 0);
  EXPECT_GT(out.variance, 0);
}

// Bias below 1 % at R = 0.135, shown by a standard error four times smaller; the spread is the paper's.
TEST(NtaVideoDiffusionSlow, UnbiasedWithBlurAndNoise) {
  const Conditions conditions = usual();
  const double truth = conditions.diffusion(100);
  EXPECT_NEAR(truth, 4.5372, 1e-3);
  EXPECT_NEAR(conditions.blur(), 0.135, 1e-12);
  for (const double noise_um : {0.0, 0.1}) {
    Random random(1, 17);
    Moments d, noise, one_lag, expected;
    for (int i = 0; i < 20000; ++i) {
      const Track track = track_of(truth, 20, conditions, noise_um, random);
      const Diffusion one = diffusion_of(track.dx, track.dy, conditions.frame_s, conditions.blur());
      d.add(one.d_um2_s / truth);
      noise.add(one.noise_um2);
      const double a = noise_um * noise_um / conditions.frame_s - 2 * conditions.blur() * truth;
      const double n = 20;
      expected.add(((6 + 4 * a / truth + 2 * a * a / truth / truth) / n + 4 * std::pow(1 + a / truth, 2) / (n * n)) /
                   2);
      double square = 0;
      for (std::size_t k = 0; k < track.dx.size(); ++k) square += track.dx[k] * track.dx[k] + track.dy[k] * track.dy[k];
      one_lag.add(square / 40 / (2 * conditions.frame_s) / truth);
    }
    ASSERT_LT(d.error(), 0.003);
    EXPECT_NEAR(d.mean(), 1, 0.01 - 2 * d.error());
    EXPECT_NEAR(noise.mean(), noise_um * noise_um, 4 * noise.error());
    EXPECT_NEAR(d.variance() / expected.mean(), 1, 0.05);
    if (noise_um == 0) {
      EXPECT_NEAR(one_lag.mean(), 0.73, 0.005);
    }
    std::printf("noise %.2f um: D/true %.4f +- %.4f, variance/paper %.3f, one lag %.3f\n", noise_um, d.mean(),
                d.error(), d.variance() / expected.mean(), one_lag.mean());
  }
}

TEST(NtaVideoLikelihood, IsTheGammaLawWithoutBlurAndNoise) {
  Conditions conditions = usual();
  conditions.exposure_s = 0;
  Random random(2, 1);
  Track track;
  for (int i = 0; i < 9; ++i) track.dx.push_back(random.normal()), track.dy.push_back(random.normal());
  double square = 0;
  for (std::size_t i = 0; i < 9; ++i) square += track.dx[i] * track.dx[i] + track.dy[i] * track.dy[i];
  const double mean = square / 9;
  const std::vector<double> diffusion = {2, 5, 12};
  const std::vector<double> got = log_likelihood(track, diffusion, conditions.frame_s, 0);
  const auto gamma = [&](double d) {
    const double theta = 4 * d * conditions.frame_s;
    return -9 * std::log(theta) - 9 * mean / theta;
  };
  EXPECT_NEAR(got[1] - got[0], gamma(5) - gamma(2), 1e-9);
  EXPECT_NEAR(got[2] - got[0], gamma(12) - gamma(2), 1e-9);
}

TEST(NtaVideoLikelihood, IsTheGaussianOfTheWholeMatrix) {
  // Three steps: the covariance matrix is [[a b 0][b a b][0 b a]]; determinant a³ - 2 a b², inverse by hand.
  const Conditions conditions = usual();
  Track track;
  track.dx = {0.3, -0.2, 0.5};
  track.dy = {0, 0, 0};
  track.noise_um2 = 0.01;
  const double d = 3, dt = conditions.frame_s, r = conditions.blur();
  const double a = 2 * d * dt * (1 - 2 * r) + 0.02, b = 2 * r * d * dt - 0.01;
  const double det = a * a * a - 2 * a * b * b;
  const double x = 0.3, y = -0.2, z = 0.5;
  const double form =
      ((a * a - b * b) * (x * x + z * z) + a * a * y * y - 2 * a * b * (x * y + y * z) + 2 * b * b * x * z) / det;
  const double expected = -std::log(det) - form / 2;  // both axes have the determinant
  EXPECT_NEAR(log_likelihood(track, std::vector<double>{d}, dt, r)[0], expected, 1e-9);
}

/// Lengths as of films: exponential with mean 17 steps, at least 4.
std::vector<Track> mixture(std::size_t tracks, const Conditions& conditions, std::uint64_t seed) {
  Random random(seed, 3);
  std::vector<Track> out;
  for (std::size_t i = 0; i < tracks; ++i) {
    const auto steps = static_cast<std::size_t>(4 + std::floor(random.exponential(1 / 13.5)));
    out.push_back(track_of(conditions.diffusion(i % 2 == 0 ? 100 : 200), steps, conditions, 0.02, random));
  }
  return out;
}

double mass(const sizes::Distribution& grid, std::span<const double> shares, double from, double to) {
  double out = 0;
  for (std::size_t m = 0; m < grid.lower.size(); ++m) {
    const double inside = std::max(0.0, std::min(to, grid.upper[m]) - std::max(from, grid.lower[m]));
    out += shares[m] * inside / (grid.upper[m] - grid.lower[m]);
  }
  return out;
}

TEST(NtaVideoSizesSlow, TwoSizesComeApart) {
  const Conditions conditions = usual();
  const sizes::Distribution grid = size_grid(25, 1000, 1.03);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const std::vector<Track> tracks = mixture(1500, conditions, seed);
    const Evidence evidence = weigh(tracks, grid, conditions, Context{});
    const Mixture found = unfold(evidence, 600, Context{});
    const double low = mass(grid, found.shares, 85, 115), valley = mass(grid, found.shares, 116, 169),
                 high = mass(grid, found.shares, 170, 230);
    double naive[3] = {0, 0, 0};
    for (const Track& track : tracks) {
      const double d =
          conditions.diameter(diffusion_of(track.dx, track.dy, conditions.frame_s, conditions.blur()).d_um2_s);
      naive[0] += d > 85 && d<115, naive[1] += d> 116 && d<169, naive[2] += d> 170 && d < 230;
    }
    std::printf("seed %d: %zu iterations, masses %.3f %.3f %.3f (naive %.3f %.3f %.3f)\n", static_cast<int>(seed),
                found.iterations, low, valley, high, naive[0] / 1500, naive[1] / 1500, naive[2] / 1500);
    EXPECT_NEAR(low, 0.5, 0.03);
    EXPECT_NEAR(high, 0.5, 0.03);
    EXPECT_LT(valley, 0.02);
  }
}

/// Particles of one size in a tall box that repeats itself, seen while in a layer of its middle.
struct LayerFilm {
  std::vector<Track> tracks;
  std::size_t frames = 0;
  double in_view = 0;  ///< mean number seen in one frame
};
LayerFilm layer_film(double diameter_nm, double depth_um, std::size_t particles, std::size_t frames,
                     const Conditions& conditions, Random& random) {
  const double box = depth_um + 12, sd = std::sqrt(2 * conditions.diffusion(diameter_nm) * conditions.frame_s);
  LayerFilm out;
  out.frames = frames;
  for (std::size_t p = 0; p < particles; ++p) {
    double z = random.uniform(-box / 2, box / 2);
    std::size_t first = 0, seen = 0;
    const auto close = [&](bool ends) {
      if (seen >= 5) {
        Track track = track_of(conditions.diffusion(diameter_nm), seen - 1, conditions, 0.02, random);
        track.begins = first > 0;
        track.ends = ends;
        track.watched = seen;
        out.tracks.push_back(std::move(track));
      }
      seen = 0;
    };
    for (std::size_t frame = 0; frame < frames; ++frame) {
      if (std::abs(z) < depth_um / 2) {
        if (seen == 0) first = frame;
        ++seen;
        out.in_view += 1.0 / static_cast<double>(frames);
      } else {
        close(true);
      }
      z += sd * random.normal();
      z -= box * std::round(z / box);
    }
    close(false);
  }
  return out;
}

TEST(NtaVideoDepth, HazardsAreThoseOfASimulatedLayer) {
  const Layer& layer = Layer::table();
  // A layer much deeper than a step: a particle in it leaves in the next frame with probability s sqrt(2/pi); the mean
  // stay is the inverse. Sightings in stays of at least 1 frame are all.
  EXPECT_NEAR(layer.seen_for(0.1, 1), 1, 1e-9);
  Random random(4, 4);
  const double s = 0.2;
  std::vector<double> at_risk(30, 0.0), gone(30, 0.0);
  for (int i = 0; i < 60000; ++i) {
    double z = -random.uniform(0, 5 * s);  // outside, uniform, one face is enough by symmetry
    z += s * random.normal();
    if (z < 0 || z > 1) continue;
    for (std::size_t age = 1; age < 30; ++age) {
      at_risk[age] += 1;
      z += s * random.normal();
      if (z >= 0 && z <= 1) continue;
      gone[age] += 1;
      break;
    }
  }
  for (std::size_t age = 1; age < 20; ++age) {
    const double h = gone[age] / at_risk[age];
    EXPECT_NEAR(layer.hazard(s, age), h, 0.002 + 4 * std::sqrt(h * (1 - h) / at_risk[age])) << age;
  }
}

TEST(NtaVideoDepthSlow, LengthsOfTracksTellDepthAndConcentration) {
  const Conditions conditions = usual();
  const sizes::Distribution grid = size_grid(25, 1000, 1.03);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Random random(seed, 5);
    // Depth 4 µm at 100 nm, 8 µm at 200 nm: power 1. Equal concentrations.
    LayerFilm film = layer_film(100, 4, 150, 600, conditions, random);
    LayerFilm large = layer_film(200, 8, 188, 600, conditions, random);
    film.in_view += large.in_view;
    film.tracks.insert(film.tracks.end(), large.tracks.begin(), large.tracks.end());
    const Evidence evidence = weigh(film.tracks, grid, conditions, Context{});
    const Mixture found = unfold(evidence, 600, Context{});
    const Depth depth = depth_of(film.tracks, evidence, found, grid, conditions, 5);
    // One µm² of area holds 150 particles in 16 µm and 188 in 20 µm: about 9.4 per µm³ each.
    const std::vector<double> volumes = volumes_ml(grid, conditions, depth, 5, 1);
    const Counted counted = count(evidence, found, std::vector<double>(evidence.tracks, 1.0), volumes, 600);
    std::printf(
        "%zu tracks, depth at 100 nm %.2f (4), at 200 nm %.2f (8), concentration %.2f (18.8), share of 100 nm "
        "%.3f (0.5), as seen %.3f\n",
        film.tracks.size(), depth.at(100), depth.at(200), counted.total * 1e-12,
        mass(grid, counted.per_ml, 75, 140) / counted.total,
        mass(grid, sightings(evidence, found, std::vector<double>(evidence.tracks, 1.0)), 75, 140) / film.in_view /
            600);
    EXPECT_NEAR(depth.at(100), 4, 0.4);
    EXPECT_NEAR(depth.at(200), 8, 0.8);
    EXPECT_NEAR(counted.total * 1e-12, 18.775, 1.9);
    EXPECT_NEAR(mass(grid, counted.per_ml, 75, 140) / counted.total, 0.5, 0.05);
  }
}

// 95 % intervals of the concentration over films whose truth is known; 48 of 50 are expected, 42 are two chances in a
// thousand.
TEST(NtaVideoIntervalSlow, CoversTheConcentration) {
  const Conditions conditions = usual();
  Settings settings;
  settings.bootstrap = 40;
  settings.iterations = 60;
  settings.smallest_nm = 60;
  settings.largest_nm = 400;
  int covered = 0, above = 0;
  constexpr int kFilms = 50;
  for (int i = 0; i < kFilms; ++i) {
    Random random(static_cast<std::uint64_t>(i), 6);
    // The number in the box scatters as in a cell: Poisson around 100 in 18 µm³ of 1 µm² of area.
    const auto particles = static_cast<std::size_t>(random.poisson(100));
    const LayerFilm film = layer_film(110, 6, particles, 200, conditions, random);
    const Sizes sizes =
        measure_tracks(film.tracks, film.frames, 1, conditions, settings, std::nullopt, std::nullopt, Context{});
    const double truth = 100 / 18.0 * 1e12;
    covered += sizes.total.low <= truth && truth <= sizes.total.high;
    above += sizes.total.value > truth;
  }
  std::printf("%d of %d intervals hold the truth, %d estimates above it\n", covered, kFilms, above);
  EXPECT_GE(covered, 42);
}

}  // namespace
}  // namespace vesica::nta_video
