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

/// How often a new object of a control lies above a cut that is one of the control's own values, `above` of its `all`
/// being greater: (above + 1) / (all + 1), since a new value falls between any two of them equally often. The share
/// seen in the control, above / all, is too small: the cut was put where few lie above. Interval: 2.5 and 97.5 % of
/// Beta(above + 1, all - above), the distribution of what lies above an order statistic (David and Nagaraja 2003,
/// 10.1002/0471722162); for scores with ties (counts) less lies there, and both are upper bounds. NaN when nothing was
/// counted or above = all.
Share above_own_cut(std::uint64_t above, std::uint64_t all);
/// beyond_control with above_own_cut in place of the control's Wilson interval. An estimate of objects like the control
/// would be 0 on average before it is cut off at 0; cut off, it is above 0 by about 0.4 standard errors.
Share beyond_own_cut(std::uint64_t hits, std::uint64_t all, std::uint64_t control_above, std::uint64_t control_all);

}  // namespace vesica
