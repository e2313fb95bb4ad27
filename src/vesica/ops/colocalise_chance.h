// SPDX-License-Identifier: Apache-2.0
// Where objects would lie by chance: turned about the nuclei of their cells, or put anywhere in them.
#pragma once

#include <cstddef>
#include <vector>

#include "vesica/base/random.h"
#include "vesica/data/image.h"
#include "vesica/ops/colocalise.h"

namespace vesica {

/// Draws places for objects that lie in cells (cell > 0, their place in a pixel of that cell or beside it). See
/// ChanceModel for what each draw keeps.
class ChancePlaces {
 public:
  /// `nuclei`: with the labels of their cells; empty, or without a pixel for a cell: the cell is turned about the
  /// middle of its own pixels, and distances from there are kept. Turns move a cell's objects by `least` pixels or more
  /// on average. Requires images of one size.
  ChancePlaces(const Labels2& cells, const Labels2& nuclei, const std::vector<PlacedObject>& objects,
               const ColocalisationSettings& settings, double least);
  /// Moves every object; `out` has the objects given above, in their order. The same random numbers, the same places.
  void draw(Random& random, std::vector<PlacedObject>& out) const;
  /// The middle of a cell's nucleus, or of the cell.
  PlanePoint middle(std::int32_t cell) const;

 private:
  static constexpr std::size_t kAngles = 180;  // two degrees: 0.7 pixels along the outline of a nucleus of 40 pixels
  struct Cell {
    double x = 0, y = 0;         ///< middle of the nucleus
    double least = 0;            ///< turn, radians
    std::vector<double> radius;  ///< of the nucleus' outline at kAngles angles; empty: 0
  };
  struct Polar {
    double angle = 0;   ///< about the middle of the nucleus
    double share = 0;   ///< of the way to the outline, when within it
    double beyond = 0;  ///< pixels beyond the outline
  };

  double outline(const Cell& cell, double angle) const;
  double angle(Random& random, const Cell& cell) const;
  PlacedObject turned(const Cell& cell, const Polar& polar, double angle) const;
  bool inside(const PlacedObject& at, std::int32_t cell) const;
  void find_middles(const Labels2& nuclei);
  void trace(const Labels2& nuclei, Cell& cell, std::int32_t label) const;
  void place(Random& random, std::vector<PlacedObject>& out) const;
  void turn(Random& random, std::vector<PlacedObject>& out) const;

  const Labels2& cells_;
  ChanceModel model_;
  double turn_;
  std::vector<std::size_t> starts_, pixels_;  ///< of every cell, cell after cell (placement)
  std::vector<Cell> middles_;                 ///< by label
  std::vector<Polar> polar_;                  ///< by object
  std::vector<PlacedObject> own_;
};

}  // namespace vesica
