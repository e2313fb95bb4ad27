// SPDX-License-Identifier: Apache-2.0
// What the registries offer, in the form in which the study loader wants to know it.
#pragma once

#include "vesica/contract/registry.h"
#include "vesica/study/known.h"

namespace vesica {

KnownNames known_names();

/// Throws Error(kUsage) with "did you mean".
const Assay& require_assay(const std::string& id);
const Model& require_model(const std::string& id);

}  // namespace vesica
