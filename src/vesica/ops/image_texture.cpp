// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/image_texture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"

namespace vesica {

namespace {

constexpr double kFloor = 0.00226;  // 1 / (sqrt(12) * 127.75): rounding to whole grey levels, relative to half scale
constexpr int kLevels = 34;         // of contrast: 32 of 0.025 and two open ends
constexpr double kLevelWidth = 0.025;
constexpr double kLowest = 0.6;

/// `of(contrast)` averaged over blocks, where contrast is pixel / background of its block.
template <typename Of>
Image2 contrast_means(const Image2& image, const Image2& light, std::size_t step, const Of& of) {
  Image2 out(light.width, light.height);
  for (std::size_t by = 0; by < out.height; ++by) {
    for (std::size_t bx = 0; bx < out.width; ++bx) {
      const std::size_t x1 = std::min(image.width, (bx + 1) * step), y1 = std::min(image.height, (by + 1) * step);
      const double scale = 1 / static_cast<double>(light.at(bx, by));
      double sum = 0;
      for (std::size_t y = by * step; y < y1; ++y) {
        for (std::size_t x = bx * step; x < x1; ++x) sum += of(x, y, scale);
      }
      out.at(bx, by) = static_cast<float>(sum / static_cast<double>((x1 - bx * step) * (y1 - by * step)));
    }
  }
  return out;
}

/// Backgrounds at or below zero (a black image, signed data) cannot divide: they count as the smallest step above.
Image2 light_of(const Image2& means, double sigma) {
  Image2 light = background(means, sigma);
  const float top = light.empty() ? 0.0F : *std::max_element(light.pixels.begin(), light.pixels.end());
  const float least = top > 0 ? top * 1e-3F : 1.0F;
  for (float& value : light.pixels) value = std::max(value, least);
  return light;
}

Image2 sd_map(const Image2& grey, const Image2& means, const Image2& light, std::size_t step, double sigma,
              Image2& level) {
  Image2 first = means;
  Image2 second = block_mean_squares(grey, step);
  for (std::size_t i = 0; i < first.pixels.size(); ++i) {
    // Contrast minus one: small numbers, so that the difference of squares below keeps its digits.
    const double scale = 1 / static_cast<double>(light.pixels[i]);
    const double mean = first.pixels[i] * scale;
    const double square = second.pixels[i] * scale * scale;
    first.pixels[i] = static_cast<float>(mean - 1);
    second.pixels[i] = static_cast<float>(std::max(0.0, square - mean * mean) + (mean - 1) * (mean - 1));
  }
  level = gaussian(first, sigma);
  Image2 out = gaussian(second, sigma);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const double variance = out.pixels[i] - static_cast<double>(level.pixels[i]) * level.pixels[i];
    out.pixels[i] = static_cast<float>(0.5 * std::log(std::max(variance, 0.0) + kFloor * kFloor));
  }
  return out;
}

Image2 gradient_map(const Image2& grey, const Image2& light, std::size_t step, double sigma) {
  const std::size_t right = grey.width - 1, bottom = grey.height - 1;
  const Image2 squares = contrast_means(grey, light, step, [&](std::size_t x, std::size_t y, double scale) {
    const double across = grey.at(std::min(x + 1, right), y) - grey.at(x > 0 ? x - 1 : 0, y);
    const double down = grey.at(x, std::min(y + 1, bottom)) - grey.at(x, y > 0 ? y - 1 : 0);
    return 0.25 * scale * scale * (across * across + down * down);
  });
  Image2 out = gaussian(squares, sigma);
  for (float& value : out.pixels) value = static_cast<float>(0.5 * std::log(std::max(value, 0.0F) + kFloor * kFloor));
  return out;
}

Image2 entropy_map(const Image2& grey, const Image2& light, std::size_t step, double sigma) {
  std::array<Image2, kLevels> shares;
  for (Image2& share : shares) share = Image2(light.width, light.height);
  for (std::size_t y = 0; y < grey.height; ++y) {
    for (std::size_t x = 0; x < grey.width; ++x) {
      const std::size_t block = (y / step) * light.width + x / step;
      const double contrast = grey.at(x, y) / static_cast<double>(light.pixels[block]);
      const double level = std::floor((contrast - kLowest) / kLevelWidth) + 1;
      shares[static_cast<std::size_t>(std::clamp(level, 0.0, kLevels - 1.0))].pixels[block] += 1;
    }
  }
  Image2 out(light.width, light.height);
  Image2 all(light.width, light.height);
  for (Image2& share : shares) {
    for (std::size_t i = 0; i < all.pixels.size(); ++i) all.pixels[i] += share.pixels[i];
  }
  for (Image2& share : shares) {
    for (std::size_t i = 0; i < all.pixels.size(); ++i) share.pixels[i] /= all.pixels[i];
    share = gaussian(share, sigma);
    for (std::size_t i = 0; i < all.pixels.size(); ++i) {
      const float p = share.pixels[i];
      if (p > 0) out.pixels[i] -= p * std::log(p);
    }
  }
  return out;
}

/// The z below which a standard normal variable lies with probability p, by bisection of erfc.
double probit(double p) {
  double low = -10, high = 10;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

std::optional<Texture> texture_named(std::string_view name) {
  if (name == "sd") return Texture::kSd;
  if (name == "gradient") return Texture::kGradient;
  if (name == "entropy") return Texture::kEntropy;
  return std::nullopt;
}

TextureMap local_texture(const Image2& grey, Texture kind, double window_px, double background_px) {
  VESICA_REQUIRE(window_px > 0 && background_px >= 0, "a window needs a width");
  TextureMap out;
  out.step = static_cast<std::size_t>(std::max(1.0, std::floor(window_px / kBlocksPerWindow)));
  out.sigma = window_px / std::sqrt(12.0) / static_cast<double>(out.step);
  if (grey.empty()) return out;
  const Image2 means = block_means(grey, out.step);
  const Image2 light = light_of(means, background_px / static_cast<double>(out.step));
  switch (kind) {
    case Texture::kSd:
      out.value = sd_map(grey, means, light, out.step, out.sigma, out.level);
      break;
    case Texture::kGradient:
      out.value = gradient_map(grey, light, out.step, out.sigma);
      break;
    case Texture::kEntropy:
      out.value = entropy_map(grey, light, out.step, out.sigma);
      break;
  }
  return out;
}

double edge_offset(Texture kind, double sigma, double threshold, double smooth, double textured, double step) {
  const auto level = [kind](double value) { return kind == Texture::kEntropy ? value : std::exp(2 * value); };
  const double above = level(threshold) - level(smooth), apart = level(textured) - level(smooth);
  double share = above / apart;
  if (const double jump = step * step; kind == Texture::kSd && jump > 0 && share > 0) {
    // jump f^2 - (apart + jump) f + above = 0, in the form that does not cancel for a small jump.
    const double b = apart + jump;
    share = 2 * above / (b + std::sqrt(std::max(0.0, b * b - 4 * jump * above)));
  }
  if (!(share > 0 && share < 1)) return 0;
  return -sigma * probit(share);
}

}  // namespace vesica
