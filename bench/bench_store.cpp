// SPDX-License-Identifier: Apache-2.0
// The store: rows in and out, size on disk, the cost of many small items, and a rerun in which nothing is to be done.
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bench.h"
#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/random.h"
#include "vesica/store/store.h"

namespace {

using namespace vesica;
namespace fs = std::filesystem;

constexpr int kCurves = 2000;        // chosen: the videos of a large study
constexpr int kRowsPerCurve = 1000;  // 1 nm bins to 1000 nm, as the instruments export them
constexpr int kItems = 20'000;       // the study of the acceptance table

ItemResult item_with(int number, int rows, bool artifact) {
  ItemResult item;
  item.key = fmt::format("raw/day {}/video {}.csv|nta|S{}", number / 100, number, number / 3);
  item.fingerprint = sha256(item.key);
  item.run.producer = "assay nta";
  item.run.version = "0.1.0";
  item.run.settings = Value::table();
  item.run.inputs = {{fmt::format("raw/day {}/video {}.csv", number / 100, number), item.fingerprint}};
  item.run.started = utc_now();
  item.run.status = "complete";
  Random random(1, static_cast<std::uint64_t>(number));
  Observation row;
  row.condition = number % 2 == 0 ? "SA" : "SA+Exos";
  row.sample = fmt::format("S{}", number / 3);
  row.replicate = fmt::format("video {}", number % 3);
  row.part = "number";
  row.source = "nta";
  row.unit = "{particles}/mL";
  for (int i = 0; i < rows; ++i) {
    row.quantity = rows > 100 ? "particle.size_distribution" : fmt::format("particle.quantity_{}", i);
    row.at = rows > 100 ? i + 0.5 : kNaN;
    row.value = random.uniform(0, 1e9);
    item.outcome.observations.add(row);
  }
  if (artifact)
    item.outcome.artifacts.push_back(
        {"tracks.tsv", "text/tab-separated-values", item.key + std::string(4000, 'x'), ""});
  return item;
}

std::vector<ItemResult> items_of(int count, int rows, bool artifact) {
  std::vector<ItemResult> out;
  for (int i = 0; i < count; ++i) out.push_back(item_with(i, rows, artifact));
  return out;
}

/// Elapsed seconds and seconds of processor time; the second does not depend on who else uses machine and disk.
struct Seconds {
  double elapsed, processor;
};

Seconds seconds_to_put(const fs::path& folder, const std::vector<ItemResult>& items) {
  const double start = monotonic_seconds();
  const std::clock_t clock = std::clock();
  Store store = Store::open_for_writing(folder);
  store.begin_session("bench", "0.1.0");
  for (const ItemResult& item : items) store.put(item);
  store.end_session();
  return {monotonic_seconds() - start, static_cast<double>(std::clock() - clock) / CLOCKS_PER_SEC};
}

void bench_curves(const fs::path& folder) {
  const double millions = kCurves * 1e-6 * kRowsPerCurve;
  const Seconds put = seconds_to_put(folder, items_of(kCurves, kRowsPerCurve, false));
  bench::print_result("store: rows of curves in", millions / put.elapsed, "million/s");
  bench::print_result("store: rows of curves in, one core", millions / put.processor, "million/s", "> 1");
  bench::print_result("store: bytes a row", static_cast<double>(fs::file_size(folder / "vesica.db")) / (millions * 1e6),
                      "B", "< 40");
  const Store store = Store::open_for_reading(folder);
  const double read = bench::median_seconds(1, [&] { store.current_observations(); });
  bench::print_result("store: rows of curves out, sorted", millions / read, "million/s");
}

void bench_items(const fs::path& folder) {
  bench::print_result("store: 20,000 items of 20 rows in", seconds_to_put(folder, items_of(kItems, 20, false)).elapsed,
                      "s");
  bench::print_result("store: 2,000 items with an artifact in",
                      seconds_to_put(folder / "artifacts", items_of(2000, 20, true)).elapsed, "s");
}

/// What a rerun asks the store: every file's hash, every item's state; nothing is written.
void bench_rerun(const fs::path& folder) {
  const FileIdentity identity{1000, 1'600'000'000'123'456'789, 42};
  std::vector<std::string> keys;
  {
    Store store = Store::open_for_writing(folder);
    store.begin_session("bench", "0.1.0");
    for (int i = 0; i < kItems; ++i) {
      keys.push_back(item_with(i, 0, false).key);
      store.remember_file(keys.back(), identity, sha256(keys.back()));
    }
    store.end_session();
  }
  int todo = 0;
  const double seconds = bench::median_seconds(3, [&] {
    Store store = Store::open_for_writing(folder);
    store.begin_session("bench", "0.1.0");
    for (const std::string& key : keys) {
      const auto known = store.known_file(key, identity);
      if (!known || !store.up_to_date(key, *known)) ++todo;
    }
    store.keep_only(keys);
    store.end_session();
  });
  bench::print_result("store: rerun of 20,000 unchanged items", seconds, "s", "< 0.5");
  bench::print_result("store: items executed again", todo, "items", "< 1");
}

}  // namespace

int main() {
  const fs::path folder = fs::temp_directory_path() / ("vesica-bench-" + new_uuid());
  bench_curves(folder / "curves");
  bench_items(folder / "items");
  bench_rerun(folder / "items");
  fs::remove_all(folder);
}
