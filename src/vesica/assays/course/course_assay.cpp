// SPDX-License-Identifier: Apache-2.0
// The assay `course`: settings, reading of sheets, glue.
#include <algorithm>
#include <array>

#include "vesica/assays/course/course.h"
#include "vesica/assays/course/course_derive.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

using namespace course;

/// Spellings of the field that are no UCUM, longest first.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    {"p/s/cm^2/sr", "{photons}/s/cm2/sr"},
    {"p/s/cm²/sr", "{photons}/s/cm2/sr"},
    {"p/sec/cm^2/sr", "{photons}/s/cm2/sr"},
    {"p/sec/cm²/sr", "{photons}/s/cm2/sr"},
    {"p/s/cm2/sr", "{photons}/s/cm2/sr"},
    {"photons/s/cm2/sr", "{photons}/s/cm2/sr"},
    {"%ID/mL", "%/mL"},
    {"%ID/g", "%/g"},
    {"%IA/g", "%/g"},
    {"% ID/g", "%/g"},
    {"ID%/g", "%/g"},
    {"%ID", "%"},
    {"% ID", "%"},
    {"%IA", "%"},
    {"ID%", "%"},
};

/// Words of a header that say "this is the course itself", not an organ.
constexpr std::string_view kPlainNames[] = {"conc",        "concentration",        "c",    "value",
                                            "plasma conc", "plasma concentration", "浓度", "血药浓度"};

void spell_units(Sheet& sheet) {
  for (auto& row : sheet.rows) {
    for (Cell& cell : row) {
      if (cell.text.find('%') == std::string::npos && cell.text.find("cm") == std::string::npos) continue;
      for (const auto& [spelling, unit] : kSpellings) {
        const std::size_t at = cell.text.find(spelling);
        if (at == std::string::npos) continue;
        cell.text.replace(at, spelling.size(), unit);
        break;
      }
    }
  }
}

Settings sheet_settings(const Settings& settings) {
  Settings out = settings;
  for (const Measured& measured : kMeasured) out.sheet.own_quantities.emplace_back(measured.quantity);
  return out;
}

bool is_plain(std::string_view name) {
  return std::find(std::begin(kPlainNames), std::end(kPlainNames), lower_ascii(name)) != std::end(kPlainNames);
}

void name_target(Observation& row, const Settings& settings) {
  if (row.target.empty() || is_plain(row.target)) row.target = settings.organ;
}

/// A table with times whose values name a unit of courses, or whose only measure is called a concentration.
bool suits(const Reading& reading) {
  try {
    const Settings settings = sheet_settings(Settings{});
    Sheet sheet = sheet_rows::choose_sheet(sheet_rows::book_of(reading), settings.sheet);
    const bool says_dose = std::any_of(sheet.rows.begin(), sheet.rows.end(), [](const auto& row) {
      return std::any_of(row.begin(), row.end(), [](const Cell& cell) {
        return cell.text.find("%ID") != std::string::npos || cell.text.find("%IA") != std::string::npos;
      });
    });
    spell_units(sheet);
    const sheet_rows::Mapping mapping = sheet_rows::map_sheet(sheet, settings.sheet);
    if (!mapping.time) return false;
    return std::any_of(mapping.measures.begin(), mapping.measures.end(), [&](const sheet_rows::Measure& measure) {
      const bool is_share = measure.quantity == "course.dose_fraction";
      return is_share ? says_dose : find_measured(measure.quantity) != nullptr || is_plain(measure.target);
    });
  } catch (const Error&) {
    return false;  // no table that can be mapped is a course
  }
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  return sheet_rows::open_questions(reading, sheet_settings(any.get<Settings>()).sheet);
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context&) {
  const Settings settings = sheet_settings(any.get<Settings>());
  Sheet sheet = sheet_rows::choose_sheet(sheet_rows::book_of(reading), settings.sheet);
  spell_units(sheet);
  Outcome read = sheet_rows::measure_sheet(sheet, settings.sheet, facts, reading.path);
  Outcome out;
  out.issues = std::move(read.issues);
  for (std::size_t i = 0; i < read.observations.size(); ++i) {
    Observation row = read.observations.row(i);
    const Measured* measured = find_measured(row.quantity);
    if (measured != nullptr) name_target(row, settings);
    const bool is_below = row.status == Status::kOk && !std::isnan(settings.quantification_limit.value_or(kNaN)) &&
                          measured != nullptr && row.value < *settings.quantification_limit;
    if (is_below) {
      row.status = Status::kBelowRange;
      row.value = *settings.quantification_limit;
    }
    out.observations.add(row);
  }
  return out;
}

Outcome derive(const ObservationTable& table, const Study& study, const AnySettings& any, const Context&) {
  return derive_courses(table, study, any.get<Settings>());
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 3> kSources = {"10.1007/978-1-62703-050-2_16", "10.1007/BF01062139",
                                                      "10.1080/10543409808835233"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "xlsx"};

}  // namespace

const Assay kCourseAssay = {
    "course",
    "Time courses in plasma and organs",
    "Concentrations, shares of the dose or light over time from tables, with areas, half-lives and clearances.",
    kSources,
    {},
    kFormats,
    {},
    true,
    make_settings,
    missing,
    nullptr,
    measure,
    derive,
    nullptr,
    nullptr,
    suits,
};

}  // namespace vesica
