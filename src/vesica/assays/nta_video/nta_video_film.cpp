// SPDX-License-Identifier: Apache-2.0
// From frames to tracks: noise, spots, links, drift, what sticks.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/assays/nta_video/nta_video.h"
#include "vesica/ops/image.h"
#include "vesica/ops/track_link.h"
#include "vesica/ops/track_locate.h"
#include "vesica/ops/track_motion.h"

namespace vesica::nta_video {

namespace {

constexpr std::size_t kLookAt = 4;        // frames that tell the noise; chosen
constexpr double kStuckPx = 1;            // chosen: what moves less is on the glass ...
constexpr std::size_t kStuckFrames = 15;  // ... when it does so this long: 1 µm spheres move 1.5 px meanwhile
constexpr double kDriftSteps = 1000;      // chosen: steps in a mean of the drift; a step's own share is 0.1 %
constexpr double kLeastNoise = 0.3;       // counts; rounding alone has 0.29
// SD of white noise after a Gaussian of 1 px: 1 / (2 sqrt(pi)).
const double kAfterGaussian = 1 / (2 * std::sqrt(std::numbers::pi));

/// SD of a pixel, from the median difference of neighbours: spots are few.
double noise_of(const Image2& frame) {
  std::vector<float> steps;
  for (std::size_t y = 0; y < frame.height; ++y) {
    for (std::size_t x = 1; x < frame.width; ++x) steps.push_back(std::abs(frame.at(x, y) - frame.at(x - 1, y)));
  }
  if (steps.empty()) return 0;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  constexpr double kMad = 1.4826;  // SD of a normal distribution over its median deviation
  if (*middle > 1) return kMad * static_cast<double>(*middle) / std::numbers::sqrt2;
  // Coarse counts: the share of equal neighbours hides the median; the mean of the smaller nine tenths does not.
  const auto most = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() * 9 / 10);
  std::nth_element(steps.begin(), most, steps.end());
  double square = 0;
  for (auto it = steps.begin(); it != most; ++it) square += static_cast<double>(*it) * static_cast<double>(*it);
  constexpr double kTrimmed = 0.628;  // mean square of a normal deviate within its central 90 %
  return std::sqrt(square / std::max<double>(1, static_cast<double>(most - steps.begin())) / kTrimmed / 2);
}

bool constant(const Image2& frame) {
  return std::all_of(frame.pixels.begin(), frame.pixels.end(), [&](float v) { return v == frame.pixels[0]; });
}

/// Counts spots whose brightest pixel is the brightest of the film.
class Saturation {
 public:
  void add(const Image2& frame, const std::vector<Detection>& spots, bool dark) {
    for (const Detection& spot : spots) {
      const auto x = static_cast<std::size_t>(std::clamp(std::lround(spot.x), 1L, static_cast<long>(frame.width) - 2));
      const auto y = static_cast<std::size_t>(std::clamp(std::lround(spot.y), 1L, static_cast<long>(frame.height) - 2));
      float peak = dark ? 1e30F : -1e30F;
      for (std::size_t j = y - 1; j <= y + 1; ++j) {
        for (std::size_t i = x - 1; i <= x + 1; ++i)
          peak = dark ? std::min(peak, frame.at(i, j)) : std::max(peak, frame.at(i, j));
      }
      if (dark) peak = -peak;
      if (peak > top_) top_ = peak, count_ = 0;
      if (peak == top_) ++count_;
    }
  }
  std::size_t count() const { return count_; }

 private:
  float top_ = -1e30F;
  std::size_t count_ = 0;
};

Seen seen_of(const vesica::Track& track) {
  Seen out;
  out.first = static_cast<std::size_t>(track.points.front().frame);
  double error = 0, known = 0;
  for (const TrackSpot& point : track.points) {
    out.x.push_back(point.spot.x);
    out.y.push_back(point.spot.y);
    out.signal += static_cast<double>(point.spot.signal) / static_cast<double>(track.points.size());
    out.mass += static_cast<double>(point.spot.mass) / static_cast<double>(track.points.size());
    if (!std::isfinite(point.spot.error_px)) continue;
    error += static_cast<double>(point.spot.error_px) * static_cast<double>(point.spot.error_px);
    known += 1;
  }
  out.error_px = known > 0 ? std::sqrt(error / known) : kNaN;
  out.stuck = is_stuck(track, kStuckFrames, kStuckPx);
  return out;
}

/// Mean step of what does not stick, frame by frame, over as many frames as hold kDriftSteps steps.
void find_drift(Film& film) {
  std::vector<double> n(film.frames, 0.0), x(film.frames, 0.0), y(film.frames, 0.0);
  for (const Seen& each : film.seen) {
    if (each.stuck) continue;
    for (std::size_t k = 0; k + 1 < each.x.size(); ++k) {
      n[each.first + k] += 1;
      x[each.first + k] += each.x[k + 1] - each.x[k];
      y[each.first + k] += each.y[k + 1] - each.y[k];
    }
  }
  film.drift_x.assign(film.frames, 0.0);
  film.drift_y = film.drift_x;
  film.keep.assign(film.frames, 1.0);
  for (std::size_t i = 0; i < film.frames; ++i) {
    std::size_t from = i, to = i + 1;
    double all = n[i], sum_x = x[i], sum_y = y[i];
    while (all < kDriftSteps && (from > 0 || to < film.frames)) {
      if (from > 0) --from, all += n[from], sum_x += x[from], sum_y += y[from];
      if (to < film.frames) all += n[to], sum_x += x[to], sum_y += y[to], ++to;
    }
    if (all < 2) continue;
    film.drift_x[i] = sum_x / all;
    film.drift_y[i] = sum_y / all;
    film.keep[i] = std::sqrt(all / (all - 1));
  }
  double square = 0, steps = 0;
  for (const Seen& each : film.seen) {
    if (each.stuck) continue;
    for (std::size_t k = 0; k + 1 < each.x.size(); ++k) {
      const double dx = each.x[k + 1] - each.x[k] - film.drift_x[each.first + k];
      const double dy = each.y[k + 1] - each.y[k] - film.drift_y[each.first + k];
      square += dx * dx + dy * dy;
      steps += 1;
    }
  }
  film.step2_px = steps > 0 ? square / steps : 0;
  // What the frames' own means scatter beyond chance.
  double extra = 0, frames = 0;
  for (std::size_t i = 0; i < film.frames; ++i) {
    if (n[i] < 2) continue;
    const double mx = x[i] / n[i] - film.drift_x[i], my = y[i] / n[i] - film.drift_y[i];
    extra += mx * mx + my * my - film.step2_px / n[i];
    frames += 1;
  }
  // Two positions, two axes: the step's variance is four times that of the stage along one axis.
  film.vibration_px = frames > 0 ? std::sqrt(std::max(0.0, extra / frames / 4)) : 0;
}

/// Where a track leapt: a particle was lost and another taken for it. Squares of steps in two dimensions are
/// exponential, so that a step r² beside n others of mean m has the tail (1 + r²/(n m))^-n (a Lomax law, exact for free
/// steps); a leap is one of less than kLeap among all steps of the track. 0: none.
std::size_t leap_of(const Film& film, const Seen& seen) {
  constexpr double kLeap = 1e-3;  // chosen: one true track in a thousand is cut
  std::vector<double> squares;
  double all = 0;
  for (std::size_t k = 0; k + 1 < seen.x.size(); ++k) {
    const double dx = seen.x[k + 1] - seen.x[k] - film.drift_x[seen.first + k];
    const double dy = seen.y[k + 1] - seen.y[k] - film.drift_y[seen.first + k];
    squares.push_back(dx * dx + dy * dy);
    all += squares.back();
  }
  if (squares.size() < 3) return 0;
  const auto top = std::max_element(squares.begin(), squares.end());
  const auto others = static_cast<double>(squares.size() - 1);
  if (!(all > *top)) return 0;
  const double tail = std::exp(-others * std::log1p(*top / (all - *top)));
  return tail * (others + 1) < kLeap ? static_cast<std::size_t>(top - squares.begin()) + 1 : 0;
}

/// Cuts tracks where they leapt.
void cut_leaps(Film& film) {
  for (std::size_t i = 0; i < film.seen.size(); ++i) {
    if (film.seen[i].stuck) continue;
    for (std::size_t at = leap_of(film, film.seen[i]); at > 0; at = leap_of(film, film.seen[i])) {
      Seen rest = film.seen[i];
      Seen& head = film.seen[i];
      const auto cut = static_cast<std::ptrdiff_t>(at);
      rest.first += at;
      rest.x.erase(rest.x.begin(), rest.x.begin() + cut);
      rest.y.erase(rest.y.begin(), rest.y.begin() + cut);
      head.x.resize(at);
      head.y.resize(at);
      film.seen.push_back(std::move(rest));
      ++film.leaps;
    }
  }
}

LocateSettings locate_settings(const Settings& settings, double noise) {
  constexpr double kCandidate = 3;  // SDs; fainter pixels are background; chosen
  LocateSettings out;
  out.diameter = static_cast<int>(settings.diameter_px) | 1;
  out.threshold = kCandidate * noise * kAfterGaussian;
  out.percentile = 0;
  out.dark = settings.dark;
  return out;
}

}  // namespace

double Film::crowding() const {
  const double area = area_px();
  const double reach2 = std::max(step2_px, separation_px * separation_px);
  return area > 0 ? spots / area * std::numbers::pi * reach2 : 0;
}

double Film::area_px() const {
  return std::max(0.0, static_cast<double>(width) - 2 * margin_px) *
         std::max(0.0, static_cast<double>(height) - 2 * margin_px);
}

Film read_film(const ImageSource& source, const Settings& settings, double search_px, const Context& context) {
  Film film;
  const ImageInfo& info = source.info();
  film.frames = source.series_length();
  film.width = info.width;
  film.height = info.height;
  film.search_px = search_px;
  const auto refused = [&](Refusal why) {
    film.refusal = why;
    return film;
  };
  if (film.frames == 0 || film.width == 0 || film.height == 0) return refused(Refusal::kEmpty);
  if (film.frames == 1) return refused(Refusal::kOneFrame);
  bool flat = true;
  for (std::size_t i = 0; i < std::min(kLookAt, film.frames); ++i) {
    const Image2 frame = grey_of(source.read_channels(i));
    if (!all_finite(frame)) return refused(Refusal::kNotFinite);
    flat = flat && constant(frame);
    film.noise = std::max(film.noise, noise_of(frame));
  }
  if (flat) return refused(Refusal::kConstant);
  film.noise = std::max(film.noise, kLeastNoise);
  const LocateSettings locating = locate_settings(settings, film.noise);
  const double separation = locating.diameter + 1;
  film.margin_px = std::max(std::floor(locating.diameter / 2.0), std::floor(separation / 2) - 1);
  film.separation_px = separation;
  const auto least = static_cast<float>(settings.detection_sigma * film.noise * kAfterGaussian);
  LinkSettings linking;
  linking.search_range = search_px;
  linking.follow_drift = true;
  Linker linker(linking, [&](vesica::Track&& track) {
    if (track.points.size() >= 2) film.seen.push_back(seen_of(track));
  });
  Saturation saturation;
  film.picture_frame = film.frames / 2;
  std::vector<Image2> waiting;  // frames that are being located, for the look at their peaks
  std::size_t first_waiting = 0;
  const auto read = [&](std::size_t i) {
    Image2 frame = grey_of(source.read_channels(i));
    if (!all_finite(frame)) {
      film.refusal = Refusal::kNotFinite;
      std::fill(frame.pixels.begin(), frame.pixels.end(), 0.0F);
    }
    if (i == film.picture_frame) film.picture = frame;
    waiting.push_back(frame);
    return frame;
  };
  locate_frames(film.frames, read, locating, context, [&](std::size_t i, Located&& found) {
    std::erase_if(found.spots, [&](const Detection& spot) { return spot.signal < least; });
    if (film.width > 2 && film.height > 2) saturation.add(waiting[i - first_waiting], found.spots, settings.dark);
    if (i + 1 - first_waiting == waiting.size()) first_waiting = i + 1, waiting.clear();
    film.located += found.spots.size();
    linker.feed(found.spots);
    if (context.progress) context.progress(i + 1, film.frames);
  });
  linker.finish();
  if (film.refusal != Refusal::kNone) return film;
  film.saturated = saturation.count();
  film.spots = static_cast<double>(film.located) / static_cast<double>(film.frames);
  film.stuck = static_cast<std::size_t>(
      std::count_if(film.seen.begin(), film.seen.end(), [](const Seen& each) { return each.stuck; }));
  find_drift(film);
  cut_leaps(film);
  find_drift(film);
  return film;
}

namespace {

/// What tracks of alike brightness say of blur and errors: c0 = <dx²>, c1 = <dx dx'>, c0 + 2 c1 = 2 D dt whatever both
/// are. The predicted errors are believed; what else lowers c1 is blur that did not happen (a window about a smeared
/// spot follows its brightest part), down to none; only then are the errors raised.
void settle_alike(std::span<Track* const> tracks, double shutter) {
  double square = 0, product = 0, steps = 0, pairs = 0, error = 0;
  for (const Track* track : tracks) {
    for (const std::vector<double>* axis : {&track->dx, &track->dy}) {
      for (std::size_t k = 0; k < axis->size(); ++k) {
        square += (*axis)[k] * (*axis)[k], steps += 1;
        if (k + 1 < axis->size()) product += (*axis)[k] * (*axis)[k + 1], pairs += 1;
      }
      error += track->noise_um2 * static_cast<double>(axis->size());
    }
  }
  if (!(pairs > 0)) return;
  const double c0 = square / steps, c1 = product / pairs, mean = error / steps, spread = c0 + 2 * c1;
  if (!(spread > 0)) return;
  const double blur = std::clamp((c1 + mean) / spread, 0.0, shutter);
  constexpr double kLeastScale = 0.25, kMostScale = 20;  // chosen: beyond it is no error of place
  const double scale = mean > 0 ? std::clamp((blur * spread - c1) / mean, kLeastScale, kMostScale) : 1;
  for (Track* track : tracks) {
    track->blurred = shutter > 0 ? blur / shutter : 1;
    track->noise_um2 *= scale;
  }
}

/// How a film's tracks fall into classes of about equally many steps by their predicted errors, the dim ones last, and
/// what each class says. Dim, smeared spots are placed worse than bright ones, and how much so no formula foretells;
/// one answer for all would make the bright, large particles too slow and the dim, small ones too fast.
void settle(std::vector<Track>& tracks, double shutter) {
  constexpr double kSteps = 2000;  // chosen: tell c1 within 2 % of 2 D dt, both axes
  constexpr double kMost = 4;      // chosen: more change the sizes by less than their errors
  std::vector<Track*> order;
  double steps = 0;
  for (Track& track : tracks) {
    order.push_back(&track);
    steps += static_cast<double>(track.dx.size());
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Track* a, const Track* b) { return a->noise_um2 < b->noise_um2; });
  const double classes = std::clamp(std::floor(steps / kSteps), 1.0, kMost);
  double before = 0, limit = 1;
  std::size_t from = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    before += static_cast<double>(order[i]->dx.size());
    if (i + 1 < order.size() && before < limit * steps / classes) continue;
    settle_alike(std::span(order).subspan(from, i + 1 - from), shutter);
    from = i + 1;
    while (limit * steps / classes <= before) ++limit;
  }
}

}  // namespace

std::vector<Track> tracks_of(const Film& film, const Settings& settings, double pixel_um, const Conditions& conditions,
                             std::vector<std::size_t>* which) {
  std::vector<Track> out;
  const double border = film.margin_px + film.search_px;
  const auto inside = [&](double x, double y) {
    return x >= border && y >= border && x <= static_cast<double>(film.width) - 1 - border &&
           y <= static_cast<double>(film.height) - 1 - border;
  };
  // A prediction divides by a brightness that may be next to nothing: no error counts for more than thrice the median.
  constexpr double kMostError = 3;
  std::vector<double> errors;
  for (const Seen& seen : film.seen) {
    if (std::isfinite(seen.error_px)) errors.push_back(seen.error_px);
  }
  const double most_error = kMostError * quantile(errors, 0.5);
  for (std::size_t s = 0; s < film.seen.size(); ++s) {
    const Seen& seen = film.seen[s];
    const std::size_t frames = seen.x.size();
    if (seen.stuck || frames < static_cast<std::size_t>(settings.min_frames)) continue;
    Track track;
    for (std::size_t k = 0; k + 1 < frames; ++k) {
      const double scale = pixel_um * film.keep[seen.first + k];
      track.dx.push_back((seen.x[k + 1] - seen.x[k] - film.drift_x[seen.first + k]) * scale);
      track.dy.push_back((seen.y[k + 1] - seen.y[k] - film.drift_y[seen.first + k]) * scale);
    }
    track.begins = seen.first > 0 && inside(seen.x[0], seen.y[0]);
    while (track.watched < frames && inside(seen.x[track.watched], seen.y[track.watched])) ++track.watched;
    track.ends = track.watched == frames && seen.first + frames < film.frames;
    const double error = std::min(seen.error_px, most_error) * pixel_um;
    track.noise_um2 = std::isfinite(error) ? error * error : 0;
    out.push_back(std::move(track));
    if (which != nullptr) which->push_back(s);
  }
  settle(out, conditions.blur());
  return out;
}

}  // namespace vesica::nta_video
