// SPDX-License-Identifier: Apache-2.0
// The regions of all thresholds of a connected piece as a tree, and the best disjoint ones among them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "vesica/ops/segment_runs.h"

namespace vesica {

/// Sums over the pixels of a region; of whole numbers, exact in any order.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  void add(double column, double row);  ///< a pixel
  void add(const PixelRun& run);
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
  double most_of(double area) const { return (1 - shape) * area; }  ///< an ellipse's
};

/// Trees of pieces, one piece at a time, so that each stays in the processor's cache.
class RegionTrees {
 public:
  /// Chooses the disjoint regions of a piece with the greatest sum of worth, of nested ones with the same sum the
  /// outer. `runs`: of a piece (connected over edges) row by row, `box` around them; `levels`: of its pixels run by
  /// run, 1 to 255, brighter is higher. labels[i] becomes first, first + 1, ... or 0; yields the worth of each region
  /// chosen.
  const std::vector<double>& choose(std::span<const PixelRun> runs, const RunPieces::Box& box,
                                    std::span<const std::uint8_t> levels, const RegionWorth& worth, std::int32_t first,
                                    std::span<std::int32_t> labels);

 private:
  struct Node {
    Moments sums;
    std::uint32_t parent = 0;
    float inside = 0, best = 0;
    bool taken = false;
    std::uint8_t level = 0;
    std::int32_t label = 0;
  };
  struct Cell {
    std::uint32_t next = 0;  ///< cell that waits below it on the same level, 0: none
    std::uint32_t node = 0;
  };
  /// Cells that wait, by level: a stack each.
  class Waiting {
   public:
    void push(std::uint32_t cell, std::uint8_t level, std::vector<Cell>& cells) {
      cells[cell].next = std::exchange(first_[level], cell);
      some_[level / 64] |= std::uint64_t{1} << level % 64;
    }
    /// The highest level on which one waits, none above `most`; 0 when none does.
    unsigned top(unsigned most) const;
    std::uint32_t pop(unsigned level, const std::vector<Cell>& cells) {
      const std::uint32_t cell = std::exchange(first_[level], cells[first_[level]].next);
      if (first_[level] == 0) some_[level / 64] &= ~(std::uint64_t{1} << level % 64);
      return cell;
    }

   private:
    std::array<std::uint32_t, 256> first_{};
    std::array<std::uint64_t, 4> some_{};
  };
  void place(std::span<const PixelRun> runs, const RunPieces::Box& box, std::span<const std::uint8_t> levels);
  void flood(std::size_t start);
  void fall_to(unsigned level);
  void close(std::uint32_t node, std::uint32_t parent);
  void weigh(std::span<const PixelRun> runs, const RunPieces::Box& box, const RegionWorth& worth);

  std::size_t cell_of(std::uint32_t x, std::uint32_t y, const RunPieces::Box& box) const {
    return static_cast<std::size_t>(y - box.y0 + 1) * wide_ + x - box.x0 + 1;
  }

  std::uint32_t wide_ = 0;          ///< of the piece's box with a frame of one pixel
  std::vector<std::uint8_t> open_;  ///< level of a cell that the flood has not met, 0 for others
  std::vector<Cell> cells_;
  Waiting waiting_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> rising_;  ///< nodes that the flood stands in, from the lowest up
  std::vector<std::uint32_t> closed_;  ///< nodes, children before parents
  std::vector<double> scores_;
};

}  // namespace vesica
