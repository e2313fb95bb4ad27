// SPDX-License-Identifier: Apache-2.0
// How deep the layer is in which particles are seen, from how long they are seen; and concentrations from it.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "vesica/assays/nta_video/nta_video_tracks.h"
#include "vesica/base/require.h"

namespace vesica::nta_video {

namespace {

constexpr std::size_t kAges = 128;   // chosen: later the hazard is that of the last mode
constexpr std::size_t kCells = 128;  // chosen: of the layer's depth
constexpr std::size_t kSteps = 40;   // chosen: of s, logarithmic
constexpr double kLeast = 0.02;      // of s: fifty steps across the layer
constexpr double kLargest = 3;       // of s: gone in the next frame
constexpr double kMlPerUm3 = 1e-12;

double s_at(std::size_t i) {
  return kLeast * std::pow(kLargest / kLeast, static_cast<double>(i) / static_cast<double>(kSteps - 1));
}

/// Probability that a normal step of width s exceeds x.
double beyond(double x, double s) { return std::erfc(x / (s * std::numbers::sqrt2)) / 2; }

/// Hazards of one s: a density in the layer, carried from frame to frame and cut off outside.
std::vector<double> hazards(double s) {
  constexpr double kWidth = 1.0 / kCells;
  std::vector<double> kernel(kCells), density(kCells), next(kCells);
  for (std::size_t k = 0; k < kCells; ++k) {
    const double x = static_cast<double>(k) * kWidth;
    kernel[k] = beyond(x - kWidth / 2, s) - beyond(x + kWidth / 2, s);
  }
  double all = 0;
  for (std::size_t i = 0; i < kCells; ++i) {
    // Those outside, at uniform density, that step to this cell.
    const double z = (static_cast<double>(i) + 0.5) * kWidth;
    density[i] = beyond(z, s) + beyond(1 - z, s);
    all += density[i];
  }
  for (double& each : density) each /= all;
  std::vector<double> out;
  for (std::size_t age = 1; age <= kAges; ++age) {
    double left = 0;
    for (std::size_t i = 0; i < kCells; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < kCells; ++j) sum += density[j] * kernel[i > j ? i - j : j - i];
      next[i] = sum;
      left += sum;
    }
    out.push_back(std::clamp(1 - left, 1e-9, 1.0));
    if (!(left > 0)) break;
    for (std::size_t i = 0; i < kCells; ++i) density[i] = next[i] / left;
    const std::size_t n = out.size();
    if (n > 8 && std::abs(out[n - 1] - out[n - 2]) < 1e-7 * out[n - 1]) break;
  }
  return out;
}

}  // namespace

Layer::Layer() {
  for (std::size_t i = 0; i < kSteps; ++i) {
    log_hazard_.push_back(hazards(s_at(i)));
    for (double& each : log_hazard_.back()) each = std::log(each);
  }
}

const Layer& Layer::table() {
  static const Layer layer;
  return layer;
}

double Layer::hazard(double s, std::size_t age) const {
  VESICA_REQUIRE(age >= 1, "ages count from one");
  const double place = std::log(std::clamp(s, kLeast, kLargest) / kLeast) / std::log(kLargest / kLeast) *
                       static_cast<double>(kSteps - 1);
  const auto i = std::min(static_cast<std::size_t>(place), kSteps - 2);
  const double part = place - static_cast<double>(i);
  const auto at = [&](std::size_t k) { return log_hazard_[k][std::min(age, log_hazard_[k].size()) - 1]; };
  return std::exp((1 - part) * at(i) + part * at(i + 1));
}

double Layer::seen_for(double s, std::size_t least) const {
  // Sightings a stay: by stationarity 1 / P(gone in the next frame | in the layer), which is s sqrt(2/pi) for steps
  // much shorter than the layer; in general the sum over all stays.
  double alive = 1, sightings = 0, early = 0;
  for (std::size_t age = 1; age <= 100 * kAges; ++age) {
    const double gone = hazard(s, age);
    const double here = alive * gone * static_cast<double>(age);
    sightings += here;
    if (age < least) early += here;
    alive *= 1 - gone;
    if (age >= kAges && alive > 0) {
      // The rest is geometric: mean age when gone.
      sightings += alive * (static_cast<double>(age) + 1 / hazard(s, age + 1));
      break;
    }
    if (!(alive > 1e-12)) break;
  }
  return sightings > 0 ? std::clamp(1 - early / sightings, 1e-6, 1.0) : 1;
}

double Depth::at(double diameter_nm) const { return depth_um * std::pow(diameter_nm / reference_nm, power); }

namespace {

/// How often tracks of each bin were watched at each age, and how often they were gone in the next frame.
struct Watch {
  std::size_t ages = 0;
  std::vector<double> watched, gone;  ///< bins x ages
  std::size_t ends = 0;
};

Watch watch(std::span<const Track> tracks, const Evidence& evidence, const Mixture& mixture, std::size_t least) {
  Watch out;
  for (const Track& track : tracks) out.ages = std::max(out.ages, std::min(track.watched, kAges));
  out.ages = std::max<std::size_t>(out.ages, 1);
  out.watched.assign(evidence.bins * out.ages, 0.0);
  out.gone = out.watched;
  std::vector<double> belongs;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Track& track = tracks[i];
    if (!track.begins || track.watched < least) continue;
    responsibilities(evidence, mixture, i, belongs);
    const bool gone = track.ends && track.watched == track.frames();
    out.ends += gone ? 1 : 0;
    // A censored track was seen to stay from each frame but its last watched one.
    const std::size_t until = gone ? track.watched : track.watched - 1;
    for (std::size_t m = 0; m < evidence.bins; ++m) {
      if (belongs[m] < 1e-4) continue;
      for (std::size_t age = least; age <= until; ++age) {
        const std::size_t at = m * out.ages + std::min(age, out.ages) - 1;
        out.watched[at] += belongs[m];
        if (gone && age == track.watched) out.gone[at] += belongs[m];
      }
    }
  }
  return out;
}

double fit_of(const Watch& seen, const sizes::Distribution& grid, const Conditions& conditions, const Depth& depth) {
  const Layer& layer = Layer::table();
  double out = 0;
  for (std::size_t m = 0; m < grid.centre.size(); ++m) {
    const double* watched = seen.watched.data() + m * seen.ages;
    const double* gone = seen.gone.data() + m * seen.ages;
    if (std::all_of(watched, watched + seen.ages, [](double n) { return n < 1e-3; })) continue;
    const double s =
        std::sqrt(2 * conditions.diffusion(grid.centre[m]) * conditions.frame_s) / depth.at(grid.centre[m]);
    for (std::size_t age = 1; age <= seen.ages; ++age) {
      if (!(watched[age - 1] > 0)) continue;
      const double h = std::min(layer.hazard(s, age), 1 - 1e-9);
      out += gone[age - 1] * std::log(h) + (watched[age - 1] - gone[age - 1]) * std::log1p(-h);
    }
  }
  return out;
}

/// The diameter around which half of the sightings lie.
double middle_of(std::span<const double> shares, const sizes::Distribution& grid) {
  double sum = 0;
  for (std::size_t m = 0; m < shares.size(); ++m) {
    sum += shares[m];
    if (sum >= 0.5) return grid.centre[m];
  }
  return grid.centre.back();
}

}  // namespace

Depth depth_of(std::span<const Track> tracks, const Evidence& evidence, const Mixture& mixture,
               const sizes::Distribution& grid, const Conditions& conditions, std::size_t least) {
  constexpr std::size_t kFewest = 20;  // ends; chosen: a depth within about a third
  // Brightness of d^6 to d^2 in a sheet of light makes the depth rise as d^0.2 to d^0.8 (phantom, page); chosen.
  constexpr double kUsualPower = 0.5, kPowerSd = 0.35;
  constexpr double kMostPower = 2;  // chosen: brightness d^6 against a Lorentzian defocus gives at most 3
  Depth best;
  if (mixture.shares.empty() || tracks.empty()) return best;
  const Watch seen = watch(tracks, evidence, mixture, least);
  best.ends = seen.ends;
  best.reference_nm = middle_of(mixture.shares, grid);
  if (seen.ends < kFewest) return best;
  const double step = std::sqrt(2 * conditions.diffusion(best.reference_nm) * conditions.frame_s);
  double top = -std::numeric_limits<double>::infinity();
  const auto tried = [&](double log_depth, double rise) {
    Depth one = best;
    one.depth_um = std::exp(log_depth);
    one.power = rise;
    const double unusual = (rise - kUsualPower) / kPowerSd;
    return fit_of(seen, grid, conditions, one) - unusual * unusual / 2;
  };
  // Coarse to fine: from a third of a step to fifty steps.
  double centre = std::log(step) + std::log(50.0 / 3) / 2, reach = std::log(150.0) / 2;
  double power = kMostPower / 2, power_reach = kMostPower / 2;
  constexpr int kSide = 4, kRounds = 5;
  for (int round = 0; round < kRounds; ++round) {
    const double from = centre, from_power = power;
    for (int i = -kSide; i <= kSide; ++i) {
      for (int j = -kSide; j <= kSide; ++j) {
        const double log_depth = from + reach * i / kSide;
        const double p = std::clamp(from_power + power_reach * j / kSide, 0.0, kMostPower);
        const double fit = tried(log_depth, p);
        if (!(fit > top)) continue;
        top = fit;
        centre = log_depth;
        power = p;
      }
    }
    reach *= 0.4;
    power_reach *= 0.4;
  }
  best.depth_um = std::exp(centre);
  best.power = power;
  constexpr double kNudge = 0.05;
  const double bend =
      (tried(centre + kNudge, power) + tried(centre - kNudge, power) - 2 * tried(centre, power)) / (kNudge * kNudge);
  best.log_sd = bend < 0 ? 1 / std::sqrt(-bend) : 1;
  return best;
}

std::vector<double> volumes_ml(const sizes::Distribution& grid, const Conditions& conditions, const Depth& depth,
                               std::size_t least, double area_um2) {
  std::vector<double> out;
  for (const double d : grid.centre) {
    const double deep = depth.at(d);
    const double s = std::sqrt(2 * conditions.diffusion(d) * conditions.frame_s) / deep;
    out.push_back(area_um2 * deep * Layer::table().seen_for(s, least) * kMlPerUm3);
  }
  return out;
}

std::vector<double> sightings(const Evidence& evidence, const Mixture& mixture, std::span<const double> weights) {
  std::vector<double> out(evidence.bins, 0.0), belongs;
  if (mixture.shares.empty()) return out;
  for (std::size_t i = 0; i < evidence.tracks; ++i) {
    responsibilities(evidence, mixture, i, belongs);
    for (std::size_t m = 0; m < evidence.bins; ++m) out[m] += weights[i] * evidence.frames[i] * belongs[m];
  }
  return out;
}

Counted count(const Evidence& evidence, const Mixture& mixture, std::span<const double> weights,
              std::span<const double> volumes, std::size_t frames) {
  VESICA_REQUIRE(frames > 0 && volumes.size() <= evidence.bins, "frames and a volume a bin");
  Counted out;
  out.per_ml.assign(volumes.size(), 0.0);
  out.variance = out.per_ml;
  if (mixture.shares.empty()) return out;
  std::vector<double> belongs;
  for (std::size_t i = 0; i < evidence.tracks; ++i) {
    if (!(weights[i] > 0)) continue;
    responsibilities(evidence, mixture, i, belongs);
    double own = 0;
    for (std::size_t m = 0; m < volumes.size(); ++m) {
      const double part = weights[i] * evidence.frames[i] * belongs[m] / (static_cast<double>(frames) * volumes[m]);
      out.per_ml[m] += part;
      out.variance[m] += part * part;
      own += part;
    }
    out.total += own;
    out.total_variance += own * own;
  }
  return out;
}

}  // namespace vesica::nta_video
