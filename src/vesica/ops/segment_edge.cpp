// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edge.h"

#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/segment_runs.h"

namespace vesica {

namespace {

/// What bands may still enter, in a frame of one pixel: a byte a pixel instead of the label itself.
enum State : std::uint8_t { kGround, kObject, kDone };

class Bands {
 public:
  Bands(const Image2& light, const Labels2& labels, std::span<const std::uint8_t> keep, std::vector<EdgeLight>& edges)
      : light_(light),
        labels_(labels),
        edges_(edges),
        wide_(labels.width + 2),
        state_(wide_ * (labels.height + 2), kDone) {
    for (std::size_t y = 0; y < labels.height; ++y) {
      const std::int32_t* from = labels.row(y).data();
      const float* row = light.row(y).data();
      std::uint8_t* to = state_.data() + (y + 1) * wide_ + 1;
      for (std::size_t x = 0; x < labels.width; ++x) {
        const auto label = static_cast<std::size_t>(from[x]);
        to[x] = keep[label] != 0 ? kObject : kGround;
        if (label != 0) edges[label].all += row[x];
      }
    }
  }

  void add(int width) {
    find_edges();
    spread<kObject>(inner_, width);
    spread<kGround>(outer_, width);
  }

 private:
  struct At {
    std::uint32_t framed = 0, pixel = 0;
    std::int32_t label = 0;
  };

  /// Pixels on both sides of the line between kept objects and ground, row by row.
  void find_edges() {
    std::vector<std::uint8_t> mixed(light_.width);
    std::vector<PixelRun> runs;
    const auto width = static_cast<std::uint32_t>(light_.width);
    for (std::size_t y = 0; y < light_.height; ++y) {
      const std::uint8_t *row = state_.data() + (y + 1) * wide_ + 1, *above = row - wide_, *below = row + wide_;
      for (std::size_t x = 0; x < light_.width; ++x) {
        mixed[x] = static_cast<std::uint8_t>((row[x] ^ *(row + x - 1)) | (row[x] ^ row[x + 1]) | (row[x] ^ above[x]) |
                                             (row[x] ^ below[x]));
      }
      runs.clear();
      add_runs(mixed, static_cast<std::uint32_t>(y), runs);
      for (const PixelRun& run : runs) {
        for (std::uint32_t x = run.begin; x < run.end; ++x) {
          const auto framed = static_cast<std::uint32_t>((y + 1) * wide_ + x + 1);
          const std::uint32_t pixel = static_cast<std::uint32_t>(y) * width + x;
          const std::uint8_t left = *(row + x - 1), right = row[x + 1], up = above[x], down = below[x];
          if (row[x] == kObject) {
            if (left == kGround || right == kGround || up == kGround || down == kGround) {
              inner_.push_back({framed, pixel, labels_.pixels[pixel]});
            }
          } else if (left == kObject || right == kObject || up == kObject || down == kObject) {
            const std::uint32_t met = left == kObject    ? pixel - 1
                                      : right == kObject ? pixel + 1
                                      : up == kObject    ? pixel - width
                                                         : pixel + width;
            outer_.push_back({framed, pixel, labels_.pixels[met]});
          }
        }
      }
    }
  }

  /// Bands inside objects stay in their own, those outside on the ground.
  template <State where>
  void spread(std::vector<At>& front, int width) {
    const auto wide = static_cast<std::uint32_t>(wide_), across = wide - 2;
    std::vector<At> next;
    for (const At& each : front) state_[each.framed] = kDone;
    for (int step = 1;; ++step) {
      for (const At& each : front) {
        EdgeLight& edge = edges_[static_cast<std::size_t>(each.label)];
        (where == kObject ? edge.in : edge.out) += light_.pixels[each.pixel];
        ++(where == kObject ? edge.n_in : edge.n_out);
      }
      if (step >= width) return;
      next.clear();
      for (const At& each : front) {
        const auto go = [&](std::uint32_t framed, std::uint32_t pixel) {
          if (state_[framed] != where || (where == kObject && labels_.pixels[pixel] != each.label)) return;
          state_[framed] = kDone;
          next.push_back({framed, pixel, each.label});
        };
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
  const Labels2& labels_;
  std::vector<EdgeLight>& edges_;
  std::size_t wide_;
  std::vector<std::uint8_t> state_;
  std::vector<At> inner_, outer_;
};

}  // namespace

std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const std::uint8_t> keep,
                                  int width) {
  VESICA_REQUIRE(light.width == labels.width && light.height == labels.height, "light and labels of one size");
  std::vector<EdgeLight> out(keep.size());
  Bands(light, labels, keep, out).add(width);
  return out;
}

}  // namespace vesica
