// SPDX-License-Identifier: Apache-2.0
// What microscopes' programs write into a TIFF's description: ImageJ's lines and OME's XML, and units of length and
// time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/image_source.h"

namespace vesica {

/// Micrometres in one of a unit of length: "um", "µm", "micron", "\\u00B5m", "nm", "mm", "cm", "m", "pm", "Å", "inch".
/// Nothing for "pixel", "reference frame", "" and unknown words.
std::optional<double> micrometres_in(std::string_view unit);
/// Seconds in one of a unit of time: "s", "sec", "ms", "µs", "min", "h", "hr", "d".
std::optional<double> seconds_in(std::string_view unit);

/// The text that ImageJ puts into ImageDescription (ij.io.FileSaver): key=value lines after "ImageJ=".
struct ImagejText {
  std::size_t images = 1, channels = 1, slices = 1, frames = 1;
  std::string unit;
  std::optional<double> spacing;         ///< z step in `unit`
  std::optional<double> frame_interval;  ///< in `time_unit`, seconds when that is empty; or 1/fps
  std::string time_unit;
};
/// Nothing when the text is not ImageJ's. Counts are bounded; nonsense counts become 1.
std::optional<ImagejText> parse_imagej_text(std::string_view text);

/// The first Image of an OME-XML description (OME 2016-06 schema and its forerunners).
struct OmeText {
  std::size_t size_x = 0, size_y = 0, size_z = 1, size_c = 1, size_t_ = 1;
  std::string order = "XYZCT";
  std::optional<double> physical[3];  ///< x, y, z in the unit beside
  std::string unit[3] = {"µm", "µm", "µm"};
  std::optional<double> time_increment_s;
  std::vector<std::string> channel_names;
  struct Block {
    std::size_t ifd = 0, z = 0, c = 0, t = 0;
    std::optional<std::size_t> planes;
    std::string file;  ///< that its UUID names; empty: none named
  };
  std::vector<Block> blocks;
  std::vector<double> delta_t_s;  ///< by frame, of the first plane of each; NaN where absent
  std::size_t images = 1;         ///< Image elements in the document
};
bool is_ome_text(std::string_view text);
/// Blocks of other files of a set are left out: those whose UUID names another file than ours, when several are named
/// (one name alone is ours, whatever the file is called today). Throws Error(kData) for malformed XML and for counts
/// beyond the bounds of raster.h.
OmeText parse_ome_text(std::string_view text, const std::string& file);

/// Voxel sizes, times and channel names from the texts into `info`; notes for what is not believed.
void apply_imagej_text(const ImagejText& text, double pixels_per_unit_x, double pixels_per_unit_y, ImageInfo& info);
void apply_ome_text(const OmeText& text, ImageInfo& info);

}  // namespace vesica
