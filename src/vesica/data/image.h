// SPDX-License-Identifier: Apache-2.0
// Pixels: one float image, one mask, one label image, one volume in its stored bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace vesica {

/// A plane of T, row by row from the top left: pixel (x, y) lies at y * width + x, x to the right, y down.
template <typename T>
struct Plane {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<T> pixels;

  Plane() = default;
  Plane(std::size_t w, std::size_t h, T value = T{}) : width(w), height(h), pixels(w * h, value) {}
  T& at(std::size_t x, std::size_t y) { return pixels[y * width + x]; }
  T at(std::size_t x, std::size_t y) const { return pixels[y * width + x]; }
  std::span<T> row(std::size_t y) { return {pixels.data() + y * width, width}; }
  std::span<const T> row(std::size_t y) const { return {pixels.data() + y * width, width}; }
  bool empty() const { return pixels.empty(); }
  bool operator==(const Plane&) const = default;
};

using Image2 = Plane<float>;          ///< intensities in the file's own counts (8 bit: 0 to 255)
using Mask2 = Plane<std::uint8_t>;    ///< 0 outside, 1 inside
using Labels2 = Plane<std::int32_t>;  ///< 0 outside, 1.. the objects

/// A box of voxels, [x0, x1) by [y0, y1) by [z0, z1), counted in the whole volume.
struct Box3 {
  std::size_t x0 = 0, y0 = 0, z0 = 0, x1 = 0, y1 = 0, z1 = 0;
  std::size_t nx() const { return x1 - x0; }
  std::size_t ny() const { return y1 - y0; }
  std::size_t nz() const { return z1 - z0; }
  std::size_t voxels() const { return nx() * ny() * nz(); }
  bool operator==(const Box3&) const = default;
};

/// Voxels in their stored 8 or 16 bits: exactly one of `bytes` and `words` holds nx*ny*nz values, x fastest, then y,
/// then z. Signed and wider files are shifted or scaled into 16 bits; `value = slope * stored + intercept` is the
/// file's own number (counts, HU, ...).
struct Volume {
  std::size_t nx = 0, ny = 0, nz = 0;
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint16_t> words;
  double slope = 1, intercept = 0;
  /// Edge of a voxel along x, y, z; NaN when unknown.
  std::array<double, 3> voxel_um = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN(),
                                    std::numeric_limits<double>::quiet_NaN()};
  Box3 box;  ///< which part of the whole volume this is

  std::size_t voxels() const { return nx * ny * nz; }
  bool is_wide() const { return !words.empty(); }
  std::size_t index(std::size_t x, std::size_t y, std::size_t z) const { return (z * ny + y) * nx + x; }
  std::uint16_t stored(std::size_t i) const { return is_wide() ? words[i] : bytes[i]; }
  double value(std::size_t x, std::size_t y, std::size_t z) const { return slope * stored(index(x, y, z)) + intercept; }
};

/// A volume of zeros with one or two bytes a voxel.
Volume make_volume(std::size_t nx, std::size_t ny, std::size_t nz, int bits);

}  // namespace vesica
