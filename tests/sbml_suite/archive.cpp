// SPDX-License-Identifier: Apache-2.0
#include "tests/sbml_suite/archive.h"

#include <memory>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>

namespace vesica::test {

std::map<std::string, std::string> read_archive(const std::string& path) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  constexpr std::size_t kBlock = 1 << 16;
  if (archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK)
    throw std::runtime_error(path + ": " + archive_error_string(reader.get()));
  std::map<std::string, std::string> files;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    if (archive_read_data(reader.get(), content.data(), content.size()) < 0)
      throw std::runtime_error(path + ": " + archive_error_string(reader.get()));
    files.emplace(archive_entry_pathname(entry), std::move(content));
  }
  return files;
}

}  // namespace vesica::test
