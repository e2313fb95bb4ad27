// SPDX-License-Identifier: Apache-2.0
// A process that measures, stores and exports is killed at random moments and between every two steps of writing.
// Whatever the moment: the database is whole, no run is partial, no row names a missing file, exports are one set or
// marked as being replaced, and the next run ends with the same bytes as one that was never disturbed.
#include <map>
#include <set>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/store/sql.h"
#include "vesica/store/store_test_help.h"
#include "vesica/table/tsv.h"

namespace vesica {
namespace {

using namespace store_test;
namespace fs = std::filesystem;

constexpr int kItems = 24;

/// What a run of one generation exports; the last figure exists in even generations only, so that files go stale.
std::vector<ExportFile> exports_of(const Store& store, int generation) {
  std::string issues;
  for (const Issue& issue : store.current_issues()) issues += issue.message + "\n";
  std::string artifacts;
  for (const ArtifactRecord& artifact : store.artifacts()) artifacts += artifact.name + "\t" + artifact.sha256 + "\n";
  std::vector<ExportFile> files = {{"observations.tsv", write_observations_tsv(store.current_observations())},
                                   {"issues.txt", issues},
                                   {"artifacts.tsv", artifacts},
                                   {"figures/constant.svg", "<svg/>"},
                                   {"figures/changing.svg", fmt::format("<svg>{}</svg>", generation)}};
  if (generation % 2 == 0) files.push_back({"figures/even/only.svg", "<svg>even</svg>"});
  return files;
}

/// One whole `vesica run`: the items of this generation that are not up to date, then the exports.
void run_study(const fs::path& folder, int generation, const StoreOptions& options = {}) {
  Store store = Store::open_for_writing(folder, options);
  store.begin_session("run", "0.1.0");
  std::vector<std::string> keys;
  // One item leaves the study in odd generations.
  for (int i = generation % 2; i < kItems; ++i) {
    keys.push_back(key_of(i));
    // Half of the items change with every generation, as after a change of settings of one assay.
    const int version = i % 2 == 0 ? generation : 0;
    if (!store.up_to_date(key_of(i), fingerprint_of(i, version))) store.put(make_item(i, version));
    if (i % 5 == 4) store.flush();
  }
  store.keep_only(keys);
  store.publish(exports_of(store, generation));
  store.end_session();
}

using Set = std::map<std::string, std::string>;

/// The exported files on disk: everything but the store's own.
Set exported(const fs::path& folder) {
  Set out;
  for (const fs::path& file : list_files(folder)) {
    const std::string name = path_text(file.lexically_relative(folder));
    if (!name.starts_with("vesica.") && !name.starts_with("derived/")) out[name] = read_file(file);
  }
  return out;
}

/// The exports of an undisturbed run of that generation in a folder of its own.
const Set& undisturbed(int generation) {
  static std::map<int, Set> known;
  if (known.count(generation) == 0) {
    Folder folder(Folder::Where::kMemory);
    run_study(folder, generation);
    known[generation] = exported(folder);
  }
  return known[generation];
}

/// What must hold at any moment, seen by a reader right after the kill.
void check_invariants(const fs::path& folder, int generation) {
  if (!Store::exists(folder)) return;  // killed before the first byte
  const Store store = Store::open_for_reading(folder);
  EXPECT_TRUE(store.verify().empty());  // quick_check, and a complete file behind every row
  std::map<std::string, const Set*> sets;
  for (const ItemRecord& record : store.items()) {
    const auto item = store.item(record.key);
    ASSERT_TRUE(item);
    // No run is partial: all rows, issues and artifacts of the item as it was put.
    EXPECT_EQ(item->outcome.observations.size(), 8u) << record.key;
    EXPECT_EQ(item->outcome.issues.size(), 1u) << record.key;
    ASSERT_EQ(item->outcome.artifacts.size(), 2u) << record.key;
  }
  if (store.exports_unfinished()) return;
  const Set files = exported(folder);
  if (files.empty()) return;
  EXPECT_TRUE(files == undisturbed(generation) || (generation > 0 && files == undisturbed(generation - 1)))
      << "the exported set is neither the old nor the new one";
}

/// Nothing that a killed run left behind stays: every derived file has its row, nothing is staged.
void check_no_leftovers(const fs::path& folder) {
  EXPECT_FALSE(fs::exists(folder / ".vesica-staging"));
  sql::Database db(folder / "vesica.db", sql::Mode::kRead);
  sql::Statement query(db, "SELECT sha256 FROM derived");
  std::set<std::string> named;
  while (query.step()) named.emplace(query.text(0));
  for (const auto& entry : fs::recursive_directory_iterator(folder / "derived")) {
    const bool is_orphan = entry.is_regular_file() && named.count(entry.path().filename()) == 0;
    EXPECT_FALSE(is_orphan) << entry.path();
  }
}

/// Starts a run in a child process and ends it with SIGKILL; true when it was killed before its end.
bool run_and_kill(const fs::path& folder, int generation, int steps, int microseconds) {
  const pid_t child = ::fork();
  if (child == 0) {
    int step = 0;
    StoreOptions options;
    options.at_step = [&](std::string_view) {
      if (steps >= 0 && step++ == steps) ::kill(::getpid(), SIGKILL);
    };
    try {
      run_study(folder, generation, options);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  if (steps < 0) {
    ::usleep(static_cast<useconds_t>(microseconds));
    ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status);
}

int count_steps() {
  Folder folder(Folder::Where::kMemory);
  int steps = 0;
  StoreOptions options;
  options.at_step = [&](std::string_view) { ++steps; };
  run_study(folder, 0, options);
  run_study(folder, 1, options);
  return steps / 2;
}

TEST(StoreKillSlow, BetweenEveryTwoSteps) {
  const int steps = count_steps();
  ASSERT_GT(steps, 20);
  Folder folder(Folder::Where::kMemory);
  int kills = 0;
  for (int generation = 0; generation < 4; ++generation) {
    for (int step = 0; step <= steps + 5; ++step) {
      Folder copy(
          Folder::Where::kMemory);  // every step of this generation starts from the same finished generation before
      if (generation > 0) fs::copy(folder, copy, fs::copy_options::recursive);
      if (!run_and_kill(copy, generation, step, 0)) break;
      ++kills;
      check_invariants(copy, generation);
      run_study(copy, generation);
      EXPECT_EQ(exported(copy), undisturbed(generation)) << "generation " << generation << ", step " << step;
      check_no_leftovers(copy);
    }
    run_study(folder, generation);
    EXPECT_EQ(exported(folder), undisturbed(generation));
    if (HasFailure()) break;
  }
  RecordProperty("kills", kills);
  std::printf("killed between steps: %d times\n", kills);
  EXPECT_GT(kills, 60);
}

TEST(StoreKillSlow, AtRandomMoments) {
  constexpr int kKills = 240;
  Folder folder;  // on the disk: most of a run is waiting for it, so most kills fall there
  Random random(20261120);
  int kills = 0, finished = 0, generation = 0;
  // What an undisturbed run takes on this disk at present, in seconds; kills are spread over it and a little beyond.
  double whole = 0.05;
  while (kills < kKills && !HasFailure()) {
    // Up to three kills in a row within one generation, then an undisturbed end.
    const int in_a_row = 1 + static_cast<int>(random.below(3));
    for (int i = 0; i < in_a_row; ++i) {
      if (run_and_kill(folder, generation, -1, static_cast<int>(random.uniform(0, 1.2 * whole) * 1e6))) {
        ++kills;
      } else {
        ++finished;
      }
      check_invariants(folder, generation);
    }
    const double begin = monotonic_seconds();
    run_study(folder, generation);
    whole = 0.8 * whole + 0.2 * (monotonic_seconds() - begin);
    EXPECT_EQ(exported(folder), undisturbed(generation)) << "generation " << generation;
    ++generation;
    ASSERT_LT(finished, 10 * kKills);
  }
  std::printf("killed at random moments: %d times over %d generations (%d runs ended before the kill)\n", kills,
              generation, finished);
  check_no_leftovers(folder);
  EXPECT_TRUE(Store::open_for_reading(folder).verify().empty());
}

TEST(StoreKillSlow, FullDiskAtEveryStep) {
  // The same steps fail with "disk full" instead of ending the process.
  const int steps = count_steps();
  for (int step = 0; step <= steps; ++step) {
    Folder folder(Folder::Where::kMemory);
    run_study(folder, 0);
    int counter = 0;
    StoreOptions options;
    options.at_step = [&](std::string_view name) {
      if (counter++ == step) {
        throw Error(ErrorKind::kIo, "no space left on device at " + std::string(name), Place{"disk", 0, 0, ""},
                    "Free.");
      }
    };
    bool failed = false;
    try {
      run_study(folder, 1, options);
    } catch (const Error& error) {
      failed = true;
      EXPECT_EQ(error.kind(), ErrorKind::kIo);
    }
    if (!failed) break;
    check_invariants(folder, 1);
    run_study(folder, 1);
    EXPECT_EQ(exported(folder), undisturbed(1)) << step;
    if (HasFailure()) break;
  }
}

TEST(StoreKillSlow, TwoRunsAtOnce) {
  // Two processes start the same study together: each waits for the other or is refused; the result is one run's.
  for (int trial = 0; trial < 10; ++trial) {
    Folder folder(Folder::Where::kMemory);
    std::vector<pid_t> children;
    for (int i = 0; i < 2; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        StoreOptions options;
        options.wait_s = trial % 2 == 0 ? 30 : 0.01;
        int status = 0;
        try {
          run_study(folder, 0, options);
        } catch (const Error& error) {
          status = error.kind() == ErrorKind::kBusy ? 3 : 1;
        }
        ::_exit(status);
      }
      children.push_back(child);
    }
    int completed = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      ASSERT_TRUE(WIFEXITED(status));
      EXPECT_TRUE(WEXITSTATUS(status) == 0 || (WEXITSTATUS(status) == 3 && trial % 2 == 1)) << WEXITSTATUS(status);
      completed += WEXITSTATUS(status) == 0;
    }
    EXPECT_GE(completed, 1);
    EXPECT_EQ(exported(folder), undisturbed(0));
    EXPECT_EQ(Store::open_for_reading(folder).runs().size(), static_cast<std::size_t>(kItems));
  }
}

}  // namespace
}  // namespace vesica
