// SPDX-License-Identifier: Apache-2.0
// Plate maps as people draw them: grids with letters and numbers at their sides, or lists with a column of wells.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/data/sheet.h"
#include "vesica/study/plate.h"
#include "vesica/study/problems.h"

namespace vesica {

/// What a map says about one well, each with its cell.
struct MappedWell {
  std::string sample, role;
  double level = std::numeric_limits<double>::quiet_NaN();
  double dilution = std::numeric_limits<double>::quiet_NaN();
  Place sample_at, role_at, level_at, dilution_at;
};

struct PlateMap {
  std::map<Well, MappedWell> wells;  ///< those that are not empty
  std::string unit;                  ///< of levels, as the title has it: "level (ug/mL)"; empty when none is said
  std::size_t size = 0;              ///< wells of the plate that the grid shows; 0 for lists
};

/// Reads the map that a sheet holds. A grid is a row 1, 2, 3, ... above rows A, B, C, ...; what it holds is said in its
/// corner or just above it: samples, roles, levels, dilutions (Chinese too). The first grid without a title holds
/// samples. In a grid of samples, words for roles ("blank", "空白") are roles unless `is_sample` knows them; "-" and
/// "empty" are nothing. A list has a column of wells and at least one of sample, role, level, dilution; rows that name
/// another plate than `plate` in a column of plates are left out. Merged cells say one value for all their wells, which
/// is told (a warning); merged with letters or numbers at the grid's side they say nothing. That, wells given twice,
/// words where numbers are wanted and roles that nobody knows become problems with file, cell and next step.
class PlateMapReader {
 public:
  PlateMapReader(const Sheet& sheet, std::string_view plate, Problems& problems);
  /// False when the sheet holds neither a grid nor a list.
  bool read(PlateMap& map);

  /// Names of samples that are known and so never words for roles.
  std::set<std::string> known_samples;

 private:
  enum class Holds { kSamples, kRoles, kLevels, kDilutions, kUnknown };
  struct Grid {
    std::size_t row = 0, column = 0;  ///< of the corner
    std::size_t rows = 0, columns = 0;
    std::string title;
    Place title_at;
  };
  static Holds meaning(std::string_view title);
  bool find_grid(std::size_t row, std::size_t column, Grid& grid) const;
  void find_title(Grid& grid, std::size_t rows_free) const;
  void index_merged();
  struct At {
    std::size_t row, column;
  };
  /// The cell that holds the value of this one: itself, or the first of those that it is merged with.
  At origin(std::size_t row, std::size_t column) const;
  /// Tells of merged cells among those of a grid or list (both ends included).
  void tell_merged(std::size_t first_row, std::size_t first_column, std::size_t last_row, std::size_t last_column);
  void read_grid(const Grid& grid, Holds holds, PlateMap& map);
  Holds guess(const Grid& grid, bool first) const;
  bool read_grids(PlateMap& map);
  bool read_list(PlateMap& map);
  void read_list_row(std::size_t row, const std::map<Holds, std::size_t>& columns, std::size_t well_column,
                     PlateMap& map);
  void take(Holds holds, std::size_t row, std::size_t column, Well well, PlateMap& map);
  void take_number(Holds holds, const std::string& text, const Place& place, At cell, MappedWell& well);
  std::string text(std::size_t row, std::size_t column) const;

  const Sheet& sheet_;
  std::string plate_;
  Problems& problems_;
  std::size_t merged_columns_ = 0;
  std::vector<std::uint32_t>
      merged_;  ///< by cell, rows of merged_columns_: number of its merged range from 1; or empty
};

/// The map as a sheet: a grid of samples, and below it one each of roles, levels and dilutions where there are any.
/// Needs a layout that is a plate (shape_of).
Sheet draw_plate(const Layout& layout);

/// Whether writing a study draws the layout in the workbook of samples: a plate with a plate's name and no file of its
/// own whose drawing reads back as it is and whose name no other of `all` resembles. All others stand in study.toml.
bool is_drawn_in_sheet(const Layout& layout, std::span<const Layout> all);

}  // namespace vesica
