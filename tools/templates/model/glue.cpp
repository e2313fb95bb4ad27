// SPDX-License-Identifier: Apache-2.0
// @name@ as a model: settings and rows.
#include <cmath>

#include "vesica/contract/contract.h"
#include "vesica/models/@name@/@name@.h"

namespace vesica {

namespace {

constexpr std::string_view kSources[] = {"our choice"};
constexpr std::string_view kQuantities[] = {"other.fraction"};

struct @Name@Settings {
  double kept = 0.5;
  std::int64_t steps = 2;

  void describe(Fields& fields) {
    fields.number("kept", kept, {.low = 0, .high = 1, .help = "Share that each step keeps."});
    fields.integer("steps", steps, {.low = 0, .high = 1000, .help = "Number of steps."});
  }
};

AnySettings make_settings() { return AnySettings::of(@Name@Settings{}); }

Outcome predict(const Scenario& scenario, const AnySettings& settings, const Context&) {
  const auto& values = settings.get<@Name@Settings>();
  Observation row;
  row.quantity = "other.fraction";
  row.unit = "1";
  row.condition = scenario.condition;
  row.sample = scenario.sample;
  row.origin = Origin::kPredicted;
  row.source = "@name@";
  row.value = @name@::share_left(values.kept, values.steps);
  row.status = std::isnan(row.value) ? Status::kNotConverged : Status::kOk;
  Outcome out;
  out.observations.add(row);
  return out;
}

}  // namespace

const Model k@Name@Model = {
    .id = "@name@",
    .title = "@name@",
    .summary = "What is left after several steps that each keep the same share.",
    .sources = kSources,
    .quantities = kQuantities,
    .make_settings = make_settings,
    .predict = predict,
};

}  // namespace vesica
