// SPDX-License-Identifier: Apache-2.0
// An answer of the statistics or of a check: everything the report needs to say it and to draw it.
#pragma once

#include <string>
#include <vector>

#include "vesica/contract/contract.h"

namespace vesica {

/// One independent unit with its value, and the observations below it.
struct FindingUnit {
  std::string sample;
  std::string block;
  double time_h = kNaN;
  double value = kNaN;
  std::vector<double> observations;  ///< values averaged into `value`
  std::vector<std::string> row_ids;  ///< observation ids, same order
};

struct FindingGroup {
  std::string name;  ///< condition or level
  std::string title;
  std::string second;  ///< level of the second factor
  std::vector<FindingUnit> units;
  double mean = kNaN;              ///< on the quantity's scale (geometric for log)
  double low = kNaN, high = kNaN;  ///< 95 % interval of the mean
  double sd = kNaN;                ///< on the analysis scale
  double median = kNaN;
};

/// One test: the omnibus or one contrast.
struct FindingTest {
  std::string contrast;        ///< "SA+Exos − SA", "all groups", "gel × time"
  std::string method;          ///< id: "welch_t", "one_way_anova", "tukey_kramer", ...
  std::string title;           ///< for people: "Welch's t test"
  std::string statistic_name;  ///< "t", "F", "q", "U", "H"
  double statistic = kNaN;
  double df1 = kNaN, df2 = kNaN;
  double p = kNaN;
  double adjusted_p = kNaN;
  std::string correction;  ///< how adjusted_p was made; empty: none
  std::string stars;
  double estimate = kNaN, low = kNaN, high = kNaN;  ///< difference, or ratio on a log scale
  std::string estimate_kind;  ///< "mean difference", "ratio of geometric means", "Hodges-Lehmann shift"
  double hedges_g = kNaN, hedges_low = kNaN, hedges_high = kNaN;
  double power = kNaN;  ///< to see an effect of the size in `power_for`
  double power_for = kNaN;
  double n_needed = kNaN;     ///< units per group for 80 % power for that size
  std::string status = "ok";  ///< or why there is no number: "too_few_units", "no_variance", ...
};

struct Finding {
  std::string id;
  std::string comparison;  ///< id of the declared comparison, or the check's id
  std::string kind;        ///< "comparison", "agreement", "compatibility", ...
  std::string quantity, target;
  std::string question;    ///< in words
  std::string answer;      ///< one or two sentences with the numbers
  std::string unit;        ///< sample kind that is n
  std::string value_unit;  ///< of the values where rows bear their own (Quantity::unit_by_row) and agree
  std::string scale;       ///< analysis scale
  double time_h = kNaN;
  std::vector<FindingGroup> groups;
  std::vector<FindingTest> tests;
  std::vector<std::string> assumptions;  ///< each checked, with what was found
  std::vector<Issue> warnings;
  std::string method_text;  ///< the sentence for a methods section
  Value details;            ///< a check's own table (the map of compatibility), for report and JSON
};

}  // namespace vesica
