// SPDX-License-Identifier: Apache-2.0
// Closed forms, bounds, and the certified values of NIST's nonlinear reference problems.
#include "vesica/solve/least_squares.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace vesica {
namespace {

/// A line through points, whose least squares have a closed form.
LeastSquaresProblem line_through(const std::vector<double>& x, const std::vector<double>& y) {
  LeastSquaresProblem problem;
  problem.residuals = x.size();
  problem.evaluate = [x, y](std::span<const double> p, std::span<double> out) {
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = y[i] - p[0] - p[1] * x[i];
  };
  return problem;
}

TEST(LeastSquares, LinesHaveTheirClosedForm) {
  const std::vector<double> x = {0, 1, 2, 3, 4}, y = {1.1, 2.9, 5.2, 7.1, 8.7};
  const LeastSquaresFit fit = fit_least_squares(line_through(x, y), {0, 0});
  // Sxx = 10, Sxy = 19.4, means 2 and 5: slope 1.94, intercept 1.12.
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.values[1], 1.94, 1e-12);
  EXPECT_NEAR(fit.values[0], 1.12, 1e-12);
  double rss = 0;
  for (std::size_t i = 0; i < x.size(); ++i) rss += std::pow(y[i] - 1.12 - 1.94 * x[i], 2);
  EXPECT_NEAR(fit.sum_of_squares, rss, 1e-12);
  EXPECT_EQ(fit.freedom, 3u);
  EXPECT_NEAR(fit.standard_error(1), std::sqrt(rss / 3 / 10), 1e-9);
  EXPECT_NEAR(fit.standard_error(0), std::sqrt(rss / 3 * (1.0 / 5 + 4.0 / 10)), 1e-9);
  EXPECT_NEAR(fit.covariance[1], -2 * rss / 3 / 10, 1e-9);  // -mean(x) s^2 / Sxx
}

TEST(LeastSquares, BoundsHold) {
  const std::vector<double> x = {0, 1, 2, 3, 4}, y = {1.1, 2.9, 5.2, 7.1, 8.7};
  LeastSquaresProblem problem = line_through(x, y);
  problem.low = {-10, -10}, problem.high = {10, 1.5};
  const LeastSquaresFit bounded = fit_least_squares(problem, {0, 0});
  ASSERT_TRUE(bounded.converged);
  EXPECT_EQ(bounded.values[1], 1.5);
  EXPECT_NEAR(bounded.values[0], 5 - 1.5 * 2, 1e-10) << "the mean less the held slope";
  EXPECT_TRUE(bounded.at_bound[1]);
  EXPECT_TRUE(std::isnan(bounded.standard_error(1)));
  problem.low = {0, -10}, problem.high = {0, 10};
  const LeastSquaresFit fixed = fit_least_squares(problem, {3, 0});
  EXPECT_EQ(fixed.values[0], 0);
  EXPECT_NEAR(fixed.values[1], (2.9 + 2 * 5.2 + 3 * 7.1 + 4 * 8.7) / 30, 1e-10) << "through the origin";
  EXPECT_FALSE(fixed.at_bound[0]);
  EXPECT_EQ(fixed.standard_error(0), 0);
  EXPECT_EQ(fixed.freedom, 4u);
}

TEST(LeastSquares, DegenerateProblemsSaySo) {
  const LeastSquaresFit same = fit_least_squares(line_through({2, 2, 2}, {1, 2, 3}), {0, 0});
  EXPECT_TRUE(std::isnan(same.standard_error(0))) << "slope and intercept cannot be told apart";
  const LeastSquaresFit few = fit_least_squares(line_through({1, 2}, {1, 2}), {0, 0});
  EXPECT_EQ(few.freedom, 0u);
  EXPECT_TRUE(std::isnan(few.residual_sd()));
  LeastSquaresProblem broken;
  broken.residuals = 2;
  broken.evaluate = [](std::span<const double>, std::span<double> out) {
    out[0] = out[1] = std::numeric_limits<double>::quiet_NaN();
  };
  const LeastSquaresFit none = fit_least_squares(broken, {1});
  EXPECT_FALSE(none.converged);
  EXPECT_EQ(none.values[0], 1);
}

using Model = double (*)(std::span<const double>, double);

double gauss(std::span<const double> b, double x) {
  return b[0] * std::exp(-b[1] * x) + b[2] * std::exp(-(x - b[3]) * (x - b[3]) / (b[4] * b[4])) +
         b[5] * std::exp(-(x - b[6]) * (x - b[6]) / (b[7] * b[7]));
}

double chwirut(std::span<const double> b, double x) { return std::exp(-b[0] * x) / (b[1] + b[2] * x); }

const std::map<std::string, Model>& nist_models() {
  static const std::map<std::string, Model> models = {
      {"Misra1a", [](std::span<const double> b, double x) { return b[0] * (1 - std::exp(-b[1] * x)); }},
      {"Misra1b", [](std::span<const double> b, double x) { return b[0] * (1 - std::pow(1 + b[1] * x / 2, -2)); }},
      {"Misra1c", [](std::span<const double> b, double x) { return b[0] * (1 - std::pow(1 + 2 * b[1] * x, -.5)); }},
      {"Misra1d", [](std::span<const double> b, double x) { return b[0] * b[1] * x / (1 + b[1] * x); }},
      {"Chwirut1", chwirut},
      {"Chwirut2", chwirut},
      {"DanielWood", [](std::span<const double> b, double x) { return b[0] * std::pow(x, b[1]); }},
      {"Gauss1", gauss},
      {"Gauss2", gauss},
      {"Gauss3", gauss}};
  return models;
}

struct NistProblem {
  std::vector<double> start[2], certified, errors, x, y;
  double rss = 0;
};

/// The file's own layout: parameters as "b1 = start1 start2 value sd", then the sums, then y and x.
NistProblem read_nist(const std::string& path) {
  NistProblem out;
  std::ifstream file(path);
  std::string line;
  bool data = false;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    double a = 0, b = 0, c = 0, d = 0;
    std::string equals;
    if (data) {
      std::istringstream numbers(line);
      if (numbers >> a >> b) out.y.push_back(a), out.x.push_back(b);
    } else if (first.size() == 2 && first[0] == 'b' && words >> equals >> a >> b >> c >> d && equals == "=") {
      out.start[0].push_back(a), out.start[1].push_back(b), out.certified.push_back(c), out.errors.push_back(d);
    } else if (line.find("Residual Sum of Squares:") != std::string::npos) {
      out.rss = std::stod(line.substr(line.find(':') + 1));
    } else if (line.starts_with("Data:") && line.find('y') != std::string::npos &&
               line.find("Response") == std::string::npos) {
      data = true;
    }
  }
  return out;
}

double digits(double value, double certified) {
  if (value == certified) return 11;
  return std::min(11.0, -std::log10(std::abs(value - certified) / std::abs(certified)));
}

TEST(DataNistNonlinear, CertifiedValuesFromBothStarts) {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr || *data == '\0') GTEST_SKIP() << "VESICA_DATA is not set";
  double worst = 11, worst_error = 11;
  for (const auto& [name, model] : nist_models()) {
    const NistProblem nist = read_nist(std::string(data) + "/stats/nist_strd_nls/inst/original/" + name + ".dat");
    ASSERT_GT(nist.x.size(), 5u) << name;
    LeastSquaresProblem problem;
    problem.residuals = nist.x.size();
    problem.evaluate = [&nist, f = model](std::span<const double> b, std::span<double> out) {
      for (std::size_t i = 0; i < nist.x.size(); ++i) out[i] = nist.y[i] - f(b, nist.x[i]);
    };
    for (const std::vector<double>& start : nist.start) {
      const LeastSquaresFit fit = fit_least_squares(problem, start);
      EXPECT_TRUE(fit.converged) << name;
      EXPECT_GE(digits(fit.sum_of_squares, nist.rss), 9) << name;
      for (std::size_t i = 0; i < start.size(); ++i) {
        worst = std::min(worst, digits(fit.values[i], nist.certified[i]));
        worst_error = std::min(worst_error, digits(fit.standard_error(i), nist.errors[i]));
        EXPECT_GE(digits(fit.values[i], nist.certified[i]), 10) << name << " b" << i + 1;
        EXPECT_GE(digits(fit.standard_error(i), nist.errors[i]), 8) << name << " b" << i + 1;
      }
    }
  }
  RecordProperty("certified_digits_of_values", std::to_string(worst));
  RecordProperty("certified_digits_of_errors", std::to_string(worst_error));
  std::cout << "at least " << worst << " certified digits of values, " << worst_error << " of standard deviations\n";
}

}  // namespace
}  // namespace vesica
