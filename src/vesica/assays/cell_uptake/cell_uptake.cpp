// SPDX-License-Identifier: Apache-2.0
// Cells, spots in cells, scores, cuts.
#include "vesica/assays/cell_uptake/cell_uptake.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/ops/image.h"
#include "vesica/ops/segment_background.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_regions.h"
#include "vesica/ops/segment_threshold.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica::cell_uptake {

namespace {

constexpr double kLeastArea = 1.0 / 6, kMostArea = 6;  // of a nucleus', chosen: 0.4 to 2.4 diameters
constexpr double kOwnSigma = 1.3;                      // pixels: a camera that samples a point as it should
constexpr double kLeastSigma = 0.8;                    // below, find_spots sees single pixels

double disc(double diameter) { return std::numbers::pi / 4 * diameter * diameter; }

/// Everything of a nucleus' brightness.
Mask2 bright(const Image2& image, const std::string& method, double background_px, double sigma_px) {
  const Image2 flat = background_px > 0 ? without_background(image, BackgroundMethod::kMedian, background_px) : image;
  const Image2 smooth = gaussian(flat, sigma_px);
  const auto threshold = threshold_of(smooth.pixels, threshold_named(method).value_or(ThresholdMethod::kOtsu));
  if (!threshold) return Mask2(image.width, image.height);
  return inverse(below(smooth, *threshold));
}

/// Blur of a nucleus' edge: a step of height h seen through a Gaussian of sigma has the slope h / (sigma sqrt(2 pi));
/// the pixel of blur against noise is taken off again.
double edge_blur(const Image2& nuclei, const Labels2& labels, double nucleus_px) {
  const Image2 smooth = gaussian(nuclei, 1.0);
  std::vector<std::vector<double>> slopes(static_cast<std::size_t>(greatest_label(labels)) + 1);
  for (std::size_t y = 1; y + 1 < labels.height; ++y) {
    for (std::size_t x = 1; x + 1 < labels.width; ++x) {
      const std::int32_t label = labels.at(x, y);
      if (label == 0) continue;
      if (labels.at(x - 1, y) == label && labels.at(x + 1, y) == label && labels.at(x, y - 1) == label &&
          labels.at(x, y + 1) == label) {
        continue;
      }
      const double dx = 0.5 * static_cast<double>(smooth.at(x + 1, y) - smooth.at(x - 1, y));
      const double dy = 0.5 * static_cast<double>(smooth.at(x, y + 1) - smooth.at(x, y - 1));
      slopes[static_cast<std::size_t>(label)].push_back(std::hypot(dx, dy));
    }
  }
  // The ground well away from nuclei: light that blur has spread just outside them is no ground.
  const Labels2 around = expand_labels(labels, nucleus_px / 2);
  std::vector<double> ground;
  for (std::size_t i = 0; i < around.pixels.size(); ++i) {
    if (around.pixels[i] == 0) ground.push_back(static_cast<double>(nuclei.pixels[i]));
  }
  if (ground.empty()) return kNaN;
  const double level = median_of(std::move(ground));
  std::vector<double> widths;
  for (const Light& light : measure_light(labels, Labels2(), nuclei)) {
    const std::size_t label = widths.size() + 1;
    const double slope = label < slopes.size() ? median_of(slopes[label]) : kNaN;
    const double width = (light.median - level) / (slope * std::sqrt(2 * std::numbers::pi));
    widths.push_back(slope > 0 && width > 0 ? std::sqrt(std::max(0.0, width * width - 1)) / nucleus_px : kNaN);
  }
  widths.erase(std::remove_if(widths.begin(), widths.end(), [](double w) { return !std::isfinite(w); }), widths.end());
  return median_of(widths);
}

}  // namespace

double quantile_of(std::vector<double> values, double p) {
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const double at = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

double median_of(std::vector<double> values) { return quantile_of(std::move(values), 0.5); }

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kNaN : sum / static_cast<double>(values.size());
}

Lengths lengths_of(const Settings& settings, double pixel_um, const Image2& nuclei) {
  Lengths out;
  double per_um = 1 / pixel_um;
  if (pixel_um > 0) {
    out.pixel_um = pixel_um;
  } else {
    const Components objects = components(bright(nuclei, settings.nuclei_threshold, 0, 1), false);
    std::vector<double> widths;
    for (const Component& object : objects.objects) {
      constexpr double kDust = 20;  // pixels, chosen
      if (static_cast<double>(object.area) >= kDust) widths.push_back(2 * std::sqrt(object.area / std::numbers::pi));
    }
    const double fallback = static_cast<double>(std::min(nuclei.width, nuclei.height)) / 20;  // nothing to learn from
    per_um = (widths.empty() ? std::max(fallback, 1.0) : median_of(widths)) / settings.nucleus_um;
  }
  out.nucleus = settings.nucleus_um * per_um;
  out.background = settings.background_um * per_um;
  out.expand = settings.expand_um * per_um;
  out.max_shift = settings.max_shift_um * per_um;
  out.pair_size = settings.pair_size_um * per_um;
  out.sigma = kOwnSigma;
  out.sigma_assumed = true;
  if (pixel_um > 0 && settings.spot_sigma_um) {
    out.sigma = *settings.spot_sigma_um * per_um;
    out.sigma_assumed = false;
  } else if (pixel_um > 0 && settings.na && settings.emission_nm) {
    constexpr double kAiry = 0.22507907903928;  // sqrt(2) / (2 pi): the Airy disc's curvature at its top, 1 - v^2 / 4
    out.sigma = kAiry * *settings.emission_nm / 1000 / *settings.na * per_um;
    out.sigma_assumed = false;
  }
  out.sigma_raised = out.sigma < kLeastSigma;
  out.sigma = std::max(out.sigma, kLeastSigma);
  return out;
}

Cells find_nuclei(const Image2& nuclei, const Settings& settings, const Lengths& lengths) {
  Cells out;
  const Mask2 mask = fill_holes(bright(nuclei, settings.nuclei_threshold, lengths.background, lengths.nucleus / 12));
  const Mask2 smooth = open(mask, std::max(1.0, lengths.nucleus / 12));
  Splitting how;
  how.by = SplitBy::kShape;
  how.sigma_px = lengths.nucleus / 12;
  how.distance_px = lengths.nucleus / 2;
  how.depth = 0.1;  // chosen: a waist a tenth narrower than the nuclei beside it
  out.nuclei = split_touching(nuclei, smooth, how);
  filter_by_area(out.nuclei, kLeastArea * disc(lengths.nucleus), kMostArea * disc(lengths.nucleus));
  const std::size_t all = area(mask);
  out.fitting =
      all > 0 ? std::min(1.0, static_cast<double>(area(mask_of(out.nuclei))) / static_cast<double>(all)) : kNaN;
  return out;
}

void grow_cells(const Image2& nuclei, const Image2* body, const Settings& settings, const Lengths& lengths,
                Cells& regions) {
  regions.objects = static_cast<std::size_t>(greatest_label(regions.nuclei));
  regions.at_border = labels_on_border(regions.nuclei);
  if (regions.objects > 0) regions.blur = edge_blur(nuclei, regions.nuclei, lengths.nucleus);
  if (body == nullptr) {
    regions.cells = expand_labels(regions.nuclei, lengths.expand);
    return;
  }
  Mask2 inside = fill_holes(bright(*body, settings.body_threshold, 0, lengths.nucleus / 12));
  for (std::size_t i = 0; i < inside.pixels.size(); ++i) {
    if (regions.nuclei.pixels[i] > 0) inside.pixels[i] = 1;
  }
  regions.cells = regions.objects > 0 ? voronoi(regions.nuclei, inside) : Labels2(nuclei.width, nuclei.height);
}

std::size_t FieldCells::used() const {
  return static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.used; }));
}

std::vector<double> FieldCells::scores(const std::string& score) const {
  std::vector<double> out;
  for (const Cell& cell : cells) {
    if (!cell.used) continue;
    out.push_back(score == "spots"            ? static_cast<double>(cell.spots)
                  : score == "spot_intensity" ? cell.spot_intensity
                                              : cell.mean_intensity);
  }
  return out;
}

FieldCells measure_cells(const Cells& regions, const SpotField& spots, const Image2& vesicles, bool border_cells) {
  FieldCells out;
  const std::size_t count = static_cast<std::size_t>(greatest_label(regions.nuclei));
  out.cells.resize(count);
  std::vector<double> sums(count + 1);
  std::vector<float> outside;
  for (std::size_t i = 0; i < vesicles.pixels.size(); ++i) {
    const auto label = static_cast<std::size_t>(regions.cells.pixels[i]);
    sums[label] += static_cast<double>(vesicles.pixels[i]);
    if (label == 0) outside.push_back(vesicles.pixels[i]);
  }
  double background = 0;
  if (!outside.empty()) {
    const auto middle = outside.begin() + static_cast<std::ptrdiff_t>(outside.size() / 2);
    std::nth_element(outside.begin(), middle, outside.end());
    background = static_cast<double>(*middle);
  }
  const std::vector<std::size_t> areas = label_areas(regions.cells);
  for (const Region& region : measure_regions(regions.nuclei)) {
    const auto label = static_cast<std::size_t>(region.label);
    Cell& cell = out.cells[label - 1];
    cell.label = region.label;
    cell.x = region.x;
    cell.y = region.y;
    cell.nucleus_area = region.area;
    cell.area = label < areas.size() ? areas[label] : 0;
    cell.used = border_cells || regions.at_border[label] == 0;
    if (cell.area > 0) cell.mean_intensity = sums[label] / static_cast<double>(cell.area) - background;
  }
  const Image2 distance = distance_to(mask_of(regions.nuclei));
  std::vector<std::vector<double>> distances(count);
  for (const Spot& spot : spots.spots) {
    const auto x =
        static_cast<std::size_t>(std::clamp<long>(std::lround(spot.x), 0, static_cast<long>(vesicles.width) - 1));
    const auto y =
        static_cast<std::size_t>(std::clamp<long>(std::lround(spot.y), 0, static_cast<long>(vesicles.height) - 1));
    const std::int32_t label = regions.cells.at(x, y);
    out.spot_cells.push_back(label);
    out.spot_distances.push_back(distance.at(x, y));
    if (label == 0) continue;
    Cell& cell = out.cells[static_cast<std::size_t>(label) - 1];
    ++cell.spots;
    cell.wide += (spot.flags & kSpotWide) != 0 ? 1 : 0;
    cell.full += (spot.flags & kSpotSaturated) != 0 ? 1 : 0;
    cell.spot_intensity += spot.intensity;
    distances[static_cast<std::size_t>(label) - 1].push_back(static_cast<double>(distance.at(x, y)));
  }
  for (std::size_t i = 0; i < count; ++i) out.cells[i].distance = median_of(std::move(distances[i]));
  return out;
}

const std::vector<double>& Control::scores(const std::string& score) const {
  return score == "spots" ? spots : score == "spot_intensity" ? spot_intensity : mean_intensity;
}

Cut cut_of(const std::vector<double>& control, double quantile) {
  Cut out;
  out.all = control.size();
  out.value = quantile_of(control, quantile);
  out.above = count_above(control, out.value);
  return out;
}

std::uint64_t count_above(const std::vector<double>& scores, double cut) {
  return static_cast<std::uint64_t>(std::count_if(scores.begin(), scores.end(), [&](double s) { return s > cut; }));
}

}  // namespace vesica::cell_uptake
