// SPDX-License-Identifier: Apache-2.0
// A study as a list of work items: which inputs, with which settings, in which order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vesica/contract/contract.h"
#include "vesica/contract/measured.h"

namespace vesica {

/// Pictures of even light and of no light that belong together: they correct images instead of being measured.
struct LightItem {
  const Assay* assay = nullptr;
  std::string group;
  std::vector<const Input*> flats, darks;
};

/// Controls with one role that belong together: they become one Calibration.
struct CalibrationItem {
  std::string key;
  const Assay* assay = nullptr;
  std::string role, group;
  AnySettings settings;
  std::vector<const Input*> inputs;
  std::optional<std::size_t> light = {};  ///< index into Plan::lights
};

/// One input measured by one assay.
struct MeasureItem {
  std::string key;
  const Assay* assay = nullptr;
  const Input* input = nullptr;
  AnySettings settings;
  InputFacts facts;
  std::vector<std::size_t> calibrations;  ///< indices into Plan::calibrations
  std::optional<std::size_t> light = {};  ///< index into Plan::lights
  bool shares_file = false;               ///< other inputs are parts of the same file
};

/// Several inputs of one sample that the assay holds against each other.
struct TogetherItem {
  std::string key;
  const Assay* assay = nullptr;
  std::string sample;
  std::vector<const Input*> inputs;
};

inline constexpr std::size_t kFromMeasured = static_cast<std::size_t>(-1);

/// One scenario run by its model.
struct PredictItem {
  std::string key;
  const Model* model = nullptr;
  Scenario scenario;  ///< with `at` and `times_h` of the measured rows filled in when it names none
  AnySettings settings;
  std::vector<std::string> quantities;  ///< what the model may yield with these settings
  /// For each of Scenario::takes: index of the item that gives; kFromMeasured where measured rows do.
  std::vector<std::size_t> takes_from;
  std::map<std::size_t, MeasuredCourse> measured;           ///< by position in Scenario::takes, once rows are at hand
  std::vector<std::pair<std::string, std::string>> inputs;  ///< files that were read: path, SHA-256
  std::optional<Error> error;                               ///< why one of them could not be
};

struct Plan {
  std::vector<LightItem> lights;
  std::vector<CalibrationItem> calibrations;
  std::vector<MeasureItem> measures;
  std::vector<TogetherItem> together;
  std::vector<PredictItem> predictions;
  std::vector<const Assay*> deriving;  ///< assays with inputs in the study that have a derive()
};

/// Settings are the defaults, then `[settings.ID]` of the study, then the input's own. Problems are collected; an item
/// with problems still stands in the plan.
Plan make_plan(const Study& study, std::vector<Error>& problems);

/// The settings of an assay or model in a study, before any input's own.
AnySettings resolve_settings(const Study& study, std::string_view id, AnySettings defaults,
                             std::vector<Error>& problems);

/// Settings and quantities of a scenario: the model's defaults, `defaults` of the study, the scenario's own table, and
/// what it hands over (steps of the protocol, file, map). Problems are collected.
PredictItem plan_prediction(const Scenario& scenario, const Model& model, const Protocol* protocol,
                            AnySettings defaults, std::vector<Error>& problems);

/// Fills takes_from by the scenarios' ids.
void connect_predictions(std::vector<PredictItem>& items);

/// Fills what the item takes from measured rows; what is missing among them becomes its error.
void take_measured(PredictItem& item, const ObservationTable& table);

/// The numbers that an item takes from measured rows for one of its takes, as text.
std::string measured_print(const PredictItem& item, std::size_t take);

/// The model can predict the quantity and the scenario wants it (by name, or "vesicle.diameter.*", or all).
bool is_asked(const PredictItem& item, std::string_view quantity);

/// The key under which the store keeps the rows derived for an assay.
std::string derive_key(const Assay& assay);

}  // namespace vesica
