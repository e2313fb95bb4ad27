// SPDX-License-Identifier: Apache-2.0
// The files beside the rows: overlay, tables of cells and spots, label images.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/io/label_image.h"
#include "vesica/io/overlay.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::cell_uptake {

namespace {

/// Cells within one another's reach keep a line between them: each loses the pixels that touch another.
Mask2 apart(const Labels2& labels, std::span<const std::uint8_t> chosen) {
  Mask2 out = mask_of(labels, chosen);
  for (std::size_t y = 0; y + 1 < labels.height; ++y) {
    for (std::size_t x = 0; x + 1 < labels.width; ++x) {
      const std::int32_t label = labels.at(x, y), right = labels.at(x + 1, y), down = labels.at(x, y + 1);
      if ((right > 0 && right != label) || (down > 0 && down != label)) out.at(x, y) = 0;
    }
  }
  return out;
}

/// Discs about points, whose outlines are rings.
Mask2 rings(const Image2& image, const std::vector<PlanePoint>& points, double radius) {
  Mask2 out(image.width, image.height);
  const double reach = std::max(2.0, radius);
  for (const PlanePoint& point : points) {
    const auto x0 = static_cast<std::size_t>(std::max(0.0, point.x - reach)),
               y0 = static_cast<std::size_t>(std::max(0.0, point.y - reach));
    for (std::size_t y = y0; y < std::min(out.height, static_cast<std::size_t>(point.y + reach + 1)); ++y) {
      for (std::size_t x = x0; x < std::min(out.width, static_cast<std::size_t>(point.x + reach + 1)); ++x) {
        const double r = std::hypot(static_cast<double>(x) - point.x, static_cast<double>(y) - point.y);
        if (r <= reach) out.at(x, y) = 1;
      }
    }
  }
  return out;
}

/// Spots in cells.
std::vector<PlanePoint> spots_in_cells(const Field& field) {
  std::vector<PlanePoint> out;
  for (std::size_t i = 0; i < field.spots.spots.size(); ++i) {
    if (field.cells.spot_cells[i] != 0) out.push_back({field.spots.spots[i].x, field.spots.spots[i].y});
  }
  return out;
}

OverlayOptions options_of(const Field& field) {
  OverlayOptions options;
  options.max_side = 1300;  // chosen: spots within a nucleus can be told apart
  options.min_side = 1000;
  options.max_bytes = 900000;  // rings and grain pack badly
  options.pixel_um = field.lengths.pixel_um > 0 ? field.lengths.pixel_um : 0;
  return options;
}

/// The second channel with the spots of both.
std::string pairs_overlay(const Field& field, const Pairs& pairs) {
  std::vector<PlanePoint> alone, both, second;
  for (std::size_t i = 0; i < field.spots.spots.size(); ++i) {
    if (field.cells.spot_cells[i] == 0) continue;
    (pairs.paired[i] != 0 ? both : alone).push_back({field.spots.spots[i].x, field.spots.spots[i].y});
  }
  for (std::size_t i = 0; i < pairs.second.size(); ++i) {
    if (pairs.second_paired[i] == 0) second.push_back(pairs.second[i]);
  }
  const double radius = 2.5 * field.lengths.sigma;
  const Mask2 cells = apart(field.regions.cells, std::vector<std::uint8_t>(field.cells.cells.size() + 1, 1));
  const Mask2 one = rings(pairs.seen, alone, radius), other = rings(pairs.seen, second, radius),
              shared = rings(pairs.seen, both, radius);
  const std::array<OverlayLayer, 4> layers = {
      {{&cells, kOverlayGreen}, {&one, kOverlayYellow}, {&other, kOverlaySky}, {&shared, kOverlayPurple}}};
  return render_overlay(pairs.seen, layers, options_of(field));
}

std::string overlay(const Field& field) {
  std::vector<std::uint8_t> all(field.cells.cells.size() + 1, 1), positive(field.cells.cells.size() + 1, 0);
  all[0] = 0;
  for (const Cell& cell : field.cells.cells) {
    const auto label = static_cast<std::size_t>(cell.label);
    if (cell.positive) positive[label] = 1;
    if (!cell.used) all[label] = 0;
  }
  const Mask2 cells = apart(field.regions.cells, all), hits = apart(field.regions.cells, positive);
  const Mask2 nuclei = apart(field.regions.nuclei, all),
              spots = rings(field.planes.vesicles, spots_in_cells(field), 2.5 * field.lengths.sigma);
  const std::array<OverlayLayer, 4> layers = {
      {{&cells, kOverlaySky}, {&hits, kOverlayOrange}, {&nuclei, kOverlayGreen}, {&spots, kOverlayYellow}}};
  OverlayOptions options = options_of(field);
  constexpr double kNoises = 25;  // chosen: noise alone takes a quarter of the greys, as in fields with faint spots
  if (std::isfinite(field.spots.noise)) options.least_range = kNoises * field.spots.noise;
  return render_overlay(field.planes.vesicles, layers, options);
}

std::string fixed(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : "NaN"; }

std::string cells_tsv(const Field& field) {
  const bool known = field.lengths.pixel_um > 0;
  const double scale = known ? field.lengths.pixel_um : 1;
  const char* unit = known ? "um" : "px";
  std::string out = fmt::format(
      "cell\tx_{0}\ty_{0}\tnucleus_area_{0}2\tcell_area_{0}2\tspots\twide_spots\tsaturated_spots\tspot_intensity_"
      "counts\t"
      "mean_intensity_counts\tperinuclear_distance_{0}\tused\tpositive\n",
      unit);
  for (const Cell& cell : field.cells.cells) {
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", cell.label, fixed(cell.x * scale),
                       fixed(cell.y * scale), fixed(static_cast<double>(cell.nucleus_area) * scale * scale),
                       fixed(static_cast<double>(cell.area) * scale * scale), cell.spots, cell.wide, cell.full,
                       fixed(cell.spot_intensity), fixed(cell.mean_intensity), fixed(cell.distance * scale),
                       cell.used ? 1 : 0, cell.positive ? 1 : 0);
  }
  return out;
}

std::string spots_tsv(const Field& field) {
  std::string out =
      "x_px\ty_px\tcell\tamplitude_counts\tsnr\tintensity_counts\tbackground_counts\tposition_error_px\textent\t"
      "to_nucleus_px\toverlaps\twide\tsaturated\tat_border";
  out += field.pairs ? "\tpaired\n" : "\n";
  for (std::size_t i = 0; i < field.spots.spots.size(); ++i) {
    const Spot& spot = field.spots.spots[i];
    const auto flag = [&](SpotFlag which) { return (spot.flags & which) != 0 ? 1 : 0; };
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", fixed(spot.x), fixed(spot.y),
                       field.cells.spot_cells[i], fixed(spot.amplitude), fixed(spot.snr), fixed(spot.intensity),
                       fixed(spot.background), fixed(spot.position_error), fixed(spot.extent),
                       fixed(static_cast<double>(field.cells.spot_distances[i])), flag(kSpotOverlaps), flag(kSpotWide),
                       flag(kSpotSaturated), flag(kSpotAtBorder));
    out += field.pairs ? fmt::format("\t{}\n", field.pairs->paired[i]) : "\n";
  }
  return out;
}

}  // namespace

void add_artifacts(const Field& field, const Settings& settings, Outcome& out) {
  if (settings.overlays) {
    out.artifacts.push_back(
        {"cell_uptake_overlay.png", "image/png", overlay(field),
         say("Cells (blue; positive ones orange), nuclei (green) and spots in cells (yellow) on \"{}\".",
             field.vesicle_name())});
  }
  if (settings.overlays && field.pairs) {
    out.artifacts.push_back(
        {"cell_uptake_pairs_overlay.png", "image/png", pairs_overlay(field, *field.pairs),
         say("Spots of \"{0}\" (yellow), of \"{1}\" (blue) and of both (purple) in cells (green), on \"{1}\".",
             field.vesicle_name(), field.channels.names[*field.channels.second])});
  }
  if (settings.tables) {
    out.artifacts.push_back(
        {"cell_uptake_cells.tsv", "text/tab-separated-values", cells_tsv(field), say("Every cell.")});
    out.artifacts.push_back(
        {"cell_uptake_spots.tsv", "text/tab-separated-values", spots_tsv(field), say("Every spot.")});
  }
  if (!settings.label_images) return;
  const double pixel_um = field.lengths.pixel_um > 0 ? field.lengths.pixel_um : 0;
  // The nuclei are what corrections are about: they are found by this name's end.
  out.artifacts.push_back({"cell_uptake_labels.tif", "image/tiff", write_label_tiff(field.regions.nuclei, pixel_um),
                           say("Label image of the nuclei.")});
  out.artifacts.push_back({"cell_uptake_cells.tif", "image/tiff", write_label_tiff(field.regions.cells, pixel_um),
                           say("Label image of the cells, with the numbers of their nuclei.")});
}

}  // namespace vesica::cell_uptake
