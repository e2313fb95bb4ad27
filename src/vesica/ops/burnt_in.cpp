// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/burnt_in.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "vesica/ops/image.h"
#include "vesica/ops/scale_bar.h"
#include "vesica/ops/segment_mask.h"

namespace vesica {

namespace {

constexpr std::array<float, 4> kShares = {0.85F, 0.6F, 0.45F, 0.3F};
constexpr std::size_t kLeastHeight = 6, kMostHeight = 80, kFewest = 3, kFewestThin = 2;
constexpr double kMostWidth = 1.6, kApart = 1.2, kThin = 0.72, kDark = 0.35, kMostlyDark = 0.8;
constexpr double kStroke = 0.35, kLeastStroke = 3;
constexpr double kMostLight = 0.3;     // share of the picture above a level that can be writing on dark ground
constexpr std::size_t kMost = 20'000;  // pieces; a picture of dust has no writing

float median_of(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Is the ring two pixels outside a piece dark? What belongs to other pieces is not looked at.
bool stands_in_the_dark(const Image2& grey, const Labels2& labels, const Component& piece, std::int32_t label,
                        double ground) {
  const auto reach = [](std::size_t at, std::size_t by, std::size_t most) { return std::min(at + by, most); };
  const std::size_t x0 = piece.x0 > 2 ? piece.x0 - 2 : 0, x1 = reach(piece.x1, 2, grey.width);
  const std::size_t y0 = piece.y0 > 2 ? piece.y0 - 2 : 0, y1 = reach(piece.y1, 2, grey.height);
  const std::size_t width = x1 - x0, height = y1 - y0;
  std::vector<int> away(width * height, 3);  // pixels to the piece, king's moves
  double light = 0;
  for (std::size_t y = piece.y0; y < piece.y1; ++y) {
    for (std::size_t x = piece.x0; x < piece.x1; ++x) {
      if (labels.at(x, y) != label) continue;
      light += static_cast<double>(grey.at(x, y));
      for (std::size_t v = y > y0 + 2 ? y - 2 : y0; v < std::min(y + 3, y1); ++v) {
        for (std::size_t u = x > x0 + 2 ? x - 2 : x0; u < std::min(x + 3, x1); ++u) {
          const int dx = std::abs(static_cast<int>(u) - static_cast<int>(x));
          const int dy = std::abs(static_cast<int>(v) - static_cast<int>(y));
          int& here = away[(v - y0) * width + (u - x0)];
          here = std::min(here, std::max(dx, dy));
        }
      }
    }
  }
  const double bound = ground + kDark * (light / static_cast<double>(piece.area) - ground);
  std::size_t all = 0, dark = 0;
  for (std::size_t y = y0; y < y1; ++y) {
    for (std::size_t x = x0; x < x1; ++x) {
      if (away[(y - y0) * width + (x - x0)] != 2 || labels.at(x, y) != 0) continue;
      ++all;
      if (static_cast<double>(grey.at(x, y)) < bound) ++dark;
    }
  }
  return all > 0 && static_cast<double>(dark) >= kMostlyDark * static_cast<double>(all);
}

/// Letters are made of strokes: through three of four of their pixels a row or a column runs that is short against the
/// letter's height.
bool is_of_strokes(const Labels2& labels, const Component& piece, std::int32_t label) {
  const std::size_t width = piece.x1 - piece.x0, height = piece.y1 - piece.y0;
  const auto inside = [&](std::size_t x, std::size_t y) { return labels.at(piece.x0 + x, piece.y0 + y) == label; };
  std::vector<std::size_t> run(width * height, 0);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0, end = 0; x < width; x = std::max(end, x + 1)) {
      for (end = x; end < width && inside(end, y);) ++end;
      for (std::size_t u = x; u < end; ++u) run[y * width + u] = end - x;
    }
  }
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t y = 0, end = 0; y < height; y = std::max(end, y + 1)) {
      for (end = y; end < height && inside(x, end);) ++end;
      for (std::size_t v = y; v < end; ++v) run[v * width + x] = std::min(run[v * width + x], end - y);
    }
  }
  const double bound = std::max(kLeastStroke, kStroke * static_cast<double>(height));
  const auto thin = std::count_if(
      run.begin(), run.end(), [&](std::size_t length) { return length > 0 && static_cast<double>(length) <= bound; });
  return 4 * thin >= 3 * static_cast<std::ptrdiff_t>(piece.area);
}

double height_of(const Component& piece) { return static_cast<double>(piece.y1 - piece.y0); }
double width_of(const Component& piece) { return static_cast<double>(piece.x1 - piece.x0); }
bool is_thin(const Component& piece) {
  return static_cast<double>(piece.area) < kThin * width_of(piece) * height_of(piece);
}

/// Pieces above a level that may be letters.
std::vector<Component> letters_above(const Image2& grey, float ground, float level) {
  const auto brighter = static_cast<double>(
      std::count_if(grey.pixels.begin(), grey.pixels.end(), [&](float value) { return value >= level; }));
  if (brighter > kMostLight * static_cast<double>(grey.pixels.size())) return {};
  Mask2 mask(grey.width, grey.height);
  std::transform(grey.pixels.begin(), grey.pixels.end(), mask.pixels.begin(),
                 [&](float value) { return static_cast<std::uint8_t>(value >= level ? 1 : 0); });
  const Components found = components(mask, true);
  std::vector<Component> out;
  if (found.objects.size() > kMost) return out;
  for (std::size_t i = 0; i < found.objects.size(); ++i) {
    const Component& piece = found.objects[i];
    const std::size_t height = piece.y1 - piece.y0;
    if (height < kLeastHeight || height > kMostHeight || width_of(piece) > kMostWidth * height_of(piece)) continue;
    const auto label = static_cast<std::int32_t>(i + 1);
    if (is_of_strokes(found.labels, piece, label) &&
        stands_in_the_dark(grey, found.labels, piece, label, static_cast<double>(ground)))
      out.push_back(piece);
  }
  std::stable_sort(out.begin(), out.end(), [](const Component& a, const Component& b) { return a.x0 < b.x0; });
  return out;
}

/// The line that this letter stands on; without letters when it is none.
BurntIn line_of(const std::vector<Component>& letters, const Component& first) {
  BurntIn line;
  std::size_t thin = 0;
  bool is_own = false;
  const double height = height_of(first);
  for (const Component& next : letters) {
    const double step = std::abs(static_cast<double>(next.y1) - static_cast<double>(first.y1));
    if (step > std::max(1.0, 0.12 * height) || height_of(next) < 0.6 * height || height_of(next) > 1.1 * height)
      continue;
    if (line.letters > 0 && static_cast<double>(next.x0) - static_cast<double>(line.x1) > kApart * height) {
      if (is_own) break;
      line = {};
      thin = 0;
    }
    if (line.letters == 0) line = {next.x0, next.y0, next.x1, next.y1, 0};
    line.x1 = std::max(line.x1, next.x1);
    line.y0 = std::min(line.y0, next.y0);
    line.y1 = std::max(line.y1, next.y1);
    ++line.letters;
    thin += is_thin(next) ? 1 : 0;
    is_own = is_own || &next == &first;
  }
  return is_own && line.letters >= kFewest && thin >= kFewestThin ? line : BurntIn{};
}

bool meet(const BurntIn& a, const BurntIn& b) { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1; }

}  // namespace

std::vector<BurntIn> find_burnt_in(const Image2& grey) {
  std::vector<BurntIn> out;
  if (grey.empty() || !all_finite(grey)) return out;
  const auto [least, greatest] = std::minmax_element(grey.pixels.begin(), grey.pixels.end());
  const float low = *least, top = *greatest;
  const float ground = median_of(grey.pixels);
  const auto two_values = [&](float value) { return value == low || value == top; };
  if (!(top > ground) || std::all_of(grey.pixels.begin(), grey.pixels.end(), two_values)) return out;
  for (const ScaleBar& bar : find_scale_bars(grey)) {
    if (bar.value > static_cast<double>(ground)) out.push_back({bar.x0, bar.y0, bar.x1, bar.y1, 0});
  }
  std::vector<BurntIn> lines;
  for (const float share : kShares) {
    const std::vector<Component> letters = letters_above(grey, ground, ground + share * (top - ground));
    for (const Component& letter : letters) {
      const BurntIn line = line_of(letters, letter);
      if (line.letters > 0) lines.push_back(line);
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const BurntIn& a, const BurntIn& b) { return a.letters > b.letters; });
  const std::size_t bars = out.size();
  for (const BurntIn& line : lines) {
    if (std::none_of(out.begin(), out.end(), [&](const BurntIn& other) { return meet(line, other); }))
      out.push_back(line);
  }
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(bars), out.end(),
                   [](const BurntIn& a, const BurntIn& b) { return a.y0 < b.y0; });
  return out;
}

void add_burnt_in(const Image2& grey, std::size_t plane, std::vector<BurntIn>& all) {
  const std::size_t known = all.size();
  for (BurntIn& each : find_burnt_in(grey)) {
    const bool is_new =
        std::none_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(known), [&](const BurntIn& other) {
          const BurntIn box = with_margin(other, grey.width, grey.height);
          return each.x0 >= box.x0 && each.y0 >= box.y0 && each.x1 <= box.x1 && each.y1 <= box.y1;
        });
    each.plane = plane;
    if (is_new) all.push_back(each);
  }
}

std::size_t most_letters(const std::vector<BurntIn>& drawn) {
  std::map<std::size_t, std::size_t> letters;
  std::size_t out = 0;
  for (const BurntIn& each : drawn) out = std::max(out, letters[each.plane] += each.letters);
  return out;
}

BurntIn with_margin(const BurntIn& drawn, std::size_t width, std::size_t height) {
  constexpr std::size_t kMargin = 4;
  const auto less = [](std::size_t at) { return at > kMargin ? at - kMargin : 0; };
  return {less(drawn.x0), less(drawn.y0), std::min(drawn.x1 + kMargin, width), std::min(drawn.y1 + kMargin, height),
          drawn.letters,  drawn.plane};
}

Image2 painted_over(const Image2& grey, const std::vector<BurntIn>& drawn) {
  Image2 out = grey;
  for (const BurntIn& each : drawn) {
    const BurntIn box = with_margin(each, grey.width, grey.height);
    const BurntIn around = with_margin(box, grey.width, grey.height);
    std::vector<float> ground;
    for (std::size_t y = around.y0; y < around.y1; ++y) {
      for (std::size_t x = around.x0; x < around.x1; ++x) {
        const bool inside = x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;
        if (!inside) ground.push_back(out.at(x, y));
      }
    }
    const float fill = median_of(ground.empty() ? grey.pixels : std::move(ground));
    for (std::size_t y = box.y0; y < box.y1; ++y)
      std::fill(&out.at(box.x0, y), &out.at(box.x0, y) + (box.x1 - box.x0), fill);
  }
  return out;
}

}  // namespace vesica
