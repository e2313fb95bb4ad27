// SPDX-License-Identifier: Apache-2.0
// The SBML Test Suite (semantic cases): reads its cases, runs them, judges them by the suite's own formula.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "vesica/base/context.h"

namespace vesica::test {

/// Disjoint tiers, from the tags in the header of a case's description: 7 flux balance, 6 the delay csymbol, 5
/// algebraic rules and fast reactions, 4 hierarchical models, 3 rateOf, 2 events, 1 the rest (the first that fits).
inline constexpr int kTiers = 7;

struct SuiteCase {
  std::string id;  ///< "00001"
  int tier = 1;
  bool random = false;                   ///< tagged RandomEventExecution
  std::string model, settings, results;  ///< texts of the files
};

struct SuiteResult {
  std::string id;
  int tier = 1;
  bool passed = false;
  bool refused = false;  ///< named as unsupported before anything ran
  std::string cause;     ///< of a failure
};

/// Tolerances of every run, chosen: a hundredth of the suite's usual and a thousandth of its tightest ones.
inline constexpr double kSuiteRelative = 1e-8;
inline constexpr double kSuiteAbsolute = 1e-13;

struct SuiteOptions {
  std::string method = "auto";
  std::uint64_t seed = 1;  ///< of random ties
  double relative = kSuiteRelative, absolute = kSuiteAbsolute;
};

/// Cases of the archive that VESICA_DATA/corpora/sbml_test_suite.tar.xz is.
std::vector<SuiteCase> read_suite(const std::string& archive);
/// Strict: |C - U| <= Ta + Tr |C| at every point for expected C and ours U; NaN and infinities must match.
SuiteResult run_case(const SuiteCase& suite_case, const SuiteOptions& options);
std::vector<SuiteResult> run_suite(const std::vector<SuiteCase>& cases, const SuiteOptions& options,
                                   const Context& context);
/// Passed and all cases a tier, in words, one line a tier.
std::string summary(const std::vector<SuiteResult>& results);
/// The published table: case, tier, result, cause.
std::string as_table(const std::vector<SuiteResult>& results);

}  // namespace vesica::test
