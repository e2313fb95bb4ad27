// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/protein/protein.h"

#include <algorithm>
#include <cmath>

namespace vesica::protein {

namespace {

constexpr double kLevel = 0.95;

bool is_limit(Status status) { return status == Status::kBelowRange || status == Status::kAboveRange; }

Amount at_limit(const Wells& wells, double limit, Status status) {
  Amount out;
  out.fold = wells.fold;
  out.wells = wells.signals.size() + wells.above;
  out.value = limit * wells.fold;
  out.status = std::isfinite(limit) ? status : Status::kNotMeasurable;
  if (!std::isfinite(limit)) out.value = kNaN;
  return out;
}

}  // namespace

Amount read_back(const CurveFit& curve, const Range& range, const Wells& wells) {
  Amount out;
  out.fold = wells.fold;
  out.wells = wells.signals.size() + wells.above;
  if (out.wells == 0) return out;
  if (2 * wells.above > out.wells || wells.signals.empty()) return at_limit(wells, range.high, Status::kAboveRange);
  double mean = 0;
  for (const double signal : wells.signals) mean += signal / static_cast<double>(wells.signals.size());
  const BackCalculated back = back_calculate(curve, mean, wells.signals.size(), kLevel);
  const bool rising = curve.model == CurveModel::kLinear ? curve.p[3] > 0 : curve.p[1] > curve.p[0];
  if (back.side != 0)
    return at_limit(wells, back.side > 0 ? range.high : range.low,
                    back.side > 0 ? Status::kAboveRange : Status::kBelowRange);
  if (!(back.x <= range.high)) return at_limit(wells, range.high, Status::kAboveRange);
  if (!(back.x >= range.low)) return at_limit(wells, range.low, Status::kBelowRange);
  // A reader's overflow in some of the wells says that the mean of the others is too low (too high on falling curves).
  if (wells.above > 0 && rising) return at_limit(wells, range.high, Status::kAboveRange);
  out.value = back.x * wells.fold;
  out.low = back.low * wells.fold;
  out.high = back.high * wells.fold;
  out.relative_se = back.relative_se;
  out.interval = std::isfinite(out.low) && std::isfinite(out.high) ? "inversion95" : "";
  if (out.interval.empty()) out.low = out.high = kNaN;
  out.status = Status::kOk;
  return out;
}

Amount combine(std::span<const Amount> dilutions, std::size_t freedom) {
  std::vector<Amount> good;
  std::size_t below = 0, above = 0;
  Amount out;
  for (const Amount& one : dilutions) {
    if (one.status == Status::kOk) good.push_back(one);
    below += one.status == Status::kBelowRange ? 1 : 0;
    above += one.status == Status::kAboveRange ? 1 : 0;
    out.wells += one.wells;
  }
  if (good.size() == 1) return good.front();
  if (good.empty()) {
    if ((below == 0) == (above == 0)) return out;
    for (const Amount& one : dilutions) {
      if (!is_limit(one.status)) continue;
      // Below: the least limit is the tightest; above: the largest.
      if (std::isnan(out.value) || (below > 0 ? one.value < out.value : one.value > out.value)) {
        out.value = one.value;
        out.fold = one.fold;
        out.status = one.status;
      }
    }
    return out;
  }
  const bool known = std::all_of(good.begin(), good.end(), [](const Amount& one) { return one.relative_se > 0; });
  double weight = 0, mean = 0, least = kNaN;
  out.wells = 0;
  for (const Amount& one : good) {
    const double w = known ? 1 / (one.relative_se * one.relative_se) : 1;
    weight += w;
    mean += w * std::log(one.value);
    out.wells += one.wells;
    if (!(one.fold > least)) least = one.fold;
  }
  mean /= weight;
  double scatter = 0;
  for (const Amount& one : good) scatter += (std::log(one.value) - mean) * (std::log(one.value) - mean);
  const auto k = static_cast<double>(good.size());
  const double between = std::sqrt(scatter / (k * (k - 1)));
  out.fold = least;
  out.value = std::exp(mean);
  out.status = Status::kOk;
  out.relative_se = known ? std::max(between, 1 / std::sqrt(weight)) : between;
  const double t = student_t(kLevel, static_cast<double>(std::max<std::size_t>(freedom, 1)));
  out.low = out.value * std::exp(-t * out.relative_se);
  out.high = out.value * std::exp(t * out.relative_se);
  out.interval = "delta95";
  return out;
}

double cv_percent(std::span<const double> signals) {
  if (signals.size() < 2) return kNaN;
  double mean = 0, squares = 0;
  for (const double signal : signals) mean += signal / static_cast<double>(signals.size());
  for (const double signal : signals) squares += (signal - mean) * (signal - mean);
  return mean > 0 ? 100 * std::sqrt(squares / static_cast<double>(signals.size() - 1)) / mean : kNaN;
}

}  // namespace vesica::protein
