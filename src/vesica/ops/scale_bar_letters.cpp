// SPDX-License-Identifier: Apache-2.0
// Lines of letters near a scale bar, drawn so that they can be read.
#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "vesica/ops/image_cv.h"
#include "vesica/ops/scale_bar.h"
#include "vesica/ops/scale_bar_levels.h"
#include "vesica/ops/segment_mask.h"

namespace vesica {

namespace {

constexpr double kSameGrey = 40;         // levels off the bar's grey
constexpr float kCore = 12;              // levels off it that every letter comes within
constexpr double kFade = 110;            // levels off it where a letter has faded to white
constexpr double kDigit = 32;            // pixels of a digit in the drawing
constexpr std::size_t kPaper = 24;       // white pixels around a line in the drawing
constexpr std::size_t kLines = 4;        // at most
constexpr std::size_t kFewest = 3;       // letters of a label: "2um"
constexpr double kApart = 1.5;           // heights between letters: a blank
constexpr std::size_t kLeastHeight = 6;  // pixels of a digit that can be read
constexpr double kMostWidth = 1.6;       // of a letter, in heights

/// The part of a picture where a label may stand, and which of its pixels have the bar's grey.
struct Near {
  std::size_t x0, y0;
  Image2 away;  ///< levels off the bar's grey
  Components pieces;
};

Near around(const Image2& levels, const ScaleBar& bar) {
  const std::size_t aside = std::max(bar.x1 - bar.x0, levels.width / 3);
  const std::size_t up = std::max(4 * (bar.y1 - bar.y0), levels.height / 6);
  Near out;
  out.x0 = bar.x0 > aside ? bar.x0 - aside : 0;
  out.y0 = bar.y0 > up ? bar.y0 - up : 0;
  out.away = Image2(std::min(bar.x1 + aside, levels.width) - out.x0, std::min(bar.y1 + up, levels.height) - out.y0);
  constexpr std::size_t kMargin = 2;  // pixels of the bar's soft edge
  for (std::size_t y = 0; y < out.away.height; ++y) {
    for (std::size_t x = 0; x < out.away.width; ++x) {
      const std::size_t u = x + out.x0, v = y + out.y0;
      const bool in_bar =
          u + kMargin >= bar.x0 && u < bar.x1 + kMargin && v + kMargin >= bar.y0 && v < bar.y1 + kMargin;
      const double off = std::abs(static_cast<double>(levels.at(u, v)) - bar.value);
      out.away.at(x, y) = static_cast<float>(in_bar ? 255 : off);
    }
  }
  out.pieces = components(below(out.away, kSameGrey), true);
  return out;
}

using Line = std::vector<std::size_t>;  // pieces from left to right

/// Do `next` and a digit from `top` to `base` stand on one line? Small letters are lower, the micro sign goes deeper.
bool on_line(const Component& next, double top, double base) {
  const double height = base - top;
  const double y0 = static_cast<double>(next.y0), y1 = static_cast<double>(next.y1);
  const double tall = y1 - y0, wide = static_cast<double>(next.x1 - next.x0);
  const bool letter = y0 >= top - 0.2 * height && y1 <= base + 0.4 * height && y1 >= base - 0.2 * height;
  return letter && tall >= 0.07 * height && wide <= kMostWidth * height;
}

/// The line of a piece taken as a digit: what stands on its line to the left and to the right, letter by letter.
Line line_of(const std::vector<Component>& pieces, const std::vector<std::size_t>& by_x, std::size_t seed) {
  const double top = static_cast<double>(pieces[seed].y0), base = static_cast<double>(pieces[seed].y1);
  const double apart = kApart * (base - top);
  const auto at = std::find(by_x.begin(), by_x.end(), seed);
  Line out{seed};
  double left = static_cast<double>(pieces[seed].x0), right = static_cast<double>(pieces[seed].x1);
  for (auto i = at; i != by_x.begin();) {
    const Component& next = pieces[*--i];
    if (!on_line(next, top, base) || left - static_cast<double>(next.x1) > apart) continue;
    out.insert(out.begin(), *i);
    left = std::min(left, static_cast<double>(next.x0));
  }
  for (auto i = at + 1; i != by_x.end(); ++i) {
    const Component& next = pieces[*i];
    if (!on_line(next, top, base) || static_cast<double>(next.x0) - right > apart) continue;
    out.push_back(*i);
    right = std::max(right, static_cast<double>(next.x1));
  }
  // A point stands between digits; specks at the ends belong to the picture.
  const auto speck = [&](std::size_t i) {
    return static_cast<double>(pieces[i].y1 - pieces[i].y0) < 0.4 * (base - top);
  };
  while (!out.empty() && speck(out.back())) out.pop_back();
  while (!out.empty() && speck(out.front())) out.erase(out.begin());
  return out;
}

LetterLine box_of(const Near& near, const Line& line) {
  LetterLine out{near.away.width, near.away.height, 0, 0, 0, 0};
  for (const std::size_t i : line) {
    const Component& piece = near.pieces.objects[i];
    out.x0 = std::min(out.x0, piece.x0), out.x1 = std::max(out.x1, piece.x1);
    out.y0 = std::min(out.y0, piece.y0), out.y1 = std::max(out.y1, piece.y1);
  }
  out.x0 += near.x0, out.x1 += near.x0, out.y0 += near.y0, out.y1 += near.y0;
  return out;
}

double distance(const LetterLine& line, const ScaleBar& bar) {
  const auto gap = [](std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1) {
    return a1 < b0 ? static_cast<double>(b0 - a1) : b1 < a0 ? static_cast<double>(a0 - b1) : 0.0;
  };
  return std::hypot(gap(line.x0, line.x1, bar.x0, bar.x1), gap(line.y0, line.y1, bar.y0, bar.y1));
}

/// All lines of three letters and more, the nearest first; of those that share letters the longest.
std::vector<Line> lines_of(const Near& near, const ScaleBar& bar) {
  const std::vector<Component>& pieces = near.pieces.objects;
  std::vector<float> least(pieces.size() + 1, 255);  // levels off the bar's grey
  for (std::size_t i = 0; i < near.away.pixels.size(); ++i) {
    float& of_piece = least[static_cast<std::size_t>(near.pieces.labels.pixels[i])];
    of_piece = std::min(of_piece, near.away.pixels[i]);
  }
  std::vector<std::size_t> by_x;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t height = pieces[i].y1 - pieces[i].y0;
    if (pieces[i].area >= 2 && height * 4 <= near.away.height * 3 && least[i + 1] <= kCore) by_x.push_back(i);
  }
  constexpr std::size_t kMost = 5000;  // pieces; a picture of dust has no label
  if (by_x.size() > kMost) return {};
  std::stable_sort(by_x.begin(), by_x.end(), [&](std::size_t a, std::size_t b) { return pieces[a].x0 < pieces[b].x0; });
  std::vector<Line> all;
  for (const std::size_t seed : by_x) {
    const std::size_t height = pieces[seed].y1 - pieces[seed].y0, width = pieces[seed].x1 - pieces[seed].x0;
    if (height < kLeastHeight || width > 2 * height) continue;
    Line line = line_of(pieces, by_x, seed);
    if (line.size() >= kFewest) all.push_back(std::move(line));
  }
  std::stable_sort(all.begin(), all.end(), [](const Line& a, const Line& b) { return a.size() > b.size(); });
  std::vector<Line> out;
  std::vector<bool> used(pieces.size(), false);
  for (Line& line : all) {
    if (std::any_of(line.begin(), line.end(), [&](std::size_t i) { return used[i]; })) continue;
    for (const std::size_t i : line) used[i] = true;
    out.push_back(std::move(line));
  }
  std::stable_sort(out.begin(), out.end(), [&](const Line& a, const Line& b) {
    return distance(box_of(near, a), bar) < distance(box_of(near, b), bar);
  });
  if (out.size() > kLines) out.resize(kLines);
  return out;
}

/// One line, black on white, its letters alone.
Image2 drawn(const Near& near, const Line& line, const LetterLine& box) {
  Mask2 letters(near.away.width, near.away.height);
  std::vector<bool> mine(near.pieces.objects.size() + 1, false);
  std::vector<float> heights;
  for (const std::size_t i : line) {
    mine[i + 1] = true;
    heights.push_back(static_cast<float>(near.pieces.objects[i].y1 - near.pieces.objects[i].y0));
  }
  for (std::size_t i = 0; i < letters.pixels.size(); ++i)
    letters.pixels[i] = mine[static_cast<std::size_t>(near.pieces.labels.pixels[i])] ? 1 : 0;
  const Mask2 soft = dilate(letters, 2);
  constexpr std::size_t kEdge = 3;
  Image2 cut(box.x1 - box.x0 + 2 * kEdge, box.y1 - box.y0 + 2 * kEdge, 255);
  for (std::size_t y = 0; y < cut.height; ++y) {
    for (std::size_t x = 0; x < cut.width; ++x) {
      const std::size_t u = x + box.x0 - near.x0, v = y + box.y0 - near.y0;
      if (u < kEdge || v < kEdge || u - kEdge >= near.away.width || v - kEdge >= near.away.height) continue;
      if (soft.at(u - kEdge, v - kEdge) == 0) continue;
      const double faded = static_cast<double>(near.away.at(u - kEdge, v - kEdge)) / kFade;
      cut.at(x, y) = static_cast<float>(255 * std::min(1.0, faded));
    }
  }
  const double digit = static_cast<double>(*std::max_element(heights.begin(), heights.end()));
  const double scale = std::clamp(kDigit / digit, 0.02, 8.0);
  const auto scaled = [&](std::size_t n) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(scale * static_cast<double>(n))));
  };
  Image2 out(scaled(cut.width), scaled(cut.height));
  ops::opencv([&] {
    cv::Mat to = ops::view(out);
    cv::resize(ops::view(cut), to, to.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  });
  return out;
}

}  // namespace

LabelDrawing letters_near(const Image2& grey, const ScaleBar& bar) {
  const Image2 levels = ops::levels_of(grey);
  LabelDrawing out;
  if (levels.empty()) return out;
  const Near near = around(levels, bar);
  std::vector<Image2> pictures;
  std::size_t width = 0, height = kPaper;
  for (const Line& line : lines_of(near, bar)) {
    LetterLine box = box_of(near, line);
    pictures.push_back(drawn(near, line, box));
    box.from = height;
    height += pictures.back().height + kPaper;
    box.to = height;
    width = std::max(width, pictures.back().width);
    out.lines.push_back(box);
  }
  if (pictures.empty()) return out;
  out.picture = Image2(width + 2 * kPaper, height, 255);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (std::size_t y = 0; y < pictures[i].height; ++y) {
      const auto row = pictures[i].row(y);
      std::copy(row.begin(), row.end(), out.picture.row(out.lines[i].from + y).begin() + kPaper);
    }
  }
  return out;
}

}  // namespace vesica
