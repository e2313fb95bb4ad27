// SPDX-License-Identifier: Apache-2.0
// The catalogue's parts, one array a subject; quantity.cpp merges them. Add a part here and in its own .cpp.
#pragma once

#include <limits>
#include <span>

#include "vesica/quantity/quantity.h"

namespace vesica::catalogue {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::span<const Quantity> bone();        ///< bone morphometry of micro-CT
std::span<const Quantity> purity();      ///< particles per protein against its ceiling, markers
std::span<const Quantity> protein();     ///< protein and analytes from standard curves, viability
std::span<const Quantity> vesicle();     ///< sizes, concentrations and curves of vesicle preparations
std::span<const Quantity> micrograph();  ///< vesicles in electron micrographs
std::span<const Quantity> tracking();    ///< what a particle-tracking instrument says of its own videos
std::span<const Quantity> isolation();   ///< centrifugation
std::span<const Quantity> model();       ///< symbols of reaction networks
std::span<const Quantity> overlap();     ///< colocalisation of two channels
std::span<const Quantity> uptake();      ///< uptake by cells, feasibility, doses between species
std::span<const Quantity> release();     ///< release of vesicles from gels
std::span<const Quantity> scattering();  ///< sizes and charges by light scattering
std::span<const Quantity> wound();       ///< scratch wounds
std::span<const Quantity> nuclei();      ///< nuclei under fluorescence
std::span<const Quantity> course();      ///< time courses in a body
std::span<const Quantity> other();       ///< numbers of any kind that the `table` assay takes in

}  // namespace vesica::catalogue
