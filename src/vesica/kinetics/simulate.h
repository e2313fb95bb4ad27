// SPDX-License-Identifier: Apache-2.0
// Runs individuals of a compiled network: doses, curves, events, switches, rows at the wanted times.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/curve.h"
#include "vesica/kinetics/dose.h"
#include "vesica/kinetics/network.h"
#include "vesica/solve/ode.h"

namespace vesica::kinetics {

/// What every individual of a simulation shares.
struct Plan {
  double start = 0;
  std::vector<double> times;  ///< when rows are wanted: ascending, none before `start`; the run ends with the last
  /// `absolute` is meant for what formulas see: the state of a species that they see as a concentration is an amount,
  /// and its tolerance is multiplied by the size of its compartment.
  solve::Tolerances tolerances = {};
  solve::Method method = solve::Method::kAuto;
  std::uint64_t seed = 1;  ///< of ties between events
};

/// What one individual brings.
struct Individual {
  std::uint64_t key = 0;           ///< which one it is: random numbers depend on it and on nothing else
  std::vector<double> given = {};  ///< one a symbol of CompileOptions::given, or none: the declared values
  std::vector<Given> doses = {};   ///< target: a symbol; boluses to CompileOptions::dosed, infusions to ::infused
  std::vector<Curve> curves = {};  ///< followed, then fed (there: the cumulative amount)
};

enum class RunState : std::uint8_t {
  kOk,
  kCancelled,
  kNotFinite,     ///< the right-hand side is not a number: division by zero, negative root, overflow
  kStepTooSmall,  ///< no step above the resolution of time keeps the tolerance
  kTooManySteps,
  kEventCascade,  ///< events trigger each other without end at one moment
  kEventDelay,    ///< the delay of an event is negative or not a number
};
const char* to_text(RunState state);

struct RunStatus {
  RunState state = RunState::kOk;
  double time = std::numeric_limits<double>::quiet_NaN();  ///< how far the run came; NaN when it is ok
  std::string symbol = {};                                 ///< state or event to look at; may be empty
  bool ok() const { return state == RunState::kOk; }
};
/// The status as a sentence for the user.
std::string sentence(const RunStatus& status);

/// One individual's rows. After a failure the rows that were not reached are NaN.
struct Trajectory {
  RunStatus status;
  std::vector<double> values;                                    ///< times × outputs, row by row
  solve::Method method = solve::Method::kAuto;                   ///< the one that reached the end
  double changed_at = std::numeric_limits<double>::quiet_NaN();  ///< when `auto` left the explicit method; NaN: never
  solve::Work work = {};
  long events = 0;    ///< executed
  long restarts = 0;  ///< of the integrator: doses, events, switches
};

/// What `auto` does with a model of so many states; explained in method_reason().
struct MethodChoice {
  solve::Method first, later;
};

/// A compiled network with what doses and tolerances need to know of it. Immutable: threads share it.
///
/// Rows: the value at a wanted time is the one after everything that happens at that time. Doses come before the events
/// of the same moment, except at the start, where events that the start itself triggers come first. Switches and events
/// are found by comparing the truth of conditions at the ends of each accepted step and at kInside moments within it,
/// then by halving on the dense output down to neighbouring numbers; the right one is taken. A condition that is
/// true for less than that may be missed: steps are at most 1/kLeastSteps of the run in models with conditions.
///
/// `auto` begins with the explicit method, which costs least, and leaves an individual to the Rosenbrock method from
/// the moment on at which stability, not accuracy, limits its steps, or at which the explicit method fails. Models
/// whose elimination at every step costs more than CVODES' seldom one it leaves to CVODES: solve::stiff_method().
class Simulator {
 public:
  static constexpr int kInside = 3;       ///< chosen
  static constexpr int kLeastSteps = 50;  ///< chosen

  /// Compiles. Throws what compile() throws, and Error(kUnsupported) for a dose that has no amount to be added to.
  Simulator(const Network& network, CompileOptions options);

  const CompiledModel& model() const { return *model_; }
  const CompileOptions& options() const { return options_; }
  MethodChoice choice(solve::Method wanted) const;
  /// A sentence: which method runs and why.
  std::string method_reason(const Trajectory& trajectory, solve::Method wanted) const;

  /// One individual. Throws Error(kConfig) for plans that cannot be (times that do not ascend or lie before the start),
  /// doses before the start or to symbols that were not announced, and curves or given values that are not as many as
  /// the options say.
  Trajectory run(const Individual& individual, const Plan& plan, const Context& context) const;
  /// Several on one thread, side by side; each result has the same bits as run() gives. On cancellation the status of
  /// the unfinished is kCancelled.
  void run(std::span<const Individual> individuals, const Plan& plan, const Context& context,
           std::span<Trajectory> results) const;
  /// Throws as run() does, without running.
  void check(const Individual& individual, const Plan& plan) const;
  /// The plan's tolerances, one a state.
  solve::Tolerances tolerances(const Plan& plan) const;

  /// How a dose to a symbol acts.
  struct DoseTarget {
    std::uint32_t symbol = kNoSymbol;
    bool bolus = false, infusion = false;
    Located place;                ///< where a bolus is added
    bool concentration = false;   ///< the place holds a concentration: divide by the size at `volume`
    Located volume;               ///< of the compartment
    std::uint32_t rate_slot = 0;  ///< of infusions
  };
  const DoseTarget* find_target(std::uint32_t symbol) const;

 private:
  void add_targets(const Network& network);
  DoseTarget& target(std::uint32_t symbol);

  CompileOptions options_;
  std::shared_ptr<const CompiledModel> model_;
  solve::Method stiff_method_;
  std::vector<DoseTarget> targets_;
  std::vector<std::string> symbol_names_;
  std::vector<double> tolerance_scales_;  ///< one a state
};

}  // namespace vesica::kinetics
