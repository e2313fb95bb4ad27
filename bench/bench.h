// SPDX-License-Identifier: Apache-2.0
// What benchmarks share: timing by the median of repeats, and the one form of a result line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace vesica::bench {

/// Median of `repeats` differences (at least one) of a clock in seconds over a call.
template <typename Work, typename Clock>
double median_of(std::size_t repeats, const Work& work, const Clock& clock) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < std::max<std::size_t>(repeats, 1); ++i) {
    const double start = clock();
    work();
    seconds.push_back(clock() - start);
  }
  std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2), seconds.end());
  return seconds[seconds.size() / 2];
}

/// Median seconds of `repeats` calls by the clock: the middle is what a user meets, and one slow call moves it little.
template <typename Work>
double median_seconds(std::size_t repeats, const Work& work) {
  return median_of(repeats, work, [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  });
}

/// Median seconds of processor time, all threads together: what compares on a machine that does other work.
template <typename Work>
double median_processor_seconds(std::size_t repeats, const Work& work) {
  return median_of(repeats, work, [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; });
}

/// One result line. `promise` is empty or a bound such as "< 5" in the same unit, which tools/bench checks.
inline void print_result(const std::string& what, double value, const std::string& unit,
                         const std::string& promise = "") {
  std::printf("%s\t%.6g\t%s\t%s\n", what.c_str(), value, unit.c_str(), promise.c_str());
}

}  // namespace vesica::bench
