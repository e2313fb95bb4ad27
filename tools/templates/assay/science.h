// SPDX-License-Identifier: Apache-2.0
// @name@: the mean of the numbers that a reading holds.
#pragma once

#include <span>

namespace vesica::@name@ {

/// Arithmetic mean of the finite numbers not below `minimum`; NaN when there are none. Source: our choice.
double mean_of(std::span<const double> numbers, double minimum);

}  // namespace vesica::@name@

namespace vesica {
struct Assay;
extern const Assay k@Name@Assay;
}  // namespace vesica
