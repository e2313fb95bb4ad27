// SPDX-License-Identifier: Apache-2.0
// Memory for values of lanes, at the boundaries that vector instructions want.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "vesica/solve/ode.h"

namespace vesica::solve {

/// Zeroed doubles at a 64-byte boundary.
class LaneBuffer {
 public:
  LaneBuffer() = default;
  explicit LaneBuffer(std::size_t count);
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }
  double& operator[](std::size_t i) { return data_[i]; }
  double operator[](std::size_t i) const { return data_[i]; }

 private:
  struct Free {
    void operator()(double* p) const;
  };
  std::unique_ptr<double[], Free> data_;
};

/// One value a lane, at a 64-byte boundary.
struct alignas(64) LaneValues {
  std::array<double, kLanes> value = {};
  double* data() { return value.data(); }
  const double* data() const { return value.data(); }
  double& operator[](int lane) { return value[static_cast<std::size_t>(lane)]; }
  double operator[](int lane) const { return value[static_cast<std::size_t>(lane)]; }
};

}  // namespace vesica::solve
