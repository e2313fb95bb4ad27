// SPDX-License-Identifier: Apache-2.0
// Which sources and cargoes lead to an outcome, by independent evidence. Inside `explain` only.
#pragma once

#include <vector>

#include "vesica/explain/explanation.h"

namespace vesica::explain {

/// Sources and cargoes that begin the paths of the explanation, best first; the rule stands at explain().
std::vector<Ranked> rank(const Explanation& explanation, const NameIndex& names);

}  // namespace vesica::explain
