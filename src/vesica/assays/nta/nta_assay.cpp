// SPDX-License-Identifier: Apache-2.0
// The assay `nta`: settings, what is missing, and the way from readings to the parts.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/nta/nta_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/evidence/water.h"

namespace vesica::nta {

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 4> kRules = {"validity", "concentration", "any", "none"};
  static constexpr std::array<std::string_view, 2> kTables = {"linear", "log"};
  static constexpr std::array<std::string_view, 2> kBlank = {"subtract", "ignore"};
  fields.optional_number("dilution", dilution,
                         {.low = 1, .high = 1e12, .help = "Total dilution from the preparation to the measured cell."});
  fields.optional_number("dilution_applied", dilution_applied,
                         {.low = 1,
                          .high = 1e12,
                          .help = "Factor already in the printed concentrations, when the file does not say it or says "
                                  "it wrongly."});
  fields.flag("resize", resize,
              {.help = "Correct sizes to the true viscosity; off: sizes as the instrument gives them."});
  fields.optional_number("viscosity_mpa_s", viscosity_mpa_s,
                         {.unit = "mPa.s",
                          .low = 0.1,
                          .high = 100,
                          .help = "True viscosity in the cell; empty: water at the file's temperature times "
                                  "medium_factor."});
  fields.number("medium_factor", medium_factor,
                {.low = 0.5, .high = 100, .help = "Viscosity of the diluent relative to water (1: water)."});
  fields.optional_number(
      "temperature_c", temperature_c,
      {.unit = "Cel", .low = -8, .high = 99, .help = "Temperature, when the file does not hold it."});
  fields.optional_number("instrument_viscosity_mpa_s", instrument_viscosity_mpa_s,
                         {.unit = "mPa.s",
                          .low = 0.1,
                          .high = 100,
                          .help = "Viscosity the instrument sized with, when the file does not hold it."});
  fields.choice("flag_rule", flag_rule, kRules,
                {.help = "Which warnings of the instrument flag a video: its verdict on the concentration, any line of "
                         "the concentration warnings, any warning, none."});
  fields.choice("size_table", size_table, kTables, {.help = "ZetaView: which of its two size tables is used."});
  fields.choice("blank", blank, kBlank, {.help = "Subtract the blank (diluent) when there is one, or ignore it."});
  fields.flag("distribution", distribution, {.help = "Report the size distribution, one row a bin."});
  fields.optional_number(
      "frame_rate_hz", frame_rate_hz,
      {.unit = "Hz", .low = 1, .high = 10000, .help = "AllTracks: frame rate, to infer the pixel size."});
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path) {
  return {severity, kind, std::move(message), {path, 0, 0, ""}, std::move(hint), path, ""};
}

Sizing sizing_of(const SizeVideo& video, const Settings& settings) {
  Sizing out;
  const auto usable = [](double value) { return std::isfinite(value) && value > 0; };
  out.temperature_c = std::isfinite(video.temperature_c) ? video.temperature_c : settings.temperature_c.value_or(kNaN);
  out.used_mpa_s =
      usable(video.viscosity_mpa_s) ? video.viscosity_mpa_s : settings.instrument_viscosity_mpa_s.value_or(kNaN);
  out.true_mpa_s = settings.viscosity_mpa_s.value_or(water_viscosity_mpa_s(out.temperature_c) * settings.medium_factor);
  if (!settings.resize || !usable(out.used_mpa_s) || !usable(out.true_mpa_s)) return out;
  out.factor = out.used_mpa_s / out.true_mpa_s;
  out.known = true;
  return out;
}

Dilution dilution_of(const SizeReport& report, const SizeVideo& video, const Settings& settings) {
  Dilution out;
  const bool recorded = video.recorded_dilution > 0 && std::isfinite(video.recorded_dilution);
  if (recorded) out.applied = video.recorded_dilution;
  if (settings.dilution_applied) out.applied = *settings.dilution_applied;
  if (settings.dilution) {
    out.total = settings.dilution;
  } else if (settings.dilution_applied || recorded) {
    out.total = out.applied;
  } else if (report.noted_dilution && *report.noted_dilution > 0) {
    out.total = report.noted_dilution;
  }
  return out;
}

const SizeTable* number_table(const SizeVideo& video, const Settings& settings) {
  const SizeTable* first = nullptr;
  for (const SizeTable& table : video.tables) {
    if (table.axis != "diameter" || table.weighting != "number") continue;
    if (table.scale == settings.size_table) return &table;
    if (first == nullptr) first = &table;
  }
  return first;
}

double grid_width_nm(const SizeTable& table) {
  constexpr double kZetaviewStep = 5;
  if (table.scale != "linear" || table.centre_nm.size() < 2) return kZetaviewStep;
  const double step = table.centre_nm[1] - table.centre_nm[0];
  return std::isfinite(step) && step > 0 ? step : kZetaviewStep;
}

std::optional<Distribution> cell_distribution(const SizeReport& report, const SizeVideo& video,
                                              const Settings& settings) {
  const SizeTable* table = number_table(video, settings);
  if (table == nullptr) return std::nullopt;
  std::optional<Distribution> bins = distribution_of(*table);
  if (!bins) return std::nullopt;
  const double applied = dilution_of(report, video, settings).applied;
  for (double& amount : bins->amount) amount /= applied;
  scale_sizes(*bins, sizing_of(video, settings).factor);
  return bins;
}

double per_track(const Distribution& cell, const SizeVideo& video) {
  const double sum = total(cell);
  return video.valid_tracks > 0 && std::isfinite(video.valid_tracks) ? sum / video.valid_tracks : 0;
}

namespace {

const SizeReport& report_of(const Reading& reading) {
  const SizeReport* report = reading.as<SizeReport>();
  if (report == nullptr) {
    throw Error(ErrorKind::kUnsupported, say("This is no particle tracking export."), {reading.path, 0, 0, ""},
                say("Give a NanoSight or ZetaView export, or measure a plain table with the assay \"table\"."));
  }
  return *report;
}

bool holds_tracks(const Reading& reading) {
  return reading.format == "nanosight_particles" || reading.format == "nanosight_tracks";
}

void ask_dilution(const SizeReport& report, const SizeVideo& video, const Settings& settings, const std::string& path,
                  std::vector<Issue>& issues) {
  const bool recorded = video.recorded_dilution > 0;
  if (!dilution_of(report, video, settings).total) {
    issues.push_back(
        issue(Severity::kWarning, "nta.dilution_missing",
              say("The dilution is not recorded in the file: the concentration of the preparation is unknown."),
              say("How much was the preparation diluted in all? Set \"dilution\" (1 when it was not)."), path));
    issues.back().setting = "dilution";
  }
  if (settings.dilution && recorded && *settings.dilution != video.recorded_dilution && !settings.dilution_applied) {
    issues.push_back(issue(
        video.recorded_dilution == 1 ? Severity::kNote : Severity::kWarning, "nta.dilution_conflict",
        say("The file says that its concentrations are already multiplied by {}, you state a total dilution of {}: the "
            "preparation's concentration is the print times {}.",
            readable_number(video.recorded_dilution, 4), readable_number(*settings.dilution, 4),
            exact_number(*settings.dilution / video.recorded_dilution)),
        say("Check both; when the file's factor was never applied, set \"dilution_applied\" to 1."), path));
  }
  if (settings.dilution && report.noted_dilution && *report.noted_dilution != *settings.dilution) {
    issues.push_back(issue(Severity::kWarning, "nta.dilution_conflict",
                           say("The file notes a dilution of {}, you state {}: yours is used.",
                               readable_number(*report.noted_dilution, 4), readable_number(*settings.dilution, 4)),
                           say("Check both."), path));
  }
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  const SizeReport& report = report_of(reading);
  std::vector<Issue> out;
  if (holds_tracks(reading)) {
    if (!settings.instrument_viscosity_mpa_s || (!settings.temperature_c && !settings.viscosity_mpa_s)) {
      out.push_back(
          issue(Severity::kNote, "nta.viscosity_missing",
                say("Track files hold neither temperature nor viscosity: sizes stay as the instrument gave them."),
                say("Set \"temperature_c\" and \"instrument_viscosity_mpa_s\" from the summary."), reading.path));
    }
    return out;
  }
  if (report.videos.empty()) return out;
  const SizeVideo& video = report.videos.front();
  ask_dilution(report, video, settings, reading.path, out);
  const Sizing sizing = sizing_of(video, settings);
  if (settings.resize && std::isnan(sizing.temperature_c) && !settings.viscosity_mpa_s) {
    out.push_back(issue(Severity::kWarning, "nta.temperature_missing", say("The file holds no temperature."),
                        say("At which temperature was it measured? Set \"temperature_c\"."), reading.path));
  }
  if (settings.resize && !(sizing.used_mpa_s > 0)) {
    out.push_back(issue(Severity::kWarning, "nta.viscosity_missing",
                        say("The file does not hold the viscosity that the instrument sized with."),
                        say("Set \"instrument_viscosity_mpa_s\"."), reading.path));
  }
  if (settings.blank == "subtract") {
    out.push_back(
        issue(Severity::kNote, "nta.blank_missing",
              say("Particles of the diluent count as particles of the preparation unless a blank is measured."),
              say("Is there an export of the diluent alone? Give it the role \"blank\"."), reading.path));
  }
  return out;
}

Outcome measure(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                const InputFacts& facts, const Context&) {
  const Settings& settings = any.get<Settings>();
  const SizeReport& report = report_of(reading);
  if (holds_tracks(reading)) return measure_tracks(report, settings, facts, reading.path);
  if (report.videos.empty()) {
    throw Error(ErrorKind::kData, say("The export holds no video."), {reading.path, 0, 0, ""}, say("Export it again."));
  }
  std::optional<Blank> blank;
  for (const Calibration& calibration : calibrations) {
    if (calibration.role == "blank" && settings.blank == "subtract") blank = blank_from(calibration.values);
  }
  Outcome out = measure_videos(report, blank, settings, facts, reading.path);
  for (Issue& question : missing(reading, any)) {
    const bool about_blank = question.kind == "nta.blank_missing";
    if (about_blank && (blank || facts.role == "blank")) continue;
    if (question.kind == "nta.dilution_missing" && facts.role == "blank") continue;
    out.issues.push_back(std::move(question));
  }
  return out;
}

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context&) {
  if (role != "blank") {
    throw Error(ErrorKind::kConfig, say("The assay \"nta\" knows no control \"{}\".", role), {},
                say("It knows: blank."));
  }
  return calibrate_blank(readings, any.get<Settings>());
}

Outcome derive(const ObservationTable& table, const Study&, const AnySettings&, const Context&) {
  return derive_means(table);
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 5> kSources = {"ISO 19430:2016", "10.1063/1.555581", "10.1021/ac60259a007",
                                                      "10.1103/PhysRevE.89.022726",
                                                      "recomputation of public exports (page of the assay)"};
constexpr std::array<std::string_view, 24> kQuantities = {"vesicle.diameter.mean",
                                                          "vesicle.diameter.mode",
                                                          "vesicle.diameter.median",
                                                          "vesicle.diameter.d10",
                                                          "vesicle.diameter.d90",
                                                          "vesicle.diameter.sd",
                                                          "vesicle.diameter.span",
                                                          "vesicle.concentration",
                                                          "vesicle.concentration.measured",
                                                          "vesicle.number_density",
                                                          "vesicle.number_share",
                                                          "vesicle.surface_area_concentration",
                                                          "vesicle.volume_concentration",
                                                          "nta.particles_per_frame",
                                                          "nta.completed_tracks",
                                                          "nta.valid_tracks",
                                                          "nta.drift",
                                                          "nta.viscosity",
                                                          "nta.temperature",
                                                          "nta.flagged_videos",
                                                          "nta.observed_volume",
                                                          "nta.track_length",
                                                          "nta.included_tracks",
                                                          "nta.pixel_size"};
constexpr std::array<std::string_view, 4> kFormats = {"nanosight_summary", "nanosight_particles", "nanosight_tracks",
                                                      "zetaview_text"};
constexpr std::array<std::string_view, 1> kRoles = {"blank"};

}  // namespace

}  // namespace vesica::nta

namespace vesica {

const Assay kNtaAssay = {
    "nta",
    "Particle tracking",
    "Sizes and concentration of vesicles from NanoSight and ZetaView exports, recomputed from the bins and re-sized to "
    "the "
    "true viscosity.",
    nta::kSources,
    nta::kQuantities,
    nta::kFormats,
    nta::kRoles,
    false,
    nta::make_settings,
    nta::missing,
    nta::calibrate,
    nta::measure,
    nta::derive,
    nta::check_pack,
};

}  // namespace vesica
