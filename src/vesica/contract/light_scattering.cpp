// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/light_scattering.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/light_scattering_names.h"
#include "vesica/quantity/quantity.h"

namespace vesica::scattering {

namespace {

constexpr std::size_t kMostRecords = 20'000;  // of a file, chosen
constexpr std::size_t kLeastClasses = 3;      // of what is taken for a distribution, chosen
constexpr std::string_view kResults[] = {"z_average", "pdi", "zeta_potential", "mobility", "peak_1_mean"};

bool is_result(const std::string& field) {
  return std::find(std::begin(kResults), std::end(kResults), field) != std::end(kResults);
}

/// A cell as a number: by the sheet's decimal mark, or, in a workbook's text, by a comma that cannot group.
double number_of(const Sheet& sheet, std::size_t row, std::size_t column) {
  const double value = sheet.number_at(row, column);
  if (!std::isnan(value)) return value;
  const std::string& text = sheet.at(row, column).text;
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || trim(std::string_view(text).substr(comma + 1)).size() == 3) return kNaN;
  return parse_number(text, DecimalMark::kComma).value_or(kNaN);
}

/// Classes come in ascending order; one that does not is none.
bool ascends(const Curve& curve, double size) { return curve.at.empty() || size > curve.at.back(); }

class Reader {
 public:
  Reader(const Workbook& book, const std::string& path) : book_(book), path_(path) {}

  Export run() {
    for (const Sheet& sheet : book_.sheets) {
      const std::size_t before = out_.records.size();
      if (!read_measurement(sheet) && !read_records(sheet)) read_list(sheet);
      if (out_.records.size() == before) read_distribution(sheet);
    }
    std::erase_if(out_.records, [](const Record& record) { return !record.has_size() && !record.has_zeta(); });
    if (out_.records.empty())
      throw Error(ErrorKind::kData, say("No table of sizes or zeta potentials was found."), {path_, 0, 0, ""},
                  say("Export the records with their column names: Z-Average, PdI or Zeta Potential among them."));
    return std::move(out_);
  }

 private:
  /// Puts a cell where its name says; nothing for an empty one.
  void take(Record& record, const Known& what, const Sheet& sheet, std::size_t row, std::size_t column,
            std::string_view unit) {
    const std::string_view text = trim(sheet.at(row, column).text);
    if (what.kind == Kind::kWord) {
      if (text.empty()) return;
      if (what.field == "sample" && record.sample.empty()) record.sample = text;
      if (what.field == "number") record.number = text;
      if (what.field == "quality" || what.field == "status") add_quality(record, text);
      return;
    }
    const double value = number_of(sheet, row, column);
    if (!std::isfinite(value)) return;
    const std::optional<double> converted = convert(what, value, unit, sheet.place(row, column));
    if (!converted) return;
    if (what.index == 0) {
      record.values.try_emplace(what.field, *converted);
    } else {
      std::vector<double>& cells = arrays_[what.field];
      if (cells.size() < what.index) cells.resize(what.index, kNaN);
      cells[what.index - 1] = *converted;
    }
  }

  static void add_quality(Record& record, std::string_view text) {
    constexpr std::string_view kFine[] = {
        "good", "complete", "completed", "ok", "pass", "valid", "result meets quality criteria"};
    if (std::find(std::begin(kFine), std::end(kFine), plain(text)) != std::end(kFine)) return;
    if (!std::isnan(parse_number(text).value_or(kNaN))) return;
    record.quality += (record.quality.empty() ? "" : "; ") + std::string(shortened(text, 120));
  }

  std::optional<double> convert(const Known& what, double value, std::string_view unit, const Place& place) {
    const std::string squeezed = squeeze(unit);
    if (what.kind == Kind::kTemperature && squeezed == "k") return value - 273.15;
    if (const auto factor = factor_of(what.kind, unit)) return value * *factor;
    if (complained_.insert(what.field + " " + squeezed).second) {
      Issue issue;
      issue.kind = "scattering.unknown_unit";
      issue.message = squeezed.empty() ? say("The {} stands without a unit and is left out.", what.field)
                                       : say("The {} has the unit \"{}\", which is not understood: left out.",
                                             what.field, std::string(shortened(unit, 30)));
      issue.where = place;
      issue.hint = say("Export it with a usual unit in the header, such as nm, kcps, mV or mS/cm.");
      issue.input = path_;
      out_.issues.push_back(std::move(issue));
    }
    return std::nullopt;
  }

  void finish(Record& record) {
    const std::vector<double> sizes = std::exchange(arrays_["sizes"], {});
    for (const char* name : {"intensity", "volume", "number"}) {
      const std::vector<double> shares = std::exchange(arrays_[name], {});
      Curve curve;
      for (std::size_t i = 0; i < std::min(sizes.size(), shares.size()); ++i) {
        if (!(sizes[i] > 0) || std::isnan(shares[i]) || !ascends(curve, sizes[i])) continue;
        curve.at.push_back(sizes[i]);
        curve.value.push_back(shares[i]);
      }
      if (!curve.at.empty()) record.curves.try_emplace(name, std::move(curve));
    }
  }

  void keep(Record record) {
    if (out_.records.size() < kMostRecords) out_.records.push_back(std::move(record));
  }

  /// Columns of a header row; empty when the row is none: two known names, a result or a distribution among them.
  static std::vector<std::optional<Known>> header(const Sheet& sheet, std::size_t row) {
    std::vector<std::optional<Known>> out;
    std::size_t names = 0, results = 0;
    for (const Cell& cell : sheet.rows[row]) {
      out.push_back(cell.typed ? std::nullopt : known(cell.text));
      if (!out.back()) continue;
      ++names;
      if (is_result(out.back()->field) || out.back()->index > 0) ++results;
    }
    // Two names of which none is a result, or a name beside its value, make no header.
    return names >= 2 && results >= 1 ? out : std::vector<std::optional<Known>>();
  }

  bool read_records(const Sheet& sheet) {
    std::vector<std::optional<Known>> columns;
    std::vector<std::size_t> earlier;  // records of the sections above, not yet met again
    std::vector<std::size_t> section;
    bool found = false;
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      auto next = header(sheet, row);
      if (!next.empty()) {
        columns = std::move(next);
        earlier.insert(earlier.end(), section.begin(), section.end());
        section.clear();
        found = true;
        continue;
      }
      if (columns.empty()) continue;
      Record record;
      record.where = sheet.place(row, 0);
      for (std::size_t c = 0; c < std::min(columns.size(), sheet.rows[row].size()); ++c)
        if (columns[c]) take(record, *columns[c], sheet, row, c, columns[c]->unit);
      finish(record);
      if (record.values.empty() && record.curves.empty()) continue;
      if (merge(record, earlier)) continue;
      section.push_back(out_.records.size());
      keep(std::move(record));
    }
    return found;
  }

  /// Completes the record of an earlier section that has the same sample and number.
  bool merge(const Record& record, std::vector<std::size_t>& earlier) {
    for (auto it = earlier.begin(); it != earlier.end(); ++it) {
      if (*it >= out_.records.size()) continue;
      Record& first = out_.records[*it];
      if (first.sample != record.sample || first.number != record.number) continue;
      for (const auto& [name, value] : record.values) first.values.try_emplace(name, value);
      for (const auto& [name, curve] : record.curves) first.curves.try_emplace(name, curve);
      if (first.quality.empty()) first.quality = record.quality;
      earlier.erase(it);
      return true;
    }
    return false;
  }

  /// A sheet that is one measurement: name, value and unit side by side, in the first or the second column.
  bool read_measurement(const Sheet& sheet) {
    const bool is_one = std::any_of(sheet.rows.begin(), sheet.rows.end(), [](const auto& row) {
      return row.size() > 1 && plain(row[0].text) == "measurement name";
    });
    if (!is_one) return false;
    Record record;
    record.where = sheet.place(0, 0);
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      for (std::size_t c = 0; c < 2; ++c) {
        const auto what = known(sheet.at(row, c).text);
        if (!what || what->index > 0) continue;
        const bool is_name = what->field == "sample";
        if (is_name && plain(sheet.at(row, c).text) != "measurement name") continue;  // of the solvent, of the cell
        take(record, *what, sheet, row, c + 1, what->unit.empty() ? sheet.at(row, c + 2).text : what->unit);
      }
    }
    read_weighted(sheet, record);
    keep(std::move(record));
    return true;
  }

  /// Kalliope's distributions: "Particle diameter" beside "Intensity weighted", "Volume weighted", "Number weighted".
  void read_weighted(const Sheet& sheet, Record& record) {
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      const auto& cells = sheet.rows[row];
      const auto size = std::find_if(cells.begin(), cells.end(),
                                     [](const Cell& cell) { return plain(cell.text) == "particle diameter"; });
      if (size == cells.end()) continue;
      const auto at = static_cast<std::size_t>(size - cells.begin());
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string name = plain(cells[c].text);
        const std::size_t cut = name.find(" weighted");
        if (cut == std::string::npos) continue;
        Curve curve = column_curve(sheet, row + 1, at, c, 1);
        if (!curve.at.empty()) record.curves.try_emplace(name.substr(0, cut), std::move(curve));
      }
      return;
    }
  }

  static Curve column_curve(const Sheet& sheet, std::size_t from, std::size_t at, std::size_t column, double factor) {
    Curve curve;
    for (std::size_t row = from; row < sheet.rows.size() && curve.at.size() < kMostClasses; ++row) {
      const double size = number_of(sheet, row, at), share = number_of(sheet, row, column);
      if (!(size > 0) || !std::isfinite(share) || !std::isfinite(size) || !ascends(curve, size * factor)) continue;
      curve.at.push_back(size * factor);
      curve.value.push_back(share);
    }
    return curve;
  }

  /// Names in the first column, a measurement in each of the others.
  void read_list(const Sheet& sheet) {
    std::size_t width = 0, results = 0;
    std::vector<std::pair<std::size_t, Known>> lines;
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      const auto what = known(sheet.at(row, 0).text);
      if (!what || what->index > 0 || sheet.rows[row].size() < 2) continue;
      lines.emplace_back(row, *what);
      width = std::max(width, sheet.rows[row].size());
      results += is_result(what->field) ? 1 : 0;
    }
    if (results == 0) return;
    for (std::size_t c = 1; c < width; ++c) {
      Record record;
      record.where = sheet.place(lines.front().first, c);
      for (const auto& [row, what] : lines) take(record, what, sheet, row, c, what.unit);
      if (!record.values.empty()) keep(std::move(record));
    }
  }

  /// A sheet that is one distribution.
  void read_distribution(const Sheet& sheet) {
    constexpr std::string_view kSizes[] = {"size", "sizes", "diameter", "particle diameter", "hydrodynamic diameter"};
    constexpr std::pair<std::string_view, std::string_view> kShares[] = {
        {"intensity", "intensity"},   {"mean intensity", "intensity"},
        {"volume", "volume"},         {"mean volume", "volume"},
        {"number", "number"},         {"mean number", "number"},
        {"intensities", "intensity"}, {"volumes", "volume"},
        {"numbers", "number"}};
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      Record record;
      record.where = sheet.place(row, 0);
      std::optional<std::size_t> sizes;
      double factor = 1;
      for (std::size_t c = 0; c < sheet.rows[row].size(); ++c) {
        const Title title = title_of(sheet.rows[row][c].text);
        if (!sizes && std::find(std::begin(kSizes), std::end(kSizes), title.name) != std::end(kSizes)) {
          const auto found = factor_of(Kind::kLength, title.unit);
          if (!found) continue;
          sizes = c;
          factor = *found;
        } else if (sizes && (squeeze(title.unit) == "%" || squeeze(title.unit) == "percent")) {
          for (const auto& [word, field] : kShares)
            if (title.name == word) {
              Curve curve = column_curve(sheet, row + 1, *sizes, c, factor);
              if (curve.at.size() >= kLeastClasses) record.curves.try_emplace(std::string(field), std::move(curve));
            }
        }
      }
      if (record.curves.empty()) continue;
      keep(std::move(record));
      return;
    }
  }

  const Workbook& book_;
  const std::string& path_;
  Export out_;
  std::map<std::string, std::vector<double>> arrays_;
  std::set<std::string> complained_;
};

/// "EV 12" as "EV" and "12"; nothing when no number stands behind a blank.
std::optional<std::pair<std::string, std::string>> numbered(const std::string& name) {
  const std::size_t blank = name.find_last_of(' ');
  if (blank == std::string::npos || blank == 0 || blank + 1 == name.size() || name.size() - blank > 5)
    return std::nullopt;
  const std::string tail = name.substr(blank + 1);
  if (!std::all_of(tail.begin(), tail.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return std::pair{std::string(trim(std::string_view(name).substr(0, blank))), tail};
}

}  // namespace

double Record::value(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? kNaN : found->second;
}
bool Record::has_size() const {
  return values.contains("z_average") || values.contains("peak_1_mean") || values.contains("intensity_mean") ||
         !curves.empty();
}
bool Record::has_zeta() const { return values.contains("zeta_potential") || values.contains("mobility"); }

Export read_export(const Workbook& book, const std::string& path) { return Reader(book, path).run(); }

void name_replicates(std::vector<Record>& records) {
  std::map<std::string, std::set<std::string>> tails;
  std::map<std::string, std::size_t> records_of;
  for (const Record& record : records) {
    if (const auto parts = numbered(record.sample)) {
      tails[parts->first].insert(parts->second);
      ++records_of[parts->first];
    }
  }
  std::map<std::string, std::size_t> seen, all;
  for (Record& record : records) {
    const auto parts = numbered(record.sample);
    // A repeat of its own for each record: else the number belongs to the name.
    if (parts && tails[parts->first].size() >= 2 && tails[parts->first].size() == records_of[parts->first]) {
      record.sample = parts->first;
      record.replicate = parts->second;
    } else {
      ++all[record.sample];
    }
  }
  std::set<std::pair<std::string, std::string>> taken;
  for (Record& record : records) {
    if (record.replicate.empty() && all[record.sample] > 1) record.replicate = std::to_string(++seen[record.sample]);
    // "EV", "EV", "EV 1" and "EV 2": the later of two that would have one name gets a number behind its own.
    const std::string own = record.replicate;
    for (std::size_t k = 2; !taken.insert({record.sample, record.replicate}).second; ++k)
      record.replicate = (own.empty() ? "" : own + ".") + std::to_string(k);
  }
}

bool holds(const Reading& reading, bool (Record::*wanted)() const) {
  try {
    const Workbook* book = reading.as<Workbook>();
    if (book == nullptr) return false;
    const Export found = read_export(*book, reading.path);
    return std::any_of(found.records.begin(), found.records.end(),
                       [&](const Record& record) { return (record.*wanted)(); });
  } catch (const Error&) {
    return false;  // what is no export suits nobody
  }
}

std::string sample_of(const Record& record, const std::vector<Record>& all, const InputFacts& facts) {
  const bool is_one =
      std::all_of(all.begin(), all.end(), [&](const Record& each) { return each.sample == record.sample; });
  return record.sample.empty() || (is_one && !facts.sample.empty()) ? facts.sample : record.sample;
}

void Rows::add(const Record& record, std::string_view quantity, double value, std::string_view part, double at) {
  if (std::isnan(value)) return;
  const Quantity* entry = find_quantity(quantity);
  if (!(value >= entry->low && value <= entry->high)) {
    warn(record, Severity::kError, "scattering.impossible",
         say("{} cannot be {}: left out.", translate(entry->symbol), readable_number(value)),
         say("Check the unit in the column's name."));
    return;
  }
  Observation row = facts_.row(quantity);
  row.sample = sample_of(record, all_, facts_);
  if (!record.replicate.empty())
    row.replicate = row.replicate.empty() ? record.replicate : row.replicate + "." + record.replicate;
  row.part = part;
  row.at = at;
  row.value = value;
  out_.observations.add(row);
}

void Rows::warn(const Record& record, Severity severity, std::string_view kind, std::string message, std::string hint) {
  Issue issue;
  issue.severity = severity;
  issue.kind = kind;
  issue.message = std::move(message);
  issue.where = record.where;
  issue.hint = std::move(hint);
  issue.input = path_;
  issue.sample = sample_of(record, all_, facts_);
  out_.issues.push_back(std::move(issue));
}

}  // namespace vesica::scattering
