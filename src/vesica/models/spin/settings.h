// SPDX-License-Identifier: Apache-2.0
// The settings of model spin: the protocol, what was in the medium, what the instrument sees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/evidence/evidence.h"
#include "vesica/models/spin/protocol.h"
#include "vesica/models/spin/spin.h"
#include "vesica/settings/fields.h"

namespace vesica::spin {

/// Every default is the row of evidence/parameters.tsv that describe() names beside it.
struct Settings {
  Value steps = Value::array();
  std::string fixed_angle_law = "exact";
  std::string density_law = "constant";
  double density_g_ml = 1.15;
  double lumen_g_ml = 1.03;
  double shell_g_ml = 1.13;
  double shell_nm = 6;
  double medium_density_g_ml = 1;
  std::optional<double> viscosity_mpa_s;
  double temperature_c = 4;
  double recovery = 1;
  double carry_over = 0.01;
  double parent_median_nm = 100;
  double parent_gsd = 1.5;
  std::vector<double> parent_diameters_nm;
  std::vector<double> parent_numbers;
  std::optional<double> parent_per_ml, medium_ml;
  double concentration_factor = 1;
  double detection_limit_nm = 65;
  double detection_width_nm = 0;
  std::vector<std::string> contaminants = {"ldl", "hdl", "protein", "aggregates"};
  std::int64_t draws = 400;

  void describe(Fields& fields);

  AngleLaw law() const;
  Density density() const;
  Defaults defaults() const;
  Detection detection() const { return {detection_limit_nm, detection_width_nm}; }

 private:
  void describe_vesicles(Fields& fields);
  void describe_liquid(Fields& fields);
  void describe_parents(Fields& fields);
};

/// The cells on which the model computes: 5 nm to 5 µm in 512 equal steps of ln d (1.4 % each; chosen: means move by
/// less than 0.05 nm when the cells are made sixteen times finer).
Spectrum working_grid();
/// The parents on that grid, total 1: the measured curve when there is one, else the lognormal distribution. Throws
/// Error(kConfig) for a curve whose lists differ in length or do not ascend, or that holds nothing on the grid.
Spectrum parent_spectrum(const Settings& settings, const Spectrum& grid);

/// A particle that is no vesicle, from the rows contaminant.ID.diameter and .density.
struct Contaminant {
  std::string id;
  const ParameterRow* diameter = nullptr;
  const ParameterRow* density = nullptr;
};
/// The contaminants by id. Throws Error(kConfig) with "did you mean".
std::vector<Contaminant> find_contaminants(const std::vector<std::string>& ids);

/// A number of the settings that Monte Carlo varies: it still has its default, and its evidence row has a range.
struct Uncertain {
  double Settings::*member;
  const ParameterRow* row;
};
/// The uncertain numbers that matter for these settings (a constant density has no shell, a measured parent curve no
/// median). A number that the user states is taken as exact.
std::vector<Uncertain> uncertain_numbers(const Settings& settings);

/// A setting with the evidence row behind it, as far as it matters for these settings.
struct UsedEvidence {
  std::string setting;
  double value = 0;
  const ParameterRow* row = nullptr;
};
std::vector<UsedEvidence> used_evidence(const Settings& settings);

}  // namespace vesica::spin
