// SPDX-License-Identifier: Apache-2.0
// Spots in fields of 2048 x 2048 pixels with 2000 points each, in memory: filter, noise, maxima, places, light.
#include <cmath>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "phantoms/cell_uptake.h"
#include "phantoms/images.h"

#include "vesica/base/context.h"
#include "vesica/base/os/files.h"
#include "vesica/base/random.h"
#include "vesica/ops/spots.h"

namespace {

constexpr std::size_t kSide = 2048, kPoints = 2000;
constexpr double kSigma = 1.3, kGround = 100, kReadNoise = 3;

/// The picture that the peer reads, too, and the true places beside it.
std::filesystem::path folder() { return std::filesystem::temp_directory_path() / "vesica_bench_spots"; }

struct Truth {
  vesica::Image2 image;
  std::vector<std::pair<double, double>> points;
};

Truth render() {
  Truth out;
  out.image = vesica::Image2(kSide, kSide, static_cast<float>(kGround));
  vesica::Random random(5, 1);
  const double height = 5 * std::sqrt(kGround + kReadNoise * kReadNoise);
  std::string table = "x\ty\n";
  for (std::size_t i = 0; i < kPoints; ++i) {
    const double x = random.uniform(8, kSide - 9), y = random.uniform(8, kSide - 9);
    vesica::add_point_light(out.image, x, y, height, kSigma);
    out.points.emplace_back(x, y);
    table += std::to_string(x) + "\t" + std::to_string(y) + "\n";
  }
  out.image = vesica::photographed(out.image, kReadNoise, 5, 2);
  vesica::phantom::TiffPlanes tiff;
  tiff.width = tiff.height = kSide;
  tiff.bits = 16;
  tiff.planes.emplace_back();
  for (const float value : out.image.pixels) tiff.planes[0].push_back(static_cast<std::uint16_t>(value));
  vesica::make_folder(folder());
  vesica::write_file_atomically(folder() / "spots.tif", vesica::phantom::tiff_file(tiff));
  vesica::write_file_atomically(folder() / "truth.tsv", table);
  return out;
}

double f1(const Truth& truth, const vesica::SpotField& found) {
  std::vector<char> taken(truth.points.size(), 0);
  std::size_t hits = 0;
  for (const vesica::Spot& spot : found.spots) {
    for (std::size_t i = 0; i < truth.points.size(); ++i) {
      if (taken[i] || std::hypot(truth.points[i].first - spot.x, truth.points[i].second - spot.y) > 2) continue;
      taken[i] = 1;
      ++hits;
      break;
    }
  }
  return 2.0 * static_cast<double>(hits) / static_cast<double>(truth.points.size() + found.spots.size());
}

}  // namespace

int main() {
  const Truth truth = render();
  vesica::SpotSettings settings;
  settings.sigma_px = kSigma;
  vesica::Context context;
  context.threads = 2;
  vesica::SpotField found;
  constexpr std::size_t kRepeats = 5;
  const std::clock_t before = std::clock();
  const double seconds =
      vesica::bench::median_seconds(kRepeats, [&] { found = find_spots(truth.image, settings, context); });
  const double processor = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / kRepeats;
  vesica::bench::print_result("field of 2048 x 2048 searched, 2 threads", seconds, "s", "< 1");
  vesica::bench::print_result("processor time a field", processor, "s");
  vesica::bench::print_result("F1 of 2000 points at 5 times the noise", f1(truth, found), "", "> 0.95");
}
