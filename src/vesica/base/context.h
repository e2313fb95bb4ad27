// SPDX-License-Identifier: Apache-2.0
// What arrives from outside in every long computation: seed, threads, cancellation, progress. No global state.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

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

/// How many results of a long loop are in memory, and how many one thread makes in one go.
struct Waves {
  std::size_t wave = 1, chunk = 1;  ///< both at least 1
};

/// Makes results 0 .. count-1 by body(first, results) on context.threads threads, chunk by chunk, and hands them to
/// sink(first, results) in order, from one thread, wave by wave: memory does not grow with `count`. Progress counts
/// results. Throws as parallel_for() does; what the sink has seen by then is complete.
template <typename Result, typename Body, typename Sink>
void parallel_in_order(std::uint64_t count, const Waves& waves, const Context& context, const Body& body,
                       const Sink& sink) {
  std::vector<Result> results;
  for (std::uint64_t first = 0; first < count; first += waves.wave) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(waves.wave, count - first));
    results.assign(size, Result());
    Context inner = context;
    if (context.progress)
      inner.progress = [&](std::size_t done, std::size_t) {
        context.progress(static_cast<std::size_t>(first) + std::min(size, done * waves.chunk),
                         static_cast<std::size_t>(count));
      };
    parallel_for((size + waves.chunk - 1) / waves.chunk, inner, [&](std::size_t i) {
      const std::size_t begin = i * waves.chunk;
      body(first + begin, std::span(results).subspan(begin, std::min(waves.chunk, size - begin)));
    });
    sink(first, std::span(results));
  }
}

}  // namespace vesica
