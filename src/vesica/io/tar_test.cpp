// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/tar.h"

#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "vesica/base/error.h"

namespace vesica {
namespace {

/// One member in the ustar format (POSIX.1-1988): a header of 512 bytes, the content, zeros to a multiple of 512.
std::string member(const std::string& name, const std::string& content, char type = '0') {
  std::array<char, 512> head{};
  std::snprintf(head.data(), 100, "%s", name.c_str());
  std::snprintf(head.data() + 100, 8, "%07o", 0644);
  std::snprintf(head.data() + 124, 12, "%011zo", content.size());
  std::snprintf(head.data() + 136, 12, "%011o", 0);
  head[156] = type;
  std::snprintf(head.data() + 257, 6, "ustar");
  head[263] = head[264] = '0';
  for (int i = 148; i < 156; ++i) head[static_cast<std::size_t>(i)] = ' ';
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  std::snprintf(head.data() + 148, 8, "%06o", sum);
  std::string out(head.data(), head.size());
  out += content;
  out.resize((out.size() + 511) / 512 * 512, '\0');
  return out;
}

const std::string kEnd(1024, '\0');

TEST(Tar, MembersByName) {
  const std::string archive =
      member("a/one.txt", "1") + member("a", "", '5') + member("two.xml", std::string(700, 'x')) + kEnd;
  const auto all = read_tar(archive, "t.tar");
  ASSERT_EQ(all.size(), 2u) << "folders are left out";
  EXPECT_EQ(all.at("a/one.txt"), "1");
  EXPECT_EQ(all.at("two.xml"), std::string(700, 'x'));
  const auto some = read_tar(archive, "t.tar", ".xml");
  EXPECT_EQ(some.size(), 1u);
  EXPECT_TRUE(read_tar(kEnd, "t.tar").empty());
}

TEST(Tar, Damage) {
  const std::string archive = member("two.xml", std::string(700, 'x')) + kEnd;
  EXPECT_THROW(read_tar(archive.substr(0, 900), "t.tar"), Error);
  EXPECT_THROW(read_tar("this is no archive at all", "t.tar"), Error);
}

}  // namespace
}  // namespace vesica
