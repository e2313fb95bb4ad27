// SPDX-License-Identifier: Apache-2.0
// sbml_suite: runs the SBML Test Suite and prints counts a tier, or the published table.
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/sbml_suite/suite.h"

namespace {

constexpr const char* kUsage =
    "sbml_suite ARCHIVE [--table] [--method M] [--seed N] [--rtol R] [--atol A] [--threads N] [case ...]\n"
    "Runs the semantic cases (or those named); prints failures of tiers 1 to 3 and counts, or with --table the "
    "table.\n";

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  vesica::test::SuiteOptions options;
  vesica::Context context;
  bool table = false;
  std::set<std::string> named;
  for (int i = 2; i < count; ++i) {
    const std::string word = words[i];
    const auto next = [&] { return std::string(i + 1 < count ? words[++i] : ""); };
    if (word == "--table")
      table = true;
    else if (word == "--method")
      options.method = next();
    else if (word == "--seed")
      options.seed = std::strtoull(next().c_str(), nullptr, 10);
    else if (word == "--rtol")
      options.relative = std::strtod(next().c_str(), nullptr);
    else if (word == "--atol")
      options.absolute = std::strtod(next().c_str(), nullptr);
    else if (word == "--threads")
      context.threads = std::max(1, std::atoi(next().c_str()));
    else
      named.insert(word);
  }
  auto cases = vesica::test::read_suite(words[1]);
  if (!named.empty()) std::erase_if(cases, [&](const auto& one) { return !named.contains(one.id); });
  const auto results = vesica::test::run_suite(cases, options, context);
  if (table) {
    std::fputs(vesica::test::as_table(results).c_str(), stdout);
    return 0;
  }
  for (const auto& result : results)
    if (!result.passed && (result.tier <= 3 || !named.empty()))
      std::printf("%s\t%d\t%s\n", result.id.c_str(), result.tier, result.cause.c_str());
  std::fputs(vesica::test::summary(results).c_str(), stdout);
  return 0;
}
