// SPDX-License-Identifier: Apache-2.0
// Both integrals by trapezoidal rules, which converge exponentially for analytic integrands with Gaussian ends.
#include "vesica/stats/studentised.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/stats/distributions.h"
#include "vesica/stats/root.h"
#include "vesica/stats/scale_average.h"

namespace vesica::stats {
namespace {

constexpr double kReach = 8.5;      // normal density beyond: below 1e-16 of its top
constexpr double kSharpness = 6.5;  // where ranges and maxima change, in standard deviations
constexpr double kGaussStep = 0.7;  // trapezoidal step in units of the narrowest Gaussian's deviation: error e^-40
constexpr double kNothing = 80;     // a range this large has probability 0 in double precision

// 1 - W(w): the upper tail of the range of k standard normal values. The nodes lie symmetrically about w/2, so that
// the tails at z and at z - w are the same table read from both ends.
class RangeTail {
 public:
  explicit RangeTail(int k) : k_(k) {
    const double step = kGaussStep / std::sqrt(static_cast<double>(k));
    half_ = static_cast<int>(std::ceil((kReach + 1) / step));
    step_ = step;
    tail_.resize(static_cast<std::size_t>(2 * half_ + 1));
  }

  double operator()(double w) {
    if (w <= 0) return 1;
    if (w > kNothing) return 0;
    for (int j = -half_; j <= half_; ++j) tail_[at(j)] = normal_upper(w / 2 + j * step_);
    double sum = 0;
    for (int j = -half_; j <= half_; ++j) {
      const double below = 1 - tail_[at(j)];  // Φ(z)
      const double gone = tail_[at(-j)];      // Φ(z - w)
      if (below <= 0) continue;
      const double share = gone >= below ? 1 : -std::expm1((k_ - 1) * std::log1p(-gone / below));
      const double z = w / 2 + j * step_;
      sum += normal_density(z) * power(below) * share;
    }
    return std::min(1.0, k_ * sum * step_);
  }

 private:
  std::size_t at(int j) const { return static_cast<std::size_t>(j + half_); }
  double power(double x) const { return std::pow(x, k_ - 1); }

  int k_;
  int half_;
  double step_;
  std::vector<double> tail_;
};

// 1 - P(no T_i beyond d): the factor z shared by all comparisons is integrated, equal lambdas are taken together.
class MaximumTail {
 public:
  MaximumTail(std::span<const double> lambda, Sides sides) : sides_(sides) {
    for (const double value : lambda) ++terms_[value];
    double sharp = 1;
    for (const auto& [value, count] : terms_) {
      largest_ = std::max(largest_, value);
      sharp += count * value * value / (1 - value * value);
    }
    step_ = kGaussStep / std::sqrt(sharp);
  }

  double operator()(double w) const {
    if (w > kNothing) return 0;
    const double reach = kReach + largest_ * std::abs(w);
    const int half = static_cast<int>(std::ceil(reach / step_));
    double sum = 0;
    // Two-sided tails are even in z: half the line is enough.
    for (int j = sides_ == Sides::kTwo ? 0 : -half; j <= half; ++j) {
      const double z = j * step_;
      const double weight = normal_density(z) * (sides_ == Sides::kTwo && j > 0 ? 2 : 1);
      sum += weight * beyond(w, z);
    }
    return std::clamp(sum * step_, 0.0, 1.0);
  }

 private:
  double beyond(double w, double z) const {
    double log_within = 0;
    for (const auto& [value, count] : terms_) {
      const double root = std::sqrt((1 - value) * (1 + value));
      double out = normal_upper((w + value * z) / root);
      if (sides_ == Sides::kTwo) out += normal_upper((w - value * z) / root);
      if (out >= 1) return 1;
      log_within += count * std::log1p(-out);
    }
    return -std::expm1(log_within);
  }

  Sides sides_;
  std::map<double, int> terms_;
  double largest_ = 0;
  double step_ = 0;
};

// The argument at which a decreasing tail equals p; the search runs in logarithms of both.
template <typename Tail>
double tail_quantile(double p, double low, const Tail& tail) {
  if (!(p > 0 && p < 1)) return kNoNumber;
  constexpr double kSmallest = 1e-300;
  const auto miss = [&](double x) { return std::log(p / std::max(tail(x), kSmallest)); };
  double high = std::max(1.0, low + 1);
  for (int i = 0; i < 60 && miss(high) < 0; ++i) high = high * 2 + 1;
  for (int i = 0; i < 60 && miss(low) > 0; ++i) low = low * 2 - 1;
  return find_root(miss, low, high);
}

bool usable(std::span<const double> lambda) {
  return !lambda.empty() && std::all_of(lambda.begin(), lambda.end(), [](double l) { return l >= 0 && l < 1; });
}

}  // namespace

double studentised_range_upper(double q, int k, double df) {
  if (k < 2 || !(df > 0) || std::isnan(q)) return kNoNumber;
  if (q <= 0) return 1;
  if (std::isinf(q)) return 0;
  RangeTail tail(k);
  return average_over_scale(df, kSharpness, [&](double s) { return tail(q * s); });
}

double studentised_range_quantile(double p, int k, double df) {
  if (k < 2 || !(df > 0)) return kNoNumber;
  return tail_quantile(p, 0, [&](double q) { return studentised_range_upper(q, k, df); });
}

double dunnett_upper(double d, std::span<const double> lambda, double df, Sides sides) {
  if (!usable(lambda) || !(df > 0) || std::isnan(d)) return kNoNumber;
  if (sides == Sides::kTwo && d <= 0) return 1;
  if (std::isinf(d)) return d > 0 ? 0 : 1;
  const MaximumTail tail(lambda, sides);
  return average_over_scale(df, kSharpness, [&](double s) { return tail(d * s); });
}

double dunnett_quantile(double p, std::span<const double> lambda, double df, Sides sides) {
  if (!usable(lambda) || !(df > 0)) return kNoNumber;
  return tail_quantile(p, 0, [&](double d) { return dunnett_upper(d, lambda, df, sides); });
}

std::vector<double> dunnett_lambda(double n_control, std::span<const double> n_treated) {
  std::vector<double> lambda;
  lambda.reserve(n_treated.size());
  for (const double n : n_treated) lambda.push_back(std::sqrt(n / (n + n_control)));
  return lambda;
}

std::vector<double> product_correlation(std::span<const double> correlation, std::size_t m) {
  std::vector<double> lambda(m, 0.0);
  if (m == 0 || correlation.size() != m * m) return {};
  double sum = 0;
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) sum += i == j ? 0 : correlation[i * m + j];
  }
  const double mean = m > 1 ? std::max(0.0, sum / static_cast<double>(m * (m - 1))) : 0;
  std::fill(lambda.begin(), lambda.end(), std::sqrt(mean));
  if (m < 2) return lambda;
  if (m == 2) return lambda;  // one correlation: equal lambdas are exact
  constexpr int kSweeps = 500;
  constexpr double kHighest = 0.9999;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {  // one lambda at a time; each step is the exact least-squares one
    double moved = 0;
    for (std::size_t i = 0; i < m; ++i) {
      double above = 0;
      double below = 0;
      for (std::size_t j = 0; j < m; ++j) {
        if (j == i) continue;
        above += correlation[i * m + j] * lambda[j];
        below += lambda[j] * lambda[j];
      }
      const double next = below > 0 ? std::clamp(above / below, 0.0, kHighest) : 0;
      moved = std::max(moved, std::abs(next - lambda[i]));
      lambda[i] = next;
    }
    if (moved < 1e-13) break;
  }
  return lambda;
}

}  // namespace vesica::stats
