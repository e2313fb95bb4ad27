// SPDX-License-Identifier: Apache-2.0
// Tables of the kernels' own exp, ln and pow.
#pragma once

namespace vesica::kinetics {

inline constexpr int kPieces = 128;
extern const double kLogInverse[kPieces], kLogHigh[kPieces], kLogLow[kPieces];
extern const double kExpScale[kPieces], kExpTail[kPieces];

}  // namespace vesica::kinetics
