// SPDX-License-Identifier: Apache-2.0
// Sedimentation of one particle size in one spin: coefficients, the share that reaches the wall, cut-off diameters.
#pragma once

#include <string_view>

namespace vesica::spin {

enum class RotorClass { kSwingOut, kFixedAngle, kVertical };
const char* to_text(RotorClass rotor_class);

/// Which formula turns settling distance into the pelleted share of a fixed-angle (or vertical) tube.
enum class AngleLaw {
  kExact,       ///< speed grows along the path; default
  kFirstOrder,  ///< speed of the tube's middle everywhere: what Livshits 2015 tabulates
  kLog,         ///< first-order shape with the logarithmic path of the exact law (same cut-off as the exact law)
};

/// What the laws need to know of a rotor with its tube. Lengths in mm from the rotor's axis.
struct Geometry {
  RotorClass rotor_class = RotorClass::kFixedAngle;
  double rmin_mm = 0;
  double rmax_mm = 0;
  double rav_mm = 0;
  double path_mm = 0;  ///< fixed angle: D / cos θ, bore D, angle θ to the axis; vertical: D; swing-out: rmax − rmin
};

/// Density of a particle by diameter.
struct Density {
  enum class Kind { kConstant, kCoreShell };
  Kind kind = Kind::kConstant;
  double g_ml = 1.15;  ///< constant law
  double lumen_g_ml = 1.03;
  double shell_g_ml = 1.13;
  double shell_nm = 6;  ///< thickness of membrane and corona
  /// Constant, or ρ = lumen + (shell − lumen)(1 − (1 − 2h/d)³): a shell of thickness h around a lumen; all shell
  /// below d = 2h. Our derivation from volumes of spheres. g/mL.
  double at(double diameter_nm) const;
};

/// The liquid of one spin.
struct Medium {
  double density_g_ml = 1.0;
  double viscosity_mpa_s = 1.55;
};

/// Standard gravity in m/s² (CGPM 1901, exact by definition). Livshits 2015 uses 9.80: 0.07 % apart.
inline constexpr double kGravity = 9.80665;
/// One svedberg in seconds.
inline constexpr double kSvedberg = 1e-13;

/// s = d² (ρ − ρm) / (18 η) in seconds (Stokes; Livshits et al. 2015, 10.1038/srep17319); negative for a particle that
/// floats. Divide by kSvedberg for S.
double sedimentation_coefficient_s(double diameter_nm, double particle_g_ml, const Medium& medium);
/// ω² = RCF · g / R in s⁻², R the radius at which the RCF is stated.
double angular_speed_squared(double rcf_g, double radius_mm);
/// Relative centrifugal force at a radius for a speed: ω² R / g.
double rcf_at(double rpm, double radius_mm);

/// τ = s ω² t: the logarithm of the factor by which a particle's radius grows in a spin. 0 for floating particles.
double settling_exponent(double diameter_nm, const Density& density, const Medium& medium, double omega_squared,
                         double minutes);

/// Share of evenly distributed particles that reaches the outer wall, in [0, 1], at settling exponent τ >= 0.
/// Swing-out: Rmax (1 − e^−τ) / (Rmax − Rmin), at most 1.
/// Fixed angle, first order: ξ = τ Rav / L, P = (2/π)(asin ξ + ξ √(1 − ξ²)), 1 from ξ = 1 (both Livshits 2015).
/// Fixed angle, log: the same with ξ = τ / ln((Rav + a)/(Rav − a)), a = L/2.
/// Fixed angle, exact: c0 = (Rav/a) tanh(τ/2), u = √(1 − c0²), 1 − P = ((1 + e^−τ)/π)(asin u + u √(1 − u²)) −
/// (2 Rav/(π a))(1 − e^−τ) u; our derivation: r(t) = r0 e^τ in each chord of the elliptic section at Rav.
/// All laws neglect convection, sliding along the wall, diffusion and acceleration: they misread very short spins and
/// concentrated samples. NaN in, NaN out.
double fraction_pelleted(const Geometry& rotor, AngleLaw law, double tau);

/// The smallest τ at which everything is pelleted: ln(Rmax/Rmin), L/Rav, or ln((Rav + a)/(Rav − a)).
double full_pelleting_exponent(const Geometry& rotor, AngleLaw law);

/// The smallest diameter that one spin pellets wholly, in nm: d* = √(18 η τ* / ((ρ − ρm) ω² t)) for a constant density,
/// by bisection to 1e-10 for a size-dependent one. NaN when no diameter up to 100 µm is pelleted (particles that float,
/// no time, no speed).
double cutoff_diameter_nm(const Geometry& rotor, AngleLaw law, const Density& density, const Medium& medium,
                          double omega_squared, double minutes);

/// K = ln(Rmax/Rmin) · 1e13 / (3600 ω²), in svedberg hours.
double k_factor(const Geometry& rotor, double omega_squared);
/// t2 = t1 K2 / K1. It keeps d* between swing-out rotors only: between a swing-out and a fixed-angle rotor, and between
/// fixed-angle rotors, equal K t does not mean equal d* (Livshits 2015, Table 3: 159 to 182 nm instead of 230).
double equivalent_minutes(double minutes, double k_from, double k_to);
/// Whether equal K·t means equal d* for these two.
bool k_factor_transfers(RotorClass from, RotorClass to);

}  // namespace vesica::spin
