// SPDX-License-Identifier: Apache-2.0
// dls: sizes by dynamic light scattering from the tables that instruments export.
#pragma once

namespace vesica {
struct Assay;
extern const Assay kDlsAssay;
}  // namespace vesica

namespace vesica::dls {

/// Viscosity over that of water at the same temperature (mPa.s, Cel); NaN when either is unknown or water_viscosity is.
double ratio_to_water(double viscosity_mpa_s, double temperature_c);

/// A diameter that was computed with one viscosity, for another: d * used / right (Stokes-Einstein: d is inversely
/// proportional to the viscosity). NaN for viscosities that are not above 0.
double with_viscosity(double diameter_nm, double used_mpa_s, double right_mpa_s);

}  // namespace vesica::dls
