// SPDX-License-Identifier: Apache-2.0
// The headers of DICOM slices: which belong together, in which order, how far apart.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "worker/decoder.h"

namespace vesica {

/// What is read of one file before its pixels.
struct DicomSlice {
  std::string path;
  std::string series;
  std::size_t width = 0, height = 0, frames = 1;
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
/// Throws Error(kData) when the file is no DICOM image.
DicomSlice read_dicom_header(const std::string& path);

/// Slices in order, with the way of the third axis.
struct DicomSeries {
  std::vector<DicomSlice> slices;
  Axes axes;
  std::array<Known, 3> voxel_um;
  std::vector<ReadNote> notes;
};
/// Orders by the position along the normal of the slices, by the instance number where positions are missing. The z
/// step is the median distance of positions; SpacingBetweenSlices without positions; never SliceThickness. Throws
/// Error(kData) for slices of several series, of unequal size or orientation, two at one position; a gap is a note
/// "image.slices_missing".
DicomSeries order_dicom(std::vector<DicomSlice> slices);

}  // namespace vesica
