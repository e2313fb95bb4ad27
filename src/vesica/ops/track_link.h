// SPDX-License-Identifier: Apache-2.0
// Spots of successive frames linked into tracks, frame by frame; memory does not grow with the film.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "vesica/ops/track_locate.h"

namespace vesica {

struct LinkSettings {
  double search_range = 5;    ///< farthest step from a frame to the next, px
  int memory = 0;             ///< frames that a particle may be missing and still be the same
  bool widen = true;          ///< the gate grows as sqrt(frames since last seen), as diffusion does
  bool follow_drift = false;  ///< look where the common drift of the last frames leads
  int drift_frames = 10;      ///< frames over which the drift is averaged (chosen)
  std::size_t piece = 256;    ///< a track with more points is handed over in pieces of this many (chosen: 14 kB)
};

/// A spot within a track. Drift is that of the whole frame since frame 0, as known when the frame was linked.
struct TrackSpot {
  std::uint64_t frame = 0;
  Detection spot;
  float drift_x = 0, drift_y = 0;  ///< px; spot.x - drift_x is the position without drift
};

/// One particle seen over time. Frames rise; differences above 1 are gaps.
struct Track {
  std::uint64_t id = 0;     ///< 0, 1, .. in the order of first appearance
  std::uint64_t piece = 0;  ///< 0; 1, 2, .. for what follows of a track longer than LinkSettings::piece
  std::vector<TrackSpot> points;
};

/// What linking one frame found.
struct LinkedFrame {
  std::uint64_t frame = 0;
  std::size_t spots = 0;            ///< spots in the frame
  std::size_t linked = 0;           ///< of them continue a track
  std::size_t stepped = 0;          ///< of them were seen in the frame before: those that measure drift
  double step_x = 0, step_y = 0;    ///< their mean displacement; 0 when there is none, px
  double drift_x = 0, drift_y = 0;  ///< sum of the mean displacements since frame 0, px
  std::size_t largest = 0;          ///< tracks in the largest network of candidates
};

/// Links frames fed one after the other. Candidates are pairs of a live track and a spot closer than the gate
/// search_range * sqrt(frames since last seen) (found by a grid); pairs that share a track or a spot form a network;
/// each network is solved exactly as a linear assignment that minimises the sum of squared distances (divided by the
/// frames since last seen, when `widen`) plus search_range^2 for every track left unlinked: the maximum likelihood
/// of independent diffusion (Crocker and Grier 1996, 10.1006/jcis.1996.0217), by shortest augmenting paths (Jonker and
/// Volgenant 1987, 10.1007/BF02278710) over the candidates only, so that no network is too large. Without `widen` costs
/// are trackpy's. Tracks come to `finished` when they have been missing for more than `memory` frames, in order of
/// their ids within a frame. Same input, same tracks: ties go to the earlier track and spot.
class Linker {
 public:
  Linker(const LinkSettings& settings, std::function<void(Track&&)> finished);
  ~Linker();
  Linker(const Linker&) = delete;
  Linker& operator=(const Linker&) = delete;

  /// The next frame (the first is frame 0); an empty one is a frame in which nothing was seen.
  LinkedFrame feed(std::span<const Detection> spots);
  /// Hands over all tracks that are still alive. Nothing may be fed after it.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vesica
