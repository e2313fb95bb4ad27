// SPDX-License-Identifier: Apache-2.0
// Water, the medium of nearly everything here: viscosity by temperature, and how spheres diffuse in a liquid.
#pragma once

namespace vesica {

/// Dynamic viscosity of water in mPa·s at 1 atm: log10(η/1.002) = (20−T)/(T+96) · [1.2364 − 1.37e-3 (20−T) +
/// 5.7e-6 (20−T)²], T in °C (Kestin, Sokolov, Wakeham 1978, 10.1063/1.555581). Fitted from −8 °C (supercooled) to
/// 150 °C; NaN outside and for NaN. Buffers, serum and sucrose are thicker: state their own value.
double water_viscosity_mpa_s(double temperature_c);

/// Diffusion coefficient of a sphere, D = k T / (3 π η d), in µm²/s (Stokes-Einstein; k = 1.380649e-23 J/K exactly, SI
/// 2019). Diameter in nm, temperature in °C, viscosity in mPa·s; NaN for d or η that are not above 0 and below absolute
/// zero.
double diffusion_um2_s(double diameter_nm, double temperature_c, double viscosity_mpa_s);

}  // namespace vesica
