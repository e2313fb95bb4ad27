// SPDX-License-Identifier: Apache-2.0
// Small studies and tables for the tests of comparisons.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vesica/stats/compare.h"

namespace vesica::fixture {

/// A study that grows by samples and a table that grows by rows.
struct Made {
  Study study;
  ObservationTable table;

  Sample& sample(const std::string& id, const std::string& kind, const std::string& condition = "",
                 const std::string& parent = "", const std::string& block = "") {
    Sample made;
    made.id = id, made.kind = kind, made.condition = condition, made.parent = parent, made.block = block;
    study.samples.push_back(made);
    return study.samples.back();
  }

  void row(const std::string& sample_id, double value, const std::string& quantity = "other.value",
           const std::string& replicate = "", double time_h = kNaN, const std::string& target = "") {
    Observation out;
    out.quantity = quantity, out.sample = sample_id, out.replicate = replicate, out.target = target;
    out.time_h = time_h, out.value = value, out.source = "table", out.unit = "1";
    table.add(out);
  }

  /// One unit with one value.
  void unit(const std::string& id, const std::string& condition, double value, const std::string& block = "",
            const std::string& quantity = "other.value") {
    sample(id, "animal", condition, "", block);
    row(id, value, quantity);
  }

  Comparison& comparison(const std::string& quantity = "other.value", const std::string& unit_kind = "animal") {
    Comparison made;
    made.id = "main", made.quantities = {quantity}, made.unit = unit_kind;
    study.comparisons = {made};
    return study.comparisons.back();
  }

  Finding find() const {
    const std::vector<Finding> findings = compare(table, study, Context{});
    return findings.empty() ? Finding{} : findings.front();
  }
};

inline bool warns(const Finding& finding, const std::string& kind) {
  for (const Issue& issue : finding.warnings) {
    if (issue.kind == "stats." + kind) return true;
  }
  return false;
}

inline const FindingTest* test_named(const Finding& finding, const std::string& contrast) {
  for (const FindingTest& test : finding.tests) {
    if (test.contrast == contrast) return &test;
  }
  return nullptr;
}

}  // namespace vesica::fixture
