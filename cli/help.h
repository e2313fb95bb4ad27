// SPDX-License-Identifier: Apache-2.0
// Texts made from the command table.
#pragma once

#include <string>

#include "cli/command_table.h"

namespace vesica::cli {

std::string program_help();
std::string command_help(const Command& command);
/// docs/cli.md
std::string reference_markdown();
/// A completion script for bash.
std::string bash_completion();

}  // namespace vesica::cli
