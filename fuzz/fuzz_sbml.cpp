// SPDX-License-Identifier: Apache-2.0
// SBML: whatever is read can be checked, written and read again, and is the same model then.
#include "fuzz/fuzz.h"

#include "vesica/kinetics/check.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/network_compare.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  using namespace vesica::kinetics;
  read_or_refuse([&] {
    const Network network = read_sbml(as_text(data, size), "f.xml");
    for (const CheckFinding& finding : check_network(network))
      VESICA_REQUIRE(is_valid_utf8(finding.text), "a finding is text");
    read_or_refuse([&] {
      const Network once = read_sbml(write_sbml(network), "once.xml");
      const Network twice = read_sbml(write_sbml(once), "twice.xml");
      VESICA_REQUIRE(!test::Comparison(once, twice).difference(), "what is written is what was read");
    });
    static_cast<void>(compile(network, {}));
  });
  return 0;
}
