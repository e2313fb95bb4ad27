// SPDX-License-Identifier: Apache-2.0
// Measured rows as a model takes them: the mean of a sample or condition with what is not known about it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vesica/contract/chain.h"
#include "vesica/contract/contract.h"

namespace vesica {

/// A measured quantity over time, or one number of it.
struct MeasuredCourse {
  std::string quantity, target, unit;
  std::string of;               ///< the sample or condition
  std::vector<double> times_h;  ///< ascending; one NaN for rows without a time
  std::vector<double> values;   ///< means on the quantity's scale
  /// SD of each mean on that scale (of the logarithm, of the logit); 0 where nothing says how exact it is.
  std::vector<double> spreads;
  std::size_t samples = 0, rows = 0;
};

/// The ok measured rows of Take::quantity and target that belong to its sample or condition (empty: the scenario's),
/// averaged on the quantity's scale within a sample and then over samples, time by time. The spread is that of the mean
/// over samples; of one sample that over its rows; of a single row its own interval; from k values SD/sqrt(k), widened
/// by t(0.975, k - 1)/1.96 so that the central 95 % of a normal distribution are the t interval. A take with time_h
/// keeps that time alone. Throws Error(kConfig) with the place of the take and what was measured instead when there is
/// no such row or there are several targets.
MeasuredCourse measured_course(const ObservationTable& table, const Scenario& scenario, const Take& take);

/// The course as the first stage of a chain: one unknown, the same number of spreads for all times (our choice: the
/// error of a calibration moves a whole course), shared by all stages that take the same course.
ChainStage measured_stage(const MeasuredCourse& course);

/// What was taken, as a note for people.
Issue measured_note(const MeasuredCourse& course, const Scenario& scenario);

}  // namespace vesica
