// SPDX-License-Identifier: Apache-2.0
// From numbers to rows and warnings.
#include "vesica/assays/nta_video/nta_video_rows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::nta_video {

namespace {

constexpr double kCriticalLevel = 1.645;  // Currie 1968, 10.1021/ac60259a007: one-sided 5 %
constexpr double kZ95 = 1.959963984540054;

class Rows {
 public:
  Rows(const InputFacts& facts, Outcome& out) : facts_(facts), out_(out) {}

  void add(std::string_view quantity, double value, std::string_view target = {}) {
    Observation row = facts_.row(quantity);
    row.target = target;
    row.value = value;
    if (!std::isfinite(value)) row.value = kNaN, row.status = Status::kNotMeasurable;
    out_.observations.add(row);
  }
  void add(std::string_view quantity, const Band& band, std::int64_t n, double sd = kNaN) {
    Observation row = facts_.row(quantity);
    row.value = band.value;
    row.n = n;
    row.sd = sd;
    if (!std::isfinite(band.value)) {
      row.value = row.sd = kNaN;
      row.status = Status::kNotMeasurable;
    } else if (std::isfinite(band.low) && std::isfinite(band.high)) {
      row.low = band.low, row.high = band.high, row.interval = "bootstrap95";
    }
    out_.observations.add(row);
  }
  void add_status(std::string_view quantity, Status status, double value = kNaN, std::string_view target = {}) {
    Observation row = facts_.row(quantity);
    row.target = target;
    row.status = status;
    row.value = value;
    out_.observations.add(row);
  }
  void add_raw(const Observation& row) { out_.observations.add(row); }
  const InputFacts& facts() const { return facts_; }

 private:
  const InputFacts& facts_;
  Outcome& out_;
};

/// Concentration in the cell and of the preparation with an interval on the logarithm; `sd` holds everything but the
/// dilution.
void add_total(Rows& rows, double total, double sd, const Settings& settings, std::string_view target) {
  for (const bool stock : {false, true}) {
    Observation row = rows.facts().row(stock ? "vesicle.concentration" : "vesicle.concentration.measured");
    row.target = target;
    const double factor = stock ? settings.dilution.value_or(kNaN) : 1;
    if (std::isnan(factor) || !std::isfinite(total)) {
      row.status = Status::kNotMeasurable;
    } else if (!(total > kCriticalLevel * sd)) {
      row.status = Status::kBelowRange;
      row.value = kCriticalLevel * sd * factor;
    } else {
      const double log_sd = std::hypot(sd / total, stock ? settings.dilution_cv : 0);
      row.value = total * factor;
      row.low = row.value * std::exp(-kZ95 * log_sd);
      row.high = row.value * std::exp(kZ95 * log_sd);
      row.interval = "combined95";
      row.sd = row.value * log_sd;
    }
    rows.add_raw(row);
  }
}

/// Bins that hold anything worth a row: up to the last above a millionth of the whole.
std::size_t last_bin(const std::vector<double>& amounts, double all) {
  std::size_t end = amounts.size();
  while (end > 0 && !(amounts[end - 1] > 1e-6 * all)) --end;
  return end;
}

void add_shares(Rows& rows, const sizes::Distribution& fine, const Sizes* banded, std::string_view target) {
  const sizes::Distribution bins = sizes::regrid(fine, kBinNm);
  const double all = sizes::total(bins);
  if (!(all > 0)) return;
  Observation row = rows.facts().row("vesicle.number_share");
  row.target = target;
  std::size_t first = 0;
  while (first < bins.amount.size() && !(bins.amount[first] > 1e-6 * all)) ++first;
  for (std::size_t k = first; k < last_bin(bins.amount, all); ++k) {
    row.at = bins.centre[k];
    row.value = bins.amount[k] / all / kBinNm;
    if (banded != nullptr && k < banded->low.size()) {
      row.low = banded->low[k] / all / kBinNm;
      row.high = banded->high[k] / all / kBinNm;
      row.interval = "bootstrap95";
    }
    rows.add_raw(row);
  }
}

void add_density(Rows& rows, const Sizes& sizes, const Settings& settings) {
  const double all = sizes::total(sizes.bins);
  if (!(all > 0) || !std::isfinite(sizes.total.value)) return;
  Observation row = rows.facts().row("vesicle.number_density");
  if (!settings.dilution) row.target = kAsDiluted;
  const double factor = settings.dilution.value_or(1.0) / kBinNm;
  std::size_t first = 0;
  while (first < sizes.bins.amount.size() && !(sizes.bins.amount[first] > 1e-6 * all)) ++first;
  for (std::size_t k = first; k < last_bin(sizes.bins.amount, all); ++k) {
    row.at = sizes.bins.centre[k];
    row.value = sizes.bins.amount[k] * factor;
    if (k < sizes.low.size()) {
      row.low = sizes.low[k] * factor;
      row.high = sizes.high[k] * factor;
      row.interval = "bootstrap95";
    }
    rows.add_raw(row);
  }
}

void add_naive(Rows& rows, const Sizes& sizes, const Settings& settings) {
  if (sizes.naive_nm.empty()) return;
  sizes::Distribution bins;
  const auto count = static_cast<std::size_t>(std::ceil(settings.largest_nm / kBinNm));
  for (std::size_t k = 0; k < count; ++k) {
    bins.lower.push_back(static_cast<double>(k) * kBinNm);
    bins.centre.push_back((static_cast<double>(k) + 0.5) * kBinNm);
    bins.upper.push_back(static_cast<double>(k + 1) * kBinNm);
    bins.amount.push_back(0);
  }
  double sum = 0;
  for (const double d : sizes.naive_nm) {
    sum += std::min(d, settings.largest_nm);
    const double place = d / kBinNm;
    if (place < static_cast<double>(count)) bins.amount[static_cast<std::size_t>(place)] += 1;
  }
  rows.add("vesicle.diameter.mean", sum / static_cast<double>(sizes.naive_nm.size()), kNaive);
  rows.add("vesicle.diameter.median", quantile(sizes.naive_nm, 0.5), kNaive);
  if (settings.distribution) add_shares(rows, bins, nullptr, kNaive);
}

}  // namespace

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path,
            const char* setting) {
  return {severity, kind, std::move(message), {path, 0, 0, ""}, std::move(hint), path, "", setting};
}

void add_film(const Film& film, double pixel_um, double frame_s, const InputFacts& facts, Outcome& out) {
  Rows rows(facts, out);
  if (film.refusal != Refusal::kNone) {
    rows.add("nta.particles_in_view", kNaN);
    return;
  }
  rows.add("nta.particles_in_view", film.spots);
  rows.add("nta.stuck_particles", static_cast<double>(film.stuck));
  std::vector<double> lengths;
  for (const Seen& seen : film.seen) lengths.push_back(static_cast<double>(seen.x.size()));
  if (!lengths.empty()) rows.add("nta.track_length", quantile(lengths, 0.5));
  rows.add("nta.crowding", film.crowding());
  double x = 0, y = 0;
  for (std::size_t i = 0; i < film.drift_x.size(); ++i) x += film.drift_x[i], y += film.drift_y[i];
  const double steps = std::max<double>(1, static_cast<double>(film.drift_x.size()));
  if (pixel_um > 0 && frame_s > 0 && !film.seen.empty()) {
    rows.add("nta.drift_speed", std::hypot(x, y) / steps * pixel_um / frame_s);
    rows.add("nta.vibration", film.vibration_px * pixel_um);
  }
}

void add_nothing(Status status, const InputFacts& facts, Outcome& out) {
  Rows rows(facts, out);
  for (const char* quantity : {"vesicle.diameter.mean", "vesicle.diameter.mode", "vesicle.diameter.median",
                               "vesicle.diameter.d10", "vesicle.diameter.d90", "vesicle.diameter.sd",
                               "vesicle.diameter.span", "vesicle.concentration", "vesicle.concentration.measured"})
    rows.add_status(quantity, status);
}

void add_sizes(const Sizes& sizes, bool with_blank, const Settings& settings, const InputFacts& facts, Outcome& out) {
  Rows rows(facts, out);
  rows.add("nta.sized_tracks", static_cast<double>(sizes.tracks));
  rows.add("nta.localisation_error", sizes.noise_nm);
  const bool counted = std::isfinite(sizes.total.value);
  const bool shown = !counted || sizes.total.value > kCriticalLevel * sizes.total_sd;
  const auto n = static_cast<std::int64_t>(sizes.tracks);
  const auto size = [&](const char* quantity, const Band& band, double sd = kNaN) {
    if (shown) {
      rows.add(quantity, band, n, sd);
    } else {
      rows.add_status(quantity, Status::kNotMeasurable);
    }
  };
  size("vesicle.diameter.mean", sizes.mean, sizes.sd.value);
  size("vesicle.diameter.mode", sizes.mode);
  size("vesicle.diameter.median", sizes.median);
  size("vesicle.diameter.d10", sizes.d10);
  size("vesicle.diameter.d90", sizes.d90);
  size("vesicle.diameter.sd", sizes.sd);
  size("vesicle.diameter.span", sizes.span);
  const sizes::SizeSummary seen = sizes::summarise(sizes.as_seen);
  rows.add("vesicle.diameter.mean", seen.mean, kAsSeen);
  rows.add("vesicle.diameter.median", seen.d50, kAsSeen);
  add_total(rows, counted ? sizes.total.value : kNaN, sizes.total_sd, settings, {});
  if (with_blank) add_total(rows, counted ? sizes.gross : kNaN, sizes.gross_sd, settings, kUncorrected);
  if (counted && sizes.gross > 0) {
    constexpr double kNlPerMl = 1e6;
    rows.add("nta.observed_volume", sizes.in_view / sizes.gross * kNlPerMl);
    rows.add("nta.detection_depth", sizes.depth.depth_um);
  }
  add_naive(rows, sizes, settings);
  if (!settings.distribution || !shown) return;
  add_density(rows, sizes, settings);
  add_shares(rows, sizes.grid, &sizes, {});
  add_shares(rows, sizes.as_seen, nullptr, kAsSeen);
}

void warn(const Film& film, const std::vector<Track>& tracks, double frame_s, const Settings& settings,
          const std::string& path, Outcome& out) {
  const auto add = [&](Severity severity, const char* kind, std::string message, std::string hint) {
    out.issues.push_back(issue(severity, kind, std::move(message), std::move(hint), path));
  };
  // NanoSight's own report calls fewer than 200 and fewer than 100 completed tracks by name.
  constexpr std::size_t kFew = 200, kVeryFew = 100;
  if (tracks.size() < kFew) {
    add(tracks.size() < kVeryFew ? Severity::kWarning : Severity::kNote, "nta_video.few_tracks",
        say("Only {} track(s) (is|are) long enough to be sized.", tracks.size()),
        say("Film longer, or dilute less: 200 tracks and more make a distribution."));
  }
  constexpr double kCrowded = 0.15;  // chosen: films of 100 and 200 nm keep their masses below (page)
  const double crowding = film.crowding();
  if (crowding > kCrowded) {
    add(Severity::kWarning, "nta_video.crowded",
        say("{} particles are in view, {} others so near to each that spots merge or tracks exchange partners.",
            readable_number(film.spots, 3), readable_number(crowding, 2)),
        say("Dilute more, or film faster."));
  }
  double x = 0, y = 0;
  for (std::size_t i = 0; i < film.drift_x.size(); ++i) x += film.drift_x[i], y += film.drift_y[i];
  const double drift = std::hypot(x, y) / std::max<double>(1, static_cast<double>(film.drift_x.size()));
  if (drift > film.search_px / 2) {
    add(Severity::kWarning, "nta_video.drift",
        say("Everything drifts by {} pixels a frame; steps up to {} pixels are followed.", readable_number(drift, 3),
            readable_number(film.search_px, 3)),
        say("Stop the pump, let the cell settle, or film faster."));
  }
  constexpr double kShaken = 0.1;  // chosen: of the variance of a step
  if (4 * film.vibration_px * film.vibration_px > kShaken * film.step2_px) {
    add(Severity::kWarning, "nta_video.vibration",
        say("All particles shake together by {} pixels: fast shaking counts as error of localisation, slow shaking as "
            "diffusion.",
            readable_number(film.vibration_px, 2)),
        say("Film again on a quiet table."));
  }
  const LongTimes slow = long_times(tracks);
  constexpr double kOff = 0.1;  // chosen: a tenth of the diameter
  constexpr double kSure = 3;   // standard deviations
  if (std::abs(slow.ratio - 1) > std::max(kOff, kSure * slow.sd)) {
    add(Severity::kWarning, "nta_video.not_brownian",
        say("Over eight frames particles diffuse {} times as fast as from frame to frame: this is no free diffusion, "
            "or "
            "the film was compressed and positions lag behind.",
            readable_number(slow.ratio, 3)),
        say("Film without compression; check that nothing flows or binds."));
  }
  constexpr double kSaturated = 0.01;  // chosen
  constexpr std::size_t kSaturatedSpots = 20;
  if (film.saturated > kSaturatedSpots &&
      static_cast<double>(film.saturated) > kSaturated * static_cast<double>(film.located)) {
    add(Severity::kWarning, "nta_video.saturated",
        say("{} % of the particles reach the camera's highest value.",
            readable_number(100.0 * static_cast<double>(film.saturated) / static_cast<double>(film.located), 2)),
        say("Lower gain, shutter or laser: the centre of a clipped spot is known less well."));
  }
  std::vector<double> signals;
  for (const Seen& seen : film.seen) {
    if (!seen.stuck) signals.push_back(seen.signal);
  }
  constexpr double kDim = 1.5;  // chosen: times the least brightness
  const double least = settings.detection_sigma * film.noise / (2 * std::sqrt(std::numbers::pi));
  if (signals.size() > 10 && quantile(signals, 0.5) < kDim * least) {
    add(Severity::kWarning, "nta_video.dim",
        say("Half of the particles are hardly brighter than the noise: small vesicles are missed."),
        say("Raise gain, shutter or laser."));
  }
  if (!(frame_s > 0)) return;
  if (film.seen.empty() && film.located == 0) {
    add(Severity::kWarning, "nta_video.no_particles", say("No particle is seen in {} frame(s).", film.frames),
        say("Look at the film; lower \"detection_sigma\" when particles are there."));
  }
}

}  // namespace vesica::nta_video
