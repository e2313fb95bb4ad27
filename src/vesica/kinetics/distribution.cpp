// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica::kinetics {

namespace {

using Coefficients = std::array<double, 8>;

double ratio(const Coefficients& top, const Coefficients& bottom, double r) {
  double a = 0, b = 0;
  for (std::size_t i = 8; i-- > 0;) {
    a = a * r + top[i];
    b = b * r + bottom[i];
  }
  return a / b;
}

/// Standard normal quantile, AS 241 (Wichura 1988, 10.2307/2347330), routine PPND16 with its constants.
double normal_quantile(double p) {
  static constexpr Coefficients kA{3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                   1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                   3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr Coefficients kB{1.0,
                                   4.2313330701600911252e+1,
                                   6.8718700749205790830e+2,
                                   5.3941960214247511077e+3,
                                   2.1213794301586595867e+4,
                                   3.9307895800092710610e+4,
                                   2.8729085735721942674e+4,
                                   5.2264952788528545610e+3};
  static constexpr Coefficients kC{1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                   3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr Coefficients kD{1.0,
                                   2.05319162663775882187e0,
                                   1.67638483018380384940e0,
                                   6.89767334985100004550e-1,
                                   1.48103976427480074590e-1,
                                   1.51986665636164571966e-2,
                                   5.47593808499534494600e-4,
                                   1.05075007164441684324e-9};
  static constexpr Coefficients kE{6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                   2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr Coefficients kF{1.0,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) return q * ratio(kA, kB, 0.180625 - q * q);
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  r = r <= 5 ? ratio(kC, kD, r - 1.6) : ratio(kE, kF, r - 5);
  return q < 0 ? -r : r;
}

double normal_share(double z) { return 0.5 * std::erfc(-z * 0.70710678118654752440); }  // sqrt(1/2)

/// The share p of a standard normal truncated to [low, high]. Above the mean the mirror image is used: tails keep
/// their digits.
double truncated_normal(double p, double low, double high) {
  if (low > 0) return -truncated_normal(1 - p, -high, -low);
  const double begin = normal_share(low), end = normal_share(high);
  return std::clamp(normal_quantile(begin + p * (end - begin)), low, high);
}

[[noreturn]] void refuse(std::string_view text, const std::string& item, const std::string& why) {
  throw Error(ErrorKind::kData, say("\"{}\" is no distribution: {}.", shortened(text), why), Place{"", 0, 0, item},
              say("Write normal(mean, sd), lognormal(median, sd of the logarithm), uniform(low, high), loguniform(low, "
                  "high) or "
                  "a number; two more numbers are bounds."));
}

std::vector<double> numbers_in(std::string_view text, std::string_view whole, const std::string& item) {
  std::vector<double> numbers;
  for (const std::string_view part : split(text, ',')) {
    const auto value = parse_number(trim(part));
    if (!value || std::isnan(*value)) refuse(whole, item, say("\"{}\" is not a number", shortened(trim(part))));
    numbers.push_back(*value);
  }
  return numbers;
}

DistributionKind kind_of(std::string_view name, std::string_view whole, const std::string& item) {
  for (const auto kind : {DistributionKind::kNormal, DistributionKind::kLogNormal, DistributionKind::kUniform,
                          DistributionKind::kLogUniform})
    if (equals_ignoring_case(name, to_text(kind))) return kind;
  refuse(whole, item, say("the name \"{}\" is not known", shortened(name)));
}

bool is_log(DistributionKind kind) {
  return kind == DistributionKind::kLogNormal || kind == DistributionKind::kLogUniform;
}

/// Where the calculation happens: the logarithm for the log kinds.
double scaled(const Distribution& d, double x) {
  if (!is_log(d.kind)) return x;
  return x > 0 ? std::log(x) : -std::numeric_limits<double>::infinity();
}

/// Less probability than this between the bounds is none (chosen: above the smallest normal numbers).
constexpr double kLeastShare = 1e-290;

double share_between_bounds(const Distribution& d) {
  const bool spread = d.kind == DistributionKind::kNormal || d.kind == DistributionKind::kLogNormal;
  if (!spread) return std::max(d.a, d.low) <= std::min(d.b, d.high) ? 1 : 0;
  if (d.b == 0) return d.a >= d.low && d.a <= d.high ? 1 : 0;
  const double low = (scaled(d, d.low) - scaled(d, d.a)) / d.b, high = (scaled(d, d.high) - scaled(d, d.a)) / d.b;
  return low > 0 ? normal_share(-low) - normal_share(-high) : normal_share(high) - normal_share(low);
}

void check(const Distribution& d, std::string_view text, const std::string& item) {
  const bool spread = d.kind == DistributionKind::kNormal || d.kind == DistributionKind::kLogNormal;
  if (!std::isfinite(d.a) || !std::isfinite(d.b)) refuse(text, item, say("its numbers must be finite"));
  if (spread && d.b < 0) refuse(text, item, say("the standard deviation {} is below 0", exact_number(d.b)));
  if (!spread && d.b < d.a) refuse(text, item, say("the upper end is below the lower end"));
  if (is_log(d.kind) && !(d.a > 0)) refuse(text, item, say("a logarithm needs numbers above 0"));
  if (!(d.low <= d.high)) refuse(text, item, say("the upper bound is below the lower bound"));
  if (!(share_between_bounds(d) > kLeastShare)) refuse(text, item, say("there is nothing between its bounds"));
}

}  // namespace

const char* to_text(DistributionKind kind) {
  switch (kind) {
    case DistributionKind::kFixed:
      return "fixed";
    case DistributionKind::kNormal:
      return "normal";
    case DistributionKind::kLogNormal:
      return "lognormal";
    case DistributionKind::kUniform:
      return "uniform";
    case DistributionKind::kLogUniform:
      return "loguniform";
  }
  return "";
}

Distribution parse_distribution(std::string_view text, const std::string& item) {
  const std::string_view whole = trim(text);
  const std::size_t open = whole.find('(');
  Distribution d;
  if (open == std::string_view::npos) {
    const auto value = parse_number(whole);
    if (!value || !std::isfinite(*value))
      refuse(whole, item, say("it is neither a number nor a known name with numbers"));
    d.a = d.b = *value;
    return d;
  }
  if (whole.back() != ')') refuse(whole, item, say("the closing bracket is missing"));
  d.kind = kind_of(trim(whole.substr(0, open)), whole, item);
  const auto numbers = numbers_in(whole.substr(open + 1, whole.size() - open - 2), whole, item);
  if (numbers.size() != 2 && numbers.size() != 4)
    refuse(whole, item, say("it has {} number(s) instead of 2 or 4", numbers.size()));
  d.a = numbers[0];
  d.b = numbers[1];
  if (numbers.size() == 4) {
    d.low = numbers[2];
    d.high = numbers[3];
  }
  check(d, whole, item);
  return d;
}

std::string to_text(const Distribution& d) {
  if (d.kind == DistributionKind::kFixed) return exact_number(d.a);
  std::string text = std::string(to_text(d.kind)) + "(" + exact_number(d.a) + ", " + exact_number(d.b);
  if (std::isfinite(d.low) || std::isfinite(d.high)) text += ", " + exact_number(d.low) + ", " + exact_number(d.high);
  return text + ")";
}

double quantile(const Distribution& d, double p) {
  const bool log = is_log(d.kind);
  if (d.kind == DistributionKind::kFixed || d.b == (d.kind == DistributionKind::kUniform ? d.a : 0)) return d.a;
  double value = 0;
  if (d.kind == DistributionKind::kNormal || d.kind == DistributionKind::kLogNormal) {
    const double centre = scaled(d, d.a);
    value = centre + d.b * truncated_normal(p, (scaled(d, d.low) - centre) / d.b, (scaled(d, d.high) - centre) / d.b);
  } else {
    const double low = scaled(d, std::max(d.a, d.low)), high = scaled(d, std::min(d.b, d.high));
    value = low + p * (high - low);
  }
  return std::clamp(log ? std::exp(value) : value, d.low, d.high);  // rounding may leave the bounds by one bit
}

double draw(const Distribution& distribution, Random& random) { return quantile(distribution, random.uniform()); }

double median(const Distribution& distribution) { return quantile(distribution, 0.5); }

}  // namespace vesica::kinetics
