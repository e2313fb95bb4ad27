// SPDX-License-Identifier: Apache-2.0
// Non-compartmental quantities of a time course: area, half-life, residence time, clearance; and areas of sparse
// samples.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "vesica/contract/contract.h"

namespace vesica::course {

/// One value of a course. `below`: the instrument saw less than its limit, and `value` is not looked at.
struct Point {
  double time_h = 0, value = 0;
  bool below = false;
};

/// How the area between two points is taken.
enum class Trapezoid {
  kLinear,     ///< straight lines
  kLinearLog,  ///< straight up, exponential down (where both values are above 0 and fall)
};

/// How the dose came in, as far as the curve needs to know.
enum class Entry {
  kOther,  ///< absorbed: the curve begins where it was measured
  kBolus,  ///< into the blood at once: the value at 0 is found by extrapolation
};

struct Quantities {
  double peak = kNaN, time_of_peak = kNaN;  ///< highest value, the first of equals
  double last = kNaN, time_of_last = kNaN;  ///< last value above 0
  double at_start = kNaN;                   ///< of a bolus, extrapolated
  double auc_last = kNaN;                   ///< from 0 h (or the first time) to time_of_last
  double auc_infinity = kNaN;               ///< auc_last + last / lambda
  double extrapolated_share = kNaN;         ///< of auc_infinity that lies after the last value
  double lambda_per_h = kNaN, half_life_h = kNaN;
  double r_squared = kNaN;  ///< adjusted, of the terminal line
  std::size_t terminal_points = 0;
  double residence_h = kNaN;  ///< first moment over area, both continued to infinity
};

/// The terminal slope: regression of ln(value) on time through the last n points above 0 after the peak (of a bolus the
/// peak too), n from 3 on; of those with a falling line the one with the best adjusted r², and of all within 1e-4 of it
/// the longest (the rule of Phoenix WinNonlin). Fills lambda, half-life, r² and n; nothing when no line falls.
/// Points below the limit are left out between others and after the last, and are 0 before the first (our choice; the
/// usual one). Times ascend strictly. Fewer than two values: no area.
/// Source: Gabrielsson & Weiner 2012, 10.1007/978-1-62703-050-2_16.
Quantities quantities_of(std::span<const Point> points, Trapezoid rule, Entry entry);

/// Values of different individuals at one time.
struct Group {
  double time_h = 0;
  std::vector<double> values;
  std::vector<std::size_t> who;  ///< which individual each value is of: an individual may stand in several groups
};

struct SparseArea {
  double area = kNaN;
  double standard_error = kNaN;
  double low = kNaN, high = kNaN;  ///< 95 %, t with Satterthwaite's degrees of freedom
  double degrees = kNaN;
};

/// Area under the mean course by straight lines from the first to the last time, for animals that gave one or few
/// samples each: variance of the weighted means, with covariances where individuals are shared (Bailer 1988,
/// 10.1007/BF01062139; Nedelman & Jia 1998, 10.1080/10543409808835233; degrees of freedom by Satterthwaite after
/// Nedelman et al. 1995). Some time with one value only: area without error. Fewer than two times: none.
SparseArea sparse_area(std::span<const Group> groups);

}  // namespace vesica::course

namespace vesica {
extern const Assay kCourseAssay;
}
