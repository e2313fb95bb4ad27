// SPDX-License-Identifier: Apache-2.0
// What could be an object in a connected piece of a mask: regions by light, by steepness and by necks, and the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_tree.h"

namespace vesica {

/// The pixels of every connected piece, row by row: those of piece p lie from start[p] to start[p + 1].
struct Pieces {
  std::vector<Dot> dots;
  std::vector<std::uint32_t> start;
  std::vector<Component> boxes;                          ///< of each piece
  std::size_t size() const { return start.size() - 1; }  ///< one more than pieces: 0 is outside and has no pixels here
  std::size_t area(std::size_t p) const { return start[p + 1] - start[p]; }
};
Pieces pieces_of(const Components& found);

/// Disjoint regions, as one view of an image proposes them.
struct Candidates {
  std::vector<std::int32_t> labels;  ///< of the pixels in Pieces; 0: in none
  std::vector<double> worth = {0};   ///< of each label, 0 first
  std::int32_t count() const { return static_cast<std::int32_t>(worth.size()) - 1; }
};

/// Which pieces are looked at, by their number; 0 at the front.
using WantedPieces = std::vector<std::uint8_t>;

/// Of all regions that thresholds of `height` give, the disjoint ones of the greatest worth (RegionTrees). `height`: of
/// the pixels in Pieces, 0 to 1, cut into 200 levels.
Candidates candidates_by_height(const Pieces& pieces, const WantedPieces& wanted, std::span<const float> height,
                                const RegionWorth& worth, RegionTrees& trees);

/// How flat the light lies at every pixel of the wanted pieces, 0 (steepest) to 1 (flat): 1 less the square root of the
/// gradient over light + `least`, of the greatest such share. Both sides of the edge between a dim object and a bright
/// one are flat, where the light alone has no dip. Pixels of other pieces: 0. `smooth` is what the gradient is taken
/// of. Our choice, after the watershed of relative gradients.
std::vector<float> flatness(const Image2& smooth, const Image2& light, double least, const Pieces& pieces,
                            const WantedPieces& wanted);

/// The parts between the necks (split_touching by shape) of what is at least `level` bright in the wanted pieces.
struct Necks {
  double sigma_px = 0, distance_px = 0, depth = 0;  ///< as in Splitting
};
Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, const WantedPieces& wanted, double level,
                               const Necks& necks, const RegionWorth& worth);

/// The better of both: where regions of one overlap with regions of the other by more than three tenths of the smaller,
/// they form a group, and of every group the side with the greater sum of worth stays (`now`, unless `next` is better
/// by a twentieth).
Candidates better_of(const Candidates& now, const Candidates& next);

}  // namespace vesica
