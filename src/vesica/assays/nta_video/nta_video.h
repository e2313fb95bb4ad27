// SPDX-License-Identifier: Apache-2.0
// Particle tracking from films: sizes and concentration of vesicles from their Brownian motion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vesica/assays/nta_video/nta_video_tracks.h"
#include "vesica/base/context.h"
#include "vesica/contract/contract.h"
#include "vesica/data/image.h"
#include "vesica/data/image_source.h"
#include "vesica/ops/size_distribution.h"

namespace vesica {

extern const Assay kNtaVideoAssay;

namespace nta_video {

struct Settings {
  std::optional<double> frame_rate_hz, exposure_ms, pixel_um, temperature_c, viscosity_mpa_s;
  std::string medium = "unstated";
  std::optional<double> dilution;
  double dilution_cv = 0;
  std::int64_t diameter_px = 9;  ///< chosen: spots of 1.2 to 2 px SD, twice as wide as their 95 %
  double detection_sigma = 6;    ///< chosen: less than one false spot in a thousand frames of 640 by 480
  bool dark = false;
  double smallest_nm = 50;   ///< chosen: below it few vesicles scatter enough to be seen
  double largest_nm = 1000;  ///< chosen: the range of ISO 19430's instruments
  std::optional<double> search_px;
  std::int64_t min_frames = 5;    ///< chosen: four steps; what is shorter may be noise
  std::int64_t iterations = 600;  ///< at most; two sizes a factor 2 apart need 100 to 600
  std::int64_t bootstrap = 100;   ///< chosen
  std::optional<double> bead_nm, bead_per_ml;
  double bead_cv = 0.1;  ///< chosen: what sellers of beads state for counts
  std::string blank = "subtract";
  bool distribution = true;
  bool overlays = true;

  void describe(Fields& fields);
};

/// Why a film cannot be measured.
enum class Refusal { kNone, kEmpty, kOneFrame, kNotFinite, kConstant };

/// One particle in the picture, frame by frame without gaps, in pixels.
struct Seen {
  std::size_t first = 0;        ///< frame
  std::vector<double> x, y;     ///< as seen
  double error_px = 0;          ///< root mean square of the predicted errors; NaN when unknown
  double signal = 0, mass = 0;  ///< means
  bool stuck = false;
};

/// What a film holds. Memory grows with what was seen, not with its pixels.
struct Film {
  Refusal refusal = Refusal::kNone;
  std::size_t width = 0, height = 0, frames = 0;
  double noise = 0;      ///< SD of a pixel without particles, counts
  double margin_px = 0;  ///< at the border nothing is found
  double search_px = 0;
  double separation_px = 0;  ///< closer spots are one
  double spots = 0;          ///< located in one frame, mean
  std::size_t saturated = 0, located = 0;
  std::size_t stuck = 0;
  std::size_t leaps = 0;                 ///< tracks cut where another particle was taken for theirs
  std::vector<Seen> seen;                ///< of at least two frames
  std::vector<double> drift_x, drift_y;  ///< step of each frame to the next, smoothed, px
  std::vector<double> keep;              ///< by which a step is too short because it is part of that mean
  double vibration_px = 0;               ///< SD of the common displacement beyond chance and drift
  double step2_px = 0;                   ///< mean square of a step, drift taken off
  Image2 picture;                        ///< its middle frame
  std::size_t picture_frame = 0;
  double area_px() const;  ///< of the frame in which spots are found
  /// Others expected nearer than two spots are told apart, or than a typical step: whichever is farther.
  double crowding() const;
};
/// Locates (Crocker and Grier), links without gaps, finds what sticks, and the common drift. One pass after a look at
/// the first frames for their noise; a window of frames in memory.
Film read_film(const ImageSource& source, const Settings& settings, double search_px, const Context& context);

/// Tracks in µm without drift, at least min_frames long, not stuck. Tells for each what share of the shutter's blur is
/// in the centres of its spots, and raises the predicted errors of positions where the covariances of steps ask for it,
/// both from the tracks of alike predicted error.
std::vector<Track> tracks_of(const Film& film, const Settings& settings, double pixel_um, const Conditions& conditions,
                             std::vector<std::size_t>* which = nullptr);

/// Learned from films of beads of known size and concentration.
struct Beads {
  double volume_ratio = 1;   ///< concentration by tracks over the stated one
  double volume_log_sd = 0;  ///< of its logarithm, the stated concentration's own included
  double size_ratio = kNaN;  ///< median by tracks over the stated diameter
  double size_sd = kNaN;
  std::size_t films = 0;
};
/// Learned from films of the diluent: particles/mL in the cell per bin, as tracks alone tell.
struct Blank {
  double low_nm = 0;
  std::vector<double> per_ml, variance;
  double total = 0, total_variance = 0;
  std::size_t films = 0;
};

inline constexpr double kBinNm = 5;  // chosen: the positions of vesicle.number_share, shared by all instruments

/// A value with the band that sampling tracks again gives.
struct Band {
  double value = kNaN, low = kNaN, high = kNaN;
};
/// What is said of the particles of one film.
struct Sizes {
  Conditions conditions;
  sizes::Distribution grid;                     ///< particles/mL in the cell, net of the blank (0 where that is larger)
  sizes::Distribution bins;                     ///< the same on bins of kBinNm
  std::vector<double> low, high;                ///< bands of bins.amount; empty without bootstrap
  sizes::Distribution as_seen;                  ///< particles in view, before the correction for depth
  std::vector<double> naive_nm;                 ///< diameters of single tracks; those with D <= 0 are missing
  std::vector<double> diffusion, diffusion_sd;  ///< of each track, µm²/s
  Band mean, mode, median, d10, d90, sd, span;
  Band total;           ///< particles/mL in the cell, net
  double total_sd = 0;  ///< of the net total: tracks, depth, blank, beads
  double gross = 0, gross_sd = 0;
  double common_log_sd = 0;  ///< of the beads: the same for all films measured by them
  double noise_nm = 0;       ///< localisation error, mean
  Depth depth;
  std::size_t tracks = 0, not_positive = 0, iterations = 0, frames = 0;
  double in_view = 0;  ///< particles of sized tracks in one frame, mean
};
/// Everything from tracks to numbers. `area_um2`: of the part of the frame in which spots are found.
Sizes measure_tracks(const std::vector<Track>& tracks, std::size_t frames, double area_um2,
                     const Conditions& conditions, const Settings& settings, const std::optional<Beads>& beads,
                     const std::optional<Blank>& blank, const Context& context);
/// Percentile of single values (for bands): linear between order statistics. NaN when empty.
double quantile(std::vector<double> values, double p);

Value to_value(const Beads& beads);
Value to_value(const Blank& blank);
std::optional<Beads> beads_from(const Value& value);
std::optional<Blank> blank_from(const Value& value);

}  // namespace nta_video
}  // namespace vesica
