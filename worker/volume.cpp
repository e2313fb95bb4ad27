// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "worker/decoder.h"

#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

/// One stored number of any type.
template <typename T>
double number_at(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return static_cast<double>(value);
}
using NumberAt = double (*)(const std::byte*);
NumberAt number_of(SampleType type) {
  switch (type) {
    case SampleType::kU8:
      return number_at<std::uint8_t>;
    case SampleType::kI8:
      return number_at<std::int8_t>;
    case SampleType::kU16:
      return number_at<std::uint16_t>;
    case SampleType::kI16:
      return number_at<std::int16_t>;
    case SampleType::kU32:
      return number_at<std::uint32_t>;
    case SampleType::kI32:
      return number_at<std::int32_t>;
    case SampleType::kU64:
      return number_at<std::uint64_t>;
    case SampleType::kI64:
      return number_at<std::int64_t>;
    case SampleType::kF32:
      return number_at<float>;
    case SampleType::kF64:
      return number_at<double>;
  }
  return nullptr;
}

void put(double value, bool wide, std::byte* to) {
  if (wide) {
    const auto word =
        static_cast<std::uint16_t>(std::isfinite(value) ? std::clamp(std::round(value), 0.0, 65535.0) : 0.0);
    std::memcpy(to, &word, 2);
  } else {
    *to = static_cast<std::byte>(std::clamp(value, 0.0, 255.0));
  }
}

}  // namespace

void VolumeDecoder::arrange(const std::array<std::size_t, 3>& stored_size, SampleType type, const Axes& stated,
                            const std::array<Known, 3>& stored_voxel_um) {
  bool finite = true;
  for (const auto& direction : stated.direction) {
    for (const double part : direction) finite = finite && std::isfinite(part);
  }
  const Axes axes = finite ? stated : Axes();  // a direction that is no number places nothing
  size_ = stored_size;
  type_ = type;
  std::array<bool, 3> taken = {}, placed = {};
  double weakest = 1;
  // Of all pairs the best aligned first; each stored axis serves once.
  for (int round = 0; round < 3; ++round) {
    double best = -1;
    std::size_t ours = 0, theirs = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        const double along = std::abs(axes.direction[k][i]);
        if (placed[i] || taken[k] || !(along > best)) continue;
        best = along;
        ours = i;
        theirs = k;
      }
    }
    axis_[ours] = theirs;
    flipped_[ours] = axes.direction[theirs][ours] < 0;
    taken[theirs] = placed[ours] = true;
    weakest = std::min(weakest, best);
  }
  info_.width = size_[axis_[0]];
  info_.height = size_[axis_[1]];
  info_.depth = size_[axis_[2]];
  for (std::size_t i = 0; i < 3; ++i) info_.voxel_um[i] = stored_voxel_um[axis_[i]];
  info_.bits = bits_of(type);
  info_.floating = is_floating(type);
  info_.orientation = axes.known ? "LPS" : "";
  constexpr double kOblique = 0.985;  // chosen: 10 degrees
  if (axes.known && weakest < kOblique)
    info_.notes.push_back({"image.oblique",
                           say("The volume lies obliquely in the patient's axes; it is kept as stored, "
                               "turned by whole right angles only."),
                           ""});
}

void VolumeDecoder::note_unit_voxel() {
  constexpr double kUnitUm = 1000, kExact = 1e-6;
  for (const Known& edge : info_.voxel_um) {
    if (!edge.known() || std::abs(edge.value - kUnitUm) > kExact) return;
  }
  info_.notes.push_back({"image.unit_voxel",
                         say("The file states voxels of exactly 1 mm in every direction, as programs do that know no "
                             "size."),
                         say("Give \"voxel_um\" when that is wrong.")});
}

void VolumeDecoder::find_scale() {
  if (type_ == SampleType::kI8) intercept_ = -128;
  if (type_ == SampleType::kI16) intercept_ = -32768;
  if (bits_of(type_) <= 16) return;
  const NumberAt number = number_of(type_);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool whole = true;
  for (std::size_t z = 0; z < size_[2]; ++z) {
    const std::vector<std::byte> plane = read_stored({0, 0, z, size_[0], size_[1], z + 1});
    for (std::size_t at = 0; at < plane.size(); at += bytes_of(type_)) {
      const double value = number(plane.data() + at);
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
      whole = whole && value == std::floor(value);
    }
  }
  constexpr double kMost = 65535;
  if (!(low <= high) || (whole && low >= 0 && high <= kMost)) return;
  intercept_ = low;
  if ((!whole || high - low > kMost) && high > low) slope_ = (high - low) / kMost;
}

DecodedPart VolumeDecoder::read(const Box3& box, std::size_t) {
  const std::array<std::size_t, 3> low = {box.x0, box.y0, box.z0}, high = {box.x1, box.y1, box.z1};
  std::array<std::size_t, 3> from = {}, to = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t k = axis_[i], n = size_[k];
    from[k] = flipped_[i] ? n - high[i] : low[i];
    to[k] = flipped_[i] ? n - low[i] : high[i];
  }
  const std::vector<std::byte> stored = read_stored({from[0], from[1], from[2], to[0], to[1], to[2]});
  const std::size_t bytes = bytes_of(type_);
  const std::array<std::size_t, 3> size = {to[0] - from[0], to[1] - from[1], to[2] - from[2]};
  const std::array<std::size_t, 3> step = {bytes, bytes * size[0], bytes * size[0] * size[1]};
  const auto offset = [&](std::size_t i, std::size_t o) {
    const std::size_t k = axis_[i];
    return step[k] * (flipped_[i] ? size[k] - 1 - o : o);
  };
  DecodedPart out;
  const bool wide = bytes > 1;
  out.bits = wide ? 16 : 8;
  out.slope = rescale_slope_ * slope_;
  out.intercept = rescale_slope_ * intercept_ + rescale_intercept_;
  out.bytes.resize(box.voxels() * (wide ? 2 : 1));
  const NumberAt number = number_of(type_);
  std::byte* at = out.bytes.data();
  for (std::size_t z = 0; z < box.nz(); ++z) {
    for (std::size_t y = 0; y < box.ny(); ++y) {
      const std::size_t row = offset(1, y) + offset(2, z);
      for (std::size_t x = 0; x < box.nx(); ++x, at += wide ? 2 : 1)
        put((number(stored.data() + row + offset(0, x)) - intercept_) / slope_, wide, at);
    }
  }
  return out;
}

}  // namespace vesica
