// SPDX-License-Identifier: Apache-2.0
#include "phantoms/images.h"

#include <cmath>

#include <fmt/format.h>

namespace vesica::phantom {

namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

struct Entry {
  std::uint16_t tag, type;
  std::uint32_t count, value;
};
constexpr std::uint16_t kAscii = 2, kShort = 3, kLong = 4, kRational = 5;

std::string ome_text(const TiffPlanes& planes) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME "
      "xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image "
      "ID=\"Image:0\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint{}\" SizeX=\"{}\" SizeY=\"{}\" "
      "SizeZ=\"1\" "
      "SizeC=\"{}\" SizeT=\"1\"",
      planes.bits, planes.width, planes.height, planes.channels.size());
  if (planes.pixel_um > 0) {
    out += fmt::format(
        " PhysicalSizeX=\"{0}\" PhysicalSizeXUnit=\"\u00B5m\" PhysicalSizeY=\"{0}\" PhysicalSizeYUnit=\"\u00B5m\"",
        planes.pixel_um);
  }
  out += ">";
  for (std::size_t i = 0; i < planes.channels.size(); ++i) {
    out += fmt::format("<Channel ID=\"Channel:0:{}\" Name=\"{}\" SamplesPerPixel=\"1\"/>", i, planes.channels[i]);
  }
  for (std::size_t i = 0; i < planes.channels.size(); ++i) {
    out += fmt::format("<TiffData FirstC=\"{0}\" FirstZ=\"0\" FirstT=\"0\" IFD=\"{0}\" PlaneCount=\"1\"/>", i);
  }
  return out + "</Pixels></Image></OME>";
}

std::string description_of(const TiffPlanes& planes) {
  if (!planes.channels.empty()) return ome_text(planes);
  if (!(planes.pixel_um > 0) && !(planes.interval_s > 0)) return "";
  std::string out = "ImageJ=1.53t\n";
  const char* axis = planes.slice_um > 0 ? "slices" : "frames";
  if (planes.planes.size() > 1) out += fmt::format("images={0}\n{1}={0}\n", planes.planes.size(), axis);
  if (planes.pixel_um > 0) out += "unit=micron\n";
  if (planes.interval_s > 0) out += fmt::format("finterval={}\ntunit=sec\n", planes.interval_s);
  if (planes.slice_um > 0) out += fmt::format("spacing={}\n", planes.slice_um);
  return out + "loop=false\n";
}

}  // namespace

std::string tiff_file(const TiffPlanes& planes) {
  constexpr std::uint32_t kDenominator = 1000000;
  std::string out = "II";
  put(out, 42, 2);
  const std::string description = description_of(planes);
  const std::size_t bytes = planes.bits == 16 ? 2 : 1;
  const auto strip = static_cast<std::uint32_t>(planes.width * planes.height * planes.samples * bytes);
  // Header, description, resolution and the three bit depths come first; then page by page a directory and its pixels.
  const auto text_at = static_cast<std::uint32_t>(8);
  const auto text_end = static_cast<std::uint32_t>(text_at + description.size() + 1);
  const std::uint32_t resolution_at = text_end + text_end % 2, bits_at = resolution_at + 8;
  std::uint32_t directory = bits_at + 6;
  put(out, directory, 4);
  out += description;
  out.resize(resolution_at, '\0');
  put(out, planes.pixel_um > 0 ? std::llround(kDenominator / planes.pixel_um) : kDenominator, 4);
  put(out, kDenominator, 4);
  for (int i = 0; i < 3; ++i) put(out, static_cast<std::uint64_t>(planes.bits), 2);
  for (std::size_t page = 0; page < planes.planes.size(); ++page) {
    std::vector<Entry> entries = {{256, kLong, 1, static_cast<std::uint32_t>(planes.width)},
                                  {257, kLong, 1, static_cast<std::uint32_t>(planes.height)},
                                  {258, kShort, static_cast<std::uint32_t>(planes.samples),
                                   planes.samples == 3 ? bits_at : static_cast<std::uint32_t>(planes.bits)},
                                  {259, kShort, 1, 1},
                                  {262, kShort, 1, planes.samples == 3 ? 2U : 1U}};
    if (page == 0 && !description.empty()) {
      entries.push_back({270, kAscii, static_cast<std::uint32_t>(description.size() + 1), text_at});
    }
    const std::size_t later = planes.pixel_um > 0 ? 7 : 4;
    const auto pixels = static_cast<std::uint32_t>(directory + 2 + (entries.size() + later) * 12 + 4);
    entries.push_back({273, kLong, 1, pixels});
    entries.push_back({277, kShort, 1, static_cast<std::uint32_t>(planes.samples)});
    entries.push_back({278, kLong, 1, static_cast<std::uint32_t>(planes.height)});
    entries.push_back({279, kLong, 1, strip});
    if (planes.pixel_um > 0) {
      entries.push_back({282, kRational, 1, resolution_at});
      entries.push_back({283, kRational, 1, resolution_at});
      entries.push_back({296, kShort, 1, 1});
    }
    put(out, entries.size(), 2);
    for (const Entry& entry : entries) {
      put(out, entry.tag, 2);
      put(out, entry.type, 2);
      put(out, entry.count, 4);
      put(out, entry.value, 4);
    }
    directory = pixels + strip + strip % 2;
    put(out, page + 1 < planes.planes.size() ? directory : 0, 4);
    for (const std::uint16_t value : planes.planes[page]) put(out, value, static_cast<int>(bytes));
    if (strip % 2 == 1) out.push_back('\0');
  }
  return out;
}

}  // namespace vesica::phantom
