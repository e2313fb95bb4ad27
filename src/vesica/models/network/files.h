// SPDX-License-Identifier: Apache-2.0
// Contents of the files that a user brings beside the model.
#pragma once

#include <string>
#include <string_view>

#include "vesica/data/sheet.h"

namespace vesica::network {

/// The table of individuals: the first sheet of a workbook, or a text table of any habit. Throws Error(kData),
/// Error(kUnsupported) naming the conversion.
Sheet read_individuals_file(std::string_view bytes, const std::string& file);

}  // namespace vesica::network
