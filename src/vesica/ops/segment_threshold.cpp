// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_threshold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "vesica/ops/segment_threshold_methods.h"

namespace vesica {

namespace {

using Counts = std::span<const double>;
using Bin = std::optional<std::size_t>;

constexpr std::array<std::string_view, 17> kNames = {
    "Default", "Huang",   "Intermodes", "IsoData",    "IJ_IsoData",   "Li",       "MaxEntropy", "Mean", "MinError",
    "Minimum", "Moments", "Otsu",       "Percentile", "RenyiEntropy", "Shanbhag", "Triangle",   "Yen"};

using thresholds::running;
using thresholds::Sums;

/// The first level, from the first bin that holds anything, at or above the mean of the means of both sides.
Bin isodata(Counts counts) {
  const Sums sums = running(counts);
  std::size_t g = 0;
  while (counts[g] == 0) ++g;
  for (++g; g + 1 < counts.size(); ++g) {
    const double below = sums.count[g - 1], above = sums.count.back() - sums.count[g];
    if (!(below > 0 && above > 0)) continue;
    const double low = std::floor(sums.moment[g - 1] / below);  // ImageJ rounds this side down
    const double high = (sums.moment.back() - sums.moment[g]) / above;
    if (static_cast<double>(g) == std::round((low + high) / 2)) return g;
  }
  return std::nullopt;
}

Bin li(Counts counts) {
  constexpr double kTolerance = 0.5;  // of a bin: Li and Tam 1998
  constexpr int kIterations = 1000;
  const Sums sums = running(counts);
  const double all = sums.count.back();
  double next = sums.moment.back() / all;
  for (int i = 0; i < kIterations; ++i) {
    const double old = next;
    const auto t = static_cast<std::size_t>(old + 0.5);
    const double below = sums.count[t], above = all - below;
    const double low = below > 0 ? sums.moment[t] / below : 0;
    const double high = above > 0 ? (sums.moment.back() - sums.moment[t]) / above : 0;
    const double step = (low - high) / (std::log(low) - std::log(high));
    const double rounded = std::trunc(step < -1e-6 ? step - 0.5 : step + 0.5);
    if (!std::isfinite(rounded) || rounded < 0 || rounded >= static_cast<double>(counts.size())) return std::nullopt;
    next = rounded;
    if (std::abs(next - old) <= kTolerance) return t;
  }
  return std::nullopt;
}

Bin otsu(Counts counts) {
  const Sums sums = running(counts);
  const double n = sums.count.back(), m = sums.moment.back();
  double best = 0;
  Bin out;
  for (std::size_t k = 1; k + 1 < counts.size(); ++k) {
    const double rest = sums.count[k] * (n - sums.count[k]);
    if (rest == 0) continue;
    const double apart = sums.count[k] / n * m - sums.moment[k];
    if (apart * apart / rest >= best) {
      best = apart * apart / rest;
      out = k;
    }
  }
  return out;
}

Bin max_entropy(Counts counts) {
  const Sums sums = running(counts);
  const double all = sums.count.back();
  double best = -std::numeric_limits<double>::infinity();
  Bin out;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    const double below = sums.count[t] / all, above = 1 - below;
    if (!(below > 1e-15 && above > 1e-15)) continue;
    double entropy = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double p = counts[i] / all / (i <= t ? below : above);
      if (p > 0) entropy -= p * std::log(p);
    }
    if (entropy > best) {
      best = entropy;
      out = t;
    }
  }
  return out;
}

Bin yen(Counts counts) {
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<double> squares;
  double running_square = 0;
  for (const double count : counts) squares.push_back(running_square += count / all * count / all);
  double below = 0, best = -std::numeric_limits<double>::infinity();
  Bin out;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    below += counts[t] / all;
    const double above_square = squares.back() - squares[t];
    const double product = squares[t] * above_square, weight = below * (1 - below);
    const double value = -(product > 0 ? std::log(product) : 0) + 2 * (weight > 0 ? std::log(weight) : 0);
    if (value > best) {
      best = value;
      out = t;
    }
  }
  return out;
}

/// The bin furthest below the line from the peak to the end of the longer tail.
Bin triangle(Counts counts) {
  const std::size_t size = counts.size();
  std::size_t first = 0, last = size - 1;
  while (counts[first] == 0) ++first;
  while (counts[last] == 0) --last;
  if (first > 0) --first;
  if (last + 1 < size) ++last;
  std::size_t peak = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (counts[i] > counts[peak]) peak = i;
  }
  std::vector<double> line(counts.begin(), counts.end());
  const bool turned = peak - first < last - peak;
  if (turned) {
    std::reverse(line.begin(), line.end());
    first = size - 1 - last;
    peak = size - 1 - peak;
  }
  if (first == peak) return turned ? size - 1 - first : first;
  const double run = static_cast<double>(peak) - static_cast<double>(first), rise = line[peak];
  std::size_t split = first;
  double best = 0;
  for (std::size_t i = first + 1; i <= peak; ++i) {
    const double distance = rise * (static_cast<double>(i) - static_cast<double>(first)) - run * line[i];
    if (distance > best) {
      best = distance;
      split = i;
    }
  }
  if (split > 0) --split;
  return turned ? size - 1 - split : split;
}

}  // namespace

std::span<const std::string_view> threshold_names() { return kNames; }

std::optional<ThresholdMethod> threshold_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ThresholdMethod>(found - kNames.begin());
}

Bin threshold_bin(Counts counts, ThresholdMethod method) {
  const auto levels = std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; });
  if (levels < 2) return std::nullopt;
  if (levels == 2) {
    std::size_t last = counts.size() - 1;
    while (counts[last] == 0) --last;
    return last - 1;
  }
  switch (method) {
    case ThresholdMethod::kDefault:
      return thresholds::default_isodata(counts);
    case ThresholdMethod::kHuang:
      return thresholds::huang(counts);
    case ThresholdMethod::kIntermodes:
      return thresholds::intermodes(counts);
    case ThresholdMethod::kIsoData:
      return isodata(counts);
    case ThresholdMethod::kIjIsoData:
      return thresholds::ij_isodata(counts);
    case ThresholdMethod::kLi:
      return li(counts);
    case ThresholdMethod::kMaxEntropy:
      return max_entropy(counts);
    case ThresholdMethod::kMean:
      return thresholds::mean(counts);
    case ThresholdMethod::kMinError:
      return thresholds::min_error(counts);
    case ThresholdMethod::kMinimum:
      return thresholds::minimum(counts);
    case ThresholdMethod::kMoments:
      return thresholds::moments(counts);
    case ThresholdMethod::kOtsu:
      return otsu(counts);
    case ThresholdMethod::kPercentile:
      return thresholds::percentile(counts);
    case ThresholdMethod::kRenyiEntropy:
      return thresholds::renyi_entropy(counts);
    case ThresholdMethod::kShanbhag:
      return thresholds::shanbhag(counts);
    case ThresholdMethod::kTriangle:
      return triangle(counts);
    case ThresholdMethod::kYen:
      return yen(counts);
  }
  return std::nullopt;
}

namespace {

/// Counts on 256 bins from the least to the greatest finite value; nothing for empty or constant values.
struct Histogram {
  std::vector<double> counts = std::vector<double>(256);
  double low = 0, scale = 0;  ///< bin = (value - low) * scale
};
void count_bins(std::span<const float> values, bool finite, Histogram& to) {
  // Bins of a stretch of values first, by vectors: one bin more for the greatest values, and one for what is not finite
  // or what a last stretch is short of. Then counts in several tables: neighbours are often in one bin, and none has to
  // wait for the one before.
  constexpr std::size_t kStretch = 1024, kApart = 4;
  constexpr std::int32_t kBins = 256;
  std::array<std::int32_t, kStretch> found;
  std::array<std::array<std::uint32_t, kBins + 2>, kApart> counts{};
  const double low = to.low, scale = to.scale;
  for (std::size_t begin = 0; begin < values.size(); begin += kStretch) {
    const std::size_t size = std::min(kStretch, values.size() - begin);
    const float* from = values.data() + begin;
    const auto bin = [=](float value) { return static_cast<std::int32_t>((static_cast<double>(value) - low) * scale); };
    for (std::size_t i = 0; i < size && finite; ++i) found[i] = bin(from[i]);
    for (std::size_t i = 0; i < size && !finite; ++i) found[i] = std::isfinite(from[i]) ? bin(from[i]) : kBins + 1;
    std::fill(found.begin() + static_cast<std::ptrdiff_t>(size), found.end(), kBins + 1);
    for (std::size_t i = 0; i < kStretch; i += kApart) {
      for (std::size_t k = 0; k < kApart; ++k) ++counts[k][static_cast<std::size_t>(found[i + k])];
    }
  }
  for (const auto& each : counts) {
    for (std::size_t bin = 0; bin <= kBins; ++bin) to.counts[std::min<std::size_t>(bin, kBins - 1)] += each[bin];
  }
}

std::optional<Histogram> histogram_between(std::span<const float> values, const ValueRange& range, bool finite) {
  if (!(range.low < range.high)) return std::nullopt;
  Histogram out;
  out.low = range.low;
  out.scale = static_cast<double>(out.counts.size()) / (static_cast<double>(range.high) - range.low);
  count_bins(values, finite, out);
  return out;
}

std::optional<Histogram> histogram_of(std::span<const float> values) {
  // Several of each side by side: a vector.
  constexpr std::size_t kLanes = 8;
  std::array<float, kLanes> lows, highs;
  std::array<std::int32_t, kLanes> odd{};  // not 0 where some value was not finite
  lows.fill(std::numeric_limits<float>::infinity());
  highs.fill(-std::numeric_limits<float>::infinity());
  const auto see = [&](std::size_t lane, float value) {
    const bool finite = value - value == 0;
    const float least = finite ? value : lows[lane], most = finite ? value : highs[lane];
    lows[lane] = least < lows[lane] ? least : lows[lane];
    highs[lane] = most > highs[lane] ? most : highs[lane];
    odd[lane] |= finite ? 0 : 1;
  };
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) see(lane, values[i + lane]);
  }
  for (std::size_t i = whole; i < values.size(); ++i) see(0, values[i]);
  return histogram_between(values,
                           {*std::min_element(lows.begin(), lows.end()), *std::max_element(highs.begin(), highs.end())},
                           std::all_of(odd.begin(), odd.end(), [](std::int32_t each) { return each == 0; }));
}

std::optional<double> threshold_in(const std::optional<Histogram>& histogram, ThresholdMethod method) {
  if (!histogram) return std::nullopt;
  const Bin bin = threshold_bin(histogram->counts, method);
  if (!bin) return std::nullopt;
  return histogram->low + static_cast<double>(*bin + 1) / histogram->scale;
}

}  // namespace

std::optional<double> threshold_of(std::span<const float> values, ThresholdMethod method) {
  return threshold_in(histogram_of(values), method);
}

std::optional<double> threshold_of(std::span<const float> values, const ValueRange& range, ThresholdMethod method) {
  return threshold_in(histogram_between(values, range, true), method);
}

std::optional<double> share_between_classes(std::span<const float> values) {
  const std::optional<Histogram> histogram = histogram_of(values);
  if (!histogram) return std::nullopt;
  const Sums sums = running(histogram->counts);
  const double n = sums.count.back(), m = sums.moment.back();
  double all = 0, best = 0;
  for (std::size_t k = 0; k < histogram->counts.size(); ++k) {
    all += histogram->counts[k] * std::pow(static_cast<double>(k) - m / n, 2);
    const double rest = sums.count[k] * (n - sums.count[k]);
    if (rest > 0) best = std::max(best, std::pow(sums.count[k] / n * m - sums.moment[k], 2) / rest);
  }
  // Between the classes: n0 n1 (m0 - m1)^2 / n, which is n times what is compared above.
  return best * n / all;
}

}  // namespace vesica
