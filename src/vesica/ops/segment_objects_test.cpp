// SPDX-License-Identifier: Apache-2.0
// Objects of label images: ImageJ's own numbers for shapes and backgrounds, closed forms, slow obvious twins.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/ops/segment_background.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_regions.h"
#include "vesica/ops/segment_score.h"
#include "vesica/ops/segment_tree.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {
namespace {

Labels2 labels_of(const Mask2& mask) { return components(mask, true).labels; }

Mask2 disc(std::size_t width, std::size_t height, double cx, double cy, double radius) {
  Mask2 out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double dx = static_cast<double>(x) - cx, dy = static_cast<double>(y) - cy;
      out.at(x, y) = dx * dx + dy * dy <= radius * radius ? 1 : 0;
    }
  }
  return out;
}

Mask2 both(Mask2 a, const Mask2& b) {
  for (std::size_t i = 0; i < a.pixels.size(); ++i) a.pixels[i] |= b.pixels[i];
  return a;
}

/// Seven shapes, given to ImageJ by the same formulas.
bool inside(int which, int x, int y) {
  const double dx = x - 20, dy = y - 16;
  if (which == 0) return dx * dx + dy * dy <= 100;
  if (which == 1) {
    const double a = dx * 0.8 + dy * 0.6, b = -dx * 0.6 + dy * 0.8;
    return a * a / 196 + b * b / 36 <= 1;
  }
  if (which == 2) return (x >= 5 && x < 12 && y >= 4 && y < 25) || (x >= 5 && x < 30 && y >= 19 && y < 25);
  if (which == 3) return (x == 7 && y == 7) || (x == 8 && y == 8) || (x == 9 && y == 8);
  if (which == 4) return dx * dx + dy * dy <= 150 + 70 * std::sin(5 * std::atan2(dy, dx) + 0.3);
  if (which == 5) return x == 3 && y == 3;
  return x >= 10 && x < 14 && y >= 5 && y < 6;
}

TEST(OpsRegions, ShapesAreImageJs) {
  // ImageJ 1.54p, ParticleAnalyzer: area, x, y, perimeter, Feret, MinFeret, major, minor, angle, circularity,
  // roundness, solidity (its x and y count from the corner of the first pixel; it cuts circularity at 1).
  const double truth[7][12] = {
      {317, 20.5, 16.5, 67.01219330881976, 21.400934559032695, 20.615528128088304, 20.090219901261573,
       20.090219901261573, 0, 0.88707728988197, 1, 0.9188405797101449},
      {261, 20.5, 16.5, 65.84062043356595, 28.600699292150182, 12.727922061357853, 27.89592807059922, 11.91268920449074,
       142.97269795046185, 0.7565933886464106, 0.4270404330819185, 0.9321428571428572},
      {255, 13.794117647058824, 17.676470588235293, 88.48528137423857, 32.64965543462902, 20.61393766919625,
       24.53571647291395, 13.232794088808886, 144.49202159333387, 0.40926817225124335, 0.5393278041591794,
       0.6538461538461539},
      {3, 8.5, 8.166666666666668, 7.0710678118654755, 3.605551275463989, 1.7888543819998317, 3.212627565455461,
       1.1889702607541308, 151.84503376299028, 0.7539822368615502, 0.37009277811683355, 0.6666666666666666},
      {471, 20.489384288747345, 16.483014861995755, 99.39696961966999, 29.206163733020468, 27, 24.586373879130413,
       24.391389658289537, 140.467087045614, 0.5990795338532399, 0.9920694193540113, 0.7929292929292929},
      {1, 3.5, 3.5, 2.8284271247461903, 1.4142135623730951, 1, 1.1283791670353622, 1.1283791670353622, 0, 1, 1, 1},
      {4, 12, 5.5, 8.242640687119286, 4.123105625617661, 1, 4.513516668141449, 1.1283791670353622, 0,
       0.7398388250087207, 0.25, 1}};
  for (int which = 0; which < 7; ++which) {
    Mask2 mask(40, 32);
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 40; ++x) {
        mask.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) = inside(which, x, y) ? 1 : 0;
      }
    }
    const std::vector<Region> found = measure_regions(labels_of(mask));
    ASSERT_EQ(found.size(), 1U) << which;
    const Region& r = found[0];
    const double ours[12] = {static_cast<double>(r.area),
                             r.x + 0.5,
                             r.y + 0.5,
                             r.perimeter,
                             r.feret_max,
                             r.feret_min,
                             r.major,
                             r.minor,
                             std::isnan(r.angle) ? 0 : r.angle,
                             std::min(1.0, r.circularity()),
                             r.roundness(),
                             r.solidity()};
    for (int i = 0; i < 12; ++i) {
      // ImageJ's ellipse comes from a table of the outline: right to some thousandths of a pixel.
      const double tolerance = i == 6 || i == 7 || i == 10 ? 2e-3 : i == 8 ? 0.2 : 1e-9;
      EXPECT_NEAR(ours[i], truth[which][i], tolerance) << "shape " << which << ", number " << i;
    }
  }
}

TEST(OpsRegions, BoxesBordersAndSeveralObjects) {
  Labels2 labels(9, 6);
  labels.at(2, 1) = labels.at(3, 1) = labels.at(2, 2) = 7;
  labels.at(8, 5) = 2;
  const std::vector<Region> found = measure_regions(labels);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].label, 2);
  EXPECT_TRUE(found[0].on_border);
  EXPECT_FALSE(found[1].on_border);
  EXPECT_EQ(found[1].x1, 4U);
  EXPECT_EQ(found[1].y1, 3U);
  EXPECT_TRUE(measure_regions(Labels2(4, 4)).empty());
  EXPECT_TRUE(measure_regions(Labels2{}).empty());
}

TEST(OpsRegions, OutlinesFillToTheirObjects) {
  Random random(5, 2);
  Mask2 mask(30, 24);
  for (std::uint8_t& value : mask.pixels) value = random.uniform() < 0.45 ? 1 : 0;
  const Labels2 labels = labels_of(fill_holes(mask));
  const std::vector<std::size_t> areas = label_areas(labels);
  const std::vector<std::vector<Corner>> outlines = trace_outlines(labels);
  ASSERT_EQ(outlines.size(), areas.size() - 1);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    double area = 0;
    for (std::size_t k = 0; k < outlines[i].size(); ++k) {
      const Corner& a = outlines[i][k];
      const Corner& b = outlines[i][(k + 1) % outlines[i].size()];
      area += (a.y - b.y) * (a.x + b.x) / 2.0;
    }
    // Holes that are closed only across corners stay open in the mask and are filled by the outline.
    EXPECT_GE(area, static_cast<double>(areas[i + 1]));
  }
}

TEST(OpsRegions, LightOfObjectsAndTheirRings) {
  const Labels2 labels = labels_of(disc(41, 41, 20, 20, 6));
  Image2 image(41, 41, 10.0F);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (labels.pixels[i] != 0) image.pixels[i] = 50;
  }
  image.at(20, 20) = 90;
  image.at(0, 0) = 1e6F;
  image.at(21, 20) = std::numeric_limits<float>::quiet_NaN();
  const Labels2 rings = ring_labels(labels);
  const std::vector<Light> light = measure_light(labels, rings, image, 90);
  ASSERT_EQ(light.size(), 1U);
  const double n = 112;  // 113 pixels of a disc of radius 6, one of them no number
  EXPECT_EQ(light[0].pixels, 112U);
  EXPECT_NEAR(light[0].mean, (50 * (n - 1) + 90) / n, 1e-9);
  EXPECT_NEAR(light[0].sd, 40 / n * std::sqrt(n - 1), 1e-9);
  EXPECT_EQ(light[0].median, 50);
  EXPECT_EQ(light[0].max, 90);
  EXPECT_EQ(light[0].background, 10);
  EXPECT_NEAR(light[0].saturated, 1 / n, 1e-12);
  for (std::size_t y = 0; y < 41; ++y) {
    for (std::size_t x = 0; x < 41; ++x) {
      if (rings.at(x, y) == 0) continue;
      const double away = std::hypot(static_cast<double>(x) - 20, static_cast<double>(y) - 20);
      EXPECT_GT(away, 6 + 1);
      EXPECT_LT(away, 6 + 5.8);
    }
  }
  EXPECT_TRUE(std::isnan(measure_light(labels, {}, image)[0].background));
}

TEST(OpsBackground, RollingBallIsImageJs) {
  // ImageJ 1.54p: BackgroundSubtracter().rollingBallBackground(image, radius, true, false, false, true, true), the
  // background at eight pixels, its sum, the first and the last pixel.
  const double radius[4] = {5, 20, 50, 120};
  const double truth[4][11] = {{189.9168, 142.34651, 158.55624, 151.09021, 146.0, 168.44379, 137.59915, 175.68633,
                                1258905.7077789307, 189.66667, 251.33334},
                               {185.14958, 139.16782, 157.68915, 126.190346, 144.59619, 162.84149, 134.40274, 152.06372,
                                1148358.1105270386, 189.57828, 251.24495},
                               {170.48184, 139.08243, 157.27708, 124.98724, 144.08408, 162.04965, 133.94502, 151.66083,
                                1138840.806930542, 207.17447, 256.8298},
                               {143.48613, 135.7864, 156.30453, 123.72548, 142.86009, 161.91228, 131.91084, 149.34497,
                                1124989.9118652344, 172.48613, 204.414}};
  Image2 image(97, 83);
  for (std::size_t y = 0; y < 83; ++y) {
    for (std::size_t x = 0; x < 97; ++x) {
      image.at(x, y) = static_cast<float>(100 + (x * 7 + y * 13) % 11 * 3 + (x * x + y) % 17 +
                                          ((x / 9 + y / 7) % 3 == 0 ? 80 : 0) + x / 2);
    }
  }
  for (int r = 0; r < 4; ++r) {
    const Image2 found = rolling_ball(image, radius[r]);
    for (std::size_t k = 0; k < 8; ++k) {
      EXPECT_NEAR(found.at((k * 37 + 5) % 97, (k * 29 + 3) % 83), truth[r][k], 2e-4) << radius[r] << " " << k;
    }
    double sum = 0;
    for (const float value : found.pixels) sum += value;
    EXPECT_NEAR(sum, truth[r][8], 0.1);
    EXPECT_NEAR(found.at(0, 0), truth[r][9], 2e-4);
    EXPECT_NEAR(found.at(96, 82), truth[r][10], 2e-4);
  }
  EXPECT_TRUE(rolling_ball(Image2{}, 5).empty());
  EXPECT_NEAR(rolling_ball(Image2(1, 1, 7.0F), 50).at(0, 0), 7, 1e-4);
}

TEST(OpsBackground, SlowLightUnderObjectsIsFound) {
  Image2 image(200, 160);
  const auto light = [](std::size_t x, std::size_t y) { return 100 + 0.2 * static_cast<double>(x + y); };
  for (std::size_t y = 0; y < 160; ++y) {
    for (std::size_t x = 0; x < 200; ++x) {
      const bool object = x % 40 < 12 && y % 40 < 12;
      image.at(x, y) = static_cast<float>(light(x, y) + (object ? 300 : 0));
    }
  }
  for (const BackgroundMethod method :
       {BackgroundMethod::kRollingBall, BackgroundMethod::kOpening, BackgroundMethod::kMedian}) {
    const Image2 rest = without_background(image, method, 24);
    double worst = 0;
    for (std::size_t y = 40; y < 120; ++y) {
      for (std::size_t x = 40; x < 160; ++x) {
        const bool object = x % 40 < 12 && y % 40 < 12;
        worst = std::max(worst, std::abs(rest.at(x, y) - (object ? 300.0 : 0.0)));
      }
    }
    EXPECT_LT(worst, 16) << static_cast<int>(method);  // the slope over one ball: 0.2 * 2 * 24
  }
  EXPECT_EQ(without_background(image, BackgroundMethod::kNone, 24), image);
}

TEST(OpsBackground, FlatFieldsDivide) {
  Image2 flat(4, 1, 200.0F), dark(4, 1, 20.0F), image(4, 1);
  flat.at(3, 0) = 20;
  flat.at(1, 0) = 110;
  for (std::size_t x = 0; x < 4; ++x) image.at(x, 0) = 20 + 0.5F * (flat.at(x, 0) - 20);
  const Image2 even = flat_field(image, flat, dark);
  EXPECT_NEAR(even.at(0, 0), 75, 1e-4);  // half of the mean of 180, 90, 180
  EXPECT_NEAR(even.at(1, 0), 75, 1e-4);
  EXPECT_TRUE(std::isnan(even.at(3, 0)));
}

TEST(OpsLabels, NumberingBordersAndSizes) {
  Labels2 labels(6, 4);
  labels.at(4, 0) = 9;
  labels.at(1, 1) = labels.at(2, 1) = 3;
  labels.at(4, 2) = 3;  // the same label in another place
  EXPECT_EQ(greatest_label(labels), 9);
  Labels2 pieces = labels;
  EXPECT_EQ(separate_pieces(pieces), 3U);
  EXPECT_EQ(pieces.at(4, 2), 3);
  EXPECT_EQ(relabel(labels), 2U);
  EXPECT_EQ(labels.at(4, 0), 1);
  EXPECT_EQ(labels.at(4, 2), 2);
  EXPECT_EQ(remove_border_objects(labels), 1U);
  EXPECT_EQ(labels.at(1, 1), 1);
  Labels2 sized = pieces;
  EXPECT_EQ(filter_by_area(sized, 2, 5), 1U);
  EXPECT_EQ(area(mask_of(sized)), 2U);
  EXPECT_EQ(remove_border_objects(pieces, 1), 0U);
  Labels2 none;
  EXPECT_EQ(relabel(none), 0U);
  EXPECT_EQ(greatest_label(none), 0);
}

TEST(OpsLabels, HolesOfOneLabelAreFilled) {
  Labels2 labels(12, 7, 0);
  for (std::size_t y = 1; y < 6; ++y) {
    for (std::size_t x = 1; x < 6; ++x) labels.at(x, y) = 1;
    for (std::size_t x = 6; x < 11; ++x) labels.at(x, y) = 2;
  }
  labels.at(3, 3) = 0;                    // inside 1
  labels.at(5, 2) = labels.at(6, 2) = 0;  // between both
  fill_label_holes(labels);
  EXPECT_EQ(labels.at(3, 3), 1);
  EXPECT_EQ(labels.at(5, 2), 0);
  labels.at(8, 3) = 0;
  fill_label_holes(labels, 0.5);
  EXPECT_EQ(labels.at(8, 3), 0);
}

TEST(OpsLabels, NearestAgreesWithItsTwin) {
  Random random(11, 3);
  Labels2 seeds(27, 19);
  for (std::int32_t& value : seeds.pixels) value = random.uniform() < 0.02 ? static_cast<int>(random.below(4)) + 1 : 0;
  const NearestLabels found = nearest_labels(seeds);
  for (std::size_t y = 0; y < 19; ++y) {
    for (std::size_t x = 0; x < 27; ++x) {
      double best = std::numeric_limits<double>::infinity();
      bool same = false;
      for (std::size_t v = 0; v < 19; ++v) {
        for (std::size_t u = 0; u < 27; ++u) {
          if (seeds.at(u, v) == 0) continue;
          const double dx = static_cast<double>(u) - static_cast<double>(x);
          const double dy = static_cast<double>(v) - static_cast<double>(y);
          const double square = dx * dx + dy * dy;
          if (square < best) same = false;
          if (square <= best) same = same || seeds.at(u, v) == found.label.at(x, y);
          best = std::min(best, square);
        }
      }
      EXPECT_EQ(found.squared.at(x, y), static_cast<float>(best));
      EXPECT_TRUE(same) << x << " " << y;
    }
  }
  EXPECT_TRUE(std::isinf(nearest_labels(Labels2(3, 2)).squared.at(1, 1)));
  const Labels2 grown = expand_labels(seeds, 2);
  for (std::size_t i = 0; i < grown.pixels.size(); ++i) EXPECT_EQ(grown.pixels[i] != 0, found.squared.pixels[i] <= 4);
}

// A square's likeness to an ellipse is 3 / pi: two bright ones on a dim bridge give way to none but themselves.
TEST(OpsRegionTrees, HalvesOfABridgedPieceAreChosen) {
  std::vector<PixelRun> runs;
  std::vector<std::uint8_t> levels, left;
  const auto add = [&](std::uint32_t y, std::uint32_t begin, std::uint32_t end) {
    runs.push_back({y, begin, end, 0});
    for (std::uint32_t x = begin; x < end; ++x) {
      levels.push_back(x < 19 || x >= 22 ? 7 : 1);
      left.push_back(x < 19 ? 1 : 0);
    }
  };
  for (std::uint32_t y = 5; y < 14; ++y) {
    if (y == 9) {
      add(y, 10, 31);
    } else {
      add(y, 10, 19);
      add(y, 22, 31);
    }
  }
  std::vector<std::int32_t> labels(levels.size());
  RegionTrees trees;
  const RunPieces::Box box = {10, 5, 31, 14, static_cast<std::uint32_t>(levels.size())};
  const std::vector<double> scores = trees.choose(runs, box, levels, {0.92, 1, 1000}, 5, labels);
  ASSERT_EQ(scores.size(), 2U);
  for (const double each : scores) EXPECT_NEAR(each, 81 * (3 / std::numbers::pi - 0.92), 1e-5);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(labels[i] != 0, levels[i] == 7);
    if (levels[i] == 7) {
      EXPECT_EQ(labels[i] == labels[0], left[i] == 1);
    }
  }
  EXPECT_EQ(std::min(labels.front(), labels.back()), 5);
  EXPECT_EQ(std::max(labels.front(), labels.back()), 6);
}

TEST(OpsWatershed, TwoDiscsAreCutAtTheirWaist) {
  const Mask2 mask = both(disc(80, 50, 28, 25, 14), disc(80, 50, 50, 25, 14));
  const Image2 flat(80, 50, 1.0F);
  for (const double sigma : {0.0, 1.5}) {
    const Labels2 parts = split_touching(flat, mask, {SplitBy::kShape, sigma, 5, 0.05});
    EXPECT_EQ(greatest_label(parts), 2) << sigma;
    for (std::size_t y = 0; y < 50; ++y) {
      for (std::size_t x = 0; x < 80; ++x) {
        if (mask.at(x, y) == 0 || (x >= 38 && x <= 40)) continue;
        EXPECT_EQ(parts.at(x, y), x < 39 ? 1 : 2) << x << " " << y;
      }
    }
  }
  EXPECT_EQ(greatest_label(split_touching(flat, mask, {SplitBy::kNone, 0, 0, 0})), 1);
  EXPECT_EQ(greatest_label(split_touching(flat, mask, {SplitBy::kShape, 1, 5, 0.9})), 1);  // no waist is that deep
  EXPECT_EQ(greatest_label(split_touching(flat, mask, {SplitBy::kShape, 1, 40, 0})), 1);   // too near each other
}

TEST(OpsWatershed, IntensityTellsApartWhatShapeCannot) {
  Mask2 mask(60, 30);
  Image2 image(60, 30);
  for (std::size_t y = 8; y < 22; ++y) {
    for (std::size_t x = 8; x < 52; ++x) {
      mask.at(x, y) = 1;
      image.at(x, y) = static_cast<float>(100 - 40 * std::cos(static_cast<double>(x - 8) * std::numbers::pi / 11));
    }
  }
  EXPECT_EQ(greatest_label(split_touching(image, mask, {SplitBy::kIntensity, 1.5, 4, 0.1})), 2);
  EXPECT_EQ(greatest_label(split_touching(image, mask, {SplitBy::kShape, 1.5, 4, 0.1})), 1);
}

TEST(OpsWatershed, EveryPieceKeepsAnObject) {
  Random random(3, 9);
  Mask2 mask(50, 40);
  Image2 image(50, 40);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) {
    mask.pixels[i] = random.uniform() < 0.4 ? 1 : 0;
    image.pixels[i] = static_cast<float>(random.uniform(-1, 1));
  }
  const std::size_t pieces = components(mask, true).objects.size();
  const Basins deep = basins(image, mask, 1e9, 0);
  EXPECT_EQ(deep.peaks.size(), pieces);
  const Basins all = basins(image, mask, 0, 0);
  EXPECT_GE(all.peaks.size(), pieces);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) EXPECT_EQ(all.labels.pixels[i] != 0, mask.pixels[i] != 0);
  for (std::size_t k = 0; k < all.peaks.size(); ++k) {
    EXPECT_EQ(all.labels.pixels[all.peaks[k]], static_cast<std::int32_t>(k) + 1);
  }
}

TEST(OpsWatershed, FloodsInOrderAndSharesPlateaus) {
  Image2 height(9, 1);
  Labels2 markers(9, 1);
  markers.at(0, 0) = 1;
  markers.at(8, 0) = 2;
  const Mask2 mask(9, 1, 1);
  Labels2 flat = watershed(height, markers, mask);
  EXPECT_EQ(flat.at(3, 0), 1);
  EXPECT_EQ(flat.at(5, 0), 2);
  height.at(6, 0) = 5;  // a wall: 1 floods everything up to it
  const Labels2 walled = watershed(height, markers, mask);
  EXPECT_EQ(walled.at(5, 0), 1);
  EXPECT_EQ(walled.at(7, 0), 2);
  Mask2 cut = mask;
  cut.at(4, 0) = 0;
  markers.at(8, 0) = 0;
  EXPECT_EQ(watershed(height, markers, cut).at(6, 0), 0);
}

TEST(OpsWatershed, CellsFollowEdgesOrDistance) {
  Labels2 seeds(40, 11);
  seeds.at(5, 5) = 1;
  seeds.at(34, 5) = 2;
  const Mask2 mask(40, 11, 1);
  Image2 image(40, 11);
  for (std::size_t y = 0; y < 11; ++y) {
    for (std::size_t x = 0; x < 26; ++x) image.at(x, y) = 100;
  }
  const Labels2 by_edge = propagate(seeds, mask, image, 1e-4), by_length = propagate(seeds, mask, image, 1e4);
  EXPECT_EQ(by_edge.at(24, 5), 1);
  EXPECT_EQ(by_edge.at(27, 5), 2);
  EXPECT_EQ(by_length.at(18, 5), 1);
  EXPECT_EQ(by_length.at(21, 5), 2);
  const Labels2 straight = voronoi(seeds, mask);
  EXPECT_EQ(straight.at(19, 5), 1);
  EXPECT_EQ(straight.at(20, 5), 2);
}

TEST(OpsScore, MatchesOneToOneAndCounts) {
  Labels2 truth(20, 10), found(20, 10);
  for (std::size_t y = 0; y < 10; ++y) {
    for (std::size_t x = 0; x < 6; ++x) truth.at(x, y) = 1;
    for (std::size_t x = 6; x < 12; ++x) truth.at(x, y) = 2;
    for (std::size_t x = 0; x < 12; ++x) found.at(x, y) = 1;  // both merged: IoU 0.5 with each
    for (std::size_t x = 15; x < 20; ++x) truth.at(x, y) = 3;
    for (std::size_t x = 16; x < 20; ++x) found.at(x, y) = 5;  // IoU 0.8
  }
  std::vector<std::pair<int, int>> pairs;
  const SegmentationScore at_half = score_segmentation(truth, found, 0.5, &pairs);
  EXPECT_EQ(at_half.matched, 2U);
  EXPECT_EQ(at_half.missed, 1U);
  EXPECT_EQ(at_half.invented, 0U);
  EXPECT_NEAR(at_half.iou_sum, 1.3, 1e-12);
  EXPECT_NEAR(at_half.f1(), 0.8, 1e-12);
  EXPECT_NEAR(at_half.precision(), 2.0 / 3, 1e-12);
  EXPECT_NEAR(at_half.quality(), 1.3 / 2.5, 1e-12);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[1], std::make_pair(3, 5));
  EXPECT_EQ(score_segmentation(truth, found, 0.81).matched, 0U);
  EXPECT_TRUE(std::isnan(score_segmentation(Labels2(3, 3), Labels2(3, 3)).f1()));
  EXPECT_EQ(score_segmentation(truth, truth).quality(), 1);
}

TEST(OpsScore, ManyPairsGoBeforeOneGoodPair) {
  // Truth 1 overlaps found 1 well and found 2 a little, truth 2 only found 1: two matches are possible.
  Labels2 truth(30, 1), found(30, 1);
  for (std::size_t x = 0; x < 14; ++x) truth.at(x, 0) = 1;
  for (std::size_t x = 14; x < 20; ++x) truth.at(x, 0) = 2;
  for (std::size_t x = 0; x < 4; ++x) found.at(x, 0) = 2;
  for (std::size_t x = 4; x < 20; ++x) found.at(x, 0) = 1;
  const SegmentationScore score = score_segmentation(truth, found, 0.2);
  EXPECT_EQ(score.matched, 2U);
  EXPECT_NEAR(score.iou_sum, 4.0 / 14 + 6.0 / 16, 1e-12);
}

}  // namespace
}  // namespace vesica
