// SPDX-License-Identifier: Apache-2.0
#include "vesica/data/image_source.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vesica/base/require.h"

namespace vesica {

namespace {

void copy_row(std::span<const float> row, const Volume& volume, std::size_t at, std::vector<std::uint16_t>& out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double stored = std::round((row[i] - volume.intercept) / volume.slope);
    out[at + i] = static_cast<std::uint16_t>(std::clamp(std::isfinite(stored) ? stored : 0.0, 0.0, 65535.0));
  }
}

/// Slope and intercept that bring all values into 16 bits: none for counts that fit as they are.
void fit_scale(const std::vector<Image2>& planes, const Box3& box, Volume& volume) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  bool whole = true;
  for (const Image2& plane : planes) {
    for (std::size_t y = box.y0; y < box.y1; ++y) {
      for (const float value : plane.row(y).subspan(box.x0, box.nx())) {
        if (!std::isfinite(value)) continue;
        low = std::min<double>(low, value);
        high = std::max<double>(high, value);
        whole = whole && value == std::floor(value);
      }
    }
  }
  constexpr double kMost = 65535;
  if (!(low <= high) || (whole && low >= 0 && high <= kMost)) return;
  volume.intercept = low;
  if (!whole || high - low > kMost) volume.slope = high > low ? (high - low) / kMost : 1;
}

/// Planes of a source in memory.
class MemoryImages : public ImageSource {
 public:
  MemoryImages(ImageInfo info, std::vector<Image2> planes) : ImageSource(std::move(info)), planes_(std::move(planes)) {}

 protected:
  std::vector<Image2> do_read_plane(std::size_t z, std::size_t t,
                                    std::span<const std::size_t> channels) const override {
    std::vector<Image2> out;
    for (const std::size_t channel : channels) out.push_back(planes_[(t * info_.depth + z) * info_.channels + channel]);
    return out;
  }

 private:
  std::vector<Image2> planes_;
};

class MemoryVolume : public ImageSource {
 public:
  MemoryVolume(ImageInfo info, Volume volume) : ImageSource(std::move(info)), volume_(std::move(volume)) {}

 protected:
  std::vector<Image2> do_read_plane(std::size_t z, std::size_t, std::span<const std::size_t> channels) const override {
    Image2 plane(volume_.nx, volume_.ny);
    for (std::size_t i = 0; i < plane.pixels.size(); ++i) {
      plane.pixels[i] =
          static_cast<float>(volume_.slope * volume_.stored(z * volume_.nx * volume_.ny + i) + volume_.intercept);
    }
    return std::vector<Image2>(channels.size(), plane);
  }
  Volume do_read_box(const Box3& box, std::size_t, std::size_t) const override {
    Volume out = make_volume(box.nx(), box.ny(), box.nz(), volume_.is_wide() ? 16 : 8);
    out.slope = volume_.slope;
    out.intercept = volume_.intercept;
    std::size_t to = 0;
    for (std::size_t z = box.z0; z < box.z1; ++z) {
      for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx()) {
        const auto from = static_cast<std::ptrdiff_t>(volume_.index(box.x0, y, z));
        const auto n = static_cast<std::ptrdiff_t>(box.nx());
        if (volume_.is_wide()) {
          std::copy_n(volume_.words.begin() + from, n, out.words.begin() + static_cast<std::ptrdiff_t>(to));
        } else {
          std::copy_n(volume_.bytes.begin() + from, n, out.bytes.begin() + static_cast<std::ptrdiff_t>(to));
        }
      }
    }
    return out;
  }

 private:
  Volume volume_;
};

}  // namespace

Volume make_volume(std::size_t nx, std::size_t ny, std::size_t nz, int bits) {
  Volume volume;
  volume.nx = nx;
  volume.ny = ny;
  volume.nz = nz;
  volume.box = {0, 0, 0, nx, ny, nz};
  if (bits > 8) {
    volume.words.assign(nx * ny * nz, 0);
  } else {
    volume.bytes.assign(nx * ny * nz, 0);
  }
  return volume;
}

const char* to_text(KnownFrom from) {
  switch (from) {
    case KnownFrom::kUnknown:
      return "unknown";
    case KnownFrom::kTag:
      return "tag";
    case KnownFrom::kGiven:
      return "given";
  }
  return "";
}

Known given_or(const std::optional<double>& given, const char* setting, const Known& tag) {
  if (!given) return tag;
  return {*given, KnownFrom::kGiven, std::string("setting ") + setting};
}

Known ImageInfo::pixel_um() const {
  constexpr double kSquare = 0.01;  // chosen: pixels are square within 1 %
  const Known& x = voxel_um[0];
  const Known& y = voxel_um[1];
  if (!x.known() || !y.known() || std::abs(x.value - y.value) > kSquare * std::max(x.value, y.value)) return {};
  return x;
}

std::size_t ImageSource::series_length() const { return info_.frames > 1 ? info_.frames : info_.depth; }

std::size_t ImageSource::volume_depth() const {
  return info_.depth == 1 && !info_.axis_known ? info_.frames : info_.depth;
}

Image2 ImageSource::read_frame(std::size_t i, std::size_t channel) const {
  VESICA_REQUIRE(i < series_length() && channel < info_.channels, "the frame and channel exist");
  const std::size_t wanted[] = {channel};
  return std::move(do_read_plane(info_.frames > 1 ? 0 : i, info_.frames > 1 ? i : 0, wanted).front());
}

std::vector<Image2> ImageSource::read_channels(std::size_t i) const {
  VESICA_REQUIRE(i < series_length(), "the frame exists");
  std::vector<std::size_t> wanted(info_.channels);
  std::iota(wanted.begin(), wanted.end(), std::size_t{0});
  return do_read_plane(info_.frames > 1 ? 0 : i, info_.frames > 1 ? i : 0, wanted);
}

Volume ImageSource::read_box(const Box3& box, std::size_t channel, std::size_t frame) const {
  const Box3 all = whole();
  VESICA_REQUIRE(
      box.x0 < box.x1 && box.x1 <= all.x1 && box.y0 < box.y1 && box.y1 <= all.y1 && box.z0 < box.z1 && box.z1 <= all.z1,
      "the box lies within the volume");
  VESICA_REQUIRE(channel < info_.channels && frame < info_.frames, "the channel and frame exist");
  Volume out = do_read_box(box, frame, channel);
  out.box = box;
  for (std::size_t axis = 0; axis < 3; ++axis) out.voxel_um[axis] = info_.voxel_um[axis].value;
  return out;
}

Volume ImageSource::do_read_box(const Box3& box, std::size_t t, std::size_t channel) const {
  const std::size_t wanted[] = {channel};
  const bool pages = info_.depth == 1 && !info_.axis_known;
  const auto plane_at = [&](std::size_t z) {
    return std::move(do_read_plane(pages ? 0 : z, pages ? z : t, wanted).front());
  };
  const bool counts = !info_.floating && info_.bits <= 16;
  Volume out = make_volume(box.nx(), box.ny(), box.nz(), info_.bits <= 8 ? 8 : 16);
  std::vector<Image2> planes;
  if (!counts) {
    for (std::size_t z = box.z0; z < box.z1; ++z) planes.push_back(plane_at(z));
    fit_scale(planes, box, out);
  }
  std::size_t to = 0;
  for (std::size_t z = box.z0; z < box.z1; ++z) {
    const Image2 plane = counts ? plane_at(z) : std::move(planes[z - box.z0]);
    for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx()) {
      const std::span<const float> row = plane.row(y).subspan(box.x0, box.nx());
      if (out.is_wide()) {
        copy_row(row, out, to, out.words);
      } else {
        std::transform(row.begin(), row.end(), out.bytes.begin() + static_cast<std::ptrdiff_t>(to),
                       [](float value) { return static_cast<std::uint8_t>(value); });
      }
    }
  }
  return out;
}

std::shared_ptr<const ImageSource> memory_images(ImageInfo info, std::vector<Image2> planes) {
  VESICA_REQUIRE(!planes.empty() && planes.size() == info.depth * info.frames * info.channels,
                 "one plane for each slice, moment and channel");
  info.width = planes.front().width;
  info.height = planes.front().height;
  for (const Image2& plane : planes)
    VESICA_REQUIRE(plane.width == info.width && plane.height == info.height, "planes of one size");
  return std::make_shared<MemoryImages>(std::move(info), std::move(planes));
}

std::shared_ptr<const ImageSource> memory_volume(ImageInfo info, Volume volume) {
  info.width = volume.nx;
  info.height = volume.ny;
  info.depth = volume.nz;
  info.frames = info.channels = 1;
  info.bits = volume.is_wide() ? 16 : 8;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!info.voxel_um[axis].known() && std::isfinite(volume.voxel_um[axis]))
      info.voxel_um[axis] = {volume.voxel_um[axis], KnownFrom::kTag, "memory"};
  }
  return std::make_shared<MemoryVolume>(std::move(info), std::move(volume));
}

}  // namespace vesica
