// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/simulate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/kinetics/batch.h"

namespace vesica::kinetics {

namespace {

using solve::Method;

/// Whether the symbol's state holds a concentration: only a rate rule of a species that formulas see as one.
bool holds_concentration(const Symbol& symbol) {
  return symbol.kind == SymbolKind::kSpecies && symbol.rule == RuleKind::kRate && !symbol.only_substance;
}

Error not_dosable(const std::string& id) {
  return Error(ErrorKind::kUnsupported, say("A dose to \"{}\" is not possible: it has no amount of its own.", id),
               Place{"", 0, 0, id}, say("Doses go to species that reactions or rate rules change."));
}

}  // namespace

const char* to_text(RunState state) {
  switch (state) {
    case RunState::kOk:
      return "ok";
    case RunState::kCancelled:
      return "cancelled";
    case RunState::kNotFinite:
      return "not_finite";
    case RunState::kStepTooSmall:
      return "step_too_small";
    case RunState::kTooManySteps:
      return "too_many_steps";
    case RunState::kEventCascade:
      return "event_cascade";
    case RunState::kEventDelay:
      return "event_delay";
  }
  return "";
}

std::string sentence(const RunStatus& status) {
  const std::string time = readable_number(status.time, 6);
  switch (status.state) {
    case RunState::kOk:
      return say("The run reached its end.");
    case RunState::kCancelled:
      return say("The run was stopped at time {}.", time);
    case RunState::kNotFinite:
      return say("After time {} the rate of \"{}\" is no longer a number.", time, status.symbol);
    case RunState::kStepTooSmall:
      return say("After time {} no step keeps the tolerance; \"{}\" changes fastest.", time, status.symbol);
    case RunState::kTooManySteps:
      return say("At time {} the run had used up its steps; \"{}\" changes fastest.", time, status.symbol);
    case RunState::kEventCascade:
      return say("At time {} events trigger each other without end; the last one was \"{}\".", time, status.symbol);
    case RunState::kEventDelay:
      return say("At time {} the delay of event \"{}\" is negative or not a number.", time, status.symbol);
  }
  return {};
}

Simulator::Simulator(const Network& network, CompileOptions options)
    : options_(std::move(options)),
      model_(std::make_shared<const CompiledModel>(compile(network, options_))),
      stiff_method_(solve::stiff_method(model_->pattern)) {
  for (const Symbol& symbol : network.symbols) symbol_names_.push_back(symbol.id);
  add_targets(network);
  tolerance_scales_.assign(model_->states.size(), 1.0);
  for (std::size_t i = 0; i < model_->states.size(); ++i) {
    const Symbol& symbol = network.symbols[model_->states[i]];
    if (symbol.kind != SymbolKind::kSpecies || symbol.only_substance || symbol.rule == RuleKind::kRate) continue;
    const double size = symbol.compartment == kNoSymbol ? 1 : network.symbols[symbol.compartment].value;
    if (std::isfinite(size) && size > 0) tolerance_scales_[i] = size;
  }
}

void Simulator::add_targets(const Network& network) {
  for (std::size_t k = 0; k < options_.infused.size(); ++k) {
    DoseTarget& infused = target(options_.infused[k]);
    infused.infusion = true;
    infused.rate_slot = model_->infusion_slots[k];
  }
  for (const std::uint32_t index : options_.dosed) {
    const Symbol& symbol = network.symbols[index];
    DoseTarget& dosed = target(index);
    dosed.bolus = true;
    dosed.place = model_->located[index];
    if (dosed.place.residence != Residence::kState && dosed.place.residence != Residence::kSlot)
      throw not_dosable(symbol.id);
    dosed.concentration = holds_concentration(symbol);
    if (!dosed.concentration) continue;
    dosed.volume = model_->located[symbol.compartment];
    if (dosed.volume.residence == Residence::kFormula || dosed.volume.residence == Residence::kInput)
      throw not_dosable(symbol.id);
  }
}

Simulator::DoseTarget& Simulator::target(std::uint32_t symbol) {
  for (DoseTarget& known : targets_)
    if (known.symbol == symbol) return known;
  targets_.push_back({});
  targets_.back().symbol = symbol;
  return targets_.back();
}

const Simulator::DoseTarget* Simulator::find_target(std::uint32_t symbol) const {
  for (const DoseTarget& known : targets_)
    if (known.symbol == symbol) return &known;
  return nullptr;
}

MethodChoice Simulator::choice(Method wanted) const {
  if (wanted != Method::kAuto) return {wanted, wanted};
  return {Method::kExplicit, stiff_method_};
}

std::string Simulator::method_reason(const Trajectory& trajectory, Method wanted) const {
  if (wanted != Method::kAuto) return say("{}, as wished", solve::to_text(wanted));
  if (trajectory.method == Method::kExplicit) return say("{}: not stiff", solve::to_text(Method::kExplicit));
  if (std::isnan(trajectory.changed_at))
    return say("{}: the first individual was stiff", solve::to_text(trajectory.method));
  return say("{} from time {} on: there stability, not accuracy, limited the steps of the explicit method",
             solve::to_text(trajectory.method), readable_number(trajectory.changed_at, 6));
}

solve::Tolerances Simulator::tolerances(const Plan& plan) const {
  solve::Tolerances each = plan.tolerances;
  if (each.absolute_each.empty())
    for (const double scale : tolerance_scales_) each.absolute_each.push_back(each.absolute * scale);
  if (each.largest_step == 0 && model_->conditions.outputs > 0 && !plan.times.empty())
    each.largest_step = (plan.times.back() - plan.start) / kLeastSteps;
  return each;
}

void Simulator::check(const Individual& individual, const Plan& plan) const {
  const auto refuse = [&](const std::string& what) { throw Error(ErrorKind::kConfig, what); };
  double before = plan.start;
  for (const double time : plan.times) {
    if (!std::isfinite(time) || time < before)
      refuse(say("Times must ascend from the start: {} comes after {}.", exact_number(time), exact_number(before)));
    before = time;
  }
  if (!std::isfinite(plan.start)) refuse(say("The start is not a number: {}.", exact_number(plan.start)));
  if (!individual.given.empty() && individual.given.size() != options_.given.size())
    refuse(say("{} value(s) (is|are) given for {} symbol(s).", individual.given.size(), options_.given.size()));
  if (individual.curves.size() != model_->inputs())
    refuse(say("{} curve(s) (is|are) given for {} input(s).", individual.curves.size(), model_->inputs()));
  for (const Given& given : individual.doses) {
    const std::string name = given.target < symbol_names_.size() ? symbol_names_[given.target] : std::string("?");
    const DoseTarget* known = find_target(given.target);
    check_dose(given.dose, name);
    if (known == nullptr || (given.dose.duration > 0 ? !known->infusion : !known->bolus))
      refuse(say("A dose to \"{}\" was not announced.", name));
    if (given.dose.time < plan.start)
      refuse(say("A dose to \"{}\" at {} lies before the start.", name, exact_number(given.dose.time)));
  }
}

Trajectory Simulator::run(const Individual& individual, const Plan& plan, const Context& context) const {
  Trajectory result;
  run(std::span(&individual, 1), plan, context, std::span(&result, 1));
  return result;
}

void Simulator::run(std::span<const Individual> individuals, const Plan& plan, const Context& context,
                    std::span<Trajectory> results) const {
  VESICA_REQUIRE(individuals.size() == results.size(), "one result an individual");
  for (const Individual& individual : individuals) check(individual, plan);
  const MethodChoice methods = choice(plan.method);
  const bool alone = individuals.size() < 2 || methods.first == Method::kCvodes || methods.later == Method::kCvodes;
  Batch(*this, plan, context, alone ? 1 : solve::kLanes).run(individuals, results);
}

}  // namespace vesica::kinetics
