// SPDX-License-Identifier: Apache-2.0
// Objects of a label image changed by hand: found by a point, drawn, joined, cut, taken away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// A point of an image in pixels as ImageJ counts them: pixel (i, j) covers [i, i + 1) x [j, j + 1), y down.
struct ImagePoint {
  double x = 0, y = 0;
  bool operator==(const ImagePoint&) const = default;
};

/// A circle (one point and a radius above 0) or a polygon (three points or more, closed by itself).
struct DrawnShape {
  std::vector<ImagePoint> points;
  double radius = 0;
  bool is_circle() const { return radius > 0; }
};

/// Indices of the pixels whose centre lies in the shape (polygon: even-odd rule), in ascending order. What lies outside
/// of the image is left out; coordinates that are not finite give nothing.
std::vector<std::size_t> pixels_of(const DrawnShape& shape, std::size_t width, std::size_t height);
/// The same of an outline in several closed pieces, even-odd over all: a ring has an inner and an outer one. Pieces of
/// fewer than three points enclose nothing.
std::vector<std::size_t> pixels_of(std::span<const std::vector<ImagePoint>> pieces, std::size_t width,
                                   std::size_t height);

/// The object that covers the point; else the one with the nearest pixel centre within `reach` pixels (ties to the
/// first pixel row by row); 0 when there is none.
std::int32_t object_at(const Labels2& labels, const ImagePoint& point, double reach);

/// The pixels of one object become background.
void remove_object(Labels2& labels, std::int32_t label);
/// All become one object with the number of the first. Pieces that do not touch stay apart in space.
void merge_objects(Labels2& labels, std::span<const std::int32_t> objects);

/// Cuts an object along a line of straight pieces: the pixels that the line passes through are taken out, the remaining
/// connected pieces (neighbours share an edge) become objects (the largest keeps its number, others get new ones), and
/// the pixels of the cut go to the nearest piece. False, and nothing changed, when the line does not divide the object.
bool split_object(Labels2& labels, std::int32_t label, std::span<const ImagePoint> line);
/// Every pixel of the object to the nearest of the points (ties to the first); the first keeps the number. False, and
/// nothing changed, when one of the points would get no pixel.
bool split_by_points(Labels2& labels, std::int32_t label, std::span<const ImagePoint> points);

/// A new object on those of the pixels that are background; yields its number, 0 when none is.
std::int32_t add_object(Labels2& labels, std::span<const std::size_t> pixels);

/// The object that shares most with the pixels, and the overlap: pixels in both over pixels in either. Label 0 and 0
/// when none does.
struct Overlap {
  std::int32_t label = 0;
  double share = 0;
};
Overlap best_overlap(const Labels2& labels, std::span<const std::size_t> pixels);

/// Pixels of an object.
std::size_t area_of(const Labels2& labels, std::int32_t label);

}  // namespace vesica
