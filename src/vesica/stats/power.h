// SPDX-License-Identifier: Apache-2.0
// Power of t tests and one-way analyses, the n that would do, and the smallest effect that n can see.
#pragma once

#include "vesica/stats/result.h"

namespace vesica::stats {

enum class Layout {
  kTwoSample,  ///< n units in each of two groups, pooled variance
  kPaired,     ///< n pairs; sd is that of the differences
  kOneSample,  ///< n units
};

/// Power of the two-sided t test to find a true difference `delta` with standard deviation `sd` and n units a group, by
/// the noncentral t. A significant result of the wrong sign is no success (as R's power.t.test). n may be a fraction.
/// NaN for n < 2, sd <= 0, alpha outside (0, 1).
double power_t(Layout layout, double n, double delta, double sd, double alpha = 0.05);
/// Two groups of unequal size and spread: Welch's degrees of freedom at the true variances in the noncentral t (an
/// approximation, within 0.01 for n >= 5).
double power_welch(double n1, double n2, double delta, double sd1, double sd2, double alpha = 0.05);
/// The n per group (fraction; round up) that reaches `power`; 2 when two are already enough; NaN when delta is 0 or
/// more than 10 million would be needed.
double n_for_power(Layout layout, double power, double delta, double sd, double alpha = 0.05);
/// The smallest true difference that n units a group find with `power`.
double detectable_difference(Layout layout, double n, double power, double sd, double alpha = 0.05);

/// Power of the one-way analysis: k groups of n, `between` the variance of the group means around their mean with
/// divisor k - 1 (as R's power.anova.test), `within` the variance of units: noncentrality (k - 1) n between/within.
double power_anova(int k, double n, double between, double within, double alpha = 0.05);
/// The n per group for that power.
double n_for_power_anova(int k, double power, double between, double within, double alpha = 0.05);

/// What measuring more objects per unit can buy: the sd of a unit mean sqrt(between_units + within_units/m), and the
/// design effect 1 + (m - 1) rho with rho = between/(between + within).
double unit_mean_sd(double between_units, double within_units, double objects_per_unit);
double intraclass_correlation(double between_units, double within_units);
double design_effect(double objects_per_unit, double intraclass_correlation);

}  // namespace vesica::stats
