// SPDX-License-Identifier: Apache-2.0
// The settings of model release: a gel, its mesh, the vesicles in it, how they leave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vesica/models/release/release.h"
#include "vesica/settings/fields.h"

namespace vesica::release {

/// Numbers stand at the evidence rows of the preset; another preset moves those that the user left there.
struct Settings {
  std::string preset = "alginate_disc";
  std::string law = "composite";
  // The body.
  std::string shape;
  std::int64_t faces = 2;
  double thickness_mm = 0, radius_mm = 0;
  // Vesicles and liquid.
  double diameter_nm = 0, diameter_gsd = 1;
  std::optional<double> load_particles;
  double temperature_c = 0;
  std::optional<double> viscosity_mpa_s;
  // The mesh.
  std::string hindrance = "multiscale";
  std::optional<double> diffusivity_um2_s;
  std::string mesh_from = "stated";
  double mesh_nm = 0, polymer_share = 0, fibre_nm = 0, free_volume_nm = 0;
  std::optional<double> network_junction, network_bond_nm, network_ratio, network_bonds, network_units;
  // Populations.
  double burst_share = 0, burst_per_h = 0, diffusive_share = 0, tethered_share = 0, tether_per_d = 0;
  // The gel's end.
  std::string erosion = "bulk";
  double erosion_half_life_d = 0, erosion_shape = 0;
  std::optional<double> degradation_per_d;
  // Outside.
  std::optional<double> bath_ml, film_um_s;
  double partition = 1;
  // Empirical laws.
  std::optional<double> law_k, law_n, law_k2, law_tau_h, law_b, law_per_h, saturation_ratio;

  Settings();
  void describe(Fields& fields);

  Body body() const;
  double mesh_size_nm() const;  ///< stated, or from the network; at t = 0
  double growth_per_d() const;  ///< rate at which crosslinks go; 0: the mesh stays
  double viscosity() const;     ///< mPa·s, water at the temperature unless stated
  double eroding_share() const { return 1 - burst_share - diffusive_share - tethered_share; }

 private:
  void describe_body(Fields& fields);
  void describe_vesicles(Fields& fields);
  void describe_mesh(Fields& fields);
  void describe_populations(Fields& fields);
  void describe_outside(Fields& fields);
  void describe_laws(Fields& fields);
  void follow_preset();
  /// The field's range, help and the evidence row that the preset gives it.
  void known(Fields& fields, std::string_view name, double& member, FieldInfo info) const;

  std::string followed_;  ///< the preset that the numbers stand at
};

/// The evidence row of a setting in a preset; empty when there is none.
std::string_view evidence_id(std::string_view preset, std::string_view setting);

/// Throws Error(kConfig) for what the settings leave out (a law without its numbers, a network without its bonds) or
/// what cannot be together (a bath of no size, shares above 1, a film around an eroding surface).
void check(const Settings& settings);

}  // namespace vesica::release
