// SPDX-License-Identifier: Apache-2.0
// What the tests of the store share: a folder that goes away, and items whose content follows from two numbers.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/hash.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/random.h"
#include "vesica/store/store.h"

namespace vesica::store_test {

/// A folder of its own for each test, gone afterwards; in memory where the test is about order and not about the disk.
class Folder {
 public:
  enum class Where { kDisk, kMemory };
  explicit Folder(Where where = Where::kDisk) : path_(base_of(where) / ("vesica-store-" + new_uuid())) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  operator const std::filesystem::path&() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  static std::filesystem::path base_of(Where where) {
    const std::filesystem::path memory = "/dev/shm";
    if (where == Where::kMemory && is_writable_folder(memory)) return memory;
    return std::filesystem::temp_directory_path();
  }
  std::filesystem::path path_;
};

inline std::string key_of(int item) { return fmt::format("raw/video {}.csv|nta|S{}", item, item); }
inline std::string fingerprint_of(int item, int generation) { return sha256(fmt::format("{}/{}", item, generation)); }

/// A finished measurement: `rows` scalar and curve rows, an issue, two artifacts, all functions of item and generation.
inline ItemResult make_item(int item, int generation = 0, int rows = 8) {
  ItemResult out;
  out.key = key_of(item);
  out.fingerprint = fingerprint_of(item, generation);
  out.run.producer = "assay nta";
  out.run.version = "0.1.0";
  out.run.settings = Value::table();
  out.run.settings.set("viscosity_mpa_s", Value::of(0.89 + generation));
  out.run.inputs = {{fmt::format("raw/video {}.csv", item), sha256(fmt::format("raw {}", item))}};
  out.run.seed = 0xFFFF'FFFF'FFFF'FFF0ull + static_cast<unsigned>(item % 8);
  out.run.started = "2026-01-02T03:04:05.000Z";
  out.run.status = "complete";
  Random random(static_cast<std::uint64_t>(generation) + 1, static_cast<std::uint64_t>(item));
  for (int i = 0; i < rows; ++i) {
    Observation row;
    row.quantity = i == 0 ? "particle.diameter_mean" : "particle.size_distribution";
    row.target = i % 2 == 0 ? "" : "中文";
    row.condition = item % 2 == 0 ? "SA" : "SA+Exos";
    row.sample = fmt::format("S{}", item);
    row.replicate = fmt::format("video {}", i % 3);
    row.part = "number";
    row.time_h = i % 3 == 0 ? kNaN : 0.1 * i;
    row.at = i == 0 ? kNaN : i - 0.5;
    row.origin = item % 5 == 4 ? Origin::kPredicted : Origin::kMeasured;
    row.source = "nta";
    row.value = i % 7 == 6 ? kNaN : random.normal(100, 10);
    row.status = i % 7 == 6 ? Status::kNoObjects : Status::kOk;
    row.unit = "nm";
    row.low = i % 2 == 0 ? row.value - 1 : kNaN;
    row.high = i % 2 == 0 ? row.value + 1 : kNaN;
    row.interval = i % 2 == 0 ? "t95" : "";
    row.n = i * 1000;
    out.outcome.observations.add(row);
  }
  Issue issue;
  issue.kind = "nta.flagged_video";
  issue.message = fmt::format("Video {} is flagged in generation {}.", item, generation);
  issue.where = {fmt::format("raw/video {}.csv", item), 12, 3, "Warnings"};
  issue.hint = "Look at the video.";
  issue.input = issue.where.file;
  issue.sample = fmt::format("S{}", item);
  out.outcome.issues.push_back(issue);
  out.outcome.artifacts.push_back({"tracks.tsv", "text/tab-separated-values",
                                   fmt::format("item {} generation {}\n", item, generation) + std::string(2000, 'x'),
                                   "every track"});
  out.outcome.artifacts.push_back(
      {"note.txt", "text/plain", fmt::format("shared {}", item % 3), "shared between items"});
  return out;
}

/// The kind of the Error that a call throws, which must name a file and, unless the hint is for nobody, a next step.
template <typename F>
ErrorKind kind_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_FALSE(error.where().file.empty()) << error.what();
    EXPECT_FALSE(error.hint().empty()) << error.what();
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::kInternal;
}

template <typename F>
std::string message_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// A store with `items` complete items in a closed session.
inline void fill(const std::filesystem::path& folder, int items, int generation = 0) {
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  for (int i = 0; i < items; ++i) store.put(make_item(i, generation));
  store.end_session();
}

}  // namespace vesica::store_test
