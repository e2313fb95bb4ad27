// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_nuclei.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {

namespace {

constexpr int kLevels = 200;  // of a tree, on a square-root scale: chosen, 400 change no object of the open sets
constexpr double kPreference = 1.05;  // by which a coarser scale must be better: chosen, against flicker
constexpr double kClear = 0.6;        // chosen: a coarser scale could add little to such a piece
constexpr int kBand = 3;              // pixels inside and outside an edge that are held against each other: chosen

/// The regions of all thresholds of one image as a tree over its pixels: every region is named by one of them.
class RegionTree {
 public:
  /// `level` > 0 inside; higher is brighter.
  explicit RegionTree(const Plane<std::uint8_t>& level) : level_(level) {
    sort();
    connect();
    measure();
  }

  /// Chooses disjoint regions with the greatest sum of area * (likeness - shape). Labels 1.. with the score of each.
  Labels2 choose(double shape, double least, double most, std::vector<double>& scores) {
    const std::size_t n = order_.size();
    std::vector<float> inside(n, 0), best(n, 0);
    std::vector<std::uint8_t> taken(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_region(i)) continue;
      const Moments& m = moments_[i];
      const bool fits = m.n >= least && m.n <= most;
      const auto own = static_cast<float>(fits ? m.n * std::max(0.0, m.likeness() - shape) : 0.0);
      taken[i] = own > 0 && own >= inside[i] ? 1 : 0;
      best[i] = std::max(own, inside[i]);
      if (parent_[i] != i) inside[parent_[i]] += best[i];
    }
    Labels2 out(level_.width, level_.height);
    std::vector<std::int32_t> label(n, 0);
    scores.assign(1, 0);
    for (std::size_t i = n; i-- > 0;) {
      label[i] = parent_[i] != i ? label[parent_[i]] : 0;
      if (label[i] == 0 && taken[i] != 0) {
        label[i] = static_cast<std::int32_t>(scores.size());
        scores.push_back(best[i]);
      }
      out.pixels[order_[i]] = label[i];
    }
    return out;
  }

 private:
  struct Moments {
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    void add(const Moments& other) {
      n += other.n;
      x += other.x;
      y += other.y;
      xx += other.xx;
      yy += other.yy;
      xy += other.xy;
    }
    /// Area over that of the ellipse of the same second moments (with a pixel's own 1/12).
    double likeness() const {
      const double vx = xx / n - x / n * (x / n) + 1.0 / 12, vy = yy / n - y / n * (y / n) + 1.0 / 12;
      const double c = xy / n - x / n * (y / n);
      return n / (4 * std::numbers::pi * std::sqrt(std::max(1e-9, vx * vy - c * c)));
    }
  };

  /// Places in order_, from the brightest level down, by index within a level.
  void sort() {
    std::vector<std::size_t> start(257, 0);
    for (const std::uint8_t each : level_.pixels) ++start[256U - each];
    for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
    order_.resize(start[255]);  // level 0 is outside
    place_.assign(level_.pixels.size(), kNowhere);
    for (std::size_t i = 0; i < level_.pixels.size(); ++i) {
      if (level_.pixels[i] == 0) continue;
      const std::size_t at = start[255U - level_.pixels[i]]++;
      order_[at] = static_cast<std::uint32_t>(i);
      place_[i] = static_cast<std::uint32_t>(at);
    }
  }

  /// Union-find from the top (Berger et al. 2007, 10.1109/ICIP.2007.4379949), then every parent is the last pixel of
  /// its region.
  void connect() {
    const std::size_t n = order_.size(), width = level_.width;
    parent_.resize(n);
    std::vector<std::uint32_t> root(n);
    const auto find = [&](std::uint32_t i) {
      while (root[i] != i) i = root[i] = root[root[i]];
      return i;
    };
    for (std::uint32_t i = 0; i < n; ++i) {
      parent_[i] = root[i] = i;
      const std::size_t pixel = order_[i], x = pixel % width;
      const auto meet = [&](std::size_t other) {
        const std::uint32_t j = place_[other];
        if (j >= i) return;  // outside, or not reached yet
        const std::uint32_t top = find(j);
        if (top == i) return;
        parent_[top] = i;
        root[top] = i;
      };
      if (x > 0) meet(pixel - 1);
      if (x + 1 < width) meet(pixel + 1);
      if (pixel >= width) meet(pixel - width);
      if (pixel + width < level_.pixels.size()) meet(pixel + width);
    }
    for (std::size_t i = n; i-- > 0;) {
      const std::uint32_t up = parent_[i];
      if (level_of(parent_[up]) == level_of(up)) parent_[i] = parent_[up];
    }
  }

  void measure() {
    moments_.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto x = static_cast<double>(order_[i] % level_.width), y = static_cast<double>(order_[i] / level_.width);
      moments_[i].add({1, x, y, x * x, y * y, x * y});
      if (parent_[i] != i) moments_[parent_[i]].add(moments_[i]);
    }
  }

  std::uint8_t level_of(std::uint32_t i) const { return level_.pixels[order_[i]]; }
  bool is_region(std::size_t i) const {
    const auto self = static_cast<std::uint32_t>(i);
    return parent_[i] == self || level_of(parent_[i]) != level_of(self);
  }

  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;
  const Plane<std::uint8_t>& level_;
  std::vector<std::uint32_t> order_, place_, parent_;
  std::vector<Moments> moments_;
};

/// What is above the background, not below 0.
Image2 above(const Image2& image, const Image2& background) {
  Image2 out(image.width, image.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    out.pixels[i] = std::max(0.0F, image.pixels[i] - background.pixels[i]);
  }
  return out;
}

/// Best regions at one scale, and how well they explain each piece of the mask.
struct Scale {
  Labels2 labels;
  std::vector<double> scores;  ///< of labels
  std::vector<double> pieces;  ///< sum of the scores in each connected piece
  std::vector<int> counts;     ///< regions in each
};
Scale best_regions(const Image2& light, const Components& pieces, const std::vector<std::uint8_t>& wanted, double level,
                   const NucleiSearch& how) {
  float top = 0;
  for (std::size_t i = 0; i < light.pixels.size(); ++i) {
    if (pieces.labels.pixels[i] != 0) top = std::max(top, light.pixels[i]);
  }
  Plane<std::uint8_t> levels(light.width, light.height);
  const double range = std::max(top - level, 1e-30);
  for (std::size_t i = 0; i < light.pixels.size(); ++i) {
    if (wanted[static_cast<std::size_t>(pieces.labels.pixels[i])] == 0) continue;
    const double share = std::clamp((light.pixels[i] - level) / range, 0.0, 1.0);
    levels.pixels[i] = static_cast<std::uint8_t>(1 + std::floor((kLevels - 2) * std::sqrt(share)));
  }
  Scale out;
  out.labels = RegionTree(levels).choose(how.shape, how.least_px, how.most_px, out.scores);
  out.pieces.assign(pieces.objects.size() + 1, 0);
  out.counts.assign(pieces.objects.size() + 1, 0);
  std::vector<std::uint8_t> seen(out.scores.size(), 0);
  for (std::size_t i = 0; i < light.pixels.size(); ++i) {
    const auto label = static_cast<std::size_t>(out.labels.pixels[i]);
    if (label == 0 || std::exchange(seen[label], std::uint8_t{1}) != 0) continue;
    out.pieces[static_cast<std::size_t>(pieces.labels.pixels[i])] += out.scores[label];
    ++out.counts[static_cast<std::size_t>(pieces.labels.pixels[i])];
  }
  return out;
}

/// Every piece from the scale that explains it best.
Labels2 best_of(const std::vector<Scale>& scales, const Components& pieces) {
  Labels2 out(pieces.labels.width, pieces.labels.height);
  std::vector<std::size_t> best(pieces.objects.size() + 1, 0);
  std::vector<std::int32_t> shift(1, 0);
  for (std::size_t k = 0; k + 1 < scales.size(); ++k) {
    shift.push_back(shift.back() + static_cast<std::int32_t>(scales[k].scores.size()));
    for (std::size_t piece = 1; piece < best.size(); ++piece) {
      if (scales[k + 1].pieces[piece] > kPreference * scales[best[piece]].pieces[piece]) best[piece] = k + 1;
    }
  }
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const std::size_t scale = best[static_cast<std::size_t>(pieces.labels.pixels[i])];
    const std::int32_t label = scales[scale].labels.pixels[i];
    if (label != 0) out.pixels[i] = label + shift[scale];
  }
  relabel(out);
  return out;
}

/// Labels spread over the mask from the brightest pixel down, on 1024 levels of light (square root): a watershed with
/// one queue a level instead of a heap.
void flood(const Image2& light, const Mask2& mask, Labels2& labels) {
  constexpr int kSteps = 1024;
  const std::size_t width = labels.width, n = labels.pixels.size();
  const float top = *std::max_element(light.pixels.begin(), light.pixels.end());
  const float scale = top > 0 ? 1 / top : 0;
  const auto step_of = [&](std::size_t i) {
    return static_cast<std::size_t>((kSteps - 1) * (1 - std::sqrt(light.pixels[i] * scale)));
  };
  std::vector<std::vector<std::uint32_t>> queues(kSteps);
  const auto reach = [&](std::size_t from, std::size_t to, std::size_t& lowest) {
    if (mask.pixels[to] == 0 || labels.pixels[to] != 0) return;
    labels.pixels[to] = labels.pixels[from];
    const std::size_t step = step_of(to);
    queues[step].push_back(static_cast<std::uint32_t>(to));
    lowest = std::min(lowest, step);
  };
  const auto spread = [&](std::size_t i, std::size_t& lowest) {
    const std::size_t x = i % width;
    if (i >= width) reach(i, i - width, lowest);
    if (x > 0) reach(i, i - 1, lowest);
    if (x + 1 < width) reach(i, i + 1, lowest);
    if (i + width < n) reach(i, i + width, lowest);
  };
  // Only pixels at the edge of what is labelled already have anywhere to go.
  for (std::size_t i = 0; i < n; ++i) {
    if (labels.pixels[i] == 0) continue;
    const std::size_t x = i % width;
    const auto open = [&](std::size_t j) { return mask.pixels[j] != 0 && labels.pixels[j] == 0; };
    if ((x > 0 && open(i - 1)) || (x + 1 < width && open(i + 1)) || (i >= width && open(i - width)) ||
        (i + width < n && open(i + width))) {
      queues[step_of(i)].push_back(static_cast<std::uint32_t>(i));
    }
  }
  for (std::size_t step = 0; step < queues.size();) {
    std::size_t lowest = step;
    for (std::size_t k = 0; k < queues[step].size() && lowest == step; ++k) {
      const std::size_t i = queues[step][k];
      spread(i, lowest);
      if (lowest < step)
        queues[step].erase(queues[step].begin(), queues[step].begin() + static_cast<std::ptrdiff_t>(k) + 1);
    }
    if (lowest == step) {
      queues[step].clear();
      ++step;
    } else {
      step = lowest;
    }
  }
}

/// Objects grow downhill within the mask to `half` of their own mean.
void grow(const Image2& light, const Mask2& mask, double half, Labels2& labels) {
  std::vector<double> sum(static_cast<std::size_t>(greatest_label(labels)) + 1, 0), count = sum;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    sum[static_cast<std::size_t>(labels.pixels[i])] += light.pixels[i];
    ++count[static_cast<std::size_t>(labels.pixels[i])];
  }
  flood(light, mask, labels);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels.pixels[i]);
    if (label != 0 && light.pixels[i] < half * sum[label] / count[label]) labels.pixels[i] = 0;
  }
  fill_label_holes(labels);
}

/// Cuts every object at its necks: shapes are looked at with a line of one pixel between neighbours, which then goes
/// back to the object that it came from.
void cut_necks(const Image2& light, const NucleiSearch& how, Labels2& labels) {
  constexpr double kSmooth = 1;  // pixel: steps of the grid are no necks
  const std::size_t width = labels.width, n = labels.pixels.size();
  Mask2 mask(width, labels.height);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t label = labels.pixels[i];
    const std::int32_t right = (i + 1) % width != 0 ? labels.pixels[i + 1] : label;
    const std::int32_t down = i + width < n ? labels.pixels[i + width] : label;
    mask.pixels[i] = label != 0 && (right == label || right == 0) && (down == label || down == 0) ? 1 : 0;
  }
  Labels2 parts = split_touching(light, mask, {SplitBy::kShape, kSmooth, how.neck_px, how.neck});
  for (std::size_t i = 0; i < n; ++i) {
    if (labels.pixels[i] == 0 || mask.pixels[i] != 0) continue;
    const std::size_t x = i % width;
    const auto back = [&](std::size_t j) {
      if (parts.pixels[i] == 0 && mask.pixels[j] != 0 && labels.pixels[j] == labels.pixels[i]) {
        parts.pixels[i] = parts.pixels[j];
      }
    };
    if (x > 0) back(i - 1);
    if (i >= width) back(i - width);
    if (x + 1 < width) back(i + 1);
    if (i + width < n) back(i + width);
  }
  labels = std::move(parts);
}

/// Drops objects whose light does not step at their edge, as a share of their mean; how many remain.
std::size_t drop_blurred(const Image2& light, double least, Labels2& labels) {
  struct Sums {
    double in = 0, out = 0, all = 0, n_in = 0, n_out = 0, n_all = 0;
  };
  std::vector<Sums> sums(static_cast<std::size_t>(greatest_label(labels)) + 1);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] == 0) continue;
    Sums& here = sums[static_cast<std::size_t>(labels.pixels[i])];
    here.all += light.pixels[i];
    ++here.n_all;
  }
  // Bands of kBand pixels inside and outside, in steps over the 4 and the 8 neighbours in turn (an octagon).
  const std::size_t width = labels.width, n = labels.pixels.size();
  Plane<std::uint8_t> seen(width, labels.height);
  for (const bool inward : {true, false}) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> front, next;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int32_t label = labels.pixels[i];
      if ((label != 0) != inward) continue;
      const std::size_t x = i % width;
      std::int32_t met = -1;
      const auto look = [&](std::size_t j) {
        if ((labels.pixels[j] != 0) != inward && met < 0) met = inward ? label : labels.pixels[j];
      };
      if (x > 0) look(i - 1);
      if (x + 1 < width) look(i + 1);
      if (i >= width) look(i - width);
      if (i + width < n) look(i + width);
      if (met < 0) continue;
      seen.pixels[i] = 1;
      front.emplace_back(static_cast<std::uint32_t>(i), met);
    }
    for (int step = 1;; ++step) {
      for (const auto& [i, label] : front) {
        Sums& here = sums[static_cast<std::size_t>(label)];
        (inward ? here.in : here.out) += light.pixels[i];
        ++(inward ? here.n_in : here.n_out);
      }
      if (step >= kBand) break;
      next.clear();
      for (const auto& [from, label] : front) {
        const std::size_t i = from, x = i % width;
        const auto go = [&, owner = label](std::size_t j) {
          if (seen.pixels[j] != 0 || (labels.pixels[j] != 0) != inward) return;
          if (inward && labels.pixels[j] != owner) return;
          seen.pixels[j] = 1;
          next.emplace_back(static_cast<std::uint32_t>(j), owner);
        };
        const bool left = x > 0, right = x + 1 < width, up = i >= width, down = i + width < n;
        if (left) go(i - 1);
        if (right) go(i + 1);
        if (up) go(i - width);
        if (down) go(i + width);
        if (step % 2 == 0) continue;
        if (up && left) go(i - width - 1);
        if (up && right) go(i - width + 1);
        if (down && left) go(i + width - 1);
        if (down && right) go(i + width + 1);
      }
      std::swap(front, next);
    }
  }
  std::vector<std::uint8_t> keep(sums.size(), 1);
  for (std::size_t l = 1; l < sums.size(); ++l) {
    const Sums& s = sums[l];
    if (s.n_in > 0 && s.n_out > 0) keep[l] = s.in / s.n_in - s.out / s.n_out >= least * s.all / s.n_all ? 1 : 0;
  }
  return keep_labels(labels, keep);
}

float quantile(std::vector<float> values, double p) {
  const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// What noise alone reaches in `light`: the least tenth of it is ground in every field that is not full, the camera's
/// noise comes from differences between pixels two apart, and the blur leaves 1 / (2 sqrt(pi) sigma) of it.
double noise_level(const Image2& image, const Image2& light, double sigma) {
  constexpr double kTenth = 0.1, kTenthsDeviate = 1.2816;
  constexpr double kSafe = 6;  // chosen: one pixel in a thousand million
  std::vector<float> steps;
  for (std::size_t y = 0; y < image.height; y += 2) {
    const float* row = image.row(y).data();
    for (std::size_t x = 2; x < image.width; x += 2) steps.push_back(std::abs(row[x] - row[x - 2]));
  }
  if (steps.empty()) return 0;
  constexpr double kMedianToSd = 1.4826;
  const double camera = kMedianToSd * quantile(std::move(steps), 0.5) / std::numbers::sqrt2;
  const double left = std::min(1.0, 1 / (2 * std::sqrt(std::numbers::pi) * std::max(sigma, 1e-9)));
  std::vector<float> some;
  for (std::size_t i = 0; i < light.pixels.size(); i += 7) some.push_back(light.pixels[i]);
  return quantile(std::move(some), kTenth) + (kTenthsDeviate + kSafe) * camera * left;
}

Image2 background_of(const Image2& image, const NucleiSearch& how) {
  const float least = image.empty() ? 0 : *std::min_element(image.pixels.begin(), image.pixels.end());
  if (how.background == BackgroundMethod::kNone || !(how.background_px > 0)) {
    return Image2(image.width, image.height, least);
  }
  Image2 out = without_background(image, how.background, how.background_px);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = image.pixels[i] - out.pixels[i];
  return out;
}

}  // namespace

NucleiFound find_nuclei(const Image2& image, const NucleiSearch& how) {
  NucleiFound out{Labels2(image.width, image.height), Image2(image.width, image.height), 0, 0};
  if (image.empty() || !all_finite(image)) return out;
  const std::vector<double> sigmas = how.scales_px.empty() ? std::vector<double>{0.7} : how.scales_px;
  const Image2 fine = gaussian(image, sigmas[0]);
  const Image2 background = background_of(fine, how);
  out.light = above(fine, background);
  out.level = how.threshold.value_or(threshold_of(out.light.pixels, how.method).value_or(0) * how.correction);
  if (!how.threshold) out.level = std::max(out.level, noise_level(image, out.light, sigmas[0]));
  if (!(out.level > 0)) return out;
  Mask2 mask(image.width, image.height);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = out.light.pixels[i] >= out.level ? 1 : 0;
  const Components pieces = components(mask, false);
  std::vector<std::uint8_t> wanted(pieces.objects.size() + 1, 1);
  wanted[0] = 0;
  std::vector<Scale> scales = {best_regions(out.light, pieces, wanted, out.level, how)};
  // A piece that is one object at the finest scale, with most of what an ellipse of its area could score, needs no
  // other.
  for (std::size_t p = 1; p < wanted.size(); ++p) {
    const double most = (1 - how.shape) * static_cast<double>(pieces.objects[p - 1].area);
    if (scales[0].counts[p] == 1 && scales[0].pieces[p] > kClear * most) wanted[p] = 0;
    if (static_cast<double>(pieces.objects[p - 1].area) < how.least_px) wanted[p] = 0;
  }
  for (std::size_t k = 1; k < sigmas.size(); ++k) {
    scales.push_back(best_regions(above(gaussian(image, sigmas[k]), background), pieces, wanted, out.level, how));
  }
  out.labels = best_of(scales, pieces);
  grow(out.light, mask, how.half, out.labels);
  cut_necks(out.light, how, out.labels);
  const std::size_t sized = filter_by_area(out.labels, how.least_px, how.most_px);
  out.blurred = sized - drop_blurred(out.light, how.edge, out.labels);
  return out;
}

}  // namespace vesica
