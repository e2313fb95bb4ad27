// SPDX-License-Identifier: Apache-2.0
// Inside of report/: the rows of a table by quantity and sample, so that 300 preparations do not read it 300 times.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "vesica/report/figures.h"

namespace vesica {

/// Refers to the table, which must outlive it.
class RowIndex {
 public:
  explicit RowIndex(const ObservationTable& table);
  const ObservationTable& table() const { return table_; }
  const std::vector<std::size_t>& rows(const std::string& quantity, const std::string& sample) const;
  /// With the predictions that have no sample and the sample's condition.
  std::vector<std::size_t> rows_with_predictions(const std::string& quantity, const std::string& sample,
                                                 const std::string& condition) const;
  /// Quantities with measured rows that have a position, sorted.
  std::vector<std::string> curve_quantities() const;
  /// Samples with rows of the quantity, in natural order.
  std::vector<std::string> samples(const std::string& quantity) const;

 private:
  const ObservationTable& table_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> rows_;
};

/// The preparation's own curve: without replicate, else its only or first replicate's; (position, row), ascending.
std::vector<std::pair<double, std::size_t>> own_curve(const RowIndex& index, const std::string& quantity,
                                                      const std::string& sample);

Figure curve_figure(const RowIndex& index, const Study& study, const std::string& quantity, const std::string& sample);
Figure curve_overlay_figure(const RowIndex& index, const Study& study, const std::string& quantity);
Figure replicates_figure(const RowIndex& index, const std::string& quantity, const std::string& sample,
                         std::span<const std::string> flagged_replicates);

}  // namespace vesica
