// SPDX-License-Identifier: Apache-2.0
// Distributions of the largest of several correlated t values: Tukey's studentised range and Dunnett's maximum.
#pragma once

#include <span>
#include <vector>

namespace vesica::stats {

/// P(Q > q) for the range of k normal values over an independent standard deviation with df degrees of freedom (may be
/// infinite): the average over s of 1 - k∫φ(z)[Φ(z) - Φ(z - qs)]^(k-1) dz (Copenhaver & Holland 1988,
/// 10.1080/00949658808811082). Absolute error < 1e-13, small tails to about 1e-10 relative. NaN for k < 2, df <= 0,
/// NaN.
double studentised_range_upper(double q, int k, double df);
/// q with P(Q > q) = p.
double studentised_range_quantile(double p, int k, double df);

enum class Sides { kTwo, kOne };

/// P(max |T_i| > d) (two-sided) or P(max T_i > d) (one-sided) for t values that share one standard deviation and are
/// correlated as lambda_i * lambda_j (Dunnett 1955, 10.1080/01621459.1955.10501294). Each lambda in [0, 1); NaN
/// otherwise.
double dunnett_upper(double d, std::span<const double> lambda, double df, Sides sides);
/// d with upper tail p.
double dunnett_quantile(double p, std::span<const double> lambda, double df, Sides sides);
/// lambda_i = sqrt(n_i / (n_i + n_control)), the product structure of comparisons with one control.
std::vector<double> dunnett_lambda(double n_control, std::span<const double> n_treated);
/// The product structure lambda_i * lambda_j nearest to a correlation matrix (row-major, m x m) in least squares over
/// the off-diagonal: exact for comparisons with one control in one-way and complete block layouts, an approximation
/// where blocks are incomplete (the factor-analytic method of Hsu 1992, 10.1080/10618600.1992.10477010).
std::vector<double> product_correlation(std::span<const double> correlation, std::size_t m);

}  // namespace vesica::stats
