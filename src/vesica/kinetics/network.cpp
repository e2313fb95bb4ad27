// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/network.h"

#include <limits>

namespace vesica::kinetics {

Symbol::Symbol()
    : value(std::numeric_limits<double>::quiet_NaN()),
      low(-std::numeric_limits<double>::infinity()),
      high(std::numeric_limits<double>::infinity()) {}

std::uint32_t Network::find(std::string_view symbol_id) const {
  for (std::uint32_t i = 0; i < symbols.size(); ++i) {
    if (symbols[i].id == symbol_id) return i;
  }
  return kNoSymbol;
}

}  // namespace vesica::kinetics
