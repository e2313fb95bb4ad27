// SPDX-License-Identifier: Apache-2.0
// Release tests: gels that empty by a known law into a medium from which samples are taken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

namespace vesica {

struct ReleaseCurvePhantomSettings {
  std::string law = "weibull";
  double burst = 0.2;  ///< share that leaves at once, by 1 - exp(-burst_per_h t)
  double burst_per_h = 1;
  double tau_h = 100, shape = 0.8;  ///< weibull; slab: tau_h = L² / D
  double loaded = 1e10;             ///< particles
  double medium_ml = 2, sampled_ml = 0.2;
  bool replaced = true;
  std::vector<double> times_h = {1, 2, 4, 8, 24, 48, 72, 120, 168, 336};
  std::int64_t gels = 3;
  double reading_cv = 0.05;
  double limit = 0;                   ///< particles per mL; below, the file says "<limit"
  std::string unit = "particles/mL";  ///< or "RFU": a signal of 1e-6 a particle per mL
  std::string decimal_mark = "point";

  void describe(Fields& fields);
};

/// Share of the load that has left a gel: burst, then Weibull or a slab's exact series.
double release_share(const ReleaseCurvePhantomSettings& settings, double time_h);

/// A table with one row a sample, and its truth.
Rendered render_release_curve(const ReleaseCurvePhantomSettings& settings, std::uint64_t seed);

extern const Phantom kReleaseCurvePhantom;

}  // namespace vesica
