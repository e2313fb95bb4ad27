// SPDX-License-Identifier: Apache-2.0
// What the designs of spins share: draws of what is not known exactly, bands, rotors as the laws need them.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "vesica/contract/sampling.h"
#include "vesica/design/spin.h"
#include "vesica/models/spin/predict.h"

namespace vesica::design {

/// The settings of draw `index`: every number that stands at its evidence row's value is drawn from the row's range.
/// Keyed by row: designs and models that share a row share its draw.
spin::Settings drawn(const spin::Settings& settings, std::uint64_t seed, std::size_t index);
/// The contaminants as they are typically, and of a draw.
std::vector<spin::Particle> typical_particles(const spin::Settings& settings);
std::vector<spin::Particle> drawn_particles(const spin::Settings& settings, std::uint64_t seed, std::size_t index);

/// The central 95 % of the draws around a value.
Band band_of(double value, std::vector<double> draws);
/// bands[k] of values[k], from rows(index) for every draw; the rows of a draw stand in `draws` when it is not null.
std::vector<Band> bands_over_draws(const std::vector<double>& values, std::int64_t count,
                                   const std::function<std::vector<double>(std::size_t)>& rows, const Context& context,
                                   std::vector<std::vector<double>>* draws = nullptr);

/// The rotor with its tube. Throws Error(kConfig), with the next step, when its bore is needed and not known.
spin::Geometry known_geometry(const RotorRow& rotor, double tube_bore_mm);
/// Stated or else the rotor's highest speed. Throws Error(kConfig) for a stated speed above the rotor's, or when
/// neither is known.
double highest_rpm(const RotorRow& rotor, double stated_rpm);
/// The liquid that the settings describe.
spin::Medium medium_of(const spin::Settings& settings);
/// rpm, forces and minutes of a spin with this product of squared angular speed and time (1/s).
Speed speed_at(const spin::Geometry& rotor, double rpm, double force_time);
double omega_squared_of(double rpm);

}  // namespace vesica::design
