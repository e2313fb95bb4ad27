// SPDX-License-Identifier: Apache-2.0
// What a user changes of a study's results by hand: rows set aside, places, objects; taken back, done again, listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vesica {

struct ExcludeOptions {
  std::string study, out;
  std::vector<std::pair<std::string, std::string>> match;  ///< column → value
  std::string reason, author;
};
/// Records the exclusion and says how many current rows it concerns. Throws Error(kConfig) when it concerns none.
std::string exclude_rows(const ExcludeOptions& options);

struct PlaceOptions {
  std::string study, out;
  std::string what;                     ///< sample, path as in the sheet, or file name
  std::vector<double> centre_mm, axis;  ///< three numbers each; the axis may be empty
  std::optional<double> radius_mm, height_mm;
  std::string reason, author;
};
/// Records where the cylinder of one input stands, in mm from the volume's first corner; the next run measures that
/// input again. Throws Error(kNoInput) for a sample or file that is not there and Error(kConfig) for a place outside of
/// the volume.
std::string place_region(const PlaceOptions& options);

/// Corrections of the objects of one input. Points are "x,y" in pixels as ImageJ shows them, several with blanks
/// between them; a circle is "x,y,radius". Every entry is an event of its own.
struct EditOptions {
  std::string study, out;
  std::string what;  ///< sample, path as in the sheet, or file name
  std::vector<std::string> remove, merge, split, split_at, add, leave_out, region;
  std::vector<std::string> move;  ///< "dx,dy": shifts the region or part left out called `name`
  std::string accept;     ///< .roi or .zip of ImageJ: these regions are the objects; others go, missing ones are drawn
  std::string reject;     ///< the same: the objects in these regions go
  std::string name;       ///< of a region or a part left out: another of this name takes its place
  std::size_t frame = 0;  ///< of a series, from 0
  std::string reason, author;
};
/// Records the corrections; the next run measures that input again. Throws Error(kUsage) for what is no point, and
/// Error(kConfig) where no object was measured, or for a place outside of the image.
std::string edit_input(const EditOptions& options);

/// Takes edits back: the one of that number, else the last `count` in force (of one input, when it is named; fewer
/// where there are not so many).
std::string undo_edit(const std::string& study, const std::string& out, std::optional<std::int64_t> number,
                      const std::string& input = {}, std::size_t count = 1);
/// Takes the last `count` undos back (of one input, when it is named). Error(kUsage) when there is none.
std::string redo_edit(const std::string& study, const std::string& out, const std::string& input = {},
                      std::size_t count = 1);

/// Every edit and command of a study as text for people or as JSON. `input`: edits of that input alone (path as in the
/// sheet, or file name); empty: all.
std::string study_history(const std::string& study, const std::string& out, bool json, const std::string& input = {});

}  // namespace vesica
