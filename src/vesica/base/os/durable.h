// SPDX-License-Identifier: Apache-2.0
// Many files made durable together: the price of a few waits for the disk instead of several per file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace vesica {

/// A set of whole files that appear only when they are safe: write() each (temporary sibling, no waiting), then sync(),
/// then publish(). After sync() the contents survive a power cut, after publish() the names do. Files that were not
/// published are removed by the destructor; those of a killed process are named `.vesica-*.tmp`.
class DurableFiles {
 public:
  DurableFiles() = default;
  ~DurableFiles();
  DurableFiles(const DurableFiles&) = delete;
  DurableFiles& operator=(const DurableFiles&) = delete;

  /// Makes the file's folder when needed. From any thread. Throws Error(kCannotCreate) or (kIo).
  void write(const std::filesystem::path& target, std::string_view bytes);
  void sync();
  void publish();
  bool empty() const;
  void swap(DurableFiles& other);

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> files_;  // temporary, target
};

/// Makes the names in a folder durable; quiet where the file system does not offer it.
void sync_folder(const std::filesystem::path& folder);

/// True for the names of the temporary files of write_file_atomically and DurableFiles.
bool is_temporary_name(std::string_view file_name);

/// The number of the running process.
long long process_number();

}  // namespace vesica
