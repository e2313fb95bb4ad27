// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/overlay.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

constexpr std::size_t kGreys = 64;  // chosen: fewer show bands, more do not pack

/// Means of blocks of factor x factor pixels, the last row and column of what is left.
Image2 shrink(const Image2& image, std::size_t factor) {
  if (factor == 1) return image;
  Image2 out((image.width + factor - 1) / factor, (image.height + factor - 1) / factor);
  std::vector<double> sums(out.width);
  for (std::size_t y = 0; y < out.height; ++y) {
    std::fill(sums.begin(), sums.end(), 0.0);
    const std::size_t y0 = y * factor, y1 = std::min(y0 + factor, image.height);
    for (std::size_t v = y0; v < y1; ++v) {
      const auto row = image.row(v);
      for (std::size_t x = 0; x < image.width; ++x) sums[x / factor] += row[x];
    }
    for (std::size_t x = 0; x < out.width; ++x) {
      const std::size_t columns = std::min((x + 1) * factor, image.width) - x * factor;
      out.at(x, y) = static_cast<float>(sums[x] / static_cast<double>(columns * (y1 - y0)));
    }
  }
  return out;
}

/// The 0.5 and 99.5 percentiles of at most some 65,000 pixels, evenly taken.
std::pair<float, float> stretch_of(const Image2& image) {
  constexpr std::size_t kSamples = 65'536;  // chosen
  const std::size_t step = std::max<std::size_t>(1, image.pixels.size() / kSamples);
  std::vector<float> values;
  for (std::size_t i = 0; i < image.pixels.size(); i += step) {
    if (std::isfinite(image.pixels[i])) values.push_back(image.pixels[i]);
  }
  if (values.empty()) return {0, 0};
  const auto at = [&](double share) {
    const auto k = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + k, values.end());
    return values[static_cast<std::size_t>(k)];
  };
  const float low = at(0.005);
  return {low, at(0.995)};
}

std::vector<std::uint8_t> greys_of(const Image2& image, double least_range) {
  const auto [low, high] = stretch_of(image);
  std::vector<std::uint8_t> out(image.pixels.size());
  const float range = std::max(high - low, static_cast<float>(least_range));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float value = image.pixels[i];
    const float share = range > 0 ? (value - low) / range : 0.5F;
    const float level = std::isfinite(value) ? std::clamp(share, 0.0F, 1.0F) * (kGreys - 1) : 0.0F;
    out[i] = static_cast<std::uint8_t>(std::lround(level));
  }
  return out;
}

/// Every pixel as a square of factor x factor.
template <typename PlaneType>
PlaneType enlarged(const PlaneType& plane, std::size_t factor) {
  PlaneType out(plane.width * factor, plane.height * factor);
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) out.at(x, y) = plane.at(x / factor, y / factor);
  }
  return out;
}

void draw_outline(const Mask2& mask, std::size_t factor, std::uint8_t index, std::size_t out_width,
                  std::vector<std::uint8_t>& out) {
  for (std::size_t y = 0; y < mask.height; ++y) {
    const auto row = mask.row(y);
    const auto above = mask.row(y == 0 ? y : y - 1), below = mask.row(y + 1 == mask.height ? y : y + 1);
    for (std::size_t x = 0; x < mask.width; ++x) {
      if (row[x] == 0) continue;
      const bool edge =
          above[x] == 0 || below[x] == 0 || (x > 0 && row[x - 1] == 0) || (x + 1 < mask.width && row[x + 1] == 0);
      if (edge) out[y / factor * out_width + x / factor] = index;
    }
  }
}

}  // namespace

std::string render_overlay(const Image2& image, std::span<const OverlayLayer> layers, const OverlayOptions& options) {
  VESICA_REQUIRE(!image.empty() && options.max_side > 0, "an overlay shows an image");
  std::vector<std::array<std::uint8_t, 3>> palette;
  for (std::size_t i = 0; i < kGreys; ++i) {
    const auto grey = static_cast<std::uint8_t>(i * 255 / (kGreys - 1));
    palette.push_back({grey, grey, grey});
  }
  for (const OverlayLayer& layer : layers) {
    VESICA_REQUIRE(layer.mask != nullptr && layer.mask->width == image.width && layer.mask->height == image.height,
                   "masks have the image's size");
    palette.push_back(layer.colour);
  }
  const std::size_t longer = std::max(image.width, image.height);
  if (const std::size_t factor = options.min_side / longer; factor > 1) {
    const Image2 large = enlarged(image, factor);
    std::vector<Mask2> masks;
    std::vector<OverlayLayer> large_layers;
    for (const OverlayLayer& layer : layers) masks.push_back(enlarged(*layer.mask, factor));
    for (std::size_t i = 0; i < layers.size(); ++i) large_layers.push_back({&masks[i], layers[i].colour});
    OverlayOptions rest = options;
    rest.min_side = 0;
    rest.pixel_um /= static_cast<double>(factor);
    return render_overlay(large, large_layers, rest);
  }
  for (std::size_t factor = (longer + options.max_side - 1) / options.max_side;; ++factor) {
    const Image2 small = shrink(image, factor);
    std::vector<std::uint8_t> pixels = greys_of(small, options.least_range);
    for (std::size_t i = 0; i < layers.size(); ++i)
      draw_outline(*layers[i].mask, factor, static_cast<std::uint8_t>(kGreys + i), small.width, pixels);
    const double pixel_um = std::isfinite(options.pixel_um) ? options.pixel_um * static_cast<double>(factor) : 0;
    std::string png = write_png_indexed(small.width, small.height, palette, pixels, pixel_um);
    if (png.size() <= options.max_bytes || factor >= longer) return png;
  }
}

namespace {

/// Means of blocks as red, green, blue of 8 bits. Where outlines cross a block only their pixels count: a mean with the
/// greys would let them fade.
std::vector<std::uint8_t> shrink_colours(const RawPlane& raw, std::size_t factor, Thumbnail& out) {
  const Image2 channels[3] = {image_of(raw, 0), image_of(raw, raw.samples >= 3 ? 1 : 0),
                              image_of(raw, raw.samples >= 3 ? 2 : 0)};
  const double scale = raw.type == SampleType::kU16 ? 257 : 1;
  out.width = (raw.width + factor - 1) / factor;
  out.height = (raw.height + factor - 1) / factor;
  std::vector<std::uint8_t> pixels(out.width * out.height * 3);
  for (std::size_t i = 0; i < out.width * out.height; ++i) {
    const std::size_t x0 = i % out.width * factor, y0 = i / out.width * factor;
    double all[3] = {}, coloured[3] = {};
    std::size_t n = 0, n_coloured = 0;
    for (std::size_t y = y0; y < std::min(y0 + factor, raw.height); ++y) {
      for (std::size_t x = x0; x < std::min(x0 + factor, raw.width); ++x, ++n) {
        const float rgb[3] = {channels[0].at(x, y), channels[1].at(x, y), channels[2].at(x, y)};
        const bool colour = rgb[0] != rgb[1] || rgb[1] != rgb[2];
        n_coloured += colour ? 1 : 0;
        for (std::size_t c = 0; c < 3; ++c) {
          all[c] += rgb[c];
          coloured[c] += colour ? rgb[c] : 0;
        }
      }
    }
    for (std::size_t c = 0; c < 3; ++c) {
      const double mean =
          n_coloured > 0 ? coloured[c] / static_cast<double>(n_coloured) : all[c] / static_cast<double>(n);
      pixels[3 * i + c] = static_cast<std::uint8_t>(std::lround(mean / scale));
    }
  }
  return pixels;
}

}  // namespace

Thumbnail render_thumbnail(std::string_view png, const std::string& file, std::size_t max_side) {
  constexpr int kQuality = 80;  // chosen: some 15 kB
  const ImageInfo info = read_png_info(png, file);
  const RawPlane raw = read_png(png, file);
  const std::size_t factor = (std::max(raw.width, raw.height) + max_side - 1) / max_side;
  Thumbnail out;
  const std::vector<std::uint8_t> pixels = shrink_colours(raw, factor, out);
  out.jpeg = write_jpeg(out.width, out.height, pixels, kQuality);
  if (info.pixel_um().known()) out.pixel_um = info.pixel_um().value * static_cast<double>(factor);
  return out;
}

}  // namespace vesica
