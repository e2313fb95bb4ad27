// SPDX-License-Identifier: Apache-2.0
// NIfTI, read by its header (nifti1.h, nifti2.h of the NIfTI Data Format Working Group) through zlib.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "worker/decoder.h"
#include <zlib.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"

namespace vesica {

namespace {

constexpr std::size_t kHeader1 = 348, kHeader2 = 540;

/// The header's numbers, of version 1 or 2, in either byte order.
struct Header {
  std::string bytes;
  bool second = false, swapped = false;

  template <typename T>
  T at(std::size_t offset) const {
    char raw[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) raw[swapped ? sizeof(T) - 1 - i : i] = bytes[offset + i];
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
  }
  double real(std::size_t in_first, std::size_t in_second, std::size_t i) const {
    return second ? at<double>(in_second + 8 * i) : static_cast<double>(at<float>(in_first + 4 * i));
  }
  int code(std::size_t in_first, std::size_t in_second) const {
    return second ? at<std::int32_t>(in_second) : at<std::int16_t>(in_first);
  }
};

Header read_header(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");  // reads plain files too
  Header header;
  header.bytes.resize(kHeader2);
  const int got = file == nullptr ? 0 : gzread(file, header.bytes.data(), static_cast<unsigned>(kHeader2));
  if (file != nullptr) gzclose(file);
  if (got < static_cast<int>(kHeader1)) throw_damaged(path, "NIfTI header");
  const auto length = header.at<std::int32_t>(0);
  header.swapped = length != kHeader1 && length != kHeader2;
  const auto turned = header.at<std::int32_t>(0);
  header.second = turned == kHeader2;
  if ((turned != kHeader1 && turned != kHeader2) || (header.second && got < static_cast<int>(kHeader2)))
    throw_damaged(path, "NIfTI header");
  return header;
}

/// Columns of the rotation of the quaternion (nifti1.h, "METHOD 2"), in RAS.
std::array<std::array<double, 3>, 3> quaternion_axes(const Header& header) {
  const double b = header.real(256, 352, 0), c = header.real(256, 352, 1), d = header.real(256, 352, 2);
  const double rest = 1 - (b * b + c * c + d * d);
  const double a = rest > 0 ? std::sqrt(rest) : 0;
  const double qfac = header.real(76, 104, 0) < 0 ? -1 : 1;
  return {{{a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)},
           {2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)},
           {qfac * 2 * (b * d + a * c), qfac * 2 * (c * d - a * b), qfac * (a * a + d * d - b * b - c * c)}}};
}

/// Micrometres a unit by xyzt_units: 1 metre, 2 millimetre, 3 micrometre; 0 says nothing.
std::optional<double> unit_um(const Header& header) {
  const int code = (header.second ? header.at<std::int32_t>(500) : header.bytes[123]) & 7;
  if (code == 1) return 1e6;
  if (code == 2) return 1e3;
  return code == 3 ? std::optional(1.0) : std::nullopt;
}

SampleType type_of(int code, const std::string& path) {
  switch (code) {
    case 2:
      return SampleType::kU8;
    case 256:
      return SampleType::kI8;
    case 4:
      return SampleType::kI16;
    case 512:
      return SampleType::kU16;
    case 8:
      return SampleType::kI32;
    case 768:
      return SampleType::kU32;
    case 16:
      return SampleType::kF32;
    case 64:
      return SampleType::kF64;
    default:
      throw Error(ErrorKind::kUnsupported,
                  say("The volume holds numbers of a kind that Vesica does not read: {}.", code), {path, 0, 0, ""},
                  say("Save it with 8 or 16 bits a voxel."));
  }
}

std::size_t count_of(const Header& header, std::size_t k, const std::string& path) {
  const std::int64_t n = header.second ? header.at<std::int64_t>(16 + 8 * k) : header.at<std::int16_t>(40 + 2 * k);
  if (n < 0 || n > (std::int64_t{1} << 24)) throw_damaged(path, "NIfTI header");
  return static_cast<std::size_t>(n);
}

class NiftiDecoder : public VolumeDecoder {
 public:
  explicit NiftiDecoder(const std::string& path) : path_(path), header_(read_header(path)) {
    const std::size_t dimensions = count_of(header_, 0, path);
    if (dimensions < 1 || dimensions > 7) throw_damaged(path, "NIfTI header");
    std::array<std::size_t, 3> size = {1, 1, 1};
    for (std::size_t k = 0; k < dimensions; ++k) {
      const std::size_t n = std::max<std::size_t>(count_of(header_, k + 1, path), 1);
      if (k < 3) size[k] = n;
      if (k >= 3 && n > 1)
        throw Error(ErrorKind::kUnsupported, say("The file holds {} volumes.", n), {path, 0, 0, ""},
                    say("Save each volume as a file of its own."));
    }
    // The type has 16 bits in both versions; the codes of transforms have 32 in the second.
    const SampleType type = type_of(header_.at<std::int16_t>(header_.second ? 12 : 70), path);
    find_data();
    check_sizes(size, type);
    const double slope = header_.real(112, 176, 0), shift = header_.real(116, 184, 0);
    if (slope != 0 && std::isfinite(slope) && std::isfinite(shift)) {
      rescale_slope_ = slope;
      rescale_intercept_ = shift;
    }
    std::array<Known, 3> voxel;
    const Axes axes = place(voxel);
    arrange(size, type, axes, voxel);
    note_unit_voxel();
    find_scale();
  }

 protected:
  std::vector<std::byte> read_stored(const Box3& box) override {
    const std::size_t bytes = bytes_of(type_), plane_bytes = size_[0] * size_[1] * bytes;
    std::vector<std::byte> out(box.voxels() * bytes), plane(plane_bytes);
    std::byte* to = out.data();
    for (std::size_t z = box.z0; z < box.z1; ++z) {
      const auto at = static_cast<z_off_t>(start_ + z * plane_bytes);
      if (gzseek(file_.get(), at, SEEK_SET) != at) throw_damaged(path_, "voxels are missing");
      if (gzfread(plane.data(), 1, plane_bytes, file_.get()) != plane_bytes) throw_damaged(path_, "voxels are missing");
      for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx() * bytes)
        std::memcpy(to, plane.data() + (y * size_[0] + box.x0) * bytes, box.nx() * bytes);
    }
    if (header_.swapped && bytes > 1) {
      for (std::size_t i = 0; i < out.size(); i += bytes) std::reverse(&out[i], &out[i] + bytes);
    }
    return out;
  }

 private:
  /// One file holds all ("n+1"); of two, the .img holds the voxels.
  void find_data() {
    const bool one = header_.bytes.substr(header_.second ? 4 : 344, 2) == "n+";
    const double offset = header_.second ? static_cast<double>(header_.at<std::int64_t>(168)) : header_.at<float>(108);
    if (!(offset >= 0 && offset <= 1e9)) throw_damaged(path_, "NIfTI header");
    start_ = static_cast<std::size_t>(offset);
    data_ = path_;
    if (!one) {
      const std::size_t at = path_.rfind(".hdr");
      if (at == std::string::npos) throw_damaged(path_, "NIfTI header without its voxels");
      data_.replace(at, 4, ".img");
    } else if (start_ < (header_.second ? kHeader2 : kHeader1)) {
      start_ = header_.second ? kHeader2 + 4 : kHeader1 + 4;
    }
    file_.reset(gzopen(data_.c_str(), "rb"));
    if (file_ == nullptr) throw_damaged(data_, "voxels are missing");
  }
  void check_sizes(const std::array<std::size_t, 3>& size, SampleType type) const {
    std::error_code error;
    const std::uint64_t file = std::filesystem::file_size(data_, error);
    const auto bits = static_cast<std::uint64_t>(bits_of(type));
    check_plane_size(size[0], size[1], 1, bits, file, path_);
    const std::uint64_t plane = std::uint64_t{size[0]} * size[1] * bits / 8;
    if (size[2] > kMaxPlanes || size[2] > file * kMaxPackRatio / plane + 1)
      throw Error(ErrorKind::kData,
                  say("The header declares {0} x {1} x {2} voxels, more than a file of {3} bytes can hold.", size[0],
                      size[1], size[2], file),
                  {path_, 0, 0, ""}, say("The file is cut off or damaged; copy or export it again."));
  }
  Axes place(std::array<Known, 3>& voxel) {
    const std::optional<double> unit = unit_um(header_);
    if (!unit)
      info_.notes.push_back({"image.unit_assumed",
                             say("The NIfTI file names no unit of length; millimetres are assumed."),
                             say("Give \"voxel_um\" when that is wrong.")});
    const int sform = header_.code(254, 348), qform = header_.code(252, 344);
    std::array<double, 3> length = {};
    for (std::size_t k = 0; k < 3; ++k) length[k] = std::abs(header_.real(76, 104, k + 1));
    Axes axes;
    axes.known = sform > 0 || qform > 0;
    if (sform > 0) {
      for (std::size_t k = 0; k < 3; ++k) {
        double square = 0;
        for (std::size_t i = 0; i < 3; ++i) {
          axes.direction[k][i] = header_.real(280 + 16 * i, 400 + 32 * i, k);
          square += axes.direction[k][i] * axes.direction[k][i];
        }
        length[k] = std::sqrt(square);
        for (double& part : axes.direction[k]) part /= length[k] > 0 ? length[k] : 1;
      }
    } else if (qform > 0) {
      axes.direction = quaternion_axes(header_);
    }
    if (axes.known) {
      for (auto& direction : axes.direction) {  // RAS to LPS
        direction[0] = -direction[0];
        direction[1] = -direction[1];
      }
    }
    for (std::size_t k = 0; k < 3; ++k) {
      if (length[k] > 0 && std::isfinite(length[k]))
        voxel[k] = {length[k] * unit.value_or(1000), KnownFrom::kTag, sform > 0 ? "NIfTI sform" : "NIfTI pixdim"};
    }
    return axes;
  }

  std::string path_, data_;
  Header header_;
  std::size_t start_ = 0;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_{nullptr, gzclose};
};

}  // namespace

std::unique_ptr<Decoder> open_nifti(const std::string& path) { return std::make_unique<NiftiDecoder>(path); }

}  // namespace vesica
