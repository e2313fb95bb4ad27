// SPDX-License-Identifier: Apache-2.0
// What could be an object in a connected piece of a mask: regions by light, by steepness and by necks, and the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_runs.h"
#include "vesica/ops/segment_tree.h"

namespace vesica {

/// The pixels of connected pieces, row by row: those of piece p lie from start[p] to start[p + 1].
struct Pieces {
  std::vector<Dot> dots;
  std::vector<std::uint32_t> start = {0};
  std::vector<RunPieces::Box> boxes;
  std::size_t size() const { return boxes.size(); }
  std::size_t area(std::size_t p) const { return start[p + 1] - start[p]; }
  std::span<const Dot> of(std::size_t p) const { return {dots.data() + start[p], area(p)}; }
};
/// The pieces of what is at least `level` bright (neighbours share an edge), of those with at least `least` pixels.
Pieces pieces_of(const Image2& light, double level, double least);
/// The pieces with wanted[p] != 0.
Pieces those_of(const Pieces& pieces, std::span<const std::uint8_t> wanted);

/// Disjoint regions, as one view of an image proposes them.
struct Candidates {
  std::vector<std::int32_t> labels;  ///< of the pixels in Pieces; 0: in none
  std::vector<double> worth = {0};   ///< of each label, 0 first
  std::int32_t count() const { return static_cast<std::int32_t>(worth.size()) - 1; }
};

/// Those of the regions that lie in wanted pieces, for `those_of` these pieces.
Candidates those_of(const Candidates& found, const Pieces& pieces, std::span<const std::uint8_t> wanted);
/// The other way: `found` with those of the wanted pieces replaced by `again`.
Candidates with_those(const Candidates& found, const Candidates& again, const Pieces& pieces,
                      std::span<const std::uint8_t> wanted);

/// Of all regions that thresholds of `height` give, the disjoint ones of the greatest worth (RegionTrees). `height`: of
/// the pixels in Pieces, 0 to 1, cut into 200 levels.
Candidates candidates_by_height(const Pieces& pieces, std::span<const float> height, const RegionWorth& worth,
                                RegionTrees& trees);

/// How flat the light lies at every pixel of the pieces, 0 (steepest) to 1 (flat): 1 less the square root of the
/// gradient over light + `least`, of the greatest such share. Both sides of the edge between a dim object and a bright
/// one are flat, where the light alone has no dip. `smooth` is what the gradient is taken
/// of. Our choice, after the watershed of relative gradients.
std::vector<float> flatness(const Image2& smooth, const Image2& light, double least, const Pieces& pieces);

/// The parts between the necks (split_touching by shape) of what is at least `level` bright in the pieces.
struct Necks {
  double sigma_px = 0, distance_px = 0, depth = 0;  ///< as in Splitting
};
Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, double level, const Necks& necks,
                               const RegionWorth& worth);

/// The better of both: where regions of one overlap with regions of the other by more than three tenths of the smaller,
/// they form a group, and of every group the side with the greater sum of worth stays (`now`, unless `next` is better
/// by a twentieth).
Candidates better_of(const Candidates& now, const Candidates& next);

}  // namespace vesica
