// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edit.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

double squared(double dx, double dy) { return dx * dx + dy * dy; }

/// First and last whole pixel of [low, high) whose centre lies within, cut to [0, size).
std::pair<std::size_t, std::size_t> centres_between(double low, double high, std::size_t size) {
  const double first = std::ceil(std::max(low, 0.0) - 0.5);
  const double last = std::floor(std::min(high, static_cast<double>(size)) - 0.5);
  if (!(first <= last)) return {1, 0};
  return {static_cast<std::size_t>(std::max(first, 0.0)), static_cast<std::size_t>(last)};
}

bool all_finite(const DrawnShape& shape) {
  const auto finite = [](const ImagePoint& p) { return std::isfinite(p.x) && std::isfinite(p.y); };
  return std::isfinite(shape.radius) && std::all_of(shape.points.begin(), shape.points.end(), finite);
}

/// Where a row at height y crosses the polygon, in ascending order. An edge is looked at from its upper end, so that
/// one walked to and fro crosses twice at the same place; such two enclose nothing and are left out.
std::vector<double> crossings(const std::vector<ImagePoint>& corners, double y) {
  std::vector<double> all, out;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const ImagePoint* a = &corners[i];
    const ImagePoint* b = &corners[(i + 1) % corners.size()];
    if ((a->y <= y) == (b->y <= y)) continue;
    if (a->y > b->y) std::swap(a, b);
    all.push_back(a->x + (y - a->y) / (b->y - a->y) * (b->x - a->x));
  }
  std::sort(all.begin(), all.end());
  for (const double x : all) {
    if (!out.empty() && out.back() == x) {
      out.pop_back();
    } else {
      out.push_back(x);
    }
  }
  return out;
}

/// The pixels that a line of straight pieces passes through, found by steps of a quarter of a pixel and joined over
/// edges, so that no two pixels of the cut touch by a corner alone.
std::vector<std::size_t> pixels_under(const Labels2& labels, std::span<const ImagePoint> line) {
  std::vector<std::size_t> out;
  long last_x = 0, last_y = 0;
  bool has_last = false;
  const auto put = [&](long x, long y) {
    if (x < 0 || y < 0 || x >= static_cast<long>(labels.width) || y >= static_cast<long>(labels.height)) return;
    out.push_back(static_cast<std::size_t>(y) * labels.width + static_cast<std::size_t>(x));
  };
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const double length = std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y);
    const auto steps = static_cast<std::size_t>(std::ceil(length * 4)) + 1;
    for (std::size_t k = 0; k <= steps; ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(steps);
      const long x = std::lround(std::floor(line[i].x + share * (line[i + 1].x - line[i].x)));
      const long y = std::lround(std::floor(line[i].y + share * (line[i + 1].y - line[i].y)));
      if (has_last && x == last_x && y == last_y) continue;
      if (has_last && x != last_x && y != last_y) put(x, last_y);
      put(x, y);
      last_x = x, last_y = y, has_last = true;
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// One object alone, cut out at its box: 1 on its pixels. Without pixels when the object is not there.
struct Crop {
  std::size_t x0 = 0, y0 = 0;
  Labels2 object;
};

Crop crop_of(const Labels2& labels, std::int32_t label) {
  std::size_t x0 = labels.width, y0 = labels.height, x1 = 0, y1 = 0;
  for (std::size_t y = 0; y < labels.height; ++y) {
    for (std::size_t x = 0; x < labels.width; ++x) {
      if (labels.at(x, y) != label) continue;
      x0 = std::min(x0, x), x1 = std::max(x1, x + 1);
      y0 = std::min(y0, y), y1 = y + 1;
    }
  }
  if (x0 >= x1) return {};
  Crop out{x0, y0, Labels2(x1 - x0, y1 - y0)};
  for (std::size_t y = y0; y < y1; ++y) {
    for (std::size_t x = x0; x < x1; ++x) out.object.at(x - x0, y - y0) = labels.at(x, y) == label ? 1 : 0;
  }
  return out;
}

}  // namespace

std::vector<std::size_t> pixels_of(const DrawnShape& shape, std::size_t width, std::size_t height) {
  std::vector<std::size_t> out;
  if (!all_finite(shape) || shape.points.empty() || width == 0 || height == 0) return out;
  if (!shape.is_circle() && shape.points.size() < 3) return out;
  double top = std::numeric_limits<double>::infinity(), bottom = -top;
  for (const ImagePoint& p : shape.points) {
    top = std::min(top, p.y - shape.radius);
    bottom = std::max(bottom, p.y + shape.radius);
  }
  const auto [first_row, last_row] = centres_between(top, bottom, height);
  for (std::size_t j = first_row; j <= last_row; ++j) {
    const double y = static_cast<double>(j) + 0.5;
    std::vector<double> ends;
    if (shape.is_circle()) {
      const double rest = shape.radius * shape.radius - (y - shape.points[0].y) * (y - shape.points[0].y);
      if (rest >= 0) ends = {shape.points[0].x - std::sqrt(rest), shape.points[0].x + std::sqrt(rest)};
    } else {
      ends = crossings(shape.points, y);
    }
    for (std::size_t e = 0; e + 1 < ends.size(); e += 2) {
      const auto [first, last] = centres_between(ends[e], ends[e + 1], width);
      for (std::size_t i = first; i <= last; ++i) out.push_back(j * width + i);
    }
  }
  return out;
}

std::vector<std::size_t> pixels_of(std::span<const std::vector<ImagePoint>> pieces, std::size_t width,
                                   std::size_t height) {
  std::vector<std::size_t> out, both;
  for (const std::vector<ImagePoint>& piece : pieces) {
    const std::vector<std::size_t> inside = pixels_of(DrawnShape{piece, 0}, width, height);
    std::set_symmetric_difference(out.begin(), out.end(), inside.begin(), inside.end(), std::back_inserter(both));
    out.swap(both);
    both.clear();
  }
  return out;
}

std::int32_t object_at(const Labels2& labels, const ImagePoint& point, double reach) {
  if (!std::isfinite(point.x) || !std::isfinite(point.y)) return 0;
  const auto width = static_cast<double>(labels.width), height = static_cast<double>(labels.height);
  if (point.x >= 0 && point.y >= 0 && point.x < width && point.y < height) {
    const std::int32_t here = labels.at(static_cast<std::size_t>(point.x), static_cast<std::size_t>(point.y));
    if (here > 0) return here;
  }
  const auto [x0, x1] = centres_between(point.x - reach, point.x + reach, labels.width);
  const auto [y0, y1] = centres_between(point.y - reach, point.y + reach, labels.height);
  double best = reach * reach;
  std::int32_t out = 0;
  for (std::size_t y = y0; y <= y1; ++y) {
    for (std::size_t x = x0; x <= x1; ++x) {
      if (labels.at(x, y) == 0) continue;
      const double d = squared(static_cast<double>(x) + 0.5 - point.x, static_cast<double>(y) + 0.5 - point.y);
      if (d < best || (d == best && out == 0)) best = d, out = labels.at(x, y);
    }
  }
  return out;
}

void remove_object(Labels2& labels, std::int32_t label) {
  std::replace(labels.pixels.begin(), labels.pixels.end(), label, 0);
}

void merge_objects(Labels2& labels, std::span<const std::int32_t> objects) {
  for (const std::int32_t one : objects) std::replace(labels.pixels.begin(), labels.pixels.end(), one, objects.front());
}

bool split_object(Labels2& labels, std::int32_t label, std::span<const ImagePoint> line) {
  const Crop crop = crop_of(labels, label);
  if (crop.object.empty()) return false;
  Labels2 before = crop.object, pieces = crop.object;
  const std::size_t parts_before = separate_pieces(before);
  std::vector<ImagePoint> inside(line.begin(), line.end());
  for (ImagePoint& point : inside) {
    point.x -= static_cast<double>(crop.x0);
    point.y -= static_cast<double>(crop.y0);
  }
  for (const std::size_t i : pixels_under(pieces, inside)) pieces.pixels[i] = 0;
  if (separate_pieces(pieces) <= parts_before) return false;
  const std::vector<std::size_t> areas = label_areas(pieces);
  const auto largest = static_cast<std::int32_t>(std::max_element(areas.begin() + 1, areas.end()) - areas.begin());
  const NearestLabels nearest = nearest_labels(pieces);
  const std::int32_t next = greatest_label(labels) + 1;
  for (std::size_t y = 0; y < pieces.height; ++y) {
    for (std::size_t x = 0; x < pieces.width; ++x) {
      if (crop.object.at(x, y) == 0) continue;
      const std::int32_t piece = nearest.label.at(x, y);
      if (piece != largest) labels.at(x + crop.x0, y + crop.y0) = next + piece - (piece > largest ? 2 : 1);
    }
  }
  return true;
}

bool split_by_points(Labels2& labels, std::int32_t label, std::span<const ImagePoint> points) {
  std::vector<std::size_t> owner(labels.pixels.size());
  std::vector<std::size_t> counts(points.size());
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] != label) continue;
    const double x = static_cast<double>(i % labels.width) + 0.5, y = static_cast<double>(i / labels.width) + 0.5;
    const auto nearer = [&](const ImagePoint& a, const ImagePoint& b) {
      return squared(a.x - x, a.y - y) < squared(b.x - x, b.y - y);
    };
    owner[i] = static_cast<std::size_t>(std::min_element(points.begin(), points.end(), nearer) - points.begin());
    ++counts[owner[i]];
  }
  if (points.size() < 2 || std::find(counts.begin(), counts.end(), 0u) != counts.end()) return false;
  const std::int32_t next = greatest_label(labels);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] == label && owner[i] > 0) labels.pixels[i] = next + static_cast<std::int32_t>(owner[i]);
  }
  return true;
}

std::int32_t add_object(Labels2& labels, std::span<const std::size_t> pixels) {
  const std::int32_t label = greatest_label(labels) + 1;
  bool added = false;
  for (const std::size_t i : pixels) {
    if (labels.pixels[i] != 0) continue;
    labels.pixels[i] = label;
    added = true;
  }
  return added ? label : 0;
}

Overlap best_overlap(const Labels2& labels, std::span<const std::size_t> pixels) {
  std::map<std::int32_t, std::size_t> shared;
  for (const std::size_t i : pixels)
    if (labels.pixels[i] > 0) ++shared[labels.pixels[i]];
  if (shared.empty()) return {};
  const std::vector<std::size_t> areas = label_areas(labels);
  Overlap out;
  for (const auto& [label, count] : shared) {
    const double either = static_cast<double>(areas[static_cast<std::size_t>(label)] + pixels.size() - count);
    const double share = static_cast<double>(count) / either;
    if (share > out.share) out = {label, share};
  }
  return out;
}

std::size_t area_of(const Labels2& labels, std::int32_t label) {
  return static_cast<std::size_t>(std::count(labels.pixels.begin(), labels.pixels.end(), label));
}

}  // namespace vesica
