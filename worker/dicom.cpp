// SPDX-License-Identifier: Apache-2.0
// DICOM slices through GDCM: one file a slice, or one file with all of them.
#include <cmath>
#include <cstring>
#include <filesystem>

#include "worker/dicom_series.h"
#include <gdcmImageReader.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

SampleType type_of(const gdcm::PixelFormat& format, const std::string& path) {
  switch (format.GetScalarType()) {
    case gdcm::PixelFormat::UINT8:
      return SampleType::kU8;
    case gdcm::PixelFormat::INT8:
      return SampleType::kI8;
    case gdcm::PixelFormat::UINT12:
    case gdcm::PixelFormat::UINT16:
      return SampleType::kU16;
    case gdcm::PixelFormat::INT12:
    case gdcm::PixelFormat::INT16:
      return SampleType::kI16;
    case gdcm::PixelFormat::UINT32:
      return SampleType::kU32;
    case gdcm::PixelFormat::INT32:
      return SampleType::kI32;
    case gdcm::PixelFormat::FLOAT32:
      return SampleType::kF32;
    case gdcm::PixelFormat::FLOAT64:
      return SampleType::kF64;
    default:
      throw Error(
          ErrorKind::kUnsupported,
          say("The volume holds numbers of a kind that Vesica does not read: {}.", format.GetScalarTypeAsString()),
          {path, 0, 0, ""}, say("Save it with 8 or 16 bits a voxel."));
  }
}

class DicomDecoder : public VolumeDecoder {
 public:
  explicit DicomDecoder(const std::vector<std::string>& paths) {
    std::vector<DicomSlice> slices;
    for (const std::string& path : paths) slices.push_back(read_dicom_header(path));
    series_ = order_dicom(std::move(slices));
    const DicomSlice& first = series_.slices.front();
    check_plane_size(first.width, first.height, 1, 8, std::filesystem::file_size(first.path), first.path);
    const gdcm::Image& image = load(0);
    if (image.GetPixelFormat().GetSamplesPerPixel() != 1)
      throw Error(ErrorKind::kUnsupported, say("The DICOM image is in colour."), {first.path, 0, 0, ""},
                  say("Save it as PNG or TIFF."));
    type_ = type_of(image.GetPixelFormat(), first.path);
    std::size_t depth = series_.slices.size();
    if (first.frames > 1) {
      depth = first.frames;
      place_frames(image);
    }
    rescale_slope_ = first.slope;
    rescale_intercept_ = first.intercept;
    info_.notes = series_.notes;
    for (const auto& [name, value] : first.facts) info_.tags[name] = value;
    for (const DicomSlice& slice : series_.slices)
      info_.plane_names.push_back(std::filesystem::path(slice.path).filename().string());
    set_densities(first);
    arrange({first.width, first.height, depth}, type_, series_.axes, series_.voxel_um);
    find_scale();
  }

 protected:
  std::vector<std::byte> read_stored(const Box3& box) override {
    const std::size_t bytes = bytes_of(type_);
    std::vector<std::byte> out(box.voxels() * bytes);
    std::byte* to = out.data();
    const bool one_file = series_.slices.front().frames > 1;
    for (std::size_t z = box.z0; z < box.z1; ++z) {
      load(one_file ? 0 : z);
      const std::size_t plane = one_file ? z : 0;
      for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx() * bytes)
        std::memcpy(to, pixels_.data() + ((plane * size_[1] + y) * size_[0] + box.x0) * bytes, box.nx() * bytes);
    }
    return out;
  }

 private:
  /// Decodes file k unless it is the last one that was.
  const gdcm::Image& load(std::size_t k) {
    if (loaded_ == k) return reader_->GetImage();
    const DicomSlice& slice = series_.slices[k];
    reader_ = std::make_unique<gdcm::ImageReader>();
    reader_->SetFileName(slice.path.c_str());
    if (!reader_->Read()) throw_damaged(slice.path, "DICOM pixels");
    const gdcm::Image& image = reader_->GetImage();
    const std::uint64_t wanted =
        std::uint64_t{slice.width} * slice.height * slice.frames * image.GetPixelFormat().GetPixelSize();
    if (wanted / kMaxPackRatio > std::filesystem::file_size(slice.path) || image.GetBufferLength() != wanted)
      throw_damaged(slice.path, "DICOM pixels");
    const bool same = loaded_ == kNone || type_of(image.GetPixelFormat(), slice.path) == type_;
    pixels_.resize(wanted);
    if (!same || !image.GetBuffer(reinterpret_cast<char*>(pixels_.data()))) throw_damaged(slice.path, "DICOM pixels");
    loaded_ = k;
    return image;
  }
  /// A file of several frames states its geometry in other places, which GDCM knows.
  void place_frames(const gdcm::Image& image) {
    for (unsigned i = 0; i < 3; ++i) {
      const double mm = image.GetSpacing(i);
      const bool stated = mm > 0 && std::isfinite(mm) && (i < 2 || mm != 1);  // 1 stands for "not stated"
      if (stated) series_.voxel_um[i] = {mm * 1000, KnownFrom::kTag, "DICOM functional groups"};
    }
  }
  void set_densities(const DicomSlice& first) {
    const bool hounsfield = first.rescale_type == "HU" || (first.rescale_type.empty() && first.modality == "CT");
    if (hounsfield) info_.densities.push_back({"[hnsf'U]", 1, 0, "DICOM Rescale"});
    if (starts_with_ignoring_case(first.rescale_type, "mg"))
      info_.densities.push_back({"mg/cm3", 1, 0, "DICOM Rescale"});
    // Scanco: density = slope / scaling * stored + intercept (BoneJ's reader of these tags).
    if (first.scanco_slope && first.scanco_intercept && first.scanco_scaling && *first.scanco_scaling > 0) {
      const double slope = *first.scanco_slope / *first.scanco_scaling / first.slope;
      info_.densities.push_back(
          {"mg/cm3", slope, *first.scanco_intercept - slope * first.intercept, "Scanco (0029,1004)"});
    }
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  DicomSeries series_;
  std::unique_ptr<gdcm::ImageReader> reader_;
  std::size_t loaded_ = kNone;
  std::vector<std::byte> pixels_;
};

}  // namespace

std::unique_ptr<Decoder> open_dicom(const std::vector<std::string>& paths) {
  return std::make_unique<DicomDecoder>(paths);
}

}  // namespace vesica
