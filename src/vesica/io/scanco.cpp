// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/scanco.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/raster.h"

namespace vesica {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxHeaderBytes = std::size_t{16} << 20;  // chosen: extended headers have some 10 KB
constexpr std::string_view kIsqMark = "CTDATA-HEADER_V1";
constexpr std::string_view kAim3Mark = "AIMDATA_V030   "sv;

std::int32_t int_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return static_cast<std::int32_t>(value);
}

/// VAX numbers: 16-bit words, the most significant first, each little-endian; exponent of 8 bits around 128, mantissa
/// 0.1m. F has 32 bits, D has 64.
double vax_at(std::string_view bytes, std::size_t at, std::size_t words) {
  std::uint64_t value = 0;
  for (std::size_t w = 0; w < words; ++w)
    value = value << 16 | static_cast<unsigned char>(bytes[at + 2 * w]) |
            std::uint64_t{static_cast<unsigned char>(bytes[at + 2 * w + 1])} << 8;
  const int mantissa_bits = static_cast<int>(16 * words) - 9;
  const auto exponent = static_cast<int>(value >> mantissa_bits & 0xFF);
  if (exponent == 0) return 0;
  const std::uint64_t mantissa = (value & ((std::uint64_t{1} << mantissa_bits) - 1)) | std::uint64_t{1}
                                                                                           << mantissa_bits;
  const double size = std::ldexp(static_cast<double>(mantissa), exponent - 128 - mantissa_bits - 1);
  return (value >> (16 * words - 1) & 1) != 0 ? -size : size;
}

/// Voxels in one piece from a fixed offset.
class PieceSource : public RasterSource {
 public:
  PieceSource(ImageInfo info, std::shared_ptr<const ByteSource> bytes, std::uint64_t start, SampleType type,
              std::string file)
      : RasterSource(std::move(info)), bytes_(std::move(bytes)), start_(start), type_(type), file_(std::move(file)) {}

  RawPlane read_raw(std::size_t z, std::size_t, std::size_t, const Box3& part) const override {
    RawPlane out = make_raw(part.nx(), part.ny(), 1, type_);
    const std::size_t size = bytes_of(type_), row = part.nx() * size;
    for (std::size_t y = part.y0; y < part.y1; ++y) {
      const std::uint64_t voxel = (std::uint64_t{z} * info_.height + y) * info_.width + part.x0;
      const std::span<std::byte> to(out.bytes.data() + (y - part.y0) * row, row);
      if (bytes_->read_at(start_ + voxel * size, to) != row) throw_damaged(file_, "voxels are missing");
    }
    if (size == 2 && std::endian::native == std::endian::big) {
      for (std::size_t i = 0; i + 1 < out.bytes.size(); i += 2) std::swap(out.bytes[i], out.bytes[i + 1]);
    }
    return out;
  }

 private:
  std::shared_ptr<const ByteSource> bytes_;
  std::uint64_t start_;
  SampleType type_;
  std::string file_;
};

/// Sizes of the header, checked; the file must hold all voxels.
void set_size(const std::int32_t (&n)[3], std::uint64_t start, SampleType type, std::uint64_t file_bytes,
              const std::string& file, ImageInfo& info) {
  const bool sane = n[0] > 0 && n[1] > 0 && n[2] > 0 && static_cast<std::uint64_t>(n[2]) <= kMaxPlanes;
  if (!sane)
    throw Error(ErrorKind::kData, say("The header declares {0} x {1} x {2} voxels.", n[0], n[1], n[2]),
                {file, 0, 0, ""}, say("Copy the file again, in binary mode."));
  info.width = static_cast<std::size_t>(n[0]);
  info.height = static_cast<std::size_t>(n[1]);
  info.depth = static_cast<std::size_t>(n[2]);
  info.bits = bits_of(type);
  check_plane_size(info.width, info.height, 1, static_cast<std::uint64_t>(info.bits), file_bytes, file);
  const std::uint64_t plane = std::uint64_t{info.width} * info.height * bytes_of(type);
  if (start > file_bytes || (file_bytes - start) / plane < info.depth)
    throw Error(ErrorKind::kData,
                say("The header declares {0} slices, the file ends after {1}.", info.depth,
                    start > file_bytes ? 0 : (file_bytes - start) / plane),
                {file, 0, 0, ""}, say("The file is cut off; copy it again."));
}

struct IsqCalibration {
  double slope = 0, intercept = 0;
  std::string unit;
};

/// The block "Calibration" behind the header: four entries of 128 bytes name the blocks and their lengths.
std::optional<IsqCalibration> calibration_of(std::string_view header) {
  if (header.size() < 4 * kBlock) return std::nullopt;
  std::size_t at = kBlock, skip = 1;
  if (header.substr(at + 8, 16) == "MultiHeader     ") {
    at += kBlock;
    ++skip;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t entry = at + i * 128;
    const std::int32_t blocks = int_at(header, entry + 24);
    if (blocks < 0 || (1 + skip + static_cast<std::size_t>(blocks)) * kBlock > header.size()) return std::nullopt;
    if (header.substr(entry + 8, 16) == "Calibration     " && blocks >= 2) {
      const std::string_view block = header.substr((1 + skip) * kBlock, static_cast<std::size_t>(blocks) * kBlock);
      IsqCalibration out;
      out.unit = std::string(trim(block.substr(648, 16).substr(0, block.substr(648, 16).find('\0'))));
      out.slope = vax_at(block, 664, 4);
      out.intercept = vax_at(block, 672, 4);
      if (std::isfinite(out.slope) && out.slope > 0 && std::isfinite(out.intercept)) return out;
      return std::nullopt;
    }
    skip += static_cast<std::size_t>(blocks);
  }
  return std::nullopt;
}

void set_densities(double mu_scaling, const std::optional<IsqCalibration>& calibration, ImageInfo& info) {
  if (!(mu_scaling > 1)) {  // 1 stands in files that programs made up
    info.notes.push_back({"image.no_attenuation_scale",
                          say("The header's scale of attenuation is {}: no scanner wrote it.", mu_scaling),
                          say("Give a density calibration (rods) for BMD; lengths and volumes need none.")});
    return;
  }
  info.densities.push_back({"1/cm", 1 / mu_scaling, 0, "Scanco mu_scaling"});
  if (calibration && lower_ascii(calibration->unit).starts_with("mg ha"))
    info.densities.push_back({"mg/cm3", calibration->slope / mu_scaling, calibration->intercept,
                              "Scanco calibration, " + calibration->unit});
}

std::string text_at(std::string_view bytes, std::size_t at, std::size_t n) {
  const std::string_view text = bytes.substr(at, n);
  return decode_text(trim(text.substr(0, text.find('\0'))), "").utf8;
}

/// "Key   value" lines of an AIM's processing log.
std::string_view log_value(std::string_view log, std::string_view key) {
  for (const std::string_view line : split_lines(log)) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with("  ")) return trim(line.substr(key.size()));
  }
  return {};
}

}  // namespace

std::string_view scanco_format(std::string_view head) {
  if (head.starts_with(kIsqMark)) return "isq";
  if (head.starts_with(kAim3Mark)) return "aim";
  // Lengths of the blocks of version 2: 20 (this one), 140 (the image's), the log's.
  if (head.size() >= 64 && int_at(head, 0) == 20 && int_at(head, 4) == 140 && int_at(head, 8) >= 0) return "aim";
  return "";
}

std::shared_ptr<const ImageSource> open_isq(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  const std::string head = bytes->text_at(0, kBlock);
  if (head.size() < kBlock || !head.starts_with(kIsqMark)) throw_damaged(file, "ISQ header");
  constexpr std::int32_t kReconstruction = 3;
  if (int_at(head, 16) != kReconstruction)
    throw Error(ErrorKind::kUnsupported,
                say("This Scanco file holds data of type {}, not a reconstruction (3).", int_at(head, 16)),
                {file, 0, 0, ""}, say("Use the .ISQ file of the reconstruction."));
  const std::int32_t offset = int_at(head, 508);
  if (offset < 0 || static_cast<std::size_t>(offset) > kMaxHeaderBytes / kBlock) throw_damaged(file, "ISQ header");
  const std::uint64_t start = (std::uint64_t{static_cast<std::uint32_t>(offset)} + 1) * kBlock;
  ImageInfo info;
  const std::int32_t n[3] = {int_at(head, 44), int_at(head, 48), int_at(head, 52)};
  set_size(n, start, SampleType::kI16, bytes->size(), file, info);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int32_t um = int_at(head, 56 + 4 * axis);
    if (um > 0) info.voxel_um[axis] = {static_cast<double>(um) / n[axis], KnownFrom::kTag, "Scanco dim_um / dim_px"};
  }
  set_densities(int_at(head, 88), calibration_of(bytes->text_at(0, static_cast<std::size_t>(start))), info);
  info.tags["Patient Name"] = text_at(head, 128, 40);
  info.tags["Source Voltage (kV)"] = exact_number(int_at(head, 168) / 1000.0);
  info.tags["Source Current (uA)"] = std::to_string(int_at(head, 172));
  return std::make_shared<PieceSource>(std::move(info), std::move(bytes), start, SampleType::kI16, file);
}

std::shared_ptr<const ImageSource> open_aim(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  constexpr std::size_t kFixed = 160;
  const std::string head = bytes->text_at(0, kFixed);
  const std::string conversion =
      say("Export it as ISQ or DICOM from the scanner's program, or convert it in Fiji (KHKs_Scanco_AIM_Reader).");
  if (head.starts_with(kAim3Mark))
    throw Error(ErrorKind::kUnsupported, say("Vesica does not read AIM files of version 3."), {file, 0, 0, ""},
                conversion);
  if (head.size() < kFixed || scanco_format(head) != "aim") throw_damaged(file, "AIM header");
  const std::int32_t type = int_at(head, 40);
  constexpr std::int32_t kChars = 0x00010001, kShorts = 0x00020002;
  if (type != kChars && type != kShorts)
    throw Error(ErrorKind::kUnsupported, say("The AIM file is packed or of a rare kind ({}).", type), {file, 0, 0, ""},
                conversion);
  const SampleType sample = type == kChars ? SampleType::kI8 : SampleType::kI16;
  const auto log_bytes = static_cast<std::size_t>(int_at(head, 8));
  if (log_bytes > kMaxHeaderBytes) throw_damaged(file, "AIM header");
  const std::uint64_t start = std::uint64_t{kFixed} + log_bytes;
  ImageInfo info;
  const std::int32_t n[3] = {int_at(head, 56), int_at(head, 60), int_at(head, 64)};
  set_size(n, start, sample, bytes->size(), file, info);
  constexpr double kMillimetreUm = 1000;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double mm = vax_at(head, 128 + 4 * axis, 2);
    if (mm > 0 && std::isfinite(mm)) info.voxel_um[axis] = {mm * kMillimetreUm, KnownFrom::kTag, "Scanco el_size_mm"};
  }
  const std::string log = bytes->text_at(kFixed, log_bytes);
  IsqCalibration calibration;
  calibration.unit = std::string(log_value(log, "Density: unit"));
  calibration.slope = parse_number(log_value(log, "Density: slope")).value_or(0);
  calibration.intercept = parse_number(log_value(log, "Density: intercept")).value_or(0);
  set_densities(parse_number(log_value(log, "Mu_Scaling")).value_or(0),
                calibration.slope > 0 ? std::optional(calibration) : std::nullopt, info);
  return std::make_shared<PieceSource>(std::move(info), std::move(bytes), start, sample, file);
}

}  // namespace vesica
