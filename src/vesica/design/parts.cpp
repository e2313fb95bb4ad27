// SPDX-License-Identifier: Apache-2.0
#include "vesica/design/parts.h"

#include <cmath>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/evidence/water.h"

namespace vesica::design {

namespace {

double draw_of(const ParameterRow& row, std::uint64_t seed, std::size_t index) {
  const Unknown unknown{"", row.id, distribution_of(row)};
  return draw_values({&unknown, 1}, seed, index).front();
}

}  // namespace

spin::Settings drawn(const spin::Settings& settings, std::uint64_t seed, std::size_t index) {
  spin::Settings out = settings;
  for (const spin::Uncertain& number : spin::uncertain_numbers(settings))
    out.*number.member = draw_of(*number.row, seed, index);
  return out;
}

std::vector<spin::Particle> typical_particles(const spin::Settings& settings) {
  std::vector<spin::Particle> out;
  for (const spin::Contaminant& c : spin::find_contaminants(settings.contaminants))
    out.push_back({c.id, c.diameter->value, c.density->value});
  return out;
}

std::vector<spin::Particle> drawn_particles(const spin::Settings& settings, std::uint64_t seed, std::size_t index) {
  std::vector<spin::Particle> out;
  for (const spin::Contaminant& c : spin::find_contaminants(settings.contaminants))
    out.push_back({c.id, draw_of(*c.diameter, seed, index), draw_of(*c.density, seed, index)});
  return out;
}

Band band_of(double value, std::vector<double> draws) {
  Observation row;
  row.value = value;
  set_band(row, std::move(draws));
  return {value, row.low, row.high};
}

std::vector<Band> bands_over_draws(const std::vector<double>& values, std::int64_t count,
                                   const std::function<std::vector<double>(std::size_t)>& rows, const Context& context,
                                   std::vector<std::vector<double>>* draws) {
  std::vector<std::vector<double>> all(static_cast<std::size_t>(count));
  parallel_for(all.size(), context, [&](std::size_t i) { all[i] = rows(i); });
  std::vector<Band> out;
  for (std::size_t k = 0; k < values.size(); ++k) {
    std::vector<double> column;
    for (const std::vector<double>& one : all) column.push_back(one[k]);
    out.push_back(band_of(values[k], std::move(column)));
  }
  if (draws != nullptr) *draws = std::move(all);
  return out;
}

spin::Geometry known_geometry(const RotorRow& rotor, double tube_bore_mm) {
  const auto geometry = spin::geometry_of(rotor, tube_bore_mm);
  if (!geometry)
    throw Error(ErrorKind::kConfig, say("The bore of the tube in {} is not known", rotor.name), rotor.place,
                say("State it, in mm: --tube-bore-mm 25"));
  return *geometry;
}

double highest_rpm(const RotorRow& rotor, double stated_rpm) {
  if (std::isnan(rotor.max_rpm)) {
    if (!std::isnan(stated_rpm)) return stated_rpm;
    throw Error(ErrorKind::kConfig, say("The highest speed of {} is not known", rotor.name), rotor.place,
                say("State it from the rotor's manual: --max-rpm 15000"));
  }
  if (stated_rpm > rotor.max_rpm)
    throw Error(ErrorKind::kConfig,
                say("{} rpm is above the highest speed of {}, {} rpm", exact_number(stated_rpm), rotor.name,
                    exact_number(rotor.max_rpm)),
                rotor.place, say("Take a lower speed, or another rotor"));
  return std::isnan(stated_rpm) ? rotor.max_rpm : stated_rpm;
}

spin::Medium medium_of(const spin::Settings& settings) {
  const spin::Defaults defaults = settings.defaults();
  spin::Medium out;
  out.density_g_ml = defaults.medium_density_g_ml;
  out.viscosity_mpa_s = defaults.viscosity_mpa_s.value_or(water_viscosity_mpa_s(defaults.temperature_c));
  return out;
}

double omega_squared_of(double rpm) {
  const double omega = rpm * 2 * std::numbers::pi / 60;
  return omega * omega;
}

Speed speed_at(const spin::Geometry& rotor, double rpm, double force_time) {
  return {rpm, spin::rcf_at(rpm, rotor.rav_mm), spin::rcf_at(rpm, rotor.rmax_mm),
          force_time / omega_squared_of(rpm) / 60};
}

}  // namespace vesica::design
