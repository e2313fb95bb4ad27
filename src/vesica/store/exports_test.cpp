// SPDX-License-Identifier: Apache-2.0
// Exported files: only what changed is written, what is stale goes, what a person changed is kept.
#include <fstream>

#include "vesica/store/store_test_help.h"

namespace vesica {
namespace {

using namespace store_test;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

struct StoreExports : public ::testing::Test {
  StoreExports() : store(Store::open_for_writing(folder)) { store.begin_session("run", "0.1.0"); }
  ExportReport publish(const std::vector<ExportFile>& files) { return store.publish(files); }
  Folder folder;
  Store store;
};

TEST_F(StoreExports, WritesOnlyWhatChanged) {
  EXPECT_EQ(publish({{"report.html", "one"}, {"figures/a.svg", "A"}}).written, (Names{"report.html", "figures/a.svg"}));
  const auto before = file_identity(folder / "figures/a.svg");
  const ExportReport again = publish({{"report.html", "two"}, {"figures/a.svg", "A"}});
  EXPECT_EQ(again.written, Names{"report.html"});
  EXPECT_EQ(again.unchanged, Names{"figures/a.svg"});
  EXPECT_EQ(file_identity(folder / "figures/a.svg"), before);
  EXPECT_EQ(read_file(folder / "report.html"), "two");
  EXPECT_EQ(read_file(folder / "manifest.tsv"),
            "path\tsha256\nfigures/a.svg\t" + sha256("A") + "\nreport.html\t" + sha256("two") + "\n");
  EXPECT_EQ(store.exports().size(), 2u);
  EXPECT_FALSE(store.exports_unfinished());
  EXPECT_FALSE(fs::exists(folder / ".vesica-staging"));
}

TEST_F(StoreExports, StaleFilesGo) {
  publish({{"a.tsv", "A"}, {"figures/b.svg", "B"}});
  write_file_atomically(folder / "mine.txt", "the user's own");
  EXPECT_EQ(publish({{"a.tsv", "A"}}).removed, Names{"figures/b.svg"});
  EXPECT_FALSE(fs::exists(folder / "figures"));
  EXPECT_TRUE(fs::exists(folder / "mine.txt"));
  EXPECT_EQ(publish({}).removed, Names{"a.tsv"});
  EXPECT_EQ(store.exports().size(), 0u);
}

TEST_F(StoreExports, ManualWorkIsNeverLost) {
  publish({{"a.tsv", "A"}, {"b.tsv", "B"}});
  write_file_atomically(folder / "a.tsv", "edited by hand");
  write_file_atomically(folder / "b.tsv", "edited too");
  write_file_atomically(folder / "c.tsv", "was there before");
  const ExportReport report = publish({{"a.tsv", "A2"}, {"c.tsv", "C"}});
  ASSERT_EQ(report.kept.size(), 3u);
  EXPECT_EQ(report.kept[0], "a.changed-" + sha256("edited by hand").substr(0, 8) + ".tsv");
  EXPECT_EQ(read_file(folder / report.kept[0]), "edited by hand");
  EXPECT_EQ(read_file(folder / report.kept[1]), "was there before");
  EXPECT_EQ(report.kept[2], "b.tsv");
  EXPECT_EQ(read_file(folder / "b.tsv"), "edited too");
  EXPECT_EQ(read_file(folder / "a.tsv"), "A2");
}

TEST_F(StoreExports, AMissingOrChangedFileIsRestored) {
  publish({{"a.tsv", "A"}, {"b.tsv", "B"}});
  fs::remove(folder / "a.tsv");
  fs::remove(folder / "manifest.tsv");
  EXPECT_EQ(publish({{"a.tsv", "A"}, {"b.tsv", "B"}}).written, Names{"a.tsv"});
  EXPECT_EQ(read_file(folder / "a.tsv"), "A");
  EXPECT_TRUE(fs::exists(folder / "manifest.tsv"));
  EXPECT_TRUE(publish({{"a.tsv", "A"}, {"b.tsv", "B"}}).written.empty());
}

TEST_F(StoreExports, AFolderInTheWayIsAnErrorAndCanBeRepaired) {
  publish({{"a.tsv", "A"}});
  fs::create_directories(folder / "b.tsv" / "inside");
  EXPECT_EQ(kind_of([&] { publish({{"a.tsv", "A2"}, {"b.tsv", "B"}}); }), ErrorKind::kCannotCreate);
  EXPECT_TRUE(store.exports_unfinished());
  EXPECT_FALSE(fs::exists(folder / "manifest.tsv"));
  fs::remove_all(folder / "b.tsv");
  publish({{"a.tsv", "A3"}, {"b.tsv", "B"}});
  EXPECT_EQ(read_file(folder / "a.tsv"), "A3");
  EXPECT_EQ(read_file(folder / "b.tsv"), "B");
  EXPECT_TRUE(fs::exists(folder / "manifest.tsv"));
  EXPECT_FALSE(store.exports_unfinished());
}

TEST_F(StoreExports, ALinkOutOfTheFolderIsRefused) {
  Folder elsewhere;
  fs::create_directory_symlink(elsewhere, folder / "figures");
  EXPECT_EQ(kind_of([&] { publish({{"figures/a.svg", "A"}}); }), ErrorKind::kData);
  EXPECT_TRUE(fs::is_empty(elsewhere));
}

}  // namespace
}  // namespace vesica
