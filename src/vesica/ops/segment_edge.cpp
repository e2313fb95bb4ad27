// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edge.h"

#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

namespace {

/// The labels that are kept in a frame of one pixel (-1), eaten up by the bands.
class Bands {
 public:
  Bands(const Image2& light, const Labels2& labels, std::span<const std::uint8_t> keep, std::vector<EdgeLight>& edges)
      : light_(light), wide_(labels.width + 2), state_(wide_ * (labels.height + 2), -1) {
    for (std::size_t y = 0; y < labels.height; ++y) {
      const std::int32_t* from = labels.row(y).data();
      std::int32_t* to = state_.data() + (y + 1) * wide_ + 1;
      for (std::size_t x = 0; x < labels.width; ++x) {
        const auto label = static_cast<std::size_t>(from[x]);
        to[x] = keep[label] != 0 ? from[x] : 0;
        if (label != 0) edges[label].all += light.row(y)[x];
      }
    }
  }

  void add(int width, std::vector<EdgeLight>& edges) {
    find_edges();
    spread(inner_, true, width, edges);
    spread(outer_, false, width, edges);
  }

 private:
  struct At {
    std::uint32_t framed = 0, pixel = 0;
    std::int32_t label = 0;
  };

  /// Pixels with an edge of an object on one of their sides, row by row.
  void find_edges() {
    std::vector<std::uint8_t> mixed(light_.width);
    std::vector<PixelRun> runs;
    for (std::size_t y = 0; y < light_.height; ++y) {
      const std::int32_t *row = state_.data() + (y + 1) * wide_ + 1, *above = row - wide_, *below = row + wide_;
      for (std::size_t x = 0; x < light_.width; ++x) {
        const std::int32_t here = row[x];
        mixed[x] = ((here ^ *(row + x - 1)) | (here ^ row[x + 1]) | (here ^ above[x]) | (here ^ below[x])) != 0 ? 1 : 0;
      }
      runs.clear();
      add_runs(mixed, static_cast<std::uint32_t>(y), runs);
      for (const PixelRun& run : runs) {
        for (std::size_t x = run.begin; x < run.end; ++x) {
          const std::int32_t here = row[x], left = *(row + x - 1), right = row[x + 1], up = above[x], down = below[x];
          const At at = {static_cast<std::uint32_t>((y + 1) * wide_ + x + 1),
                         static_cast<std::uint32_t>(y * light_.width + x), here};
          if (here > 0) {
            if (left == 0 || right == 0 || up == 0 || down == 0) inner_.push_back(at);
            continue;
          }
          const std::int32_t met = left > 0 ? left : right > 0 ? right : up > 0 ? up : down;
          if (met > 0) outer_.push_back({at.framed, at.pixel, met});
        }
      }
    }
  }

  void spread(std::vector<At>& front, bool inward, int width, std::vector<EdgeLight>& edges) {
    std::vector<At> next;
    for (const At& each : front) state_[each.framed] = -1;
    for (int step = 1;; ++step) {
      for (const At& each : front) {
        EdgeLight& edge = edges[static_cast<std::size_t>(each.label)];
        (inward ? edge.in : edge.out) += light_.pixels[each.pixel];
        ++(inward ? edge.n_in : edge.n_out);
      }
      if (step >= width) return;
      next.clear();
      for (const At& each : front) {
        const auto go = [&](std::uint32_t framed, std::uint32_t pixel) {
          if (state_[framed] != (inward ? each.label : 0)) return;
          state_[framed] = -1;
          next.push_back({framed, pixel, each.label});
        };
        const auto wide = static_cast<std::uint32_t>(wide_), across = wide - 2;
        go(each.framed - 1, each.pixel - 1);
        go(each.framed + 1, each.pixel + 1);
        go(each.framed - wide, each.pixel - across);
        go(each.framed + wide, each.pixel + across);
        if (step % 2 == 0) continue;
        go(each.framed - wide - 1, each.pixel - across - 1);
        go(each.framed - wide + 1, each.pixel - across + 1);
        go(each.framed + wide - 1, each.pixel + across - 1);
        go(each.framed + wide + 1, each.pixel + across + 1);
      }
      std::swap(front, next);
    }
  }

  const Image2& light_;
  std::size_t wide_;
  std::vector<std::int32_t> state_;
  std::vector<At> inner_, outer_;
};

}  // namespace

std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const std::uint8_t> keep,
                                  int width) {
  VESICA_REQUIRE(light.width == labels.width && light.height == labels.height, "light and labels of one size");
  std::vector<EdgeLight> out(keep.size());
  Bands(light, labels, keep, out).add(width, out);
  return out;
}

}  // namespace vesica
