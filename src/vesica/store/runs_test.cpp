// SPDX-License-Identifier: Apache-2.0
// Items, runs and rows: what goes in comes out, and what is current follows from the study alone.
#include <cmath>
#include <thread>

#include "vesica/store/store_test_help.h"
#include "vesica/table/tsv.h"

namespace vesica {
namespace {

using namespace store_test;

std::string rows_text(const Store& store) { return write_observations_tsv(store.current_observations()); }

TEST(StoreRuns, WhatGoesInComesOut) {
  Folder folder;
  fill(folder, 3);
  const Store store = Store::open_for_reading(folder);
  const ItemResult in = make_item(1);
  const auto out = store.item(key_of(1));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->fingerprint, in.fingerprint);
  ASSERT_EQ(out->outcome.observations.size(), in.outcome.observations.size());
  for (std::size_t i = 0; i < in.outcome.observations.size(); ++i) {
    const Observation a = in.outcome.observations.row(i), b = out->outcome.observations.row(i);
    EXPECT_EQ(observation_key(in.outcome.observations, i), observation_key(out->outcome.observations, i));
    EXPECT_EQ(std::isnan(a.value) ? -1 : a.value, std::isnan(b.value) ? -1 : b.value);
    EXPECT_EQ(std::isnan(a.low) ? -1 : a.low, std::isnan(b.low) ? -1 : b.low);
    EXPECT_EQ(a.unit, b.unit);
    EXPECT_EQ(a.interval, b.interval);
    EXPECT_EQ(a.n, b.n);
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(b.run, run_id(in.key, in.fingerprint));
  }
  ASSERT_EQ(out->outcome.issues.size(), 1u);
  EXPECT_EQ(out->outcome.issues[0].message, in.outcome.issues[0].message);
  EXPECT_EQ(out->outcome.issues[0].where.text(), in.outcome.issues[0].where.text());
  EXPECT_EQ(out->outcome.issues[0].severity, Severity::kWarning);
  ASSERT_EQ(out->outcome.artifacts.size(), 2u);
  EXPECT_EQ(out->outcome.artifacts[0].bytes, in.outcome.artifacts[0].bytes);
  EXPECT_EQ(out->outcome.artifacts[0].about, "every track");
  EXPECT_EQ(out->run.seed, in.run.seed);
  EXPECT_EQ(out->run.inputs, in.run.inputs);
  EXPECT_EQ(out->run.settings.find("viscosity_mpa_s")->number, 0.89);
  EXPECT_EQ(store.run(run_id(in.key, in.fingerprint))->producer, "assay nta");
  EXPECT_FALSE(store.run("0000000000"));
  EXPECT_FALSE(store.item("nothing"));
  EXPECT_TRUE(store.verify().empty());
}

TEST(StoreRuns, ExtremeNumbersSurvive) {
  Folder folder;
  ItemResult item = make_item(0, 0, 0);
  Observation row;
  row.quantity = "particle.diameter_mean";
  row.unit = "nm";
  const std::vector<double> values = {0.1, 1e300, 5e-324, 3, -7, 9007199254740993.0, 1e18, -INFINITY, INFINITY};
  for (std::size_t i = 0; i < values.size(); ++i) {
    row.at = static_cast<double>(i);
    row.value = values[i];
    row.n = std::numeric_limits<std::int64_t>::max();
    item.outcome.observations.add(row);
  }
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  store.put(item);
  store.end_session();
  const ObservationTable out = store.current_observations();
  ASSERT_EQ(out.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(out.value(i), values[i]);
  EXPECT_EQ(out.n(0), std::numeric_limits<std::int64_t>::max());
}

TEST(StoreRuns, StatesFollowTheFingerprint) {
  Folder folder;
  fill(folder, 2);
  Store store = Store::open_for_writing(folder);
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 0)), ItemState::kCurrent);
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 1)), ItemState::kToDo);
  EXPECT_EQ(store.state("new", fingerprint_of(0, 0)), ItemState::kToDo);
  EXPECT_TRUE(store.up_to_date(key_of(1), fingerprint_of(1, 0)));

  const std::string before = rows_text(store);
  store.begin_session("run", "0.1.0");
  store.put(make_item(0, 1));
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 0)), ItemState::kEarlier);
  EXPECT_NE(rows_text(store), before);
  // Settings put back: the earlier run is current again without being executed.
  EXPECT_TRUE(store.up_to_date(key_of(0), fingerprint_of(0, 0)));
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 1)), ItemState::kEarlier);
  EXPECT_EQ(rows_text(store), before);
  store.end_session();
  EXPECT_EQ(rows_text(Store::open_for_reading(folder)), before);
  EXPECT_EQ(store.runs().size(), 3u);
}

TEST(StoreRuns, AFailedRunReplacesWhatTheInputWas) {
  Folder folder;
  fill(folder, 2);
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  ItemResult failed = make_item(0, 1, 0);
  failed.run.status = "failed";
  store.put(failed);
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 1)), ItemState::kFailed);
  EXPECT_FALSE(store.up_to_date(key_of(0), fingerprint_of(0, 1)));
  EXPECT_TRUE(store.up_to_date(key_of(0), fingerprint_of(0, 1), true));
  const ObservationTable rows = store.current_observations();
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows.sample(i), "S1");
  EXPECT_EQ(store.current_issues().size(), 2u);
  EXPECT_EQ(store.items().at(0).status, "failed");
}

TEST(StoreRuns, ItemsThatLeaveTheStudyComeBack) {
  Folder folder;
  fill(folder, 3);
  Store store = Store::open_for_writing(folder);
  const std::string all = rows_text(store);
  const std::string print = store.results_fingerprint();
  store.begin_session("run", "0.1.0");
  const std::vector<std::string> two = {key_of(0), key_of(2)};
  store.keep_only(two);
  EXPECT_EQ(store.items().size(), 2u);
  EXPECT_EQ(store.current_issues().size(), 2u);
  EXPECT_EQ(store.artifacts().size(), 4u);
  EXPECT_NE(store.results_fingerprint(), print);
  EXPECT_EQ(store.runs().size(), 3u);
  EXPECT_EQ(store.state(key_of(1), fingerprint_of(1, 0)), ItemState::kEarlier);
  EXPECT_TRUE(store.up_to_date(key_of(1), fingerprint_of(1, 0)));
  EXPECT_EQ(rows_text(store), all);
  EXPECT_EQ(store.results_fingerprint(), print);
  store.keep_only(two);
  store.keep_only(std::vector<std::string>{key_of(0), key_of(1), key_of(2), "not yet measured"});
  store.end_session();
  EXPECT_EQ(rows_text(Store::open_for_reading(folder)), all);
}

TEST(StoreRuns, OrderOfExecutionDoesNotShow) {
  Folder a, b;
  fill(a, 12);
  Store store = Store::open_for_writing(b);
  store.begin_session("run", "0.1.0");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 11 - t; i >= 0; i -= 4) store.put(make_item(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  store.end_session();
  const Store other = Store::open_for_reading(a);
  EXPECT_EQ(rows_text(store), rows_text(other));
  EXPECT_EQ(store.results_fingerprint(), other.results_fingerprint());
  const auto issues = store.current_issues(), others = other.current_issues();
  ASSERT_EQ(issues.size(), others.size());
  for (std::size_t i = 0; i < issues.size(); ++i) EXPECT_EQ(issues[i].message, others[i].message);
  const auto artifacts = store.artifacts();
  ASSERT_EQ(artifacts.size(), 24u);
  for (std::size_t i = 0; i < artifacts.size(); ++i) EXPECT_EQ(artifacts[i].sha256, other.artifacts()[i].sha256);
}

TEST(StoreRuns, ARerunWithoutWorkWritesNothing) {
  Folder folder;
  fill(folder, 5);
  const std::string before = sha256(read_file(folder / "vesica.db"));
  {
    Store store = Store::open_for_writing(folder);
    store.begin_session("run", "0.1.0");
    std::vector<std::string> keys;
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(store.up_to_date(key_of(i), fingerprint_of(i, 0)));
      keys.push_back(key_of(i));
    }
    store.keep_only(keys);
    store.end_session();
    EXPECT_EQ(store.sessions().size(), 1u);
  }
  EXPECT_EQ(sha256(read_file(folder / "vesica.db")), before);
}

TEST(StoreRuns, AFinishedItemIsDurableSoonWithoutFurtherCalls) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  store.put(make_item(0));
  const double until = monotonic_seconds() + 5;
  std::size_t seen = 0;
  while (seen == 0 && monotonic_seconds() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    seen = Store::open_for_reading(folder).items().size();
  }
  EXPECT_EQ(seen, 1u);
}

TEST(StoreRuns, CalibrationsKeepTheirValues) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  ItemResult item = make_item(0);
  item.values = Value::table();
  item.values.set("blank_per_ml", Value::of(1.5e7));
  item.values.set("limit", Value::of(kNaN));
  store.put(item);
  const auto out = store.item(item.key);
  EXPECT_EQ(out->values.find("blank_per_ml")->number, 1.5e7);
  EXPECT_TRUE(std::isnan(out->values.find("limit")->number));
}

TEST(StoreRuns, ABadByteInASentenceDoesNotSpoilTheStore) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  ItemResult item = make_item(0, 0, 0);
  item.outcome.issues[0].message = "bad \xFF byte, 中\xE4\xB8";
  Observation row;
  row.quantity = "particle.diameter_mean";
  row.target = "\xC3";
  item.outcome.observations.add(row);
  store.put(item);
  store.end_session();
  EXPECT_EQ(store.current_issues()[0].message, "bad \uFFFD byte, 中\uFFFD\uFFFD");
  EXPECT_EQ(store.current_observations().target(0), "\uFFFD");
}

TEST(StoreRuns, IdsAreTheSameEverywhere) {
  EXPECT_EQ(run_id("a", "b"), run_id("a", "b"));
  EXPECT_NE(run_id("a", "b"), run_id("ab", ""));
  EXPECT_EQ(run_id("a", "b").size(), 10u);
}

TEST(StoreFiles, AreTrustedByIdentity) {
  Folder folder;
  FileIdentity identity{10, 1'600'000'000'123'456'789, 77};
  {
    Store store = Store::open_for_writing(folder);
    store.begin_session("run", "0.1.0");
    EXPECT_FALSE(store.known_file("raw/a.csv", identity));
    store.remember_file("raw/a.csv", identity, "hash 1");
    // Younger than its clock can tell: it could change again unseen.
    FileIdentity young = identity;
    young.mtime_ns = std::numeric_limits<std::int64_t>::max() / 2;
    store.remember_file("raw/young.csv", young, "hash 2");
    EXPECT_FALSE(store.known_file("raw/young.csv", young));
    store.end_session();
  }
  const Store store = Store::open_for_reading(folder);
  EXPECT_EQ(store.known_file("raw/a.csv", identity), "hash 1");
  ++identity.inode;
  EXPECT_FALSE(store.known_file("raw/a.csv", identity));
  StoreOptions verify;
  verify.verify = true;
  --identity.inode;
  EXPECT_FALSE(Store::open_for_reading(folder, verify).known_file("raw/a.csv", identity));
}

TEST(StoreArtifacts, DamageIsSeen) {
  Folder folder;
  fill(folder, 1);
  const Store store = Store::open_for_reading(folder);
  const ArtifactRecord record = store.artifacts().at(1);
  EXPECT_EQ(record.name, "tracks.tsv");
  EXPECT_EQ(sha256(store.artifact_bytes(record)), record.sha256);
  write_file_atomically(folder / record.path, std::string(record.size, 'y'));
  EXPECT_EQ(kind_of([&] { store.artifact_bytes(record); }), ErrorKind::kData);
  std::filesystem::remove(folder / record.path);
  EXPECT_EQ(kind_of([&] { store.artifact_bytes(record); }), ErrorKind::kNoInput);
  EXPECT_EQ(store.verify().size(), 1u);
  // Measured again, the file comes back.
  Store again = Store::open_for_writing(folder);
  again.begin_session("run --verify", "0.1.0");
  again.put(make_item(0));
  again.end_session();
  EXPECT_TRUE(again.verify().empty());
}

}  // namespace
}  // namespace vesica
