// SPDX-License-Identifier: Apache-2.0
// Exports of light scattering with known truth: sizes whose cumulants and distributions are one log-normal, and zeta
// potentials with the mobilities that belong to them.
#pragma once

#include "phantoms/phantoms.h"

namespace vesica {

struct DlsPhantomSettings {
  std::string layout = "zetasizer";
  std::int64_t samples = 2, repeats = 3;
  double z_average_nm = 120;  ///< median over samples
  double between = 0.2;       ///< SD of its logarithm between samples
  double repeat_cv = 0.01;    ///< between repeats of one sample
  double polydispersity = 0.15;
  double temperature_c = 25;
  double viscosity_mpa_s = 0.8872;  ///< told to the instrument; near water at 25 degrees, chosen
  bool decimal_comma = false;

  void describe(Fields& fields);
};

struct ZetaPhantomSettings {
  std::string layout = "zetasizer";
  std::int64_t samples = 2, repeats = 3;
  double zeta_mv = -22;    ///< mean over samples
  double between_mv = 4;   ///< SD between samples
  double repeat_mv = 0.8;  ///< SD between repeats
  double conductivity_ms_per_cm = 1.2;
  double temperature_c = 25;
  bool decimal_comma = false;

  void describe(Fields& fields);
};

extern const Phantom kDlsPhantom;
extern const Phantom kZetaPhantom;

}  // namespace vesica
