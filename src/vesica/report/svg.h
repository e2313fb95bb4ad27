// SPDX-License-Identifier: Apache-2.0
// A small SVG writer and the axes it draws. Units are points (1/72 inch), y downwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vesica {

inline constexpr double kPointsPerMm = 72.0 / 25.4;

/// A coordinate with at most two decimals, no trailing zeros, no "-0": the same text on every machine.
std::string svg_number(double value);
/// Width in points of a line of text set in Arial/Helvetica/Liberation Sans (Adobe's Helvetica metrics; CJK one em).
double text_width_pt(std::string_view utf8, double size_pt, bool bold = false);
/// Lines of at most `width` points, broken at blanks (CJK anywhere); the last is ended by "…" when more than `lines`.
std::vector<std::string> wrap_text(std::string_view utf8, double size_pt, double width, std::size_t lines);

/// One labelled tick of an axis.
struct Tick {
  double value;
  std::string label;  ///< empty: a minor tick
};
/// Between 3 and about `target` round ticks (1, 2 or 5 times a power of ten) that cover [low, high] from inside.
std::vector<Tick> linear_ticks(double low, double high, int target = 6);
/// Decades, with 2 and 5 below 2.5 decades and with 3 and 7 below 0.9; minor ticks at the other multiples. Falls back
/// to linear ticks when the range is less than half a decade. Requires 0 < low < high.
std::vector<Tick> log_ticks(double low, double high, int target = 6);

/// Value → position. A log axis takes only positive values.
struct AxisScale {
  bool log = false;
  double low = 0, high = 1;   ///< values at the ends
  double start = 0, end = 1;  ///< positions of the ends in points
  double operator()(double value) const;
};
/// The axis range for values: padded by 5 %, rounded outwards to ticks; one value or none gives a range around it
/// (0..1).
void nice_range(const std::vector<double>& values, bool log, bool from_zero, double& low, double& high);

/// Writes elements one after another; attributes are escaped, numbers deterministic.
class SvgWriter {
 public:
  SvgWriter(double width_pt, double height_pt, std::string id, std::string title, std::string description);

  struct Stroke {
    std::string colour = "#000000";
    double width = 0.75;
    std::string dash;  ///< "2 1.5"
    double opacity = 1;
  };
  enum class Anchor { kStart, kMiddle, kEnd };

  void line(double x1, double y1, double x2, double y2, const Stroke& stroke);
  void polyline(const std::vector<std::pair<double, double>>& points, const Stroke& stroke);
  void area(const std::vector<std::pair<double, double>>& points, const std::string& fill, double opacity);
  /// `radius` rounds the corners.
  void rect(double x, double y, double width, double height, const std::string& fill, const Stroke& stroke,
            double radius = 0);
  /// A data point; `tooltip` becomes its <title>.
  void point(double x, double y, double radius, const std::string& fill, const Stroke& stroke, double opacity,
             std::string_view sample, std::string_view observation, std::string_view tooltip);
  void text(double x, double y, std::string_view utf8, double size_pt, Anchor anchor = Anchor::kStart,
            bool bold = false, double rotate = 0, std::string_view colour = "#000000");
  void begin_group(std::string_view css_class, std::string_view tooltip = {});
  void end_group();
  /// The document; `xml_declaration` (and the namespace) for a file of its own, without for a place inside HTML.
  std::string finish(bool xml_declaration) const;

 private:
  double width_, height_;
  std::string id_, title_, description_, body_;
  int depth_ = 0;
};

/// Vertices of a line without those that lie within `tolerance` of the straight line between kept neighbours
/// (Douglas & Peucker 1973, 10.3138/FM57-6770-U75U-7727, iterative). First and last stay.
std::vector<std::pair<double, double>> simplify_line(const std::vector<std::pair<double, double>>& points,
                                                     double tolerance);

}  // namespace vesica
