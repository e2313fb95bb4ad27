// SPDX-License-Identifier: Apache-2.0
// Designs for people (text, figure) and for programs (rows as TSV and JSON).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vesica/design/spin.h"
#include "vesica/report/figure.h"
#include "vesica/settings/value.h"

namespace vesica::design {

/// One number or word of a design: of what, which, with interval and unit.
struct Fact {
  std::string part;  ///< "protocol", "step 1", "step 1 way 2", "evidence vesicle.density", ...
  std::string name;  ///< "minutes", "rpm", "cutoff", ...
  Band number;
  std::string unit;  ///< UCUM
  std::string text;  ///< instead of a number, or beside it
};

/// Rows part, name, value, low, high, unit, text.
std::string facts_tsv(const std::vector<Fact>& facts);
/// schema vesica.design/1: question, status, rows.
Value facts_value(std::string_view question, std::string_view status, const std::vector<Fact>& facts);

/// "84 % (58 to 95 %)", "60 nm (55 to 66 nm)".
std::string percent_text(const Band& band);
std::string number_text(const Band& band, int digits, std::string_view unit = "");

std::vector<Fact> facts_of(const SpinWish& wish, const SpinDesign& design);
std::vector<Fact> facts_of(const Transfer& transfer);
/// `columns` 0: no limit.
std::string text_of(const SpinWish& wish, const SpinDesign& design, std::size_t columns);
/// `rounds` of the design that is carried over.
std::string text_of(const Transfer& transfer, std::size_t columns, std::int64_t rounds = 1);
/// The share of each size that the protocol keeps.
Figure figure_of(const SpinWish& wish, const SpinDesign& design);
Figure figure_of(const Transfer& transfer);

}  // namespace vesica::design
