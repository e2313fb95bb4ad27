// SPDX-License-Identifier: Apache-2.0
// 1,000 NanoSight summaries of three videos and 1,000 bins: reading from disk, parsing, measuring.
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "phantoms/nta.h"
#include <fmt/format.h>

#include "vesica/base/context.h"
#include "vesica/base/os/files.h"
#include "vesica/contract/registry.h"
#include "vesica/io/nanosight.h"

namespace {

constexpr std::size_t kFiles = 1000;
constexpr std::size_t kDistinct = 50;  // rendering is slower than measuring; every file is still read from disk

/// The folder that the peer reads, too.
std::filesystem::path folder() { return std::filesystem::temp_directory_path() / "vesica_bench_nta"; }

void render() {
  vesica::AnySettings settings = vesica::kNtaPhantom.make_settings();
  set_field(settings, "preparations", std::to_string(kDistinct));
  const vesica::Rendered rendered = vesica::kNtaPhantom.render(settings, 1);
  vesica::make_folder(folder());
  for (std::size_t i = 0; i < kFiles; ++i) {
    const vesica::PhantomFile& file = rendered.files[i % kDistinct];
    vesica::write_file_atomically(folder() / fmt::format("{:04d}-{}", i, file.name), file.bytes);
  }
}

std::size_t measure(const std::filesystem::path& path, bool distribution) {
  const std::string name = vesica::path_text(path);
  vesica::SizeReport report = vesica::read_nanosight(vesica::read_file(path), name);
  const vesica::Reading reading{name, "", "nanosight_summary",
                                std::make_shared<const vesica::ReadingData>(std::move(report))};
  const vesica::Assay& assay = *vesica::find_assay("nta");
  vesica::AnySettings settings = assay.make_settings();
  set_field(settings, "dilution", "1000");
  if (!distribution) set_field(settings, "distribution", "false");
  vesica::InputFacts facts;
  facts.sample = name;
  facts.source = assay.id;
  return assay.measure(reading, {}, settings, facts, vesica::Context{}).observations.size();
}

}  // namespace

int main() {
  render();
  const std::vector<std::filesystem::path> files = vesica::list_files(folder());
  std::atomic<std::size_t> rows = 0;
  const auto all = [&](int threads, bool distribution) {
    vesica::Context context;
    context.threads = threads;
    rows = 0;
    parallel_for(files.size(), context, [&](std::size_t i) { rows += measure(files[i], distribution); });
  };
  using vesica::bench::median_seconds;
  using vesica::bench::print_result;
  print_result("1,000 summaries measured, 2 threads", median_seconds(3, [&] { all(2, true); }), "s", "< 5");
  print_result("rows of them", static_cast<double>(rows) / 1e6, "million");
  print_result("summaries measured, by processor time",
               static_cast<double>(kFiles) / vesica::bench::median_processor_seconds(3, [&] { all(1, false); }),
               "files/s");
}
