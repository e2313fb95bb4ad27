// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/context.h"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica {
namespace {

TEST(ParallelFor, RunsEveryIndexOnceWithAnyThreads) {
  for (const int threads : {1, 2, 5}) {
    Context context;
    context.threads = threads;
    std::size_t reported = 0;
    context.progress = [&](std::size_t done, std::size_t total) {
      EXPECT_EQ(done, ++reported);
      EXPECT_EQ(total, 1000u);
    };
    std::vector<int> hits(1000);
    parallel_for(hits.size(), context, [&](std::size_t i) { ++hits[i]; });
    EXPECT_EQ(hits, std::vector<int>(1000, 1));
    EXPECT_EQ(reported, 1000u);
  }
  parallel_for(0, Context{}, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, RethrowsAndStops) {
  for (const int threads : {1, 3}) {
    Context context;
    context.threads = threads;
    std::atomic<int> ran{0};
    const auto loop = [&] {
      parallel_for(100000, context, [&](std::size_t i) {
        ++ran;
        if (i == 3) throw std::runtime_error("three");
      });
    };
    EXPECT_THROW(loop(), std::runtime_error);
    EXPECT_LT(ran, 100000);
  }
}

TEST(ParallelFor, CancellationThrows) {
  std::atomic<bool> cancelled{false};
  Context context;
  context.threads = 2;
  context.cancelled = &cancelled;
  std::atomic<int> ran{0};
  try {
    parallel_for(100000, context, [&](std::size_t) {
      if (++ran == 10) cancelled = true;
    });
    FAIL() << "cancellation went unnoticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
  }
  EXPECT_LT(ran, 100000);
}

}  // namespace
}  // namespace vesica
