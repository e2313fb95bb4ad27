// SPDX-License-Identifier: Apache-2.0
// What a particle-tracking instrument says of its own videos.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kPrinted = "the instrument's export";

constexpr Quantity kEntries[] = {
    {"nta.particles_per_frame", "particles per frame", "mean number of particles in view", "{particles}", 0, 1e5, 10,
     150, Scale::kLog, 3, 1e-9, "Mean count of tracked particles per frame, as the instrument prints it.", kPrinted},
    {"nta.completed_tracks", "completed tracks", "tracks completed in one video", "{tracks}", 0, 1e7, 200, 1e6,
     Scale::kLog, 4, 1e-9, "Number of completed tracks, as the instrument prints it.", kPrinted},
    {"nta.valid_tracks", "valid tracks", "tracks long enough to be sized", "{tracks}", 0, 1e7, 200, 1e6, Scale::kLog, 4,
     1e-9, "Number of tracks that entered the size distribution, as the instrument prints it.", kPrinted},
    {"nta.drift", "drift", "speed of the common drift", "{pixels}/{frame}", 0, 1e4, 0, 15, Scale::kLinear, 3, 1e-9,
     "Length of the printed drift vector (x, y).", kPrinted},
    {"nta.viscosity", "viscosity used", "viscosity the instrument sized with", "mPa.s", 0.1, 100, 0.5, 5,
     Scale::kLinear, 5, 1e-9, "Viscosity as printed in the export.", kPrinted},
    {"nta.temperature", "temperature", "temperature of the cell", "Cel", -10, 100, 15, 37, Scale::kLinear, 4, 1e-9,
     "Temperature as printed in the export.", kPrinted},
    {"nta.flagged_videos", "flagged videos", "share of videos that the instrument itself warns about", "1", 0, 1, 0,
     0.5, Scale::kLinear, 3, 1e-9,
     "Videos that the chosen rule counts as flagged (default: the instrument's verdict on the concentration is not OK) "
     "divided by all videos; 0 or 1 for a single one.",
     kPrinted},
    {"nta.observed_volume", "observed volume", "volume in which one frame counts particles", "nL", 0, 1e6, 0.03, 5,
     Scale::kLog, 3, 1e-9,
     "Particles per frame divided by the concentration in the cell; an instrument's constant for ZetaView, corrected "
     "by "
     "brightness and therefore not constant for NanoSight.",
     "recomputation of public exports: 0.06 to 0.19 nL (NanoSight), 2.2 to 2.7 nL (ZetaView)"},
    {"nta.track_length", "track length", "median length of the tracks of one video", "{frames}", 1, 1e7, 3, 1000,
     Scale::kLog, 3, 1e-9, "Median number of frames a track, all tracks.", kPrinted},
    {"nta.included_tracks", "included tracks", "tracks that the instrument includes in its distribution", "{tracks}", 0,
     1e7, 200, 1e6, Scale::kLog, 4, 1e-9, "Number of tracks marked as included in ParticleData or AllTracks.",
     kPrinted},
    {"nta.pixel_size", "pixel size", "size of a pixel in the sample", "um", 0, 100, 0.05, 2, Scale::kLinear, 4, 1e-6,
     "Pixel size at which the tracks' own covariance-based diffusion equals the printed coefficients.",
     "Vestergaard 2014, 10.1103/PhysRevE.89.022726; our choice of the ratio of sums"},
};

}  // namespace

std::span<const Quantity> tracking() { return kEntries; }

}  // namespace vesica::catalogue
