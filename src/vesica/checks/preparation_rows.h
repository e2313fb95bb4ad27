// SPDX-License-Identifier: Apache-2.0
// The measured rows of preparations, by preparation, quantity and method. Inside `checks` only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/checks/purity.h"
#include "vesica/contract/contract.h"

namespace vesica::preparation_detail {

/// The values of one quantity of one preparation by one method.
struct Measured {
  std::string quantity, source;
  std::vector<double> values;      ///< one a repeat (video, well), or the one that there is; the blank taken off
  std::vector<std::string> ids;    ///< observation ids, same order
  double low = kNaN, high = kNaN;  ///< interval of the one value, where its row has one
  std::string interval;
  double sd = kNaN;          ///< within the preparation (sizes of single particles), mean over the repeats
  std::int64_t objects = 0;  ///< particles summarised, over all repeats
  std::size_t below = 0;     ///< repeats below range
  double limit = kNaN;       ///< mean of their limits
  double blank = kNaN;       ///< that was taken off here: mean of the rows of samples of kind "blank"
  bool empty() const { return values.empty() && below == 0; }
};

/// A mean on the logarithmic or linear scale with what is known of its uncertainty.
struct Mean {
  double value = kNaN, low = kNaN, high = kNaN;  ///< 95 %
  double se = kNaN;                              ///< of the logarithm, or of the value; NaN: one value without interval
  double df = kNaN;                              ///< infinite when the interval came with the row
  std::size_t n = 0;
  std::string interval;  ///< "t95" or that of the row
};
Mean mean_of(const Measured& measured);

/// One preparation and the rows of it and of what was taken from it.
struct Preparation {
  std::string id, condition, block;
  const Sample* sample = nullptr;
  std::vector<std::size_t> rows;
};

/// Every preparation of a study that has measured rows, in the order of the study.
class PreparationRows {
 public:
  PreparationRows(const ObservationTable& table, const Study& study);

  const std::vector<Preparation>& all() const { return preparations_; }
  const ObservationTable& table() const { return table_; }
  const Study& study() const { return study_; }
  /// By method in alphabetical order; methods without a value or a limit are left out. Of several times the first.
  std::vector<Measured> of(const Preparation& preparation, std::string_view quantity,
                           std::string_view target = "") const;
  /// The method with most repeats ("nta" before others at equal numbers); empty when there is none.
  Measured best(const Preparation& preparation, std::string_view quantity, std::string_view target = "") const;
  /// Protein per mL: quantity protein.concentration, else a column "protein" of a table.
  Measured protein(const Preparation& preparation) const;
  /// Number distributions, one a repeat, of one method (that of best() for concentrations when empty).
  std::vector<SizeCurve> curves(const Preparation& preparation, const std::string& source = "") const;
  /// Targets that rows of a quantity have.
  std::vector<std::string> targets(const Preparation& preparation, std::string_view quantity) const;

 private:
  double blank_of(std::string_view quantity, std::string_view target, const std::string& block) const;

  const ObservationTable& table_;
  const Study& study_;
  std::vector<Preparation> preparations_;
  std::vector<std::size_t> blanks_;
};

/// Rows of protein.concentration, and those of a table whose column is called protein.
bool is_protein(std::string_view quantity, std::string_view target);

/// An attribute of a sample: its own, else the nearest ancestor's; empty when nobody states it.
std::string attribute_of(const Study& study, std::string_view sample_id, std::string_view name);
/// The protocol of a sample: its own, else the nearest ancestor's.
const Protocol* protocol_of_sample(const Study& study, std::string_view sample_id);

/// "2.13e+10 (1.9e+10 to 2.4e+10)" with a quantity's digits.
std::string with_interval(double value, double low, double high, std::string_view quantity);
std::string number_text(double value, std::string_view quantity);

/// A table for report, terminal and JSON: { id, caption, columns = [ { title, number } ], rows = [ [ text ] ] }.
Value table_value(const std::string& id, const std::string& caption,
                  const std::vector<std::pair<std::string, bool>>& columns,
                  const std::vector<std::vector<std::string>>& rows);
Value number_or_null(double value);

}  // namespace vesica::preparation_detail
