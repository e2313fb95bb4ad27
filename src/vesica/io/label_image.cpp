// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/label_image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <tiffio.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"

namespace vesica {

namespace {

constexpr float kMostLabel = 16'777'216;  // 2^24

/// A file in memory for libtiff.
struct Sink {
  std::string bytes;
  std::size_t at = 0;
};
tmsize_t sink_read(thandle_t, void*, tmsize_t) { return 0; }
tmsize_t sink_write(thandle_t handle, void* data, tmsize_t size) {
  Sink& sink = *static_cast<Sink*>(handle);
  const auto count = static_cast<std::size_t>(size);
  if (sink.at + count > sink.bytes.size()) sink.bytes.resize(sink.at + count);
  std::memcpy(sink.bytes.data() + sink.at, data, count);
  sink.at += count;
  return size;
}
toff_t sink_seek(thandle_t handle, toff_t offset, int whence) {
  Sink& sink = *static_cast<Sink*>(handle);
  const std::size_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? sink.at : sink.bytes.size();
  sink.at = from + static_cast<std::size_t>(offset);
  if (sink.at > sink.bytes.size()) sink.bytes.resize(sink.at);
  return sink.at;
}
int sink_close(thandle_t) { return 0; }
toff_t sink_size(thandle_t handle) { return static_cast<Sink*>(handle)->bytes.size(); }

template <typename T>
void write_rows(TIFF* tiff, const Labels2& labels) {
  std::vector<T> row(labels.width);
  for (std::size_t y = 0; y < labels.height; ++y) {
    std::transform(labels.row(y).begin(), labels.row(y).end(), row.begin(),
                   [](std::int32_t v) { return static_cast<T>(v); });
    TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0);
  }
}

}  // namespace

std::string write_label_tiff(const Labels2& labels, double pixel_um) {
  VESICA_REQUIRE(!labels.empty(), "a label image has pixels");
  const std::int32_t most = *std::max_element(labels.pixels.begin(), labels.pixels.end());
  const int bits = most < 65536 ? 16 : 32;
  Sink sink;
  TIFF* tiff =
      TIFFClientOpen("labels", "wl", &sink, sink_read, sink_write, sink_seek, sink_close, sink_size, nullptr, nullptr);
  VESICA_REQUIRE(tiff != nullptr, "a file in memory opens");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(labels.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(labels.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(labels.height));
  if (pixel_um > 0) {
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, static_cast<float>(1 / pixel_um));
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, static_cast<float>(1 / pixel_um));
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
    const std::string about = fmt::format("ImageJ=1.53t\nunit=micron\nmin=0.0\nmax={}.0\n", most);
    TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, about.c_str());
  }
  if (bits == 16) {
    write_rows<std::uint16_t>(tiff, labels);
  } else {
    write_rows<std::uint32_t>(tiff, labels);
  }
  TIFFClose(tiff);
  return std::move(sink.bytes);
}

Labels2 labels_from(const Image2& image, const std::string& file) {
  Labels2 out(image.width, image.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const float value = image.pixels[i];
    if (!(value >= 0 && value <= kMostLabel && value == std::floor(value)))
      throw Error(ErrorKind::kData,
                  say("Pixel ({}, {}) holds {}, which is no label.", i % image.width, i / image.width,
                      readable_number(static_cast<double>(value), 6)),
                  {file, 0, 0, ""}, say("Labels are whole numbers: 0 outside, one number an object."));
    out.pixels[i] = static_cast<std::int32_t>(value);
  }
  return out;
}

Labels2 read_labels(const ImageSource& source, std::size_t frame, const std::string& file) {
  if (source.info().colour)
    throw Error(ErrorKind::kData, say("A label image has one number a pixel, but this one is in colour."),
                {file, 0, 0, ""}, say("Save the labels as a grey TIFF of 16 or 32 bits."));
  return labels_from(source.read_frame(frame), file);
}

}  // namespace vesica
