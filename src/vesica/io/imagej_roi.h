// SPDX-License-Identifier: Apache-2.0
// Regions of interest as ImageJ saves them: one in a .roi file, many in a .zip of its ROI Manager.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/error.h"

namespace vesica {

using RoiPoint = std::array<double, 2>;  ///< x, y; pixel (i, j) covers [i, i + 1) x [j, j + 1)

/// One region. Ovals and rounded corners are given as polygons (kOvalCorners).
struct ImageJRoi {
  std::string name;
  bool is_area = true;                       ///< false: a line or points
  std::vector<std::vector<RoiPoint>> paths;  ///< one; several for a composite (even-odd), each closed by itself
  bool is_line = false;                      ///< a straight line: one path of two points
};

inline constexpr std::size_t kCurveCorners = 32;  ///< chosen: of a piece of a curve, so 128 of an ellipse's four
inline constexpr std::size_t kOvalCorners = 128;  ///< chosen: the polygon has 0.04 % less area than the oval
inline constexpr std::size_t kMostRoiPoints = 1'000'000;  ///< chosen: ImageJ's own outlines have thousands
inline constexpr std::size_t kMostRois = 100'000;         ///< chosen: nuclei of a whole slide's field

/// All its pieces as one closed path that encloses the same pixels by the even-odd rule: every further piece is reached
/// from the first corner and left on the same way, which cancels. Empty for what is no area.
std::vector<RoiPoint> joined_outline(const ImageJRoi& roi);

/// The content of a .roi file (layout by ij.io.RoiDecoder of ImageJ: big-endian header of 64 bytes, "Iout"; sub-pixel
/// coordinates from version 222 on). Throws Error(kData) naming what does not fit, Error(kUnsupported) for text and
/// kinds without an outline. Composites (ShapeRoi) are sequences of numbers: 0 x y moves, 1 x y draws a line, 2 with
/// two and 3 with three points a curve (here kCurveCorners straight ones, at most kMostRoiPoints in all), 4 closes;
/// pieces are even-odd, as ImageJ fills them. Coordinates that are not finite or beyond a million pixels are refused.
ImageJRoi read_roi(std::string_view bytes, const std::string& file);

/// All .roi members of a zip, or the one of a .roi file, in the archive's order, named after their members where they
/// carry no name. Members that cannot be read go to `left_out`, each with its place, and the others are read. Throws as
/// read_zip (io/zip.h), and what is wrong with the first when none can be read.
std::vector<ImageJRoi> read_rois(std::string_view bytes, const std::string& file, std::vector<Error>& left_out);

/// "a.zip/3.roi: This is a text ...; ..." for people: at most five of them, then how many more.
std::string about_left_out(const std::vector<Error>& left_out);

/// A zip for ImageJ's ROI Manager: polygons of whole pixels' corners where all are whole, else of sub-pixels. Names
/// that occur twice get "-2". The same bytes for the same regions. Requires areas of one path of 3 to 32767 corners
/// within 0 to 32767 pixels; others are left out, and `left_out` counts them.
std::string write_roi_zip(std::span<const ImageJRoi> rois, std::size_t& left_out);

}  // namespace vesica
