// SPDX-License-Identifier: Apache-2.0
// The events of one individual: triggers, delays, priorities, ties and cascades as SBML Level 3 means them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "vesica/base/random.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/evaluator.h"

namespace vesica::kinetics {

/// Two moments count as one when no more than this share of the time lies between them, so that sums such as 0.1 + 0.2
/// and 0.3 are one moment (chosen).
inline constexpr double kSameMoment = 8 * std::numeric_limits<double>::epsilon();
/// Whether what is planned for `moment` has come at time t; what is planned for no time at all (NaN) has.
inline bool has_come(double moment, double t) { return !(moment > t + kSameMoment * (t < 0 ? -t : t)); }

enum class EventTrouble { kNone, kCascade, kDelay };

/// What happened at one moment. `event` is the one to name in a message when `trouble` is not kNone.
struct Happening {
  int executed = 0;        ///< events whose assignments were made
  bool switched = false;   ///< a condition changed on which the right-hand side breaks
  bool scheduled = false;  ///< an execution was put off or taken back: next_due() may have changed
  EventTrouble trouble = EventTrouble::kNone;
  std::size_t event = 0;
};

/// SBML Level 3 Version 2 Core, section 4.12, for one individual. An event is triggered when its trigger turns from
/// false to true; its delay, and its values when it uses those of trigger time, are evaluated at that moment, before
/// anything else of the moment is executed. Of all executions due at one moment the one of highest priority goes first;
/// then every trigger and every priority is looked at again. Among equal priorities chance decides (a stream keyed by
/// seed and individual, one draw a tie). Events without priority come after those with one, in the order in which they
/// were triggered, simultaneous ones as the model lists them (SBML leaves this open; our choice). A non-persistent
/// event is taken back when its trigger turns false before its execution.
class EventMachine {
 public:
  /// Executions at one moment after which a cascade counts as endless (chosen).
  static constexpr int kMostExecutions = 100'000;

  EventMachine(const CompiledModel& model, std::uint64_t seed, std::uint64_t individual);

  /// The start of a run: triggers are compared with what the model says of the time before it.
  Happening begin(Evaluator& evaluator, int lane, double t, std::span<double> y);
  /// Looks at every condition at (t, y) and executes what is due; changes y and the lane's slots.
  Happening arrive(Evaluator& evaluator, int lane, double t, std::span<double> y);
  /// When the next delayed execution is due; infinity when none is.
  double next_due() const;
  /// Values of CompiledModel::conditions at the last look.
  std::span<const double> truths() const { return truths_; }
  bool differs(std::span<const double> truths) const;

 private:
  struct Pending {
    std::size_t event;
    double due;
    std::uint64_t order;
    std::vector<double> values;  ///< empty: evaluated when executed
  };
  struct Scene {
    Evaluator& evaluator;
    int lane;
    double t;
    std::span<double> y;
  };
  void look(const Scene& scene, Happening& happening);
  void trigger(const Scene& scene, std::size_t event, Happening& happening);
  std::size_t choose(const Scene& scene);
  void execute(const Scene& scene, std::size_t pending);

  const CompiledModel* model_;
  Random ties_;
  std::uint64_t next_order_ = 0;
  std::vector<double> truths_, fresh_, values_;
  std::vector<Pending> pending_;
};

}  // namespace vesica::kinetics
