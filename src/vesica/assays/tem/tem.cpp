// SPDX-License-Identifier: Apache-2.0
// From a field to labels, from labels to vesicles, from vesicles to numbers.
#include "vesica/assays/tem/tem.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_regions.h"

namespace vesica::tem {

namespace {

constexpr double kFewestPixels = 10;              // across the smallest body
constexpr double kHiddenShare = 0.25;             // of a body under writing: left out
constexpr double kRim = 0.25;                     // of the radius
constexpr double kLumen = 0.5;                    // of the radius
constexpr double kRingFrom = 0.1, kRingTo = 0.5;  // of the mean radius
constexpr std::size_t kLeastSide = 32;            // pixels: three of the smallest bodies

Refusal look_at(const Image2& grey) {
  if (grey.empty()) return Refusal::kEmpty;
  if (!all_finite(grey)) return Refusal::kNotFinite;
  if (grey.width < kLeastSide || grey.height < kLeastSide) return Refusal::kTooSmall;
  const auto [low, high] = std::minmax_element(grey.pixels.begin(), grey.pixels.end());
  return *low < *high ? Refusal::kNone : Refusal::kConstant;
}

/// The field without what is written over it: every hidden run of a row goes straight from the mean of the pixels
/// before it to that of those behind it.
Image2 bridged(const Field& field) {
  Image2 out = field.grey;
  if (field.hidden.empty()) return out;
  constexpr std::size_t kSide = 8;  // pixels of the means, chosen
  const auto mean = [&](std::size_t y, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t x = from; x < to; ++x) sum += static_cast<double>(field.grey.at(x, y));
    return to > from ? sum / static_cast<double>(to - from) : kNaN;
  };
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width;) {
      std::size_t end = x;
      while (end < out.width && field.hidden.at(end, y) != 0) ++end;
      if (end == x) {
        ++x;
        continue;
      }
      double left = mean(y, x > kSide ? x - kSide : 0, x), right = mean(y, end, std::min(end + kSide, out.width));
      if (std::isnan(left)) left = right;
      if (std::isnan(right)) right = left;
      for (std::size_t i = x; i < end && std::isfinite(left); ++i) {
        const double part = (static_cast<double>(i - x) + 0.5) / static_cast<double>(end - x);
        out.at(i, y) = static_cast<float>((1 - part) * left + part * right);
      }
      x = end;
    }
  }
  return out;
}

double evidence_of(const OutlineField& found) {
  double out = 0;
  for (const Outline& outline : found.outlines) out += outline.strength * std::sqrt(outline.area);
  return out;
}

Image2 negative(Image2 image) {
  for (float& pixel : image.pixels) pixel = -pixel;
  return image;
}

/// Labels of the outlines; bodies that are mostly under writing are left out.
Labels2 painted(const OutlineField& found, const Field& field, std::size_t step) {
  Labels2 out(field.grey.width, field.grey.height);
  std::int32_t label = 0;
  for (const Outline& outline : found.outlines) paint_outline(outline, static_cast<double>(step), ++label, out);
  if (field.hidden.empty()) {
    relabel(out);
    return out;
  }
  std::vector<double> all(static_cast<std::size_t>(label) + 1, 0), hidden = all;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    all[static_cast<std::size_t>(out.pixels[i])] += 1;
    hidden[static_cast<std::size_t>(out.pixels[i])] += field.hidden.pixels[i];
  }
  std::vector<std::uint8_t> keep(all.size(), 0);
  for (std::size_t i = 1; i < all.size(); ++i) keep[i] = hidden[i] < kHiddenShare * all[i] ? 1 : 0;
  keep_labels(out, keep);
  return out;
}

/// Sums of the brightness of every label's rim and lumen.
struct Parts {
  double rim = 0, rim_pixels = 0, lumen = 0, lumen_pixels = 0;
};

std::map<std::int32_t, Parts> parts_of(const Field& field, const Labels2& labels,
                                       const std::map<std::int32_t, double>& radii) {
  const Image2 depth = distance_to(label_edges(labels));
  std::map<std::int32_t, Parts> out;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    const std::int32_t label = labels.pixels[i];
    if (label == 0) continue;
    const double share = static_cast<double>(depth.pixels[i]) / radii.at(label);
    Parts& parts = out[label];
    if (share <= kRim) {
      parts.rim += static_cast<double>(field.grey.pixels[i]);
      parts.rim_pixels += 1;
    } else if (share > kLumen) {
      parts.lumen += static_cast<double>(field.grey.pixels[i]);
      parts.lumen_pixels += 1;
    }
  }
  return out;
}

/// Labels with a pixel on the border of the field or beside what is hidden.
std::vector<std::uint8_t> cut_labels(const Field& field, const Labels2& labels) {
  std::vector<std::uint8_t> out = labels_on_border(labels);
  if (field.hidden.empty()) return out;
  const Mask2 near = dilate(field.hidden, 1);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] > 0 && near.pixels[i] != 0) out[static_cast<std::size_t>(labels.pixels[i])] = 1;
  }
  return out;
}

double median_of(const std::vector<Particle>& particles, double Particle::*member) {
  std::vector<std::pair<double, double>> values;
  for (const Particle& particle : particles) {
    if (particle.weight > 0 && std::isfinite(particle.*member)) values.emplace_back(particle.*member, particle.weight);
  }
  return weighted_quantile(std::move(values), 0.5);
}

}  // namespace

std::string reason(Refusal refusal) {
  switch (refusal) {
    case Refusal::kEmpty:
      return say("The micrograph has no pixels.");
    case Refusal::kNotFinite:
      return say("The micrograph holds values that are not numbers.");
    case Refusal::kTooSmall:
      return say("The micrograph is smaller than {} x {} pixels.", kLeastSide, kLeastSide);
    case Refusal::kConstant:
      return say("All pixels of the micrograph have one value.");
    case Refusal::kNone:
      break;
  }
  return "";
}

Lengths lengths_of(const Settings& settings, double pixel_nm, std::size_t width, std::size_t height) {
  constexpr double kSmallest = 1.0 / 60, kLargest = 1.0 / 6, kSmooth = 1.0 / 6;
  Lengths out;
  if (pixel_nm > 0) {
    out.smallest = settings.smallest_nm / pixel_nm;
    out.largest = settings.largest_nm / pixel_nm;
    out.smooth = settings.smooth_nm / pixel_nm;
  } else {
    const auto side = static_cast<double>(std::min(width, height));
    out.smallest = kSmallest * side;
    out.largest = kLargest * side;
    out.smooth = kSmooth * out.smallest;
  }
  const double most = static_cast<double>(std::max<std::size_t>(1, std::min(width, height) / kLeastSide));
  out.step = static_cast<std::size_t>(std::clamp(std::floor(out.smooth / 2), 1.0, most));
  out.limit = std::max(out.smallest, kFewestPixels * static_cast<double>(out.step));
  out.smooth = std::max(out.smooth, static_cast<double>(out.step));
  return out;
}

Segmented segment_field(const Field& field, const Settings& settings, double pixel_nm, const Context& context) {
  Segmented out;
  out.refusal = look_at(field.grey);
  out.labels = Labels2(field.grey.width, field.grey.height);
  if (out.refusal != Refusal::kNone) return out;
  out.lengths = lengths_of(settings, pixel_nm, field.grey.width, field.grey.height);
  const auto step = static_cast<double>(out.lengths.step);
  const Image2 work = block_means(bridged(field), out.lengths.step);
  OutlineSettings outlines;
  outlines.smallest = out.lengths.limit / step;
  // Larger than the field is nothing.
  outlines.largest = std::min(out.lengths.largest / step, static_cast<double>(std::max(work.width, work.height)));
  outlines.smooth = out.lengths.smooth / step;
  outlines.strength = settings.strength;
  outlines.solidity = settings.solidity;
  outlines.roundness = settings.roundness;
  if (outlines.smallest > outlines.largest) return out;  // the smallest vesicle is larger than the field
  const OutlineField bright = find_outlines(work, outlines, context);
  const OutlineField dark = find_outlines(negative(work), outlines, context);
  const double of_bright = evidence_of(bright), of_dark = evidence_of(dark);
  out.bright = settings.polarity == "auto" ? of_bright >= of_dark : settings.polarity == "bright";
  out.evidence = out.bright ? of_bright : of_dark;
  out.other_evidence = out.bright ? of_dark : of_bright;
  out.labels = painted(out.bright ? bright : dark, field, out.lengths.step);
  return out;
}

std::vector<Particle> measure_particles(const Field& field, const Labels2& labels, bool bright) {
  const std::vector<Region> regions = measure_regions(labels);
  if (regions.empty()) return {};
  std::map<std::int32_t, double> radii;
  double mean_radius = 0;
  for (const Region& region : regions) {
    radii[region.label] = std::max(region.diameter() / 2, 1.0);
    mean_radius += radii[region.label] / static_cast<double>(regions.size());
  }
  const Ring ring{std::max(1.0, kRingFrom * mean_radius), std::max(3.0, kRingTo * mean_radius)};
  const std::vector<Light> light = measure_light(labels, ring_labels(labels, ring), field.grey);
  const std::map<std::int32_t, Parts> parts = parts_of(field, labels, radii);
  const std::vector<std::uint8_t> cut = cut_labels(field, labels);
  const auto width = static_cast<double>(field.grey.width), height = static_cast<double>(field.grey.height);
  std::vector<Particle> out;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    Particle particle;
    particle.label = region.label;
    particle.x = region.x;
    particle.y = region.y + static_cast<double>(field.first_row);
    particle.area = static_cast<double>(region.area);
    particle.diameter = region.diameter();
    particle.feret_max = region.feret_max;
    particle.feret_min = region.feret_min;
    particle.circularity = region.circularity();
    particle.roundness = region.roundness();
    particle.solidity = region.solidity();
    particle.contrast = bright ? light[i].above() : -light[i].above();
    const Parts& part = parts.at(region.label);
    const double rim = part.rim / part.rim_pixels, lumen = part.lumen / part.lumen_pixels;
    const double step = (rim - light[i].background) * (bright ? 1 : -1);
    if (step > 0) particle.cup = (rim - lumen) * (bright ? 1 : -1) / step;
    particle.cut = cut[static_cast<std::size_t>(region.label)] != 0;
    const double w = static_cast<double>(region.x1 - region.x0), h = static_cast<double>(region.y1 - region.y0);
    if (!particle.cut) particle.weight = width * height / ((width - w) * (height - h));
    out.push_back(particle);
  }
  return out;
}

double weighted_quantile(std::vector<std::pair<double, double>> values_and_weights, double share) {
  if (values_and_weights.empty()) return kNaN;
  std::sort(values_and_weights.begin(), values_and_weights.end());
  double all = 0, sum = 0;
  for (const auto& [value, weight] : values_and_weights) all += weight;
  for (std::size_t i = 0; i < values_and_weights.size(); ++i) {
    sum += values_and_weights[i].second;
    const double rest = sum - share * all;
    if (rest < -1e-9 * all) continue;
    const bool between = rest < 1e-9 * all && i + 1 < values_and_weights.size();
    return between ? (values_and_weights[i].first + values_and_weights[i + 1].first) / 2 : values_and_weights[i].first;
  }
  return values_and_weights.back().first;
}

Summary summarise(const Field& field, const std::vector<Particle>& particles) {
  Summary out;
  out.seen = particles.size();
  out.field_px = static_cast<double>(field.grey.pixels.size());
  if (!field.hidden.empty()) out.field_px -= static_cast<double>(area(field.hidden));
  double sum = 0, squares = 0, weights2 = 0;
  std::vector<std::pair<double, double>> diameters;
  for (const Particle& particle : particles) {
    if (!(particle.weight > 0)) continue;
    out.whole += 1;
    out.weight += particle.weight;
    sum += particle.weight * particle.diameter;
    weights2 += particle.weight * particle.weight;
    diameters.emplace_back(particle.diameter, particle.weight);
  }
  if (out.whole == 0) return out;
  out.mean = sum / out.weight;
  for (const auto& [diameter, weight] : diameters) squares += weight * (diameter - out.mean) * (diameter - out.mean);
  const double free = out.weight - weights2 / out.weight;  // n - 1 for equal weights
  if (out.whole > 1 && free > 0) out.sd = std::sqrt(squares / free);
  out.median = weighted_quantile(diameters, 0.5);
  out.d10 = weighted_quantile(diameters, 0.1);
  out.d90 = weighted_quantile(diameters, 0.9);
  out.feret_max = median_of(particles, &Particle::feret_max);
  out.feret_min = median_of(particles, &Particle::feret_min);
  out.circularity = median_of(particles, &Particle::circularity);
  out.roundness = median_of(particles, &Particle::roundness);
  out.cup = median_of(particles, &Particle::cup);
  return out;
}

}  // namespace vesica::tem
