// SPDX-License-Identifier: Apache-2.0
// The map of density law, rotor and parent median.
#include "vesica/checks/isolation.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/models/spin/predict.h"

namespace vesica {

namespace {

using spin::NeededMedian;

/// A density law of the map as settings of spin.
struct Law {
  std::string name;
  spin::Settings settings;
};

/// "1.10 g/mL", with more digits only where the number has them.
std::string density_text(double g_ml) {
  const std::string two = fmt::format("{:.2f}", g_ml);
  return (parse_number(two) == g_ml ? two : exact_number(g_ml)) + " g/mL";
}

std::vector<Law> laws_of(const spin::Settings& base, const IsolationSettings& settings) {
  std::vector<Law> out;
  for (const double density : settings.densities_g_ml) {
    Law law{density_text(density), base};
    law.settings.density_law = "constant";
    law.settings.density_g_ml = density;
    out.push_back(std::move(law));
  }
  if (settings.core_shell) {
    Law law{say("core-shell"), base};
    law.settings.density_law = "core_shell";
    out.push_back(std::move(law));
  }
  return out;
}

std::vector<const RotorRow*> rotors_of(const std::vector<spin::Step>& steps, const IsolationSettings& settings) {
  std::vector<const RotorRow*> out = spin::possible_rotors(steps);
  if (out.empty()) return {nullptr};
  if (!settings.rotors.empty()) {
    out.clear();
    for (const std::string& name : settings.rotors) out.push_back(&find_rotor(name));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const RotorRow* a, const RotorRow* b) { return a->rotor_class < b->rotor_class; });
  return out;
}

std::string verdict_of(const NeededMedian& needed, double usual_low, double usual_high) {
  switch (needed.answer) {
    case NeededMedian::Answer::kAbove:
      return "above_range";
    case NeededMedian::Answer::kBelow:
      return "below_range";
    case NeededMedian::Answer::kNothingLeft:
      return "nothing_left";
    case NeededMedian::Answer::kFound:
      break;
  }
  if (needed.median_nm > usual_high) return "large_parents";
  return needed.median_nm < usual_low ? "small_parents" : "usual_parents";
}

/// Larger over smaller; 1 when both are NaN, infinite when one is.
double factor_between(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b) ? 1 : INFINITY;
  return std::max(a, b) / std::min(a, b);
}

bool are_alike(const IsolationMap& map, std::size_t a, std::size_t b) {
  return std::all_of(map.cells.begin(), map.cells.end(),
                     [&](const auto& row) { return largest_factor(row[a], row[b]) < spin::kAlikeFactor; });
}

std::vector<std::vector<std::size_t>> groups_of(const IsolationMap& map) {
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t c = 0; c < map.rotors.size(); ++c) {
    const auto home = std::find_if(out.begin(), out.end(), [&](const std::vector<std::size_t>& group) {
      return std::all_of(group.begin(), group.end(), [&](std::size_t other) { return are_alike(map, c, other); });
    });
    home == out.end() ? out.push_back({c}) : home->push_back(c);
  }
  return out;
}

}  // namespace

double largest_factor(const IsolationCell& a, const IsolationCell& b) {
  double out = 1;
  for (std::size_t k = 0; k < a.means_nm.size(); ++k) {
    out = std::max(out, factor_between(a.means_nm[k], b.means_nm[k]));
  }
  for (std::size_t t = 0; t < a.needed.size(); ++t) {
    if (a.needed[t].answer != b.needed[t].answer) return INFINITY;
    if (a.found(t)) out = std::max(out, factor_between(a.needed[t].median_nm, b.needed[t].median_nm));
  }
  return out;
}

void IsolationSettings::describe(Fields& fields) {
  fields.numbers(
      "densities_g_ml", densities_g_ml,
      {.unit = "g/mL", .low = 0.8, .high = 2, .help = "Vesicle densities tried, the same for all diameters."});
  fields.flag("core_shell", core_shell, {.help = "Also try the density that depends on the diameter."});
  fields.texts("rotors", rotors, {.help = "Rotors tried where the protocol names none; empty: all that are possible."});
  fields.numbers("medians_nm", medians_nm,
                 {.unit = "nm", .low = 10, .high = 2000, .help = "Parent medians for which the shown mean is listed."});
  fields.number("smallest_median_nm", smallest_median_nm,
                {.unit = "nm", .low = 10, .high = 2000, .help = "Smallest parent median tried."});
  fields.number("largest_median_nm", largest_median_nm,
                {.unit = "nm", .low = 10, .high = 2000, .help = "Largest parent median tried."});
}

AnySettings isolation_settings() { return AnySettings::of(IsolationSettings{}); }

IsolationMap isolation_map(const std::vector<double>& targets_nm, const spin::Settings& spin_settings,
                           const IsolationSettings& settings, const Context& context) {
  if (!(settings.smallest_median_nm < settings.largest_median_nm)) {
    throw Error(ErrorKind::kConfig,
                say("smallest_median_nm = {} is not below largest_median_nm = {}",
                    exact_number(settings.smallest_median_nm), exact_number(settings.largest_median_nm)),
                {}, say("Widen the range of parent medians in [settings.isolation]"));
  }
  const spin::Plan plan = spin::make_plan(spin_settings, {});
  const std::vector<Law> laws = laws_of(spin_settings, settings);
  const ParameterRow* usual = find_parameter("parent.median");
  IsolationMap map;
  map.targets_nm = targets_nm;
  map.medians_nm = settings.medians_nm;
  map.usual_low_nm = usual->low;
  map.usual_high_nm = usual->high;
  map.rotors = rotors_of(plan.steps, settings);
  for (const Law& law : laws) map.laws.push_back(law.name);
  map.cells.assign(laws.size(), std::vector<IsolationCell>(map.rotors.size()));
  parallel_for(laws.size() * map.rotors.size(), context, [&](std::size_t i) {
    const std::size_t row = i / map.rotors.size(), column = i % map.rotors.size();
    const spin::Settings& own = laws[row].settings;
    const std::vector<spin::Spin> spins = spin::fill_in(plan.steps, map.rotors[column], own.defaults());
    const std::vector<double> kept = spin::survival_curve(plan.grid, spins, own.law(), own.density());
    IsolationCell& cell = map.cells[row][column];
    for (const double median : map.medians_nm) {
      cell.means_nm.push_back(spin::printed_mean_nm(plan.grid, kept, own.detection(), median, own.parent_gsd));
    }
    for (const double target : map.targets_nm) {
      cell.needed.push_back(spin::needed_parent_median(plan.grid, kept, own.detection(), own.parent_gsd, target,
                                                       settings.smallest_median_nm, settings.largest_median_nm));
      cell.verdicts.push_back(verdict_of(cell.needed.back(), map.usual_low_nm, map.usual_high_nm));
    }
  });
  map.alike = groups_of(map);
  return map;
}

}  // namespace vesica
