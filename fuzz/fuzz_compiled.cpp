// SPDX-License-Identifier: Apache-2.0
// Compiled models from a stranger: whatever is accepted comes back with the same bytes and runs within its registers.
#include <vector>

#include "fuzz/fuzz.h"

#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/evaluator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vesica;
  using namespace vesica::kinetics;
  read_or_refuse([&] {
    const CompiledModel model = deserialise(as_text(data, size));
    VESICA_REQUIRE(serialise(model) == as_text(data, size), "a compiled model has one spelling");
    for (const int lanes : {1, solve::kLanes}) {
      Evaluator evaluator(model, lanes);
      const std::size_t states = model.states.size(), width = static_cast<std::size_t>(lanes);
      std::vector<double> t(width), y(states), all(states * width, 1.0), f(all),
          entries(model.pattern.rows.size() * width);
      std::vector<double> truth(model.conditions.outputs), outputs(model.outputs.outputs);
      evaluator.initialise(lanes - 1, 0, y);
      evaluator.rhs(t.data(), all.data(), f.data());
      evaluator.jacobian(t.data(), all.data(), entries.data());
      evaluator.time_derivative(t.data(), all.data(), f.data());
      evaluator.conditions(lanes - 1, 0, y, truth);
      evaluator.outputs(lanes - 1, 0, y, outputs);
      for (int event = 0; event < static_cast<int>(model.events.size()); ++event) {
        std::vector<double> values(model.events[static_cast<std::size_t>(event)].symbols.size());
        evaluator.event_delay(lanes - 1, event, 0, y);
        evaluator.event_values(lanes - 1, event, 0, y, values);
        evaluator.event_apply(lanes - 1, event, 0, values, y);
      }
    }
  });
  return 0;
}
