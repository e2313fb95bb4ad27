// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/raster.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

template <typename T, typename Body>
void each_as(const RawPlane& raw, std::size_t sample, Body body) {
  const std::size_t n = raw.width * raw.height;
  const std::byte* from = raw.bytes.data() + sample * sizeof(T);
  for (std::size_t i = 0; i < n; ++i, from += raw.samples * sizeof(T)) {
    T value;
    std::memcpy(&value, from, sizeof(T));
    body(i, value);
  }
}

/// body(index, number) for one sample of every pixel; compiled once a sample type.
template <typename Body>
void each_sample(const RawPlane& raw, std::size_t sample, Body body) {
  switch (raw.type) {
    case SampleType::kU8:
      return each_as<std::uint8_t>(raw, sample, body);
    case SampleType::kI8:
      return each_as<std::int8_t>(raw, sample, body);
    case SampleType::kU16:
      return each_as<std::uint16_t>(raw, sample, body);
    case SampleType::kI16:
      return each_as<std::int16_t>(raw, sample, body);
    case SampleType::kU32:
      return each_as<std::uint32_t>(raw, sample, body);
    case SampleType::kI32:
      return each_as<std::int32_t>(raw, sample, body);
    case SampleType::kU64:
      return each_as<std::uint64_t>(raw, sample, body);
    case SampleType::kI64:
      return each_as<std::int64_t>(raw, sample, body);
    case SampleType::kF32:
      return each_as<float>(raw, sample, body);
    case SampleType::kF64:
      return each_as<double>(raw, sample, body);
  }
}

/// Extremes of a series of planes, and whether all values are whole numbers.
struct Extremes {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool whole = true;
  void add(const RawPlane& raw, std::size_t sample) {
    each_sample(raw, sample, [this](std::size_t, auto value) {
      const auto number = static_cast<double>(value);
      if (!std::isfinite(number)) return;
      low = std::min(low, number);
      high = std::max(high, number);
      whole = whole && number == std::floor(number);
    });
  }
};

/// How values go into 16 bits.
void set_scale(const Extremes& seen, Volume& volume) {
  constexpr double kMost = 65535;
  if (!(seen.low <= seen.high) || (seen.whole && seen.low >= 0 && seen.high <= kMost)) return;
  volume.intercept = seen.low;
  if ((!seen.whole || seen.high - seen.low > kMost) && seen.high > seen.low)
    volume.slope = (seen.high - seen.low) / kMost;
}

void put(const RawPlane& raw, std::size_t sample, std::size_t at, Volume& volume) {
  if (!volume.is_wide()) {
    each_sample(raw, sample, [&](std::size_t i, auto value) {
      volume.bytes[at + i] = static_cast<std::uint8_t>(static_cast<int>(value) - static_cast<int>(volume.intercept));
    });
    return;
  }
  const double slope = volume.slope, intercept = volume.intercept;
  each_sample(raw, sample, [&](std::size_t i, auto value) {
    const double stored = std::round((static_cast<double>(value) - intercept) / slope);
    volume.words[at + i] = static_cast<std::uint16_t>(std::isfinite(stored) ? std::clamp(stored, 0.0, 65535.0) : 0.0);
  });
}

}  // namespace

std::size_t bytes_of(SampleType type) { return static_cast<std::size_t>(bits_of(type)) / 8; }

int bits_of(SampleType type) {
  switch (type) {
    case SampleType::kU8:
    case SampleType::kI8:
      return 8;
    case SampleType::kU16:
    case SampleType::kI16:
      return 16;
    case SampleType::kU32:
    case SampleType::kI32:
    case SampleType::kF32:
      return 32;
    case SampleType::kU64:
    case SampleType::kI64:
    case SampleType::kF64:
      return 64;
  }
  return 8;
}

bool is_floating(SampleType type) { return type == SampleType::kF32 || type == SampleType::kF64; }

RawPlane make_raw(std::size_t width, std::size_t height, std::size_t samples, SampleType type) {
  VESICA_REQUIRE(std::uint64_t{width} * height <= kMaxPlanePixels && samples <= kMaxChannels,
                 "the plane's size was checked");
  RawPlane raw;
  raw.width = width;
  raw.height = height;
  raw.samples = samples;
  raw.type = type;
  raw.bytes.resize(width * height * samples * bytes_of(type));
  return raw;
}

Image2 image_of(const RawPlane& raw, std::size_t sample) {
  Image2 image(raw.width, raw.height);
  each_sample(raw, sample, [&](std::size_t i, auto value) { image.pixels[i] = static_cast<float>(value); });
  return image;
}

void check_plane_size(std::uint64_t width, std::uint64_t height, std::uint64_t samples, std::uint64_t bits,
                      std::uint64_t file_bytes, const std::string& file) {
  constexpr std::uint64_t kMaxSide = std::uint64_t{1} << 24;  // chosen: so that no product below overflows
  if (width == 0 || height == 0 || samples == 0)
    throw Error(ErrorKind::kData, say("The image is empty: {} x {} pixels.", width, height), {file, 0, 0, ""},
                say("Export or copy the file again."));
  if (width > kMaxSide || height > kMaxSide || samples > kMaxChannels || width * height > kMaxPlanePixels)
    throw Error(ErrorKind::kData,
                say("The image declares {0} x {1} pixels with {2} sample(s); the limit is {3} pixels.", width, height,
                    samples, kMaxPlanePixels),
                {file, 0, 0, ""}, say("Crop it, or export it at a lower resolution."));
  const std::uint64_t declared = (width * height * bits + 7) / 8;
  if (declared > kFreePlaneBytes && declared / kMaxPackRatio > file_bytes)
    throw Error(
        ErrorKind::kData,
        say("The image declares {0} x {1} pixels, more than a file of {2} bytes can hold.", width, height, file_bytes),
        {file, 0, 0, ""}, say("The file is cut off or damaged; copy or export it again."));
}

void throw_damaged(const std::string& file, std::string_view detail) {
  throw Error(ErrorKind::kData, say("The image is damaged or cut off ({}).", detail), {file, 0, 0, ""},
              say("Copy or export the file again."));
}

std::vector<Image2> RasterSource::do_read_plane(std::size_t z, std::size_t t,
                                                std::span<const std::size_t> channels) const {
  const Box3 part{0, 0, 0, info_.width, info_.height, 1};
  std::vector<Image2> out;
  if (info_.colour) {
    const RawPlane raw = read_raw(z, t, channels.front(), part);
    for (const std::size_t channel : channels) out.push_back(image_of(raw, sample_of(channel)));
  } else {
    for (const std::size_t channel : channels) {
      out.push_back(image_of(read_raw(z, t, channel, part), sample_of(channel)));
    }
  }
  return out;
}

Volume RasterSource::do_read_box(const Box3& box, std::size_t t, std::size_t channel) const {
  const bool pages = info_.depth == 1 && !info_.axis_known;
  const auto plane_at = [&](std::size_t z) { return read_raw(pages ? 0 : z, pages ? z : t, channel, box); };
  const std::size_t sample = sample_of(channel);
  RawPlane first = plane_at(box.z0);
  Volume out = make_volume(box.nx(), box.ny(), box.nz(), bits_of(first.type) == 8 ? 8 : 16);
  if (first.type == SampleType::kI8) out.intercept = -128;
  if (first.type == SampleType::kI16) out.intercept = -32768;
  if (bits_of(first.type) > 16) {
    Extremes seen;
    seen.add(first, sample);
    for (std::size_t z = box.z0 + 1; z < box.z1; ++z) seen.add(plane_at(z), sample);
    set_scale(seen, out);
  }
  const std::size_t step = box.nx() * box.ny();
  put(first, sample, 0, out);
  for (std::size_t z = box.z0 + 1; z < box.z1; ++z) put(plane_at(z), sample, (z - box.z0) * step, out);
  return out;
}

}  // namespace vesica
