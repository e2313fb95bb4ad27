// SPDX-License-Identifier: Apache-2.0
// From several videos: the blank learned from its exports, and the means of each preparation.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "vesica/assays/nta/nta_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/table/select.h"

namespace vesica::nta {

namespace {

constexpr double kShiftWorthSaying = 0.1;  // chosen: 10 %

/// Sums over the videos of the blank on one grid.
struct BlankSums {
  std::vector<double> sum, square, counting;
  double total = 0, total_square = 0, total_counting = 0;
  std::size_t videos = 0;

  void add(const Distribution& grid, double track) {
    if (grid.amount.size() > sum.size()) {
      for (std::vector<double>* column : {&sum, &square, &counting}) column->resize(grid.amount.size(), 0.0);
    }
    double own = 0;
    for (std::size_t k = 0; k < grid.amount.size(); ++k) {
      sum[k] += grid.amount[k];
      square[k] += grid.amount[k] * grid.amount[k];
      counting[k] += grid.amount[k] * track;
      own += grid.amount[k];
    }
    total += own;
    total_square += own * own;
    total_counting += own * track;
    ++videos;
  }
};

/// Variance of the mean of n values: between them, but never below what counting alone gives.
double variance_of_mean(double sum, double square, double counting, std::size_t videos) {
  const auto n = static_cast<double>(videos);
  const double floor = counting / (n * n);
  if (videos < 2) return floor;
  const double between = std::max(0.0, square - sum * sum / n) / (n - 1);
  return std::max(between / n, floor);
}

struct GroupKey {
  std::string sample, condition, part;
  double time_h;
  auto operator<=>(const GroupKey& other) const {
    const auto number = [](double t) { return std::isnan(t) ? -1e300 : t; };
    return std::tuple(sample, condition, part, number(time_h)) <=>
           std::tuple(other.sample, other.condition, other.part, number(other.time_h));
  }
  bool operator==(const GroupKey& other) const { return (*this <=> other) == 0; }
};

/// The videos of one preparation.
struct Group {
  std::map<std::string, std::vector<std::size_t>> rows;  ///< quantity → rows, one a video
  std::set<std::string> flagged;                         ///< replicates
  std::set<std::string> replicates;
};

std::map<GroupKey, Group> group_rows(const ObservationTable& table) {
  std::map<GroupKey, Group> groups;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.source(i) != kNtaAssay.id || table.origin(i) != Origin::kMeasured) continue;
    if (!table.target(i).empty() || table.replicate(i).empty() || !std::isnan(table.at(i))) continue;
    const GroupKey key{std::string(table.sample(i)), std::string(table.condition(i)), std::string(table.part(i)),
                       table.time_h(i)};
    Group& group = groups[key];
    group.replicates.emplace(table.replicate(i));
    if (table.quantity(i) == "nta.flagged_videos") {
      if (table.value(i) > 0) group.flagged.emplace(table.replicate(i));
    } else {
      group.rows[std::string(table.quantity(i))].push_back(i);
    }
  }
  return groups;
}

/// Mean of the rows on the quantity's scale with the SD between videos; not measurable when none is ok.
Observation mean_row(const ObservationTable& table, const std::vector<std::size_t>& rows, const Quantity& quantity,
                     Observation row) {
  std::vector<double> values;
  for (const std::size_t i : rows) {
    if (table.status(i) == Status::kOk) values.push_back(table.value(i));
  }
  const std::optional<double> mean = mean_on_scale(values, quantity.scale);
  row.n = static_cast<std::int64_t>(values.size());
  row.value = mean.value_or(kNaN);
  row.status = mean ? Status::kOk : Status::kNotMeasurable;
  if (!mean || values.size() < 2) return row;
  double middle = 0, square = 0;
  for (const double value : values) middle += value / static_cast<double>(values.size());
  for (const double value : values) square += (value - middle) * (value - middle);
  row.sd = std::sqrt(square / static_cast<double>(values.size() - 1));
  return row;
}

void add_group(const ObservationTable& table, const GroupKey& key, const Group& group, Outcome& out) {
  InputFacts facts;
  facts.sample = key.sample;
  facts.condition = key.condition;
  facts.part = key.part;
  facts.time_h = key.time_h;
  facts.source = kNtaAssay.id;
  double all_mean = kNaN, unflagged_mean = kNaN;
  for (const auto& [id, rows] : group.rows) {
    const Quantity* quantity = find_quantity(id);
    if (quantity == nullptr) continue;
    std::vector<std::size_t> unflagged;
    for (const std::size_t i : rows) {
      if (!group.flagged.contains(std::string(table.replicate(i)))) unflagged.push_back(i);
    }
    Observation row = facts.row(id);
    row.target = kAllVideos;
    const Observation all = mean_row(table, rows, *quantity, row);
    row.target = kUnflagged;
    const Observation clean = mean_row(table, unflagged, *quantity, row);
    out.observations.add(all);
    out.observations.add(clean);
    if (id == "vesicle.concentration.measured") all_mean = all.value, unflagged_mean = clean.value;
  }
  Observation share = facts.row("nta.flagged_videos");
  share.target = kAllVideos;
  share.n = static_cast<std::int64_t>(group.replicates.size());
  share.value = static_cast<double>(group.flagged.size()) / static_cast<double>(group.replicates.size());
  out.observations.add(share);
  if (group.flagged.empty()) return;
  const double change = unflagged_mean / all_mean - 1;
  const bool all_flagged = group.flagged.size() == group.replicates.size();
  const bool large = all_flagged || std::abs(change) > kShiftWorthSaying;
  Issue note{large ? Severity::kWarning : Severity::kNote, "nta.flagged_preparation", "", {}, "", "", key.sample};
  note.message =
      all_flagged
          ? say("The instrument flags every one of the {} video(s) of \"{}\".", group.replicates.size(), key.sample)
          : say("The instrument flags {} of {} video(s) of \"{}\"; without what it flags the concentration changes by "
                "{} %.",
                group.flagged.size(), group.replicates.size(), key.sample, readable_number(100 * change, 2));
  note.hint = say("Decide before you look at groups, and say so in the study (exclusions with a reason).");
  out.issues.push_back(std::move(note));
}

}  // namespace

Calibration calibrate_blank(std::span<const Reading> readings, const Settings& settings) {
  Calibration out;
  out.role = "blank";
  BlankSums sums;
  Blank blank;
  blank.width_nm = 0;
  for (const Reading& reading : readings) {
    const SizeReport* report = reading.as<SizeReport>();
    if (report == nullptr || report->videos.empty()) continue;
    if (!blank.vendor.empty() && report->vendor != blank.vendor) {
      throw Error(
          ErrorKind::kConfig,
          say("Blanks of two instruments ({}, {}) stand for one group of inputs.", blank.vendor, report->vendor),
          {reading.path, 0, 0, ""}, say("Separate the inputs of each instrument by \"controls\"."));
    }
    blank.vendor = report->vendor;
    for (const SizeVideo& video : report->videos) {
      const SizeTable* table = number_table(video, settings);
      if (table != nullptr) blank.width_nm = std::max(blank.width_nm, grid_width_nm(*table));
    }
  }
  for (const Reading& reading : readings) {
    const SizeReport* report = reading.as<SizeReport>();
    if (report == nullptr || !(blank.width_nm > 0)) continue;
    for (const SizeVideo& video : report->videos) {
      const std::optional<Distribution> cell = cell_distribution(*report, video, settings);
      if (!cell) continue;
      const double track = per_track(*cell, video);
      sums.add(regrid(*cell, blank.width_nm), track);
      InputFacts facts;
      facts.role = "blank";
      facts.source = kNtaAssay.id;
      facts.replicate = reading.path + "/" + video.name;
      Observation row = facts.row("vesicle.concentration.measured");
      row.value = total(*cell);
      if (!(row.value > 0)) row.value = kNaN, row.status = Status::kNoObjects;
      out.rows.add(row);
    }
  }
  if (sums.videos == 0) {
    throw Error(ErrorKind::kData, say("No blank among {} file(s) has a usable size distribution.", readings.size()),
                {readings.empty() ? std::string() : readings.front().path, 0, 0, ""}, say("Export the blank again."));
  }
  const auto n = static_cast<double>(sums.videos);
  blank.videos = sums.videos;
  blank.total = sums.total / n;
  blank.total_variance = variance_of_mean(sums.total, sums.total_square, sums.total_counting, sums.videos);
  for (std::size_t k = 0; k < sums.sum.size(); ++k) {
    blank.amount.push_back(sums.sum[k] / n);
    blank.variance.push_back(variance_of_mean(sums.sum[k], sums.square[k], sums.counting[k], sums.videos));
  }
  out.values = to_value(blank);
  return out;
}

Outcome derive_means(const ObservationTable& table) {
  Outcome out;
  for (const auto& [key, group] : group_rows(table)) add_group(table, key, group, out);
  return out;
}

}  // namespace vesica::nta
