// SPDX-License-Identifier: Apache-2.0
// The names that a study may use and that this rank cannot see: assays, models, checks, with their settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/settings/fields.h"

namespace vesica {

/// What a model can take from another.
struct KnownPort {
  std::string id, quantity;
  bool is_curve = true;
};

/// An assay, a model or a check: whatever may have a table `[settings.ID]`.
struct KnownPart {
  std::string id;
  std::string title;                         ///< for the reference
  AnySettings settings;                      ///< its defaults; declares the names, kinds and ranges of its settings
  std::vector<std::string> roles;            ///< assays: control roles it understands
  bool names_samples = false;                ///< assays: a reading names its own samples (a table of numbers)
  bool takes_folders = false;                ///< assays: a folder of slices or frames is one input
  bool can_be_chained = false;               ///< models: others may take from it, and it from others by its ports
  bool names_quantities = false;             ///< models: its settings name further quantities
  std::vector<std::string> quantities = {};  ///< models: what it may yield
  std::vector<KnownPort> ports = {};         ///< models: what it can take
};

/// Filled by `app/` from the registries.
struct KnownNames {
  std::vector<KnownPart> assays;
  std::vector<KnownPart> models;
  std::vector<KnownPart> checks;

  const KnownPart* find_assay(std::string_view id) const;
  const KnownPart* find_model(std::string_view id) const;
  /// Of any of the three lists.
  const KnownPart* find_any(std::string_view id) const;
};

}  // namespace vesica
