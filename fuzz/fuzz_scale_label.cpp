// SPDX-License-Identifier: Apache-2.0
// Labels of scale bars, and what a reading program that was taken over may send as words: nothing of it is believed.
#include "fuzz/fuzz.h"

#include "vesica/io/json.h"
#include "vesica/io/read_text.h"
#include "vesica/ops/scale_bar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  const std::optional<double> nm = parse_scale_label(as_text(data, size));
  VESICA_REQUIRE(!nm || (*nm > 0 && *nm <= 1e7), "a length is one");
  read_or_refuse([&] {
    constexpr std::size_t kSide = 1000;
    for (const PictureWord& word : words_from_value(read_json(as_text(data, size), "f.json"), kSide, kSide)) {
      VESICA_REQUIRE(word.x0 <= word.x1 && word.x1 <= kSide && word.y0 <= word.y1 && word.y1 <= kSide,
                     "words lie in the picture");
      static_cast<void>(parse_scale_label(word.text));
    }
  });
  return 0;
}
