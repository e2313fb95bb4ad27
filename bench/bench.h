// SPDX-License-Identifier: Apache-2.0
// What benchmarks share: timing by the median of repeats, and the one form of a result line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace vesica::bench {

/// Median seconds of `repeats` calls (at least one): the middle is what a user meets, and one slow call moves it
/// little.
template <typename Work>
double median_seconds(std::size_t repeats, const Work& work) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < std::max<std::size_t>(repeats, 1); ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2), seconds.end());
  return seconds[seconds.size() / 2];
}

/// One result line. `promise` is empty or a bound such as "< 5" in the same unit, which tools/bench checks.
inline void print_result(const std::string& what, double value, const std::string& unit,
                         const std::string& promise = "") {
  std::printf("%s\t%.6g\t%s\t%s\n", what.c_str(), value, unit.c_str(), promise.c_str());
}

}  // namespace vesica::bench
