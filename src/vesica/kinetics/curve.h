// SPDX-License-Identifier: Apache-2.0
// A smooth curve through measured points that never overshoots them: what an input of a model follows.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace vesica::kinetics {

/// Monotone piecewise cubic through (x, y): slopes at the points by Fritsch & Butland's weighted harmonic mean (1984,
/// 10.1137/0905021) and the three-point ends of PCHIP, within the region of Fritsch & Carlson (1980, 10.1137/0717021):
/// between two points the curve stays between their values. Before the first and after the last point it holds their
/// values, its slope there is 0. One point is a constant. At a point, slope() and curvature() are those of the piece to
/// its right (after the last point: 0). A time that is not a number gives NaN.
class Curve {
 public:
  Curve() = default;
  /// Throws Error(kData) that names `item` and the offending point when x is not strictly ascending, the lengths
  /// differ, there is no point, or a number is not finite.
  Curve(std::span<const double> x, std::span<const double> y, const std::string& item);

  double value(double x) const;
  double slope(double x) const;      ///< first derivative
  double curvature(double x) const;  ///< second derivative
  /// Exact integral of value() from `a` to `b` (negative when b < a).
  double integral(double a, double b) const;
  const std::vector<double>& knots() const { return x_; }

 private:
  struct Piece {
    double offset, slope, square, cube;  ///< of (x - knot)
  };
  struct Spot {
    Piece piece;
    double distance;
  };
  Spot find(double x) const;
  double integral_from_start(double x) const;

  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<Piece> pieces_;      ///< one between two points
  std::vector<double> integrals_;  ///< from the first point to each
};

}  // namespace vesica::kinetics
