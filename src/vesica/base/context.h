// SPDX-License-Identifier: Apache-2.0
// What arrives from outside in every long computation: seed, threads, cancellation, progress. No global state.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace vesica {

struct Context {
  std::uint64_t seed = 1;
  int threads = 1;                               ///< the one budget; nested loops get 1
  const std::atomic<bool>* cancelled = nullptr;  ///< set by Ctrl-C
  std::function<void(std::size_t done, std::size_t total)>
      progress;  ///< may be empty; called from one thread at a time

  bool is_cancelled() const { return cancelled != nullptr && cancelled->load(std::memory_order_relaxed); }
  /// Throws Error(kCancelled) once the user asked to stop.
  void check_cancelled() const;
};

/// Runs body(0) .. body(n-1) on at most context.threads threads, in any order; stops starting new ones on
/// cancellation (then throws Error(kCancelled)) or after an exception, which is rethrown here (of several the one of
/// the lowest index). Results must not depend on the order. A body that loops itself passes a Context of one thread on.
void parallel_for(std::size_t n, const Context& context, const std::function<void(std::size_t)>& body);

}  // namespace vesica
