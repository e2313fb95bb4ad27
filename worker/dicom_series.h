// SPDX-License-Identifier: Apache-2.0
// The headers of DICOM slices: which belong together, in which order, how far apart.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "worker/decoder.h"

namespace vesica {

/// What is read of one slice before its pixels: a file, or one frame of a file of several.
struct DicomSlice {
  std::string path;
  std::size_t frame = 0;  ///< its number in the file
  std::string series, transfer_syntax, photometric;
  std::size_t width = 0, height = 0;
  std::optional<double> instance;
  std::vector<double> position;                     ///< ImagePositionPatient, 3 numbers in mm
  std::vector<double> orientation;                  ///< ImageOrientationPatient, 6 numbers
  std::vector<double> spacing;                      ///< PixelSpacing: between rows (y), then between columns (x), mm
  std::optional<double> between_slices, thickness;  ///< mm
  double slope = 1, intercept = 0;
  std::string rescale_type, modality;
  std::optional<double> scanco_slope, scanco_intercept, scanco_scaling;  ///< (0029,1004), (0029,1005), (0029,1000)
  std::vector<std::pair<std::string, std::string>> facts;
};
/// The slices of a file, in stored order: one, or one a frame; those of enhanced images with the place, distance and
/// scale of their functional groups. Throws Error(kData) when the file is no DICOM image, Error(kUnsupported) for
/// floating-point pixels.
std::vector<DicomSlice> read_dicom_slices(const std::string& path);

/// Throws Error(kUnsupported) with the conversion for a packing that GDCM does not know, else Error(kData).
[[noreturn]] void throw_unread_dicom(const std::string& path, const std::string& transfer_syntax, const char* what);

/// Slices in order, with the way of the third axis.
struct DicomSeries {
  std::vector<DicomSlice> slices;
  Axes axes;
  std::array<Known, 3> voxel_um;
  std::vector<ReadNote> notes;
};
/// Orders by the position along the normal of the slices, by the instance number where positions are missing. The z
/// step is the median distance of positions; SpacingBetweenSlices without positions; never SliceThickness. Throws
/// Error(kData) for slices of several series, of unequal size, pixel or orientation, two at one position; a gap is a
/// note "image.slices_missing", frames without positions "image.frames_without_places", MONOCHROME1
/// "image.white_is_low".
DicomSeries order_dicom(std::vector<DicomSlice> slices);

}  // namespace vesica
