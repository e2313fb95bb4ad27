// SPDX-License-Identifier: Apache-2.0
// Inside of stats/: what compare() hands from gathering to analysis to words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/quantity/quantity.h"
#include "vesica/stats/multiple.h"
#include "vesica/stats/result.h"
#include "vesica/table/select.h"

namespace vesica::comparing {

/// The sample tree with quick look-up; walks are bounded as those of Study.
class Tree {
 public:
  explicit Tree(const Study& study);
  const Sample* find(std::string_view id) const;
  const Sample* parent(const Sample& sample) const;
  /// The nearest ancestor of the kind, the sample itself included; nullptr when there is none.
  const Sample* ancestor(std::string_view id, std::string_view kind) const;
  std::string condition_of(std::string_view id) const;
  /// The level of a factor as text; empty when nothing says it. `condition` is the row's own and goes first.
  std::string level_of(std::string_view id, std::string_view condition, const std::string& factor) const;
  std::string block_of(std::string_view id) const;

 private:
  std::unordered_map<std::string_view, const Sample*> samples_;
  std::unordered_map<std::string_view, const Condition*> conditions_;
};

/// One observation below a unit.
struct UnitRow {
  std::size_t row = 0;
  double scaled = kNaN;           ///< on the analysis scale
  std::vector<std::string> path;  ///< samples from below the unit down to the row's, then its part
};

/// One independent unit in one group (and at one time when several are compared).
struct CaseUnit {
  std::string sample, block;
  int group = 0, second = 0, time = 0;
  double value = kNaN;   ///< on the quantity's own scale
  double scaled = kNaN;  ///< on the analysis scale
  std::vector<UnitRow> rows;
};

/// How blocks lie to the groups.
enum class Blocks {
  kNone,
  kCrossed,  ///< some block holds units of several groups: compare within
  kNested,   ///< blocks hold several units of one group: their units are not independent
};

/// One comparison of one quantity and target, gathered.
struct Case {
  const ObservationTable* table = nullptr;
  const Study* study = nullptr;
  const Comparison* plan = nullptr;
  std::string quantity, target;
  std::string value_unit;  ///< where rows bear their own
  Scale scale = Scale::kLinear;
  std::vector<std::string> groups, titles, seconds;
  std::vector<double> times;  ///< more than one: units differ in `time`
  std::vector<CaseUnit> units;
  Blocks blocks = Blocks::kNone;
  std::string refusal;       ///< status id; empty: may be analysed
  std::string refusal_text;  ///< the sentence
  std::vector<Issue> warnings;

  /// Scaled values of every group (all seconds and times together), in the order of units.
  std::vector<std::vector<double>> values_by_group() const;
  stats::Pairs contrasts() const;  ///< declared pairs, or all against the control, or all; later minus earlier
};

Case gather(const ObservationTable& table, const std::vector<std::size_t>& rows, const Study& study, const Tree& tree,
            const Comparison& plan, std::string quantity, std::string target);

const char* effect_kind(Scale scale);  ///< "mean difference", "ratio of geometric means", "odds ratio"

/// Adds a warning to a list; `kind` is completed to "stats.KIND".
void warn(std::vector<Issue>& issues, std::string_view kind, std::string message, std::string hint = {},
          Severity severity = Severity::kWarning);

// ---- analyses: each adds tests, assumptions and a methods sentence to the finding
// ------------------------------------

void analyse_independent(const Case& data, const std::string& method,
                         Finding& finding);                ///< welch, student, anova, ...
void analyse_blocked(const Case& data, Finding& finding);  ///< paired or blocked
void analyse_ranks(const Case& data, bool within_blocks, Finding& finding);
void analyse_two_way(const Case& data, Finding& finding);
void analyse_repeated(const Case& data, Finding& finding);
void analyse_mixed(const Case& data, Finding& finding);

/// A test's numbers in a finding's words: p, statistic, and the estimate taken back from the analysis scale.
FindingTest test_of(const stats::TestResult& result, std::string contrast, std::string title, Scale scale);
/// The same for a judged contrast, with adjusted p and, where the method has one, the simultaneous interval.
FindingTest test_of(const stats::JudgedContrast& judged, std::string contrast, std::string title, Scale scale);
std::string contrast_text(const Case& data, std::size_t first, std::size_t second);

/// The correction that a plan asks for, given what the method can do; says so when it differs.
stats::Correction correction_of(const Case& data, bool welch, Finding& finding);
/// For people: "Tukey-Kramer", "Dunnett", "Games-Howell" (Tukey over Welch contrasts), ...
std::string correction_title(stats::Correction correction, bool welch);
/// The product structure of Dunnett's correlation for contrasts with weights l_i: cov = l_i' C l_j.
std::vector<double> lambda_from(const std::vector<std::vector<double>>& covariance);

/// Power of a contrast for the relevant size and the n that would do, at the family's single level.
struct PowerQuestion {
  double sd = kNaN;       ///< of units on the analysis scale; of differences when paired
  double n1 = 0, n2 = 0;  ///< n2 unused when paired
  bool paired = false;
  std::size_t family = 1;   ///< contrasts
  double reference = kNaN;  ///< mean of the group compared with, natural scale
};
void add_power(const Case& data, const PowerQuestion& question, FindingTest& test);
/// The same for a contrast of a model with several factors: the unit's sd is what its standard error stands for.
void add_power_from_se(const Case& data, const stats::Contrast& contrast, std::size_t family, FindingTest& test);
/// The standardised difference of a contrast over a pooled sd: g and interval from t, se and df.
void add_hedges(const stats::TestResult& test, double sd, FindingTest& to);

// ---- what stands around the tests
// ------------------------------------------------------------------------------------

/// Guardrails that need the finished tests, and stars by the declared scheme.
void add_guards(const Case& data, const Tree& tree, Finding& finding);
void add_stars(const Case& data, Finding& finding);
/// Question and answer.
void add_words(const Case& data, Finding& finding);
/// "vesicle.diameter.mean" → "mean diameter", with the target.
std::string quantity_name(const Case& data);
/// With the catalogue's digits, or fewer; with its unit when asked for.
std::string number_text(const Case& data, double value, bool with_unit, int digits = 0);
/// "0.05", "2", "5.1e+04": without trailing zeros.
std::string short_number(double value, int digits);
std::string p_words(double p);
/// "SA+Exos, SA and NC"
std::string listed(const std::vector<std::string>& names);

}  // namespace vesica::comparing
