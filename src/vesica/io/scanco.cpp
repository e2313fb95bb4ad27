// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/scanco.h"

#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/piece.h"
#include "vesica/io/scanco_parts.h"

namespace vesica {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::string_view kIsqMark = "CTDATA-HEADER_V1";

/// The block "Calibration" behind the header: four entries of 128 bytes name the blocks and their lengths.
std::optional<ScancoCalibration> calibration_of(std::string_view header) {
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
      ScancoCalibration out;
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

std::string text_at(std::string_view bytes, std::size_t at, std::size_t n) {
  const std::string_view text = bytes.substr(at, n);
  return decode_text(trim(text.substr(0, text.find('\0'))), "").utf8;
}

}  // namespace

std::int32_t int_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return static_cast<std::int32_t>(value);
}

std::int64_t long_at(std::string_view bytes, std::size_t at) {
  const auto low = static_cast<std::uint32_t>(int_at(bytes, at)),
             high = static_cast<std::uint32_t>(int_at(bytes, at + 4));
  return static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
}

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

void set_scanco_densities(double mu_scaling, const std::optional<ScancoCalibration>& calibration, ImageInfo& info) {
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
  if (offset < 0 || static_cast<std::size_t>(offset) > kMaxScancoHeader / kBlock) throw_damaged(file, "ISQ header");
  const std::uint64_t start = (std::uint64_t{static_cast<std::uint32_t>(offset)} + 1) * kBlock;
  ImageInfo info;
  const std::array<std::int64_t, 3> n = {int_at(head, 44), int_at(head, 48), int_at(head, 52)};
  const Piece piece = {.start = start, .type = SampleType::kI16};
  require_piece(n, piece, bytes->size(), file, info);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int32_t um = int_at(head, 56 + 4 * axis);
    if (um > 0)
      info.voxel_um[axis] = {static_cast<double>(um) / static_cast<double>(n[axis]), KnownFrom::kTag,
                             "Scanco dim_um / dim_px"};
  }
  set_scanco_densities(int_at(head, 88), calibration_of(bytes->text_at(0, static_cast<std::size_t>(start))), info);
  info.tags["Patient Name"] = text_at(head, 128, 40);
  info.tags["Source Voltage (kV)"] = exact_number(int_at(head, 168) / 1000.0);
  info.tags["Source Current (uA)"] = std::to_string(int_at(head, 172));
  return open_piece(std::move(info), std::move(bytes), piece, file);
}

}  // namespace vesica
