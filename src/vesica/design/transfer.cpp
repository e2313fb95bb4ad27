// SPDX-License-Identifier: Apache-2.0
// A protocol of spins carried to another rotor: by the rotor's own law, and by k-factors.
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/design/parts.h"

namespace vesica::design {

namespace {

enum class By { kBefore, kOwnLaw, kFactor };

/// The same spin as it is run on one of the two rotors.
spin::Spin run_on(const spin::Spin& before, const TransferredSpin& moved, const spin::Geometry& to, By by) {
  spin::Spin out = before;
  if (by == By::kBefore) return out;
  out.rotor = to;
  out.rcf_at_rmax = false;
  out.rcf_g = moved.own_law.rcf_rav_g;
  out.minutes = by == By::kOwnLaw ? moved.own_law.minutes : moved.k_minutes;
  return out;
}

double cutoff_of(const spin::Spin& spin, const spin::Settings& settings) {
  return spin::cutoff_diameter_nm(spin.rotor, settings.law(), settings.density(), spin.medium, spin.omega_squared(),
                                  spin.minutes);
}

TransferredSpin transferred(const spin::Spin& before, const RotorRow* from, const RotorRow& to,
                            const spin::Geometry& geometry, const spin::Settings& settings) {
  TransferredSpin out;
  out.from = from;
  out.keep_pellet = before.keep_pellet;
  const double omega2 = before.omega_squared();
  out.from_rcf_g = omega2 * before.rotor.rav_mm * 1e-3 / spin::kGravity;
  out.from_minutes = before.minutes;
  const double highest = highest_rpm(to, std::numeric_limits<double>::quiet_NaN());
  double rpm = std::sqrt(out.from_rcf_g / spin::rcf_at(1, geometry.rav_mm));
  out.limited = rpm > highest;
  if (out.limited) rpm = highest;
  // Equal cut for a constant density and for a core-shell one: the same diameter reaches the wall, so s is the same and
  // times of equal tau* over omega² count alone.
  const double exponents = spin::full_pelleting_exponent(geometry, settings.law()) /
                           spin::full_pelleting_exponent(before.rotor, settings.law());
  out.own_law = speed_at(geometry, rpm, omega2 * 60 * before.minutes * exponents);
  out.k_from = spin::k_factor(before.rotor, omega2);
  out.k_to = spin::k_factor(geometry, omega_squared_of(rpm));
  out.k_minutes = spin::equivalent_minutes(before.minutes, out.k_from, out.k_to);
  return out;
}

/// cut-off and cut-off by k of every spin, then yield and mean of the three protocols.
std::vector<double> numbers_of(const Transfer& transfer, const std::vector<spin::Step>& steps, const RotorRow* assumed,
                               const spin::Geometry& to, const spin::Settings& settings) {
  const std::vector<spin::Spin> before = spin::fill_in(steps, assumed, settings.defaults());
  std::vector<double> out;
  for (std::size_t i = 0; i < before.size(); ++i) {
    out.push_back(cutoff_of(before[i], settings));
    out.push_back(cutoff_of(run_on(before[i], transfer.spins[i], to, By::kFactor), settings));
  }
  const spin::Spectrum parents = spin::parent_spectrum(settings, spin::working_grid());
  for (const By by : {By::kBefore, By::kOwnLaw, By::kFactor}) {
    std::vector<spin::Spin> spins;
    for (std::size_t i = 0; i < before.size(); ++i) spins.push_back(run_on(before[i], transfer.spins[i], to, by));
    const spin::Spectrum left =
        spin::multiplied(parents, spin::survival_curve(parents, spins, settings.law(), settings.density()));
    out.push_back(std::min(1.0, left.total()));
    out.push_back(spin::statistics(left).mean);
  }
  return out;
}

void add_curves(Transfer& out, const std::vector<spin::Spin>& before, const spin::Geometry& to,
                const spin::Settings& settings) {
  double largest = 0;
  for (const TransferredSpin& spin : out.spins) {
    if (spin.cutoff_nm.value > largest) largest = spin.cutoff_nm.value;
  }
  out.at_nm = curve_sizes(largest);
  for (const auto& [by, left] :
       {std::pair{By::kBefore, &out.before}, {By::kOwnLaw, &out.own_law}, {By::kFactor, &out.by_k}}) {
    std::vector<spin::Spin> spins;
    for (std::size_t i = 0; i < before.size(); ++i) spins.push_back(run_on(before[i], out.spins[i], to, by));
    for (const double d : out.at_nm) left->kept.push_back(spin::survival(spins, settings.law(), settings.density(), d));
  }
}

const RotorRow* rotor_of(const spin::Step& step, const RotorRow* assumed) {
  const RotorRow* rotor = step.rotor != nullptr ? step.rotor : assumed;
  if (rotor == nullptr)
    throw Error(ErrorKind::kConfig, say("This spin does not say in which rotor it was run"), step.place,
                say("Add rotor = \"...\" to the step, or name it with --rotor"));
  return rotor;
}

}  // namespace

Transfer transfer_spins(const std::vector<spin::Step>& steps, const RotorRow* assumed, const RotorRow& to,
                        double to_bore_mm, const spin::Settings& settings, std::int64_t draws, const Context& context) {
  std::vector<const RotorRow*> from;
  for (const spin::Step& step : steps) {
    if (step.is_spin()) from.push_back(rotor_of(step, assumed));
  }
  if (from.empty())
    throw Error(ErrorKind::kConfig, say("The protocol holds no spin"), {},
                say("Give its steps as [[protocol.steps]] with rcf_g, minutes and rotor"));
  const std::vector<spin::Spin> before = spin::fill_in(steps, assumed, settings.defaults());
  const spin::Geometry geometry = known_geometry(to, to_bore_mm);
  Transfer out;
  out.to = &to;
  for (std::size_t i = 0; i < before.size(); ++i)
    out.spins.push_back(transferred(before[i], from[i], to, geometry, settings));
  out.evidence = evidence_of_design(settings);
  std::erase_if(out.evidence, [](const spin::UsedEvidence& one) { return one.setting == "contaminants"; });
  const std::vector<double> values = numbers_of(out, steps, assumed, geometry, settings);
  const std::vector<Band> bands = bands_over_draws(
      values, draws,
      [&](std::size_t i) { return numbers_of(out, steps, assumed, geometry, drawn(settings, context.seed, i)); },
      context);
  for (std::size_t i = 0; i < out.spins.size(); ++i) {
    out.spins[i].cutoff_nm = bands[2 * i];
    out.spins[i].k_cutoff_nm = bands[2 * i + 1];
    const double ratio = out.spins[i].k_cutoff_nm.value / out.spins[i].cutoff_nm.value;
    out.k_misleads = out.k_misleads || std::fabs(ratio - 1) > kAlikeCut;
  }
  const std::size_t first = 2 * out.spins.size();
  out.before = {bands[first], bands[first + 1], {}};
  out.own_law = {bands[first + 2], bands[first + 3], {}};
  out.by_k = {bands[first + 4], bands[first + 5], {}};
  add_curves(out, before, geometry, settings);
  return out;
}

}  // namespace vesica::design
