// SPDX-License-Identifier: Apache-2.0
// The science of `nta_video` on tracks alone: diffusion, sizes, depth. No images, no files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/ops/size_distribution.h"

namespace vesica::nta_video {

/// How a film was taken: what turns steps into sizes.
struct Conditions {
  double frame_s = 0;     ///< from frame to frame
  double exposure_s = 0;  ///< of one frame, uniform, at most frame_s
  double temperature_c = 0;
  double viscosity_mpa_s = 0;

  /// Motion blur R = exposure / (6 frame) of a shutter that is open all the while (Berglund 2010,
  /// 10.1103/PhysRevE.82.011917): 0 for a flash, 1/6 at most.
  double blur() const { return exposure_s / (6 * frame_s); }
  double diffusion(double diameter_nm) const;  ///< µm²/s, Stokes-Einstein
  double diameter(double diffusion) const;     ///< nm; NaN unless diffusion > 0
};

/// One particle over consecutive frames; steps in µm, the common drift taken off.
struct Track {
  std::vector<double> dx, dy;  ///< of one length
  double noise_um2 = 0;        ///< variance of the error of a position along x (and y)
  double blurred = 1;          ///< share of the shutter's blur R that is in its positions, 0 to 1
  bool begins = false;         ///< true: it appeared away from the border and after the first frame
  bool ends = false;           ///< true: it vanished away from the border and before the last frame
  std::size_t watched = 0;     ///< frames from the first until it came near the border, vanished or the film ended
  std::size_t frames() const { return dx.size() + 1; }
};

/// Diffusion of one track and what it is worth.
struct Diffusion {
  double d_um2_s;    ///< may be zero or below: kept, so that means are unbiased
  double variance;   ///< of d, (µm²/s)²; at the estimate itself
  double noise_um2;  ///< variance of the error of a position, may be below zero
  std::size_t steps;
};
/// Covariance-based estimate, the mean of both axes: D = <dx²>/(2 dt) + <dx dx'>/dt, noise = R <dx²> + (2R-1) <dx dx'>,
/// Var D = [(6 D² + 4 D a + 2 a²)/N + 4 (D + a)²/N²]/2 with a = noise/dt - 2 R D (Vestergaard, Blainey, Flyvbjerg 2014,
/// 10.1103/PhysRevE.89.022726, equations 14 to 17). NaN below two steps.
Diffusion diffusion_of(std::span<const double> dx, std::span<const double> dy, double frame_s, double blur);

/// D over longer times divided by D of the covariances, all tracks together: (<r²(8)> - <r²(4)>)/(16 dt) over the
/// covariance-based D; 1 for Brownian motion whatever blur and noise. `sd`: of one ratio, from the number of
/// independent stretches. NaN without tracks of 16 steps.
struct LongTimes {
  double ratio, sd;
};
LongTimes long_times(std::span<const Track> tracks);

/// Natural logarithm of the probability of a track's steps for each diffusion coefficient (µm²/s, above 0): Gaussian
/// steps with <dx²> = 2 D dt (1-2R) + 2 noise and <dx dx'> = 2 R D dt - noise, whose covariance matrix is diagonal in
/// sines (Berglund 2010). Without blur and noise this is the gamma law of Saveyn 2010 (10.1016/j.jcis.2010.09.020) and
/// Walker 2012 (10.1088/0957-0233/23/6/065605) with the number of steps as shape; with them it holds the effective
/// number. Tracks longer than kLongest steps are cut into pieces.
std::vector<double> log_likelihood(const Track& track, std::span<const double> diffusion, double frame_s, double blur);
inline constexpr std::size_t kLongest = 256;  // chosen: keeps the transform cheap, costs one covariance in 256

/// Logarithmic bins of diameters from `low_nm` to at least `high_nm`, each `ratio` times as wide as the one before.
sizes::Distribution size_grid(double low_nm, double high_nm, double ratio);

/// What each track says about each bin: rows of likelihoods, each divided by its largest.
struct Evidence {
  std::size_t tracks = 0, bins = 0;  ///< bins: a multiple of kLanes, the last ones may be empty
  std::vector<float> rows;           ///< tracks x bins
  struct Span {
    std::uint32_t from, to;  ///< bins that are not negligible, multiples of kLanes
  };
  std::vector<Span> spans;
  std::vector<double> frames;  ///< of each track
  std::span<const float> row(std::size_t i) const { return {rows.data() + i * bins, bins}; }
};
inline constexpr std::size_t kLanes = 4;
Evidence weigh(std::span<const Track> tracks, const sizes::Distribution& grid, const Conditions& conditions,
               const Context& context);

/// A mixture over the bins. How long a track lasts depends on size (small particles leave sooner): a track of group g
/// (of alike length) has the prior w_m q_g(m), where q_g is smooth in the logarithm of diameter. One prior for tracks
/// of all lengths would draw short, uncertain tracks to the sizes of the long ones.
struct Mixture {
  std::vector<std::vector<double>> groups;  ///< w_m q_g(m), group by group; all sum to 1
  std::vector<std::uint32_t> group;         ///< of each track
  std::vector<double> shares;               ///< w: of the tracks; empty without tracks
  std::size_t iterations = 0;
};
/// Expectation and maximisation, w <- mean over tracks of K_im w_m / (K w)_i, from equal shares, stopped where tracks
/// that were left out (a fifth in turn, drawn by the context's seed) are most probable, at most `most` iterations. Each
/// track counts once here (frames of one track are not independent evidence) and by its frames in count().
Mixture unfold(const Evidence& evidence, std::size_t most, const Context& context);
/// The same tracks, each as often as `weights` says (a bootstrap sample): kAgain rounds from the given mixture.
Mixture unfold_again(const Evidence& evidence, const Mixture& from, std::span<const double> weights);
inline constexpr std::size_t kAgain = 40;  // chosen: masses of peaks have moved by then, their widths less
/// Share of a track that belongs to each bin; the sum over bins is 1.
void responsibilities(const Evidence& evidence, const Mixture& mixture, std::size_t track, std::vector<double>& out);

/// How long particles stay in a layer of depth L, as a function of s = sqrt(2 D dt) / L alone: particles of uniform
/// density diffuse in and out through both faces; `age` counts the frames seen.
class Layer {
 public:
  /// Probability that a particle seen for `age` frames since it came in is gone in the next.
  double hazard(double s, std::size_t age) const;
  /// The one table.
  static const Layer& table();
  /// Share of all sightings that belong to stays of at least `least` frames.
  double seen_for(double s, std::size_t least) const;

 private:
  Layer();
  std::vector<std::vector<double>> log_hazard_;  ///< [s][age - 1]
};

/// Depth of the layer in which particles are seen, L = depth_um (d / reference_nm)^power.
struct Depth {
  double depth_um = 0;
  double reference_nm = 100;
  double power = 0;
  double log_sd = 0;     ///< standard error of ln depth_um, from the curvature of the likelihood
  std::size_t ends = 0;  ///< tracks that were seen to end
  double at(double diameter_nm) const;
};
/// Maximum likelihood over depth and power of how long tracks last: tracks that began in view away from the border,
/// older than `least` frames, until they vanish, reach the border or the film ends (censored). Each track counts for
/// every size by its share in the mixture. The idea, that lengths of tracks tell the depth, is Roding's (2011,
/// 10.1103/PhysRevE.84.031920); the layer with discrete frames and the power law of size (with a weak prior, 0.5 +-
/// 0.35) are our choice. depth 0 without ends.
Depth depth_of(std::span<const Track> tracks, const Evidence& evidence, const Mixture& mixture,
               const sizes::Distribution& grid, const Conditions& conditions, std::size_t least);

/// Sightings of each bin: the sum over tracks of their frames (times `weights`) by their shares.
std::vector<double> sightings(const Evidence& evidence, const Mixture& mixture, std::span<const double> weights);
/// Concentration per bin in particles/mL in the cell: sightings per frame over area times depth.
struct Counted {
  std::vector<double> per_ml;    ///< one a bin
  std::vector<double> variance;  ///< Poisson: each track counts independently
  double total = 0, total_variance = 0;
};
/// Volume (mL) in which a sighting of each bin counts: area * depth(d) * share of sightings in long enough tracks.
std::vector<double> volumes_ml(const sizes::Distribution& grid, const Conditions& conditions, const Depth& depth,
                               std::size_t least, double area_um2);
Counted count(const Evidence& evidence, const Mixture& mixture, std::span<const double> weights,
              std::span<const double> volumes, std::size_t frames);

}  // namespace vesica::nta_video
