// SPDX-License-Identifier: Apache-2.0
// Tracks: diffusion from positions, pixel size, and files of one acquisition laid together.
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "vesica/assays/nta/nta.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::nta {

namespace {

struct Step {
  double dx, dy;
};

/// Mean displacement from one frame to the next over its n tracks. A track's own step is part of that mean, so that the
/// rest has only (1 - 1/n) of the step's variance; `keep` undoes that. Frames with a single track are unusable.
struct Drift {
  Step mean;
  double keep;
};

std::unordered_map<long long, Drift> drift_of(const SizeReport& report) {
  struct Sum {
    double dx = 0, dy = 0;
    double n = 0;
  };
  std::map<long long, Sum> sums;
  for (std::size_t i = 1; i < report.points.size(); ++i) {
    const TrackPoint& a = report.points[i - 1];
    const TrackPoint& b = report.points[i];
    if (a.track != b.track || b.frame != a.frame + 1) continue;
    Sum& sum = sums[a.frame];
    sum.dx += b.x_px - a.x_px;
    sum.dy += b.y_px - a.y_px;
    sum.n += 1;
  }
  std::unordered_map<long long, Drift> out;
  for (const auto& [frame, sum] : sums) {
    if (sum.n > 1) out[frame] = {{sum.dx / sum.n, sum.dy / sum.n}, std::sqrt(sum.n / (sum.n - 1))};
  }
  return out;
}

/// Sums over one track.
struct Covariance {
  double square = 0, product = 0;
  int steps = 0, pairs = 0;

  double diffusion() const {
    if (steps < kMinSteps || pairs == 0) return kNaN;
    return square / (2 * 2 * steps) + product / (2 * pairs);  // two axes
  }
};

}  // namespace

std::vector<double> track_diffusion_px2(const SizeReport& report) {
  std::vector<Covariance> sums(report.tracks.size());
  const std::unordered_map<long long, Drift> drift = drift_of(report);
  bool has_last = false;
  Step last{};
  for (std::size_t i = 1; i < report.points.size(); ++i) {
    const TrackPoint& a = report.points[i - 1];
    const TrackPoint& b = report.points[i];
    const auto shift = drift.find(a.frame);
    if (a.track != b.track || b.frame != a.frame + 1 || b.track >= sums.size() || shift == drift.end()) {
      has_last = false;
      continue;
    }
    const auto& [mean, keep] = shift->second;
    const Step step{(b.x_px - a.x_px - mean.dx) * keep, (b.y_px - a.y_px - mean.dy) * keep};
    Covariance& sum = sums[b.track];
    sum.square += step.dx * step.dx + step.dy * step.dy;
    ++sum.steps;
    if (has_last) {
      sum.product += step.dx * last.dx + step.dy * last.dy;
      ++sum.pairs;
    }
    last = step;
    has_last = true;
  }
  std::vector<double> out;
  for (const Covariance& sum : sums) out.push_back(sum.diffusion());
  return out;
}

double infer_pixel_um(const SizeReport& report, double frame_rate_hz) {
  const std::vector<double> own = track_diffusion_px2(report);
  double printed_sum = 0;
  double own_sum = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (std::isnan(own[i])) continue;
    const auto weight = static_cast<double>(report.tracks[i].length);
    printed_sum += weight * report.tracks[i].diffusion_nm2_s * 1e-6;
    own_sum += weight * own[i] * frame_rate_hz;
  }
  return own_sum > 0 && printed_sum > 0 ? std::sqrt(printed_sum / own_sum) : kNaN;
}

namespace {

/// The readings of one video.
struct VideoFiles {
  const Reading* summary = nullptr;
  const Reading* particles = nullptr;
  const Reading* tracks = nullptr;
};

class PackCheck {
 public:
  explicit PackCheck(std::span<const Reading> readings) : readings_(readings) {}
  std::vector<Issue> run();

 private:
  void claim(const Reading& reading, const SizeReport& report, bool single);
  void check_video(const SizeReport& summary, std::size_t index, const VideoFiles& files);
  void check_single(const SizeReport& summary, std::size_t index, const Reading& single);
  void check_tracks(const Reading& particles, const Reading& tracks);
  void add(Severity severity, const char* kind, std::string message, std::string hint, const Reading* reading) {
    const std::string path = reading != nullptr ? reading->path : "";
    issues_.push_back({severity, kind, std::move(message), {path, 0, 0, ""}, std::move(hint), path, ""});
  }

  std::span<const Reading> readings_;
  std::map<std::string, VideoFiles> videos_;
  std::vector<const Reading*> experiments_;
  std::vector<Issue> issues_;
};

const char* kTogether = "Give the files of one acquisition together, each once, as exported.";

void PackCheck::claim(const Reading& reading, const SizeReport& report, bool single) {
  if (report.videos.empty()) return;
  const std::string& name = report.videos.front().name;
  const auto known = videos_.find(name);
  if (known == videos_.end()) {
    add(Severity::kError, "nta.pack_orphan", say("\"{}\" belongs to no video that the summary lists.", reading.path),
        say(kTogether), &reading);
    return;
  }
  const Reading*& slot = single                                   ? known->second.summary
                         : report.format == "nanosight_particles" ? known->second.particles
                                                                  : known->second.tracks;
  if (slot != nullptr) {
    add(Severity::kError, "nta.pack_duplicate",
        say("\"{}\" and \"{}\" are the same export of the video \"{}\".", slot->path, reading.path, name),
        say(kTogether), &reading);
    return;
  }
  slot = &reading;
}

void PackCheck::check_tracks(const Reading& particles, const Reading& tracks) {
  std::map<long long, const ParticleTrack*> rest;
  for (const ParticleTrack& track : tracks.as<SizeReport>()->tracks) rest[track.id] = &track;
  const auto fail = [&](long long id, const std::string& what) {
    add(Severity::kError, "nta.pack_mismatch",
        say("Particle {} of \"{}\" and \"{}\": {}. One of the two files is cut off or of another analysis.", id,
            particles.path, tracks.path, what),
        say(kTogether), &particles);
  };
  for (const ParticleTrack& track : particles.as<SizeReport>()->tracks) {
    const auto found = rest.find(track.id);
    if (found == rest.end()) return fail(track.id, say("it has no track"));
    const ParticleTrack& other = *found->second;
    if (other.length != track.length)
      return fail(track.id, say("track length {} against {} row(s)", track.length, other.length));
    if (other.start_frame != track.start_frame) {
      return fail(track.id, say("start frame {} against {}", track.start_frame, other.start_frame));
    }
    if (other.included != track.included) return fail(track.id, say("included in one file only"));
    rest.erase(found);
  }
  if (!rest.empty()) fail(rest.begin()->first, say("it is missing in the particle data"));
}

void PackCheck::check_single(const SizeReport& summary, std::size_t index, const Reading& single) {
  const SizeVideo& theirs = single.as<SizeReport>()->videos.front();
  const SizeVideo& ours = summary.videos[index];
  const bool same_total = theirs.concentration_per_ml == ours.concentration_per_ml ||
                          (std::isnan(theirs.concentration_per_ml) && std::isnan(ours.concentration_per_ml));
  const bool same_bins = !theirs.tables.empty() && !ours.tables.empty() &&
                         theirs.tables[0].concentration_per_ml == ours.tables[0].concentration_per_ml;
  if (same_total && same_bins && theirs.valid_tracks == ours.valid_tracks) return;
  add(Severity::kError, "nta.pack_mismatch",
      say("The summary of the single video \"{}\" disagrees with its column in the experiment's summary.", ours.name),
      say("One of them was processed again; export both again."), &single);
}

void PackCheck::check_video(const SizeReport& summary, std::size_t index, const VideoFiles& files) {
  if (files.summary != nullptr) check_single(summary, index, *files.summary);
  const SizeVideo& video = summary.videos[index];
  if ((files.particles == nullptr) != (files.tracks == nullptr)) {
    add(Severity::kWarning, "nta.pack_incomplete",
        say("The video \"{}\" has {} but not {}: neither can be checked against the other.", video.name,
            files.particles != nullptr ? "ParticleData" : "AllTracks",
            files.particles != nullptr ? "AllTracks" : "ParticleData"),
        say(kTogether), files.particles != nullptr ? files.particles : files.tracks);
  }
  if (files.particles != nullptr && files.tracks != nullptr) check_tracks(*files.particles, *files.tracks);
  if (files.particles == nullptr || std::isnan(video.valid_tracks)) return;
  const auto& tracks = files.particles->as<SizeReport>()->tracks;
  const auto included = std::count_if(tracks.begin(), tracks.end(), [](const ParticleTrack& t) { return t.included; });
  if (static_cast<double>(included) != video.valid_tracks) {
    add(Severity::kWarning, "nta.pack_valid_tracks",
        say("The video \"{}\" prints {} valid track(s); its particle data include {}.", video.name, video.valid_tracks,
            included),
        say("NTA counts them differently at times; look at it when they are far apart."), files.particles);
  }
}

std::vector<Issue> PackCheck::run() {
  std::vector<const Reading*> rest;
  for (const Reading& reading : readings_) {
    const SizeReport* report = reading.as<SizeReport>();
    if (report == nullptr || report->vendor != "NanoSight") continue;
    const bool experiment =
        report->format == "nanosight_summary" && report->find("", "NTA Experiment Summary File") != nullptr;
    (experiment ? experiments_ : rest).push_back(&reading);
  }
  if (experiments_.empty()) return {};
  for (const Reading* reading : experiments_) {
    for (const SizeVideo& video : reading->as<SizeReport>()->videos) {
      if (videos_.emplace(video.name, VideoFiles{}).second) continue;
      add(Severity::kError, "nta.pack_duplicate", say("The video \"{}\" is listed more than once.", video.name),
          say(kTogether), reading);
    }
  }
  for (const Reading* reading : rest) {
    const SizeReport& report = *reading->as<SizeReport>();
    claim(*reading, report, report.format == "nanosight_summary");
  }
  for (const Reading* reading : experiments_) {
    const SizeReport& report = *reading->as<SizeReport>();
    for (std::size_t i = 0; i < report.videos.size(); ++i) check_video(report, i, videos_[report.videos[i].name]);
  }
  return std::move(issues_);
}

}  // namespace

std::vector<Issue> check_pack(std::span<const Reading> readings) { return PackCheck(readings).run(); }

}  // namespace vesica::nta
