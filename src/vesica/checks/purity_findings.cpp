// SPDX-License-Identifier: Apache-2.0
// Purity in words and tables, and what the isolation carries over.
#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/checks/preparation_rows.h"
#include "vesica/checks/purity.h"
#include "vesica/evidence/evidence.h"
#include "vesica/models/spin/settings.h"
#include "vesica/models/spin/spin.h"

namespace vesica {

namespace {

using preparation_detail::number_or_null;
using preparation_detail::number_text;
using preparation_detail::table_value;
using preparation_detail::with_interval;

constexpr std::string_view kRatio = kPurityQuantities[0];
constexpr std::string_view kCeiling = kPurityQuantities[1];
constexpr std::string_view kShare = kPurityQuantities[2];

std::string percent(double share) { return readable_number(100 * share, 2) + " %"; }

std::string verdict_text(const Purity& purity) {
  if (purity.verdict == "above") return say("more particles than this protein can make up");
  if (purity.verdict == "below")
    return say("at least {} of the protein is not of these vesicles", percent(1 - purity.of_high));
  if (purity.verdict == "compatible") return say("vesicles can be all of it");
  if (purity.status == Status::kBelowRange) return say("no more particles than the blank");
  if (purity.status == Status::kAboveRange) return say("no protein beyond the blank");
  return say("sizes are missing");
}

/// "The bin at 455 nm holds 41 % of the mass in 0.3 % of the particles; without it the ceiling is ...".
std::string bin_text(const Ceiling& ceiling) {
  return say("The bin at {} nm holds {} of the mass in {} of the particles; without it the ceiling is {} per µg.",
             readable_number(ceiling.largest_nm, 3), percent(ceiling.largest_mass), percent(ceiling.largest_number),
             number_text(ceiling.without_largest, kCeiling));
}

std::string ceiling_text(const Ceiling& ceiling) {
  if (!std::isfinite(ceiling.value)) return "–";
  return with_interval(ceiling.value, ceiling.low, ceiling.high, kCeiling);
}

std::vector<std::string> line_of(const Purity& purity) {
  std::string ratio = with_interval(purity.value, purity.low, purity.high, kRatio);
  if (purity.status != Status::kOk) ratio = "–";
  return {
      purity.sample,
      ratio,
      ceiling_text(purity.ceiling),
      std::isfinite(purity.of_ceiling) ? with_interval(purity.of_ceiling, purity.of_low, purity.of_high, kShare) : "–",
      verdict_text(purity),
      webber_text(purity.webber)};
}

Value value_of(const Purity& purity) {
  Value out = Value::table();
  out.set("sample", Value::of(purity.sample));
  out.set("condition", Value::of(purity.condition));
  out.set("particles_per_ml", number_or_null(purity.particles_per_ml));
  out.set("protein_ug_ml", number_or_null(purity.protein_ug_ml));
  out.set("particles_per_ug", number_or_null(purity.value));
  out.set("low", number_or_null(purity.low));
  out.set("high", number_or_null(purity.high));
  out.set("interval", Value::of(purity.interval));
  out.set("status", Value::of(to_text(purity.status)));
  Value ceiling = Value::table();
  ceiling.set("value", number_or_null(purity.ceiling.value));
  ceiling.set("low", number_or_null(purity.ceiling.low));
  ceiling.set("high", number_or_null(purity.ceiling.high));
  ceiling.set("basis", Value::of(purity.ceiling.basis));
  ceiling.set("largest_bin_nm", number_or_null(purity.ceiling.largest_nm));
  ceiling.set("largest_bin_number_share", number_or_null(purity.ceiling.largest_number));
  ceiling.set("largest_bin_mass_share", number_or_null(purity.ceiling.largest_mass));
  ceiling.set("without_largest_bin", number_or_null(purity.ceiling.without_largest));
  out.set("ceiling", std::move(ceiling));
  out.set("of_ceiling", number_or_null(purity.of_ceiling));
  out.set("of_ceiling_low", number_or_null(purity.of_low));
  out.set("of_ceiling_high", number_or_null(purity.of_high));
  out.set("verdict", Value::of(purity.verdict));
  out.set("webber_clayton", Value::of(purity.webber));
  return out;
}

std::string answer_for_one(const Purity& purity) {
  if (purity.status != Status::kOk) return say("{}: {}.", purity.sample, verdict_text(purity));
  std::string out = say("{} has {} particles per µg protein", purity.sample,
                        with_interval(purity.value, purity.low, purity.high, kRatio));
  if (!std::isfinite(purity.ceiling.value))
    return out + "; " + say("its sizes are not measured, so the ceiling is not known.");
  out +=
      "; " + say("vesicles of its sizes alone would give {}: {}.", ceiling_text(purity.ceiling), verdict_text(purity));
  return out;
}

std::string answer_of(const std::vector<Purity>& all) {
  if (all.size() == 1) return answer_for_one(all.front());
  std::vector<double> shares;
  std::size_t above = 0, below = 0, compatible = 0;
  for (const Purity& purity : all) {
    if (std::isfinite(purity.of_ceiling)) shares.push_back(purity.of_ceiling);
    above += purity.verdict == "above";
    below += purity.verdict == "below";
    compatible += purity.verdict == "compatible";
  }
  if (shares.empty()) {
    return say("{} preparation(s) (has|have) particles and protein; none has sizes from which a ceiling follows.",
               all.size());
  }
  const auto ends = std::minmax_element(shares.begin(), shares.end());
  return say(
      "Particles per µg protein reach {} to {} of what vesicles of the measured sizes alone would give. In {} of {} "
      "preparation(s) vesicles can be all of the protein, in {} most protein is not of vesicles, in {} more particles "
      "were counted than the protein can make up.",
      percent(*ends.first), percent(*ends.second), compatible, all.size(), below, above);
}

void add_warnings(const std::vector<Purity>& all, const Study& study, Finding& out) {
  for (const Purity& purity : all) {
    if (purity.ceiling.one_bin_decides()) {
      out.warnings.push_back({Severity::kNote,
                              "purity.one_bin",
                              say("{}: {}", purity.sample, bin_text(purity.ceiling)),
                              {},
                              say("Look at that bin: a few clumps weigh as much as all vesicles."),
                              "",
                              purity.sample});
    }
    for (const std::string& unknown : purity.unknown) {
      out.warnings.push_back({Severity::kNote,
                              "purity.no_spread",
                              say("{}: {}", purity.sample, unknown),
                              {},
                              say("Measure it again; the interval holds only what is known."),
                              "",
                              purity.sample});
    }
  }
  const bool any_blank =
      std::any_of(study.inputs.begin(), study.inputs.end(), [](const Input& input) { return input.role == "blank"; }) ||
      std::any_of(study.samples.begin(), study.samples.end(),
                  [](const Sample& sample) { return sample.kind == "blank"; });
  if (!any_blank) {
    out.warnings.push_back({Severity::kNote,
                            "purity.no_blank",
                            say("No blank stands behind these numbers: particles and protein of the buffer count."),
                            {},
                            say("Measure the buffer alone and give its file the role \"blank\", or its sample the kind "
                                "\"blank\"."),
                            "",
                            ""});
  }
}

std::vector<std::string> assumptions_of(const std::vector<Purity>& all) {
  const ParameterRow* density = find_parameter("purity.vesicle_density");
  const ParameterRow* share = find_parameter("purity.protein_share");
  std::vector<std::string> out;
  out.push_back(
      say("A vesicle weighs {} g/mL ({} to {}) and is {} protein ({} to {}): assumptions, unless the study "
          "states its own.",
          exact_number(density->value), exact_number(density->low), exact_number(density->high), percent(share->value),
          percent(share->low), percent(share->high)));
  out.push_back(say("The hydrodynamic diameter is taken for that of the vesicle: the true ceiling is higher."));
  const bool from_mean = std::any_of(all.begin(), all.end(), [](const Purity& purity) {
    return !purity.ceiling.basis.empty() && purity.ceiling.basis != "distribution";
  });
  if (from_mean)
    out.push_back(say("Where no distribution is at hand, sizes are lognormal with the measured mean and SD."));
  out.push_back(
      say("The classes of Webber & Clayton (2013, 10.3402/jev.v2i0.19861; cut-offs recalled: above 3e+10 high, "
          "2e+9 to 2e+10 low, below 1.5e+9 unpure) are blind to size: pure vesicles of 185 nm reach "
          "1.4e+9 and would be called unpure."));
  return out;
}

}  // namespace

std::string webber_text(const std::string& word) {
  if (word == "high") return say("high purity");
  if (word == "low") return say("low purity");
  if (word == "unpure") return say("unpure");
  return word == "between" ? say("between two classes") : std::string("–");
}

CarryOver carry_over_of(const Protocol& protocol, const Study& study, const Context& context) {
  AnySettings any = kSpinModel.make_settings();
  const auto table = study.settings.find("spin");
  std::vector<Error> problems;
  if (table != study.settings.end()) apply(table->second, any, problems);
  if (!problems.empty()) throw problems.front();
  any.get<spin::Settings>().steps = protocol.steps;
  Scenario scenario;
  scenario.quantities = {"isolation.yield", "isolation.copelleted_fraction"};
  const Predictions found = kSpinModel.evaluate(scenario, std::span(&any, 1), {}, context);
  CarryOver out;
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    const double value = found.value(0, i);
    if (found.rows[i].quantity == "isolation.yield") {
      out.vesicles = value;
    } else if (std::isfinite(value)) {
      out.contaminants.emplace_back(found.rows[i].target, value);
    }
  }
  return out;
}

std::vector<Finding> check_purity(const ObservationTable& table, const Study& study, const Context& context) {
  const std::vector<Purity> all = purities(table, study, context);
  if (all.empty()) return {};
  Finding out;
  out.id = out.comparison = out.kind = kPurityCheck;
  out.quantity = kRatio;
  out.unit = "preparation";
  out.scale = "log";
  out.question = say("How much of the protein can be that of the vesicles counted?");
  out.answer = answer_of(all);
  out.assumptions = assumptions_of(all);
  add_warnings(all, study, out);
  std::vector<std::vector<std::string>> lines;
  Value numbers = Value::array();
  for (const Purity& purity : all) {
    lines.push_back(line_of(purity));
    numbers.append(value_of(purity));
  }
  Value tables = Value::array();
  tables.append(table_value("purity", say("Particles per µg protein against the ceiling of each preparation's sizes"),
                            {{say("Preparation"), false},
                             {say("Particles per µg"), true},
                             {say("Ceiling per µg"), true},
                             {say("Share of the ceiling"), true},
                             {say("Reading"), false},
                             {say("Webber & Clayton (blind to size)"), false}},
                            lines));
  out.details = Value::table();
  out.details.set("tables", std::move(tables));
  out.details.set("preparations", std::move(numbers));
  out.method_text = say(
      "Particles per µg protein were computed on the logarithmic scale from repeats of both methods and the dilution, "
      "and held against 1/(f ρ π/6 ⟨d³⟩) of the measured number distribution, with a bootstrap over videos and "
      "counts.");
  return {std::move(out)};
}

}  // namespace vesica
