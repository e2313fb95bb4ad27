// SPDX-License-Identifier: Apache-2.0
// A made-up study of vesicle preparations for the tests and the preview: every kind of row, finding and issue once.
#pragma once

#include <string>

#include "vesica/report/html.h"

namespace vesica::example {

struct Options {
  int preparations_per_group = 4;
  int videos = 3;
  bool chinese_names = false;
  std::string long_name;  ///< appended to every preparation's name
  bool curves = true;
};

/// Three conditions with `preparations_per_group` preparations each, of `videos` videos; with figures.
ReportContent content(const Options& options = {});
/// A compatibility check with two maps.
Finding compatibility();

}  // namespace vesica::example
