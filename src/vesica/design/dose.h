// SPDX-License-Identifier: Apache-2.0
// Dose, route and schedule for a wanted exposure of an organ: models distribution and release asked the other way
// round.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/base/context.h"
#include "vesica/design/spin.h"
#include "vesica/models/distribution/settings.h"
#include "vesica/models/feasibility/feasibility.h"

namespace vesica::design {

enum class Measure {
  kMinimum,  ///< at every moment of the window
  kAverage,  ///< over the window: the area under the curve over its hours
};
std::string_view to_text(Measure measure);

/// What is wanted of an organ within a window, and what may be tried.
struct DoseWish {
  std::string organ = "brain";
  double at_least = 0;  ///< vesicles in the organ
  Measure measure = Measure::kMinimum;
  double from_h = 0, to_h = 0;                ///< hours on the clock of the first dose's `start_h`
  double start_h = 0;                         ///< earliest dose
  std::vector<std::string> routes;            ///< of model distribution, and "gel"; empty: the usual ones for the organ
  std::vector<double> every_h = {24, 12, 6};  ///< besides a single dose and, into vein, CSF and brain, an infusion
  std::vector<std::string> gels;              ///< presets of model release; empty: all four gels
  double available = std::numeric_limits<double>::infinity();  ///< vesicles that there are
  double cells = std::numeric_limits<double>::quiet_NaN();     ///< that share them; NaN: of evidence, brain alone
  distribution::Settings body;  ///< species and numbers; route, dose and schedule are not looked at
  std::int64_t draws = 200;  ///< of what is not known, for intervals (chosen: quantiles within some 2 % of the draws)
  std::size_t shown = 10;    ///< ways given with intervals, beside the best of every route
};

enum class WayStatus {
  kReached,
  kNothingArrives,  ///< less than kFaintShare of the dose is in the organ when it has to be
  kTooMany,         ///< more vesicles than there are
};
std::string_view to_text(WayStatus status);

/// Below this share of the dose the integrator's own tolerance speaks (1e-10 of the dose).
inline constexpr double kFaintShare = 1e-8;

/// One number of the model and the total dose that its evidence range would ask for, all others as they stand.
struct DoseDriver {
  const ParameterRow* row = nullptr;
  double at_low = 0, at_high = 0;  ///< vesicles in all; infinite: never reached
};

/// One way to give it.
struct DoseWay {
  std::string route;   ///< of model distribution
  std::string gel;     ///< preset; empty: none
  double every_h = 0;  ///< 0: one dose
  bool infusion = false;
  std::int64_t doses = 1;
  WayStatus status = WayStatus::kReached;
  Band total;  ///< vesicles in all that reach the wish
  double each() const { return total.value / static_cast<double>(doses); }
  Band exposure;  ///< what the total gives: the wanted number, with what is not known
  double reached = std::numeric_limits<double>::quiet_NaN();  ///< share of the draws in which that total is enough
  std::vector<DoseDriver> drivers;                            ///< most first; of the best way of each route
};

struct DoseDesign {
  std::vector<DoseWay> ways;  ///< reached first; by total dose, then (within a thousandth) by fewer doses
  bool reached() const { return !ways.empty() && ways.front().status == WayStatus::kReached; }
  feasibility::Answer answer;  ///< for the wanted number of vesicles in the organ
  bool knows_cells = false;
  double cells = 0;
  std::vector<const ParameterRow*> evidence;  ///< behind that answer
  std::size_t borrowed = 0;                   ///< numbers of the body taken from another species
};

/// Every route with a single dose, doses every so many hours until the window ends, an infusion until then, and gels.
/// Each is given the total that brings the wish: particles scale, so total = total · wanted / exposure, repeated with a
/// bracket until it holds within kDoseTolerance, because phagocytes saturate. A gel is the release curve of its preset
/// (model release, a perfect sink) as infusions into the site: the brain for the brain, CSF for the cord, else under
/// the skin or the local site. Bands: the same search in every draw. Throws Error(kConfig) with "did you mean" for an
/// unknown species, route, organ or gel, and for windows and numbers that make no sense.
DoseDesign design_dose(const DoseWish& wish, const Context& context);
inline constexpr double kDoseTolerance = 1e-4;

/// What these vesicles of the wish's organ would show: exposure of a way with a total dose, for tests and figures.
double exposure_of(const DoseWish& wish, const DoseWay& way, double total, const Context& context);
/// Vesicles in the organ over time for a way with a total dose.
std::vector<double> course_of(const DoseWish& wish, const DoseWay& way, double total,
                              const std::vector<double>& times_h, const Context& context);

}  // namespace vesica::design
