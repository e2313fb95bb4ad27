// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/hash.h"

#include <array>

#include <openssl/evp.h>

#include "vesica/base/require.h"

namespace vesica {

Sha256::Sha256() : state_(EVP_MD_CTX_new()) {
  VESICA_REQUIRE(state_ != nullptr && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(state_), EVP_sha256(), nullptr) == 1,
                 "SHA-256 is part of every OpenSSL");
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_)); }

void Sha256::add(std::string_view bytes) {
  VESICA_REQUIRE(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_), bytes.data(), bytes.size()) == 1,
                 "hex() ends the stream");
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  VESICA_REQUIRE(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(state_), digest.data(), &length) == 1,
                 "hex() is called once");
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(2 * std::size_t{length});
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

std::string short_id(std::uint64_t bits) {
  static constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr int kCharacters = 10;
  std::string out;
  for (int i = 0; i < kCharacters; ++i) out += kCrockford[(bits >> (59 - 5 * i)) & 31];
  return out;
}

std::uint64_t hash64(std::string_view text, std::uint64_t seed) {
  // FNV-1a (Fowler, Noll, Vo; RFC 9923), then the finaliser of SplitMix64 (Steele, Lea, Flood 2014,
  // 10.1145/2660193.2660195), because FNV's upper bits mix too little for the short id.
  std::uint64_t hash = 0xCBF29CE484222325u ^ seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3u;
  }
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
  return hash ^ (hash >> 31);
}

}  // namespace vesica
