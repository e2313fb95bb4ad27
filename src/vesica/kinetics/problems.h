// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with a model, gathered so that the user hears of all of it at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"

namespace vesica::kinetics {

/// An id of a foreign file as a message shows it: valid text, not too long.
std::string shown(std::string_view id);

class Problems {
 public:
  /// More than this many are counted, not kept (chosen: nobody reads further).
  static constexpr std::size_t kMostKept = 20;

  void add(ErrorKind kind, std::string what, Place where, std::string hint = {});
  void add(const Error& error);
  bool empty() const { return count_ == 0; }
  const std::vector<Error>& kept() const { return kept_; }
  /// Throws one Error for all: of the kind, place and hint of the first, with every sentence and its line. Does nothing
  /// when there is no problem.
  void raise() const;

 private:
  std::vector<Error> kept_;
  std::size_t count_ = 0;
};

}  // namespace vesica::kinetics
