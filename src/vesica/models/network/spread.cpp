// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/spread.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vesica/base/require.h"

namespace vesica::network {

namespace {

const double kLogRatio = std::log((1 + Spread::kCellError) / (1 - Spread::kCellError));
/// Keys of positive values begin above 0: the smallest double has log -744, so that this offset keeps them positive.
constexpr std::int32_t kOffset = 400'000;

std::int32_t cell_of(double value) {
  if (value == 0) return 0;
  const auto k = static_cast<std::int32_t>(std::ceil(std::log(std::fabs(value)) / kLogRatio)) + kOffset;
  return value > 0 ? k : -k;
}

double middle_of(std::int32_t cell) {
  if (cell == 0) return 0;
  const double k = std::abs(cell) - kOffset;
  const double value = std::exp(k * kLogRatio) * (1 - Spread::kCellError);
  return cell > 0 ? value : -value;
}

}  // namespace

void Spread::count_in_cell(double value) { ++cells_[cell_of(value)]; }

void Spread::add(double value) {
  if (!std::isfinite(value)) return;
  ++count_;
  sorted_ = false;
  if (count_ <= exact_) {
    values_.push_back(value);
    return;
  }
  for (const double earlier : values_) count_in_cell(earlier);
  values_.clear();
  values_.shrink_to_fit();
  count_in_cell(value);
}

double Spread::quantile(double p) const {
  VESICA_REQUIRE(p >= 0 && p <= 1, "a share lies between 0 and 1");
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  const double position = p * static_cast<double>(count_ - 1);
  if (!values_.empty()) {
    if (!sorted_) std::sort(values_.begin(), values_.end());
    sorted_ = true;
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, values_.size() - 1);
    return values_[below] + (position - static_cast<double>(below)) * (values_[above] - values_[below]);
  }
  const auto rank = static_cast<std::uint64_t>(std::llround(position));
  std::uint64_t seen = 0;
  for (const auto& [cell, n] : cells_) {
    seen += n;
    if (seen > rank) return middle_of(cell);
  }
  return middle_of(cells_.rbegin()->first);
}

}  // namespace vesica::network
