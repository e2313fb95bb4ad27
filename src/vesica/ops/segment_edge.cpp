// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edge.h"

#include <algorithm>
#include <utility>

#include "vesica/base/require.h"

namespace vesica {

namespace {

/// Bytes in a frame of one pixel, which is 0.
class Framed {
 public:
  Framed(std::size_t width, std::size_t height)
      : width_(width), height_(height), wide_(width + 2), bytes_(wide_ * (height + 2), 0) {}
  std::uint8_t* row(std::size_t y) { return bytes_.data() + (y + 1) * wide_ + 1; }
  const std::uint8_t* row(std::size_t y) const { return bytes_.data() + (y + 1) * wide_ + 1; }
  std::uint8_t& operator[](std::size_t cell) { return bytes_[cell]; }
  std::size_t wide() const { return wide_; }

  /// 0 and 1 grow by octagons, whole rows at a time.
  void grow(int steps) {
    Framed across = *this;
    for (int step = 0; step < steps; ++step) {
      // Within the row first; then the rows above and below: as they were (4 neighbours) or as they are now (8).
      for (std::size_t y = 0; y < height_; ++y) {
        const std::uint8_t* from = row(y);
        std::uint8_t* to = across.row(y);
        for (std::size_t x = 0; x < width_; ++x) to[x] = from[x] | *(from + x - 1) | from[x + 1];
      }
      if (step % 2 == 0) {
        across.add_above_and_below(*this);
        std::swap(bytes_, across.bytes_);
      } else {
        add_above_and_below(across);
      }
    }
  }

 private:
  void add_above_and_below(const Framed& other) {
    for (std::size_t y = 0; y < height_; ++y) {
      const std::uint8_t *here = other.row(y), *above = here - wide_, *below = here + wide_;
      std::uint8_t* to = row(y);
      for (std::size_t x = 0; x < width_; ++x) to[x] |= static_cast<std::uint8_t>(here[x] | above[x] | below[x]);
    }
  }
  std::size_t width_, height_, wide_;
  std::vector<std::uint8_t> bytes_;
};

struct At {
  std::uint32_t framed = 0, pixel = 0;
  std::uint32_t label = 0;
};

/// Pixels of the ground with an object beside them, row by row.
std::vector<At> around_objects(const Framed& ground, const Labels2& labels) {
  std::vector<At> out;
  std::vector<std::uint8_t> edge(labels.width);
  std::vector<PixelRun> runs;
  const auto width = static_cast<std::uint32_t>(labels.width), wide = width + 2;
  for (std::uint32_t y = 0; y < labels.height; ++y) {
    const std::uint8_t *here = ground.row(y), *above = here - wide, *below = here + wide;
    for (std::size_t x = 0; x < width; ++x) edge[x] = here[x] & ~(*(here + x - 1) & here[x + 1] & above[x] & below[x]);
    runs.clear();
    add_runs(edge, y, runs);
    for (const PixelRun& run : runs) {
      for (std::uint32_t x = run.begin; x < run.end; ++x) {
        const std::uint32_t pixel = y * width + x;
        const bool left = x > 0 && *(here + x - 1) == 0, right = x + 1 < width && here[x + 1] == 0;
        const bool up = y > 0 && above[x] == 0, down = y + 1 < labels.height && below[x] == 0;
        if (!(left || right || up || down)) continue;  // the image's border
        const std::uint32_t met = left ? pixel - 1 : right ? pixel + 1 : up ? pixel - width : pixel + width;
        out.push_back({(y + 1) * wide + x + 1, pixel, static_cast<std::uint32_t>(labels.pixels[met])});
      }
    }
  }
  return out;
}

/// Spreads over the ground, which is used up.
void spread(std::vector<At> front, int width, const Image2& light, Framed& ground, std::vector<EdgeLight>& edges) {
  const auto wide = static_cast<std::uint32_t>(ground.wide()), across = wide - 2;
  std::vector<At> next;
  for (const At& each : front) ground[each.framed] = 0;
  for (int step = 1;; ++step) {
    for (const At& each : front) {
      edges[each.label].out += light.pixels[each.pixel];
      ++edges[each.label].n_out;
    }
    if (step >= width) return;
    next.clear();
    for (const At& each : front) {
      const auto go = [&](std::uint32_t framed, std::uint32_t pixel) {
        if (std::exchange(ground[framed], std::uint8_t{0}) != 0) next.push_back({framed, pixel, each.label});
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

/// Adds what lies in one row of an object: all light, and that near the ground.
void add_run(const float* light, const std::uint8_t* near, std::size_t begin, std::size_t end, EdgeLight& edge) {
  double all = 0, in = 0;
  int count = 0;
  for (std::size_t x = begin; x < end; ++x) {
    all += light[x];
    in += near[x] != 0 ? light[x] : 0.0F;
    count += near[x];
  }
  edge.all += all;
  edge.in += in;
  edge.n_in += count;
}

}  // namespace

std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const PixelRun> runs,
                                  std::span<const std::uint8_t> keep, int width) {
  VESICA_REQUIRE(light.width == labels.width && light.height == labels.height, "light and labels of one size");
  std::vector<EdgeLight> out(keep.size());
  Framed ground(labels.width, labels.height);
  for (std::size_t y = 0; y < labels.height; ++y) std::fill_n(ground.row(y), labels.width, std::uint8_t{1});
  for (const PixelRun& run : runs) {
    VESICA_REQUIRE(run.piece < keep.size(), "a keep for every label");
    if (keep[run.piece] != 0) std::fill(ground.row(run.y) + run.begin, ground.row(run.y) + run.end, std::uint8_t{0});
  }
  Framed near = ground;
  near.grow(width);
  for (const PixelRun& run : runs) {
    add_run(light.row(run.y).data(), near.row(run.y), run.begin, run.end, out[run.piece]);
  }
  spread(around_objects(ground, labels), width, light, ground, out);
  for (std::size_t l = 0; l < out.size(); ++l) {
    if (keep[l] == 0) out[l] = {0, 0, 0, 0, out[l].all};
  }
  return out;
}

}  // namespace vesica
