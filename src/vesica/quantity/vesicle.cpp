// SPDX-License-Identifier: Apache-2.0
// Quantities of vesicle preparations. Definitions follow the recomputation from exported bins (docs of assay `nta`).
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kNm = "nm";
constexpr std::string_view kPerMl = "{particles}/mL";
// Hydrodynamic diameters seen by tracking instruments: 10 nm to 2 µm is what ISO 19430 covers; vesicle preparations
// rarely average outside 50 to 400 nm (chosen as the plausible range: outside is worth a second look).
constexpr std::string_view kIso = "ISO 19430:2016, particle tracking analysis";

constexpr Quantity kEntries[] = {
    {"vesicle.particles_per_protein", "particles per protein", "particles per µg protein of a preparation", "/ug", 0,
     1e15, 1e6, 1e12, Scale::kLog, 3, 1e-9,
     "Particles per mL divided by µg protein per mL of the same preparation: the usual measure of purity.",
     "Webber & Clayton 2013, 10.3402/jev.v2i0.19861"},
    {"vesicle.diameter.mean", "mean diameter", "number-weighted mean hydrodynamic diameter", kNm, 0, 1e5, 50, 400,
     Scale::kLinear, 4, 1e-9, "Sum of bin concentration times bin centre, divided by the sum of bin concentrations.",
     kIso},
    {"vesicle.diameter.mode", "modal diameter", "most frequent hydrodynamic diameter", kNm, 0, 1e5, 40, 400,
     Scale::kLinear, 4, 1e-9,
     "Vertex of the parabola through the highest bin and its two neighbours; the bin centre when they are not three.",
     kIso},
    {"vesicle.diameter.median", "median diameter (D50)", "number-weighted median hydrodynamic diameter", kNm, 0, 1e5,
     50, 400, Scale::kLinear, 4, 1e-9,
     "Diameter below which half of the particles lie, linear inside the bin from its lower edge.", kIso},
    {"vesicle.diameter.d10", "D10", "10 % percentile of diameter", kNm, 0, 1e5, 20, 300, Scale::kLinear, 4, 1e-9,
     "Diameter below which 10 % of the particles lie, linear inside the bin from its lower edge.", kIso},
    {"vesicle.diameter.d90", "D90", "90 % percentile of diameter", kNm, 0, 1e5, 60, 800, Scale::kLinear, 4, 1e-9,
     "Diameter below which 90 % of the particles lie, linear inside the bin from its lower edge.", kIso},
    {"vesicle.diameter.sd", "SD of diameter", "standard deviation of diameter within a preparation", kNm, 0, 1e5, 5,
     300, Scale::kLog, 3, 1e-9, "Square root of the concentration-weighted variance of bin centres.", kIso},
    {"vesicle.diameter.span", "span", "relative width of the distribution", "1", 0, 1e3, 0.2, 3, Scale::kLog, 3, 1e-9,
     "(D90 − D10) / D50.", kIso},
    {"vesicle.concentration", "particle concentration", "particle concentration of the undiluted preparation", kPerMl,
     0, 1e18, 1e6, 1e14, Scale::kLog, 3, 1e-9,
     "Sum of bin concentrations in the measured cell times the stated total dilution (a factor that the instrument has "
     "already applied is not applied again), less the blank when there is one.",
     kIso},
    {"vesicle.concentration.measured", "concentration in the cell", "particle concentration in the measured dilution",
     kPerMl, 0, 1e18, 1e6, 1e10, Scale::kLog, 3, 1e-9,
     "Sum of bin concentrations as measured, before dilution is taken into account.", kIso},
    {"vesicle.number_density", "number density", "particles per volume and nanometre of diameter", "{particles}/mL/nm",
     0, 1e18, 0, 1e13, Scale::kLinear, 3, 1e-9,
     "Bin concentration of the preparation divided by bin width; rows run from the first to the last bin that is not "
     "empty.",
     kIso, "diameter", "nm"},
    {"vesicle.number_share", "number share", "share of the particles per nanometre of diameter", "/nm", 0, 10, 0, 0.1,
     Scale::kLinear, 3, 1e-9,
     "Number density divided by the number of all particles that the instrument sees, so that the area is 1; measured "
     "on bins of 5 nm, where the blank exceeds the sample as 0.",
     "shape of a distribution; our choice of the bins", "diameter", "nm"},
    {"vesicle.particle_count", "particles", "number of particles in a dose or a gel", "{particles}", 0, 1e20, 1e3, 1e15,
     Scale::kLog, 3, 1e-9, "Concentration of the preparation times the volume of it that is given.",
     "bookkeeping; our wording"},
    {"vesicle.surface_area_concentration", "surface area per volume", "sphere surface of all particles per volume",
     "um2/mL", 0, 1e18, 0, 1e14, Scale::kLog, 3, 1e-9, "Sum of concentration times π d², spheres assumed.",
     "geometry; our choice of the sphere"},
    {"vesicle.volume_concentration", "vesicle volume per volume", "sphere volume of all particles per volume", "um3/mL",
     0, 1e18, 0, 1e14, Scale::kLog, 3, 1e-9, "Sum of concentration times π d³ / 6, spheres assumed.",
     "geometry; our choice of the sphere"},
};

}  // namespace

std::span<const Quantity> vesicle() { return kEntries; }

}  // namespace vesica::catalogue
