// SPDX-License-Identifier: Apache-2.0
// NanoSight ParticleData (one row a track) and AllTracks (one row a detection).
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <unordered_map>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/nanosight_parts.h"
#include "vesica/io/report_lines.h"

namespace vesica {

namespace {

constexpr std::size_t kMaxRows = 50'000'000;              // chosen: bounds memory at about 3 GB
constexpr double kLargestInteger = 9.007199254740992e15;  // 2^53: beyond it a double holds no exact integer

constexpr std::array<std::string_view, 7> kParticleColumns = {
    "Particle ID", "Size/nm",     "Diffusion coefficient/nm", "Ln(Adjusted intensity)",
    "Start frame", "Tracklength", "Included in distribution"};
constexpr std::array<std::string_view, 8> kTrackColumns = {
    "Particle ID", "Size/nm",  "Diffusion coefficient/nm", "Frame",
    "X/pixels",    "Y/pixels", "Ln(Adjusted intensity)",   "Included in distribution"};

/// Reads a table whose last column is True or False and whose others are numbers.
class FlagTable {
 public:
  FlagTable(std::string_view text, const std::string& file, std::span<const std::string_view> columns)
      : cursor_(text, file),
        separator_(separator_after(text, "Particle ID")),
        columns_(columns),
        values_(columns.size() - 1) {
    mark_ = separator_ == ',' ? DecimalMark::kPoint : DecimalMark::kComma;
    check_header();
  }

  /// The next row that is not blank.
  bool next();
  double operator[](std::size_t i) const { return values_[i]; }
  bool flag() const { return flag_; }
  /// A non-negative whole number; throws otherwise.
  long long integer(std::size_t i) const;
  double positive(std::size_t i) const;
  [[noreturn]] void fail(const std::string& what, std::size_t column = 0) const {
    throw Error(ErrorKind::kData, what, cursor_.place(0, std::string(columns_[column])),
                say("The file is edited or cut off; export it again from the NTA software."));
  }

 private:
  void check_header();

  LineCursor cursor_;
  char separator_;
  DecimalMark mark_ = DecimalMark::kPoint;
  std::span<const std::string_view> columns_;
  std::vector<double> values_;
  bool flag_ = false;
  std::size_t rows_ = 0;
};

void FlagTable::check_header() {
  Record header;
  read_record(cursor_, separator_, header);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!header.cell(i).starts_with(columns_[i])) {
      fail(say("Column {} is \"{}\", expected \"{}\".", i + 1, shortened(header.cell(i)), columns_[i]), i);
    }
  }
}

bool FlagTable::next() {
  std::string_view line;
  do {
    if (!cursor_.next(line)) return false;
  } while (is_blank_line(line, separator_));
  if (++rows_ > kMaxRows) fail(say("More than {} lines.", kMaxRows));
  read_numbers(cursor_, line, separator_, mark_, values_.size(), values_.data());
  std::size_t at = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    at = line.find(separator_, at);
    if (at == std::string_view::npos) fail(say("The line ends before the last column."), columns_.size() - 1);
    ++at;
  }
  const std::string_view word = trim(line.substr(at, line.find(separator_, at) - at));
  flag_ = equals_ignoring_case(word, "true");
  if (!flag_ && !equals_ignoring_case(word, "false")) {
    fail(say("\"{}\" is neither True nor False.", shortened(word)), columns_.size() - 1);
  }
  return true;
}

long long FlagTable::integer(std::size_t i) const {
  const double value = values_[i];
  if (value < 0 || value > kLargestInteger || value != std::floor(value)) {
    fail(say("{} is no whole number from 0 upwards.", value), i);
  }
  return static_cast<long long>(value);
}

double FlagTable::positive(std::size_t i) const {
  if (!(values_[i] > 0)) fail(say("{} is not positive.", values_[i]), i);
  return values_[i];
}

/// "…/video_00_ParticleData.csv" → "video_00".
std::string video_name(const std::string& file, std::string_view suffix) {
  std::string name(base_name(file));
  name = name.substr(0, name.rfind('.'));
  const std::string lower = lower_ascii(name);
  const std::size_t found = lower.rfind(lower_ascii(suffix));
  return found == std::string::npos ? name : name.substr(0, found);
}

SizeReport empty_report(const std::string& file, const char* format, std::string_view suffix) {
  SizeReport report;
  report.vendor = "NanoSight";
  report.format = format;
  SizeVideo video;
  video.name = video_name(file, suffix);
  report.videos.push_back(std::move(video));
  return report;
}

[[noreturn]] void refuse_empty(const std::string& file) {
  throw Error(ErrorKind::kData, say("The table has no rows below its header."), {file, 2, 0, ""},
              say("The video held no track, or the file is cut off; export it again."));
}

/// Joins the detections of each track: sorted by frame, one frame at most once; length and start from the rows.
void complete_tracks(SizeReport& report, const std::string& file) {
  std::stable_sort(report.points.begin(), report.points.end(), [](const TrackPoint& a, const TrackPoint& b) {
    return std::pair(a.track, a.frame) < std::pair(b.track, b.frame);
  });
  for (std::size_t i = 0; i < report.points.size(); ++i) {
    const TrackPoint& point = report.points[i];
    ParticleTrack& track = report.tracks[point.track];
    const bool first = i == 0 || report.points[i - 1].track != point.track;
    if (!first && report.points[i - 1].frame == point.frame) {
      throw Error(ErrorKind::kData, say("Particle {} is listed twice in frame {}.", track.id, point.frame),
                  {file, 0, 0, "Frame"},
                  say("Two exports were joined or lines were repeated; export the tracks again."));
    }
    if (first) track.start_frame = point.frame;
    ++track.length;
  }
}

}  // namespace

SizeReport read_nanosight_particles(std::string_view text, const std::string& file) {
  SizeReport report = empty_report(file, "nanosight_particles", "_ParticleData");
  FlagTable table(text, file, kParticleColumns);
  std::unordered_map<long long, std::size_t> known;
  while (table.next()) {
    ParticleTrack track;
    track.id = table.integer(0);
    track.diameter_nm = table.positive(1);
    track.diffusion_nm2_s = table.positive(2);
    track.ln_intensity = table[3];
    track.start_frame = table.integer(4);
    track.length = table.integer(5);
    track.included = table.flag();
    if (track.length < 1) table.fail(say("A track of no frames."), 5);
    if (!known.emplace(track.id, report.tracks.size()).second)
      table.fail(say("Particle {} is listed twice.", track.id));
    report.tracks.push_back(track);
  }
  if (report.tracks.empty()) refuse_empty(file);
  return report;
}

SizeReport read_nanosight_tracks(std::string_view text, const std::string& file) {
  SizeReport report = empty_report(file, "nanosight_tracks", "_AllTracks");
  FlagTable table(text, file, kTrackColumns);
  std::unordered_map<long long, std::size_t> known;
  while (table.next()) {
    ParticleTrack track;
    track.id = table.integer(0);
    track.diameter_nm = table.positive(1);
    track.diffusion_nm2_s = table.positive(2);
    track.ln_intensity = table[6];
    track.included = table.flag();
    const auto [found, is_new] = known.emplace(track.id, report.tracks.size());
    if (is_new) report.tracks.push_back(track);
    const ParticleTrack& same = report.tracks[found->second];
    if (same.diameter_nm != track.diameter_nm || same.diffusion_nm2_s != track.diffusion_nm2_s) {
      table.fail(say("Particle {} changes its size within its track.", track.id), 1);
    }
    if (same.included != track.included) table.fail(say("Particle {} is included and not included.", track.id), 7);
    report.points.push_back({found->second, table.integer(3), table[4], table[5]});
  }
  if (report.tracks.empty()) refuse_empty(file);
  complete_tracks(report, file);
  return report;
}

}  // namespace vesica
