// SPDX-License-Identifier: Apache-2.0
// Bracketed roots of monotone functions, for quantiles and sample sizes.
#pragma once

#include <functional>

namespace vesica::stats {

/// The root of f in [low, high] to about 50 bits (TOMS 748, Alefeld, Potra, Shi 1995); NaN when f has the same sign at
/// both ends or is not finite there.
double find_root(const std::function<double(double)>& f, double low, double high);

}  // namespace vesica::stats
