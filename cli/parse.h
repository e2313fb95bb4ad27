// SPDX-License-Identifier: Apache-2.0
// From argv to a command and its arguments.
#pragma once

#include <string>

#include "cli/command_table.h"

namespace vesica::cli {

struct Parsed {
  const Command* command = nullptr;
  Arguments arguments;
  bool help = false;
  bool version = false;
};

/// Throws Error(kUsage) with "did you mean" for an unknown command or option.
Parsed parse(int argc, const char* const* argv);

}  // namespace vesica::cli
