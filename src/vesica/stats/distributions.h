// SPDX-License-Identifier: Apache-2.0
// Probabilities and quantiles of the standard and the noncentral distributions; tails are relative-accurate.
#pragma once

#include "vesica/stats/result.h"

namespace vesica::stats {

// Arguments outside a distribution's domain (df <= 0, p outside (0, 1), NaN) give NaN, never an exception.

double normal_density(double z);
double normal_cdf(double z);
double normal_upper(double z);     ///< P(Z > z)
double normal_quantile(double p);  ///< z with P(Z <= z) = p; 0 and 1 give -inf and +inf

double t_upper(double t, double df);      ///< P(T > t); df may be infinite
double t_two_sided(double t, double df);  ///< P(|T| > |t|)
double t_quantile(double p, double df);   ///< t with P(T <= t) = p

double f_upper(double f, double df1, double df2);           ///< P(F > f)
double f_quantile_upper(double p, double df1, double df2);  ///< f with P(F > f) = p
double chi_squared_upper(double x, double df);              ///< P(X > x)

/// P(T > t) for T = (Z + delta) / sqrt(chi2(df)/df): the noncentral t, by the trapezoidal rule over log scale
/// (absolute error < 1e-14; relative error of small tails < 1e-10).
double noncentral_t_upper(double t, double df, double delta);
double noncentral_t_lower(double t, double df, double delta);
/// t with P(T <= t) = p.
double noncentral_t_quantile(double p, double df, double delta);
/// The noncentralities for which the observed t lies on the upper and lower (1 - level)/2 tail (Steiger & Fouladi
/// 1997): the exact interval of a standardised mean times the root of n.
Interval noncentrality_interval(double t, double df, double level);

/// P(F > f) for the noncentral F with noncentrality lambda (sum of squared standardised effects).
double noncentral_f_upper(double f, double df1, double df2, double lambda);

}  // namespace vesica::stats
