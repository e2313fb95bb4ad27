// SPDX-License-Identifier: Apache-2.0
// Centrifugation: what the model `spin` predicts and a counting assay can measure.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kLivshits = "Livshits et al. 2015, 10.1038/srep17319";

constexpr Quantity kEntries[] = {
    {"isolation.cutoff_diameter", "cut-off diameter d*", "smallest diameter that a step pellets completely", "nm", 0,
     1e5, 10, 1000, Scale::kLog, 3, 1e-9, "Diameter at which the pelleted fraction reaches 1.", kLivshits},
    {"isolation.fraction_pelleted", "fraction pelleted", "share of particles of one diameter in the pellet", "1", 0, 1,
     0, 1, Scale::kLogit, 3, 1e-9,
     "Particles in the pellet divided by particles at the start of the step, by diameter.", kLivshits, "diameter",
     "nm"},
    {"isolation.k_factor", "k-factor", "clearing factor of a rotor at a speed", "S.h", 0, 1e7, 10, 1e4, Scale::kLog, 4,
     1e-9, "ln(Rmax/Rmin) · 10¹³ / (3600 ω²).", kLivshits},
};

}  // namespace

std::span<const Quantity> isolation() { return kEntries; }

}  // namespace vesica::catalogue
