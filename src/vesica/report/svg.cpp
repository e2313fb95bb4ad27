// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/svg.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

// Advance widths of Helvetica for U+0020..U+007E in thousandths of the size (Adobe core font metrics; Arial and
// Liberation Sans were made to the same widths).
constexpr std::array<int, 95> kHelvetica = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};
constexpr double kBoldFactor = 1.08;       // chosen: an upper bound of Helvetica Bold's mean advance
constexpr double kSuperscriptSize = 0.68;  // chosen
constexpr double kSuperscriptRise = 0.36;  // chosen

// Arial is on the machines of most readers, Liberation Sans on ours; the Chinese families of Debian, Windows and macOS.
constexpr std::string_view kFonts =
    "Arial, Helvetica, 'Liberation Sans', 'WenQuanYi Micro Hei', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', "
    "'DejaVu Sans', sans-serif";

/// The next code point of valid UTF-8 and its length in bytes; a stray byte is U+FFFD of length 1.
char32_t next_code_point(std::string_view text, std::size_t i, std::size_t& length) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  const std::uint8_t lead = byte(i);
  length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  if (length == 0 || i + length > text.size()) {
    length = 1;
    return 0xFFFD;
  }
  char32_t code = length == 1 ? lead : lead & (0xFF >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) code = code << 6 | (byte(i + k) & 0x3F);
  return code;
}

bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

/// The plain character of a superscript digit or sign, 0 for others. Liberation Sans has only ¹ ² ³, so superscripts
/// are set as raised small figures of the same font.
const char* plain_of_superscript(char32_t c) {
  switch (c) {
    case 0x00B9:
      return "1";
    case 0x00B2:
      return "2";
    case 0x00B3:
      return "3";
    case 0x207B:
      return "−";
    case 0x207A:
      return "+";
    case 0x2070:
      return "0";
    default:
      break;
  }
  static const char* const kDigits[] = {"4", "5", "6", "7", "8", "9"};
  return c >= 0x2074 && c <= 0x2079 ? kDigits[c - 0x2074] : nullptr;
}

double advance(char32_t c) {
  if (c == 0xA0) return kHelvetica[0] / 1000.0;  // no-break space
  if (c >= 0x20 && c <= 0x7E) return kHelvetica[c - 0x20] / 1000.0;
  if (plain_of_superscript(c) != nullptr) return 0.556 * kSuperscriptSize;
  if (is_wide(c)) return 1.0;
  if (c == 0x2026 || c == 0x2014) return 1.0;  // … and em dash
  if (c >= 0x0300 && c <= 0x036F) return 0.0;  // combining marks
  return 0.6;                                  // chosen: Greek, accented Latin, signs
}

/// Text with superscripts as raised spans. `dy` moves all that follows, so each change of height is said once.
std::string text_spans(std::string_view text, double size) {
  const double rise = size * kSuperscriptRise;
  std::string out, run;
  bool raised = false, before_raised = false;  // of `run`, and of what stands before it
  const auto flush = [&] {
    if (run.empty()) return;
    if (raised) {
      out += fmt::format("<tspan dy=\"{}\" font-size=\"{}\">{}</tspan>", svg_number(before_raised ? 0 : -rise),
                         svg_number(size * kSuperscriptSize), escape_xml(run));
    } else if (before_raised) {
      // librsvg drops a blank with which a span begins; one that cannot break stays.
      if (run.starts_with(' ')) run.replace(0, 1, "\u00A0");
      out += fmt::format("<tspan dy=\"{}\">{}</tspan>", svg_number(rise), escape_xml(run));
    } else {
      out += escape_xml(run);
    }
    before_raised = raised;
    run.clear();
  };
  for (std::size_t i = 0, length = 0; i < text.size(); i += length) {
    const char* plain = plain_of_superscript(next_code_point(text, i, length));
    if ((plain != nullptr) != raised) flush();
    raised = plain != nullptr;
    run += raised ? std::string_view(plain) : text.substr(i, length);
  }
  flush();
  return out;
}

std::string stroke_attributes(const SvgWriter::Stroke& stroke) {
  if (stroke.width <= 0) return " stroke=\"none\"";
  std::string result = fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", stroke.colour, svg_number(stroke.width));
  if (!stroke.dash.empty()) result += fmt::format(" stroke-dasharray=\"{}\"", stroke.dash);
  if (stroke.opacity < 1) result += fmt::format(" stroke-opacity=\"{}\"", svg_number(stroke.opacity));
  return result;
}

std::string path_points(const std::vector<std::pair<double, double>>& points) {
  std::string result;
  for (const auto& [x, y] : points) {
    if (!result.empty()) result += ' ';
    result += svg_number(x) + "," + svg_number(y);
  }
  return result;
}

}  // namespace

std::string svg_number(double value) {
  VESICA_REQUIRE(std::isfinite(value), "only finite coordinates are drawn");
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

double text_width_pt(std::string_view utf8, double size_pt, bool bold) {
  double width = 0;
  for (std::size_t i = 0, length = 0; i < utf8.size(); i += length) width += advance(next_code_point(utf8, i, length));
  return width * size_pt * (bold ? kBoldFactor : 1.0);
}

std::vector<std::string> wrap_text(std::string_view utf8, double size_pt, double width, std::size_t lines) {
  VESICA_REQUIRE(lines >= 1, "text is wrapped to at least one line");
  std::vector<std::string> result;
  std::string line, word;  // `word` has not been placed yet
  const auto fits = [&](const std::string& text) { return text_width_pt(text, size_pt) <= width; };
  const auto place_word = [&] {
    if (!fits(line + word) && !trim(line).empty()) {
      result.emplace_back(trim(line));
      line.clear();
    }
    line += word;
    word.clear();
  };
  for (std::size_t i = 0, length = 0; i < utf8.size(); i += length) {
    const char32_t c = next_code_point(utf8, i, length);
    const std::string_view character = utf8.substr(i, length);
    const bool breaks = c == ' ' || is_wide(c);
    if (breaks) place_word();
    word += character;
    if (breaks || c == '-' || c == '+' || c == '/' || c == '_') place_word();
    if (!fits(word)) {  // a word wider than the line is cut where it must be
      word.resize(word.size() - length);
      if (!word.empty() || !trim(line).empty()) {
        place_word();
        result.emplace_back(trim(line));
        line.clear();
      }
      word = character;
    }
  }
  place_word();
  if (!trim(line).empty() || result.empty()) result.emplace_back(trim(line));
  if (result.size() <= lines) return result;
  result.resize(lines);
  std::string& last = result.back();
  while (!last.empty() && !fits(last + "…")) {
    do last.pop_back();
    while (!last.empty() && (static_cast<std::uint8_t>(last.back()) & 0xC0) == 0x80);
    if (!last.empty() && static_cast<std::uint8_t>(last.back()) >= 0xC0) last.pop_back();
  }
  last += "…";
  return result;
}

SvgWriter::SvgWriter(double width_pt, double height_pt, std::string id, std::string title, std::string description)
    : width_(width_pt),
      height_(height_pt),
      id_(std::move(id)),
      title_(std::move(title)),
      description_(std::move(description)) {}

void SvgWriter::line(double x1, double y1, double x2, double y2, const Stroke& stroke) {
  fmt::format_to(std::back_inserter(body_), "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>\n", svg_number(x1),
                 svg_number(y1), svg_number(x2), svg_number(y2), stroke_attributes(stroke));
}

void SvgWriter::polyline(const std::vector<std::pair<double, double>>& points, const Stroke& stroke) {
  if (points.size() < 2) return;
  fmt::format_to(std::back_inserter(body_), "<polyline points=\"{}\" fill=\"none\" stroke-linejoin=\"round\"{}/>\n",
                 path_points(points), stroke_attributes(stroke));
}

void SvgWriter::area(const std::vector<std::pair<double, double>>& points, const std::string& fill, double opacity) {
  if (points.size() < 3) return;
  fmt::format_to(std::back_inserter(body_),
                 "<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\" stroke=\"none\"/>\n", path_points(points),
                 fill, svg_number(opacity));
}

void SvgWriter::rect(double x, double y, double width, double height, const std::string& fill, const Stroke& stroke,
                     double radius) {
  const std::string corners = radius > 0 ? fmt::format(" rx=\"{}\"", svg_number(radius)) : "";
  fmt::format_to(std::back_inserter(body_), "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{} fill=\"{}\"{}/>\n",
                 svg_number(x), svg_number(y), svg_number(width), svg_number(height), corners, fill,
                 stroke_attributes(stroke));
}

void SvgWriter::point(double x, double y, double radius, const std::string& fill, const Stroke& stroke, double opacity,
                      std::string_view sample, std::string_view observation, std::string_view tooltip) {
  std::string data;
  if (!sample.empty()) data += fmt::format(" data-sample=\"{}\"", escape_xml(sample));
  if (!observation.empty()) data += fmt::format(" data-observation=\"{}\"", escape_xml(observation));
  if (opacity < 1) data += fmt::format(" opacity=\"{}\"", svg_number(opacity));
  fmt::format_to(std::back_inserter(body_), "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"{}{}", svg_number(x),
                 svg_number(y), svg_number(radius), fill, stroke_attributes(stroke), data);
  body_ += tooltip.empty() ? "/>\n" : fmt::format("><title>{}</title></circle>\n", escape_xml(tooltip));
}

void SvgWriter::text(double x, double y, std::string_view utf8, double size_pt, Anchor anchor, bool bold, double rotate,
                     std::string_view colour) {
  static const char* const kAnchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  std::string attributes = kAnchors[static_cast<int>(anchor)];
  if (bold) attributes += " font-weight=\"bold\"";
  if (rotate != 0) {
    attributes += fmt::format(" transform=\"rotate({} {} {})\"", svg_number(rotate), svg_number(x), svg_number(y));
  }
  if (colour != "#000000") attributes += fmt::format(" fill=\"{}\"", colour);
  fmt::format_to(std::back_inserter(body_), "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}>{}</text>\n", svg_number(x),
                 svg_number(y), svg_number(size_pt), attributes, text_spans(utf8, size_pt));
}

void SvgWriter::begin_group(std::string_view css_class, std::string_view tooltip) {
  fmt::format_to(std::back_inserter(body_), "<g class=\"{}\">", escape_xml(css_class));
  if (!tooltip.empty()) body_ += fmt::format("<title>{}</title>", escape_xml(tooltip));
  body_ += '\n';
  ++depth_;
}

void SvgWriter::end_group() {
  VESICA_REQUIRE(depth_ > 0, "every group that ends was begun");
  body_ += "</g>\n";
  --depth_;
}

std::string SvgWriter::finish(bool xml_declaration) const {
  VESICA_REQUIRE(depth_ == 0, "every group that was begun has ended");
  std::string out;
  if (xml_declaration) out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  const std::string id = escape_xml(id_);
  fmt::format_to(std::back_inserter(out),
                 "<svg{6} role=\"img\" aria-labelledby=\"{0}-title {0}-desc\" "
                 "width=\"{1}mm\" height=\"{2}mm\" viewBox=\"0 0 {3} {4}\" font-family=\"{5}\" fill=\"#000000\">\n",
                 id, svg_number(width_ / kPointsPerMm), svg_number(height_ / kPointsPerMm), svg_number(width_),
                 svg_number(height_), kFonts, xml_declaration ? " xmlns=\"http://www.w3.org/2000/svg\"" : "");
  fmt::format_to(std::back_inserter(out), "<title id=\"{0}-title\">{1}</title>\n<desc id=\"{0}-desc\">{2}</desc>\n", id,
                 escape_xml(title_), escape_xml(description_));
  out += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n", svg_number(width_), svg_number(height_));
  return out + body_ + "</svg>\n";
}

std::vector<std::pair<double, double>> simplify_line(const std::vector<std::pair<double, double>>& points,
                                                     double tolerance) {
  if (points.size() < 3) return points;
  std::vector<bool> keep(points.size(), false);
  keep.front() = keep.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    const double dx = points[b].first - points[a].first, dy = points[b].second - points[a].second;
    const double length = std::hypot(dx, dy);
    double worst = tolerance;
    std::size_t at = 0;
    for (std::size_t i = a + 1; i < b; ++i) {
      const double px = points[i].first - points[a].first, py = points[i].second - points[a].second;
      const double along = length == 0 ? 0 : (px * dx + py * dy) / length;
      const double across = length == 0 ? std::hypot(px, py) : std::fabs(px * dy - py * dx) / length;
      // Beyond an end of the segment the distance is to that end.
      const double beyond = along < 0 ? -along : along > length ? along - length : 0;
      const double distance = std::hypot(across, beyond);
      if (distance > worst) worst = distance, at = i;
    }
    if (at == 0) continue;
    keep[at] = true;
    open.emplace_back(a, at);
    open.emplace_back(at, b);
  }
  std::vector<std::pair<double, double>> result;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (keep[i]) result.push_back(points[i]);
  }
  return result;
}

}  // namespace vesica
