// SPDX-License-Identifier: Apache-2.0
#include "phantoms/nta.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "phantoms/nta_render.h"
#include <fmt/format.h>

#include "vesica/base/hash.h"

namespace vesica {

namespace {

double normal_below(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// Geometric mean 1, coefficient of variation `cv`.
double scatter(Random& random, double cv) {
  const double log_sd = std::sqrt(std::log1p(cv * cv));
  return std::exp(random.normal(0, log_sd));
}

// The same laws as the assay recomputes, written again from their formulas: a phantom must not borrow from what it
// tests.
double water_mpa_s(double t) {
  return 1.002 * std::pow(10.0, (20 - t) / (t + 96) * (1.2364 - 1.37e-3 * (20 - t) + 5.7e-6 * (20 - t) * (20 - t)));
}
double instrument_mpa_s(bool zetaview, double t) {
  if (zetaview) return 1.0020 - 0.02043 * (t - 20);
  return std::pow(10.0, (1.3272 * (20 - t) - 0.001053 * (t - 20) * (t - 20)) / (t + 105));
}

bool is_zetaview(const NtaPhantomSettings& settings) { return settings.version.starts_with("zetaview"); }

double printed(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

phantom::SeenVideo see(const NtaPhantomSettings& settings, const NtaExport& what, std::size_t index, Random& random) {
  phantom::SeenVideo video;
  const bool zetaview = is_zetaview(settings);
  video.name = fmt::format("{}_{:0{}d}", what.name, index, zetaview ? 4 : 2);
  video.flagged = index < what.flagged.size() && what.flagged[index];
  video.temperature_c = printed(random.normal(settings.temperature_c, settings.temperature_sd_c), zetaview ? 2 : 3);
  video.viscosity_mpa_s = printed(instrument_mpa_s(zetaview, video.temperature_c), 6);
  video.true_viscosity_mpa_s = water_mpa_s(video.temperature_c) * settings.medium_factor;
  const double vesicles = what.cell_per_ml * scatter(random, settings.video_cv);
  const double others = what.blank_per_ml * scatter(random, settings.video_cv);
  video.cell_per_ml = vesicles + others;
  if (settings.dilution_recorded && !zetaview) video.recorded_dilution = settings.dilution;
  if (!(video.cell_per_ml > 0)) return video;
  const double expected = static_cast<double>(settings.tracks) * (video.flagged ? 0.05 : 1.0);
  const auto tracks = static_cast<std::size_t>(std::max<std::uint64_t>(1, random.poisson(expected)));
  const Suspension dust = diluent();
  for (std::size_t i = 0; i < tracks; ++i) {
    const bool own = random.uniform() < vesicles / video.cell_per_ml;
    const double d = own ? settings.suspension.draw_nm(random) : dust.draw_nm(random);
    video.true_nm.push_back(d);
    video.reported_nm.push_back(d * video.true_viscosity_mpa_s / video.viscosity_mpa_s);
  }
  return video;
}

void add_truth(ObservationTable& truth, const std::string& sample, std::string_view quantity, double value) {
  truth.add(truth_row(quantity, sample, value));
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const NtaPhantomSettings& settings = any.get<NtaPhantomSettings>();
  const Suspension& s = settings.suspension;
  Rendered out;
  for (std::int64_t p = 0; p < settings.preparations; ++p) {
    Random random(seed, 1000 + static_cast<std::uint64_t>(p));
    const double stock = s.concentration_per_ml * scatter(random, settings.preparation_cv);
    NtaExport what;
    what.name = fmt::format("{}_{}", settings.sample, p + 1);
    what.sample = fmt::format("{} {}", settings.sample, p + 1);
    what.cell_per_ml = stock / settings.dilution;
    what.blank_per_ml = settings.blanks > 0 ? settings.blank_per_ml : 0;
    what.key = static_cast<std::uint64_t>(p);
    for (std::int64_t v = 0; v < settings.videos; ++v) what.flagged.push_back(p == 0 && v < settings.flagged_videos);
    for (PhantomFile& file : render_export(settings, what, seed)) out.files.push_back(std::move(file));
    add_truth(out.truth, what.sample, "vesicle.concentration", stock);
    add_truth(out.truth, what.sample, "vesicle.diameter.mean", s.mean_nm());
    add_truth(out.truth, what.sample, "vesicle.diameter.sd", s.sd_nm());
    add_truth(out.truth, what.sample, "vesicle.diameter.d10", s.percentile_nm(0.1));
    add_truth(out.truth, what.sample, "vesicle.diameter.median", s.percentile_nm(0.5));
    add_truth(out.truth, what.sample, "vesicle.diameter.d90", s.percentile_nm(0.9));
  }
  for (std::int64_t b = 0; b < settings.blanks; ++b) {
    NtaExport what;
    what.name = fmt::format("blank_{}", b + 1);
    what.sample = "blank";
    what.cell_per_ml = 0;
    what.blank_per_ml = settings.blank_per_ml;
    what.key = 500 + static_cast<std::uint64_t>(b);
    what.flagged.assign(static_cast<std::size_t>(settings.videos), false);
    NtaPhantomSettings undiluted = settings;
    undiluted.dilution = 1;
    undiluted.dilution_recorded = false;
    undiluted.track_files = false;
    for (PhantomFile& file : render_export(undiluted, what, seed)) out.files.push_back(std::move(file));
  }
  return out;
}

AnySettings make_settings() { return AnySettings::of<NtaPhantomSettings>(); }

}  // namespace

double Suspension::mean_nm() const {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < median_nm.size(); ++i) {
    sum += share[i] * median_nm[i] * std::exp(log_sd[i] * log_sd[i] / 2);
    weight += share[i];
  }
  return sum / weight;
}

double Suspension::sd_nm() const {
  double square = 0, weight = 0;
  for (std::size_t i = 0; i < median_nm.size(); ++i) {
    square += share[i] * median_nm[i] * median_nm[i] * std::exp(2 * log_sd[i] * log_sd[i]);
    weight += share[i];
  }
  return std::sqrt(square / weight - mean_nm() * mean_nm());
}

double Suspension::below(double d_nm) const {
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < median_nm.size(); ++i) {
    sum += share[i] * normal_below(std::log(d_nm / median_nm[i]) / log_sd[i]);
    weight += share[i];
  }
  return sum / weight;
}

double Suspension::percentile_nm(double p) const {
  double low = 1e-3, high = 1e5;
  for (int i = 0; i < 200; ++i) {
    const double middle = std::sqrt(low * high);
    (below(middle) < p ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

double Suspension::draw_nm(Random& random) const {
  double weight = 0;
  for (const double each : share) weight += each;
  double place = random.uniform() * weight;
  std::size_t i = 0;
  while (i + 1 < share.size() && place > share[i]) place -= share[i++];
  return median_nm[i] * std::exp(random.normal(0, log_sd[i]));
}

Suspension diluent() { return {{70}, {0.35}, {1}, 0}; }

void NtaPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 5> kVersions = {"nanosight_3.0", "nanosight_3.2", "nanosight_3.4",
                                                                "zetaview_8.05", "zetaview_8.06"};
  fields.choice("version", version, kVersions, {.help = "Instrument and software whose files are written."});
  fields.numbers("median_nm", suspension.median_nm,
                 {.unit = "nm", .low = 5, .high = 900, .help = "Median diameter of each population."});
  fields.numbers("log_sd", suspension.log_sd, {.low = 0.01, .high = 1.5, .help = "SD of ln d of each population."});
  fields.numbers("share", suspension.share, {.low = 0, .high = 1, .help = "Share by number of each population."});
  fields.number("concentration_per_ml", suspension.concentration_per_ml,
                {.unit = "/mL", .low = 1, .high = 1e16, .help = "Concentration of the undiluted preparation."});
  fields.number("dilution", dilution, {.low = 1, .high = 1e9, .help = "Total dilution into the cell."});
  fields.flag("dilution_recorded", dilution_recorded,
              {.help = "NanoSight: the operator recorded the dilution, so that the print is multiplied by it."});
  fields.integer("preparations", preparations, {.low = 1, .high = 10000, .help = "Preparations, one export each."});
  fields.integer("videos", videos, {.low = 1, .high = 100, .help = "Videos a preparation."});
  fields.number("preparation_cv", preparation_cv,
                {.low = 0, .high = 2, .help = "CV of concentration between preparations (lognormal)."});
  fields.number("video_cv", video_cv, {.low = 0, .high = 2, .help = "CV of concentration between videos (lognormal)."});
  fields.integer("tracks", tracks, {.low = 1, .high = 1000000, .help = "Expected valid tracks a video."});
  fields.number("resolution", resolution,
                {.low = 0.001, .high = 0.5, .help = "NanoSight: relative width with which a track enters the bins."});
  fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 5, .high = 60, .help = "Mean temperature."});
  fields.number("temperature_sd_c", temperature_sd_c,
                {.unit = "Cel", .low = 0, .high = 5, .help = "SD of temperature between videos."});
  fields.number("medium_factor", medium_factor,
                {.low = 0.5, .high = 10, .help = "True viscosity of the medium relative to water."});
  fields.integer("flagged_videos", flagged_videos,
                 {.low = 0, .high = 100, .help = "Videos of the first preparation that the instrument flags."});
  fields.integer("blanks", blanks,
                 {.low = 0, .high = 100, .help = "Exports of the diluent; then samples hold it too."});
  fields.number("blank_per_ml", blank_per_ml,
                {.unit = "/mL", .low = 0, .high = 1e12, .help = "Particles of the diluent in the cell."});
  fields.flag("track_files", track_files, {.help = "NanoSight: write ParticleData and AllTracks of each video."});
  fields.flag("decimal_comma", decimal_comma, {.help = "Write decimal commas."});
  fields.text("sample", sample, {.help = "Name of the samples, followed by a number."});
}

std::vector<PhantomFile> render_export(const NtaPhantomSettings& settings, const NtaExport& what, std::uint64_t seed) {
  std::vector<phantom::SeenVideo> videos;
  std::vector<PhantomFile> out;
  for (std::size_t v = 0; v < what.flagged.size(); ++v) {
    Random random(seed, hash64(what.name) ^ (what.key * 1000 + v));
    videos.push_back(see(settings, what, v, random));
    if (is_zetaview(settings)) {
      out.push_back({videos.back().name + "_size_488.txt", phantom::zetaview_text(settings, what, videos.back()),
                     "ZetaView text."});
    } else if (settings.track_files) {
      for (PhantomFile& file : phantom::nanosight_tracks(videos.back(), random)) out.push_back(std::move(file));
    }
  }
  if (is_zetaview(settings)) return out;
  out.insert(out.begin(), {what.name + "-ExperimentSummary.csv", phantom::nanosight_summary(settings, what, videos),
                           "NanoSight summary."});
  return out;
}

const Phantom kNtaPhantom = {"nta", "Particle tracking exports",
                             "NanoSight and ZetaView exports of a suspension with known sizes and concentration.",
                             make_settings, render};

}  // namespace vesica
