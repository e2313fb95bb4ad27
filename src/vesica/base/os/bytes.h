// SPDX-License-Identifier: Apache-2.0
// Bytes read by offset: a large file of which only parts are wanted, or bytes in memory under the same name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vesica {

/// Bytes with a known length. read_at may be called from several threads.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset`; the number of bytes there were (fewer at the end, 0 beyond). Throws Error(kIo).
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> out) const = 0;
  /// `n` bytes from `offset`, fewer at the end. Requires n that the caller has bounded.
  std::string text_at(std::uint64_t offset, std::size_t n) const;
};

/// Opens a regular file; Error(kNoInput) otherwise.
std::shared_ptr<const ByteSource> open_bytes(const std::filesystem::path& path);
/// Bytes in memory, copied.
std::shared_ptr<const ByteSource> bytes_of(std::string_view bytes);

/// SHA-256 of a whole file read in pieces.
std::string hash_bytes(const ByteSource& bytes);

}  // namespace vesica
