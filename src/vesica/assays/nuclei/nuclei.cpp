// SPDX-License-Identifier: Apache-2.0
// Finding and measuring the nuclei of one field, and what the images say about themselves.
#include "vesica/assays/nuclei/nuclei.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/label_image.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"

namespace vesica::nuclei {

namespace {

double greatest_count(int bits, const Image2& image) {
  const float top = image.empty() ? 0 : *std::max_element(image.pixels.begin(), image.pixels.end());
  // Cameras of 10, 12 and 14 bits write files of 16: the least of these that holds the greatest value.
  if (bits == 16) {
    for (const int depth : {10, 12, 14}) {
      if (top <= static_cast<float>((1 << depth) - 1)) return (1 << depth) - 1;
    }
    return 65535;
  }
  return bits == 8 ? 255 : std::numeric_limits<double>::infinity();
}

/// Share of the pixels of the mask at the camera's greatest count.
double saturated_share(const Labels2& labels, const Image2& image, double top) {
  std::size_t all = 0, full = 0;
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (labels.pixels[i] == 0) continue;
    ++all;
    if (static_cast<double>(image.pixels[i]) >= top) ++full;
  }
  return all == 0 ? 0 : static_cast<double>(full) / static_cast<double>(all);
}

float quantile(std::vector<float> values, double p) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// A dark ground has most of its pixels in the lower half of its range; a bright one (transmitted light, a screen) the
/// other way round.
bool is_bright_ground(const Image2& image) {
  const float low = quantile(image.pixels, 0.005), middle = quantile(image.pixels, 0.5),
              high = quantile(image.pixels, 0.995);
  constexpr float kBright = 0.7F;  // chosen: a crowded field of nuclei has its median at half of its range
  return high > low && (middle - low) / (high - low) > kBright;
}

/// A marker's channel with markedly more nuclei than the nuclear one, most of which it covers.
bool more_nuclei_in(const Image2& channel, const Labels2& labels, const Settings& settings, double pixel_um) {
  constexpr double kMore = 1.5, kCovered = 0.8;  // chosen: positives are a part of the nuclei, never half as many more
  const Labels2 other = nuclei_in(channel, settings, pixel_um).found.labels;
  const double found = greatest_label(other), ours = greatest_label(labels);
  if (!(found > kMore * std::max(1.0, ours)) || found < 10) return false;
  const std::size_t n = static_cast<std::size_t>(greatest_label(labels)) + 1;
  std::vector<std::uint8_t> met(n, 0);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (other.pixels[i] != 0) met[static_cast<std::size_t>(labels.pixels[i])] = 1;
  }
  const auto covered = static_cast<double>(std::count(met.begin() + 1, met.end(), std::uint8_t{1}));
  return covered >= kCovered * ours;
}

}  // namespace

Objects segment(const Image2& nuclear, const Settings& settings, double pixel_um) {
  Objects out{Labels2(nuclear.width, nuclear.height), {}};
  out.seen.not_finite = !all_finite(nuclear);
  const auto [least, greatest] = std::minmax_element(nuclear.pixels.begin(), nuclear.pixels.end());
  out.seen.empty_image = nuclear.empty() || !(*least < *greatest);
  if (out.seen.not_finite || out.seen.empty_image) return out;
  out.seen.bright_ground = is_bright_ground(nuclear);
  if (out.seen.bright_ground) return out;
  out.seen.drawn = find_burnt_in(nuclear);
  NucleiFound found = out.seen.drawn.empty()
                          ? nuclei_in(nuclear, settings, pixel_um).found
                          : nuclei_in(painted_over(nuclear, out.seen.drawn), settings, pixel_um).found;
  const double all = static_cast<double>(found.blurred) + greatest_label(found.labels);
  out.seen.blurred = all > 0 ? static_cast<double>(found.blurred) / all : 0;
  out.labels = std::move(found.labels);
  if (!settings.border) remove_border_objects(out.labels);
  return out;
}

Objects given_labels(const Image2& image, const Image2& nuclear, const Settings& settings, const std::string& file) {
  constexpr std::size_t kPieces = 2, kFew = 2;  // chosen: a cut by hand leaves a crumb here and there
  Objects out{labels_from(image, file), {}};
  out.seen.not_finite = !all_finite(nuclear);
  const auto [least, greatest] = std::minmax_element(nuclear.pixels.begin(), nuclear.pixels.end());
  out.seen.empty_image = nuclear.empty() || !(*least < *greatest);
  if (out.seen.not_finite || out.seen.empty_image) return out;
  out.seen.drawn = find_burnt_in(nuclear);
  Labels2 copy = out.labels;
  const std::size_t objects = relabel(copy), pieces = separate_pieces(copy);
  if (pieces > kPieces * objects + kFew) {
    throw Error(
        ErrorKind::kData,
        say("These are no labels: {0} different value(s) (lies|lie) in {1} piece(s), as in a photograph or a mask.",
            objects, pieces),
        {file, 0, 0, ""},
        say("Give the label image (0 outside, one number a nucleus), and check the setting \"labels\"."));
  }
  if (!settings.border) remove_border_objects(out.labels);
  return out;
}

void look_at(const Labels2& labels, const Image2& nuclear, std::span<const Image2> channels, int bits, Seen& seen) {
  seen.saturated = saturated_share(labels, nuclear, greatest_count(bits, nuclear));
  seen.marker_saturated.clear();
  for (const Image2& channel : channels) {
    seen.marker_saturated.push_back(saturated_share(labels, channel, greatest_count(bits, channel)));
  }
}

bool looks_swapped(const Labels2& labels, std::span<const Image2> channels, std::span<const Marker> markers,
                   const Settings& settings, double pixel_um) {
  for (std::size_t m = 0; m < markers.size(); ++m) {
    if (!markers[m].cell && more_nuclei_in(channels[m], labels, settings, pixel_um)) return true;
  }
  return false;
}

std::vector<Nucleus> measure_nuclei(const Labels2& labels, const Image2& nuclear, std::span<const Image2> channels,
                                    std::span<const Marker> markers, double cell_px) {
  std::vector<Nucleus> out;
  for (const Region& region : measure_regions(labels))
    out.push_back({region, kNaN, std::vector<double>(markers.size())});
  const Labels2 rings = ring_labels(labels);
  const std::vector<Light> light = measure_light(labels, rings, nuclear);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].light = light[i].above();
  Labels2 cells, around;
  for (std::size_t m = 0; m < markers.size(); ++m) {
    const Image2& channel = channels[m];
    if (markers[m].cell && cells.empty()) {
      cells = expand_labels(labels, cell_px);
      around = ring_labels(cells);
    }
    const std::vector<Light> found =
        markers[m].cell ? measure_light(cells, around, channel) : measure_light(labels, rings, channel);
    // A nucleus without a ring of its own (neighbours on all sides) takes the usual ring of the field.
    std::vector<float> usual;
    for (const Light& each : found) {
      if (std::isfinite(each.background)) usual.push_back(static_cast<float>(each.background));
    }
    const double field = usual.empty() ? kNaN : quantile(usual, 0.5);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i].markers[m] = found[i].mean - (std::isfinite(found[i].background) ? found[i].background : field);
    }
  }
  return out;
}

}  // namespace vesica::nuclei
