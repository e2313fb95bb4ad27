// SPDX-License-Identifier: Apache-2.0
// A plate drawn as grids of a sheet, as a workbook holds it.
#include <algorithm>
#include <cmath>

#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/study/names.h"
#include "vesica/study/plate_map.h"

namespace vesica {

namespace {

Cell word(const std::string& text) { return {text, std::numeric_limits<double>::quiet_NaN(), false}; }
Cell number(double value) { return {exact_number(value), value, true}; }

template <typename Values, typename Draw>
void add_grid(const std::string& title, PlateShape shape, const Values& values, const Draw& draw, Sheet& sheet) {
  if (!sheet.rows.empty()) sheet.rows.emplace_back();
  std::vector<Cell>& head = sheet.rows.emplace_back();
  head.push_back(word(title));
  for (std::size_t c = 0; c < shape.columns; ++c) head.push_back(number(static_cast<double>(c + 1)));
  for (std::size_t r = 0; r < shape.rows; ++r) {
    std::vector<Cell> row(shape.columns + 1);
    std::string letters = well_name({r, 0});
    letters.pop_back();
    row[0] = word(letters);
    for (std::size_t c = 0; c < shape.columns; ++c) {
      const auto found = values.find(well_name({r, c}));
      if (found != values.end()) row[c + 1] = draw(found->second);
    }
    sheet.rows.push_back(std::move(row));
  }
}

std::map<std::string, MappedWell> by_name(const PlateMap& map) {
  std::map<std::string, MappedWell> out;
  for (const auto& [well, content] : map.wells) out.emplace(well_name(well), content);
  return out;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

Sheet draw_plate(const Layout& layout) {
  const std::optional<PlateShape> shape = shape_of(layout);
  VESICA_REQUIRE(shape.has_value(), "only plates are drawn");
  Sheet sheet;
  sheet.name = layout.id;
  add_grid("samples", *shape, layout.positions, word, sheet);
  if (!layout.roles.empty()) add_grid("roles", *shape, layout.roles, word, sheet);
  const std::string levels = layout.unit.empty() ? "levels" : "levels (" + layout.unit + ")";
  if (!layout.levels.empty()) add_grid(levels, *shape, layout.levels, number, sheet);
  if (!layout.dilutions.empty()) add_grid("dilutions", *shape, layout.dilutions, number, sheet);
  return sheet;
}

bool is_drawn_in_sheet(const Layout& layout, std::span<const Layout> all) {
  constexpr std::size_t kLongestSheetName = 31;  // of Excel
  const std::string& id = layout.id;
  if (!layout.file.empty() || !shape_of(layout) || !is_plate_name(id) || id.size() > kLongestSheetName ||
      id.front() == '\'' || id.back() == '\'' || id.find_first_of("[]:*?/\\") != std::string::npos)
    return false;
  const auto alike =
      std::count_if(all.begin(), all.end(), [&](const Layout& other) { return fold_name(other.id) == fold_name(id); });
  if (alike > 1) return false;
  const Sheet sheet = draw_plate(layout);
  Problems problems;
  PlateMap map;
  PlateMapReader reader(sheet, id, problems);
  if (!reader.read(map) || !problems.empty() || map.unit != (layout.levels.empty() ? "" : layout.unit)) return false;
  std::size_t said = 0;
  for (const auto& [position, well] : by_name(map)) {
    const std::string& name = position;  // clang 14: a lambda cannot hold what a binding names
    const auto text = [&](const std::map<std::string, std::string>& table) {
      const auto found = table.find(name);
      said += found == table.end() ? 0 : 1;
      return found == table.end() ? std::string() : found->second;
    };
    const auto value = [&](const std::map<std::string, double>& table) {
      const auto found = table.find(name);
      said += found == table.end() ? 0 : 1;
      return found == table.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
    };
    if (text(layout.positions) != well.sample || text(layout.roles) != well.role ||
        !same_number(value(layout.levels), well.level) || !same_number(value(layout.dilutions), well.dilution))
      return false;
  }
  return said == layout.positions.size() + layout.roles.size() + layout.levels.size() + layout.dilutions.size();
}

}  // namespace vesica
