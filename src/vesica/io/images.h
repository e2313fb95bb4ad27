// SPDX-License-Identifier: Apache-2.0
// Images and volumes as one input: a file, a folder of slices or frames, a series of files.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/image_source.h"

namespace vesica {

/// Formats whose readings hold an ImageReading. "image_series" is a folder of slices or frames; a folder of DICOM
/// slices is "dicom".
inline constexpr std::array<std::string_view, 16> kImageFormats = {
    "aim",       "avi", "bmp", "dicom", "dm",   "image_series", "isq",  "jpeg",
    "metaimage", "mov", "mrc", "nifti", "nrrd", "png",          "tiff", "video"};
/// Those of planes and series (an assay of pictures lists them), and those of volumes.
inline constexpr std::array<std::string_view, 10> kPictureFormats = {"avi", "bmp", "dm",  "image_series", "jpeg",
                                                                     "mov", "mrc", "png", "tiff",         "video"};
inline constexpr std::array<std::string_view, 10> kVolumeFormats = {
    "aim", "bmp", "dicom", "image_series", "isq", "metaimage", "mrc", "nifti", "nrrd", "tiff"};
bool is_image_format(std::string_view format);

/// Opens one file of the known format. Pixels are read when asked for. Throws Error(kData), (kNoInput), (kUnsupported).
std::shared_ptr<const ImageSource> open_image(const std::filesystem::path& path, std::string_view format,
                                              const std::string& shown);

/// The labels of a TIFF or PNG of one plane; palettes are numbers. Throws Error(kData) as read_labels, and for more
/// than one plane or number a pixel.
Labels2 read_label_file(const std::filesystem::path& path, const std::string& shown);

/// DICOM slices make one volume. Files of one plane each, in the given order, as one series: frames or slices, which
/// the files do not say (axis_known false, unless a SkyScan log beside them says slices). All must have the same size
/// and kind, and the same pixel size where they state one; Error(kData) names the first that differs. Numbers missing
/// in their names are a note "image.series_gap".
std::shared_ptr<const ImageSource> open_image_series(std::span<const std::filesystem::path> files,
                                                     const std::string& shown);

/// The other images of the folder of a series that belong to its fields by their names (channel_name.h): files of other
/// channels, and label images of other programs. In natural order; none for slices (DICOM, volumes).
std::vector<std::filesystem::path> files_beside(std::span<const std::filesystem::path> series);
/// The series of a folder together with the files beside it, one plane each, in natural order; the source as it is when
/// it is no series, or nothing lies beside it. Label images may have other bits than the series; of another size they
/// are Error(kData) when read.
std::shared_ptr<const ImageSource> with_files_beside(std::shared_ptr<const ImageSource> source);

/// The DICOM slices of a folder (sub-folders are not entered), in natural order; their own order is found when they are
/// opened as one volume with open_image_series.
std::vector<std::filesystem::path> dicom_files(const std::filesystem::path& folder);

/// The images of a folder that belong to one series, in natural order: previews (SkyScan's `_spr`), logs and other
/// files are left out. Where names bear a stain of nuclei (DAPI, Hoechst, ...) the files are channels of fields and all
/// of them are taken. Empty when the folder holds none. Sub-folders are not entered.
std::vector<std::filesystem::path> series_files(const std::filesystem::path& folder);

}  // namespace vesica
