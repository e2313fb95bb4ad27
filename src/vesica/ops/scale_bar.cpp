// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/scale_bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "vesica/base/number.h"
#include "vesica/ops/image.h"
#include "vesica/ops/scale_bar_levels.h"

namespace vesica {

namespace {

constexpr float kRipple = 32;                           // grey levels within a bar: ringing of a JPEG
constexpr double kContrast = 40;                        // grey levels between a bar and what lies around it
constexpr std::size_t kLeastLength = 20;                // pixels
constexpr double kLeastShare = 0.02, kMostShare = 0.9;  // of the width
constexpr std::size_t kEnds = 2;                        // pixels by which rows of a bar may differ at their ends
constexpr double kThickness = 3;                        // a bar is so many times as long as thick
constexpr std::size_t kAway = 3;                        // pixels from a bar to what lies around it: past its soft edge

}  // namespace

Image2 ops::levels_of(const Image2& grey) {
  if (grey.empty() || !all_finite(grey)) return {};
  const auto [low, high] = std::minmax_element(grey.pixels.begin(), grey.pixels.end());
  if (!(*low < *high)) return {};
  if (*low >= 0 && *high <= 255) return grey;
  Image2 out = grey;
  const float from = *low, range = *high - *low;
  for (float& pixel : out.pixels) pixel = 255 * (pixel - from) / range;
  return out;
}

namespace {

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

/// Greatest difference of the lines one to three pixels above, below, left and right of a stack from its grey (median
/// along each); NaN beyond the border.
std::array<double, 4> around(const Image2& levels, const Stack& s) {
  const auto x0 = static_cast<std::ptrdiff_t>(s.x0), x1 = static_cast<std::ptrdiff_t>(s.x1),
             y0 = static_cast<std::ptrdiff_t>(s.y0), y1 = static_cast<std::ptrdiff_t>(s.y1);
  const std::ptrdiff_t in = (x1 - x0) / 8;  // caps stand at the ends
  std::array<double, 4> out;
  out.fill(std::numeric_limits<double>::quiet_NaN());
  const auto look = [&](std::size_t side, std::ptrdiff_t u0, std::ptrdiff_t u1, std::ptrdiff_t v0, std::ptrdiff_t v1) {
    if (u0 < 0 || v0 < 0 || u1 > std::ptrdiff_t(levels.width) || v1 > std::ptrdiff_t(levels.height)) return;
    std::vector<float> values;
    for (std::ptrdiff_t v = v0; v < v1; ++v) {
      for (std::ptrdiff_t u = u0; u < u1; ++u)
        values.push_back(levels.at(static_cast<std::size_t>(u), static_cast<std::size_t>(v)));
    }
    const double off = std::abs(median(std::move(values)) - static_cast<double>(s.value));
    out[side] = std::isfinite(out[side]) ? std::max(out[side], off) : off;
  };
  for (std::ptrdiff_t k = 1; k <= std::ptrdiff_t(kAway); ++k) {
    look(0, x0 + in, x1 - in, y0 - k, y0 - k + 1);
    look(1, x0 + in, x1 - in, y1 + k - 1, y1 + k);
    look(2, x0 - k, x0 - k + 1, y0, y1);
    look(3, x1 + k - 1, x1 + k, y0, y1);
  }
  return out;
}

/// Where the mean of the bar's middle rows crosses half-way from `inside` to the next three pixels beyond its end (the
/// one that differs most: a halo, or the picture), going from x in steps of `step`.
double crossing(const Image2& levels, const Stack& s, double inside, std::ptrdiff_t x, std::ptrdiff_t step) {
  const std::size_t skip = s.y1 - s.y0 > 4 ? 1 : 0;
  const auto mean = [&](std::ptrdiff_t at) {
    double sum = 0;
    const std::ptrdiff_t within = std::clamp<std::ptrdiff_t>(at, 0, std::ptrdiff_t(levels.width) - 1);
    for (std::size_t y = s.y0 + skip; y < s.y1 - skip; ++y)
      sum += static_cast<double>(levels.at(static_cast<std::size_t>(within), y));
    return sum / static_cast<double>(s.y1 - s.y0 - 2 * skip);
  };
  const std::ptrdiff_t end = step > 0 ? std::ptrdiff_t(s.x1) : std::ptrdiff_t(s.x0) - 1;
  double outside = inside;
  for (std::ptrdiff_t k = 0; k < std::ptrdiff_t(kAway); ++k) {
    const double beyond = mean(end + k * step);
    if (std::abs(beyond - inside) > std::abs(outside - inside)) outside = beyond;
  }
  const double half = (inside + outside) / 2;
  double before = inside;
  for (std::ptrdiff_t k = 0; k < 12; ++k, x += step) {
    const double here = mean(x);
    if (inside > outside ? here <= half : here >= half) {
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
  for (const double off : beside) {
    if (std::isfinite(off)) out.contrast = std::min(out.contrast, off);
  }
  if (out.contrast < kContrast || !std::isfinite(beside[2]) || !std::isfinite(beside[3])) return std::nullopt;
  out.x0 = s.x0, out.x1 = s.x1, out.y0 = s.y0, out.y1 = s.y1;
  out.value = static_cast<double>(s.value);
  const auto inner = std::ptrdiff_t(kEnds) + 1;
  const double left = crossing(levels, s, out.value, std::ptrdiff_t(s.x0) + inner, -1);
  const double right = crossing(levels, s, out.value, std::ptrdiff_t(s.x1) - 1 - inner, 1);
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

}  // namespace

std::vector<ScaleBar> find_scale_bars(const Image2& grey) {
  const Image2 levels = ops::levels_of(grey);
  std::vector<ScaleBar> out;
  if (levels.empty()) return out;
  for (const Stack& stack : stacks_of(levels)) {
    if (const std::optional<ScaleBar> bar = bar_of(levels, stack)) out.push_back(*bar);
  }
  // By area, so that the thin lines of a bar's own halo come behind it.
  const auto score = [](const ScaleBar& bar) {
    return bar.contrast * std::sqrt(bar.length * static_cast<double>(bar.y1 - bar.y0));
  };
  std::stable_sort(out.begin(), out.end(), [&](const ScaleBar& a, const ScaleBar& b) { return score(a) > score(b); });
  std::vector<ScaleBar> apart;
  for (const ScaleBar& bar : out) {
    const bool beside = std::any_of(apart.begin(), apart.end(), [&](const ScaleBar& better) {
      return bar.x0 <= better.x1 + kAway && better.x0 <= bar.x1 + kAway && bar.y0 <= better.y1 + kAway &&
             better.y0 <= bar.y1 + kAway;
    });
    if (!beside) apart.push_back(bar);
  }
  return apart;
}

Rows rows_of_sample(const Image2& grey) {
  Rows out{0, grey.height};
  const Image2 levels = ops::levels_of(grey);
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
  // What recognisers make of nm and of µm.
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"nm", 1},   {"nn", 1},   {"nrn", 1},   {"um", 1e3},  {"\xC2\xB5m", 1e3}, {"\xCE\xBCm", 1e3},
      {"pm", 1e3}, {"ym", 1e3}, {"yum", 1e3}, {"jum", 1e3}, {"mm", 1e6}};
  for (char& c : unit) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [name, nm] : kUnits) {
    if (unit != name) continue;
    if (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') digits.insert(1, ".");  // a point lost
    const std::optional<double> number = parse_number(digits);
    constexpr double kMost = 1e7;  // nm, a centimetre; chosen
    if (!number || !(*number > 0) || !(*number * nm <= kMost)) return std::nullopt;
    return *number * nm;
  }
  return std::nullopt;
}

}  // namespace vesica
