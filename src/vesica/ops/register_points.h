// SPDX-License-Identifier: Apache-2.0
// Registration of two channels by points that both show: beads.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace vesica {

/// A place, in pixels.
struct PlanePoint {
  double x = 0, y = 0;
};

/// (x, y) -> (xx x + xy y + dx, yx x + yy y + dy).
struct Affine2 {
  double xx = 1, xy = 0, yx = 0, yy = 1, dx = 0, dy = 0;
  PlanePoint operator()(const PlanePoint& p) const { return {xx * p.x + xy * p.y + dx, yx * p.x + yy * p.y + dy}; }
};

struct PointRegistration {
  Affine2 map;                        ///< from the second channel's places to the first's
  bool affine = false;                ///< false: a translation
  std::size_t pairs = 0;              ///< points that both channels show
  std::size_t first = 0, second = 0;  ///< points given
  /// Root mean square of what is left along x and along y, corrected for the numbers fitted; NaN below two pairs more
  /// than the fit needs.
  double residual_px = std::numeric_limits<double>::quiet_NaN();
  bool trusted = false;  ///< at least 3 pairs and half of the sparser channel's points (chosen)
};

/// How the second channel lies against the first. The shift that brings most points together is voted for in steps of a
/// pixel within `reach_px`; pairs are each other's nearest within a radius that shrinks from 2 pixels to three times
/// what is left; a least-squares affine map when at least 6 pairs spread over both directions (smaller standard
/// deviation at least a tenth of the larger; both chosen), else their mean shift. No or too few points: the identity,
/// not trusted. Misleads when beads sit on a regular grid finer than the shift.
PointRegistration register_points(std::span<const PlanePoint> first, std::span<const PlanePoint> second,
                                  double reach_px);

}  // namespace vesica
