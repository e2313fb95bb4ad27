// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/rows.h"

#include <algorithm>
#include <cmath>

namespace vesica::network {

namespace {

/// Exact quantiles up to so many numbers in memory (chosen: 64 MB).
constexpr std::size_t kExactValues = std::size_t{8} << 20;

/// The slack of a course's column: the integrator's usual relative error times the largest value that it had.
constexpr double kRelativeSlack = 1e-6;

Observation begin_row(const Problem& problem, const Column& column, std::size_t moment, const About& about) {
  Observation row;
  row.quantity = column.quantity;
  row.target = column.target;
  row.condition = about.condition;
  row.sample = about.sample;
  row.origin = Origin::kPredicted;
  row.source = "network";
  row.unit = column.unit;
  if (problem.steady_state) {
    row.part = "steady_state";
    return row;
  }
  row.time_h = problem.moments[moment].time_h;
  if (!column.mapped) row.at = problem.moments[moment].time;
  return row;
}

std::size_t moments_of(const Problem& problem) { return problem.steady_state ? 1 : problem.moments.size(); }

}  // namespace

double reported(const Column& column, double value, double slack) {
  const double out = column.offset + column.factor * value;
  const double room = std::fabs(column.factor) * slack;
  if (out < column.low) return column.low - out <= room ? column.low : kNaN;
  if (out > column.high) return out - column.high <= room ? column.high : kNaN;
  return out;
}

void add_rows(const Problem& problem, const Course& course, const About& about, ObservationTable& table) {
  const std::size_t columns = problem.columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const Column& column = problem.columns[c];
    double largest = 0;
    for (std::size_t m = 0; m < moments_of(problem); ++m)
      largest = std::fmax(largest, std::fabs(course.values[m * columns + c]));
    for (std::size_t m = 0; m < moments_of(problem); ++m) {
      Observation row = begin_row(problem, column, m, about);
      if (!course.individual.empty()) row.sample = course.individual;
      const double value = course.values[m * columns + c];
      row.value = reported(column, value, kRelativeSlack * largest);
      if (!std::isfinite(row.value)) {
        row.value = kNaN;
        row.status = std::isfinite(value) ? Status::kNotMeasurable : Status::kNotConverged;
      }
      table.add(row);
    }
  }
}

Bands::Bands(const Problem& problem) : columns_(problem.columns.size()) {
  const std::size_t cells = moments_of(problem) * columns_;
  const std::size_t exact = std::min<std::size_t>(problem.size(), kExactValues / std::max<std::size_t>(cells, 1));
  cells_.assign(cells, Spread(exact));
}

void Bands::add(const Course& course) {
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].add(course.values[i]);
}

void Bands::add_rows(const Problem& problem, const About& about, ObservationTable& table) const {
  for (std::size_t c = 0; c < columns_; ++c) {
    const Column& column = problem.columns[c];
    for (std::size_t m = 0; m < moments_of(problem); ++m) {
      const Spread& spread = at(m, c);
      Observation row = begin_row(problem, column, m, about);
      const double slack = kRelativeSlack * std::fabs(spread.quantile(kHigh));
      row.value = reported(column, spread.quantile(kMiddle), slack);
      row.n = static_cast<std::int64_t>(spread.count());
      if (!std::isfinite(row.value)) {
        row.value = kNaN;
        row.status = spread.count() > 0 ? Status::kNotMeasurable : Status::kNotConverged;
      } else {
        row.low = reported(column, spread.quantile(kLow), slack);
        row.high = reported(column, spread.quantile(kHigh), slack);
        row.interval = "mc90";
      }
      table.add(row);
    }
  }
}

}  // namespace vesica::network
