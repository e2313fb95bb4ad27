// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/nuclei/nuclei_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/number.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/io/overlay.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::nuclei {

namespace {

/// The chosen nuclei with a gap of one pixel between neighbours, so that each has its own outline.
Mask2 parted(const Labels2& labels, const std::vector<std::uint8_t>& chosen) {
  Mask2 out = mask_of(labels, chosen);
  for (std::size_t y = 0; y < labels.height; ++y) {
    for (std::size_t x = 0; x < labels.width; ++x) {
      const std::int32_t label = labels.at(x, y);
      const std::int32_t right = x + 1 < labels.width ? labels.at(x + 1, y) : label;
      const std::int32_t down = y + 1 < labels.height ? labels.at(x, y + 1) : label;
      if ((right != label && right != 0) || (down != label && down != 0)) out.at(x, y) = 0;
    }
  }
  return out;
}

}  // namespace

std::string overlay_png(const Image2& image, const Labels2& labels, const std::vector<std::uint8_t>& positive,
                        double pixel_um) {
  std::vector<std::uint8_t> rest(static_cast<std::size_t>(greatest_label(labels)) + 1, 1);
  for (std::size_t i = 0; i < rest.size() && i < positive.size(); ++i) rest[i] = positive[i] == 0 ? 1 : 0;
  const Mask2 negatives = parted(labels, rest), positives = parted(labels, positive);
  const std::array<OverlayLayer, 2> layers = {{{&negatives, kOverlayOrange}, {&positives, kOverlaySky}}};
  OverlayOptions options;
  options.max_side = options.min_side = 1100;  // chosen: outlines of fields of 512 pixels can be judged
  options.pixel_um = pixel_um > 0 ? pixel_um : 0;
  return render_overlay(image, layers, options);
}

std::string rois_zip(const Labels2& labels) {
  std::vector<ImageJRoi> rois;
  const std::vector<std::vector<Corner>> outlines = trace_outlines(labels);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    ImageJRoi roi{fmt::format("{:05d}", i + 1), true, {{}}};
    for (const Corner& corner : outlines[i]) {
      roi.paths[0].push_back({static_cast<double>(corner.x), static_cast<double>(corner.y)});
    }
    rois.push_back(std::move(roi));
  }
  std::size_t left_out = 0;  // outlines of more corners than ImageJ takes: nuclei have dozens
  return write_roi_zip(rois, left_out);
}

std::string objects_tsv(const std::vector<Nucleus>& nuclei, const std::vector<Marker>& markers,
                        const std::vector<Cut>& cuts, double pixel_um) {
  std::string out =
      "nucleus\tx_px\ty_px\tarea_px\tarea_um2\tperimeter_px\tcircularity\tsolidity\tmajor_px\tminor_px\t"
      "on_border\tnuclei";
  for (const Marker& marker : markers) out += fmt::format("\t{0}\t{0}+", marker.name);
  out += '\n';
  const auto shown = [](double value) { return std::isfinite(value) ? readable_number(value, 6) : std::string(); };
  for (const Nucleus& each : nuclei) {
    const Region& r = each.region;
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", r.label, shown(r.x), shown(r.y), r.area,
                       shown(static_cast<double>(r.area) * pixel_um * pixel_um), shown(r.perimeter),
                       shown(r.circularity()), shown(r.solidity()), shown(r.major), shown(r.minor), r.on_border ? 1 : 0,
                       shown(each.light));
    for (std::size_t m = 0; m < markers.size(); ++m) {
      const bool known = std::isfinite(cuts[m].value) && std::isfinite(each.markers[m]);
      out += fmt::format("\t{}\t{}", shown(each.markers[m]), !known ? "" : each.markers[m] > cuts[m].value ? "1" : "0");
    }
    out += '\n';
  }
  return out;
}

}  // namespace vesica::nuclei
