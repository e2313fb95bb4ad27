// SPDX-License-Identifier: Apache-2.0
// The columns of the sample sheet, declared once for reader, writer, schema and reference.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/study/declare.h"
#include "vesica/study/known.h"

namespace vesica {

/// One column. `also` are other titles that people use for it, in English and Chinese, compared when folded
/// (fold_name()), so that "Sample ID", "sample_id" and "SAMPLE-ID" are one.
struct ColumnInfo {
  std::string_view name;
  std::string_view help;
  std::vector<std::string_view> also;
  Refers refers = Refers::kNothing;
};

/// The fixed columns in the order in which a sheet is written. Help is in the chosen language.
std::vector<ColumnInfo> sheet_columns();

/// Titles that people use for settings of assays: "稀释倍数" and "dilution factor" → "dilution".
struct SettingTitle {
  std::string_view setting;
  std::vector<std::string_view> also;
};
std::vector<SettingTitle> setting_titles();

/// What a title of the sheet means.
struct ColumnMeaning {
  enum class Kind { kColumn, kFactor, kAttribute, kSetting, kUnknown };
  Kind kind = Kind::kUnknown;
  std::string name;        ///< of the column, factor, attribute or setting
  std::string unit;        ///< as written in brackets: "time (d)" → "d"; empty when none is written
  double hours = 1;        ///< of one unit, when the column is time_h
  bool unit_known = true;  ///< false: a time column without any unit, an attribute in another unit than its own
};

/// Reads a title. `factors` are the known factor names, settings are those of every assay in `known`.
/// Order: a fixed column, `factor:` and `attribute:` prefixes, a factor's name, a setting's name, their other titles.
ColumnMeaning column_meaning(std::string_view title, const KnownNames& known, const std::set<std::string>& factors);

/// Every title that column_meaning() understands without a prefix, for "did you mean".
std::vector<std::string> known_titles(const KnownNames& known, const std::set<std::string>& factors);

}  // namespace vesica
