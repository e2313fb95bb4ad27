// SPDX-License-Identifier: Apache-2.0
// Chinese sentences of the message table. Written by tools/messages from docs/messages.tsv; do not edit by hand.
#include <string_view>
#include <unordered_map>

namespace vesica {

const std::unordered_map<std::string_view, std::string_view>& chinese_messages() {
  static const std::unordered_map<std::string_view, std::string_view> table = {};
  return table;
}

}  // namespace vesica
