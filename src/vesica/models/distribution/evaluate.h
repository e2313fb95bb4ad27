// SPDX-License-Identifier: Apache-2.0
// Rows of model distribution for many settings at once: networks are made once a structure and run as an ensemble.
#pragma once

#include <span>

#include "vesica/contract/contract.h"
#include "vesica/models/distribution/distribution.h"

namespace vesica::distribution {

/// Model::evaluate(). Rows: course.amount, course.concentration, course.dose_fraction and course.dose_fraction_per_g of
/// every target at every time; course.auc of every target from 0 to the last time; of plasma course.half_life_initial
/// (from the peak, not before one minute, to half of it), course.half_life (ln 2 over the slope of the logarithm over
/// the last third of what is above kFaint of the peak), course.mean_residence_time and, given into a vein,
/// course.clearance, all with the area continued by that slope. Times: the scenario's, else five minutes to duration_h.
/// Ports: `local_input` (a curve, the route must be local; the dose is then what the curve ends with) and `dose` (a
/// number in place of the setting). Throws Error(kConfig) for what doses_of() and body_weight_kg() refuse, and for
/// ports that contradict the route.
Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> settings, std::span<const Taken> taken,
                     const Context& context);

/// Below this share of its peak a plasma curve is not used for slopes (chosen: far above the integrator's tolerance).
inline constexpr double kFaint = 1e-4;

}  // namespace vesica::distribution
