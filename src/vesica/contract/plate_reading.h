// SPDX-License-Identifier: Apache-2.0
// What a plate reader's export says, well by well: grids and lists of the common programs.
#pragma once

#include <string>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/study/plate.h"

namespace vesica::plate_reading {

/// One number of one well.
struct WellValue {
  Well well;
  std::string target;  ///< analyte or wavelength, where the export holds several; else empty
  double value = kNaN;
  bool above = false;  ///< the reader's own overflow ("OVRFLW", ">4.000"): value is its limit, or NaN
  Place place;
};

struct Options {
  std::string sheet;                  ///< name or number; empty: the first that holds a plate
  std::string read;                   ///< title of the grid or column wanted; empty: by its words
  std::string decimal_mark = "auto";  ///< auto, point, comma
  bool several = false;               ///< every grid or column of numbers is a target of its own
};

struct PlateExport {
  std::vector<WellValue> values;      ///< by target as they stand, wells row by row
  std::vector<std::string> targets;   ///< each once; one empty text when there is only one kind of number
  Layout own;                         ///< samples, roles, levels, dilutions that a list itself states; no id
  std::vector<std::string> left_out;  ///< titles of grids or columns of numbers that were not read
};

/// Reads grids (a row 1, 2, 3, ... above rows A, B, C, ..., as Tecan, BioTek Gen5 and SkanIt write them; without
/// letters, as SoftMax Pro does) and lists (a column of wells, columns of numbers; titles in English or Chinese). Cells
/// that are no number are left out. Throws Error(kData) when the export holds no plate, Error(kConfig) for a sheet or
/// `read` that is not there.
PlateExport read_export(const Reading& reading, const Options& options);

/// Whether a reading plainly holds numbers of a plate: a grid, or a list with a column of wells.
bool holds_plate(const Reading& reading);

/// What lies in the wells: the layout of the input, else what the list itself says. Throws Error(kConfig) when neither
/// says anything, with the way to a layout.
const Layout& layout_for(const PlateExport& plate, const InputFacts& facts, const std::string& path);

/// Whether an export is of the plate that its map draws, as warnings: `KIND.missing_wells` for wells that hold
/// something and have no number, `KIND.other_plate` for numbers where the map's plate has no wells (a map of a part of
/// the plate, or of another plate: wells go by their names).
std::vector<Issue> check_fit(const PlateExport& plate, const Layout& layout, std::string_view assay,
                             const std::string& path);

/// Text of a table: values, or nothing, of a layout's map.
std::string text_at(const std::map<std::string, std::string>& map, const std::string& well);
double number_at(const std::map<std::string, double>& map, const std::string& well);

}  // namespace vesica::plate_reading
