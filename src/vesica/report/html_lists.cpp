// SPDX-License-Identifier: Apache-2.0
// Warnings, what was left out, failed files, methods, definitions, provenance.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/report/html_parts.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr std::size_t kMostListed = 200;  // chosen: longer lists are read in the tables beside the report

std::string open_section(const char* id, const std::string& title) {
  return fmt::format("<section aria-labelledby=\"{}\">\n", id) + heading(2, title, id);
}

/// Where an issue is: input, place, sample.
std::string place_of(const Issue& issue) {
  std::vector<std::string> parts;
  const std::string where = issue.where.text();
  if (!issue.input.empty() && where.find(issue.input) == std::string::npos) parts.push_back(issue.input);
  if (!where.empty()) parts.push_back(where);
  if (!issue.sample.empty()) parts.push_back(issue.sample);
  return join(parts, ", ");
}

struct IssueGroup {
  const Issue* first;
  std::vector<std::string> places;
};

/// Issues with the same kind, sentence and hint are said once with all their places.
std::vector<IssueGroup> grouped(const std::vector<const Issue*>& issues) {
  std::vector<IssueGroup> groups;
  std::map<std::string, std::size_t> known;
  for (const Issue* issue : issues) {
    const auto [found, fresh] =
        known.try_emplace(issue->kind + '\x1f' + issue->message + '\x1f' + issue->hint, groups.size());
    if (fresh) groups.push_back({issue, {}});
    const std::string place = place_of(*issue);
    if (!place.empty()) groups[found->second].places.push_back(place);
  }
  return groups;
}

std::string group_html(const IssueGroup& group) {
  std::string out = "<div class=\"note\">" + paragraph(group.first->message);
  if (!group.first->hint.empty()) out += paragraph(group.first->hint, "hint");
  std::vector<std::string> places(group.places.begin(), group.places.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                                   group.places.size(), kMostListed)));
  std::string list = join(places, "; ");
  if (group.places.size() > places.size())
    list += " " + say("… and {} more in the table of issues", group.places.size() - places.size());
  constexpr std::size_t kShort = 3;
  if (group.places.size() <= kShort) {
    out += paragraph(list, "hint");
  } else {
    out += fmt::format("<details><summary>{}</summary><div class=\"inside\">{}</div></details>",
                       escape_xml(say("{} place(s)", group.places.size())), paragraph(list, "hint"));
  }
  return out + "</div>\n";
}

bool is_failure(const Issue& issue) { return issue.severity == Severity::kError && !issue.input.empty(); }

std::string issue_groups(const std::vector<const Issue*>& issues) {
  std::string out;
  const std::vector<IssueGroup> groups = grouped(issues);
  for (std::size_t i = 0; i < std::min(groups.size(), kMostListed); ++i) out += group_html(groups[i]);
  if (groups.size() > kMostListed)
    out += paragraph(say("… and {} more in the table of issues", groups.size() - kMostListed));
  return out;
}

std::string edits_table(const ReportContent& content) {
  HtmlTable table(say("Decisions, in their order"), {{say("Number"), true},
                                                     {say("Action"), false},
                                                     {say("What"), false},
                                                     {say("Reason"), false},
                                                     {say("By"), false}});
  std::size_t shown = 0;
  for (const Edit& edit : content.edits) {
    if (++shown > kMostListed) break;
    std::string action(translate(edit.action));
    if (!edit.kind.empty()) action += fmt::format(" {}", translate(edit.kind));
    if (edit.undoes > 0) action += fmt::format(" {}", edit.undoes);
    table.row({std::to_string(edit.number), escape_xml(action), escape_xml(about_text(edit)), escape_xml(edit.reason),
               escape_xml(edit.author)});
  }
  return table.empty() ? "" : table.html();
}

std::string excluded_table(const Page& page) {
  const ReportContent& content = page.content;
  const ObservationTable& rows = content.excluded;
  HtmlTable table(say("Observations left out"),
                  {{say("Sample"), false}, {say("Quantity"), false}, {say("Value"), true}, {say("Reason"), false}});
  std::size_t shown = 0, curves = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isfinite(rows.at(i))) {
      ++curves;
      continue;
    }
    if (++shown > kMostListed) continue;
    std::string sample(rows.sample(i));
    if (!rows.replicate(i).empty()) sample += fmt::format(", {}", rows.replicate(i));
    table.row({escape_xml(sample), quantity_html(page, rows.quantity(i), rows.target(i)),
               number_html(page, value_or_status(rows, i), observation_id(rows, i)),
               escape_xml(i < content.excluded_reasons.size() ? content.excluded_reasons[i] : "")});
  }
  std::string out = table.empty() ? "" : table.html();
  if (shown > kMostListed) out += paragraph(say("… and {} more in results.xlsx", shown - kMostListed), "small");
  if (curves > 0)
    out += paragraph(say("{} point(s) of curves went with them.", readable_count(static_cast<long long>(curves))),
                     "small");
  return out;
}

/// A setting of a run: the member or the member of a table "values" or of the assay's own name.
const Value* find_setting(const Value& settings, std::string_view key) {
  if (const Value* found = settings.find(key)) return found;
  for (const auto& [name, member] : settings.members) {
    if (const Value* found = member.find(key)) return found;
  }
  return nullptr;
}

std::string setting_text(const Value* value) {
  if (value == nullptr || value->kind == Value::Kind::kNull) return "";
  if (value->kind == Value::Kind::kText) return value->text;
  if (value->is_number()) return std::isfinite(value->number) ? exact_number(value->number) : "";
  if (value->kind == Value::Kind::kBool) return value->boolean ? say("yes") : say("no");
  return join(flat_settings(*value, 6), ", ");
}

}  // namespace

namespace {

bool names_blank(std::string_view name) {
  return lower_ascii(name).find("blank") != std::string::npos || name == translate("Blank");
}

bool is_circumstance(std::string_view name) {
  const std::string lower = lower_ascii(name);
  return lower.find("dilution") != std::string::npos || lower.find("blank") != std::string::npos ||
         lower.find(lower_ascii(translate("Dilution"))) != std::string::npos ||
         lower.find(lower_ascii(translate("Blank"))) != std::string::npos;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> circumstances(const ReportContent& content) {
  std::vector<std::pair<std::string, std::string>> facts;
  bool dilution_said = false, blank_said = false;
  for (const auto& fact : content.facts) {
    if (!is_circumstance(fact.first)) continue;
    facts.push_back(fact);
    (names_blank(fact.first) ? blank_said : dilution_said) = true;
  }
  std::set<std::string> counting;  // runs that made a concentration: where a dilution means something
  std::set<std::string> known;     // of these, with the preparation's own: the dilution was known
  for (std::size_t i = 0; i < content.table.size(); ++i) {
    const std::string_view quantity = content.table.quantity(i);
    if (!quantity.starts_with("vesicle.concentration")) continue;
    counting.emplace(content.table.run(i));
    if (quantity == "vesicle.concentration" && std::isfinite(content.table.value(i)))
      known.emplace(content.table.run(i));
  }
  std::map<std::string, std::size_t, decltype(&natural_less)> dilutions{&natural_less};
  std::size_t silent = 0, recorded = 0, measuring = 0, blanks = 0;
  for (const Run& run : content.runs) {
    if (!run.producer.starts_with("assay") || !counting.contains(run.id)) continue;
    ++measuring;
    const std::string dilution = setting_text(find_setting(run.settings, "dilution"));
    if (!dilution.empty()) {
      ++dilutions[dilution];
    } else {
      ++(known.contains(run.id) ? recorded : silent);
    }
  }
  if (measuring == 0) return facts;
  if (silent < measuring) {  // what the runs say is exact and short
    std::erase_if(facts, [](const auto& fact) { return !names_blank(fact.first); });
    dilution_said = false;
  }
  std::vector<std::string> parts;
  for (const auto& [dilution, runs] : dilutions) parts.push_back(say("{} ({} file(s))", dilution, runs));
  if (recorded > 0) parts.push_back(say("as recorded in the file ({} file(s))", recorded));
  if (silent > 0) parts.push_back(say("not stated ({} file(s))", silent));
  if (!dilution_said) facts.insert(facts.begin(), {say("Dilution"), join(parts, ", ")});
  for (const Input& input : content.study.inputs) blanks += input.role == "blank" ? 1 : 0;
  if (!blank_said) {
    const auto samples = std::count_if(content.study.samples.begin(), content.study.samples.end(),
                                       [](const Sample& sample) { return sample.kind == "blank"; });
    facts.emplace_back(say("Blank"), blanks > 0    ? say("{} file(s)", blanks)
                                     : samples > 0 ? say("{} sample(s) of kind \"blank\"", samples)
                                                   : say("none was given; nothing was subtracted"));
  }
  return facts;
}

std::string section_warnings(Page& page) {
  std::string out = open_section("warnings", say("Warnings"));
  std::vector<const Issue*> warnings, remarks;
  for (const Issue& issue : page.content.issues) {
    if (is_failure(issue)) continue;
    (issue.severity == Severity::kNote ? remarks : warnings).push_back(&issue);
  }
  if (warnings.empty() && remarks.empty()) out += paragraph(say("There is none."));
  out += issue_groups(warnings);
  if (!remarks.empty()) {
    out += fmt::format("<details class=\"first\"><summary>{}</summary><div class=\"inside\">{}</div></details>\n",
                       escape_xml(say("{} remark(s)", remarks.size())), issue_groups(remarks));
  }
  return out + "</section>\n";
}

std::string section_exclusions(Page& page) {
  const bool corrected = std::any_of(page.content.edits.begin(), page.content.edits.end(),
                                     [](const Edit& edit) { return !edit.kind.empty(); });
  std::string out = open_section("excluded", corrected ? say("Left out and corrected by hand") : say("Left out"));
  const std::string rows = excluded_table(page), edits = edits_table(page.content);
  if (rows.empty() && edits.empty()) out += paragraph(say("Nothing was left out."));
  out += rows + edits;
  return out + "</section>\n";
}

std::string section_failed(Page& page) {
  std::string out = open_section("failed", say("Failed files"));
  std::vector<const Issue*> failures;
  for (const Issue& issue : page.content.issues) {
    if (is_failure(issue)) failures.push_back(&issue);
  }
  if (failures.empty()) return out + paragraph(say("Every file was read.")) + "</section>\n";
  HtmlTable table(say("Files that gave no value"),
                  {{say("File"), false}, {say("Why"), false}, {say("Next step"), false}});
  for (std::size_t i = 0; i < std::min(failures.size(), kMostListed); ++i) {
    const Issue& issue = *failures[i];
    std::string why = issue.message;
    const std::string where = issue.where.item.empty() ? "" : issue.where.item;
    if (issue.where.line > 0) why += " " + say("(line {})", issue.where.line);
    if (!where.empty()) why += " [" + where + "]";
    table.row({fmt::format("<code>{}</code>", escape_xml(issue.input)), escape_xml(why), escape_xml(issue.hint)});
  }
  out += table.html();
  if (failures.size() > kMostListed)
    out += paragraph(say("… and {} more in the table of issues", failures.size() - kMostListed));
  return out + "</section>\n";
}

std::string section_methods(Page& page) {
  std::vector<std::string> sentences;
  const auto add = [&](const std::string& text) {
    if (!text.empty() && std::find(sentences.begin(), sentences.end(), text) == sentences.end())
      sentences.push_back(text);
  };
  const Study& study = page.content.study;
  for (const std::string& text : page.content.methods) add(text);
  for (const Finding& finding : page.content.findings) add(finding.method_text);
  if (!study.randomised.empty()) add(say("Randomisation: {}.", study.randomised));
  if (!study.blinded.empty()) add(say("Blinding: {}.", study.blinded));
  if (!study.ethics.empty()) add(say("Ethics: {}.", study.ethics));
  add(say("Analyses were run with Vesica {}.", page.content.version));
  return open_section("methods", say("Methods")) +
         paragraph(say("To be taken into a paper and adapted."), "definition") +
         paragraph(join(sentences, language() == Language::kChinese ? "" : " ")) + "</section>\n";
}

std::string section_definitions(Page& page) {
  std::string out = open_section("definitions", say("Definitions")) + "<dl class=\"small\">\n";
  for (const auto& [id, anchor] : page.definition_anchor) {
    const Quantity* quantity = find_quantity(id);
    if (quantity == nullptr) {
      out += fmt::format("<dt id=\"{}\">{}</dt><dd>{}</dd>\n", anchor, escape_xml(id),
                         escape_xml(say("not in the catalogue")));
      continue;
    }
    const std::string unit = readable_unit(quantity->unit);
    out += fmt::format("<dt id=\"{}\"><b>{}</b>{} <code>{}</code></dt><dd>{} <span class=\"soft\">{}</span></dd>\n",
                       anchor, escape_xml(translate(quantity->title)), unit.empty() ? "" : ", " + escape_xml(unit),
                       escape_xml(id), escape_xml(translate(quantity->definition)), escape_xml(quantity->source));
  }
  return out + "</dl>\n</section>\n";
}

std::string section_provenance(Page& page) {
  const ReportContent& content = page.content;
  std::string out = open_section("provenance", say("Provenance"));
  out += "<p class=\"small\">" + escape_xml(say("Vesica {}; study file {}", content.version,
                                                content.study.file.substr(content.study.file.find_last_of('/') + 1)));
  if (!content.study_sha256.empty()) out += fmt::format(", SHA-256 <code>{}</code>", escape_xml(content.study_sha256));
  out += "</p>\n";
  std::string others;
  for (const auto& [name, text] : content.facts) {
    if (!is_circumstance(name)) others += fmt::format("<li>{}: {}</li>", escape_xml(name), escape_xml(text));
  }
  if (!others.empty()) out += "<ul class=\"plain small\">" + others + "</ul>\n";
  // Runs of one producer with the same settings and seed are one line: 300 files measured alike are said once.
  struct RunGroup {
    std::vector<const Run*> runs;
    std::string settings;
  };
  std::map<std::string, RunGroup> groups;
  for (const Run& run : content.runs) {
    const std::string settings = join(flat_settings(run.settings), "; ");
    RunGroup& group = groups[fmt::format("{}\x1f{}\x1f{}\x1f{}", run.producer, run.version, run.status, settings)];
    group.runs.push_back(&run);
    group.settings = settings;
  }
  HtmlTable table(say("Runs"), {{say("Producer"), false},
                                {say("Runs"), true},
                                {say("Files"), true},
                                {say("Status"), false},
                                {say("Settings as resolved"), false}});
  std::size_t shown = 0;
  for (const auto& [key, group] : groups) {
    if (++shown > kMostListed) break;
    std::size_t files = 0;
    for (const Run* run : group.runs) files += run->inputs.size();
    const Run& run = *group.runs.front();
    table.row({escape_xml(fmt::format("{} {}", run.producer, run.version)), std::to_string(group.runs.size()),
               std::to_string(files), escape_xml(run.status),
               group.settings.empty() ? "" : fmt::format("<code>{}</code>", escape_xml(group.settings))});
  }
  if (!table.empty()) out += table.html();
  if (groups.size() > kMostListed)
    out += paragraph(say("… and {} more in ro-crate-metadata.json", groups.size() - kMostListed), "small");
  HtmlTable files(say("Files read"), {{say("File"), false}, {"SHA-256", false}, {say("Run"), false}});
  std::size_t listed = 0;
  for (const Run& run : content.runs) {
    for (const auto& [path, hash] : run.inputs) {
      if (++listed > kMostListed) continue;
      files.row({fmt::format("<code>{}</code>", escape_xml(path)), fmt::format("<code>{}</code>", escape_xml(hash)),
                 escape_xml(run.id)});
    }
  }
  if (!files.empty()) {
    out += fmt::format("<details class=\"first\"><summary>{}</summary><div class=\"inside\">{}",
                       escape_xml(say("{} file(s) with (its hash|their hashes)", listed)), files.html());
    if (listed > kMostListed)
      out += paragraph(say("… and {} more in ro-crate-metadata.json", listed - kMostListed), "small");
    out += "</div></details>\n";
  }
  out += paragraph(
      say("Beside this page lie observations.tsv, findings.tsv, the data dictionary, results.xlsx, results.pzfx, "
          "ro-crate-metadata.json and every figure as SVG, PDF and PNG with its numbers."),
      "small");
  return out + "</section>\n";
}

}  // namespace vesica
