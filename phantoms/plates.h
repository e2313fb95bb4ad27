// SPDX-License-Identifier: Apache-2.0
// Plates as readers export them, with a plate map and known truth: protein by standard curves, viability over doses.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

namespace vesica {

struct ProteinPhantomSettings {
  double bottom = 0.05, top = 2.4, middle = 400, slope = 1.2;  ///< of the curve, over concentrations in ug/mL
  double blank = 0.04;                                         ///< added to every well
  double noise = 0.01;                                         ///< SD of every reading
  double noise_share = 0.02;                                   ///< and SD as a share of the signal
  std::int64_t samples = 6, repeats = 2;
  std::vector<double> dilutions = {1, 4, 16};
  double least = 50, most = 3000;  ///< ug/mL of the undiluted samples, log-spaced
  std::string decimal_mark = "point";

  void describe(Fields& fields);
};
/// A sample of known content, before any dilution.
struct ProteinSample {
  std::string name;
  double ug_per_ml = 0;
};
/// A plate of 96 wells as a reader exports it, and its map: eight standards twice, then the samples.
struct ProteinPlate {
  std::string plate, map;
};
ProteinPlate protein_plate(const ProteinPhantomSettings& settings, std::span<const ProteinSample> known,
                           std::uint64_t seed);
/// plate.csv (a grid), map.csv (grids of samples, levels, dilutions), study.toml and samples.csv, and the truth.
Rendered render_protein(const ProteinPhantomSettings& settings, std::uint64_t seed);

struct ViabilityPhantomSettings {
  double untreated = 1.6, killed = 0.12;  ///< signals without dose and at infinite dose
  double blank = 0.08;
  double ec50 = 12, slope = 1.4;
  std::vector<double> doses = {0.5, 1.5, 4.5, 13.5, 40.5, 121.5};  ///< ug/mL
  std::int64_t cultures = 3, repeats = 3;
  double noise_share = 0.04;
  double culture_cv = 0.1;  ///< spread of EC50 between cultures
  double edge_share = 0;    ///< how much less the outer wells read
  bool ldh = false;         ///< the dead cells' enzyme: `untreated` and `killed` change places, maximum release beside
  void describe(Fields& fields);
};
Rendered render_viability(const ViabilityPhantomSettings& settings, std::uint64_t seed);

extern const Phantom kProteinPhantom;
extern const Phantom kViabilityPhantom;

}  // namespace vesica
