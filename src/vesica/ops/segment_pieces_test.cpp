// SPDX-License-Identifier: Apache-2.0
// What works piece by piece against slow twins that look at the whole field.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/segment_depth.h"
#include "vesica/ops/segment_edge.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_necks.h"
#include "vesica/ops/segment_runs.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {
namespace {

/// Blocks of random size, so that pieces are large, have holes and reach the border.
Mask2 blocks(std::size_t width, std::size_t height, std::uint64_t seed, int count) {
  Random random(seed, 1);
  Mask2 out(width, height);
  for (int k = 0; k < count; ++k) {
    const auto at = [&](std::size_t most) {
      return static_cast<std::size_t>(random.uniform() * static_cast<double>(most));
    };
    const std::size_t x0 = at(width), y0 = at(height), x1 = std::min(width, x0 + 1 + at(15));
    const std::size_t y1 = std::min(height, y0 + 1 + at(9));
    for (std::size_t y = y0; y < y1; ++y) {
      for (std::size_t x = x0; x < x1; ++x) out.at(x, y) = 1;
    }
  }
  return out;
}

TEST(OpsPieces, RunsConnectAsPixelsDo) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Mask2 mask = blocks(61, 37, seed, static_cast<int>(3 * seed));
    Labels2 twin(mask.width, mask.height);
    for (std::size_t i = 0; i < mask.pixels.size(); ++i) twin.pixels[i] = mask.pixels[i];
    const std::size_t count = separate_pieces(twin);
    std::vector<PixelRun> runs = runs_of(mask);
    EXPECT_EQ(connect_runs(runs, false), count);
    std::size_t pixels = 0;
    for (const PixelRun& run : runs) {
      for (std::size_t x = run.begin; x < run.end; ++x) {
        EXPECT_EQ(twin.at(x, run.y), static_cast<std::int32_t>(run.piece) + 1);
      }
      pixels += run.size();
    }
    EXPECT_EQ(pixels, static_cast<std::size_t>(std::count(mask.pixels.begin(), mask.pixels.end(), 1)));
    const RunPieces pieces = by_piece(runs, count);
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      std::size_t area = 0;
      for (const PixelRun& run : pieces.of(p)) {
        EXPECT_EQ(run.piece, p);
        EXPECT_TRUE(run.y >= pieces.boxes[p].y0 && run.y < pieces.boxes[p].y1);
        EXPECT_TRUE(run.begin >= pieces.boxes[p].x0 && run.end <= pieces.boxes[p].x1);
        area += run.size();
      }
      EXPECT_EQ(area, pieces.boxes[p].area);
    }
    EXPECT_LE(connect_runs(runs, true), count);
  }
  std::vector<PixelRun> none;
  EXPECT_EQ(connect_runs(none, true), 0U);
}

TEST(OpsPieces, CornersConnectDiagonally) {
  Mask2 mask(4, 4);
  for (std::size_t i = 0; i < 4; ++i) mask.at(i, i) = 1;
  std::vector<PixelRun> runs = runs_of(mask);
  EXPECT_EQ(connect_runs(runs, true), 1U);
  EXPECT_EQ(connect_runs(runs, false), 4U);
}

TEST(OpsPieces, DepthIsTheDistanceToWhatLiesOutside) {
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    const std::size_t width = seed % 8 == 0 ? 530 : 45;  // some runs are long
    Mask2 mask = blocks(width, 20, seed, 12);
    if (width > 500) std::fill(mask.row(12).begin(), mask.row(12).end() - 3, std::uint8_t{1});
    std::vector<PixelRun> runs = runs_of(mask);
    const RunPieces pieces = by_piece(runs, connect_runs(runs, true));
    PieceDepth depth(mask.width, mask.height, 0);
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      depth.find(pieces.of(p), pieces.boxes[p]);
      for (const PixelRun& run : pieces.of(p)) {
        for (std::size_t x = run.begin; x < run.end; ++x) {
          double best = std::numeric_limits<double>::infinity();
          for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
            if (mask.pixels[i] != 0) continue;
            best = std::min(best, std::hypot(static_cast<double>(i % width) - static_cast<double>(x),
                                             static_cast<double>(i / width) - static_cast<double>(run.y)));
          }
          ASSERT_NEAR(depth.row(run.y - pieces.boxes[p].y0)[x - pieces.boxes[p].x0], best, 1e-4) << x << " " << run.y;
        }
      }
    }
  }
}

TEST(OpsPieces, ABlurredPlateauStaysAndAWholeImageIsOne) {
  // A strip across the image: its depth depends on y alone, also where the Gaussian looks beyond the border.
  Mask2 mask(30, 40);
  for (std::size_t y = 10; y < 23; ++y) std::fill(mask.row(y).begin(), mask.row(y).end(), std::uint8_t{1});
  std::vector<PixelRun> runs = runs_of(mask);
  RunPieces pieces = by_piece(runs, connect_runs(runs, true));
  PieceDepth depth(30, 40, 1.5);
  depth.find(pieces.of(0), pieces.boxes[0]);
  for (std::size_t y = 0; y < 13; ++y) {
    for (std::size_t x = 1; x < 30; ++x) EXPECT_NEAR(depth.row(y)[x], depth.row(y)[0], 1e-5);
    EXPECT_NEAR(depth.row(y)[0], depth.row(12 - y)[0], 1e-5);
  }
  EXPECT_LT(depth.row(6)[0], 7);
  EXPECT_GT(depth.row(6)[0], depth.row(5)[0]);
  const Mask2 all(30, 40, 1);
  runs = runs_of(all);
  pieces = by_piece(runs, connect_runs(runs, true));
  depth.find(pieces.of(0), pieces.boxes[0]);
  EXPECT_EQ(depth.row(17)[8], 1);
  EXPECT_EQ(greatest_label(split_touching(Image2(30, 40), all, {SplitBy::kShape, 1, 3, 0.05})), 1);
}

TEST(OpsPieces, RunsOfLabelsAreSortedByRow) {
  Labels2 labels(9, 3);
  for (const std::size_t x : {0, 1, 4, 8}) labels.row(0)[x] = 2;
  for (const std::size_t x : {1, 2, 3}) labels.row(2)[x] = static_cast<std::int32_t>(x);
  const std::vector<PixelRun> runs = runs_of(labels);
  ASSERT_EQ(runs.size(), 6U);
  std::vector<PixelRun> mixed(runs.rbegin(), runs.rend());
  std::rotate(mixed.begin(), mixed.begin() + 2, mixed.end());
  sort_by_row(mixed);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    EXPECT_EQ(mixed[r].y, runs[r].y);
    EXPECT_EQ(mixed[r].begin, runs[r].begin);
    EXPECT_EQ(mixed[r].end, runs[r].end);
    EXPECT_EQ(mixed[r].piece, runs[r].piece);
  }
  std::vector<PixelRun> none;
  sort_by_row(none);
  EXPECT_TRUE(none.empty());
}

/// Whether two label images are the same but for numbers.
bool same_parts(const Labels2& a, const Labels2& b) {
  std::map<std::int32_t, std::int32_t> to, from;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    if ((a.pixels[i] == 0) != (b.pixels[i] == 0)) return false;
    if (to.emplace(a.pixels[i], b.pixels[i]).first->second != b.pixels[i]) return false;
    if (from.emplace(b.pixels[i], a.pixels[i]).first->second != a.pixels[i]) return false;
  }
  return true;
}

TEST(OpsPieces, OneObjectIsCutAsItsMaskIs) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Mask2 mask = blocks(90, 50, seed, static_cast<int>(2 + 3 * seed));
    const Labels2 twin = basins(distance_to(inverse(mask)), mask, 0.07, 3).labels;
    NeckCutter cutter(mask.width, mask.height, {0, 3, 0.07});
    std::vector<PixelRun> runs = runs_of(mask);
    std::vector<std::int32_t> parts;
    const std::int32_t count = cutter.cut(runs, parts);
    EXPECT_EQ(count, greatest_label(twin));
    Labels2 labels(mask.width, mask.height);
    std::size_t at = 0;
    for (const PixelRun& run : runs) {
      for (std::size_t x = run.begin; x < run.end; ++x) labels.at(x, run.y) = parts.at(at++);
    }
    EXPECT_EQ(at, parts.size());
    EXPECT_TRUE(same_parts(labels, twin)) << seed;
    EXPECT_EQ(split_by_shape(mask, {SplitBy::kShape, 0, 3, 0.07}), twin) << seed;  // the numbers, too
  }
}

/// Pixels that a set reaches by steps over the 4 and the 8 neighbours in turn, over `open` ones alone.
Mask2 reached(Mask2 mask, const Mask2& open, int steps) {
  for (int step = 0; step < steps; ++step) {
    const Mask2 before = mask;
    for (std::size_t y = 0; y < mask.height; ++y) {
      for (std::size_t x = 0; x < mask.width; ++x) {
        if (open.at(x, y) == 0) continue;
        for (std::size_t v = y > 0 ? y - 1 : 0; v <= std::min(y + 1, mask.height - 1); ++v) {
          for (std::size_t u = x > 0 ? x - 1 : 0; u <= std::min(x + 1, mask.width - 1); ++u) {
            if (before.at(u, v) != 0 && (step % 2 == 1 || u == x || v == y)) mask.at(x, y) = 1;
          }
        }
      }
    }
  }
  return mask;
}

TEST(OpsPieces, BandsAlongEdgesAreThoseOfASlowTwin) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Labels2 labels(150, 40);  // some objects lie across the ends of words
    const Mask2 mask = blocks(labels.width, labels.height, seed, 25);
    for (std::size_t i = 0; i < mask.pixels.size(); ++i) labels.pixels[i] = mask.pixels[i];
    const std::size_t count = separate_pieces(labels);
    std::vector<std::uint8_t> keep(count + 1, 1);
    keep[0] = 0;
    if (count > 3) keep[2] = 0;
    Image2 light(labels.width, labels.height);
    for (std::size_t i = 0; i < light.pixels.size(); ++i) light.pixels[i] = static_cast<float>(i * 7 % 31);
    Mask2 ground(labels.width, labels.height);
    for (std::size_t i = 0; i < ground.pixels.size(); ++i) {
      ground.pixels[i] = keep[static_cast<std::size_t>(labels.pixels[i])] == 0 ? 1 : 0;
    }
    const Mask2 near = reached(ground, Mask2(labels.width, labels.height, 1), 3);
    const std::vector<EdgeLight> found = edge_light(light, labels, runs_of(labels), keep, 3);
    for (std::size_t l = 1; l <= count; ++l) {
      EdgeLight twin;
      Mask2 own(labels.width, labels.height);
      for (std::size_t i = 0; i < own.pixels.size(); ++i)
        own.pixels[i] = labels.pixels[i] == static_cast<int>(l) ? 1 : 0;
      const Mask2 around = reached(own, ground, 3);
      for (std::size_t i = 0; i < own.pixels.size(); ++i) {
        const double here = light.pixels[i];
        if (own.pixels[i] != 0) twin.all += here;
        if (keep[l] == 0) continue;
        if (own.pixels[i] != 0 && near.pixels[i] != 0) twin.in += here, ++twin.n_in;
        if (own.pixels[i] == 0 && around.pixels[i] != 0) twin.out += here, ++twin.n_out;
      }
      EXPECT_EQ(found[l].all, twin.all);
      EXPECT_EQ(found[l].in, twin.in);
      EXPECT_EQ(found[l].n_in, twin.n_in);
      EXPECT_EQ(found[l].out, twin.out);
      EXPECT_EQ(found[l].n_out, twin.n_out);
    }
  }
}

}  // namespace
}  // namespace vesica
