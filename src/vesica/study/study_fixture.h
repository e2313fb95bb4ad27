// SPDX-License-Identifier: Apache-2.0
// For tests: three assays and a model as the loader knows them, files in memory, and short ways to load and look.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vesica/study/load.h"

namespace vesica::testing {

struct TrackingSettings {
  double dilution = 1;
  double temperature_c = 25;
  std::string rule = "vendor";
  void describe(Fields& fields) {
    static constexpr std::string_view kRules[] = {"vendor", "exact"};
    fields.number("dilution", dilution, {.low = 1, .high = 1e9, .help = "Factor."});
    fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 0, .high = 60, .help = "Temperature."});
    fields.choice("rule", rule, kRules, {.help = "Rule of percentiles."});
  }
};

struct NumberSettings {
  std::string quantity;
  void describe(Fields& fields) { fields.text("quantity", quantity, {.help = "Quantity of the column."}); }
};

struct SpinSettings {
  double density_g_ml = 1.15;
  void describe(Fields& fields) {
    fields.number("density_g_ml", density_g_ml, {.unit = "g/mL", .low = 1, .high = 1.3, .help = "Density."});
  }
};

struct GelSettings {
  double radius_nm = 5;
  void describe(Fields& fields) {
    fields.number("radius_nm", radius_nm, {.unit = "nm", .low = 0, .high = 100, .help = "Radius."});
  }
};

inline const KnownNames& known_names() {
  static const KnownNames names = {
      {{"nta", "Particle tracking", AnySettings::of<TrackingSettings>(), {"blank", "bead"}, false},
       {"table", "Numbers", AnySettings::of<NumberSettings>(), {}, true},
       {"scan", "Slices", AnySettings::of<NumberSettings>(), {}, false, true}},
      {{"spin", "Centrifugation", AnySettings::of<SpinSettings>(), {}, false},
       {.id = "gel",
        .title = "A gel that gives and takes",
        .settings = AnySettings::of<GelSettings>(),
        .roles = {},
        .can_be_chained = true,
        .quantities = {"vesicle.concentration", "vesicle.diameter.mean"},
        .ports = {{"inflow", "vesicle.concentration"}, {"dose", "vesicle.diameter.median", false}}}},
      {}};
  return names;
}

/// Files that exist in memory; every path with ".." or a leading "/" is outside.
class MemoryFiles final : public StudyFiles {
 public:
  explicit MemoryFiles(std::vector<std::string> files) : files_(std::move(files)) {}
  std::map<std::string, std::string> contents;  ///< of plate maps, by path
  std::string read(const std::string& path) override {
    const auto found = contents.find(path);
    return found == contents.end() ? StudyFiles::read(path) : found->second;
  }
  FileState state(const std::string& path) override {
    if (path.starts_with("/") || path.find("..") != std::string::npos) return FileState::kOutside;
    for (const std::string& file : files_) {
      if (file == path) return FileState::kPresent;
      if (file.starts_with(path + "/")) return FileState::kFolder;
    }
    return FileState::kMissing;
  }
  const std::vector<std::string>& list() override { return files_; }

 private:
  std::vector<std::string> files_;
};

/// Loads texts; the files a.csv, b.csv, c.csv and raw/d.csv exist unless others are named.
inline LoadedStudy load_text(std::string_view toml, std::string_view sheet,
                             std::vector<std::string> files = {"a.csv", "b.csv", "c.csv", "raw/d.csv"},
                             std::string_view sheet_name = "samples.csv") {
  MemoryFiles memory(std::move(files));
  return load_study_text(toml, sheet, sheet_name, known_names(), memory);
}

/// All problems, one a line, as a user reads them.
inline std::string text_of(const std::vector<Error>& errors) {
  std::string out;
  for (const Error& error : errors) out += std::string(error.what()) + "\n";
  return out;
}

/// True when one of the errors stands at `place` ("samples.csv:3:2") and says `words`.
inline bool has(const std::vector<Error>& errors, std::string_view place, std::string_view words) {
  return std::any_of(errors.begin(), errors.end(), [&](const Error& error) {
    const std::string text = error.what();
    Place bare = error.where();
    bare.item.clear();
    const std::string at = bare.line > 0 ? bare.text() : error.where().text();
    return at == place && text.find(words) != std::string::npos;
  });
}

}  // namespace vesica::testing
