// SPDX-License-Identifier: Apache-2.0
// The first screen: five questions (docs/report_questions.md) and their answers in sentences with numbers.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/quantity/behind_number.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr std::size_t kFirstScreenItems = 9;  // chosen: a minute of reading; the rest is one link away
constexpr std::size_t kContrastsSaid = 2;     // chosen, of a finding with many
constexpr std::size_t kLongestAnswer = 260;   // bytes; chosen: about three lines

std::string bullets(const std::vector<std::string>& items_html) {
  if (items_html.empty()) return "";
  std::string out = "<ul>";
  for (const std::string& item : items_html) out += "<li>" + item + "</li>";
  return out + "</ul>";
}

/// "20 preparations: n = 5 in each of 4 groups.", or the n of every group where they differ.
std::string units_sentence(const Finding& finding) {
  std::string groups;
  std::size_t units = 0;
  bool equal = true;
  for (const FindingGroup& group : finding.groups) {
    groups += fmt::format("{}{} n\u00a0=\u00a0{}", groups.empty() ? "" : "; ", group_name(group), group.units.size());
    units += group.units.size();
    equal = equal && group.units.size() == finding.groups.front().units.size();
  }
  const std::string all = counted(units, finding.unit.empty() ? "unit" : finding.unit);
  return equal && finding.groups.size() > 1
             ? say("{}: n = {} in each of {} groups.", all, finding.groups.front().units.size(), finding.groups.size())
             : fmt::format("{} ({}).", all, groups);
}

bool has_repeats(const Finding& finding) {
  return std::any_of(finding.groups.begin(), finding.groups.end(), [](const FindingGroup& group) {
    return std::any_of(group.units.begin(), group.units.end(),
                       [](const FindingUnit& unit) { return unit.observations.size() > 1; });
  });
}

std::string answer_units(const Page& page) {
  std::vector<std::pair<std::string, std::vector<std::string>>> said;  // sentence, quantities
  for (const Finding& finding : page.content.findings) {
    if (!is_comparison(finding) || finding.groups.empty()) continue;
    const std::string sentence = units_sentence(finding);
    auto found = std::find_if(said.begin(), said.end(), [&](const auto& item) { return item.first == sentence; });
    if (found == said.end()) found = said.insert(said.end(), {sentence, {}});
    const std::string quantity = quantity_text(finding.quantity, finding.target);
    if (std::find(found->second.begin(), found->second.end(), quantity) == found->second.end())
      found->second.push_back(quantity);
  }
  if (said.empty()) {
    const std::size_t samples = samples_with_rows(page.content).size();
    if (samples == 0) return paragraph(say("Nothing was measured in this study."));
    if (!page.content.study.comparisons.empty()) {
      return paragraph(
          say("Measured: {}; the declared comparisons gave no answer (see the warnings).", counted(samples, "sample")));
    }
    return paragraph(say("Measured: {}; no comparison was declared, so nothing is claimed about groups.",
                         counted(samples, "sample")));
  }
  const bool repeats = std::any_of(page.content.findings.begin(), page.content.findings.end(),
                                   [](const Finding& f) { return is_comparison(f) && has_repeats(f); });
  const std::string note =
      repeats ? paragraph(say("Repeats behind a unit (videos, readings) were averaged; they are not n.")) : "";
  if (said.size() == 1) return paragraph(said.front().first) + note;
  std::vector<std::string> items;
  for (const auto& [sentence, quantities] : said) {
    if (items.size() == kFirstScreenItems) break;
    items.push_back(escape_xml(fmt::format("{}: {}", sentence_case(join(quantities, ", ")), sentence)));
  }
  return bullets(items) + note;
}

/// The first sentence of a text: up to a full stop and a blank, or to a Chinese full stop.
std::string first_sentence(const std::string& text) {
  constexpr std::size_t kShortestSentence = 20;  // "Welch vs. Student. ..." does not end at "vs."
  for (std::size_t i = text.find(". "); i != std::string::npos; i = text.find(". ", i + 1)) {
    if (i > kShortestSentence) return text.substr(0, i + 1);
  }
  constexpr std::string_view kChineseStop = "。";
  const std::size_t stop = text.find(kChineseStop);
  if (stop != std::string::npos) return text.substr(0, stop + kChineseStop.size());
  return text;
}

std::string contrast_sentence(const Finding& finding, const FindingTest& test) {
  const Quantity* quantity = find_quantity(finding.quantity);
  const bool ratio = test.estimate_kind.find("ratio") != std::string::npos;
  const std::string unit = quantity == nullptr || ratio ? "" : readable_unit(quantity->unit);
  std::string text = fmt::format("{}: {}{}{}", test.contrast, ratio ? say("ratio") + " " : "",
                                 value_text(test.estimate, 3), behind_number(unit));
  const std::string interval = interval_text(test.low, test.high, 3);
  if (!interval.empty()) text += " " + say("(95 % interval {})", interval);
  return say("{}, {}", text, p_text(reported_p(test)));
}

/// The answer of a comparison; a long one is cut to its first sentence and the contrasts with the smallest p.
std::string brief_answer(const Finding& finding) {
  if (finding.answer.empty()) return finding.question;
  std::vector<const FindingTest*> contrasts;
  for (const FindingTest& test : finding.tests) {
    if (std::isfinite(test.estimate) && std::isfinite(reported_p(test))) contrasts.push_back(&test);
  }
  if (!is_comparison(finding) || contrasts.size() < 2 || finding.answer.size() <= kLongestAnswer) {
    return pretty_numbers(finding.answer);
  }
  std::stable_sort(contrasts.begin(), contrasts.end(),
                   [](const FindingTest* l, const FindingTest* r) { return reported_p(*l) < reported_p(*r); });
  std::string text = pretty_numbers(first_sentence(finding.answer));
  for (std::size_t i = 0; i < std::min(contrasts.size(), kContrastsSaid); ++i) {
    text += (i == 0 ? std::string(" ") : say("; ")) + contrast_sentence(finding, *contrasts[i]);
  }
  if (contrasts.size() > kContrastsSaid)
    text += say("; ") + (contrasts.size() == kContrastsSaid + 1
                             ? say("one more contrast")
                             : say("{} more contrast(s)", contrasts.size() - kContrastsSaid));
  return say("{}.", text);
}

/// The answers of the findings that `wanted` accepts, each with a link to where it is told whole.
template <typename Wanted>
std::string answers(const Page& page, const Wanted& wanted, const std::string& otherwise) {
  std::vector<std::string> items;
  std::size_t left = 0;
  for (const Finding& finding : page.content.findings) {
    if (!wanted(finding)) continue;
    if (items.size() == kFirstScreenItems) {
      ++left;
      continue;
    }
    const std::string text = brief_answer(finding);
    items.push_back(fmt::format("{} <a class=\"more\" href=\"#{}\">{}</a>", escape_xml(text),
                                page.finding_anchor.at(&finding), escape_xml(say("Details"))));
  }
  if (left > 0) items.push_back(escape_xml(say("… and {} more below.", left)));
  if (items.empty()) return paragraph(otherwise);
  return items.size() == 1 ? "<p>" + items.front() + "</p>" : bullets(items);
}

std::string answer_left_out(const Page& page) {
  const ReportContent& content = page.content;
  std::vector<std::string> items;
  std::vector<std::pair<std::string, std::size_t>> reasons;
  for (std::size_t i = 0; i < content.excluded.size(); ++i) {
    const std::string reason = i < content.excluded_reasons.size() ? content.excluded_reasons[i] : "";
    const auto found =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& item) { return item.first == reason; });
    if (found == reasons.end()) {
      reasons.emplace_back(reason, 1);
    } else {
      ++found->second;
    }
  }
  for (const auto& [reason, rows] : reasons) {
    if (items.size() == kFirstScreenItems) break;
    items.push_back(fmt::format("{} <a class=\"more\" href=\"#excluded\">{}</a>",
                                escape_xml(say("{} left out: {}", counted(rows, "observation"), reason)),
                                escape_xml(say("Details"))));
  }
  std::size_t failed = 0;
  for (const Issue& issue : content.issues) {
    if (issue.severity != Severity::kError || issue.input.empty()) continue;
    if (++failed <= 3) {
      items.push_back(fmt::format("{} <a class=\"more\" href=\"#failed\">{}</a>",
                                  escape_xml(say("Failed: {}. {}", issue.input, issue.message)),
                                  escape_xml(say("Details"))));
    }
  }
  if (failed > 3) items.push_back(escape_xml(say("… and {} more failed file(s) below.", failed - 3)));
  if (items.empty()) return paragraph(say("Nothing was left out and no file failed."));
  return bullets(items);
}

/// A list of many names shortened to its first two.
std::string shortened(const std::string& text) {
  constexpr std::size_t kWhole = 3;
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() <= kWhole) return text;
  return say("{},{} and {} more", parts[0], parts[1], parts.size() - 2);
}

std::string answer_circumstances(const Page& page) {
  std::vector<std::string> items;
  for (const auto& [name, text] : circumstances(page.content)) {
    if (items.size() < kFirstScreenItems)
      items.push_back(fmt::format("{}: {}", escape_xml(name), escape_xml(shortened(text))));
  }
  if (items.empty()) return paragraph(say("No run states a dilution or a blank."));
  return bullets(items);
}

/// Whether the study says anything of vesicles as such: a study of cells alone is not asked about sizes and dilutions.
bool about_vesicles(const ReportContent& content) {
  if (!content.study.protocols.empty() || !content.study.scenarios.empty()) return true;
  constexpr std::array<std::string_view, 4> kVesicles = {"vesicle.", "tem.", "dls.", "zeta."};
  for (std::size_t i = 0; i < content.table.size(); ++i) {
    const std::string_view quantity = content.table.quantity(i);
    if (std::any_of(kVesicles.begin(), kVesicles.end(),
                    [&](std::string_view word) { return quantity.starts_with(word); })) {
      return true;
    }
  }
  return false;
}

/// The lines that would ask for a comparison, or what the study lacks for one; nothing where one was declared.
std::string how_to_ask(const Page& page) {
  const Value *ask = nullptr, *missing = nullptr;
  if (!page.content.study.comparisons.empty()) return "";
  for (const Finding& finding : page.content.findings) {
    if (!is_measured(finding)) continue;
    if (ask == nullptr) ask = finding.details.find("ask");
    if (missing == nullptr) missing = finding.details.find("missing");
  }
  std::string out = missing == nullptr ? "" : paragraph(missing->text);
  if (ask == nullptr) return out;
  out +=
      paragraph(say("To ask for one, write into study.toml, best before the results are known, and run the study "
                    "again:"));
  return out + fmt::format("<pre><code>{}</code></pre>\n", escape_xml(ask->text));
}

std::string question_row(const std::string& question, const std::string& answer_html) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_xml(question), answer_html);
}

}  // namespace

std::string section_found(Page& page) {
  const ReportContent& content = page.content;
  std::vector<std::string> units;
  for (const Finding& finding : content.findings) {
    const std::string unit = word_text(finding.unit);
    if (is_comparison(finding) && !unit.empty() && std::find(units.begin(), units.end(), unit) == units.end())
      units.push_back(unit);
  }
  if (units.empty()) units.push_back(word_text("preparation"));
  std::string out = "<section aria-labelledby=\"found\">\n" + heading(2, say("What was asked and found"), "found") +
                    "<dl class=\"five\">\n";
  const bool compared = std::any_of(content.findings.begin(), content.findings.end(), is_comparison);
  const bool measured = std::any_of(content.findings.begin(), content.findings.end(), is_measured);
  if (measured && !compared) out += question_row(say("What was measured?"), answers(page, is_measured, ""));
  if (compared || !measured) {
    out +=
        question_row(say("How many independent units ({}) stand behind this?", join(units, ", ")), answer_units(page));
  }
  out += question_row(say("Which groups differ, by how much, and how sure is it?"),
                      answers(page, is_comparison, no_comparison(page)) + how_to_ask(page));
  if (measured && compared)
    out += question_row(say("What was measured and not compared?"), answers(page, is_measured, ""));
  const bool vesicles = about_vesicles(content);
  if (vesicles || std::any_of(content.findings.begin(), content.findings.end(), is_check)) {
    out += question_row(
        say("Can the sizes be explained by the isolation, and which fact is missing?"),
        answers(page, is_check,
                say("No prediction stands beside the measurements: the study names no protocol or scenario.")));
  }
  if (std::any_of(content.findings.begin(), content.findings.end(), is_quality)) {
    out += question_row(
        say("Do the numbers of each preparation agree, and are the preparations alike?"),
        answers(
            page, [](const Finding& finding) { return finding.kind == "contradiction"; },
            say("No preparation contradicts itself.")) +
            answers(
                page, [](const Finding& finding) { return is_quality(finding) && finding.kind != "contradiction"; },
                ""));
  }
  out += question_row(say("What was left out or failed, and why?"), answer_left_out(page));
  if (vesicles || !circumstances(content).empty())
    out += question_row(say("Which dilution and which blank were used?"), answer_circumstances(page));
  return out + "</dl>\n</section>\n";
}

}  // namespace vesica
