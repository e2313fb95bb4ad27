// SPDX-License-Identifier: Apache-2.0
// Edits: append-only, undone by their inverse, and results that depend on them are stale exactly while they differ.
#include "vesica/store/store_test_help.h"

namespace vesica {
namespace {

using namespace store_test;

Edit edit_of(const std::string& action, std::map<std::string, std::string> match) {
  Edit edit;
  edit.action = action;
  edit.match = std::move(match);
  edit.reason = "bubble in the chamber";
  edit.author = "Li";
  return edit;
}

TEST(StoreEdits, UndoAppendsTheInverse) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("exclude", "0.1.0");
  const auto first = store.add_edit(edit_of("exclude", {{"sample", "S1"}}));
  const auto second = store.add_edit(edit_of("exclude", {{"sample", "S2"}, {"replicate", "video 1"}}));
  EXPECT_EQ(store.active_exclusions().size(), 2u);
  const std::string both = store.edits_fingerprint();
  const auto undone = store.undo(first, "it was the other one");
  ASSERT_EQ(store.active_exclusions().size(), 1u);
  EXPECT_EQ(store.active_exclusions()[0].number, second);
  EXPECT_NE(store.edits_fingerprint(), both);
  EXPECT_EQ(kind_of([&] { store.undo(first, "twice"); }), ErrorKind::kUsage);
  const auto redone = store.undo(undone, "no, it was this one");
  EXPECT_EQ(store.active_exclusions().size(), 2u);
  EXPECT_EQ(store.edits_fingerprint(), both);
  store.undo(redone, "");
  EXPECT_EQ(store.active_exclusions().size(), 1u);
  EXPECT_EQ(kind_of([&] { store.undo(99, ""); }), ErrorKind::kUsage);
  store.end_session();
  const auto all = Store::open_for_reading(folder).edits();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[2].action, "undo");
  EXPECT_EQ(all[2].undoes, first);
  EXPECT_EQ(all[1].match.at("replicate"), "video 1");
  EXPECT_EQ(all[1].author, "Li");
  EXPECT_EQ(all[1].reason, "bubble in the chamber");
  EXPECT_FALSE(all[1].time.empty());
  EXPECT_FALSE(all[2].author.empty());
}

TEST(StoreEdits, IncludeLiftsWhatItCovers) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("exclude", "0.1.0");
  store.add_edit(edit_of("exclude", {{"sample", "S1"}, {"replicate", "1"}}));
  store.add_edit(edit_of("exclude", {{"sample", "S2"}}));
  store.add_edit(edit_of("include", {{"sample", "S1"}}));
  store.add_edit(edit_of("include", {{"sample", "S2"}, {"replicate", "3"}}));
  const auto exclusions = store.active_exclusions();
  ASSERT_EQ(exclusions.size(), 1u);
  EXPECT_EQ(exclusions[0].match.at("sample"), "S2");
  const auto excluded = [&](const std::string& sample, const std::string& replicate) {
    return is_excluded(store.active_edits(), [&](std::string_view name) {
      return name == "sample" ? sample : name == "replicate" ? replicate : std::string();
    });
  };
  EXPECT_FALSE(excluded("S1", "1"));
  EXPECT_TRUE(excluded("S2", "1"));
  EXPECT_FALSE(excluded("S2", "3"));
  EXPECT_FALSE(excluded("S3", "1"));
}

Edit placement_of(double x) {
  Edit edit = edit_of("correct", {{"assay", "bone_ct"}, {"sha256", "ab12"}, {"input", "raw/鼠 1.tif"}});
  edit.kind = "cylinder";
  Value centre = Value::array();
  for (const double each : {x, 4.875, -0.1}) centre.append(Value::of(each));
  edit.geometry = Value::table();
  edit.geometry.set("centre_mm", std::move(centre));
  edit.geometry.set("radius_mm", Value::of(2.5));
  return edit;
}

TEST(StoreEdits, CorrectionsComeBackAsTheyWere) {
  Folder folder;
  std::string before, both;
  {
    Store store = Store::open_for_writing(folder);
    store.begin_session("place", "0.1.0");
    before = store.edits_fingerprint();
    const auto first = store.add_edit(placement_of(0.1 + 0.2));
    store.add_edit(placement_of(5));
    both = store.edits_fingerprint();
    EXPECT_NE(both, before);
    const auto undone = store.undo(first, "it was right");
    EXPECT_EQ(store.active_edits().size(), 1u);
    EXPECT_NE(store.edits_fingerprint(), both);
    store.undo(undone, "no");
  }  // killed: the session is not ended
  Store store = Store::open_for_writing(folder);
  EXPECT_EQ(store.edits_fingerprint(), both);
  EXPECT_TRUE(store.active_exclusions().empty());
  const std::vector<Edit> active = store.active_edits();
  ASSERT_EQ(active.size(), 2u);
  EXPECT_EQ(active[0].kind, "cylinder");
  EXPECT_EQ(active[0].match.at("input"), "raw/鼠 1.tif");
  const Value* centre = active[0].geometry.find("centre_mm");
  ASSERT_NE(centre, nullptr);
  ASSERT_EQ(centre->items.size(), 3u);
  EXPECT_EQ(centre->items[0].number, 0.1 + 0.2);
  EXPECT_EQ(centre->items[2].number, -0.1);
  EXPECT_EQ(active[0].geometry.find("radius_mm")->number, 2.5);
  EXPECT_EQ(about_text(active[1]),
            "assay = bone_ct, input = raw/鼠 1.tif; centre_mm = 5, 4.875, -0.1, radius_mm = 2.5");
  const std::vector<Edit> all = store.edits();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[2].kind, "cylinder");  // an undo says what it undoes
}

TEST(StoreEdits, CorrectionsHaveAKind) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("place", "0.1.0");
  Edit without = placement_of(1);
  without.kind.clear();
  EXPECT_EQ(kind_of([&] { store.add_edit(without); }), ErrorKind::kUsage);
  Edit wrong = edit_of("exclude", {{"sample", "S1"}});
  wrong.kind = "cylinder";
  EXPECT_EQ(kind_of([&] { store.add_edit(wrong); }), ErrorKind::kUsage);
}

TEST(StoreEdits, NeedRowsAndReason) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("exclude", "0.1.0");
  EXPECT_EQ(kind_of([&] { store.add_edit(edit_of("exclude", {})); }), ErrorKind::kUsage);
  EXPECT_EQ(kind_of([&] { store.add_edit(edit_of("delete", {{"sample", "S1"}})); }), ErrorKind::kUsage);
  Edit silent = edit_of("exclude", {{"sample", "S1"}});
  silent.reason.clear();
  EXPECT_EQ(kind_of([&] { store.add_edit(silent); }), ErrorKind::kUsage);
  EXPECT_TRUE(store.edits().empty());
  store.add_edit(edit_of("exclude", {{"sample", "S1"}}));  // a refused edit harms nothing
  EXPECT_EQ(store.edits().size(), 1u);
}

TEST(StoreEdits, MarkFindingsStaleAndUndoMakesThemFresh) {
  Folder folder;
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  store.put(make_item(0));
  ItemResult findings = make_item(1);
  findings.key = "findings";
  findings.depends_on_edits = true;
  const std::string results = store.results_fingerprint();
  store.put(findings);
  EXPECT_EQ(store.results_fingerprint(), results);
  EXPECT_EQ(store.state("findings", findings.fingerprint), ItemState::kCurrent);

  const auto number = store.add_edit(edit_of("exclude", {{"sample", "S1"}}));
  EXPECT_EQ(store.state("findings", findings.fingerprint), ItemState::kToDo);
  EXPECT_FALSE(store.up_to_date("findings", findings.fingerprint));
  EXPECT_EQ(store.state(key_of(0), fingerprint_of(0, 0)), ItemState::kCurrent);
  const auto items = store.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_TRUE(items[0].stale);
  EXPECT_FALSE(items[1].stale);
  EXPECT_EQ(store.current_issues().size(), 2u);  // nothing is deleted

  store.undo(number, "");
  EXPECT_TRUE(store.up_to_date("findings", findings.fingerprint));
}

}  // namespace
}  // namespace vesica
