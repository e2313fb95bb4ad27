// SPDX-License-Identifier: Apache-2.0
// Tracking on the frames of bulk_water (VESICA_DATA), or on made-up ones like them: processor time a frame, memory of a
// film ten times as long.
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <utility>
#include <vector>

#include "bench/bench.h"
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/context.h"
#include "vesica/base/random.h"
#include "vesica/io/images.h"
#include "vesica/ops/track_link.h"

namespace {

using vesica::bench::print_result;

/// 400 dark spots that diffuse, as large and as dim as those of bulk_water.
std::vector<vesica::Image2> made_up(std::size_t count) {
  vesica::Random random(1);
  std::vector<std::pair<double, double>> spots;
  for (int i = 0; i < 400; ++i) spots.emplace_back(random.uniform(0, 640), random.uniform(0, 424));
  std::vector<vesica::Image2> frames;
  for (std::size_t t = 0; t < count; ++t) {
    vesica::Image2 image(640, 424);
    for (float& v : image.pixels) v = static_cast<float>(125 + std::floor(random.normal(0, 1) + 0.5));
    for (auto& [x, y] : spots) {
      x += random.normal(0, 1);
      y += random.normal(0, 1);
      for (int j = -6; j <= 6; ++j) {
        for (int i = -6; i <= 6; ++i) {
          const double px = std::floor(x) + i, py = std::floor(y) + j;
          if (px < 0 || py < 0 || px >= 640 || py >= 424) continue;
          const double r2 = (px - x) * (px - x) + (py - y) * (py - y);
          image.at(static_cast<std::size_t>(px), static_cast<std::size_t>(py)) -=
              static_cast<float>(std::floor(25 * std::exp(-r2 / 6)));
        }
      }
    }
    frames.push_back(std::move(image));
  }
  return frames;
}

std::vector<vesica::Image2> frames_of_film() {
  const char* root = std::getenv("VESICA_DATA");
  if (root == nullptr) return made_up(48);
  const auto source = vesica::open_image_series(
      vesica::series_files(std::filesystem::path(root) / "nta/trackpy_bulk_water"), "bulk_water");
  std::vector<vesica::Image2> frames;
  for (std::size_t i = 0; i < source->series_length(); ++i) frames.push_back(source->read_channels(i).at(1));
  return frames;
}

vesica::LocateSettings settings(int levels) {
  vesica::LocateSettings out;
  out.diameter = 11;
  out.min_mass = 20;
  out.dark = true;
  out.levels = levels;
  return out;
}

/// Milliseconds of this process's processor time.
double processor_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Spots of a film of `length` frames, which go round in a circle, linked as they come.
std::size_t track_film(const std::vector<vesica::Image2>& frames, std::size_t length) {
  vesica::LinkSettings link;
  link.memory = 3;
  std::size_t points = 0;
  vesica::Linker linker(link, [&](vesica::Track&& track) { points += track.points.size(); });
  vesica::locate_frames(
      length, [&](std::size_t i) { return frames[i % frames.size()]; }, settings(256), vesica::Context{},
      [&](std::size_t, vesica::Located&& found) { linker.feed(found.spots); });
  linker.finish();
  return points;
}

/// Peak memory in MB of a child that tracks a film of `length` frames.
double peak_mb(const std::vector<vesica::Image2>& frames, std::size_t length) {
  const pid_t child = fork();
  if (child == 0) _exit(track_film(frames, length) > 0 ? 0 : 1);
  rusage used{};
  int status = 0;
  if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) return NAN;
  return static_cast<double>(used.ru_maxrss) / 1024;
}

}  // namespace

int main() {
  const std::vector<vesica::Image2> frames = frames_of_film();
  const double short_mb = peak_mb(frames, 300), long_mb = peak_mb(frames, 3000);
  const auto n = static_cast<double>(frames.size());
  constexpr int kRepeats = 10;
  for (const int levels : {256, 0}) {
    std::vector<std::vector<vesica::Detection>> found(frames.size());
    double locate = 0, link = 0;
    for (int i = 0; i < kRepeats; ++i) {
      std::vector<vesica::Image2> copies = frames;  // as a reader would hand them over
      const double start = processor_ms();
      vesica::locate_frames(
          frames.size(), [&](std::size_t k) { return std::move(copies[k]); }, settings(levels), vesica::Context{},
          [&](std::size_t k, vesica::Located&& spots) { found[k] = std::move(spots.spots); });
      const double middle = processor_ms();
      vesica::LinkSettings s;
      s.memory = 3;
      s.widen = false;
      std::size_t tracks = 0;
      vesica::Linker linker(s, [&](vesica::Track&&) { ++tracks; });
      for (const auto& spots : found) linker.feed(spots);
      linker.finish();
      locate += (middle - start) / n / kRepeats;
      link += (processor_ms() - middle) / n / kRepeats;
    }
    const std::string how = levels > 0 ? "whole counts" : "nothing rounded";
    print_result("spots of a frame, processor time, " + how, locate, "ms");
    print_result("links of a frame, processor time, " + how, link, "ms");
    print_result("spots and links of a frame, processor time, " + how, locate + link, "ms");
  }
  print_result("peak memory, 300 frames", short_mb, "MB");
  print_result("peak memory, 3000 frames over 300 frames", long_mb / short_mb, "1", "< 1.05");
}
