// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/plate_reading.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/contract/sheet_rows.h"
#include "vesica/study/names.h"
#include "vesica/study/plate_map.h"

namespace vesica::plate_reading {

namespace {

constexpr std::size_t kMostRows = 20'000, kMostColumns = 200;  // chosen: an endpoint of many plates is far smaller
constexpr std::size_t kTitleRows = 60;                         // chosen: programs write a page of settings first
constexpr std::size_t kTitleAbove = 4;                         // chosen

bool is_any(std::string_view folded, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), folded) != words.end();
}

std::string title_of(const Sheet& sheet, std::size_t row, std::size_t column) {
  return std::string(trim_unicode(shortened(sheet.at(row, column).text, 80)));
}

struct Grid {
  std::size_t row = 0, column = 0, rows = 0, columns = 0;
  std::string title;
};

class ExportReader {
 public:
  ExportReader(const Sheet& sheet, const Options& options) : sheet_(sheet), options_(options) {
    mark_ = options.decimal_mark == "auto"    ? sheet.decimal_mark
            : options.decimal_mark == "comma" ? DecimalMark::kComma
                                              : DecimalMark::kPoint;
  }

  bool read(PlateExport& out) {
    const std::vector<Grid> grids = find_grids();
    if (!grids.empty()) return read_grids(grids, out), true;
    return read_list(out);
  }

 private:
  double number(std::size_t row, std::size_t column) const {
    const Cell& cell = sheet_.at(row, column);
    return cell.typed ? cell.number : parse_number(half_width(cell.text), mark_).value_or(kNaN);
  }

  /// Numbers 1, 2, 3, ... from (row, column) on.
  std::size_t count_columns(std::size_t row, std::size_t column) const {
    std::size_t n = 0;
    while (number(row, column + n) == static_cast<double>(n + 1)) ++n;
    return n;
  }

  bool is_letter(std::size_t row, std::size_t column, std::size_t n) const {
    std::string letters = well_name({n, 0});
    letters.pop_back();
    return equals_ignoring_case(half_width(title_of(sheet_, row, column)), letters);
  }

  /// SoftMax Pro: temperature and numbers above rows without letters.
  std::size_t rows_without_letters(std::size_t row, std::size_t column, std::size_t columns) const {
    if (!smallest_plate(1, columns) || fold_name(title_of(sheet_, row, column)).find("temperature") != 0) return 0;
    std::size_t n = 0;
    while (n < 16 && !std::isnan(number(row + 1 + n, column + 1))) ++n;
    return n;
  }

  std::vector<Grid> find_grids() const {
    std::vector<Grid> out;
    std::size_t free_from = 0;
    for (std::size_t row = 0; row + 1 < std::min(sheet_.rows.size(), kMostRows); ++row) {
      for (std::size_t c = 0; c + 1 < std::min(sheet_.rows[row].size(), kMostColumns); ++c) {
        const std::size_t columns = count_columns(row, c + 1);
        if (columns < 2) continue;
        Grid grid{row, c, 0, columns, ""};
        while (is_letter(row + 1 + grid.rows, c, grid.rows)) ++grid.rows;
        if (grid.rows == 0) grid.rows = rows_without_letters(row, c, columns);
        if (grid.rows < 2 || smallest_plate(grid.rows, grid.columns) == 0) continue;
        grid.title = grid_title(grid, row - std::min(row, free_from));
        out.push_back(grid);
        row += grid.rows;
        free_from = row + 1;
        break;
      }
    }
    return out;
  }

  std::string grid_title(const Grid& grid, std::size_t rows_free) const {
    const std::string corner = title_of(sheet_, grid.row, grid.column);
    if (!corner.empty() && corner != "<>" && fold_name(corner).find("temperature") != 0) return corner;
    const std::string behind = title_of(sheet_, grid.row + 1, grid.column + grid.columns + 1);
    if (!behind.empty()) return behind;  // Gen5: what was read stands behind each row
    for (std::size_t up = 1; up <= std::min(kTitleAbove, rows_free); ++up)
      for (std::size_t c = 0; c < std::min<std::size_t>(sheet_.rows[grid.row - up].size(), kMostColumns); ++c)
        if (const std::string above = title_of(sheet_, grid.row - up, c); !above.empty()) return above;
    return "";
  }

  void read_grids(const std::vector<Grid>& grids, PlateExport& out) {
    std::vector<std::string> titles;
    for (const Grid& grid : grids) titles.push_back(grid.title);
    for (const std::size_t i : wanted(titles, out)) {
      const Grid& grid = grids[i];
      const std::string target = name_of(titles, i);
      out.targets.push_back(target);
      for (std::size_t r = 0; r < grid.rows; ++r)
        for (std::size_t c = 0; c < grid.columns; ++c) take(grid.row + 1 + r, grid.column + 1 + c, {r, c}, target, out);
    }
  }

  /// One name for each; repeated and empty titles are numbered.
  std::string name_of(const std::vector<std::string>& titles, std::size_t i) const {
    if (!options_.several) return "";
    const bool once = !titles[i].empty() && std::count(titles.begin(), titles.end(), titles[i]) == 1;
    return once ? titles[i] : titles[i] + (titles[i].empty() ? "" : " ") + std::to_string(i + 1);
  }

  /// Which of the grids or columns are read: all, that of the title, else the first.
  std::vector<std::size_t> wanted(const std::vector<std::string>& titles, PlateExport& out) const {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < titles.size(); ++i) all.push_back(i);
    if (options_.several) return all;
    std::size_t one = 0;
    if (!options_.read.empty()) {
      const std::string folded = fold_name(options_.read);
      const auto found = std::find_if(titles.begin(), titles.end(), [&](const std::string& title) {
        return fold_name(title).find(folded) != std::string::npos;
      });
      if (found == titles.end())
        throw Error(ErrorKind::kConfig, say("The export holds no numbers titled \"{}\".", options_.read),
                    {sheet_.file, 0, 0, "read"}, say("It has: {}.", join(titles, ", ")));
      one = static_cast<std::size_t>(found - titles.begin());
    }
    for (const std::size_t i : all)
      if (i != one) out.left_out.push_back(titles[i]);
    return {one};
  }

  void take(std::size_t row, std::size_t column, Well well, const std::string& target, PlateExport& out) const {
    WellValue value{well, target, number(row, column), false, sheet_.place(row, column)};
    if (std::isnan(value.value)) {
      const std::string text = half_width(title_of(sheet_, row, column));
      const std::string folded = fold_name(text);
      value.above = text.starts_with(">") || folded.find("ovrflw") == 0 || folded.find("over") == 0 ||
                    folded.find("saturat") == 0 || folded.find("溢出") == 0;
      if (text.starts_with(">")) value.value = parse_number(text.substr(1), mark_).value_or(kNaN);
      if (!value.above) return;
    }
    if (std::isfinite(value.value) || value.above) out.values.push_back(std::move(value));
  }

  static bool is_well_title(const std::string& folded) {
    return is_any(folded,
                  {"well", "wells", "position", "well_id", "well_position", "well_name", "pos", "孔", "孔位", "孔号"});
  }

  static bool is_target_title(const std::string& folded) {
    return is_any(folded, {"analyte", "target", "protein", "cytokine", "指标", "靶标", "蛋白", "因子"});
  }

  /// Columns that describe wells or come out of the reader's own arithmetic.
  static bool describes(const std::string& folded) {
    return is_well_title(folded) || is_target_title(folded) ||
           is_any(folded, {"sample",
                           "samples",
                           "sample_name",
                           "sample_id",
                           "name",
                           "content",
                           "contents",
                           "type",
                           "role",
                           "well_type",
                           "sample_type",
                           "level",
                           "levels",
                           "concentration",
                           "conc",
                           "standard",
                           "dose",
                           "standard_concentration",
                           "known_concentration",
                           "dilution",
                           "dilution_factor",
                           "df",
                           "plate",
                           "plate_id",
                           "plate_name",
                           "id",
                           "row",
                           "col",
                           "column",
                           "group",
                           "time",
                           "temperature",
                           "count",
                           "cv",
                           "cv%",
                           "%cv",
                           "sd",
                           "std_dev",
                           "mean",
                           "average",
                           "note",
                           "notes",
                           "样品",
                           "样品名",
                           "样品名称",
                           "样品编号",
                           "样本名称",
                           "类型",
                           "角色",
                           "浓度",
                           "标准浓度",
                           "标准品浓度",
                           "稀释",
                           "稀释倍数",
                           "板",
                           "板号",
                           "组别",
                           "序号",
                           "平均值",
                           "标准差",
                           "备注"});
  }

  /// Words of a raw reading, or a wavelength: "OD450", "A562", "562", "450 nm".
  static bool is_reading(std::string folded) {
    if (is_any(folded, {"od",     "abs",  "absorbance",   "signal",       "value", "raw",      "reading",
                        "rfu",    "rlu",  "fluorescence", "luminescence", "mfi",   "raw_data", "result",
                        "吸光度", "od值", "荧光",         "荧光值",       "信号",  "发光",     "读数"}))
      return true;
    for (const std::string_view before : {"absorbance", "abs", "od", "a"})
      if (folded.starts_with(before)) {
        folded = folded.substr(before.size());
        break;
      }
    if (folded.ends_with("nm")) folded.resize(folded.size() - 2);
    std::erase(folded, '_');
    return folded.size() == 3 && std::all_of(folded.begin(), folded.end(), [](char c) { return c >= '0' && c <= '9'; });
  }

  static std::string folded_title(const std::string& title) {
    const std::size_t open = half_width(title).find('(');
    const std::string text = half_width(title);
    return fold_name(open == std::string::npos || open == 0 ? text : text.substr(0, open));
  }

  bool read_list(PlateExport& out) {
    for (std::size_t row = 0; row < std::min(sheet_.rows.size(), kTitleRows); ++row) {
      std::size_t wells = kMostColumns, target = kMostColumns;
      std::vector<std::size_t> words, others;
      for (std::size_t c = 0; c < std::min(sheet_.rows[row].size(), kMostColumns); ++c) {
        const std::string title = title_of(sheet_, row, c), folded = folded_title(title);
        if (is_well_title(folded)) wells = c;
        if (is_target_title(folded)) target = c;
        if (title.empty() || describes(folded)) continue;
        (is_reading(folded) ? words : others).push_back(c);
      }
      if (wells == kMostColumns) continue;
      std::erase_if(others, [&](std::size_t c) { return !has_numbers(row, c); });
      std::vector<std::size_t> columns = words;
      if (columns.empty() || (options_.several && target == kMostColumns))
        columns.insert(columns.end(), others.begin(), others.end());
      if (columns.empty()) return false;
      read_columns(row, wells, target, columns, out);
      own_layout(out);
      return true;
    }
    return false;
  }

  bool has_numbers(std::size_t row, std::size_t column) const {
    for (std::size_t r = row + 1; r < std::min(sheet_.rows.size(), kMostRows); ++r)
      if (!std::isnan(number(r, column))) return true;
    return false;
  }

  void read_columns(std::size_t row, std::size_t wells, std::size_t target, const std::vector<std::size_t>& columns,
                    PlateExport& out) {
    std::vector<std::string> titles;
    for (const std::size_t c : columns) titles.push_back(title_of(sheet_, row, c));
    const bool named = target != kMostColumns;  // one analyte a row
    for (const std::size_t i : wanted(titles, out)) {
      const std::string column_target = named ? "" : name_of(titles, i);
      for (std::size_t r = row + 1; r < std::min(sheet_.rows.size(), kMostRows); ++r) {
        const auto well = parse_well(title_of(sheet_, r, wells));
        if (!well || well->row >= 16 || well->column >= 24) continue;
        const std::string name = named ? title_of(sheet_, r, target) : column_target;
        if (std::find(out.targets.begin(), out.targets.end(), name) == out.targets.end()) out.targets.push_back(name);
        take(r, columns[i], *well, name, out);
      }
    }
  }

  /// What the list says of its own wells.
  void own_layout(PlateExport& out) const {
    Problems ignored;  // a list with several analytes names each well several times
    PlateMap map;
    PlateMapReader reader(sheet_, "", ignored);
    if (!reader.read(map)) return;
    out.own.unit = map.unit;
    for (const auto& [well, said] : map.wells) {
      const std::string name = well_name(well);
      if (!said.sample.empty()) out.own.positions[name] = said.sample;
      if (!said.role.empty()) out.own.roles[name] = said.role;
      if (!std::isnan(said.level)) out.own.levels[name] = said.level;
      if (!std::isnan(said.dilution)) out.own.dilutions[name] = said.dilution;
    }
    for (const auto& [well, role] : out.own.roles) out.own.positions.erase(well);  // "Std 1" is a role's own name
  }

  const Sheet& sheet_;
  const Options& options_;
  DecimalMark mark_ = DecimalMark::kPoint;
};

}  // namespace

PlateExport read_export(const Reading& reading, const Options& options) {
  const Workbook& book = sheet_rows::book_of(reading);
  std::vector<const Sheet*> sheets;
  if (options.sheet.empty()) {
    for (const Sheet& sheet : book.sheets) sheets.push_back(&sheet);
  } else {
    sheet_rows::Settings named;
    named.sheet = options.sheet;
    sheets.push_back(&sheet_rows::choose_sheet(book, named));
  }
  for (const Sheet* sheet : sheets) {
    PlateExport out;
    if (ExportReader(*sheet, options).read(out) && !out.values.empty()) return out;
  }
  throw Error(ErrorKind::kData, say("The export holds no plate."), {reading.path, 0, 0, ""},
              say("A plate is a row 1, 2, 3, ... above rows A, B, C, ..., or a list with a column well."));
}

bool holds_plate(const Reading& reading) {
  const Workbook* book = reading.as<Workbook>();
  if (book == nullptr) return false;
  return std::any_of(book->sheets.begin(), book->sheets.end(), [](const Sheet& sheet) {
    PlateExport out;
    Options options;
    return ExportReader(sheet, options).read(out) && out.values.size() >= 6;
  });
}

const Layout& layout_for(const PlateExport& plate, const InputFacts& facts, const std::string& path) {
  if (!facts.layout.id.empty()) return facts.layout;
  if (!plate.own.positions.empty() || !plate.own.roles.empty()) return plate.own;
  throw Error(ErrorKind::kConfig, say("Nothing says what lies in the wells."), {path, 0, 0, "layout"},
              say("Draw the plate on a sheet \"plate 1\" of samples.xlsx and write that name into the column layout."));
}

std::vector<Issue> check_fit(const PlateExport& plate, const Layout& layout, std::string_view assay,
                             const std::string& path) {
  const std::optional<PlateShape> shape = shape_of(layout);
  if (layout.id.empty() || !shape) return {};
  std::vector<Issue> out;
  const auto warn = [&](const char* kind, std::string message, std::string hint) {
    out.push_back({Severity::kWarning,
                   std::string(assay) + kind,
                   std::move(message),
                   {path, 0, 0, ""},
                   std::move(hint),
                   path,
                   ""});
  };
  std::set<std::string> read;
  std::size_t beyond = 0;
  std::string first;
  for (const WellValue& value : plate.values) {
    const std::string name = well_name(value.well);
    if (!read.insert(name).second || shape->holds(value.well)) continue;
    if (++beyond == 1) first = name;
  }
  if (beyond > 0)
    warn(".other_plate",
         say("The export has numbers in {0} well(s) that the plate {1} of {2} wells does not have, as {3}: wells go by "
             "their names.",
             beyond, layout.id, layout.wells, first),
         say("Draw all rows and columns of the plate, or name the layout of the right plate."));
  std::vector<Well> lacking;
  const auto want = [&](const auto& table) {
    for (const auto& [position, content] : table)
      if (const auto well = parse_well(position); well && read.insert(position).second) lacking.push_back(*well);
  };
  want(layout.positions);
  want(layout.roles);
  if (lacking.empty()) return out;
  std::sort(lacking.begin(), lacking.end());
  constexpr std::size_t kNamed = 6;  // chosen: enough to see which
  std::vector<std::string> names;
  for (const Well well : lacking)
    if (names.size() < kNamed) names.push_back(well_name(well));
  if (lacking.size() > kNamed) names.push_back("...");
  warn(".missing_wells",
       say("{0} well(s) of the plate {1} without a number in the export, though not empty: {2}.", lacking.size(),
           layout.id, join(names, ", ")),
       say("Look whether map and export are of the same plate; leave wells out of the map that were not read."));
  return out;
}

std::string text_at(const std::map<std::string, std::string>& map, const std::string& well) {
  const auto found = map.find(well);
  return found == map.end() ? "" : found->second;
}

double number_at(const std::map<std::string, double>& map, const std::string& well) {
  const auto found = map.find(well);
  return found == map.end() ? kNaN : found->second;
}

}  // namespace vesica::plate_reading
