// SPDX-License-Identifier: Apache-2.0
// Time courses of known kinetics: a table of particles per mL in plasma of animals that differ.
#pragma once

#include "phantoms/phantoms.h"

namespace vesica {

struct CoursePhantomSettings {
  std::int64_t subjects = 6;
  double dose = 1e10;  ///< particles, into the blood at once
  double clearance_ml_per_h = 4;
  double exchange_ml_per_h = 3;
  double central_ml = 1.5, peripheral_ml = 5;
  double between = 0.2;  ///< SD of the logarithm of each of these between animals
  double noise = 0.1;    ///< SD of the logarithm of one value
  std::vector<double> times_h = {0.083, 0.25, 0.5, 1, 2, 4, 8, 12};
  double limit_per_ml = 0;  ///< what the instrument does not see is written as "<limit"; 0: sees all

  void describe(Fields& fields);
};

extern const Phantom kCoursePhantom;

}  // namespace vesica
