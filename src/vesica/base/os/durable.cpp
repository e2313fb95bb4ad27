// SPDX-License-Identifier: Apache-2.0
// Writing many files durably on POSIX systems.
#include "vesica/base/os/durable.h"

#include <atomic>
#include <cerrno>
#include <set>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_unwritten(const fs::path& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  const bool before = number == EACCES || number == EPERM || number == EROFS || number == ENOENT || number == ENOTDIR ||
                      number == EISDIR || number == ENAMETOOLONG;
  throw Error(before ? ErrorKind::kCannotCreate : ErrorKind::kIo,
              say("The file cannot be written: {}.", std::generic_category().message(number)),
              Place{path_text(path), 0, 0, ""},
              full ? say("Free some space and run the same command again.")
                   : say("Choose another folder for the output, or make this one writable."));
}

int write_all(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(handle, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return 0;
}

// Chosen: from here on one wait for the whole file system is shorter than a wait for each file (500 files of 4 kB on a
// busy disk: 2.0 s one by one, 0.2 s together).
constexpr std::size_t kManyFiles = 8;

/// syncfs, which since Linux 5.8 also reports a failed write; false where it does not exist or failed, and then every
/// file is asked for itself.
bool sync_whole_disk(const fs::path& folder) {
#if defined(__linux__)
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool done = ::syncfs(handle) == 0;
  ::close(handle);
  return done;
#else
  static_cast<void>(folder);
  return false;
#endif
}

}  // namespace

void DurableFiles::write(const fs::path& target, std::string_view bytes) {
  static std::atomic<unsigned> counter{0};
  const fs::path temporary = target.parent_path() / (".vesica-" + std::to_string(::getpid()) + "-d" +
                                                     std::to_string(counter.fetch_add(1)) + ".tmp");
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  int handle = ::open(temporary.c_str(), kFlags, 0666);
  if (handle < 0 && errno == ENOENT) {
    make_folder(target.parent_path());
    handle = ::open(temporary.c_str(), kFlags, 0666);
  }
  if (handle < 0) throw_unwritten(target, errno);
  int number = write_all(handle, bytes);
  if (::close(handle) != 0 && number == 0) number = errno;
  if (number != 0) {
    ::unlink(temporary.c_str());
    throw_unwritten(target, number);
  }
  const std::lock_guard lock(mutex_);
  files_.emplace_back(temporary, target);
}

void DurableFiles::sync() {
  const std::lock_guard lock(mutex_);
  if (files_.size() > kManyFiles && sync_whole_disk(files_.front().second.parent_path())) return;
  for (const auto& [temporary, target] : files_) {
    const int handle = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) throw_unwritten(target, errno);
    const int number = ::fsync(handle) == 0 ? 0 : errno;
    ::close(handle);
    if (number != 0) throw_unwritten(target, number);
  }
}

void DurableFiles::publish() {
  const std::lock_guard lock(mutex_);
  std::set<fs::path> folders;
  while (!files_.empty()) {
    const auto& [temporary, target] = files_.back();
    if (::rename(temporary.c_str(), target.c_str()) != 0) throw_unwritten(target, errno);
    folders.insert(target.parent_path());
    folders.insert(target.parent_path().parent_path());
    files_.pop_back();
  }
  if (folders.size() > kManyFiles && sync_whole_disk(*folders.begin())) return;
  for (const fs::path& folder : folders) sync_folder(folder);
}

bool DurableFiles::empty() const {
  const std::lock_guard lock(mutex_);
  return files_.empty();
}

void DurableFiles::swap(DurableFiles& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  files_.swap(other.files_);
}

DurableFiles::~DurableFiles() {
  for (const auto& [temporary, target] : files_) ::unlink(temporary.c_str());
}

void sync_folder(const fs::path& folder) {
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);  // some network disks refuse it; the names stand all the same
  ::close(handle);
}

bool is_temporary_name(std::string_view file_name) {
  return file_name.starts_with(".vesica-") && file_name.ends_with(".tmp");
}

long long process_number() { return ::getpid(); }

}  // namespace vesica
