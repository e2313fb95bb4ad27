// SPDX-License-Identifier: Apache-2.0
// The page of a preparation, asked for by itself.
#pragma once

#include <cstddef>
#include <string>

#include "vesica/base/context.h"

namespace vesica {

struct PreparationOptions {
  std::string study, out;
  std::string id;  ///< empty: all preparations in a line each, with purity and lots
  bool json = false;
  std::size_t columns = 0;  ///< width of the text; 0: no limit
};
/// What is known of a preparation: methods side by side, sizes reconciled, purity, markers, contradictions, what is
/// missing. Throws Error(kUsage) for an id without values.
std::string study_preparation(const PreparationOptions& options, const Context& context);

}  // namespace vesica
