// SPDX-License-Identifier: Apache-2.0
// Doing one work item: the only place where an Error becomes an Issue of its input.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "vesica/app/plan.h"
#include "vesica/contract/chain.h"
#include "vesica/store/store.h"

namespace vesica {

/// A file of the study as known before it is read.
struct KnownFile {
  std::filesystem::path path;  ///< where it lies
  std::string shown;           ///< as the study names it
  std::string sha256;          ///< empty when it was not hashed before or cannot be read
  std::optional<Error> error;  ///< why
  /// Files beside it that belong to it by name (io/companions.h) as shown, with their hashes.
  std::vector<std::pair<std::string, std::string>> beside = {};
  /// The hashes of all, in one text.
  std::string contents() const;
};

class LightFiles;

/// Reads a file that was hashed before; what changed in between is a failed input, not a wrong record.
Reading read_known(const KnownFile& file);

/// What went into an item, in one text: equal fingerprints mean equal results.
std::string fingerprint(std::initializer_list<std::string> parts);
std::string settings_text(const AnySettings& settings);

/// Calibrates, measures, derives or predicts; an Error of the outside world becomes a failed result whose outcome holds
/// the issue. Error(kCancelled) passes through.
/// `light`: what corrects the images first; nothing when it is null.
ItemResult execute(const CalibrationItem& item, const std::vector<KnownFile>& files, LightFiles* light,
                   const Context& context);
ItemResult execute(const MeasureItem& item, const KnownFile& file, const std::vector<Calibration>& calibrations,
                   LightFiles* light, const Context& context);
/// Inputs that cannot be read have their own issue already and are left out.
ItemResult execute(const TogetherItem& item, const std::vector<KnownFile>& files, const Context& context);
/// `all` are the items that takes_from points into.
ItemResult execute(const PredictItem& item, std::span<const PredictItem> all, const Context& context);
/// The scenarios that the item takes from, and the item itself at the end. Throws Error(kConfig) as Chain does, and
/// what went wrong with the files of a stage.
Chain chain_of(const PredictItem& item, std::span<const PredictItem> all, const Context& context);
/// A table that names its own samples need not say what the study says of them: rows get their condition.
void state_conditions(const Study& study, ObservationTable& rows);
ItemResult execute_derive(const Assay& assay, const Study& study, const AnySettings& settings,
                          const ObservationTable& table, const Context& context);
/// Particles per protein of every preparation, from the measured rows of all assays.
ItemResult execute_purity(const Study& study, const AnySettings& settings, const ObservationTable& table,
                          const Context& context);
inline constexpr std::string_view kPurityKey = "derive|purity";

}  // namespace vesica
