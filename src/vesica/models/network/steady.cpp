// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/steady.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/moiety.h"

namespace vesica::network {

namespace {

std::string failure_of(const solve::SteadyState& state) {
  switch (state.result) {
    case solve::SteadyResult::kReached:
      return "";
    case solve::SteadyResult::kFound:
      return say("The course from the start does not come to rest: it oscillates or grows.");
    case solve::SteadyResult::kNotFound:
      return say("The model does not come to rest until time {}.", readable_number(state.time, 6));
    case solve::SteadyResult::kDrivenByTime:
      return say("Formulas of the model contain time: it has no steady state.");
    case solve::SteadyResult::kNotFinite:
      return say("After time {} a rate of the model is no longer a number.", readable_number(state.time, 6));
  }
  return "";
}

}  // namespace

std::vector<std::vector<double>> conserved_weights(const kinetics::Network& network,
                                                   const kinetics::CompiledModel& model) {
  std::vector<std::vector<double>> out;
  for (const kinetics::Moiety& moiety : kinetics::conserved_moieties(network).found) {
    std::vector<double> weights(model.states.size(), 0.0);
    bool whole = true;
    for (const auto& [species, factor] : moiety.terms) {
      const kinetics::Located& place = model.located[species];
      if (place.residence == kinetics::Residence::kState) {
        weights[place.index] = static_cast<double>(factor);
      } else {
        whole = false;  // a species that does not change: its part of the sum is constant by itself
      }
    }
    const bool any = std::any_of(weights.begin(), weights.end(), [](double weight) { return weight != 0; });
    if (whole && any) out.push_back(std::move(weights));
  }
  return out;
}

Rest find_rest(const kinetics::Simulator& simulator, const kinetics::Individual& individual, double start,
               const solve::SteadyOptions& options) {
  const kinetics::CompiledModel& model = simulator.model();
  Rest out;
  out.values.assign(model.outputs.outputs, std::numeric_limits<double>::quiet_NaN());
  if (!model.events.empty()) {
    out.failure = say("The model has events (\"{}\"): where it comes to rest depends on them; run it to a late time.",
                      model.events.front().id);
    return out;
  }
  kinetics::Evaluator evaluator(model, 1);
  evaluator.set_slots(0, model.slots);
  for (std::size_t k = 0; k < individual.given.size(); ++k)
    evaluator.set_slot(0, model.given_slots[k], individual.given[k]);
  std::vector<double> y(model.states.size());
  evaluator.initialise(0, start, y);
  const solve::SteadyState state = solve::find_steady_state(evaluator, y, options);
  out.work = state.work;
  out.stability = state.stability;
  out.failure = failure_of(state);
  if (out.failure.empty()) evaluator.outputs(0, start, state.y, out.values);
  return out;
}

}  // namespace vesica::network
