// SPDX-License-Identifier: Apache-2.0
// Files: everything that portable C++ cannot promise (durable writes, identity, network folders, locks).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// UTF-8 text of a path and back, on every system. Bytes of a name that are not UTF-8 (a GB18030 name on Linux) become
/// the private-use characters U+F780 to U+F7FF and turn back into the same bytes: valid text, nothing lost.
std::string path_text(const std::filesystem::path& path);
std::filesystem::path path_from(std::string_view utf8);

/// Reads a whole regular file. Throws Error(kNoInput) when it cannot be opened or is no regular file, (kData) when
/// larger than `max_bytes`, (kIo) when reading fails half-way.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes = std::uint64_t{1} << 30);
/// The first `n` bytes, fewer when the file is shorter.
std::string read_head(const std::filesystem::path& path, std::size_t n);

/// Writes bytes so that a reader sees the old file or the whole new one, also after a power cut: temporary sibling,
/// fsync, rename, fsync of the folder. Throws Error(kCannotCreate) or (kIo), naming file and system reason.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Makes a folder and its parents, Error(kCannotCreate) otherwise.
void make_folder(const std::filesystem::path& path);

/// What a rerun trusts without reading the file again.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};
std::optional<FileIdentity> file_identity(const std::filesystem::path& path);
/// The same for a folder of files taken as one: sizes added, the latest time of the folder and its files, the folder's
/// inode. Sub-folders do not count.
std::optional<FileIdentity> folder_identity(const std::filesystem::path& folder);

/// Regular files below a folder (paths start with `folder`), in natural order of their relative paths. Left out: hidden
/// ones, the owner files of Office (`~$...`), Thumbs.db and desktop.ini, symbolic links to folders, and links that lead
/// out of the folder. Unreadable sub-folders are reported in `unreadable`. Error(kNoInput) when `folder` is no folder.
std::vector<std::filesystem::path> list_files(const std::filesystem::path& folder,
                                              std::vector<std::string>* unreadable = nullptr);

/// NFS, SMB, FUSE and other mounts on which shared-memory locks cannot be trusted, and folders that a synchronising
/// program rewrites behind our back (a parent named Dropbox, OneDrive, Nextcloud, ...). Unknown folder: its nearest
/// existing parent decides.
bool is_network_folder(const std::filesystem::path& folder);
std::uint64_t free_bytes(const std::filesystem::path& folder);
bool is_writable_folder(const std::filesystem::path& folder);

/// A lock that the system releases when the process dies. Empty when another process holds it.
class FileLock {
 public:
  static std::optional<FileLock> try_acquire(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int handle) : handle_(handle) {}
  int handle_ = -1;
};

}  // namespace vesica
