// SPDX-License-Identifier: Apache-2.0
// Real fields are in focus; the same blurred are not.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/segment_focus.h"
#include "vesica/ops/segment_labels.h"

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
  return edge_blur(nuclei::segment(image, nuclei::Settings{}, 0.65).labels, image);
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
    EXPECT_NEAR(found.width, sd, 0.2 * sd);
    EXPECT_EQ(found.is_blurred, sd > 2) << found.diameter;
  }
}

/// Outlines drawn by people, `off` pixels wider or narrower.
Labels2 drawn(const std::filesystem::path& image, int off) {
  std::string name = image.filename().string();
  if (!name.ends_with("_image.png")) return {};
  name.replace(name.size() - 9, 9, "labels.tif");
  const std::filesystem::path file = image.parent_path() / name;
  const Image2 read = open_image(file, recognise(file).id, name)->read_frame(0);
  Labels2 out(read.width, read.height);
  for (std::size_t i = 0; i < read.pixels.size(); ++i) out.pixels[i] = static_cast<std::int32_t>(read.pixels[i]);
  if (off > 0) out = expand_labels(out, off);
  for (int step = 0; step > off; --step) {
    const Mask2 edges = label_edges(out);
    for (std::size_t i = 0; i < edges.pixels.size(); ++i)
      if (edges.pixels[i] != 0) out.pixels[i] = 0;
  }
  return out;
}

TEST(DataNucleiFocus, RealFieldsAreInFocusAndBlurredOnesAreNot) {
  const char* root = std::getenv("VESICA_DATA");
  if (root == nullptr) GTEST_SKIP() << "VESICA_DATA is not set";
  double worst = 0, best = 1e9, doubtful = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / "nuclei")) {
    const std::string name = each.path().filename().string();
    if (name.find("label") != std::string::npos || (!name.ends_with(".tif") && !name.ends_with(".png"))) continue;
    const auto source = open_image(each.path(), recognise(each.path()).id, name);
    const Image2 image = source->read_frame(0);
    const EdgeBlur plain = blur_of(image), half = blur_of(blurred(image, 0.25 * plain.diameter));
    std::printf("%-20.20s diameter %5.1f, width %.2f, share of the bound %.2f; blurred: diameter %.1f, share %.2f\n",
                name.c_str(), plain.diameter, plain.width, plain.share_of_bound(), half.diameter,
                half.share_of_bound());
    double share = plain.share_of_bound();
    for (const int off : {-2, 0, 2})
      if (const Labels2 labels = drawn(each.path(), off); !labels.empty())
        share = std::max(share, edge_blur(labels, image).share_of_bound());
    // Half of its nuclei are out of focus, as one sees.
    double& greatest = name.starts_with("a6515d730778") ? doubtful : worst;
    greatest = std::max(greatest, share);
    if (half.diameter > 0) best = std::min(best, half.share_of_bound());
  }
  std::printf("in focus at most %.2f of the bound, half in focus %.2f, blurred at least %.2f\n", worst, doubtful, best);
  EXPECT_LT(worst, 0.95);
  EXPECT_GT(doubtful, 1);
  EXPECT_GT(best, 1.2);
}

}  // namespace
}  // namespace vesica
