// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/chain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"
#include "vesica/quantity/unit.h"

namespace vesica {

namespace {

constexpr std::size_t kBatch = 256;            ///< chosen: settings that a model sees at a time
constexpr std::size_t kMostNumbers = 1 << 28;  ///< chosen: 2 GB of draws x rows; beyond it the question is a slip

/// At which times a stage is evaluated for what takes from it.
struct Moment {
  enum class Kind { kOwn, kClock, kAt };
  Kind kind = Kind::kOwn;
  double time_h = 0;  ///< kAt
  bool operator<(const Moment& other) const {
    return std::pair(kind, kind == Kind::kAt ? time_h : 0) <
           std::pair(other.kind, other.kind == Kind::kAt ? other.time_h : 0);
  }
};

const Port& port_of(const ChainStage& stage, const Take& take) {
  const auto port = std::find_if(stage.model->ports.begin(), stage.model->ports.end(),
                                 [&](const Port& one) { return one.id == take.port; });
  VESICA_REQUIRE(port != stage.model->ports.end(), "the loader knows the ports");
  return *port;
}

Moment moment_of(const ChainStage& stage, const Take& take) {
  if (port_of(stage, take).is_curve) return {Moment::Kind::kClock};
  if (!std::isnan(take.time_h)) return {Moment::Kind::kAt, take.time_h};
  return {};
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

[[noreturn]] void refuse(const Take& take, std::string what, std::string hint) {
  throw Error(ErrorKind::kConfig, std::move(what), take.place, std::move(hint));
}

/// The rows of a quantity and target; an empty target stands for the only one.
std::vector<std::size_t> rows_taken(const Predictions& given, const Take& take) {
  std::vector<std::size_t> out;
  std::set<std::string> targets, quantities;
  for (std::size_t i = 0; i < given.rows.size(); ++i) {
    quantities.insert(given.rows[i].quantity);
    if (given.rows[i].quantity != take.quantity) continue;
    targets.insert(given.rows[i].target);
    if (take.target.empty() || given.rows[i].target == take.target) out.push_back(i);
  }
  const auto listed = [](const std::set<std::string>& names) {
    return join(std::vector<std::string>(names.begin(), names.end()), ", ");
  };
  if (targets.empty())
    refuse(take, say("Scenario {0} does not predict {1} with its settings.", quoted(take.from), quoted(take.quantity)),
           quantities.empty() ? "" : say("It predicts: {}.", listed(quantities)));
  if (out.empty())
    refuse(take, say("Scenario {0} predicts no {1} of {2}.", quoted(take.from), take.quantity, quoted(take.target)),
           say("Its targets: {}.", listed(targets)));
  if (take.target.empty() && targets.size() > 1)
    refuse(take, say("Scenario {0} predicts {1} of several targets.", quoted(take.from), take.quantity),
           say("Name one of them with target = \"...\": {}.", listed(targets)));
  return out;
}

/// Rows of a curve in order of time, each time once; of a number the one row.
void check_shape(const Predictions& given, std::vector<std::size_t>& rows, const Take& take, const Port& port) {
  if (!port.is_curve) {
    if (rows.size() == 1) return;
    refuse(take,
           say("Port {0} takes one number, but scenario {1} gives {2}.", quoted(take.port), quoted(take.from),
               rows.size()),
           say("Say which with time_h = ..., or give that scenario one time."));
  }
  const auto time = [&](std::size_t row) { return given.rows[row].time_h; };
  if (std::any_of(rows.begin(), rows.end(), [&](std::size_t row) { return std::isnan(time(row)); }))
    refuse(take, say("{0} of scenario {1} is no course over time.", take.quantity, quoted(take.from)),
           say("Port {} needs one.", quoted(take.port)));
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return time(a) < time(b); });
  const auto twice =
      std::adjacent_find(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return time(a) == time(b); });
  if (twice != rows.end())
    refuse(
        take,
        say("Scenario {0} gives several {1} at {2} h.", quoted(take.from), take.quantity, exact_number(time(*twice))),
        "");
}

/// What a port receives, in the port's quantity and unit. `failed[i]` is set where a number is missing; a zero stands
/// in its place, because no model needs to know of failures before it.
Taken taken_by(const Predictions& given, const Take& take, const Port& port, std::vector<char>& failed) {
  std::vector<std::size_t> rows = rows_taken(given, take);
  check_shape(given, rows, take, port);
  Taken out;
  out.port = take.port;
  const Quantity* wanted = find_quantity(port.quantity);
  for (const std::size_t row : rows) {
    out.given.rows.push_back(given.rows[row]);
    if (wanted == nullptr || take.quantity == port.quantity) continue;
    out.given.rows.back().quantity = port.quantity;
    out.given.rows.back().unit = wanted->unit;
  }
  for (std::size_t i = 0; i < given.count(); ++i) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      double value = given.value(i, rows[k]);
      const std::string& from = given.rows[rows[k]].unit;
      if (from != out.given.rows[k].unit) value = convert_unit(value, from, out.given.rows[k].unit).value_or(kNaN);
      failed[i] |= std::isnan(value);
      out.given.values.push_back(std::isnan(value) ? 0 : value);
    }
  }
  return out;
}

/// One evaluation of a chain for a batch of settings; each stage is evaluated once for each kind of moment.
class Evaluation {
 public:
  Evaluation(std::span<const ChainStage> stages, std::span<const double> clock_h,
             std::span<const std::vector<AnySettings>> settings, const Context& context)
      : stages_(stages), clock_h_(clock_h), settings_(settings), context_(context) {}

  const Predictions& at(std::size_t index, const Moment& moment) {
    const auto found = done_.find({index, moment});
    if (found != done_.end()) return found->second;
    const ChainStage& stage = stages_[index];
    const std::size_t count = settings_[index].size();
    std::vector<char> failed(count, 0);
    std::vector<Taken> taken;
    for (const ChainLink& link : stage.links)
      taken.push_back(
          taken_by(at(link.stage, moment_of(stage, link.take)), link.take, port_of(stage, link.take), failed));
    Predictions some = stage.model->evaluate(scenario_at(index, moment), settings_[index], taken, context_);
    VESICA_REQUIRE(some.values.size() == some.rows.size() * count, "a model gives a number for each settings and row");
    mark_failed(some, failed);
    return done_.emplace(std::pair(index, moment), std::move(some)).first->second;
  }

 private:
  Scenario scenario_at(std::size_t index, const Moment& moment) const {
    Scenario out = stages_[index].scenario;
    if (index + 1 == stages_.size()) return out;
    out.quantities.clear();
    for (const ChainStage& stage : stages_) {
      for (const ChainLink& link : stage.links) {
        const auto& wanted = out.quantities;
        if (link.stage == index && std::find(wanted.begin(), wanted.end(), link.take.quantity) == wanted.end())
          out.quantities.push_back(link.take.quantity);
      }
    }
    if (moment.kind == Moment::Kind::kClock) out.times_h.assign(clock_h_.begin(), clock_h_.end());
    if (moment.kind == Moment::Kind::kAt) out.times_h = {moment.time_h};
    return out;
  }

  static void mark_failed(Predictions& some, const std::vector<char>& failed) {
    const std::size_t rows = some.rows.size();
    for (std::size_t i = 0; i < failed.size(); ++i) {
      if (failed[i] == 0) continue;
      std::fill_n(some.values.begin() + static_cast<std::ptrdiff_t>(i * rows), rows, kNaN);
      if (!some.statuses.empty())
        std::fill_n(some.statuses.begin() + static_cast<std::ptrdiff_t>(i * rows), rows, Status::kNotMeasurable);
    }
  }

  std::span<const ChainStage> stages_;
  std::span<const double> clock_h_;
  std::span<const std::vector<AnySettings>> settings_;
  const Context& context_;
  std::map<std::pair<std::size_t, Moment>, Predictions> done_;
};

/// Finds the times at which courses must be known.
class ClockMaker {
 public:
  ClockMaker(std::span<const ChainStage> stages, const Context& context) : stages_(stages), context_(context) {}

  std::vector<double> make() {
    visit(stages_.size() - 1, {});
    if (wanted_.empty()) return {};
    const double end = *wanted_.rbegin();
    if (end > 0) {
      for (std::size_t i = 0; i <= kClockSteps; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(kClockSteps);
        wanted_.insert(end * share * share);
      }
    }
    return {wanted_.begin(), wanted_.end()};
  }

 private:
  void visit(std::size_t index, const Moment& moment) {
    if (!seen_.insert({index, moment}).second) return;
    const ChainStage& stage = stages_[index];
    for (const ChainLink& link : stage.links) {
      const Moment from = moment_of(stage, link.take);
      if (from.kind == Moment::Kind::kClock) add_times(index, moment);
      visit(link.stage, from);
    }
  }

  void add_times(std::size_t index, const Moment& moment) {
    if (moment.kind == Moment::Kind::kClock) return;
    if (moment.kind == Moment::Kind::kAt) {
      wanted_.insert(moment.time_h);
      return;
    }
    const std::vector<double> own = own_times(index);
    if (own.empty())
      throw Error(ErrorKind::kConfig, say("Scenario {} wants no times.", quoted(stages_[index].scenario.id)),
                  stages_[index].scenario.place, say("Add times_h = [...]."));
    wanted_.insert(own.begin(), own.end());
  }

  /// The scenario's times, else those at which its model answers by itself, else those of what it takes from.
  std::vector<double> own_times(std::size_t index) const {
    const ChainStage& stage = stages_[index];
    if (!stage.scenario.times_h.empty()) return stage.scenario.times_h;
    std::set<double> out;
    const Predictions alone = stage.model->evaluate(stage.scenario, std::span(&stage.settings, 1), {}, context_);
    for (const Observation& row : alone.rows)
      if (!std::isnan(row.time_h)) out.insert(row.time_h);
    if (!out.empty()) return {out.begin(), out.end()};
    for (const ChainLink& link : stage.links) {
      const std::vector<double> times = own_times(link.stage);
      out.insert(times.begin(), times.end());
    }
    return {out.begin(), out.end()};
  }

  std::span<const ChainStage> stages_;
  const Context& context_;
  std::set<std::pair<std::size_t, Moment>> seen_;
  std::set<double> wanted_;
};

std::vector<std::vector<AnySettings>> as_they_stand(const std::vector<ChainStage>& stages) {
  std::vector<std::vector<AnySettings>> out;
  for (const ChainStage& stage : stages) out.push_back({stage.settings});
  return out;
}

void add_failures(std::size_t failed, std::size_t count, Outcome& out) {
  if (failed == 0) return;
  out.issues.push_back({Severity::kWarning, "sampling.failed_draws",
                        say("{} of {} draw(s) gave no number; the interval is that of the others", failed, count),
                        Place{}, say("Narrow the ranges of the parameters, or state those that you know"), "", ""});
}

}  // namespace

Chain::Chain(std::vector<ChainStage> stages, const Context& context) : stages_(std::move(stages)) {
  VESICA_REQUIRE(!stages_.empty(), "a chain has a stage");
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    ChainStage& stage = stages_[i];
    VESICA_REQUIRE(stage.model->evaluate != nullptr, "a model that can be chained");
    for (const ChainLink& link : stage.links) VESICA_REQUIRE(link.stage < i, "stages take from earlier ones");
    stage.settings = at_medians(stage.settings, stage.scenario.vary);
  }
  find_unknowns();
  clock_h_ = ClockMaker(stages_, context).make();
  const auto settings = as_they_stand(stages_);
  central_ = Evaluation(stages_, clock_h_, settings, context).at(stages_.size() - 1, {});
}

void Chain::find_unknowns() {
  for (const ChainStage& stage : stages_) {
    std::vector<std::size_t> keys;
    stage_unknowns_.push_back(unknowns_of(stage.settings, stage.scenario.vary));
    for (Unknown& unknown : stage_unknowns_.back()) {
      const std::string owner = stage.model->id == kMeasuredRows ? stage.scenario.id : std::string(stage.model->id);
      if (unknown.key.starts_with("vary.")) unknown.key = owner + unknown.key.substr(4);
      const auto found =
          std::find_if(unknowns_.begin(), unknowns_.end(), [&](const Unknown& one) { return one.key == unknown.key; });
      keys.push_back(static_cast<std::size_t>(found - unknowns_.begin()));
      if (found != unknowns_.end()) continue;
      unknowns_.push_back(unknown);
      if (stages_.size() > 1) unknowns_.back().setting = stage.scenario.id + "." + unknown.setting;
    }
    stage_keys_.push_back(std::move(keys));
  }
}

std::vector<double> Chain::draw_positions(std::uint64_t seed, std::size_t first, std::size_t count) const {
  std::vector<double> out;
  out.reserve(count * unknowns_.size());
  for (std::size_t i = first; i < first + count; ++i) {
    for (const Unknown& unknown : unknowns_) out.push_back(draw_position(unknown.key, seed, i));
  }
  return out;
}

std::vector<double> Chain::evaluate(std::span<const double> positions, const Context& context) const {
  const std::size_t width = unknowns_.size();
  VESICA_REQUIRE(width > 0 && positions.size() % width == 0, "points x unknowns");
  const std::size_t points = positions.size() / width;
  std::vector<double> out;
  out.reserve(points * central_.rows.size());
  for (std::size_t first = 0; first < points; first += kBatch) {
    context.check_cancelled();
    const std::size_t size = std::min(kBatch, points - first);
    std::vector<std::vector<AnySettings>> settings(stages_.size());
    for (std::size_t s = 0; s < stages_.size(); ++s) {
      std::vector<double> values(stage_unknowns_[s].size());
      for (std::size_t i = first; i < first + size; ++i) {
        for (std::size_t k = 0; k < values.size(); ++k) {
          const double position = positions[i * width + stage_keys_[s][k]];
          values[k] = std::isnan(position) ? kNaN : kinetics::quantile(stage_unknowns_[s][k].distribution, position);
        }
        settings[s].push_back(with_values(stages_[s].settings, stage_unknowns_[s], values));
      }
    }
    Evaluation batch(stages_, clock_h_, settings, context);
    const Predictions& some = batch.at(stages_.size() - 1, {});
    VESICA_REQUIRE(some.rows.size() == central_.rows.size(), "the same rows for every settings");
    out.insert(out.end(), some.values.begin(), some.values.end());
  }
  return out;
}

Outcome predict_chain(const Chain& chain, const Context& context) {
  const Predictions& central = chain.central();
  const Scenario& scenario = chain.last().scenario;
  const std::size_t rows = central.rows.size();
  const std::size_t count = chain.unknowns().empty() ? 0 : static_cast<std::size_t>(scenario.draws);
  if (rows > 0 && count > kMostNumbers / rows)
    throw Error(ErrorKind::kConfig, say("{0} draws of {1} rows are more than fit into memory.", count, rows),
                scenario.place, say("Ask for fewer draws, times or quantities."));
  std::vector<double> values;
  if (count > 0) values = chain.evaluate(chain.draw_positions(scenario.seed, 0, count), context);
  Outcome out;
  out.issues = central.issues;
  std::size_t most_failed = 0;
  for (std::size_t k = 0; k < rows; ++k) {
    Observation row = central.rows[k];
    row.origin = Origin::kPredicted;
    row.source = chain.last().model->id;
    row.condition = scenario.condition;
    row.sample = scenario.sample;
    row.value = central.value(0, k);
    row.status = central.status(0, k);
    std::vector<double> column(count);
    for (std::size_t i = 0; i < count; ++i) column[i] = values[i * rows + k];
    const auto failed = std::count_if(column.begin(), column.end(), [](double value) { return std::isnan(value); });
    if (!std::isnan(row.value)) most_failed = std::max(most_failed, static_cast<std::size_t>(failed));
    set_band(row, std::move(column));
    out.observations.add(row);
  }
  add_failures(most_failed, count, out);
  std::vector<NamedSettings> named;
  for (const ChainStage& stage : chain.stages())
    named.push_back({chain.stages().size() > 1 ? stage.scenario.id : "", &stage.settings});
  for (Issue& issue : recalled_evidence(named)) out.issues.push_back(std::move(issue));
  out.artifacts.push_back(evidence_artifact(named));
  return out;
}

}  // namespace vesica
