// SPDX-License-Identifier: Apache-2.0
// Group commit: many finished items share one durable transaction, and no item waits longer than 50 ms for it.
#include <algorithm>
#include <chrono>

#include "vesica/base/os/system.h"
#include "vesica/store/store_impl.h"

namespace vesica {

namespace {

// Chosen: a commit costs 3 to 10 ms of an idle disk, so 50 ms keeps its share small; on a busy disk a group waits four
// times as long as the last commit took, at most one second. No more work than that is lost in a kill.
constexpr double kGroupSeconds = 0.05;
constexpr double kMaxGroupSeconds = 1;
constexpr double kPatience = 4;
constexpr std::size_t kGroupItems = 1000;
constexpr std::size_t kGroupRows = 500'000;

}  // namespace

void Store::Impl::begin_group() {
  if (db->in_transaction()) return;
  db->execute("BEGIN IMMEDIATE");
  pending_since = monotonic_seconds();
}

void Store::Impl::commit_group() {
  if (!db->in_transaction()) return;
  const double begin = monotonic_seconds();
  try {
    DurableFiles files;
    files.swap(pending_files);
    if (!files.empty()) {
      at("artifacts.written");
      files.sync();
      at("artifacts.synced");
      files.publish();
      at("artifacts.renamed");
    }
    at("commit.before");
    db->execute("COMMIT");
    at("commit.after");
  } catch (...) {
    // What was put since the last commit is lost, and what lies in memory says otherwise: no more writing here.
    failure = std::current_exception();
    db->abandon();
    throw;
  }
  pending_items = 0;
  pending_rows = 0;
  group_seconds = std::clamp(kPatience * (monotonic_seconds() - begin), kGroupSeconds, kMaxGroupSeconds);
}

void Store::Impl::commit_if_due() {
  if (pending_items == 0) return;
  const bool due = monotonic_seconds() - pending_since >= group_seconds;
  if (due || pending_items >= kGroupItems || pending_rows >= kGroupRows) commit_group();
}

void Store::Impl::start_flusher() {
  if (flusher.joinable()) return;
  flusher = std::thread([this] {
    std::unique_lock guard(mutex);
    while (!stopping) {
      // Asleep until there is something to commit, then until it is due.
      wake.wait(guard, [this] { return stopping || (pending_items > 0 && !failure); });
      if (stopping) return;
      wake.wait_for(guard, std::chrono::duration<double>(group_seconds), [this] { return stopping; });
      if (stopping) return;
      try {
        commit_if_due();
      } catch (...) {  // kept in `failure`: the next call from outside reports it
      }
    }
  });
}

void Store::flush() {
  const std::lock_guard guard(impl_->mutex);
  if (!impl_->writable) return;
  impl_->require_writable();
  impl_->commit_group();
}

}  // namespace vesica
