// SPDX-License-Identifier: Apache-2.0
// Dose, route and schedule for a wanted exposure of an organ.
#include "vesica/design/dose.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/sampling.h"
#include "vesica/design/dose_ways.h"
#include "vesica/design/parts.h"
#include "vesica/kinetics/dose.h"
#include "vesica/models/distribution/body.h"
#include "vesica/models/distribution/distribution.h"
#include "vesica/models/release/release.h"
#include "vesica/models/release/settings.h"

namespace vesica::design {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kFirstTry = 1e10;         // chosen: a common dose
constexpr int kMostTries = 12;             // chosen: the linear case needs two
constexpr std::size_t kWindowPoints = 97;  // chosen: an average of exponentials within 0.1 %
constexpr double kJustBefore_h = 1e-4;     // chosen: a third of a second before the next dose
constexpr std::size_t kGelPieces = 40;     // chosen: infusions that stand for a release curve
constexpr double kAlike = 1e-3;

/// The numbers of one draw: the body's, and the gel's release for each preset by time.
struct Individual {
  AnySettings body;
  std::vector<double> released;  ///< at the ends of the pieces; empty without a gel
};

std::vector<double> piece_ends(const DoseWish& wish) {
  std::vector<double> out;
  for (std::size_t i = 0; i <= kGelPieces; ++i) {
    const double share = static_cast<double>(i) / kGelPieces;
    out.push_back((wish.to_h - wish.start_h) * share * share);  // fine where a release begins
  }
  return out;
}

AnySettings gel_settings(const std::string& preset) {
  AnySettings gel = AnySettings::of(release::Settings{});
  set_field(gel, "preset", preset);
  return gel;
}

/// The share released at the ends of the pieces, for each settings of model release.
std::vector<std::vector<double>> releases(const DoseWish& wish, const std::vector<AnySettings>& all,
                                          const Context& context) {
  Scenario scenario;
  scenario.times_h = piece_ends(wish);
  scenario.quantities = {"release.cumulative_fraction"};
  const Predictions found = kReleaseModel.evaluate(scenario, all, {}, context);
  std::vector<std::vector<double>> out(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double scale = found.rows.front().unit == "%" ? 0.01 : 1;
    for (std::size_t r = 0; r < found.rows.size(); ++r) out[i].push_back(scale * found.value(i, r));
  }
  return out;
}

std::vector<kinetics::Dose> doses_of(const DoseWish& wish, const DoseWay& way, const Individual& one, double total) {
  std::vector<kinetics::Dose> out;
  if (!way.gel.empty()) {
    const std::vector<double> ends = piece_ends(wish);
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
      const double share = std::max(0.0, one.released[i + 1] - one.released[i]);
      if (share > 0) out.push_back({total * share, wish.start_h + ends[i], ends[i + 1] - ends[i], 0, 1});
    }
    return out;
  }
  const double duration = way.infusion ? wish.to_h - wish.start_h : 0;
  out.push_back({total / static_cast<double>(way.doses), wish.start_h, duration, way.every_h,
                 static_cast<std::uint32_t>(way.doses)});
  return out;
}

/// The moments at which the window is looked at: even ones, and just before and at every dose.
std::vector<double> window_times(const DoseWish& wish, const DoseWay& way) {
  std::vector<double> out;
  for (std::size_t i = 0; i < kWindowPoints; ++i)
    out.push_back(wish.from_h + (wish.to_h - wish.from_h) * static_cast<double>(i) / (kWindowPoints - 1));
  for (std::int64_t i = 1; i < way.doses; ++i) {
    const double at = wish.start_h + static_cast<double>(i) * way.every_h;
    for (const double time : {at - kJustBefore_h, at + kJustBefore_h}) {
      if (time > wish.from_h && time < wish.to_h) out.push_back(time);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Vesicles in the organ: individuals x times.
std::vector<double> courses(const DoseWish& wish, const DoseWay& way, const std::vector<Individual>& individuals,
                            const std::vector<double>& totals, const std::vector<double>& times,
                            const Context& context) {
  std::vector<AnySettings> all;
  for (std::size_t i = 0; i < individuals.size(); ++i) {
    all.push_back(individuals[i].body);
    distribution::Settings& body = all.back().get<distribution::Settings>();
    body.route = way.route;
    body.label = "none";
    body.dose_unit = "particles";
    body.schedule = kinetics::to_text(doses_of(wish, way, individuals[i], totals[i]));
  }
  Scenario scenario;
  scenario.times_h = times;
  scenario.quantities = {"course.amount"};
  const Predictions found = kDistributionModel.evaluate(scenario, all, {}, context);
  std::vector<double> out(individuals.size() * times.size(), kNone);
  for (std::size_t i = 0; i < individuals.size(); ++i) {
    std::size_t k = 0;
    for (std::size_t r = 0; r < found.rows.size(); ++r) {
      if (found.rows[r].target == wish.organ && k < times.size()) out[i * times.size() + k++] = found.value(i, r);
    }
  }
  return out;
}

double measured(const DoseWish& wish, const double* amounts, const std::vector<double>& times) {
  if (wish.measure == Measure::kMinimum) return *std::min_element(amounts, amounts + times.size());
  double area = 0;
  for (std::size_t i = 0; i + 1 < times.size(); ++i)
    area += (amounts[i] + amounts[i + 1]) / 2 * (times[i + 1] - times[i]);
  return area / (times.back() - times.front());
}

std::vector<double> exposures(const DoseWish& wish, const DoseWay& way, const std::vector<Individual>& individuals,
                              const std::vector<double>& totals, const Context& context) {
  const std::vector<double> times = window_times(wish, way);
  const std::vector<double> amounts = courses(wish, way, individuals, totals, times, context);
  std::vector<double> out;
  for (std::size_t i = 0; i < individuals.size(); ++i) out.push_back(measured(wish, &amounts[i * times.size()], times));
  return out;
}

/// One search for a total dose: proportional steps, and inside a bracket false position and halving in turn, both on
/// the logarithms (phagocytes that fill up make the exposure rise far more steeply than the dose).
struct Search {
  double total = kFirstTry;
  double low = 0, low_found = 0, high = kInfinity, high_found = kInfinity;
  int tries = 0;
  bool done = false;

  void end_with(double answer) {
    total = answer;
    done = true;
  }

  double between(double wanted) const {
    const double share = tries % 2 == 0 ? 0.5 : std::log(wanted / low_found) / std::log(high_found / low_found);
    return low * std::pow(high / low, std::clamp(share, 0.02, 0.98));
  }

  void step(double exposure, double wanted) {
    if (done) return;
    ++tries;
    if (exposure > kFaintShare * total && std::fabs(exposure / wanted - 1) <= kDoseTolerance) return end_with(total);
    const bool is_faint = !(exposure > kFaintShare * total);
    if (exposure >= wanted && !is_faint) {
      high = total;
      high_found = exposure;
    } else {
      low = total;
      low_found = std::max(exposure, kFaintShare * total);
    }
    if (low > 0 && std::isfinite(high)) {
      total = between(wanted);
    } else {
      // A faint answer may only mean that all of it was taken up on the way: more saturates what takes it up.
      const double factor = is_faint ? 100 : std::clamp(wanted / exposure, 1e-12, 1e12);
      total *= factor;
    }
    if (!(total <= kMostVesicles)) end_with(kInfinity);
  }
};

/// The total dose of every individual that brings the wish; infinite: none does.
std::vector<double> needed(const DoseWish& wish, const DoseWay& way, const std::vector<Individual>& individuals,
                           const Context& context) {
  std::vector<Search> searches(individuals.size());
  for (int k = 0; k < kMostTries; ++k) {
    std::vector<Individual> open;
    std::vector<double> totals;
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < individuals.size(); ++i) {
      if (searches[i].done) continue;
      open.push_back(individuals[i]);
      totals.push_back(searches[i].total);
      index.push_back(i);
    }
    if (open.empty()) break;
    context.check_cancelled();
    const std::vector<double> found = exposures(wish, way, open, totals, context);
    for (std::size_t i = 0; i < open.size(); ++i) searches[index[i]].step(found[i], wish.at_least);
  }
  std::vector<double> out;
  for (const Search& search : searches) out.push_back(search.done ? search.total : kInfinity);
  return out;
}

Individual typical(const DoseWish& wish, const DoseWay& way, const Context& context) {
  Individual out{AnySettings::of(wish.body), {}};
  if (!way.gel.empty()) out.released = releases(wish, {gel_settings(way.gel)}, context).front();
  return out;
}

std::vector<Individual> drawn_individuals(const DoseWish& wish, const DoseWay& way, const Context& context) {
  AnySettings body = AnySettings::of(wish.body);
  body.get<distribution::Settings>().route = way.route;
  const std::vector<Unknown> unknowns = unknowns_of(body);
  std::vector<std::vector<double>> released;
  if (!way.gel.empty()) {
    const AnySettings gel = gel_settings(way.gel);
    const std::vector<Unknown> of_gel = unknowns_of(gel);
    std::vector<AnySettings> all;
    for (std::int64_t i = 0; i < wish.draws; ++i)
      all.push_back(with_values(gel, of_gel, draw_values(of_gel, context.seed, static_cast<std::uint64_t>(i))));
    released = releases(wish, all, context);
  }
  std::vector<Individual> out;
  for (std::int64_t i = 0; i < wish.draws; ++i) {
    const auto draw = static_cast<std::uint64_t>(i);
    out.push_back({with_values(body, unknowns, draw_values(unknowns, context.seed, draw)), {}});
    if (!released.empty()) out.back().released = released[static_cast<std::size_t>(i)];
  }
  return out;
}

void sort_ways(std::vector<DoseWay>& ways) {
  const auto rank = [](const DoseWay& way) {
    return static_cast<int>(way.status == WayStatus::kReached ? 0 : way.status == WayStatus::kTooMany ? 1 : 2);
  };
  std::stable_sort(ways.begin(), ways.end(), [&](const DoseWay& a, const DoseWay& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return a.total.value < b.total.value;
  });
  // Ways within a thousandth of each other: fewer doses first. Neighbours only, so that the order stays one.
  for (std::size_t i = 1; i < ways.size(); ++i) {
    for (std::size_t k = i; k > 0; --k) {
      DoseWay &a = ways[k - 1], &b = ways[k];
      if (rank(a) != rank(b) || !(b.total.value <= a.total.value * (1 + kAlike)) || b.doses >= a.doses) break;
      std::swap(a, b);
    }
  }
}

/// Appends both ends of every number of the gel; the body stays as it stands.
void add_gel_ends(const DoseWish& wish, DoseWay& way, const Individual& middle, std::vector<Individual>& ends,
                  const Context& context) {
  const AnySettings gel = gel_settings(way.gel);
  std::vector<AnySettings> all;
  for (const Unknown& unknown : unknowns_of(gel)) {
    const ParameterRow* row = find_parameter(unknown.key);
    if (row == nullptr) continue;
    way.drivers.push_back({row, 0, 0});
    for (const double value : {row->low, row->high})
      all.push_back(with_values(gel, std::span(&unknown, 1), std::span(&value, 1)));
  }
  for (std::vector<double>& released : releases(wish, all, context)) ends.push_back({middle.body, std::move(released)});
}

void add_drivers(const DoseWish& wish, DoseWay& way, const Context& context) {
  AnySettings body = AnySettings::of(wish.body);
  body.get<distribution::Settings>().route = way.route;
  const Individual middle = typical(wish, way, context);
  std::vector<Individual> ends;
  for (const Unknown& unknown : unknowns_of(body)) {
    const ParameterRow* row = find_parameter(unknown.key);
    if (row == nullptr) continue;
    way.drivers.push_back({row, 0, 0});
    for (const double value : {row->low, row->high})
      ends.push_back({with_values(body, std::span(&unknown, 1), std::span(&value, 1)), middle.released});
  }
  if (!way.gel.empty()) add_gel_ends(wish, way, middle, ends, context);
  const std::vector<double> totals = needed(wish, way, ends, context);
  for (std::size_t i = 0; i < way.drivers.size(); ++i) {
    way.drivers[i].at_low = totals[2 * i];
    way.drivers[i].at_high = totals[2 * i + 1];
  }
  const auto span = [](const DoseDriver& one) { return std::fabs(std::log(one.at_high / one.at_low)); };
  std::erase_if(way.drivers, [&](const DoseDriver& one) { return !(span(one) > 10 * kDoseTolerance); });
  std::stable_sort(way.drivers.begin(), way.drivers.end(),
                   [&](const DoseDriver& a, const DoseDriver& b) { return span(a) > span(b); });
}

void add_bands(const DoseWish& wish, DoseWay& way, const Context& context) {
  if (wish.draws < 2 || !std::isfinite(way.total.value)) return;
  const std::vector<Individual> individuals = drawn_individuals(wish, way, context);
  const double total = way.total.value;
  std::vector<double> totals = needed(wish, way, individuals, context);
  for (double& one : totals) one = std::min(one, kMostVesicles);  // what is out of reach has no mean with its neighbour
  way.total = band_of(total, std::move(totals));
  if (way.total.high >= kMostVesicles) way.total.high = kInfinity;
  const std::vector<double> given(individuals.size(), total);
  const std::vector<double> found = exposures(wish, way, individuals, given, context);
  const auto enough = std::count_if(found.begin(), found.end(),
                                    [&](double one) { return one >= wish.at_least * (1 - kDoseTolerance); });
  way.reached = static_cast<double>(enough) / static_cast<double>(found.size());
  way.exposure = band_of(wish.at_least, found);
}

void judge(const DoseWish& wish, DoseWay& way) {
  if (!std::isfinite(way.total.value))
    way.status = WayStatus::kNothingArrives;
  else if (way.total.value > wish.available)
    way.status = WayStatus::kTooMany;
}

void add_feasibility(const DoseWish& wish, DoseDesign& out) {
  const auto value = [&](std::string_view id) {
    const ParameterRow* row = find_parameter(id);
    if (row == nullptr) return kNone;
    out.evidence.push_back(row);
    return row->value;
  };
  const std::string& species = wish.body.species;  // the evidence row counts the cells of a rodent's brain
  const bool is_rodent = species == "mouse" || species == "rat" || species == "rat_pup";
  out.knows_cells = (wish.organ == "brain" && is_rodent) || !std::isnan(wish.cells);
  if (!out.knows_cells) return;
  out.cells = std::isnan(wish.cells) ? value("feasibility.recipient_cells") : wish.cells;
  feasibility::Question question;
  question.dose = wish.at_least;
  question.organ_share = 1;
  question.taken_up_share = value("feasibility.uptake_share");
  question.recipient_cells = out.cells;
  question.copies_per_vesicle = value("cargo.mirna_copies");
  question.escape_share = value("uptake.release_share");
  question.copies_needed = value("cargo.repression_copies");
  out.answer = feasibility::answer(question);
}

}  // namespace

std::string_view to_text(Measure measure) { return measure == Measure::kMinimum ? "minimum" : "average"; }

std::string_view to_text(WayStatus status) {
  switch (status) {
    case WayStatus::kReached:
      return "reached";
    case WayStatus::kNothingArrives:
      return "nothing_arrives";
    case WayStatus::kTooMany:
      return "too_many";
  }
  return "";
}

DoseDesign design_dose(const DoseWish& wish, const Context& context) {
  check_dose_wish(wish);
  DoseDesign out;
  out.ways = all_ways(wish);
  for (DoseWay& way : out.ways) {
    way.total.value = needed(wish, way, {typical(wish, way, context)}, context).front();
    judge(wish, way);
  }
  sort_ways(out.ways);
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < out.ways.size(); ++i) {
    DoseWay& way = out.ways[i];
    const std::string route = way.gel.empty() ? way.route : std::string(kGel);
    const bool best = std::find(seen.begin(), seen.end(), route) == seen.end();
    if (best) seen.push_back(route);
    if (best || i < wish.shown) add_bands(wish, way, context);
    if (best && std::isfinite(way.total.value)) add_drivers(wish, way, context);
  }
  if (wish.body.structure != "two_compartments")
    out.borrowed = distribution::body_of(wish.body.species).borrowed.size();
  add_feasibility(wish, out);
  return out;
}

double exposure_of(const DoseWish& wish, const DoseWay& way, double total, const Context& context) {
  return exposures(wish, way, {typical(wish, way, context)}, {total}, context).front();
}

std::vector<double> course_of(const DoseWish& wish, const DoseWay& way, double total,
                              const std::vector<double>& times_h, const Context& context) {
  return courses(wish, way, {typical(wish, way, context)}, {total}, times_h, context);
}

}  // namespace vesica::design
