// SPDX-License-Identifier: Apache-2.0
// The question and the answer of a comparison, in sentences with numbers.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/stats/compare_parts.h"

namespace vesica::comparing {

namespace {

constexpr double kWantedPower = 0.8;
constexpr std::size_t kMostContrastsSaid = 3;

double reported_p(const FindingTest& test) { return std::isfinite(test.adjusted_p) ? test.adjusted_p : test.p; }

bool is_contrast(const FindingTest& test) { return !test.estimate_kind.empty() || test.method == "dunn"; }

std::string sentence_case(std::string text) {
  const bool lower = text.size() > 1 && text[0] >= 'a' && text[0] <= 'z' && !(text[1] >= 'A' && text[1] <= 'Z');
  if (lower) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// "mean difference 20.3 nm (95 % interval 6.1 to 34.5)"; a ratio has no unit.
std::string effect_words(const Case& data, const FindingTest& test) {
  const bool ratio = data.scale != Scale::kLinear;
  const auto number = [&](double x) { return ratio ? readable_number(x, 3) : number_text(data, x, false, 3); };
  const std::string value = ratio ? number(test.estimate) : number_text(data, test.estimate, true, 3);
  std::string text = std::string(translate(test.estimate_kind)) + " " + value;
  if (std::isfinite(test.low) && std::isfinite(test.high)) {
    text += " " + say("(95 % interval {} to {})", number(test.low), number(test.high));
  }
  return text;
}

/// Units of each group; of each cell where there are two factors.
std::string sizes_words(const Case& data) {
  std::map<std::pair<int, int>, std::set<std::string>> samples;
  for (const CaseUnit& unit : data.units) samples[{unit.group, unit.second}].insert(unit.sample);
  std::vector<std::string> sizes;
  for (const auto& [cell, units] : samples) sizes.push_back(std::to_string(units.size()));
  return say("n = {} (unit: {})", listed(sizes), translate(data.plan->unit));
}

std::string size_words(const Case& data, double size) {
  if (data.scale == Scale::kLinear) return say("a difference of {}", number_text(data, size, true, 2));
  return say("a factor of {}", short_number(size, 2));
}

std::string power_words(const Case& data, const FindingTest& test) {
  if (!(test.power < kWantedPower)) {
    return std::isfinite(test.power) ? " " + say("{} would have been found with a probability of {} %.",
                                                 sentence_case(size_words(data, test.power_for)),
                                                 test.power > 0.99 ? "> 99" : short_number(100 * test.power, 2))
                                     : "";
  }
  std::string text = " " + say("{} would have been found with a probability of only {} %",
                               sentence_case(size_words(data, test.power_for)), short_number(100 * test.power, 2));
  text += std::isfinite(test.n_needed)
              ? say("; {} would do (80 %).", say("{} per group", readable_count(static_cast<long long>(test.n_needed))))
              : std::string(".");
  return text;
}

std::string two_groups(const Case& data, const Finding& finding, const FindingTest& test) {
  const bool different = reported_p(test) <= data.plan->alpha;
  std::vector<std::string> means;
  const auto [first, second] = data.contrasts().front();
  for (const std::size_t g : {first, second}) {
    const double mean = g < finding.groups.size() ? finding.groups[g].mean : kNaN;
    means.push_back(say("{} in {}", number_text(data, mean, true), data.titles[g]));
  }
  const std::string numbers = say("{} against {}; {}; {}, {}; {}", means[0], means[1], effect_words(data, test),
                                  test.title, p_words(test.p), sizes_words(data));
  if (different) {
    return say("{} differs between {} and {}: {}.", sentence_case(quantity_name(data)), data.titles[first],
               data.titles[second], numbers);
  }
  return say("No difference in {} between {} and {} was shown: {}.", quantity_name(data), data.titles[first],
             data.titles[second], numbers) +
         power_words(data, test);
}

/// What the tests of whole factors found, as one sentence.
std::string omnibus_words(const Case& data, const std::vector<const FindingTest*>& whole) {
  const std::string what = quantity_name(data);
  if (whole.empty()) return say("Pairs of groups were compared in {}.", what);
  const double alpha = data.plan->alpha;
  if (whole.size() == 1 && whole[0]->contrast == say("all groups")) {
    return whole[0]->p <= alpha ? say("{} differs between the groups ({}, {}).", sentence_case(what), whole[0]->title,
                                      p_words(whole[0]->p))
                                : say("No difference in {} between the groups was shown ({}, {}).", what,
                                      whole[0]->title, p_words(whole[0]->p));
  }
  std::vector<std::string> found, missed;
  for (const FindingTest* test : whole) {
    (test->p <= alpha ? found : missed).push_back(test->contrast + " (" + p_words(test->p) + ")");
  }
  std::string text = found.empty() ? "" : say("{} depends on {}.", sentence_case(what), listed(found));
  if (!missed.empty())
    text += (text.empty() ? "" : " ") + say("No effect on {} was shown of {}.", what, listed(missed));
  return text + " " + say("({}.)", whole[0]->title);
}

std::string pair_words(const Case& data, const FindingTest& test) {
  const std::string p = std::isfinite(test.adjusted_p) ? say("adjusted {}", p_words(test.adjusted_p)) : p_words(test.p);
  const std::string found = std::isfinite(test.estimate) ? say("{}, {}", effect_words(data, test), p) : p;
  return say("{}: {}", test.contrast, found);
}

std::string several_groups(const Case& data, const Finding& finding) {
  std::vector<const FindingTest*> whole;
  std::string pairs;
  std::size_t different = 0, contrasts = 0;
  const FindingTest* weakest = nullptr;
  for (const FindingTest& test : finding.tests) {
    if (!std::isfinite(reported_p(test))) continue;
    if (!is_contrast(test)) {
      whole.push_back(&test);
      continue;
    }
    ++contrasts;
    if (std::isfinite(test.power) && (weakest == nullptr || test.power < weakest->power)) weakest = &test;
    if (reported_p(test) > data.plan->alpha || ++different > kMostContrastsSaid) continue;
    pairs += (pairs.empty() ? std::string() : say("; ")) + pair_words(data, test);
  }
  std::string text = omnibus_words(data, whole);
  if (different > kMostContrastsSaid) pairs += say("; ") + say("and {} more", different - kMostContrastsSaid);
  if (different > 0) text += " " + say("{}.", pairs);
  if (contrasts > 0 && different == 0) {
    text += " " + say("No pair was shown to differ.");
    if (weakest != nullptr) text += power_words(data, *weakest);
  }
  return text + " " + say("Here {}.", sizes_words(data));
}

std::string why_not(const std::string& status) {
  if (status == "too_few_units") return say("a group has fewer than two units");
  if (status == "no_variance") return say("the values do not vary within the groups");
  if (status == "not_separable") return say("groups, blocks and times overlap too little to be told apart");
  if (status == "bad_shape") return say("the groups do not fit together in pairs or blocks");
  if (status == "not_converged") return say("the estimation did not settle");
  return say("the values do not allow it");
}

}  // namespace

std::string quantity_name(const Case& data) {
  const Quantity* entry = find_quantity(data.quantity);
  const std::string name(entry == nullptr ? std::string_view(data.quantity) : translate(entry->symbol));
  return data.target.empty() ? name : name + " (" + replace_all(data.target, "_", " ") + ")";
}

std::string number_text(const Case& data, double value, bool with_unit, int digits) {
  const Quantity* entry = find_quantity(data.quantity);
  const int own = entry == nullptr ? 4 : entry->digits;
  const std::string number = readable_number(value, digits > 0 ? std::min(digits, own) : own);
  const std::string_view own_unit = entry == nullptr ? std::string_view() : entry->unit;
  const std::string unit = readable_unit(data.value_unit.empty() ? own_unit : std::string_view(data.value_unit));
  return with_unit ? number + behind_number(unit) : number;
}

std::string short_number(double value, int digits) { return fmt::format("{:.{}g}", value, digits); }

std::string p_words(double p) { return std::isfinite(p) ? "p = " + readable_number(p, 2) : say("no p"); }

std::string listed(const std::vector<std::string>& names) {
  const bool commas = std::any_of(names.begin(), names.end(),
                                  [](const std::string& name) { return name.find(", ") != std::string::npos; });
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? say(" and ") : (commas ? say("; ") : say(", "));
    text += names[i];
  }
  return text;
}

void add_words(const Case& data, Finding& finding) {
  const std::string what = quantity_name(data);
  if (data.times.size() > 1 && data.groups.size() < 2) {
    finding.question = say("Does {} change with time?", what);
  } else if (!data.titles.empty()) {
    finding.question = say("Does {} differ between {}?", what, listed(data.titles));
  } else {
    finding.question = say("Does {} differ between the groups?", what);
  }
  if (!data.refusal.empty()) {
    finding.answer = data.refusal_text;
    return;
  }
  const bool answered = std::any_of(finding.tests.begin(), finding.tests.end(),
                                    [](const FindingTest& test) { return test.status == "ok"; });
  if (!answered) {
    finding.answer = say("No test of {} was possible: {}.", what,
                         why_not(finding.tests.empty() ? std::string() : finding.tests.front().status));
    return;
  }
  finding.answer = finding.tests.size() == 1 && data.groups.size() == 2 ? two_groups(data, finding, finding.tests[0])
                                                                        : several_groups(data, finding);
}

}  // namespace vesica::comparing
