// SPDX-License-Identifier: Apache-2.0
// The assay `nta_video`: what is missing, the way from a film to rows, beads and blanks.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/nta_video/nta_video.h"
#include "vesica/assays/nta_video/nta_video_picture.h"
#include "vesica/assays/nta_video/nta_video_rows.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/evidence/water.h"
#include "vesica/io/images.h"

namespace vesica::nta_video {

namespace {

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no film."), {reading.path, 0, 0, ""},
                say("Give a film of particles: AVI, MOV or MP4, a TIFF stack, or a folder of PNG or TIFF files."));
  }
  return *images->source;
}

/// What is known about how a film was taken; NaN for what is not.
struct Facts {
  double frame_s = kNaN, exposure_s = kNaN, pixel_um = kNaN, temperature_c = kNaN, viscosity_mpa_s = kNaN;
  bool played = false;  ///< the time between frames is that of playing a video

  bool complete() const {
    return frame_s > 0 && exposure_s >= 0 && exposure_s <= frame_s * 1.001 && pixel_um > 0 && temperature_c > -273 &&
           viscosity_mpa_s > 0;
  }
  Conditions conditions() const { return {frame_s, std::min(exposure_s, frame_s), temperature_c, viscosity_mpa_s}; }
};

/// Median time between frames.
double interval_of(const std::vector<double>& times) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
  const double middle = quantile(steps, 0.5);
  return middle > 0 ? middle : kNaN;
}

Facts facts_of(const Reading& reading, const Settings& settings) {
  const ImageInfo& info = source_of(reading).info();
  Facts out;
  if (settings.frame_rate_hz) {
    out.frame_s = 1 / *settings.frame_rate_hz;
  } else {
    out.frame_s = interval_of(info.frame_times_s);
    out.played =
        std::isfinite(out.frame_s) && (reading.format == "avi" || reading.format == "mov" || reading.format == "video");
  }
  constexpr double kMsPerS = 1000;
  if (settings.exposure_ms) out.exposure_s = *settings.exposure_ms / kMsPerS;
  const Known pixel = given_or(settings.pixel_um, "setting pixel_um", info.pixel_um());
  if (pixel.known()) out.pixel_um = pixel.value;
  if (settings.temperature_c) out.temperature_c = *settings.temperature_c;
  if (settings.viscosity_mpa_s) {
    out.viscosity_mpa_s = *settings.viscosity_mpa_s;
  } else if (settings.medium == "water" || settings.medium == "pbs") {
    out.viscosity_mpa_s = water_viscosity_mpa_s(out.temperature_c);
  }
  return out;
}

void ask_times(const Facts& facts, const std::string& path, std::vector<Issue>& out) {
  if (!(facts.frame_s > 0)) {
    out.push_back(issue(Severity::kWarning, "nta_video.frame_rate_missing",
                        say("The film does not say how many frames it took a second: no sizes."),
                        say("What was the frame rate of the camera? Set \"frame_rate_hz\"."), path, "frame_rate_hz"));
  } else if (facts.played) {
    out.push_back(
        issue(Severity::kNote, "nta_video.frame_rate_played",
              say("{} frames a second is the speed at which the film plays.", readable_number(1 / facts.frame_s, 4)),
              say("When it was filmed at another rate, set \"frame_rate_hz\"."), path, "frame_rate_hz"));
  }
  if (std::isnan(facts.exposure_s)) {
    out.push_back(
        issue(Severity::kWarning, "nta_video.exposure_missing",
              say("The exposure is not known: blur shortens steps by up to a third, no sizes."),
              say("How long was the shutter open for a frame? Set \"exposure_ms\" (all the time between frames "
                  "when the camera has no shutter)."),
              path, "exposure_ms"));
  } else if (facts.exposure_s > facts.frame_s * 1.001) {
    out.push_back(issue(Severity::kWarning, "nta_video.exposure_too_long",
                        say("An exposure of {} ms is longer than the {} ms from frame to frame: no sizes.",
                            readable_number(1000 * facts.exposure_s, 4), readable_number(1000 * facts.frame_s, 4)),
                        say("Check \"exposure_ms\" and \"frame_rate_hz\"."), path, "exposure_ms"));
  }
}

std::vector<Issue> questions(const Reading& reading, const Settings& settings) {
  const Facts facts = facts_of(reading, settings);
  std::vector<Issue> out;
  ask_times(facts, reading.path, out);
  if (!(facts.pixel_um > 0)) {
    out.push_back(issue(Severity::kWarning, "nta_video.pixel_missing",
                        say("The size of a pixel is not known: no sizes."),
                        say("How many micrometres is one pixel? Set \"pixel_um\"."), reading.path, "pixel_um"));
  }
  if (std::isnan(facts.temperature_c)) {
    out.push_back(issue(
        Severity::kWarning, "nta_video.temperature_missing", say("The temperature of the cell is not known: no sizes."),
        say("At which temperature was it filmed? Set \"temperature_c\"."), reading.path, "temperature_c"));
  }
  if (!settings.viscosity_mpa_s && settings.medium != "water" && settings.medium != "pbs") {
    const bool other = settings.medium == "other";
    out.push_back(issue(
        Severity::kWarning, "nta_video.viscosity_missing", say("The viscosity of the medium is not known: no sizes."),
        other ? say("Set \"viscosity_mpa_s\".")
              : say("What do the particles swim in? Set \"medium\" (water, pbs) or \"viscosity_mpa_s\"."),
        reading.path, other ? "viscosity_mpa_s" : "medium"));
  }
  if (!settings.dilution) {
    out.push_back(issue(Severity::kWarning, "nta_video.dilution_missing",
                        say("The dilution is not known: the concentration of the preparation is unknown."),
                        say("How much was the preparation diluted in all? Set \"dilution\" (1 when it was not)."),
                        reading.path, "dilution"));
  }
  return out;
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  std::vector<Issue> out = questions(reading, settings);
  out.push_back(issue(
      Severity::kNote, "nta_video.controls_missing",
      say("Without beads of known concentration the volume in view is told by the tracks alone; without "
          "a blank the diluent's particles count as the preparation's."),
      say("Are there films of beads and of the diluent? Give them the roles \"bead\" and \"blank\"."), reading.path));
  return out;
}

std::string reason(Refusal refusal) {
  switch (refusal) {
    case Refusal::kEmpty:
      return say("The film has no frame.");
    case Refusal::kOneFrame:
      return say("The film has one frame: nothing can be followed.");
    case Refusal::kNotFinite:
      return say("The film holds values that are no numbers.");
    case Refusal::kConstant:
      return say("The first frames are of one grey: nothing is to be seen.");
    case Refusal::kNone:
      break;
  }
  return "";
}

/// Farthest step that is followed: 3.7 standard deviations along one axis hold 99.9 % of a Rayleigh law.
double search_of(const Facts& facts, const Settings& settings) {
  constexpr double kFar = 3.7;
  if (settings.search_px) return *settings.search_px;
  if (!facts.complete()) return static_cast<double>(settings.diameter_px);  // chosen: a spot's width
  const double d = facts.conditions().diffusion(settings.smallest_nm);
  const double px = kFar * std::sqrt(2 * d * facts.frame_s) / facts.pixel_um;
  constexpr double kMost = 500;  // what the setting allows
  return std::clamp(px, 1.0, kMost);
}

/// A film with its tracks.
struct Tracked {
  Facts facts;
  Film film;
  std::vector<Track> tracks;
  std::vector<std::size_t> which;
  Conditions conditions;
  double area_um2() const { return film.area_px() * facts.pixel_um * facts.pixel_um; }
};
Tracked track(const Reading& reading, const Settings& settings, const Context& context) {
  Tracked out;
  out.facts = facts_of(reading, settings);
  out.film = read_film(source_of(reading), settings, search_of(out.facts, settings), context);
  if (!out.facts.complete() || out.film.refusal != Refusal::kNone) return out;
  out.conditions = out.facts.conditions();
  out.tracks = tracks_of(out.film, settings, out.facts.pixel_um, out.conditions, &out.which);
  return out;
}

void tell_controls(const std::optional<Beads>& beads, const std::optional<Blank>& blank, const InputFacts& facts,
                   const std::string& path, Outcome& out) {
  if (!beads) {
    out.issues.push_back(issue(Severity::kNote, "nta_video.no_beads",
                               say("The volume in view is told by the lengths of the tracks alone: concentrations may "
                                   "be off by a factor that beads of known concentration would show."),
                               say("Film beads and give the film the role \"bead\"."), path));
  } else {
    Observation row = facts.row("nta.bead_count_ratio");
    row.value = beads->volume_ratio;
    row.sd = beads->volume_ratio * beads->volume_log_sd;
    out.observations.add(row);
    if (std::isfinite(beads->size_ratio)) {
      row = facts.row("nta.bead_size_ratio");
      row.value = beads->size_ratio;
      if (std::isfinite(beads->size_sd)) row.sd = beads->size_sd;
      out.observations.add(row);
    }
    constexpr double kOff = 0.05;  // chosen: certified beads are known within 2 to 3 %
    const double off = std::abs(beads->size_ratio - 1);
    if (off > kOff && off > 2 * beads->size_sd) {
      out.issues.push_back(
          issue(Severity::kWarning, "nta_video.bead_size",
                say("The beads measure {} times their stated size.", readable_number(beads->size_ratio, 3)),
                say("Check pixel size, temperature, viscosity, frame rate and exposure."), path));
    }
  }
  if (blank && !(blank->total > 0)) {
    out.issues.push_back(issue(Severity::kNote, "nta_video.blank_empty",
                               say("The films of the diluent show too few particles to be counted: nothing is taken "
                                   "off."),
                               say("Good, when the diluent is clean; film it longer to put a limit on it."), path));
  }
  if (!blank && facts.role != "blank") {
    out.issues.push_back(issue(Severity::kNote, "nta_video.no_blank",
                               say("Particles of the diluent count as particles of the preparation."),
                               say("Film the diluent alone and give the film the role \"blank\"."), path));
  }
}

Outcome measure(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                const InputFacts& facts, const Context& context) {
  const Settings& settings = any.get<Settings>();
  Outcome out;
  const Tracked got = track(reading, settings, context);
  const bool control = facts.role == "blank" || facts.role == "bead";
  for (Issue& question : questions(reading, settings)) {
    if (question.kind != "nta_video.dilution_missing" || !control) out.issues.push_back(std::move(question));
  }
  add_film(got.film, got.facts.pixel_um, got.facts.frame_s, facts, out);
  if (got.film.refusal != Refusal::kNone) {
    out.issues.push_back(issue(Severity::kWarning, "nta_video.not_measurable", reason(got.film.refusal),
                               say("Give the whole film as the camera wrote it."), reading.path));
    add_nothing(Status::kNotMeasurable, facts, out);
    return out;
  }
  if (source_of(reading).info().colour) {
    out.issues.push_back(issue(Severity::kNote, "nta_video.colour",
                               say("The film is in colour: its brightness is used."),
                               say("Film in grey: colour cameras interpolate between pixels."), reading.path));
  }
  std::optional<Beads> beads;
  std::optional<Blank> blank;
  for (const Calibration& calibration : calibrations) {
    if (calibration.role == "bead") beads = beads_from(calibration.values);
    if (calibration.role == "blank" && settings.blank == "subtract") blank = blank_from(calibration.values);
  }
  if (settings.overlays) {
    std::string png = overlay_png(got.film, got.facts.pixel_um);
    if (!png.empty())
      out.artifacts.push_back(
          {"nta_video_overlay.png", "image/png", std::move(png),
           say("Frame {}: particles ringed in orange, the way they came in blue.", got.film.picture_frame + 1)});
  }
  if (!got.facts.complete()) {
    add_nothing(Status::kNotMeasurable, facts, out);
    return out;
  }
  warn(got.film, got.tracks, got.facts.frame_s, settings, reading.path, out);
  if (got.tracks.empty()) {
    add_nothing(Status::kNoObjects, facts, out);
    return out;
  }
  const Sizes sizes =
      measure_tracks(got.tracks, got.film.frames, got.area_um2(), got.conditions, settings, beads, blank, context);
  tell_controls(beads, blank, facts, reading.path, out);
  add_sizes(sizes, blank.has_value(), settings, facts, out);
  if (!std::isfinite(sizes.total.value)) {
    out.issues.push_back(issue(Severity::kWarning, "nta_video.no_depth",
                               say("Only {} track(s) (is|are) seen to end in view: the depth in which particles are "
                                   "seen is not known, and so no concentration.",
                                   sizes.depth.ends),
                               say("Film longer, or a larger field."), reading.path));
  }
  out.artifacts.push_back({"nta_video_tracks.tsv", "text/tab-separated-values", track_table(got.film, sizes, got.which),
                           say("One row a track.")});
  return out;
}

double sd_of_logs(const std::vector<double>& values) {
  double mean = 0, square = 0;
  for (const double value : values) mean += std::log(value) / static_cast<double>(values.size());
  for (const double value : values) square += std::pow(std::log(value) - mean, 2);
  return values.size() > 1 ? std::sqrt(square / static_cast<double>(values.size() - 1)) : 0;
}

[[noreturn]] void refuse(const std::string& what, const std::string& path, const std::string& hint) {
  throw Error(ErrorKind::kConfig, what, {path, 0, 0, ""}, hint);
}

/// Films of a control, measured without any control.
std::vector<Sizes> measured(std::span<const Reading> readings, const Settings& settings, const Context& context) {
  std::vector<Sizes> out;
  for (const Reading& reading : readings) {
    const Tracked got = track(reading, settings, context);
    if (got.film.refusal != Refusal::kNone)
      throw Error(ErrorKind::kData, reason(got.film.refusal), {reading.path, 0, 0, ""},
                  say("Give the whole film as the camera wrote it."));
    if (!got.facts.complete()) {
      const std::vector<Issue> asked = questions(reading, settings);
      refuse(asked.empty() ? say("The film does not say how it was taken.") : asked.front().message, reading.path,
             asked.empty() ? "" : asked.front().hint);
    }
    out.push_back(measure_tracks(got.tracks, got.film.frames, got.area_um2(), got.conditions, settings, std::nullopt,
                                 std::nullopt, context));
  }
  return out;
}

void add_row(Calibration& to, const char* quantity, double value, double sd, const Reading& reading) {
  InputFacts facts;
  facts.role = to.role;
  facts.source = kNtaVideoAssay.id;
  facts.replicate = reading.path;
  Observation row = facts.row(quantity);
  row.value = value;
  if (std::isfinite(sd)) row.sd = sd;
  if (!std::isfinite(value) || !(value > 0)) row.value = kNaN, row.sd = kNaN, row.status = Status::kNoObjects;
  to.rows.add(row);
}

Calibration calibrate_beads(std::span<const Reading> readings, const Settings& settings, const Context& context) {
  if (!settings.bead_nm && !settings.bead_per_ml)
    refuse(say("What the beads are is not stated."), readings.empty() ? "" : readings.front().path,
           say("Set \"bead_nm\" (their diameter) and \"bead_per_ml\" (their concentration in the cell)."));
  Calibration out;
  out.role = "bead";
  Beads beads;
  std::vector<double> counts, diameters, own_count, own_size;
  const std::vector<Sizes> films = measured(readings, settings, context);
  for (std::size_t i = 0; i < films.size(); ++i) {
    const Sizes& film = films[i];
    if (settings.bead_per_ml && film.total.value > 0) {
      counts.push_back(film.total.value / *settings.bead_per_ml);
      own_count.push_back(film.total_sd / film.total.value);
      add_row(out, "nta.bead_count_ratio", counts.back(), counts.back() * own_count.back(), readings[i]);
    }
    if (settings.bead_nm && film.median.value > 0) {
      diameters.push_back(film.median.value / *settings.bead_nm);
      own_size.push_back((film.median.high - film.median.low) / 4 / film.median.value);
      add_row(out, "nta.bead_size_ratio", diameters.back(), own_size.back(), readings[i]);
    }
  }
  if (counts.empty() && diameters.empty())
    throw Error(ErrorKind::kData, say("No bead is seen in {} film(s).", readings.size()),
                {readings.empty() ? std::string() : readings.front().path, 0, 0, ""}, say("Look at the films."));
  const auto combine = [](const std::vector<double>& ratios, const std::vector<double>& own, double& ratio,
                          double& sd) {
    double mean = 0, square = 0;
    for (const double each : ratios) mean += std::log(each) / static_cast<double>(ratios.size());
    for (const double each : own) square += std::isfinite(each) ? each * each : 0;
    const auto n = static_cast<double>(ratios.size());
    ratio = std::exp(mean);
    sd = std::max(sd_of_logs(ratios) / std::sqrt(n), std::sqrt(square) / n);
  };
  if (!counts.empty()) {
    combine(counts, own_count, beads.volume_ratio, beads.volume_log_sd);
    beads.volume_log_sd = std::hypot(beads.volume_log_sd, settings.bead_cv);
  }
  if (!diameters.empty()) combine(diameters, own_size, beads.size_ratio, beads.size_sd);
  beads.films = readings.size();
  out.values = to_value(beads);
  return out;
}

Calibration calibrate_blank(std::span<const Reading> readings, Settings settings, const Context& context) {
  settings.bootstrap = 0;
  Calibration out;
  out.role = "blank";
  Blank blank;
  blank.low_nm = settings.smallest_nm / 2;
  const std::vector<Sizes> films = measured(readings, settings, context);
  std::vector<double> totals;
  double counting = 0;
  for (std::size_t i = 0; i < films.size(); ++i) {
    const Sizes& film = films[i];
    const bool counted = std::isfinite(film.total.value);
    totals.push_back(counted ? film.total.value : 0);
    counting += counted ? film.total_sd * film.total_sd : 0;
    blank.per_ml.resize(film.grid.amount.size(), 0.0);
    for (std::size_t m = 0; m < film.grid.amount.size(); ++m)
      blank.per_ml[m] += counted ? film.grid.amount[m] / static_cast<double>(films.size()) : 0;
    add_row(out, "vesicle.concentration.measured", film.total.value, film.total_sd, readings[i]);
  }
  const auto n = static_cast<double>(films.size());
  double mean = 0, between = 0;
  for (const double total : totals) mean += total / n;
  for (const double total : totals) between += (total - mean) * (total - mean);
  blank.total = mean;
  blank.total_variance = std::max(counting / (n * n), n > 1 ? between / (n - 1) / n : 0);
  blank.variance.assign(blank.per_ml.size(), 0.0);
  for (std::size_t m = 0; m < blank.per_ml.size(); ++m)
    blank.variance[m] = mean > 0 ? blank.total_variance * blank.per_ml[m] / mean : 0;
  blank.films = films.size();
  out.values = to_value(blank);
  return out;
}

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context& context) {
  const Settings& settings = any.get<Settings>();
  if (role == "bead") return calibrate_beads(readings, settings, context);
  if (role == "blank") return calibrate_blank(readings, settings, context);
  throw Error(ErrorKind::kConfig, say("The assay \"nta_video\" knows no control \"{}\".", role), {},
              say("It knows: bead, blank."));
}

Outcome derive(const ObservationTable& table, const Study&, const AnySettings& any, const Context&) {
  return derive_means(table, any.get<Settings>());
}

/// Films whose names say so.
bool suits(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source || images->source->series_length() < 10) return false;
  const std::string name = lower_ascii(reading.path);
  return name.find("nta") != std::string::npos || name.find("nanosight") != std::string::npos ||
         name.find("zetaview") != std::string::npos;
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 8> kSources = {"10.1006/jcis.1996.0217",
                                                      "10.1103/PhysRevE.89.022726",
                                                      "10.1103/PhysRevE.82.011917",
                                                      "10.1016/j.jcis.2010.09.020",
                                                      "10.1088/0957-0233/23/6/065605",
                                                      "10.1103/PhysRevE.84.031920",
                                                      "10.1063/1.555581",
                                                      "ISO 19430:2016"};
constexpr std::array<std::string_view, 23> kQuantities = {
    "vesicle.diameter.mean",  "vesicle.diameter.mode", "vesicle.diameter.median",
    "vesicle.diameter.d10",   "vesicle.diameter.d90",  "vesicle.diameter.sd",
    "vesicle.diameter.span",  "vesicle.concentration", "vesicle.concentration.measured",
    "vesicle.number_density", "vesicle.number_share",  "nta.particles_in_view",
    "nta.sized_tracks",       "nta.track_length",      "nta.stuck_particles",
    "nta.drift_speed",        "nta.vibration",         "nta.localisation_error",
    "nta.detection_depth",    "nta.observed_volume",   "nta.crowding",
    "nta.bead_count_ratio",   "nta.bead_size_ratio"};
constexpr std::array<std::string_view, 2> kRoles = {"bead", "blank"};

}  // namespace

}  // namespace vesica::nta_video

namespace vesica {

const Assay kNtaVideoAssay = {
    "nta_video",
    "Particle tracking from films",
    "Sizes and concentration of vesicles from films of their Brownian motion, with bands, the volume in view by size, "
    "beads and a blank.",
    nta_video::kSources,
    nta_video::kQuantities,
    kPictureFormats,
    nta_video::kRoles,
    false,
    nta_video::make_settings,
    nta_video::missing,
    nta_video::calibrate,
    nta_video::measure,
    nta_video::derive,
    nullptr,
    nullptr,
    nta_video::suits,
};

}  // namespace vesica
