// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/attributes.h"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"

namespace vesica {

std::vector<AttributeInfo> known_attributes() {
  using Kind = AttributeInfo::Kind;
  constexpr double kAbsoluteZero = -273.15, kHottest = 60;                      // °C; chosen: nothing is stored hotter
  constexpr double kMostPassages = 200, kMostDays = 36525, kMostCycles = 1000;  // chosen: beyond is a slip
  return {
      {"lot",
       translate("The lot (batch) of the preparation: what was made in one go."),
       Kind::kText,
       "",
       {},
       0,
       0,
       {"lot number", "lot no", "batch number", "批号", "生产批号", "制备批次"}},
      {"donor",
       translate("Whose cells made the vesicles."),
       Kind::kText,
       "",
       {},
       0,
       0,
       {"donor id", "供体", "供者", "捐献者"}},
      {"culture",
       translate("The culture from which the medium came."),
       Kind::kText,
       "",
       {},
       0,
       0,
       {"culture id", "cell culture", "培养", "培养批次"}},
      {"passage",
       translate("Passage of the producing cells."),
       Kind::kWhole,
       "",
       {},
       0,
       kMostPassages,
       {"passage number", "代次", "代数", "传代次数", "细胞代次"}},
      {"isolation_date",
       translate("Day of the isolation, as 2026-11-20."),
       Kind::kDate,
       "",
       {},
       0,
       0,
       {"isolation day", "date of isolation", "preparation date", "分离日期", "提取日期", "制备日期"}},
      {"storage_c",
       translate("Temperature of storage."),
       Kind::kNumber,
       "°C",
       {"c", "°c", "℃", "cel", "摄氏度"},
       kAbsoluteZero,
       kHottest,
       {"storage temperature", "保存温度", "储存温度", "贮存温度"}},
      {"storage_days",
       translate("Days in storage before the measurement."),
       Kind::kNumber,
       "d",
       {"d", "day", "days", "天", "日"},
       0,
       kMostDays,
       {"storage time", "days stored", "保存天数", "储存天数", "保存时间", "储存时间"}},
      {"freeze_thaw",
       translate("Cycles of freezing and thawing before the measurement."),
       Kind::kWhole,
       "",
       {},
       0,
       kMostCycles,
       {"freeze thaw cycles", "freeze-thaw", "冻融次数", "冻融", "反复冻融次数"}},
  };
}

double day_number(std::string_view date) {
  const std::vector<std::string_view> parts = split(date, '-');
  constexpr std::array<std::size_t, 3> kDigits = {4, 2, 2};
  if (parts.size() != kDigits.size()) return std::numeric_limits<double>::quiet_NaN();
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    const auto number = parts[i].size() == kDigits[i] ? parse_integer(parts[i]) : std::nullopt;
    if (!number || *number < 0) return std::numeric_limits<double>::quiet_NaN();
    numbers[i] = static_cast<int>(*number);
  }
  const std::chrono::year_month_day day{std::chrono::year(numbers[0]),
                                        std::chrono::month(static_cast<unsigned>(numbers[1])),
                                        std::chrono::day(static_cast<unsigned>(numbers[2]))};
  if (!day.ok()) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count());
}

std::string attribute_problem(const AttributeInfo& attribute, std::string_view value) {
  using Kind = AttributeInfo::Kind;
  if (attribute.kind == Kind::kText || trim(value).empty()) return "";
  if (attribute.kind == Kind::kDate) {
    return std::isfinite(day_number(trim(value))) ? "" : say("{} is no day such as 2026-11-20.", in_quotes(value));
  }
  const auto number = parse_number(trim(value));
  if (!number || !std::isfinite(*number)) return say("{} is no number.", in_quotes(value));
  if (attribute.kind == Kind::kWhole && *number != std::floor(*number))
    return say("{} is no whole number.", in_quotes(value));
  if (*number >= attribute.low && *number <= attribute.high) return "";
  return say("{0} lies outside {1} to {2}{3}.", in_quotes(value), exact_number(attribute.low),
             exact_number(attribute.high), attribute.unit.empty() ? "" : " " + std::string(attribute.unit));
}

void check_attributes(Assembly& assembly) {
  const std::vector<AttributeInfo> known = known_attributes();
  for (const Sample& sample : assembly.study.samples) {
    for (const AttributeInfo& attribute : known) {
      const auto found = sample.attributes.find(std::string(attribute.name));
      if (found == sample.attributes.end()) continue;
      const std::string problem = attribute_problem(attribute, found->second);
      if (problem.empty()) continue;
      assembly.problems.add("", say("{0} of {1}: {2}", in_quotes(attribute.name), in_quotes(sample.id), problem),
                            sample.place, std::string(attribute.help));
    }
  }
}

}  // namespace vesica
