// SPDX-License-Identifier: Apache-2.0
// Where the app says what happens: implemented by the command line (and by tests).
#pragma once

#include <cstddef>
#include <string_view>

#include "vesica/contract/contract.h"

namespace vesica {

class Console {
 public:
  virtual ~Console() = default;
  virtual void say_line(std::string_view text) = 0;  ///< for every user, unless quiet
  virtual void detail(std::string_view text) = 0;    ///< for the curious (--verbose)
  virtual void issue(const Issue& issue) = 0;
  /// Called often, from one thread at a time; the console decides what to show.
  virtual void progress(std::string_view what, std::size_t done, std::size_t total) = 0;
};

/// Says nothing.
class SilentConsole final : public Console {
 public:
  void say_line(std::string_view) override {}
  void detail(std::string_view) override {}
  void issue(const Issue&) override {}
  void progress(std::string_view, std::size_t, std::size_t) override {}
};

}  // namespace vesica
