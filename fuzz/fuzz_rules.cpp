// SPDX-License-Identifier: Apache-2.0
// Rule files of users: expressions first, whole files behind a "[".
#include "fuzz/fuzz.h"

#include "vesica/rules/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  using namespace vesica::rules;
  static const Facts facts = facts_of(Study{}, {}, {});
  static const WordLists lists = {{"words", {"CD63", "TSG101"}}};
  const std::string text(as_text(data, size));
  read_or_refuse([&] {
    if (text.starts_with("[")) {
      std::vector<Error> problems;
      static_cast<void>(check(read_standard(text, "house.toml", problems), facts));
    } else {
      static_cast<void>(parse_expression(text, lists, {"house.toml", 1, 1, ""}).answer(facts).shown());
    }
  });
  return 0;
}
