// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <cstdio>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"

namespace vesica::cli {

namespace {

constexpr double kLineEvery = 0.1;   // seconds between updates of a live line (chosen)
constexpr double kPlainEvery = 5.0;  // seconds between plain lines (chosen)

std::string remaining_text(double seconds) {
  if (seconds < 60) return say("{} s left", static_cast<int>(seconds + 0.5));
  return say("{} min left", static_cast<int>(seconds / 60 + 0.5));
}

}  // namespace

Terminal::Terminal() : out_terminal_(is_terminal(Stream::kOut)), error_terminal_(is_terminal(Stream::kError)) {}

void Terminal::configure(const Options& options) { options_ = options; }

void Terminal::out(std::string_view text) {
  clear_progress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kIo, say("The result cannot be written to the standard output."), {},
                say("Is the disk full, or the program closed that reads it?"));
}

std::string Terminal::paint(std::string_view text, std::string_view code) const {
  const bool plain =
      options_.no_color || !error_terminal_ || !environment("NO_COLOR").empty() || environment("TERM") == "dumb";
  return plain ? std::string(text) : "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

void Terminal::say_line(std::string_view text) {
  if (options_.quiet) return;
  clear_progress();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void Terminal::detail(std::string_view text) {
  if (options_.verbose) say_line(text);
}

void Terminal::issue(const Issue& issue) {
  if (issue.severity == Severity::kNote && !options_.verbose) return;
  if (issue.severity == Severity::kWarning && options_.quiet) return;
  clear_progress();
  const bool is_error = issue.severity == Severity::kError;
  std::string line = is_error ? paint(say("error"), "1;31") : paint(say("warning"), "33");
  line += ": ";
  const std::string place = issue.where.text();
  if (!place.empty()) line += place + ": ";
  if (place.empty() && !issue.input.empty()) line += issue.input + ": ";
  line += issue.message;
  if (!issue.hint.empty()) line += " " + issue.hint;
  std::fprintf(stderr, "%s\n", line.c_str());
}

void Terminal::error(const Error& error) {
  clear_progress();
  std::string line = paint(say("error"), "1;31") + ": ";
  const std::string place = error.where().text();
  if (!place.empty()) line += place + ": ";
  line += error.message();
  if (!error.hint().empty()) line += "\n  " + error.hint();
  std::fprintf(stderr, "%s\n", line.c_str());
}

void Terminal::progress(std::string_view what, std::size_t done, std::size_t total) {
  if (options_.quiet || total == 0) return;
  const double now = monotonic_seconds();
  if (progress_what_ != what) {
    progress_what_ = what;
    progress_started_ = now;
    progress_printed_ = error_terminal_ ? 0 : now;
  }
  const bool last = done >= total;
  const double every = error_terminal_ ? kLineEvery : kPlainEvery;
  if (!last && now - progress_printed_ < every) return;
  if (last && !progress_shown_ && now - progress_started_ < every) return;
  progress_printed_ = now;
  std::string line = say("{}: {} of {}", what, done, total);
  if (done > 0 && !last)
    line += ", " +
            remaining_text((now - progress_started_) / static_cast<double>(done) * static_cast<double>(total - done));
  if (error_terminal_) {
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    progress_shown_ = true;
    if (last) clear_progress();
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

void Terminal::clear_progress() {
  if (!progress_shown_) return;
  std::fprintf(stderr, "\r\033[K");
  progress_shown_ = false;
}

int Terminal::columns() const { return terminal_columns(); }

}  // namespace vesica::cli
