// SPDX-License-Identifier: Apache-2.0
// Agreement with masks in which vesicles that touch are one piece.
#include <map>
#include <set>

#include "vesica/assays/tem/tem.h"
#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"

namespace vesica::tem {

double MaskScore::f1() const {
  const auto all = static_cast<double>(2 * found + missed + invented);
  return all > 0 ? 2 * static_cast<double>(found) / all : kNaN;
}

MaskScore score_against_mask(const Labels2& labels, const Mask2& truth, double iou) {
  VESICA_REQUIRE(labels.width == truth.width && labels.height == truth.height, "planes of one size");
  const Components pieces = components(truth, false);
  const std::vector<std::size_t> areas = label_areas(labels);
  std::map<std::size_t, std::map<std::size_t, double>> shared;  // piece, object
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] > 0 && pieces.labels.pixels[i] > 0)
      shared[static_cast<std::size_t>(pieces.labels.pixels[i] - 1)][static_cast<std::size_t>(labels.pixels[i])] += 1;
  }
  MaskScore out;
  std::set<std::size_t> explained;
  for (std::size_t piece = 0; piece < pieces.objects.size(); ++piece) {
    const auto whole = static_cast<double>(pieces.objects[piece].area);
    bool found = false;
    double joint = 0, joint_area = 0;
    std::set<std::size_t> parts;
    for (const auto& [object, pixels] : shared[piece]) {
      const auto own = static_cast<double>(areas[object]);
      if (pixels >= iou * (whole + own - pixels)) found = true, parts.insert(object);
      if (pixels <= own / 2) continue;
      joint += pixels, joint_area += own;
      parts.insert(object);
    }
    found = found || (joint_area > 0 && joint >= iou * (whole + joint_area - joint));
    (found ? out.found : out.missed) += 1;
    if (found) explained.insert(parts.begin(), parts.end());
  }
  for (std::size_t object = 1; object < areas.size(); ++object) {
    if (areas[object] > 0 && !explained.contains(object)) out.invented += 1;
  }
  return out;
}

}  // namespace vesica::tem
