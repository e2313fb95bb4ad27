// SPDX-License-Identifier: Apache-2.0
// Diffusion out of a slab, a long cylinder or a sphere by finite volumes, with a clock, an edge and a bath of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace vesica {

/// A body that is evenly filled at t = 0 and empties through its surface. Any units: lengths and times as those of
/// `length`, `diffusivity`, `mass_transfer` and the wanted times.
struct DiffusionProblem {
  int dimension = 1;  ///< 1: slab from its sealed plane to its face; 2: long cylinder; 3: sphere
  double length = 1;  ///< thickness from the sealed plane, or radius, at t = 0
  std::function<double(double time)> diffusivity;  ///< length² / time, the same everywhere; at least 0
  double partition = 1;                            ///< concentration in the body over that in the bath at equilibrium
  /// Coefficient of the film around the body in length / time, on the bath's side; infinite: no film.
  double mass_transfer = std::numeric_limits<double>::infinity();
  /// Volume of the well-stirred bath over the body's at t = 0; infinite: a perfect sink.
  double bath = std::numeric_limits<double>::infinity();
  /// Speed at which the surface recedes, in length / time; what the receding surface passes goes into the bath.
  double erosion = 0;
  std::size_t cells = 200;  ///< chosen: slab, cylinder and sphere agree with their series to 2e-5
  double tolerance = 1e-7;  ///< local error of one step, as a share of the load
};

/// Where the load is at the wanted times, as shares of the whole.
struct DiffusionCourse {
  std::vector<double> released;  ///< in the bath
  std::vector<double> left;      ///< in the body
  std::size_t steps = 0;
};

/// dc/dt = x^(1-d) d/dx (D(t) x^(d-1) dc/dx) on cells that are finer towards the surface and shrink with it; fluxes
/// across faces (exponentially fitted where the surface recedes, Scharfetter and Gummel 1969) leave one cell and enter
/// the next, so `released` + `left` is 1 to rounding. Second order in space; in time TR-BDF2 (Bank et al. 1985) with
/// step control. `times` ascend from 0 on; a body that is eroded away has released everything. Throws Error(kData) for
/// a diffusivity that is negative or no number, and when the problem takes more than a million steps. A promise of the
/// caller: positive length and bath, at least 8 cells, no film together with erosion.
DiffusionCourse diffuse(const DiffusionProblem& problem, std::span<const double> times);

}  // namespace vesica
