// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/track_locate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "vesica/base/require.h"
#include "vesica/ops/track_band.h"

namespace vesica {

namespace {

using ops::Band;
constexpr double kMove = 0.6;  // px, of trackpy 0.7 and of Crocker's IDL program

/// Weights over the square round a disc, row by row, rows `lanes` long and 0 beyond the disc.
struct Disc {
  explicit Disc(int r) : radius(r), side(static_cast<std::size_t>(2 * r + 1)) {
    lanes = (side + Band::kLanes - 1) / Band::kLanes * Band::kLanes;
    for (auto* table : {&inside, &square, &cosine, &sine}) table->assign(side * lanes, 0.0F);
    half = ops::disc_rows(r);
    for (int y = -r; y <= r; ++y) {
      for (int x = -half[static_cast<std::size_t>(y + r)]; x <= half[static_cast<std::size_t>(y + r)]; ++x) {
        const std::size_t i = static_cast<std::size_t>(y + r) * lanes + static_cast<std::size_t>(x + r);
        const double angle = 2 * std::atan2(y, x);  // the centre counts as angle 0, as in Crocker's program
        inside[i] = 1;
        square[i] = static_cast<float>(x * x + y * y);
        cosine[i] = static_cast<float>(std::cos(angle));
        sine[i] = static_cast<float>(std::sin(angle));
        ++area;
        sum_x2 += x * x;
      }
    }
  }
  int radius;
  std::size_t side, lanes = 0, area = 0;
  double sum_x2 = 0;
  std::vector<float> inside, square, cosine, sine;
  std::vector<int> half;
};

/// Sums of the lanes in pairs: the same whatever the width of the machine's registers.
double total(const std::vector<float>& lanes) {
  double sum = 0;
  for (const float v : lanes) sum += v;
  return sum;
}

/// One spot at a time.
class Refiner {
 public:
  Refiner(const Band& band, const Disc& disc)
      : band_(band), disc_(disc), a_(disc.lanes), b_(disc.lanes), c_(disc.lanes), d_(disc.lanes) {}

  Detection refine(std::size_t pixel) {
    auto x = static_cast<std::ptrdiff_t>(pixel % band_.width), y = static_cast<std::ptrdiff_t>(pixel / band_.width);
    const std::ptrdiff_t r = disc_.radius;
    Detection spot;
    std::size_t corner = 0;
    double mass = 0;
    for (int i = 0; i < std::max(1, band_.settings.iterations); ++i) {
      corner = static_cast<std::size_t>(y - r) * band_.width + static_cast<std::size_t>(x - r);
      double off_x = 0, off_y = 0;
      centroid(corner, mass, off_x, off_y);
      spot.x = static_cast<double>(x) + off_x;
      spot.y = static_cast<double>(y) + off_y;
      if (std::abs(off_x) < kMove && std::abs(off_y) < kMove) break;
      x = std::clamp<std::ptrdiff_t>(x + step(off_x), r, static_cast<std::ptrdiff_t>(band_.width) - 1 - r);
      y = std::clamp<std::ptrdiff_t>(y + step(off_y), r, static_cast<std::ptrdiff_t>(band_.height) - 1 - r);
    }
    describe(corner, mass, spot);
    return spot;
  }

 private:
  static std::ptrdiff_t step(double off) { return off > kMove ? 1 : off < -kMove ? -1 : 0; }

  void centroid(std::size_t corner, double& mass, double& off_x, double& off_y) {
    std::fill(a_.begin(), a_.end(), 0.0F);
    std::fill(b_.begin(), b_.end(), 0.0F);
    for (std::size_t j = 0; j < disc_.side; ++j) {
      const float* in = band_.band.data() + corner + j * band_.width;
      const float* w = disc_.inside.data() + j * disc_.lanes;
      const auto dy = static_cast<float>(static_cast<int>(j) - disc_.radius);
      const std::size_t lanes = readable(corner + j * band_.width);
      float *a = a_.data(), *b = b_.data();
      for (std::size_t i = 0; i < lanes; ++i) {
        const float v = w[i] * in[i];
        a[i] += v;
        b[i] += dy * v;
      }
    }
    mass = total(a_);
    double moment = 0;
    for (std::size_t i = 0; i < disc_.side; ++i) moment += (static_cast<double>(i) - disc_.radius) * a_[i];
    off_x = mass > 0 ? moment / mass : 0;
    off_y = mass > 0 ? total(b_) / mass : 0;
  }

  /// Lanes that may be read from an index of band on: the last rows of a frame may end within a block.
  std::size_t readable(std::size_t index) const { return std::min(disc_.lanes, band_.band.size() - index); }

  void describe(std::size_t corner, double mass, Detection& spot) {
    for (auto* lanes : {&a_, &b_, &c_, &d_}) std::fill(lanes->begin(), lanes->end(), 0.0F);
    double raw = 0;
    for (std::size_t j = 0; j < disc_.side; ++j) {
      const std::size_t row = corner + j * band_.width, table = j * disc_.lanes;
      const float* in = band_.band.data() + row;
      const float *w = disc_.inside.data() + table, *r2 = disc_.square.data() + table;
      const float *cosine = disc_.cosine.data() + table, *sine = disc_.sine.data() + table;
      const std::size_t lanes = readable(row);
      float *a = a_.data(), *b = b_.data(), *c = c_.data(), *d = d_.data();
      for (std::size_t i = 0; i < lanes; ++i) {
        const float v = in[i];
        a[i] += r2[i] * v;
        b[i] += cosine[i] * v;
        c[i] += sine[i] * v;
        d[i] = std::max(d[i], w[i] * v);
      }
      const int half = disc_.half[j];
      for (int i = disc_.radius - half; i <= disc_.radius + half; ++i)
        raw += band_.raw[row + static_cast<std::size_t>(i)];
    }
    const auto r = static_cast<std::size_t>(disc_.radius);
    const double centre = band_.band[corner + r * band_.width + r];
    spot.mass = static_cast<float>(mass / band_.scale);
    spot.size = static_cast<float>(std::sqrt(total(a_) / mass));
    spot.eccentricity = static_cast<float>(std::hypot(total(b_), total(c_)) / (mass - centre + 1e-6));
    spot.signal = *std::max_element(d_.begin(), d_.end()) / band_.scale;
    spot.raw_mass = static_cast<float>(raw);
  }

  const Band& band_;
  const Disc& disc_;
  std::vector<float> a_, b_, c_, d_;
};

/// Of two spots closer than `separation` the one of less mass goes; of equal ones that of the smaller x + y, or the
/// earlier.
std::vector<bool> too_close(const std::vector<Detection>& spots, double separation, const Band& band) {
  const auto side = static_cast<std::size_t>(std::max(1.0, std::ceil(separation)));
  const std::size_t nx = band.width / side + 1, ny = band.height / side + 1;
  std::vector<std::int32_t> head(nx * ny, -1), next(spots.size(), -1);
  std::vector<bool> gone(spots.size(), false);
  const double limit = separation * (1 - 1e-7) * separation * (1 - 1e-7);
  const auto cell = [&](double v, std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(std::max(0.0, v)) / side);
  };
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const std::size_t cx = cell(spots[i].x, nx), cy = cell(spots[i].y, ny);
    for (std::size_t y = cy - std::min<std::size_t>(cy, 1); y <= std::min(ny - 1, cy + 1); ++y) {
      for (std::size_t x = cx - std::min<std::size_t>(cx, 1); x <= std::min(nx - 1, cx + 1); ++x) {
        for (std::int32_t k = head[y * nx + x]; k >= 0; k = next[static_cast<std::size_t>(k)]) {
          const auto other = static_cast<std::size_t>(k);
          const double dx = spots[i].x - spots[other].x, dy = spots[i].y - spots[other].y;
          if (dx * dx + dy * dy > limit) continue;
          bool drop_this = spots[i].mass < spots[other].mass;
          if (spots[i].mass == spots[other].mass) drop_this = spots[i].x + spots[i].y < spots[other].x + spots[other].y;
          gone[drop_this ? i : other] = true;
        }
      }
    }
    next[i] = head[cy * nx + cx];
    head[cy * nx + cx] = static_cast<std::int32_t>(i);
  }
  return gone;
}

Located locate_with(Band& band, const Disc& disc, const Image2& frame) {
  Located out;
  const LocateSettings& s = band.settings;
  if (frame.width < disc.side || frame.height < disc.side) return out;
  band.pass(frame);
  band.measure_background(out.background, out.noise);
  if (band.lit == 0) return out;
  Refiner refiner(band, disc);
  for (const std::size_t pixel : band.maxima(band.percentile())) out.spots.push_back(refiner.refine(pixel));
  const std::vector<bool> gone = too_close(out.spots, band.separation, band);
  std::size_t kept = 0;
  const double spread = s.noise_sigma * std::sqrt(disc.sum_x2);
  for (std::size_t i = 0; i < out.spots.size(); ++i) {
    Detection spot = out.spots[i];
    if (gone[i] || !(spot.mass > s.min_mass) || !(spot.size < s.max_size)) continue;
    const double over = spot.raw_mass - static_cast<double>(disc.area) * out.background;
    spot.error_px = static_cast<float>(over > 0 ? out.noise / over * spread : std::numeric_limits<double>::quiet_NaN());
    out.spots[kept++] = spot;
  }
  out.spots.resize(kept);
  return out;
}

}  // namespace

Located locate(const Image2& frame, const LocateSettings& settings) {
  Band band(settings);
  return locate_with(band, Disc(band.radius), frame);
}

void locate_frames(std::size_t count, const std::function<Image2(std::size_t)>& read, const LocateSettings& settings,
                   const Context& context, const std::function<void(std::size_t, Located&&)>& sink) {
  constexpr std::size_t kPerThread = 8;  // frames that share their memory, chosen
  const auto threads = static_cast<std::size_t>(std::max(1, context.threads));
  const std::size_t wave = threads * kPerThread;
  const Disc disc(settings.diameter / 2);
  std::vector<Band> bands(threads, Band(settings));
  std::vector<Image2> frames;
  Context inner = context;
  inner.progress = nullptr;
  for (std::size_t first = 0; first < count; first += wave) {
    context.check_cancelled();
    frames.clear();
    for (std::size_t i = first; i < std::min(count, first + wave); ++i) frames.push_back(read(i));
    std::vector<Located> found(frames.size());
    parallel_for(std::min(threads, frames.size()), inner, [&](std::size_t t) {
      for (std::size_t i = t; i < frames.size(); i += threads) found[i] = locate_with(bands[t], disc, frames[i]);
    });
    for (std::size_t i = 0; i < found.size(); ++i) sink(first + i, std::move(found[i]));
    if (context.progress) context.progress(first + found.size(), count);
  }
}

}  // namespace vesica
