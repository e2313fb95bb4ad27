// SPDX-License-Identifier: Apache-2.0
// Every model of the published corpora: its Jacobian against differences, its lanes against each other, its bytes.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/io/tar.h"
#include "vesica/kinetics/compiled.h"
#include "vesica/kinetics/evaluator.h"
#include "vesica/kinetics/formula_test_help.h"
#include "vesica/kinetics/sbml_read.h"

namespace vesica::kinetics {
namespace {

constexpr int kLanes = solve::kLanes;

struct Tally {
  int models = 0;
  long entries = 0, agreed = 0, disagreed = 0;
};

/// The derivative by state `column`, by central differences with two steps; none where they disagree.
std::vector<std::optional<double>> differences(Evaluator& evaluator, double t, std::vector<double>& y,
                                               std::size_t column, double step) {
  std::vector<double> slopes[2], low(y.size()), high(y.size());
  const double at = y[column];
  for (int fine = 0; fine < 2; ++fine) {
    const double h = fine == 0 ? step : step / 2;
    y[column] = at + h;
    evaluator.lane_rhs(0, t, y, high);
    y[column] = at - h;
    evaluator.lane_rhs(0, t, y, low);
    for (std::size_t row = 0; row < y.size(); ++row) slopes[fine].push_back((high[row] - low[row]) / (2 * h));
  }
  y[column] = at;
  std::vector<std::optional<double>> found(y.size());
  for (std::size_t row = 0; row < y.size(); ++row) {
    const double coarse = slopes[0][row], fine = slopes[1][row];
    const double noise = 1e-15 * (std::fabs(high[row]) + std::fabs(low[row])) / step;
    if (std::fabs(coarse - fine) <= 1e-6 * std::fabs(fine) + noise && noise <= 1e-6 * std::fabs(fine))
      found[row] = fine + (fine - coarse) / 3;
  }
  return found;
}

void check_jacobian(Evaluator& evaluator, double t, std::vector<double>& y, const std::string& name, Tally& tally) {
  const solve::SparsePattern& pattern = evaluator.jacobian_pattern();
  const std::size_t size = y.size();
  std::vector<double> values(pattern.rows.size());
  evaluator.jacobian(&t, y.data(), values.data());
  for (std::size_t column = 0; column < size; ++column) {
    std::vector<double> dense(size, 0.0);
    for (int i = pattern.starts[column]; i < pattern.starts[column + 1]; ++i)
      dense[static_cast<std::size_t>(pattern.rows[static_cast<std::size_t>(i)])] = values[static_cast<std::size_t>(i)];
    std::vector<bool> agrees(size), compared(size);
    // Models differ by many powers of ten in scale; one of these steps suits each entry.
    for (const double step : {1e-4 * std::fabs(y[column]), 1e-6 * std::fabs(y[column]) + 1e-30}) {
      const auto truths = differences(evaluator, t, y, column, step);
      for (std::size_t row = 0; row < size; ++row) {
        if (!truths[row]) continue;
        compared[row] = true;
        if (std::fabs(dense[row] - *truths[row]) <= 1e-5 * std::fabs(*truths[row])) agrees[row] = true;
      }
    }
    for (std::size_t row = 0; row < size; ++row) {
      if (!compared[row]) continue;
      ++tally.entries;
      ++(agrees[row] ? tally.agreed : tally.disagreed);
      EXPECT_TRUE(agrees[row]) << name << ": d" << evaluator.model().state_names[row] << "/d"
                               << evaluator.model().state_names[column] << " is " << dense[row] << " by formula";
    }
  }
}

void check_lanes(const CompiledModel& model, Evaluator& one, const std::vector<double>& y, const std::string& name) {
  Evaluator wide(model, kLanes);
  const std::size_t size = y.size(), entries = model.pattern.rows.size();
  std::vector<double> t(kLanes), all(size * kLanes), f(all.size()), jacobian(entries * kLanes), g(size), j(entries),
      x(y);
  test::Dice dice{size};
  for (int lane = 0; lane < kLanes; ++lane) {
    wide.initialise(lane, 0, x);
    t[static_cast<std::size_t>(lane)] = 0.1 * lane;
    for (std::size_t i = 0; i < size; ++i)
      all[i * kLanes + static_cast<std::size_t>(lane)] = y[i] * dice.between(0.9, 1.1);
  }
  wide.rhs(t.data(), all.data(), f.data());
  wide.jacobian(t.data(), all.data(), jacobian.data());
  for (std::size_t lane = 0; lane < kLanes; lane += 3) {
    for (std::size_t i = 0; i < size; ++i) x[i] = all[i * kLanes + lane];
    one.rhs(&t[lane], x.data(), g.data());
    one.jacobian(&t[lane], x.data(), j.data());
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (std::size_t i = 0; i < size; ++i) ASSERT_TRUE(same(g[i], f[i * kLanes + lane])) << name;
    for (std::size_t i = 0; i < entries; ++i) ASSERT_TRUE(same(j[i], jacobian[i * kLanes + lane])) << name;
  }
}

void check_model(const std::string& name, const std::string& text, Tally& tally) {
  Network network;
  try {
    network = read_sbml(text, name);
  } catch (const Error&) {
    return;  // reading has its own tests
  }
  CompileOptions options;
  for (std::uint32_t s = 0; s < network.symbols.size(); ++s) options.outputs.push_back(s);
  const CompiledModel model = compile(network, options);
  ++tally.models;
  const std::string bytes = serialise(model);
  EXPECT_EQ(serialise(deserialise(bytes)), bytes) << name;
  Evaluator evaluator(model, 1);
  std::vector<double> y(model.states.size());
  evaluator.initialise(0, 0, y);
  test::Dice dice{y.size()};
  for (double& value : y) value = value * dice.between(0.9, 1.1) + (value == 0 ? dice.between(0.01, 0.02) : 0);
  check_jacobian(evaluator, 0.37, y, name, tally);
  check_lanes(model, evaluator, y, name);
}

Tally check_corpus(const std::string& name) {
  Tally tally;
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr || *data == '\0') return tally;
  const auto path = path_from(std::string(data) + "/corpora/" + name);
  for (const auto& [member, text] : read_tar(read_file(path), name)) {
    if (member.ends_with(".xml") && text.find("<sbml") != std::string::npos) check_model(member, text, tally);
  }
  std::printf("%s: %d models, %ld entries compared, %ld agree\n", name.c_str(), tally.models, tally.entries,
              tally.agreed);
  return tally;
}

TEST(DataCompileSlow, SemanticSuite) {
  const Tally tally = check_corpus("sbml_test_suite.tar.xz");
  if (tally.models == 0) GTEST_SKIP() << "VESICA_DATA is not set";
  EXPECT_GE(tally.models, 1464);
  EXPECT_GT(tally.entries, 3000);
}

TEST(DataCompileSlow, BioModels) {
  const Tally tally = check_corpus("biomodels_1_100.tar.xz");
  if (tally.models == 0) GTEST_SKIP() << "VESICA_DATA is not set";
  EXPECT_EQ(tally.models, 97);  // three of the hundred are delay equations
  EXPECT_GT(tally.entries, 3000);
}

TEST(DataCompileSlow, PetabBenchmarks) {
  const Tally tally = check_corpus("petab_benchmarks.tar.xz");
  if (tally.models == 0) GTEST_SKIP() << "VESICA_DATA is not set";
  EXPECT_GT(tally.models, 25);
}

}  // namespace
}  // namespace vesica::kinetics
