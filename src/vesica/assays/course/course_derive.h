// SPDX-License-Identifier: Apache-2.0
// Rows of courses → areas, half-lives, clearances: of each individual, or of a group whose individuals gave few
// samples.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vesica/contract/contract.h"
#include "vesica/contract/sheet_rows.h"

namespace vesica::course {

struct Settings {
  std::string organ = "plasma";
  std::string rule = "linear_log";
  std::string entry = "auto";
  std::optional<double> dose;
  std::optional<double> quantification_limit;
  sheet_rows::Settings sheet;

  void describe(Fields& fields);
};

/// A quantity that makes a course, and what its area and peak are called.
struct Measured {
  std::string_view quantity, auc, peak;
  std::string_view dose_unit;  ///< unit in which a dose over an area in these terms is a volume over time; empty: none
};
inline constexpr Measured kMeasured[] = {
    {"course.concentration", "course.auc", "course.peak.concentration", "{particles}"},
    {"course.mass_concentration", "course.auc.mass_concentration", "course.peak.mass_concentration", "ug"},
    {"course.dose_fraction_per_g", "course.auc.dose_fraction_per_g", "course.peak.dose_fraction_per_g", "%"},
    {"course.dose_fraction", "course.auc.dose_fraction", "course.peak.dose_fraction", ""},
    {"course.radiance", "course.auc.radiance", "course.peak.radiance", ""},
    {"course.amount", "course.auc.amount", "course.peak.amount", ""},
};
/// nullptr for another quantity.
const Measured* find_measured(std::string_view quantity);

/// From this number of times on an individual has a course of its own (chosen: three make a terminal line).
inline constexpr std::size_t kLeastTimes = 3;

/// Per individual with a course: peak, its time, area to the last value and to infinity, half-life, residence time,
/// clearance and volumes where the dose is known, ratio of tissue to plasma. Per condition, when individuals gave fewer
/// samples: the area of the mean course with its 95 % interval. What has no answer is not_measurable. Where several
/// quantities of one target have a course, what has no quantity of its own (half-life, clearance, ...) is that of the
/// first in kMeasured, as a prediction has it, and the part names the quantity for the others.
Outcome derive_courses(const ObservationTable& table, const Study& study, const Settings& settings);

}  // namespace vesica::course
