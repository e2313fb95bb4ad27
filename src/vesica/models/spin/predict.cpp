// SPDX-License-Identifier: Apache-2.0
// One prediction of model spin.
#include "vesica/models/spin/predict.h"

#include <cmath>
#include <limits>

#include "vesica/base/message.h"

namespace vesica::spin {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Positions when the scenario names none (chosen): what tracking instruments cover, in steps that draw a smooth curve.
constexpr int kCurveFirstNm = 10, kCurveLastNm = 500, kCurveStepNm = 10;
constexpr double kFractionAtNm[] = {30, 50, 70, 100, 120, 150, 185, 300};

void add(std::vector<Row>& rows, std::string_view quantity, double value, std::string target = "",
         std::string part = "", double at = kNaN) {
  rows.push_back({quantity, std::move(target), std::move(part), at, value});
}

/// The names of the spins among the steps.
std::vector<std::string> spin_names(const Plan& plan) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].is_spin()) out.push_back(step_name(i));
  }
  return out;
}

void add_sizes(std::vector<Row>& rows, const Plan& plan, const Settings& settings, const Spectrum& kept) {
  const Spectrum seen = observed(kept, settings.detection());
  const SizeStatistics sizes = statistics(seen);
  add(rows, "vesicle.diameter.mean", sizes.mean);
  add(rows, "vesicle.diameter.sd", sizes.sd);
  add(rows, "vesicle.diameter.mode", sizes.mode);
  add(rows, "vesicle.diameter.d10", sizes.d10);
  add(rows, "vesicle.diameter.median", sizes.median);
  add(rows, "vesicle.diameter.d90", sizes.d90);
  const double total = seen.total();
  if (settings.parent_per_ml) {
    const double scale = *settings.parent_per_ml * settings.concentration_factor;
    add(rows, "vesicle.concentration", total * scale);
    for (const double at : plan.curve_at_nm) add(rows, "vesicle.number_density", seen.per_nm(at) * scale, "", "", at);
  }
  for (const double at : plan.curve_at_nm) {
    add(rows, "vesicle.number_share", total > 0 ? seen.per_nm(at) / total : kNaN, "", "", at);
  }
  add(rows, "isolation.detection_limit", settings.detection_limit_nm);
}

}  // namespace

std::string step_name(std::size_t index) { return "step " + std::to_string(index + 1); }

Plan make_plan(const Settings& settings, const std::vector<double>& at) {
  std::vector<Error> problems;
  Plan plan;
  plan.steps = read_steps(settings.steps, problems);
  if (!problems.empty()) {
    const Error& first = problems.front();
    const std::string more =
        problems.size() == 1 ? "" : say(" ({} more problem(s) in these steps)", problems.size() - 1);
    throw Error(first.kind(), first.message() + more, first.where(), first.hint());
  }
  plan.grid = working_grid();
  plan.rotors = possible_rotors(plan.steps);
  if (plan.rotors.empty()) plan.rotors.push_back(nullptr);
  plan.curve_at_nm = plan.fraction_at_nm = at;
  if (at.empty()) {
    for (int d = kCurveFirstNm; d <= kCurveLastNm; d += kCurveStepNm) plan.curve_at_nm.push_back(d);
    plan.fraction_at_nm.assign(std::begin(kFractionAtNm), std::end(kFractionAtNm));
  }
  return plan;
}

std::vector<Row> predict_preparation(const Plan& plan, const Settings& settings, const std::vector<Particle>& particles,
                                     const RotorRow* assumed) {
  const std::vector<Spin> spins = fill_in(plan.steps, assumed, settings.defaults());
  const std::vector<std::string> names = spin_names(plan);
  const AngleLaw law = settings.law();
  const Density density = settings.density();
  std::vector<Row> rows;
  Spectrum kept = parent_spectrum(settings, plan.grid);
  std::vector<double> lost;
  for (const Spin& spin : spins) {
    const double before = kept.total();
    kept = multiplied(kept, survival_curve(plan.grid, {&spin, 1}, law, density));
    lost.push_back(std::fmax(0, before - kept.total()));
  }
  add_sizes(rows, plan, settings, kept);
  add(rows, "isolation.yield", std::fmin(1, kept.total()));
  if (settings.parent_per_ml && settings.medium_ml)
    add(rows, "vesicle.particle_count", *settings.parent_per_ml * *settings.medium_ml * std::fmin(1, kept.total()));
  for (std::size_t i = 0; i < spins.size(); ++i) {
    add(rows, "isolation.fraction_lost", std::fmin(1, lost[i]), "", names[i]);
    for (const double d : plan.fraction_at_nm) {
      const double tau = settling_exponent(d, density, spins[i].medium, spins[i].omega_squared(), spins[i].minutes);
      add(rows, "isolation.fraction_pelleted", fraction_pelleted(spins[i].rotor, law, tau), "", names[i], d);
      add(rows, "isolation.sedimentation_coefficient",
          sedimentation_coefficient_s(d, density.at(d), spins[i].medium) / kSvedberg, "", names[i], d);
    }
  }
  for (const Particle& particle : particles) {
    Density own;
    own.g_ml = particle.density_g_ml;
    add(rows, "isolation.copelleted_fraction", survival(spins, law, own, particle.diameter_nm), particle.id);
  }
  return rows;
}

std::vector<Row> predict_rotors(const Plan& plan, const Settings& settings) {
  std::vector<Row> rows;
  const std::vector<std::string> names = spin_names(plan);
  std::vector<const Step*> steps;
  for (const Step& step : plan.steps) {
    if (step.is_spin()) steps.push_back(&step);
  }
  for (std::size_t r = 0; r < plan.rotors.size(); ++r) {
    const std::vector<Spin> spins = fill_in(plan.steps, plan.rotors[r], settings.defaults());
    for (std::size_t i = 0; i < spins.size(); ++i) {
      if (!steps[i]->rotor_unstated() && r > 0) continue;
      const RotorRow* rotor = steps[i]->rotor_unstated() ? plan.rotors[r] : steps[i]->rotor;
      const double omega_squared = spins[i].omega_squared();
      add(rows, "isolation.cutoff_diameter",
          cutoff_diameter_nm(spins[i].rotor, settings.law(), settings.density(), spins[i].medium, omega_squared,
                             spins[i].minutes),
          rotor->id, names[i]);
      add(rows, "isolation.k_factor", k_factor(spins[i].rotor, omega_squared), rotor->id, names[i]);
    }
  }
  return rows;
}

}  // namespace vesica::spin
