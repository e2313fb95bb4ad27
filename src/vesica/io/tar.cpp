// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/tar.h"

#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

[[noreturn]] void throw_damaged(const std::string& file, archive* reader) {
  const char* reason = archive_error_string(reader);
  const std::string why = reason != nullptr && is_valid_utf8(reason) ? reason : say("unknown reason");
  throw Error(ErrorKind::kData, say("The archive is damaged or cut off: {}.", why), Place{file, 0, 0, {}},
              say("Copy or download the file again."));
}

}  // namespace

std::map<std::string, std::string> read_tar(std::string_view bytes, const std::string& file, std::string_view ending) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  VESICA_REQUIRE(reader != nullptr, "libarchive reads TAR");
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    throw_damaged(file, reader.get());
  std::map<std::string, std::string> out;
  std::uint64_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return out;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) throw_damaged(file, reader.get());
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG || !std::string_view(name).ends_with(ending))
      continue;
    std::string& content = out[name];
    content.clear();
    char buffer[1 << 16];
    for (;;) {
      const la_ssize_t got = archive_read_data(reader.get(), buffer, sizeof buffer);
      if (got < 0) throw_damaged(file, reader.get());
      if (got == 0) break;
      total += static_cast<std::uint64_t>(got);
      if (total > kMaxTarTotalBytes)
        throw Error(ErrorKind::kData, say("The archive unpacks to more than {} bytes.", kMaxTarTotalBytes),
                    Place{file, 0, 0, name}, say("Check where the file comes from."));
      content.append(buffer, static_cast<std::size_t>(got));
    }
  }
}

}  // namespace vesica
