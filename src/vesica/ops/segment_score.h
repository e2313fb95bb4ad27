// SPDX-License-Identifier: Apache-2.0
// How well one label image agrees with another, object by object.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "vesica/data/image.h"

namespace vesica {

/// Agreement at one least overlap. Sums of counts over images give pooled scores.
struct SegmentationScore {
  std::size_t matched = 0, missed = 0, invented = 0;  ///< true positives, false negatives, false positives
  double iou_sum = 0;                                 ///< of the matched pairs
  double f1() const;                                  ///< 2 TP / (2 TP + FP + FN); NaN when both are empty
  double precision() const;  ///< TP / (TP + FP + FN), the "average precision" of the 2018 data science bowl
  double quality() const;    ///< panoptic quality: sum of IoU / (TP + FP/2 + FN/2)
  SegmentationScore& operator+=(const SegmentationScore& other);
};

/// Matches objects one to one so that as many pairs as possible have an intersection over union of at least `iou`, of
/// those the one with the greatest sum (Hungarian method, Kuhn 1955, 10.1002/nav.3800020109, within connected groups of
/// overlapping objects). Definitions: Weigert and Schmidt 2018 (10.1007/978-3-030-00934-2_30), Kirillov 2019
/// (10.1109/CVPR.2019.00963). `pairs`: (truth, found) labels of the matches, by truth. Requires planes of one size and
/// 0 < iou <= 1.
SegmentationScore score_segmentation(const Labels2& truth, const Labels2& found, double iou = 0.5,
                                     std::vector<std::pair<int, int>>* pairs = nullptr);

}  // namespace vesica
