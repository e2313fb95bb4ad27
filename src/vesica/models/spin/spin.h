// SPDX-License-Identifier: Apache-2.0
// A protocol of spins acting on a size distribution, and what a tracking instrument would show of the result.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vesica/models/spin/sediment.h"

namespace vesica::spin {

/// One spin with every fact filled in.
struct Spin {
  double rcf_g = 0;
  double minutes = 0;
  Geometry rotor;
  bool rcf_at_rmax = false;  ///< where the stated RCF holds; otherwise at Rav
  Medium medium;
  bool keep_pellet = false;
  double recovery = 1;    ///< share of the pelleted particles that come back into suspension
  double carry_over = 0;  ///< residual volume over total volume: liquid that stays with the pellet

  double omega_squared() const { return angular_speed_squared(rcf_g, rcf_at_rmax ? rotor.rmax_mm : rotor.rav_mm); }
};

/// Where the particles of one size are after a spin; the three shares sum to 1.
struct Split {
  double kept = 0;       ///< in the fraction that goes on
  double discarded = 0;  ///< in the fraction that is thrown away
  double stuck = 0;      ///< pelleted and never resuspended
};
/// P pelleted, c carry-over, r recovery. Pellet kept: kept = r P + c (1 − P), discarded = (1 − c)(1 − P), stuck =
/// (1 − r) P. Supernatant kept: kept = (1 − c)(1 − P), the rest is discarded. Our choice of bookkeeping.
Split split(const Spin& step, AngleLaw law, const Density& density, double diameter_nm);
/// Product of the kept shares of all steps for one size.
double survival(std::span<const Spin> steps, AngleLaw law, const Density& density, double diameter_nm);

/// Diameter cells of equal width in ln d; `number[i]` is the number of particles in cell i.
struct Spectrum {
  std::vector<double> edge_nm;      ///< n + 1 edges, ascending
  std::vector<double> diameter_nm;  ///< n geometric middles
  std::vector<double> number;       ///< n
  std::size_t size() const { return diameter_nm.size(); }
  double total() const;
  /// Particles per nm of diameter at a position: linear between cell middles, 0 outside.
  double per_nm(double at_nm) const;
};

/// Cells from low to high nm, all numbers 0.
Spectrum make_grid(double low_nm, double high_nm, std::size_t cells);
/// The grid with a lognormal number distribution of total 1: each cell holds its exact mass, tails outside the grid are
/// dropped and the rest is normalised. `gsd` > 1. All zero when the grid holds none of it.
Spectrum lognormal(const Spectrum& grid, double median_nm, double gsd);
/// The grid with a measured curve: `numbers[i]` per nm at `diameters_nm[i]` (ascending), linear between points, zero
/// outside, total 1. All zero when the curve is empty or holds nothing positive.
Spectrum from_curve(const Spectrum& grid, std::span<const double> diameters_nm, std::span<const double> numbers);
/// The spectrum with every number multiplied by its factor.
Spectrum multiplied(const Spectrum& spectrum, std::span<const double> factors);
/// survival() at every cell middle.
std::vector<double> survival_curve(const Spectrum& grid, std::span<const Spin> steps, AngleLaw law,
                                   const Density& density);

/// What the instrument sees: particles below `limit_nm` are invisible. `width_nm` = 0 is a sharp limit (a cell that
/// straddles it counts in part); otherwise the seen share is 1 / (1 + exp(−(d − limit)/width)), our choice of a
/// logistic.
struct Detection {
  double limit_nm = 0;
  double width_nm = 0;
};
Spectrum observed(const Spectrum& spectrum, const Detection& detection);

/// Number-weighted statistics in nm, by the definitions of the catalogue. All NaN for a spectrum without particles.
struct SizeStatistics {
  double mean = 0, sd = 0, mode = 0, d10 = 0, median = 0, d90 = 0;
};
SizeStatistics statistics(const Spectrum& spectrum);

/// The parent median (lognormal, `gsd`) for which the observed mean is `mean_nm`, within [low, high] nm; `survival` as
/// from survival_curve on the same grid. Bisection on ln(median) to 0.01 nm: the observed mean rises with the median.
struct NeededMedian {
  enum class Answer { kFound, kAbove, kBelow, kNothingLeft };
  Answer answer = Answer::kNothingLeft;
  double median_nm = 0;  ///< kFound: the median; kAbove: `high`; kBelow: `low`
};
NeededMedian needed_parent_median(const Spectrum& grid, std::span<const double> survival, const Detection& detection,
                                  double gsd, double mean_nm, double low_nm, double high_nm);
/// The mean that the instrument would show for lognormal parents; NaN when nothing is left to see.
double printed_mean_nm(const Spectrum& grid, std::span<const double> survival, const Detection& detection,
                       double median_nm, double gsd);

}  // namespace vesica::spin

namespace vesica {
struct Model;
extern const Model kSpinModel;
}  // namespace vesica
