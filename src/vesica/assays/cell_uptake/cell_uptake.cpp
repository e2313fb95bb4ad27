// SPDX-License-Identifier: Apache-2.0
// Cells, spots in cells, scores, cuts.
#include "vesica/assays/cell_uptake/cell_uptake.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_regions.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica::cell_uptake {

namespace {

constexpr double kOwnSigma = 1.3;    // pixels: a camera that samples a point as it should
constexpr double kLeastSigma = 0.8;  // below, find_spots sees single pixels

/// Everything of a cell's brightness.
Mask2 bright(const Image2& image, const std::string& method, double sigma_px) {
  const Image2 smooth = gaussian(image, sigma_px);
  const auto threshold = threshold_of(smooth.pixels, threshold_named(method).value_or(ThresholdMethod::kLi));
  if (!threshold) return Mask2(image.width, image.height);
  return inverse(below(smooth, *threshold));
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

Lengths lengths_of(const Settings& settings, double pixel_um, double nucleus_px) {
  Lengths out;
  double per_um = 1 / pixel_um;
  if (pixel_um > 0) {
    out.pixel_um = pixel_um;
  } else {
    per_um = nucleus_px > 0 ? nucleus_px / settings.nucleus_um : 1 / kNominalPixelUm;
  }
  out.nucleus = settings.nucleus_um * per_um;
  out.cell = settings.cell_um * per_um;
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

Cells nuclei_of(const Image2& nuclei, const NucleiSettings& settings, double pixel_um) {
  NucleiInImage here = nuclei_in(nuclei, settings, pixel_um);
  Cells out;
  out.nuclei = std::move(here.found.labels);
  out.blurred = here.found.blurred;
  out.fitting = here.share;
  const std::vector<std::size_t> areas = label_areas(out.nuclei);
  std::vector<double> widths;
  for (std::size_t i = 1; i < areas.size(); ++i) {
    widths.push_back(2 * std::sqrt(static_cast<double>(areas[i]) / std::numbers::pi));
  }
  out.width = median_of(std::move(widths));
  return out;
}

void grow_cells(const Image2& nuclei, const Image2* body, const Settings& settings, const Lengths& lengths,
                Cells& regions) {
  regions.objects = static_cast<std::size_t>(greatest_label(regions.nuclei));
  regions.at_border = labels_on_border(regions.nuclei);
  regions.edges = edge_blur(regions.nuclei, nuclei);
  if (body == nullptr) {
    regions.cells = expand_labels(regions.nuclei, lengths.cell);
    return;
  }
  Mask2 inside = fill_holes(bright(*body, settings.body_threshold, lengths.nucleus / 12));
  for (std::size_t i = 0; i < inside.pixels.size(); ++i) {
    if (regions.nuclei.pixels[i] > 0) inside.pixels[i] = 1;
  }
  regions.cells = regions.objects > 0 ? voronoi(regions.nuclei, inside) : Labels2(nuclei.width, nuclei.height);
  keep_attached(regions.cells, regions.nuclei);  // crumbs that hang on no nucleus are no part of its cell
}

namespace {

/// Pixels from a place to the edge of the nearest nucleus, 0 within. The map holds distances between the centres of
/// pixels; the nearest centre lies a little within the outline (over all directions from discs of 6 to 60 pixels'
/// radius 0.24 to 0.32 pixels). Linear between pixels.
double to_edge(const Image2& centres, double x, double y) {
  constexpr double kWithin = 0.27;
  const double right = static_cast<double>(centres.width - 1), bottom = static_cast<double>(centres.height - 1);
  const double px = std::clamp(x, 0.0, right), py = std::clamp(y, 0.0, bottom);
  const auto x0 = static_cast<std::size_t>(px), y0 = static_cast<std::size_t>(py);
  const std::size_t x1 = std::min(x0 + 1, centres.width - 1), y1 = std::min(y0 + 1, centres.height - 1);
  const double a = px - static_cast<double>(x0), b = py - static_cast<double>(y0);
  const auto at = [&](std::size_t i, std::size_t j) { return static_cast<double>(centres.at(i, j)); };
  const double distance =
      (1 - b) * ((1 - a) * at(x0, y0) + a * at(x1, y0)) + b * ((1 - a) * at(x0, y1) + a * at(x1, y1));
  return std::max(0.0, distance - kWithin);
}

}  // namespace

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

FieldCells measure_cells(const Cells& regions, const SpotField& spots, const Image2& vesicles, bool border) {
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
    cell.used = border || regions.at_border[label] == 0;
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
    const double far = to_edge(distance, spot.x, spot.y);
    out.spot_distances.push_back(static_cast<float>(far));
    if (label == 0) continue;
    Cell& cell = out.cells[static_cast<std::size_t>(label) - 1];
    ++cell.spots;
    cell.wide += (spot.flags & kSpotWide) != 0 ? 1 : 0;
    cell.full += (spot.flags & kSpotSaturated) != 0 ? 1 : 0;
    cell.spot_intensity += spot.intensity;
    distances[static_cast<std::size_t>(label) - 1].push_back(far);
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
  if (control.empty()) return out;
  std::vector<double> sorted = control;
  std::sort(sorted.begin(), sorted.end());
  constexpr double kRounding = 1e-9;  // 0.99 of 200 cells are 198
  const double rank = std::ceil(quantile * static_cast<double>(sorted.size()) - kRounding);
  out.value = sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size()))) - 1];
  out.above = count_above(control, out.value);
  return out;
}

std::uint64_t count_above(const std::vector<double>& scores, double cut) {
  return static_cast<std::uint64_t>(std::count_if(scores.begin(), scores.end(), [&](double s) { return s > cut; }));
}

}  // namespace vesica::cell_uptake
