// SPDX-License-Identifier: Apache-2.0
// Where vesicles go: reaction networks of perfused organs, phagocytes, CSF and sites of injection, as data.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/kinetics/dose.h"
#include "vesica/kinetics/network.h"
#include "vesica/models/distribution/settings.h"

namespace vesica {
extern const Model kDistributionModel;
}  // namespace vesica

namespace vesica::distribution {

/// What decides the equations; everything else is a number of the individual. Settings that agree in it share one
/// compiled network.
struct Structure {
  std::string species, route, label;  ///< label "none": nobody looks but us
  bool two_compartments = false;
  bool fed = false;       ///< the local site is filled by a curve
  bool infused = false;   ///< some dose has a duration
  bool exposure = false;  ///< integrals over time are wanted

  auto operator<=>(const Structure&) const = default;
};
Structure structure_of(const Settings& settings);

/// The network. Time in h, volumes in mL, amounts as shares of the total dose (so that tolerances mean the same for
/// every dose); `dose` is that total in particles and matters for saturation alone. Spaces of organ X: X_blood,
/// X_tissue, X_cells (phagocytes, or cells of brain, cord and local site); with a label each has a twin `..._seen` that
/// loses it, and X_kept is what digestion leaves of it there. Symbols for reports: amount_T, concentration_T,
/// signal_T for each target T, auc_T and aumc_T with exposure. Formulas: distribution.md.
kinetics::Network make_network(const Structure& structure);
/// The same with these doses (shares of the total) as starting amounts and events, for those who take it elsewhere.
kinetics::Network make_network(const Structure& structure, const std::vector<kinetics::Dose>& doses);
/// The network of one individual with its numbers and doses as declared values: what write_sbml() makes a file of.
/// Throws Error(kUnsupported) for more than kMostMoments moments of dosing.
kinetics::Network stated_network(const Settings& settings);
inline constexpr std::size_t kMostMoments = 1000;  ///< chosen: as many events

/// The species (state) that a dose by this route is added to.
std::string_view site_of(const Structure& structure);

/// The organs and pools that are reported: "plasma", organs, "csf", then the pool of the route ("nose", "peritoneum",
/// "subcutis", "local"). Two compartments: "plasma" alone.
std::vector<std::string> targets_of(const Structure& structure);

/// The numbers of one individual by symbol, in an order that depends on the structure alone. `total` is all particles
/// given.
std::vector<std::pair<std::string, double>> numbers_of(const Structure& structure, const Settings& settings,
                                                       double total);

/// Closed form of the minimal model: concentration over dose (1/volume) at time t after a bolus,
/// ((alpha - k21) e^(-alpha t) + (k21 - beta) e^(-beta t)) / (V (alpha - beta)), alpha and beta the roots of
/// s^2 - (k12 + k21 + ke) s + k21 ke. The limit alpha = beta (k12 = 0, k21 = ke) is taken where they coincide.
double two_compartments_bolus(double volume, double k12, double k21, double ke, double t);

}  // namespace vesica::distribution
