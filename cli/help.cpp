// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::cli {

namespace {

std::string pad(std::string text, std::size_t width) {
  const std::size_t have = text_width(text);
  return have < width ? text + std::string(width - have, ' ') : text;
}

/// Lines of at most 80 columns, broken at blanks.
std::string wrapped(std::string_view text) {
  constexpr std::size_t kColumns = 80;  // chosen: the narrowest terminal that people still open
  std::string out;
  std::size_t used = 0;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t width = text_width(word);
    if (used > 0) out += used + 1 + width > kColumns ? "\n" : " ";
    used = used > 0 && used + 1 + width <= kColumns ? used + 1 + width : width;
    out += word;
  }
  return out;
}

std::string usage(const Command& command) {
  std::string out = "vesica " + std::string(command.name);
  bool optional = false;
  for (const Option& option : command.options) {
    if (option.positional) {
      const std::string name = std::string(option.value) + (option.many ? "..." : "");
      out += option.required ? " " + name : " [" + name + "]";
    } else if (option.required) {
      out += " --" + std::string(option.name) + " " + std::string(option.value);
    } else {
      optional = true;
    }
  }
  return optional ? out + " [" + say("options") + "]" : out;
}

std::string option_text(const Option& option) {
  if (option.positional) return std::string(option.value);
  std::string out = option.letter.empty() ? "    " : "-" + std::string(option.letter) + ", ";
  out += "--" + std::string(option.name);
  if (!option.value.empty()) out += " " + std::string(option.value);
  return out;
}

std::string option_lines(std::span<const Option> options) {
  std::size_t width = 0;
  for (const Option& option : options) width = std::max(width, option_text(option).size());
  std::string out;
  for (const Option& option : options)
    out += "  " + pad(option_text(option), width + 2) + std::string(translate(option.help)) + "\n";
  return out;
}

}  // namespace

std::string program_help() {
  std::string out = say("Vesica: measured and predicted values of vesicle research in one table") + "\n\n";
  out += say("Usage") + ": vesica COMMAND ...\n\n";
  std::size_t width = 0;
  for (const Command& command : all_commands()) width = std::max(width, command.name.size());
  for (const Command& command : all_commands())
    out += "  " + pad(std::string(command.name), width + 2) + std::string(translate(command.summary)) + "\n";
  out += "\n" + say("Start with: vesica new STUDY --from FOLDER") + "\n";
  out += say("More about one command: vesica COMMAND --help") + "\n";
  return out;
}

std::string command_help(const Command& command) {
  std::string out = std::string(translate(command.summary)) + "\n\n" + say("Usage") + ": " + usage(command) + "\n\n";
  out += wrapped(translate(command.description)) + "\n\n";
  out +=
      option_lines(command.options) + "\n" + say("Options of every command") + ":\n" + option_lines(common_options());
  if (!command.examples.empty()) out += "\n" + say("Examples") + ":\n";
  for (const std::string_view example : command.examples) out += "  " + std::string(example) + "\n";
  return out;
}

std::string reference_markdown() {
  std::string out =
      "# The commands\n\nGenerated from the command table by `vesica describe --commands`; do not edit.\n\n```\n" +
      program_help() + "```\n";
  for (const Command& command : all_commands())
    out += "\n## vesica " + std::string(command.name) + "\n\n```\n" + command_help(command) + "```\n";
  out +=
      "\n## Exit codes\n\n| code | meaning |\n|---|---|\n| 0 | all went well |\n| 1 | it ran, and a check failed |\n"
      "| 2 | some inputs failed; the others are in the results |\n| 64 | the command line is wrong |\n"
      "| 65 | a file's content is wrong |\n| 66 | a file is not there |\n| 70 | an error of Vesica itself |\n"
      "| 73 | an output cannot be created |\n| 74 | reading or writing failed |\n| 75 | another run is on: try again "
      "|\n"
      "| 78 | the study or a setting is wrong |\n| 130 | interrupted; the same command continues |\n";
  return out;
}

std::string bash_completion() {
  std::string names;
  std::string cases;
  std::string pairs;  // commands of two words: tried before those of one
  for (const Command& command : all_commands()) {
    const bool is_pair = command.name.find(' ') != std::string_view::npos;
    if (!is_pair) names += (names.empty() ? "" : " ") + std::string(command.name);
    std::string options;
    for (const auto list : {command.options, common_options()}) {
      for (const Option& option : list) {
        if (!option.positional) options += " --" + std::string(option.name);
      }
    }
    if (is_pair)
      pairs += "    \"" + std::string(command.name) + "\") words=\"" + options.substr(1) + "\" ;;\n";
    else
      cases += "    " + std::string(command.name) + "\\ *) words=\"" + options.substr(1) + "\" ;;\n";
  }
  return "_vesica() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words=\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    "
         "COMPREPLY=($(compgen -W '" +
         names + "' -- \"$cur\"))\n    return\n  fi\n  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n" + pairs +
         cases +
         "  esac\n  case $cur in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n    *) "
         "COMPREPLY=($(compgen -f -- \"$cur\")) "
         ";;\n  esac\n}\ncomplete -o filenames -F _vesica vesica\n";
}

}  // namespace vesica::cli
