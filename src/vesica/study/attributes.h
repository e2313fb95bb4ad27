// SPDX-License-Identifier: Apache-2.0
// Attributes of samples that Vesica computes with: what a preparation came from and how it was kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vesica {

/// One declared attribute. `also` are other titles of its column, in English and Chinese, compared when folded.
struct AttributeInfo {
  enum class Kind { kText, kNumber, kWhole, kDate };
  std::string_view name;
  std::string_view help;
  Kind kind = Kind::kText;
  std::string_view unit = "";                ///< of numbers, as people write it
  std::vector<std::string_view> units = {};  ///< spellings of it that a title may carry
  double low = 0, high = 0;                  ///< of numbers
  std::vector<std::string_view> also = {};
};

/// lot, donor, culture, passage, isolation_date, storage_c, storage_days, freeze_thaw. Help is in the chosen language.
std::vector<AttributeInfo> known_attributes();
/// Why a text cannot be the value of an attribute, as a sentence; empty when it can.
std::string attribute_problem(const AttributeInfo& attribute, std::string_view value);
/// Days since 1970-01-01 of "2026-11-20"; NaN for anything else.
double day_number(std::string_view date);

}  // namespace vesica
