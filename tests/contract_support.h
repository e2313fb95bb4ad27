// SPDX-License-Identifier: Apache-2.0
// What the contract tests share: readings good and bad, the law that every row obeys, the fields of settings.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/contract/contract.h"

namespace vesica::contract_test {

/// A reading of each format that the assay accepts around each of the contents below.
struct NamedReading {
  std::string name;
  Reading reading;
};
/// Content without an answer: nothing, no rows, one cell, text for numbers, NaN, empty and one-bin distributions.
std::vector<NamedReading> degenerate_readings(const Assay& assay);
/// Content as an instrument or a person would write it.
std::vector<NamedReading> ordinary_readings(const Assay& assay);

/// The facts of a sample of condition "A".
InputFacts ordinary_facts(const Assay& assay);

/// What is wrong with a row by the catalogue and the status law; empty when nothing is.
std::vector<std::string> broken_laws(const ObservationTable& table, std::span<const std::string_view> declared,
                                     std::string_view source, Origin origin);

/// One field of a settings struct.
struct Field {
  std::string name, help, unit, evidence;
  double low, high;
  bool numeric = false;
  double value = kNaN;  ///< default, of numbers
};
std::vector<Field> fields_of(AnySettings settings);

/// Everything an outcome says, as one text: rows, issues, artifacts.
std::string text_of(const Outcome& outcome);
/// The outcome's text, or the words of the Error that was thrown instead.
std::string measured_text(const Assay& assay, const Reading& reading, const AnySettings& settings,
                          const Context& context);

}  // namespace vesica::contract_test
