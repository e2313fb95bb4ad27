// SPDX-License-Identifier: Apache-2.0
// Coefficients of stiffly accurate Rosenbrock methods in the form that needs no product with the Jacobian.
#pragma once

namespace vesica::solve {

/// Hairer & Wanner 1996, IV.7, equation (7.25'):
/// (I/(hγ) - J) U_j = f(t + c_j h, y + Σ_l a_jl U_l) + Σ_l (coupling_jl / h) U_l + d_j h ∂f/∂t;
/// the last stage's argument plus U_last is the new state, and U_last the estimate of its error.
/// Dense output: y(θ) = y + θ Σ_j (b_j + (1-θ)(bend_1j + θ bend_2j + θ² bend_3j)) U_j, b the last row of a, then 1.
struct Rodas {
  static constexpr int kMostStages = 8;
  const char* name;
  int stages, order, dense_order;
  double gamma;
  double a[kMostStages][kMostStages], coupling[kMostStages][kMostStages];
  double c[kMostStages], d[kMostStages];
  double bend[3][kMostStages];
};

/// Hairer & Wanner 1996, order 4(3), as in their program RODAS.
extern const Rodas kRodas4;
/// Steinebach 1995 (preprint 1741, TH Darmstadt), order 4(3) without order reduction on linear parabolic problems.
extern const Rodas kRodas4P;
/// Steinebach 2023 (10.1007/s10543-023-00967-x), order 5(4), the same property, dense output of order 4.
extern const Rodas kRodas5P;

}  // namespace vesica::solve
