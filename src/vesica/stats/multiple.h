// SPDX-License-Identifier: Apache-2.0
// Many comparisons at once: adjusted p and, where the method has them, simultaneous intervals.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vesica/stats/result.h"

namespace vesica::stats {

enum class Correction {
  kNone,
  kBonferroni,         ///< m p; interval at 1 - alpha/m
  kSidak,              ///< 1 - (1 - p)^m (Šidák 1967, 10.1080/01621459.1967.10482935); interval at (1 - alpha)^(1/m)
  kHolm,               ///< step-down (Holm 1979); has no simultaneous interval
  kHolmSidak,          ///< step-down Šidák; has no simultaneous interval
  kBenjaminiHochberg,  ///< false discovery rate (10.1111/j.2517-6161.1995.tb02031.x); no simultaneous interval
  kTukey,              ///< Tukey-Kramer by the studentised range; with Welch contrasts it is Games-Howell
  kDunnett,            ///< all against one control
};
/// The id in findings: "none", "bonferroni", "sidak", "holm", "holm_sidak", "benjamini_hochberg", "tukey", "dunnett".
const char* to_text(Correction correction);
/// Whether the method gives intervals that hold together.
bool has_intervals(Correction correction);

/// Adjusted p values of a family, in the order given; NaN entries stay NaN and do not count. For kTukey and kDunnett,
/// which need more than p, use judge().
std::vector<double> adjust_p(std::span<const double> p, Correction correction);

/// One difference of a family: first - second.
struct Contrast {
  std::size_t first = 0, second = 0;
  TestResult test;  ///< estimate, se, df, unadjusted p; its interval is the single one
};
struct JudgedContrast {
  Contrast contrast;
  double adjusted_p = kNoNumber;
  Interval simultaneous;  ///< NaN where the method has none
};
/// What a family-wise method must know beside the contrasts.
struct Family {
  std::size_t groups = 0;      ///< kTukey: how many means are ranged over
  std::vector<double> lambda;  ///< kDunnett: product structure, one entry a contrast (studentised.h)
};
/// Adjusts a family. Tukey-Kramer: P(Q > sqrt(2)|t|); Dunnett: P(max |T| > |t|) two-sided. Contrasts without an answer
/// stay so.
std::vector<JudgedContrast> judge(std::span<const Contrast> contrasts, Correction correction, const Family& family,
                                  double level = 0.95);

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
/// (1,0), (2,0), (2,1), ...: later minus earlier.
Pairs all_pairs(std::size_t groups);
/// (i, control) for every other i.
Pairs pairs_with_control(std::size_t groups, std::size_t control);

/// Differences of group means over the variance pooled across all groups (as R's pairwise.t.test and TukeyHSD).
std::vector<Contrast> pooled_contrasts(std::span<const std::vector<double>> groups, const Pairs& pairs,
                                       double level = 0.95);
/// Differences by Welch's test of each pair: with kTukey this is Games & Howell 1976 (10.3102/10769986001002113).
std::vector<Contrast> welch_contrasts(std::span<const std::vector<double>> groups, const Pairs& pairs,
                                      double level = 0.95);

/// All pairs by Tukey-Kramer; all against one by Dunnett with unequal n; all pairs by Games-Howell.
std::vector<JudgedContrast> tukey_kramer(std::span<const std::vector<double>> groups, double level = 0.95);
std::vector<JudgedContrast> dunnett(std::span<const std::vector<double>> groups, std::size_t control,
                                    double level = 0.95);
std::vector<JudgedContrast> games_howell(std::span<const std::vector<double>> groups, double level = 0.95);

}  // namespace vesica::stats
