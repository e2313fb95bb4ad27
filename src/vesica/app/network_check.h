// SPDX-License-Identifier: Apache-2.0
// What a modeller should know about an SBML file before it runs, as text.
#pragma once

#include <string>
#include <string_view>

namespace vesica {

struct NetworkCheck {
  std::string text;
  bool fine = true;  ///< nothing is unsupported, undefined, missing or of the wrong unit
};
/// Contents, units, and every finding by kind with its line; a last sentence says whether the model runs.
NetworkCheck check_network_file(std::string_view bytes, const std::string& file);

}  // namespace vesica
