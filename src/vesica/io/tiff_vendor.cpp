// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/tiff_vendor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "vesica/base/error.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/image_text.h"

namespace vesica {

namespace {

constexpr double kMetreUm = 1e6;

void set(ImageInfo& info, double x_um, double y_um, const std::string& tag) {
  if (!std::isfinite(x_um) || !std::isfinite(y_um) || x_um <= 0 || y_um <= 0) return;
  info.voxel_um[0] = {x_um, KnownFrom::kTag, tag};
  info.voxel_um[1] = {y_um, KnownFrom::kTag, tag};
}

/// The value of `key` in the section of an INI text.
std::string_view ini_value(std::string_view text, std::string_view section, std::string_view key) {
  bool inside = false;
  for (const std::string_view line : split_lines(text)) {
    const std::string_view trimmed = trim(line);
    if (trimmed.starts_with('[')) inside = trimmed == section;
    const std::size_t equal = trimmed.find('=');
    if (inside && equal != std::string_view::npos && trim(trimmed.substr(0, equal)) == key)
      return trim(trimmed.substr(equal + 1));
  }
  return {};
}

void apply_fei(const TiffTags& tags, ImageInfo& info) {
  for (const std::uint32_t tag : {34682U, 34680U}) {
    const auto text = tags.texts.find(tag);
    if (text == tags.texts.end()) continue;
    const std::optional<double> x = parse_number(ini_value(text->second, "[Scan]", "PixelWidth"));
    const std::optional<double> y = parse_number(ini_value(text->second, "[Scan]", "PixelHeight"));
    if (x && y) set(info, *x * kMetreUm, *y * kMetreUm, "FEI [Scan] PixelWidth");
  }
}

void apply_zeiss(const TiffTags& tags, ImageInfo& info) {
  const auto text = tags.texts.find(34118);
  if (text == tags.texts.end()) return;
  for (const std::string_view line : split_lines(text->second)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos || trim(line.substr(0, equal)) != "Image Pixel Size") continue;
    const std::string_view value = trim(line.substr(equal + 1));
    const std::size_t blank = value.find(' ');
    if (blank == std::string_view::npos) continue;
    const std::optional<double> number = parse_number(value.substr(0, blank));
    const std::optional<double> um = micrometres_in(value.substr(blank + 1));
    if (number && um) set(info, *number * *um, *number * *um, "Zeiss Image Pixel Size");
  }
}

void apply_gatan(const TiffTags& tags, ImageInfo& info) {
  const auto x = tags.numbers.find(65009), y = tags.numbers.find(65010);
  const auto x_unit = tags.texts.find(65003), y_unit = tags.texts.find(65004);
  if (x == tags.numbers.end() || y == tags.numbers.end() || x_unit == tags.texts.end() || y_unit == tags.texts.end())
    return;
  const std::optional<double> x_um = micrometres_in(x_unit->second), y_um = micrometres_in(y_unit->second);
  if (x_um && y_um) set(info, x->second * *x_um, y->second * *y_um, "DigitalMicrograph scale");
}

template <typename T>
T number_at(const std::string& block, std::size_t at) {
  T value = {};
  std::memcpy(&value, block.data() + at, sizeof(T));
  return value;
}

/// The block begins with "SIS0"; 58 bytes on stands the count of its parts, each a kind (1: general), a count and an
/// offset. The general part holds a power of ten and the two calibrations after ten bytes. Little-endian, as every file
/// of that program.
void apply_sis(const TiffTags& tags, const ByteSource& bytes, ImageInfo& info) {
  constexpr std::size_t kHead = 60, kPart = 8, kGeneral = 28, kMostParts = 64;
  const auto at = tags.numbers.find(kTiffSisTag);
  if (at == tags.numbers.end()) return;
  const auto start = static_cast<std::uint64_t>(at->second);
  const std::string head = bytes.text_at(start, kHead);
  if (head.size() < kHead || !head.starts_with("SIS0")) return;
  const auto parts = static_cast<std::size_t>(std::max<std::int16_t>(number_at<std::int16_t>(head, kHead - 2), 0));
  for (std::size_t i = 0; i < std::min(parts, kMostParts); ++i) {
    const std::string part = bytes.text_at(start + kHead + i * kPart, kPart);
    if (part.size() < kPart || number_at<std::int16_t>(part, 0) != 1) continue;
    const std::string general = bytes.text_at(number_at<std::uint32_t>(part, 4), kGeneral);
    if (general.size() < kGeneral) continue;
    const double metres = std::pow(10.0, number_at<std::int16_t>(general, 10));
    set(info, number_at<double>(general, 12) * metres * kMetreUm, number_at<double>(general, 20) * metres * kMetreUm,
        "Olympus SIS calibration");
  }
}

/// The text of the first element of that name behind `from`.
std::string_view element_text(std::string_view xml, std::string_view name, std::size_t from = 0) {
  const std::string open = "<" + std::string(name) + ">";
  const std::size_t at = xml.find(open, from);
  if (at == std::string_view::npos) return {};
  const std::size_t end = xml.find('<', at + open.size());
  return end == std::string_view::npos ? std::string_view()
                                       : trim(xml.substr(at + open.size(), end - at - open.size()));
}

void apply_jeol(const TiffTags& tags, ImageInfo& info) {
  if (!has_camera_resolution(tags)) return;
  const std::size_t imaging = tags.description.find("<ImageFormingSystem>");
  if (imaging == std::string::npos || element_text(tags.description, "EosMode") != "eosTEM" ||
      element_text(tags.description, "ModeString", imaging) != "MAG")
    return;
  const std::optional<double> magnification = parse_number(element_text(tags.description, "SelectorValue", imaging));
  constexpr double kInchUm = 25400, kCentimetreUm = 10000;
  const double unit = tags.resolution_unit == 3 ? kCentimetreUm : kInchUm;
  if (!magnification || !(*magnification > 0)) return;
  set(info, unit / tags.x_resolution / *magnification, unit / tags.y_resolution / *magnification,
      "JEOL resolution / magnification");
}

}  // namespace

namespace {

/// Four bytes at `at` as a number, in the order of the magic word "IJIJ".
std::uint32_t four_bytes(std::string_view bytes, std::size_t at, bool big) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + (big ? i : 3 - i)]);
  return out;
}

/// "c:1/2 z:3/5 - name" → "name".
std::string without_position(std::string text) {
  const std::size_t dash = text.find(" - ");
  const bool position = text.size() > 2 && text[1] == ':' && std::string_view("czt").find(text[0]) != std::string::npos;
  return position && dash != std::string::npos ? text.substr(dash + 3) : text;
}

}  // namespace

std::vector<std::string> imagej_channel_names(const TiffTags& tags, std::size_t channels) {
  constexpr std::uint32_t kMagic = 0x494A494A, kLabels = 0x6C61626C;  // "IJIJ", "labl"
  constexpr std::size_t kWord = 4;
  const std::string_view bytes = tags.imagej_bytes;
  if (tags.imagej_sizes.empty() || bytes.size() < kWord) return {};
  const bool big = four_bytes(bytes, 0, true) == kMagic;
  if (!big && four_bytes(bytes, 0, false) != kMagic) return {};
  const std::size_t head = std::min<std::size_t>(tags.imagej_sizes[0], bytes.size());
  std::size_t piece = 1, at = head;
  std::vector<std::string> out;
  for (std::size_t entry = kWord; entry + 2 * kWord <= head; entry += 2 * kWord) {
    const bool wanted = four_bytes(bytes, entry, big) == kLabels;
    for (std::uint32_t k = 0; k < four_bytes(bytes, entry + kWord, big); ++k, ++piece) {
      if (piece >= tags.imagej_sizes.size() || tags.imagej_sizes[piece] > bytes.size() - at) return {};
      const std::string mark = big ? "\xFE\xFF" : "\xFF\xFE";
      if (wanted && out.size() < channels) {
        try {
          out.push_back(without_position(
              decode_text(mark + std::string(bytes.substr(at, tags.imagej_sizes[piece])), "ImageJ").utf8));
        } catch (const Error&) {
          return {};
        }
      }
      at += tags.imagej_sizes[piece];
    }
  }
  const std::set<std::string> different(out.begin(), out.end());
  return out.size() == channels && different.size() == channels && !different.contains("") ? out
                                                                                           : std::vector<std::string>();
}

bool has_camera_resolution(const TiffTags& tags) {
  constexpr std::size_t kHead = 1000;
  return std::string_view(tags.description).substr(0, kHead).find("<TemReporter") != std::string_view::npos;
}

void apply_tiff_vendor(const TiffTags& tags, const ByteSource& bytes, ImageInfo& info) {
  apply_fei(tags, info);
  if (!info.voxel_um[0].known()) apply_zeiss(tags, info);
  if (!info.voxel_um[0].known()) apply_gatan(tags, info);
  if (!info.voxel_um[0].known()) apply_sis(tags, bytes, info);
  if (!info.voxel_um[0].known()) apply_jeol(tags, info);
}

}  // namespace vesica
