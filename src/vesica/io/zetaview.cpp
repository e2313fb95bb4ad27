// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/zetaview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/nanosight_parts.h"
#include "vesica/io/report_lines.h"

namespace vesica {

namespace {

constexpr std::size_t kMaxBins = 100000;    // chosen: ZetaView writes 1,200 and 200
constexpr std::size_t kMaxEntries = 20000;  // chosen: a file has about 80
constexpr double kStepTolerance = 2e-3;     // chosen: centres are printed with four digits
constexpr double kLogReach = 0.9;           // chosen: a whole log table ends beyond the last linear bin
constexpr std::size_t kColumns = 5;
constexpr std::size_t kHead = 1 << 16;  // bytes that hold every header line
constexpr std::array<std::string_view, kColumns> kTableColumns = {"Size", "Number", "Concentration", "Volume", "Area"};

std::string_view first_line(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text.substr(0, text.find_first_of("\r\n"));
}

[[noreturn]] void refuse(std::string_view format, std::string_view text, const std::string& file) {
  const Place start{file, 1, 1, ""};
  if (format == "zetaview_profile") {
    throw Error(ErrorKind::kUnsupported,
                say("This is a ZetaView zeta potential profile; it holds no size distribution."), start,
                say("Leave it out, or give the matching \"_size_\" text."));
  }
  if (format == "zetaview_positions") {
    throw Error(ErrorKind::kUnsupported, say("This is ZetaView's table over positions; it holds no size distribution."),
                start,
                say("Give the \"_size_\" text of the same run; to use this table as it is, measure it with the assay "
                    "\"table\"."));
  }
  if (trim(text).empty()) {
    throw Error(ErrorKind::kData, say("The file is empty."), start, say("Export it again from the ZetaView software."));
  }
  throw Error(ErrorKind::kData,
              say("This is no ZetaView text: it begins with \"{}\".", shortened(trim(first_line(text)))), start,
              say("Expected the \"_size_\" text export of ZetaView 8."));
}

/// "Dilution::" → "Dilution"; empty when the token is no key.
std::string_view key_of(std::string_view token) {
  if (token.empty() || token.back() != ':') return {};
  while (!token.empty() && token.back() == ':') token.remove_suffix(1);
  return trim(token);
}

class ZetaviewReader {
 public:
  ZetaviewReader(std::string_view text, const std::string& file) : cursor_(text, file) {}
  SizeReport read();

 private:
  void read_header();
  void read_header_line(std::string_view line);
  void open_entry(std::string_view key);
  void read_tables();
  void check_table_header();
  bool read_rows(SizeTable& table);
  void add_row(SizeTable& table, const double* row) const;
  void set_edges(SizeTable& table) const;
  void interpret();
  std::optional<double> number(std::string_view section, std::string_view key) const;
  [[noreturn]] void cut_off(const std::string& what) const {
    throw Error(ErrorKind::kData, what, cursor_.place(),
                say("The file is cut off or edited; copy it again or export it again from the ZetaView software."));
  }

  LineCursor cursor_;
  SizeReport report_;
  std::string section_ = "Header";
  DecimalMark mark_ = DecimalMark::kPoint;
};

SizeReport ZetaviewReader::read() {
  report_.vendor = "ZetaView";
  report_.format = "zetaview_text";
  read_header();
  read_tables();
  interpret();
  return std::move(report_);
}

void ZetaviewReader::read_header() {
  std::string_view line;
  while (cursor_.next(line)) {
    const std::string_view text = trim(line);
    if (text == "Size Distribution") return;
    if (!text.empty()) read_header_line(line);
    if (report_.entries.size() > kMaxEntries) cut_off(say("More than {} lines before the size table.", kMaxEntries));
  }
  cut_off(say("The line \"Size Distribution\" and the tables below it are missing."));
}

void ZetaviewReader::open_entry(std::string_view key) {
  report_.entries.push_back({section_, std::string(key), {}, cursor_.place(1, std::string(key))});
}

/// `Key:<tab>value[<tab>extra]`, several keys on one line, `Key: value` with a space, and section headings.
void ZetaviewReader::read_header_line(std::string_view line) {
  const std::string_view whole = trim(line);
  if (whole == "Image Evaluation:" || whole == "Cell parameter:") {
    section_ = key_of(whole);
    return;
  }
  if (whole.starts_with("Results") && whole.back() == ':') {
    section_ = "Results";
    return;
  }
  bool open = false;
  for (const std::string_view raw : split(line, '\t')) {
    const std::string_view token = trim(raw);
    const std::string_view key = key_of(token);
    const std::size_t colon = token.find(": ");
    if (!key.empty()) {
      open_entry(key);
      open = true;
    } else if (!open && colon != std::string_view::npos) {
      open_entry(trim(token.substr(0, colon)));
      report_.entries.back().values.emplace_back(trim(token.substr(colon + 2)));
      open = true;
    } else if (!open) {
      open_entry(token);
      open = true;
    } else {
      report_.entries.back().values.emplace_back(token);
    }
  }
}

void ZetaviewReader::check_table_header() {
  std::string_view line;
  if (!cursor_.next(line)) cut_off(say("The size table is missing."));
  const std::vector<std::string_view> cells = split(line, '\t');
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::string_view cell = i < cells.size() ? trim(cells[i]) : std::string_view{};
    if (cell.starts_with(kTableColumns[i])) continue;
    throw Error(
        ErrorKind::kData,
        say("Column {} of the size table is \"{}\", expected \"{}\".", i + 1, shortened(cell), kTableColumns[i]),
        cursor_.place(), say("Export the file again from the ZetaView software."));
  }
}

/// Rows up to a separator of -1 (true) or the end of the text (false).
bool ZetaviewReader::read_rows(SizeTable& table) {
  std::array<double, kColumns> row{};
  std::string_view line;
  while (cursor_.next(line)) {
    if (is_blank_line(line, '\t')) continue;
    if (table.centre_nm.empty() && line.find(',') != std::string_view::npos) mark_ = DecimalMark::kComma;
    const std::size_t used = read_numbers(cursor_, line, '\t', mark_, kColumns, row.data());
    if (used > kColumns) cut_off(say("The line has {} value(s), the size table {} column(s).", used, kColumns));
    if (row[0] < 0) {
      if (!table.centre_nm.empty()) return true;
      continue;  // further lines of a separator
    }
    if (table.centre_nm.size() >= kMaxBins) cut_off(say("More than {} bins.", kMaxBins));
    if (!table.centre_nm.empty() && !(row[0] > table.centre_nm.back())) {
      cut_off(say("Sizes do not ascend: {} nm after {} nm.", row[0], table.centre_nm.back()));
    }
    add_row(table, row.data());
  }
  return false;
}

void ZetaviewReader::add_row(SizeTable& table, const double* row) const {
  for (std::size_t i = 1; i < kColumns; ++i) {
    if (row[i] < 0) cut_off(say("A bin holds {}: less than nothing.", row[i]));
  }
  table.centre_nm.push_back(row[0]);
  table.number.push_back(row[1]);
  table.concentration_per_ml.push_back(row[2]);
  table.volume_nm3.push_back(row[3]);
  table.area_nm2.push_back(row[4]);
}

/// Linear bins: half a step to both sides. Logarithmic bins: geometric middles, because centres are geometric.
void ZetaviewReader::set_edges(SizeTable& table) const {
  const std::vector<double>& c = table.centre_nm;
  const std::size_t n = c.size();
  const bool log = table.scale == "log";
  const double step = (c.back() - c.front()) / static_cast<double>(n - 1);
  const double ratio = c.front() > 0 ? std::pow(c.back() / c.front(), 1.0 / static_cast<double>(n - 1)) : 1.0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) {
      const double expected = log ? c[i - 1] * ratio : c[i - 1] + step;
      if (std::abs(c[i] - expected) > kStepTolerance * (log ? c[i] : std::max(step, c[i] * 0.5))) {
        cut_off(say("Bins are missing: {} nm follows {} nm.", c[i], c[i - 1]));
      }
    }
    table.lower_nm.push_back(log ? c[i] / std::sqrt(ratio) : std::max(0.0, c[i] - step / 2));
    table.upper_nm.push_back(log ? c[i] * std::sqrt(ratio) : c[i] + step / 2);
  }
}

void ZetaviewReader::read_tables() {
  check_table_header();
  SizeTable linear;
  linear.weighting = "number";
  SizeTable log = linear;
  log.scale = "log";
  const bool separated = read_rows(linear);
  const bool empty_run = number("Header", "Number of Traces") == 0.0;
  if (empty_run && linear.centre_nm.empty()) {  // a run without any trace writes tables without rows
    report_.videos.emplace_back().tables = {linear, log};
    return;
  }
  if (linear.centre_nm.size() < 2) cut_off(say("The linear size table has {} line(s).", linear.centre_nm.size()));
  if (!separated) cut_off(say("The file ends in the linear size table, at {} nm.", linear.centre_nm.back()));
  read_rows(log);
  if (log.centre_nm.size() < 2) cut_off(say("The logarithmic size table has {} line(s).", log.centre_nm.size()));
  if (log.centre_nm.back() < kLogReach * linear.centre_nm.back()) {
    cut_off(say("The file ends in the logarithmic size table, at {} nm.", log.centre_nm.back()));
  }
  set_edges(linear);
  set_edges(log);
  SizeVideo video;
  video.tables.push_back(std::move(linear));
  video.tables.push_back(std::move(log));
  report_.videos.push_back(std::move(video));
}

std::optional<double> ZetaviewReader::number(std::string_view section, std::string_view key) const {
  const ReportEntry* entry = report_.find(section, key);
  if (entry == nullptr || entry->values.empty() || entry->values[0].empty()) return std::nullopt;
  const std::optional<double> value = parse_number(entry->values[0], mark_);
  if (!value) {
    throw Error(ErrorKind::kData, say("\"{}\" is not a number.", shortened(entry->values[0])), entry->place,
                say("Export the file again from the ZetaView software, without editing it."));
  }
  return std::isfinite(*value) ? value : std::nullopt;
}

void ZetaviewReader::interpret() {
  const auto text = [&](std::string_view section, std::string_view key) -> std::string {
    const ReportEntry* entry = report_.find(section, key);
    return entry == nullptr || entry->values.empty() ? "" : entry->values[0];
  };
  SizeVideo& video = report_.videos.front();
  report_.software_version = text("Header", "Software");
  report_.experiment = text("Header", "Experiment");
  video.name =
      report_.experiment.empty() ? std::string(base_name(text("Header", "Original File"))) : report_.experiment;
  report_.temperature_c = number("Header", "Temperature");
  report_.viscosity_mpa_s = number("Header", "Viscosity");
  report_.noted_dilution = number("Header", "Dilution");
  report_.pixel_um = number("Cell parameter", "Micrometer per Pixel");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  video.temperature_c = report_.temperature_c.value_or(kNone);
  video.viscosity_mpa_s = report_.viscosity_mpa_s.value_or(kNone);
  video.particles_per_frame = number("Header", "Average Number of Particles").value_or(kNone);
  video.completed_tracks = number("Header", "Number of Traces").value_or(kNone);
  video.valid_tracks = video.completed_tracks;
  for (SizeTable& table : video.tables) table.printed["d50"] = number("Results", "Median Number (D50)").value_or(kNone);
  const std::string camera = text("Image Evaluation", "Camera");
  const std::size_t rate = camera.find("FRate ");
  if (rate != std::string::npos) report_.frame_rate_hz = parse_number(std::string_view(camera).substr(rate + 6), mark_);
  const std::string drift = text("Header", "Particle Drift Check Result");
  if (!drift.empty() && !equals_ignoring_case(drift, "ok") && drift.find("ood") == std::string::npos) {
    video.flags["Particle Drift Check Result"] = drift;
  }
  const std::string cell = text("Header", "Cell Check Result");
  if (!cell.empty() && cell.find("ood") == std::string::npos) video.flags["Cell Check Result"] = cell;
}

}  // namespace

std::string_view zetaview_format(std::string_view head) {
  const std::string_view line = first_line(head);
  if (line.starts_with("Use\tPosition\t")) return "zetaview_positions";
  if (!line.starts_with("Original File:") || lower_ascii(head).find("zetaview") == std::string::npos) return "";
  const std::size_t type = head.find("Type of Measurement:");
  if (type == std::string_view::npos) return "zetaview_text";
  const std::string_view word = trim(head.substr(type + 20, head.find_first_of("\r\n", type) - type - 20));
  return word.empty() || word.starts_with("Size") ? "zetaview_text" : "zetaview_profile";
}

SizeReport read_zetaview(std::string_view bytes, const std::string& file) {
  if (zetaview_format(bytes.substr(0, kHead)) == "zetaview_profile") refuse("zetaview_profile", bytes, file);
  const DecodedText decoded = decode_text(bytes, file);  // profiles hold zero bytes, so they are refused before
  const std::string_view head = std::string_view(decoded.utf8).substr(0, kHead);
  const std::string_view format = zetaview_format(head);
  if (format != "zetaview_text") refuse(format, head, file);
  return ZetaviewReader(decoded.utf8, file).read();
}

}  // namespace vesica
