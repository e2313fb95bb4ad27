// SPDX-License-Identifier: Apache-2.0
// A child process talks through its pipe, ends when told, and says how it ended; the jail refuses what it must.
#include "vesica/base/os/child.h"

#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/error.h"

namespace vesica {
namespace {

TEST(Child, EchoesAndSaysHowItEnded) {
  ChildProcess child("/bin/sh", {"-c", "read line; printf \"got $line\"; exit 3"}, {});
  const std::string question = "hello\n";
  ASSERT_TRUE(child.send(std::as_bytes(std::span(question))));
  std::string answer(9, '\0');
  ASSERT_TRUE(child.receive(std::as_writable_bytes(std::span(answer)), 10));
  EXPECT_EQ(answer, "got hello");
  std::byte more[1];
  EXPECT_FALSE(child.receive(more, 10)) << "the stream has ended";
  EXPECT_EQ(child.end(), "exit 3");
}

TEST(Child, LimitsHoldAndSilenceEnds) {
  ChildProcess quiet("/bin/sh", {"-c", "sleep 30"}, {});
  std::byte one[1];
  EXPECT_FALSE(quiet.receive(one, 0.05));
  EXPECT_EQ(quiet.end(), "") << "it was stopped";
  ChildLimits small;
  small.open_files = 16;
  ChildProcess limited("/bin/sh", {"-c", "ulimit -n; ulimit -f; ulimit -c"}, small);
  std::string text(7, '\0');
  ASSERT_TRUE(limited.receive(std::as_writable_bytes(std::span(text)), 10));
  EXPECT_EQ(text, "16\n0\n0\n");
  EXPECT_THROW(ChildProcess("/nonexistent/program", {}, {}), Error);
}

TEST(Child, JailRefusesWritingSocketsAndPrograms) {
  const std::string target =
      (std::filesystem::temp_directory_path() / ("vesica_jail_" + std::to_string(::getpid()))).string();
  const pid_t process = ::fork();
  if (process == 0) {
    if (!enter_jail()) ::_exit(77);
    int wrong = 0;
    wrong += ::open(target.c_str(), O_WRONLY | O_CREAT, 0600) >= 0 ? 1 : 0;
    wrong += ::socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 2 : 0;
    wrong += ::fork() >= 0 ? 4 : 0;
    wrong += ::unlink("/nonexistent") == 0 || errno != EPERM ? 8 : 0;
    ::execl("/bin/true", "true", nullptr);
    wrong += ::open("/etc/passwd", O_RDONLY) < 0 ? 16 : 0;
    ::_exit(wrong);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, 0), process);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "this system has no filter of system calls";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST(Child, KeptToAFolderOtherFilesAreOutOfReach) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("vesica_kept_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string inside = (folder / "inside").string();
  ::close(::open(inside.c_str(), O_WRONLY | O_CREAT, 0600));
  const pid_t process = ::fork();
  if (process == 0) {
    if (!keep_to_folders({folder, "/nonexistent/folder"})) ::_exit(77);
    int wrong = 0;
    wrong += ::open(inside.c_str(), O_RDONLY) < 0 ? 1 : 0;
    wrong += ::open("/etc/passwd", O_RDONLY) >= 0 ? 2 : 0;
    wrong += ::open((inside + "2").c_str(), O_WRONLY | O_CREAT, 0600) >= 0 ? 4 : 0;
    wrong += ::open(inside.c_str(), O_RDWR) >= 0 ? 8 : 0;
    ::_exit(wrong);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, 0), process);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "this kernel knows no such limit";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace vesica
