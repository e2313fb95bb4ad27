// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/columns.h"

#include <algorithm>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/study/attributes.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

/// "time (h)" → "time" and "h"; round, square and full-width brackets at the end of a title.
struct SplitTitle {
  std::string base;
  std::string unit;
};

SplitTitle split_unit(std::string_view title) {
  std::string text(trim_unicode(title));
  text = replace_all(replace_all(half_width(text), "[", "("), "]", ")");
  const std::size_t open = text.rfind('(');
  if (text.empty() || text.back() != ')' || open == std::string::npos || open == 0) return {text, ""};
  const std::string_view inside = std::string_view(text).substr(open + 1, text.size() - open - 2);
  return {std::string(trim(std::string_view(text).substr(0, open))), std::string(trim(inside))};
}

bool is_title(std::string_view folded, std::string_view name, const std::vector<std::string_view>& also) {
  if (folded == fold_name(name)) return true;
  return std::any_of(also.begin(), also.end(), [&](std::string_view other) { return folded == fold_name(other); });
}

/// Titles of time columns that carry their unit in the name.
std::optional<double> hours_of_title(std::string_view folded) {
  if (folded == "time_h" || folded == "hours" || folded == "小时") return 1.0;
  if (folded == "time_d" || folded == "day" || folded == "days" || folded == "天数") return 24.0;
  if (folded == "time_min" || folded == "minutes" || folded == "分钟") return 1.0 / 60;
  return std::nullopt;
}

ColumnMeaning time_column(std::string_view folded, const std::string& unit) {
  ColumnMeaning meaning{ColumnMeaning::Kind::kColumn, "time_h", unit, 1, true};
  const std::optional<double> by_title = hours_of_title(folded);
  const std::optional<double> by_unit = unit.empty() ? std::nullopt : hours_per_unit(unit);
  meaning.unit_known = by_title.has_value() || by_unit.has_value();
  meaning.hours = by_unit.value_or(by_title.value_or(1.0));
  return meaning;
}

bool has_setting(const KnownNames& known, std::string_view name) {
  return std::any_of(known.assays.begin(), known.assays.end(), [&](const KnownPart& assay) {
    const std::vector<std::string> names = field_names(assay.settings);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

/// The rest of "factor:dose" or "因素：dose" behind one of the prefixes; empty when the title has none of them.
std::string behind_prefix(std::string_view title, std::initializer_list<std::string_view> prefixes) {
  constexpr std::string_view kWideColon = "：";
  const std::string_view text = trim_unicode(title);
  const std::size_t colon = std::min(text.find(':'), text.find(kWideColon));
  if (colon == std::string_view::npos) return "";
  const std::string head = fold_name(text.substr(0, colon));
  const std::size_t rest = colon + (text[colon] == ':' ? 1 : kWideColon.size());
  for (const std::string_view prefix : prefixes)
    if (head == prefix) return std::string(trim_unicode(text.substr(rest)));
  return "";
}

}  // namespace

const KnownPart* KnownNames::find_assay(std::string_view id) const {
  for (const KnownPart& part : assays)
    if (part.id == id) return &part;
  return nullptr;
}

const KnownPart* KnownNames::find_model(std::string_view id) const {
  for (const KnownPart& part : models)
    if (part.id == id) return &part;
  return nullptr;
}

const KnownPart* KnownNames::find_any(std::string_view id) const {
  if (const KnownPart* assay = find_assay(id)) return assay;
  if (const KnownPart* model = find_model(id)) return model;
  for (const KnownPart& part : checks)
    if (part.id == id) return &part;
  return nullptr;
}

std::vector<ColumnInfo> sheet_columns() {
  return {
      {"path",
       translate("The file, from the study's folder on. A row without one only describes its sample."),
       {"file", "filename", "file name", "file path", "filepath", "文件", "文件名", "文件名称", "文件路径", "路径",
        "数据文件"}},
      {"assay",
       translate("How the file is to be measured."),
       {"measurement", "technique", "method", "检测", "检测方法", "实验方法", "测定方法", "方法"},
       Refers::kAssay},
      {"sample",
       translate("The sample that was measured; the same name in several rows is the same sample."),
       {"sample id", "sample name", "specimen", "样品", "样本", "样品名", "样品名称", "样品编号", "样本名称",
        "样本编号"}},
      {"condition",
       translate("The group that the sample belongs to."),
       {"group", "group name", "treatment", "arm", "组别", "分组", "组", "组名", "处理", "处理组", "条件"},
       Refers::kCondition},
      {"replicate",
       translate("Technical repeat of the same sample: video, well, run."),
       {"rep", "repeat", "technical replicate", "重复", "重复号", "技术重复", "平行", "复孔"}},
      {"part",
       translate("Part of the sample or file: field, region, name of a worksheet."),
       {"field", "region", "field of view", "fov", "worksheet", "部分", "视野", "区域", "工作表"}},
      {"time_h",
       translate("When it was taken, in hours; a title with another unit, as time (d), is understood."),
       {"time", "timepoint", "time point", "hours", "time d", "day", "days", "time min", "minutes", "时间", "时间点",
        "小时", "天数", "分钟"}},
      {"role",
       translate("Empty for a measurement; else the control that it is, as blank."),
       {"control type", "角色", "用途", "对照类型"}},
      {"controls",
       translate("A name that measurements share with the controls that belong to them; empty: all of the study."),
       {"control set", "control batch", "对照批次"}},
      {"layout", translate("Which samples lie where on it."), {"plate layout", "布局", "孔板布局"}, Refers::kLayout},
      {"position",
       translate("Where on the layout the file was taken, as B3."),
       {"well", "plate position", "well position", "孔", "孔位", "板位"}},
      {"kind",
       translate("What the sample is: donor, culture, preparation, animal, defect, well, ..."),
       {"sample kind", "sample type", "样品类型", "样本类型"}},
      {"parent",
       translate("The sample that this one was taken from or lies in."),
       {"derived from", "source sample", "母样", "上级样品", "来源样品"},
       Refers::kSample},
      {"block",
       translate("What shares an error with others: litter, donor, membrane, plate, day."),
       {"batch", "批次", "区组", "窝"}},
      {"protocol",
       translate("How the sample was made; named in study.toml."),
       {"isolation", "isolation protocol", "方案", "流程", "提取方案"},
       Refers::kProtocol},
      {"note",
       translate("For yourself; not read."),
       {"notes", "remark", "remarks", "comment", "comments", "备注", "说明", "注释"}},
  };
}

std::vector<SettingTitle> setting_titles() {
  return {
      {"dilution", {"dilution factor", "df", "dilution fold", "fold dilution", "稀释倍数", "稀释因子", "稀释"}},
      {"temperature_c", {"temperature", "temp", "温度"}},
      {"viscosity_mpa_s", {"viscosity", "粘度", "黏度"}},
  };
}

ColumnMeaning column_meaning(std::string_view title, const KnownNames& known, const std::set<std::string>& factors) {
  using Kind = ColumnMeaning::Kind;
  if (const std::string factor = behind_prefix(title, {"factor", "因素", "因子"}); !factor.empty())
    return {Kind::kFactor, factor, "", 1, true};
  if (const std::string attribute = behind_prefix(title, {"attribute", "属性"}); !attribute.empty())
    return {Kind::kAttribute, attribute, "", 1, true};
  const SplitTitle split = split_unit(title);
  const std::string folded = fold_name(split.base);
  const std::string whole = fold_name(trim_unicode(title));
  for (const std::string& factor : factors)
    if (whole == fold_name(factor)) return {Kind::kFactor, factor, "", 1, true};
  for (const ColumnInfo& column : sheet_columns()) {
    if (!is_title(folded, column.name, column.also)) continue;
    if (column.name == "time_h") return time_column(folded, split.unit);
    return {Kind::kColumn, std::string(column.name), split.unit, 1, true};
  }
  for (const std::string& factor : factors)
    if (folded == fold_name(factor)) return {Kind::kFactor, factor, split.unit, 1, true};
  for (const AttributeInfo& attribute : known_attributes()) {
    if (!is_title(folded, attribute.name, attribute.also)) continue;
    const std::string unit = lower_ascii(split.unit);
    const bool fits =
        unit.empty() || std::find(attribute.units.begin(), attribute.units.end(), unit) != attribute.units.end();
    return {Kind::kAttribute, std::string(attribute.name), split.unit, 1, fits};
  }
  for (const KnownPart& assay : known.assays)
    for (const std::string& setting : field_names(assay.settings))
      if (folded == fold_name(setting)) return {Kind::kSetting, setting, split.unit, 1, true};
  for (const SettingTitle& setting : setting_titles())
    if (is_title(folded, setting.setting, setting.also) && has_setting(known, setting.setting))
      return {Kind::kSetting, std::string(setting.setting), split.unit, 1, true};
  return {Kind::kUnknown, std::string(trim_unicode(title)), split.unit, 1, true};
}

std::vector<std::string> known_titles(const KnownNames& known, const std::set<std::string>& factors) {
  std::vector<std::string> titles;
  for (const ColumnInfo& column : sheet_columns()) {
    titles.emplace_back(column.name);
    for (const std::string_view other : column.also) titles.emplace_back(other);
  }
  titles.insert(titles.end(), factors.begin(), factors.end());
  for (const KnownPart& assay : known.assays) {
    const std::vector<std::string> settings = field_names(assay.settings);
    titles.insert(titles.end(), settings.begin(), settings.end());
  }
  for (const SettingTitle& setting : setting_titles())
    for (const std::string_view other : setting.also) titles.emplace_back(other);
  for (const AttributeInfo& attribute : known_attributes()) titles.emplace_back(attribute.name);
  return titles;
}

}  // namespace vesica
