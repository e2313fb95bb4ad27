// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_regions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Point {
  double x = 0, y = 0;
};
double cross(const Point& o, const Point& a, const Point& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/// Convex hull of points that are sorted by y, then x (Andrew 1979, 10.1016/0020-0190(79)90072-3).
std::vector<Point> hull_of(const std::vector<Point>& points) {
  std::vector<Point> out;
  const auto half = [&](auto first, auto last) {
    const std::size_t start = out.size();
    for (; first != last; ++first) {
      while (out.size() >= start + 2 && cross(out[out.size() - 2], out.back(), *first) <= 0) out.pop_back();
      out.push_back(*first);
    }
    out.pop_back();
  };
  half(points.begin(), points.end());
  half(points.rbegin(), points.rend());
  return out;
}

/// Sums over the pixels of one label while rows go by.
struct Sums {
  std::size_t area = 0;
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  std::size_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  std::vector<Point> corners;  ///< of the outermost pixels of every row

  void run(std::size_t left, std::size_t end, std::size_t row) {
    const auto n = static_cast<double>(end - left), a = static_cast<double>(left), b = static_cast<double>(end - 1);
    const auto v = static_cast<double>(row);
    const double sum = n * (a + b) / 2;
    x += sum;
    y += n * v;
    xx += sum_of_squares(b) - sum_of_squares(a - 1);
    yy += n * v * v;
    xy += sum * v;
    if (area == 0) {
      x0 = left;
      x1 = end;
      y0 = row;
    }
    const bool same = area > 0 && y1 == row + 1;
    area += end - left;
    x0 = std::min(x0, left);
    x1 = std::max(x1, end);
    y1 = row + 1;
    const auto right = static_cast<double>(end);
    if (same) {  // a further run of the row: the outermost corners move
      corners[corners.size() - 3].x = right;
      corners.back().x = right;
      return;
    }
    corners.insert(corners.end(), {{a, v}, {right, v}, {a, v + 1}, {right, v + 1}});
  }

 private:
  static double sum_of_squares(double n) { return n * (n + 1) * (2 * n + 1) / 6; }  // of 0..n; 0 for -1
};

std::vector<Sums> sums_of(const Labels2& labels) {
  std::vector<Sums> out(static_cast<std::size_t>(greatest_label(labels)) + 1);
  for (std::size_t y = 0; y < labels.height; ++y) {
    const std::int32_t* row = labels.row(y).data();
    for (std::size_t x = 0; x < labels.width;) {
      std::size_t end = x + 1;
      while (end < labels.width && row[end] == row[x]) ++end;
      if (row[x] > 0) out[static_cast<std::size_t>(row[x])].run(x, end, y);
      x = end;
    }
  }
  return out;
}

void set_ellipse(const Sums& sums, Region& region) {
  const auto n = static_cast<double>(sums.area);
  const double extent = 1.0 / 12;  // variance of a pixel's own width
  const double xx = sums.xx / n - region.x * region.x + extent, yy = sums.yy / n - region.y * region.y + extent;
  const double xy = sums.xy / n - region.x * region.y;
  const double middle = (xx + yy) / 2, apart = std::hypot((xx - yy) / 2, xy);
  const double ratio = std::sqrt((middle + apart) / std::max(middle - apart, extent / 2));
  // Axes with this ratio and the object's area: pi/4 major minor = area.
  region.minor = std::sqrt(4 * n / (std::numbers::pi * ratio));
  region.major = region.minor * ratio;
  constexpr double kRound = 1e-9;  // of the variance: no direction
  if (apart <= kRound * middle) return;
  double angle = -0.5 * std::atan2(2 * xy, xx - yy) * 180 / std::numbers::pi;
  if (angle < 0) angle += 180;
  region.angle = angle;
}

void set_hull(Sums& sums, Region& region) {
  // Rows are in order, but the lower corners of one are the upper ones of the next.
  std::sort(sums.corners.begin(), sums.corners.end(),
            [](const Point& a, const Point& b) { return a.y != b.y ? a.y < b.y : a.x < b.x; });
  const std::vector<Point> hull = hull_of(sums.corners);
  double area = 0, greatest = 0, least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const Point& a = hull[i];
    const Point& b = hull[(i + 1) % hull.size()];
    area += (a.x * b.y - a.y * b.x) / 2;
    const double side = std::hypot(b.x - a.x, b.y - a.y);
    double width = 0;
    for (const Point& c : hull) {
      width = std::max(width, std::abs(cross(a, b, c)) / side);
      greatest = std::max(greatest, std::hypot(c.x - a.x, c.y - a.y));
    }
    least = std::min(least, width);
  }
  region.convex_area = std::abs(area);
  region.feret_max = greatest;
  region.feret_min = least;
}

/// Follows the border between the object and everything else, the object on the left, from the corner below right of
/// the end of its first run upwards.
std::vector<Corner> traced(const Labels2& labels, std::size_t x, std::size_t y) {
  const std::int32_t label = labels.at(x, y);
  const auto inside = [&](std::int32_t u, std::int32_t v) {
    return u >= 0 && v >= 0 && u < static_cast<std::int32_t>(labels.width) &&
           v < static_cast<std::int32_t>(labels.height) &&
           labels.at(static_cast<std::size_t>(u), static_cast<std::size_t>(v)) == label;
  };
  while (x + 1 < labels.width && labels.at(x + 1, y) == label) ++x;
  const Corner start = {static_cast<std::int32_t>(x) + 1, static_cast<std::int32_t>(y) + 1};
  // Directions up, left, down, right; the pixel ahead on the left and on the right of a corner.
  constexpr std::array<Corner, 4> kStep = {{{0, -1}, {-1, 0}, {0, 1}, {1, 0}}};
  constexpr std::array<Corner, 4> kLeft = {{{-1, -1}, {-1, 0}, {0, 0}, {0, -1}}};
  constexpr std::array<Corner, 4> kRight = {{{0, -1}, {-1, -1}, {-1, 0}, {0, 0}}};
  std::vector<Corner> out;
  Corner at = start;
  std::size_t direction = 0;
  do {
    at.x += kStep[direction].x;
    at.y += kStep[direction].y;
    const bool left = inside(at.x + kLeft[direction].x, at.y + kLeft[direction].y);
    const bool right = inside(at.x + kRight[direction].x, at.y + kRight[direction].y);
    // Diagonal neighbours belong together: with the right one inside the border turns right.
    const std::size_t next = right ? (direction + 3) % 4 : left ? direction : (direction + 1) % 4;
    if (next != direction) out.push_back(at);
    direction = next;
  } while (!(at == start && direction == 0));
  return out;
}

}  // namespace

double Region::circularity() const {
  return 4 * std::numbers::pi * static_cast<double>(area) / (perimeter * perimeter);
}
double Region::roundness() const { return 4 * static_cast<double>(area) / (std::numbers::pi * major * major); }
double Region::solidity() const { return static_cast<double>(area) / convex_area; }
double Region::diameter() const { return std::sqrt(4 * static_cast<double>(area) / std::numbers::pi); }

std::vector<std::vector<Corner>> trace_outlines(const Labels2& labels) {
  std::vector<std::size_t> first(static_cast<std::size_t>(greatest_label(labels)) + 1, labels.pixels.size());
  for (std::size_t i = labels.pixels.size(); i-- > 0;) first[static_cast<std::size_t>(labels.pixels[i])] = i;
  std::vector<std::vector<Corner>> out;
  for (std::size_t label = 1; label < first.size(); ++label) {
    if (first[label] == labels.pixels.size()) continue;
    out.push_back(traced(labels, first[label] % labels.width, first[label] / labels.width));
  }
  return out;
}

double traced_length(const std::vector<Corner>& outline) {
  const std::size_t n = outline.size();
  if (n == 0) return kNan;
  const auto side = [&](std::size_t i) {  // before corner i
    const Corner& a = outline[(i + n - 1) % n];
    const Corner& b = outline[i % n];
    return std::abs(b.x - a.x) + std::abs(b.y - a.y);
  };
  double sum = 0;
  int corners = 0;
  bool counted = false;
  for (std::size_t i = 0; i < n; ++i) {
    sum += side(i);
    counted = side(i) > 1 || !counted;
    if (counted) ++corners;
  }
  return sum - corners * (2 - std::numbers::sqrt2);
}

std::vector<Region> measure_regions(const Labels2& labels) {
  std::vector<Sums> all = sums_of(labels);
  const std::vector<std::vector<Corner>> outlines = trace_outlines(labels);
  std::vector<Region> out;
  for (std::size_t label = 1; label < all.size(); ++label) {
    Sums& sums = all[label];
    if (sums.area == 0) continue;
    Region region;
    region.label = static_cast<std::int32_t>(label);
    region.area = sums.area;
    region.x = sums.x / static_cast<double>(sums.area);
    region.y = sums.y / static_cast<double>(sums.area);
    region.x0 = sums.x0;
    region.y0 = sums.y0;
    region.x1 = sums.x1;
    region.y1 = sums.y1;
    region.on_border = sums.x0 == 0 || sums.y0 == 0 || sums.x1 == labels.width || sums.y1 == labels.height;
    region.perimeter = traced_length(outlines[out.size()]);
    set_ellipse(sums, region);
    set_hull(sums, region);
    out.push_back(region);
  }
  return out;
}

Labels2 ring_labels(const Labels2& labels, const Ring& ring) {
  VESICA_REQUIRE(ring.inner >= 0 && ring.outer >= ring.inner, "a ring lies outside, its end beyond its beginning");
  NearestLabels nearest = nearest_labels(labels);
  const double least = ring.inner * ring.inner, most = ring.outer * ring.outer;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    const double square = nearest.squared.pixels[i];
    if (labels.pixels[i] != 0 || square < least || square > most) nearest.label.pixels[i] = 0;
  }
  return std::move(nearest.label);
}

namespace {

/// Finite pixels of an image, label by label: those of label l stand at [start[l], start[l + 1]).
struct Grouped {
  std::vector<std::size_t> start;
  std::vector<float> values;
};
Grouped grouped(const Labels2& labels, const Image2& image, std::size_t count) {
  Grouped out;
  out.start.assign(count + 2, 0);
  const auto each = [&](const auto& body) {
    for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
      const auto label = static_cast<std::size_t>(labels.pixels[i]);
      if (label != 0 && label <= count && std::isfinite(image.pixels[i])) body(label, image.pixels[i]);
    }
  };
  each([&](std::size_t label, float) { ++out.start[label + 1]; });
  for (std::size_t i = 1; i < out.start.size(); ++i) out.start[i] += out.start[i - 1];
  out.values.resize(out.start.back());
  std::vector<std::size_t> next = out.start;
  each([&](std::size_t label, float value) { out.values[next[label]++] = value; });
  return out;
}

/// The middle value, of an even number the mean of both; sorts within.
double median_of(std::span<float> values) {
  if (values.empty()) return kNan;
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  if (values.size() % 2 == 1) return *half;
  return (static_cast<double>(*half) + *std::max_element(values.begin(), half)) / 2;
}

Light light_of(std::span<float> values, std::span<float> around, double saturation) {
  Light out;
  out.pixels = values.size();
  out.ring = around.size();
  out.background = median_of(around);
  if (values.empty()) {
    out.mean = out.sd = out.min = out.max = out.median = out.sum = kNan;
    return out;
  }
  out.min = out.max = values[0];
  std::size_t saturated = 0;
  for (const float value : values) {
    out.sum += value;
    out.min = std::min<double>(out.min, value);
    out.max = std::max<double>(out.max, value);
    if (value >= saturation) ++saturated;
  }
  const auto n = static_cast<double>(values.size());
  out.mean = out.sum / n;
  double square = 0;
  for (const float value : values) square += (value - out.mean) * (value - out.mean);
  out.sd = std::sqrt(square / n);
  out.saturated = static_cast<double>(saturated) / n;
  out.median = median_of(values);
  return out;
}

}  // namespace

std::vector<Light> measure_light(const Labels2& labels, const Labels2& rings, const Image2& image, double saturation) {
  VESICA_REQUIRE(image.width == labels.width && image.height == labels.height &&
                     (rings.empty() || (rings.width == labels.width && rings.height == labels.height)),
                 "labels, rings and image of one size");
  const std::vector<std::size_t> areas = label_areas(labels);
  const std::size_t count = areas.size() - 1;
  Grouped objects = grouped(labels, image, count), around;
  if (!rings.empty()) around = grouped(rings, image, count);
  std::vector<Light> out;
  for (std::size_t label = 1; label <= count; ++label) {
    if (areas[label] == 0) continue;
    const std::span<float> values(objects.values.data() + objects.start[label],
                                  objects.start[label + 1] - objects.start[label]);
    std::span<float> ring;
    if (!rings.empty()) {
      ring = {around.values.data() + around.start[label], around.start[label + 1] - around.start[label]};
    }
    out.push_back(light_of(values, ring, saturation));
  }
  return out;
}

}  // namespace vesica
