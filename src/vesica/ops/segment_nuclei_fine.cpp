// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_nuclei_fine.h"

#include <algorithm>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {

namespace {

/// Every block's value at all of its pixels.
template <typename Plane>
Plane spread(const Plane& blocks, std::size_t width, std::size_t height, std::size_t step) {
  Plane out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) out.at(x, y) = blocks.at(x / step, y / step);
  }
  return out;
}

/// Half (say) of the mean light of every label.
std::vector<double> least_light(const Image2& light, const Labels2& labels, double half) {
  std::vector<double> sums(static_cast<std::size_t>(greatest_label(labels)) + 1, 0), areas = sums;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    sums[static_cast<std::size_t>(labels.pixels[i])] += static_cast<double>(light.pixels[i]);
    ++areas[static_cast<std::size_t>(labels.pixels[i])];
  }
  for (std::size_t l = 0; l < sums.size(); ++l) sums[l] = half * sums[l] / std::max(1.0, areas[l]);
  return sums;
}

}  // namespace

NucleiFound find_nuclei_in_blocks(const Image2& image, const NucleiSearch& how, std::size_t step) {
  VESICA_REQUIRE(step > 0, "blocks of pixels");
  if (step == 1 || image.empty() || !all_finite(image)) return find_nuclei(image, how);
  const Image2 blocks = block_means(image, step);
  NucleiFound found = find_nuclei(blocks, how);
  Image2 ground = blocks;
  for (std::size_t i = 0; i < ground.pixels.size(); ++i) ground.pixels[i] -= found.light.pixels[i];
  NucleiFound out;
  out.blurred = found.blurred;
  out.level = found.level;
  out.light = gaussian(image, 1);
  ground = spread(ground, image.width, image.height, step);
  for (std::size_t i = 0; i < ground.pixels.size(); ++i) {
    out.light.pixels[i] = std::max(0.0F, out.light.pixels[i] - ground.pixels[i]);
  }
  const Labels2 rough = spread(found.labels, image.width, image.height, step);
  const std::vector<double> least = least_light(out.light, rough, how.half);
  Labels2 wanted = expand_labels(rough, static_cast<double>(step));
  const Image2 outside = nearest_labels([&] {
                           Labels2 edges = rough;
                           const Mask2 edge = label_edges(rough);
                           for (std::size_t i = 0; i < edges.pixels.size(); ++i) edges.pixels[i] = edge.pixels[i];
                           return edges;
                         }())
                             .squared;
  Labels2 inside = rough;
  const auto near = static_cast<float>(step * step);
  for (std::size_t i = 0; i < wanted.pixels.size(); ++i) {
    if (outside.pixels[i] > near) continue;  // well inside, or well outside where nothing is wanted
    inside.pixels[i] = 0;
    const auto label = static_cast<std::size_t>(wanted.pixels[i]);
    if (static_cast<double>(out.light.pixels[i]) < least[label]) wanted.pixels[i] = 0;
  }
  keep_attached(wanted, inside);
  out.labels = std::move(wanted);
  fill_label_holes(out.labels);
  relabel(out.labels);
  return out;
}

}  // namespace vesica
