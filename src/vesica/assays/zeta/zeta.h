// SPDX-License-Identifier: Apache-2.0
// zeta: zeta potentials from the tables that instruments export.
#pragma once

namespace vesica {
struct Assay;
extern const Assay kZetaAssay;
}  // namespace vesica

namespace vesica::zeta {

/// Static relative permittivity of water: 78.54 (1 - 4.579e-3 (t - 25) + 1.19e-5 (t - 25)^2 - 2.8e-8 (t - 25)^3), t in
/// degrees C (CRC Handbook, 67th ed., 1986). NaN below 0 and above 100.
double water_permittivity(double temperature_c);

/// Henry's function that a zeta potential (mV) and a mobility (um.cm/V/s) imply together in water of a viscosity
/// (mPa.s): 3 eta mu / (2 eps0 eps zeta), 1 in Hueckel's, 1.5 in Smoluchowski's limit (Henry 1931,
/// 10.1098/rspa.1931.0133). NaN for a potential of 0 and for anything unknown.
double henry_function(double zeta_mv, double mobility, double viscosity_mpa_s, double temperature_c);

}  // namespace vesica::zeta
