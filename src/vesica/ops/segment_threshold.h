// SPDX-License-Identifier: Apache-2.0
// Automatic thresholds of a histogram under ImageJ's names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vesica {

enum class ThresholdMethod {
  kDefault,
  kHuang,
  kIntermodes,
  kIsoData,
  kIjIsoData,
  kLi,
  kMaxEntropy,
  kMean,
  kMinError,
  kMinimum,
  kMoments,
  kOtsu,
  kPercentile,
  kRenyiEntropy,
  kShanbhag,
  kTriangle,
  kYen
};
/// The names under which ImageJ offers them, in its order: "Default", "Huang", "Intermodes", "IsoData", "IJ_IsoData",
/// "Li", "MaxEntropy", "Mean", "MinError", "Minimum", "Moments", "Otsu", "Percentile", "RenyiEntropy", "Shanbhag",
/// "Triangle", "Yen".
std::span<const std::string_view> threshold_names();
std::optional<ThresholdMethod> threshold_named(std::string_view name);

/// The last bin below the threshold, for counts of any number of bins: what ImageJ's AutoThresholder (1.53t, 1.54p)
/// yields for 256. Where every threshold between two levels is as good (an empty stretch of the histogram), Otsu takes
/// the last of them, as 1.53t does (1.54p: the first; the pixels on both sides are the same). Two levels are parted
/// below the upper one by every method. Nothing when fewer than two bins hold anything or the method finds no answer
/// (ImageJ: 0). Sources: IsoData Ridler and Calvard 1978 (10.1109/TSMC.1978.4310039), IJ_IsoData and Default ImageJ's
/// variants of it (the mode held to 1.5 times the next bin); Huang and Wang 1995 (10.1016/0031-3203(94)E0043-K);
/// Intermodes and Minimum Prewitt and Mendelsohn 1966 (10.1111/j.1749-6632.1965.tb11715.x); Li and Lee 1993
/// (10.1016/0031-3203(93)90115-D) by the iteration of Li and Tam 1998 (10.1016/S0167-8655(98)00057-9); MaxEntropy
/// Kapur, Sahoo and Wong 1985 (10.1016/0734-189X(85)90125-2); Mean Glasbey 1993 (10.1006/cgip.1993.1040); MinError
/// Kittler and Illingworth 1986 (10.1016/0031-3203(86)90030-0); Moments Tsai 1985 (10.1016/0734-189X(85)90133-1); Otsu
/// 1979 (10.1109/TSMC.1979.4310076); Percentile Doyle 1962 (10.1145/321119.321123); RenyiEntropy Sahoo, Wilkins and
/// Yeager 1997 (10.1016/S0031-3203(96)00065-9); Shanbhag 1994 (10.1006/cgip.1994.1037); Triangle Zack, Rogers and Latt
/// 1977 (10.1177/25.7.70454); Yen, Chang and Chang 1995 (10.1109/83.366472).
std::optional<std::size_t> threshold_bin(std::span<const double> counts, ThresholdMethod method);

/// Threshold of values on 256 bins from the least to the greatest: the upper edge of threshold_bin. Values that are not
/// finite are left out. Nothing for empty or constant values.
std::optional<double> threshold_of(std::span<const float> values, ThresholdMethod method);
/// The same of values that are all finite and whose least and greatest are known.
struct ValueRange {
  float low = 0, high = 0;
};
std::optional<double> threshold_of(std::span<const float> values, const ValueRange& range, ThresholdMethod method);

/// How much of the variance of values lies between the two classes of Otsu's threshold
/// (1979, 10.1109/TSMC.1979.4310076): 1 for two grey values, 2/pi = 0.64 for one Gaussian; 256 bins, values that are
/// not finite left out. Nothing for empty or constant values.
std::optional<double> share_between_classes(std::span<const float> values);

}  // namespace vesica
