// SPDX-License-Identifier: Apache-2.0
// Water, the medium of nearly everything here: viscosity by temperature.
#pragma once

namespace vesica {

/// Dynamic viscosity of water in mPa·s at 1 atm: log10(η/1.002) = (20−T)/(T+96) · [1.2364 − 1.37e-3 (20−T) +
/// 5.7e-6 (20−T)²], T in °C (Kestin, Sokolov, Wakeham 1978, 10.1063/1.555581). Fitted from −8 °C (supercooled) to
/// 150 °C; NaN outside and for NaN. Buffers, serum and sucrose are thicker: state their own value.
double water_viscosity_mpa_s(double temperature_c);

}  // namespace vesica
