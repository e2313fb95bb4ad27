// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/zip.h"

#include <algorithm>
#include <array>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

[[noreturn]] void throw_damaged(const std::string& file, const std::string& item, archive* reader) {
  const char* reason = archive_error_string(reader);
  const std::string why = reason != nullptr && is_valid_utf8(reason) ? reason : say("unknown reason");
  throw Error(ErrorKind::kData, say("The archive is damaged or cut off: {}.", why), Place{file, 0, 0, item},
              say("Copy or download the file again, or open it in its program and save it anew."));
}

[[noreturn]] void throw_bomb(const std::string& file, const std::string& item, std::uint64_t limit) {
  throw Error(ErrorKind::kData, say("The archive unpacks to more than {} bytes.", limit), Place{file, 0, 0, item},
              say("Check where the file comes from; save large data as CSV."));
}

Archive new_reader() {
  Archive reader(archive_read_new(), archive_read_free);
  VESICA_REQUIRE(reader != nullptr && archive_read_support_format_zip_seekable(reader.get()) == ARCHIVE_OK,
                 "libarchive reads ZIP");
  return reader;
}

Archive open_bytes(std::string_view bytes, const std::string& file) {
  Archive reader = new_reader();
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    throw_damaged(file, "", reader.get());
  }
  return reader;
}

/// The next member, nullptr at the end. A warning (an odd name or time) is none of ours.
archive_entry* next_entry(archive* reader, const std::string& file) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader, &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) throw_damaged(file, "", reader);
  return entry;
}

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name != nullptr && is_valid_utf8(name) ? name : "";
}

template <typename Visit>
void for_each_entry(archive* reader, const std::string& file, Visit visit) {
  std::size_t count = 0;
  while (archive_entry* entry = next_entry(reader, file)) {
    if (++count > kMaxZipEntries) {
      throw Error(ErrorKind::kData, say("The archive has more than {} members.", kMaxZipEntries), Place{file, 0, 0, ""},
                  say("Check that this is the file you meant."));
    }
    visit(entry, name_of(entry));
  }
}

std::vector<std::string> names_in(archive* reader, const std::string& file) {
  std::vector<std::string> names;
  for_each_entry(reader, file, [&](archive_entry*, std::string name) { names.push_back(std::move(name)); });
  return names;
}

/// Unpacks the current member; `left` is what the whole archive may still yield.
std::string unpack(archive* reader, const std::string& file, const std::string& name, std::uint64_t& left) {
  std::string out;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const la_ssize_t got = archive_read_data(reader, buffer.data(), buffer.size());
    if (got == 0) return out;
    if (got < 0) throw_damaged(file, name, reader);
    const auto n = static_cast<std::uint64_t>(got);
    if (n > left) throw_bomb(file, name, out.size() + left);
    if (out.size() + n > kMaxZipEntryBytes) throw_bomb(file, name, kMaxZipEntryBytes);
    left -= n;
    out.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

std::vector<std::string> zip_names(std::string_view bytes, const std::string& file) {
  return names_in(open_bytes(bytes, file).get(), file);
}

std::vector<std::string> zip_names(const std::filesystem::path& path) {
  const Archive reader = new_reader();
  constexpr std::size_t kBlock = 1 << 16;
  if (archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK) {
    throw_damaged(path_text(path), "", reader.get());
  }
  return names_in(reader.get(), path_text(path));
}

std::map<std::string, std::string> read_zip(std::string_view bytes, const std::string& file,
                                            const std::vector<std::string>& wanted) {
  const Archive reader = open_bytes(bytes, file);
  std::uint64_t left = std::min(kMaxZipTotalBytes, kZipFreeBytes + kMaxZipRatio * bytes.size());
  std::map<std::string, std::string> out;
  for_each_entry(reader.get(), file, [&](archive_entry* entry, const std::string& name) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) return;
    if (archive_entry_is_data_encrypted(entry) != 0) {
      throw Error(ErrorKind::kUnsupported, say("The file is protected by a password."), Place{file, 0, 0, name},
                  say("Open it, remove the password and save it again."));
    }
    if (out.count(name) != 0) {
      throw Error(ErrorKind::kData, say("The archive holds the member {} twice.", name), Place{file, 0, 0, name},
                  say("Open the file in its program and save it anew."));
    }
    out[name] = unpack(reader.get(), file, name, left);
  });
  return out;
}

}  // namespace vesica
