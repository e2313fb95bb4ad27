// SPDX-License-Identifier: Apache-2.0
// Closed forms of release: diffusion out of slab, cylinder, disc and sphere, hindrance by a mesh, empirical laws.
#pragma once

#include <string_view>

#include "vesica/contract/contract.h"

namespace vesica {
extern const Model kReleaseModel;
}  // namespace vesica

namespace vesica::release {

/// Share that has left an evenly filled body into a perfect sink, by theta = D t / L²: slab of thickness L from its
/// sealed plane to its face (two open faces: L is half the thickness), long cylinder and sphere of radius L. Exact to
/// 1e-10: the series of Crank 1975 (The Mathematics of Diffusion, 2nd ed., eqs. 4.18, 5.23, 6.20) where it converges
/// fast, the series in erfc (4.20, 6.22; cylinder: expansion of 2 I1(q) / (q³ I0(q)) at large q) at small theta.
/// 0 at theta <= 0; NaN for NaN.
double fick_slab(double theta);
double fick_cylinder(double theta);
double fick_sphere(double theta);

enum class Shape { kSlab, kCylinder, kDisc, kSphere };

/// A gel body. Lengths in mm.
struct Body {
  Shape shape = Shape::kDisc;
  double thickness_mm = 1;  ///< slab and disc
  double radius_mm = 2.5;   ///< cylinder (long), disc and sphere
  int faces = 2;            ///< open faces of slab and disc: 1 or 2
  /// From the sealed plane to the open face.
  double depth_mm() const { return faces == 2 ? thickness_mm / 2 : thickness_mm; }
  /// mm³; of a slab per mm² of face, of a long cylinder per mm of length.
  double volume_mm3() const;
};

/// Share that has left the body when the integral of D over time is `path_mm2`; a disc is the product of what is left
/// of a slab and of a cylinder (Carslaw and Jaeger 1959, § 1.15).
double fick(const Body& body, double path_mm2);

/// What a mesh consists of. Lengths in nm.
struct Mesh {
  double size_nm = 10;
  double polymer_fraction = 0.02;  ///< volume of polymer over volume of gel
  double fibre_nm = 0.83;          ///< radius of a chain
  double free_volume_nm = 0.269;   ///< radius of the holes between water molecules
};

/// D / D0 of a sphere of radius r in a mesh.
/// Multiscale (Axpe et al. 2019, 10.1021/acs.macromol.9b00753): erf(rFV/r) exp(−(r/rFV)³ φ/(1−φ)) + erfc(rFV/r)
/// exp(−π ((r + rf)/(ξ + 2 rf))²); for vesicles the first term is nil.
double multiscale(double diameter_nm, const Mesh& mesh);
/// The factor erfc(rFV/r) that obstruction has in it.
double obstruction_share(double diameter_nm, const Mesh& mesh);
/// Obstruction alone: exp(−π ((r + rf)/(ξ + 2 rf))²), the second term above (Amsden 1998, 10.1021/ma980765f).
double obstruction(double diameter_nm, const Mesh& mesh);
/// Obstruction by randomly placed fibres, by their share instead of a mesh: exp(−√φ (r + rf)/rf) (Ogston, Preston and
/// Wells 1973).
double ogston(double diameter_nm, const Mesh& mesh);
/// Drag in a stagnant effective medium: 1 / (1 + α + α²/9), α = r/√k (Brinkman 1947, 10.1007/BF02120313), k = 3 rf²
/// (−ln φ − 0.931)/(20 φ) of random fibres (Jackson and James 1986), meant for φ below 0.25. No obstruction in it.
double hydrodynamic(double diameter_nm, const Mesh& mesh);

/// Mesh from the network: ξ = φ^(−1/3) ((1 − 2/f) l² C∞ λ N)^(1/2) in nm (swollen polymer network theory,
/// hydrogeldesign.org): f chains meet at a junction, bonds of l nm, characteristic ratio C∞, λ bonds a repeat unit, N
/// repeat units between junctions.
double network_mesh_nm(double polymer_fraction, double junction, double bond_nm, double ratio, double bonds,
                       double units);

/// Empirical laws: shares released at a time in h; none is kept below 1.
/// k t^n (Korsmeyer et al. 1983; Ritger and Peppas 1987, 10.1016/0168-3659(87)90034-4), k: share at 1 h.
double korsmeyer_peppas(double time_h, double k, double n);
/// k1 t^m + k2 t^2m: diffusion and relaxation (Peppas and Sahlin 1989).
double peppas_sahlin(double time_h, double k1, double k2, double m);
/// 1 − exp(−(t/τ)^b).
double weibull(double time_h, double tau_h, double b);
/// 1 − (1 − v t / L)^n, n = 1 slab, 2 cylinder, 3 sphere: surface that recedes by v (Hopfenberg 1976); 1 once eroded.
double hopfenberg(double time_h, double erosion_mm_h, double length_mm, int n);
/// 1 − exp(−k t).
double first_order(double time_h, double per_h);
/// Amount that has left per area from a suspension of content A above its solubility S through a planar face: √(D (2A −
/// S) S t) (Higuchi 1961), as share of A L; NaN once the front has met the sealed plane, where the law ends.
double higuchi(double diffusivity_mm2_h, double time_h, double length_mm, double saturation_ratio);

}  // namespace vesica::release
