// SPDX-License-Identifier: Apache-2.0
// Local thickness of a gyroid with struts of 8 and pores of 40 voxels, both phases, on two threads. VESICA_BENCH_SIDE
// sets the side (256 when unset; the promise is for 512, where BoneJ beside it takes half an hour). Seconds are of the
// clock and of the processor: the latter compare on a machine that does other work.
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

#include "bench/bench.h"

#include "vesica/ops/thickness.h"

namespace {

using vesica::Mask3;

/// One of a gyroid's two labyrinths: period and level were chosen for struts of 8 and pores of 40 voxels.
Mask3 gyroid(std::size_t side) {
  constexpr double kPeriod = 50, kLevel = 1.2;
  const double k = 2 * std::numbers::pi / kPeriod;
  Mask3 out(side, side, side);
  for (std::size_t z = 0; z < side; ++z) {
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = 0; x < side; ++x) {
        const double a = k * static_cast<double>(x), b = k * static_cast<double>(y), c = k * static_cast<double>(z);
        const double field = std::sin(a) * std::cos(b) + std::sin(b) * std::cos(c) + std::sin(c) * std::cos(a);
        out.at(x, y, z) = field > kLevel ? 1 : 0;
      }
    }
  }
  return out;
}

void write_for_peer(const Mask3& mask) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "vesica_bench_bone";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "side") << mask.nx;
  std::ofstream raw(folder / "gyroid.raw", std::ios::binary);
  std::string slice(mask.nx * mask.ny, '\0');
  for (std::size_t z = 0; z < mask.nz; ++z) {
    for (std::size_t i = 0; i < slice.size(); ++i) slice[i] = mask.voxels[z * slice.size() + i] != 0 ? '\xFF' : '\0';
    raw << slice;
  }
}

/// Peak resident memory of this process, as Linux says it; 0 elsewhere.
double peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

int main() {
  using namespace vesica;
  const double before = peak_bytes();  // of the program itself
  const char* wanted = std::getenv("VESICA_BENCH_SIDE");
  const Mask3 mask = gyroid(wanted != nullptr ? std::strtoul(wanted, nullptr, 10) : 256);
  write_for_peer(mask);
  const Spacing3 edge = {0.02, 0.02, 0.02};
  Context context;
  context.threads = 2;
  for (const ThicknessRule rule : {ThicknessRule::kImagej, ThicknessRule::kToCentre, ThicknessRule::kToFace}) {
    for (const int phase : {1, 0}) {
      ThicknessSummary summary;
      const std::clock_t start = std::clock();
      const double seconds = bench::median_seconds(
          1, [&] { summary = summarise(local_thickness(mask, phase, {}, edge, rule, context), edge[0]); });
      const std::string name = std::string(phase == 1 ? "Tb.Th " : "Tb.Sp ") + to_text(rule);
      const double processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      bench::print_result(name, seconds, "s");
      bench::print_result(name + " processor", processor, "s");
      bench::print_result(name + " mean", summary.mean, "mm");
    }
  }
  bench::print_result("peak memory a voxel", (peak_bytes() - before) / static_cast<double>(mask.voxels.size()), "B",
                      "< 16");
}
