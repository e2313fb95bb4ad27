// SPDX-License-Identifier: Apache-2.0
// Least squares by QR; ranks decide which effects can be told apart.
#include "vesica/stats/linear_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/require.h"
#include "vesica/stats/distributions.h"

namespace vesica::stats {

Factor make_factor(std::string name, std::span<const std::string> texts) {
  Factor factor;
  factor.name = std::move(name);
  std::map<std::string, int> known;
  for (const auto& text : texts) {
    factor.level.push_back(known.emplace(text, static_cast<int>(known.size())).first->second);
  }
  factor.levels = static_cast<int>(known.size());
  return factor;
}

Eigen::MatrixXd indicator_columns(const Factor& factor) {
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(factor.level.size()), factor.levels);
  for (std::size_t i = 0; i < factor.level.size(); ++i) {
    VESICA_REQUIRE(factor.level[i] >= 0 && factor.level[i] < factor.levels, "a level outside the factor");
    columns(static_cast<Eigen::Index>(i), factor.level[i]) = 1;
  }
  return columns;
}

Eigen::MatrixXd sum_to_zero_columns(const Factor& factor) {
  const Eigen::MatrixXd all = indicator_columns(factor);
  const Eigen::Index kept = std::max(0, factor.levels - 1);
  if (kept == 0) return Eigen::MatrixXd(all.rows(), 0);
  return all.leftCols(kept).colwise() - all.col(kept);
}

Eigen::MatrixXd column_products(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd products(a.rows(), a.cols() * b.cols());
  for (Eigen::Index i = 0; i < a.cols(); ++i) {
    for (Eigen::Index j = 0; j < b.cols(); ++j) products.col(i * b.cols() + j) = a.col(i).cwiseProduct(b.col(j));
  }
  return products;
}

Eigen::MatrixXd beside(std::span<const Eigen::MatrixXd> blocks) {
  Eigen::Index columns = 0;
  for (const auto& block : blocks) columns += block.cols();
  Eigen::MatrixXd all(blocks.empty() ? 0 : blocks.front().rows(), columns);
  Eigen::Index next = 0;
  for (const auto& block : blocks) {
    all.middleCols(next, block.cols()) = block;
    next += block.cols();
  }
  return all;
}

LinearFit fit_linear(const Eigen::MatrixXd& design, const Eigen::VectorXd& y) {
  LinearFit fit;
  if (y.size() == 0 || design.cols() == 0) return fit;
  VESICA_REQUIRE(design.rows() == y.size(), "one row of the design a value");
  fit.status = TestStatus::kNotFinite;
  if (!y.allFinite() || !design.allFinite()) return fit;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
  fit.rank = static_cast<int>(qr.rank());
  // Beyond the rank, Q'y holds the residual in rotated coordinates: no cancellation of large fitted values.
  const Eigen::VectorXd rotated = qr.householderQ().adjoint() * y;
  fit.residual_ss = rotated.tail(y.size() - fit.rank).squaredNorm();
  fit.residual_df = static_cast<double>(y.size() - fit.rank);
  constexpr double kRounding = 1e-13;  // chosen: a few hundred rounding errors of the values
  const double noise = kRounding * y.cwiseAbs().maxCoeff();
  if (fit.rank < design.cols()) {
    fit.status = TestStatus::kNotSeparable;
  } else if (fit.residual_df < 1) {
    fit.status = TestStatus::kNotEnoughUnits;
  } else if (fit.residual_ss <= noise * noise * fit.residual_df) {
    fit.status = TestStatus::kNoVariance;
  } else {
    fit.status = TestStatus::kOk;
  }
  if (fit.status != TestStatus::kOk) return fit;
  fit.residual_variance = fit.residual_ss / fit.residual_df;
  fit.beta = qr.solve(y);
  const Eigen::MatrixXd triangle = qr.matrixR().topRows(design.cols()).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd inverse =
      triangle.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(design.cols(), design.cols()));
  const Eigen::MatrixXd permuted = qr.colsPermutation() * inverse;
  fit.covariance = fit.residual_variance * permuted * permuted.transpose();
  return fit;
}

TestResult linear_contrast(const LinearFit& fit, const Eigen::VectorXd& weights, double level) {
  TestResult result = without_answer("linear_contrast", fit.status);
  if (!result.ok()) return result;
  result.statistic_name = "t";
  result.estimate = weights.dot(fit.beta);
  result.se = std::sqrt(weights.dot(fit.covariance * weights));
  result.df = fit.residual_df;
  result.statistic = result.estimate / result.se;
  result.p = t_two_sided(result.statistic, result.df);
  const double half = t_quantile(0.5 + level / 2, result.df) * result.se;
  result.interval = {result.estimate - half, result.estimate + half, level};
  return result;
}

}  // namespace vesica::stats
