// SPDX-License-Identifier: Apache-2.0
// The area of a phase's surface, and how it grows: the structure model index.
#pragma once

#include <optional>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/mask3.h"

namespace vesica {

/// Gaussian of the SD `sigma` (in voxels, cut at four SD, edge voxels repeated), axis by axis. `sigma` 0 changes
/// nothing.
void smooth(std::vector<float>& values, std::size_t nx, std::size_t ny, std::size_t nz, double sigma,
            const Context& context);

/// Area of the surface value = level, in squares of the edges' unit: marching cubes (Lorensen and Cline 1987,
/// 10.1145/37401.37422) over cells of eight voxel centres with linear interpolation; faces with crossing diagonals keep
/// the inside corners apart; each loop is a fan around its mean point (our choice: no corner is preferred). Only what
/// lies in voxels of `where` counts (empty: the whole volume), so that the wall of a region is no surface; at the
/// volume's own faces values are continued outwards by half a voxel.
double level_area(const std::vector<float>& values, std::size_t nx, std::size_t ny, std::size_t nz, double level,
                  const Mask3& where, const Spacing3& edge, const Context& context);

/// SD in voxels of the smoothing of a mask before its surface is taken; the bare steps of a mask make a sphere's area 8
/// % too large. Chosen after the field's notes; a sphere of radius r shrinks by 0.25/r voxels.
inline constexpr double kSurfaceSigma = 0.7;
/// Area of the surface of phase 1: level_area at 1/2 of the mask smoothed by kSurfaceSigma. 4 bytes a voxel twice.
double surface_area(const Mask3& mask, const Mask3& where, const Spacing3& edge, const Context& context);

/// Structure model index 6 V (dS/dr) / S^2 (Hildebrand and Rueegsegger 1997, 10.1080/01495739708936692): 0 plates, 3
/// rods, 4 balls, within 7 % from ten voxels of thickness; concave surfaces make it negative (Salmon 2015,
/// 10.3389/fendo.2015.00162). `volume` of phase 1 within `where`; dS/dr from the level areas of the mask smoothed by
/// kIndexSigma at the levels that lie half a voxel outside and inside of a flat surface (our choice: no mesh to move).
/// Nothing when there is no surface.
inline constexpr double kIndexSigma = 1;  // voxels; chosen: steps of the mask cancel in the difference
std::optional<double> structure_model_index(const Mask3& mask, const Mask3& where, double volume, const Spacing3& edge,
                                            const Context& context);

}  // namespace vesica
