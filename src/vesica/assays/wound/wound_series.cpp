// SPDX-License-Identifier: Apache-2.0
// A whole series: reading ahead, registration against the first frame, classification, a few frames in memory at a
// time.
#include <algorithm>
#include <cmath>
#include <mutex>

#include "vesica/assays/wound/wound.h"
#include "vesica/ops/image.h"
#include "vesica/ops/register.h"

namespace vesica::wound {

namespace {

constexpr std::size_t kAlignSide = 448;  // chosen: longest side of the frames that are held against each other
constexpr double kAlignBackground = 24;  // of their pixels, chosen: broader than cells, narrower than the gap
constexpr std::size_t kAheadPerThread = 2;

/// A frame as far as it can be brought without knowing the others.
struct Ready {
  Image2 grey, small;
  TextureMap map;
  Shift2 shift;  ///< against the first frame
  bool finite = true;
};

std::size_t shrinking(const ImageInfo& info) {
  return std::max<std::size_t>(1, (std::max(info.width, info.height) + kAlignSide - 1) / kAlignSide);
}

Image2 even(const Image2& grey, std::size_t by) {
  Image2 out = block_means(grey, by);
  const Image2 light = background(out, kAlignBackground);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    out.pixels[i] = light.pixels[i] > 0 ? out.pixels[i] / light.pixels[i] : 1.0F;
  }
  return out;
}

/// Keeps what registration must remember, frame after frame in their order.
class Aligner {
 public:
  Aligner(const Settings& settings, std::size_t shrunk) : settings_(settings), shrunk_(static_cast<double>(shrunk)) {}

  /// The first frame, before any other is placed.
  void begin(const Image2& small) { first_ = last_ = small; }
  /// Against the first frame: what does not depend on the frames between.
  Shift2 from_first(const Image2& small) const {
    return settings_.registration ? phase_shift(first_, small, settings_.max_shift) : Shift2{};
  }
  /// In the order of frames.
  void place(const Image2& small, Shift2 shift, Moment& moment) {
    if (!settings_.registration) return;
    if (!shift.trusted) {
      shift = phase_shift(last_, small, settings_.max_shift);
      shift.dx += dx_;
      shift.dy += dy_;
    }
    const bool near = std::abs(shift.dx) <= settings_.max_shift * static_cast<double>(small.width) &&
                      std::abs(shift.dy) <= settings_.max_shift * static_cast<double>(small.height);
    moment.aligned = shift.trusted && near;
    if (moment.aligned) {
      dx_ = shift.dx;
      dy_ = shift.dy;
    }
    // An untrusted frame stays where the one before it was: stages drift slowly.
    moment.dx = dx_ * shrunk_;
    moment.dy = dy_ * shrunk_;
    last_ = small;
  }

 private:
  const Settings& settings_;
  double shrunk_;
  Image2 first_, last_;
  double dx_ = 0, dy_ = 0;
};

Series refused(Refusal why, std::size_t frames, const std::vector<double>& times_h) {
  Series out;
  out.refusal = why;
  out.moments.resize(frames);
  for (std::size_t i = 0; i < frames && i < times_h.size(); ++i) out.moments[i].time_h = times_h[i];
  return out;
}

}  // namespace

Series measure_series(const ImageSource& source, const Settings& settings, double pixel_um,
                      const std::vector<double>& times_h, const Context& context, const FrameSink& sink) {
  const ImageInfo& info = source.info();
  const std::size_t frames = source.series_length();
  if (frames == 0 || info.width == 0 || info.height == 0) return refused(Refusal::kEmpty, frames, times_h);
  const Lengths lengths = lengths_of(settings, pixel_um, info.width, info.height);
  const Texture kind = texture_named(settings.texture).value();
  const std::size_t shrunk = shrinking(info);
  std::mutex reading;
  const auto prepare = [&](std::size_t frame) {
    Ready out;
    {
      const std::lock_guard lock(reading);
      out.grey = grey_of(source.read_channels(frame));
    }
    out.finite = all_finite(out.grey);
    if (!out.finite) return out;
    out.map = local_texture(out.grey, kind, lengths.window, lengths.background);
    if (settings.registration && frames > 1) out.small = even(out.grey, shrunk);
    return out;
  };
  Series series;
  series.moments.resize(frames);
  for (std::size_t i = 0; i < frames && i < times_h.size(); ++i) series.moments[i].time_h = times_h[i];
  std::vector<Runs> kept(frames);
  Learned learned;
  Aligner aligner(settings, shrunk);
  const std::size_t batch = std::max<std::size_t>(1, static_cast<std::size_t>(context.threads) * kAheadPerThread);
  for (std::size_t begin = 0; begin < frames; begin += batch) {
    const std::size_t count = std::min(batch, frames - begin);
    std::vector<Ready> ready(count);
    parallel_for(count, context, [&](std::size_t i) { ready[i] = prepare(begin + i); });
    for (const Ready& each : ready) {
      if (!each.finite) return refused(Refusal::kNotFinite, frames, times_h);
    }
    if (begin == 0) aligner.begin(ready[0].small);
    parallel_for(count, context, [&](std::size_t i) {
      if (begin + i > 0) ready[i].shift = aligner.from_first(ready[i].small);
    });
    for (std::size_t i = 0; i < count; ++i) {
      if (begin + i > 0) aligner.place(ready[i].small, ready[i].shift, series.moments[begin + i]);
    }
    if (begin == 0) {
      learned = learn(ready[0].map, settings, lengths);
      if (learned.refusal != Refusal::kNone) return refused(learned.refusal, frames, times_h);
    }
    const auto step = static_cast<double>(learned.rule.step);
    parallel_for(count, context, [&](std::size_t i) {
      const Moment& moment = series.moments[begin + i];
      const Plane<std::uint8_t> parts =
          begin + i == 0 ? learned.parts : parts_of(ready[i].map, learned.rule, moment.dx / step, moment.dy / step);
      kept[begin + i] = packed(parts);
      if (sink) sink(begin + i, ready[i].grey, parts, learned.rule);
    });
    if (context.progress) context.progress(begin + count, frames);
  }
  const double apart = learned.rule.textured - learned.rule.smooth;
  series.contrast = kind == Texture::kEntropy ? apart : std::exp(apart);
  measure_moments(kept, learned.rule, settings.fit_until, series);
  return series;
}

}  // namespace vesica::wound
