// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/dm.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/dm_tags.h"
#include "vesica/io/image_text.h"
#include "vesica/io/piece.h"

namespace vesica {

namespace {

constexpr std::size_t kMostImages = 1000, kMostAxes = 8;  // chosen

std::string conversion() {
  return say("In DigitalMicrograph, show it as an image and save that: File > Save Display As > TIFF.");
}

[[noreturn]] void refuse(const std::string& what, const std::string& file) {
  throw Error(ErrorKind::kUnsupported, what, {file, 0, 0, ""}, conversion());
}

/// ImageData.DataType; colour has four samples a pixel: blue, green, red, nothing.
Piece piece_of(double stated, const std::string& file) {
  constexpr double kMost = 1000;
  const int type = stated >= 0 && stated < kMost ? static_cast<int>(stated) : 0;
  switch (type) {
    case 1:
      return {.type = SampleType::kI16};
    case 2:
      return {.type = SampleType::kF32};
    case 6:
    case 14:  // binary
      return {.type = SampleType::kU8};
    case 7:
      return {.type = SampleType::kI32};
    case 8:
    case 23:
      return {.type = SampleType::kU8, .stored = 4, .rgb = {2, 1, 0}};
    case 9:
      return {.type = SampleType::kI8};
    case 10:
      return {.type = SampleType::kU16};
    case 11:
      return {.type = SampleType::kU32};
    case 12:
      return {.type = SampleType::kF64};
    case 3:
    case 5:
    case 13:
    case 27:
    case 28:
      refuse(say("The DM file holds complex numbers (a transform)."), file);
    default:
      refuse(say("The DM file holds numbers of a kind that Vesica does not read ({}).", type), file);
  }
}

std::string image_path(std::size_t i) { return "ImageList/" + std::to_string(i) + "/ImageData/"; }

/// Numbers of the images that are no thumbnails.
std::vector<std::size_t> images_of(const DmTags& tags) {
  const std::optional<double> thumbnail = tags.number("Thumbnails/0/ImageIndex");
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < kMostImages && tags.number(image_path(i) + "DataType"); ++i) {
    if (!thumbnail || *thumbnail != static_cast<double>(i)) out.push_back(i);
  }
  return out;
}

struct Axis {
  std::int64_t size = 1;
  double scale = 0;
  std::string unit;
};

std::vector<Axis> axes_of(const DmTags& tags, const std::string& image, const std::string& file) {
  std::vector<Axis> out;
  for (std::size_t k = 0; k < kMostAxes; ++k) {
    const std::optional<double> size = tags.number(image + "Dimensions/" + std::to_string(k));
    if (!size) break;
    if (!(*size >= 1 && *size <= 1e9)) throw_damaged(file, "DM sizes");
    const std::string calibration = image + "Calibrations/Dimension/" + std::to_string(k) + "/";
    out.push_back({static_cast<std::int64_t>(*size), tags.number(calibration + "Scale").value_or(0),
                   tags.text(calibration + "Units")});
  }
  return out;
}

void set_pixel(const std::vector<Axis>& axes, ImageInfo& info) {
  for (std::size_t k = 0; k < std::min<std::size_t>(axes.size(), 3); ++k) {
    const Axis& axis = axes[k];
    const std::optional<double> um = micrometres_in(axis.unit);
    if (um && std::isfinite(axis.scale) && axis.scale > 0) {
      info.voxel_um[k] = {axis.scale * *um, KnownFrom::kTag, "DM calibration"};
    } else if (k < 2 && !axis.unit.empty() && !um) {
      info.notes.push_back(
          {"image.unit_ignored",
           say("The file gives {0} as {1} {2}, which is no length.", k == 0 ? "DM scale x" : "DM scale y",
               readable_number(axis.scale, 4), shortened(axis.unit)),
           say("Give the size of a pixel in micrometres with \"pixel_um\".")});
    }
  }
}

/// What the third axis is.
void set_third(const std::vector<Axis>& axes, ImageInfo& info) {
  if (axes.size() < 3 || info.depth == 1 || micrometres_in(axes[2].unit)) return;
  std::swap(info.depth, info.frames);
  const std::optional<double> seconds = seconds_in(axes[2].unit);
  info.axis_known = seconds.has_value();
  const double step = axes[2].scale * seconds.value_or(0);
  if (!(step > 0 && std::isfinite(step))) return;
  for (std::size_t t = 0; t < info.frames; ++t) info.frame_times_s.push_back(static_cast<double>(t) * step);
  info.times_from = KnownFrom::kTag;
}

bool is_energy(const std::string& unit) { return unit == "eV" || unit == "keV"; }

}  // namespace

std::shared_ptr<const ImageSource> open_dm(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  const DmTags tags(*bytes, file);
  const std::vector<std::size_t> images = images_of(tags);
  if (images.empty()) throw_damaged(file, "DM file without an image");
  const std::string image = image_path(images.front());
  Piece piece = piece_of(*tags.number(image + "DataType"), file);
  piece.big_endian = !tags.little_endian();
  const DmTag* data = tags.find(image + "Data");
  if (data == nullptr || !data->is_array) throw_damaged(file, "DM file without an image");
  const std::vector<Axis> axes = axes_of(tags, image, file);
  // Wavelengths are in nanometres: the program's own word ("Spectrum", "Spectrum image") tells them from places.
  const std::string kind = tags.text("ImageList/" + std::to_string(images.front()) + "/ImageTags/Meta Data/Format");
  const bool spectrum = kind.starts_with("Spectrum") || (axes.size() == 2 && axes[1].size == 1) ||
                        std::any_of(axes.begin(), axes.end(), [](const Axis& axis) { return is_energy(axis.unit); });
  if (axes.size() < 2 || spectrum) refuse(say("The DM file holds a spectrum, not an image."), file);
  if (axes.size() > 3) refuse(say("The DM file holds an image of {} axes.", axes.size()), file);
  piece.start = data->start;
  ImageInfo info;
  require_piece({axes[0].size, axes[1].size, axes.size() > 2 ? axes[2].size : 1}, piece, bytes->size(), file, info);
  if (piece.stored > 1) {
    info.colour = true;
    info.channels = 3;
    info.channel_names = {"red", "green", "blue"};
  }
  set_pixel(axes, info);
  set_third(axes, info);
  if (images.size() > 1)
    info.notes.push_back({"image.first_series", say("The file holds {} images; the first one is read.", images.size()),
                          say("Export the others as files of their own.")});
  return open_piece(std::move(info), std::move(bytes), piece, file);
}

}  // namespace vesica
