// SPDX-License-Identifier: Apache-2.0
// Readings of made cells, and rows of what came out, for the tests of cell_uptake.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "phantoms/cell_uptake.h"

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"

namespace vesica::made {

using cell_uptake::Settings;

inline Reading reading_of(const CellUptakePhantomSettings& settings, const UptakeScene& scene,
                          const std::string& name = "field.tif") {
  ImageInfo info;
  std::vector<Image2> planes = {scene.nuclei, scene.vesicles};
  info.channels = 2;
  info.channel_names = {"DAPI", "PKH26"};
  if (settings.second) {
    info.channels = 3;
    info.channel_names.emplace_back("CD63");
    planes.push_back(scene.second);
  }
  info.bits = 16;
  if (settings.scale_in_file) {
    info.voxel_um[0] = info.voxel_um[1] = {settings.pixel_um, KnownFrom::kTag, "phantom"};
  }
  return {name, std::string(64, '0'), "tiff",
          std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), std::move(planes))})};
}

inline Reading field(const CellUptakePhantomSettings& settings, UptakeField kind, std::uint64_t seed) {
  return reading_of(settings, cell_uptake_scene(settings, kind, seed));
}

inline Calibration control(const CellUptakePhantomSettings& settings, UptakeField kind, const char* role, int fields,
                           std::uint64_t seed, const AnySettings& any) {
  std::vector<Reading> readings;
  for (int i = 0; i < fields; ++i) readings.push_back(field(settings, kind, seed + static_cast<std::uint64_t>(i)));
  return kCellUptakeAssay.calibrate(readings, role, any, Context{});
}

inline AnySettings settings_of(const CellUptakePhantomSettings& phantom, bool second = false) {
  AnySettings any = kCellUptakeAssay.make_settings();
  auto& settings = any.get<Settings>();
  settings.spot_sigma_um = phantom.sigma_um;
  settings.overlays = settings.tables = settings.label_images = false;
  if (second) settings.second_channel = "CD63";
  return any;
}

inline Outcome measured(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                        const std::string& part = "") {
  InputFacts facts;
  facts.sample = "well 1";
  facts.part = part;
  facts.source = "cell_uptake";
  return kCellUptakeAssay.measure(reading, calibrations, any, facts, Context{});
}

inline std::optional<Observation> row_of(const Outcome& outcome, std::string_view quantity,
                                         std::string_view target = "") {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    const Observation row = outcome.observations.row(i);
    if (row.quantity == quantity && (target == "*" || row.target == target)) return row;
  }
  return std::nullopt;
}

inline bool has_issue(const Outcome& outcome, std::string_view kind) {
  for (const Issue& issue : outcome.issues) {
    if (issue.kind == kind) return true;
  }
  return false;
}

inline CellUptakePhantomSettings quick() {
  CellUptakePhantomSettings out;
  out.second = false;
  return out;
}

}  // namespace vesica::made
