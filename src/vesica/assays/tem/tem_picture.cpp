// SPDX-License-Identifier: Apache-2.0
// What is kept beside the numbers: outlines on the micrograph, labels, the table of vesicles.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/assays/tem/tem.h"
#include "vesica/base/number.h"
#include "vesica/io/overlay.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::tem {

namespace {

constexpr double kNmPerUm = 1000;

double pixel_um(double pixel_nm) { return pixel_nm > 0 ? pixel_nm / kNmPerUm : 0; }

/// The labels in the picture's own size, by the middle pixel of every block.
Labels2 shrunk(const Labels2& labels, const Field& field, std::size_t by, std::size_t width, std::size_t height) {
  Labels2 out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t from = y * by + by / 2;
    if (from < field.first_row || from >= field.first_row + labels.height) continue;
    for (std::size_t x = 0; x < width; ++x)
      out.at(x, y) = labels.at(std::min(x * by + by / 2, labels.width - 1), from - field.first_row);
  }
  return out;
}

}  // namespace

std::string overlay_png(const Image2& grey, const Field& field, const Labels2& labels,
                        const std::vector<Particle>& particles, double pixel_nm) {
  OverlayOptions options;
  options.min_side = 480;       // small crops are enlarged, chosen
  options.max_side = 1600;      // outlines of the smallest vesicles can be judged
  options.max_bytes = 2500000;  // grain packs badly
  const std::size_t longest = std::max(grey.width, grey.height);
  const std::size_t by = std::max<std::size_t>(1, (longest + options.max_side - 1) / options.max_side);
  const Image2 small = block_means(grey, by);
  const Labels2 seen = shrunk(labels, field, by, small.width, small.height);
  std::vector<std::uint8_t> is_cut(static_cast<std::size_t>(greatest_label(labels)) + 1, 0);
  for (const Particle& particle : particles) is_cut[static_cast<std::size_t>(particle.label)] = particle.cut ? 1 : 0;
  // Neighbours that touch keep a line between them: an outline is drawn where the label changes.
  const Mask2 edges = label_edges(seen);
  Mask2 whole(small.width, small.height), cut = whole, hidden = whole;
  // Two pixels wide in large pictures.
  const std::size_t line = std::max(small.width, small.height) > 800 ? 2 : 1;
  for (std::size_t y = 0; y < small.height; ++y) {
    for (std::size_t x = 0; x < small.width; ++x) {
      if (edges.at(x, y) == 0) continue;
      Mask2& layer = is_cut[static_cast<std::size_t>(seen.at(x, y))] != 0 ? cut : whole;
      for (std::size_t v = y; v < std::min(y + line, small.height); ++v) {
        for (std::size_t u = x; u < std::min(x + line, small.width); ++u) layer.at(u, v) = 1;
      }
    }
  }
  for (std::size_t y = 0; y < small.height; ++y) {
    for (std::size_t x = 0; x < small.width; ++x) {
      const std::size_t u = std::min(x * by + by / 2, grey.width - 1), v = std::min(y * by + by / 2, grey.height - 1);
      const bool outside = v < field.first_row || v >= field.first_row + field.grey.height;
      hidden.at(x, y) = outside || (!field.hidden.empty() && field.hidden.at(u, v - field.first_row) != 0) ? 1 : 0;
    }
  }
  const std::array<OverlayLayer, 3> layers = {
      {{&hidden, kOverlayYellow}, {&whole, kOverlayOrange}, {&cut, kOverlaySky}}};
  options.pixel_um = pixel_um(pixel_nm) * static_cast<double>(by);
  return render_overlay(small, layers, options);
}

Labels2 in_micrograph(const Labels2& labels, const Field& field, const Image2& grey) {
  Labels2 out(grey.width, grey.height);
  std::copy(labels.pixels.begin(), labels.pixels.end(),
            out.pixels.begin() + static_cast<std::ptrdiff_t>(field.first_row * grey.width));
  return out;
}

std::string particles_tsv(const std::vector<Particle>& particles, double pixel_nm) {
  const bool known = pixel_nm > 0;
  const double scale = known ? pixel_nm : 1;
  const char* unit = known ? "nm" : "px";
  std::string out = fmt::format(
      "vesicle\tx_px\ty_px\tdiameter_{0}\tarea_{0}2\tferet_max_{0}\tferet_min_{0}\tcircularity\troundness\tsolidity\t"
      "contrast\tcup_contrast\tcut\tweight\n",
      unit);
  const auto number = [](double value) { return std::isfinite(value) ? readable_number(value, 5) : std::string(); };
  for (const Particle& p : particles) {
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", p.label, number(p.x), number(p.y),
                       number(p.diameter * scale), number(p.area * scale * scale), number(p.feret_max * scale),
                       number(p.feret_min * scale), number(p.circularity), number(p.roundness), number(p.solidity),
                       number(p.contrast), number(p.cup), p.cut ? 1 : 0, number(p.weight));
  }
  return out;
}

}  // namespace vesica::tem
