// SPDX-License-Identifier: Apache-2.0
// Uptake by cells: binding, internalisation, recycling, lysis, escape; and the share of cells that shows vesicles.
#pragma once

#include <optional>

#include "vesica/kinetics/network.h"

namespace vesica::uptake {

/// Vesicles that diffusion can bring to one cell, as volume of medium per hour: 4π D R (Smoluchowski 1917), in mL/h,
/// with D = kT/(3π η d). Diameter in nm, radius of the cell in um, temperature in °C, viscosity in mPa·s. At 100 nm, 8
/// um, 37 °C, 0.692 mPa·s: 2.4e-6, or 2,400 vesicles an hour at 1e9/mL. NaN for what is not above 0.
double encounter_ml_per_h(double diameter_nm, double cell_radius_um, double temperature_c, double viscosity_mpa_s);

/// Which counts of labelled vesicles a cell shows. `shape` of the negative binomial (variance m + m²/shape); none:
/// Poisson.
struct Detection {
  int least = 1;                     ///< vesicles from which on a cell is called positive; at least 1
  std::optional<double> shape = {};  ///< of differences between cells
  double false_share = 0;            ///< positive without any vesicle, as the control shows
};

/// Share of cells called positive when a cell holds `mean` labelled vesicles on average: a + (1 − a) · P(count ≥
/// least). For Poisson counts and one vesicle a + (1 − a)(1 − exp(−mean)). NaN for a negative or NaN mean, shape not
/// above 0, least below 1, a share outside 0 to 1. Exact to 1e-12 through the incomplete gamma and beta functions.
double positive_share(double mean, const Detection& detection);

/// Whether the medium is a well whose vesicles cells use up, or follows a course that is given (an organ).
enum class Medium { kWell, kCourse };

/// The network of one average cell, in vesicles per cell; receptors in excess (Vesica's field notes: binding, recycling
/// and lysis of first order). With e vesicles per mL, v = volume / cells the medium of one cell:
///     de/dt = −(k_b e − k_off B − k_rec I) / v          (well)
///     e     = max(0, c(t) − (B + T) / v)                (a course c(t) of the tissue: what cells took comes out of it)
///     dB/dt = k_b e − (k_off + k_int) B
///     dI/dt = k_int B − k_exit I,  k_exit = k_rec + k_lys + k_esc
///     dT/dt = k_int B − k_rec I           taken in and not given back: what label shows
///     dC/dt = k_esc μ I − (k_deg + k_dil) C
/// Symbols: medium (1/mL), bound, inside, taken, copies; parameters volume_per_cell (mL), k_bind (mL/h), k_off, k_in,
/// k_recycle, k_lysis, k_escape, k_loss (1/h), copies_per_vesicle. Time in hours.
kinetics::Network make_network(Medium medium);

}  // namespace vesica::uptake

namespace vesica {
struct Model;
extern const Model kUptakeModel;
}  // namespace vesica
