// SPDX-License-Identifier: Apache-2.0
// Scale bars with labels in a stroke font of their own.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "phantoms/images.h"
#include "phantoms/tem.h"

#include "vesica/io/still.h"

namespace vesica {

namespace {

using Point = std::array<double, 2>;
using Stroke = std::vector<Point>;

/// A part of an ellipse as a polyline, degrees counter-clockwise from the right.
Stroke arc(double cx, double cy, double rx, double ry, double from, double to) {
  constexpr int kPieces = 24;
  Stroke out;
  for (int i = 0; i <= kPieces; ++i) {
    const double angle = (from + (to - from) * i / kPieces) * std::numbers::pi / 180;
    out.push_back({cx + rx * std::cos(angle), cy + ry * std::sin(angle)});
  }
  return out;
}
Stroke joined(Stroke a, const Stroke& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Glyph {
  double width;
  std::vector<Stroke> strokes;
};

/// Height of a digit is 1, the base line 0; 'u' stands for the micro sign too, with `micro` its stem goes down.
Glyph glyph_of(char c, bool micro) {
  switch (c) {
    case '0':
      return {0.66, {arc(0.33, 0.5, 0.27, 0.46, 0, 360)}};
    case '1':
      return {0.5, {{{0.1, 0.76}, {0.32, 0.96}, {0.32, 0.04}}}};
    case '2':
      return {0.66, {joined(arc(0.33, 0.69, 0.26, 0.27, 165, -35), {{0.07, 0.05}, {0.6, 0.05}})}};
    case '5':
      return {0.66, {joined({{0.56, 0.95}, {0.15, 0.95}, {0.11, 0.5}}, arc(0.32, 0.33, 0.27, 0.29, 125, -145))}};
    case '.':
      return {0.3, {{{0.14, 0.05}, {0.15, 0.06}}}};
    case 'n':
      return {0.62, {{{0.1, 0.68}, {0.1, 0.03}}, joined(arc(0.31, 0.43, 0.21, 0.23, 180, 0), {{0.52, 0.03}})}};
    case 'm':
      return {0.96,
              {{{0.1, 0.68}, {0.1, 0.03}},
               joined(arc(0.29, 0.44, 0.19, 0.22, 180, 0), {{0.48, 0.03}}),
               joined(arc(0.67, 0.44, 0.19, 0.22, 180, 0), {{0.86, 0.03}})}};
    case 'u': {
      Glyph out{0.62, {joined({{0.1, 0.68}}, arc(0.3, 0.26, 0.2, 0.22, 180, 360)), {{0.5, 0.68}, {0.5, 0.03}}}};
      if (micro) out.strokes.push_back({{0.1, 0.68}, {0.1, -0.25}});
      return out;
    }
    default:
      return {0.4, {}};
  }
}

double to_segment(double x, double y, const Point& a, const Point& b) {
  const double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
  const double t = length > 0 ? std::clamp(((x - a[0]) * dx + (y - a[1]) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

/// Mixes a colour into a pixel by the share that is covered.
void mix(Image2& grey, std::ptrdiff_t x, std::ptrdiff_t y, double share, float colour) {
  if (x < 0 || y < 0 || x >= std::ptrdiff_t(grey.width) || y >= std::ptrdiff_t(grey.height) || !(share > 0)) return;
  float& pixel = grey.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
  pixel += static_cast<float>(std::min(share, 1.0)) * (colour - pixel);
}

void rectangle(Image2& grey, std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1, float colour) {
  for (std::int64_t y = y0; y < y1; ++y) {
    for (std::int64_t x = x0; x < x1; ++x) mix(grey, x, y, 1, colour);
  }
}

/// Letters with their base line at y and their left end at x; strokes are `extra` pixels wider on each side.
void write_text(Image2& grey, const std::string& text, double x, double y, double size, double extra, float colour) {
  constexpr double kHalf = 0.07;  // of a digit's height: half a stroke
  const double half = kHalf * size + extra;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool micro = text[i] == '\xC2';  // UTF-8 of the micro sign: C2 B5
    const Glyph glyph = glyph_of(micro ? 'u' : text[i], micro);
    if (micro) ++i;
    for (auto v = static_cast<std::ptrdiff_t>(y - 1.2 * size); v <= static_cast<std::ptrdiff_t>(y + 0.5 * size); ++v) {
      for (auto u = static_cast<std::ptrdiff_t>(x - 0.3 * size); u <= static_cast<std::ptrdiff_t>(x + 1.3 * size);
           ++u) {
        double away = 1e9;
        for (const Stroke& stroke : glyph.strokes) {
          for (std::size_t k = 0; k + 1 < stroke.size(); ++k)
            away = std::min(away, size * to_segment((static_cast<double>(u) - x) / size,
                                                    (y - static_cast<double>(v)) / size, stroke[k], stroke[k + 1]));
        }
        mix(grey, u, v, half - away + 0.5, colour);
      }
    }
    x += (glyph.width + 0.12) * size;
  }
}

double width_of(const std::string& text, double size) {
  double out = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += (glyph_of(text[i] == '\xC2' ? 'u' : text[i], false).width + 0.12) * size;
    if (text[i] == '\xC2') ++i;
  }
  return out;
}

}  // namespace

void draw_bar(const TemBar& bar, double pixel_nm, Image2& grey, Labels2& labels) {
  const auto length = static_cast<std::int64_t>(std::lround(bar.nm / pixel_nm));
  const float colour = bar.bright ? 255 : 0, other = bar.bright ? 0 : 255;
  const auto letters = static_cast<double>(bar.letters);
  const std::int64_t gap = bar.letters / 2, block = bar.thickness + (bar.place == "right" ? 0 : bar.letters + gap);
  const std::int64_t tall = std::max(block, bar.letters + bar.letters / 2);
  auto height = static_cast<std::int64_t>(grey.height);
  const auto width = static_cast<std::int64_t>(grey.width);
  std::int64_t top = bar.top ? 20 : height - 20 - tall;
  if (bar.banner) {
    top = height + gap;
    height += tall + 2 * gap;
    grey.pixels.resize(static_cast<std::size_t>(width * height), other);
    labels.pixels.resize(static_cast<std::size_t>(width * height), 0);
    grey.height = labels.height = static_cast<std::size_t>(height);
  }
  const double text_width = width_of(bar.label, letters);
  const std::int64_t whole = bar.place == "right" ? length + gap + static_cast<std::int64_t>(text_width) : length;
  const std::int64_t x0 = bar.right ? width - 24 - std::max(whole, static_cast<std::int64_t>(text_width)) : 24;
  std::int64_t y0 = top + (tall - bar.thickness) / 2;  // beside its label
  double text_x = static_cast<double>(x0 + length + gap),
         base = static_cast<double>(top) + 0.5 * double(tall) + letters / 2;
  if (bar.place != "right") {
    y0 = bar.place == "above" ? top + bar.letters + gap : top;
    base = static_cast<double>(bar.place == "above" ? top + bar.letters : top + bar.thickness + gap + bar.letters);
    text_x = static_cast<double>(x0) + (static_cast<double>(length) - text_width) / 2;
    text_x = std::clamp(text_x, 6.0, std::max(6.0, static_cast<double>(width) - text_width - 6));
  }
  const std::int64_t cap = bar.caps ? std::min(bar.thickness, gap / 2) : 0, soft = bar.halo && !bar.banner ? 2 : 0;
  if (soft > 0) {
    rectangle(grey, x0 - soft, y0 - soft, x0 + length + soft, y0 + bar.thickness + soft, other);
    write_text(grey, bar.label, text_x, base, letters, 2, other);
  }
  rectangle(grey, x0, y0, x0 + length, y0 + bar.thickness, colour);
  for (const std::int64_t x : {x0, x0 + length - 3}) {
    if (cap > 0) rectangle(grey, x, y0 - cap, x + 3, y0 + bar.thickness + cap, colour);
  }
  write_text(grey, bar.label, text_x, base, letters, 0, colour);
  for (float& pixel : grey.pixels) pixel = std::round(std::clamp(pixel, 0.0F, 255.0F));
}

std::string tem_file(const Image2& grey, const std::string& kind, double pixel_um) {
  std::vector<std::uint8_t> pixels;
  for (const float value : grey.pixels) {
    for (int i = 0; i < (kind == "jpeg" ? 3 : 1); ++i) pixels.push_back(static_cast<std::uint8_t>(value));
  }
  constexpr int kQuality = 90;
  if (kind == "jpeg") return write_jpeg(grey.width, grey.height, pixels, kQuality);
  if (kind == "png") return write_png(grey.width, grey.height, 1, pixels);
  phantom::TiffPlanes tiff;
  tiff.width = grey.width;
  tiff.height = grey.height;
  tiff.pixel_um = pixel_um;
  tiff.planes.emplace_back(pixels.begin(), pixels.end());
  return phantom::tiff_file(tiff);
}

}  // namespace vesica
