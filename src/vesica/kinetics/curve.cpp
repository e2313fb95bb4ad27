// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::kinetics {

namespace {

/// Slope at an end from the two nearest secants, cut back so that the first piece stays monotone (PCHIP's rule).
double end_slope(double h0, double h1, double d0, double d1) {
  const double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (slope * d0 <= 0) return 0;
  if (d0 * d1 <= 0 && std::fabs(slope) > 3 * std::fabs(d0)) return 3 * d0;  // 3: border of Fritsch & Carlson's region
  return slope;
}

std::vector<double> monotone_slopes(const std::vector<double>& h, const std::vector<double>& d) {
  const std::size_t n = h.size() + 1;
  if (n == 2) return {d[0], d[0]};
  std::vector<double> slopes(n, 0.0);
  slopes[0] = end_slope(h[0], h[1], d[0], d[1]);
  slopes[n - 1] = end_slope(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    if (d[i - 1] * d[i] <= 0) continue;
    const double w0 = 2 * h[i] + h[i - 1], w1 = h[i] + 2 * h[i - 1];
    slopes[i] = (w0 + w1) / (w0 / d[i - 1] + w1 / d[i]);
  }
  return slopes;
}

void check(std::span<const double> x, std::span<const double> y, const std::string& item) {
  if (x.size() != y.size() || x.empty())
    throw Error(ErrorKind::kData,
                say("A curve needs as many times as values, at least one; here are {} and {}.", x.size(), y.size()),
                Place{"", 0, 0, item});
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i]))
      throw Error(ErrorKind::kData,
                  say("Point {} of a curve is not a number: ({}, {}).", i + 1, exact_number(x[i]), exact_number(y[i])),
                  Place{"", 0, 0, item});
    if (i > 0 && x[i] <= x[i - 1])
      throw Error(
          ErrorKind::kData,
          say("The times of a curve must ascend: {} comes after {}.", exact_number(x[i]), exact_number(x[i - 1])),
          Place{"", 0, 0, item});
  }
}

}  // namespace

Curve::Curve(std::span<const double> x, std::span<const double> y, const std::string& item) {
  check(x, y, item);
  x_.assign(x.begin(), x.end());
  y_.assign(y.begin(), y.end());
  integrals_.push_back(0);
  if (x_.size() == 1) return;
  std::vector<double> h, d;
  for (std::size_t i = 0; i + 1 < x_.size(); ++i) {
    h.push_back(x_[i + 1] - x_[i]);
    d.push_back((y_[i + 1] - y_[i]) / h.back());
  }
  const std::vector<double> m = monotone_slopes(h, d);
  for (std::size_t i = 0; i < h.size(); ++i) {
    const Piece p{y_[i], m[i], (3 * d[i] - 2 * m[i] - m[i + 1]) / h[i], (m[i] + m[i + 1] - 2 * d[i]) / (h[i] * h[i])};
    pieces_.push_back(p);
    const double s = h[i];
    integrals_.push_back(integrals_.back() + s * (p.offset + s * (p.slope / 2 + s * (p.square / 3 + s * p.cube / 4))));
  }
}

Curve::Spot Curve::find(double x) const {
  if (x_.empty() || x < x_.front()) return {{y_.empty() ? 0.0 : y_.front(), 0, 0, 0}, 0};
  if (x >= x_.back()) return {{y_.back(), 0, 0, 0}, 0};
  const auto i = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin());
  if (i > pieces_.size() || i == 0) return {{x, 0, 0, 0}, 0};  // x is not a number
  return {pieces_[i - 1], x - x_[i - 1]};
}

double Curve::value(double x) const {
  const auto [p, s] = find(x);
  return p.offset + s * (p.slope + s * (p.square + s * p.cube));
}

double Curve::slope(double x) const {
  const auto [p, s] = find(x);
  return p.slope + s * (2 * p.square + s * 3 * p.cube) + (std::isnan(x) ? x : 0);
}

double Curve::curvature(double x) const {
  const auto [p, s] = find(x);
  return 2 * p.square + 6 * s * p.cube + (std::isnan(x) ? x : 0);
}

double Curve::integral_from_start(double x) const {
  if (x_.empty()) return 0;
  if (x <= x_.front()) return (x - x_.front()) * y_.front();
  if (x >= x_.back()) return integrals_.back() + (x - x_.back()) * y_.back();
  const auto [p, s] = find(x);
  const auto i = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin()) - 1;
  return integrals_[std::min(i, integrals_.size() - 1)] +
         s * (p.offset + s * (p.slope / 2 + s * (p.square / 3 + s * p.cube / 4)));
}

double Curve::integral(double a, double b) const {
  if (std::isnan(a) || std::isnan(b)) return a + b;
  return integral_from_start(b) - integral_from_start(a);
}

}  // namespace vesica::kinetics
