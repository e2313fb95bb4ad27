// SPDX-License-Identifier: Apache-2.0
// Inside of report/: the rows of a table by quantity and sample, so that 300 preparations do not read it 300 times.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
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

/// The unit of the rows of a quantity and target where they bear their own and agree; empty otherwise.
std::string unit_of_rows(const ObservationTable& table, std::string_view quantity, std::string_view target);

/// Target of a row that stands for all replicates of a sample where the single ones have none (assay nta).
inline constexpr std::string_view kAllReplicates = "all_videos";

struct CurvePoint {
  double at = kNaN, value = kNaN;
  double low = kNaN, high = kNaN;
  std::string id;  ///< observation; empty for a mean of several
};
using Curve = std::vector<CurvePoint>;  ///< by ascending position

/// What is drawn of one sample. The only computing of the report: where the table has replicates and no curve of the
/// sample itself, their mean at each position stands for it, and the figure says so.
struct Curves {
  enum class Band { kNone, kInterval, kReplicates, kMeanOfReplicates };
  Curve own, predicted;
  std::string target;  ///< of the rows of `own`: "as_diluted" where the dilution is not known
  std::size_t replicates = 0;
  Band band = Band::kNone;   ///< what low and high of `own` are
  bool below_range = false;  ///< points below the range were set to zero
};
Curves read_curves(const RowIndex& index, const std::string& quantity, const std::string& sample,
                   const std::string& condition);
/// Arithmetic mean, lowest and highest at each position. A curve is empty beyond its ends (definition of
/// distributions), hence zero there.
Curve mean_with_envelope(const std::vector<Curve>& curves);
/// Without the zeros at both ends, but for the one next to the curve.
Curve without_empty_ends(const Curve& curve);

Figure curve_figure(const RowIndex& index, const Study& study, const std::string& quantity, const std::string& sample);
Figure curve_overlay_figure(const RowIndex& index, const Study& study, const std::string& quantity);
Figure replicates_figure(const RowIndex& index, const std::string& quantity, const std::string& sample,
                         std::span<const std::string> flagged_replicates);

}  // namespace vesica
