// SPDX-License-Identifier: Apache-2.0
// A study of lots of preparations: tables of tracking, microscopy, light scattering and protein with known spread.
#pragma once

#include "phantoms/phantoms.h"

namespace vesica {

struct PreparationsPhantomSettings {
  std::int64_t lots = 12;
  std::vector<double> storage_days = {0};  ///< one preparation (aliquot) of each lot a time
  double median_nm = 100;                  ///< hydrodynamic, before the detection limit
  double gsd = 1.35;
  double per_ml = 2e11;
  double donor_sd = 0.1, lot_sd = 0.2, repeat_sd = 0.07;  ///< of logarithms of the concentration
  double loss_per_day = 0;                                ///< of the logarithm
  double explained = 0.6;                                 ///< share of the protein that is of vesicles
  std::string plant = "none";                             ///< a contradiction in the second lot

  void describe(Fields& fields);
};

extern const Phantom kPreparationsPhantom;

}  // namespace vesica
