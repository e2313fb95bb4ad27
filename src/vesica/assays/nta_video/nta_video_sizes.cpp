// SPDX-License-Identifier: Apache-2.0
// From tracks to numbers with bands.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/nta_video/nta_video.h"
#include "vesica/base/random.h"

namespace vesica::nta_video {

namespace {

constexpr double kRatio = 1.03;  // chosen: between neighbouring bins of diameter
constexpr double kZ95 = 1.959963984540054;

/// One answer: of all tracks or of a bootstrap sample.
struct Answer {
  sizes::Distribution net;
  double gross = 0, total = 0;
};

class Work {
 public:
  Work(const std::vector<Track>& tracks, std::size_t frames, double area_um2, const Conditions& conditions,
       const Settings& settings, const std::optional<Beads>& beads, const std::optional<Blank>& blank,
       const Context& context)
      : tracks_(tracks), frames_(frames), conditions_(conditions), settings_(settings), context_(context) {
    const double low = settings.smallest_nm / 2;
    grid_ = size_grid(low, std::max(settings.largest_nm, settings.smallest_nm), kRatio);
    evidence_ = weigh(tracks, grid_, conditions, context);
    mixture_ = unfold(evidence_, static_cast<std::size_t>(settings.iterations), context);
    const auto least = static_cast<std::size_t>(settings.min_frames);
    depth_ = depth_of(tracks, evidence_, mixture_, grid_, conditions, least);
    known_ = depth_.depth_um > 0 && area_um2 > 0;
    volumes_ =
        known_ ? volumes_ml(grid_, conditions, depth_, least, area_um2) : std::vector<double>(grid_.centre.size(), 1.0);
    ratio_ = beads ? beads->volume_ratio : 1;
    for (double& volume : volumes_) volume *= ratio_;
    if (blank && known_ && blank->per_ml.size() == grid_.centre.size() && blank->low_nm == low) blank_ = &*blank;
  }

  Sizes run(double beads_log_sd);

 private:
  Answer answer(const Mixture& mixture, std::span<const double> weights, double deeper) const;
  void bands(Sizes& out, std::vector<double>& totals) const;
  void single_tracks(Sizes& out) const;

  const std::vector<Track>& tracks_;
  std::size_t frames_;
  const Conditions& conditions_;
  const Settings& settings_;
  const Context& context_;
  sizes::Distribution grid_;
  Evidence evidence_;
  Mixture mixture_;
  Depth depth_;
  std::vector<double> volumes_;
  const Blank* blank_ = nullptr;
  double ratio_ = 1;
  bool known_ = false;
};

Answer Work::answer(const Mixture& mixture, std::span<const double> weights, double deeper) const {
  Answer out;
  out.net = grid_;
  const Counted counted = count(evidence_, mixture, weights, volumes_, frames_);
  out.gross = counted.total / deeper;
  out.total = out.gross - (blank_ != nullptr ? blank_->total / ratio_ : 0);
  for (std::size_t m = 0; m < counted.per_ml.size(); ++m) {
    const double of_blank = blank_ != nullptr ? blank_->per_ml[m] / ratio_ : 0;
    out.net.amount[m] = std::max(0.0, counted.per_ml[m] / deeper - of_blank);
  }
  return out;
}

void set_bands(std::vector<sizes::SizeSummary>& samples, Sizes& out) {
  const std::array<std::pair<Band*, double sizes::SizeSummary::*>, 7> which = {
      {{&out.mean, &sizes::SizeSummary::mean},
       {&out.mode, &sizes::SizeSummary::mode},
       {&out.median, &sizes::SizeSummary::d50},
       {&out.d10, &sizes::SizeSummary::d10},
       {&out.d90, &sizes::SizeSummary::d90},
       {&out.sd, &sizes::SizeSummary::sd},
       {&out.span, &sizes::SizeSummary::span}}};
  for (const auto& [band, member] : which) {
    std::vector<double> values;
    for (const sizes::SizeSummary& sample : samples) {
      if (std::isfinite(sample.*member)) values.push_back(sample.*member);
    }
    if (values.size() < 10) continue;
    band->low = std::min(band->value, quantile(values, 0.025));
    band->high = std::max(band->value, quantile(values, 0.975));
  }
}

/// Tracks again and again, each as often as a Poisson number of mean 1 says: their number varies too.
void Work::bands(Sizes& out, std::vector<double>& totals) const {
  const auto n = static_cast<std::size_t>(settings_.bootstrap);
  if (n == 0 || tracks_.empty()) return;
  std::vector<sizes::SizeSummary> samples(n);
  std::vector<std::vector<double>> bins(n);
  totals.assign(n, 0.0);
  parallel_for(n, context_, [&](std::size_t b) {
    Random random(context_.seed, 0x626f6f74 + b);
    std::vector<double> weights(tracks_.size());
    for (double& weight : weights) weight = static_cast<double>(random.poisson(1));
    const Mixture again = unfold_again(evidence_, mixture_, weights);
    const Answer one = answer(again, weights, known_ ? std::exp(depth_.log_sd * random.normal()) : 1);
    samples[b] = sizes::summarise(one.net);
    bins[b] = sizes::regrid(one.net, kBinNm).amount;
    totals[b] = one.total;
  });
  set_bands(samples, out);
  for (std::size_t k = 0; k < out.bins.amount.size(); ++k) {
    std::vector<double> values;
    for (const std::vector<double>& each : bins) values.push_back(k < each.size() ? each[k] : 0);
    out.low.push_back(std::min(out.bins.amount[k], quantile(values, 0.025)));
    out.high.push_back(std::max(out.bins.amount[k], quantile(values, 0.975)));
  }
}

void Work::single_tracks(Sizes& out) const {
  double noise = 0;
  for (const Track& track : tracks_) {
    const double blur = conditions_.blur() * track.blurred;
    const Diffusion one = diffusion_of(track.dx, track.dy, conditions_.frame_s, blur);
    out.diffusion.push_back(one.d_um2_s);
    out.diffusion_sd.push_back(std::sqrt(one.variance));
    noise += track.noise_um2;
    if (one.d_um2_s > 0) {
      out.naive_nm.push_back(conditions_.diameter(one.d_um2_s));
    } else {
      ++out.not_positive;
    }
    out.in_view += static_cast<double>(track.frames()) / static_cast<double>(frames_);
  }
  constexpr double kNmPerUm = 1000;
  if (!tracks_.empty()) out.noise_nm = kNmPerUm * std::sqrt(noise / static_cast<double>(tracks_.size()));
}

double variance_of(const std::vector<double>& values) {
  double sum = 0, square = 0;
  for (const double value : values) sum += value;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) square += (value - sum / n) * (value - sum / n);
  return n > 1 ? square / (n - 1) : 0;
}

Sizes Work::run(double beads_log_sd) {
  Sizes out;
  out.conditions = conditions_;
  out.tracks = tracks_.size();
  out.frames = frames_;
  out.depth = depth_;
  out.iterations = mixture_.iterations;
  out.common_log_sd = beads_log_sd;
  single_tracks(out);
  out.as_seen = grid_;
  const std::vector<double> once(tracks_.size(), 1.0);
  const std::vector<double> seen = sightings(evidence_, mixture_, once);
  for (std::size_t m = 0; m < grid_.centre.size(); ++m) out.as_seen.amount[m] = seen[m] / static_cast<double>(frames_);
  const Answer all = answer(mixture_, once, 1);
  out.grid = all.net;
  out.bins = sizes::regrid(all.net, kBinNm);
  const sizes::SizeSummary summary = sizes::summarise(all.net);
  out.mean.value = summary.mean;
  out.mode.value = summary.mode;
  out.median.value = summary.d50;
  out.d10.value = summary.d10;
  out.d90.value = summary.d90;
  out.sd.value = summary.sd;
  out.span.value = summary.span;
  std::vector<double> totals;
  bands(out, totals);
  if (!known_) return out;
  const Counted counted = count(evidence_, mixture_, once, volumes_, frames_);
  const double deep = depth_.log_sd * all.gross, beads = beads_log_sd * all.gross;
  constexpr std::size_t kEnough = 20;  // samples that tell a variance; chosen
  const double own = totals.size() >= kEnough ? variance_of(totals) : counted.total_variance + deep * deep;
  const double of_blank = blank_ != nullptr ? blank_->total_variance / (ratio_ * ratio_) : 0;
  out.gross = all.gross;
  out.gross_sd = std::sqrt(own + beads * beads);
  out.total.value = all.total;
  out.total_sd = std::sqrt(own + of_blank + beads * beads);
  if (all.total > 0) {
    out.total.low = all.total * std::exp(-kZ95 * out.total_sd / all.total);
    out.total.high = all.total * std::exp(kZ95 * out.total_sd / all.total);
  }
  return out;
}

}  // namespace

double quantile(std::vector<double> values, double p) {
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const double place = p * static_cast<double>(values.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(place), values.size() - 1);
  if (i + 1 == values.size()) return values[i];
  return values[i] + (place - static_cast<double>(i)) * (values[i + 1] - values[i]);
}

Sizes measure_tracks(const std::vector<Track>& tracks, std::size_t frames, double area_um2,
                     const Conditions& conditions, const Settings& settings, const std::optional<Beads>& beads,
                     const std::optional<Blank>& blank, const Context& context) {
  return Work(tracks, frames, area_um2, conditions, settings, beads, blank, context)
      .run(beads ? beads->volume_log_sd : 0);
}

}  // namespace vesica::nta_video
