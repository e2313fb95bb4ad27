// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/figure_draw.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica {

namespace {

using Stroke = SvgWriter::Stroke;
using Anchor = SvgWriter::Anchor;
using Points = std::vector<std::pair<double, double>>;

// All in points; chosen for 89 mm, within Nature's 0.25-1 pt for lines.
constexpr double kCurveWidth = 0.9;
constexpr double kUnitRadius = 2.3;
constexpr double kSmallRadius = 1.2;
constexpr double kLineTolerance = 0.04;
constexpr double kBandOpacity = 0.22;
constexpr double kBarHalf = 0.32;  // of the distance between two categories

void draw_x_axis(const Figure& figure, const Frame& frame, SvgWriter& svg) {
  const Stroke stroke{"#000000", kAxisWidth, "", 1};
  svg.begin_group("axis x");
  svg.line(frame.left, frame.bottom, frame.right, frame.bottom, stroke);
  for (const Tick& tick : frame.x_ticks) {
    const double x = frame.x(tick.value);
    svg.line(x, frame.bottom, x, frame.bottom + (tick.label.empty() ? kTickLength * 0.6 : kTickLength), stroke);
    if (!tick.label.empty()) {
      svg.text(x, frame.bottom + kTickLength + kTickSize + 1, tick.label, kTickSize, Anchor::kMiddle);
    }
  }
  for (std::size_t i = 0; i < frame.x_names.size(); ++i) {
    const double x = frame.x(static_cast<double>(i));
    svg.line(x, frame.bottom, x, frame.bottom + kTickLength, stroke);
    if (i % frame.every != 0) continue;
    svg.begin_group("category", figure.x.categories[i]);
    if (frame.turned) {
      const double y = frame.bottom + kTickLength + 2;
      svg.text(x + kTickSize * 0.35, y, frame.x_names[i][0], kTickSize, Anchor::kEnd, false, -90);
    } else {
      double y = frame.bottom + kTickLength + kTickSize + 1;
      for (const std::string& line : frame.x_names[i]) {
        svg.text(x, y, line, kTickSize, Anchor::kMiddle);
        y += kTickSize + 1;
      }
    }
    svg.end_group();
  }
  if (!figure.x.label.empty()) {
    svg.text((frame.left + frame.right) / 2, frame.height - kFigureGap, figure.x.label, kLabelSize, Anchor::kMiddle);
  }
  svg.end_group();
}

void draw_y_axis(const Figure& figure, const Frame& frame, SvgWriter& svg) {
  const Stroke stroke{"#000000", kAxisWidth, "", 1};
  svg.begin_group("axis y");
  if (frame.y_names.empty()) svg.line(frame.left, frame.top, frame.left, frame.bottom, stroke);
  for (const Tick& tick : frame.y_ticks) {
    const double y = frame.y(tick.value);
    svg.line(frame.left - (tick.label.empty() ? kTickLength * 0.6 : kTickLength), y, frame.left, y, stroke);
    if (!tick.label.empty()) {
      svg.text(frame.left - kTickLength - 2, y + kTickSize * 0.35, tick.label, kTickSize, Anchor::kEnd);
    }
  }
  for (std::size_t i = 0; i < frame.y_names.size(); ++i) {
    const std::vector<std::string>& lines = frame.y_names[i];
    double y = frame.y(static_cast<double>(i)) + kTickSize * 0.35 -
               (static_cast<double>(lines.size()) - 1) * (kTickSize + 0.5) / 2;
    svg.begin_group("category", figure.y.categories[i]);
    for (const std::string& line : lines) {
      svg.text(frame.left - kTickLength - 2, y, line, kTickSize, Anchor::kEnd);
      y += kTickSize + 0.5;
    }
    svg.end_group();
  }
  double x = kFigureGap + kLabelSize * 0.75;
  for (const std::string& line : frame.y_label) {
    const double half = text_width_pt(line, kLabelSize) / 2;
    const double middle = std::max((frame.top + frame.bottom) / 2, half + 2);
    svg.text(x, std::min(middle, frame.height - half - 2), line, kLabelSize, Anchor::kMiddle, false, -90);
    x += kLabelSize + 1;
  }
  svg.end_group();
}

std::string tooltip_of(const Figure& figure, const Series& series, const Mark& mark) {
  std::string text = mark.label.empty() ? mark.sample : mark.label;
  if (text.empty()) text = series.title.empty() ? series.name : series.title;
  const bool sideways = !figure.y.categories.empty();
  const double value = sideways ? mark.x : mark.y;
  const double low = sideways ? mark.x_low : mark.low, high = sideways ? mark.x_high : mark.high;
  text += ": " + readable_number(value, 4);
  if (std::isfinite(low) && std::isfinite(high)) {
    text += fmt::format(" ({} – {})", readable_number(low, 4), readable_number(high, 4));
  }
  if (mark.hollow) text += " · " + (series.role == Role::kBar ? say("assumed") : say("flagged"));
  if (!mark.id.empty()) text += " · " + mark.id;
  return text;
}

void draw_curve(const Figure& figure, const Frame& frame, const Series& series, SvgWriter& svg) {
  const bool link = series.role == Role::kLink;
  const Stroke stroke{link ? "#8c8c8c" : wong_colour(series.colour), link ? kAxisWidth : kCurveWidth,
                      series.predicted ? "3 2" : "", 1};
  Points points;
  const auto flush = [&] {
    svg.polyline(simplify_line(points, kLineTolerance), stroke);
    points.clear();
  };
  svg.begin_group("curve", series.title.empty() ? series.name : series.title);
  for (std::size_t i = 0; i < series.marks.size(); ++i) {
    const Mark& mark = series.marks[i];
    if (!drawable(mark.x, figure.x.log) || !drawable(mark.y, figure.y.log)) {
      flush();
      continue;
    }
    const double y = frame.y(mark.y);
    if (series.role == Role::kStep) {
      const double before = i > 0 ? (series.marks[i - 1].x + mark.x) / 2 : mark.x;
      const double after = i + 1 < series.marks.size() ? (series.marks[i + 1].x + mark.x) / 2 : mark.x;
      points.emplace_back(frame.x(drawable(before, figure.x.log) ? before : mark.x), y);
      points.emplace_back(frame.x(drawable(after, figure.x.log) ? after : mark.x), y);
    } else {
      points.emplace_back(frame.x(mark.x), y);
    }
  }
  flush();
  svg.end_group();
}

void draw_band(const Figure& figure, const Frame& frame, const Series& series, SvgWriter& svg) {
  Points upper, lower;
  const auto flush = [&] {
    Points outline = simplify_line(upper, kLineTolerance);
    const Points back = simplify_line(lower, kLineTolerance);
    outline.insert(outline.end(), back.rbegin(), back.rend());
    svg.area(outline, wong_colour(series.colour), kBandOpacity);
    upper.clear();
    lower.clear();
  };
  svg.begin_group("band", series.title.empty() ? series.name : series.title);
  for (const Mark& mark : series.marks) {
    const bool ok =
        drawable(mark.x, figure.x.log) && drawable(mark.low, figure.y.log) && drawable(mark.high, figure.y.log);
    if (!ok) {
      flush();
      continue;
    }
    upper.emplace_back(frame.x(mark.x), frame.y(mark.high));
    lower.emplace_back(frame.x(mark.x), frame.y(mark.low));
  }
  flush();
  svg.end_group();
}

void draw_reference(const Figure& figure, const Frame& frame, const Series& series, SvgWriter& svg) {
  const Stroke stroke{"#767676", kAxisWidth, "2 2", 1};
  for (const Mark& mark : series.marks) {
    const bool has_x = drawable(mark.x, figure.x.log), has_y = drawable(mark.y, figure.y.log);
    if (has_x && has_y) {
      const double low = std::max(frame.x.low, frame.y.low), high = std::min(frame.x.high, frame.y.high);
      if (low < high) svg.line(frame.x(low), frame.y(low), frame.x(high), frame.y(high), stroke);
    } else if (has_y) {
      svg.line(frame.left, frame.y(mark.y), frame.right, frame.y(mark.y), stroke);
    } else if (has_x) {
      svg.line(frame.x(mark.x), frame.top, frame.x(mark.x), frame.bottom, stroke);
    }
  }
}

void draw_whisker(const Frame& frame, double position, double low, double high, bool sideways, const Stroke& stroke,
                  SvgWriter& svg) {
  constexpr double kCap = 1.6;
  if (sideways) {
    svg.line(frame.x(low), position, frame.x(high), position, stroke);
    for (const double end : {low, high}) svg.line(frame.x(end), position - kCap, frame.x(end), position + kCap, stroke);
  } else {
    svg.line(position, frame.y(low), position, frame.y(high), stroke);
    for (const double end : {low, high}) svg.line(position - kCap, frame.y(end), position + kCap, frame.y(end), stroke);
  }
}

void draw_point(const Figure& figure, const Frame& frame, const Series& series, const Mark& mark, SvgWriter& svg) {
  if (!drawable(mark.x, figure.x.log) || !drawable(mark.y, figure.y.log)) return;
  const double x = frame.x(mark.x), y = frame.y(mark.y);
  const std::string colour = wong_colour(series.colour);
  const bool small = series.role == Role::kObservation;
  if (!small && drawable(mark.low, figure.y.log) && drawable(mark.high, figure.y.log)) {
    draw_whisker(frame, x, mark.low, mark.high, false, {colour, 0.6, "", 1}, svg);
  }
  if (!small && drawable(mark.x_low, figure.x.log) && drawable(mark.x_high, figure.x.log)) {
    draw_whisker(frame, y, mark.x_low, mark.x_high, true, {colour, 0.6, "", 1}, svg);
  }
  const Stroke stroke = small ? Stroke{colour, mark.hollow ? 0.5 : 0.0, "", 1}
                              : Stroke{mark.hollow ? colour : "#000000", mark.hollow ? 0.9 : 0.35, "", 1};
  svg.point(x, y, small ? kSmallRadius : kUnitRadius, mark.hollow ? "#ffffff" : colour, stroke,
            small && !mark.hollow ? 0.45 : 1, mark.sample, mark.id, tooltip_of(figure, series, mark));
}

/// A bar beside a category: filled, or white with an outline.
void draw_bar(const Figure& figure, const Frame& frame, const Series& series, const Mark& mark, SvgWriter& svg) {
  if (!drawable(mark.x_low, figure.x.log) || !drawable(mark.x_high, figure.x.log) || !std::isfinite(mark.y)) return;
  const double left = frame.x(mark.x_low), right = frame.x(mark.x_high);
  const double top = frame.y(mark.y - kBarHalf), bottom = frame.y(mark.y + kBarHalf);
  const std::string colour = wong_colour(series.colour);
  svg.begin_group("bar", tooltip_of(figure, series, mark));
  svg.area({{left, top}, {right, top}, {right, bottom}, {left, bottom}}, mark.hollow ? "#ffffff" : colour, 1);
  svg.polyline({{left, top}, {right, top}, {right, bottom}, {left, bottom}, {left, top}}, {colour, 0.7, "", 1});
  svg.end_group();
}

void draw_mean(const Figure& figure, const Frame& frame, const Series& series, const Mark& mark, SvgWriter& svg) {
  if (!drawable(mark.x, figure.x.log) || !drawable(mark.y, figure.y.log)) return;
  const double x = frame.x(mark.x), y = frame.y(mark.y);
  const double slot =
      figure.x.categories.empty() ? 16 : (frame.right - frame.left) / static_cast<double>(figure.x.categories.size());
  const double half = std::min(slot * 0.26, 13.0);
  svg.begin_group("mean", tooltip_of(figure, series, mark));
  if (drawable(mark.low, figure.y.log) && drawable(mark.high, figure.y.log)) {
    draw_whisker(frame, x, mark.low, mark.high, false, {"#000000", 0.6, "", 1}, svg);
  }
  svg.line(x - half, y, x + half, y, {"#000000", 1.1, "", 1});
  svg.end_group();
}

void draw_legend(const Frame& frame, SvgWriter& svg) {
  for (const LegendItem& item : frame.legend) {
    const std::string colour = wong_colour(item.series->colour);
    const double middle = item.y - kTickSize * 0.35;
    switch (item.series->role) {
      case Role::kBar: {
        const bool hollow = !item.series->marks.empty() && item.series->marks.front().hollow;
        const double left = item.x + 0.5, right = item.x + 10;
        svg.area({{left, middle - 2.5}, {right, middle - 2.5}, {right, middle + 2.5}, {left, middle + 2.5}},
                 hollow ? "#ffffff" : colour, 1);
        svg.polyline({{left, middle - 2.5},
                      {right, middle - 2.5},
                      {right, middle + 2.5},
                      {left, middle + 2.5},
                      {left, middle - 2.5}},
                     {colour, 0.7, "", 1});
        break;
      }
      case Role::kBand:
        svg.area(
            {{item.x, middle - 2.5}, {item.x + 10, middle - 2.5}, {item.x + 10, middle + 2.5}, {item.x, middle + 2.5}},
            colour, kBandOpacity);
        break;
      case Role::kLine:
      case Role::kLink:
      case Role::kStep:
        svg.line(item.x, middle, item.x + 11, middle, {colour, 1.2, item.series->predicted ? "3 2" : "", 1});
        break;
      case Role::kReference:
        svg.line(item.x, middle, item.x + 11, middle, {"#767676", kAxisWidth, "2 2", 1});
        break;
      case Role::kMean:
        svg.line(item.x, middle, item.x + 11, middle, {"#000000", 1.1, "", 1});
        break;
      case Role::kObservation:
        svg.point(item.x + 5, middle, kSmallRadius, colour, {colour, 0, "", 1}, 0.45, "", "", "");
        break;
      default:
        svg.point(item.x + 5, middle, kUnitRadius, colour, {"#000000", 0.35, "", 1}, 1, "", "", "");
    }
    svg.text(item.x + 14, item.y, wrap_text(item.series->title, kTickSize, frame.width - 30, 1)[0], kTickSize);
  }
  if (frame.legend_left_out > 0) {
    svg.text(kFigureGap, frame.legend.back().y + kLegendLine,
             say("… and {} more, named in the table beside the figure", frame.legend_left_out), kTickSize);
  }
}

void draw_brackets(const Figure& figure, const Frame& frame, SvgWriter& svg) {
  const Stroke stroke{"#000000", kAxisWidth, "", 1};
  for (std::size_t i = 0; i < figure.brackets.size(); ++i) {
    const Bracket& bracket = figure.brackets[i];
    const double y = frame.top - 3 - kBracketHeight * frame.bracket_level[i];
    const double from = frame.x(bracket.from), to = frame.x(bracket.to);
    svg.begin_group("bracket", std::isfinite(bracket.p) ? "p = " + readable_number(bracket.p, 3) : bracket.text);
    svg.polyline({{from, y + 2.5}, {from, y}, {to, y}, {to, y + 2.5}}, stroke);
    const bool stars = !bracket.text.empty() && bracket.text.find_first_not_of('*') == std::string::npos;
    svg.text((from + to) / 2, y - (stars ? 0.0 : 1.5), bracket.text, stars ? kLabelSize : kTickSize, Anchor::kMiddle);
    svg.end_group();
  }
}

void draw_series(const Figure& figure, const Frame& frame, SvgWriter& svg) {
  const auto each = [&](auto&& wanted, auto&& draw) {
    for (const Series& series : figure.series) {
      if (wanted(series.role)) draw(series);
    }
  };
  each([](Role r) { return r == Role::kBand; }, [&](const Series& s) { draw_band(figure, frame, s, svg); });
  each([](Role r) { return r == Role::kBar; },
       [&](const Series& s) {
         for (const Mark& mark : s.marks) draw_bar(figure, frame, s, mark, svg);
       });
  each([](Role r) { return r == Role::kLink; }, [&](const Series& s) { draw_curve(figure, frame, s, svg); });
  each([](Role r) { return r == Role::kReference; }, [&](const Series& s) { draw_reference(figure, frame, s, svg); });
  each([](Role r) { return r == Role::kLine || r == Role::kStep; },
       [&](const Series& s) { draw_curve(figure, frame, s, svg); });
  for (const Role role : {Role::kObservation, Role::kMean, Role::kUnit, Role::kInterval}) {
    each([role](Role r) { return r == role; },
         [&](const Series& s) {
           for (const Mark& mark : s.marks) {
             if (role == Role::kMean) {
               draw_mean(figure, frame, s, mark, svg);
             } else {
               draw_point(figure, frame, s, mark, svg);
             }
           }
         });
  }
}

}  // namespace

std::string draw_plot(const Figure& figure, bool xml_declaration) {
  const Frame frame = layout_plot(figure);
  SvgWriter svg(frame.width, frame.height, figure.id, figure.title, figure.alt.empty() ? figure.caption : figure.alt);
  if (!has_marks(figure)) {
    svg.text(frame.width / 2, frame.height / 2, say("There is no value to draw."), kLabelSize, Anchor::kMiddle);
    return svg.finish(xml_declaration);
  }
  draw_legend(frame, svg);
  draw_x_axis(figure, frame, svg);
  draw_y_axis(figure, frame, svg);
  draw_series(figure, frame, svg);
  draw_brackets(figure, frame, svg);
  return svg.finish(xml_declaration);
}

std::string figure_svg(const Figure& figure) {
  return figure.panels.empty() ? draw_plot(figure, true) : draw_maps(figure, true);
}

std::string figure_svg_inline(const Figure& figure) {
  return figure.panels.empty() ? draw_plot(figure, false) : draw_maps(figure, false);
}

}  // namespace vesica
