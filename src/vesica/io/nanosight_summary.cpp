// SPDX-License-Identifier: Apache-2.0
// NanoSight ExperimentSummary and single-analysis summary, NTA 3.0 to 3.4, by (section, key).
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

constexpr std::size_t kMaxVideos = 1000;    // chosen: a hundred times the most that was met
constexpr std::size_t kMaxEntries = 20000;  // chosen: a summary has about 60
constexpr std::size_t kMaxBins = 100000;    // chosen: NTA writes 1,000
constexpr std::size_t kMaxBlocks = 64;      // chosen: NTA writes 1 or 6
constexpr std::size_t kPercentiles = 101;   // 0 to 100
constexpr double kStepTolerance = 1e-3;     // chosen: bin centres are printed exactly
constexpr std::string_view kDetails = "Experiment Details";
constexpr std::string_view kResults = "Results";

/// A distribution that [Data Included] promises.
struct Promise {
  std::string axis;
  std::string weighting;
  bool percentiles = false;
  bool met = false;
  Place place;
};

/// "Number" → "number", "Surface Area" and "Surface area" → "surface", "Volume" → "volume"; empty otherwise.
std::string weighting_word(std::string_view text) {
  if (starts_with_ignoring_case(text, "number")) return "number";
  if (starts_with_ignoring_case(text, "surface")) return "surface";
  if (starts_with_ignoring_case(text, "volume")) return "volume";
  return "";
}

/// What NTA writes where it has no number.
bool says_no_number(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kWords = {"N/A", "Not recorded", "No Data", "-"};
  return text.empty() ||
         std::any_of(kWords.begin(), kWords.end(), [&](std::string_view w) { return equals_ignoring_case(text, w); });
}

/// Words by which a warning says that there is none.
bool is_quiet(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kWords = {"", "OK", "No", "N/A"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view w) { return equals_ignoring_case(word, w); });
}

/// The numbers that a video's line fills, by section and beginning of the key (keys repeat across sections).
struct NumberKey {
  std::string_view section;
  std::string_view key;
  double SizeVideo::*member;
};
constexpr std::array<NumberKey, 8> kNumberKeys = {{
    {"Conditions", "Temperature", &SizeVideo::temperature_c},
    {"Conditions", "Viscosity", &SizeVideo::viscosity_mpa_s},
    {kResults, "Dilution factor", &SizeVideo::recorded_dilution},
    {kResults, "Concentration (", &SizeVideo::concentration_per_ml},
    {kResults, "Particles per frame", &SizeVideo::particles_per_frame},
    {kResults, "Completed tracks", &SizeVideo::completed_tracks},
    {kResults, "X-Drift", &SizeVideo::drift_x},
    {kResults, "Y-Drift", &SizeVideo::drift_y},
}};

struct StatisticKey {
  std::string_view key;
  const char* name;
};
constexpr std::array<StatisticKey, 7> kStatisticKeys = {{{"Mean", "mean"},
                                                         {"Mode", "mode"},
                                                         {"SD", "sd"},
                                                         {"D10", "d10"},
                                                         {"D50", "d50"},
                                                         {"D90", "d90"},
                                                         {"Valid Tracks", "valid_tracks"}}};

class SummaryReader {
 public:
  SummaryReader(std::string_view text, const std::string& file)
      : cursor_(text, file), separator_(separator_after(text, "Filename:")) {
    mark_ = separator_ == ',' ? DecimalMark::kPoint : DecimalMark::kComma;
  }

  SizeReport read();

 private:
  void read_sections();
  void add_entry(const Record& record);
  void read_manifest(const Record& record);
  void read_promise(const Record& record);
  void read_video_numbers(const Record& record);
  void read_flags(const Record& record);
  void check_width(const Record& record) const;
  void read_blocks(const std::string& axis);
  void begin_block(const Record& record, const std::string& axis);
  void check_block_names(const Record& record) const;
  void read_statistic(const Record& record, const char* name);
  void read_bins(const Record& header);
  std::size_t check_bin_header(const Record& header) const;
  void check_bins(const SizeTable& first, int first_line) const;
  void read_percentiles();
  void finish_block();
  void finish();
  double number_in(const Record& record, std::size_t cell) const;
  std::size_t n() const { return report_.videos.size(); }
  Promise* current_promise();
  [[noreturn]] void fail(const Place& place, const std::string& what, const std::string& hint) const {
    throw Error(ErrorKind::kData, what, place, hint);
  }
  [[noreturn]] void cut_off(const std::string& what) const {
    fail(cursor_.place(), what,
         say("The file is cut off or edited; copy it again or export it again from the NTA software."));
  }

  LineCursor cursor_;
  char separator_;
  DecimalMark mark_;
  SizeReport report_;
  std::string section_;
  std::vector<Promise> promises_;
  std::size_t blocks_ = 0;
  bool block_open_ = false;
  bool block_has_bins_ = false;
  bool block_has_percentiles_ = false;
};

SizeReport SummaryReader::read() {
  report_.vendor = "NanoSight";
  report_.format = "nanosight_summary";
  read_sections();
  finish();
  return std::move(report_);
}

void SummaryReader::read_sections() {
  Record record;
  while (read_record(cursor_, separator_, record)) {
    const std::string& key = record.cell(0);
    if (key.size() > 2 && key.front() == '[' && key.back() == ']') {
      section_ = key.substr(1, key.size() - 2);
      if (section_ == "Size Data") read_blocks("diameter");
      if (section_ == "Diffusion Coefficient Data") read_blocks("diffusion");
    } else if (!key.empty()) {
      add_entry(record);
    }
  }
}

void SummaryReader::add_entry(const Record& record) {
  const std::string& key = record.cell(0);
  if (report_.entries.size() >= kMaxEntries) {
    fail(cursor_.place(), say("More than {} lines of settings: this is no summary.", kMaxEntries),
         say("Export it again."));
  }
  ReportEntry entry{section_, key, {}, {cursor_.file(), record.line, 1, "[" + section_ + "] " + key}};
  if (record.used() > 1)
    entry.values.assign(record.cells.begin() + 1, record.cells.begin() + static_cast<long>(record.used()));
  report_.entries.push_back(std::move(entry));
  if (section_.empty() && key.starts_with("Created with ")) report_.software_version = key.substr(13);
  if (section_ == kDetails && key == "Experiment Name") report_.experiment = record.cell(1);
  if (section_ == kDetails && key == "Filename:") return read_manifest(record);
  if (section_ == "Data Included") return read_promise(record);
  if (section_ == "Conditions" || section_ == "Settings" || section_ == kResults) check_width(record);
  read_video_numbers(record);
  if (section_ == "Concentration Warnings" || section_ == "Information") read_flags(record);
}

void SummaryReader::read_manifest(const Record& record) {
  if (!report_.videos.empty()) {
    fail(cursor_.place(), say("A second list of videos (\"Filename:\") in one file: two summaries were joined."),
         say("Give each summary as a file of its own."));
  }
  const std::size_t count = record.used();
  if (count < 2) cut_off(say("The list of videos (\"Filename:\") is empty."));
  if (count - 1 > kMaxVideos) {
    fail(cursor_.place(), say("The list of videos has {} names; at most {} are read.", count - 1, kMaxVideos),
         say("Split the experiment in the NTA software."));
  }
  for (std::size_t i = 1; i < count; ++i) {
    if (record.cell(i).empty()) {
      fail(cursor_.place(record.columns[i], "Filename:"), say("Video {} in the list of videos has no name.", i),
           say("Export the summary again; names in the list decide which column belongs to which video."));
    }
    SizeVideo video;
    video.name = record.cell(i);
    report_.videos.push_back(std::move(video));
  }
}

void SummaryReader::read_promise(const Record& record) {
  const std::string& text = record.cell(0);
  Promise promise;
  if (starts_with_ignoring_case(text, "Size distribution")) promise.axis = "diameter";
  if (starts_with_ignoring_case(text, "Diffusion distribution")) promise.axis = "diffusion";
  const std::size_t dash = text.find(" - ");
  if (promise.axis.empty() || dash == std::string::npos) return;
  promise.weighting = weighting_word(std::string_view(text).substr(dash + 3));
  promise.percentiles = lower_ascii(text).find("with percentiles") != std::string::npos;
  promise.place = cursor_.place(1, "[Data Included]");
  if (!promise.weighting.empty()) promises_.push_back(std::move(promise));
}

void SummaryReader::check_width(const Record& record) const {
  // Results carry an average and a standard error behind the videos; more than that are decimal commas.
  const std::size_t most = n() + 1 + (section_ == kResults ? 2 : 0);
  if (n() == 0 || record.used() <= most) return;
  fail(cursor_.place(record.columns[most], "[" + section_ + "] " + record.cell(0)),
       say("{} value(s) for {} video(s): decimal commas between comma-separated cells?", record.used() - 1, n()),
       say("Export the file again with decimal points, or with semicolons between the cells."));
}

double SummaryReader::number_in(const Record& record, std::size_t cell) const {
  const std::string& text = record.cell(cell);
  if (says_no_number(text)) return std::numeric_limits<double>::quiet_NaN();
  const std::optional<double> value = parse_number(text, mark_);
  if (value) return std::isfinite(*value) ? *value : std::numeric_limits<double>::quiet_NaN();
  fail(cursor_.place(record.columns[cell], "[" + section_ + "] " + record.cell(0)),
       say("\"{}\" is not a number.", shortened(text)), say("Export the summary again, without editing it."));
}

void SummaryReader::read_video_numbers(const Record& record) {
  for (const NumberKey& wanted : kNumberKeys) {
    if (wanted.section != section_ || !record.cell(0).starts_with(wanted.key)) continue;
    if (n() == 0) cut_off(say("\"{}\" comes before the list of videos (\"Filename:\").", record.cell(0)));
    for (std::size_t i = 0; i < n(); ++i) report_.videos[i].*wanted.member = number_in(record, i + 1);
    const bool concentration = wanted.member == &SizeVideo::concentration_per_ml;
    if (concentration && record.used() < n() + 1) {
      cut_off(say("\"{}\" has {} value(s) for {} video(s).", record.cell(0), record.used() - 1, n()));
    }
    for (std::size_t i = 0; i < n() && wanted.member == &SizeVideo::recorded_dilution; ++i) {
      if (report_.videos[i].recorded_dilution > 0 || std::isnan(report_.videos[i].recorded_dilution)) continue;
      fail(cursor_.place(record.columns[i + 1], record.cell(0)),
           say("The recorded dilution factor \"{}\" is not positive.", record.cell(i + 1)),
           say("Correct it in the NTA software and export again."));
    }
  }
}

void SummaryReader::read_flags(const Record& record) {
  const std::string& key = record.cell(0);
  if (key == "Vibration correction applied") return;  // a remedy, not a warning
  for (std::size_t i = 0; i < n(); ++i) {
    const std::string& word = record.cell(i + 1);
    if (!is_quiet(word)) report_.videos[i].flags[section_ + ": " + key] = word;
  }
}

void SummaryReader::read_blocks(const std::string& axis) {
  Record record;
  while (read_record(cursor_, separator_, record)) {
    const std::string& key = record.cell(0);
    if (key.empty()) continue;
    if (key.front() == '[') {
      cursor_.undo();
      break;
    }
    if (key == "Weighting") {
      begin_block(record, axis);
    } else if (key.starts_with("Bin centre")) {
      read_bins(record);
    } else if (key == "Percentile") {
      read_percentiles();
    } else if (key == "Filename") {
      check_block_names(record);
    } else {
      const auto known = std::find_if(kStatisticKeys.begin(), kStatisticKeys.end(),
                                      [&](const StatisticKey& s) { return s.key == key; });
      if (known != kStatisticKeys.end()) read_statistic(record, known->name);
    }
  }
  finish_block();
}

void SummaryReader::begin_block(const Record& record, const std::string& axis) {
  finish_block();
  if (n() == 0) cut_off(say("A distribution begins before the list of videos (\"Filename:\")."));
  if (++blocks_ > kMaxBlocks) {
    fail(cursor_.place(), say("More than {} distributions in one file.", kMaxBlocks), say("Export it again."));
  }
  SizeTable table;
  table.axis = axis;
  table.weighting = weighting_word(record.cell(1));
  if (table.weighting.empty()) {
    fail(cursor_.place(record.columns.back(), "Weighting"), say("Unknown weighting \"{}\".", shortened(record.cell(1))),
         say("Number, Surface Area and Volume are known; export the summary again."));
  }
  for (SizeVideo& video : report_.videos) video.tables.push_back(table);
  block_open_ = true;
  block_has_bins_ = block_has_percentiles_ = false;
  if (Promise* promise = current_promise()) promise->met = true;
}

Promise* SummaryReader::current_promise() {
  const SizeTable& table = report_.videos.front().tables.back();
  for (Promise& promise : promises_) {
    if (promise.axis == table.axis && promise.weighting == table.weighting) return &promise;
  }
  return nullptr;
}

void SummaryReader::check_block_names(const Record& record) const {
  for (std::size_t i = 0; i < n(); ++i) {
    if (record.cell(i + 1) == report_.videos[i].name) continue;
    fail(cursor_.place(i + 1 < record.columns.size() ? record.columns[i + 1] : 0, "Filename"),
         say("Column {} belongs to \"{}\", but the list of videos says \"{}\".", i + 2, record.cell(i + 1),
             report_.videos[i].name),
         say("Columns were moved or removed; export the summary again."));
  }
}

void SummaryReader::read_statistic(const Record& record, const char* name) {
  if (!block_open_) return;
  const bool tracks = std::string_view(name) == "valid_tracks";
  for (std::size_t i = 0; i < n(); ++i) {
    const double value = number_in(record, i + 1);
    report_.videos[i].tables.back().printed[name] = value;
    if (tracks) report_.videos[i].valid_tracks = value;
  }
}

std::size_t SummaryReader::check_bin_header(const Record& header) const {
  if (!block_open_) cut_off(say("A bin table without a \"Weighting\" line before it."));
  const std::size_t columns = header.used();
  if (columns < n() + 1) {
    cut_off(say("The bin table has columns for {} video(s), the list of videos has {}.", columns - 1, n()));
  }
  return columns;
}

void SummaryReader::read_bins(const Record& header) {
  const std::size_t columns = check_bin_header(header);
  const int first_line = cursor_.line() + 1;
  std::vector<double> row(n() + 1);
  std::vector<SizeTable*> tables;
  for (SizeVideo& video : report_.videos) tables.push_back(&video.tables.back());
  for (SizeTable* table : tables) table->concentration_per_ml.reserve(1000);
  SizeTable& first = *tables.front();
  first.centre_nm.reserve(1000);
  std::string_view line;
  while (cursor_.next(line)) {
    if (is_blank_line(line, separator_)) break;
    if (line.front() == '[' || line.front() == 'P' || line.front() == 'W') {
      cursor_.undo();
      break;
    }
    if (first.centre_nm.size() >= kMaxBins) cut_off(say("More than {} bins.", kMaxBins));
    const std::size_t used = read_numbers(cursor_, line, separator_, mark_, n() + 1, row.data());
    if (used > columns) {
      fail(cursor_.place(),
           say("The line has {} value(s), the table {} column(s): decimal commas between comma-separated cells?", used,
               columns),
           say("Export the file again with decimal points, or with semicolons between the cells."));
    }
    if (used < columns) cut_off(say("The line has {} value(s), the table {} column(s).", used, columns));
    first.centre_nm.push_back(row[0]);
    for (std::size_t i = 0; i < tables.size(); ++i) tables[i]->concentration_per_ml.push_back(row[i + 1]);
  }
  check_bins(first, first_line);
  const std::size_t bins = first.centre_nm.size();
  first.lower_nm.resize(bins);
  first.upper_nm.resize(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    const double before = i > 0 ? first.centre_nm[i] - first.centre_nm[i - 1] : first.centre_nm[1] - first.centre_nm[0];
    const double after = i + 1 < bins ? first.centre_nm[i + 1] - first.centre_nm[i] : before;
    first.lower_nm[i] = std::max(0.0, first.centre_nm[i] - before / 2);
    first.upper_nm[i] = first.centre_nm[i] + after / 2;
  }
  for (SizeTable* table : tables) {
    if (table == &first) continue;
    table->centre_nm = first.centre_nm;
    table->lower_nm = first.lower_nm;
    table->upper_nm = first.upper_nm;
  }
  block_has_bins_ = true;
}

void SummaryReader::check_bins(const SizeTable& first, int first_line) const {
  const std::vector<double>& centre = first.centre_nm;
  if (centre.size() < 2) cut_off(say("The bin table has {} line(s).", centre.size()));
  const double step = centre[1] - centre[0];
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const Place place{cursor_.file(), first_line + static_cast<int>(i), 1, "Bin centre"};
    if (i > 0 && !(centre[i] > centre[i - 1])) {
      fail(place, say("Bin centres do not ascend: {} after {}.", centre[i], centre[i - 1]),
           say("Export the summary again."));
    }
    if (i > 0 && first.axis == "diameter" && std::abs(centre[i] - centre[i - 1] - step) > kStepTolerance * step) {
      fail(place, say("Bins are missing: {} nm follows {} nm, the step is {} nm.", centre[i], centre[i - 1], step),
           say("Lines were removed from the bin table; export the summary again."));
    }
    for (const SizeVideo& video : report_.videos) {
      const double amount = video.tables.back().concentration_per_ml[i];
      if (amount < 0) fail(place, say("A bin holds {}: less than nothing.", amount), say("Export the summary again."));
    }
  }
  if (centre.front() < 0)
    fail({cursor_.file(), first_line, 1, ""}, say("The first bin lies at {} nm.", centre.front()), "");
}

void SummaryReader::read_percentiles() {
  if (!block_open_) cut_off(say("A table of percentiles without a \"Weighting\" line before it."));
  std::vector<double> row(n() + 1);
  std::string_view line;
  std::size_t expected = 0;
  while (cursor_.next(line)) {
    if (is_blank_line(line, separator_)) break;
    if (line.front() == '[' || line.front() == 'W') {
      cursor_.undo();
      break;
    }
    read_numbers(cursor_, line, separator_, mark_, n() + 1, row.data());
    if (row[0] != static_cast<double>(expected) || expected >= kPercentiles) {
      fail(cursor_.place(1, "Percentile"), say("Percentile {} where {} should stand.", row[0], expected),
           say("Lines were moved or removed; export the summary again."));
    }
    for (std::size_t i = 0; i < n(); ++i) {
      std::vector<double>& values = report_.videos[i].tables.back().printed_percentiles;
      if (!values.empty() && row[i + 1] < values.back()) {
        fail(cursor_.place(0, "Percentile"), say("Percentiles do not ascend: {} after {}.", row[i + 1], values.back()),
             say("Export the summary again."));
      }
      values.push_back(row[i + 1]);
    }
    ++expected;
  }
  if (expected != kPercentiles)
    cut_off(say("The table of percentiles ends at {}, not at 100.", static_cast<int>(expected) - 1));
  block_has_percentiles_ = true;
}

void SummaryReader::finish_block() {
  if (!block_open_) return;
  const SizeTable& table = report_.videos.front().tables.back();
  const Promise* promise = current_promise();
  if (!block_has_bins_) cut_off(say("The distribution \"{}\" ({}) has no bin table.", table.weighting, table.axis));
  if (promise != nullptr && promise->percentiles && !block_has_percentiles_) {
    cut_off(
        say("The distribution \"{}\" ({}) has no percentiles, although [Data Included] lists them: the bin table ends "
            "at {} nm.",
            table.weighting, table.axis, table.centre_nm.back()));
  }
  block_open_ = false;
}

void SummaryReader::finish() {
  for (const char* name : {"Experiment Details", "Conditions", "Results"}) {
    const bool found = std::any_of(report_.entries.begin(), report_.entries.end(),
                                   [&](const ReportEntry& e) { return e.section == name; });
    if (!found) cut_off(say("The section [{}] is missing.", name));
  }
  if (n() == 0) cut_off(say("The list of videos (\"Filename:\" in [Experiment Details]) is missing."));
  if (blocks_ == 0) cut_off(say("The section [Size Data] with the size distribution is missing."));
  for (const Promise& promise : promises_) {
    if (promise.met) continue;
    fail(promise.place,
         say("[Data Included] lists a distribution that the file does not hold: {}, {}.", promise.axis,
             promise.weighting),
         say("The file is cut off; copy or export it again."));
  }
  double temperature = 0;
  double viscosity = 0;
  for (const SizeVideo& video : report_.videos) {
    temperature += video.temperature_c / static_cast<double>(n());
    viscosity += video.viscosity_mpa_s / static_cast<double>(n());
  }
  if (std::isfinite(temperature)) report_.temperature_c = temperature;
  if (std::isfinite(viscosity)) report_.viscosity_mpa_s = viscosity;
  const double dilution = report_.videos.front().recorded_dilution;
  const bool same = std::all_of(report_.videos.begin(), report_.videos.end(),
                                [&](const SizeVideo& video) { return video.recorded_dilution == dilution; });
  if (same) report_.recorded_dilution = dilution;
  const auto first_number = [&](std::string_view key) -> std::optional<double> {
    const ReportEntry* entry = report_.find("Conditions", key);
    return entry == nullptr || entry->values.empty() ? std::nullopt : parse_number(entry->values[0], mark_);
  };
  report_.frame_rate_hz = first_number("Frame rate/fps");
  report_.exposure_ms = first_number("Shutter/ms");
}

}  // namespace

SizeReport read_nanosight_summary(std::string_view text, const std::string& file) {
  return SummaryReader(text, file).read();
}

}  // namespace vesica
