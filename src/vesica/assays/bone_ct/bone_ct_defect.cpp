// SPDX-License-Identifier: Apache-2.0
// The calvarial defect: finding it, placing its cylinder, and what new bone does in it.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/assays/bone_ct/bone_ct.h"
#include "vesica/base/message.h"

namespace vesica::bone {

namespace {

constexpr double kInnerRing = 0.5, kOuterRing = 2.0;  // mm outside the margin: where native bone is looked at
constexpr double kHalf = 0.5;                         // of the native thickness: bone or a hole
// Of the native thickness on the same ray: the margin. Chosen above one half, because new bone at the margin is thinner
// than native bone and would count as native.
constexpr double kMargin = 0.75;
constexpr int kAngles = 360;              // rays towards the margin
constexpr double kMarginTolerance = 1.5;  // voxels from the circle; chosen
constexpr int kPlacings = 4;              // chosen: axis and centre settle in two

double dot(const Point3& a, const Point3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Point3 cross(const Point3& a, const Point3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
Point3 scaled(const Point3& a, double by) { return {a[0] * by, a[1] * by, a[2] * by}; }
Point3 sum(const Point3& a, const Point3& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
Point3 unit(const Point3& a) { return scaled(a, 1 / std::sqrt(dot(a, a))); }

/// u and v across a unit axis w.
void complete(const Point3& w, Point3& u, Point3& v) {
  u = unit(cross(w, std::abs(w[0]) < 0.8 ? Point3{1, 0, 0} : Point3{0, 1, 0}));
  v = cross(w, u);
}

/// Bone looked at along an axis: thickness and middle of what each line meets.
class Flattened {
 public:
  Flattened(const Mask3& bone, const Spacing3& edge_mm) : bone_(bone), edge_(edge_mm) {
    step_ = *std::min_element(edge_mm.begin(), edge_mm.end());
    reach_ = std::sqrt(std::pow(static_cast<double>(bone.nx) * edge_mm[0], 2) +
                       std::pow(static_cast<double>(bone.ny) * edge_mm[1], 2) +
                       std::pow(static_cast<double>(bone.nz) * edge_mm[2], 2)) /
             2;
  }
  double step() const { return step_; }
  double reach() const { return reach_; }

  bool is_bone(const Point3& p) const {
    const double x = std::floor(p[0] / edge_[0]), y = std::floor(p[1] / edge_[1]), z = std::floor(p[2] / edge_[2]);
    if (x < 0 || y < 0 || z < 0 || x >= static_cast<double>(bone_.nx) || y >= static_cast<double>(bone_.ny) ||
        z >= static_cast<double>(bone_.nz)) {
      return false;
    }
    return bone_.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y), static_cast<std::size_t>(z)) != 0;
  }

  struct Line {
    double thickness = 0, middle = 0;
  };
  /// Along w through centre + a u + b v, from -depth to depth.
  Line line(const Defect& at, double a, double b, double depth) const {
    Line out;
    const Point3 foot = sum(at.cylinder.centre, sum(scaled(at.u, a), scaled(at.v, b)));
    double first = 0;
    int n = 0;
    for (double c = -depth; c <= depth; c += step_) {
      if (!is_bone(sum(foot, scaled(at.cylinder.axis, c)))) continue;
      first += c;
      ++n;
    }
    if (n > 0) out = {n * step_, first / n};
    return out;
  }

 private:
  const Mask3& bone_;
  Spacing3 edge_;
  double step_ = 1, reach_ = 1;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Centre of the largest hole of the projection along the defect's axis, in (u, v) mm; nothing without a hole.
std::optional<Point2> largest_hole(const Flattened& bone, const Defect& at) {
  const double step = bone.step();
  const auto half = static_cast<int>(bone.reach() / step);
  const auto side = static_cast<std::size_t>(2 * half + 1);
  Mask3 open(side, side, 1);
  std::vector<double> thick(side * side), present;
  for (std::size_t i = 0; i < thick.size(); ++i) {
    const double a = (static_cast<int>(i % side) - half) * step, b = (static_cast<int>(i / side) - half) * step;
    thick[i] = bone.line(at, a, b, bone.reach()).thickness;
    if (thick[i] > 0) present.push_back(thick[i]);
  }
  if (present.empty()) return std::nullopt;
  const double native = median(present);
  for (std::size_t i = 0; i < thick.size(); ++i) open.voxels[i] = thick[i] < kHalf * native ? 1 : 0;
  const Components3 parts = components3(open, 1, Neighbours::kFaces);
  std::vector<bool> outside(parts.sizes.size() + 1, false);
  for (std::size_t i = 0; i < side; ++i) {
    for (const std::size_t j : {i, (side - 1) * side + i, i * side, i * side + side - 1}) {
      outside[static_cast<std::size_t>(parts.labels[j])] = true;
    }
  }
  std::size_t best = 0;
  for (std::size_t part = 1; part <= parts.sizes.size(); ++part) {
    if (!outside[part] && (best == 0 || parts.sizes[part - 1] > parts.sizes[best - 1])) best = part;
  }
  if (best == 0) return std::nullopt;
  Point2 out{};
  const auto n = static_cast<double>(parts.sizes[best - 1]);
  for (std::size_t i = 0; i < thick.size(); ++i) {
    if (parts.labels[i] != static_cast<std::int32_t>(best)) continue;
    out[0] += (static_cast<int>(i % side) - half) * step / n;
    out[1] += (static_cast<int>(i / side) - half) * step / n;
  }
  return out;
}

/// Native bone in the ring outside the margin.
struct Ring {
  double thickness = 0;         ///< median, along the axis
  std::vector<Point3> middles;  ///< (a, b, middle) of lines at least half as thick
};
Ring look_at_ring(const Flattened& bone, const Defect& at, double radius) {
  Ring out;
  const double far = radius + kOuterRing, step = bone.step();
  std::vector<double> thick;
  std::vector<Point3> all;
  for (double b = -far; b <= far; b += step) {
    for (double a = -far; a <= far; a += step) {
      const double r = std::hypot(a, b);
      if (r < radius + kInnerRing || r > far) continue;
      const Flattened::Line line = bone.line(at, a, b, 2 * radius);
      if (line.thickness == 0) continue;
      thick.push_back(line.thickness);
      all.push_back({a, b, line.middle});
    }
  }
  if (thick.empty()) return out;
  out.thickness = median(thick);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (thick[i] >= kHalf * out.thickness) out.middles.push_back(all[i]);
  }
  return out;
}

/// Where bone seen from outside falls below kMargin of the native thickness beside it, a point a ray.
std::vector<Point2> margin_of(const Flattened& bone, const Defect& at, double radius, double native) {
  std::vector<Point2> out;
  const double step = bone.step() / 2;
  for (int i = 0; i < kAngles; ++i) {
    const double angle = 2 * std::numbers::pi * i / kAngles, x = std::cos(angle), y = std::sin(angle);
    const auto thickness = [&](double r) { return bone.line(at, r * x, r * y, 2 * radius).thickness; };
    std::vector<double> beside;
    for (double r = radius + kInnerRing; r < radius + kOuterRing; r += bone.step()) beside.push_back(thickness(r));
    const double own = median(std::move(beside));
    if (own < kHalf * native) continue;
    const auto fall = [&](double level) {  // radius at which bone falls below a level, from outside; 0: nowhere
      double before = -1;
      for (double r = radius + kInnerRing + kOuterRing / 4; r > radius / 3; r -= step) {
        const double here = thickness(r) / own;
        if (before >= level && here < level) return r + step * (level - here) / (before - here);
        before = here;
      }
      return 0.0;
    };
    const double first = fall(kMargin);
    if (first == 0) continue;
    // The edge lies half-way between native bone and the thickest of what is one and a half to three voxels further in.
    double inside = 0;
    for (const double deeper : {1.5, 2.0, 2.5, 3.0}) inside = std::max(inside, thickness(first - deeper * bone.step()));
    inside = std::min(kMargin, inside / own);
    const double exact = fall((1 + inside) / 2);
    if (exact > 0) out.push_back({exact * x, exact * y});
  }
  return out;
}

/// Depth of a point from the sheet, along the sheet's normal.
double depth_of(const Sheet2& sheet, double a, double b, double c) {
  return (c - sheet.z(a, b)) / std::sqrt(1 + std::pow(sheet.slope_x(a, b), 2) + std::pow(sheet.slope_y(a, b), 2));
}

/// Median depths of the inner and outer table in the ring.
void find_tables(const Flattened& bone, double radius, double beyond, Defect& out) {
  std::vector<double> low, high;
  const double far = radius + kOuterRing, step = bone.step();
  for (double b = -far; b <= far; b += 2 * step) {
    for (double a = -far; a <= far; a += 2 * step) {
      const double r = std::hypot(a, b);
      if (r < radius + kInnerRing || r > far) continue;
      const Flattened::Line line = bone.line(out, a, b, 2 * radius);
      if (line.thickness == 0) continue;
      low.push_back(depth_of(out.sheet, a, b, line.middle - line.thickness / 2));
      high.push_back(depth_of(out.sheet, a, b, line.middle + line.thickness / 2));
    }
  }
  if (low.empty()) return;
  out.low = median(low) - beyond;
  out.high = median(high) + beyond;
}

void place_centre(Defect& out, double a, double b, double c) {
  const Point3 step = sum(sum(scaled(out.u, a), scaled(out.v, b)), scaled(out.cylinder.axis, c));
  out.cylinder.centre = sum(out.cylinder.centre, step);
}

/// Turns the axis into the sheet's normal at the centre and moves the centre onto the sheet.
void stand_on(const Sheet2& sheet, bool keep_axis, Defect& out) {
  const Point3 normal =
      unit(sum(out.cylinder.axis, sum(scaled(out.u, -sheet.slope_x(0, 0)), scaled(out.v, -sheet.slope_y(0, 0)))));
  place_centre(out, 0, 0, sheet.z(0, 0));
  if (keep_axis) return;
  out.cylinder.axis = normal;
  complete(normal, out.u, out.v);
}

/// Share of the cylinder's lines that lie beyond the margin point of their angle.
double share_outside(const std::vector<Point2>& margin, const Point2& centre, double radius, double step) {
  std::vector<double> at_angle(kAngles, INFINITY);
  const auto angle_of = [](double x, double y) {
    const double turn = std::atan2(y, x) / (2 * std::numbers::pi);
    return static_cast<std::size_t>((turn - std::floor(turn)) * kAngles) % kAngles;
  };
  for (const Point2& p : margin) {
    double& here = at_angle[angle_of(p[0] - centre[0], p[1] - centre[1])];
    here = std::min(here, std::hypot(p[0] - centre[0], p[1] - centre[1]));
  }
  std::size_t all = 0, beyond = 0;
  for (double b = -radius; b <= radius; b += step) {
    for (double a = -radius; a <= radius; a += step) {
      const double r = std::hypot(a, b);
      if (r > radius) continue;
      ++all;
      beyond += r > at_angle[angle_of(a, b)] ? 1 : 0;
    }
  }
  return all > 0 ? static_cast<double>(beyond) / static_cast<double>(all) : 0;
}

/// First guess of the axis and the centre. False with a problem said when there is nothing to begin with.
bool begin(const Mask3& native, const Spacing3& edge_mm, const DefectSettings& settings, const Flattened& bone,
           Defect& out) {
  std::vector<Point3> points;
  for (std::size_t z = 0; z < native.nz; ++z) {
    for (std::size_t y = 0; y < native.ny; ++y) {
      for (std::size_t x = 0; x < native.nx; ++x) {
        if (native.at(x, y, z) == 0) continue;
        points.push_back({(static_cast<double>(x) + 0.5) * edge_mm[0], (static_cast<double>(y) + 0.5) * edge_mm[1],
                          (static_cast<double>(z) + 0.5) * edge_mm[2]});
      }
    }
  }
  const std::optional<PrincipalAxes> spread = principal_axes(points);
  if (!spread) {
    out.problem = say("There is no bone to place a cylinder in.");
    return false;
  }
  out.cylinder.axis = settings.axis ? unit(*settings.axis) : spread->axes[2];
  if (out.cylinder.axis[2] < 0) out.cylinder.axis = scaled(out.cylinder.axis, -1);
  complete(out.cylinder.axis, out.u, out.v);
  out.cylinder.centre = settings.centre_mm.value_or(spread->mean);
  if (settings.centre_mm) return true;
  const std::optional<Point2> hole = largest_hole(bone, out);
  if (!hole) {
    out.problem = say("The projection of the bone shows no hole: the defect is closed or cut off.");
    return false;
  }
  place_centre(out, (*hole)[0], (*hole)[1], 0);
  return true;
}

}  // namespace

Defect find_defect(const Mask3& bone, const Spacing3& edge_mm, const DefectSettings& settings, const Context& context) {
  Defect out;
  const double radius = settings.radius_mm.value_or(settings.trephine_mm);
  out.cylinder.radius = radius;
  Mask3 native = bone;
  keep_largest(native, Neighbours::kCorners);
  const Flattened flat(native, edge_mm);
  if (!begin(native, edge_mm, settings, flat, out)) return out;
  std::vector<Point2> margin;
  for (int placing = 0; placing < kPlacings; ++placing) {
    context.check_cancelled();
    const Ring ring = look_at_ring(flat, out, radius);
    const std::optional<Sheet2> sheet = fit_sheet(ring.middles);
    if (!sheet) {
      out.problem = say("There is too little native bone around the defect to place a cylinder.");
      return out;
    }
    stand_on(*sheet, settings.axis.has_value(), out);
    margin = margin_of(flat, out, radius, ring.thickness);
    const double tolerance = kMarginTolerance * flat.step();
    const auto circle = fit_circle(margin, radius, settings.radius_mm ? 0 : settings.slack_mm, tolerance, context.seed);
    if (!circle && !settings.centre_mm) {
      out.problem = say("The defect's margin was not found.");
      return out;
    }
    out.margin_points = margin.size();
    if (circle) out.inliers = circle->inliers;
    if (settings.centre_mm) continue;
    out.cylinder.radius = circle->radius;
    place_centre(out, circle->x, circle->y, 0);
    for (Point2& p : margin) p[0] -= circle->x, p[1] -= circle->y;
  }
  const std::optional<Sheet2> sheet = fit_sheet(look_at_ring(flat, out, radius).middles);
  if (!sheet) {
    out.problem = say("There is too little native bone around the defect to place a cylinder.");
    return out;
  }
  out.sheet = *sheet;
  find_tables(flat, radius, settings.table_mm, out);
  out.inner_radius = std::max(0.0, out.cylinder.radius - settings.rim_mm);
  out.outside_margin = share_outside(margin, {0, 0}, out.inner_radius, flat.step());
  out.where = defect_region(out, out.cylinder, edge_mm, settings.rim_mm, bone.nx, bone.ny, bone.nz);
  return out;
}

Mask3 defect_region(const Defect& defect, const Cylinder& cylinder, const Spacing3& edge_mm, double rim_mm,
                    std::size_t nx, std::size_t ny, std::size_t nz) {
  Mask3 out(nx, ny, nz);
  const double radius = std::max(0.0, cylinder.radius - rim_mm);
  for (std::size_t z = 0; z < nz; ++z) {
    for (std::size_t y = 0; y < ny; ++y) {
      for (std::size_t x = 0; x < nx; ++x) {
        const Point3 p = {(static_cast<double>(x) + 0.5) * edge_mm[0], (static_cast<double>(y) + 0.5) * edge_mm[1],
                          (static_cast<double>(z) + 0.5) * edge_mm[2]};
        const Point3 d = sum(p, scaled(cylinder.centre, -1));
        const double along = dot(d, cylinder.axis);
        if (dot(d, d) - along * along > radius * radius) continue;
        const Point3 own = sum(p, scaled(defect.cylinder.centre, -1));
        const double depth =
            depth_of(defect.sheet, dot(own, defect.u), dot(own, defect.v), dot(own, defect.cylinder.axis));
        out.at(x, y, z) = depth >= defect.low && depth <= defect.high ? 1 : 0;
      }
    }
  }
  return out;
}

namespace {

/// A voxel's centre in (u, v) from the defect's axis, mm.
Point2 across_axis(const Mask3& mask, std::size_t i, const Defect& defect, const Spacing3& edge_mm) {
  const std::size_t x = i % mask.nx, y = i / mask.nx % mask.ny, z = i / (mask.nx * mask.ny);
  const Point3 d = {(static_cast<double>(x) + 0.5) * edge_mm[0] - defect.cylinder.centre[0],
                    (static_cast<double>(y) + 0.5) * edge_mm[1] - defect.cylinder.centre[1],
                    (static_cast<double>(z) + 0.5) * edge_mm[2] - defect.cylinder.centre[2]};
  return {dot(d, defect.u), dot(d, defect.v)};
}

constexpr std::size_t kSectors = 36, kApart = 12;  // of 10 degrees; 120 degrees, chosen
using Sectors = std::array<bool, kSectors>;

bool far_apart(const Sectors& touched) {
  for (std::size_t i = 0; i < kSectors; ++i) {
    for (std::size_t far = kApart; far <= kSectors - kApart; ++far) {
      if (touched[i] && touched[(i + far) % kSectors]) return true;
    }
  }
  return false;
}

/// For each part of a mask the sectors in which it comes within two voxels of a circle about the defect's axis.
std::vector<Sectors> sectors_at(const Components3& parts, const Mask3& mask, const Defect& defect,
                                const Spacing3& edge_mm, double circle) {
  std::vector<Sectors> out(parts.sizes.size());
  const double near = circle - 2 * *std::max_element(edge_mm.begin(), edge_mm.end());
  for (std::size_t i = 0; i < mask.voxels.size(); ++i) {
    if (parts.labels[i] == 0) continue;
    const auto [a, b] = across_axis(mask, i, defect, edge_mm);
    if (std::hypot(a, b) < near) continue;
    const double turn = std::atan2(b, a) / (2 * std::numbers::pi);
    out[static_cast<std::size_t>(parts.labels[i] - 1)]
       [static_cast<std::size_t>((turn - std::floor(turn)) * kSectors) % kSectors] = true;
  }
  return out;
}

/// Whether bone crosses the defect: a part joins places of the wall at least 120 degrees apart, and what of it lies
/// within half the radius joins places of that inner circle as far apart. A tongue that grows towards the middle from a
/// closed ring of new bone does not.
bool is_bridged(const Mask3& inside, const Defect& defect, const Spacing3& edge_mm, double radius) {
  const Components3 parts = components3(inside, 1, Neighbours::kCorners);
  const std::vector<Sectors> at_wall = sectors_at(parts, inside, defect, edge_mm, radius);
  Mask3 inner = inside;
  for (std::size_t i = 0; i < inner.voxels.size(); ++i) {
    if (inner.voxels[i] == 0) continue;
    const auto [a, b] = across_axis(inner, i, defect, edge_mm);
    if (std::hypot(a, b) > radius / 2 || !far_apart(at_wall[static_cast<std::size_t>(parts.labels[i] - 1)]))
      inner.voxels[i] = 0;
  }
  const std::vector<Sectors> crossing =
      sectors_at(components3(inner, 1, Neighbours::kCorners), inner, defect, edge_mm, radius / 2);
  return std::any_of(crossing.begin(), crossing.end(), far_apart);
}

}  // namespace

DefectBone measure_defect(const Mask3& bone, const Defect& defect, const Spacing3& edge_mm) {
  DefectBone out;
  Mask3 inside = bone;
  for (std::size_t i = 0; i < inside.voxels.size(); ++i) {
    inside.voxels[i] = bone.voxels[i] != 0 && defect.where.voxels[i] != 0 ? 1 : 0;
  }
  const Flattened flat(inside, edge_mm), region(defect.where, edge_mm);
  const double far = defect.cylinder.radius, step = flat.step();
  std::size_t all = 0, covered = 0;
  double thickness = 0;
  for (double b = -far; b <= far; b += step) {
    for (double a = -far; a <= far; a += step) {
      if (region.line(defect, a, b, 2 * far).thickness == 0) continue;
      ++all;
      const double here = flat.line(defect, a, b, 2 * far).thickness;
      if (here == 0) continue;
      ++covered;
      thickness += here;
    }
  }
  if (all == 0) return out;
  out.closure = static_cast<double>(covered) / static_cast<double>(all);
  if (covered > 0) out.thickness_mm = thickness / static_cast<double>(covered);
  out.bridged = is_bridged(inside, defect, edge_mm, defect.inner_radius);
  return out;
}

double placement_sensitivity(const Volume& volume, double threshold, const Defect& defect, const Spacing3& edge_mm,
                             double rim_mm) {
  constexpr double kShiftVoxels = 2, kRadius = 0.02, kTurn = 3 * std::numbers::pi / 180, kThreshold = 0.05;
  double low = INFINITY, high = -INFINITY;
  const auto take = [&](const Mask3& where, double level) {
    std::size_t tissue = 0, bone = 0;
    for (std::size_t i = 0; i < where.voxels.size(); ++i) {
      if (where.voxels[i] == 0) continue;
      ++tissue;
      bone += volume.slope * volume.stored(i) + volume.intercept > level ? 1 : 0;
    }
    if (tissue == 0) return;
    const double share = static_cast<double>(bone) / static_cast<double>(tissue);
    low = std::min(low, share);
    high = std::max(high, share);
  };
  const auto take_at = [&](const Cylinder& cylinder) {
    take(defect_region(defect, cylinder, edge_mm, rim_mm, volume.nx, volume.ny, volume.nz), threshold);
  };
  take(defect.where, threshold);
  take(defect.where, threshold * (1 + kThreshold));
  take(defect.where, threshold * (1 - kThreshold));
  const double shift = kShiftVoxels * *std::min_element(edge_mm.begin(), edge_mm.end());
  for (const double side : {-1.0, 1.0}) {
    Cylinder moved = defect.cylinder;
    moved.radius *= 1 + side * kRadius;
    take_at(moved);
    for (const Point3& across : {defect.u, defect.v}) {
      moved = defect.cylinder;
      moved.centre = sum(moved.centre, scaled(across, side * shift));
      take_at(moved);
      moved = defect.cylinder;
      moved.axis = unit(sum(scaled(moved.axis, std::cos(kTurn)), scaled(across, side * std::sin(kTurn))));
      take_at(moved);
    }
  }
  return high >= low ? (high - low) / 2 : kNaN;
}

}  // namespace vesica::bone
