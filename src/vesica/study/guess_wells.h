// SPDX-License-Identifier: Apache-2.0
// Guessing from names alone which file was taken in which well of which plate; the user confirms.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace vesica {

/// Empty texts: the name says nothing of a well.
struct WellGuess {
  std::string plate, position, part;
};

/// One a path, in the order given. Our choice of rules: the same word of each file's name is a well of a 384-well plate
/// at most, written with two digits (B03, also before a field as D03f00), as r02c03 (what follows is the part), or
/// without, when six wells or more in two rows and two columns are there or the names speak of plates ("D1", "D2" alone
/// may be donors). What stands before it in the path names the plate, what differs behind it the part (without the GUID
/// of MetaXpress). Either all paths hold a well, or none is guessed.
std::vector<WellGuess> guess_wells(std::span<const std::string> paths);

}  // namespace vesica
