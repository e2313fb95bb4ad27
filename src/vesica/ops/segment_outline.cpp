// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_outline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>

#include <opencv2/imgproc.hpp>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/image_cv.h"
#include "vesica/ops/segment_outline_path.h"

namespace vesica {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kSizeStep = 1.189207115002721;        // fourth root of two between sizes of seeds, chosen
constexpr double kSeedStrength = 2;                    // noise SD of the mean edge along a circle; chosen, well below
                                                       // what an outline must have
constexpr double kRingWidth = 0.15;                    // of the radius: how far bodies of a size may be off the circle
constexpr double kLeastRadius = 0.5, kMostRadius = 2;  // of the seed's radius
constexpr double kRadiusStep = 0.5;                    // pixels
constexpr double kArc = 1.5;                           // pixels between directions on the seed's circle
constexpr double kFewest = 32, kMany = 96;             // directions
constexpr float kBend = 0.3F;                          // noise SD for one step of half a pixel
constexpr double kVisible = 0.35;                      // least share of directions inside the image
constexpr double kLeastRange = 0.01;                   // of the image's range: the floor of the noise

/// Straight between the four pixels around (x, y); the image's border goes on outside.
float sample(const Image2& image, double x, double y) {
  const double u = std::clamp(x, 0.0, static_cast<double>(image.width - 1));
  const double v = std::clamp(y, 0.0, static_cast<double>(image.height - 1));
  const auto i = std::min(static_cast<std::size_t>(u), image.width - 2);
  const auto j = std::min(static_cast<std::size_t>(v), image.height - 2);
  const auto a = static_cast<float>(u - static_cast<double>(i)), b = static_cast<float>(v - static_cast<double>(j));
  const float* top = image.pixels.data() + j * image.width + i;
  const float* low = top + image.width;
  return (1 - b) * ((1 - a) * top[0] + a * top[1]) + b * ((1 - a) * low[0] + a * low[1]);
}

double quantile(std::vector<float>& values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Robust SD of differences over `lag` pixels along rows and columns, and its floor.
double edge_noise(const Image2& image, std::size_t lag) {
  std::vector<float> differences;
  for (std::size_t y = 0; y < image.height; ++y) {
    for (std::size_t x = 0; x < image.width; ++x) {
      if (x >= lag) differences.push_back(std::abs(image.at(x, y) - image.at(x - lag, y)));
      if (y >= lag) differences.push_back(std::abs(image.at(x, y) - image.at(x, y - lag)));
    }
  }
  if (differences.empty()) return 0;
  std::vector<float> values = image.pixels;
  const double range = quantile(values, 0.995) - quantile(values, 0.005);
  return std::max(1.4826 * quantile(differences, 0.5), kLeastRange * range);
}

/// Weights of the mean along a circle of `inner` less the mean along a circle of `outer`, each a pixel wide.
Image2 ring_weights(double inner, double outer) {
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(outer + 1));
  Image2 out(static_cast<std::size_t>(2 * reach + 1), static_cast<std::size_t>(2 * reach + 1));
  Image2 away = out;
  double in = 0, off = 0;
  for (std::ptrdiff_t y = -reach; y <= reach; ++y) {
    for (std::ptrdiff_t x = -reach; x <= reach; ++x) {
      const double d = std::hypot(static_cast<double>(x), static_cast<double>(y));
      const auto i = static_cast<std::size_t>((y + reach) * (2 * reach + 1) + x + reach);
      out.pixels[i] = static_cast<float>(std::max(0.0, 1 - std::abs(d - inner)));
      away.pixels[i] = static_cast<float>(std::max(0.0, 1 - std::abs(d - outer)));
      in += static_cast<double>(out.pixels[i]);
      off += static_cast<double>(away.pixels[i]);
    }
  }
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = static_cast<float>(out.pixels[i] / in - away.pixels[i] / off);
  return out;
}

Image2 filtered(const Image2& image, const Image2& weights) {
  Image2 out(image.width, image.height);
  ops::opencv([&] {
    cv::Mat to = ops::view(out);
    cv::filter2D(ops::view(image), to, CV_32F, ops::view(weights), {-1, -1}, 0, cv::BORDER_REFLECT);
  });
  return out;
}

struct Seed {
  double x, y, radius;
};

/// Is the value at (x, y) the greatest among its neighbours in place and size? Of equal ones the first.
bool is_peak(const std::vector<Image2>& stack, std::size_t k, std::size_t x, std::size_t y) {
  const float here = stack[k].at(x, y);
  for (std::size_t l = k > 0 ? k - 1 : 0; l <= std::min(k + 1, stack.size() - 1); ++l) {
    for (std::size_t v = y > 0 ? y - 1 : 0; v <= std::min(y + 1, stack[l].height - 1); ++v) {
      for (std::size_t u = x > 0 ? x - 1 : 0; u <= std::min(x + 1, stack[l].width - 1); ++u) {
        const float there = stack[l].at(u, v);
        if (there > here || (there == here && std::tie(l, v, u) < std::tie(k, y, x))) return false;
      }
    }
  }
  return true;
}

std::vector<Seed> find_seeds(const Image2& smooth, const OutlineSettings& settings, double noise,
                             const Context& context) {
  std::vector<double> radii;
  for (double r = settings.smallest / 2; r <= settings.largest / 2 * 1.001; r *= kSizeStep) radii.push_back(r);
  std::vector<Image2> stack(radii.size());
  parallel_for(radii.size(), context, [&](std::size_t k) {
    const double half = std::max(settings.smooth, kRingWidth * radii[k]);
    stack[k] = filtered(smooth, ring_weights(std::max(radii[k] - half, 0.0), radii[k] + half));
  });
  std::vector<std::vector<Seed>> found(radii.size());
  parallel_for(radii.size(), context, [&](std::size_t k) {
    for (std::size_t y = 0; y < smooth.height; ++y) {
      for (std::size_t x = 0; x < smooth.width; ++x) {
        if (stack[k].at(x, y) > kSeedStrength * noise && is_peak(stack, k, x, y))
          found[k].push_back({static_cast<double>(x), static_cast<double>(y), radii[k]});
      }
    }
  });
  std::vector<Seed> out;
  for (const std::vector<Seed>& some : found) out.insert(out.end(), some.begin(), some.end());
  return out;
}

bool inside(const Image2& image, double x, double y) {
  return x >= -0.5 && y >= -0.5 && x <= static_cast<double>(image.width) - 0.5 &&
         y <= static_cast<double>(image.height) - 0.5;
}

/// Vertex of the parabola through three values, in steps from the middle one.
double vertex(double before, double here, double after) {
  const double bend = before - 2 * here + after;
  return bend < 0 ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

/// Area over that of the convex hull of the outline's points.
double solidity_of(const Outline& outline) {
  std::vector<cv::Point2f> points, hull;
  const std::size_t n = outline.radii.size();
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = kTwoPi * static_cast<double>(k) / static_cast<double>(n);
    points.emplace_back(static_cast<float>(outline.radii[k] * std::cos(angle)),
                        static_cast<float>(outline.radii[k] * std::sin(angle)));
  }
  double out = 0;
  ops::opencv([&] {
    cv::convexHull(points, hull);
    const double whole = cv::contourArea(hull);
    out = whole > 0 ? cv::contourArea(points) / whole : 0;
  });
  return out;
}

/// Calls body(x, y) for the pixels of a width by height image inside the outline times `scale`.
template <typename Body>
void for_inside(const Outline& outline, double scale, std::size_t width, std::size_t height, const Body& body) {
  const double offset = (scale - 1) / 2;  // of the first pixel's centre
  const double cx = outline.x * scale + offset, cy = outline.y * scale + offset;
  const double reach = scale * *std::max_element(outline.radii.begin(), outline.radii.end());
  const double least = scale * *std::min_element(outline.radii.begin(), outline.radii.end());
  const auto from = [](double low) { return static_cast<std::ptrdiff_t>(std::max(0.0, std::ceil(low))); };
  const auto to = [](double high, std::size_t n) {
    return static_cast<std::ptrdiff_t>(std::min(static_cast<double>(n) - 1, std::floor(high)));
  };
  for (std::ptrdiff_t y = from(cy - reach); y <= to(cy + reach, height); ++y) {
    for (std::ptrdiff_t x = from(cx - reach); x <= to(cx + reach, width); ++x) {
      const double dx = static_cast<double>(x) - cx, dy = static_cast<double>(y) - cy, d = std::hypot(dx, dy);
      // The straight lines between directions cut the circle of the least radius by less than 1 %.
      if (d <= 0.99 * least || (d <= reach && d <= scale * outline.radius_towards(dx, dy)))
        body(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
    }
  }
}

struct Moments {
  double n = 0, x = 0, y = 0, roundness = 0;
};
Moments moments_of(const Outline& outline, const Image2& image) {
  Moments out;
  double xx = 0, xy = 0, yy = 0;
  for_inside(outline, 1, image.width, image.height, [&](std::size_t px, std::size_t py) {
    const double dx = static_cast<double>(px) - outline.x, dy = static_cast<double>(py) - outline.y;
    out.n += 1, out.x += dx, out.y += dy;
    xx += dx * dx, xy += dx * dy, yy += dy * dy;
  });
  if (!(out.n > 0)) return out;
  out.x /= out.n, out.y /= out.n;
  xx = xx / out.n - out.x * out.x, yy = yy / out.n - out.y * out.y, xy = xy / out.n - out.x * out.y;
  const double middle = (xx + yy) / 2, off = std::hypot((xx - yy) / 2, xy);
  out.roundness = middle + off > 0 ? std::sqrt(std::max(0.0, middle - off) / (middle + off)) : 0;
  out.x += outline.x, out.y += outline.y;
  return out;
}

/// The outline around a seed; nothing when too little of it lies in the image.
std::optional<Outline> trace(const Image2& smooth, const Seed& seed, const OutlineSettings& settings, double noise) {
  const double count = std::clamp(std::round(kTwoPi * seed.radius / kArc), kFewest, kMany);
  const double first = std::max(1.5, kLeastRadius * seed.radius);
  ops::PolarGains gains;
  gains.directions = static_cast<std::size_t>(count);
  gains.radii = static_cast<std::size_t>((kMostRadius * seed.radius - first) / kRadiusStep) + 1;
  gains.gain.resize(gains.directions * gains.radii);
  for (std::size_t k = 0; k < gains.directions; ++k) {
    const double c = std::cos(kTwoPi * static_cast<double>(k) / count);
    const double s = std::sin(kTwoPi * static_cast<double>(k) / count);
    for (std::size_t i = 0; i < gains.radii; ++i) {
      const double r = first + kRadiusStep * static_cast<double>(i), in = r - settings.smooth,
                   out = r + settings.smooth;
      if (!inside(smooth, seed.x + r * c, seed.y + r * s)) continue;
      const float drop =
          sample(smooth, seed.x + in * c, seed.y + in * s) - sample(smooth, seed.x + out * c, seed.y + out * s);
      gains.gain[k * gains.radii + i] = drop / static_cast<float>(noise);
    }
  }
  const std::vector<std::size_t> path = ops::closed_path(gains, kBend);
  Outline out;
  out.x = seed.x, out.y = seed.y;
  std::vector<float> edges;
  for (std::size_t k = 0; k < path.size(); ++k) {
    const std::size_t i = path[k];
    const double r = first + kRadiusStep * static_cast<double>(i);
    const double angle = kTwoPi * static_cast<double>(k) / count;
    const bool seen = inside(smooth, seed.x + r * std::cos(angle), seed.y + r * std::sin(angle));
    if (seen) edges.push_back(gains.at(k, i));
    const bool peak = seen && i > 0 && i + 1 < gains.radii;
    const double off = peak ? vertex(gains.at(k, i - 1), gains.at(k, i), gains.at(k, i + 1)) : 0;
    out.radii.push_back(r + kRadiusStep * off);
  }
  out.visible = static_cast<double>(edges.size()) / count;
  if (out.visible < kVisible) return std::nullopt;
  out.strength = quantile(edges, 0.25);
  return out;
}

bool accepted(const Outline& outline, const OutlineSettings& settings, bool cut) {
  const double diameter = 2 * std::sqrt(outline.area / std::numbers::pi);
  return outline.strength >= settings.strength && outline.solidity >= settings.solidity &&
         diameter >= settings.smallest && diameter <= settings.largest &&
         (cut || outline.roundness >= settings.roundness);
}

/// The outlines around a seed and around the middle of what was found there that satisfy the settings.
std::vector<Outline> outlines_at(const Image2& smooth, const Seed& seed, const OutlineSettings& settings,
                                 double noise) {
  std::vector<Outline> out;
  std::optional<Outline> traced = trace(smooth, seed, settings, noise);
  for (int round = 0; round < 2 && traced; ++round) {
    const Moments moments = moments_of(*traced, smooth);
    const double radius = std::sqrt(moments.n / std::numbers::pi);
    if (!(radius > 1)) break;
    for (double& r : traced->radii) r += settings.smooth * settings.smooth / (2 * radius);
    const Moments whole = moments_of(*traced, smooth);
    traced->area = whole.n;
    traced->roundness = whole.roundness;
    const bool cut = traced->visible < 1;
    if (traced->strength >= settings.strength) {
      traced->solidity = solidity_of(*traced);
      if (accepted(*traced, settings, cut)) out.push_back(*traced);
    }
    if (round > 0 || cut || traced->strength < settings.strength / 2) break;
    traced = trace(smooth, {moments.x, moments.y, radius}, settings, noise);
  }
  return out;
}

/// Strongest first; one that shares too much with a stronger one is dropped.
std::vector<Outline> chosen(std::vector<Outline> all, const Image2& image, double overlap) {
  const auto score = [](const Outline& o) { return o.strength * std::sqrt(o.area); };
  std::stable_sort(all.begin(), all.end(), [&](const Outline& a, const Outline& b) { return score(a) > score(b); });
  Labels2 taken(image.width, image.height);
  std::vector<Outline> out;
  std::vector<double> shared;
  for (Outline& outline : all) {
    shared.assign(out.size(), 0);
    for_inside(outline, 1, image.width, image.height, [&](std::size_t x, std::size_t y) {
      if (const std::int32_t label = taken.at(x, y); label > 0) shared[static_cast<std::size_t>(label - 1)] += 1;
    });
    bool free = true;
    for (std::size_t i = 0; i < out.size(); ++i)
      free = free && shared[i] <= overlap * std::min(out[i].area, outline.area);
    if (!free) continue;
    out.push_back(std::move(outline));
    paint_outline(out.back(), 1, static_cast<std::int32_t>(out.size()), taken);
  }
  return out;
}

}  // namespace

double Outline::radius_towards(double dx, double dy) const {
  const auto n = static_cast<double>(radii.size());
  double turn = std::atan2(dy, dx) / kTwoPi * n;
  if (turn < 0) turn += n;
  const auto k = std::min(static_cast<std::size_t>(turn), radii.size() - 1);
  const double part = turn - static_cast<double>(k);
  return (1 - part) * radii[k] + part * radii[(k + 1) % radii.size()];
}

OutlineField find_outlines(const Image2& image, const OutlineSettings& settings, const Context& context) {
  VESICA_REQUIRE(settings.smallest > 0 && settings.smooth > 0, "outlines have a size");
  OutlineField out;
  if (image.width < 3 || image.height < 3) return out;
  VESICA_REQUIRE(all_finite(image), "outlines are looked for in finite pixels");
  const Image2 smooth = gaussian(image, settings.smooth);
  const auto lag = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(2 * settings.smooth)));
  out.noise = edge_noise(smooth, lag);
  if (!(out.noise > 0)) return out;
  const std::vector<Seed> seeds = find_seeds(smooth, settings, out.noise, context);
  out.seeds = seeds.size();
  std::vector<std::vector<Outline>> found(seeds.size());
  parallel_for(seeds.size(), context,
               [&](std::size_t i) { found[i] = outlines_at(smooth, seeds[i], settings, out.noise); });
  std::vector<Outline> all;
  for (std::vector<Outline>& some : found) {
    for (Outline& one : some) all.push_back(std::move(one));
  }
  out.outlines = chosen(std::move(all), image, settings.overlap);
  return out;
}

std::size_t paint_outline(const Outline& outline, double scale, std::int32_t label, Labels2& labels) {
  std::size_t out = 0;
  for_inside(outline, scale, labels.width, labels.height, [&](std::size_t x, std::size_t y) {
    if (labels.at(x, y) != 0) return;
    labels.at(x, y) = label;
    ++out;
  });
  return out;
}

}  // namespace vesica
