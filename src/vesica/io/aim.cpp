// SPDX-License-Identifier: Apache-2.0
// Scanco AIM of versions 2 and 3, plain and packed.
#include <algorithm>
#include <cmath>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/aim_packed.h"
#include "vesica/io/piece.h"
#include "vesica/io/scanco.h"
#include "vesica/io/scanco_parts.h"

namespace vesica {

namespace {

constexpr std::size_t kFixed2 = 160, kFixed3 = 280;  // the head up to the log

/// What both versions say in front of the log.
struct AimHead {
  std::int32_t type = 0;
  std::array<std::int64_t, 3> size = {}, border = {};
  std::array<double, 3> um = {};
  std::uint64_t log_bytes = 0, log_start = 0;
  bool wide = false;  ///< version 3: 64 bits
};

AimHead read_head(const std::string& head, const std::string& file) {
  AimHead out;
  out.wide = head.starts_with(kAim3Mark);
  if (head.size() < (out.wide ? kFixed3 : kFixed2) || scanco_format(head) != "aim") throw_damaged(file, "AIM header");
  constexpr double kMillimetreUm = 1000, kNanometreUm = 1e-3;
  constexpr std::int64_t kLists = 40, kStruct = 224;
  if (out.wide && (long_at(head, 16) != kLists || long_at(head, 24) != kStruct)) throw_damaged(file, "AIM header");
  out.type = int_at(head, out.wide ? 68 : 40);
  for (std::size_t i = 0; i < 3; ++i) {
    out.size[i] = out.wide ? long_at(head, 96 + 8 * i) : int_at(head, 56 + 4 * i);
    out.border[i] = out.wide ? long_at(head, 120 + 8 * i) : int_at(head, 68 + 4 * i);
    out.um[i] = out.wide ? static_cast<double>(long_at(head, 240 + 8 * i)) * kNanometreUm
                         : vax_at(head, 128 + 4 * i, 2) * kMillimetreUm;
  }
  const std::int64_t log_bytes = out.wide ? long_at(head, 32) : int_at(head, 8);
  if (log_bytes < 0 || log_bytes > static_cast<std::int64_t>(kMaxScancoHeader)) throw_damaged(file, "AIM header");
  out.log_bytes = static_cast<std::uint64_t>(log_bytes);
  out.log_start = out.wide ? kFixed3 : kFixed2;
  return out;
}

/// "Key   value" lines of the processing log.
std::string_view log_value(std::string_view log, std::string_view key) {
  for (const std::string_view line : split_lines(log)) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with("  ")) return trim(line.substr(key.size()));
  }
  return {};
}

void read_log(const std::string& log, ImageInfo& info) {
  ScancoCalibration calibration;
  calibration.unit = std::string(log_value(log, "Density: unit"));
  calibration.slope = parse_number(log_value(log, "Density: slope")).value_or(0);
  calibration.intercept = parse_number(log_value(log, "Density: intercept")).value_or(0);
  set_scanco_densities(parse_number(log_value(log, "Mu_Scaling")).value_or(0),
                       calibration.slope > 0 ? std::optional(calibration) : std::nullopt, info);
}

std::optional<SampleType> plain_type(std::int32_t type) {
  switch (type) {
    case 0x00010001:
      return SampleType::kI8;
    case 0x00160001:
      return SampleType::kU8;
    case 0x00020002:
      return SampleType::kI16;
    case 0x00170002:
      return SampleType::kU16;
    case 0x00030004:
      return SampleType::kI32;
    case 0x001a0004:
      return SampleType::kF32;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::shared_ptr<const ImageSource> open_aim(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  const AimHead head = read_head(bytes->text_at(0, kFixed3), file);
  const std::optional<SampleType> plain = plain_type(head.type);
  const std::optional<AimPacking> packing = aim_packing(head.type);
  if (!plain && !packing)
    throw Error(ErrorKind::kUnsupported, say("The AIM file is of a rare kind ({}).", head.type), {file, 0, 0, ""},
                say("Export it as ISQ or DICOM from the scanner's program, or convert it in Fiji "
                    "(KHKs_Scanco_AIM_Reader)."));
  Piece piece;
  piece.start = head.log_start + head.log_bytes;
  piece.type = plain.value_or(SampleType::kI8);
  ImageInfo info;
  if (plain) {
    require_piece(head.size, piece, bytes->size(), file, info);
  } else {
    set_piece_size(head.size, piece, 1, bytes->size(), file, info);
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (head.um[axis] > 0 && std::isfinite(head.um[axis]))
      info.voxel_um[axis] = {head.um[axis], KnownFrom::kTag, "Scanco el_size"};
  }
  read_log(bytes->text_at(head.log_start, head.log_bytes), info);
  if (plain) return open_piece(std::move(info), std::move(bytes), piece, file);
  return open_packed_aim(std::move(info), std::move(bytes), {*packing, piece.start, head.wide, head.border}, file);
}

}  // namespace vesica
