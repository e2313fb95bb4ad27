// SPDX-License-Identifier: Apache-2.0
// What runs of a network become: rows of the observation table, one an individual or one for all of them.
#pragma once

#include <string>
#include <vector>

#include "vesica/models/network/network.h"
#include "vesica/models/network/spread.h"
#include "vesica/solve/ode.h"

namespace vesica::network {

/// One individual's run: values[moment * columns + column] in the model's units, NaN from where it stopped.
struct Course {
  std::uint64_t index = 0;
  std::string individual;
  std::vector<double> values;
  std::string failure;  ///< one sentence with time and symbol; empty: it ran
};

/// What was done, summed over all individuals.
struct Totals {
  std::string method;  ///< which and why, a clause for people
  solve::Work work;
  std::uint64_t runs = 0, failed = 0;
};

/// Who the rows are about, in the terms of a study; all empty on the command line.
struct About {
  std::string condition, sample;
};

/// A value of the model in the unit of the column. A mapped quantity that cannot be below (above) a limit takes the
/// limit when the value is beyond it by no more than the integrator's own error of `slack`; NaN beyond that.
double reported(const Column& column, double value, double slack);

/// The rows of one individual, moment by moment; n = 0.
void add_rows(const Problem& problem, const Course& course, const About& about, ObservationTable& table);

/// Medians and 5 to 95 % bands over individuals; failed moments are left out.
class Bands {
 public:
  static constexpr double kLow = 0.05, kMiddle = 0.5, kHigh = 0.95;

  explicit Bands(const Problem& problem);
  void add(const Course& course);
  const Spread& at(std::size_t moment, std::size_t column) const { return cells_[moment * columns_ + column]; }
  /// One row a moment and column: value the median, interval "mc90", n the individuals.
  void add_rows(const Problem& problem, const About& about, ObservationTable& table) const;

 private:
  std::size_t columns_;
  std::vector<Spread> cells_;
};

}  // namespace vesica::network
