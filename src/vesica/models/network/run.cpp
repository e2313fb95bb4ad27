// SPDX-License-Identifier: Apache-2.0
#include "vesica/models/network/run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/ensemble.h"
#include "vesica/models/network/steady.h"

namespace vesica::network {

namespace {

/// Individuals that one task carries at most: some batches of lanes, so that a lane that ends early is filled again.
constexpr std::size_t kTask = 8 * static_cast<std::size_t>(solve::kLanes);
/// Tasks of one wave for each thread; a wave is delivered before the next begins (chosen: 16 tasks hide its end).
constexpr std::size_t kTasksPerThread = 16;
/// Numbers of one wave in memory (chosen: 128 MB); what an individual yields does not depend on its wave.
constexpr std::size_t kWaveValues = std::size_t{16} << 20;

solve::Method method_of(const std::string& word) {
  for (const solve::Method method : {solve::Method::kExplicit, solve::Method::kRosenbrock, solve::Method::kCvodes}) {
    if (word == solve::to_text(method)) return method;
  }
  return solve::Method::kAuto;
}

/// One simulator for each set of symbols that individuals really give: a cell left empty keeps what the model says,
/// an initial assignment included.
class Simulators {
 public:
  explicit Simulators(const Problem& problem) : problem_(problem) {}

  const kinetics::Simulator& find(const std::vector<bool>& mask) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<kinetics::Simulator>& found = known_[mask];
    if (!found) found = make(mask);
    return *found;
  }

 private:
  std::unique_ptr<kinetics::Simulator> make(const std::vector<bool>& mask) const {
    kinetics::Network network = problem_.network;
    kinetics::CompileOptions options;
    for (const Column& column : problem_.columns) {
      options.outputs.push_back(column.symbol);
      options.output_kinds.push_back(column.measure);
    }
    for (std::size_t k = 0; k < mask.size(); ++k) {
      if (!mask[k]) continue;
      kinetics::Symbol& symbol = network.symbols[problem_.given[k]];
      if (symbol.kind == kinetics::SymbolKind::kSpecies) symbol.given = as_used(symbol);
      options.given.push_back(problem_.given[k]);
    }
    options.dosed = options.infused = problem_.dosed;
    return std::make_unique<kinetics::Simulator>(network, std::move(options));
  }

  const Problem& problem_;
  std::mutex mutex_;
  std::map<std::vector<bool>, std::unique_ptr<kinetics::Simulator>> known_;
};

std::vector<bool> mask_of(const Individual& individual) {
  std::vector<bool> mask;
  for (const double value : individual.values) mask.push_back(!std::isnan(value));
  return mask;
}

class Runner {
 public:
  Runner(const Problem& problem, const Settings& settings, const Context& context)
      : problem_(problem),
        context_(context),
        single_(context),
        simulators_(problem),
        wanted_(method_of(settings.method)) {
    single_.threads = 1;
    single_.progress = nullptr;
    plan_.start = problem.from;
    for (const Moment& moment : problem.moments) plan_.times.push_back(moment.time);
    plan_.tolerances.relative = settings.rtol;
    plan_.tolerances.absolute = settings.atol;
    plan_.method = wanted_;
    plan_.seed = problem.seed;
  }

  Totals run(const std::function<void(const Course&)>& sink) {
    const std::uint64_t size = problem_.size();
    const auto threads = static_cast<std::size_t>(std::max(1, context_.threads));
    const std::size_t each = std::max<std::size_t>(1, problem_.columns.size() * plan_.times.size());
    const std::size_t wave = std::clamp<std::size_t>(kWaveValues / each, 1, kTask * kTasksPerThread * threads);
    const std::size_t per_task = std::clamp<std::size_t>(wave / threads, 1, kTask);
    choose_method();
    parallel_in_order<Course>(
        size, {wave, per_task}, context_,
        [&](std::uint64_t first, std::span<Course> courses) { run_task(first, courses); },
        [&](std::uint64_t, std::span<Course> courses) {
          for (const Course& course : courses) sink(course);
        });
    totals_.runs = size;
    describe_method();
    return totals_;
  }

 private:
  /// Many individuals by `auto` begin with the method that the first of them ends with.
  void choose_method() {
    if (problem_.size() < 2 || problem_.steady_state) return;
    const Individual first = problem_.individual(0);
    const auto make = [&](std::size_t) { return to_run(first, 0); };
    plan_.method = kinetics::ensemble_method(simulators_.find(mask_of(first)), plan_, make, single_);
  }

  static kinetics::Individual to_run(const Individual& who, std::uint64_t index) {
    kinetics::Individual out;
    out.key = index;
    for (const double value : who.values) {
      if (!std::isnan(value)) out.given.push_back(value);
    }
    out.doses = who.doses;
    return out;
  }

  /// Individuals in order; neighbours that give the same symbols run side by side.
  void run_task(std::uint64_t begin, std::span<Course> courses) {
    std::vector<Individual> people;
    for (std::size_t i = 0; i < courses.size(); ++i) people.push_back(problem_.individual(begin + i));
    for (std::size_t i = 0; i < people.size();) {
      const std::vector<bool> mask = mask_of(people[i]);
      std::size_t end = i + 1;
      while (end < people.size() && mask_of(people[end]) == mask) ++end;
      run_alike(simulators_.find(mask), begin + i, std::span(people).subspan(i, end - i), courses.subspan(i, end - i));
      i = end;
    }
  }

  void run_alike(const kinetics::Simulator& simulator, std::uint64_t begin, std::span<Individual> people,
                 std::span<Course> courses) {
    std::vector<kinetics::Individual> individuals;
    for (std::size_t i = 0; i < people.size(); ++i) individuals.push_back(to_run(people[i], begin + i));
    if (problem_.steady_state) return rest_alike(simulator, begin, people, individuals, courses);
    std::vector<kinetics::Trajectory> results(people.size());
    simulator.run(individuals, plan_, single_, results);
    for (std::size_t i = 0; i < people.size(); ++i) take(simulator, people[i], results[i], begin + i, courses[i]);
  }

  void rest_alike(const kinetics::Simulator& simulator, std::uint64_t begin, std::span<Individual> people,
                  std::span<const kinetics::Individual> individuals, std::span<Course> courses) {
    solve::SteadyOptions options;
    options.tolerances = simulator.tolerances(plan_);
    options.t = plan_.start;
    options.conserved = conserved_weights(problem_.network, simulator.model());
    for (std::size_t i = 0; i < people.size(); ++i) {
      context_.check_cancelled();
      Rest rest = find_rest(simulator, individuals[i], plan_.start, options);
      courses[i].values = std::move(rest.values);
      finish(people[i], rest.failure, rest.work, begin + i, courses[i]);
      const std::lock_guard lock(mutex_);
      ++rests_[static_cast<std::size_t>(rest.stability)];
    }
  }

  void take(const kinetics::Simulator& simulator, Individual& who, kinetics::Trajectory& result, std::uint64_t index,
            Course& course) {
    course.values = std::move(result.values);
    finish(who, result.status.ok() ? "" : kinetics::sentence(result.status), result.work, index, course);
    const std::lock_guard lock(mutex_);
    ++by_method_[static_cast<std::size_t>(result.method)];
    if (index == 0) reason_ = simulator.method_reason(result, wanted_);
  }

  void finish(Individual& who, const std::string& failure, const solve::Work& work, std::uint64_t index,
              Course& course) {
    course.index = index;
    course.individual = std::move(who.name);
    if (!failure.empty())
      course.failure = course.individual.empty() ? failure : say("Individual {}: {}", course.individual, failure);
    const std::lock_guard lock(mutex_);
    totals_.work.steps += work.steps;
    totals_.work.rejected += work.rejected;
    totals_.work.rhs += work.rhs;
    totals_.work.jacobians += work.jacobians;
    totals_.work.factorisations += work.factorisations;
    totals_.failed += failure.empty() ? 0 : 1;
  }

  void describe_rest() {
    const auto count = [this](solve::Stability stability) { return rests_[static_cast<std::size_t>(stability)]; };
    totals_.method = say("the model's own course, then Newton's iteration");
    if (totals_.failed == totals_.runs) return;
    if (totals_.runs == 1) {
      totals_.method += "; " + (count(solve::Stability::kStable) > 0     ? say("the state is stable")
                                : count(solve::Stability::kUnstable) > 0 ? say("the state is unstable")
                                                                         : say("its stability is not known"));
    } else if (count(solve::Stability::kUnstable) > 0) {
      totals_.method += "; " + say("{} of the states (is|are) unstable", count(solve::Stability::kUnstable));
    }
  }

  void describe_method() {
    if (problem_.steady_state) return describe_rest();
    if (totals_.runs == 1 || wanted_ != solve::Method::kAuto) {
      totals_.method = reason_;
      return;
    }
    std::vector<std::string> parts;
    for (const solve::Method method : {solve::Method::kExplicit, solve::Method::kRosenbrock, solve::Method::kCvodes}) {
      const auto n = static_cast<long long>(by_method_[static_cast<std::size_t>(method)]);
      if (n > 0) parts.push_back(say("{} for {} individual(s)", solve::to_text(method), readable_count(n)));
    }
    totals_.method = parts.size() == 1 && by_method_[static_cast<std::size_t>(solve::Method::kExplicit)] > 0
                         ? reason_
                         : join(parts, ", ");
  }

  const Problem& problem_;
  const Context& context_;
  Context single_;
  Simulators simulators_;
  kinetics::Plan plan_;
  solve::Method wanted_;
  std::mutex mutex_;
  Totals totals_;
  std::array<std::uint64_t, 4> by_method_{};
  std::array<std::uint64_t, 3> rests_{};  ///< by Stability
  std::string reason_;
};

}  // namespace

Totals run(const Problem& problem, const Settings& settings, const Context& context,
           const std::function<void(const Course&)>& sink) {
  return Runner(problem, settings, context).run(sink);
}

}  // namespace vesica::network
