// SPDX-License-Identifier: Apache-2.0
// Tables as aligned lines for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vesica {

using TextLines = std::vector<std::vector<std::string>>;

/// Columns are as wide as their widest cell; `right` ones are set to the right; one without any text is left out. Too
/// wide a line takes from the widest text column, down to 8 characters; `width` 0: no limit.
std::string aligned_text(const TextLines& lines, const std::vector<bool>& right, std::size_t width);

}  // namespace vesica
