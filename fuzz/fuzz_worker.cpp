// SPDX-License-Identifier: Apache-2.0
// What a reading program that was taken over may send: nothing of it is believed.
#include <algorithm>
#include <cstring>

#include "fuzz/fuzz.h"

#include "vesica/io/worker_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  const auto* left = reinterpret_cast<const std::byte*>(data);
  const auto* end = left + size;
  const auto read = [&](std::span<std::byte> out) {
    if (static_cast<std::size_t>(end - left) < out.size()) return false;
    std::copy_n(left, out.size(), out.begin());
    left += out.size();
    return true;
  };
  read_or_refuse([&] {
    WorkerMessage message;
    constexpr std::uint64_t kMost = 1 << 16;
    while (read_worker_message(read, kMost, message)) {
      if (const Value* info = message.head.find("info")) {
        const ImageInfo back = info_from_value(*info);
        VESICA_REQUIRE(back.width > 0 && back.frames > 0, "what is believed is sane");
      }
    }
  });
  return 0;
}
