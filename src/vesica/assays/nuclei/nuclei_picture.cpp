// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/nuclei/nuclei_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
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

/// Of regions in turn; orange and sky blue are those of nuclei. Okabe and Ito's, and white.
constexpr std::array<std::array<std::uint8_t, 3>, 5> kRegionColours = {
    {kOverlayYellow, kOverlayGreen, {204, 121, 167}, {255, 255, 255}, {0, 114, 178}}};

std::string colour_name(std::size_t region) {
  switch (region % kRegionColours.size()) {
    case 0:
      return say("yellow");
    case 1:
      return say("green");
    case 2:
      return say("purple");
    case 3:
      return say("white");
    default:
      return say("blue");
  }
}

/// Outlines of regions are as thick as those of nuclei are wide: 2 pixels.
Mask2 rim_of(const Mask2& mask) {
  Mask2 out = mask;
  for (std::size_t y = 2; y + 2 < mask.height; ++y) {
    for (std::size_t x = 2; x + 2 < mask.width; ++x) {
      const bool within = mask.at(x - 2, y) != 0 && mask.at(x + 2, y) != 0 && mask.at(x, y - 2) != 0 &&
                          mask.at(x, y + 2) != 0 && mask.at(x - 1, y) != 0 && mask.at(x + 1, y) != 0;
      if (within) out.at(x, y) = 0;
    }
  }
  return out;
}

}  // namespace

std::string legend_of(const std::vector<DrawnRegion>& regions) {
  std::vector<std::string> out;
  for (std::size_t r = 0; r < regions.size(); ++r)
    out.push_back(fmt::format("{} ({})", regions[r].name, colour_name(r)));
  return join(out, ", ");
}

std::string overlay_png(const Image2& image, const Labels2& labels, const std::vector<std::uint8_t>& positive,
                        const std::vector<DrawnRegion>& regions, double pixel_um) {
  std::vector<std::uint8_t> rest(static_cast<std::size_t>(greatest_label(labels)) + 1, 1);
  for (std::size_t i = 0; i < rest.size() && i < positive.size(); ++i) rest[i] = positive[i] == 0 ? 1 : 0;
  const Mask2 negatives = parted(labels, rest), positives = parted(labels, positive);
  std::vector<Mask2> rims;  // by colour
  for (std::size_t r = 0; r < regions.size(); ++r) {
    Mask2 rim = rim_of(regions[r].mask);
    if (r < kRegionColours.size()) {
      rims.push_back(std::move(rim));
      continue;
    }
    Mask2& of_colour = rims[r % kRegionColours.size()];
    std::transform(rim.pixels.begin(), rim.pixels.end(), of_colour.pixels.begin(), of_colour.pixels.begin(),
                   [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a | b); });
  }
  std::vector<OverlayLayer> layers;
  for (std::size_t r = 0; r < rims.size(); ++r) layers.push_back({&rims[r], kRegionColours[r % kRegionColours.size()]});
  layers.push_back({&negatives, kOverlayOrange});
  layers.push_back({&positives, kOverlaySky});
  OverlayOptions options;
  options.max_side = options.min_side = 1100;  // chosen: outlines of fields of 512 pixels can be judged
  options.pixel_um = pixel_um > 0 ? pixel_um : 0;
  return render_overlay(image, layers, options);
}

std::string rois_zip(const Labels2& labels) {
  std::vector<ImageJRoi> rois;
  const std::vector<std::vector<Corner>> outlines = trace_outlines(labels);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    ImageJRoi roi{fmt::format("{:05d}", i + 1), true, {{}}, false};
    for (const Corner& corner : outlines[i]) {
      roi.paths[0].push_back({static_cast<double>(corner.x), static_cast<double>(corner.y)});
    }
    rois.push_back(std::move(roi));
  }
  std::size_t left_out = 0;  // outlines of more corners than ImageJ takes: nuclei have dozens
  return write_roi_zip(rois, left_out);
}

std::string objects_tsv(const std::vector<Nucleus>& nuclei, const std::vector<Marker>& markers,
                        const std::vector<Cut>& cuts, const std::vector<DrawnRegion>& regions, double pixel_um) {
  std::vector<std::vector<std::uint8_t>> within(regions.size(), std::vector<std::uint8_t>(nuclei.size(), 0));
  for (std::size_t r = 0; r < regions.size(); ++r)
    for (const std::size_t i : regions[r].nuclei) within[r][i] = 1;
  std::string out =
      "nucleus\tx_px\ty_px\tarea_px\tarea_um2\tperimeter_px\tcircularity\tsolidity\tmajor_px\tminor_px\t"
      "on_border\tnuclei";
  for (const Marker& marker : markers) out += fmt::format("\t{0}\t{0}+", marker.name);
  for (const DrawnRegion& region : regions) out += "\tin " + replace_all(region.name, "\t", " ");
  out += '\n';
  const auto shown = [](double value) { return std::isfinite(value) ? readable_number(value, 6) : std::string(); };
  for (std::size_t i = 0; i < nuclei.size(); ++i) {
    const Nucleus& each = nuclei[i];
    const Region& r = each.region;
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", r.label, shown(r.x), shown(r.y), r.area,
                       shown(static_cast<double>(r.area) * pixel_um * pixel_um), shown(r.perimeter),
                       shown(r.circularity()), shown(r.solidity()), shown(r.major), shown(r.minor), r.on_border ? 1 : 0,
                       shown(each.light));
    for (std::size_t m = 0; m < markers.size(); ++m) {
      const bool known = std::isfinite(cuts[m].value) && std::isfinite(each.markers[m]);
      out += fmt::format("\t{}\t{}", shown(each.markers[m]), !known ? "" : each.markers[m] > cuts[m].value ? "1" : "0");
    }
    for (const auto& region : within) out += region[i] != 0 ? "\t1" : "\t0";
    out += '\n';
  }
  return out;
}

}  // namespace vesica::nuclei
