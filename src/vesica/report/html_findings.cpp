// SPDX-License-Identifier: Apache-2.0
// What was asked and found: the first screen, measured against predicted, the comparisons.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

std::string notes(const std::vector<Issue>& issues) {
  std::string out;
  for (const Issue& issue : issues) {
    out += fmt::format("<div class=\"note{}\">", issue.severity == Severity::kNote ? " remark" : "") +
           paragraph(pretty_numbers(issue.message));
    if (!issue.hint.empty()) out += paragraph(issue.hint, "hint");
    out += "</div>\n";
  }
  return out;
}

std::string definition(const Finding& finding) {
  const Quantity* quantity = find_quantity(finding.quantity);
  if (quantity == nullptr) return "";
  const bool chinese = language() == Language::kChinese;
  const std::string unit = readable_unit(finding.value_unit.empty() ? quantity->unit : finding.value_unit);
  const std::string behind = unit.empty() ? "" : (chinese ? "，" : ", ") + unit;
  return paragraph(fmt::format("{}{}{}{} ({})", sentence_case(std::string(translate(quantity->title))), behind,
                               chinese ? "。" : ". ", translate(quantity->definition), quantity->source),
                   "definition");
}

std::string groups_table(const Finding& finding) {
  HtmlTable table(say("Groups: n counts the unit \"{}\"", word_text(finding.unit.empty() ? "sample" : finding.unit)),
                  {{say("Group"), false},
                   {"n", true},
                   {say("Observations"), true},
                   {finding.scale == "log" ? say("Geometric mean") : say("Mean"), true},
                   {say("95 % interval"), true},
                   {say("Median"), true}});
  const int digits = quantity_digits(finding.quantity);
  for (const FindingGroup& group : finding.groups) {
    std::size_t observations = 0;
    for (const FindingUnit& unit : group.units) observations += std::max<std::size_t>(1, unit.observations.size());
    const std::string interval = interval_text(group.low, group.high, digits);
    table.row({escape_xml(group_name(group)), std::to_string(group.units.size()), std::to_string(observations),
               value_text(group.mean, digits), interval.empty() ? "–" : interval, value_text(group.median, digits)});
  }
  return table.empty() ? "" : table.html();
}

std::string statistic_text(const FindingTest& test) {
  if (!std::isfinite(test.statistic)) return "";
  std::string df;
  if (std::isfinite(test.df1)) df = readable_number(test.df1, 3);
  if (std::isfinite(test.df2)) df += ", " + readable_number(test.df2, 3);
  // Whole degrees of freedom without decimals.
  if (std::isfinite(test.df1) && test.df1 == std::round(test.df1)) {
    df = fmt::format("{:.0f}", test.df1);
    if (std::isfinite(test.df2)) {
      df += test.df2 == std::round(test.df2) ? fmt::format(", {:.0f}", test.df2) : ", " + readable_number(test.df2, 3);
    }
  }
  return fmt::format("{}{} = {}", test.statistic_name.empty() ? "T" : test.statistic_name,
                     df.empty() ? "" : "(" + df + ")", value_text(test.statistic, 3));
}

std::string status_text(const std::string& status) {
  if (status == "too_few_units") return say("too few units");
  if (status == "no_variance") return say("no variation within groups");
  if (status == "mixed_units") return say("different units");
  if (status == "outside_scale") return say("values outside the scale");
  if (status == "no_values") return say("no values");
  if (status == "one_group") return say("one group alone");
  if (status == "time_undeclared") return say("several times, none chosen");
  if (status == "not_separable") return say("too little overlap");
  if (status == "bad_shape") return say("groups that do not fit together");
  if (status == "varies_below_unit") return say("groups differ within a unit");
  if (status == "not_finite" || status == "not_positive") return say("values that the test does not take");
  if (status == "not_converged") return say("the estimation did not settle");
  return status;
}

/// A second, smaller line in a cell.
std::string below(const std::string& text) {
  return text.empty() ? "" : fmt::format("<span class=\"sub\">{}</span>", escape_xml(text));
}

std::string tests_table(const Finding& finding) {
  HtmlTable table(say("Tests"), {{say("Contrast and test"), false},
                                 {say("Effect, 95 % interval"), true},
                                 {"p", true},
                                 {say("adjusted p"), true},
                                 {say("Hedges g"), true},
                                 {say("Power; n for 80 %"), true}});
  for (const FindingTest& test : finding.tests) {
    const std::string statistic = statistic_text(test);
    std::string method = test.title.empty() ? test.method : test.title;
    if (!statistic.empty()) method += ", " + statistic;
    std::string effect = value_text(test.estimate, 3) + below(interval_text(test.low, test.high, 3));
    if (std::isfinite(test.estimate)) effect += below(word_text(test.estimate_kind));
    const std::string g = value_text(test.hedges_g, 2) + below(interval_text(test.hedges_low, test.hedges_high, 2));
    std::string power = "–";
    if (std::isfinite(test.power)) power = fmt::format("{:.0f} %", 100 * test.power);
    if (std::isfinite(test.n_needed)) power += fmt::format("; {:.0f}", std::ceil(test.n_needed));
    if (std::isfinite(test.power_for)) power += below(say("for an effect of {}", value_text(test.power_for, 3)));
    const bool answered = test.status == "ok" || test.status.empty();
    const bool adjusted = std::isfinite(test.adjusted_p);
    std::string p = answered ? p_number(test.p) : escape_xml(status_text(test.status));
    std::string p_adjusted = adjusted ? p_number(test.adjusted_p) : "–";
    if (!test.stars.empty()) (adjusted ? p_adjusted : p) += " " + escape_xml(test.stars);
    table.row({escape_xml(test.contrast) + below(method), effect, p, p_adjusted + below(test.correction), g, power});
  }
  return table.empty() ? "" : table.html();
}

std::string units_table(const Page& page, const Finding& finding) {
  HtmlTable table(say("Every unit"), {{say("Unit"), false},
                                      {say("Group"), false},
                                      {say("Block"), false},
                                      {say("Value"), true},
                                      {say("Observations"), false}});
  const int digits = quantity_digits(finding.quantity);
  for (const FindingGroup& group : finding.groups) {
    for (const FindingUnit& unit : group.units) {
      std::string observations;
      for (std::size_t i = 0; i < unit.row_ids.size(); ++i) {
        const std::string value = i < unit.observations.size() ? value_text(unit.observations[i], digits) : "";
        observations += fmt::format("{}<span title=\"vesica why {} {}\">{} <span class=\"id inline\">{}</span></span>",
                                    i == 0 ? "" : ", ", escape_xml(page.content.study.id), escape_xml(unit.row_ids[i]),
                                    value, escape_xml(unit.row_ids[i]));
      }
      std::string name = unit.sample;
      if (std::isfinite(unit.time_h)) name += ", " + readable_number(unit.time_h, 3) + " h";
      table.row({escape_xml(name), escape_xml(group_name(group)), escape_xml(unit.block),
                 value_text(unit.value, digits), observations});
    }
  }
  if (table.empty()) return "";
  return fmt::format("<details class=\"first\"><summary>{}</summary><div class=\"inside\">{}</div></details>\n",
                     escape_xml(say("Every unit and its observations")), table.html());
}

std::string assumptions(const Finding& finding) {
  if (finding.assumptions.empty()) return "";
  std::string out = heading(4, say("What the answer rests on")) + "<ul class=\"plain small\">";
  for (const std::string& text : finding.assumptions) out += "<li>" + escape_xml(pretty_numbers(text)) + "</li>";
  return out + "</ul>\n";
}

std::string finding_figures(Page& page, const Finding& finding) {
  std::string out;
  const auto found = page.by_finding.find(finding.id);
  if (found == page.by_finding.end() || finding.id.empty()) return out;
  for (const Figure* figure : found->second) {
    if (figure->quantity == finding.quantity || !is_comparison(finding)) out += figure_html(page, *figure);
  }
  return out;
}

std::string finding_html(Page& page, const Finding& finding) {
  // A comparison is known by its quantity, a check by its question.
  const bool by_quantity =
      !finding.quantity.empty() && (is_comparison(finding) || is_measured(finding) || finding.question.empty());
  const std::string title =
      by_quantity ? sentence_case(quantity_text(finding.quantity, finding.target)) : finding.question;
  // Checks of several groups ask the same question.
  const std::string of = by_quantity || finding.groups.size() != 1 ? "" : ": " + group_name(finding.groups.front());
  std::string out = heading(3, title + (of == ": " ? "" : of), page.finding_anchor.at(&finding));
  if (by_quantity && !is_measured(finding)) out += paragraph(finding.question, "soft");
  out += paragraph(pretty_numbers(finding.answer), "answer");
  out += definition(finding);
  out += finding_figures(page, finding) + detail_tables(finding) + detail_lists(finding);
  out += (is_comparison(finding) || is_measured(finding) ? groups_table(finding) : "") + tests_table(finding) +
         notes(finding.warnings) + assumptions(finding) + units_table(page, finding);
  return out;
}

}  // namespace

std::string detail_tables(const Finding& finding) {
  const Value* tables = finding.details.find("tables");
  if (tables == nullptr) return "";
  std::string out;
  for (const Value& table : tables->items) {
    const Value *caption = table.find("caption"), *columns = table.find("columns"), *rows = table.find("rows");
    if (caption == nullptr || columns == nullptr || rows == nullptr || rows->items.empty()) continue;
    std::vector<HtmlTable::Column> heads;
    for (const Value& column : columns->items) {
      const Value *title = column.find("title"), *number = column.find("number");
      heads.push_back({title == nullptr ? "" : title->text, number != nullptr && number->boolean});
    }
    HtmlTable html(caption->text, heads);
    for (const Value& row : rows->items) {
      std::vector<std::string> cells;
      for (const Value& cell : row.items) cells.push_back(escape_xml(pretty_numbers(cell.text)));
      html.row(cells);
    }
    out += html.html();
  }
  return out;
}

std::string detail_lists(const Finding& finding) {
  const Value* lists = finding.details.find("lists");
  if (lists == nullptr) return "";
  std::string out;
  for (const Value& list : lists->items) {
    const Value *title = list.find("title"), *items = list.find("items");
    if (title == nullptr || items == nullptr || items->items.empty()) continue;
    out += heading(4, title->text) + "<ul class=\"plain small\">";
    for (const Value& item : items->items) out += "<li>" + escape_xml(pretty_numbers(item.text)) + "</li>";
    out += "</ul>\n";
  }
  return out;
}

bool is_quality(const Finding& finding) {
  return finding.kind == "purity" || finding.kind == "contradiction" || finding.kind == "lots" ||
         finding.kind == "release" || finding.kind == "stability";
}

bool is_comparison(const Finding& finding) { return finding.kind == "comparison"; }
bool is_plate(const Finding& finding) { return finding.kind == "plate"; }
bool is_measured(const Finding& finding) { return finding.kind == "measured"; }
bool is_check(const Finding& finding) {
  return !is_comparison(finding) && !is_quality(finding) && !is_plate(finding) && !is_measured(finding);
}

std::string section_plates(Page& page) {
  std::string found;
  for (const Finding& finding : page.content.findings)
    if (is_plate(finding)) found += finding_html(page, finding);
  if (found.empty()) return "";
  return "<section aria-labelledby=\"plates\">\n" + heading(2, say("Plates"), "plates") + found + "</section>\n";
}

std::string group_name(const FindingGroup& group) {
  const std::string title = group.title.empty() ? group.name : group.title;
  return group.second.empty() ? title : title + ", " + group.second;
}

std::string no_comparison(const Page& page) {
  return page.content.study.comparisons.empty()
             ? say("No comparison was asked for, so nothing is claimed about groups.")
             : say("The declared comparisons gave no answer (see the warnings).");
}

std::string section_measured(Page& page) {
  std::string found;
  for (const Finding& finding : page.content.findings)
    if (is_measured(finding)) found += finding_html(page, finding);
  if (found.empty()) return "";
  return "<section aria-labelledby=\"measured\">\n" + heading(2, say("What was measured"), "measured") + found +
         "</section>\n";
}

std::string section_agreement(Page& page) {
  std::string out =
      "<section aria-labelledby=\"agreement\">\n" + heading(2, say("Measured against predicted"), "agreement");
  bool any = false;
  for (const Finding& finding : page.content.findings) {
    if (!is_check(finding)) continue;
    out += finding_html(page, finding);
    any = true;
  }
  for (const Figure* figure : page.overview) {
    if (figure->kind != "agreement" && figure->kind != "time") continue;
    out += figure_html(page, *figure);
    any = true;
  }
  if (!any) out += paragraph(say("Nothing was predicted for this study."));
  return out + "</section>\n";
}

std::string section_quality(Page& page) {
  std::string inner;
  for (const bool contradictions : {true, false}) {
    for (const Finding& finding : page.content.findings) {
      if (is_quality(finding) && (finding.kind == "contradiction") == contradictions)
        inner += finding_html(page, finding);
    }
  }
  if (inner.empty()) return "";
  return "<section aria-labelledby=\"quality\">\n" + heading(2, say("Quality of the preparations"), "quality") + inner +
         "</section>\n";
}

std::string section_comparisons(Page& page) {
  std::string out = "<section aria-labelledby=\"comparisons\">\n" + heading(2, say("Comparisons"), "comparisons");
  bool any = false;
  for (const Finding& finding : page.content.findings) {
    if (!is_comparison(finding)) continue;
    out += finding_html(page, finding);
    any = true;
  }
  for (const Figure* figure : page.overview) {
    if (figure->kind != "forest") continue;
    out += figure_html(page, *figure);
  }
  if (!any && !page.content.study.comparisons.empty()) {
    out += paragraph(no_comparison(page));
  } else if (!any) {
    out += paragraph(
        say("No comparison was asked for. The values of every sample stand below; tests need a comparison with "
            "its unit in the study."));
  }
  return out + "</section>\n";
}

}  // namespace vesica
