// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/context.h"

#include <algorithm>
#include <exception>
#include <mutex>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

/// What the bodies of one loop share: how far they are and what went wrong first.
class LoopState {
 public:
  LoopState(std::size_t n, const Context& context) : n_(n), context_(context) {}

  void run(std::size_t i, const std::function<void(std::size_t)>& body) {
    if (stopped_.load(std::memory_order_relaxed) || context_.is_cancelled()) return;
    try {
      body(i);
      finish_one();
    } catch (...) {
      keep(i, std::current_exception());
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
    context_.check_cancelled();
  }

 private:
  void finish_one() {
    if (!context_.progress) return;
    const std::lock_guard lock(mutex_);
    context_.progress(++done_, n_);
  }
  void keep(std::size_t i, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    stopped_.store(true, std::memory_order_relaxed);
    if (error_ && i > error_index_) return;
    error_ = std::move(error);
    error_index_ = i;
  }

  const std::size_t n_;
  const Context& context_;
  std::mutex mutex_;
  std::atomic<bool> stopped_{false};
  std::size_t done_ = 0;
  std::exception_ptr error_;
  std::size_t error_index_ = 0;
};

}  // namespace

void Context::check_cancelled() const {
  if (is_cancelled()) throw Error(ErrorKind::kCancelled, say("Stopped at your request."));
}

void parallel_for(std::size_t n, const Context& context, const std::function<void(std::size_t)>& body) {
  VESICA_REQUIRE(context.threads >= 1, "a thread budget is at least 1");
  LoopState state(n, context);
  if (context.threads == 1 || n <= 1) {
    for (std::size_t i = 0; i < n; ++i) state.run(i, body);
  } else {
    // More threads than the machine has gain nothing, and TBB would complain about them on the terminal.
    tbb::task_arena arena(std::min(context.threads, tbb::info::default_concurrency()));
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n, 1), [&](const tbb::blocked_range<std::size_t>& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) state.run(i, body);
      });
    });
  }
  state.rethrow();
}

}  // namespace vesica
