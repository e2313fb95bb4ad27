// SPDX-License-Identifier: Apache-2.0
// Ordinary least squares with fixed effects: designs from factors, contrasts, sums of squares.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include "vesica/stats/result.h"

namespace vesica::stats {

/// A grouping of rows: level[i] in 0 .. levels-1.
struct Factor {
  std::string name;
  std::vector<int> level;
  int levels = 0;
};
/// Numbers the distinct texts in order of first appearance.
Factor make_factor(std::string name, std::span<const std::string> texts);

/// One column a level: the coefficient is the mean of that level (rows x levels).
Eigen::MatrixXd indicator_columns(const Factor& factor);
/// Columns that sum to zero over the levels (last level = minus the others), rows x (levels - 1): beside indicator
/// columns of another factor they leave its coefficients the means over equally weighted levels of this one.
Eigen::MatrixXd sum_to_zero_columns(const Factor& factor);
/// Products of every column of a with every column of b: the interaction.
Eigen::MatrixXd column_products(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);
/// Blocks side by side.
Eigen::MatrixXd beside(std::span<const Eigen::MatrixXd> blocks);

struct LinearFit {
  TestStatus status = TestStatus::kEmpty;  ///< kNotSeparable when columns are linearly dependent
  Eigen::VectorXd beta;
  Eigen::MatrixXd covariance;  ///< of beta
  double residual_ss = kNoNumber;
  double residual_df = kNoNumber;
  double residual_variance = kNoNumber;
  int rank = 0;
};
/// Least squares by Householder QR with column pivoting. Without residual degrees of freedom, or with a residual that
/// is rounding noise: a status, with the sum of squares still there for comparisons of models.
LinearFit fit_linear(const Eigen::MatrixXd& design, const Eigen::VectorXd& y);
/// t test and interval of weights' beta.
TestResult linear_contrast(const LinearFit& fit, const Eigen::VectorXd& weights, double level = 0.95);

}  // namespace vesica::stats
