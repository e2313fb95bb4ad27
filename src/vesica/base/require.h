// SPDX-License-Identifier: Apache-2.0
// Promises between programmers: always checked, never reachable from user input.
#pragma once

namespace vesica {

/// Prints the broken promise to stderr and aborts.
[[noreturn]] void promise_broken(const char* condition, const char* why, const char* file, int line);

}  // namespace vesica

#define VESICA_REQUIRE(condition, why) \
  ((condition) ? static_cast<void>(0) : ::vesica::promise_broken(#condition, why, __FILE__, __LINE__))
