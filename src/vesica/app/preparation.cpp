// SPDX-License-Identifier: Apache-2.0
// One preparation, or all of a study, as text for people or JSON.
#include "vesica/checks/preparation.h"

#include <algorithm>

#include "vesica/app/outputs.h"
#include "vesica/app/preparation.h"
#include "vesica/app/session.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/checks/isolation.h"
#include "vesica/checks/lots.h"
#include "vesica/io/json.h"
#include "vesica/report/text_table.h"

namespace vesica {

namespace {

const std::string& sample_of(const Finding& page) { return page.groups[0].units[0].sample; }

std::string table_text(const Value& table, std::size_t width) {
  TextLines lines(1);
  std::vector<bool> right;
  for (const Value& column : table.find("columns")->items) {
    lines[0].push_back(column.find("title")->text);
    right.push_back(column.find("number")->boolean);
  }
  for (const Value& row : table.find("rows")->items) {
    lines.emplace_back();
    for (const Value& cell : row.items) lines.back().push_back(cell.text);
  }
  return table.find("caption")->text + "\n" + aligned_text(lines, right, width);
}

std::string page_text(const Finding& page, std::size_t width) {
  std::string out = page.answer + "\n";
  for (const auto& [name, value] : page.details.find("facts")->members) out += name + ": " + value.text + "\n";
  for (const Value& list : page.details.find("lists")->items) {
    out += "\n" + list.find("title")->text + "\n";
    for (const Value& item : list.find("items")->items) out += "  - " + item.text + "\n";
  }
  for (const Value& table : page.details.find("tables")->items) out += "\n" + table_text(table, width);
  return out;
}

Value page_value(const Finding& page) {
  Value out = page.details;
  out.set("answer", Value::of(page.answer));
  return out;
}

Value finding_value(const Finding& finding) {
  Value out = Value::table();
  out.set("id", Value::of(finding.id));
  out.set("kind", Value::of(finding.kind));
  out.set("quantity", Value::of(finding.quantity));
  out.set("question", Value::of(finding.question));
  out.set("answer", Value::of(finding.answer));
  out.set("details", finding.details);
  return out;
}

Error unknown_preparation(const std::string& id, const std::vector<Finding>& pages) {
  std::vector<std::string> known;
  for (const Finding& page : pages) known.push_back(sample_of(page));
  const auto near = did_you_mean(id, known);
  constexpr std::size_t kMost = 20;  // chosen: a line or two
  if (known.size() > kMost) known.resize(kMost);
  return Error(ErrorKind::kUsage, say("No preparation with values is called \"{}\".", id), {},
               near ? say("Did you mean \"{}\"?", *near) : say("Known: {}.", join(known, ", ")));
}

}  // namespace

std::string study_preparation(const PreparationOptions& options, const Context& context) {
  const Store store = Store::open_for_reading(results_folder(options.study, options.out));
  const Study study = load_quietly(options.study);
  const ObservationTable table = current_rows(study, store).kept;
  std::vector<Finding> found = check_isolation(table, study, context);
  for (Finding& finding : check_purity(table, study, context)) found.push_back(std::move(finding));
  for (Finding& finding : check_preparations(table, study, context)) found.push_back(std::move(finding));
  const std::vector<Finding> pages = preparation_pages(table, study, found, context);
  const std::vector<Finding> lots = check_lots(table, study, context);
  std::string text;
  Value all = Value::table();
  all.set("schema", Value::of("vesica.preparation/1"));
  Value values = Value::array();
  for (const Finding& page : pages) {
    if (!options.id.empty() && sample_of(page) != options.id) continue;
    values.append(page_value(page));
    text += options.id.empty() ? page.answer + "\n" : page_text(page, options.columns);
  }
  if (values.items.empty() && !options.id.empty()) throw unknown_preparation(options.id, pages);
  if (pages.empty()) text = say("No preparation of this study has values.") + "\n";
  all.set("preparations", std::move(values));
  if (options.id.empty()) {
    Value findings = Value::array();
    for (const std::vector<Finding>* list : std::initializer_list<const std::vector<Finding>*>{&found, &lots}) {
      for (const Finding& finding : *list) {
        if (finding.kind == "compatibility") continue;
        findings.append(finding_value(finding));
        if (finding.kind != "contradiction") text += "\n" + finding.question + "\n" + finding.answer + "\n";
        if (const Value* tables = finding.details.find("tables")) {
          for (const Value& one : tables->items) text += table_text(one, options.columns);
        }
      }
    }
    all.set("findings", std::move(findings));
  }
  return options.json ? write_json(all) : text;
}

}  // namespace vesica
