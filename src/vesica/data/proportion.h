// SPDX-License-Identifier: Apache-2.0
// Shares of counted objects with their intervals.
#pragma once

#include <cstdint>

namespace vesica {

/// A share with a 95 % interval; NaN when nothing was counted.
struct Share {
  double value = 0, low = 0, high = 1;
};

/// `hits` of `all` with the score interval of Wilson 1927 (10.1080/01621459.1927.10502953): (p + z^2/2n +- z sqrt(p (1
/// - p)/n + z^2/4n^2)) / (1 + z^2/n). All NaN for all = 0. Requires hits <= all. The interval is that of independent
/// objects: cells of one well are not, so it says how well this field was counted, not how wells differ.
Share wilson95(std::uint64_t hits, std::uint64_t all);
/// The same interval of a share that was seen among `objects`, which need not be whole: as many independent ones as say
/// what was counted. Requires 0 <= share <= 1. All NaN for no objects.
Share wilson95_of(double share, double objects);

/// What is positive beyond a control's share a of false positives: p = (F - a) / (1 - a), from F = a + (1 - a) p; below
/// 0 it is 0. Interval by recovered variances (Zou and Donner 2008, 10.1002/sim.3095) from the two Wilson intervals:
/// the squares of what each limit alone moves p are added. NaN when either counted nothing or a = 1.
Share beyond_control(std::uint64_t hits, std::uint64_t all, std::uint64_t control_hits, std::uint64_t control_all);

}  // namespace vesica
