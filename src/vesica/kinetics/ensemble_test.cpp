// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/ensemble.h"

#include <bit>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/kinetics/network_test_help.h"

namespace vesica::kinetics {
namespace {

using test::Bench;

/// Individuals that differ in everything a lane may differ in: rates (some stiff, some that run away), doses at times
/// of their own, ties of events.
struct Crowd : Bench {
  std::uint32_t v = compartment("V", 1), x = species("X", v, 0), y = species("Y", v, 0), k = parameter("k", 1),
                grow = parameter("grow", 0), mark = parameter("mark", 0);
  Crowd() {
    reaction("r1", {x}, {y}, g.mul((*this)(k), (*this)(x)));
    reaction("r2", {y}, {}, g.mul(n(0.3), (*this)(y)));
    reaction("r3", {}, {x}, g.mul((*this)(grow), g.mul((*this)(x), (*this)(x))));
    for (const double digit : {1, 2}) {
      Event event;
      event.id = "E";
      event.trigger = g.binary(Op::kGreater, (*this)(y), n(2));
      event.priority = n(1);
      event.assignments = {{mark, n(digit)}, {y, g.mul((*this)(y), n(0.5))}};
      network.events.push_back(event);
    }
  }
  Simulator simulator() {
    CompileOptions options;
    options.outputs = {x, y, mark};
    options.given = {k, grow};
    options.dosed = {x};
    return Simulator(network, options);
  }
  Individual individual(std::size_t index) const {
    static const std::vector<Distribution> kDistributions{parse_distribution("lognormal(1, 2)", ""),
                                                          parse_distribution("uniform(-0.4, 0.05)", "")};
    Individual one;
    one.key = index;
    one.given = sample(kDistributions, 5, index);
    if (index % 7 == 3) one.given[0] = 1e6;                              // stiff
    one.given[1] = index % 11 == 5 ? 0.5 : std::max(one.given[1], 0.0);  // may run away
    one.doses = {{x, {5, 0.1 * static_cast<double>(index % 13), 0, 1.5, 3}}};
    return one;
  }
};

Plan plan_of(solve::Method method = solve::Method::kAuto) {
  Plan plan;
  for (int i = 0; i <= 20; ++i) plan.times.push_back(0.25 * i);
  plan.method = method;
  return plan;
}

std::string bytes_of(const Trajectory& t) {
  std::string bytes(t.values.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), t.values.data(), bytes.size());
  return bytes + to_text(t.status.state) + t.status.symbol +
         std::to_string(std::bit_cast<std::uint64_t>(t.status.time)) + solve::to_text(t.method) +
         std::to_string(t.work.steps) + "," + std::to_string(t.work.rhs) + "," + std::to_string(t.events);
}

std::vector<std::string> run_all(const Simulator& simulator, const Crowd& crowd, const Plan& plan, std::size_t count,
                                 int threads, std::size_t chunk) {
  std::vector<std::string> all;
  Context context;
  context.threads = threads;
  run_ensemble(
      simulator, plan, count, [&](std::size_t i) { return crowd.individual(i); },
      [&](std::size_t first, std::span<Trajectory> trajectories) {
        EXPECT_EQ(first, all.size());
        for (const Trajectory& t : trajectories) all.push_back(bytes_of(t));
      },
      context, chunk);
  return all;
}

TEST(Ensemble, SameBytesWithAnyThreadsAndChunks) {
  Crowd crowd;
  const Simulator simulator = crowd.simulator();
  constexpr std::size_t kCount = 61;
  for (const auto method : {solve::Method::kAuto, solve::Method::kRosenbrock}) {
    const Plan plan = plan_of(method);
    std::vector<std::string> alone;
    std::size_t failed = 0, ok = 0;
    ASSERT_EQ(ensemble_method(
                  simulator, plan, [&](std::size_t i) { return crowd.individual(i); }, Context()),
              method);
    for (std::size_t i = 0; i < kCount; ++i) {
      const Trajectory t = simulator.run(crowd.individual(i), plan, Context());
      (t.status.ok() ? ok : failed) += 1;
      alone.push_back(bytes_of(t));
    }
    EXPECT_GT(ok, 40u);
    EXPECT_GT(failed, 0u) << "some must fail, so that it is seen that they disturb nobody";
    for (const auto& [threads, chunk] :
         std::vector<std::pair<int, std::size_t>>{{1, 61}, {1, 1}, {2, 9}, {2, 3}, {1, 20}}) {
      const auto together = run_all(simulator, crowd, plan, kCount, threads, chunk);
      ASSERT_EQ(together.size(), kCount);
      for (std::size_t i = 0; i < kCount; ++i)
        EXPECT_TRUE(together[i] == alone[i]) << i << ": " << threads << " threads, chunks of " << chunk;
    }
  }
}

TEST(Ensemble, TheFirstIndividualDecidesTheMethod) {
  Crowd crowd;
  const Simulator simulator = crowd.simulator();
  const auto stiff = [&](std::size_t i) { return crowd.individual(3 + 7 * i); };
  EXPECT_EQ(ensemble_method(simulator, plan_of(), stiff, Context()), solve::Method::kRosenbrock);
  run_ensemble(
      simulator, plan_of(), 5, stiff,
      [&](std::size_t, std::span<Trajectory> trajectories) {
        for (const Trajectory& t : trajectories) EXPECT_EQ(t.method, solve::Method::kRosenbrock);
      },
      Context());
}

TEST(Ensemble, CvodesRunsOneByOne) {
  Crowd crowd;
  const Simulator simulator = crowd.simulator();
  const Plan plan = plan_of(solve::Method::kCvodes);
  EXPECT_EQ(run_all(simulator, crowd, plan, 12, 2, 4), run_all(simulator, crowd, plan, 12, 1, 12));
}

TEST(Ensemble, CancellationStopsBetweenChunks) {
  Crowd crowd;
  const Simulator simulator = crowd.simulator();
  std::atomic<bool> stop{false};
  Context context;
  context.cancelled = &stop;
  std::size_t seen = 0, reported = 0;
  context.progress = [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(total, 1000u);
    EXPECT_GE(done, reported);
    reported = done;
  };
  const auto run = [&] {
    run_ensemble(
        simulator, plan_of(), 1000, [&](std::size_t i) { return crowd.individual(i); },
        [&](std::size_t, std::span<Trajectory> trajectories) {
          seen += trajectories.size();
          stop = true;
        },
        context, 8);
  };
  EXPECT_THROW(run(), Error);
  EXPECT_EQ(seen, 32u);
  EXPECT_EQ(reported, 32u);
}

TEST(Ensemble, SamplesDependOnTheIndividualAlone) {
  const std::vector<Distribution> two{parse_distribution("normal(0, 1)", ""), parse_distribution("normal(0, 1)", "")};
  const auto a = sample(two, 1, 7), b = sample(two, 1, 7), other = sample(two, 1, 8), seed = sample(two, 2, 7);
  EXPECT_EQ(a, b);
  EXPECT_NE(a[0], a[1]);
  EXPECT_NE(a[0], other[0]);
  EXPECT_NE(a[0], seed[0]);
  EXPECT_EQ(sample(std::span(two).first(1), 1, 7)[0], a[0]);
}

}  // namespace
}  // namespace vesica::kinetics
