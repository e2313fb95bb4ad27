// SPDX-License-Identifier: Apache-2.0
// Running a Problem: every individual once, results in order.
#pragma once

#include <functional>

#include "vesica/models/network/rows.h"

namespace vesica::network {

/// Runs all individuals and hands their courses to `sink` in ascending order, from one thread at a time; memory does
/// not grow with their number. Same problem, same bytes with any number of threads. Cancellation throws
/// Error(kCancelled); a run without an answer is a course with `failure`.
Totals run(const Problem& problem, const Settings& settings, const Context& context,
           const std::function<void(const Course&)>& sink);

}  // namespace vesica::network
