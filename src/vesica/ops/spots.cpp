// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/spots.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_threshold.h"
#include "vesica/ops/spots_filter.h"

namespace vesica {

namespace {

constexpr double kDisc = 3, kRingFrom = 4, kRingTo = 6;  // radii in sigma, chosen: 98.9 % of a point lies in the disc
constexpr double kHighestRate = 1e-3;                    // beyond, the formula of high maxima does not hold
constexpr double kLeastSigma = 0.8;  // pixels: 2.4 times more light at a pixel than at its neighbour
constexpr std::size_t kRows = 64;    // rows that one thread looks through, chosen
constexpr std::size_t kChunk = 64;   // spots that one thread measures, chosen

struct Peak {
  std::size_t x = 0, y = 0;
  double dx = 0, dy = 0, height = 0;
};

/// Offset of the top from the middle of three heights a pixel apart.
double top_offset(double left, double middle, double right) {
  const double bend = left - 2 * middle + right;
  return bend < 0 ? std::clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0;
}

/// What the response to a point has left at a distance from its centre (the filter's square is 2 sigma^2 wide).
double share_left(double distance_squared, double sigma_px) {
  const double u = distance_squared / (4 * sigma_px * sigma_px);
  return (1 - u) * std::exp(-u);
}

/// The top of the Gaussian through the maximum and its four neighbours; its height as that of a point.
Peak top_of(const Image2& response, std::size_t x, std::size_t y, double sigma_px) {
  const auto at = [&](std::size_t i, std::size_t j) { return static_cast<double>(response.at(i, j)); };
  const double middle = at(x, y);
  const double least = std::min({at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)});
  const auto scaled = [&](double value) { return least > 0 ? std::log(value) : value; };
  Peak out{x, y, 0, 0, 0};
  out.dx = top_offset(scaled(at(x - 1, y)), scaled(middle), scaled(at(x + 1, y)));
  out.dy = top_offset(scaled(at(x, y - 1)), scaled(middle), scaled(at(x, y + 1)));
  out.height = middle / share_left(out.dx * out.dx + out.dy * out.dy, sigma_px);
  return out;
}

/// A maximum among its 8 neighbours; of equal ones the first, row by row.
bool is_maximum(const Image2& response, std::size_t x, std::size_t y) {
  const float* a = response.row(y - 1).data() + x;
  const float* b = response.row(y).data() + x;
  const float* c = response.row(y + 1).data() + x;
  const float value = *b;
  return value > a[-1] && value > a[0] && value > a[1] && value > b[-1] && value >= b[1] && value >= c[-1] &&
         value >= c[0] && value >= c[1];
}

/// The image between pixels; beyond its border the border.
double between(const Image2& image, double x, double y) {
  const double px = std::clamp(x, 0.0, static_cast<double>(image.width - 1));
  const double py = std::clamp(y, 0.0, static_cast<double>(image.height - 1));
  const auto i = std::min(static_cast<std::size_t>(px), image.width - 2);
  const auto j = std::min(static_cast<std::size_t>(py), image.height - 2);
  const double right = px - static_cast<double>(i), down = py - static_cast<double>(j);
  const auto at = [&](std::size_t a, std::size_t b) { return static_cast<double>(image.at(a, b)); };
  const double above = at(i, j) + right * (at(i + 1, j) - at(i, j));
  const double below = at(i, j + 1) + right * (at(i + 1, j + 1) - at(i, j + 1));
  return above + down * (below - above);
}

/// Whether the response goes on in two opposite directions.
bool is_ridge(const Image2& response, const Peak& peak, const SpotSettings& settings) {
  constexpr int kDirections = 12;  // every 15 degrees: at 3 sigma 0.8 sigma apart
  const double reach = kDisc * settings.sigma_px, least = settings.ridge * peak.height;
  const double x = static_cast<double>(peak.x) + peak.dx, y = static_cast<double>(peak.y) + peak.dy;
  for (int i = 0; i < kDirections; ++i) {
    const double angle = std::numbers::pi * i / kDirections;
    const double dx = reach * std::cos(angle), dy = reach * std::sin(angle);
    if (between(response, x + dx, y + dy) > least && between(response, x - dx, y - dy) > least) return true;
  }
  return false;
}

struct Found {
  std::vector<Peak> peaks;
  std::size_t ridges = 0;
};

/// Maxima whose amplitude is above threshold(x, y), which is nowhere below `least`.
template <typename Threshold>
Found find_peaks(const Image2& response, double least, const Threshold& threshold, const SpotSettings& settings,
                 const Context& context) {
  const double lowest = least * share_left(0.5, settings.sigma_px);  // of a point half a pixel away along x and y
  const std::size_t inner = response.height - 2;
  std::vector<Found> strips((inner + kRows - 1) / kRows);
  parallel_for(strips.size(), context, [&](std::size_t i) {
    for (std::size_t y = 1 + i * kRows; y < std::min(inner, (i + 1) * kRows) + 1; ++y) {
      const float* row = response.row(y).data();
      for (std::size_t x = 1; x + 1 < response.width; ++x) {
        if (!(static_cast<double>(row[x]) > lowest) || !is_maximum(response, x, y)) continue;
        const Peak peak = top_of(response, x, y, settings.sigma_px);
        if (!(peak.height > threshold(x, y))) continue;
        if (is_ridge(response, peak, settings)) {
          ++strips[i].ridges;
        } else {
          strips[i].peaks.push_back(peak);
        }
      }
    }
  });
  Found out;
  for (const Found& strip : strips) {
    out.peaks.insert(out.peaks.end(), strip.peaks.begin(), strip.peaks.end());
    out.ridges += strip.ridges;
  }
  return out;
}

/// Which other spots lie near one: spots by square of `edge` pixels.
class Neighbours {
 public:
  Neighbours(const std::vector<Spot>& spots, std::size_t width, std::size_t height, double edge)
      : spots_(spots), edge_(edge), columns_(index(static_cast<double>(width)) + 1) {
    const std::size_t rows = index(static_cast<double>(height)) + 1;
    starts_.assign(columns_ * rows + 1, 0);
    for (const Spot& spot : spots) ++starts_[square(spot) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    members_.resize(spots.size());
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t i = 0; i < spots.size(); ++i) members_[next[square(spots[i])]++] = i;
  }
  /// Others whose centre lies within `edge` of spot `self`.
  void near(std::size_t self, std::vector<std::size_t>& out) const {
    out.clear();
    const Spot& spot = spots_[self];
    const std::size_t i = index(spot.x), j = index(spot.y), rows = (starts_.size() - 1) / columns_;
    for (std::size_t b = j > 0 ? j - 1 : 0; b < std::min(rows, j + 2); ++b) {
      for (std::size_t a = i > 0 ? i - 1 : 0; a < std::min(columns_, i + 2); ++a) {
        for (std::size_t k = starts_[b * columns_ + a]; k < starts_[b * columns_ + a + 1]; ++k) {
          const Spot& other = spots_[members_[k]];
          if (members_[k] != self && std::hypot(other.x - spot.x, other.y - spot.y) <= edge_)
            out.push_back(members_[k]);
        }
      }
    }
  }

 private:
  std::size_t index(double at) const { return static_cast<std::size_t>(std::max(0.0, at) / edge_); }
  std::size_t square(const Spot& spot) const { return index(spot.y) * columns_ + index(spot.x); }
  const std::vector<Spot>& spots_;
  double edge_;
  std::size_t columns_;
  std::vector<std::size_t> starts_, members_;
};

/// Pixels of the square around a spot that lie in the image.
struct Window {
  std::size_t x0, y0, x1, y1;
};
Window window_of(const Spot& spot, double radius, const Image2& image) {
  const auto low = [&](double at) { return static_cast<std::size_t>(std::max(0.0, std::ceil(at - radius))); };
  const auto high = [&](double at, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::floor(at + radius) + 1, 0.0, static_cast<double>(size)));
  };
  return {low(spot.x), low(spot.y), high(spot.x, image.width), high(spot.y, image.height)};
}

struct Sums {
  double sum = 0;
  std::size_t pixels = 0;
  std::vector<float> ring;
};

void measure(const Image2& image, const SpotSettings& settings, const std::vector<Spot>& all,
             const std::vector<std::size_t>& others, double pixel_noise, Spot& spot, Sums& sums) {
  const double disc = kDisc * settings.sigma_px, from = kRingFrom * settings.sigma_px, to = kRingTo * settings.sigma_px;
  sums.sum = 0;
  sums.pixels = 0;
  sums.ring.clear();
  const Window window = window_of(spot, to, image);
  for (std::size_t y = window.y0; y < window.y1; ++y) {
    for (std::size_t x = window.x0; x < window.x1; ++x) {
      const double px = static_cast<double>(x), py = static_cast<double>(y);
      const double mine = std::hypot(px - spot.x, py - spot.y);
      if (mine > to || (mine > disc && mine < from)) continue;
      double theirs = std::numeric_limits<double>::infinity();
      for (const std::size_t other : others)
        theirs = std::min(theirs, std::hypot(px - all[other].x, py - all[other].y));
      const float value = image.at(x, y);
      if (mine > disc) {
        if (theirs > disc) sums.ring.push_back(value);
        continue;
      }
      if (static_cast<double>(value) >= settings.saturation) spot.flags |= kSpotSaturated;
      if (theirs < mine) continue;
      sums.sum += static_cast<double>(value);
      ++sums.pixels;
    }
  }
  if (spot.x < disc || spot.y < disc || spot.x > static_cast<double>(image.width) - 1 - disc ||
      spot.y > static_cast<double>(image.height) - 1 - disc) {
    spot.flags |= kSpotAtBorder;
  }
  for (const std::size_t other : others) {
    if (std::hypot(all[other].x - spot.x, all[other].y - spot.y) < 2 * disc) spot.flags |= kSpotOverlaps;
  }
  const double pixels = static_cast<double>(sums.pixels);
  if (!sums.ring.empty()) {
    const auto middle = sums.ring.begin() + static_cast<std::ptrdiff_t>(sums.ring.size() / 2);
    std::nth_element(sums.ring.begin(), middle, sums.ring.end());
    spot.background = static_cast<double>(*middle);
  }
  spot.intensity = sums.sum - pixels * spot.background;
  const double inside = 1 - std::exp(-0.5 * kDisc * kDisc);
  const double point = 2 * std::numbers::pi * settings.sigma_px * settings.sigma_px * spot.amplitude * inside;
  spot.extent = spot.intensity / point;
  constexpr double kWide = 1.5, kSure = 3;  // chosen: half as much again, and more than noise makes of it
  const double error =
      pixel_noise * std::sqrt(pixels * (1 + pixels / std::max<double>(1, static_cast<double>(sums.ring.size()))));
  if (spot.extent > kWide && spot.intensity > point + kSure * error) spot.flags |= kSpotWide;
}

void check(const Image2& image, const SpotSettings& settings) {
  VESICA_REQUIRE(settings.sigma_px >= kLeastSigma && std::isfinite(settings.sigma_px), "a point narrower than a pixel");
  VESICA_REQUIRE(settings.rule != SpotRule::kFixed || settings.amplitude > 0, "a fixed threshold of no height");
  VESICA_REQUIRE(settings.ridge > 0, "a share of the height that is none");
  if (!all_finite(image)) {
    throw Error(ErrorKind::kData, say("A pixel is not a number."), {}, say("Write the image without masked pixels."));
  }
}

}  // namespace

double spot_false_alarms(double sigma_px, double snr) {
  const double lambda = 1.5 / (sigma_px * sigma_px);
  return lambda * snr * std::exp(-0.5 * snr * snr) / std::pow(2 * std::numbers::pi, 1.5);
}

double spot_threshold_snr(double sigma_px, double rate) {
  VESICA_REQUIRE(rate > 0 && rate <= kHighestRate, "a false-alarm rate outside (0, 1e-3]");
  double low = 1, high = 40;  // the rate falls beyond 1; exp(-800) is below every rate a double holds
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (spot_false_alarms(sigma_px, middle) > rate ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

SpotField find_spots(const Image2& image, const SpotSettings& settings, const Context& context) {
  check(image, settings);
  SpotField out;
  out.expected_false = std::numeric_limits<double>::quiet_NaN();
  if (image.width < 3 || image.height < 3) return out;
  const spots::Kernel kernel = spots::kernel_of(settings.sigma_px);
  const Image2 response = spots::respond(image, kernel, context);
  const spots::Noise noise = spots::noise_of(image, response, kernel, context);
  const double to_response = kernel.gain * noise.correlation;
  std::vector<float> tiles = noise.pixel.pixels;
  std::sort(tiles.begin(), tiles.end());
  out.noise = static_cast<double>(tiles[tiles.size() / 2]);
  out.correlation = noise.correlation;
  Found found;
  if (settings.rule == SpotRule::kFalseAlarm) {
    out.threshold_snr = spot_threshold_snr(settings.sigma_px, settings.false_alarms);
    out.threshold = out.threshold_snr * to_response * out.noise;
    out.expected_false = settings.false_alarms * static_cast<double>(image.pixels.size());
    const double per_noise = out.threshold_snr * to_response;
    const auto threshold = [&](std::size_t x, std::size_t y) {
      return per_noise * noise.at(static_cast<double>(x), static_cast<double>(y));
    };
    found = find_peaks(response, per_noise * static_cast<double>(tiles.front()), threshold, settings, context);
  } else {
    out.threshold = settings.amplitude;
    if (settings.rule == SpotRule::kLi) {
      std::vector<float> positive;
      for (const float value : response.pixels) {
        if (value > 0) positive.push_back(value);
      }
      out.threshold = threshold_of(positive, ThresholdMethod::kLi).value_or(std::numeric_limits<double>::infinity());
    }
    found = find_peaks(
        response, out.threshold, [&](std::size_t, std::size_t) { return out.threshold; }, settings, context);
  }
  out.ridges = found.ridges;
  for (const Peak& peak : found.peaks) {
    Spot spot;
    spot.x = static_cast<double>(peak.x) + peak.dx;
    spot.y = static_cast<double>(peak.y) + peak.dy;
    spot.amplitude = peak.height;
    const double deviation = to_response * noise.at(spot.x, spot.y);
    spot.snr = deviation > 0 ? spot.amplitude / deviation : std::numeric_limits<double>::infinity();
    spot.position_error = settings.sigma_px * std::sqrt(1.5) / spot.snr;
    out.spots.push_back(spot);
  }
  const std::vector<Spot> all = out.spots;
  const Neighbours neighbours(all, image.width, image.height, (kDisc + kRingTo) * settings.sigma_px);
  parallel_for((all.size() + kChunk - 1) / kChunk, context, [&](std::size_t i) {
    std::vector<std::size_t> others;
    Sums sums;
    for (std::size_t k = i * kChunk; k < std::min(all.size(), (i + 1) * kChunk); ++k) {
      neighbours.near(k, others);
      measure(image, settings, all, others, noise.at(all[k].x, all[k].y), out.spots[k], sums);
    }
  });
  return out;
}

}  // namespace vesica
