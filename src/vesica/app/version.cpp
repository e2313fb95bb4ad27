// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/app.h"
#include "vesica/base/os/system.h"

namespace vesica {

std::string_view version() { return VESICA_VERSION; }

std::string program_identity() { return std::string(version()) + "+" + build_id(); }

}  // namespace vesica
