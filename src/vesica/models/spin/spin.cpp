// SPDX-License-Identifier: Apache-2.0
// A protocol of spins acting on a size distribution.
#include "vesica/models/spin/spin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "vesica/base/require.h"

namespace vesica::spin {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kMedianWidthNm = 0.01;  // chosen: a tenth of the last digit that instruments print

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

void normalise(std::vector<double>& number) {
  const double total = std::accumulate(number.begin(), number.end(), 0.0);
  if (!(total > 0)) return;
  for (double& n : number) n /= total;
}

/// Diameter below which `share` of the particles lie, linear inside the cell.
double quantile(const Spectrum& spectrum, double total, double share) {
  double below = 0;
  for (std::size_t i = 0; i < spectrum.size(); ++i) {
    const double n = spectrum.number[i];
    if (n > 0 && below + n >= share * total) {
      const double inside = std::clamp((share * total - below) / n, 0.0, 1.0);
      return spectrum.edge_nm[i] + inside * (spectrum.edge_nm[i + 1] - spectrum.edge_nm[i]);
    }
    below += n;
  }
  return spectrum.edge_nm.back();
}

double cell_per_nm(const Spectrum& spectrum, std::size_t i) {
  return spectrum.number[i] / (spectrum.edge_nm[i + 1] - spectrum.edge_nm[i]);
}

/// Vertex of the parabola through the highest density and its neighbours in ln d; the cell itself at a cut-off.
double mode_of(const Spectrum& spectrum) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < spectrum.size(); ++i) {
    if (cell_per_nm(spectrum, i) > cell_per_nm(spectrum, best)) best = i;
  }
  if (best == 0 || best + 1 == spectrum.size()) return spectrum.diameter_nm[best];
  const double left = cell_per_nm(spectrum, best - 1), middle = cell_per_nm(spectrum, best),
               right = cell_per_nm(spectrum, best + 1);
  const double bend = left - 2 * middle + right;
  // A neighbour far below the top is the edge of a detection limit, not a slope (half: chosen).
  if (bend >= 0 || left < middle / 2 || right < middle / 2) return spectrum.diameter_nm[best];
  const double shift = 0.5 * (left - right) / bend;
  return spectrum.diameter_nm[best] * std::exp(shift * std::log(spectrum.edge_nm[best + 1] / spectrum.edge_nm[best]));
}

}  // namespace

Split split(const Spin& step, AngleLaw law, const Density& density, double diameter_nm) {
  const double tau = settling_exponent(diameter_nm, density, step.medium, step.omega_squared(), step.minutes);
  const double p = fraction_pelleted(step.rotor, law, tau), c = step.carry_over, r = step.recovery;
  Split out;
  if (step.keep_pellet) {
    out = {r * p + c * (1 - p), (1 - c) * (1 - p), (1 - r) * p};
  } else {
    out.kept = (1 - c) * (1 - p);
    out.discarded = 1 - out.kept;
  }
  return out;
}

double survival(std::span<const Spin> steps, AngleLaw law, const Density& density, double diameter_nm) {
  double kept = 1;
  for (const Spin& step : steps) {
    kept *= split(step, law, density, diameter_nm).kept;
    if (kept == 0) break;
  }
  return kept;
}

double Spectrum::total() const { return std::accumulate(number.begin(), number.end(), 0.0); }

double Spectrum::per_nm(double at_nm) const {
  if (size() < 2 || !(at_nm >= diameter_nm.front() && at_nm <= diameter_nm.back())) return 0;
  const auto right = std::upper_bound(diameter_nm.begin() + 1, diameter_nm.end() - 1, at_nm);
  const auto i = static_cast<std::size_t>(right - diameter_nm.begin());
  const double t = (at_nm - diameter_nm[i - 1]) / (diameter_nm[i] - diameter_nm[i - 1]);
  return (1 - t) * cell_per_nm(*this, i - 1) + t * cell_per_nm(*this, i);
}

Spectrum make_grid(double low_nm, double high_nm, std::size_t cells) {
  VESICA_REQUIRE(low_nm > 0 && high_nm > low_nm && cells > 0, "a grid of diameters needs a range");
  Spectrum grid;
  const double step = std::log(high_nm / low_nm) / static_cast<double>(cells);
  for (std::size_t i = 0; i <= cells; ++i) grid.edge_nm.push_back(low_nm * std::exp(step * static_cast<double>(i)));
  for (std::size_t i = 0; i < cells; ++i) grid.diameter_nm.push_back(std::sqrt(grid.edge_nm[i] * grid.edge_nm[i + 1]));
  grid.number.assign(cells, 0.0);
  return grid;
}

Spectrum lognormal(const Spectrum& grid, double median_nm, double gsd) {
  Spectrum out = grid;
  const double sigma = std::log(gsd);
  const auto z = [&](double d) { return std::log(d / median_nm) / sigma; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double a = z(grid.edge_nm[i]), b = z(grid.edge_nm[i + 1]);
    // The tail on the side of the cell: no difference of two numbers near 1.
    out.number[i] = a > 0 ? normal_cdf(-a) - normal_cdf(-b) : normal_cdf(b) - normal_cdf(a);
  }
  normalise(out.number);
  return out;
}

Spectrum from_curve(const Spectrum& grid, std::span<const double> diameters_nm, std::span<const double> numbers) {
  VESICA_REQUIRE(diameters_nm.size() == numbers.size(), "a curve has as many numbers as diameters");
  Spectrum out = grid;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double d = grid.diameter_nm[i];
    out.number[i] = 0;
    if (diameters_nm.size() < 2 || d < diameters_nm.front() || d > diameters_nm.back()) continue;
    const auto right = std::upper_bound(diameters_nm.begin() + 1, diameters_nm.end() - 1, d);
    const auto k = static_cast<std::size_t>(right - diameters_nm.begin());
    const double t = (d - diameters_nm[k - 1]) / (diameters_nm[k] - diameters_nm[k - 1]);
    const double per_nm = (1 - t) * numbers[k - 1] + t * numbers[k];
    out.number[i] = std::max(0.0, per_nm) * (grid.edge_nm[i + 1] - grid.edge_nm[i]);
  }
  normalise(out.number);
  return out;
}

Spectrum multiplied(const Spectrum& spectrum, std::span<const double> factors) {
  VESICA_REQUIRE(factors.size() == spectrum.size(), "one factor a cell");
  Spectrum out = spectrum;
  for (std::size_t i = 0; i < out.size(); ++i) out.number[i] *= factors[i];
  return out;
}

std::vector<double> survival_curve(const Spectrum& grid, std::span<const Spin> steps, AngleLaw law,
                                   const Density& density) {
  std::vector<double> out;
  out.reserve(grid.size());
  for (const double d : grid.diameter_nm) out.push_back(survival(steps, law, density, d));
  return out;
}

Spectrum observed(const Spectrum& spectrum, const Detection& detection) {
  Spectrum out = spectrum;
  for (std::size_t i = 0; i < out.size(); ++i) {
    double seen;
    if (detection.width_nm > 0) {
      seen = 1 / (1 + std::exp(-(spectrum.diameter_nm[i] - detection.limit_nm) / detection.width_nm));
    } else {
      const double low = spectrum.edge_nm[i], high = spectrum.edge_nm[i + 1];
      seen = std::clamp((high - detection.limit_nm) / (high - low), 0.0, 1.0);
    }
    out.number[i] *= seen;
  }
  return out;
}

SizeStatistics statistics(const Spectrum& spectrum) {
  const double total = spectrum.total();
  if (!(total > 0)) return {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
  double sum = 0, square = 0;
  for (std::size_t i = 0; i < spectrum.size(); ++i) sum += spectrum.number[i] * spectrum.diameter_nm[i];
  const double mean = sum / total;
  for (std::size_t i = 0; i < spectrum.size(); ++i) {
    square += spectrum.number[i] * (spectrum.diameter_nm[i] - mean) * (spectrum.diameter_nm[i] - mean);
  }
  return {mean,
          std::sqrt(square / total),
          mode_of(spectrum),
          quantile(spectrum, total, 0.1),
          quantile(spectrum, total, 0.5),
          quantile(spectrum, total, 0.9)};
}

double printed_mean_nm(const Spectrum& grid, std::span<const double> survival, const Detection& detection,
                       double median_nm, double gsd) {
  const Spectrum seen = observed(multiplied(lognormal(grid, median_nm, gsd), survival), detection);
  double total = 0, sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    total += seen.number[i];
    sum += seen.number[i] * seen.diameter_nm[i];
  }
  return total > 0 ? sum / total : kNaN;
}

NeededMedian needed_parent_median(const Spectrum& grid, std::span<const double> survival, const Detection& detection,
                                  double gsd, double mean_nm, double low_nm, double high_nm) {
  const auto mean_at = [&](double median) { return printed_mean_nm(grid, survival, detection, median, gsd); };
  const double at_low = mean_at(low_nm), at_high = mean_at(high_nm);
  if (std::isnan(at_low) && std::isnan(at_high)) return {};
  if (at_low >= mean_nm) return {NeededMedian::Answer::kBelow, low_nm};
  if (!(at_high >= mean_nm)) return {NeededMedian::Answer::kAbove, high_nm};
  double low = low_nm, high = high_nm;
  while (high - low > kMedianWidthNm) {
    const double middle = std::sqrt(low * high);
    (mean_at(middle) >= mean_nm ? high : low) = middle;
  }
  return {NeededMedian::Answer::kFound, (low + high) / 2};
}

}  // namespace vesica::spin
