// SPDX-License-Identifier: Apache-2.0
// Names of files without their endings, double endings taken whole.
#pragma once

#include <string_view>

namespace vesica {

/// The path or name without the ending of its file: "a/NC_1.ome.tif" gives "a/NC_1". Endings are a point and one to
/// five ASCII letters and digits (chosen: the longest in use are .tiff and .ome.zarr's; .geojson is known), one letter
/// among them; "0.5 mg" and "Exo 2.5ug" hold numbers, ".git" is a name. Of two endings both go where they are one in
/// use: before .gz, .bz2, .xz, .zst and .zip another ending of data (.nii.gz, .tar.gz, .csv.gz), and .ome before what
/// is left (.ome.tif, .ome.zarr, .ome.tif.gz). A folder named like a file ("SA.NC") is cut too.
std::string_view without_ending(std::string_view path);

/// The same of the last part of the path alone; "/" and "\" part it.
std::string_view file_stem(std::string_view path);

}  // namespace vesica
