// SPDX-License-Identifier: Apache-2.0
// Generators of raw files with known truth: the list of them, and writing what they render.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/settings/fields.h"
#include "vesica/table/observation_table.h"

namespace vesica {

struct PhantomFile {
  std::string name;  ///< path below the output folder, with "/"
  std::string bytes;
  std::string about;  ///< one sentence
};

/// Files in the instruments' own formats and the numbers that a right measurement finds in them (origin predicted,
/// source "phantom").
struct Rendered {
  std::vector<PhantomFile> files;
  ObservationTable truth;
};

/// A row of the truth: origin predicted, source "phantom", the catalogue's unit.
Observation truth_row(std::string_view quantity, std::string_view sample, double value);

struct Phantom {
  std::string_view id;
  std::string_view title;
  std::string_view summary;  ///< one sentence
  AnySettings (*make_settings)();
  /// The same settings and seed give the same bytes.
  Rendered (*render)(const AnySettings&, std::uint64_t seed);
};

std::span<const Phantom* const> all_phantoms();
/// nullptr when there is none of that id.
const Phantom* find_phantom(std::string_view id);

/// Writes the files and `truth.tsv` below `folder`; yields the paths written, relative to it, in order. Throws
/// Error(kCannotCreate) or (kIo).
std::vector<std::string> write_phantom(const Rendered& rendered, const std::filesystem::path& folder);

}  // namespace vesica
