// SPDX-License-Identifier: Apache-2.0
// Whether repeated readings agree with the curve drawn through them.
#include <algorithm>
#include <map>

#include <boost/math/distributions/fisher_f.hpp>

#include "vesica/solve/standard_curve.h"

namespace vesica {

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
  const double f = lack / more / (pure / rest);
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(more, rest), f));
}

}  // namespace vesica
