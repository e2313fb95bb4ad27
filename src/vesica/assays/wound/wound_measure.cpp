// SPDX-License-Identifier: Apache-2.0
// Numbers of classified frames: the shared field, widths, edges, states and speeds.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

#include "vesica/assays/wound/wound.h"
#include "vesica/base/require.h"
#include "vesica/ops/segment_mask.h"

namespace vesica::wound {

namespace {

constexpr double kClosedShare = 0.01;    // of the first gap: closed below one per cent, as the field counts it
constexpr std::size_t kLeastLines = 10;  // across the gap, for a straight line through an edge; chosen

double quantile975(std::size_t degrees) {
  return boost::math::quantile(boost::math::students_t(static_cast<double>(degrees)), 0.975);
}

/// A straight line y = at + slope * x by least squares, its residual SD (n - 2) and the standard error of the slope.
struct Line {
  double at = kNaN, slope = kNaN, sd = kNaN, slope_error = kNaN;
  std::size_t points = 0;
};
Line fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  Line out;
  double n = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    n += 1;
    mx += x[i];
    my += y[i];
  }
  out.points = static_cast<std::size_t>(n);
  if (n < 2) return out;
  mx /= n, my /= n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
    yy += (y[i] - my) * (y[i] - my);
  }
  if (!(xx > 0)) return out;
  out.slope = xy / xx;
  out.at = my - out.slope * mx;
  if (n > 2) {
    out.sd = std::sqrt(std::max(0.0, yy - out.slope * xy) / (n - 2));
    out.slope_error = out.sd / std::sqrt(xx);
  }
  return out;
}

/// Where the gap's two edges lie on every line across it, in blocks of the first frame's place; NaN on closed lines.
struct Edges {
  std::vector<double> low, high;
  std::vector<double> open;  ///< open blocks on the line
};

Plane<std::uint8_t> turned(const Plane<std::uint8_t>& parts) {
  Plane<std::uint8_t> out(parts.height, parts.width);
  for (std::size_t y = 0; y < parts.height; ++y) {
    for (std::size_t x = 0; x < parts.width; ++x) out.at(y, x) = parts.at(x, y);
  }
  return out;
}

/// The part of the field that every frame shows: whole blocks, in the first frame's place.
struct Field {
  std::ptrdiff_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool empty() const { return x1 <= x0 || y1 <= y0; }
};

std::ptrdiff_t whole(double shift) { return static_cast<std::ptrdiff_t>(std::lround(shift)); }

Field shared_field(const std::vector<Moment>& moments, std::size_t width, std::size_t height, double step) {
  Field out{0, 0, static_cast<std::ptrdiff_t>(width), static_cast<std::ptrdiff_t>(height)};
  for (const Moment& moment : moments) {
    const std::ptrdiff_t x = whole(moment.dx / step), y = whole(moment.dy / step);
    out.x0 = std::max(out.x0, -x);
    out.y0 = std::max(out.y0, -y);
    out.x1 = std::min(out.x1, static_cast<std::ptrdiff_t>(width) - x);
    out.y1 = std::min(out.y1, static_cast<std::ptrdiff_t>(height) - y);
  }
  return out;
}

/// A frame in the shared field, its gap upright.
Plane<std::uint8_t> cut(const Plane<std::uint8_t>& parts, const Field& field, const Moment& moment, double step,
                        bool upright) {
  const std::ptrdiff_t x = field.x0 + whole(moment.dx / step), y = field.y0 + whole(moment.dy / step);
  Plane<std::uint8_t> out(static_cast<std::size_t>(field.x1 - field.x0), static_cast<std::size_t>(field.y1 - field.y0));
  for (std::size_t v = 0; v < out.height; ++v) {
    const auto row = parts.row(v + static_cast<std::size_t>(y)).subspan(static_cast<std::size_t>(x), out.width);
    std::copy(row.begin(), row.end(), out.row(v).begin());
  }
  return upright ? out : turned(out);
}

Edges edges_of(const Plane<std::uint8_t>& parts, double residual) {
  Edges out;
  for (std::size_t y = 0; y < parts.height; ++y) {
    double low = kNaN, high = kNaN, open = 0;
    for (std::size_t x = 0; x < parts.width; ++x) {
      if (parts.at(x, y) != kGap) continue;
      if (std::isnan(low)) low = static_cast<double>(x) - residual;
      high = static_cast<double>(x + 1) - residual;
      open += 1;
    }
    out.low.push_back(low);
    out.high.push_back(high);
    out.open.push_back(open);
  }
  return out;
}

/// Closed lines keep the place where their edges met.
void carry(Edges& now, const Edges& before) {
  for (std::size_t i = 0; i < now.low.size(); ++i) {
    if (std::isnan(now.low[i])) now.low[i] = now.high[i] = (before.low[i] + before.high[i]) / 2;
  }
}

double mean_of(const std::vector<double>& values) {
  double sum = 0, n = 0;
  for (const double value : values) {
    if (std::isfinite(value)) sum += value, n += 1;
  }
  return n > 0 ? sum / n : kNaN;
}

double sd_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0, n = 0;
  for (const double value : values) {
    if (std::isfinite(value)) sum += (value - mean) * (value - mean), n += 1;
  }
  return n > 1 ? std::sqrt(sum / (n - 1)) : kNaN;
}

std::vector<double> counting(std::size_t n) {
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<double>(i);
  return out;
}

/// Does some piece still reach both ends after everything narrower than the bridge is taken away?
bool spans(const Mask2& gap, double bridge, std::size_t& pieces) {
  const Components found = components(open(gap, bridge / 2), false);
  pieces = found.objects.size();
  return std::any_of(found.objects.begin(), found.objects.end(),
                     [&](const Component& object) { return object.y0 == 0 && object.y1 == gap.height; });
}

void count_islands(const Plane<std::uint8_t>& parts, Moment& moment) {
  Mask2 cells(parts.width, parts.height);
  for (std::size_t i = 0; i < cells.pixels.size(); ++i) cells.pixels[i] = parts.pixels[i] == kIsland ? 1 : 0;
  moment.islands = components(cells, true).objects.size();
  moment.island_fraction = static_cast<double>(area(cells)) / static_cast<double>(cells.pixels.size());
}

/// Areas, widths, pieces and state of one moment.
void measure_area(const Plane<std::uint8_t>& parts, const Edges& edges, const Rule& rule, double cosine,
                  double first_area, Moment& moment) {
  const auto step = static_cast<double>(rule.step);
  Mask2 inside(parts.width, parts.height), open_blocks(parts.width, parts.height);
  for (std::size_t i = 0; i < parts.pixels.size(); ++i) {
    inside.pixels[i] = parts.pixels[i] != kSheet ? 1 : 0;
    open_blocks.pixels[i] = parts.pixels[i] == kGap ? 1 : 0;
  }
  const auto blocks = static_cast<double>(area(open_blocks));
  moment.open_fraction = blocks / static_cast<double>(parts.pixels.size());
  moment.area_px = blocks * step * step;
  moment.closure = first_area > 0 ? 1 - moment.area_px / first_area : 0;
  std::vector<double> widths;
  for (const double line : edges.open) widths.push_back(line * step * cosine);
  moment.width_px = mean_of(widths);
  moment.width_sd_px = sd_of(widths);
  count_islands(parts, moment);
  const bool open_through = spans(inside, rule.bridge, moment.pieces);
  moment.state = open_through ? State::kOpen : State::kBridged;
  moment.pieces = std::max<std::size_t>(moment.pieces, 1);  // narrower than the bridge everywhere
  if (first_area > 0 && moment.area_px < kClosedShare * first_area) {
    moment.state = State::kClosed;
    moment.pieces = 0;
  }
}

void measure_edges(const Edges& edges, const Edges& first, const std::array<std::vector<bool>, 2>& seen, double step,
                   double cosine, Moment& moment) {
  const std::vector<double>* now[2] = {&edges.low, &edges.high};
  const std::vector<double>* then[2] = {&first.low, &first.high};
  const std::vector<double> lines = counting(edges.low.size());
  for (std::size_t side = 0; side < 2; ++side) {
    std::vector<double> place(lines.size(), kNaN), moved(lines.size(), kNaN);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!seen[side][i]) continue;
      moved[i] = ((*now[side])[i] - (*then[side])[i]) * (side == 0 ? 1 : -1);
      if (edges.open[i] > 0) place[i] = (*now[side])[i];
    }
    moment.advance_px[side] = mean_of(moved) * step * cosine;
    const Line line = fit_line(lines, place);
    if (line.points >= kLeastLines) moment.rough_px[side] = line.sd * step * cosine;
  }
}

Speed speed_of(const std::vector<Moment>& moments, double fit_until,
               const std::function<double(const Moment&)>& value) {
  std::vector<double> times, values;
  for (const Moment& moment : moments) {
    if (moment.closure >= fit_until && !times.empty()) break;
    if (!std::isfinite(moment.time_h) || !std::isfinite(value(moment))) continue;
    times.push_back(moment.time_h);
    values.push_back(value(moment));
  }
  const Line line = fit_line(times, values);
  Speed out{line.slope, kNaN, line.points};
  if (line.points > 2) out.half_width = quantile975(line.points - 2) * line.slope_error;
  return out;
}

}  // namespace

Runs packed(const Plane<std::uint8_t>& parts) {
  Runs out{parts.width, parts.height, {}};
  for (std::size_t i = 0; i < parts.pixels.size();) {
    std::size_t j = i;
    while (j < parts.pixels.size() && parts.pixels[j] == parts.pixels[i]) ++j;
    out.runs.push_back(static_cast<std::uint32_t>((j - i) << 2 | parts.pixels[i]));
    i = j;
  }
  return out;
}

Plane<std::uint8_t> unpacked(const Runs& runs) {
  Plane<std::uint8_t> out(runs.width, runs.height);
  auto at = out.pixels.begin();
  for (const std::uint32_t run : runs.runs) {
    at = std::fill_n(at, run >> 2, static_cast<std::uint8_t>(run & 3));
  }
  return out;
}

void measure_moments(const std::vector<Runs>& parts, const Rule& rule, double fit_until, Series& series) {
  VESICA_REQUIRE(!parts.empty() && parts.size() == series.moments.size(), "one classified frame a moment");
  const auto step = static_cast<double>(rule.step);
  const Field field = shared_field(series.moments, parts[0].width, parts[0].height, step);
  series.upright = rule.upright;
  series.step = rule.step;
  if (field.empty()) {
    series.refusal = Refusal::kNoGap;
    return;
  }
  Edges first, before;
  std::array<std::vector<bool>, 2> seen;
  double cosine = 1, first_area = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Moment& moment = series.moments[i];
    const Plane<std::uint8_t> frame = cut(unpacked(parts[i]), field, moment, step, rule.upright);
    const double shift = (rule.upright ? moment.dx : moment.dy) / step;
    Edges edges = edges_of(frame, shift - std::round(shift));
    if (i == 0) {
      first = edges;
      std::vector<double> middle;
      for (std::size_t k = 0; k < edges.low.size(); ++k) {
        middle.push_back((edges.low[k] + edges.high[k]) / 2);
        seen[0].push_back(edges.low[k] > 0);
        seen[1].push_back(edges.high[k] < static_cast<double>(frame.width));
      }
      const Line line = fit_line(counting(middle.size()), middle);
      series.tilt = std::isfinite(line.slope) ? std::atan(line.slope) : 0;
      cosine = std::cos(series.tilt);
      series.field_px = static_cast<double>(frame.pixels.size()) * step * step;
      series.length_px = static_cast<double>(frame.height) * step / cosine;
    }
    measure_area(frame, edges, rule, cosine, first_area, moment);
    if (i == 0) first_area = moment.area_px;
    if (i > 0) carry(edges, before);
    measure_edges(edges, first, seen, step, cosine, moment);
    before = edges;
  }
  const double length = series.length_px;
  series.mean = speed_of(series.moments, fit_until, [length](const Moment& m) { return -m.area_px / (2 * length); });
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    series.edges[side] = speed_of(series.moments, fit_until, [side](const Moment& m) { return m.advance_px[side]; });
  }
}

}  // namespace vesica::wound
