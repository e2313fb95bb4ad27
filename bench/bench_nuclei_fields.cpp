// SPDX-License-Identifier: Apache-2.0
// Nuclei of the fluorescence fields of the Data Science Bowl 2018: how right the defaults are where nobody tuned them.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench.h"

#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/segment_nuclei.h"
#include "vesica/ops/segment_score.h"

namespace {

using namespace vesica;
namespace fs = std::filesystem;

/// The colours of an image file, without its opacity.
std::vector<Image2> colours_of(const fs::path& path) {
  std::vector<Image2> out = open_image(path, recognise(path).id, path.filename().string())->read_channels(0);
  out.resize(std::min<std::size_t>(3, out.size()));
  return out;
}

/// Grey and dark as fluorescence is: stained sections have colours, transmitted light is bright.
bool is_fluorescence(const std::vector<Image2>& colours) {
  constexpr float kBright = 100;  // of 255, median
  if (std::any_of(colours.begin(), colours.end(), [&](const Image2& c) { return c.pixels != colours[0].pixels; })) {
    return false;
  }
  std::vector<float> values = colours.at(0).pixels;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle <= kBright;
}

struct Truth {
  Labels2 labels;
  std::size_t count = 0;
};

/// One mask a file.
Truth truth_of(const fs::path& folder, const Image2& like) {
  Truth out{Labels2(like.width, like.height), 0};
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(folder)) files.push_back(each.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::vector<Image2> mask = colours_of(file);
    if (mask.at(0).width != like.width || mask.at(0).height != like.height) continue;
    ++out.count;
    for (std::size_t i = 0; i < like.pixels.size(); ++i) {
      if (mask[0].pixels[i] > 0) out.labels.pixels[i] = static_cast<std::int32_t>(out.count);
    }
  }
  return out;
}

}  // namespace

int main() {
  const char* root = std::getenv("DSB2018");
  if (root == nullptr) {
    std::fputs("SKIPPED nuclei_fields: DSB2018 names no folder stage1_train\n", stderr);
    return 0;
  }
  std::vector<fs::path> fields;
  for (const auto& each : fs::directory_iterator(root)) fields.push_back(each.path());
  std::sort(fields.begin(), fields.end());
  SegmentationScore pooled;
  double error = 0;
  std::size_t count = 0, truth = 0, found = 0;
  for (const fs::path& field : fields) {
    const fs::path file = field / "images" / (field.filename().string() + ".png");
    if (!fs::exists(file)) continue;
    const std::vector<Image2> colours = colours_of(file);
    if (!is_fluorescence(colours)) continue;
    const Truth by_hand = truth_of(field / "masks", colours[0]);
    const NucleiFound nuclei = find_nuclei(colours[0], {});
    const auto here =
        static_cast<std::size_t>(*std::max_element(nuclei.labels.pixels.begin(), nuclei.labels.pixels.end()));
    pooled += score_segmentation(by_hand.labels, nuclei.labels);
    error +=
        std::abs(static_cast<double>(here) - static_cast<double>(by_hand.count)) / static_cast<double>(by_hand.count);
    truth += by_hand.count;
    found += here;
    ++count;
  }
  const auto share = [](double part, std::size_t whole) { return part / static_cast<double>(whole); };
  bench::print_result("fluorescence fields", static_cast<double>(count), "1");
  bench::print_result("nuclei by hand", static_cast<double>(truth), "1");
  bench::print_result("F1, pooled", pooled.f1(), "1");
  bench::print_result("count error, mean of fields", 100 * share(error, count), "%");
  bench::print_result("count error, pooled", 100 * (share(static_cast<double>(found), truth) - 1), "%");
}
