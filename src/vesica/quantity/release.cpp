// SPDX-License-Identifier: Apache-2.0
// Release of vesicles from gels: what the model `release` predicts and release tests measure.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kTest = "usage of release tests; our wording";
constexpr std::string_view kStokes = "Stokes-Einstein; Axpe et al. 2019, 10.1021/acs.macromol.9b00753";

constexpr Quantity kEntries[] = {
    {"release.cumulative_fraction", "released", "share of the loaded vesicles that has left the gel until a time", "1",
     -0.5, 10, 0, 1.2, Scale::kLinear, 3, 1e-6,
     "Amount released until the time divided by the amount loaded; what was withdrawn with samples counts as released.",
     kTest},
    {"release.cumulative_amount", "released", "particles that have left the gel until a time", "{particles}", 0, 1e20,
     1e3, 1e15, Scale::kLinear, 3, 1e-6,
     "Particles in the medium plus those withdrawn with earlier samples; of a prediction the share times the load.",
     kTest},
    {"release.medium_concentration", "concentration in the medium", "particles per volume of the release medium",
     "{particles}/mL", 0, 1e18, 1e3, 1e14, Scale::kLog, 3, 1e-9,
     "Reading of a sample of the medium, before what was taken out earlier is added.", kTest},
    {"release.burst_fraction", "burst", "share of the load released in the first hours", "1", -0.5, 10, 0, 1,
     Scale::kLinear, 3, 1e-6,
     "Cumulative fraction at the time that the assay calls the end of the burst, by straight lines between samples.",
     kTest},
    {"release.held_back", "held back", "share of the load that a medium never changed leaves in the gel", "1", 0, 1, 0,
     0.5, Scale::kLinear, 3, 1e-6, "K Vg / (V + K Vg) of gel and medium with the partition coefficient K.", kTest},
    {"release.saturation_share", "share of saturation", "highest concentration of the medium over saturation", "1", 0,
     1e6, 0, 2, Scale::kLinear, 3, 1e-6, "Highest reading divided by the highest possible one.", kTest},
    {"release.recovery", "recovery", "what was released and what was left over what was loaded", "1", -0.5, 10, 0.5,
     1.2, Scale::kLinear, 3, 1e-6, "(Amount released until the end + amount found in the gel) / amount loaded.", kTest},
    {"release.rate", "release rate", "share of the load that leaves per hour", "/h", 0, 1e6, 0, 10, Scale::kLinear, 3,
     1e-5, "Derivative of the cumulative fraction with respect to time.", kTest},
    {"release.t50", "t50", "time until half of the load is released", "h", 0, 1e9, 1e-3, 1e5, Scale::kLog, 3, 1e-6,
     "First time at which the cumulative fraction is 0.5; between measured times by straight lines.", kTest},
    {"release.t90", "t90", "time until 90 % of the load is released", "h", 0, 1e9, 1e-3, 1e5, Scale::kLog, 3, 1e-6,
     "First time at which the cumulative fraction is 0.9; between measured times by straight lines.", kTest},
    {"release.diffusion_coefficient", "D", "diffusion coefficient of a vesicle", "um2/s", 0, 1e6, 0, 100, Scale::kLog,
     3, 1e-6, "kT/(3πηd) in the liquid; in the gel times the hindrance. The target says where.", kStokes},
    {"release.hindrance", "D/D0", "diffusion coefficient in the gel over that in the liquid", "1", 0, 1, 0, 1,
     Scale::kLog, 3, 1e-6, "Ratio for a vesicle of the median diameter in the mesh at the start.", kStokes},
    {"release.mesh_size", "mesh ξ", "mesh of the gel", "nm", 0, 1e7, 1, 1e5, Scale::kLog, 3, 1e-6,
     "Distance between neighbouring junctions of the polymer network at the start.", kStokes},
};

}  // namespace

std::span<const Quantity> release() { return kEntries; }

}  // namespace vesica::catalogue
