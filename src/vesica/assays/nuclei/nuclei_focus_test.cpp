// SPDX-License-Identifier: Apache-2.0
// Real fields are in focus; the same blurred are not.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numbers>

#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/segment_focus.h"

namespace vesica {
namespace {

Image2 blurred(const Image2& image, double sd) {
  const int reach = static_cast<int>(std::ceil(4 * sd));
  std::vector<float> weight;
  float sum = 0;
  for (int k = -reach; k <= reach; ++k) {
    weight.push_back(static_cast<float>(std::exp(-k * k / (2 * sd * sd))));
    sum += weight.back();
  }
  const auto pass = [&](const Image2& from, bool along) {
    Image2 out(from.width, from.height);
    const auto w = static_cast<int>(from.width), h = static_cast<int>(from.height);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        float all = 0;
        for (int k = -reach; k <= reach; ++k) {
          const int u = std::clamp(along ? x + k : x, 0, w - 1), v = std::clamp(along ? y : y + k, 0, h - 1);
          all += weight[static_cast<std::size_t>(k + reach)] *
                 from.at(static_cast<std::size_t>(u), static_cast<std::size_t>(v));
        }
        out.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) = all / sum;
      }
    }
    return out;
  };
  return pass(pass(image, true), false);
}

EdgeBlur blur_of(const Image2& image) {
  const Labels2 labels = nuclei::segment(image, nuclei::Settings{}, 0.65).labels;
  std::vector<double> heights;
  for (const nuclei::Nucleus& each : nuclei::measure_nuclei(labels, image, {}, {}, 0)) heights.push_back(each.light);
  return edge_blur(labels, image, heights);
}

TEST(NucleiFocus, EdgesOfPhantomsAreAsWideAsTheirBlur) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 300;
  phantom.nuclei = 30;
  phantom.touching = 0;
  phantom.noise = 0.1;
  for (const double sd : {1.5, 3.0}) {
    phantom.blur_um = sd * phantom.pixel_um;
    const EdgeBlur found = blur_of(nuclei_field(phantom, 6).channels[0]);
    EXPECT_GT(found.width, sd < 2 ? 0.75 * sd : 1.55);
    EXPECT_LT(found.width, 1.25 * sd);
    EXPECT_EQ(found.is_blurred, sd > 2) << found.radius;
  }
  EXPECT_FALSE(edge_blur(Labels2(9, 9), Image2(9, 9), {}).is_blurred);
  EXPECT_TRUE(std::isnan(edge_widths(Labels2(9, 9, 1), Image2(9, 9), {5}).at(0)));
}

TEST(DataNucleiFocus, RealFieldsAreInFocusAndBlurredOnesAreNot) {
  const char* root = std::getenv("VESICA_DATA");
  if (root == nullptr) GTEST_SKIP() << "VESICA_DATA is not set";
  double worst = 0, best = 1e9;
  for (const auto& each : std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / "nuclei")) {
    const std::string name = each.path().filename().string();
    if (name.find("label") != std::string::npos || (!name.ends_with(".tif") && !name.ends_with(".png"))) continue;
    const auto source = open_image(each.path(), recognise(each.path()).id, name);
    const Image2 image = source->read_frame(0);
    const auto share = [](const EdgeBlur& b) { return b.width / (0.072 * b.radius + 0.78); };
    const EdgeBlur plain = blur_of(image), half = blur_of(blurred(image, 0.5 * plain.radius));
    std::printf("%-20.20s radius %5.1f, width %.2f, share of the bound %.2f; blurred: radius %.1f, share %.2f\n",
                name.c_str(), plain.radius, plain.width, share(plain), half.radius, share(half));
    EXPECT_FALSE(plain.is_blurred) << name;
    worst = std::max(worst, share(plain));
    if (half.radius > 0) best = std::min(best, share(half));
  }
  std::printf("in focus at most %.2f of the bound, blurred at least %.2f\n", worst, best);
  EXPECT_GT(best, 0.95);
}

}  // namespace
}  // namespace vesica
