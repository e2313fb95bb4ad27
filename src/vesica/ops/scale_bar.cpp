// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/scale_bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "vesica/base/number.h"
#include "vesica/ops/image.h"
#include "vesica/ops/image_cv.h"
#include "vesica/ops/segment_mask.h"

namespace vesica {

namespace {

constexpr float kRipple = 32;                           // grey levels within a bar: ringing of a JPEG
constexpr double kContrast = 40;                        // grey levels between a bar and what lies around it
constexpr std::size_t kLeastLength = 20;                // pixels
constexpr double kLeastShare = 0.02, kMostShare = 0.9;  // of the width
constexpr std::size_t kEnds = 2;                        // pixels by which rows of a bar may differ at their ends
constexpr double kThickness = 3;                        // a bar is so many times as long as thick
constexpr std::size_t kAway = 3;                        // pixels from a bar to what lies around it: past its soft edge
constexpr double kLetters = 32;                         // pixels of letters that are read best

/// Levels 0 to 255: 8-bit images as they are, others between their extremes. Empty when that is not possible.
Image2 levels_of(const Image2& grey) {
  if (grey.empty() || !all_finite(grey)) return {};
  const auto [low, high] = std::minmax_element(grey.pixels.begin(), grey.pixels.end());
  if (!(*low < *high)) return {};
  if (*low >= 0 && *high <= 255) return grey;
  Image2 out = grey;
  const float from = *low, range = *high - *low;
  for (float& pixel : out.pixels) pixel = 255 * (pixel - from) / range;
  return out;
}

struct Run {
  std::size_t x0, x1;
  float value;
};

/// Runs of one value in a row, long enough for a bar.
std::vector<Run> runs_of(std::span<const float> row) {
  const auto least = std::max(kLeastLength, static_cast<std::size_t>(kLeastShare * static_cast<double>(row.size())));
  std::vector<Run> out;
  for (std::size_t x = 0; x < row.size();) {
    float low = row[x], high = row[x];
    double sum = 0;
    std::size_t end = x;
    while (end < row.size() && std::max(high, row[end]) - std::min(low, row[end]) <= kRipple) {
      low = std::min(low, row[end]);
      high = std::max(high, row[end]);
      sum += static_cast<double>(row[end]);
      ++end;
    }
    if (end - x >= least && static_cast<double>(end - x) <= kMostShare * static_cast<double>(row.size()))
      out.push_back({x, end, static_cast<float>(sum / static_cast<double>(end - x))});
    x = std::max(end, x + 1);
  }
  return out;
}

/// Runs of neighbouring rows that belong together.
struct Stack {
  std::size_t x0, x1, y0, y1;
  float value;
};

bool near(std::size_t a, std::size_t b) { return a > b ? a - b <= kEnds : b - a <= kEnds; }

std::vector<Stack> stacks_of(const Image2& levels) {
  std::vector<Stack> open, done;
  for (std::size_t y = 0; y < levels.height; ++y) {
    std::vector<Stack> next;
    std::vector<bool> used(open.size(), false);
    for (const Run& run : runs_of(levels.row(y))) {
      Stack stack{run.x0, run.x1, y, y + 1, run.value};
      for (std::size_t i = 0; i < open.size(); ++i) {
        if (used[i] || !near(open[i].x0, run.x0) || !near(open[i].x1, run.x1) ||
            std::abs(open[i].value - run.value) > kRipple / 2)
          continue;
        used[i] = true;
        stack = open[i];
        stack.y1 = y + 1;
        break;
      }
      next.push_back(stack);
    }
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (!used[i]) done.push_back(open[i]);
    }
    open = std::move(next);
  }
  done.insert(done.end(), open.begin(), open.end());
  return done;
}

double median(std::vector<float> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Medians of the strips around a stack; NaN beyond the border.
std::array<double, 4> around(const Image2& levels, const Stack& s) {
  const auto strip = [&](std::ptrdiff_t x0, std::ptrdiff_t x1, std::ptrdiff_t y0, std::ptrdiff_t y1) {
    std::vector<float> values;
    for (std::ptrdiff_t y = std::max<std::ptrdiff_t>(y0, 0); y < std::min(y1, std::ptrdiff_t(levels.height)); ++y) {
      for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(x0, 0); x < std::min(x1, std::ptrdiff_t(levels.width)); ++x)
        values.push_back(levels.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)));
    }
    return median(std::move(values));
  };
  const auto x0 = static_cast<std::ptrdiff_t>(s.x0), x1 = static_cast<std::ptrdiff_t>(s.x1),
             y0 = static_cast<std::ptrdiff_t>(s.y0), y1 = static_cast<std::ptrdiff_t>(s.y1);
  const std::ptrdiff_t away = kAway, in = (x1 - x0) / 8;  // caps stand at the ends
  return {strip(x0 + in, x1 - in, y0 - away, y0 - away + 2), strip(x0 + in, x1 - in, y1 + away - 2, y1 + away),
          strip(x0 - away - 1, x0 - away + 1, y0, y1), strip(x1 + away - 1, x1 + away + 1, y0, y1)};
}

/// Where the mean of the bar's middle rows crosses half-way from `inside` to `outside`, going from x in steps of
/// `step`.
double crossing(const Image2& levels, const Stack& s, double inside, double outside, std::ptrdiff_t x,
                std::ptrdiff_t step) {
  const std::size_t skip = s.y1 - s.y0 > 4 ? 1 : 0;
  const auto mean = [&](std::ptrdiff_t at) {
    double sum = 0;
    for (std::size_t y = s.y0 + skip; y < s.y1 - skip; ++y)
      sum += static_cast<double>(levels.at(static_cast<std::size_t>(at), y));
    return sum / static_cast<double>(s.y1 - s.y0 - 2 * skip);
  };
  const double half = (inside + outside) / 2;
  const bool falls = inside > outside;
  double before = inside;
  for (std::ptrdiff_t k = 0; k < 12; ++k, x += step) {
    if (x < 0 || x >= std::ptrdiff_t(levels.width)) break;
    const double here = mean(x);
    if (falls ? here <= half : here >= half) {
      const double part = here != before ? (half - before) / (here - before) : 0;
      return static_cast<double>(x - step) + static_cast<double>(step) * part;
    }
    before = here;
  }
  return static_cast<double>(x - step);
}

std::optional<ScaleBar> bar_of(const Image2& levels, const Stack& s) {
  const auto length = static_cast<double>(s.x1 - s.x0), thickness = static_cast<double>(s.y1 - s.y0);
  if (s.y1 - s.y0 < 2 || length < kThickness * thickness) return std::nullopt;
  const std::array<double, 4> beside = around(levels, s);
  ScaleBar out;
  out.contrast = 255;
  for (const double value : beside) {
    if (std::isfinite(value)) out.contrast = std::min(out.contrast, std::abs(value - static_cast<double>(s.value)));
  }
  if (out.contrast < kContrast || !std::isfinite(beside[2]) || !std::isfinite(beside[3])) return std::nullopt;
  out.x0 = s.x0, out.x1 = s.x1, out.y0 = s.y0, out.y1 = s.y1;
  out.value = static_cast<double>(s.value);
  const auto inner = std::ptrdiff_t(kEnds) + 1;
  const double left = crossing(levels, s, out.value, beside[2], std::ptrdiff_t(s.x0) + inner, -1);
  const double right = crossing(levels, s, out.value, beside[3], std::ptrdiff_t(s.x1) - 1 - inner, 1);
  out.length = right - left;
  return out;
}

/// Share of every row within 2 levels of its commonest level.
std::vector<double> flat_shares(const Image2& levels) {
  std::vector<double> out;
  for (std::size_t y = 0; y < levels.height; ++y) {
    std::array<std::size_t, 260> counts{};
    for (const float value : levels.row(y)) counts[static_cast<std::size_t>(std::lround(value)) + 2] += 1;
    std::size_t most = 0;
    for (std::size_t i = 2; i < 258; ++i)
      most = std::max(most, counts[i - 2] + counts[i - 1] + counts[i] + counts[i + 1] + counts[i + 2]);
    out.push_back(static_cast<double>(most) / static_cast<double>(levels.width));
  }
  return out;
}

/// How many rows from the end on are a banner; `share` runs away from that end.
std::size_t banner_rows(const std::vector<double>& share, double typical) {
  constexpr std::size_t kGap = 3, kLeast = 8;  // rows; chosen
  constexpr double kLeastPart = 0.02, kMostPart = 0.35;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < share.size() && i < rows + kGap; ++i) {
    if (share[i] >= std::max(0.5, typical + 0.3)) rows = i + 1;
  }
  const auto part = static_cast<double>(rows) / static_cast<double>(share.size());
  return rows >= kLeast && part >= kLeastPart && part <= kMostPart ? rows : 0;
}

/// Median height of dark components that may be letters; 0 when there are none.
double letter_height(const Image2& picture) {
  std::vector<float> heights;
  for (const Component& part : components(below(picture, 128), true).objects) {
    const std::size_t height = part.y1 - part.y0, width = part.x1 - part.x0;
    if (height >= 5 && width <= 3 * height && height * 2 <= picture.height)
      heights.push_back(static_cast<float>(height));
  }
  return heights.empty() ? 0 : median(std::move(heights));
}

}  // namespace

std::vector<ScaleBar> find_scale_bars(const Image2& grey) {
  const Image2 levels = levels_of(grey);
  std::vector<ScaleBar> out;
  if (levels.empty()) return out;
  for (const Stack& stack : stacks_of(levels)) {
    if (const std::optional<ScaleBar> bar = bar_of(levels, stack)) out.push_back(*bar);
  }
  const auto score = [](const ScaleBar& bar) { return bar.contrast * std::sqrt(bar.length); };
  std::stable_sort(out.begin(), out.end(), [&](const ScaleBar& a, const ScaleBar& b) { return score(a) > score(b); });
  return out;
}

Rows rows_of_sample(const Image2& grey) {
  Rows out{0, grey.height};
  const Image2 levels = levels_of(grey);
  if (levels.empty()) return out;
  std::vector<double> share = flat_shares(levels), middle(share);
  const auto quarter = static_cast<std::ptrdiff_t>(share.size() / 4);
  middle.assign(share.begin() + quarter, share.end() - quarter);
  std::nth_element(middle.begin(), middle.begin() + static_cast<std::ptrdiff_t>(middle.size() / 2), middle.end());
  const double typical = middle[middle.size() / 2];
  out.first = banner_rows(share, typical);
  std::reverse(share.begin(), share.end());
  out.last = grey.height - banner_rows(share, typical);
  return out;
}

LabelPicture picture_of_label(const Image2& grey, const ScaleBar& bar) {
  const Image2 levels = levels_of(grey);
  LabelPicture out;
  if (levels.empty()) return out;
  // Labels stand within a bar's length beside it, or two letters' height above or below; a tenth of the picture at
  // most.
  const std::size_t aside = std::max<std::size_t>(bar.x1 - bar.x0, grey.width / 8);
  const std::size_t up = std::max<std::size_t>(4 * (bar.y1 - bar.y0), grey.height / 10);
  out.x0 = bar.x0 > aside ? bar.x0 - aside : 0;
  out.y0 = bar.y0 > up ? bar.y0 - up : 0;
  const std::size_t x1 = std::min(bar.x1 + aside, grey.width), y1 = std::min(bar.y1 + up, grey.height);
  constexpr std::size_t kMargin = 3;  // pixels of the bar's soft edge
  Image2 cut(x1 - out.x0, y1 - out.y0);
  for (std::size_t y = out.y0; y < y1; ++y) {
    for (std::size_t x = out.x0; x < x1; ++x) {
      const bool in_bar =
          x + kMargin >= bar.x0 && x < bar.x1 + kMargin && y + kMargin >= bar.y0 && y < bar.y1 + kMargin;
      const double away = std::abs(static_cast<double>(levels.at(x, y)) - bar.value) / bar.contrast;
      cut.at(x - out.x0, y - out.y0) = static_cast<float>(in_bar ? 255 : 255 * std::min(1.0, away));
    }
  }
  const double letters = letter_height(cut);
  constexpr double kMostPixels = 4e6;
  const double fits = std::sqrt(kMostPixels / static_cast<double>(cut.pixels.size()));
  out.scale = std::min(std::clamp(letters > 0 ? kLetters / letters : 1, 0.25, 6.0), fits);
  const auto scaled = [&](std::size_t n) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(out.scale * static_cast<double>(n))));
  };
  out.picture = Image2(scaled(cut.width), scaled(cut.height));
  ops::opencv([&] {
    cv::Mat to = ops::view(out.picture);
    cv::resize(ops::view(cut), to, to.size(), 0, 0, out.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  });
  return out;
}

std::optional<double> parse_scale_label(std::string_view text) {
  std::string digits, unit;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') continue;
    const bool digit = c >= '0' && c <= '9';
    if (unit.empty() && (digit || ((c == '.' || c == ',') && !digits.empty()))) {
      digits += c == ',' ? '.' : c;
    } else if (unit.empty() && (c == 'O' || c == 'o') && !digits.empty()) {
      digits += '0';
    } else if (unit.empty() && (c == 'l' || c == 'I' || c == '|') && i + 1 < text.size()) {
      digits += '1';
    } else if (digit) {
      return std::nullopt;
    } else {
      unit += c;
    }
  }
  while (!unit.empty() && (unit.back() == '.' || unit.back() == ',' || unit.back() == '_')) unit.pop_back();
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"nm", 1},          {"NM", 1},   {"Nm", 1},   {"nM", 1},   {"um", 1e3},        {"\xC2\xB5m", 1e3},
      {"\xCE\xBCm", 1e3}, {"pm", 1e3}, {"ym", 1e3}, {"UM", 1e3}, {"\xC2\xB5M", 1e3}, {"mm", 1e6}};
  for (const auto& [name, nm] : kUnits) {
    if (unit != name) continue;
    const std::optional<double> number = parse_number(digits);
    constexpr double kMost = 1e7;  // nm, a centimetre; chosen
    if (!number || !(*number > 0) || !(*number * nm <= kMost)) return std::nullopt;
    return *number * nm;
  }
  return std::nullopt;
}

}  // namespace vesica
