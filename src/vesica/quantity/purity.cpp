// SPDX-License-Identifier: Apache-2.0
// Quantities of the purity and identity of vesicle preparations.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr Quantity kEntries[] = {
    {"vesicle.particles_per_protein.ceiling", "ceiling of particles per protein",
     "particles per µg protein if vesicles of these sizes were all that there is", "/ug", 0, 1e15, 1e8, 1e12,
     Scale::kLog, 3, 1e-9,
     "1 / (f ρ π/6 ⟨d³⟩): ρ is the wet density of a vesicle, f the share of protein in its mass, ⟨d³⟩ the mean over "
     "the "
     "preparation's own size distribution.",
     "our definition; page of the check purity"},
    {"vesicle.particles_per_protein.of_ceiling", "particles per protein over ceiling",
     "particles per µg protein as a share of the ceiling", "1", 0, 1e9, 0.001, 2, Scale::kLog, 3, 1e-9,
     "Particles per µg protein divided by the ceiling that the sizes allow: the share of the protein that vesicles "
     "explain; above 1 the protein is too little for the particles counted.",
     "our definition; page of the check purity"},
    {"vesicle.marker", "marker", "a marker was seen (1) or looked for and not seen (0)", "1", 0, 1, 0, 1,
     Scale::kLinear, 3, 1e-9,
     "1 when the marker that the target names was seen in the preparation, 0 when it was looked for and not "
     "seen; a share of positive vesicles lies between.",
     "MISEV2023, 10.1002/jev2.12404"},
};

}  // namespace

std::span<const Quantity> purity() { return kEntries; }

}  // namespace vesica::catalogue
