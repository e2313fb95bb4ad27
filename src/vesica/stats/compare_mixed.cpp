// SPDX-License-Identifier: Apache-2.0
// Nested designs as they are: every observation, with random effects of block, unit and what lies between.
#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/stats/compare_parts.h"
#include "vesica/stats/mixed_model.h"

namespace vesica::comparing {

namespace {

using Eigen::Index;
using stats::Correction;

struct Input {
  std::vector<double> y;
  stats::Factor cell{"cell", {}, 0};
  std::map<std::tuple<int, int, int>, int> cells;  // (group, second, time) → column
  std::vector<stats::Factor> random;
};

// Names of what a row lies in: block, unit, unit/first sample below, ...; deeper levels repeat the last name, and are
// dropped later when they tell nothing new.
Input rows_of(const Case& data) {
  Input input;
  std::size_t depth = 0;
  for (const CaseUnit& unit : data.units) {
    for (const UnitRow& row : unit.rows) depth = std::max(depth, row.path.size());
  }
  std::vector<std::vector<std::string>> names(2 + depth);
  for (const CaseUnit& unit : data.units) {
    const std::tuple key(unit.group, unit.second, unit.time);
    const int cell = input.cells.emplace(key, static_cast<int>(input.cells.size())).first->second;
    for (const UnitRow& row : unit.rows) {
      input.y.push_back(row.scaled);
      input.cell.level.push_back(cell);
      names[0].push_back(unit.block);
      std::string name = unit.sample;
      names[1].push_back(name);
      for (std::size_t d = 0; d < depth; ++d) {
        if (d < row.path.size()) name += "\x1f" + row.path[d];
        names[2 + d].push_back(name);
      }
    }
  }
  input.cell.levels = static_cast<int>(input.cells.size());
  if (data.blocks != Blocks::kNone) input.random.push_back(stats::make_factor("block", names[0]));
  for (std::size_t level = 1; level < names.size(); ++level) {
    stats::Factor factor = stats::make_factor(level == 1 ? data.plan->unit : "", names[level]);
    if (level > 1) factor.name = say("level {} below the {}", level - 1, translate(data.plan->unit));
    if (level > 1 && factor.levels == input.random.back().levels) continue;
    input.random.push_back(std::move(factor));
  }
  return input;
}

// Fits, leaving out one after the other the factors that cannot be told apart.
stats::MixedFit fit_separable(Input& input, const Eigen::MatrixXd& design, std::vector<std::string>& dropped) {
  while (!input.random.empty()) {
    stats::MixedFit fit = stats::fit_mixed(design, input.y, input.random);
    if (fit.status != stats::TestStatus::kNotSeparable || fit.trouble.empty()) return fit;
    dropped.push_back(fit.trouble);
    std::erase_if(input.random, [&](const stats::Factor& f) { return f.name == fit.trouble; });
  }
  return {};
}

// Rows of the hypothesis that the named factors' levels do not matter, over equally weighted cells: differences of the
// levels of factors in the term, means over the others. `sizes` are group, second, time.
Eigen::MatrixXd hypothesis(const Input& input, const std::array<std::size_t, 3>& sizes,
                           const std::array<bool, 3>& term) {
  Eigen::MatrixXd product = Eigen::MatrixXd::Ones(1, 1);
  for (std::size_t f = 0; f < 3; ++f) {
    const auto n = static_cast<Index>(sizes[f]);
    Eigen::MatrixXd own = Eigen::MatrixXd::Constant(1, n, 1 / static_cast<double>(n));
    if (term[f]) {
      own = Eigen::MatrixXd::Zero(n - 1, n);
      own.col(0).setConstant(-1);
      own.rightCols(n - 1).diagonal().setOnes();
    }
    Eigen::MatrixXd next(product.rows() * own.rows(), product.cols() * own.cols());
    for (Index i = 0; i < product.rows(); ++i) {
      for (Index j = 0; j < product.cols(); ++j) {
        next.block(i * own.rows(), j * own.cols(), own.rows(), own.cols()) = product(i, j) * own;
      }
    }
    product = std::move(next);
  }
  Eigen::MatrixXd result(product.rows(), product.cols());
  for (const auto& [key, column] : input.cells) {
    const auto& [group, second, time] = key;
    const auto at = (static_cast<std::size_t>(group) * sizes[1] + static_cast<std::size_t>(second)) * sizes[2] +
                    static_cast<std::size_t>(time);
    result.col(column) = product.col(static_cast<Index>(at));
  }
  return result;
}

void add_terms(const Case& data, const Input& input, const stats::MixedFit& fit, Finding& finding) {
  const std::array<std::size_t, 3> sizes{data.groups.size(), data.seconds.size(),
                                         std::max<std::size_t>(1, data.times.size())};
  const std::array<std::string, 3> names{data.plan->factor.empty() ? say("group") : data.plan->factor,
                                         data.plan->second_factor, say("time")};
  if (input.cells.size() < sizes[0] * sizes[1] * sizes[2]) {
    warn(finding.warnings, "missing_cells", say("Some combinations have no unit; whole factors were not tested."));
    return;
  }
  for (int mask = 1; mask < 8; ++mask) {
    std::array<bool, 3> term{};
    std::string name;
    bool varies = true;
    for (std::size_t f = 0; f < 3; ++f) {
      term[f] = (mask & (1 << f)) != 0;
      if (!term[f]) continue;
      varies = varies && sizes[f] > 1;
      name += (name.empty() ? "" : " × ") + names[f];
    }
    if (!varies) continue;
    const bool lone = sizes[1] * sizes[2] == 1;
    finding.tests.push_back(test_of(stats::mixed_f_test(fit, hypothesis(input, sizes, term)),
                                    lone ? say("all groups") : name, say("Mixed model"), data.scale));
  }
}

void add_contrasts(const Case& data, const Input& input, const stats::MixedFit& fit, Finding& finding) {
  std::vector<stats::Contrast> contrasts;
  std::vector<std::string> texts;
  std::vector<Eigen::VectorXd> weights;
  const std::size_t times = std::max<std::size_t>(1, data.times.size());
  const bool single = data.seconds.size() * times == 1;
  for (std::size_t s = 0; s < data.seconds.size(); ++s) {
    for (std::size_t t = 0; t < times; ++t) {
      for (const auto& [first, second] : data.contrasts()) {
        const auto key = [&](std::size_t g) {
          return std::tuple(static_cast<int>(g), static_cast<int>(s), static_cast<int>(t));
        };
        const auto one = input.cells.find(key(first));
        const auto other = input.cells.find(key(second));
        if (one == input.cells.end() || other == input.cells.end()) continue;
        Eigen::VectorXd weight = Eigen::VectorXd::Zero(input.cell.levels);
        weight[one->second] = 1;
        weight[other->second] = -1;
        contrasts.push_back({first, second, stats::mixed_contrast(fit, weight)});
        weights.push_back(weight);
        std::string text = contrast_text(data, first, second);
        if (data.seconds.size() > 1) text = say("{} ({})", text, data.seconds[s]);
        if (times > 1) text = say("{} at {} h", text, exact_number(data.times[t]));
        texts.push_back(std::move(text));
      }
    }
  }
  Correction correction = contrasts.size() > 1 ? correction_of(data, false, finding) : Correction::kNone;
  const bool ranged = correction == Correction::kTukey || correction == Correction::kDunnett;
  if (!single && ranged) correction = Correction::kSidak;
  stats::Family family{data.groups.size(), {}};
  if (correction == Correction::kDunnett && fit.status == stats::TestStatus::kOk) {
    std::vector<std::vector<double>> covariance;
    for (const auto& a : weights) {
      covariance.emplace_back();
      for (const auto& b : weights) covariance.back().push_back(a.dot(fit.covariance * b));
    }
    family.lambda = lambda_from(covariance);
  }
  const auto judged = stats::judge(contrasts, correction, family);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    FindingTest test = test_of(judged[i], texts[i], say("Mixed model, Satterthwaite's degrees of freedom"), data.scale);
    if (correction == Correction::kNone) test.adjusted_p = kNaN;
    test.correction = correction_title(correction, false);
    add_power_from_se(data, contrasts[i], contrasts.size(), test);
    finding.tests.push_back(std::move(test));
  }
}

void say_components(const stats::MixedFit& fit, Finding& finding) {
  double total = 0;
  for (const auto& component : fit.components) total += component.variance;
  std::vector<std::string> shares;
  for (const auto& component : fit.components) {
    const std::string name = component.levels == 0 ? say("rest") : std::string(translate(component.name));
    shares.push_back(say("{} {} %", name, short_number(100 * component.variance / total, 3)));
    if (component.at_boundary) {
      warn(
          finding.warnings, "zero_variance",
          say("The variance between levels of \"{}\" is estimated as 0: the model is then the one without them.", name),
          say("Look at the analysis of unit means beside it."), Severity::kNote);
    }
  }
  finding.assumptions.push_back(say("Shares of the variance: {}.", listed(shares)));
}

}  // namespace

void analyse_mixed(const Case& data, Finding& finding) {
  Input input = rows_of(data);
  const Eigen::MatrixXd design = stats::indicator_columns(input.cell);
  std::vector<std::string> dropped;
  const stats::MixedFit fit = fit_separable(input, design, dropped);
  if (input.random.empty() && data.times.size() < 2) {
    finding.assumptions.push_back(
        say("Every unit has one value: nothing is nested, and units were compared directly."));
    return analyse_independent(data, "auto", finding);
  }
  add_terms(data, input, fit, finding);
  if (data.groups.size() > 1) add_contrasts(data, input, fit, finding);
  if (fit.status == stats::TestStatus::kOk) say_components(fit, finding);
  finding.method_text =
      say("Groups were compared by a linear mixed model (restricted maximum likelihood, Satterthwaite's degrees of "
          "freedom) with random effects of {}.",
          [&] {
            std::vector<std::string> names;
            for (const auto& factor : input.random) names.emplace_back(translate(factor.name));
            return names.empty() ? say("nothing") : listed(names);
          }());
}

}  // namespace vesica::comparing
