// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/plate_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::size_t kMostRows = 5'000, kMostColumns = 200;  // chosen: a map is a page, a list of 384 wells a few
constexpr std::size_t kLongestCell = 1'000;                   // chosen, as for the sample sheet
constexpr std::size_t kTitleRowsSearched = 20;                // chosen: exports begin with a few lines of their own
constexpr std::size_t kTitleRowsAbove = 3;                    // chosen: a title stands near its grid
constexpr std::size_t kEmptyRows = 5;                         // chosen: further down another table begins
constexpr std::size_t kMostMergedWork = 4'000'000;            // chosen: four times the cells of the largest map
constexpr double kMostDilution = 1e12;                        // chosen: twelve tenfold steps

struct Titled {
  std::string base, unit;
};

/// "level (ug/mL)" → level, ug/mL.
Titled split_title(std::string_view title) {
  const std::string text = half_width(trim_unicode(title));
  const std::size_t open = text.find_last_of("([");
  if (open == std::string::npos || open == 0 || (text.back() != ')' && text.back() != ']')) return {text, ""};
  return {std::string(trim_unicode(text.substr(0, open))),
          std::string(trim_unicode(text.substr(open + 1, text.size() - open - 2)))};
}

bool is_any(std::string_view folded, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), folded) != words.end();
}

bool is_nothing(std::string_view text) {
  return is_any(fold_name(text), {"", "-", "--", "–", "—", "empty", "none", "n/a", "na", "空", "无"});
}

/// "10", "1:10", "1/10", "10x", "10 倍": how many fold.
double dilution_of(std::string text) {
  text = lower_ascii(text);
  for (const std::string_view before : {"1:", "1/", "1：", "×", "x"})
    if (text.starts_with(before)) {
      text = text.substr(before.size());
      break;
    }
  for (const std::string_view behind : {"倍", "×", "x", "fold"})
    if (text.ends_with(behind)) {
      text = text.substr(0, text.size() - behind.size());
      break;
    }
  return parse_number(trim_unicode(text)).value_or(std::nan(""));
}

std::string row_letters(std::size_t row) {
  std::string name = well_name({row, 0});
  name.pop_back();
  return name;
}

}  // namespace

PlateMapReader::PlateMapReader(const Sheet& sheet, std::string_view plate, Problems& problems)
    : sheet_(sheet), plate_(plate), problems_(problems) {
  if (!sheet.merged.empty()) index_merged();
}

/// Of ranges that overlap, which Excel does not write, the first counts.
void PlateMapReader::index_merged() {
  const std::size_t rows = std::min(sheet_.rows.size(), kMostRows);
  merged_columns_ = kMostColumns;
  merged_.assign(rows * merged_columns_, 0);
  std::size_t work = 0;
  for (std::size_t i = 0; i < sheet_.merged.size(); ++i) {
    const MergedCells& cells = sheet_.merged[i];
    for (std::size_t r = cells.first_row; r <= cells.last_row && r < rows; ++r) {
      for (std::size_t c = cells.first_column; c <= cells.last_column && c < merged_columns_; ++c) {
        if (++work > kMostMergedWork) return;
        std::uint32_t& at = merged_[r * merged_columns_ + c];
        if (at == 0) at = static_cast<std::uint32_t>(i + 1);
      }
    }
  }
}

PlateMapReader::At PlateMapReader::origin(std::size_t row, std::size_t column) const {
  if (column >= merged_columns_ || row >= merged_.size() / merged_columns_) return {row, column};
  const std::uint32_t range = merged_[row * merged_columns_ + column];
  if (range == 0) return {row, column};
  return {sheet_.merged[range - 1].first_row, sheet_.merged[range - 1].first_column};
}

std::string PlateMapReader::text(std::size_t row, std::size_t column) const {
  const At first = origin(row, column);
  const std::string& raw = sheet_.at(first.row, first.column).text;
  return raw.size() > kLongestCell ? raw.substr(0, kLongestCell) : std::string(trim_unicode(raw));
}

PlateMapReader::Holds PlateMapReader::meaning(std::string_view title) {
  const std::string folded = fold_name(split_title(title).base);
  if (is_any(folded, {"sample", "samples", "sample_name", "sample_names", "sample_id", "name", "content", "contents",
                      "样品", "样本", "样品名", "样品名称", "样品编号", "样本名称"}))
    return Holds::kSamples;
  if (is_any(folded, {"role", "roles", "type", "well_type", "kind", "sample_type", "角色", "类型", "用途", "孔类型"}))
    return Holds::kRoles;
  if (is_any(folded, {"level", "levels", "concentration", "concentrations", "conc", "standard", "standards",
                      "standard_concentration", "dose", "doses", "known_concentration", "水平", "浓度", "标准浓度",
                      "标准品浓度", "剂量"}))
    return Holds::kLevels;
  if (is_any(folded,
             {"dilution", "dilutions", "dilution_factor", "df", "fold_dilution", "稀释", "稀释倍数", "稀释因子"}))
    return Holds::kDilutions;
  return Holds::kUnknown;
}

bool PlateMapReader::find_grid(std::size_t row, std::size_t column, Grid& grid) const {
  const auto is_letter = [&](std::size_t r, std::size_t n) {
    const std::string at = text(r, column);
    return !at.empty() && equals_ignoring_case(half_width(at), row_letters(n));
  };
  if (sheet_.number_at(row, column + 1) != 1 || !is_letter(row + 1, 0)) return false;
  grid = {row, column, 0, 0, "", {}};
  while (sheet_.number_at(row, column + grid.columns + 1) == static_cast<double>(grid.columns + 1)) ++grid.columns;
  while (is_letter(row + 1 + grid.rows, grid.rows)) ++grid.rows;
  return grid.columns >= 2 && grid.rows >= 2;  // the smallest plate has 2 x 3; a last column may be left out
}

/// In the corner, else the nearest text in the few rows above that no other grid has.
void PlateMapReader::find_title(Grid& grid, std::size_t rows_free) const {
  grid.title = text(grid.row, grid.column);
  grid.title_at = sheet_.place(grid.row, grid.column);
  for (std::size_t up = 1; grid.title.empty() && up <= std::min(kTitleRowsAbove, rows_free); ++up) {
    for (std::size_t c = grid.column; c <= grid.column + grid.columns && grid.title.empty(); ++c) {
      grid.title = text(grid.row - up, c);
      grid.title_at = sheet_.place(grid.row - up, c);
    }
  }
}

void PlateMapReader::tell_merged(std::size_t first_row, std::size_t first_column, std::size_t last_row,
                                 std::size_t last_column) {
  if (sheet_.merged.size() == kMostMergedCells)
    problems_.add("merged cells " + sheet_.name, say("The sheet has too many merged cells to be a plate map."),
                  sheet_.place(first_row, first_column), say("Unmerge them and write the name into each well."));
  for (const MergedCells& cells : sheet_.merged) {
    const bool apart = cells.last_row < first_row || cells.first_row > last_row || cells.last_column < first_column ||
                       cells.first_column > last_column;
    if (apart) continue;
    const Place place = sheet_.place(cells.first_row, cells.first_column);
    if (cells.first_row < first_row || cells.first_column < first_column)
      problems_.add("merged " + sheet_.name,
                    say("Wells of the plate are merged with the letters or numbers at its side: nothing says what they "
                        "hold."),
                    place, say("Unmerge them and write the name into each well."));
    else if (!is_nothing(text(cells.first_row, cells.first_column)))
      problems_.warn("filled " + sheet_.name,
                     say("Cells of the plate are merged: each of their wells is taken to hold what they say."), place,
                     say("If only the first well is meant, unmerge them."));
  }
}

PlateMapReader::Holds PlateMapReader::guess(const Grid& grid, bool first) const {
  const Holds said = meaning(grid.title);
  if (said != Holds::kUnknown) return said;
  std::size_t filled = 0, roles = 0;
  for (std::size_t r = 1; r <= grid.rows; ++r) {
    for (std::size_t c = 1; c <= grid.columns; ++c) {
      const std::string at = text(grid.row + r, grid.column + c);
      if (is_nothing(at)) continue;
      ++filled;
      roles += role_of_word(at) ? 1 : 0;
    }
  }
  if (first) return Holds::kSamples;
  return filled > 0 && roles == filled ? Holds::kRoles : Holds::kUnknown;
}

void PlateMapReader::read_grid(const Grid& grid, Holds holds, PlateMap& map) {
  tell_merged(grid.row + 1, grid.column + 1, grid.row + grid.rows, grid.column + grid.columns);
  const std::size_t below = grid.row + 1 + grid.rows;
  const std::string next = text(below, grid.column);
  if (next.size() == 1 && parse_well(next + "1") && !text(below, grid.column + 1).empty())
    problems_.add("", say("Row {0} of the plate is followed by {1}.", row_letters(grid.rows - 1), in_quotes(next)),
                  sheet_.place(below, grid.column), say("Rows are lettered without gaps: A, B, C, ..."));
  for (std::size_t gap = 1; gap <= kEmptyRows && next.empty(); ++gap) {
    const std::string further = text(below + gap, grid.column);
    if (further.empty()) continue;
    if (equals_ignoring_case(half_width(further), row_letters(grid.rows)))
      problems_.add("",
                    say("Empty rows part row {0} of the plate from row {1}; what lies below would be lost.", further,
                        row_letters(grid.rows - 1)),
                    sheet_.place(below + gap, grid.column), say("Delete the empty rows."));
    break;
  }
  map.size = std::max(map.size, smallest_plate(grid.rows, grid.columns));
  for (std::size_t r = 0; r < grid.rows; ++r)
    for (std::size_t c = 0; c < grid.columns; ++c) take(holds, grid.row + 1 + r, grid.column + 1 + c, {r, c}, map);
}

void PlateMapReader::take(Holds holds, std::size_t row, std::size_t column, Well where, PlateMap& map) {
  const std::string at = text(row, column);
  if (is_nothing(at)) return;
  const At first = origin(row, column);
  const Place place = sheet_.place(first.row, first.column);
  if (std::any_of(at.begin(), at.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }) ||
      sheet_.at(first.row, first.column).text.size() > kLongestCell) {
    problems_.add("", say("The cell of well {} is too long or holds a line break.", well_name(where)), place,
                  say("Write it anew in one line."));
    return;
  }
  MappedWell& well = map.wells[where];
  if (holds == Holds::kLevels || holds == Holds::kDilutions) return take_number(holds, at, place, first, well);
  const std::optional<std::string> role = role_of_word(at);
  if (holds == Holds::kSamples && (!role || role->empty() || known_samples.contains(at))) {
    well.sample = at;
    well.sample_at = place;
    return;
  }
  if (holds == Holds::kSamples && !well.role.empty()) return;  // its own grid says more
  well.role = role ? *role : at;
  well.role_at = place;
}

void PlateMapReader::take_number(Holds holds, const std::string& at, const Place& place, At cell, MappedWell& well) {
  double number = sheet_.number_at(cell.row, cell.column);
  if (std::isnan(number)) number = holds == Holds::kDilutions ? dilution_of(half_width(at)) : number;
  if (std::isnan(number)) number = parse_number(half_width(at)).value_or(std::nan(""));
  if (holds == Holds::kLevels) {
    if (!std::isfinite(number) || number < 0) {
      problems_.add("level " + at, say("{} is no level of a standard or dose.", in_quotes(at)), place,
                    say("Write a number; its unit goes into the title, as \"level (ug/mL)\"."));
      return;
    }
    well.level = number;
    well.level_at = place;
    return;
  }
  if (!std::isfinite(number) || number < 1 || number > kMostDilution) {
    problems_.add("fold " + at, say("{} is no dilution.", in_quotes(at)), place,
                  say("Write how many fold: 10 for 1 in 10."));
    return;
  }
  well.dilution = number;
  well.dilution_at = place;
}

bool PlateMapReader::read_grids(PlateMap& map) {
  std::size_t grids = 0, free_from = 0;
  const std::size_t last = std::min(sheet_.rows.size(), kMostRows);
  for (std::size_t row = 0; row < last; ++row) {
    std::size_t below = row;
    for (std::size_t column = 0; column < std::min(sheet_.rows[row].size(), kMostColumns); ++column) {
      Grid grid;
      if (!find_grid(row, column, grid)) continue;
      find_title(grid, row - std::min(row, free_from));
      const Holds holds = guess(grid, grids == 0);
      ++grids;
      if (holds == Holds::kUnknown) {
        problems_.add("", say("Nothing says what this grid of the plate holds."), sheet_.place(row, column),
                      say("Write {0}, {1}, {2} or {3} into its corner.", in_quotes("samples"), in_quotes("roles"),
                          in_quotes("levels (ug/mL)"), in_quotes("dilutions")));
      } else {
        if (holds == Holds::kLevels && map.unit.empty()) map.unit = split_title(grid.title).unit;
        read_grid(grid, holds, map);
      }
      below = std::max(below, row + grid.rows);
      column += grid.columns;
    }
    if (below > row) free_from = below + 1;
    row = below;
  }
  return grids > 0;
}

bool PlateMapReader::read_list(PlateMap& map) {
  for (std::size_t row = 0; row < std::min(sheet_.rows.size(), kTitleRowsSearched); ++row) {
    std::map<Holds, std::size_t> columns;
    std::optional<std::size_t> wells, plates;
    for (std::size_t c = 0; c < std::min(sheet_.rows[row].size(), kMostColumns); ++c) {
      const std::string folded = fold_name(split_title(text(row, c)).base);
      if (is_any(folded,
                 {"well", "wells", "position", "well_id", "well_position", "pos", "孔", "孔位", "孔号", "板位"}))
        wells = c;
      if (is_any(folded, {"plate", "layout", "plate_id", "plate_name", "板", "板号"})) plates = c;
      const Holds holds = meaning(text(row, c));
      if (holds != Holds::kUnknown) columns.emplace(holds, c);
    }
    if (!wells || columns.empty()) continue;
    if (const auto level = columns.find(Holds::kLevels); level != columns.end())
      map.unit = split_title(text(row, level->second)).unit;
    tell_merged(row + 1, 0, std::min(sheet_.rows.size(), kMostRows), kMostColumns);
    for (std::size_t r = row + 1; r < std::min(sheet_.rows.size(), kMostRows); ++r) {
      const std::string plate = plates ? text(r, *plates) : "";
      if (plate.empty() || fold_name(plate) == fold_name(plate_)) read_list_row(r, columns, *wells, map);
    }
    return true;
  }
  return false;
}

void PlateMapReader::read_list_row(std::size_t row, const std::map<Holds, std::size_t>& columns,
                                   std::size_t well_column, PlateMap& map) {
  const std::string name = text(row, well_column);
  if (name.empty()) return;
  const std::vector<Well> wells = wells_of(name);
  const Place place = sheet_.place(row, well_column);
  if (wells.empty()) {
    problems_.add("no well", say("{} is no well.", in_quotes(name)), place,
                  say("Write it as B3, or A1:A3 for several."));
    return;
  }
  for (const Well well : wells) {
    if (map.wells.contains(well)) {
      const MappedWell& before = map.wells[well];
      const Place& first = !before.sample.empty() ? before.sample_at : before.role_at;
      problems_.add("", say("Well {0} stands twice, first at {1}.", well_name(well), first.text()), place,
                    say("Keep one row for each well."));
      continue;
    }
    for (const auto& [holds, column] : columns) take(holds, row, column, well, map);
  }
}

bool PlateMapReader::read(PlateMap& map) { return read_grids(map) || read_list(map); }

}  // namespace vesica
