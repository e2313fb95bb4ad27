// SPDX-License-Identifier: Apache-2.0
// Wells and plates: names of wells in many habits, the sizes of plates, words for what a well is for.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/study/study.h"

namespace vesica {

/// A well, counted from 0.
struct Well {
  std::size_t row = 0, column = 0;
  auto operator<=>(const Well&) const = default;
};

/// "B3", "b03", "B-3", "Well B3", "孔B3", "r02c03", "row 2 col 3", full-width letters: the well. Rows A to AF, columns
/// 1 to 48 (the largest plate made, 1536 wells); nothing for anything else.
std::optional<Well> parse_well(std::string_view text);
/// "B3", as every table of Vesica writes it.
std::string well_name(Well well);

struct PlateShape {
  std::size_t rows = 0, columns = 0;
  bool holds(Well well) const { return well.row < rows && well.column < columns; }
};
/// 6 → 2 x 3, 12 → 3 x 4, 24 → 4 x 6, 48 → 6 x 8, 96 → 8 x 12, 384 → 16 x 24 (ANSI/SLAS 4-2004 for 96 and 384); nothing
/// for other numbers.
std::optional<PlateShape> plate_shape(std::size_t wells);
/// The smallest of those plates that holds so many rows and columns; 0 when none does.
std::size_t smallest_plate(std::size_t rows, std::size_t columns);
/// Whether the well touches the plate's rim.
bool is_outer(Well well, PlateShape shape);

/// The wells that a key names: "A1" → one, "A1:B3" → the rectangle, row by row; empty when it names none.
std::vector<Well> wells_of(std::string_view key);

/// The role that a word stands for: "Blank", "BLK", "空白" → "blank", "std", "标准品" → "standard", "unknown", "样品" →
/// "" (a measurement). A number behind it, as in "Std 1", counts and says nothing. Nothing for other words.
std::optional<std::string> role_of_word(std::string_view word);
/// The roles that a well may have whatever the assay.
std::span<const std::string_view> plate_roles();

/// Whether a name is one of a plate: it holds the word plate, or 板.
bool is_plate_name(std::string_view name);

/// The layout's plate, when it is one.
std::optional<PlateShape> shape_of(const Layout& layout);

}  // namespace vesica
