// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/distribution/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/contract/sampling.h"
#include "vesica/kinetics/ensemble.h"
#include "vesica/quantity/quantity.h"

namespace vesica::distribution {

namespace {

constexpr double kPercent = 100;
constexpr double kGramPerMl = 1;  ///< chosen: tissues have 1.03 to 1.06
/// Hours that are shown when nobody asks for others (chosen: what biodistribution studies sample).
constexpr double kUsualHours[] = {1.0 / 12, 0.25, 0.5, 1, 2, 4, 6, 12, 24, 48, 72, 168};
constexpr std::size_t kGrid = 96;         ///< moments of the plasma curve behind half-lives (chosen)
constexpr double kGridFrom = 1.0 / 3600;  ///< h: the first of them
constexpr double kMixed = 1.0 / 60;       ///< h: before it a bolus is not mixed with blood (chosen)

constexpr std::string_view kAmount = "course.amount", kConcentration = "course.concentration",
                           kFraction = "course.dose_fraction", kPerGram = "course.dose_fraction_per_g",
                           kAuc = "course.auc", kClearance = "course.clearance", kHalfLife = "course.half_life",
                           kFirstHalfLife = "course.half_life_initial", kResidence = "course.mean_residence_time";

/// What is asked of all settings together.
struct Question {
  std::vector<double> times;  ///< h, ascending
  std::vector<std::string> targets;
  std::vector<std::string_view> courses;  ///< of the four series
  std::vector<std::string_view> scalars;  ///< of plasma
  bool auc = false;
  bool exposure() const { return auc || !scalars.empty(); }
};

/// What a settings' ports hold.
struct Inputs {
  const Predictions* local = nullptr;
  const Predictions* dose = nullptr;
};

double handed(const Predictions& given, std::size_t settings, std::size_t row) {
  return given.value(given.count() == 1 ? 0 : settings, row);
}

Inputs inputs_of(std::span<const Taken> taken, std::size_t count) {
  Inputs out;
  for (const Taken& one : taken) {
    VESICA_REQUIRE(one.given.count() == 1 || one.given.count() == count, "a number for each settings or one for all");
    if (one.port == "local_input") out.local = &one.given;
    if (one.port == "dose") out.dose = &one.given;
  }
  return out;
}

/// One individual and how its shares become particles.
struct Subject {
  kinetics::Individual individual;
  double total = 0;
  double weight_kg = 0;
  bool has_route_iv = false;
};

/// Settings of one structure with what they share.
struct Group {
  Structure structure;
  std::unique_ptr<kinetics::Simulator> simulator;
  std::vector<std::string> targets;
  std::size_t series = 0;  ///< outputs a target
  std::vector<std::size_t> members;
};

Question question_of(const Scenario& scenario, std::span<const AnySettings> settings) {
  Question out;
  out.times = scenario.times_h;
  std::sort(out.times.begin(), out.times.end());
  out.times.erase(std::unique(out.times.begin(), out.times.end()), out.times.end());
  if (!out.times.empty() && !(out.times.front() >= 0 && std::isfinite(out.times.back())))
    throw Error(ErrorKind::kConfig, say("A time of {} h cannot be predicted", exact_number(out.times.front())),
                scenario.place, say("Times are hours after the first dose, from 0 on"));
  if (out.times.empty()) {
    const double end = settings.front().get<Settings>().duration_h;
    for (const double hour : kUsualHours) {
      if (hour < end) out.times.push_back(hour);
    }
    out.times.push_back(end);
  }
  for (const AnySettings& one : settings) {
    for (const std::string& target : targets_of(structure_of(one.get<Settings>()))) {
      if (std::find(out.targets.begin(), out.targets.end(), target) == out.targets.end()) out.targets.push_back(target);
    }
  }
  for (const std::string_view id : {kAmount, kConcentration, kFraction, kPerGram}) {
    if (wants(scenario, id)) out.courses.push_back(id);
  }
  for (const std::string_view id : {kClearance, kHalfLife, kFirstHalfLife, kResidence}) {
    if (wants(scenario, id)) out.scalars.push_back(id);
  }
  out.auc = wants(scenario, kAuc);
  return out;
}

bool is_without_volume(std::string_view target) {
  return target == "nose" || target == "peritoneum" || target == "subcutis";
}

/// A place without a volume has amounts and no concentrations.
bool is_reported(std::string_view quantity, std::string_view target) {
  return quantity == kAmount || quantity == kFraction || !is_without_volume(target);
}

std::vector<Observation> rows_of(const Question& question) {
  std::vector<Observation> out;
  const auto add = [&](std::string_view quantity, std::string_view target, double time) {
    Observation row;
    row.quantity = quantity;
    row.target = target;
    row.time_h = time;
    row.unit = find_quantity(quantity)->unit;
    out.push_back(std::move(row));
  };
  for (const std::string_view quantity : question.courses) {
    for (const std::string& target : question.targets) {
      if (!is_reported(quantity, target)) continue;
      for (const double time : question.times) add(quantity, target, time);
    }
  }
  if (question.auc) {
    for (const std::string& target : question.targets) {
      if (is_reported(kAuc, target)) add(kAuc, target, question.times.back());
    }
  }
  for (const std::string_view quantity : question.scalars) add(quantity, "plasma", kNaN);
  return out;
}

/// The wanted times, and those of the plasma curve when slopes are wanted.
std::vector<double> run_times(const Question& question) {
  std::vector<double> out = question.times;
  const double end = question.times.back();
  if (!question.scalars.empty() && end > kGridFrom) {
    const double ratio = std::pow(end / kGridFrom, 1.0 / (kGrid - 1));
    for (std::size_t i = 0; i + 1 < kGrid; ++i) out.push_back(kGridFrom * std::pow(ratio, static_cast<double>(i)));
    out.push_back(0);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// Outputs of a target: amount, concentration, signal (with a label), then area and its moment (with exposure).
std::vector<std::string> outputs_of(const Structure& structure) {
  std::vector<std::string> out;
  for (const std::string& target : targets_of(structure)) {
    out.push_back("amount_" + target);
    out.push_back("concentration_" + target);
    out.push_back((structure.label == "none" ? "amount_" : "signal_") + target);
    if (!structure.exposure) continue;
    out.push_back("auc_" + target);
    out.push_back("aumc_" + target);
  }
  return out;
}

void compile(Group& group, const std::vector<std::pair<std::string, double>>& numbers) {
  const kinetics::Network network = make_network(group.structure);
  kinetics::CompileOptions options;
  for (const std::string& id : outputs_of(group.structure)) options.outputs.push_back(network.find(id));
  for (const auto& [id, value] : numbers) options.given.push_back(network.find(id));
  const std::string site(site_of(group.structure));
  std::vector<std::uint32_t> sites = {network.find(site)};
  if (group.structure.label != "none") sites.push_back(network.find(site + "_seen"));
  options.dosed = sites;
  if (group.structure.infused) options.infused = sites;
  if (group.structure.fed) options.fed = sites;
  group.simulator = std::make_unique<kinetics::Simulator>(network, options);
  group.targets = targets_of(group.structure);
  group.series = options.outputs.size() / group.targets.size();
}

/// The doses of one settings as shares of their total, or the curve that fills the local site.
Subject subject_of(const Structure& structure, const Settings& settings, const Inputs& inputs, std::size_t index,
                   kinetics::Individual& individual) {
  Subject out;
  std::vector<kinetics::Dose> doses;
  if (structure.fed) {
    std::vector<double> times, amounts;
    for (std::size_t k = 0; k < inputs.local->rows.size(); ++k) {
      times.push_back(inputs.local->rows[k].time_h);
      amounts.push_back(handed(*inputs.local, index, k));
    }
    out.total = amounts.empty() ? 0 : amounts.back();
    const double scale = out.total > 0 ? 1 / out.total : 0;
    for (double& amount : amounts) amount *= scale;
    if (!amounts.empty() && amounts.front() > 0) doses.push_back({amounts.front(), std::fmax(0, times.front())});
    individual.curves.emplace_back(times, amounts, "local_input");
    if (structure.label != "none") individual.curves.push_back(individual.curves.front());
  } else {
    Settings own = settings;
    if (inputs.dose != nullptr) {
      own.dose = handed(*inputs.dose, index, 0);
      own.dose_unit = "particles";
      own.schedule.clear();
    }
    doses = doses_of(own);
    out.total = total_dose(doses);
    for (kinetics::Dose& dose : doses) dose.amount = out.total > 0 ? dose.amount / out.total : 0;
  }
  for (const kinetics::Dose& dose : doses) {
    individual.doses.push_back({0, dose});
    if (structure.label != "none") individual.doses.push_back({1, dose});
  }
  out.weight_kg = body_weight_kg(settings);
  out.has_route_iv = structure.route == "iv";
  return out;
}

void check_ports(const Settings& settings, const Inputs& inputs) {
  if (settings.structure == "two_compartments" && settings.route != "iv")
    throw Error(ErrorKind::kConfig, say("The model of two compartments knows no route {}", settings.route), Place{},
                say("Set route = \"iv\", or structure = \"organs\""));
  if (inputs.local != nullptr && settings.route != "local")
    throw Error(ErrorKind::kConfig, say("Port local_input fills a local site, and the route is {}", settings.route),
                Place{}, say("Set route = \"local\""));
}

/// False when a draw of another model that a port hands over has failed: this one then has no answer either.
bool has_inputs(const Inputs& inputs, std::size_t index) {
  if (inputs.dose != nullptr && !std::isfinite(handed(*inputs.dose, index, 0))) return false;
  if (inputs.local == nullptr) return true;
  for (std::size_t k = 0; k < inputs.local->rows.size(); ++k) {
    if (!std::isfinite(handed(*inputs.local, index, k))) return false;
  }
  return !inputs.local->rows.empty();
}

/// Settings by structure, in the order in which structures first appear.
std::vector<Group> groups_of(const Question& question, std::span<const AnySettings> settings, const Inputs& inputs) {
  std::map<Structure, std::size_t> known;
  std::vector<Group> out;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& one = settings[i].get<Settings>();
    check_ports(one, inputs);
    if (!has_inputs(inputs, i)) continue;
    Structure structure = structure_of(one);
    structure.fed = inputs.local != nullptr;
    structure.exposure = question.exposure();
    if (!structure.fed) {
      const std::vector<kinetics::Dose> doses = doses_of(one);
      structure.infused =
          std::any_of(doses.begin(), doses.end(), [](const kinetics::Dose& dose) { return dose.duration > 0; });
    }
    const auto [found, is_new] = known.emplace(structure, out.size());
    if (is_new) {
      out.emplace_back();
      out.back().structure = structure;
      compile(out.back(), numbers_of(structure, one, 1));
    }
    out[found->second].members.push_back(i);
  }
  return out;
}

/// Slopes and moments of the plasma curve.
struct Kinetics {
  double first_half_life = kNaN, half_life = kNaN, area = kNaN, moment = kNaN;  ///< area and moment to infinity
};

/// From (time, value) pairs, the area and the moment up to the last of them.
Kinetics kinetics_of(const std::vector<double>& times, const std::vector<double>& values, double area, double moment) {
  Kinetics out;
  const std::size_t mixed = std::min(
      static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), kMixed) - times.begin()), times.size() - 1);
  const auto begin_at = values.begin() + static_cast<std::ptrdiff_t>(mixed);
  const auto top = static_cast<std::size_t>(std::max_element(begin_at, values.end()) - values.begin());
  const double peak = values[top];
  if (!(peak > 0)) return out;
  for (std::size_t i = top + 1; i < values.size(); ++i) {
    if (values[i] > peak / 2) continue;
    const double share = std::log(values[i - 1] / (peak / 2)) / std::log(values[i - 1] / values[i]);
    out.first_half_life = times[i - 1] + share * (times[i] - times[i - 1]) - times[top];
    break;
  }
  std::size_t last = values.size() - 1;
  while (last > top && values[last] < kFaint * peak) --last;
  std::size_t begin = last;
  const double from = times[last] - (times[last] - times[top]) / 3;
  while (begin > top && times[begin] > from) --begin;
  if (begin == last || !(values[last] > 0 && values[last] < values[begin])) return out;
  const double slope = std::log(values[begin] / values[last]) / (times[last] - times[begin]);
  out.half_life = std::numbers::ln2 / slope;
  const double end = times.back(), tail = std::fmax(0, values.back());
  out.area = area + tail / slope;
  out.moment = moment + tail / slope * (end + 1 / slope);
  return out;
}

/// One settings' values in the order of rows_of().
class Writer {
 public:
  Writer(const Question& question, const std::vector<double>& times) : question_(question), times_(times) {}

  void write(const Group& group, const Subject& subject, const kinetics::Trajectory& run, double* values) const {
    std::size_t at = 0;
    for (const std::string_view quantity : question_.courses) {
      for (const std::string& target : question_.targets) {
        if (!is_reported(quantity, target)) continue;
        const std::size_t column = column_of(group, target);
        for (const double time : question_.times)
          values[at++] = column == kNone ? kNaN : course(quantity, group, subject, run, row_of(time), column);
      }
    }
    const std::size_t end = times_.size() - 1;
    if (question_.auc) {
      for (const std::string& target : question_.targets) {
        if (!is_reported(kAuc, target)) continue;
        const std::size_t column = column_of(group, target);
        values[at++] = column == kNone ? kNaN : std::fmax(0, cell(group, run, end, column + 3)) * subject.total;
      }
    }
    if (question_.scalars.empty()) return;
    const Kinetics plasma = plasma_of(group, subject, run);
    for (const std::string_view quantity : question_.scalars) values[at++] = scalar(quantity, plasma, subject);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t column_of(const Group& group, const std::string& target) const {
    const auto found = std::find(group.targets.begin(), group.targets.end(), target);
    return found == group.targets.end() ? kNone
                                        : static_cast<std::size_t>(found - group.targets.begin()) * group.series;
  }
  std::size_t row_of(double time) const {
    return static_cast<std::size_t>(std::lower_bound(times_.begin(), times_.end(), time) - times_.begin());
  }
  static double cell(const Group& group, const kinetics::Trajectory& run, std::size_t row, std::size_t column) {
    return run.values[row * group.series * group.targets.size() + column];
  }

  /// Shares may undershoot 0 by the integrator's tolerance.
  double course(std::string_view quantity, const Group& group, const Subject& subject, const kinetics::Trajectory& run,
                std::size_t row, std::size_t column) const {
    const double amount = cell(group, run, row, column), concentration = cell(group, run, row, column + 1),
                 signal = cell(group, run, row, column + 2);
    if (std::isnan(amount)) return kNaN;
    if (quantity == kAmount) return std::fmax(0, amount) * subject.total;
    if (quantity == kFraction) return std::fmax(0, signal) * kPercent;
    if (quantity == kConcentration) return std::fmax(0, concentration) * subject.total;
    // the organ's volume is its amount over its concentration; both are 0 before anything arrives
    const double per_volume = amount > 0 ? concentration / amount * signal : 0;
    return std::fmax(0, per_volume) * kPercent / kGramPerMl;
  }

  Kinetics plasma_of(const Group& group, const Subject& subject, const kinetics::Trajectory& run) const {
    const std::size_t end = times_.size() - 1;
    if (!run.status.ok() || !(subject.total > 0)) return {};
    std::vector<double> values;
    for (std::size_t row = 0; row <= end; ++row) {
      const double amount = cell(group, run, row, 0), concentration = cell(group, run, row, 1),
                   signal = cell(group, run, row, 2);
      values.push_back(amount > 0 ? std::fmax(0, concentration / amount * signal) : 0);
    }
    return kinetics_of(times_, values, cell(group, run, end, 3), cell(group, run, end, 4));
  }

  static double scalar(std::string_view quantity, const Kinetics& plasma, const Subject& subject) {
    if (quantity == kHalfLife) return plasma.half_life;
    if (quantity == kFirstHalfLife) return plasma.first_half_life;
    if (quantity == kResidence) return plasma.moment / plasma.area;
    return subject.has_route_iv ? 1 / plasma.area : kNaN;  // shares: the total dose is 1
  }

  const Question& question_;
  const std::vector<double>& times_;
};

}  // namespace

Predictions evaluate(const Scenario& scenario, std::span<const AnySettings> settings, std::span<const Taken> taken,
                     const Context& context) {
  Predictions out;
  if (settings.empty()) return out;
  const Inputs inputs = inputs_of(taken, settings.size());
  const Question question = question_of(scenario, settings);
  out.rows = rows_of(question);
  out.values.assign(settings.size() * out.rows.size(), kNaN);
  out.statuses.assign(out.values.size(), Status::kNotMeasurable);
  const std::vector<double> times = run_times(question);
  const Writer writer(question, times);
  std::size_t failed = 0;
  std::string why;
  for (const Group& group : groups_of(question, settings, inputs)) {
    kinetics::Plan plan;
    plan.times = times;
    plan.tolerances.relative = settings[group.members.front()].get<Settings>().rtol;
    plan.tolerances.absolute = settings[group.members.front()].get<Settings>().atol;
    const auto& dosed = group.simulator->options().dosed;
    const auto make = [&](std::size_t k) {
      kinetics::Individual individual;
      individual.key = group.members[k];
      const auto& one = settings[group.members[k]].get<Settings>();
      const Subject subject = subject_of(group.structure, one, inputs, group.members[k], individual);
      for (kinetics::Given& dose : individual.doses) dose.target = dosed[dose.target];
      for (const auto& [id, value] : numbers_of(group.structure, one, subject.total)) individual.given.push_back(value);
      return individual;
    };
    const auto take = [&](std::size_t first, std::span<kinetics::Trajectory> runs) {
      for (std::size_t j = 0; j < runs.size(); ++j) {
        const std::size_t member = group.members[first + j];
        kinetics::Individual unused;
        const Subject subject = subject_of(group.structure, settings[member].get<Settings>(), inputs, member, unused);
        double* values = out.values.data() + member * out.rows.size();
        writer.write(group, subject, runs[j], values);
        const bool ok = runs[j].status.ok();
        if (!ok && failed++ == 0) why = sentence(runs[j].status);
        for (std::size_t r = 0; r < out.rows.size(); ++r) {
          const Status none = ok ? Status::kNotMeasurable : Status::kNotConverged;
          out.statuses[member * out.rows.size() + r] = std::isfinite(values[r]) ? Status::kOk : none;
          if (!std::isfinite(values[r])) values[r] = kNaN;
        }
      }
    };
    kinetics::run_ensemble(*group.simulator, plan, group.members.size(), make, take, context);
  }
  if (failed > 0)
    out.issues.push_back({Severity::kWarning, "distribution.failed",
                          say("{} of {} run(s) did not reach (its|their) end. {}", failed, settings.size(), why),
                          Place{}, say("Look for a number of absurd size among the settings"), "", ""});
  return out;
}

}  // namespace vesica::distribution
