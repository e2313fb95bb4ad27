// SPDX-License-Identifier: Apache-2.0
// NIfTI as vesica-read takes it apart, plain or packed, one file or two; here without its jail.
#include <filesystem>
#include <fstream>

#include "fuzz/fuzz.h"
#include "worker/decoder.h"

#include "vesica/base/os/durable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  // The library reads files: header and voxels of a pair are the same bytes here.
  static const std::filesystem::path folder = [] {
    auto made = std::filesystem::temp_directory_path() / ("vesica_fuzz_nifti_" + std::to_string(process_number()));
    std::filesystem::create_directories(made);
    return made;
  }();
  for (const char* name : {"f.hdr", "f.img"}) {
    std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  read_or_refuse([&] {
    const std::unique_ptr<Decoder> decoder = open_nifti((folder / "f.hdr").string());
    const ImageInfo& info = decoder->info();
    constexpr std::uint64_t kMostVoxels = 1 << 20;  // more takes time, not other paths
    if (std::uint64_t{info.width} * info.height > kMostVoxels) return;
    const Box3 box = {0, 0, 0, info.width, info.height, 1};
    const DecodedPart part = decoder->read(box, 0);
    VESICA_REQUIRE(part.bytes.size() == box.voxels() * static_cast<std::size_t>(part.bits / 8), "a box is whole");
  });
  return 0;
}
