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
#if defined(__linux__) && defined(SYNC_FILE_RANGE_WRITE)
  // Starts the transfer without waiting, so that the later fsyncs find most of the work done.
  if (number == 0) ::sync_file_range(handle, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
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
