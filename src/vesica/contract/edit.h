// SPDX-License-Identifier: Apache-2.0
// What a user says against or beside a measurement: exclusions and corrections, as events that are never deleted.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "vesica/settings/value.h"

namespace vesica {

/// A user's action on the study, append-only; undo appends the inverse.
struct Edit {
  std::int64_t number = 0;
  std::string action;  ///< "exclude", "include", "correct", "undo"
  /// Which rows, by column; of a correction which input: "assay", "sha256" (its content), "input" (its path, for
  /// people), "part".
  std::map<std::string, std::string> match;
  std::string kind;  ///< of a correction, what is corrected: "cylinder"; empty otherwise
  /// Of a correction: what the user says instead, in the input's own oriented coordinates (mm from its first corner),
  /// so that it holds whatever else is measured anew. Its fields are those of the kind; null otherwise.
  Value geometry;
  std::string reason;
  std::string author;
  std::string time;
  std::int64_t undoes = 0;  ///< number of the edit that this one reverts
};
/// Which rows or input an edit is about and what it puts there, for people: "input = raw/a.tif; centre_mm = 5, 5.2, 3".
std::string about_text(const Edit& edit);

}  // namespace vesica
