// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "vesica/base/require.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

struct Overlap {
  std::int32_t truth = 0, found = 0;
  double iou = 0;
};

/// Every pair that shares a pixel, by truth, then found.
std::vector<Overlap> overlaps_of(const Labels2& truth, const Labels2& found) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pixels;
  for (std::size_t i = 0; i < truth.pixels.size(); ++i) {
    if (truth.pixels[i] != 0 && found.pixels[i] != 0) pixels.emplace_back(truth.pixels[i], found.pixels[i]);
  }
  std::sort(pixels.begin(), pixels.end());
  const std::vector<std::size_t> of_truth = label_areas(truth), of_found = label_areas(found);
  std::vector<Overlap> out;
  for (std::size_t i = 0; i < pixels.size();) {
    std::size_t end = i + 1;
    while (end < pixels.size() && pixels[end] == pixels[i]) ++end;
    const auto shared = static_cast<double>(end - i);
    const auto both = static_cast<double>(of_truth[static_cast<std::size_t>(pixels[i].first)] +
                                          of_found[static_cast<std::size_t>(pixels[i].second)]);
    out.push_back({pixels[i].first, pixels[i].second, shared / (both - shared)});
    i = end;
  }
  return out;
}

/// Rows to columns at least cost, as many rows as columns (Kuhn's method with potentials, O(n^3)): the row of every
/// column.
std::vector<std::size_t> assigned(const std::vector<double>& cost, std::size_t n) {
  std::vector<double> u(n + 1, 0), v(n + 1, 0);
  std::vector<std::size_t> row(n + 1, 0), way(n + 1, 0);
  for (std::size_t i = 1; i <= n; ++i) {
    row[0] = i;
    std::size_t column = 0;
    std::vector<double> least(n + 1, std::numeric_limits<double>::infinity());
    std::vector<std::uint8_t> used(n + 1, 0);
    do {
      used[column] = 1;
      std::size_t next = 0;
      double delta = std::numeric_limits<double>::infinity();
      for (std::size_t j = 1; j <= n; ++j) {
        if (used[j] != 0) continue;
        const double reduced = cost[(row[column] - 1) * n + j - 1] - u[row[column]] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (std::size_t j = 0; j <= n; ++j) {
        if (used[j] != 0) {
          u[row[j]] += delta;
          v[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      column = next;
    } while (row[column] != 0);
    for (; column != 0; column = way[column]) row[column] = row[way[column]];
  }
  std::vector<std::size_t> out(n);
  for (std::size_t j = 1; j <= n; ++j) out[j - 1] = row[j] - 1;
  return out;
}

/// The best one-to-one choice within one connected group of good pairs.
std::vector<Overlap> best_of(const std::vector<Overlap>& group) {
  if (group.size() == 1) return group;
  std::vector<std::int32_t> rows, columns;
  for (const Overlap& pair : group) {
    rows.push_back(pair.truth);
    columns.push_back(pair.found);
  }
  for (std::vector<std::int32_t>* each : {&rows, &columns}) {
    std::sort(each->begin(), each->end());
    each->erase(std::unique(each->begin(), each->end()), each->end());
  }
  const auto place = [](const std::vector<std::int32_t>& all, std::int32_t label) {
    return static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), label) - all.begin());
  };
  const std::size_t n = std::max(rows.size(), columns.size());
  // A pair counts 1, its overlap decides between equally many pairs.
  std::vector<double> cost(n * n, 0);
  for (const Overlap& pair : group) {
    cost[place(rows, pair.truth) * n + place(columns, pair.found)] = -1 - pair.iou / static_cast<double>(2 * n);
  }
  const std::vector<std::size_t> row = assigned(cost, n);
  std::vector<Overlap> out;
  for (const Overlap& pair : group) {
    if (row[place(columns, pair.found)] == place(rows, pair.truth)) out.push_back(pair);
  }
  return out;
}

std::size_t objects_of(const Labels2& labels) {
  const std::vector<std::size_t> areas = label_areas(labels);
  return static_cast<std::size_t>(std::count_if(areas.begin() + 1, areas.end(), [](std::size_t n) { return n > 0; }));
}

/// Groups of pairs that share an object, directly or by others.
std::vector<std::vector<Overlap>> groups_of(const std::vector<Overlap>& pairs, std::size_t truths, std::size_t founds) {
  std::vector<std::size_t> parent(truths + founds + 2);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (const Overlap& pair : pairs) {
    const std::size_t a = root(static_cast<std::size_t>(pair.truth));
    const std::size_t b = root(truths + 1 + static_cast<std::size_t>(pair.found));
    parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::vector<Overlap>> out;
  std::vector<std::size_t> number(parent.size(), parent.size());
  for (const Overlap& pair : pairs) {
    std::size_t& wanted = number[root(static_cast<std::size_t>(pair.truth))];
    if (wanted == parent.size()) {
      wanted = out.size();
      out.emplace_back();
    }
    out[wanted].push_back(pair);
  }
  return out;
}

}  // namespace

double SegmentationScore::f1() const {
  return 2 * static_cast<double>(matched) / static_cast<double>(2 * matched + missed + invented);
}
double SegmentationScore::precision() const {
  return static_cast<double>(matched) / static_cast<double>(matched + missed + invented);
}
double SegmentationScore::quality() const {
  return iou_sum / (static_cast<double>(matched) + static_cast<double>(missed + invented) / 2);
}
SegmentationScore& SegmentationScore::operator+=(const SegmentationScore& other) {
  matched += other.matched;
  missed += other.missed;
  invented += other.invented;
  iou_sum += other.iou_sum;
  return *this;
}

SegmentationScore score_segmentation(const Labels2& truth, const Labels2& found, double iou,
                                     std::vector<std::pair<int, int>>* pairs) {
  VESICA_REQUIRE(truth.width == found.width && truth.height == found.height, "two label images of one size");
  VESICA_REQUIRE(iou > 0 && iou <= 1, "an overlap between 0 and 1");
  std::vector<Overlap> good = overlaps_of(truth, found);
  good.erase(std::remove_if(good.begin(), good.end(), [iou](const Overlap& pair) { return pair.iou < iou; }),
             good.end());
  SegmentationScore out;
  std::vector<std::pair<int, int>> matches;
  for (const std::vector<Overlap>& group : groups_of(good, static_cast<std::size_t>(greatest_label(truth)),
                                                     static_cast<std::size_t>(greatest_label(found)))) {
    for (const Overlap& pair : best_of(group)) {
      ++out.matched;
      out.iou_sum += pair.iou;
      matches.emplace_back(pair.truth, pair.found);
    }
  }
  out.missed = objects_of(truth) - out.matched;
  out.invented = objects_of(found) - out.matched;
  if (pairs != nullptr) {
    std::sort(matches.begin(), matches.end());
    *pairs = std::move(matches);
  }
  return out;
}

}  // namespace vesica
