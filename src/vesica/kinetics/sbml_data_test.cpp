// SPDX-License-Identifier: Apache-2.0
// The published corpora: every case that Vesica supports is read and survives writing, every other one is refused by
// name.
#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/network_compare.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/kinetics/sbml_write.h"

namespace vesica::kinetics {
namespace {

/// Files of a corpus under VESICA_DATA/corpora; empty when VESICA_DATA is not set.
std::map<std::string, std::string> corpus(const std::string& name) {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr || *data == '\0') return {};
  const auto path = path_from(std::string(data) + "/corpora/" + name);
  return read_tar(read_file(path), name);
}

/// Tags of a case of the semantic suite, from its description.
std::string tags_of(const std::string& description) {
  std::string tags;
  for (const std::string_view line : split_lines(description)) {
    if (line.starts_with("componentTags:") || line.starts_with("testTags:") || line.starts_with("packagesPresent:"))
      tags += " " + std::string(line);
  }
  return tags;
}

/// 1 core, 2 events, 3 rateOf, 4 comp, 5 algebraic rules and fast reactions, 6 delay, 7 flux balance.
int tier_of(const std::string& tags) {
  const auto has = [&](const char* word) { return tags.find(word) != std::string::npos; };
  if (has("fbc")) return 7;
  if (has("CSymbolDelay")) return 6;
  if (has("AlgebraicRule") || has("FastReaction")) return 5;
  if (has("comp:") || has("packagesPresent: comp")) return 4;
  if (has("CSymbolRateOf")) return 3;
  return has("Event") ? 2 : 1;
}

TEST(DataSbmlSlow, SemanticSuite) {
  const auto files = corpus("sbml_test_suite.tar.xz");
  if (files.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::map<int, int> read, refused;
  for (const auto& [name, text] : files) {
    if (name.find("/semantic/") == std::string::npos || name.find("-sbml-") == std::string::npos) continue;
    const std::string description = name.substr(0, name.find("-sbml-")) + "-model.m";
    const int tier = tier_of(tags_of(files.at(description)));
    try {
      const Network network = read_sbml(text, name);
      ++read[tier];
      const Network once = read_sbml(write_sbml(network), "written");
      const Network twice = read_sbml(write_sbml(once), "written");
      EXPECT_EQ(test::Comparison(once, twice).difference().value_or(""), "") << name;
    } catch (const Error& error) {
      ++refused[tier];
      if (tier <= 3) ADD_FAILURE() << error.what();
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.what();
    }
  }
  for (int tier = 1; tier <= 7; ++tier)
    std::printf("tier %d: %d read, %d refused by name\n", tier, read[tier], refused[tier]);
  EXPECT_EQ(read[1], 998);
  EXPECT_EQ(read[2], 413);
  EXPECT_EQ(read[3], 53);
  EXPECT_EQ(read[4] + read[6] + read[7], 0);
  EXPECT_EQ(read[5], 1) << "case 01244: an algebraic rule without a formula says nothing";
}

TEST(DataSbmlSlow, BioModels) {
  const auto files = corpus("biomodels_1_100.tar.xz");
  if (files.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  int read = 0, refused = 0;
  for (const auto& [name, text] : files) {
    if (!name.ends_with(".xml")) continue;
    try {
      const Network network = read_sbml(text, name);
      ++read;
      const Network once = read_sbml(write_sbml(network), "written");
      const Network twice = read_sbml(write_sbml(once), "written");
      EXPECT_EQ(test::Comparison(once, twice).difference().value_or(""), "") << name;
    } catch (const Error& error) {
      ++refused;
      EXPECT_NE(error.message().find("delay()"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(read, 97);
  EXPECT_EQ(refused, 3) << "24, 25 and 34 use delay()";
}

}  // namespace
}  // namespace vesica::kinetics
