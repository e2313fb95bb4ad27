// SPDX-License-Identifier: Apache-2.0
// What the tests of dls and zeta share: exports from text, rows by their keys, a phantom's truth against what is
// measured.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "vesica/contract/contract.h"
#include "vesica/io/csv.h"
#include "vesica/io/xlsx.h"
#include "vesica/settings/fields.h"

namespace vesica::scattering_test {

inline Reading reading_of(Workbook book, const std::string& format = "text") {
  return {"export.txt", std::string(64, '0'), format, std::make_shared<const ReadingData>(std::move(book))};
}
inline Reading text_reading(const std::string& text) {
  return reading_of(Workbook{"export.txt", {read_text_table(text, "export.txt")}});
}

inline Outcome measured(const Assay& assay, const Reading& reading, const std::string& sample = "",
                        const std::map<std::string, std::string>& set = {}) {
  InputFacts facts;
  facts.sample = sample;
  facts.source = assay.id;
  AnySettings settings = assay.make_settings();
  for (const auto& [name, value] : set) set_field(settings, name, value);
  return assay.measure(reading, {}, settings, facts, Context{});
}

inline double value_of(const Outcome& outcome, std::string_view quantity, std::string_view sample = "",
                       std::string_view replicate = "", std::string_view part = "", double at = kNaN) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    const Observation row = outcome.observations.row(i);
    const bool is_at = std::isnan(at) ? std::isnan(row.at) : std::abs(row.at - at) < 1e-6 * at;
    if (row.quantity == quantity && row.sample == sample && row.replicate == replicate && row.part == part && is_at)
      return row.value;
  }
  ADD_FAILURE() << "no " << quantity << " of \"" << sample << "\" " << replicate;
  return kNaN;
}

inline bool has_issue(const Outcome& outcome, std::string_view kind) {
  for (const Issue& issue : outcome.issues)
    if (issue.kind == kind) return true;
  return false;
}

/// Every true number of a phantom is found in what was measured, within printing.
inline void expect_truth(const Assay& assay, const std::string& name, const std::string& bytes,
                         const ObservationTable& truth, double tolerance) {
  const bool is_text = name.ends_with(".txt");
  const Outcome out = measured(assay, is_text ? text_reading(bytes) : reading_of(read_xlsx(bytes, name), "xlsx"));
  ASSERT_GT(truth.size(), 0U);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Observation row = truth.row(i);
    EXPECT_NEAR(value_of(out, row.quantity, row.sample, row.replicate, row.part) / row.value, 1, tolerance)
        << row.quantity << " " << row.sample << " " << row.replicate;
  }
  for (const Issue& issue : out.issues) EXPECT_EQ(issue.severity, Severity::kNote) << issue.message;
}

}  // namespace vesica::scattering_test
