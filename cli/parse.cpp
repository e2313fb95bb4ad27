// SPDX-License-Identifier: Apache-2.0
#include "cli/parse.h"

#include <deque>
#include <memory>

#include <CLI/CLI.hpp>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::cli {

namespace {

/// CLI11 writes into these; they are gathered into Arguments afterwards.
struct Slot {
  const Option* option;
  std::vector<std::string> values;  ///< of an option that may be repeated
  std::string value;                ///< of any other
  bool flag = false;
};

void add_option(CLI::App& app, const Option& option, std::deque<Slot>& slots) {
  Slot& slot = slots.emplace_back(Slot{&option, {}, {}, false});
  std::string name = option.positional ? std::string(option.name) : "--" + std::string(option.name);
  if (!option.letter.empty()) name = "-" + std::string(option.letter) + "," + name;
  if (option.value.empty() && !option.positional) {
    app.add_flag(name, slot.flag);
    return;
  }
  // Whether a required one was typed is checked in our own words afterwards.
  if (!option.many) {
    CLI::Option* made = app.add_option(name, slot.value);
    if (!option.positional) made->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  } else if (option.positional) {
    app.add_option(name, slot.values)->expected(0, CLI::detail::expected_max_vector_size);
  } else {
    app.add_option(name, slot.values)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

std::string usage_hint(const Command* command) {
  return command != nullptr ? say("See: vesica {} --help", command->name) : say("See: vesica --help");
}

/// The error of an unknown word, with the nearest known one.
Error unknown(const std::string& word, const Command* command) {
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    for (const Option& option : common_options()) known.push_back("--" + std::string(option.name));
    if (command != nullptr) {
      for (const Option& option : command->options) {
        if (!option.positional) known.push_back("--" + std::string(option.name));
      }
    }
  } else if (command == nullptr) {
    for (const Command& one : all_commands()) known.emplace_back(one.name);
  }
  const auto near = did_you_mean(word, known);
  const std::string what = word.starts_with("-") ? say("There is no option \"{}\".", word)
                           : command == nullptr  ? say("There is no command \"{}\".", word)
                                                 : say("\"{}\" is one word too many.", word);
  return Error(ErrorKind::kUsage, what, {},
               (near ? say("Did you mean \"{}\"?", *near) + " " : "") + usage_hint(command));
}

/// CLI11's complaint in our words.
[[noreturn]] void translate_error(const CLI::ParseError& error, const CLI::App& app, const Command& command) {
  const auto extras = app.remaining();
  if (!extras.empty()) throw unknown(extras.front(), &command);
  throw Error(ErrorKind::kUsage, error.what(), {}, usage_hint(&command));
}

Arguments gather(const std::deque<Slot>& slots) {
  Arguments arguments;
  for (const Slot& slot : slots) {
    if (slot.flag) arguments.values[std::string(slot.option->name)] = {"true"};
    if (!slot.value.empty()) arguments.values[std::string(slot.option->name)] = {slot.value};
    if (!slot.values.empty()) arguments.values[std::string(slot.option->name)] = slot.values;
  }
  return arguments;
}

/// The words after the command, last first, as CLI11 takes them.
std::vector<std::string> rest_of(int argc, const char* const* argv, int from) {
  std::vector<std::string> rest;
  for (int i = argc - 1; i >= from; --i) rest.emplace_back(argv[i]);
  return rest;
}

}  // namespace

std::string Arguments::get(std::string_view name, std::string_view fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string(fallback) : found->second.front();
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

namespace {

const Option* find_common(std::string_view word) {
  if (word.starts_with("--")) word = word.substr(0, word.find('='));
  for (const Option& option : common_options()) {
    if (word == "--" + std::string(option.name) || (!option.letter.empty() && word == "-" + std::string(option.letter)))
      return &option;
  }
  return nullptr;
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
  Parsed parsed;
  std::vector<std::string> early;
  int i = 1;
  for (; i < argc && argv[i][0] == '-'; ++i) {
    const std::string_view word = argv[i];
    if (word == "-h" || word == "--help") {
      parsed.help = true;
      return parsed;
    }
    if (word == "--version") {
      parsed.version = true;
      return parsed;
    }
    // An option of every command may stand before it; its value, if any, is the next word or behind "=".
    const Option* option = find_common(word);
    if (option == nullptr) throw unknown(argv[i], nullptr);
    early.emplace_back(argv[i]);
    const bool has_value = word.starts_with("--") && word.find('=') != std::string_view::npos;
    if (!option->value.empty() && !has_value && i + 1 < argc) early.emplace_back(argv[++i]);
  }
  if (i == argc) {
    parsed.help = true;
    return parsed;
  }
  std::string name = argv[i++];
  if (name == "help") {
    parsed.help = true;
    if (i == argc) return parsed;
    name = argv[i++];
  }
  // Some commands have two words: "design spin".
  if (i < argc && find_command(name + " " + argv[i]) != nullptr) name += " " + std::string(argv[i++]);
  parsed.command = find_command(name);
  if (parsed.command == nullptr) throw unknown(name, nullptr);
  for (int k = i; k < argc; ++k) {
    if (std::string_view(argv[k]) == "-h" || std::string_view(argv[k]) == "--help") parsed.help = true;
  }
  if (parsed.help) return parsed;

  CLI::App app;
  app.set_help_flag();
  app.allow_extras(false);
  std::deque<Slot> slots;
  for (const Option& option : parsed.command->options) add_option(app, option, slots);
  for (const Option& option : common_options()) add_option(app, option, slots);
  try {
    std::vector<std::string> words = rest_of(argc, argv, i);  // CLI11 wants them last first
    words.insert(words.end(), early.rbegin(), early.rend());
    app.parse(words);
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining();
    throw unknown(extras.empty() ? "" : extras.front(), parsed.command);
  } catch (const CLI::ParseError& error) {
    translate_error(error, app, *parsed.command);
  }
  parsed.arguments = gather(slots);
  for (const Option& option : parsed.command->options) {
    if (option.required && !parsed.arguments.has(option.name))
      throw Error(
          ErrorKind::kUsage,
          say("{} is missing.", option.positional ? std::string(option.value) : "--" + std::string(option.name)), {},
          usage_hint(parsed.command));
  }
  return parsed;
}

}  // namespace vesica::cli
