// SPDX-License-Identifier: Apache-2.0
// How a number differs between individuals: the distributions that virtual populations are drawn from.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "vesica/base/random.h"

namespace vesica::kinetics {

enum class DistributionKind { kFixed, kNormal, kLogNormal, kUniform, kLogUniform };
const char* to_text(DistributionKind kind);

/// `a` and `b` are: the value (kFixed); mean and standard deviation (kNormal); median and standard deviation of the
/// natural logarithm (kLogNormal); lower and upper end (kUniform, kLogUniform). Values outside [low, high] do not
/// occur: the distribution is truncated, not clamped.
struct Distribution {
  DistributionKind kind = DistributionKind::kFixed;
  double a = 0, b = 0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Reads "lognormal(0.3, 0.2)", "normal(70, 10, 40, 120)" (two more numbers are the bounds), "uniform(0, 1)",
/// "loguniform(1e-3, 1)", or a plain number. Throws Error(kData) with `item` as place when the words or numbers make no
/// distribution (unknown name, sd below 0, median or ends not above 0, no probability between the bounds).
Distribution parse_distribution(std::string_view text, const std::string& item);
/// The shortest text that parse_distribution() reads back to the same distribution.
std::string to_text(const Distribution& distribution);

/// One draw, by inversion of the distribution function at one uniform number: exactly one number is taken from `random`
/// whatever the distribution and its bounds. The normal quantile is Wichura's AS 241 (1988, 10.2307/2347330), relative
/// error about 1e-16.
double draw(const Distribution& distribution, Random& random);
/// The value below which the share `p` of the (truncated) distribution lies; p in (0, 1).
double quantile(const Distribution& distribution, double p);
double median(const Distribution& distribution);

}  // namespace vesica::kinetics
