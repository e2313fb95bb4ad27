// SPDX-License-Identifier: Apache-2.0
// What a model is to predict, from which assumptions, and what it takes from other predictions. Plain structs.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/settings/value.h"

namespace vesica {

/// The word that stands in Take::from for the study's own measured rows.
inline constexpr const char* kMeasuredRows = "measured";

/// What a scenario takes from the prediction of another, or from what was measured: rows of a quantity, at a port of
/// its model.
struct Take {
  std::string from;  ///< id of the other scenario, or kMeasuredRows
  std::string quantity;
  std::string target;  ///< empty: the one that there is
  std::string port;    ///< as the model names it; found by the loader when the study leaves it out
  double time_h = std::numeric_limits<double>::quiet_NaN();  ///< a port that takes a number: the value at that time
  Place place;
  std::string sample = {};     ///< of measured rows; both empty: those of the scenario
  std::string condition = {};  ///< of measured rows: the mean of its samples
  bool is_measured() const { return from == kMeasuredRows; }
};

/// One scenario: which model, under which assumptions, for which quantities. It describes and does not compute.
struct Scenario {
  std::string id;
  std::string title;
  std::string model;
  std::string condition;  ///< or sample: what the prediction is about
  std::string sample;
  std::string protocol;        ///< of the study; its steps are handed to the model's settings
  std::string file;            ///< the model's own file, as the study writes it; handed to the model's settings
  Value map = Value::array();  ///< symbols of that file as quantities; handed to the model's settings
  std::vector<std::string> quantities;
  std::vector<std::string> targets;  ///< organs, genes, ...: rows of others are not kept; empty: all
  std::vector<double> times_h;
  std::vector<double> at;
  Value settings = Value::table();
  Value vary = Value::table();  ///< setting → distribution or number, in place of its evidence range
  Value take = Value::array();  ///< as written; the loader reads it into `takes`
  std::vector<Take> takes = {};
  std::uint64_t draws = 1000;  ///< of what is not known exactly, for intervals; 0: no intervals
  std::uint64_t seed = 1;
  Place place;
  /// Contents of the files that the settings name, by name as written; filled in by app before the model runs.
  std::map<std::string, std::shared_ptr<const std::string>> files = {};
};

}  // namespace vesica
