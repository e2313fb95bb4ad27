// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/hash.h"

#include <set>

#include <gtest/gtest.h>

namespace vesica {
namespace {

TEST(Hash, Sha256KnownAnswers) {  // FIPS 180-2, appendix B, and the empty message
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  for (int i = 0; i < 1000; ++i) pieces.add(std::string(1000, 'a'));
  EXPECT_EQ(pieces.hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, ShortIdIsTheUpperFiftyBits) {
  EXPECT_EQ(short_id(0), "0000000000");
  EXPECT_EQ(short_id(~std::uint64_t{0}), "zzzzzzzzzz");
  EXPECT_EQ(short_id(std::uint64_t{10} << 59), "a000000000");
  EXPECT_EQ(short_id(std::uint64_t{1} << 14), "0000000001");
}

TEST(Hash, Hash64SpreadsAndDependsOnTheSeed) {
  std::set<std::string> ids;
  for (int i = 0; i < 20000; ++i) ids.insert(short_id(hash64("row " + std::to_string(i))));
  EXPECT_EQ(ids.size(), 20000u);  // expected collisions in 50 bits: 2e-7
  EXPECT_NE(hash64("a"), hash64("a", 1));
  EXPECT_NE(hash64(""), hash64("a"));
}

}  // namespace
}  // namespace vesica
