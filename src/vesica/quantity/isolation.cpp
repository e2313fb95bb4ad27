// SPDX-License-Identifier: Apache-2.0
// Centrifugation: what the model `spin` predicts and a counting assay can measure.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kLivshits = "Livshits et al. 2015, 10.1038/srep17319";
constexpr std::string_view kChoice = "bookkeeping of model spin; our choice";

constexpr Quantity kEntries[] = {
    {"isolation.cutoff_diameter", "cut-off diameter d*", "smallest diameter that a step pellets completely", "nm", 0,
     1e5, 10, 1000, Scale::kLog, 3, 1e-9, "Diameter at which the pelleted fraction reaches 1.", kLivshits},
    {"isolation.fraction_pelleted", "fraction pelleted", "share of particles of one diameter in the pellet", "1", 0, 1,
     0, 1, Scale::kLogit, 3, 1e-9,
     "Particles in the pellet divided by particles at the start of the step, by diameter.", kLivshits, "diameter",
     "nm"},
    {"isolation.k_factor", "k-factor", "clearing factor of a rotor at a speed", "S.h", 0, 1e7, 10, 1e4, Scale::kLog, 4,
     1e-9, "ln(Rmax/Rmin) · 10¹³ / (3600 ω²).", kLivshits},
    {"isolation.sedimentation_coefficient", "sedimentation coefficient s", "speed of settling by acceleration", "S",
     -1e9, 1e9, -1e5, 1e6, Scale::kLinear, 4, 1e-9,
     "d² (ρ − ρm) / (18 η) of a vesicle in the liquid of the step; negative when it floats.", kLivshits, "diameter",
     "nm"},
    {"isolation.yield", "yield", "share of the vesicles in the medium that is in the final preparation", "1", 0, 1, 0,
     1, Scale::kLogit, 3, 1e-9,
     "Vesicles of all diameters after the last step divided by vesicles before the first, whatever an instrument sees.",
     kChoice},
    {"isolation.fraction_lost", "fraction lost", "share of the vesicles in the medium that one step loses", "1", 0, 1,
     0, 1, Scale::kLogit, 3, 1e-9,
     "Vesicles discarded or stuck in the step divided by vesicles before the first step; losses and yield sum to 1.",
     kChoice},
    {"isolation.copelleted_fraction", "co-pelleted fraction", "share of a contaminant that is in the final preparation",
     "1", 0, 1, 0, 1, Scale::kLogit, 3, 1e-9,
     "Particles of the contaminant after the last step divided by those before the first; the target names it.",
     kChoice},
    {"isolation.detection_limit", "detection limit", "smallest diameter that the instrument is taken to see", "nm", 0,
     1e5, 10, 200, Scale::kLog, 3, 1e-9,
     "Particles below it are left out of the predicted sizes; an assumption of the scenario, not a result.", kChoice},
};

}  // namespace

std::span<const Quantity> isolation() { return kEntries; }

}  // namespace vesica::catalogue
