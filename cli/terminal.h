// SPDX-License-Identifier: Apache-2.0
// What is printed, where, and in which colour.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vesica/app/console.h"
#include "vesica/base/error.h"
#include "vesica/contract/contract.h"

namespace vesica::cli {

/// stdout for results, stderr for everything said about them. Colour and a live progress line only on a terminal, never
/// with NO_COLOR, TERM=dumb or --no-color; plain lines elsewhere.
class Terminal final : public Console {
 public:
  struct Options {
    bool quiet = false;
    bool verbose = false;
    bool no_color = false;
  };
  Terminal();
  void configure(const Options& options);

  /// A result: stdout, exactly these bytes.
  void out(std::string_view text);
  void say_line(std::string_view text) override;
  void detail(std::string_view text) override;
  void issue(const Issue& issue) override;
  void progress(std::string_view what, std::size_t done, std::size_t total) override;
  /// An error in full: what, where, next step.
  void error(const Error& error);
  /// True when results go to a person, not a pipe.
  bool out_is_terminal() const { return out_terminal_; }
  int columns() const;

 private:
  void clear_progress();
  std::string paint(std::string_view text, std::string_view code) const;

  Options options_;
  bool out_terminal_;
  bool error_terminal_;
  bool progress_shown_ = false;
  std::string progress_what_;
  double progress_started_ = 0;
  double progress_printed_ = 0;
};

}  // namespace vesica::cli
