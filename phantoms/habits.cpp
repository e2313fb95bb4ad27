// SPDX-License-Identifier: Apache-2.0
// Folders as laboratories keep them.
#include "phantoms/nta.h"
#include "phantoms/studies.h"
#include <fmt/format.h>

#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

struct HabitSettings {
  std::int64_t tracks = 800;
  void describe(Fields& fields) {
    fields.integer("tracks", tracks, {.low = 50, .high = 100000, .help = "Expected valid tracks a video."});
  }
};

// GB 18030 bytes of 外泌体 (exosome), 样品 (sample), 对照 (control), 蛋白 (protein), 组别 (group), 体重 (body weight).
constexpr std::string_view kExosome = "\xCD\xE2\xC3\xDA\xCC\xE5";
constexpr std::string_view kSample = "\xD1\xF9\xC6\xB7";
constexpr std::string_view kControl = "\xB6\xD4\xD5\xD5";
constexpr std::string_view kProtein = "\xB5\xB0\xB0\xD7";
constexpr std::string_view kGroup = "\xD7\xE9\xB1\xF0";
constexpr std::string_view kWeight = "\xCC\xE5\xD6\xD8";

class Habits {
 public:
  Habits(const HabitSettings& settings, std::uint64_t seed) : seed_(seed) {
    base_.tracks = settings.tracks;
    base_.video_cv = 0.05;
  }
  Rendered run();

 private:
  /// One export; `rename` is its file name below `folder`, for a single video or a summary.
  std::string one(const NtaPhantomSettings& settings, const std::string& sample, std::uint64_t key, std::size_t videos,
                  double median);
  void add(const std::string& path, std::string bytes, const std::string& sample, double mean);
  void spaces();
  void numbered();
  void chinese();
  void gb18030();
  void commas();

  std::uint64_t seed_;
  NtaPhantomSettings base_;
  double last_mean_ = 0;
  Rendered out_;
};

std::string Habits::one(const NtaPhantomSettings& settings, const std::string& sample, std::uint64_t key,
                        std::size_t videos, double median) {
  NtaPhantomSettings own = settings;
  own.suspension.median_nm = {median};
  NtaExport what;
  what.name = sample;
  what.sample = sample;
  what.cell_per_ml = own.suspension.concentration_per_ml / own.dilution;
  what.flagged.assign(videos, false);
  what.key = key;
  last_mean_ = own.suspension.mean_nm();
  return render_export(own, what, seed_).front().bytes;
}

void Habits::add(const std::string& path, std::string bytes, const std::string& sample, double mean) {
  out_.files.push_back({path, std::move(bytes), "A raw file as laboratories name it."});
  Observation row;
  row.quantity = "vesicle.diameter.mean";
  row.sample = sample;
  row.part = path;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.value = mean;
  row.unit = find_quantity(row.quantity)->unit;
  out_.truth.add(row);
}

void Habits::spaces() {
  for (const auto& [group, median] : {std::pair{"Control", 120.0}, std::pair{"Hypoxia", 105.0}}) {
    for (int i = 1; i <= 3; ++i) {
      const std::string sample = fmt::format("{} donor {}", group, i);
      const std::string path =
          fmt::format("1 spaces/NTA results 2024/{} 2024-03-0{} 11-33-44-ExperimentSummary.csv", sample, i);
      std::string bytes = one(base_, sample, static_cast<std::uint64_t>(i), 3, median);
      add(path, std::move(bytes), sample, last_mean_);
    }
  }
}

void Habits::numbered() {
  NtaPhantomSettings settings = base_;
  settings.version = "nanosight_3.2";
  for (const auto& [group, median] : {std::pair{"NC", 118.0}, std::pair{"Exo", 104.0}}) {
    for (int donor = 1; donor <= 3; ++donor) {
      for (int copy = 1; copy <= 2; ++copy) {
        const std::string sample = fmt::format("{}-{}", group, donor);
        const std::string name = copy == 1 ? sample + ".csv" : fmt::format("{} ({}).csv", sample, copy);
        std::string bytes = one(settings, sample, static_cast<std::uint64_t>(10 * donor + copy), 1, median);
        add("2 numbered/" + name, std::move(bytes), sample, last_mean_);
      }
    }
  }
}

void Habits::chinese() {
  for (const auto& [group, median] : {std::pair{"对照组", 120.0}, std::pair{"缺氧组", 106.0}}) {
    for (int i = 1; i <= 3; ++i) {
      const std::string sample = fmt::format("样品{}", i);
      std::string bytes = one(base_, fmt::format("{}{}", group, i), static_cast<std::uint64_t>(i), 3, median);
      add(fmt::format("3 中文/{}/{} 外泌体.csv", group, sample), std::move(bytes), sample, last_mean_);
    }
  }
}

void Habits::gb18030() {
  for (int i = 1; i <= 3; ++i) {
    const std::string sample = fmt::format("exo{}", i);
    std::string bytes = one(base_, sample, static_cast<std::uint64_t>(i), 3, 112);
    bytes = replace_all(std::move(bytes), "Sample Description," + sample,
                        fmt::format("Sample Description,{}{}", kExosome, i));
    bytes = replace_all(std::move(bytes), "Remarks,\"rendered, not measured\"",
                        fmt::format("Remarks,{}{}", kSample, kExosome));
    add(fmt::format("4 gb18030/{}-ExperimentSummary.csv", sample), std::move(bytes), sample, last_mean_);
  }
  std::string table = fmt::format("{},{},{} (g),{} (mg/mL)\r\n", kSample, kGroup, kWeight, kProtein);
  for (int i = 1; i <= 6; ++i) {
    table += fmt::format("{}{},{},{},{}\r\n", kSample, i, i <= 3 ? kControl : kExosome, 250 + i, 1.0 + 0.1 * i);
  }
  out_.files.push_back({"4 gb18030/table.csv", std::move(table), "A table in GB 18030."});
}

void Habits::commas() {
  NtaPhantomSettings settings = base_;
  settings.decimal_comma = true;
  for (int i = 1; i <= 2; ++i) {
    const std::string sample = fmt::format("Probe{}", i);
    std::string bytes = one(settings, sample, static_cast<std::uint64_t>(i), 3, 115);
    add(fmt::format("5 commas/{}-ExperimentSummary.csv", sample), std::move(bytes), sample, last_mean_);
  }
  settings.version = "zetaview_8.05";
  for (int i = 3; i <= 4; ++i) {
    const std::string sample = fmt::format("Probe{}", i);
    std::string bytes = one(settings, sample, static_cast<std::uint64_t>(i), 1, 115);
    add(fmt::format("5 commas/{}_size_488.txt", sample), std::move(bytes), sample, last_mean_);
  }
  out_.files.push_back(
      {"5 commas/Gewicht.csv",
       "Probe;Gruppe;Gewicht (g)\r\nR1;Kontrolle;251,5\r\nR2;Kontrolle;248,0\r\nR3;EV;260,5\r\nR4;EV;263,0\r\n",
       "A table with decimal commas."});
}

Rendered Habits::run() {
  spaces();
  numbered();
  chinese();
  gb18030();
  commas();
  return std::move(out_);
}

AnySettings make_settings() { return AnySettings::of<HabitSettings>(); }
Rendered render(const AnySettings& settings, std::uint64_t seed) {
  return Habits(settings.get<HabitSettings>(), seed).run();
}

}  // namespace

const Phantom kHabitsPhantom = {
    "habits", "Five folders of different habits",
    "Raw files under names with spaces, copies, Chinese names, GB 18030 text and decimal commas; no study file.",
    make_settings, render};

}  // namespace vesica
