// SPDX-License-Identifier: Apache-2.0
// What a particle-tracking instrument says of its own videos.
#include "vesica/quantity/catalogue.h"

namespace vesica::catalogue {

namespace {

constexpr std::string_view kPrinted = "the instrument's export";
constexpr std::string_view kFilm = "our choice; page of the assay nta_video";

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
    {"nta.particles_in_view", "particles in view", "mean number of particles located in one frame of a film",
     "{particles}", 0, 1e6, 10, 150, Scale::kLog, 3, 1e-9,
     "Spots located in all frames, those of particles that stick to the glass included, divided by the frames.", kFilm},
    {"nta.sized_tracks", "sized tracks", "tracks of a film that enter its size distribution", "{tracks}", 0, 1e7, 200,
     1e6, Scale::kLog, 4, 1e-9,
     "Gapless tracks of at least the least number of frames that do not stick to the glass; those with a diffusion "
     "coefficient of zero or below are among them.",
     kFilm},
    {"nta.stuck_particles", "stuck particles", "tracks of a film that do not move", "{tracks}", 0, 1e6, 0, 20,
     Scale::kLinear, 3, 1e-9, "Tracks of at least 15 frames that stay within 1 pixel of their mean place.", kFilm},
    {"nta.drift_speed", "speed of the drift", "mean speed of the common drift of a film", "um/s", 0, 1e6, 0, 50,
     Scale::kLinear, 3, 1e-9,
     "Length of the mean common displacement from frame to frame, divided by the time between.", kFilm},
    {"nta.vibration", "vibration", "common jitter of all particles of a film", "um", 0, 1e4, 0, 0.1, Scale::kLinear, 3,
     1e-9,
     "SD of the stage along one axis: what the mean displacements of single frames scatter beyond drift and chance.",
     kFilm},
    {"nta.localisation_error", "localisation error", "error with which a particle's place in one frame is known", "nm",
     0, 1e5, 5, 100, Scale::kLog, 3, 1e-9,
     "Root mean square over the sized tracks, from the covariance of successive steps.",
     "Vestergaard 2014, 10.1103/PhysRevE.89.022726"},
    {"nta.detection_depth", "depth of detection", "depth over which particles are seen", "um", 0, 1e5, 1, 50,
     Scale::kLog, 3, 1e-9,
     "Depth of the layer out of which particles must diffuse to make tracks as long as they are, at the median size of "
     "the particles in view.",
     "Roding 2011, 10.1103/PhysRevE.84.031920 (the idea); the layer in discrete frames is our choice"},
    {"nta.crowding", "crowding", "other particles too near to a particle", "1", 0, 1e4, 0, 0.1, Scale::kLog, 3, 1e-9,
     "Spots per area times pi r²; r is the distance below which spots are one, or the root mean square of a step when "
     "that is larger.",
     kFilm},
    {"nta.bead_size_ratio", "bead size", "diameter of beads over what is stated", "1", 0, 1e3, 0.95, 1.05, Scale::kLog,
     4, 1e-9, "Median diameter by tracks, divided by the stated diameter.", kFilm},
    {"nta.bead_count_ratio", "bead count", "concentration of beads over what is stated", "1", 0, 1e6, 0.5, 2,
     Scale::kLog, 3, 1e-9,
     "Concentration by the depth that the beads' own tracks tell, divided by the stated concentration.", kFilm},
};

}  // namespace

std::span<const Quantity> tracking() { return kEntries; }

}  // namespace vesica::catalogue
