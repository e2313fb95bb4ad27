// SPDX-License-Identifier: Apache-2.0
// Inside of report/: how numbers and names are said everywhere in a report, so that text, tables and figures agree.
#pragma once

#include <string>
#include <string_view>

#include "vesica/contract/finding.h"
#include "vesica/quantity/quantity.h"
#include "vesica/study/study.h"

namespace vesica {

/// "p = 0.013", "p = 2.1×10⁻⁵"; empty for NaN.
std::string p_text(double p);
/// A sentence with its numbers as people write them: "2.9e-10" → "2.9×10⁻¹⁰", "(-8.87" → "(−8.87".
std::string pretty_numbers(std::string_view text);
/// The number of a p alone: "0.013", "2.1×10⁻⁵", "–".
std::string p_number(double p);
/// With the catalogue's digits, large and small ones as powers of ten: "143.2", "2.31×10¹⁰", "–".
std::string value_text(double value, int digits);
/// The same; a whole number of things that are counted (a unit in braces) has no digits behind the point: "98".
std::string value_text(double value, std::string_view quantity);
/// "120 – 151" in the same writing, empty unless both are finite.
std::string interval_text(double low, double high, int digits);
/// Title, symbol or id of a quantity with its target: "mean diameter", "relative expression (VEGFA)".
std::string quantity_text(std::string_view quantity, std::string_view target);
/// "all_videos" → "all videos"; names with capitals (genes) stay as they are.
std::string target_text(std::string_view target);
/// The axis label with the target, "Edge speed, both edges (µm/h)"; the id for a quantity outside of the catalogue.
/// `value_unit`: that of the rows where they bear their own.
std::string quantity_axis(std::string_view quantity, std::string_view target, std::string_view value_unit = {});
int quantity_digits(std::string_view quantity);
/// The colour of a condition in every figure: its place in the study, from 1; `otherwise` when it is none of them.
int condition_colour(const Study& study, std::string_view condition, int otherwise);
/// The text with its first ASCII letter in upper case: sentences that begin with a quantity's name.
std::string sentence_case(std::string text);
std::string condition_title(const Study& study, std::string_view condition);
/// "* p ≤ 0.05, ** ≤ 0.01, ..." of the declared scheme; empty for "none".
std::string star_scheme_text(std::string_view scheme);
/// A sample kind, severity or kind of estimate in the report's language; other words as they are.
std::string word_text(std::string_view word);
/// "preparation" → the word in the report's language and number: "3 preparations".
std::string counted(std::size_t n, std::string_view kind);
/// Letters, digits, '-', '_' and '.' of the text, runs of others as one '-'; a short hash is added when other scripts
/// were lost or the text was longer than 60 bytes. Never empty.
std::string file_slug(std::string_view text);
/// Groups of a contrast such as "A − B" (also "-", "/", "vs"), by name or title; false when they cannot be told.
bool contrast_groups(const Finding& finding, const FindingTest& test, std::size_t& first, std::size_t& second);
/// Tests, best p first value: the adjusted p when there is one.
double reported_p(const FindingTest& test);

}  // namespace vesica
