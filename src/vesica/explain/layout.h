// SPDX-License-Identifier: Apache-2.0
// A layered drawing of a directed graph from left to right: where boxes stand and how lines run between them.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace vesica::explain {

struct Box {
  double width = 0, height = 0;  ///< given
  int column = -1;               ///< given where the caller wants one, else -1: the longest way from a beginning
  bool last = false;             ///< given: in the last column
  double x = 0, y = 0;           ///< found: upper left corner
};

struct Line {
  std::size_t from = 0, to = 0;
  std::vector<std::pair<double, double>> points;  ///< found: from the right side of one box to the left of the other
  bool backwards = false;                         ///< found: it closes a circle and runs from right to left
};

struct Layout {
  std::vector<Box> boxes;
  std::vector<Line> lines;
  double width = 0, height = 0;
  std::vector<double> columns;  ///< left edge of each column
};

/// Sugiyama's method (Sugiyama, Tagawa, Toda 1981, 10.1109/TSMC.1981.4308636): circles are opened by turning the lines
/// that close them in depth-first order; columns by longest path; long lines get an empty place in every column they
/// cross; orders within columns by barycentres, the best of 24 sweeps (chosen) by crossings; heights by least squares
/// towards the neighbours under the order and a gap (pool adjacent violators). Lines are cubic curves that leave and
/// reach boxes horizontally, at places of their own along the side. Deterministic.
Layout lay_out(std::vector<Box> boxes, std::vector<std::pair<std::size_t, std::size_t>> lines, double column_gap,
               double row_gap);

}  // namespace vesica::explain
