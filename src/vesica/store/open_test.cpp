// SPDX-License-Identifier: Apache-2.0
// Opening: damaged and foreign files, locks, journal modes, migrations, full disks.
#include <fstream>

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/os/durable.h"
#include "vesica/store/schema.h"
#include "vesica/store/store_test_help.h"
#include "vesica/table/tsv.h"

namespace vesica {
namespace {

using namespace store_test;
namespace fs = std::filesystem;

void expect_refused(const fs::path& folder, ErrorKind kind) {
  const std::string before = sha256(read_file(folder / "vesica.db"));
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder); }), kind);
  EXPECT_EQ(kind_of([&] { Store::open_for_writing(folder); }), kind);
  EXPECT_EQ(sha256(read_file(folder / "vesica.db")), before) << "a damaged file is not touched";
}

void run_sql(const fs::path& file, const std::string& statements) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

/// Runs the body in a child process; its exit status, or minus the signal that ended it.
template <typename F>
int in_child(F&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 99;
    try {
      status = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(StoreOpen, ReadingNeverCreates) {
  Folder folder;
  EXPECT_FALSE(Store::exists(folder));
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder); }), ErrorKind::kNoInput);
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder / "none"); }), ErrorKind::kNoInput);
  EXPECT_EQ(kind_of([&] { Store::set_aside(folder); }), ErrorKind::kNoInput);
  EXPECT_TRUE(fs::is_empty(folder));
  { Store::open_for_writing(folder / "new" / "place"); }
  EXPECT_TRUE(Store::open_for_reading(folder / "new" / "place").items().empty());
}

TEST(StoreOpen, EmptyRandomForeignAndNewerFilesAreRefused) {
  Folder folder;
  write_file_atomically(folder / "vesica.db", "");
  expect_refused(folder, ErrorKind::kData);
  write_file_atomically(folder / "vesica.db", "short");
  expect_refused(folder, ErrorKind::kData);
  std::string noise(8192, ' ');
  Random random(7);
  for (char& c : noise) c = static_cast<char>(random.bits32());
  write_file_atomically(folder / "vesica.db", noise);
  expect_refused(folder, ErrorKind::kData);
  write_file_atomically(folder / "vesica.db", std::string("SQLite format 3\0", 16) + noise);
  expect_refused(folder, ErrorKind::kData);
  fs::remove(folder / "vesica.db");
  run_sql(folder / "vesica.db", "CREATE TABLE places (id, url); INSERT INTO places VALUES (1, 'x')");
  expect_refused(folder, ErrorKind::kData);
  fs::remove(folder / "vesica.db");
  fill(folder, 1);
  run_sql(folder / "vesica.db", "PRAGMA user_version=9999");
  expect_refused(folder, ErrorKind::kUnsupported);
}

TEST(StoreOpen, ForeignTablesUnderOurNameAreRefused) {
  Folder folder;
  fill(folder, 1);
  run_sql(folder / "vesica.db", "DROP INDEX issue_by_run");
  expect_refused(folder, ErrorKind::kData);
  fs::remove(folder / "vesica.db");
  run_sql(folder / "vesica.db", "PRAGMA application_id=1448297281; PRAGMA user_version=1; CREATE TABLE item (id)");
  expect_refused(folder, ErrorKind::kData);
}

TEST(StoreOpen, TablesThatAUserAddedAreNoHarmAndTriggersSleep) {
  Folder folder;
  fill(folder, 1);
  run_sql(folder / "vesica.db",
          "CREATE TABLE notes (text); CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM observation; END");
  Store store = Store::open_for_writing(folder);
  store.begin_session("run", "0.1.0");
  store.put(make_item(1));
  store.end_session();
  EXPECT_EQ(store.current_observations().size(), 16u);
}

TEST(StoreOpen, DamageIsAnErrorAndNeverACrash) {
  Folder folder;
  fill(folder, 20);
  const std::string good = read_file(folder / "vesica.db");
  Random random(11);
  int refused = 0;
  for (int trial = 0; trial < 60; ++trial) {
    std::string bad = good;
    if (trial % 3 == 0) {
      bad.resize(random.below(good.size()));
    } else {
      for (int i = 0; i < 40; ++i) bad[100 + random.below(bad.size() - 100)] = static_cast<char>(random.bits32());
    }
    Folder copy;
    std::ofstream(copy / "vesica.db", std::ios::binary) << bad;  // in a new place, so its pages are checked
    try {
      const Store store = Store::open_for_reading(copy);
      store.current_observations();
      store.current_issues();
      store.item(key_of(3));
      store.edits();
      store.items();
    } catch (const Error& error) {
      ++refused;
      EXPECT_FALSE(error.hint().empty());
      EXPECT_NE(error.kind(), ErrorKind::kInternal) << error.what();
    }
  }
  EXPECT_GT(refused, 30);
}

TEST(StoreOpen, SetAsideKeepsTheDamagedFile) {
  Folder folder;
  write_file_atomically(folder / "vesica.db", "damaged");
  EXPECT_EQ(Store::set_aside(folder).filename(), "vesica.damaged-1.db");
  EXPECT_EQ(read_file(folder / "vesica.damaged-1.db"), "damaged");
  fill(folder, 1);
  EXPECT_EQ(Store::set_aside(folder).filename(), "vesica.damaged-2.db");
  EXPECT_FALSE(Store::exists(folder));
}

TEST(StoreOpen, HostileReferencesDoNotLeaveTheFolder) {
  Folder folder;
  fill(folder, 1);
  write_file_atomically(folder / "../victim.txt", "x");
  run_sql(folder / "vesica.db",
          "INSERT INTO export_plan VALUES (0, 'remove', '../victim.txt', '" + sha256("x") + "', 1, '')");
  EXPECT_EQ(kind_of([&] { Store::open_for_writing(folder); }), ErrorKind::kData);
  EXPECT_TRUE(fs::exists(folder / "../victim.txt"));
  fs::remove(folder / "../victim.txt");
  run_sql(folder / "vesica.db", "DELETE FROM export_plan; UPDATE derived SET sha256='../../../etc/passwd' WHERE id=1");
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder).artifacts(); }), ErrorKind::kData);
  run_sql(folder / "vesica.db", "UPDATE observation SET status=77");
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder).current_observations(); }), ErrorKind::kData);
  run_sql(folder / "vesica.db", "UPDATE run SET observations=9223372036854775807, first_observation=2");
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder).current_observations(); }), ErrorKind::kData);
}

TEST(StoreOpen, TheSecondWriterIsToldWhoHoldsTheStudy) {
  Folder folder;
  fill(folder, 2);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Store store = Store::open_for_writing(folder);
    store.begin_session("run", "0.1.0");
    store.put(make_item(2));
    store.flush();
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char c = 0;
  ASSERT_EQ(::read(ready[0], &c, 1), 1);
  StoreOptions impatient;
  impatient.wait_s = 0.1;
  EXPECT_EQ(kind_of([&] { Store::open_for_writing(folder, impatient); }), ErrorKind::kBusy);
  const std::string message = message_of([&] { Store::open_for_writing(folder, impatient); });
  EXPECT_NE(message.find(std::to_string(child)), std::string::npos) << message;
  EXPECT_NE(message.find(host_name()), std::string::npos) << message;
  EXPECT_EQ(kind_of([&] { Store::set_aside(folder, impatient); }), ErrorKind::kBusy);
  // Meanwhile status reads what is committed.
  EXPECT_EQ(Store::open_for_reading(folder).items().size(), 3u);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const Store store = Store::open_for_writing(folder, impatient);  // the system ended the lock
  EXPECT_EQ(store.items().size(), 3u);
  EXPECT_EQ(store.sessions().back().status, "interrupted");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(StoreOpen, TheNextStartSweepsUpAfterAKill) {
  Folder folder;
  const int status = in_child([&] {
    Store store = Store::open_for_writing(folder);
    store.begin_session("run", "0.1.0");
    store.put(make_item(0));
    store.flush();
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  EXPECT_EQ(status, -SIGKILL);
  const std::string orphan = sha256("orphan");
  make_folder(folder / "derived" / orphan.substr(0, 2));
  write_file_atomically(folder / "derived" / orphan.substr(0, 2) / orphan, "orphan");
  write_file_atomically(folder / "derived" / orphan.substr(0, 2) / ".vesica-1-d2.tmp", "half");
  write_file_atomically(folder / "derived" / orphan.substr(0, 2) / "mine.txt", "the user's own");
  make_folder(folder / ".vesica-staging" / "old");
  { Store::open_for_writing(folder); }
  EXPECT_FALSE(fs::exists(folder / "derived" / orphan.substr(0, 2) / orphan));
  EXPECT_FALSE(fs::exists(folder / "derived" / orphan.substr(0, 2) / ".vesica-1-d2.tmp"));
  EXPECT_TRUE(fs::exists(folder / "derived" / orphan.substr(0, 2) / "mine.txt"));
  EXPECT_FALSE(fs::exists(folder / ".vesica-staging"));
  EXPECT_TRUE(Store::open_for_reading(folder).verify().empty());
  EXPECT_EQ(Store::open_for_reading(folder).sessions().at(0).status, "interrupted");
}

TEST(StoreOpen, SyncedFoldersUseARollbackJournal) {
  Folder folder;
  for (const char* name : {"OneDrive - Lab", "Dropbox", "坚果云"}) {
    const fs::path place = folder / name / "study";
    make_folder(place);
    {
      Store store = Store::open_for_writing(place);
      store.begin_session("run", "0.1.0");
      store.put(make_item(0));
      store.flush();
      EXPECT_FALSE(fs::exists(place / "vesica.db-shm")) << name;
      EXPECT_FALSE(fs::exists(place / "vesica.db-wal")) << name;
      store.end_session();
    }
    EXPECT_EQ(Store::open_for_reading(place).items().size(), 1u);
    EXPECT_EQ(read_head(place / "vesica.db", 20)[18], 1) << "the header's write version: rollback journal";
  }
  // A store that travels from a local disk into such a folder, and back.
  const fs::path local = folder / "local", synced = folder / "Dropbox" / "moved";
  fill(local, 2);
  fs::copy(local, synced, fs::copy_options::recursive);
  EXPECT_EQ(Store::open_for_reading(synced).items().size(), 2u);
  fill(synced, 3);
  fs::remove_all(local);
  fs::copy(synced, local, fs::copy_options::recursive);
  EXPECT_EQ(Store::open_for_reading(local).items().size(), 3u);
  fill(local, 4);
  EXPECT_EQ(Store::open_for_reading(local).current_observations().size(), 32u);
}

TEST(StoreOpen, MigratesAfterABackup) {
  Folder folder;
  fill(folder, 2);
  const auto known = schema::migrations();
  const auto version = static_cast<std::int64_t>(known.size());
  std::vector<const char*> newer(known.begin(), known.end());
  newer.push_back(
      "CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT;"
      "INSERT INTO added SELECT number FROM run;");
  {
    sql::Database db(folder / "vesica.db", sql::Mode::kWrite);
    schema::check_schema(db, newer);
    EXPECT_TRUE(schema::is_older(db, newer));
    EXPECT_TRUE(schema::migrate(db, newer));
    EXPECT_FALSE(schema::migrate(db, newer));
    schema::check_schema(db, newer);
    EXPECT_EQ(db.integer("SELECT count(*) FROM added"), 2);
    EXPECT_EQ(db.integer("PRAGMA user_version"), version + 1);
  }
  EXPECT_EQ(kind_of([&] { Store::open_for_reading(folder); }), ErrorKind::kUnsupported);
  make_folder(folder / "old");
  fs::rename(folder / ("vesica.backup-v" + std::to_string(version) + ".db"), folder / "old" / "vesica.db");
  EXPECT_EQ(Store::open_for_reading(folder / "old").items().size(), 2u);

  // A step that fails leaves the old version.
  std::vector<const char*> broken(known.begin(), known.end());
  broken.push_back("CREATE TABLE half (id); SELECT nonsense;");
  sql::Database db(folder / "old" / "vesica.db", sql::Mode::kWrite);
  EXPECT_THROW(schema::migrate(db, broken), Error);
  EXPECT_EQ(db.integer("PRAGMA user_version"), version);
  schema::check_schema(db);
}

TEST(StoreOpen, EditsOfTheFirstVersionStay) {
  Folder folder;
  write_file_atomically(folder / "vesica.db", schema::empty_store(schema::migrations().first(1)));
  {
    sql::Database db(folder / "vesica.db", sql::Mode::kWrite);
    db.execute(
        "INSERT INTO edit (uuid, action, match, reason, author, time) VALUES "
        "('u1', 'exclude', '{\"sample\":\"S1\"}', 'leaked', 'Li', '2026-01-01T00:00:00Z')");
  }
  Store store = Store::open_for_writing(folder);
  ASSERT_EQ(store.edits().size(), 1u);
  const Edit edit = store.edits()[0];
  EXPECT_EQ(edit.match.at("sample"), "S1");
  EXPECT_EQ(edit.reason, "leaked");
  EXPECT_TRUE(edit.kind.empty());
  EXPECT_EQ(edit.geometry.kind, Value::Kind::kNull);
  EXPECT_TRUE(fs::exists(folder / "vesica.backup-v1.db"));
}

TEST(StoreOpen, ConnectionsAreHardened) {
  Folder folder;
  fill(folder, 1);
  sql::Database db(folder / "vesica.db", sql::Mode::kWrite);
  EXPECT_EQ(db.integer("PRAGMA trusted_schema"), 0);
  EXPECT_EQ(db.integer("PRAGMA foreign_keys"), 1);
  EXPECT_THROW(db.execute("SELECT * FROM current_observation"), Error);
  EXPECT_THROW(db.execute("ATTACH ':memory:' AS other"), Error);
  EXPECT_THROW(db.execute("INSERT INTO observation VALUES (1000, 999, 1, 0, 0, 0, 0, 0, 0, 0, 0)"), Error);
  EXPECT_THROW(db.execute("INSERT INTO text VALUES (1000, 5.5, 3)"), Error);
}

TEST(StoreOpen, TheViewServesOtherPrograms) {
  Folder folder;
  fill(folder, 3);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2((folder / "vesica.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  sqlite3_stmt* query = nullptr;
  ASSERT_EQ(
      sqlite3_prepare_v2(db, "SELECT count(*), count(DISTINCT run) FROM current_observation", -1, &query, nullptr),
      SQLITE_OK);
  ASSERT_EQ(sqlite3_step(query), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(query, 0), 24);
  EXPECT_EQ(sqlite3_column_int(query, 1), 3);
  sqlite3_finalize(query);
  sqlite3_close(db);
}

TEST(StoreOpen, AReadOnlyFolderCanBeReadAndNotWritten) {
  if (::geteuid() == 0) {
    // Permission bits do not hold for root; a read-only mount of the same folder does.
    Folder folder;
    fill(folder, 2);
    const int status = in_child([&] {
      const std::string place = path_text(folder);
      if (::mount(place.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) return 77;
      int result = 0;
      if (::mount(nullptr, place.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
        result = 77;
      } else {
        const bool read = Store::open_for_reading(folder).items().size() == 2;
        const bool refused = kind_of([&] { Store::open_for_writing(folder); }) == ErrorKind::kCannotCreate;
        result = read && refused ? 0 : 1;
      }
      ::umount2(place.c_str(), MNT_DETACH);
      return result;
    });
    if (status == 77) GTEST_SKIP() << "mounting is not permitted here";
    EXPECT_EQ(status, 0);
    return;
  }
  Folder folder;
  fill(folder, 2);
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(Store::open_for_reading(folder).items().size(), 2u);
  EXPECT_EQ(kind_of([&] { Store::open_for_writing(folder); }), ErrorKind::kCannotCreate);
  fs::permissions(folder, fs::perms::owner_all);
}

TEST(StoreFullSlow, AFileLimitLosesNothingThatWasCommitted) {
  // A limit on the size of files stands for a full disk: writing beyond it fails in the middle of a transaction.
  Folder reference;
  fill(reference, 60);
  const std::string expected = write_observations_tsv(Store::open_for_reading(reference).current_observations());
  for (const rlim_t bytes : {1000, 30'000, 120'000, 170'000, 200'000, 260'000}) {
    Folder folder;
    fill(folder, 1);
    const int status = in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{bytes, bytes};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      try {
        Store store = Store::open_for_writing(folder);
        store.begin_session("run", "0.1.0");
        for (int i = 0; i < 60; ++i) {
          if (!store.up_to_date(key_of(i), fingerprint_of(i, 0))) store.put(make_item(i));
          if (i % 10 == 9) store.flush();
        }
        store.end_session();
      } catch (const Error& error) {
        return error.kind() == ErrorKind::kIo && !error.hint().empty() ? 3 : 4;
      }
      return 0;
    });
    EXPECT_TRUE(status == 3 || status == 0) << bytes << ": " << status;
    Store store = Store::open_for_writing(folder);
    EXPECT_TRUE(store.verify().empty());
    EXPECT_GE(store.items().size(), 1u);
    store.begin_session("run", "0.1.0");
    for (int i = 0; i < 60; ++i) {
      if (!store.up_to_date(key_of(i), fingerprint_of(i, 0))) store.put(make_item(i));
    }
    store.end_session();
    EXPECT_EQ(write_observations_tsv(store.current_observations()), expected) << bytes;
  }
}

TEST(StoreFull, AFullDiskIsSaidAndTheNextRunCompletes) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting a small disk needs root";
  Folder folder;
  const std::string place = path_text(folder);
  if (::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=600k") != 0) GTEST_SKIP() << "mounting is not permitted here";
  std::string message;
  {
    const auto run = [&] {
      Store store = Store::open_for_writing(folder);
      store.begin_session("run", "0.1.0");
      for (int i = 0; i < 200; ++i) {
        if (!store.up_to_date(key_of(i), fingerprint_of(i, 0))) store.put(make_item(i));
        store.flush();
      }
      store.publish(std::vector<ExportFile>{{"a.tsv", "A"}});
      store.end_session();
    };
    EXPECT_EQ(kind_of(run), ErrorKind::kIo);
    {
      const Store store = Store::open_for_reading(folder);
      EXPECT_TRUE(store.verify().empty());
      EXPECT_GT(store.items().size(), 5u);
    }
    EXPECT_EQ(kind_of(run), ErrorKind::kIo);  // still full, still whole
    ASSERT_EQ(::mount("tmpfs", place.c_str(), "tmpfs", MS_REMOUNT, "size=20m"), 0);
    run();
    const Store store = Store::open_for_reading(folder);
    EXPECT_EQ(store.items().size(), 200u);
    EXPECT_TRUE(store.verify().empty());
  }
  ::umount2(place.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace vesica
