// SPDX-License-Identifier: Apache-2.0
// A tornado: how far one result moves when each unknown alone goes over its range.
#pragma once

#include <string>
#include <vector>

#include "vesica/report/figure.h"

namespace vesica {

struct TornadoBar {
  std::string name;          ///< "release.mesh_nm: 5 – 20"
  double low = 0, high = 0;  ///< the result at the lower and upper end of the unknown's 95 %; NaN: none
  bool has_data = true;      ///< false: the range is an assumption
};

/// Widest bar on top; at most kMostTornadoBars and none below a hundredth of the longest, the rest is counted in the
/// caption. Bars without data are hollow. The
/// axis is logarithmic when every end is positive and they span more than a factor of 10 (chosen). `title` says of
/// what.
Figure tornado_figure(const std::string& id, const std::string& title, const std::string& axis_label, double central,
                      std::vector<TornadoBar> bars);

inline constexpr std::size_t kMostTornadoBars = 20;  ///< chosen: what fits on a page of 170 mm

}  // namespace vesica
