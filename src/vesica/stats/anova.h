// SPDX-License-Identifier: Apache-2.0
// Analyses of variance: one-way, Welch, blocked, two-way, repeated; and tests of equal variances.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/stats/linear_model.h"
#include "vesica/stats/result.h"

namespace vesica::stats {

/// One line of a table of variance.
struct AnovaRow {
  std::string term;
  double ss = kNoNumber, df = kNoNumber, ms = kNoNumber;
  double f = kNoNumber, p = kNoNumber;
  double error_df = kNoNumber;
};
struct AnovaTable {
  std::string method;
  TestStatus status = TestStatus::kEmpty;
  std::vector<AnovaRow> rows;  ///< effects; each names its own error degrees of freedom
  double residual_ss = kNoNumber, residual_df = kNoNumber, residual_ms = kNoNumber;

  const AnovaRow* find(const std::string& term) const;
};

/// One-way analysis over the deviations from a shifted, compensated mean (NIST SmLs01 to 13 digits). Groups with fewer
/// than two values and a spread of zero within all groups are statuses. Term "group".
AnovaTable one_way_anova(std::span<const std::vector<double>> groups);
/// Welch's analysis for unequal variances (Welch 1951, 10.1093/biomet/38.3-4.330), as R's oneway.test. A group without
/// spread is kNoVariance.
TestResult welch_anova(std::span<const std::vector<double>> groups);

/// Treatments within blocks, additive: each term adjusted for the other (Type II), so missing cells cost no bias.
/// Terms: the factors' names. Treatments that cannot be told from blocks are kNotSeparable.
AnovaTable block_anova(std::span<const double> values, const Factor& treatment, const Factor& block);
/// Two crossed factors with interaction, Type II sums of squares: a main effect is adjusted for the other main effect
/// and not for the interaction (Langsrud 2003, 10.1023/A:1023260610025); equal to R's aov when balanced. With one value
/// a cell the interaction is the residual: then rows for the main effects only, method "two_way_additive".
/// Blocks, when given, are a third, additive term of every model (not listed among the rows).
AnovaTable two_way_anova(std::span<const double> values, const Factor& a, const Factor& b,
                         const Factor* block = nullptr);

/// Repeated measures: every unit measured at every time, units in one or several groups.
struct RepeatedAnova {
  AnovaTable table;  ///< "time", and with groups "group" and "group:time"; p with sphericity assumed
  double greenhouse_geisser = kNoNumber;  ///< epsilon from the pooled covariance, 1/(times-1) .. 1
  double huynh_feldt = kNoNumber;         ///< at most 1
  double time_p = kNoNumber;              ///< Greenhouse-Geisser corrected: the one to report
  double interaction_p = kNoNumber;
  double mauchly_w = kNoNumber;  ///< NaN with two times, or with too few units for a covariance
  double mauchly_p = kNoNumber;  ///< chi-square with Box's second term, as R's mauchly.test
};
/// `units[i]` holds the values of unit i at all times, `group[i]` its group (all 0: one group). Time and interaction
/// are tested on orthonormal contrasts of the times; with groups of unequal size the time effect is that of the
/// weighted mean. (Greenhouse & Geisser 1959, 10.1007/BF02289823; Mauchly 1940, 10.1214/aoms/1177731915.)
RepeatedAnova repeated_anova(std::span<const std::vector<double>> units, std::span<const int> group);

enum class Centre { kMean, kMedian };
/// Levene's test (mean) or Brown & Forsythe's (median, the default: 10.1080/01621459.1974.10482955): one-way analysis
/// of absolute deviations.
TestResult levene(std::span<const std::vector<double>> groups, Centre centre = Centre::kMedian);
/// Bartlett's test; misleads for values that are not normal (10.1098/rspa.1937.0109).
TestResult bartlett(std::span<const std::vector<double>> groups);

}  // namespace vesica::stats
