// SPDX-License-Identifier: Apache-2.0
// The gap of one frame: the rule that the first frame teaches, and what every frame's blocks are under it.
#include "vesica/assays/wound/wound.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica::wound {

namespace {

constexpr double kWindowShare = 30;    // of the shorter side, without a pixel size (see Lengths)
constexpr double kLeastWindows = 4;    // chosen: a field narrower than this holds no gap between two sheets
constexpr double kLeastContrast = 2;   // chosen: a confluent sheet cut in two by Otsu differs 1.2 to 1.6-fold
constexpr double kLeastEntropy = 0.5;  // nats, chosen

double median_where(const Image2& values, const Mask2& mask, bool inside) {
  std::vector<float> chosen;
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    if ((mask.pixels[i] != 0) == inside) chosen.push_back(values.pixels[i]);
  }
  if (chosen.empty()) return kNaN;
  const auto middle = chosen.begin() + static_cast<std::ptrdiff_t>(chosen.size() / 2);
  std::nth_element(chosen.begin(), middle, chosen.end());
  return *middle;
}

bool reaches(const Component& object, const Mask2& mask, bool upright) {
  return upright ? object.y0 == 0 && object.y1 == mask.height : object.x0 == 0 && object.x1 == mask.width;
}

/// Is the object longer down than across? Second moments of its pixels.
bool longer_down(const Components& found, std::size_t object) {
  double n = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  for (std::size_t y = 0; y < found.labels.height; ++y) {
    for (std::size_t x = 0; x < found.labels.width; ++x) {
      if (found.labels.at(x, y) != static_cast<std::int32_t>(object + 1)) continue;
      const auto u = static_cast<double>(x), v = static_cast<double>(y);
      n += 1, x1 += u, y1 += v, x2 += u * u, y2 += v * v;
    }
  }
  return y2 / n - y1 * y1 / n / n >= x2 / n - x1 * x1 / n / n;
}

/// Smooth blocks in one piece, grown out to the cells' edge. Specks that the growing would blow up go first.
Mask2 recovered(const TextureMap& map, const Rule& rule) {
  Mask2 low = below(map.value, rule.threshold);
  const Components found = components(low, false);
  for (std::size_t i = 0; i < low.pixels.size(); ++i) {
    const std::int32_t label = found.labels.pixels[i];
    if (label != 0 && static_cast<double>(found.objects[static_cast<std::size_t>(label - 1)].area) < rule.smallest) {
      low.pixels[i] = 0;
    }
  }
  // Between two block centres lies the edge: half a block more than the distance of centres.
  return dilate(low, rule.offset + 0.5);
}

/// By how much of contrast the sheet is brighter than the gap where the two meet: medians of bands three quarters to
/// seven quarters of a window away on either side. The background that contrast is divided by follows the step over its
/// own width, which is taken off: at a distance d from a straight step 1 - erf(d / (sqrt 2 sigma)) of it is left.
double brightness_step(const TextureMap& map, const Mask2& gap, double background) {
  if (map.level.empty()) return 0;
  const double window = map.sigma * std::sqrt(12.0), near = 0.75 * window, far = 1.75 * window;
  const auto band = [&](const Mask2& mask) {
    const Image2 distance = distance_to(mask);
    Mask2 out(mask.width, mask.height);
    for (std::size_t i = 0; i < out.pixels.size(); ++i)
      out.pixels[i] = distance.pixels[i] >= near && distance.pixels[i] <= far ? 1 : 0;
    return median_where(map.level, out, true);
  };
  const double left = background > 0 ? 1 - std::erf((near + far) / 2 / (std::sqrt(2.0) * background)) : 1;
  const double step = (band(gap) - band(inverse(gap))) / left;
  return std::isfinite(step) ? step : 0;
}

/// Cells inside the gap: patches that touch neither of the gap's sides. Small ones float.
Plane<std::uint8_t> classified(const Mask2& gap, const Rule& rule) {
  Plane<std::uint8_t> out(gap.width, gap.height, kSheet);
  const Components cells = components(inverse(gap), true);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const std::int32_t label = cells.labels.pixels[i];
    if (label == 0) {
      out.pixels[i] = kGap;
      continue;
    }
    const Component& object = cells.objects[static_cast<std::size_t>(label - 1)];
    const bool side =
        rule.upright ? object.x0 == 0 || object.x1 == gap.width : object.y0 == 0 || object.y1 == gap.height;
    if (side) continue;
    out.pixels[i] = static_cast<double>(object.area) < rule.island ? kGap : kIsland;
  }
  return out;
}

/// Drops pieces of the gap that are too small, and islands that then lie in no gap.
void drop_small(Plane<std::uint8_t>& parts, double smallest) {
  Mask2 inside(parts.width, parts.height);
  for (std::size_t i = 0; i < parts.pixels.size(); ++i) inside.pixels[i] = parts.pixels[i] != kSheet ? 1 : 0;
  const Components pieces = components(inside, false);
  std::vector<std::size_t> open(pieces.objects.size() + 1, 0);
  for (std::size_t i = 0; i < parts.pixels.size(); ++i) {
    if (parts.pixels[i] == kGap) ++open[static_cast<std::size_t>(pieces.labels.pixels[i])];
  }
  for (std::size_t i = 0; i < parts.pixels.size(); ++i) {
    const auto label = static_cast<std::size_t>(pieces.labels.pixels[i]);
    if (label != 0 && static_cast<double>(open[label]) < smallest) parts.pixels[i] = kSheet;
  }
}

}  // namespace

const char* to_text(State state) {
  switch (state) {
    case State::kClosed:
      return "closed";
    case State::kBridged:
      return "bridged";
    case State::kOpen:
      return "open";
    case State::kNotMeasurable:
      break;
  }
  return "not_measurable";
}

std::string reason(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone:
      return "";
    case Refusal::kEmpty:
      return say("The series holds no pixels.");
    case Refusal::kNotFinite:
      return say("A frame holds pixels that are no numbers.");
    case Refusal::kTooSmall:
      return say("The field is narrower than four texture windows.");
    case Refusal::kOneTexture:
      return say("The first frame has one texture throughout: no gap can be told from cells.");
    case Refusal::kNoGap:
      return say("The first frame has no gap that reaches two opposite borders of the field.");
  }
  return "";
}

Lengths lengths_of(const Settings& settings, double pixel_um, std::size_t width, std::size_t height) {
  const double shorter = static_cast<double>(std::min(width, height));
  const double um = pixel_um > 0 ? pixel_um : settings.window_um * kWindowShare / std::max(shorter, 1.0);
  return {settings.window_um / um, settings.background_um / um, settings.bridge_um / um, settings.growth_um / um,
          settings.island_um2 / um / um};
}

Learned learn(const TextureMap& first, const Settings& settings, const Lengths& lengths) {
  Learned out;
  const auto refuse = [&](Refusal why) {
    out.refusal = why;
    return out;
  };
  const auto blocks = static_cast<double>(first.step);
  const Mask2 shape(first.value.width, first.value.height);
  if (shape.empty()) return refuse(Refusal::kEmpty);
  if (static_cast<double>(std::min(shape.width, shape.height)) * blocks < kLeastWindows * lengths.window) {
    return refuse(Refusal::kTooSmall);
  }
  Rule& rule = out.rule;
  rule.step = first.step;
  rule.texture = texture_named(settings.texture).value();
  rule.bridge = lengths.bridge / blocks;
  rule.growth = lengths.growth / blocks;
  rule.island = lengths.island / blocks / blocks;
  rule.smallest = lengths.window * lengths.window / blocks / blocks;  // of the first frame: one window
  const auto threshold = threshold_of(first.value.pixels, threshold_named(settings.threshold).value());
  if (!threshold) return refuse(Refusal::kOneTexture);
  rule.threshold = *threshold;
  const Mask2 low = below(first.value, rule.threshold);
  rule.smooth = median_where(first.value, low, true);
  rule.textured = median_where(first.value, low, false);
  const double apart = rule.textured - rule.smooth;
  if (!(apart >= (rule.texture == Texture::kEntropy ? kLeastEntropy : std::log(kLeastContrast)))) {
    return refuse(Refusal::kOneTexture);
  }
  rule.offset = std::max(0.0, edge_offset(rule.texture, first.sigma, rule.threshold, rule.smooth, rule.textured));
  const double step = brightness_step(first, recovered(first, rule), lengths.background / blocks);
  rule.offset = std::max(0.0, edge_offset(rule.texture, first.sigma, rule.threshold, rule.smooth, rule.textured, step));
  const Mask2 gap = recovered(first, rule);
  const Components found = components(gap, false);
  std::optional<std::size_t> widest;
  for (std::size_t i = 0; i < found.objects.size(); ++i) {
    if (!reaches(found.objects[i], gap, true) && !reaches(found.objects[i], gap, false)) continue;
    if (!widest || found.objects[i].area > found.objects[*widest].area) widest = i;
  }
  if (!widest) return refuse(Refusal::kNoGap);
  const bool down = reaches(found.objects[*widest], gap, true), across = reaches(found.objects[*widest], gap, false);
  rule.upright = down && across ? longer_down(found, *widest) : down;
  Mask2 wound(gap.width, gap.height);
  for (std::size_t i = 0; i < wound.pixels.size(); ++i) {
    wound.pixels[i] = found.labels.pixels[i] == static_cast<std::int32_t>(*widest + 1) ? 1 : 0;
  }
  out.parts = classified(wound, rule);
  if (std::count(out.parts.pixels.begin(), out.parts.pixels.end(), kSheet) == 0) return refuse(Refusal::kNoGap);
  const auto open = static_cast<double>(std::count(out.parts.pixels.begin(), out.parts.pixels.end(), kGap));
  rule.smallest = settings.min_piece * open;
  Mask2 inside = out.parts;
  for (std::uint8_t& part : inside.pixels) part = part != kSheet ? 1 : 0;
  rule.allowed = dilate(inside, rule.growth);
  return out;
}

Plane<std::uint8_t> parts_of(const TextureMap& map, const Rule& rule, double dx, double dy) {
  VESICA_REQUIRE(map.value.width == rule.allowed.width && map.value.height == rule.allowed.height,
                 "frames of one series have one size");
  Rule eased = rule;
  eased.smallest = rule.smallest / 4;  // of the smooth core, which the window shrinks; the final pieces are held below
  Mask2 gap = recovered(map, eased);
  const auto sx = static_cast<std::ptrdiff_t>(std::lround(dx)), sy = static_cast<std::ptrdiff_t>(std::lround(dy));
  const auto width = static_cast<std::ptrdiff_t>(gap.width), height = static_cast<std::ptrdiff_t>(gap.height);
  for (std::ptrdiff_t y = 0; y < height; ++y) {
    for (std::ptrdiff_t x = 0; x < width; ++x) {
      // What the first frame did not show may hold what its border does.
      const std::ptrdiff_t u = std::clamp(x - sx, std::ptrdiff_t{0}, width - 1);
      const std::ptrdiff_t v = std::clamp(y - sy, std::ptrdiff_t{0}, height - 1);
      if (rule.allowed.at(static_cast<std::size_t>(u), static_cast<std::size_t>(v)) == 0) {
        gap.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) = 0;
      }
    }
  }
  Plane<std::uint8_t> out = classified(gap, rule);
  drop_small(out, rule.smallest);
  return out;
}

}  // namespace vesica::wound
