// SPDX-License-Identifier: Apache-2.0
// Diffusion of single tracks and the likelihood of their steps.

#include <cmath>
#include <limits>
#include <numbers>

#include "vesica/assays/nta_video/nta_video_tracks.h"
#include "vesica/base/require.h"
#include "vesica/evidence/water.h"

namespace vesica::nta_video {

namespace {

constexpr double kUnit = 1000;  // nm; Stokes-Einstein is inversely proportional, any diameter does

/// Sums over both axes of a track.
struct Sums {
  double square = 0, product = 0;
  std::size_t steps = 0, pairs = 0;
};
Sums sums_of(std::span<const double> dx, std::span<const double> dy) {
  Sums out;
  for (const auto& axis : {dx, dy}) {
    for (std::size_t k = 0; k < axis.size(); ++k) {
      out.square += axis[k] * axis[k];
      ++out.steps;
      if (k + 1 == axis.size()) continue;
      out.product += axis[k] * axis[k + 1];
      ++out.pairs;
    }
  }
  return out;
}

/// Adds the squares of the orthonormal sine transform (type I) of the steps.
void add_periodogram(std::span<const double> steps, std::vector<double>& power) {
  const std::size_t n = steps.size();
  const double angle = std::numbers::pi / static_cast<double>(n + 1);
  std::vector<double> sine(2 * (n + 1));
  for (std::size_t i = 0; i < sine.size(); ++i) sine[i] = std::sin(angle * static_cast<double>(i));
  for (std::size_t k = 1; k <= n; ++k) {
    double sum = 0;
    std::size_t phase = 0;
    for (std::size_t j = 1; j <= n; ++j) {
      phase += k;
      if (phase >= sine.size()) phase -= sine.size();
      sum += steps[j - 1] * sine[phase];
    }
    power[k - 1] += 2.0 / static_cast<double>(n + 1) * sum * sum;
  }
}

}  // namespace

double Conditions::diffusion(double diameter_nm) const {
  return diffusion_um2_s(diameter_nm, temperature_c, viscosity_mpa_s);
}

double Conditions::diameter(double diffusion) const {
  if (!(diffusion > 0)) return std::numeric_limits<double>::quiet_NaN();
  return kUnit * diffusion_um2_s(kUnit, temperature_c, viscosity_mpa_s) / diffusion;
}

Diffusion diffusion_of(std::span<const double> dx, std::span<const double> dy, double frame_s, double blur) {
  VESICA_REQUIRE(dx.size() == dy.size() && frame_s > 0, "steps along both axes and a time between them");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  Diffusion out{kNone, kNone, kNone, dx.size()};
  if (dx.size() < 2) return out;
  const Sums sums = sums_of(dx, dy);
  const double square = sums.square / static_cast<double>(sums.steps);
  const double product = sums.product / static_cast<double>(sums.pairs);
  const double d = square / (2 * frame_s) + product / frame_s;
  out.d_um2_s = d;
  out.noise_um2 = blur * square + (2 * blur - 1) * product;
  const double a = out.noise_um2 / frame_s - 2 * blur * d;
  const auto n = static_cast<double>(dx.size());
  out.variance = ((6 * d * d + 4 * d * a + 2 * a * a) / n + 4 * (d + a) * (d + a) / (n * n)) / 2;
  return out;
}

LongTimes long_times(std::span<const Track> tracks) {
  constexpr std::size_t kShort = 4, kLong = 8;
  double square = 0, product = 0, steps = 0, pairs = 0, sum[2] = {0, 0}, n[2] = {0, 0}, stretches = 0;
  for (const Track& track : tracks) {
    if (track.dx.size() < 2 * kLong) continue;
    for (const std::vector<double>* axis : {&track.dx, &track.dy}) {
      const Sums own = sums_of(*axis, {});
      square += own.square, product += own.product;
      steps += static_cast<double>(own.steps), pairs += static_cast<double>(own.pairs);
      for (const int which : {0, 1}) {
        const std::size_t lag = which == 0 ? kShort : kLong;
        double place = 0;
        for (std::size_t k = 0; k < axis->size(); ++k) {
          place += (*axis)[k] - (k >= lag ? (*axis)[k - lag] : 0);
          if (k + 1 < lag) continue;
          sum[which] += place * place;
          n[which] += 1;
        }
      }
      stretches += static_cast<double>(axis->size()) / kLong;
    }
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!(pairs > 0)) return {kNone, kNone};
  const double near = square / steps / 2 + product / pairs;
  const double far = (sum[1] / n[1] - sum[0] / n[0]) / (2 * (kLong - kShort));
  // Each stretch of kLong steps gives one square of relative variance 2; the difference of both lags twice as much.
  return {far / near, 2 * std::sqrt(2 / stretches)};
}

std::vector<double> log_likelihood(const Track& track, std::span<const double> diffusion, double frame_s, double blur) {
  std::vector<double> out(diffusion.size(), 0.0);
  const std::size_t steps = track.dx.size();
  const std::size_t pieces = (steps + kLongest - 1) / kLongest;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t from = piece * steps / pieces, n = (piece + 1) * steps / pieces - from;
    std::vector<double> power(n, 0.0), cosine(n);
    add_periodogram(std::span(track.dx).subspan(from, n), power);
    add_periodogram(std::span(track.dy).subspan(from, n), power);
    for (std::size_t k = 0; k < n; ++k)
      cosine[k] = 2 * std::cos(std::numbers::pi * static_cast<double>(k + 1) / static_cast<double>(n + 1));
    for (std::size_t m = 0; m < diffusion.size(); ++m) {
      const double spread = diffusion[m] * frame_s;
      const double square = 2 * spread * (1 - 2 * blur) + 2 * track.noise_um2;
      const double product = 2 * blur * spread - track.noise_um2;
      double sum = 0, determinant = 1;
      for (std::size_t k = 0; k < n; ++k) {
        const double value = square + product * cosine[k];
        sum += power[k] / value;
        determinant *= value / square;  // near 1: one logarithm for many factors
        if (determinant < 1e-200 || determinant > 1e200) {
          out[m] -= std::log(determinant);
          determinant = 1;
        }
      }
      out[m] -= std::log(determinant) + static_cast<double>(n) * std::log(square) + sum / 2;
    }
  }
  return out;
}

sizes::Distribution size_grid(double low_nm, double high_nm, double ratio) {
  VESICA_REQUIRE(low_nm > 0 && high_nm > low_nm && ratio > 1, "a rising range of sizes");
  sizes::Distribution out;
  for (double lower = low_nm; lower < high_nm; lower *= ratio) {
    out.lower.push_back(lower);
    out.upper.push_back(lower * ratio);
    out.centre.push_back(lower * std::sqrt(ratio));
    out.amount.push_back(0);
  }
  return out;
}

}  // namespace vesica::nta_video
