// SPDX-License-Identifier: Apache-2.0
// Central distributions by Boost.Math, noncentral t by quadrature over the scale.
#include "vesica/stats/distributions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <numbers>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include "vesica/stats/root.h"
#include "vesica/stats/scale_average.h"

namespace vesica::stats {
namespace {

namespace bm = boost::math;
namespace bp = boost::math::policies;
using Quiet = bp::policy<bp::domain_error<bp::ignore_error>, bp::pole_error<bp::ignore_error>,
                         bp::overflow_error<bp::ignore_error>, bp::evaluation_error<bp::ignore_error>>;
using Normal = bm::normal_distribution<double, Quiet>;
using StudentT = bm::students_t_distribution<double, Quiet>;
using FisherF = bm::fisher_f_distribution<double, Quiet>;
using ChiSquared = bm::chi_squared_distribution<double, Quiet>;
using NoncentralF = bm::non_central_f_distribution<double, Quiet>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_probability(double p) { return p > 0 && p < 1; }

}  // namespace

double find_root(const std::function<double(double)>& f, double low, double high) {
  const double at_low = f(low);
  const double at_high = f(high);
  if (at_low == 0) return low;
  if (at_high == 0) return high;
  if (!std::isfinite(at_low) || !std::isfinite(at_high) || (at_low > 0) == (at_high > 0)) return kNoNumber;
  constexpr int kBits = 50;  // chosen: two bits short of a double, so that the last steps do not circle
  std::uintmax_t steps = 200;
  const auto root = bm::tools::toms748_solve([&](double x) { return f(x); }, low, high, at_low, at_high,
                                             bm::tools::eps_tolerance<double>(kBits), steps, Quiet());
  return root.first + (root.second - root.first) / 2;
}

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }
double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double normal_upper(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  if (p == 0) return -kInfinity;
  if (p == 1) return kInfinity;
  return is_probability(p) ? bm::quantile(Normal(), p) : kNoNumber;
}

double t_upper(double t, double df) {
  if (!(df > 0) || std::isnan(t)) return kNoNumber;
  if (std::isinf(df)) return normal_upper(t);
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  return bm::cdf(bm::complement(StudentT(df), t));
}

double t_two_sided(double t, double df) { return 2 * t_upper(std::abs(t), df); }

double t_quantile(double p, double df) {
  if (!(df > 0) || !is_probability(p)) return kNoNumber;
  return std::isinf(df) ? normal_quantile(p) : bm::quantile(StudentT(df), p);
}

double f_upper(double f, double df1, double df2) {
  if (!(df1 > 0) || !(df2 > 0) || !std::isfinite(df1) || std::isnan(f)) return kNoNumber;
  if (f <= 0) return 1;
  if (std::isinf(f)) return 0;
  if (std::isinf(df2)) return chi_squared_upper(f * df1, df1);
  return bm::cdf(bm::complement(FisherF(df1, df2), f));
}

double f_quantile_upper(double p, double df1, double df2) {
  if (!(df1 > 0) || !(df2 > 0) || !std::isfinite(df1) || !std::isfinite(df2) || !is_probability(p)) return kNoNumber;
  double rest = 0;  // 1 - share, kept apart so that neither end loses digits
  const double share = bm::ibetac_inv(df1 / 2, df2 / 2, p, &rest, Quiet());
  return df2 * share / (df1 * rest);
}

double chi_squared_upper(double x, double df) {
  if (!(df > 0) || !std::isfinite(df) || std::isnan(x)) return kNoNumber;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return bm::cdf(bm::complement(ChiSquared(df), x));
}

double noncentral_t_upper(double t, double df, double delta) {
  if (!(df > 0) || !std::isfinite(delta) || std::isnan(t)) return kNoNumber;
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  constexpr double kReach = 8;  // standard deviations beyond which a normal tail does not count
  return average_over_scale(df, std::abs(delta) + kReach, [&](double s) { return normal_upper(t * s - delta); });
}

double noncentral_t_lower(double t, double df, double delta) { return noncentral_t_upper(-t, df, -delta); }

double noncentral_t_quantile(double p, double df, double delta) {
  if (!is_probability(p) || !(df > 0) || !std::isfinite(delta)) return kNoNumber;
  const bool upper = p > 0.5;
  // The unknown is asinh(t): tails of few degrees of freedom reach over many decades.
  const auto miss = [&](double x) {
    const double t = std::sinh(x);
    return upper ? std::log((1 - p) / noncentral_t_upper(t, df, delta))
                 : std::log(noncentral_t_lower(t, df, delta) / p);
  };
  double low = std::asinh(delta) - 1;
  double high = std::asinh(delta) + 1;
  constexpr int kDoublings = 40;
  for (int i = 0; i < kDoublings && !(miss(low) <= 0); ++i) low -= 1 << std::min(i, 4);
  for (int i = 0; i < kDoublings && !(miss(high) >= 0); ++i) high += 1 << std::min(i, 4);
  return std::sinh(find_root(miss, low, high));
}

Interval noncentrality_interval(double t, double df, double level) {
  if (!std::isfinite(t) || !(df > 0) || !is_probability(level)) return {};
  const double tail = (1 - level) / 2;
  constexpr double kSmallest = 1e-300;  // keeps logarithms finite
  // The lower limit makes P(T > t) = tail, the upper one P(T < t) = tail. P(T > t) rises with delta.
  const auto solve = [&](auto probability, double sign) {
    const auto miss = [&](double delta) { return std::log(std::max(probability(delta), kSmallest) / tail); };
    double near = t;
    double step = 1 + std::abs(t) / 4;
    double far = t + sign * step;
    for (int i = 0; i < 60 && miss(far) > 0; ++i) {
      near = far;
      far += sign * step;
      step *= 1.5;
    }
    for (int i = 0; i < 60 && miss(near) < 0; ++i) near -= sign * step;
    return find_root(miss, std::min(near, far), std::max(near, far));
  };
  Interval interval;
  interval.low = solve([&](double delta) { return noncentral_t_upper(t, df, delta); }, -1.0);
  interval.high = solve([&](double delta) { return noncentral_t_lower(t, df, delta); }, 1.0);
  interval.level = level;
  return interval;
}

double noncentral_f_upper(double f, double df1, double df2, double lambda) {
  if (!(df1 > 0) || !(df2 > 0) || !(lambda >= 0) || !std::isfinite(df1) || !std::isfinite(df2) ||
      !std::isfinite(lambda) || std::isnan(f)) {
    return kNoNumber;
  }
  if (f <= 0) return 1;
  if (lambda == 0) return f_upper(f, df1, df2);
  try {
    return bm::cdf(bm::complement(NoncentralF(df1, df2, lambda), f));
  } catch (const std::exception&) {  // the series did not settle within its limit of terms
    return kNoNumber;
  }
}

}  // namespace vesica::stats
