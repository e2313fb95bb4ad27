// SPDX-License-Identifier: Apache-2.0
// Whether repeated readings agree with the curve drawn through them.
#include <algorithm>
#include <map>

#include <boost/math/distributions/fisher_f.hpp>

#include "vesica/solve/standard_curve.h"

namespace vesica {

namespace {

/// P(F > f).
double upper(double f, double more, double rest) {
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(more, rest), f));
}

}  // namespace

double no_effect_p(const CurveFit& fit, std::span<const StandardReading> points) {
  double mean = 0, total = 0, rest = 0;
  for (const StandardReading& point : points) mean += point.y / static_cast<double>(points.size());
  for (const StandardReading& point : points) {
    total += (point.y - mean) * (point.y - mean);
    rest += (point.y - fit.at(point.x)) * (point.y - fit.at(point.x));
  }
  const std::size_t parameters = fit.points - std::min(fit.points, fit.freedom);
  if (fit.freedom == 0 || parameters < 2 || !(total > rest)) return 1;
  if (!(rest > 0)) return 0;
  const auto more = static_cast<double>(parameters - 1), freedom = static_cast<double>(fit.freedom);
  return upper((total - rest) / more / (rest / freedom), more, freedom);
}

double lack_of_fit_p(const CurveFit& fit, std::span<const StandardReading> points) {
  std::map<double, std::vector<double>> places;
  for (const StandardReading& point : points) places[point.x].push_back(point.y);
  double pure = 0, lack = 0;
  std::size_t freedom = 0;
  for (const auto& [x, readings] : places) {
    double mean = 0;
    for (const double y : readings) mean += y / static_cast<double>(readings.size());
    for (const double y : readings) pure += (y - mean) * (y - mean);
    lack += static_cast<double>(readings.size()) * (mean - fit.at(x)) * (mean - fit.at(x));
    freedom += readings.size() - 1;
  }
  const std::size_t parameters = fit.points - std::min(fit.points, fit.freedom);
  if (places.size() <= parameters || freedom < 2 || !(pure > 0)) return 1;
  const auto more = static_cast<double>(places.size() - parameters), rest = static_cast<double>(freedom);
  return upper(lack / more / (pure / rest), more, rest);
}

}  // namespace vesica
