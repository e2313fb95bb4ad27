// SPDX-License-Identifier: Apache-2.0
// Shards: merged stores equal a store that one process wrote.
#include "vesica/store/store_test_help.h"
#include "vesica/table/tsv.h"

namespace vesica {
namespace {

using namespace store_test;

void fill_shard(const std::filesystem::path& folder, int shard, int shards, int items) {
  Store store = Store::open_for_writing(folder);
  store.begin_session("run --shard", "0.1.0");
  for (int i = shard; i < items; i += shards) {
    store.put(make_item(i));
    store.remember_file(key_of(i), {10, 1'600'000'000'123'456'789, static_cast<std::uint64_t>(i)}, "hash");
  }
  store.end_session();
}

TEST(StoreMerge, EqualsAnUnshardedRun) {
  Folder whole, target;
  fill(whole, 9);
  Store store = Store::open_for_writing(target);
  store.begin_session("merge", "0.1.0");
  for (const int shard : {2, 0, 1}) {  // in any order
    Folder folder;
    fill_shard(folder, shard, 3, 9);
    const MergeReport report = store.merge(folder);
    EXPECT_EQ(report.imported, 3);
    EXPECT_EQ(report.skipped, 0);
    EXPECT_EQ(store.merge(folder).imported, 0) << "a second time changes nothing";
  }
  store.end_session();
  const Store other = Store::open_for_reading(whole);
  EXPECT_EQ(write_observations_tsv(store.current_observations()), write_observations_tsv(other.current_observations()));
  EXPECT_EQ(store.results_fingerprint(), other.results_fingerprint());
  EXPECT_EQ(store.current_issues().size(), other.current_issues().size());
  const auto a = store.artifacts(), b = other.artifacts();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].sha256, b[i].sha256);
  EXPECT_TRUE(store.verify().empty());
  EXPECT_TRUE(store.known_file(key_of(8), {10, 1'600'000'000'123'456'789, 8}));
}

TEST(StoreMerge, TheNewerRunWins) {
  Folder a, b;
  const auto put = [](const std::filesystem::path& folder, int generation, const std::string& ended) {
    Store store = Store::open_for_writing(folder);
    store.begin_session("run", "0.1.0");
    ItemResult item = make_item(0, generation);
    item.run.ended = ended;
    store.put(item);
    store.end_session();
  };
  put(a, 0, "2026-01-01T00:00:00.000Z");
  put(b, 1, "2026-01-02T00:00:00.000Z");
  {
    Store store = Store::open_for_writing(a);
    store.begin_session("merge", "0.1.0");
    EXPECT_EQ(store.merge(b).imported, 1);
    EXPECT_EQ(store.item(key_of(0))->fingerprint, fingerprint_of(0, 1));
    EXPECT_EQ(store.item(key_of(0))->run.ended, "2026-01-02T00:00:00.000Z");
    store.end_session();
  }
  put(b, 2, "2025-01-01T00:00:00.000Z");
  Store store = Store::open_for_writing(a);
  store.begin_session("merge", "0.1.0");
  EXPECT_EQ(store.merge(b).skipped, 1);
  EXPECT_EQ(store.item(key_of(0))->fingerprint, fingerprint_of(0, 1));
}

TEST(StoreMerge, BringsEditsOnceWithTheirUndos) {
  Folder a, b;
  {
    Store store = Store::open_for_writing(b);
    store.begin_session("exclude", "0.1.0");
    Edit edit;
    edit.action = "exclude";
    edit.match = {{"sample", "S1"}};
    edit.reason = "r";
    const auto first = store.add_edit(edit);
    edit.match = {{"sample", "S2"}};
    store.add_edit(edit);
    store.undo(first, "");
    store.end_session();
  }
  Store store = Store::open_for_writing(a);
  store.begin_session("merge", "0.1.0");
  Edit own;
  own.action = "exclude";
  own.match = {{"sample", "S9"}};
  own.reason = "r";
  store.add_edit(own);
  EXPECT_EQ(store.merge(b).edits, 3);
  EXPECT_EQ(store.merge(b).edits, 0);
  ASSERT_EQ(store.active_exclusions().size(), 2u);
  EXPECT_EQ(store.active_exclusions()[0].match.at("sample"), "S9");
  EXPECT_EQ(store.active_exclusions()[1].match.at("sample"), "S2");
  EXPECT_EQ(store.edits().back().undoes, 2);
}

TEST(StoreMerge, ADamagedShardIsNamed) {
  Folder a, b;
  write_file_atomically(b / "vesica.db", "nonsense");
  Store store = Store::open_for_writing(a);
  store.begin_session("merge", "0.1.0");
  EXPECT_EQ(kind_of([&] { store.merge(b); }), ErrorKind::kData);
  EXPECT_EQ(kind_of([&] { store.merge(b / "none"); }), ErrorKind::kNoInput);
  store.put(make_item(0));  // and harms nothing here
  store.end_session();
  EXPECT_EQ(store.items().size(), 1u);
}

}  // namespace
}  // namespace vesica
