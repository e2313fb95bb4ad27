// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/html.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

/// Base 64 of the bytes that a hexadecimal text stands for: how a content security policy names a hash.
std::string base64_of_hex(std::string_view hex) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::vector<int> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(digit(hex[i]) * 16 + digit(hex[i + 1]));
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) { return i + k < bytes.size() ? bytes[i + k] : 0; };
    const int word = at(0) << 16 | at(1) << 8 | at(2);
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k <= bytes.size() ? kAlphabet[static_cast<std::size_t>(word >> (18 - 6 * static_cast<int>(k)) & 63)]
                                   : '=';
    }
  }
  return out;
}

std::string head(const ReportContent& content) {
  const std::string title = content.study.title.empty() ? content.study.id : content.study.title;
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{0}\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'sha256-{1}'; script-src "
      "'sha256-{2}'; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"generator\" content=\"Vesica {3}\"/>\n<title>{4}</title>\n<style>{5}</style>\n</head>\n",
      language() == Language::kChinese ? "zh-Hans" : "en", base64_of_hex(sha256(kReportStyle)),
      base64_of_hex(sha256(kReportScript)), escape_xml(content.version), escape_xml(title), kReportStyle);
}

std::string masthead(const ReportContent& content) {
  const Study& study = content.study;
  std::string out = "<header>\n" + paragraph(say("Vesica report"), "kicker");
  out += heading(1, study.title.empty() ? study.id : study.title);
  if (!study.question.empty()) out += paragraph(study.question, "question");
  std::string meta;
  const auto add = [&](const std::string& text) { meta += (meta.empty() ? "" : " · ") + text; };
  if (!study.authors.empty()) add(study.authors);
  const std::size_t samples = samples_with_rows(content).size();
  if (samples > 0) add(counted(samples, "sample"));
  if (content.inputs_total > 0) add(say("{} of {} file(s) measured", content.inputs_measured, content.inputs_total));
  if (content.inputs_failed > 0) add(say("{} failed", content.inputs_failed));
  add(say("{} observation(s)", readable_count(static_cast<long long>(content.table.size()))));
  return out + paragraph(meta, "meta") + "</header>\n";
}

std::string navigation(const ReportContent& content) {
  const std::pair<const char*, std::string> links[] = {
      {"found", say("What was found")},
      {"measured", say("What was measured")},
      {"agreement", say("Measured and predicted")},
      {"comparisons", say("Comparisons")},
      {"quality", say("Quality")},
      {"plates", say("Plates")},
      {"samples", has_preparations(content) ? say("Preparations") : say("Samples")},
      {"images", say("Images")},
      {"warnings", say("Warnings")},
      {"excluded", say("Left out")},
      {"failed", say("Failed files")},
      {"standards", say("Reporting standards")},
      {"methods", say("Methods")},
      {"definitions", say("Definitions")},
      {"provenance", say("Provenance")}};
  std::string out = fmt::format("<nav aria-label=\"{}\"><ul>", escape_xml(say("Contents")));
  const bool plates = std::any_of(content.findings.begin(), content.findings.end(), is_plate);
  const bool measured = std::any_of(content.findings.begin(), content.findings.end(), is_measured);
  for (const auto& [id, title] : links) {
    if (id == std::string_view("plates") && !plates) continue;
    if (id == std::string_view("measured") && !measured) continue;
    if (id == std::string_view("images") && content.images.empty()) continue;
    if (id == std::string_view("standards") && content.standards.empty()) continue;
    if (id == std::string_view("quality") && std::none_of(content.findings.begin(), content.findings.end(), is_quality))
      continue;
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", id, escape_xml(title));
  }
  return out + "</ul></nav>\n";
}

}  // namespace

HtmlTable::HtmlTable(std::string caption, std::vector<Column> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void HtmlTable::row(const std::vector<std::string>& cells) {
  body_ += "<tr>";
  for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
    const char* css = columns_[i].number ? " class=\"number\"" : "";
    body_ += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", css, cells[i])
                    : fmt::format("<td{}>{}</td>", css, cells[i]);
  }
  body_ += "</tr>\n";
  ++rows_;
}

std::string HtmlTable::html() const {
  std::string head_cells;
  for (const Column& column : columns_) {
    head_cells +=
        fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "", escape_xml(column.title));
  }
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><caption>{0}</caption>"
      "<thead><tr>{1}</tr></thead><tbody>\n{2}</tbody></table></div>\n",
      escape_xml(caption_), head_cells, body_);
}

Page::Page(const ReportContent& report) : content(report) {
  for (const char* fixed : {"top", "found", "measured", "quality", "agreement", "comparisons", "samples", "warnings",
                            "excluded", "failed", "standards", "methods", "definitions", "provenance", "images"}) {
    ids.insert(fixed);
  }
  std::set<std::string> quantities;
  for (std::size_t i = 0; i < report.table.size(); ++i) {
    if (quantities.empty() || *quantities.rbegin() != report.table.quantity(i))
      quantities.emplace(report.table.quantity(i));
  }
  for (const Finding& finding : report.findings) {
    if (!finding.quantity.empty()) quantities.insert(finding.quantity);
  }
  for (const std::string& quantity : quantities) definition_anchor[quantity] = unique_id("def-" + file_slug(quantity));
  for (const Finding& finding : report.findings) {
    finding_anchor[&finding] = unique_id("finding-" + file_slug(finding.id.empty() ? finding.quantity : finding.id));
  }
  for (const Finding& finding : report.pages) {
    if (!finding.groups.empty() && !finding.groups[0].units.empty())
      sample_page[finding.groups[0].units[0].sample] = &finding;
  }
  std::set<std::string> producers;
  for (const Run& run : report.runs) {
    const std::vector<std::string> settings = flat_settings(run.settings);
    std::set<std::string>& common = common_settings[run.producer];
    if (producers.insert(run.producer).second) {
      common.insert(settings.begin(), settings.end());
    } else {
      std::erase_if(common, [&](const std::string& known) {
        return std::find(settings.begin(), settings.end(), known) == settings.end();
      });
    }
  }
  for (const Figure& figure : report.figures) {
    if (!figure.finding.empty()) {
      by_finding[figure.finding].push_back(&figure);
    } else if (!figure.sample.empty()) {
      by_sample[figure.sample].push_back(&figure);
    } else {
      overview.push_back(&figure);
    }
  }
  for (const ReportImage& image : report.images) {
    if (!image_anchor.contains(image.sample))
      image_anchor[image.sample] = unique_id("images-" + file_slug(image.sample));
  }
  number_figures();
}

/// In the order of the page: checks, comparisons, effects, curves, samples.
void Page::number_figures() {
  const auto number = [&](const Figure* figure) { figure_number.emplace(figure->id, figure_number.size() + 1); };
  const auto of_findings = [&](const auto& wanted) {
    for (const Finding& finding : content.findings) {
      const auto found = by_finding.find(finding.id);
      if (!wanted(finding) || found == by_finding.end()) continue;
      for (const Figure* figure : found->second) number(figure);
    }
  };
  const auto of_overview = [&](std::string_view kind) {
    for (const Figure* figure : overview) {
      if (figure->kind == kind) number(figure);
    }
  };
  of_findings(is_measured);
  of_findings(
      [](const Finding& finding) { return !is_comparison(finding) && !is_plate(finding) && !is_measured(finding); });
  of_overview("agreement");
  of_overview("time");
  of_findings(is_comparison);
  of_overview("forest");
  of_findings(is_plate);
  of_overview("curves");
  for (const std::string& sample : samples_with_rows(content)) {
    const auto found = by_sample.find(sample);
    if (found == by_sample.end()) continue;
    for (const Figure* figure : found->second) number(figure);
  }
  for (const Figure& figure : content.figures) number(&figure);  // what no section shows keeps a number too
}

std::string Page::unique_id(std::string_view wish) {
  std::string id(wish);
  for (int k = 2; !ids.insert(id).second; ++k) id = fmt::format("{}-{}", wish, k);
  return id;
}

std::string paragraph(std::string_view text, std::string_view css_class) {
  if (text.empty()) return "";
  return css_class.empty() ? fmt::format("<p>{}</p>\n", escape_xml(text))
                           : fmt::format("<p class=\"{}\">{}</p>\n", css_class, escape_xml(text));
}

std::string heading(int level, std::string_view text, std::string_view id) {
  return fmt::format("<h{0}{1}>{2}</h{0}>\n", level, id.empty() ? "" : fmt::format(" id=\"{}\"", id), escape_xml(text));
}

std::string figure_html(Page& page, const Figure& figure) {
  Figure named = figure;
  named.id = page.unique_id("figure-" + file_slug(figure.id));
  const std::string number = say("Figure {}.", page.figure_number.at(figure.id));
  std::string files;
  for (const char* ending : {"svg", "pdf", "png", "tsv"}) {
    if (!files.empty()) files += " · ";
    files += fmt::format("<a href=\"{}/{}.{}\" aria-label=\"{}\">{}</a>", escape_xml(page.content.figures_folder),
                         escape_xml(figure.id), ending, escape_xml(number + " " + ending), ending);
  }
  return fmt::format(
      "<figure class=\"{}\" id=\"{}\"><div class=\"scroll\">{}</div><figcaption><b>{}</b> {}{} {} <span "
      "class=\"files\">{}</span></figcaption></figure>\n",
      figure.width == FigureWidth::kSingle ? "single" : "double", page.unique_id(named.id + "-box"),
      with_image_links(page, figure_svg_inline(named)), escape_xml(number), escape_xml(figure.title),
      figure.title.ends_with("?") || figure.title.ends_with("？") || figure.title.empty() ? ""
      : language() == Language::kChinese                                                  ? "。"
                                                                                          : ".",
      escape_xml(figure.caption), files);
}

std::string number_html(const Page& page, std::string_view number, std::string_view observation) {
  if (observation.empty()) return escape_xml(number);
  return fmt::format("<span title=\"vesica why {} {}\">{}</span><span class=\"id\">{}</span>",
                     escape_xml(page.content.study.id), escape_xml(observation), escape_xml(number),
                     escape_xml(observation));
}

std::string quantity_html(const Page& page, std::string_view quantity, std::string_view target) {
  const auto anchor = page.definition_anchor.find(std::string(quantity));
  const std::string text = escape_xml(quantity_text(quantity, target));
  return anchor == page.definition_anchor.end() ? text : fmt::format("<a href=\"#{}\">{}</a>", anchor->second, text);
}

std::string value_or_status(const ObservationTable& table, std::size_t row) {
  const std::string number = value_text(table.value(row), table.quantity(row));
  switch (table.status(row)) {
    case Status::kOk:
      return number;
    case Status::kBelowRange:
      return "< " + number;
    case Status::kAboveRange:
      return "> " + number;
    case Status::kNoObjects:
      return say("nothing found");
    case Status::kNotMeasurable:
      return say("not measurable");
    case Status::kNotConverged:
      return say("did not converge");
  }
  return number;
}

namespace {

bool is_plain_list(const Value& list) {
  return std::all_of(list.items.begin(), list.items.end(),
                     [](const Value& item) { return item.is_number() || item.kind == Value::Kind::kText; });
}

std::vector<std::string> plain_items(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.items) out.push_back(item.is_number() ? exact_number(item.number) : item.text);
  return out;
}

void flatten(const Value& value, const std::string& key, std::size_t most, std::vector<std::string>& out) {
  if (out.size() >= most) return;
  const auto add = [&](const std::string& text) { out.push_back(key + " = " + text); };
  switch (value.kind) {
    case Value::Kind::kNull:
      break;
    case Value::Kind::kBool:
      add(value.boolean ? "true" : "false");
      break;
    case Value::Kind::kInteger:
      add(std::to_string(value.integer));
      break;
    case Value::Kind::kNumber:
      add(exact_number(value.number));
      break;
    case Value::Kind::kText:
      if (!value.text.empty()) add(value.text);
      break;
    case Value::Kind::kArray:
      if (is_plain_list(value)) {
        add("[" + join(plain_items(value), ", ") + "]");
        break;
      }
      for (std::size_t i = 0; i < value.items.size(); ++i)
        flatten(value.items[i], fmt::format("{}[{}]", key, i + 1), most, out);
      break;
    case Value::Kind::kTable:
      for (const auto& [name, member] : value.members)
        flatten(member, key.empty() ? name : key + "." + name, most, out);
      break;
  }
}

}  // namespace

std::vector<std::string> flat_settings(const Value& settings, std::size_t most) {
  std::vector<std::string> out;
  flatten(settings, "", most, out);
  return out;
}

std::vector<std::string> samples_with_rows(const ReportContent& content) {
  std::set<std::string> present;
  for (std::size_t i = 0; i < content.table.size(); ++i) {
    if (!content.table.sample(i).empty()) present.emplace(content.table.sample(i));
  }
  std::vector<std::string> result;
  for (const Sample& sample : content.study.samples) {
    if (present.erase(sample.id) > 0) result.push_back(sample.id);
  }
  std::vector<std::string> others(present.begin(), present.end());
  std::sort(others.begin(), others.end(), natural_less);
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

bool has_preparations(const ReportContent& content) {
  return std::any_of(content.study.samples.begin(), content.study.samples.end(),
                     [](const Sample& sample) { return sample.kind == "preparation"; });
}

namespace {

/// Chinese sentences follow each other without a blank.
std::string closed_up(std::string html) {
  if (language() != Language::kChinese) return html;
  for (const char* stop : {"。", "？"}) html = replace_all(std::move(html), std::string(stop) + " ", stop);
  return html;
}

}  // namespace

std::string render_report(const ReportContent& content) {
  Page page(content);
  std::string before = head(content) + "<body id=\"top\">\n" +
                       fmt::format("<a class=\"skip\" href=\"#found\">{}</a>\n", escape_xml(say("To the findings"))) +
                       "<div class=\"page\">\n" + masthead(content) + navigation(content) + "<main>\n";
  before += section_found(page) + section_measured(page) + section_agreement(page) + section_comparisons(page) +
            section_quality(page) + section_plates(page);
  std::string after = section_warnings(page) + section_exclusions(page) + section_failed(page) +
                      section_standards(page) + section_methods(page) + section_definitions(page) +
                      section_provenance(page);
  after += fmt::format(
      "</main>\n<footer>{}</footer>\n</div>\n<script>{}</script>\n</body>\n</html>\n",
      escape_xml(say("Written by Vesica {}. Every number carries the id of its observation; \"vesica why {} "
                     "ID\" answers with file, settings, version and run.",
                     content.version, content.study.id)),
      kReportScript);
  const std::size_t used = before.size() + after.size();
  const std::size_t budget = content.max_bytes > used ? content.max_bytes - used : 0;
  const std::string images = section_images(page, budget / 2);
  return closed_up(before + section_samples(page, budget - std::min(budget, images.size())) + images + after);
}

}  // namespace vesica
