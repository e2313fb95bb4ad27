// SPDX-License-Identifier: Apache-2.0
// The one declaration of study.toml: reader, writer, JSON Schema and reference all walk it.
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vesica/base/message.h"
#include "vesica/study/study.h"

namespace vesica {

/// What a text names; the loader checks every such text against the study.
enum class Refers {
  kNothing,
  kSample,
  kPreparation,  ///< a sample of kind "preparation"
  kCondition,
  kProtocol,
  kLayout,
  kAssay,
  kModel,
  kQuantity,         ///< an id of the catalogue
  kQuantityPattern,  ///< an id, or a beginning with "*"
  kFactor,
  kSampleKind,
  kGroup,  ///< a condition, or a level of the comparison's factor
  kUnit,   ///< a unit in UCUM
};

/// What is said about a key beside its name. `help` is one sentence, translated when shown.
struct KeyInfo {
  std::string_view help;
  bool required = false;
  Refers refers = Refers::kNothing;
  std::span<const std::string_view> choices = {};
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Visits the keys of one table of study.toml in the order in which a user should read them.
class KeyVisitor {
 public:
  virtual ~KeyVisitor() = default;
  virtual void text(std::string_view name, std::string& member, const KeyInfo& info) = 0;
  virtual void number(std::string_view name, double& member, const KeyInfo& info) = 0;  ///< NaN: not given
  virtual void seed(std::string_view name, std::uint64_t& member, const KeyInfo& info) = 0;
  virtual void flag(std::string_view name, bool& member, const KeyInfo& info) = 0;
  virtual void texts(std::string_view name, std::vector<std::string>& member, const KeyInfo& info) = 0;
  virtual void numbers(std::string_view name, std::vector<double>& member, const KeyInfo& info) = 0;
  /// A table of words; `info.refers` is about the values.
  virtual void words(std::string_view name, std::map<std::string, std::string>& member, const KeyInfo& info) = 0;
  /// A table of numbers.
  virtual void values(std::string_view name, std::map<std::string, double>& member, const KeyInfo& info) = 0;
  virtual void levels(std::string_view name, Levels& member, const KeyInfo& info) = 0;
  virtual void pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& member,
                     const KeyInfo& info) = 0;
  /// Anything nested: an array of tables (steps) or a table (settings), told by `array`.
  virtual void tree(std::string_view name, Value& member, bool array, const KeyInfo& info) = 0;
};

void describe_keys(KeyVisitor& keys, Study& study);  ///< the table [study] itself
void describe_keys(KeyVisitor& keys, Sample& sample);
void describe_keys(KeyVisitor& keys, Condition& condition);
void describe_keys(KeyVisitor& keys, Given& given);
void describe_keys(KeyVisitor& keys, Protocol& protocol);
void describe_keys(KeyVisitor& keys, Layout& layout);
void describe_keys(KeyVisitor& keys, Input& input);
void describe_keys(KeyVisitor& keys, Comparison& comparison);
void describe_keys(KeyVisitor& keys, Scenario& scenario);
void describe_keys(KeyVisitor& keys, Exclusion& exclusion);
void describe_keys(KeyVisitor& keys, Reported& reported);
void describe_keys(KeyVisitor& keys, Reporting& reporting);
void describe_keys(KeyVisitor& keys, Antibody& antibody);
void describe_keys(KeyVisitor& keys, Primer& primer);
void describe_keys(KeyVisitor& keys, ReportOptions& report);

/// Visits the sections of study.toml in order. `sections.one(name, member, help)` is a table, `sections.many(name,
/// vector, help)` an array of tables; `[settings.ID]` is the sections' owner's own business.
template <typename Sections>
void describe_sections(Sections&& sections, Study& study) {
  sections.one("study", study, translate("What the study is about and where its files lie."));
  sections.many("condition", study.conditions, translate("A group of the experiment: a named set of factor levels."));
  sections.many(
      "sample", study.samples,
      translate("A node of the sample tree: a donor, a culture, a preparation, an animal, a defect, a well."));
  sections.many("protocol", study.protocols, translate("How a preparation was made, step by step."));
  sections.many("given", study.givens, translate("Who received which preparation: amount, route, time."));
  sections.many("layout", study.layouts, translate("Which sample lies at which position of a plate or membrane."));
  sections.many("input", study.inputs,
                translate("A file to be measured, or a path template that stands for many files."));
  sections.many("comparison", study.comparisons, translate("What will be compared, declared before the results."));
  sections.many("scenario", study.scenarios, translate("What a model is to predict, and from which assumptions."));
  sections.many("reported", study.reported,
                translate("A number that a paper or a colleague states, to be held against ours."));
  sections.one("reporting", study.reporting,
               translate("What reporting standards ask for, in words; vesica check says which lines are missing."));
  sections.many("antibody", study.reporting.antibodies,
                translate("An antibody, with all that is needed to buy the same one."));
  sections.many("primer", study.reporting.primers, translate("Primers of one gene, and what is known of their assay."));
  sections.many("exclude", study.exclusions, translate("Rows left out of statistics, each with its reason."));
  sections.one("report", study.report, translate("How the report looks."));
}

}  // namespace vesica
