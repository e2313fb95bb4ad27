// SPDX-License-Identifier: Apache-2.0
// vesica: the command-line door to app/.
#include <clocale>
#include <cstdio>
#include <new>

#include "cli/help.h"
#include "cli/parse.h"

#include "vesica/base/message.h"
#include "vesica/base/os/system.h"

namespace vesica::cli {

namespace {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return kUsage;
    case ErrorKind::kData:
      return kData;
    case ErrorKind::kNoInput:
      return kNoInput;
    case ErrorKind::kCannotCreate:
      return kCannotCreate;
    case ErrorKind::kIo:
      return kIo;
    case ErrorKind::kConfig:
      return kConfig;
    case ErrorKind::kUnsupported:
      return kData;
    case ErrorKind::kBusy:
      return kRetry;
    case ErrorKind::kCancelled:
      return kInterrupted;
    case ErrorKind::kInternal:
      return kInternal;
  }
  return kInternal;
}

void choose_language(std::string_view word) {
  if (word.empty()) return;
  set_language(word.starts_with("zh") ? Language::kChinese : Language::kEnglish);
}

/// The language of --lang wherever it stands, so that help and complaints about the command line speak it too.
void choose_typed_language(int argc, const char* const* argv) {
  constexpr std::string_view kOption = "--lang";
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = argv[i];
    if (word == kOption && i + 1 < argc) choose_language(argv[i + 1]);
    if (word.starts_with(kOption) && word.substr(kOption.size()).starts_with('=')) {
      choose_language(word.substr(kOption.size() + 1));
    }
  }
}

int run_program(int argc, const char* const* argv, Terminal& terminal) {
  for (const char* name : {"LANG", "LC_MESSAGES", "LC_ALL", "VESICA_LANG"}) choose_language(environment(name));
  choose_typed_language(argc, argv);
  const Parsed parsed = parse(argc, argv);
  if (parsed.version) {
    terminal.out("vesica " VESICA_VERSION "\n");
    return kOk;
  }
  const Arguments& arguments = parsed.arguments;
  terminal.configure({arguments.has("quiet"), arguments.has("verbose"), arguments.has("no-color")});
  if (parsed.help) {
    terminal.out(parsed.command != nullptr ? command_help(*parsed.command) : program_help());
    return argc == 1 ? kUsage : kOk;
  }
  return parsed.command->run(arguments, terminal);
}

}  // namespace

}  // namespace vesica::cli

int main(int argc, char** argv) {
  using namespace vesica;
  keep_freed_memory();
  cli::Terminal terminal;
  try {
    return cli::run_program(argc, argv, terminal);
  } catch (const Error& error) {
    terminal.error(error);
    return cli::exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    terminal.error(Error(ErrorKind::kIo, say("There is not enough memory."), {}, say("Use fewer --jobs.")));
    return cli::kIo;
  } catch (const std::exception& error) {
    terminal.error(Error(ErrorKind::kInternal, say("Vesica itself failed: {}.", error.what()), {},
                         say("Please report this with the command you typed.")));
    return cli::kInternal;
  }
}
