// SPDX-License-Identifier: Apache-2.0
// A scratch series of 50 frames of 2048 x 2048 pixels: reading from disk, registration, texture, overlay, mask, rows.
#include <cmath>
#include <ctime>
#include <filesystem>
#include <string>

#include "bench/bench.h"
#include "phantoms/images.h"
#include "phantoms/wound.h"

#include "vesica/base/context.h"
#include "vesica/base/os/files.h"
#include "vesica/contract/registry.h"
#include "vesica/io/images.h"

namespace {

constexpr std::int64_t kFrames = 50;
constexpr std::int64_t kDistinct = 5;  // rendering is slower than measuring; every frame is still read from disk

/// The folder that the peer reads, too: one TIFF a frame.
std::filesystem::path folder() { return std::filesystem::temp_directory_path() / "vesica_bench_wound"; }

void render() {
  vesica::WoundPhantomSettings settings;
  settings.width = settings.height = 2048;
  settings.pixel_um = 0.65;
  settings.gap_um = 600;
  settings.shift_um = 5;
  settings.frames = kDistinct;
  settings.interval_h = 5;
  vesica::make_folder(folder());
  std::int64_t written = 0;
  for (const vesica::Image2& frame : vesica::wound_frames(settings, 1)) {
    vesica::phantom::TiffPlanes tiff;
    tiff.width = frame.width;
    tiff.height = frame.height;
    tiff.pixel_um = settings.pixel_um;
    tiff.planes.emplace_back();
    for (const float value : frame.pixels) tiff.planes[0].push_back(static_cast<std::uint16_t>(std::lround(value)));
    const std::string bytes = vesica::phantom::tiff_file(tiff);
    for (std::int64_t i = 0; i < kFrames / kDistinct; ++i) {
      vesica::write_file_atomically(folder() / ("frame_" + std::to_string(1000 + written++) + ".tif"), bytes);
    }
  }
}

std::size_t measure(int threads) {
  const auto files = vesica::series_files(folder());
  const vesica::Reading reading{
      "bench", "", "image_series",
      std::make_shared<const vesica::ReadingData>(vesica::ImageReading{vesica::open_image_series(files, "bench")})};
  const vesica::Assay& assay = *vesica::find_assay("wound");
  vesica::AnySettings settings = assay.make_settings();
  set_field(settings, "interval_h", "0.5");
  vesica::InputFacts facts;
  facts.sample = "culture";
  facts.source = assay.id;
  vesica::Context context;
  context.threads = threads;
  return assay.measure(reading, {}, settings, facts, context).artifacts.size();
}

}  // namespace

int main() {
  render();
  using vesica::bench::median_seconds;
  using vesica::bench::print_result;
  std::size_t artifacts = 0;
  const std::clock_t before = std::clock();
  const double seconds = median_seconds(3, [&] { artifacts = measure(2); });
  const double processor = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / (3 * kFrames);
  print_result("frames of 2048 x 2048 measured, 2 threads", kFrames / seconds, "frames/s", "> 5");
  print_result("processor time a frame", 1000 * processor, "ms");
  print_result("overlays and masks of them", static_cast<double>(artifacts), "files");
}
