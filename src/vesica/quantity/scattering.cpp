// SPDX-License-Identifier: Apache-2.0
// Sizes by dynamic and charges by electrophoretic light scattering, as instruments export them.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kIso = "ISO 22412:2017, dynamic light scattering";
constexpr std::string_view kZetaIso = "ISO 13099-2:2012, zeta potential by optical methods";
constexpr std::string_view kPrinted = "the instrument's export";
constexpr double kInf = kInfinity;

constexpr Quantity kEntries[] = {
    {"dls.z_average", "Z-average", "mean hydrodynamic diameter by cumulants", "nm", 0, 1e6, 30, 500, Scale::kLog, 4,
     1e-9,
     "Diameter whose diffusion coefficient (Stokes-Einstein) belongs to the mean decay rate of the first-order "
     "correlation "
     "function, fitted by cumulants: weighted by scattered intensity, so large particles dominate.",
     kIso},
    {"dls.polydispersity_index", "PDI", "polydispersity index by cumulants", "1", 0, 10, 0, 0.7, Scale::kLinear, 3,
     1e-9, "Second cumulant of the decay rates divided by the square of their mean.", kIso},
    {"dls.diffusion_coefficient", "D", "diffusion coefficient behind the Z-average", "um2/s", 0, 1e6, 0.1, 100,
     Scale::kLog, 4, 1e-9, "k T / (3 π η d) with the exported temperature, viscosity and Z-average.", kIso},
    {"dls.peak.diameter", "peak diameter", "mean diameter of a peak of the intensity distribution", "nm", 0, 1e6, 10,
     6000, Scale::kLog, 4, 1e-9, "Intensity-weighted mean of the classes of one peak; the part says which.", kPrinted},
    {"dls.peak.width", "peak width", "standard deviation of a peak of the intensity distribution", "nm", 0, 1e6, 0,
     6000, Scale::kLog, 3, 1e-9, "Standard deviation of the classes of one peak; the part says which.", kPrinted},
    {"dls.peak.share", "peak area", "share of the scattered light in a peak", "%", 0, 100, 0, 100, Scale::kLinear, 3,
     1e-9, "Area of one peak over that of the whole intensity distribution; the part says which.", kPrinted},
    {"dls.diameter.intensity", "intensity mean", "mean diameter weighted by scattered light", "nm", 0, 1e6, 30, 2000,
     Scale::kLog, 4, 1e-9, "Mean of the intensity distribution.", kPrinted},
    {"dls.diameter.volume", "volume mean", "mean diameter weighted by volume", "nm", 0, 1e6, 10, 6000, Scale::kLog, 4,
     1e-9, "Mean of the volume distribution, which the instrument computes with the refractive index it was told.",
     kPrinted},
    {"dls.diameter.number", "number mean", "mean diameter weighted by number", "nm", 0, 1e6, 10, 500, Scale::kLog, 4,
     1e-9, "Mean of the number distribution, which the instrument computes from the light of each class over d^6.",
     kPrinted},
    {"dls.intensity_share", "intensity", "share of the scattered light in a class of diameter", "%", 0, 100, 0, 50,
     Scale::kLinear, 3, 1e-9, "Class of the intensity distribution, as exported.", kPrinted, "diameter", "nm"},
    {"dls.volume_share", "volume", "share of the volume in a class of diameter", "%", 0, 100, 0, 50, Scale::kLinear, 3,
     1e-9, "Class of the volume distribution, as exported.", kPrinted, "diameter", "nm"},
    {"dls.number_share", "number", "share of the particles in a class of diameter", "%", 0, 100, 0, 50, Scale::kLinear,
     3, 1e-9, "Class of the number distribution, as exported.", kPrinted, "diameter", "nm"},
    {"dls.count_rate", "count rate", "mean count rate at the detector", "{counts}/s", 0, kInf, 1e3, 1e6, Scale::kLog, 4,
     1e-9, "Photons counted per second, behind the attenuator.", kPrinted},
    {"dls.derived_count_rate", "derived count rate", "count rate without the attenuator", "{counts}/s", 0, kInf, 1e3,
     1e9, Scale::kLog, 4, 1e-9, "Mean count rate divided by the transmission of the attenuator.", kPrinted},
    {"dls.intercept", "intercept", "intercept of the correlation function", "1", 0, 2, 0.1, 1.05, Scale::kLinear, 3,
     1e-9, "Height of the correlation function at zero delay: the coherence of the light that is seen.", kPrinted},
    {"dls.fit_error", "fit error", "error of the fit to the correlation function", "1", 0, kInf, 0, 0.1, Scale::kLog, 3,
     1e-9, "Root mean square of what the fit leaves, in the instrument's own definition.", kPrinted},
    {"dls.temperature", "temperature", "temperature of the cell", "Cel", -20, 150, 4, 45, Scale::kLinear, 4, 1e-9,
     "As exported.", kPrinted},
    {"dls.viscosity", "viscosity used", "viscosity that the instrument sized with", "mPa.s", 0.01, 1e5, 0.5, 5,
     Scale::kLinear, 4, 1e-9, "As exported.", kPrinted},
    {"dls.viscosity_ratio", "viscosity / water", "viscosity used over that of water at the temperature", "1", 0, 1e6,
     0.98, 3, Scale::kLog, 4, 1e-9, "Exported viscosity divided by that of water at the exported temperature.",
     "Kestin, Sokolov, Wakeham 1978, 10.1063/1.555581"},
    {"dls.refractive_index", "refractive index", "refractive index of the medium", "1", 1, 3, 1.3, 1.6, Scale::kLinear,
     4, 1e-9, "As exported.", kPrinted},
    {"zeta.potential", "ζ potential", "zeta potential", "mV", -500, 500, -100, 100, Scale::kLinear, 3, 1e-9,
     "Potential at the plane of shear, from the mobility by Henry's equation.", kZetaIso},
    {"zeta.deviation", "ζ deviation", "width of the zeta potentials within a measurement", "mV", 0, 500, 0, 50,
     Scale::kLog, 3, 1e-9, "Standard deviation of the distribution within one measurement; no error of the mean.",
     kPrinted},
    {"zeta.mobility", "mobility", "electrophoretic mobility", "um.cm/V/s", -50, 50, -10, 10, Scale::kLinear, 4, 1e-9,
     "Velocity over field: what the instrument measures.", kZetaIso},
    {"zeta.conductivity", "conductivity", "conductivity of the sample", "mmho/cm", 0, 1e3, 0.001, 25, Scale::kLog, 3,
     1e-9, "Conductivity in the cell during the measurement (mS/cm).", kPrinted},
    {"zeta.henry", "f(κa)", "Henry's function that the export implies", "1", 0, 10, 0.95, 1.6, Scale::kLinear, 3, 1e-9,
     "3 η μ / (2 ε ζ) with the exported mobility μ, zeta potential ζ and viscosity η (water's where none is exported) "
     "and the permittivity ε of water: 1 is Hückel's limit, 1.5 Smoluchowski's.",
     "Henry 1931, 10.1098/rspa.1931.0133"},
    {"zeta.count_rate", "count rate", "mean count rate at the detector", "{counts}/s", 0, kInf, 1e3, 1e6, Scale::kLog,
     4, 1e-9, "Photons counted per second, behind the attenuator.", kPrinted},
    {"zeta.temperature", "temperature", "temperature of the cell", "Cel", -20, 150, 4, 45, Scale::kLinear, 4, 1e-9,
     "As exported.", kPrinted},
};

}  // namespace

std::span<const Quantity> scattering() { return kEntries; }

}  // namespace vesica::catalogue
