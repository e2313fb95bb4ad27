// SPDX-License-Identifier: Apache-2.0
// What works piece by piece against slow twins that look at the whole field.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/segment_depth.h"
#include "vesica/ops/segment_labels.h"
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

}  // namespace
}  // namespace vesica
