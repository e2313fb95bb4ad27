// SPDX-License-Identifier: Apache-2.0
// From videos and tracks to rows.
#include <algorithm>
#include <cmath>
#include <map>

#include "vesica/assays/nta/nta_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"

namespace vesica::nta {

namespace {

constexpr double kZ95 = 1.959963984540054;     // two-sided 95 % of the normal distribution
constexpr double kNegativeWorthSaying = 0.05;  // chosen
constexpr double kShareWidthNm = 5;            // chosen: ZetaView's step, so that all instruments share positions
constexpr double kTinySize = 1e-3;             // nm; chosen: nothing smaller is a particle

/// One video on its way to rows.
class VideoRows {
 public:
  VideoRows(const SizeReport& report, const SizeVideo& video, const Settings& settings, const InputFacts& facts,
            const std::string& path, Outcome& out)
      : report_(report),
        video_(video),
        settings_(settings),
        facts_(facts),
        path_(path),
        out_(out),
        dilution_(dilution_of(report, video, settings)) {}

  void run(const std::optional<Blank>& blank);

 private:
  void add(std::string_view quantity, double value, std::string_view target = {}, Status status = Status::kOk);
  void add_plain(std::string_view quantity, double value);
  void add_instrument();
  void add_printed();
  void add_sizes(const SizeSummary& sizes, Status status);
  void add_total(double cell_total, double variance, std::string_view target);
  void add_amounts(const SizeSummary& sizes, double measured_total, Status status);
  void add_curve(const Distribution& bins, const std::vector<double>* variance, double width_nm);
  void add_shares(const Distribution& bins);
  void with_blank(const Distribution& cell, const Blank& blank, double width_nm);
  void nothing_to_measure();

  const SizeReport& report_;
  const SizeVideo& video_;
  const Settings& settings_;
  const InputFacts& facts_;
  const std::string& path_;
  Outcome& out_;
  Dilution dilution_;
};

void VideoRows::add(std::string_view quantity, double value, std::string_view target, Status status) {
  Observation row = facts_.row(quantity);
  row.target = target;
  row.value = status == Status::kOk || status == Status::kBelowRange ? value : kNaN;
  row.status = status;
  if (status == Status::kOk && !std::isfinite(value)) row.value = kNaN, row.status = Status::kNotMeasurable;
  out_.observations.add(row);
}

/// A number of the instrument: left out when it does not print one that can be.
void VideoRows::add_plain(std::string_view quantity, double value) {
  if (std::isfinite(value) && value >= 0) add(quantity, value);
}

void VideoRows::add_instrument() {
  add_plain("nta.particles_per_frame", video_.particles_per_frame);
  add_plain("nta.completed_tracks", video_.completed_tracks);
  add_plain("nta.valid_tracks", video_.valid_tracks);
  add_plain("nta.drift", std::hypot(video_.drift_x, video_.drift_y));
  if (video_.viscosity_mpa_s >= 0.1 && video_.viscosity_mpa_s <= 100) add("nta.viscosity", video_.viscosity_mpa_s);
  if (video_.temperature_c >= -10 && video_.temperature_c <= 100) add("nta.temperature", video_.temperature_c);
  add("nta.flagged_videos", is_flagged(video_, settings_.flag_rule) ? 1 : 0);
}

void VideoRows::add_printed() {
  const SizeTable* table = number_table(video_, settings_);
  if (table == nullptr) return;
  static constexpr std::pair<const char*, const char*> kPrinted[] = {
      {"mean", "vesicle.diameter.mean"}, {"mode", "vesicle.diameter.mode"}, {"d50", "vesicle.diameter.median"},
      {"d10", "vesicle.diameter.d10"},   {"d90", "vesicle.diameter.d90"},   {"sd", "vesicle.diameter.sd"}};
  for (const auto& [name, quantity] : kPrinted) {
    const auto printed = table->printed.find(name);
    if (printed != table->printed.end() && printed->second > 0) add(quantity, printed->second, kAsPrinted);
  }
  const double print = video_.concentration_per_ml;
  if (!(print >= 0) || !std::isfinite(print)) return;
  add(dilution_.applied != 1 ? "vesicle.concentration" : "vesicle.concentration.measured", print, kAsPrinted);
}

void VideoRows::add_sizes(const SizeSummary& sizes, Status status) {
  add("vesicle.diameter.mode", sizes.mode, {}, status);
  add("vesicle.diameter.median", sizes.d50, {}, status);
  add("vesicle.diameter.d10", sizes.d10, {}, status);
  add("vesicle.diameter.d90", sizes.d90, {}, status);
  add("vesicle.diameter.sd", sizes.sd, {}, status);
  add("vesicle.diameter.span", sizes.span, {}, status);
  Observation mean = facts_.row("vesicle.diameter.mean");
  mean.status = status == Status::kOk && !std::isfinite(sizes.mean) ? Status::kNotMeasurable : status;
  if (mean.status == Status::kOk) {
    mean.value = sizes.mean;
    mean.sd = sizes.sd;
    mean.n = video_.valid_tracks > 0 && video_.valid_tracks < 1e15 ? static_cast<std::int64_t>(video_.valid_tracks) : 0;
  }
  out_.observations.add(mean);
}

/// Concentration in the cell and of the preparation, with the interval that counting allows.
void VideoRows::add_total(double cell_total, double variance, std::string_view target) {
  const double sd = std::sqrt(variance);
  const bool shown = cell_total > kCriticalLevel * sd && cell_total > 0;
  for (const bool stock : {false, true}) {
    Observation row = facts_.row(stock ? "vesicle.concentration" : "vesicle.concentration.measured");
    row.target = target;
    const double factor = stock ? dilution_.total.value_or(kNaN) : 1;
    if (std::isnan(factor)) {
      row.status = Status::kNotMeasurable;
    } else if (!shown) {
      row.status = variance > 0 ? Status::kBelowRange : Status::kNoObjects;
      row.value = variance > 0 ? kCriticalLevel * sd * factor : kNaN;
    } else {
      row.value = cell_total * factor;
      if (variance > 0) {
        row.low = std::max(0.0, cell_total - kZ95 * sd) * factor;
        row.high = (cell_total + kZ95 * sd) * factor;
        row.interval = "counting95";
      }
    }
    out_.observations.add(row);
  }
}

void VideoRows::add_amounts(const SizeSummary& sizes, double measured_total, Status status) {
  const double factor = dilution_.total.value_or(kNaN);
  const Status known = status == Status::kOk && std::isnan(factor) ? Status::kNotMeasurable : status;
  add("vesicle.surface_area_concentration", sizes.surface_um2 * factor, {}, known);
  add("vesicle.volume_concentration", sizes.volume_um3 * factor, {}, known);
  if (status == Status::kOk && video_.particles_per_frame > 0 && measured_total > 0) {
    constexpr double kNlPerMl = 1e6;
    add_plain("nta.observed_volume", video_.particles_per_frame / measured_total * kNlPerMl);
  }
}

void VideoRows::add_curve(const Distribution& bins, const std::vector<double>* variance, double width_nm) {
  if (!settings_.distribution) return;
  std::size_t first = 0;
  std::size_t end = bins.amount.size();
  while (first < end && bins.amount[first] == 0) ++first;
  while (end > first && bins.amount[end - 1] == 0) --end;
  Observation row = facts_.row("vesicle.number_density");
  if (!dilution_.total) row.target = kAsDiluted;
  const double factor = dilution_.total.value_or(1.0) / width_nm;
  for (std::size_t i = first; i < end; ++i) {
    row.at = bins.centre[i];
    row.value = bins.amount[i] * factor;
    row.status = Status::kOk;
    if (variance != nullptr && bins.amount[i] < kCriticalLevel * std::sqrt((*variance)[i])) {
      row.status = Status::kBelowRange;
      row.value = kCriticalLevel * std::sqrt((*variance)[i]) * factor;
    }
    if (row.status == Status::kOk && bins.amount[i] < 0) row.value = 0, row.status = Status::kBelowRange;
    out_.observations.add(row);
  }
}

/// The shape of the distribution, of the amounts that also make the mean. Nothing for an empty distribution.
void VideoRows::add_shares(const Distribution& bins) {
  const double all = total(bins);
  if (!settings_.distribution || !(all > 0)) return;
  const Distribution grid = regrid(bins, kShareWidthNm);
  const auto first = std::find_if(grid.amount.begin(), grid.amount.end(), [](double amount) { return amount > 0; });
  Observation row = facts_.row("vesicle.number_share");
  for (auto i = static_cast<std::size_t>(first - grid.amount.begin()); i < grid.amount.size(); ++i) {
    row.at = grid.centre[i];
    row.value = grid.amount[i] / all / kShareWidthNm;
    out_.observations.add(row);
  }
}

void VideoRows::nothing_to_measure() {
  add_sizes({}, Status::kNotMeasurable);
  add("vesicle.concentration", kNaN, {}, Status::kNotMeasurable);
  add("vesicle.concentration.measured", kNaN, {}, Status::kNotMeasurable);
  out_.issues.push_back(issue(Severity::kWarning, "nta.no_distribution",
                              say("The video \"{}\" has no usable number-weighted size distribution.", video_.name),
                              say("Export it again with number weighting."), path_));
}

void VideoRows::with_blank(const Distribution& cell, const Blank& blank, double width_nm) {
  const double track = per_track(cell, video_);
  NetDistribution net = subtract_blank(cell, track, width_nm, blank);
  const double gross = total(cell);
  add_total(gross, gross * track, kUncorrected);
  add("vesicle.diameter.mean", summarise(cell).mean, kUncorrected, gross > 0 ? Status::kOk : Status::kNoObjects);
  add_total(net.total, net.total_variance, {});
  add_curve(net.bins, &net.variance, std::max(width_nm, blank.width_nm));
  const bool shown = net.total > kCriticalLevel * std::sqrt(net.total_variance);
  for (double& amount : net.bins.amount) amount = std::max(0.0, amount);
  const SizeSummary sizes = summarise(net.bins);
  const Status status = shown && sizes.total > 0 ? Status::kOk : Status::kNotMeasurable;
  add_sizes(sizes, status);
  add_amounts(sizes, gross, status);
  if (status == Status::kOk) add_shares(net.bins);
  if (!shown) {
    out_.issues.push_back(
        issue(Severity::kWarning, "nta.like_blank",
              say("The video \"{}\" holds no more particles than the blank: {} against {} per mL in the cell.",
                  video_.name, readable_number(gross, 3), readable_number(blank.total, 3)),
              say("Measure the preparation less diluted."), path_));
  } else if (net.negative_share > kNegativeWorthSaying) {
    out_.issues.push_back(issue(
        Severity::kWarning, "nta.blank_exceeds",
        say("In the video \"{}\" the blank exceeds the sample in some bins, by {} % of the sample's total: those bins "
            "count as zero in sizes and as what they are in the total.",
            video_.name, readable_number(100 * net.negative_share, 2)),
        say("Blank and sample may differ in settings; measure the blank with the sample's settings."), path_));
  }
}

void VideoRows::run(const std::optional<Blank>& blank) {
  add_instrument();
  add_printed();
  const std::optional<Distribution> cell = cell_distribution(report_, video_, settings_);
  if (!cell) return nothing_to_measure();
  const double width = grid_width_nm(*number_table(video_, settings_));
  if (blank) return with_blank(*cell, *blank, width);
  const SizeSummary sizes = summarise(*cell);
  const Status status = sizes.total > 0 ? Status::kOk : Status::kNoObjects;
  add_sizes(sizes, status);
  add_total(sizes.total, sizes.total * per_track(*cell, video_), {});
  add_amounts(sizes, sizes.total, status);
  add_curve(regrid(*cell, width), nullptr, width);
  add_shares(*cell);
}

std::string words_of(const SizeVideo& video) {
  std::string out;
  for (const auto& [key, word] : video.flags) out += (out.empty() ? "" : "; ") + key + ": " + word;
  return out;
}

/// One issue for each set of equal words, naming its videos.
void report_flags(const SizeReport& report, const Settings& settings, const std::string& path,
                  std::vector<Issue>& issues) {
  std::map<std::pair<std::string, bool>, std::string> groups;
  for (const SizeVideo& video : report.videos) {
    if (video.flags.empty()) continue;
    std::string& names = groups[{words_of(video), is_flagged(video, settings.flag_rule)}];
    names += (names.empty() ? "\"" : ", \"") + video.name + "\"";
  }
  for (const auto& [key, names] : groups) {
    const auto& [words, flagged] = key;
    issues.push_back(issue(
        flagged ? Severity::kWarning : Severity::kNote, flagged ? "nta.flagged_video" : "nta.instrument_note",
        flagged ? say("The instrument itself doubts {} ({}).", names, words)
                : say("The instrument says of {}: {}.", names, words),
        flagged ? say("Kept; means without flagged videos stand beside (target \"unflagged_videos\").") : std::string(),
        path));
  }
}

/// Which sample and replicate each video belongs to.
class VideoNames {
 public:
  VideoNames(const SizeReport& report, const InputFacts& facts) : facts_(facts), experiments_(experiments_of(report)) {
    for (const std::string& name : experiments_) {
      if (!name.empty()) ++sizes_[name];
    }
  }
  std::size_t experiments() const { return sizes_.size(); }

  InputFacts of(const SizeReport& report, std::size_t i) {
    InputFacts out = facts_;
    const std::string& video = report.videos[i].name;
    const std::string& experiment = experiments_[i];
    if (const auto own = facts_.positions.find(video); own != facts_.positions.end()) {
      out.sample = own->second;
    } else if (const auto group = facts_.positions.find(experiment); group != facts_.positions.end()) {
      out.sample = group->second;
    } else if (facts_.sample.empty() && sizes_.size() > 1) {
      out.sample = experiment;
    }
    std::string name = video.empty() ? std::to_string(i + 1) : video;
    if (!facts_.replicate.empty()) name = report.videos.size() == 1 ? facts_.replicate : facts_.replicate + "/" + name;
    const int seen = ++used_[out.sample + "\x1f" + name];
    out.replicate = seen == 1 ? name : name + " (" + std::to_string(seen) + ")";
    return out;
  }

 private:
  const InputFacts& facts_;
  std::vector<std::string> experiments_;
  std::map<std::string, int> sizes_;
  std::map<std::string, int> used_;
};

}  // namespace

Outcome measure_videos(const SizeReport& report, const std::optional<Blank>& blank, const Settings& settings,
                       const InputFacts& facts, const std::string& path) {
  Outcome out;
  VideoNames names(report, facts);
  if (names.experiments() > 1 && !facts.sample.empty() && facts.positions.empty()) {
    out.issues.push_back(issue(
        Severity::kWarning, "nta.combined",
        say("The file combines {} experiment(s), but all its videos are counted as repeats of the one sample \"{}\".",
            names.experiments(), facts.sample),
        say("When they are different preparations, declare a layout: experiment name → sample."), path));
  }
  if (blank && !blank->vendor.empty() && blank->vendor != report.vendor) {
    out.issues.push_back(issue(Severity::kWarning, "nta.blank_other_instrument",
                               say("The blank was measured with {}, the sample with {}; both count differently.",
                                   blank->vendor, report.vendor),
                               say("Measure the blank with the sample's instrument, or separate them by \"controls\"."),
                               path));
  }
  for (std::size_t i = 0; i < report.videos.size(); ++i) {
    const SizeVideo& video = report.videos[i];
    const InputFacts own = names.of(report, i);
    VideoRows(report, video, settings, own, path, out).run(blank);
    cross_check(report, video, settings, path, out.issues);
  }
  report_flags(report, settings, path, out.issues);
  return out;
}

namespace {

/// A sorted list's percentile, linear between order statistics (Hyndman and Fan 1996, type 7, 10.2307/2684934).
double order_percentile(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::string track_table(const SizeReport& report, double factor, double pixel_um, double frame_rate) {
  std::string out =
      "id\tdiameter_nm\tdiffusion_um2_s\tdiffusion_from_positions_um2_s\tln_intensity\tstart_frame\tlength\tincluded\n";
  const std::vector<double> own =
      report.points.empty() ? std::vector<double>(report.tracks.size(), kNaN) : track_diffusion_px2(report);
  for (std::size_t i = 0; i < report.tracks.size(); ++i) {
    const ParticleTrack& track = report.tracks[i];
    const double mine = own[i] * pixel_um * pixel_um * frame_rate;
    out += std::to_string(track.id) + "\t" + exact_number(track.diameter_nm * factor) + "\t" +
           exact_number(track.diffusion_nm2_s * 1e-6) + "\t" + (std::isfinite(mine) ? exact_number(mine) : "") + "\t" +
           exact_number(track.ln_intensity) + "\t" + std::to_string(track.start_frame) + "\t" +
           std::to_string(track.length) + "\t" + (track.included ? "true" : "false") + "\n";
  }
  return out;
}

void add_track_sizes(const std::vector<double>& sorted, const InputFacts& facts, ObservationTable& rows) {
  double mean = 0;
  for (const double d : sorted) mean += d / static_cast<double>(sorted.size());
  double variance = 0;
  for (const double d : sorted) variance += (d - mean) * (d - mean) / static_cast<double>(sorted.size());
  const auto add = [&](std::string_view quantity, double value) {
    Observation row = facts.row(quantity);
    row.target = kTracks;
    row.value = value;
    row.n = static_cast<std::int64_t>(sorted.size());
    if (quantity == "vesicle.diameter.mean") row.sd = std::sqrt(variance);
    if (!std::isfinite(value)) row.value = kNaN, row.status = Status::kNotMeasurable;
    rows.add(row);
  };
  const double d10 = order_percentile(sorted, 0.1), d50 = order_percentile(sorted, 0.5),
               d90 = order_percentile(sorted, 0.9);
  add("vesicle.diameter.mean", mean);
  add("vesicle.diameter.sd", std::sqrt(variance));
  add("vesicle.diameter.d10", d10);
  add("vesicle.diameter.median", d50);
  add("vesicle.diameter.d90", d90);
  add("vesicle.diameter.span", (d90 - d10) / d50);
}

}  // namespace

Outcome measure_tracks(const SizeReport& report, const Settings& settings, const InputFacts& given,
                       const std::string& path) {
  if (report.tracks.empty()) {
    throw Error(ErrorKind::kData, say("The export holds no track."), {path, 0, 0, ""}, say("Export it again."));
  }
  Outcome out;
  InputFacts facts = given;
  SizeVideo video = report.videos.empty() ? SizeVideo{} : report.videos.front();
  if (facts.replicate.empty()) facts.replicate = video.name;
  const Sizing sizing = sizing_of(video, settings);
  std::vector<double> sizes;
  std::vector<double> lengths;
  for (const ParticleTrack& track : report.tracks) {
    if (track.length > 0) lengths.push_back(static_cast<double>(track.length));
    if (track.included && track.diameter_nm * sizing.factor > kTinySize)
      sizes.push_back(track.diameter_nm * sizing.factor);
  }
  std::sort(sizes.begin(), sizes.end());
  std::sort(lengths.begin(), lengths.end());
  const auto add = [&](std::string_view quantity, double value, Status status) {
    Observation row = facts.row(quantity);
    row.target = kTracks;
    row.value = value;
    row.status = status;
    row.n = static_cast<std::int64_t>(report.tracks.size());
    out.observations.add(row);
  };
  add("nta.included_tracks", static_cast<double>(sizes.size()), Status::kOk);
  add("nta.track_length", lengths.empty() ? kNaN : order_percentile(lengths, 0.5),
      lengths.empty() ? Status::kNoObjects : Status::kOk);
  if (sizes.empty()) {
    add("vesicle.diameter.mean", kNaN, Status::kNoObjects);
  } else {
    add_track_sizes(sizes, facts, out.observations);
  }
  const double frame_rate = settings.frame_rate_hz.value_or(report.frame_rate_hz.value_or(kNaN));
  const double pixel = report.points.empty() || std::isnan(frame_rate) ? kNaN : infer_pixel_um(report, frame_rate);
  if (std::isfinite(pixel) && pixel > 0) add("nta.pixel_size", pixel, Status::kOk);
  out.artifacts.push_back({video.name + (report.points.empty() ? "_particles.tsv" : "_tracks.tsv"),
                           "text/tab-separated-values", track_table(report, sizing.factor, pixel, frame_rate),
                           say("One row a track.")});
  return out;
}

}  // namespace vesica::nta
