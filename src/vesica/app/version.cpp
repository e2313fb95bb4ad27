// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/app.h"

namespace vesica {

std::string_view version() { return VESICA_VERSION; }

}  // namespace vesica
