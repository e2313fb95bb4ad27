// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/skyscan.h"

#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr std::size_t kMostLines = 100'000;  // chosen: a log has some 150

std::optional<double> number_of(const SkyscanLog& log, std::string_view section, std::string_view key) {
  const std::string* text = log.find(section, key);
  if (text == nullptr) return std::nullopt;
  const std::optional<double> number = parse_number(*text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> positive(const SkyscanLog& log, std::string_view section, std::string_view key) {
  const std::optional<double> number = number_of(log, section, key);
  return number && *number > 0 ? number : std::nullopt;
}

std::optional<std::size_t> count(const SkyscanLog& log, std::string_view key) {
  constexpr double kMost = 1e9;
  const std::optional<double> number = number_of(log, "Reconstruction", key);
  return number && *number >= 0 && *number <= kMost ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

void parse_lines(std::string_view text, SkyscanLog& log) {
  std::string section;
  std::size_t lines = 0;
  for (const std::string_view raw : split_lines(text)) {
    if (++lines > kMostLines) break;
    const std::string_view line = trim(raw);
    if (line.starts_with('[') && line.ends_with(']')) {
      section = line.substr(1, line.size() - 2);
      log.sections[section];
      continue;
    }
    const std::size_t equal = line.find('=');
    if (section.empty() || equal == std::string_view::npos) continue;
    log.sections[section].emplace(trim(line.substr(0, equal)), trim(line.substr(equal + 1)));  // the first one stays
  }
}

}  // namespace

const std::string* SkyscanLog::find(std::string_view section, std::string_view key) const {
  const auto found = sections.find(section);
  if (found == sections.end()) return nullptr;
  const auto value = found->second.find(std::string(key));
  return value == found->second.end() ? nullptr : &value->second;
}

bool is_skyscan_log(std::string_view text) {
  const std::string start = lower_ascii(trim(text).substr(0, 8192));
  return start.starts_with("[") && start.find("[system]") != std::string::npos &&
         (start.find("skyscan") != std::string::npos || start.find("nrecon") != std::string::npos) &&
         start.find("[acquisition]") != std::string::npos;
}

SkyscanLog read_skyscan_log(std::string_view bytes, const std::string& file) {
  SkyscanLog log;
  parse_lines(decode_text(bytes, file).utf8, log);
  if (log.sections.empty())
    throw Error(ErrorKind::kData, say("This is no SkyScan log: it has no [System] section."), {file, 0, 0, ""},
                say("Use the .log file that lies beside the slices."));
  log.voxel_um = positive(log, "Reconstruction", "Pixel Size (um)");
  log.projection_um = positive(log, "Acquisition", "Image Pixel Size (um)");
  log.low = number_of(log, "Reconstruction", "Minimum for CS to Image Conversion");
  log.high = number_of(log, "Reconstruction", "Maximum for CS to Image Conversion");
  log.first_section = count(log, "First Section");
  log.last_section = count(log, "Last Section");
  log.sections_count = count(log, "Sections Count");
  log.section_step = positive(log, "Reconstruction", "Section to Section Step");
  if (const std::string* prefix = log.find("File name convention", "Filename Prefix")) log.prefix = *prefix;
  return log;
}

void apply_skyscan_log(const SkyscanLog& log, int bits, ImageInfo& info) {
  if (!log.voxel_um) {
    info.notes.push_back({"image.log_without_reconstruction",
                          say("The SkyScan log speaks of the projections only (pixel {} um), not of these slices.",
                              log.projection_um ? readable_number(*log.projection_um, 4) : "?"),
                          say("Put the log of the reconstruction beside the slices, or give \"voxel_um\".")});
    return;
  }
  const Known voxel{*log.voxel_um, KnownFrom::kTag, "SkyScan [Reconstruction] Pixel Size"};
  info.voxel_um = {voxel, voxel, {voxel.value * log.section_step.value_or(1), KnownFrom::kTag, voxel.tag}};
  constexpr double kPerCm = 10;  // NRecon prints attenuation in 1/mm (water at 50 keV: 0.02)
  if (log.low && log.high && *log.high > *log.low && bits <= 16) {
    const double top = bits <= 8 ? 255 : 65535;
    info.densities.push_back(
        {"1/cm", kPerCm * (*log.high - *log.low) / top, kPerCm * *log.low, "SkyScan CS to image conversion"});
  }
  if (log.sections_count && *log.sections_count != info.depth)
    info.notes.push_back({"image.slices_missing",
                          say("The log names {0} slice(s), the folder holds {1}.", *log.sections_count, info.depth),
                          say("Copy the missing slices; without them volumes and lengths along z are wrong.")});
  constexpr std::pair<std::string_view, std::string_view> kFacts[] = {
      {"System", "Scanner"},
      {"Acquisition", "Source Voltage (kV)"},
      {"Acquisition", "Source Current (uA)"},
      {"Acquisition", "Exposure (ms)"},
      {"Acquisition", "Filter"},
      {"Acquisition", "Rotation Step (deg)"},
      {"Acquisition", "Frame Averaging"},
      {"Reconstruction", "Ring Artifact Correction"},
      {"Reconstruction", "Beam Hardening Correction (%)"},
      {"Reconstruction", "Program Version"}};
  for (const auto& [section, key] : kFacts) {
    if (const std::string* value = log.find(section, key)) info.tags[std::string(key)] = *value;
  }
}

}  // namespace vesica
