// SPDX-License-Identifier: Apache-2.0
// The settings of model network: which file, which times, which changes, how accurate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/settings/fields.h"

namespace vesica::network {

inline constexpr std::int64_t kMostPoints = 1'000'001;
inline constexpr std::int64_t kMostIndividuals = 10'000'000;

struct Settings {
  std::string file;
  double from = 0;
  std::optional<double> to;
  std::int64_t points = 101;
  std::vector<std::string> select;
  std::string species = "as_used";
  Value set = Value::table();
  std::vector<std::string> doses;
  std::string individuals;
  std::int64_t sample = 0;
  std::vector<std::string> vary;
  bool steady_state = false;
  Value map = Value::array();
  std::string time_unit;
  std::string method = "auto";
  double rtol = 1e-6;
  double atol = 1e-12;

  void describe(Fields& fields);
};

/// One `[[scenario.map]]`: a symbol as a quantity of the catalogue.
struct Mapping {
  std::string symbol, quantity, target;
  std::string unit;     ///< of the symbol; empty: as the model declares
  std::string measure;  ///< "amount", "concentration" or empty
  Place place;
};
/// The map, checked against the catalogue but not against a model. Throws Error(kConfig) with the place.
std::vector<Mapping> read_map(const Value& map);

/// `set` as symbol and value. Throws Error(kConfig) for anything that is no finite number.
struct Replacement {
  std::string symbol;
  double value = 0;
  Place place;
};
std::vector<Replacement> read_set(const Value& set);

}  // namespace vesica::network
