// SPDX-License-Identifier: Apache-2.0
// Nuclei of the open fields of BBBC039: from pixels in memory to labels, one thread; agreement by field.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bench.h"

#include "vesica/base/os/system.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_nuclei.h"
#include "vesica/ops/segment_score.h"
#include "vesica/ops/segment_threshold.h"
#include "vesica/ops/segment_watershed.h"

namespace {

using namespace vesica;

Image2 first_channel(const std::filesystem::path& path) {
  return open_image(path, recognise(path).id, path.filename().string())->read_frame(0);
}

struct Item {
  std::string name;
  Image2 image;
  Labels2 truth;
};

std::vector<Item> items() {
  std::vector<Item> out;
  const char* root = std::getenv("VESICA_DATA");
  if (root == nullptr) return out;
  std::vector<std::filesystem::path> paths;
  for (const auto& each : std::filesystem::directory_iterator(std::filesystem::path(root) / "nuclei/bbbc039/open")) {
    if (each.path().extension() == ".tif") paths.push_back(each.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const Image2 colours = first_channel(path.parent_path() / (path.stem().string() + "_label.png"));
    Item item{path.stem().string().substr(8, 6), first_channel(path), Labels2(colours.width, colours.height)};
    for (std::size_t i = 0; i < colours.pixels.size(); ++i) {
      item.truth.pixels[i] = static_cast<std::int32_t>(colours.pixels[i]);
    }
    separate_pieces(item.truth);
    out.push_back(std::move(item));
  }
  return out;
}

/// The steps of the peer's pipeline in our own operations: threshold, holes, small objects, distance, peaks, flood. The
/// depth of 0.08 takes the place of the peer's maxima of a window.
Labels2 usual_pipeline(const Image2& image) {
  constexpr double kCorrection = 0.8, kApart = 12, kDepth = 0.08, kTenth = 0.1;
  constexpr std::size_t kLeast = 50;
  std::vector<float> some;
  for (std::size_t y = 0; y < image.height; y += 4) {
    for (std::size_t x = 0; x < image.width; x += 4) some.push_back(image.row(y)[x]);
  }
  const auto low = some.begin() + static_cast<std::ptrdiff_t>(kTenth * static_cast<double>(some.size()));
  std::nth_element(some.begin(), low, some.end());
  const double threshold = threshold_of(image.pixels, ThresholdMethod::kOtsu).value_or(0);
  const double level = *low + (threshold - *low) * kCorrection;
  Mask2 mask(image.width, image.height);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = image.pixels[i] > level ? 1 : 0;
  Labels2 out = split_touching(image, fill_holes(mask), {SplitBy::kShape, 0, kApart, kDepth});
  filter_by_area(out, kLeast, image.pixels.size());
  return out;
}

/// Median processor time of a field, ms.
template <typename Work>
double time_of(const std::vector<Item>& all, Work&& work) {
  constexpr int kRepeats = 5;
  std::vector<double> times;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const std::clock_t before = std::clock();
    for (const Item& item : all) work(item.image);
    times.push_back(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / static_cast<double>(all.size()));
  }
  std::sort(times.begin(), times.end());
  return 1000 * times[kRepeats / 2];
}

}  // namespace

int main() {
  keep_freed_memory();  // as the program does
  const std::vector<Item> all = items();
  if (all.empty()) {
    std::fputs("VESICA_DATA is not set\n", stderr);
    return 1;
  }
  SegmentationScore pooled;
  for (const Item& item : all) {
    const SegmentationScore score = score_segmentation(item.truth, find_nuclei(item.image, {}).labels);
    bench::print_result("F1 of " + item.name, score.f1(), "1");
    pooled += score;
  }
  bench::print_result("F1 of BBBC039, pooled", pooled.f1(), "1", "> 0.93");
  SegmentationScore usual;
  for (const Item& item : all) usual += score_segmentation(item.truth, usual_pipeline(item.image));
  bench::print_result("F1 of the usual pipeline", usual.f1(), "1");
  bench::print_result("processor time a field of 696 x 520",
                      time_of(all, [](const Image2& image) { find_nuclei(image, {}); }), "ms");
  bench::print_result("processor time of the usual pipeline", time_of(all, usual_pipeline), "ms");
}
