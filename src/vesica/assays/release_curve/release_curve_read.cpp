// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/release_curve/release_curve_read.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::release_curve {

namespace {

using Words = std::vector<std::string_view>;

const Words kSampled = {"sampled",          "sample volume", "sampled volume", "withdrawn",
                        "withdrawn volume", "取样体积",      "取样量"};
const Words kReplaced = {"replaced", "replaced volume", "refilled", "added", "补液体积", "补液量"};
const Words kMedium = {"medium", "medium volume", "total volume", "volume", "介质体积", "总体积", "体积"};
const Words kLoaded = {"loaded", "load", "loaded amount", "载量", "载药量"};

/// What kind of reading a generic quantity is.
std::optional<Kind> kind_of(std::string_view quantity) {
  if (quantity == "other.number_concentration") return Kind::kNumber;
  if (quantity == "other.mass_concentration") return Kind::kMass;
  if (quantity == "other.count") return Kind::kCount;
  if (quantity == "other.fraction" || quantity == "release.cumulative_fraction") return Kind::kShare;
  if (quantity == "other.fluorescence" || quantity == "other.absorbance" || quantity == "other.value")
    return Kind::kSignal;
  return std::nullopt;
}

class Collector {
 public:
  Collector(const ObservationTable& rows, const Settings& settings) : rows_(rows), settings_(settings) {}

  void run(const Place& place, Sheetful& out) {
    find_readings(place);
    std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Observation row = rows_.row(i);
      const auto [at, is_new] = seen.try_emplace({row.sample, row.condition, row.replicate, row.part}, seen.size());
      if (is_new) {
        out.curves.emplace_back();
        out.curves.back().key = row;
      }
      take(row, out.curves[at->second]);
    }
    std::erase_if(out.curves, [](const Curve& curve) {
      return std::all_of(curve.lines.begin(), curve.lines.end(),
                         [](const Line& line) { return std::isnan(line.reading) && line.status == Status::kOk; });
    });
    for (Curve& curve : out.curves)
      std::stable_sort(curve.lines.begin(), curve.lines.end(),
                       [](const Line& a, const Line& b) { return a.time_h < b.time_h; });
    out.kind = kind_;
    out.column = readings_;
  }

 private:
  bool is_named(const Observation& row, const std::string& named, const Words& words) const {
    if (!named.empty()) return equals_ignoring_case(row.target, named);
    return std::find(words.begin(), words.end(), lower_ascii(row.target)) != words.end();
  }
  /// The member of a line that this row fills, when it is no reading.
  double Line::*side(const Observation& row) const {
    const bool is_volume = row.quantity == "other.volume";
    if (is_volume && is_named(row, settings_.sampled_column, kSampled)) return &Line::sampled_ml;
    if (is_volume && is_named(row, settings_.replaced_column, kReplaced)) return &Line::replaced_ml;
    if (is_volume && is_named(row, settings_.medium_column, kMedium)) return &Line::medium_ml;
    return is_named(row, settings_.loaded_column, kLoaded) ? &Line::loaded : nullptr;
  }

  void find_readings(const Place& place) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Observation row = rows_.row(i);
      if (side(row) != nullptr || !kind_of(row.quantity)) continue;
      const bool is_wanted =
          settings_.reading_column.empty() || equals_ignoring_case(row.target, settings_.reading_column);
      if (is_wanted) {
        readings_ = row.target;
        quantity_ = row.quantity;
        kind_ = *kind_of(row.quantity);
        return;
      }
      if (std::find(known.begin(), known.end(), row.target) == known.end()) known.push_back(row.target);
    }
    if (settings_.reading_column.empty())
      throw Error(ErrorKind::kData, say("The sheet holds no readings of a release test."), place,
                  say("It needs a column of concentrations, counts, signals or shares beside the times."));
    const auto near = did_you_mean(settings_.reading_column, known);
    throw Error(ErrorKind::kConfig, say("There is no column of readings \"{}\".", settings_.reading_column), place,
                near ? say("Did you mean \"{}\"?", *near) : say("The columns are: {}.", join(known, ", ")));
  }

  void take(const Observation& row, Curve& curve) {
    double Line::*member = side(row);
    const bool is_reading = member == nullptr && row.target == readings_ && row.quantity == quantity_;
    if (member == nullptr && !is_reading) return;
    auto line = std::find_if(curve.lines.begin(), curve.lines.end(), [&](const Line& l) {
      return l.time_h == row.time_h || (std::isnan(l.time_h) && std::isnan(row.time_h));
    });
    if (line == curve.lines.end()) {
      curve.lines.emplace_back();
      line = curve.lines.end() - 1;
      line->time_h = row.time_h;
    }
    if (is_reading) {
      line->reading = row.value;
      line->status = row.status;
    } else {
      (*line).*member = row.value;
    }
  }

  const ObservationTable& rows_;
  const Settings& settings_;
  std::string readings_, quantity_;
  Kind kind_ = Kind::kSignal;
};

}  // namespace

Sheetful read_curves(const Reading& reading, const Settings& settings, const InputFacts& facts) {
  const Sheet& sheet = sheet_rows::choose_sheet(sheet_rows::book_of(reading), settings.sheet);
  Outcome read = sheet_rows::measure_sheet(sheet, settings.sheet, facts, reading.path);
  Sheetful out;
  out.issues = std::move(read.issues);
  Collector(read.observations, settings).run({reading.path, 0, 0, sheet.name}, out);
  return out;
}

}  // namespace vesica::release_curve
