// SPDX-License-Identifier: Apache-2.0
// Where everything of a plot goes: ranges, ticks, names, legend, brackets.
#include <algorithm>
#include <cmath>

#include "vesica/report/figure_draw.h"

namespace vesica {

namespace {

constexpr double kUprightSlot = 22;  // narrower categories have their names turned
constexpr std::size_t kLegendItems = 14;

void collect(const Figure& figure, std::vector<double>& xs, std::vector<double>& ys) {
  for (const Series& series : figure.series) {
    for (const Mark& mark : series.marks) {
      for (const double v : {mark.x, mark.x_low, mark.x_high}) {
        if (drawable(v, figure.x.log)) xs.push_back(v);
      }
      for (const double v : {mark.y, mark.low, mark.high}) {
        if (drawable(v, figure.y.log)) ys.push_back(v);
      }
    }
  }
}

double default_height(const Figure& figure) {
  if (!figure.y.categories.empty()) return 0;  // by the number of rows
  if (figure.kind == "agreement") return 80;
  if (figure.kind == "replicates") return 42;
  if (figure.kind == "curves" || figure.kind == "time") return 58;
  return 66;
}

/// Greedy: the shortest spans lowest; two brackets on one level do not touch.
std::vector<int> bracket_levels(const std::vector<Bracket>& brackets) {
  std::vector<std::size_t> order(brackets.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::fabs(brackets[a].to - brackets[a].from) < std::fabs(brackets[b].to - brackets[b].from);
  });
  std::vector<int> level(brackets.size(), 0);
  std::vector<std::size_t> placed;
  for (const std::size_t i : order) {
    const double low = std::min(brackets[i].from, brackets[i].to), high = std::max(brackets[i].from, brackets[i].to);
    const auto collides = [&](int wanted) {
      return std::any_of(placed.begin(), placed.end(), [&](std::size_t j) {
        const double a = std::min(brackets[j].from, brackets[j].to), b = std::max(brackets[j].from, brackets[j].to);
        return level[j] == wanted && low < b + 0.05 && a < high + 0.05;
      });
    };
    while (collides(level[i])) ++level[i];
    placed.push_back(i);
  }
  return level;
}

/// Places the legend in rows from the top; yields its height.
double layout_legend(const Figure& figure, Frame& frame) {
  double x = kFigureGap, y = kFigureGap + kLabelSize;
  bool any = false;
  for (const Series& series : figure.series) {
    if (series.title.empty()) continue;
    if (frame.legend.size() == kLegendItems) {
      ++frame.legend_left_out;
      continue;
    }
    const std::string title = wrap_text(series.title, kTickSize, frame.width - 30, 1)[0];
    const double width = 14 + text_width_pt(title, kTickSize) + 10;
    if (any && x + width > frame.width - kFigureGap) x = kFigureGap, y += kLegendLine;
    frame.legend.push_back({&series, x, y});
    x += width;
    any = true;
  }
  if (frame.legend_left_out > 0) y += kLegendLine;
  return any ? y + kFigureGap : kFigureGap;
}

std::vector<Tick> ticks_of(const FigureAxis& axis, const AxisScale& scale, int target) {
  return axis.log ? log_ticks(scale.low, scale.high, target) : linear_ticks(scale.low, scale.high, target);
}

double widest(const std::vector<Tick>& ticks) {
  double width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width_pt(tick.label, kTickSize));
  return width;
}

double layout_left(const Figure& figure, Frame& frame) {
  if (figure.y.categories.empty()) {
    constexpr double kBelow = 26;  // chosen: about what the x axis will take
    const double room = std::max(60.0, frame.height - frame.top - kBelow);
    const std::size_t unit = figure.y.label.rfind(" (");
    if (text_width_pt(figure.y.label, kLabelSize) > room && unit != std::string::npos) {  // the unit goes below
      frame.y_label = {wrap_text(figure.y.label.substr(0, unit), kLabelSize, room, 1)[0],
                       wrap_text(figure.y.label.substr(unit + 1), kLabelSize, room, 1)[0]};
    } else if (!figure.y.label.empty()) {
      frame.y_label = wrap_text(figure.y.label, kLabelSize, room, 2);
    }
    return kFigureGap + static_cast<double>(frame.y_label.size()) * (kLabelSize + 1) + 2 + widest(frame.y_ticks) +
           kTickLength + 2;
  }
  double width = 0;
  for (const std::string& name : figure.y.categories) {
    frame.y_names.push_back(wrap_text(name, kTickSize, frame.width * 0.44, 2));
    for (const std::string& line : frame.y_names.back()) width = std::max(width, text_width_pt(line, kTickSize));
  }
  return kFigureGap + width + kTickLength + 2;
}

/// The height below the plot: tick labels or names of categories, and the axis label.
double layout_bottom(const Figure& figure, Frame& frame) {
  const double label = figure.x.label.empty() ? kFigureGap : kLabelSize + kFigureGap + 2;
  if (figure.x.categories.empty()) return kTickLength + kTickSize + 3 + label;
  const double slot = (frame.right - frame.left) / static_cast<double>(figure.x.categories.size());
  frame.turned = slot < kUprightSlot;
  frame.every = frame.turned ? static_cast<std::size_t>(std::ceil((kTickSize + 1) / slot)) : 1;
  double height = 0;
  for (const std::string& name : figure.x.categories) {
    frame.x_names.push_back(wrap_text(name, kTickSize, frame.turned ? 60 : slot - 2, frame.turned ? 1 : 3));
    const std::vector<std::string>& lines = frame.x_names.back();
    height = std::max(height, frame.turned ? text_width_pt(lines[0], kTickSize)
                                           : static_cast<double>(lines.size()) * (kTickSize + 1));
  }
  return kTickLength + 2 + height + label;
}

void set_scales(const Figure& figure, Frame& frame) {
  std::vector<double> xs, ys;
  collect(figure, xs, ys);
  frame.x.log = figure.x.log;
  frame.y.log = figure.y.log;
  if (figure.kind == "agreement") {  // both axes alike, so that the diagonal is one
    xs.insert(xs.end(), ys.begin(), ys.end());
    ys = xs;
  }
  nice_range(xs, figure.x.log, figure.x.from_zero, frame.x.low, frame.x.high);
  nice_range(ys, figure.y.log, figure.y.from_zero, frame.y.low, frame.y.high);
  if (!figure.x.categories.empty()) {
    frame.x = {false, -0.5, static_cast<double>(figure.x.categories.size()) - 0.5, 0, 1};
  }
  if (!figure.y.categories.empty()) {  // first category on top
    frame.y = {false, static_cast<double>(figure.y.categories.size()) - 0.5, -0.5, 0, 1};
  }
}

}  // namespace

bool drawable(double value, bool log) { return std::isfinite(value) && (!log || value > 0); }

bool has_marks(const Figure& figure) {
  for (const Series& series : figure.series) {
    if (series.role == Role::kReference) continue;
    for (const Mark& mark : series.marks) {
      const bool y = drawable(mark.y, figure.y.log) || drawable(mark.low, figure.y.log);
      if (drawable(mark.x, figure.x.log) && y) return true;
    }
  }
  return false;
}

Frame layout_plot(const Figure& figure) {
  Frame frame;
  frame.width = figure_width_pt(figure);
  double height_mm = figure.height_mm > 0 ? figure.height_mm : default_height(figure);
  if (height_mm <= 0) height_mm = 16 + 5.2 * static_cast<double>(figure.y.categories.size());
  frame.height = std::min(height_mm, kMaxHeightMm) * kPointsPerMm;
  set_scales(figure, frame);
  frame.bracket_level = bracket_levels(figure.brackets);
  int levels = 0;
  for (const int level : frame.bracket_level) levels = std::max(levels, level + 1);
  frame.top = layout_legend(figure, frame) + kBracketHeight * levels + 2;
  const int y_target = std::clamp(static_cast<int>((frame.height - frame.top) / 24), 3, 7);
  if (figure.y.categories.empty()) frame.y_ticks = ticks_of(figure.y, frame.y, y_target);
  frame.left = layout_left(figure, frame);
  frame.right = frame.width - 8;
  const int x_target = std::clamp(static_cast<int>((frame.right - frame.left) / 36), 3, 9);
  if (figure.x.categories.empty()) {
    frame.x_ticks = ticks_of(figure.x, frame.x, x_target);
    if (!frame.x_ticks.empty())
      frame.right -= std::max(0.0, text_width_pt(frame.x_ticks.back().label, kTickSize) / 2 - 6);
  }
  const double below = layout_bottom(figure, frame);
  // Long names may need more room than was asked for: the plot itself keeps at least 24 pt.
  frame.height = std::max(frame.height, frame.top + 24 + below);
  frame.bottom = frame.height - below;
  frame.x.start = frame.left, frame.x.end = frame.right;
  frame.y.start = frame.bottom, frame.y.end = frame.top;
  return frame;
}

double figure_width_pt(const Figure& figure) {
  return (figure.width == FigureWidth::kSingle ? kSingleWidthMm : kDoubleWidthMm) * kPointsPerMm;
}

}  // namespace vesica
