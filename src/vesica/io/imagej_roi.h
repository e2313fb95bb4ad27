// SPDX-License-Identifier: Apache-2.0
// Regions of interest as ImageJ saves them: one in a .roi file, many in a .zip of its ROI Manager.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vesica {

using RoiPoint = std::array<double, 2>;  ///< x, y; pixel (i, j) covers [i, i + 1) x [j, j + 1)

/// One region. Ovals and rounded corners are given as polygons (kOvalCorners).
struct ImageJRoi {
  std::string name;
  bool is_area = true;                       ///< false: a line or points
  std::vector<std::vector<RoiPoint>> paths;  ///< one; several for a composite (even-odd), each closed by itself
  bool is_line = false;                      ///< a straight line: one path of two points
};

inline constexpr std::size_t kOvalCorners = 128;          ///< chosen: the polygon has 0.04 % less area than the oval
inline constexpr std::size_t kMostRoiPoints = 1'000'000;  ///< chosen: ImageJ's own outlines have thousands
inline constexpr std::size_t kMostRois = 100'000;         ///< chosen: nuclei of a whole slide's field

/// The content of a .roi file (layout by ij.io.RoiDecoder of ImageJ: big-endian header of 64 bytes, "Iout"; sub-pixel
/// coordinates from version 222 on). Throws Error(kData) naming what does not fit, Error(kUnsupported) for text and
/// kinds without an outline. Coordinates that are not finite or beyond a million pixels are refused.
ImageJRoi read_roi(std::string_view bytes, const std::string& file);

/// All .roi members of a zip, or the one of a .roi file, in the archive's order, named after their members where they
/// carry no name. Throws as read_roi, naming the member, and as read_zip (io/zip.h).
std::vector<ImageJRoi> read_rois(std::string_view bytes, const std::string& file);

/// A zip for ImageJ's ROI Manager: polygons of whole pixels' corners where all are whole, else of sub-pixels. Names
/// that occur twice get "-2". The same bytes for the same regions. Requires areas of one path of 3 to 32767 corners
/// within 0 to 32767 pixels; others are left out, and `left_out` counts them.
std::string write_roi_zip(std::span<const ImageJRoi> rois, std::size_t& left_out);

}  // namespace vesica
