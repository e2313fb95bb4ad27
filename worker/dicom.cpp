// SPDX-License-Identifier: Apache-2.0
// DICOM slices through GDCM: one file a slice, or one file with all of them.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>

#include "worker/dicom_colour.h"
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
    for (const std::string& path : paths) {
      for (DicomSlice& slice : read_dicom_slices(path)) slices.push_back(std::move(slice));
      check_count(slices.size(), path);
    }
    series_ = order_dicom(std::move(slices));
    for (const DicomSlice& slice : series_.slices) {
      ++frames_of_[slice.path];
      info_.plane_names.push_back(std::filesystem::path(slice.path).filename().string());
    }
    if (frames_of_.size() == 1) info_.plane_names.clear();
    const DicomSlice& first = series_.slices.front();
    check_plane_size(first.width, first.height, 1, 8, std::filesystem::file_size(first.path), first.path);
    load(0);
    rescale_slope_ = first.slope;
    rescale_intercept_ = first.intercept;
    info_.notes = series_.notes;
    for (const auto& [name, value] : first.facts) info_.tags[name] = value;
    const std::array<std::size_t, 3> size = {first.width, first.height, series_.slices.size()};
    if (samples_ == 1) {
      set_densities(first);
      arrange(size, type_, series_.axes, series_.voxel_um);
      find_scale();
    } else {
      size_ = size;
      set_colour();
    }
  }

  DecodedPart read(const Box3& box, std::size_t frame) override {
    if (samples_ == 1) return VolumeDecoder::read(box, frame);
    DecodedPart out;
    out.bytes = read_stored(box);
    return out;
  }

 protected:
  std::vector<std::byte> read_stored(const Box3& box) override {
    const std::size_t bytes = bytes_of(type_) * samples_;
    std::vector<std::byte> out(box.voxels() * bytes);
    std::byte* to = out.data();
    for (std::size_t z = box.z0; z < box.z1; ++z) {
      load(z);
      const std::size_t plane = series_.slices[z].frame;
      for (std::size_t y = box.y0; y < box.y1; ++y, to += box.nx() * bytes)
        std::memcpy(to, pixels_.data() + ((plane * size_[1] + y) * size_[0] + box.x0) * bytes, box.nx() * bytes);
    }
    return out;
  }

 private:
  static void check_count(std::size_t slices, const std::string& path) {
    if (slices > kMaxPlanes)
      throw Error(ErrorKind::kData, say("The file declares more than {} pages.", kMaxPlanes), {path, 0, 0, ""},
                  say("Split it into several files."));
  }

  /// Decodes the file of slice z unless it is the last one that was.
  void load(std::size_t z) {
    const DicomSlice& slice = series_.slices[z];
    if (loaded_ == slice.path) return;
    gdcm::ImageReader reader;
    reader.SetFileName(slice.path.c_str());
    if (!reader.Read()) throw_unread_dicom(slice.path, slice.transfer_syntax, "DICOM pixels");
    const gdcm::Image& image = reader.GetImage();
    const std::uint64_t wanted = std::uint64_t{slice.width} * slice.height * frames_of_[slice.path];
    if (wanted * image.GetPixelFormat().GetPixelSize() / kMaxPackRatio > std::filesystem::file_size(slice.path))
      throw_damaged(slice.path, "DICOM pixels");
    const bool palette = image.GetPhotometricInterpretation() == gdcm::PhotometricInterpretation::PALETTE_COLOR;
    const SampleType stored = type_of(image.GetPixelFormat(), slice.path);
    const std::size_t samples = image.GetPixelFormat().GetSamplesPerPixel();
    if (samples != 1) require_rgb(image, slice.path);
    if (palette && bits_of(stored) > 16) throw_damaged(slice.path, "DICOM palette");
    std::vector<std::byte> pixels(wanted * samples * bytes_of(stored));
    if (image.GetBufferLength() != pixels.size() || !image.GetBuffer(reinterpret_cast<char*>(pixels.data())))
      throw_damaged(slice.path, "DICOM pixels");
    if (palette) pixels = palette_to_rgb(reader.GetFile().GetDataSet(), pixels, bytes_of(stored), slice.path);
    if (samples == 3 && image.GetPlanarConfiguration() == 1) pixels = interleave(pixels, slice.width * slice.height);
    const SampleType type = palette ? SampleType::kU8 : stored;
    const std::size_t given = palette ? 3 : samples;
    if (!loaded_.empty() && (type != type_ || given != samples_)) throw_damaged(slice.path, "DICOM pixels");
    type_ = type;
    samples_ = given;
    pixels_ = std::move(pixels);
    loaded_ = slice.path;
  }
  /// Red, green and blue of 8 bits; other kinds of colour would need a conversion that loses.
  static void require_rgb(const gdcm::Image& image, const std::string& path) {
    const gdcm::PhotometricInterpretation kind = image.GetPhotometricInterpretation();
    const bool rgb = kind == gdcm::PhotometricInterpretation::RGB && image.GetPixelFormat().GetSamplesPerPixel() == 3;
    if (rgb && image.GetPixelFormat().GetScalarType() == gdcm::PixelFormat::UINT8) return;
    throw Error(ErrorKind::kUnsupported,
                say("The DICOM image is in colour of a kind that Vesica does not read ({0}, {1} bits).",
                    gdcm::PhotometricInterpretation::GetPIString(kind), image.GetPixelFormat().GetBitsAllocated()),
                {path, 0, 0, ""}, colour_conversion());
  }
  void set_colour() {
    info_.width = size_[0];
    info_.height = size_[1];
    info_.depth = size_[2];
    info_.voxel_um = series_.voxel_um;
    info_.colour = true;
    info_.channels = 3;
    info_.channel_names = {"red", "green", "blue"};
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

  DicomSeries series_;
  std::map<std::string, std::size_t> frames_of_;  ///< slices of each file
  std::string loaded_;                            ///< the file in `pixels_`
  std::size_t samples_ = 1;                       ///< of a pixel
  std::vector<std::byte> pixels_;
};

}  // namespace

std::unique_ptr<Decoder> open_dicom(const std::vector<std::string>& paths) {
  return std::make_unique<DicomDecoder>(paths);
}

}  // namespace vesica
