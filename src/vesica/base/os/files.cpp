// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/os/files.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

constexpr char32_t kEscapeBase = 0xF700;  // chosen: a private-use range; byte 0x80 becomes U+F780

std::string reason(int number) { return std::generic_category().message(number); }

/// A descriptor that closes itself.
class Handle {
 public:
  explicit Handle(int number) : number_(number) {}
  ~Handle() {
    if (number_ >= 0) ::close(number_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int get() const { return number_; }
  /// Closes now and says whether that worked (a network disk reports a full quota only here).
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

[[noreturn]] void throw_unopened(const fs::path& path, int number) {
  const std::string hint = number == ENOENT   ? say("Check the name and the folder.")
                           : number == EACCES ? say("Ask for permission to read the file.")
                                              : std::string();
  throw Error(ErrorKind::kNoInput, say("The file cannot be opened: {}.", reason(number)),
              Place{path_text(path), 0, 0, ""}, hint);
}

/// Opens a regular file for reading; a pipe or a device would block or never end.
int open_regular(const fs::path& path, struct stat& info) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (handle < 0) throw_unopened(path, errno);
  if (::fstat(handle, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(handle);
    throw Error(ErrorKind::kNoInput, say("This is not a regular file."), Place{path_text(path), 0, 0, ""},
                say("Name a file, not a folder or a device."));
  }
  return handle;
}

/// Appends up to `n` bytes; fewer at the end of the file.
std::string read_up_to(int handle, std::size_t n, std::size_t expected, const fs::path& path) {
  std::string out;
  out.reserve(std::min(n, expected));
  std::array<char, 1 << 16> buffer;
  while (out.size() < n) {
    const ssize_t got = ::read(handle, buffer.data(), std::min(buffer.size(), n - out.size()));
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorKind::kIo, say("Reading failed half-way: {}.", reason(errno)), Place{path_text(path), 0, 0, ""},
                  say("Check the disk or the network connection and try again."));
    }
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return out;
}

/// Length of a UTF-8 sequence in a name, 0 for a byte that must be escaped.
std::size_t plain_length(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (i + length > text.size() || !is_valid_utf8(text.substr(i, length))) return 0;
  // Our own escapes, standing in a name already, are escaped themselves: U+F780 .. U+F7FF is EF 9E 80 .. EF 9F BF.
  const bool own = length == 3 && lead == 0xEF && (text[i + 1] == '\x9E' || text[i + 1] == '\x9F');
  return own ? 0 : length;
}

[[noreturn]] void throw_unwritten(const fs::path& path, int number) {
  const bool before = number == EACCES || number == EPERM || number == EROFS || number == ENOENT || number == ENOTDIR ||
                      number == EISDIR || number == ENAMETOOLONG;
  const std::string hint = number == ENOSPC || number == EDQUOT ? say("Free some space and run the same command again.")
                           : number == EROFS || number == EACCES
                               ? say("Choose another folder for the output, or make this one writable.")
                               : std::string();
  throw Error(before ? ErrorKind::kCannotCreate : ErrorKind::kIo,
              say("The file cannot be written: {}.", reason(number)), Place{path_text(path), 0, 0, ""}, hint);
}

/// Writes and syncs; the error number, 0 when all is on the disk.
int write_and_sync(Handle& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(file.get()) != 0) return errno;
  return file.close() ? 0 : errno;
}

void sync_folder(const fs::path& folder) {
  const Handle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.get() >= 0) ::fsync(handle.get());  // some network disks refuse it; the rename stands all the same
}

bool is_left_out(const std::string& name) {
  return name.starts_with('.') || name.starts_with("~$") || equals_ignoring_case(name, "thumbs.db") ||
         equals_ignoring_case(name, "desktop.ini");
}

bool lies_within(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

void list_below(const fs::path& folder, const fs::path& root, std::vector<fs::path>& files,
                std::vector<std::string>* unreadable) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (is_left_out(entry->path().filename().string())) continue;
    std::error_code ignored;
    if (entry->is_symlink(ignored)) {
      const fs::path target = fs::canonical(entry->path(), ignored);
      if (!ignored && fs::is_regular_file(target, ignored) && lies_within(target, root)) files.push_back(entry->path());
    } else if (entry->is_directory(ignored)) {
      list_below(entry->path(), root, files, unreadable);
    } else if (entry->is_regular_file(ignored)) {
      files.push_back(entry->path());
    }
  }
  if (error && unreadable != nullptr) unreadable->push_back(path_text(folder));
}

fs::path nearest_existing(fs::path folder) {
  std::error_code ignored;
  folder = fs::absolute(folder, ignored);
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

}  // namespace

std::string path_text(const fs::path& path) {
  const std::string& raw = path.native();
  std::string out;
  for (std::size_t i = 0; i < raw.size();) {
    const std::size_t length = plain_length(raw, i);
    if (length > 0) {
      out.append(raw, i, length);
      i += length;
      continue;
    }
    const char32_t c = kEscapeBase + static_cast<unsigned char>(raw[i++]);
    out += {'\xEF', static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
  return out;
}

fs::path path_from(std::string_view utf8) {
  std::string raw;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const std::string_view rest = utf8.substr(i);
    if (rest.size() >= 3 && rest[0] == '\xEF' && (rest[1] == '\x9E' || rest[1] == '\x9F')) {
      raw += static_cast<char>(((rest[1] & 0x03) << 6) | (rest[2] & 0x3F));
      i += 2;
    } else {
      raw += utf8[i];
    }
  }
  return fs::path(raw);
}

std::string read_file(const fs::path& path, std::uint64_t max_bytes) {
  struct stat info {};
  const Handle file(open_regular(path, info));
  const auto size = static_cast<std::uint64_t>(info.st_size);
  std::string out;
  if (size <= max_bytes) {
    const auto limit = static_cast<std::size_t>(max_bytes == UINT64_MAX ? max_bytes : max_bytes + 1);
    out = read_up_to(file.get(), limit, static_cast<std::size_t>(size), path);
  }
  if (size > max_bytes || out.size() > max_bytes) {
    throw Error(
        ErrorKind::kData,
        say("The file has {} bytes; at most {} are read.", std::max<std::uint64_t>(size, out.size()), max_bytes),
        Place{path_text(path), 0, 0, ""}, say("Check that this is the file you meant; split it if it is."));
  }
  return out;
}

std::string read_head(const fs::path& path, std::size_t n) {
  struct stat info {};
  const Handle file(open_regular(path, info));
  return read_up_to(file.get(), n, static_cast<std::size_t>(info.st_size), path);
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  static std::atomic<unsigned> counter{0};
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const fs::path temporary =
      folder / (".vesica-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)) + ".tmp");
  Handle file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (file.get() < 0) throw_unwritten(path, errno);
  int number = write_and_sync(file, bytes);
  if (number == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) number = errno;
  if (number != 0) {
    ::unlink(temporary.c_str());
    throw_unwritten(path, number);
  }
  sync_folder(folder);
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error && fs::is_directory(path, error)) return;
  const std::string why = error ? error.message() : reason(ENOTDIR);
  throw Error(ErrorKind::kCannotCreate, say("The folder cannot be made: {}.", why), Place{path_text(path), 0, 0, ""},
              say("Choose another folder, or make its parent writable."));
}

namespace {

FileIdentity identity_of(const struct stat& info) {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  return FileIdentity{static_cast<std::uint64_t>(info.st_size),
                      info.st_mtim.tv_sec * kNanosecondsPerSecond + info.st_mtim.tv_nsec, info.st_ino};
}

}  // namespace

std::optional<FileIdentity> file_identity(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return identity_of(info);
}

std::optional<FileIdentity> folder_identity(const fs::path& folder) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return std::nullopt;
  FileIdentity all = identity_of(info);
  all.size = 0;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::optional<FileIdentity> one = file_identity(entry->path());
    if (!one) continue;
    all.size += one->size;
    all.mtime_ns = std::max(all.mtime_ns, one->mtime_ns);
  }
  return all;
}

std::vector<fs::path> list_files(const fs::path& folder, std::vector<std::string>* unreadable) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root, error)) {
    throw Error(ErrorKind::kNoInput, say("This folder does not exist or is not a folder."),
                Place{path_text(folder), 0, 0, ""}, say("Check the name."));
  }
  std::vector<fs::path> files;
  list_below(folder, root, files, unreadable);
  std::vector<std::pair<std::string, fs::path>> keyed;
  keyed.reserve(files.size());
  for (fs::path& file : files) keyed.emplace_back(path_text(file), std::move(file));
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
  for (std::size_t i = 0; i < keyed.size(); ++i) files[i] = std::move(keyed[i].second);
  return files;
}

bool is_network_folder(const fs::path& folder) {
  // f_type of statfs(2), from linux/magic.h and the file systems' own sources.
  static constexpr std::array<std::uint32_t, 13> kRemote = {
      0x6969,     /* NFS */ 0x517B,       /* SMB */ 0xFF534D42,  /* CIFS */ 0xFE534D42, /* SMB2 */
      0x65735546, /* FUSE */ 0x01021997,  /* 9P */ 0x5346414F,   /* AFS */ 0x73757245,  /* Coda */
      0x00C36400, /* Ceph */ 0x47504653,  /* GPFS */ 0x0BD00BD0,                        /* Lustre */
      0x19830326, /* BeeGFS */ 0x01161970 /* GFS2 */};
  static constexpr std::array<std::string_view, 16> kSynced = {
      "dropbox", "onedrive",     "nextcloud", "owncloud",      "google drive", "icloud drive", "box sync", "nutstore",
      "坚果云",  "baidunetdisk", "百度网盘",  "baidusyncdisk", "wps云盘",      "seafile",      "megasync", "pcloud"};
  const fs::path existing = nearest_existing(folder);
  for (const fs::path& part : existing) {
    const std::string name = part.string();
    for (const std::string_view synced : kSynced) {
      if (starts_with_ignoring_case(name, synced)) return true;
    }
  }
  struct statfs info {};
  if (::statfs(existing.c_str(), &info) != 0) return false;
  return std::find(kRemote.begin(), kRemote.end(), static_cast<std::uint32_t>(info.f_type)) != kRemote.end();
}

std::uint64_t free_bytes(const fs::path& folder) {
  struct statvfs info {};
  if (::statvfs(nearest_existing(folder).c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

bool is_writable_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

std::optional<FileLock> FileLock::try_acquire(const fs::path& path) {
  const int handle = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (handle < 0) throw_unwritten(path, errno);
  while (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    if (number == EINTR) continue;
    ::close(handle);
    if (number == EWOULDBLOCK) return std::nullopt;
    throw Error(ErrorKind::kIo, say("The lock file cannot be locked: {}.", reason(number)),
                Place{path_text(path), 0, 0, ""}, say("Keep the study on a local disk."));
  }
  return FileLock(handle);
}

FileLock::FileLock(FileLock&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

FileLock::~FileLock() {
  if (handle_ >= 0) ::close(handle_);  // closing releases the lock
}

}  // namespace vesica
