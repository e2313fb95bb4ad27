// SPDX-License-Identifier: Apache-2.0
// Distributions of diameters in bins: totals, percentiles, mode, moments, other bins.
#pragma once

#include <cstddef>
#include <vector>

namespace vesica::sizes {

/// Bins of one distribution, ascending: edges and centre in nm, `amount` = concentration (or count) per bin.
struct Distribution {
  std::vector<double> lower, upper, centre, amount;
};

/// Multiplies every edge and centre: d_true = d_reported * eta_used / eta_true; amounts stay.
void scale_sizes(Distribution& bins, double factor);
double total(const Distribution& bins);

/// Diameter below which the share p (0 to 1) of the particles lies, linear inside the bin from its lower edge: what NTA
/// 3.4 prints; NTA 3.2 prints exactly 1.000 nm less. NaN when nothing is in the bins.
double percentile(const Distribution& bins, double p);
/// Vertex of the parabola through the densities of the highest bin and its two neighbours (equal maxima: the first);
/// the bin centre when they are not three or do not bend down. NaN when nothing is in the bins.
double mode(const Distribution& bins);

/// Everything that a distribution is summarised by; NaN throughout (total 0) when nothing is in the bins.
struct SizeSummary {
  double total, mean, mode, sd, d10, d50, d90, span;
  double surface_um2;  ///< sum of amount * pi d^2
  double volume_um3;   ///< sum of amount * pi/6 d^3
};
/// Mean and SD over bin centres, weighted by the amounts; SD with the total as divisor (a distribution, not a sample).
SizeSummary summarise(const Distribution& bins);

/// The same particles on bins of `width_nm` from 0 (edges at its multiples), each old bin spread evenly over its width:
/// videos at different temperatures then share positions. Amounts are conserved. Bounded to kMaxGridBins bins; empty
/// when that is not enough.
Distribution regrid(const Distribution& bins, double width_nm);
inline constexpr std::size_t kMaxGridBins = 100000;  // chosen: 100 um at 1 nm

}  // namespace vesica::sizes
