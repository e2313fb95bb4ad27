// SPDX-License-Identifier: Apache-2.0
#include "vesica/checks/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/evidence/evidence.h"
#include "vesica/quantity/quantity.h"
#include "vesica/settings/fields.h"

namespace vesica {

namespace {

using Method = SensitivityQuestion::Method;
using Moment = SensitivityQuestion::Moment;

constexpr std::size_t kSobolRows = 512, kMorrisWays = 40;
constexpr std::size_t kMostEvaluations = 50'000'000;  // chosen: beyond it the question is a slip
constexpr std::size_t kPiece = 4096;                  // chosen: points evaluated at a time
constexpr double kLowShare = 0.025, kHighShare = 0.975;

/// The row of each quantity and target at the wanted moment, in order of first appearance.
std::vector<std::size_t> chosen_rows(const Predictions& central, const std::vector<std::string>& targets,
                                     const SensitivityQuestion& question) {
  std::vector<std::size_t> out;
  std::map<std::vector<std::string>, std::size_t> place;
  const auto better = [&](std::size_t a, std::size_t b) {  // a before b
    const double ta = central.rows[a].time_h, tb = central.rows[b].time_h;
    switch (question.moment) {
      case Moment::kPeak:
        return central.value(0, a) > central.value(0, b);
      case Moment::kHour:
        return std::abs(ta - question.time_h) < std::abs(tb - question.time_h);
      default:
        return ta > tb;
    }
  };
  for (std::size_t i = 0; i < central.rows.size(); ++i) {
    const Observation& row = central.rows[i];
    const bool wanted = targets.empty() || std::find(targets.begin(), targets.end(), row.target) != targets.end();
    if (!std::isnan(row.at) || !wanted) continue;
    const auto [found, is_new] = place.try_emplace({row.quantity, row.target, row.part}, out.size());
    if (is_new) {
      out.push_back(i);
    } else if (better(i, out[found->second])) {
      out[found->second] = i;
    }
  }
  return out;
}

/// Outputs of the chosen rows at every point: one list a row.
std::vector<std::vector<double>> outputs_at(const Chain& chain, std::span<const double> points,
                                            const std::vector<std::size_t>& rows, const Context& context) {
  const std::size_t width = chain.unknowns().size(), stride = chain.central().rows.size();
  const std::size_t count = points.size() / width;
  std::vector<std::vector<double>> out(rows.size());
  for (std::size_t first = 0; first < count; first += kPiece) {
    const std::size_t size = std::min(kPiece, count - first);
    const std::vector<double> values = chain.evaluate(points.subspan(first * width, size * width), context);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t r = 0; r < rows.size(); ++r) out[r].push_back(values[i * stride + rows[r]]);
    }
    if (context.progress) context.progress(first + size, count);
  }
  return out;
}

/// A range of which only memory or the study speaks is an assumption.
bool has_data(const Unknown& unknown) {
  const ParameterRow* row = unknown.is_stated ? nullptr : find_parameter(unknown.key);
  return row != nullptr && row->known != HowKnown::kRecalled;
}

std::vector<Influence> unknowns_as_influences(const Chain& chain) {
  std::vector<Influence> out;
  for (const Unknown& unknown : chain.unknowns()) {
    Influence one;
    one.setting = unknown.setting;
    one.key = unknown.key;
    one.has_data = has_data(unknown);
    if (const ParameterRow* row = find_parameter(unknown.key)) one.unit = row->unit;
    one.low = kinetics::quantile(unknown.distribution, kLowShare);
    one.middle = unknown.value;
    one.high = kinetics::quantile(unknown.distribution, kHighShare);
    for (WithError* error : {&one.first, &one.total, &one.mean, &one.size, &one.spread}) *error = {kNaN, kNaN};
    out.push_back(std::move(one));
  }
  return out;
}

/// Positions with one unknown at an end and the others as they stand: two points an unknown.
std::vector<double> tornado_points(std::size_t unknowns) {
  std::vector<double> out(2 * unknowns * unknowns, kNaN);
  for (std::size_t k = 0; k < unknowns; ++k) {
    out[(2 * k) * unknowns + k] = kLowShare;
    out[(2 * k + 1) * unknowns + k] = kHighShare;
  }
  return out;
}

/// A quantity that is compared by its logarithm is analysed by it, as long as every output is positive.
bool takes_log(std::string_view id, const std::vector<double>& outputs) {
  const Quantity* quantity = find_quantity(id);
  return quantity != nullptr && quantity->scale == Scale::kLog &&
         std::all_of(outputs.begin(), outputs.end(), [](double value) { return std::isnan(value) || value > 0; });
}

class Analysis {
 public:
  Analysis(const Chain& chain, const SensitivityQuestion& question, std::uint64_t seed, const Context& context)
      : chain_(chain), question_(question), seed_(seed), context_(context), inputs_(chain.unknowns().size()) {}

  std::vector<ResultSensitivity> run() {
    const std::vector<std::size_t> rows = chosen_rows(chain_.central(), chain_.last().scenario.targets, question_);
    if (inputs_ == 0 || rows.empty()) return {};
    const std::vector<double> design = make_design();
    std::vector<std::vector<double>> outputs = outputs_at(chain_, design, rows, context_);
    const std::vector<std::vector<double>> ends = outputs_at(chain_, tornado_points(inputs_), rows, context_);
    std::vector<ResultSensitivity> out;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      ResultSensitivity one;
      one.row = chain_.central().rows[rows[r]];
      one.row.value = chain_.central().value(0, rows[r]);
      one.row.status = chain_.central().status(0, rows[r]);
      one.row.origin = Origin::kPredicted;
      one.row.source = chain_.last().model->id;
      one.row.condition = chain_.last().scenario.condition;
      one.row.sample = chain_.last().scenario.sample;
      if (!std::isnan(one.row.value)) fill(design, outputs[r], ends[r], one);
      out.push_back(std::move(one));
    }
    return out;
  }

 private:
  std::vector<double> make_design() {
    const bool sobol = question_.method == Method::kSobol;
    const std::size_t wanted = question_.samples > 0 ? question_.samples : (sobol ? kSobolRows : kMorrisWays);
    if (wanted > kMostEvaluations / (inputs_ + 2))
      throw Error(ErrorKind::kUsage, say("{} samples of {} unknowns are too many.", wanted, inputs_), {},
                  say("Ask for at most {}.", kMostEvaluations / (inputs_ + 2)));
    if (!sobol) return morris_design(wanted, inputs_, seed_);
    base_ = (wanted + kSobolBlocks - 1) / kSobolBlocks;
    return sobol_design(base_, inputs_, seed_);
  }

  void fill(const std::vector<double>& design, std::vector<double>& outputs, const std::vector<double>& ends,
            ResultSensitivity& out) const {
    out.influences = unknowns_as_influences(chain_);
    out.is_log = takes_log(out.row.quantity, outputs);
    if (out.is_log)
      for (double& value : outputs) value = std::log(value);
    for (std::size_t k = 0; k < inputs_; ++k) {
      out.influences[k].result_low = ends[2 * k];
      out.influences[k].result_high = ends[2 * k + 1];
    }
    if (question_.method == Method::kSobol) {
      fill_indices(outputs, out);
    } else {
      fill_effects(design, outputs, out);
    }
  }

  void fill_indices(const std::vector<double>& outputs, ResultSensitivity& out) const {
    const SobolIndices found = sobol_indices(outputs, base_, inputs_);
    out.rows = found.rows;
    out.left_out = found.left_out;
    for (std::size_t k = 0; k < inputs_; ++k) {
      out.influences[k].first = found.first[k];
      out.influences[k].total = found.total[k];
    }
    sort(out, [](const Influence& one) { return one.total.value; });
  }

  void fill_effects(const std::vector<double>& design, const std::vector<double>& outputs,
                    ResultSensitivity& out) const {
    const MorrisEffects found = morris_effects(outputs, design, inputs_);
    out.rows = found.trajectories;
    out.left_out = found.left_out;
    for (std::size_t k = 0; k < inputs_; ++k) {
      out.influences[k].mean = found.mean[k];
      out.influences[k].size = found.size[k];
      out.influences[k].spread = found.spread[k];
    }
    sort(out, [](const Influence& one) { return one.size.value; });
  }

  template <typename Key>
  static void sort(ResultSensitivity& out, const Key& key) {
    const auto rank = [&](const Influence& one) { return std::isnan(key(one)) ? -1.0 : key(one); };
    std::stable_sort(out.influences.begin(), out.influences.end(),
                     [&](const Influence& a, const Influence& b) { return rank(a) > rank(b); });
  }

  const Chain& chain_;
  const SensitivityQuestion& question_;
  std::uint64_t seed_;
  const Context& context_;
  std::size_t inputs_;
  std::size_t base_ = 0;
};

}  // namespace

std::vector<ResultSensitivity> sensitivity_of(const Chain& chain, const SensitivityQuestion& question,
                                              std::uint64_t seed, const Context& context) {
  return Analysis(chain, question, seed, context).run();
}

}  // namespace vesica
