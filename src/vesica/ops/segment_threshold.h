// SPDX-License-Identifier: Apache-2.0
// Automatic thresholds of a histogram under ImageJ's names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vesica {

enum class ThresholdMethod { kIsoData, kLi, kMaxEntropy, kMean, kOtsu, kTriangle, kYen };
/// The names under which ImageJ offers them, in its order: "IsoData", "Li", "MaxEntropy", "Mean", "Otsu", "Triangle",
/// "Yen".
std::span<const std::string_view> threshold_names();
std::optional<ThresholdMethod> threshold_named(std::string_view name);

/// The last bin below the threshold, for counts of any number of bins: what ImageJ 1.53t's AutoThresholder yields for
/// 256. Nothing when fewer than two bins hold anything or the method finds no answer. Sources: IsoData Ridler and
/// Calvard 1978 (10.1109/TSMC.1978.4310039); Li and Lee 1993 (10.1016/0031-3203(93)90115-D) by the iteration of Li and
/// Tam 1998 (10.1016/S0167-8655(98)00057-9); MaxEntropy Kapur, Sahoo and Wong 1985 (10.1016/0734-189X(85)90125-2); Mean
/// Glasbey 1993 (10.1006/cgip.1993.1040); Otsu 1979 (10.1109/TSMC.1979.4310076); Triangle Zack, Rogers and Latt 1977
/// (10.1177/25.7.70454); Yen, Chang and Chang 1995 (10.1109/83.366472).
std::optional<std::size_t> threshold_bin(std::span<const double> counts, ThresholdMethod method);

/// Threshold of values on 256 bins from the least to the greatest: the upper edge of threshold_bin. Values that are not
/// finite are left out. Nothing for empty or constant values.
std::optional<double> threshold_of(std::span<const float> values, ThresholdMethod method);

/// How much of the variance of values lies between the two classes of Otsu's threshold
/// (1979, 10.1109/TSMC.1979.4310076): 1 for two grey values, 2/pi = 0.64 for one Gaussian; 256 bins, values that are
/// not finite left out. Nothing for empty or constant values.
std::optional<double> share_between_classes(std::span<const float> values);

}  // namespace vesica
