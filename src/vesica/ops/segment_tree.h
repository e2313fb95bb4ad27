// SPDX-License-Identifier: Apache-2.0
// The regions of all thresholds of a connected piece as a tree, and the best disjoint ones among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vesica {

/// A pixel.
struct Dot {
  std::uint32_t x = 0, y = 0;
};

/// Sums over the pixels of a region; of whole numbers, exact in any order.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  void add(const Dot& dot);
  void add(const Moments& other);
  /// Area over that of the ellipse of the same second moments (with a pixel's own 1/12): 1 for an ellipse, 0.90 for two
  /// discs that touch.
  double likeness() const;
};

/// What a region is worth: area * (likeness to an ellipse - shape), 0 where its area is not from least to most, or the
/// difference is negative.
struct RegionWorth {
  double shape = 0, least = 0, most = 0;
  double of(const Moments& region) const;
};

/// Trees of the pieces of one image. Pieces are handed over one at a time, so that each stays in the processor's cache.
class RegionTrees {
 public:
  /// `frame` is working space, that the trees use from now on.
  RegionTrees(std::size_t width, std::size_t height, std::vector<std::int32_t>& frame);

  /// Chooses the disjoint regions of a piece with the greatest sum of worth, of nested ones with the same sum the
  /// outer. `dots`: all pixels of a piece (neighbours share an edge; no pixel of another piece is a neighbour), row by
  /// row; `levels`: 1 to 255, brighter is higher. labels[i] becomes first, first + 1, ... or 0; yields the worth of
  /// each region chosen.
  const std::vector<double>& choose(std::span<const Dot> dots, std::span<const std::uint8_t> levels,
                                    const RegionWorth& worth, std::int32_t first, std::span<std::int32_t> labels);

 private:
  struct Node {
    Moments sums;
    std::uint32_t parent = 0;
    float inside = 0, best = 0;
    bool taken = false;
    std::int32_t label = 0;
  };
  struct Set {
    std::uint32_t size = 0, last = 0;
  };
  void sort(std::span<const Dot> dots, std::span<const std::uint8_t> levels);
  void connect(std::uint32_t n);
  void measure(std::span<const Dot> dots);

  std::size_t wide_;                                  ///< width with a frame of one pixel
  std::vector<std::int32_t>& place_;                  ///< in order_, for every pixel of the frame; -1 outside
  std::vector<std::uint32_t> order_, parent_, root_;  ///< by level from the brightest, then row by row
  std::vector<std::uint32_t> at_, node_;              ///< in the frame; of nodes_
  std::vector<Set> sets_;
  std::vector<std::uint8_t> level_;
  std::vector<Node> nodes_;  ///< parents before children
  std::vector<double> scores_;
};

}  // namespace vesica
