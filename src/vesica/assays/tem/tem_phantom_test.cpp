// SPDX-License-Identifier: Apache-2.0
// Phantoms of known outlines: what is found, how large it is, whether pairs come apart; bars of every style.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "phantoms/tem.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vesica/assays/tem/tem.h"
#include "vesica/assays/tem/tem_scale.h"
#include "vesica/base/os/files.h"
#include "vesica/base/random.h"
#include "vesica/io/images.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_regions.h"
#include "vesica/ops/segment_score.h"

namespace vesica::tem {

namespace {

/// The truth without what the assay is not asked for: less than a third of a vesicle in the field.
Labels2 asked_for(const TemScene& scene) {
  Labels2 out = scene.truth;
  std::map<std::int32_t, double> seen;
  for (const std::int32_t label : out.pixels) seen[label] += 1;
  for (std::int32_t& label : out.pixels) {
    if (label == 0) continue;
    const TemVesicle& v = scene.vesicles[static_cast<std::size_t>(label - 1)];
    if (seen[label] < std::numbers::pi * v.major * v.minor / 3) label = 0;
  }
  return out;
}

struct Found {
  SegmentationScore score;
  double error = 0;     ///< mean of found / true diameter - 1 over whole vesicles
  double absolute = 0;  ///< mean magnitude of it
  std::size_t whole = 0, pairs = 0, split = 0;
  double true_mean = 0, mean = 0;
};
Found found_in(const TemPhantomSettings& settings, std::uint64_t seed) {
  const TemScene scene = tem_scene(settings, seed);
  const Field field{scene.grey, {}, 0};
  Context context;
  context.threads = 2;
  const Segmented result = segment_field(field, {}, settings.pixel_nm, context);
  EXPECT_EQ(result.bright, !settings.dark);
  Found out;
  std::vector<std::pair<int, int>> matches;
  const Labels2 truth = asked_for(scene);
  out.score = score_segmentation(truth, result.labels, 0.5, &matches);
  std::map<int, Particle> particles;
  for (const Particle& particle : measure_particles(field, result.labels, result.bright))
    particles[particle.label] = particle;
  std::map<int, int> found;
  for (const auto& [label, object] : matches) {
    found[label] = object;
    const Particle& particle = particles.at(object);
    if (particle.cut) continue;
    const TemVesicle& v = scene.vesicles[static_cast<std::size_t>(label - 1)];
    const double truth_d = 2 * std::sqrt(v.major * v.minor);
    out.error += particle.diameter / truth_d - 1;
    out.absolute += std::abs(particle.diameter / truth_d - 1);
    out.true_mean += truth_d, out.mean += particle.diameter;
    ++out.whole;
  }
  // Partners stand one after the other, their distance the sum of their radii.
  for (std::size_t i = 0; i + 1 < scene.vesicles.size(); ++i) {
    const TemVesicle &a = scene.vesicles[i], &b = scene.vesicles[i + 1];
    if (std::hypot(a.x - b.x, a.y - b.y) > a.major + b.major + 1e-6) continue;
    const auto inside = [&](const TemVesicle& v) {
      return v.x > v.major && v.y > v.major && v.x < static_cast<double>(settings.width) - v.major &&
             v.y < static_cast<double>(settings.height) - v.major;
    };
    if (!inside(a) || !inside(b)) continue;
    ++out.pairs;
    out.split += found.contains(static_cast<int>(i + 1)) && found.contains(static_cast<int>(i + 2)) ? 1 : 0;
  }
  return out;
}

TEST(TemPhantom, VesiclesAreFoundAndHaveTheirSize) {
  TemPhantomSettings settings;
  settings.width = settings.height = 512;
  settings.pixel_nm = 2.4;
  settings.vesicles = 20;
  const Found found = found_in(settings, 5);
  EXPECT_GE(found.score.f1(), 0.95);
  EXPECT_NEAR(found.error / static_cast<double>(found.whole), 0, 0.02);
}

TEST(TemPhantomSlow, TwentyFieldsOfEveryKind) {
  SegmentationScore all;
  double error = 0, absolute = 0, whole = 0;
  std::size_t pairs = 0, split = 0;
  for (const double pixel_nm : {0.6, 1.2, 2.4, 3.5}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      TemPhantomSettings settings;
      settings.pixel_nm = pixel_nm;
      settings.width = settings.height = static_cast<std::int64_t>(1230 / pixel_nm);
      settings.dark = seed == 5;
      const Found found = found_in(settings, seed);
      all += found.score;
      error += found.error, absolute += found.absolute, whole += static_cast<double>(found.whole);
      pairs += found.pairs, split += found.split;
      std::cout << fmt::format("{} nm, seed {}: {} found, {} missed, {} invented; diameter {:+.2f} %\n", pixel_nm, seed,
                               found.score.matched, found.score.missed, found.score.invented,
                               100 * found.error / static_cast<double>(found.whole));
      EXPECT_NEAR(found.error / static_cast<double>(found.whole), 0, 0.02) << pixel_nm << " " << seed;
    }
  }
  std::cout << fmt::format("F1 {:.3f}, IoU {:.3f}, diameter {:+.2f} % (magnitude {:.2f} %), pairs {} of {}\n", all.f1(),
                           all.iou_sum / static_cast<double>(all.matched), 100 * error / whole, 100 * absolute / whole,
                           split, pairs);
  EXPECT_GE(all.f1(), 0.95);
  EXPECT_NEAR(error / whole, 0, 0.02);
  EXPECT_LE(absolute / whole, 0.02);
  EXPECT_EQ(split, pairs);
  EXPECT_GE(pairs, 20U);
}

/// A bar of the given number, of every style in turn.
std::pair<TemBar, double> bar_number(std::size_t i) {
  static const std::pair<double, const char*> kLabels[] = {
      {500, "500 nm"},        {200, "200 nm"}, {100, "100 nm"},       {50, "50 nm"}, {1000, "1 \xC2\xB5m"},
      {200, "0.2 \xC2\xB5m"}, {500, "0.5 um"}, {2000, "2 \xC2\xB5m"}, {20, "20 nm"}, {100, "100nm"}};
  static const char* kPlaces[] = {"above", "below", "right"};
  Random random(77, i);
  TemBar bar;
  bar.nm = kLabels[i % 10].first;
  bar.label = kLabels[i % 10].second;
  bar.bright = i % 2 == 0;
  bar.banner = i % 5 == 3;
  bar.right = i % 4 == 1;
  bar.top = i % 7 == 2;
  bar.place = kPlaces[i % 3];
  bar.caps = i % 6 == 4;
  bar.halo = !bar.banner;
  bar.thickness = 4 + static_cast<std::int64_t>(random.below(9));
  bar.letters = 18 + static_cast<std::int64_t>(random.below(28));
  const double length = random.uniform(60, 260);
  return {bar, bar.nm / length};
}

TEST(TemBarsSlow, FiftyBarsAreReadAndMeasured) {
  TemPhantomSettings settings;
  settings.width = 700, settings.height = 500;
  settings.pixel_nm = 2;
  settings.scale = "none";
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "vesica_tem_bars";
  make_folder(folder);
  std::size_t right = 0, wrong = 0;
  double worst = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    const auto [bar, pixel_nm] = bar_number(i);
    TemScene scene = tem_scene(settings, 1 + i % 5);
    draw_bar(bar, pixel_nm, scene.grey, scene.truth);
    const char* kind = i % 2 == 0 ? "jpeg" : "png";
    const std::filesystem::path file = folder / fmt::format("bar_{}.{}", i, kind);
    write_file_atomically(file, tem_file(scene.grey, kind, 0));
    const Image2 grey = grey_of(open_image(file, kind, "bar")->read_channels(0));
    const Scale scale = scale_of(grey, {}, {}, "bar");
    if (!scale.issues.empty() && scale.issues[0].kind == "tem.label_unread") GTEST_SKIP() << scale.issues[0].message;
    // Bars are drawn on whole pixels.
    const double truth = bar.nm / std::round(bar.nm / pixel_nm);
    const double off = scale.pixel_nm.known() ? std::abs(scale.pixel_nm.value / truth - 1) : 1;
    const bool good = off <= 0.01;
    (good ? right : wrong) += 1;
    if (good) worst = std::max(worst, off);
    if (!good)
      std::cout << fmt::format("bar {}: \"{}\" {} {}: {} read, {} nm a pixel for {}\n", i, bar.label, bar.place,
                               bar.banner ? "banner" : "", scale.label ? scale.label->text : "nothing",
                               scale.pixel_nm.value, truth);
    if (good) std::filesystem::remove(file);
  }
  std::cout << fmt::format("{} of 50 within 1 % (worst {:.2f} %), {} not\n", right, 100 * worst, wrong);
  EXPECT_EQ(wrong, 0U);
}

}  // namespace

}  // namespace vesica::tem
