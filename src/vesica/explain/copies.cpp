// SPDX-License-Identifier: Apache-2.0
// The stoichiometric gate for a user's dose.
#include "vesica/explain/copies.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/contract/sampling.h"

namespace vesica::explain {

namespace {

constexpr std::uint64_t kDraws = 2000;  // chosen: the ends of the interval move by a few per cent with the seed

/// Numbers of the question in a fixed order, each stated or known as a distribution.
struct Inputs {
  std::vector<Unknown> unknowns;
  std::vector<double> middle;
  std::vector<std::string> assumed, recalled;

  void add(const std::optional<double>& stated, std::string_view evidence_id) {
    if (stated) {
      unknowns.push_back({"", std::string(evidence_id), {kinetics::DistributionKind::kFixed, *stated, 0}});
      middle.push_back(*stated);
      return;
    }
    const ParameterRow* row = find_parameter(evidence_id);
    VESICA_REQUIRE(row != nullptr, "an evidence row of the stoichiometric gate is missing");
    unknowns.push_back({"", row->id, distribution_of(*row)});
    middle.push_back(row->value);
    assumed.push_back(row->id);
    if (row->known == HowKnown::kRecalled) recalled.push_back(row->id);
  }
};

feasibility::Answer answer_of(double dose, const std::vector<double>& values, double needed) {
  return feasibility::answer({dose, values[0], values[1], values[2], values[3], values[4], needed});
}

void check(std::string_view option, const std::optional<double>& value, double high) {
  if (!value || (std::isfinite(*value) && *value > 0 && *value <= high)) return;
  throw Error(ErrorKind::kUsage, say("--{} is {}: it must be above 0 and at most {}.", option, *value, high));
}

}  // namespace

Copies copies_per_cell(const Dose& dose, std::uint64_t seed) {
  constexpr double kMost = 1e20;  // as in model feasibility
  check("dose", dose.vesicles, kMost);
  check("organ-share", dose.organ_share, 1);
  check("uptake-share", dose.uptake_share, 1);
  check("cells", dose.cells, kMost);
  check("copies", dose.copies_per_vesicle, 1e6);
  check("escape-share", dose.escape_share, 1);
  const bool nose = lower_ascii(trim(dose.route)) == "intranasal";
  Inputs inputs;
  inputs.add(dose.organ_share, nose ? "distribution.intranasal.brain_share" : "feasibility.organ_share");
  inputs.add(dose.uptake_share, "feasibility.uptake_share");
  inputs.add(dose.cells, "feasibility.recipient_cells");
  inputs.add(dose.copies_per_vesicle, "cargo.mirna_copies");
  inputs.add(dose.escape_share, "uptake.release_share");
  const ParameterRow* needed = find_parameter("cargo.repression_copies");
  VESICA_REQUIRE(needed != nullptr, "the evidence row of the copies needed is missing");
  Copies out;
  const feasibility::Answer middle = answer_of(dose.vesicles, inputs.middle, needed->value);
  std::vector<double> draws;
  for (std::uint64_t i = 0; i < kDraws; ++i)
    draws.push_back(answer_of(dose.vesicles, draw_values(inputs.unknowns, seed, i), needed->value).copies_per_cell);
  Observation band;
  band.value = middle.copies_per_cell;
  set_band(band, std::move(draws));
  out.middle = middle.copies_per_cell;
  out.low = std::isnan(band.low) ? out.middle : band.low;  // nothing varies: no band
  out.high = std::isnan(band.high) ? out.middle : band.high;
  out.needed = needed->value;
  out.verdict = feasibility::verdict(middle.ratio);
  out.assumed = std::move(inputs.assumed);
  out.recalled = std::move(inputs.recalled);
  return out;
}

std::string verdict_text(feasibility::Verdict verdict) {
  switch (verdict) {
    case feasibility::Verdict::kPasses:
      return say("enough");
    case feasibility::Verdict::kUncertain:
      return say("short by less than a hundredfold");
    case feasibility::Verdict::kFails:
      return say("far too few");
    case feasibility::Verdict::kUnknown:
      break;
  }
  return say("unknown");
}

}  // namespace vesica::explain
