// SPDX-License-Identifier: Apache-2.0
#include "vesica/rules/text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/xlsx.h"

namespace vesica::rules {

namespace {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
  return out;
}

/// Words of a text in lines of at most `columns`, each begun by `indent`.
std::string wrapped(const std::string& text, std::size_t columns, const std::string& indent) {
  const std::size_t width = columns == 0 ? std::string::npos : std::max<std::size_t>(columns, 40);
  std::string out, line;
  for (const std::string_view word : split(text, ' ')) {
    if (!line.empty() && text_width(indent) + text_width(line) + 1 + text_width(word) > width) {
      out += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return line.empty() ? out : out + indent + line + "\n";
}

std::string heading(const StandardResult& result) {
  std::string out(translate(result.standard->title));
  if (!result.standard->doi.empty()) out += " (" + result.standard->doi + ")";
  return out + "\n";
}

std::string sign(State state) {
  switch (state) {
    case State::kPresent:
      return "+";
    case State::kAbsent:
      return "-";
    case State::kContradictory:
      return "!";
    case State::kNotApplicable:
      return " ";
  }
  return " ";
}

std::string item_text(const ItemResult& item, std::size_t columns) {
  const bool number = item.item->clause.size() <= 4;
  std::string out = fmt::format("  {} {:<4} {}{}: {}\n", sign(item.state), number ? item.item->clause : "",
                                translate(item.item->title),
                                number ? "" : fmt::format(" ({})", translate(item.item->clause)), state_text(item));
  for (const std::string& one : item.contradictions) out += wrapped(one, columns, "         ");
  if (item.state != State::kAbsent) return out;
  for (const PartResult& part : item.parts) {
    if (part.met) continue;
    out += wrapped(say("missing: {}", missing_words(part)), columns, "         ");
    out += "           " + part.part->where + "  " + part.part->write + "\n";
  }
  return out;
}

Value texts(const std::vector<std::string>& list) {
  Value out = Value::array();
  for (const std::string& text : list) out.append(Value::of(text));
  return out;
}

Value item_value(const ItemResult& item) {
  Value out = Value::table();
  out.set("id", Value::of(item.item->id));
  out.set("clause", Value::of(item.item->clause));
  out.set("title", Value::of(item.item->title));
  out.set("asks", Value::of(item.item->asks));
  out.set("severity", Value::of(item.item->must ? "must" : "should"));
  out.set("state", Value::of(to_text(item.state)));
  out.set("degree", Value::of(item.degree));
  out.set("parts_met", Value::of(static_cast<std::int64_t>(item.met)));
  out.set("parts", Value::of(static_cast<std::int64_t>(item.item->parts.size())));
  Value missing = Value::array();
  for (const PartResult& part : item.parts) {
    if (part.met) continue;
    Value one = Value::table();
    one.set("what", Value::of(part.part->missing));
    one.set("concerns", texts(part.failing));
    one.set("where", Value::of(part.part->where));
    one.set("write", Value::of(part.part->write));
    missing.append(std::move(one));
  }
  out.set("missing", std::move(missing));
  out.set("contradictions", texts(item.contradictions));
  out.set("source", Value::of(item.item->source));
  out.set("wording_verified", Value::of(item.item->wording_verified));
  out.set("verified", Value::of(item.item->verified));
  return out;
}

}  // namespace

std::string missing_words(const PartResult& part) {
  std::string out(translate(part.part->missing));
  if (part.failing.empty()) return out;
  std::vector<std::string> shown(part.failing.begin(),
                                 part.failing.begin() + std::min<std::ptrdiff_t>(10, std::ssize(part.failing)));
  if (shown.size() < part.failing.size()) shown.emplace_back("...");
  return out + " (" + join(shown, ", ") + ")";
}

std::string unread_text(const Standard& standard) {
  const auto unread = std::count_if(standard.items.begin(), standard.items.end(),
                                    [](const Item& item) { return !item.wording_verified; });
  if (unread == 0) return "";
  return say(
      "{} of {} item(s) (is|are) written from memory or from a second source; rule file and --tsv say which and why",
      unread, standard.items.size());
}

std::string counts_text(const StandardResult& result) {
  std::string out = say("{} present, {} absent, {} contradictory, {} not applicable", result.present, result.absent,
                        result.contradictory, result.not_applicable);
  if (result.standard->score && result.applicable() > 0)
    out += say("; ") + say("score {} % ({} of {} applicable item(s))", fmt::format("{:.0f}", result.percent()),
                           result.present, result.applicable());
  return out;
}

std::string state_text(const ItemResult& item) {
  switch (item.state) {
    case State::kPresent:
      return say("present");
    case State::kNotApplicable:
      return say("not applicable");
    case State::kContradictory:
      return say("contradictory");
    case State::kAbsent:
      break;
  }
  if (item.degree == "unclear") return say("absent (unclear: it was done, but the study does not say what it shows)");
  if (item.degree == "partly") return say("absent (partly there: {} of {})", item.met, item.parts.size());
  return say("absent");
}

std::string text_of(const std::vector<StandardResult>& results, std::size_t columns, bool all) {
  std::string out;
  std::size_t absent = 0;
  for (const StandardResult& result : results) {
    out += heading(result);
    if (!result.applies) {
      out += "  " + say("does not apply to this study") + "\n\n";
      if (!all) continue;
    } else {
      out += wrapped(counts_text(result), columns, "  ");
      out += wrapped(unread_text(*result.standard), columns, "  ");
    }
    for (const ItemResult& item : result.items)
      if (all || item.state != State::kNotApplicable) out += item_text(item, columns);
    out += "\n";
    absent += result.absent;
  }
  if (absent > 0)
    out +=
        wrapped(say("Behind each section of study.toml stands an example: write there what is true in your study. What "
                    "was not done need not be invented; an item may stay absent."),
                columns, "");
  return out;
}

std::string tsv_of(const std::vector<StandardResult>& results) {
  std::string out =
      "standard\titem\tclause\ttitle\tseverity\tstate\tdegree\tparts_met\tparts\tmissing\twhere\twrite\t"
      "contradictions\tsource\twording_verified\tverified\n";
  for (const StandardResult& result : results) {
    for (const ItemResult& item : result.items) {
      std::vector<std::string> missing, where, write;
      for (const PartResult& part : item.parts) {
        if (part.met) continue;
        missing.push_back(part.part->missing + (part.failing.empty() ? "" : " (" + join(part.failing, ", ") + ")"));
        where.push_back(part.part->where);
        write.push_back(part.part->write);
      }
      const std::vector<std::string> cells = {result.standard->id,
                                              item.item->id,
                                              item.item->clause,
                                              item.item->title,
                                              item.item->must ? "must" : "should",
                                              to_text(item.state),
                                              item.degree,
                                              std::to_string(item.met),
                                              std::to_string(item.item->parts.size()),
                                              join(missing, "; "),
                                              join(where, "; "),
                                              join(write, "; "),
                                              join(item.contradictions, " "),
                                              item.item->source,
                                              item.item->wording_verified ? "true" : "false",
                                              item.item->verified};
      for (std::size_t i = 0; i < cells.size(); ++i) out += (i > 0 ? "\t" : "") + guard_formula(one_line(cells[i]));
      out += "\n";
    }
  }
  return out;
}

Value value_of(const std::vector<StandardResult>& results) {
  Value standards = Value::array();
  for (const StandardResult& result : results) {
    Value one = Value::table();
    one.set("id", Value::of(result.standard->id));
    one.set("title", Value::of(result.standard->title));
    one.set("doi", Value::of(result.standard->doi));
    one.set("applies", Value::of(result.applies));
    const std::pair<const char*, std::size_t> numbers[] = {{"present", result.present},
                                                           {"absent", result.absent},
                                                           {"contradictory", result.contradictory},
                                                           {"not_applicable", result.not_applicable},
                                                           {"musts_open", result.musts_open}};
    for (const auto& [name, number] : numbers) one.set(name, Value::of(static_cast<std::int64_t>(number)));
    if (result.standard->score && result.applicable() > 0) one.set("score_percent", Value::of(result.percent()));
    Value items = Value::array();
    for (const ItemResult& item : result.items) items.append(item_value(item));
    one.set("items", std::move(items));
    standards.append(std::move(one));
  }
  Value out = Value::table();
  out.set("schema", Value::of("vesica.check/1"));
  out.set("standards", std::move(standards));
  return out;
}

std::vector<SheetFile> filled_sheets(const StandardResult& result, const Facts& facts) {
  const Standard& standard = *result.standard;
  if (standard.sheet.empty() || standard.rows.empty() || !result.applies) return {};
  XlsxSheet sheet;
  sheet.sheet.name = standard.sheet;
  std::string tsv;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::vector<Cell> row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      Cell cell;
      cell.text = cells[i];
      row.push_back(std::move(cell));
      tsv += (i > 0 ? "\t" : "") + guard_formula(one_line(cells[i]));
    }
    tsv += "\n";
    sheet.sheet.rows.push_back(std::move(row));
  };
  add({"section", "field", "value"});
  for (const SheetRow& row : standard.rows) {
    const std::string value = row.value.empty() ? "" : row.value.answer(facts).shown();
    add({row.section, row.field, std::string(shortened(value, kMaxXlsxText / 4))});
  }
  XlsxDocument document;
  document.title = standard.title;
  document.sheets.push_back(std::move(sheet));
  document.notes = {say("Filled in from the study. Empty cells are for you; the fields are named in our own words."),
                    standard.title + " (" + standard.doi + ")"};
  return {{"reporting/" + standard.sheet + ".xlsx", xlsx_bytes(document)},
          {"reporting/" + standard.sheet + ".tsv", tsv}};
}

}  // namespace vesica::rules
