// SPDX-License-Identifier: Apache-2.0
// Content hashes: SHA-256 for files, a short id for rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vesica {

/// Lower-case hexadecimal SHA-256 of bytes already in memory.
std::string sha256(std::string_view bytes);

/// SHA-256 fed piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  ///< ends the stream; call once

 private:
  void* state_;
};

/// Ten lower-case characters of Crockford's base 32 (no i, l, o, u) from the upper 50 of 64 bits: what tables and
/// tooltips print and `why` takes.
std::string short_id(std::uint64_t bits);
/// 64-bit FNV-1a with a final avalanche; stable across machines and versions. Not for security.
std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0);

}  // namespace vesica
