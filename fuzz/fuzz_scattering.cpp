// SPDX-License-Identifier: Apache-2.0
// Hostile exports of light scattering: text tables of any habit through the reader of records.
#include <string_view>

#include "fuzz/fuzz.h"

#include "vesica/base/error.h"
#include "vesica/contract/light_scattering.h"
#include "vesica/io/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const vesica::Workbook book{"fuzz.txt", {vesica::read_text_table(bytes, "fuzz.txt")}};
    auto found = vesica::scattering::read_export(book, "fuzz.txt");
    vesica::scattering::name_replicates(found.records);
  } catch (const vesica::Error&) {
    return 0;
  }
  return 0;
}
