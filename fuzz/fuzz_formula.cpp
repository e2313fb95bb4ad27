// SPDX-License-Identifier: Apache-2.0
// Formulas as people type them.
#include "fuzz/fuzz.h"

#include "vesica/kinetics/builder.h"
#include "vesica/kinetics/infix.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  using namespace vesica::kinetics;
  read_or_refuse([&] {
    Network network = NetworkBuilder("f").parameter("a", 1).parameter("b", 2).parameter("c", 3).build();
    static_cast<void>(read_infix(network, as_text(data, size), {"f", 0, 0, "x"}));
  });
  return 0;
}
