// SPDX-License-Identifier: Apache-2.0
// A reporting standard as data: items with the question that a study must answer, and where the answer is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/rules/expression.h"
#include "vesica/settings/value.h"

namespace vesica::rules {

/// Bounds on one rule file, chosen: ours have 15 to 40 items.
inline constexpr std::size_t kMaxRuleBytes = 1'000'000;
inline constexpr std::size_t kMaxItems = 1000;
inline constexpr std::size_t kMaxParts = 100;  ///< of one item

/// One thing that an item asks for.
struct Part {
  Expression test;
  std::string missing;  ///< what is missing when the test does not hold
  std::string where;    ///< where to write it: "[reporting]", "[[antibody]]"
  std::string write;    ///< the line itself, as an example: rotor = "Type 70 Ti"
};

/// Two statements that cannot both be true.
struct Contradiction {
  Expression when;
  std::string says;
};

struct Item {
  std::string id;      ///< "ev_metric.7"
  std::string clause;  ///< number in the standard
  std::string title;   ///< a few words
  std::string asks;    ///< what is asked, in our words
  bool must = true;    ///< severity: must or should
  std::string source;  ///< DOI with table or section
  bool wording_verified = false;
  std::string verified;  ///< where the wording was read, or why it was not
  Expression when;       ///< empty: whenever the standard applies
  Expression unclear;    ///< something was done, but the study does not say what it shows
  std::vector<Part> parts;
  std::vector<Contradiction> contradictions;
  Place place;
};

/// One line of a sheet that is filled in for the user.
struct SheetRow {
  std::string section, field;
  Expression value;  ///< its text; an empty one is left for the user
};

struct Standard {
  std::string id;     ///< "ev_metric"
  std::string title;  ///< "EV-METRIC of EV-TRACK"
  std::string doi;
  std::string about;   ///< one or two sentences
  bool score = false;  ///< the share of applicable items that are present is a number of its own
  std::string file;
  Expression when;  ///< empty: always
  std::vector<Item> items;
  std::string sheet;  ///< file name of the filled sheet without ending; empty: none
  std::vector<SheetRow> rows;
};

struct RuleText {
  std::string_view name;  ///< "ev_metric"
  std::string_view toml;
};

/// Reads one rule file. Everything that is wrong is added to `problems` with file:line:column: unknown keys, missing
/// ones, expressions that cannot be parsed, ids given twice. Items that are wrong are left out.
Standard read_standard(std::string_view toml, const std::string& file, std::vector<Error>& problems);

/// The standards that the program was built with, read once; in the order of the documentation.
const std::vector<Standard>& built_in_standards();

}  // namespace vesica::rules

namespace vesica {
/// Their texts; generated from the folder rules/.
const std::vector<rules::RuleText>& built_in_rules();
}  // namespace vesica
