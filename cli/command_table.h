// SPDX-License-Identifier: Apache-2.0
// The one table of commands: parser, --help, shell completion and docs/cli.md are made from it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace vesica::cli {

/// What was typed, by the names of the table: `values["out"]`, `flags` for switches, one entry a positional.
struct Arguments {
  std::map<std::string, std::vector<std::string>, std::less<>> values;

  bool has(std::string_view name) const { return values.find(name) != values.end(); }
  /// The single value; `fallback` when it was not typed.
  std::string get(std::string_view name, std::string_view fallback = "") const;
  std::vector<std::string> all(std::string_view name) const;
};

/// One option or positional. `value` is the placeholder in help ("DIR"); empty makes a switch.
struct Option {
  std::string_view name;    ///< "out"; positionals are upper case in help
  std::string_view letter;  ///< "o" or empty
  std::string_view value;
  std::string_view help;
  bool required = false;
  bool many = false;
  bool positional = false;
};

struct Command {
  std::string_view name;
  std::string_view summary;      ///< one line
  std::string_view description;  ///< a paragraph
  std::span<const Option> options;
  std::span<const std::string_view> examples;
  int (*run)(const Arguments&, Terminal&);
};

std::span<const Command> all_commands();
/// Options that every command takes.
std::span<const Option> common_options();
const Command* find_command(std::string_view name);

/// Exit codes: below 64 Vesica's own, from 64 those of sysexits.h.
enum ExitCode {
  kOk = 0,
  kCheckFailed = 1,
  kSomeFailed = 2,
  kUsage = 64,
  kData = 65,
  kNoInput = 66,
  kInternal = 70,
  kCannotCreate = 73,
  kIo = 74,
  kRetry = 75,
  kConfig = 78,
  kInterrupted = 130,
};

}  // namespace vesica::cli
