// SPDX-License-Identifier: Apache-2.0
#include "worker/dicom_colour.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <gdcmDataSet.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/raster.h"

namespace vesica {

namespace {

std::string bytes_of_element(const gdcm::DataSet& data, std::uint16_t element) {
  const gdcm::Tag tag(0x0028, element);
  if (!data.FindDataElement(tag)) return "";
  const gdcm::ByteValue* value = data.GetDataElement(tag).GetByteValue();
  return value == nullptr ? "" : std::string(value->GetPointer(), value->GetLength());
}

std::uint16_t word_at(const std::string& bytes, std::size_t i) {
  std::uint16_t word = 0;
  std::memcpy(&word, bytes.data() + 2 * i, 2);
  return word;
}

/// One colour's table as 8 bits an entry.
struct Table {
  std::size_t first = 0;
  std::vector<std::byte> entries;

  std::byte at(std::size_t index) const {  // indices outside the table take its ends (C.7.6.3.1.5)
    return entries[index < first ? 0 : std::min(index - first, entries.size() - 1)];
  }
};

Table read_table(const gdcm::DataSet& data, std::uint16_t colour, const std::string& path) {
  const std::string shape = bytes_of_element(data, static_cast<std::uint16_t>(0x1101 + colour));
  const std::string values = bytes_of_element(data, static_cast<std::uint16_t>(0x1201 + colour));
  if (values.empty() && !bytes_of_element(data, static_cast<std::uint16_t>(0x1221 + colour)).empty())
    throw Error(ErrorKind::kUnsupported, say("The palette of the DICOM image is segmented."), {path, 0, 0, ""},
                colour_conversion());
  if (shape.size() < 6) throw_damaged(path, "DICOM palette");
  const std::size_t stated = word_at(shape, 0), count = stated == 0 ? 65536 : stated;  // 0 stands for 2^16
  const std::size_t bits = word_at(shape, 2);
  Table out;
  out.first = word_at(shape, 1);
  const bool words = values.size() >= 2 * count;  // 8-bit entries may take a word each
  if ((bits != 8 && bits != 16) || (!words && (bits == 16 || values.size() < count)))
    throw_damaged(path, "DICOM palette");
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned value = words ? word_at(values, i) : static_cast<unsigned char>(values[i]);
    out.entries.push_back(static_cast<std::byte>(bits == 16 ? value >> 8 : value & 0xFF));
  }
  return out;
}

}  // namespace

std::vector<std::byte> palette_to_rgb(const gdcm::DataSet& data, const std::vector<std::byte>& indices,
                                      std::size_t bytes, const std::string& path) {
  const std::array<Table, 3> tables = {read_table(data, 0, path), read_table(data, 1, path), read_table(data, 2, path)};
  std::vector<std::byte> out(indices.size() / bytes * 3);
  for (std::size_t i = 0; i < indices.size() / bytes; ++i) {
    std::size_t index = std::to_integer<std::size_t>(indices[i * bytes]);
    if (bytes == 2) index |= std::to_integer<std::size_t>(indices[i * bytes + 1]) << 8;
    for (std::size_t c = 0; c < 3; ++c) out[3 * i + c] = tables[c].at(index);
  }
  return out;
}

std::vector<std::byte> interleave(const std::vector<std::byte>& planes, std::size_t plane) {
  std::vector<std::byte> out(planes.size());
  for (std::size_t image = 0; (image + 1) * 3 * plane <= planes.size(); ++image) {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < plane; ++i) out[(image * plane + i) * 3 + c] = planes[(image * 3 + c) * plane + i];
    }
  }
  return out;
}

std::string colour_conversion() {
  return say("Save it as PNG: dcmj2pnm --write-png IN OUT.png (DCMTK), or in Fiji: File > Save As > PNG.");
}

}  // namespace vesica
