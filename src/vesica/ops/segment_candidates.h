// SPDX-License-Identifier: Apache-2.0
// What could be an object in a connected piece of a mask: regions by light, by steepness and by necks, and the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vesica/data/image.h"
#include "vesica/ops/segment_necks.h"
#include "vesica/ops/segment_runs.h"
#include "vesica/ops/segment_tree.h"

namespace vesica {

/// Connected pieces of a mask; their pixels are counted piece by piece, run by run.
struct Pieces {
  RunPieces shape = {{}, {0}, {}};
  std::vector<std::uint32_t> start = {0};  ///< number of each piece's first pixel; one more than pieces
  std::size_t size() const { return shape.size(); }
  std::size_t pixels() const { return start.back(); }
  std::size_t area(std::size_t p) const { return start[p + 1] - start[p]; }
  const RunPieces::Box& box(std::size_t p) const { return shape.boxes[p]; }
  std::span<const PixelRun> of(std::size_t p) const { return shape.of(p); }
  void add(std::span<const PixelRun> runs, const RunPieces::Box& box);
  /// Calls visit(run, number of its first pixel) for all runs.
  template <typename Visit>
  void each_run(const Visit& visit) const {
    std::uint32_t pixel = 0;
    for (const PixelRun& run : shape.runs) {
      visit(run, pixel);
      pixel += run.size();
    }
  }
};
/// The pieces of what is at least `level` bright (neighbours share an edge), of those with at least `least` pixels.
Pieces pieces_of(const Image2& light, double level, double least);

/// Disjoint regions, as one view of an image proposes them.
struct Candidates {
  std::vector<std::int32_t> labels;  ///< of the pixels in Pieces; 0: in none
  std::vector<double> worth = {0};   ///< of each label, 0 first
  std::int32_t count() const { return static_cast<std::int32_t>(worth.size()) - 1; }
};

/// Of all regions that thresholds of `height` give, the disjoint ones of the greatest worth (RegionTrees). `height`: of
/// the pixels in Pieces, 0 to 1, cut into 200 levels.
Candidates candidates_by_height(const Pieces& pieces, std::span<const float> height, const RegionWorth& worth,
                                RegionTrees& trees);

/// How flat the light lies at every pixel of the pieces, 0 (steepest) to 1 (flat): 1 less the square root of the
/// gradient of the light, blurred by `sigma`, over light + `least`, of the greatest such share. Both sides of the edge
/// between a dim object and a bright one are flat, where the light alone has no dip. Our choice, after the watershed of
/// relative gradients.
std::vector<float> flatness(const Image2& light, double sigma, double least, const Pieces& pieces);

/// The parts between the necks of what is at least `level` bright in the pieces, its holes filled.
Candidates candidates_by_necks(const Image2& light, const Pieces& pieces, double level, const Necks& necks,
                               const RegionWorth& worth);

/// The better of both: where regions of one overlap with regions of the other by more than three tenths of the smaller,
/// they form a group, and of every group the side with the greater sum of worth stays (`now`, unless `next` is better
/// by a twentieth).
Candidates better_of(const Candidates& now, const Candidates& next);

/// The best regions of pieces by several views, each of those pieces alone that the views before do not explain.
class Views {
 public:
  /// A piece needs no other view whose regions are worth more than this share of what ellipses of its area would be.
  struct Clear {
    double whole = 0;        ///< the piece as a whole, before any view
    double other_views = 0;  ///< the regions of the views so far
  };
  Views(const Pieces& pieces, const RegionWorth& worth, const Clear& clear);
  /// The pieces that are to be seen.
  const Pieces& open() const { return open_; }
  /// What a view of the open pieces gives; fewer may be open then.
  void see(Candidates next);
  /// The regions of all pieces.
  Candidates best() &&;

 private:
  void settle(double clear);

  RegionWorth worth_;
  double clear_;
  Pieces open_;
  std::vector<std::uint32_t> places_;  ///< of the open pieces' first pixels among all
  Candidates best_, settled_;          ///< of the open pieces; of all
};

}  // namespace vesica
