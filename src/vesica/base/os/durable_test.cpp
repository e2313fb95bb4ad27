// SPDX-License-Identifier: Apache-2.0
// Files that are made durable together appear whole or not at all.
#include "vesica/base/os/durable.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"

namespace vesica {
namespace {

namespace fs = std::filesystem;

struct DurableTest : public ::testing::Test {
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  std::size_t count() const {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) files += entry.is_regular_file();
    return files;
  }
  fs::path folder = fs::temp_directory_path() / ("vesica-durable-" + new_uuid());
};

TEST_F(DurableTest, NothingShowsBeforePublish) {
  for (const int number : {1, 3, 40}) {  // one by one, and together
    const fs::path place = folder / std::to_string(number);
    DurableFiles files;
    EXPECT_TRUE(files.empty());
    for (int i = 0; i < number; ++i) {
      files.write(place / std::to_string(i % 20) / ("file " + std::to_string(i)), "content " + std::to_string(i));
    }
    files.sync();
    EXPECT_FALSE(fs::exists(place / "0" / "file 0"));
    files.publish();
    EXPECT_TRUE(files.empty());
    for (int i = 0; i < number; ++i) {
      EXPECT_EQ(read_file(place / std::to_string(i % 20) / ("file " + std::to_string(i))),
                "content " + std::to_string(i));
    }
  }
  EXPECT_EQ(count(), 44u) << "no temporary file is left";
}

TEST_F(DurableTest, WhatIsNotPublishedGoes) {
  {
    DurableFiles files;
    files.write(folder / "a", "A");
    EXPECT_EQ(count(), 1u);
    EXPECT_TRUE(is_temporary_name(fs::directory_iterator(folder)->path().filename().string()));
    DurableFiles other;
    other.swap(files);
    EXPECT_TRUE(files.empty());
    EXPECT_FALSE(other.empty());
  }
  EXPECT_EQ(count(), 0u);
  EXPECT_FALSE(is_temporary_name("report.html"));
}

TEST_F(DurableTest, FailuresNameTheFile) {
  DurableFiles files;
  write_file_atomically(folder / "plain", "x");
  EXPECT_THROW(files.write(folder / "plain" / "below", "x"), Error);
  fs::create_directories(folder / "taken" / "inside");
  files.write(folder / "taken", "x");
  files.sync();
  EXPECT_THROW(files.publish(), Error);
  const pid_t child = ::fork();
  if (child == 0) {  // a limit on the size of files stands for a full disk
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      DurableFiles full;
      full.write(folder / "large", std::string(5000, 'x'));
    } catch (const Error& error) {
      ::_exit(error.kind() == ErrorKind::kIo && !error.where().file.empty() ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(fs::exists(folder / "large"));
}

}  // namespace
}  // namespace vesica
