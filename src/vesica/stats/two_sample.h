// SPDX-License-Identifier: Apache-2.0
// t tests of one sample, of two and of pairs.
#pragma once

#include <span>

#include "vesica/stats/result.h"

namespace vesica::stats {

// Every estimate is mean(x) - mean(y). Fewer than two values in a sample, no spread in either (a standard error below
// ten rounding errors of the means, as R's t.test), NaN: a status.

/// Welch's t test, the default: nu = (s1²/n1 + s2²/n2)² / Σ (s_i²/n_i)²/(n_i - 1) (Welch
/// 1947, 10.1093/biomet/34.1-2.28).
TestResult welch_t(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// Student's t test with pooled variance; misleads when variances and sizes differ together.
TestResult student_t(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// Paired t test: x[i] and y[i] belong together; unequal lengths are kBadShape.
TestResult paired_t(std::span<const double> x, std::span<const double> y, double level = 0.95);
/// One sample against a fixed number.
TestResult one_sample_t(std::span<const double> x, double against = 0, double level = 0.95);

}  // namespace vesica::stats
