// SPDX-License-Identifier: Apache-2.0
// A study and its results as plain records, which rules can ask about without knowing any struct.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/study/study.h"
#include "vesica/table/observation_table.h"

namespace vesica::rules {

/// True or false, a number, or a text.
struct Answer {
  enum class Kind { kTruth, kNumber, kText };
  Kind kind = Kind::kTruth;
  bool truth = false;
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string text;

  static Answer of(bool truth);
  static Answer of(double number);
  static Answer of(std::string text);
  /// A text holds when it is not empty, a number when it is one (zero included).
  bool holds() const;
  /// As a table prints it.
  std::string shown() const;
  /// A number, or the first number in a text; NaN when there is none.
  double as_number() const;
};

using Record = std::map<std::string, Answer, std::less<>>;

/// What an assay would yield, as far as rules ask.
struct AssayAbility {
  std::string id;
  std::vector<std::string> quantities;  ///< empty: any
};

/// Which tables and lists there are, with their keys: what a rule may name.
struct Vocabulary {
  std::map<std::string, std::vector<std::string>, std::less<>> tables;  ///< "study", "reporting", "report"
  std::map<std::string, std::vector<std::string>, std::less<>> lists;   ///< "sample", "preparation", "step", ...
};
/// From the declarations that the reader of study.toml itself uses, and the keys of steps.
const Vocabulary& vocabulary();

/// Numbers of one quantity.
struct Known {
  std::string unit;
  std::vector<double> values;
  std::vector<std::string> targets;
};

struct Facts {
  std::map<std::string, Record, std::less<>> tables;
  std::map<std::string, std::vector<Record>, std::less<>> lists;  ///< each item has a "(label)" for messages
  std::vector<Record> attributes;           ///< of `lists["sample"]`, those of the ancestors included
  std::map<std::string, Known> quantities;  ///< measured, or stated under [[reported]]
  std::vector<std::string> planned;         ///< quantities that inputs would yield; only while nothing is measured
  std::vector<std::string> assays, roles;   ///< of inputs and layouts
  bool any_input_yields_anything = false;   ///< a planned assay that declares no quantities
};

/// The study with its rows; before any measurement the table is empty.
Facts facts_of(const Study& study, const ObservationTable& rows, const std::vector<AssayAbility>& assays);

}  // namespace vesica::rules
