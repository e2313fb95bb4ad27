// SPDX-License-Identifier: Apache-2.0
#include "vesica/solve/lane_buffer.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace vesica::solve {

namespace {

constexpr std::align_val_t kBoundary{64};

}  // namespace

LaneBuffer::LaneBuffer(std::size_t count)
    : data_(static_cast<double*>(::operator new[](std::max<std::size_t>(count, kLanes) * sizeof(double), kBoundary))) {
  std::memset(data_.get(), 0, std::max<std::size_t>(count, kLanes) * sizeof(double));
}

void LaneBuffer::Free::operator()(double* p) const { ::operator delete[](p, kBoundary); }

}  // namespace vesica::solve
