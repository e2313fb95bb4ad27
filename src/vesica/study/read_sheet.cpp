// SPDX-License-Identifier: Apache-2.0
// The sample sheet: finding its titles, reading its rows. One row an input; a row without a file describes a sample.
#include <algorithm>
#include <cmath>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/quantity/unit.h"
#include "vesica/study/assembly.h"
#include "vesica/study/attributes.h"
#include "vesica/study/columns.h"
#include "vesica/study/names.h"

namespace vesica {

namespace {

constexpr std::size_t kTitleRowsSearched = 10;  // chosen: people put a heading or two above the titles
constexpr std::size_t kMostColumns = 500;       // chosen: a sheet of samples has a dozen
constexpr std::size_t kLongestCell = 1000;      // chosen: a path may be long, a name of 1,000 bytes is a broken file

using Kind = ColumnMeaning::Kind;

/// A column that is read, with its position and title.
struct Column {
  ColumnMeaning meaning;
  std::size_t index = 0;
  std::string title;
};

/// Finds the unit that a setting is declared with.
class UnitFinder final : public Fields {
 public:
  explicit UnitFinder(std::string_view name) : name_(name) {}
  void number(std::string_view name, double&, const FieldInfo& info) override { see(name, info); }
  void optional_number(std::string_view name, std::optional<double>&, const FieldInfo& info) override {
    see(name, info);
  }
  void integer(std::string_view name, std::int64_t&, const FieldInfo& info) override { see(name, info); }
  void flag(std::string_view, bool&, const FieldInfo&) override {}
  void text(std::string_view, std::string&, const FieldInfo&) override {}
  void choice(std::string_view, std::string&, std::span<const std::string_view>, const FieldInfo&) override {}
  void numbers(std::string_view name, std::vector<double>&, const FieldInfo& info) override { see(name, info); }
  void texts(std::string_view, std::vector<std::string>&, const FieldInfo&) override {}
  void tree(std::string_view, Value&, const Value&, const FieldInfo&) override {}
  std::optional<std::string> unit;

 private:
  void see(std::string_view name, const FieldInfo& info) {
    if (name == name_) unit = std::string(info.unit);
  }
  std::string_view name_;
};

bool means_times(std::string_view unit) {  // "dilution (x)": a word for "times", not a unit
  const std::string folded = fold_name(unit);
  return folded == "x" || folded == "×" || folded == "fold" || folded == "倍" || folded == "times";
}

bool same_unit(std::string_view a, std::string_view b) {
  const auto first = parse_unit(a), second = parse_unit(b);
  return first && second && first->same_dimension(*second) && first->factor == second->factor &&
         first->offset == second->offset;
}

/// "1,000" where the comma may group thousands or mark decimals.
bool is_ambiguous_number(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (parts.size() < 2 || !digits(parts[0]) || parts[0].size() > 3 || parts[0] == "0") return false;
  return std::all_of(parts.begin() + 1, parts.end(),
                     [&](std::string_view part) { return part.size() == 3 && digits(part); });
}

bool looks_like_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return false;
  }
  return true;
}

class SheetReader {
 public:
  SheetReader(const Sheet& sheet, Assembly& assembly) : sheet_(sheet), assembly_(assembly) {}

  void read() {
    if (!find_titles()) return;
    read_titles();
    report_untitled();
    for (std::size_t row = title_row_ + 1; row < sheet_.rows.size(); ++row) read_row(row);
    if (rows_read_ == 0)
      assembly_.problems.add("", say("The sheet has titles but no row."), sheet_.place(title_row_, 0),
                             say("Write one row for each file."));
  }

 private:
  bool find_titles() {
    const std::size_t last = std::min(sheet_.rows.size(), kTitleRowsSearched);
    for (std::size_t row = 0; row < last; ++row) {
      const std::size_t width = std::min(sheet_.rows[row].size(), kMostColumns);
      for (std::size_t i = 0; i < width; ++i) {
        const std::string& title = sheet_.rows[row][i].text;
        if (title.size() > kLongestCell || column_meaning(title, assembly_.known, {}).name != "path") continue;
        title_row_ = row;
        return true;
      }
    }
    assembly_.problems.add("", say("The sheet has no column {}.", in_quotes("path")), sheet_.place(0, 0),
                           say("Its first row must hold titles; the one above the file names is {0} (or {1}).",
                               in_quotes("path"), in_quotes("文件")));
    return false;
  }

  void read_titles() {
    const std::vector<Cell>& titles = sheet_.rows[title_row_];
    if (titles.size() > kMostColumns)
      assembly_.problems.add("", say("The sheet has {0} columns; only {1} are read.", titles.size(), kMostColumns),
                             sheet_.place(title_row_, kMostColumns), say("Remove those that say nothing of samples."));
    for (std::size_t i = 0; i < std::min(titles.size(), kMostColumns); ++i) {
      const std::string title(trim_unicode(titles[i].text));
      if (title.empty()) continue;
      if (title.size() > kLongestCell) {
        assembly_.problems.add("", say("A title of the sheet is too long."), sheet_.place(title_row_, i), "");
        continue;
      }
      ColumnMeaning meaning = column_meaning(title, assembly_.known, assembly_.factors);
      if (meaning.kind == Kind::kUnknown && !take_unknown(title, i, meaning)) continue;
      if (!check_twice(meaning, title, i)) continue;
      check_unit(meaning, title, i);
      if (meaning.kind == Kind::kFactor) assembly_.factors.insert(meaning.name);
      columns_.push_back({meaning, i, title});
    }
  }

  /// The first cell below no title, if there is one.
  void report_untitled() {
    const std::vector<Cell>& titles = sheet_.rows[title_row_];
    for (std::size_t row = title_row_ + 1; row < sheet_.rows.size(); ++row) {
      for (std::size_t i = 0; i < sheet_.rows[row].size(); ++i) {
        const bool titled = i < titles.size() && !trim_unicode(titles[i].text).empty();
        if (titled || trim_unicode(sheet_.rows[row][i].text).empty()) continue;
        assembly_.problems.warn("", say("A column of the sheet has cells but no title; it is not read."),
                                sheet_.place(row, i), say("Give it a title or empty it."));
        return;
      }
    }
  }

  /// A title that nothing declares: a slip for a known one is a problem, anything else is kept as an attribute.
  bool take_unknown(const std::string& title, std::size_t column, ColumnMeaning& meaning) {
    const auto near = nearest_name(title, known_titles(assembly_.known, assembly_.factors));
    if (near) {
      assembly_.problems.add("", say("The sheet has a column {} that Vesica does not know.", in_quotes(title)),
                             sheet_.place(title_row_, column),
                             say("Did you mean {0}? For a note of your own write {1}.", in_quotes(*near),
                                 in_quotes("attribute:" + title)));
      return false;
    }
    assembly_.problems.warn(
        "", say("The column {} is kept as a note about the samples; nothing is computed from it.", in_quotes(title)),
        sheet_.place(title_row_, column),
        say("Write {0} to compare by it, or {1} to silence this.", in_quotes("factor:" + title),
            in_quotes("attribute:" + title)));
    meaning.kind = Kind::kAttribute;
    return true;
  }

  bool check_twice(const ColumnMeaning& meaning, const std::string& title, std::size_t column) {
    for (const Column& other : columns_) {
      if (other.meaning.kind != meaning.kind || other.meaning.name != meaning.name) continue;
      if (meaning.name == "note") return false;
      assembly_.problems.add("",
                             say("The columns {0} and {1} both mean {2}.", in_quotes(other.title), in_quotes(title),
                                 in_quotes(meaning.name)),
                             sheet_.place(title_row_, column), say("Keep one of them."));
      return false;
    }
    return true;
  }

  void check_unit(const ColumnMeaning& meaning, const std::string& title, std::size_t column) {
    const Place place = sheet_.place(title_row_, column);
    if (meaning.name == "time_h" && meaning.kind == Kind::kColumn) {
      if (!meaning.unit_known && !meaning.unit.empty()) {
        assembly_.problems.add("", say("{0} is no unit of time in {1}.", in_quotes(meaning.unit), in_quotes(title)),
                               place, say("Write h, d, min or s, or name the column {}.", in_quotes("time_h")));
      } else if (!meaning.unit_known) {
        assembly_.problems.warn("",
                                say("The column {} names no unit; its numbers are taken as hours.", in_quotes(title)),
                                place, say("Name it {0} or {1}.", in_quotes("time_h"), in_quotes("time (d)")));
      }
      return;
    }
    if (meaning.kind == Kind::kAttribute && !meaning.unit_known) {
      for (const AttributeInfo& attribute : known_attributes()) {
        if (attribute.name != meaning.name) continue;
        assembly_.problems.add("", say("The column {0} is in {1}.", in_quotes(title), in_quotes(meaning.unit)), place,
                               attribute.unit.empty()
                                   ? say("{} has no unit.", in_quotes(attribute.name))
                                   : say("Give it in {} and name it so.", in_quotes(attribute.unit)));
      }
      return;
    }
    if (meaning.kind != Kind::kSetting || meaning.unit.empty() || means_times(meaning.unit)) return;
    for (const KnownPart& assay : assembly_.known.assays) {
      UnitFinder finder(meaning.name);
      AnySettings settings = assay.settings;
      settings.describe(finder);
      if (!finder.unit || same_unit(*finder.unit, meaning.unit)) continue;
      assembly_.problems.add(
          "",
          say("Conflicting units: {0} says {1}, but the setting {2} is in {3}.", in_quotes(title),
              in_quotes(meaning.unit), in_quotes(meaning.name), in_quotes(finder.unit->empty() ? "1" : *finder.unit)),
          place, say("Convert the numbers and name the column {}.", in_quotes(meaning.name)));
      return;
    }
  }

  std::string cell(std::size_t row, std::size_t column) const {
    return std::string(trim_unicode(sheet_.at(row, column).text));
  }

  void read_row(std::size_t row) {
    InputDraft draft;
    draft.from_sheet = true;
    std::vector<SampleFact> facts;
    bool any = false;
    for (const Column& column : columns_) {
      const std::string text = cell(row, column.index);
      if (text.empty() || column.meaning.name == "note") continue;
      any = true;
      if (is_sound(text, row, column)) read_cell(text, row, column, draft, facts);
    }
    if (!any) return;
    ++rows_read_;
    finish_row(row, std::move(draft), std::move(facts));
  }

  bool is_sound(const std::string& text, std::size_t row, const Column& column) {
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
    if (!control && text.size() <= kLongestCell) return true;
    assembly_.problems.add("", say("The cell under {} is too long or holds a line break.", in_quotes(column.title)),
                           sheet_.place(row, column.index), say("Write it anew in one line."));
    return false;
  }

  void read_cell(const std::string& text, std::size_t row, const Column& column, InputDraft& draft,
                 std::vector<SampleFact>& facts) {
    const Place place = sheet_.place(row, column.index);
    const std::string& name = column.meaning.name;
    if (column.meaning.kind == Kind::kFactor || column.meaning.kind == Kind::kAttribute) {
      const bool factor = column.meaning.kind == Kind::kFactor;
      facts.push_back(
          {"", (factor ? "factor:" : "attribute:") + name, factor ? number_text(text, row, column) : text, place});
    } else if (column.meaning.kind == Kind::kSetting) {
      if (!check_grouping(text, row, column)) return;
      draft.input.settings[name] = number_text(text, row, column);
      draft.places["setting:" + name] = place;
    } else if (name == "time_h") {
      read_time(text, row, column, draft);
    } else if (name == "kind" || name == "parent" || name == "block" || name == "protocol") {
      facts.push_back({"", name, text, place});
    } else {
      read_text(name, text, place, draft);
    }
  }

  void read_text(const std::string& name, const std::string& text, const Place& place, InputDraft& draft) {
    Input& input = draft.input;
    std::string* member = name == "path"        ? &input.path
                          : name == "assay"     ? &input.assay
                          : name == "sample"    ? &input.sample
                          : name == "condition" ? &input.condition
                          : name == "replicate" ? &input.replicate
                          : name == "part"      ? &input.part
                          : name == "role"      ? &input.role
                          : name == "controls"  ? &input.controls
                          : name == "position"  ? &input.position
                                                : &input.layout;
    *member = name == "replicate" ? half_width(text) : text;
    draft.places[name] = place;
    if (name == "assay") assembly_.references.push_back({Refers::kAssay, text, place});
    if (name == "layout") assembly_.references.push_back({Refers::kLayout, text, place});
    const bool name_of_something = name == "sample" || name == "condition" || name == "replicate";
    if (name_of_something && sheet_.row_lines.empty() && looks_like_date(text))
      assembly_.problems.warn(
          "date in " + name,
          say("{0} under {1} is a date; Excel turns names such as 1-2 into dates.", in_quotes(text), in_quotes(name)),
          place, say("If it was a name, format the column as text and type it again."));
  }

  /// Numbers in one spelling (point, half-width), whatever the sheet's own; words unchanged.
  std::string number_text(const std::string& text, std::size_t row, const Column& column) const {
    const std::string half = half_width(text);
    if (parse_number(half)) return std::string(trim(half));
    const double number = sheet_.number_at(row, column.index);
    return std::isnan(number) ? text : exact_number(number);
  }

  bool check_grouping(const std::string& text, std::size_t row, const Column& column) {
    if (sheet_.at(row, column.index).typed || sheet_.decimal_mark == DecimalMark::kComma ||
        !is_ambiguous_number(half_width(text)))
      return true;
    assembly_.problems.add(
        "grouping " + column.title + text,
        say("{0} under {1} can be read in two ways.", in_quotes(text), in_quotes(column.title)),
        sheet_.place(row, column.index),
        say("Write {0} or {1}.", replace_all(half_width(text), ",", ""), replace_all(half_width(text), ",", ".")));
    return false;
  }

  void read_time(const std::string& text, std::size_t row, const Column& column, InputDraft& draft) {
    double number = sheet_.number_at(row, column.index);
    if (std::isnan(number)) number = parse_number(half_width(text)).value_or(std::nan(""));
    const std::optional<double> words = hours_from_words(text);
    if (std::isfinite(number)) {
      draft.input.time_h = number * column.meaning.hours;
    } else if (words) {
      draft.input.time_h = *words;
    } else {
      assembly_.problems.add("time " + text, say("{0} under {1} is no time.", in_quotes(text), in_quotes(column.title)),
                             sheet_.place(row, column.index),
                             say("Write a number of hours, or as \"24 h\", \"day 7\"."));
      return;
    }
    draft.places["time_h"] = sheet_.place(row, column.index);
  }

  void finish_row(std::size_t row, InputDraft draft, std::vector<SampleFact> facts) {
    const std::string sample = draft.input.sample;
    if (sample.empty() && !facts.empty()) {
      assembly_.problems.add("fact without sample " + facts.front().name,
                             say("The row says {} but names no sample.", in_quotes(facts.front().value)),
                             facts.front().place, say("Fill the column {}.", in_quotes("sample")));
      facts.clear();
    }
    if (!sample.empty()) {
      assembly_.facts.push_back({sample, "", "", draft.places.at("sample")});
      if (!draft.input.condition.empty())
        facts.push_back({"", "condition", draft.input.condition, draft.places.at("condition")});
    }
    for (SampleFact& fact : facts) {
      fact.sample = sample;
      assembly_.facts.push_back(std::move(fact));
    }
    draft.input.place = sheet_.place(row, columns_.empty() ? 0 : path_column());
    const bool describes_sample = draft.input.path.empty() && draft.input.assay.empty() && !sample.empty();
    if (describes_sample) return;
    if (draft.input.path.empty()) {
      assembly_.problems.add("row without path", say("The row names no file."), draft.input.place,
                             say("Fill the column {}, or empty the row.", in_quotes("path")));
      return;
    }
    if (!draft.input.condition.empty() && sample.empty())
      assembly_.references.push_back({Refers::kCondition, draft.input.condition, draft.places.at("condition")});
    if (!sample.empty()) draft.input.condition.clear();  // now a fact about the sample
    assembly_.drafts.push_back(std::move(draft));
  }

  std::size_t path_column() const {
    for (const Column& column : columns_)
      if (column.meaning.kind == Kind::kColumn && column.meaning.name == "path") return column.index;
    return 0;
  }

  const Sheet& sheet_;
  Assembly& assembly_;
  std::size_t title_row_ = 0;
  std::size_t rows_read_ = 0;
  std::vector<Column> columns_;
};

}  // namespace

void read_sheet(const Sheet& sheet, Assembly& assembly) { SheetReader(sheet, assembly).read(); }

}  // namespace vesica
