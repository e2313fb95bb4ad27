// SPDX-License-Identifier: Apache-2.0
// Lots of preparations: how alike they are, which is out of line, which may be released, how long they keep.
#pragma once

#include <string>
#include <vector>

#include "vesica/contract/finding.h"
#include "vesica/settings/fields.h"
#include "vesica/stats/nested_spread.h"

namespace vesica {

/// `[settings.lots]`; criteria are `[[settings.lots.criteria]]`: quantity, target, low, high.
struct LotsSettings {
  std::vector<std::string> quantities = {"vesicle.diameter.median", "vesicle.diameter.mean", "vesicle.concentration",
                                         "vesicle.particles_per_protein", "protein.concentration"};
  std::string rules = "western_electric";
  double pool_level = 0.25;
  Value criteria = Value::array();

  void describe(Fields& fields);
};
inline constexpr std::string_view kLotsCheck = "lots";
AnySettings lots_settings();

/// One acceptance criterion, in the catalogue's unit; NaN: no limit on that side.
struct Criterion {
  std::string quantity, target;
  double low = kNaN, high = kNaN;
  std::string text() const;  ///< "80 to 150 nm"
};
/// Throws Error(kConfig) with its place for one that names no known quantity, no limit or a low above its high.
std::vector<Criterion> criteria_of(const LotsSettings& settings);

/// "pass", "fail" or "cannot_say": the whole interval inside, the whole outside, or neither. Without an interval
/// nothing can be said, except of markers, which are seen or not.
std::string released(const Criterion& criterion, double value, double low, double high);

/// Variance components of values in preparations in lots of donors, on the quantity's scale (logarithms on log).
struct LotSpread {
  stats::NestedSpread fit;
  bool log = false;
  double mean = kNaN;  ///< taken back
  /// Spread of one component: a coefficient of variation on the log scale, sqrt(exp(v) - 1), else the SD over the mean.
  double cv(std::size_t component) const;
  double share(std::size_t component) const;  ///< of the summed variance
};
/// One value with what it hangs on; texts may be empty.
struct LotValue {
  double value = kNaN;
  std::string donor, lot, preparation;
};
/// Random are lot, donor and preparation, as far as nested_spread() can tell them apart.
LotSpread lot_spread(const std::vector<LotValue>& values, bool log);

/// Findings, none without declared lots or criteria. Preparations stored longer than the first of their lot count for
/// stability alone.
///   kind "lots"       one a quantity with three lots or more: variance components, control chart (individuals, moving
///                     range; in the order of isolation_date, else of names)
///   kind "release"    one over all criteria and preparations
///   kind "stability"  one a quantity and storage temperature with two storage times or more (else over freeze_thaw)
std::vector<Finding> check_lots(const ObservationTable& table, const Study& study, const Context& context);

}  // namespace vesica
