// SPDX-License-Identifier: Apache-2.0
// Real pictures: synthetic vesicles on real nuclei, and public sets of spots.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "phantoms/cell_uptake.h"
#include <gtest/gtest.h>

#include "vesica/assays/cell_uptake/cell_uptake.h"
#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/random.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_regions.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica {
namespace {

std::filesystem::path data_folder() {
  const char* folder = std::getenv("VESICA_DATA");
  return folder == nullptr ? std::filesystem::path() : std::filesystem::path(folder);
}

std::shared_ptr<const ImageSource> opened(const std::filesystem::path& path) {
  return open_image(path, recognise(path).id, path.filename().string());
}

struct Put {
  double x, y;
};

struct Synthetic {
  Image2 light;
  std::size_t cells = 0, positive = 0;
  std::vector<Put> spots;
};

constexpr double kApart = 4;  // pixels, three sigma: what a microscope resolves

/// Vesicles (or none), none nearer to another than kApart, in the regions within 14 pixels of labelled nuclei; `share`
/// of the cells hold some.
Synthetic paint(const Labels2& labels, double share, double height, std::uint64_t seed) {
  Synthetic out;
  const Labels2 cells = expand_labels(labels, 14);
  const Image2 distance = distance_to(mask_of(labels));
  out.light = Image2(labels.width, labels.height, 100.0F);
  for (std::size_t i = 0; i < cells.pixels.size(); ++i) {
    if (cells.pixels[i] > 0)
      out.light.pixels[i] += std::max(0.0F, 60 * (1 - distance.pixels[i] / 14));  // haze, gently ending
  }
  std::vector<std::vector<std::size_t>> places(static_cast<std::size_t>(greatest_label(labels)) + 1);
  for (std::size_t i = 0; i < cells.pixels.size(); ++i) {
    if (cells.pixels[i] > 0 && distance.pixels[i] > 1 && distance.pixels[i] < 12)
      places[static_cast<std::size_t>(cells.pixels[i])].push_back(i);
  }
  const std::vector<std::uint8_t> border = labels_on_border(labels);
  Random random(seed, 77);
  for (std::size_t label = 1; label < places.size(); ++label) {
    if (places[label].size() < 50) continue;
    const bool positive = random.uniform() < share;
    if (border[label] == 0) {
      ++out.cells;
      out.positive += positive ? 1 : 0;
    }
    const std::uint64_t count = (positive ? 6 + random.poisson(3) : 0) + random.poisson(0.5);
    for (std::uint64_t k = 0; k < count; ++k) {
      const std::size_t place = places[label][random.below(places[label].size())];
      const double x = static_cast<double>(place % labels.width) + random.uniform(-0.5, 0.5);
      const double y = static_cast<double>(place / labels.width) + random.uniform(-0.5, 0.5);
      const bool near = std::any_of(out.spots.begin(), out.spots.end(),
                                    [&](const Put& other) { return std::hypot(other.x - x, other.y - y) < kApart; });
      if (near) continue;
      add_point_light(out.light, x, y, height, 1.3);
      out.spots.push_back({x, y});
    }
  }
  out.light = photographed(out.light, 3, seed, 5);
  return out;
}

Reading reading_of(const Image2& nuclei, const Image2& vesicles) {
  ImageInfo info;
  info.channels = 2;
  info.channel_names = {"DAPI", "PKH26"};
  info.bits = 16;
  info.voxel_um[0] = info.voxel_um[1] = {0.5, KnownFrom::kGiven, "test"};
  return {"field.tif", std::string(64, '0'), "tiff",
          std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), {nuclei, vesicles})})};
}

double value_of(const Outcome& outcome, std::string_view quantity) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    if (outcome.observations.quantity(i) == quantity) return outcome.observations.value(i);
  }
  return kNaN;
}

TEST(DataCellUptakeSlow, VesiclesOnRealNuclei) {
  const std::filesystem::path folder = data_folder() / "nuclei" / "bbbc039" / "open";
  if (data_folder().empty() || !std::filesystem::exists(folder)) GTEST_SKIP() << "VESICA_DATA";
  AnySettings any = kCellUptakeAssay.make_settings();
  auto& settings = any.get<cell_uptake::Settings>();
  settings.spot_sigma_um = 0.65;
  settings.cell_um = 7;
  settings.overlays = settings.tables = settings.label_images = false;
  std::vector<std::filesystem::path> fields;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".tif") fields.push_back(entry.path());
  }
  std::sort(fields.begin(), fields.end());
  ASSERT_GE(fields.size(), 6U);
  std::vector<Reading> dye;
  std::size_t hits = 0, found = 0, truth = 0, cells = 0, positive = 0;
  double weighted = 0, counted = 0;
  std::vector<Calibration> controls;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Image2 nuclei = opened(fields[i])->read_frame(0);
    const std::filesystem::path masks = fields[i].parent_path() / (fields[i].stem().string() + "_label.png");
    const Image2 grey = opened(masks)->read_frame(0);
    Labels2 labels(grey.width, grey.height);
    for (std::size_t k = 0; k < grey.pixels.size(); ++k) labels.pixels[k] = static_cast<std::int32_t>(grey.pixels[k]);
    separate_pieces(labels);
    // Height 5 times the noise of a pixel in the haze at a nucleus (160 photons, camera 3: 13).
    if (i < 2) {
      dye.push_back(reading_of(nuclei, paint(labels, 0, 65, i).light));
      if (i == 1) controls.push_back(kCellUptakeAssay.calibrate(dye, "dye_only", any, Context{}));
      continue;
    }
    const Synthetic put = paint(labels, 0.4, 65, 40 + i);
    SpotSettings how;
    const SpotField seen = find_spots(put.light, how, Context{});
    std::vector<bool> taken(put.spots.size(), false);
    for (const Spot& spot : seen.spots) {
      for (std::size_t k = 0; k < put.spots.size(); ++k) {
        if (taken[k] || std::hypot(put.spots[k].x - spot.x, put.spots[k].y - spot.y) > 2) continue;
        taken[k] = true;
        ++hits;
        break;
      }
    }
    found += seen.spots.size();
    truth += put.spots.size();
    cells += put.cells;
    positive += put.positive;
    InputFacts facts;
    facts.source = "cell_uptake";
    const Outcome out = kCellUptakeAssay.measure(reading_of(nuclei, put.light), controls, any, facts, Context{});
    weighted += value_of(out, "uptake.corrected_fraction") * value_of(out, "uptake.cells");
    counted += value_of(out, "uptake.cells");
  }
  const double f1 = 2.0 * static_cast<double>(hits) / static_cast<double>(found + truth);
  const double share = weighted / counted, right = static_cast<double>(positive) / static_cast<double>(cells);
  std::printf("spots F1 %.3f (%zu true), positive fraction %.3f, true %.3f of %zu cells\n", f1, truth, share, right,
              cells);
  EXPECT_GE(f1, 0.95);
  EXPECT_NEAR(share, right, 0.03);
}

TEST(DataCellUptake, WrongChannelsOfRealCellsAreTold) {
  const std::filesystem::path folder = data_folder() / "nuclei" / "cellprofiler_human" / "images";
  if (data_folder().empty() || !std::filesystem::exists(folder)) GTEST_SKIP() << "VESICA_DATA";
  std::vector<Image2> planes;  // Hoechst, phospho-H3 in a few of the nuclei, actin
  for (const char* channel : {"d0", "d1", "d2"}) {
    planes.push_back(opened(folder / ("AS_09125_050116030001_D03f00" + std::string(channel) + ".tif"))->read_frame(0));
  }
  AnySettings any = kCellUptakeAssay.make_settings();
  any.get<cell_uptake::Settings>().pixel_um = 0.65;
  any.get<cell_uptake::Settings>().overlays = any.get<cell_uptake::Settings>().tables = false;
  const auto told = [&](std::size_t nuclei, std::size_t vesicles) {
    InputFacts facts;
    facts.source = "cell_uptake";
    const Outcome out =
        kCellUptakeAssay.measure(reading_of(planes[nuclei], planes[vesicles]), {}, any, facts, Context{});
    return std::any_of(out.issues.begin(), out.issues.end(),
                       [](const Issue& issue) { return issue.kind.starts_with("uptake.channel"); });
  };
  EXPECT_FALSE(told(0, 1));
  EXPECT_FALSE(told(0, 2));
  EXPECT_TRUE(told(1, 0));
  EXPECT_TRUE(told(2, 0));
}

TEST(DataSpots, PublicPicturesHaveSaneCounts) {
  const std::filesystem::path folder = data_folder() / "puncta";
  if (data_folder().empty() || !std::filesystem::exists(folder)) GTEST_SKIP() << "VESICA_DATA";
  // Binary vesicles: components of a point's width have their spot; wider ones are no points.
  const Image2 binary = opened(folder / "neubias_spots_vesicles" / "xy_8bit_binary__many_vesicles.tif")->read_frame(0);
  const Components parts =
      components(inverse(below(binary, 0.5 * *std::max_element(binary.pixels.begin(), binary.pixels.end()))), true);
  SpotSettings narrow;
  narrow.sigma_px = 0.9;
  const SpotField vesicles = find_spots(binary, narrow, Context{});
  std::vector<std::size_t> inside(parts.objects.size(), 0);
  for (const Spot& spot : vesicles.spots) {
    const std::int32_t label =
        parts.labels.at(static_cast<std::size_t>(std::lround(spot.x)), static_cast<std::size_t>(std::lround(spot.y)));
    if (label > 0) ++inside[static_cast<std::size_t>(label) - 1];
  }
  std::size_t points = 0, once = 0;
  for (std::size_t i = 0; i < parts.objects.size(); ++i) {
    if (parts.objects[i].area < 4 || parts.objects[i].area > 16) continue;
    ++points;
    once += inside[i] == 1 ? 1 : 0;
  }
  std::printf("binary vesicles: %zu components, %zu of 4 to 16 pixels, of these %zu with one spot\n",
              parts.objects.size(), points, once);
  // Blobs: the table's objects.
  const Image2 blobs = opened(folder / "haase_beads_blobs" / "blobs.tif")->read_frame(0);
  SpotSettings big;
  big.rule = SpotRule::kLi;
  big.sigma_px = 6;  // the table's median equivalent diameter of 21 pixels is that of a Gaussian of 6 to 9
  const SpotField found = find_spots(blobs, big, Context{});
  std::printf("blobs: %zu spots (61 in the table)\n", found.spots.size());
  const Image2 noisy =
      opened(folder / "neubias_spots_vesicles" / "xy_calibrated_16bit__cells_eres_noisy.tif")->read_frame(0);
  const SpotField exits = find_spots(noisy, {}, Context{});
  std::printf("ER exit sites: %zu spots, noise %.1f, %.0f expected of noise\n", exits.spots.size(), exits.noise,
              exits.expected_false);
  const Image2 foci = opened(folder / "cellprofiler_speckles" / "images" / "1-162hrh2ax2.tif")->read_frame(0);
  const SpotField h2ax = find_spots(foci, {}, Context{});
  std::printf("H2AX foci: %zu spots, noise %.1f, %.0f expected of noise\n", h2ax.spots.size(), h2ax.noise,
              h2ax.expected_false);
  // No pictures of points: wide components hold several maxima, touching blobs share one. Sane means the right size.
  EXPECT_NEAR(static_cast<double>(vesicles.spots.size()) / static_cast<double>(parts.objects.size()), 1, 0.3);
  EXPECT_GE(static_cast<double>(once), 0.75 * static_cast<double>(points));
  EXPECT_GT(exits.spots.size(), 100U);
  EXPECT_GT(h2ax.spots.size(), 200U);
  EXPECT_NEAR(static_cast<double>(found.spots.size()), 61, 9);
}

}  // namespace
}  // namespace vesica
