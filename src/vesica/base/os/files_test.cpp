// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/files.h"

#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/os/system.h"
#include "vesica/base/text.h"

namespace vesica {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = fs::temp_directory_path() / ("vesica-files-" + new_uuid());
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  void put(const fs::path& name, const std::string& text = "x") {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  fs::path folder;
};

template <typename F>
ErrorKind kind_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_FALSE(error.where().file.empty());
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::kInternal;
}

TEST_F(FilesTest, ReadsWholeAndBounded) {
  const std::string bytes = std::string("a\0b", 3) + std::string(200000, 'z');
  put("a.bin", bytes);
  EXPECT_EQ(read_file(folder / "a.bin"), bytes);
  EXPECT_EQ(read_file(folder / "a.bin", bytes.size()), bytes);
  EXPECT_EQ(read_head(folder / "a.bin", 4), bytes.substr(0, 4));
  EXPECT_EQ(read_head(folder / "a.bin", 1 << 20), bytes);
  EXPECT_EQ(kind_of([&] { read_file(folder / "a.bin", bytes.size() - 1); }), ErrorKind::kData);
  EXPECT_EQ(kind_of([&] { read_file(folder / "none"); }), ErrorKind::kNoInput);
  EXPECT_EQ(kind_of([&] { read_file(folder); }), ErrorKind::kNoInput);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(kind_of([&] { read_file(folder / "pipe"); }), ErrorKind::kNoInput);  // and does not hang
}

TEST_F(FilesTest, WritesAtomically) {
  write_file_atomically(folder / "out.txt", "one");
  write_file_atomically(folder / "out.txt", "two");
  EXPECT_EQ(read_file(folder / "out.txt"), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
  EXPECT_EQ(kind_of([&] { write_file_atomically(folder / "no" / "out.txt", "x"); }), ErrorKind::kCannotCreate);
  fs::create_directories(folder / "full");
  put("full/inside");
  EXPECT_EQ(kind_of([&] { write_file_atomically(folder / "full", "x"); }), ErrorKind::kCannotCreate);
  EXPECT_EQ(kind_of([&] { make_folder(folder / "out.txt" / "deeper"); }), ErrorKind::kCannotCreate);
  EXPECT_EQ(kind_of([&] { make_folder(folder / "out.txt"); }), ErrorKind::kCannotCreate);
  make_folder(folder / "a" / "b");
  EXPECT_TRUE(is_writable_folder(folder / "a" / "b"));
  EXPECT_FALSE(is_writable_folder(folder / "none"));
}

TEST_F(FilesTest, FailingHalfWayKeepsTheOldFile) {
  put("out.txt", "old");
  const pid_t child = ::fork();
  if (child == 0) {  // a limit on the size of files stands for a full disk
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_file_atomically(folder / "out.txt", std::string(5000, 'x'));
    } catch (const Error& error) {
      ::_exit(error.kind() == ErrorKind::kIo ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(read_file(folder / "out.txt"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(FilesTest, ListsInNaturalOrder) {
  for (const char* name :
       {"video 10.csv", "video 2.csv", ".hidden", "~$sheet.xlsx", "Thumbs.db", "sub/a.txt", "中文.txt"})
    put(name);
  fs::create_symlink(folder / "video 2.csv", folder / "inside.csv");
  fs::create_symlink("/etc/passwd", folder / "outside.csv");
  fs::create_directory_symlink(folder, folder / "loop");
  std::vector<std::string> names;
  std::vector<std::string> unreadable;
  for (const fs::path& path : list_files(folder, &unreadable))
    names.push_back(path_text(path.lexically_relative(folder)));
  EXPECT_EQ(names, (std::vector<std::string>{"inside.csv", "sub/a.txt", "video 2.csv", "video 10.csv", "中文.txt"}));
  EXPECT_TRUE(unreadable.empty());
  EXPECT_EQ(kind_of([&] { list_files(folder / "none"); }), ErrorKind::kNoInput);
}

TEST_F(FilesTest, NamesOfAnyBytesComeBack) {
  for (const std::string raw : {"plain", "\xD6\xD0\xCE\xC4.csv", "µ\xFF", "\xEF\x9E\x80", "\xEF", "中文"}) {
    const std::string text = path_text(fs::path(raw));
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(path_from(text).native(), raw);
  }
  EXPECT_EQ(path_text("中文 (2).csv"), "中文 (2).csv");
}

TEST_F(FilesTest, IdentityChangesWithTheFile) {
  put("a", "1");
  const auto before = file_identity(folder / "a");
  ASSERT_TRUE(before);
  EXPECT_EQ(before->size, 1u);
  EXPECT_EQ(before, file_identity(folder / "a"));
  write_file_atomically(folder / "a", "2");
  EXPECT_NE(before, file_identity(folder / "a"));
  EXPECT_FALSE(file_identity(folder / "none"));
  EXPECT_FALSE(file_identity(folder));
}

TEST_F(FilesTest, FoldersOfTheSystem) {
  EXPECT_FALSE(is_network_folder("/"));
  EXPECT_TRUE(is_network_folder(folder / "OneDrive - Lab") == false);  // does not exist: its parent decides
  make_folder(folder / "OneDrive - Lab" / "study");
  EXPECT_TRUE(is_network_folder(folder / "OneDrive - Lab" / "study" / "new"));
  EXPECT_GT(free_bytes(folder / "not yet" / "there"), 0u);
}

TEST_F(FilesTest, LockHoldsBetweenProcessesAndEndsWithThem) {
  auto lock = FileLock::try_acquire(folder / "lock");
  ASSERT_TRUE(lock);
  const auto try_in_child = [&] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(FileLock::try_acquire(folder / "lock") ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_FALSE(FileLock::try_acquire(folder / "lock"));  // a second handle of our own is a stranger too
  EXPECT_EQ(try_in_child(), 1);
  lock.reset();
  EXPECT_EQ(try_in_child(), 0);  // and its death releases it:
  EXPECT_TRUE(FileLock::try_acquire(folder / "lock"));
  EXPECT_EQ(kind_of([&] { FileLock::try_acquire(folder / "no" / "lock"); }), ErrorKind::kCannotCreate);
}

TEST(System, SaysWhoAndWhen) {
  const std::string now = utc_now();
  ASSERT_EQ(now.size(), 24u);
  EXPECT_EQ(now.back(), 'Z');
  EXPECT_GT(now, "2024");
  const double before = monotonic_seconds();
  EXPECT_LE(before, monotonic_seconds());
  EXPECT_FALSE(user_name().empty());
  EXPECT_TRUE(operating_system().starts_with("Linux"));
  EXPECT_GE(hardware_threads(), 1);
  EXPECT_GT(terminal_columns(), 0);
  EXPECT_EQ(environment("VESICA_SURELY_UNSET"), "");
}

TEST(System, UuidsAreVersionFour) {
  const std::string id = new_uuid();
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_NE(id, new_uuid());
}

TEST(System, SecondInterruptEndsTheProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::atomic<bool>& flag = install_interrupt_flag();
    ::raise(SIGINT);
    if (!flag) ::_exit(1);
    ::raise(SIGINT);
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 130);
}

}  // namespace
}  // namespace vesica
