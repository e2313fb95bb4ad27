// SPDX-License-Identifier: Apache-2.0
// The two lists of the house. Each is one explicit array, in assays/all.cpp and models/all.cpp.
#pragma once

#include <span>
#include <string_view>

#include "vesica/contract/contract.h"

namespace vesica {

std::span<const Assay* const> all_assays();
std::span<const Model* const> all_models();
/// nullptr when there is none of that id.
const Assay* find_assay(std::string_view id);
const Model* find_model(std::string_view id);

}  // namespace vesica
