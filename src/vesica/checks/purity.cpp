// SPDX-License-Identifier: Apache-2.0
// Particles per protein and its ceiling: the arithmetic.
#include "vesica/checks/purity.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/random.h"
#include "vesica/checks/preparation_rows.h"
#include "vesica/evidence/evidence.h"
#include "vesica/stats/descriptive.h"
#include "vesica/stats/distributions.h"

namespace vesica {

namespace {

using preparation_detail::Mean;
using preparation_detail::Measured;
using preparation_detail::Preparation;
using preparation_detail::PreparationRows;

constexpr double kUgPerG = 1e6;
constexpr double kCm3PerNm3 = 1e-21;
constexpr double kUsualTracks = 1000;  ///< chosen: what instruments ask for
constexpr double kOneBinMoves = 1.25;  ///< chosen: a quarter

/// Evidence range of a setting when it stands at the row's value; else the setting is taken as exact.
struct Range {
  double low, high;
  double draw(Random& random) const { return low * std::pow(high / low, random.uniform()); }
};
Range range_of(const char* id, double value) {
  const ParameterRow* row = find_parameter(id);
  if (row == nullptr || row->value != value || !(row->low > 0) || !(row->high > row->low)) return {value, value};
  return {row->low, row->high};
}

double cell_mass(const SizeCurve& curve, std::size_t k) { return curve.number[k] * std::pow(curve.d_nm[k], 3); }

/// Particles and their summed cubes over videos, each video with its own numbers.
struct Sums {
  double number = 0, cubes = 0;
  void add(const SizeCurve& curve) {
    for (std::size_t k = 0; k < curve.d_nm.size(); ++k) number += curve.number[k], cubes += cell_mass(curve, k);
  }
};

/// All videos on the cells of their own, largest mass of one diameter found over cells that share a position.
void find_largest(std::span<const SizeCurve> videos, double to_ceiling, Ceiling& out) {
  Sums all;
  for (const SizeCurve& video : videos) all.add(video);
  std::vector<std::pair<double, std::pair<double, double>>> cells;  // diameter, number, cubes
  for (const SizeCurve& video : videos) {
    for (std::size_t k = 0; k < video.d_nm.size(); ++k) {
      if (video.number[k] > 0) cells.push_back({video.d_nm[k], {video.number[k], cell_mass(video, k)}});
    }
  }
  std::sort(cells.begin(), cells.end());
  double best_number = 0, best_cubes = 0;
  for (std::size_t i = 0; i < cells.size();) {
    double number = 0, cubes = 0;
    std::size_t j = i;
    for (; j < cells.size() && cells[j].first - cells[i].first < 1e-6 * cells[i].first; ++j)
      number += cells[j].second.first, cubes += cells[j].second.second;
    if (cubes > best_cubes) best_cubes = cubes, best_number = number, out.largest_nm = cells[i].first;
    i = j;
  }
  out.largest_number = best_number / all.number;
  out.largest_mass = best_cubes / all.cubes;
  if (all.cubes > best_cubes) out.without_largest = to_ceiling * (all.number - best_number) / (all.cubes - best_cubes);
}

/// One video counted again: every cell Poisson about what was counted.
Sums counted_again(const SizeCurve& video, double number, Random& random) {
  const double counted = video.counted > 0 ? video.counted : kUsualTracks;
  Sums out;
  for (std::size_t k = 0; k < video.d_nm.size(); ++k) {
    if (!(video.number[k] > 0)) continue;
    const double expected = video.number[k] / number * counted;
    const double drawn = static_cast<double>(random.poisson(expected)) * number / counted;
    out.number += drawn;
    out.cubes += drawn * std::pow(video.d_nm[k], 3);
  }
  return out;
}

double quantile_of(std::vector<double> values, double p) { return stats::quantile(std::move(values), p); }

}  // namespace

void PuritySettings::describe(Fields& fields) {
  fields.number("density_g_ml", density_g_ml,
                {.unit = "g/mL",
                 .low = 0.9,
                 .high = 1.5,
                 .help = "Wet density of a vesicle.",
                 .evidence = "purity.vesicle_density"});
  fields.number("protein_share", protein_share,
                {.low = 0.01,
                 .high = 1,
                 .help = "Share of protein in the wet mass of a vesicle; an assumption that decides the ceiling.",
                 .evidence = "purity.protein_share"});
  fields.number("dilution_cv", dilution_cv,
                {.low = 0,
                 .high = 1,
                 .help = "Relative standard deviation of the dilution before tracking.",
                 .evidence = "preparation.dilution_cv"});
  fields.integer("draws", draws, {.low = 50, .high = 100000, .help = "Draws of the bootstrap."});
}

AnySettings purity_settings() { return AnySettings::of(PuritySettings{}); }

double vesicle_protein_ug(double d_nm, double density_g_ml, double share) {
  return share * density_g_ml * std::numbers::pi / 6 * d_nm * d_nm * d_nm * kCm3PerNm3 * kUgPerG;
}

double moment_nm(const SizeCurve& curve, int k) {
  double number = 0, sum = 0;
  for (std::size_t i = 0; i < curve.d_nm.size(); ++i) {
    number += curve.number[i];
    sum += curve.number[i] * std::pow(curve.d_nm[i], k);
  }
  return number > 0 ? sum / number : kNaN;
}

bool Ceiling::one_bin_decides() const {
  return std::isfinite(without_largest) && without_largest > kOneBinMoves * value;
}

Ceiling ceiling_of(std::span<const SizeCurve> videos, const PuritySettings& settings, std::uint64_t seed) {
  Ceiling out;
  std::vector<SizeCurve> used;
  std::vector<double> numbers;
  Sums all;
  for (const SizeCurve& video : videos) {
    Sums own;
    own.add(video);
    if (!(own.number > 0)) continue;
    used.push_back(video), numbers.push_back(own.number);
    all.number += own.number, all.cubes += own.cubes;
  }
  if (used.empty()) return out;
  const double to_ceiling = 1 / vesicle_protein_ug(1, settings.density_g_ml, settings.protein_share);
  out.basis = "distribution";
  out.value = to_ceiling * all.number / all.cubes;
  find_largest(used, to_ceiling, out);
  for (std::int64_t draw = 0; draw < settings.draws; ++draw) {
    Random random(seed, hash64("purity ceiling", static_cast<std::uint64_t>(draw)));
    Sums sums;
    for (std::size_t v = 0; v < used.size(); ++v) {
      const std::size_t pick = static_cast<std::size_t>(random.below(used.size()));
      const Sums own = counted_again(used[pick], numbers[pick], random);
      sums.number += own.number, sums.cubes += own.cubes;
    }
    if (sums.cubes > 0) out.draws.push_back(to_ceiling * sums.number / sums.cubes);
  }
  if (out.draws.size() < 2) return out;
  out.low = quantile_of(out.draws, 0.025), out.high = quantile_of(out.draws, 0.975);
  return out;
}

Ceiling ceiling_of(double mean_nm, double sd_nm, const PuritySettings& settings) {
  Ceiling out;
  if (!(mean_nm > 0)) return out;
  const double cv = std::isfinite(sd_nm) ? sd_nm / mean_nm : 0;
  const double cubes = std::pow(mean_nm, 3) * std::pow(1 + cv * cv, 3);
  out.basis = std::isfinite(sd_nm) ? "mean and SD" : "mean";
  out.value = 1 / (vesicle_protein_ug(1, settings.density_g_ml, settings.protein_share) * cubes);
  return out;
}

namespace {

PuritySettings settings_from(const Study& study) {
  AnySettings settings = purity_settings();
  const auto table = study.settings.find(std::string(kPurityCheck));
  if (table != study.settings.end()) {
    std::vector<Error> problems;
    apply(table->second, settings, problems);
    if (!problems.empty()) throw problems.front();
  }
  return settings.get<PuritySettings>();
}

Ceiling ceiling_from(const PreparationRows& rows, const Preparation& preparation, const PuritySettings& settings,
                     std::uint64_t seed) {
  const std::vector<SizeCurve> curves = rows.curves(preparation);
  if (!curves.empty()) return ceiling_of(curves, settings, seed);
  const Measured means = rows.best(preparation, "vesicle.diameter.mean");
  const Measured sds = rows.best(preparation, "vesicle.diameter.sd");
  const double sd = sds.values.empty() ? means.sd : mean_of(sds).value;
  return ceiling_of(mean_of(means).value, sd, settings);
}

/// particles / protein with its interval: logarithms add their variances, degrees of freedom by Satterthwaite.
void divide(const Mean& particles, const Mean& protein, const PuritySettings& settings, Purity& out) {
  out.particles_per_ml = particles.value, out.protein_ug_ml = protein.value;
  out.value = particles.value / protein.value;
  double variance = settings.dilution_cv * settings.dilution_cv, weighted = 0;
  const auto add = [&](const Mean& part, const std::string& unknown) {
    if (!std::isfinite(part.se)) {
      out.unknown.push_back(unknown);
      return;
    }
    const double v = part.se * part.se;
    variance += v;
    if (std::isfinite(part.df)) weighted += v * v / part.df;
  };
  add(particles, say("The concentration is a single number without an interval."));
  add(protein, say("The protein is a single number without an interval."));
  const double df = weighted > 0 ? variance * variance / weighted : INFINITY;
  const double half = stats::t_quantile(0.975, df) * std::sqrt(variance);
  out.low = out.value * std::exp(-half), out.high = out.value * std::exp(half);
  out.interval = out.unknown.empty() ? "t95" : "partial95";
}

/// Share of the ceiling with the uncertainty of everything: numbers, sizes, density and protein share.
void judge(const PuritySettings& settings, std::uint64_t seed, Purity& out) {
  out.verdict = "unknown";
  if (!std::isfinite(out.ceiling.value) || !std::isfinite(out.value)) return;
  out.of_ceiling = out.value / out.ceiling.value;
  const Range density = range_of("purity.vesicle_density", settings.density_g_ml);
  const Range share = range_of("purity.protein_share", settings.protein_share);
  const double se = std::log(out.high / out.low) / (2 * stats::t_quantile(0.975, INFINITY));
  std::vector<double> draws;
  for (std::int64_t i = 0; i < settings.draws; ++i) {
    Random random(seed, hash64("purity share", static_cast<std::uint64_t>(i)));
    const double ceiling =
        out.ceiling.draws.empty() ? out.ceiling.value : out.ceiling.draws[random.below(out.ceiling.draws.size())];
    const double made_of = density.draw(random) * share.draw(random) / (settings.density_g_ml * settings.protein_share);
    draws.push_back(out.value * std::exp(se * random.normal()) / ceiling * made_of);
  }
  out.of_low = quantile_of(draws, 0.025), out.of_high = quantile_of(draws, 0.975);
  out.verdict = out.of_low > 1 ? "above" : out.of_high < 1 ? "below" : "compatible";
}

std::string webber_of(double value) {
  const auto cut = [](const char* id) { return find_parameter(id)->value; };
  if (value > cut("purity.webber.high")) return "high";
  if (value > cut("purity.webber.low_top")) return "between";
  if (value >= cut("purity.webber.low_bottom")) return "low";
  return value >= cut("purity.webber.unpure") ? "between" : "unpure";
}

}  // namespace

std::vector<Purity> purities(const ObservationTable& table, const Study& study, const Context& context) {
  const PuritySettings settings = settings_from(study);
  const PreparationRows rows(table, study);
  std::vector<Purity> out;
  for (const Preparation& preparation : rows.all()) {
    const Measured particles = rows.best(preparation, "vesicle.concentration");
    const Measured protein = rows.protein(preparation);
    if (particles.empty() || protein.empty()) continue;
    Purity one;
    one.sample = preparation.id, one.condition = preparation.condition;
    one.measured = true;
    const std::uint64_t seed = hash64(preparation.id, context.seed);
    one.ceiling = ceiling_from(rows, preparation, settings, seed);
    if (particles.values.empty() || protein.values.empty()) {
      one.status = protein.values.empty() && particles.values.empty() ? Status::kNotMeasurable
                   : protein.values.empty()                           ? Status::kAboveRange
                                                                      : Status::kBelowRange;
      one.particles_per_ml = particles.values.empty() ? particles.limit : mean_of(particles).value;
      one.protein_ug_ml = protein.values.empty() ? protein.limit : mean_of(protein).value;
      one.verdict = "unknown";
    } else {
      divide(mean_of(particles), mean_of(protein), settings, one);
      judge(settings, seed, one);
      one.webber = webber_of(one.value);
    }
    out.push_back(std::move(one));
  }
  return out;
}

bool concerns_purity(const ObservationTable& table) {
  bool particles = false, protein = false;
  for (std::size_t i = 0; i < table.size() && !(particles && protein); ++i) {
    particles = particles || table.quantity(i) == "vesicle.concentration";
    protein = protein || preparation_detail::is_protein(table.quantity(i), table.target(i));
  }
  return particles && protein;
}

Outcome derive_purity(const ObservationTable& table, const Study& study, const Context& context) {
  Outcome out;
  for (const Purity& purity : purities(table, study, context)) {
    InputFacts facts;
    facts.sample = purity.sample, facts.condition = purity.condition;
    facts.source = kPurityCheck;
    Observation row = facts.row(kPurityQuantities[0]);
    row.value = purity.value, row.low = purity.low, row.high = purity.high, row.interval = purity.interval;
    row.status = purity.status;
    if (purity.status != Status::kOk) {
      const double limit = purity.particles_per_ml / purity.protein_ug_ml;
      row.value = std::isfinite(limit) && purity.status != Status::kNotMeasurable ? limit : kNaN;
      if (std::isnan(row.value)) row.status = Status::kNotMeasurable;
    }
    out.observations.add(row);
    if (std::isfinite(purity.ceiling.value)) {
      Observation ceiling = facts.row(kPurityQuantities[1]);
      ceiling.value = purity.ceiling.value, ceiling.low = purity.ceiling.low, ceiling.high = purity.ceiling.high;
      if (std::isfinite(ceiling.low)) ceiling.interval = "bootstrap95";
      out.observations.add(ceiling);
    }
    if (std::isfinite(purity.of_ceiling)) {
      Observation share = facts.row(kPurityQuantities[2]);
      share.value = purity.of_ceiling, share.low = purity.of_low, share.high = purity.of_high;
      share.interval = "mc95";
      out.observations.add(share);
    }
  }
  return out;
}

}  // namespace vesica
