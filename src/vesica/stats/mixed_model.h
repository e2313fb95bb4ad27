// SPDX-License-Identifier: Apache-2.0
// Linear mixed model with random intercepts, nested or crossed: REML, Satterthwaite degrees of freedom.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include "vesica/stats/linear_model.h"
#include "vesica/stats/result.h"

namespace vesica::stats {

/// One random intercept's variance, or the residual's (named "residual", last).
struct VarianceComponent {
  std::string name;
  double variance = kNoNumber;
  double se = kNoNumber;     ///< from the observed information; NaN at the boundary
  bool at_boundary = false;  ///< the likelihood is highest at variance 0: the factor is as good as absent
  int levels = 0;            ///< of the factor; 0 for the residual
};

/// y = X beta + sum_j Z_j b_j + e, b_j ~ N(0, s_j²), e ~ N(0, s²).
struct MixedFit {
  TestStatus status = TestStatus::kEmpty;
  Eigen::VectorXd beta;
  Eigen::MatrixXd covariance;                 ///< of beta, (X'V⁻¹X)⁻¹
  std::vector<VarianceComponent> components;  ///< random factors in the order given, then the residual
  double deviance = kNoNumber;                ///< -2 log restricted likelihood, constants as in lme4 and SAS
  int iterations = 0;
  std::string trouble;  ///< for kNotSeparable: the factor that cannot be told apart

  // What Satterthwaite's formula needs: the derivative of covariance by each variance that is not at its boundary, and
  // the covariance matrix of these variances.
  std::vector<Eigen::MatrixXd> slopes;
  Eigen::MatrixXd variance_covariance;
};

/// Restricted maximum likelihood by Newton's method on the variances, bounded at 0. All random effects must be
/// separable: a factor with one level, with as many levels as rows, or lying within the fixed effects is kNotSeparable
/// and named in `trouble`; replicates that never differ are kNoVariance. The cost grows with the cube of the number of
/// random levels (200: some milliseconds), hardly with rows. (Patterson & Thompson 1971, 10.1093/biomet/58.3.545; Bates
/// et al. 2015, 10.18637/jss.v067.i01.)
MixedFit fit_mixed(const Eigen::MatrixXd& design, std::span<const double> y, std::span<const Factor> random);

/// t test of weights'beta with nu = 2 v²/(g'A g): v its variance, g the gradient of v by the variances, A their
/// covariance, twice the inverse Hessian of the deviance (Satterthwaite 1946, 10.2307/3002019; Giesbrecht & Burns
/// 1985). Variances at the boundary do not enter: then the test is that of the model without the factor.
TestResult mixed_contrast(const MixedFit& fit, const Eigen::VectorXd& weights, double level = 0.95);
/// F test of all rows of `hypotheses` at once; the denominator joins the degrees of freedom of orthogonal contrasts
/// (Fai & Cornelius 1996, 10.1080/00949659608811740), as lmerTest does.
TestResult mixed_f_test(const MixedFit& fit, const Eigen::MatrixXd& hypotheses);

}  // namespace vesica::stats
