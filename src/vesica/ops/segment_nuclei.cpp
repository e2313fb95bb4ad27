// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_nuclei.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_tree.h"
#include "vesica/ops/segment_watershed.h"

namespace vesica {

namespace {

constexpr int kLevels = 200;  // of a tree, on a square-root scale: chosen, 400 change no object of the open sets
constexpr double kPreference = 1.05;  // by which a coarser scale must be better: chosen, against flicker
constexpr double kClear = 0.6;        // chosen: a coarser scale could add little to such a piece
constexpr int kBand = 3;              // pixels inside and outside an edge that are held against each other: chosen

/// What is above the background, not below 0.
Image2 above(const Image2& image, const Image2& background) {
  Image2 out(image.width, image.height);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    out.pixels[i] = std::max(0.0F, image.pixels[i] - background.pixels[i]);
  }
  return out;
}

/// The pixels of every connected piece, row by row: those of piece p lie from start[p] to start[p + 1].
struct Pieces {
  std::vector<Dot> dots;
  std::vector<std::uint32_t> start;
  std::size_t size() const { return start.size() - 1; }  ///< one more than pieces: 0 is outside and has no pixels here
  std::size_t area(std::size_t p) const { return start[p + 1] - start[p]; }
};
Pieces pieces_of(const Components& found) {
  Pieces out;
  out.start.assign(2, 0);
  for (const Component& each : found.objects) {
    out.start.push_back(out.start.back() + static_cast<std::uint32_t>(each.area));
  }
  out.dots.resize(out.start.back());
  std::vector<std::uint32_t> next = out.start;
  for (std::size_t y = 0; y < found.labels.height; ++y) {
    const std::int32_t* row = found.labels.row(y).data();
    for (std::size_t x = 0; x < found.labels.width; ++x) {
      if (row[x] == 0) continue;
      out.dots[next[static_cast<std::size_t>(row[x])]++] = {static_cast<std::uint32_t>(x),
                                                            static_cast<std::uint32_t>(y)};
    }
  }
  return out;
}

/// Best regions at one scale, and how well they explain each piece of the mask.
struct Scale {
  std::vector<std::int32_t> labels;  ///< of the pixels in Pieces
  std::int32_t count = 0;            ///< of labels
  std::vector<double> pieces;        ///< sum of the scores in each connected piece
  std::vector<int> counts;           ///< regions in each
};
Scale best_regions(const Image2& image, const Image2& background, const Pieces& pieces,
                   const std::vector<std::uint8_t>& wanted, double level, const NucleiSearch& how, RegionTrees& trees) {
  const std::size_t n = pieces.dots.size();
  std::vector<float> light(n);
  float top = 0;
  for (std::size_t d = 0; d < n; ++d) {
    const std::size_t i = pieces.dots[d].y * image.width + pieces.dots[d].x;
    light[d] = std::max(0.0F, image.pixels[i] - background.pixels[i]);
    top = std::max(top, light[d]);
  }
  const double range = std::max(top - level, 1e-30);
  Scale out{std::vector<std::int32_t>(n, 0), 0, std::vector<double>(pieces.size(), 0),
            std::vector<int>(pieces.size(), 0)};
  std::vector<std::uint8_t> levels;
  for (std::size_t p = 1; p < pieces.size(); ++p) {
    if (wanted[p] == 0) continue;
    const std::size_t from = pieces.start[p], area = pieces.area(p);
    levels.resize(area);
    for (std::size_t d = 0; d < area; ++d) {
      const double share = std::clamp((light[from + d] - level) / range, 0.0, 1.0);
      levels[d] = static_cast<std::uint8_t>(1 + static_cast<int>((kLevels - 2) * std::sqrt(share)));
    }
    const std::vector<double>& scores =
        trees.choose({pieces.dots.data() + from, area}, levels, {how.shape, how.least_px, how.most_px}, out.count + 1,
                     {out.labels.data() + from, area});
    for (const double each : scores) out.pieces[p] += each;
    out.counts[p] = static_cast<int>(scores.size());
    out.count += static_cast<std::int32_t>(scores.size());
  }
  return out;
}

/// Every piece from the scale that explains it best; one label for every pixel in Pieces.
std::vector<std::int32_t> best_of(const std::vector<Scale>& scales, const Pieces& pieces, std::int32_t& count) {
  std::vector<std::int32_t> out(pieces.dots.size());
  std::vector<std::int32_t> shift(1, 0);
  for (const Scale& each : scales) shift.push_back(shift.back() + each.count);
  count = shift.back();
  for (std::size_t p = 1; p < pieces.size(); ++p) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < scales.size(); ++k) {
      if (scales[k].pieces[p] > kPreference * scales[best].pieces[p]) best = k;
    }
    for (std::size_t d = pieces.start[p]; d < pieces.start[p + 1]; ++d) {
      const std::int32_t label = scales[best].labels[d];
      if (label != 0) out[d] = label + shift[best];
    }
  }
  return out;
}

/// The mask with a frame of one pixel: -1 outside, 0 inside and open, above it labels. Floods from the labels, from the
/// brightest pixel down, on 1024 levels of light (square root): a watershed with one queue a level instead of a heap.
class Flood {
 public:
  Flood(const Image2& light, const Pieces& pieces, const std::vector<std::int32_t>& labels,
        std::vector<std::int32_t>& frame)
      : light_(light), wide_(light.width + 2), state_(frame), queues_(kSteps) {
    state_.assign(wide_ * (light.height + 2), -1);
    float top = 0;
    for (std::size_t d = 0; d < labels.size(); ++d) {
      const Place at = place(pieces.dots[d]);
      state_[at.framed] = labels[d];
      top = std::max(top, light.pixels[at.pixel]);
    }
    scale_ = top > 0 ? 1 / top : 0;
    // Only pixels at the edge of what is labelled already have anywhere to go.
    for (std::size_t d = 0; d < labels.size(); ++d) {
      if (labels[d] == 0) continue;
      const Place at = place(pieces.dots[d]);
      const std::int32_t* here = state_.data() + at.framed;
      if (here[-1] == 0 || here[1] == 0 || *(here - wide_) == 0 || here[wide_] == 0) {
        queues_[step_of(at.pixel)].waiting.push_back(at);
      }
    }
    run();
  }
  std::int32_t label(const Dot& dot) const { return state_[place(dot).framed]; }

 private:
  static constexpr int kSteps = 1024;
  struct Place {
    std::uint32_t framed = 0, pixel = 0;
  };
  struct Queue {
    std::vector<Place> waiting;
    std::size_t next = 0;
  };
  Place place(const Dot& dot) const {
    return {static_cast<std::uint32_t>((dot.y + 1) * wide_ + dot.x + 1),
            static_cast<std::uint32_t>(dot.y * light_.width + dot.x)};
  }
  std::size_t step_of(std::size_t i) const {
    return static_cast<std::size_t>((kSteps - 1) * (1 - std::sqrt(light_.pixels[i] * scale_)));
  }
  void run() {
    const auto wide = static_cast<std::uint32_t>(wide_), width = wide - 2;
    for (std::size_t step = 0; step < queues_.size();) {
      Queue& queue = queues_[step];
      if (queue.next == queue.waiting.size()) {
        ++step;
        continue;
      }
      const Place from = queue.waiting[queue.next++];
      std::size_t lowest = step;
      const auto reach = [&](std::uint32_t framed, std::uint32_t pixel) {
        if (state_[framed] != 0) return;
        state_[framed] = state_[from.framed];
        const std::size_t to = step_of(pixel);
        queues_[to].waiting.push_back({framed, pixel});
        lowest = std::min(lowest, to);
      };
      reach(from.framed - wide, from.pixel - width);
      reach(from.framed - 1, from.pixel - 1);
      reach(from.framed + 1, from.pixel + 1);
      reach(from.framed + wide, from.pixel + width);
      step = lowest;
    }
  }

  const Image2& light_;
  std::size_t wide_;
  float scale_ = 0;
  std::vector<std::int32_t>& state_;
  std::vector<Queue> queues_;
};

/// Objects grow downhill within the mask to `half` of their own mean.
Labels2 grow(const Image2& light, const Pieces& pieces, double half, const std::vector<std::int32_t>& seeds,
             std::int32_t count, std::vector<std::int32_t>& frame) {
  std::vector<double> sum(static_cast<std::size_t>(count) + 1, 0), area = sum;
  const auto pixel = [&](std::size_t d) { return pieces.dots[d].y * light.width + pieces.dots[d].x; };
  for (std::size_t d = 0; d < seeds.size(); ++d) {
    sum[static_cast<std::size_t>(seeds[d])] += light.pixels[pixel(d)];
    ++area[static_cast<std::size_t>(seeds[d])];
  }
  for (std::size_t l = 0; l < sum.size(); ++l) sum[l] = half * sum[l] / area[l];
  const Flood flood(light, pieces, seeds, frame);
  Labels2 out(light.width, light.height);
  for (std::size_t d = 0; d < seeds.size(); ++d) {
    const std::int32_t label = flood.label(pieces.dots[d]);
    if (label != 0 && !(light.pixels[pixel(d)] < sum[static_cast<std::size_t>(label)])) out.pixels[pixel(d)] = label;
  }
  fill_label_holes(out);
  return out;
}

/// Cuts every object at its necks: shapes are looked at with a line of one pixel between neighbours, which then goes
/// back to the object that it came from.
void cut_necks(const Image2& light, const NucleiSearch& how, Labels2& labels) {
  constexpr double kSmooth = 1;  // pixel: steps of the grid are no necks
  const std::size_t width = labels.width, height = labels.height;
  Mask2 mask(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::int32_t* row = labels.row(y).data();
    const std::int32_t* below = y + 1 < height ? labels.row(y + 1).data() : row;
    std::uint8_t* to = mask.row(y).data();
    for (std::size_t x = 0; x < width; ++x) {
      const std::int32_t label = row[x], right = x + 1 < width ? row[x + 1] : label, down = below[x];
      to[x] = label != 0 && (right == label || right == 0) && (down == label || down == 0) ? 1 : 0;
    }
  }
  Labels2 parts = split_touching(light, mask, {SplitBy::kShape, kSmooth, how.neck_px, how.neck});
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t i = y * width + x;
      if (labels.pixels[i] == 0 || mask.pixels[i] != 0) continue;
      const auto back = [&](std::size_t j) {
        if (parts.pixels[i] == 0 && mask.pixels[j] != 0 && labels.pixels[j] == labels.pixels[i]) {
          parts.pixels[i] = parts.pixels[j];
        }
      };
      if (x > 0) back(i - 1);
      if (y > 0) back(i - width);
      if (x + 1 < width) back(i + 1);
      if (y + 1 < height) back(i + width);
    }
  }
  labels = std::move(parts);
}

/// Light on both sides of the edges of objects.
struct Edge {
  double in = 0, out = 0, all = 0, n_in = 0, n_out = 0;
};

/// The labels that are kept with a frame of one pixel (-1), and the bands of kBand pixels inside and outside their
/// edges, in steps over the 4 and the 8 neighbours in turn (an octagon).
class Bands {
 public:
  Bands(const Image2& light, const Labels2& labels, const std::vector<std::uint8_t>& keep, std::vector<Edge>& edges,
        std::vector<std::int32_t>& frame)
      : light_(light), edges_(edges), wide_(labels.width + 2), state_(frame) {
    state_.assign(wide_ * (labels.height + 2), -1);
    for (std::size_t y = 0; y < labels.height; ++y) {
      const std::int32_t* from = labels.row(y).data();
      std::int32_t* to = state_.data() + (y + 1) * wide_ + 1;
      for (std::size_t x = 0; x < labels.width; ++x) {
        const auto label = static_cast<std::size_t>(from[x]);
        to[x] = keep[label] != 0 ? from[x] : 0;
        if (label != 0) edges_[label].all += light.row(y)[x];
      }
    }
    find_edges();
    spread(inner_, true);
    spread(outer_, false);
  }

 private:
  struct At {
    std::uint32_t framed = 0, pixel = 0;
    std::int32_t label = 0;
  };

  void find_edges() {
    for (std::size_t y = 0; y < light_.height; ++y) {
      for (std::size_t x = 0; x < light_.width; ++x) {
        const std::size_t i = (y + 1) * wide_ + x + 1;
        const std::int32_t here = state_[i], left = state_[i - 1], right = state_[i + 1], up = state_[i - wide_],
                           down = state_[i + wide_];
        if (here == left && here == right && here == up && here == down) continue;
        const At at = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(y * light_.width + x), here};
        if (here > 0) {
          if (left == 0 || right == 0 || up == 0 || down == 0) inner_.push_back(at);
          continue;
        }
        const std::int32_t met = left > 0 ? left : right > 0 ? right : up > 0 ? up : down;
        if (met > 0) outer_.push_back({at.framed, at.pixel, met});
      }
    }
  }

  void spread(std::vector<At>& front, bool inward) {
    std::vector<At> next;
    for (const At& each : front) state_[each.framed] = -1;
    for (int step = 1;; ++step) {
      for (const At& each : front) {
        Edge& edge = edges_[static_cast<std::size_t>(each.label)];
        (inward ? edge.in : edge.out) += light_.pixels[each.pixel];
        ++(inward ? edge.n_in : edge.n_out);
      }
      if (step >= kBand) return;
      next.clear();
      for (const At& each : front) {
        const auto go = [&](std::uint32_t framed, std::uint32_t pixel) {
          if (state_[framed] != (inward ? each.label : 0)) return;
          state_[framed] = -1;
          next.push_back({framed, pixel, each.label});
        };
        const auto wide = static_cast<std::uint32_t>(wide_), width = wide - 2;
        go(each.framed - 1, each.pixel - 1);
        go(each.framed + 1, each.pixel + 1);
        go(each.framed - wide, each.pixel - width);
        go(each.framed + wide, each.pixel + width);
        if (step % 2 == 0) continue;
        go(each.framed - wide - 1, each.pixel - width - 1);
        go(each.framed - wide + 1, each.pixel - width + 1);
        go(each.framed + wide - 1, each.pixel + width - 1);
        go(each.framed + wide + 1, each.pixel + width + 1);
      }
      std::swap(front, next);
    }
  }

  const Image2& light_;
  std::vector<Edge>& edges_;
  std::size_t wide_;
  std::vector<std::int32_t>& state_;
  std::vector<At> inner_, outer_;
};

/// Drops objects of odd sizes, and those whose light does not step at their edge, as a share of their mean; yields how
/// many of the latter. Renumbers.
std::size_t drop_odd_and_blurred(const Image2& light, const NucleiSearch& how, Labels2& labels,
                                 std::vector<std::int32_t>& frame) {
  const std::vector<std::size_t> areas = label_areas(labels);
  std::vector<std::uint8_t> keep(areas.size(), 0);
  for (std::size_t l = 1; l < areas.size(); ++l) {
    const auto pixels = static_cast<double>(areas[l]);
    keep[l] = areas[l] > 0 && pixels >= how.least_px && pixels <= how.most_px ? 1 : 0;
  }
  std::vector<Edge> edges(areas.size());
  const Bands bands(light, labels, keep, edges, frame);
  std::size_t blurred = 0;
  for (std::size_t l = 1; l < edges.size(); ++l) {
    const Edge& s = edges[l];
    if (keep[l] == 0 || !(s.n_in > 0 && s.n_out > 0)) continue;
    keep[l] = s.in / s.n_in - s.out / s.n_out >= how.edge * s.all / static_cast<double>(areas[l]) ? 1 : 0;
    if (keep[l] == 0) ++blurred;
  }
  keep_labels(labels, keep);
  return blurred;
}

/// The value of rank p * (size - 1) of values that are not negative, by their bits: exact.
float quantile(const std::vector<float>& values, double p) {
  constexpr unsigned kBits = 16;
  std::vector<std::uint32_t> counts(1U << kBits, 0);
  const auto find = [&](std::size_t& rank) {
    std::uint32_t bin = 0;
    for (; rank >= counts[bin]; ++bin) rank -= counts[bin];
    return bin;
  };
  auto rank = static_cast<std::size_t>(p * static_cast<double>(values.size() - 1));
  for (const float value : values) ++counts[std::bit_cast<std::uint32_t>(value) >> kBits];
  const std::uint32_t high = find(rank);
  std::fill(counts.begin(), counts.end(), 0U);
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (bits >> kBits == high) ++counts[bits & ((1U << kBits) - 1)];
  }
  return std::bit_cast<float>(high << kBits | find(rank));
}

/// What noise alone reaches in `light`: the least tenth of it is ground in every field that is not full, the camera's
/// noise comes from differences between pixels two apart, and the blur leaves 1 / (2 sqrt(pi) sigma) of it.
double noise_level(const Image2& image, const Image2& light, double sigma) {
  constexpr double kTenth = 0.1, kTenthsDeviate = 1.2816;
  constexpr double kSafe = 6;  // chosen: one pixel in a thousand million
  std::vector<float> steps, some;
  steps.reserve(image.pixels.size() / 4 + image.height + image.width);
  for (std::size_t y = 0; y < image.height; y += 2) {
    const float* row = image.row(y).data();
    for (std::size_t x = 2; x < image.width; x += 2) steps.push_back(std::abs(row[x] - row[x - 2]));
  }
  if (steps.empty()) return 0;
  constexpr double kMedianToSd = 1.4826;
  const double camera = kMedianToSd * quantile(steps, 0.5) / std::numbers::sqrt2;
  const double left = std::min(1.0, 1 / (2 * std::sqrt(std::numbers::pi) * std::max(sigma, 1e-9)));
  for (std::size_t i = 0; i < light.pixels.size(); i += 7) some.push_back(light.pixels[i]);
  return quantile(some, kTenth) + (kTenthsDeviate + kSafe) * camera * left;
}

Image2 background_of(const Image2& image, const NucleiSearch& how) {
  if (how.background == BackgroundMethod::kNone || !(how.background_px > 0)) {
    const float least = image.empty() ? 0 : *std::min_element(image.pixels.begin(), image.pixels.end());
    return Image2(image.width, image.height, least);
  }
  Image2 out = without_background(image, how.background, how.background_px);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = image.pixels[i] - out.pixels[i];
  return out;
}

/// The seeds of objects: best regions of all scales. Fills light and level; none without a threshold above 0.
struct Seeds {
  Pieces pieces;
  std::vector<std::int32_t> labels;  ///< of the pixels in pieces
  std::int32_t count = 0;
};
Seeds seeds_of(const Image2& image, const NucleiSearch& how, NucleiFound& found, std::vector<std::int32_t>& frame) {
  const std::vector<double> sigmas = how.scales_px.empty() ? std::vector<double>{0.7} : how.scales_px;
  const Image2 fine = gaussian(image, sigmas[0]);
  const Image2 background = background_of(fine, how);
  found.light = above(fine, background);
  found.level = how.threshold.value_or(threshold_of(found.light.pixels, how.method).value_or(0) * how.correction);
  if (!how.threshold) found.level = std::max(found.level, noise_level(image, found.light, sigmas[0]));
  if (!(found.level > 0)) return {};
  Mask2 mask(image.width, image.height);
  for (std::size_t i = 0; i < mask.pixels.size(); ++i) mask.pixels[i] = found.light.pixels[i] >= found.level ? 1 : 0;
  Seeds out{pieces_of(components(mask, false)), {}, 0};
  std::vector<std::uint8_t> wanted(out.pieces.size(), 1);
  for (std::size_t p = 1; p < wanted.size(); ++p) {
    if (static_cast<double>(out.pieces.area(p)) < how.least_px) wanted[p] = 0;
  }
  RegionTrees trees(image.width, image.height, frame);
  std::vector<Scale> scales = {best_regions(fine, background, out.pieces, wanted, found.level, how, trees)};
  // A piece that is one object at the finest scale, with most of what an ellipse of its area could score, needs no
  // other.
  for (std::size_t p = 1; p < wanted.size(); ++p) {
    const double most = (1 - how.shape) * static_cast<double>(out.pieces.area(p));
    if (scales[0].counts[p] == 1 && scales[0].pieces[p] > kClear * most) wanted[p] = 0;
  }
  for (std::size_t k = 1; k < sigmas.size(); ++k) {
    scales.push_back(best_regions(gaussian(image, sigmas[k]), background, out.pieces, wanted, found.level, how, trees));
  }
  out.labels = best_of(scales, out.pieces, out.count);
  return out;
}

}  // namespace

NucleiFound find_nuclei(const Image2& image, const NucleiSearch& how) {
  NucleiFound out;
  if (image.empty() || !all_finite(image)) {
    return {Labels2(image.width, image.height), Image2(image.width, image.height), 0, 0};
  }
  std::vector<std::int32_t> frame;  // one for all steps that look at neighbours
  {
    const Seeds seeds = seeds_of(image, how, out, frame);
    if (seeds.labels.empty()) {
      out.labels = Labels2(image.width, image.height);
      return out;
    }
    out.labels = grow(out.light, seeds.pieces, how.half, seeds.labels, seeds.count, frame);
  }
  cut_necks(out.light, how, out.labels);
  out.blurred = drop_odd_and_blurred(out.light, how, out.labels, frame);
  return out;
}

}  // namespace vesica
