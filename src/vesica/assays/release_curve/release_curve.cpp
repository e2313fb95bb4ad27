// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/release_curve/release_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vesica::release_curve {

std::vector<Amount> released_amounts(std::span<const Sampling> samples, double medium_ml, double reading_cv) {
  std::vector<Amount> out;
  double volume = medium_ml, taken = 0, most_taken = 0, variance_taken = 0, last = 0, last_most = 0, last_variance = 0;
  for (const Sampling& sample : samples) {
    if (std::isfinite(sample.medium_ml)) volume = sample.medium_ml;
    Amount amount;
    amount.time_h = sample.time_h;
    amount.below = sample.below;
    const bool usable = std::isfinite(sample.reading) && volume > 0;
    if (usable) {
      // Below the limit anything from 0 to it is as likely: mean half of it, variance a twelfth of its square.
      last = sample.below ? sample.reading / 2 : sample.reading;
      last_most = sample.reading;
      last_variance = sample.below ? sample.reading * sample.reading / 12 : reading_cv * reading_cv * last * last;
      amount.value = volume * last + taken;
      amount.most = volume * last_most + most_taken;
      amount.sd = std::sqrt(volume * volume * last_variance + variance_taken);
    }
    out.push_back(amount);
    taken += sample.sampled_ml * last;
    most_taken += sample.sampled_ml * last_most;
    variance_taken += sample.sampled_ml * sample.sampled_ml * last_variance;
    volume += sample.replaced_ml - sample.sampled_ml;
  }
  return out;
}

double time_of_share(std::span<const double> times_h, std::span<const double> shares, double share) {
  double before_t = 0, before = 0;
  bool any = false;
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    if (!std::isfinite(shares[i]) || !std::isfinite(times_h[i])) continue;
    any = true;
    if (shares[i] >= share) {
      if (shares[i] <= before) return before_t;
      return before_t + (times_h[i] - before_t) * (share - before) / (shares[i] - before);
    }
    before_t = times_h[i];
    before = shares[i];
  }
  return any ? std::numeric_limits<double>::infinity() : kNaN;
}

double share_at(std::span<const double> times_h, std::span<const double> shares, double time_h) {
  double before_t = 0, before = 0;
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    if (!std::isfinite(shares[i]) || !std::isfinite(times_h[i])) continue;
    if (times_h[i] >= time_h) {
      if (times_h[i] <= before_t) return shares[i];
      return before + (shares[i] - before) * (time_h - before_t) / (times_h[i] - before_t);
    }
    before_t = times_h[i];
    before = shares[i];
  }
  return kNaN;
}

double held_back(double gel_ml, double medium_ml, double partition) {
  return partition * gel_ml / (medium_ml + partition * gel_ml);
}

}  // namespace vesica::release_curve
