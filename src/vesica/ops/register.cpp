// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/register.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/core.hpp>

#include "vesica/base/require.h"
#include "vesica/ops/image_cv.h"

namespace vesica {

namespace {

constexpr double kClip = 3;        // robust standard deviations
constexpr double kTrust = 8;       // standard deviations of the surface
constexpr double kAgree = 2;       // pixels between halves and whole, chosen
constexpr double kStill = 0.75;    // pixels: as good as no shift, nothing to confirm; chosen
constexpr double kDamping = 0.25;  // of the sampling frequency, chosen: half of Nyquist

float median_of(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> hann(std::size_t n) {
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
  }
  return out;
}

/// The damping at each place of a spectrum's side of n values.
std::vector<double> damping(int n) {
  std::vector<double> out(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    const double f = static_cast<double>(std::min(i, n - i)) / n;
    out[static_cast<std::size_t>(i)] = std::exp(-0.5 * f * f / (kDamping * kDamping));
  }
  return out;
}

/// Clipped around the median, windowed, in a matrix of a size that transforms fast. Empty when nothing varies.
cv::Mat prepared(const Image2& image, int width, int height) {
  const float middle = median_of(image.pixels);
  std::vector<float> away(image.pixels.size());
  for (std::size_t i = 0; i < away.size(); ++i) away[i] = std::abs(image.pixels[i] - middle);
  const double reach = kClip * 1.4826 * median_of(std::move(away));
  if (!(reach > 0)) return {};
  const std::vector<double> across = hann(image.width), down = hann(image.height);
  cv::Mat out = cv::Mat::zeros(height, width, CV_32FC1);
  for (std::size_t y = 0; y < image.height; ++y) {
    auto* row = out.ptr<float>(static_cast<int>(y));
    for (std::size_t x = 0; x < image.width; ++x) {
      const double value = std::clamp(static_cast<double>(image.at(x, y)) - middle, -reach, reach);
      row[x] = static_cast<float>(value * down[y] * across[x]);
    }
  }
  return out;
}

/// The correlation surface of two prepared images; zero shift lies at (0, 0), negative ones at the far ends.
cv::Mat correlate(const cv::Mat& first, const cv::Mat& second) {
  cv::Mat a, b, product;
  cv::dft(first, a, cv::DFT_COMPLEX_OUTPUT);
  cv::dft(second, b, cv::DFT_COMPLEX_OUTPUT);
  cv::mulSpectrums(b, a, product, 0, true);
  const std::vector<double> across = damping(product.cols), down = damping(product.rows);
  for (int y = 0; y < product.rows; ++y) {
    auto* row = product.ptr<cv::Vec2f>(y);
    for (int x = 0; x < product.cols; ++x) {
      const double modulus =
          std::sqrt(static_cast<double>(row[x][0]) * row[x][0] + static_cast<double>(row[x][1]) * row[x][1]);
      const double weight = down[static_cast<std::size_t>(y)] * across[static_cast<std::size_t>(x)];
      row[x] *= modulus > 0 ? static_cast<float>(weight / modulus) : 0.0F;
    }
  }
  cv::Mat surface;
  cv::dft(product, surface, cv::DFT_INVERSE | cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
  return surface;
}

/// Where between -1/2 and 1/2 the parabola through three values has its top.
double vertex(double before, double at, double after) {
  const double bend = before - 2 * at + after;
  return bend < 0 ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

/// The highest peak within (reach_x, reach_y) pixels, whatever its height.
Shift2 highest(const Image2& first, const Image2& second, double reach_wide, double reach_high) {
  Shift2 out;
  if (first.empty()) return out;
  ops::opencv([&] {
    const int width = cv::getOptimalDFTSize(static_cast<int>(first.width));
    const int height = cv::getOptimalDFTSize(static_cast<int>(first.height));
    const cv::Mat a = prepared(first, width, height), b = prepared(second, width, height);
    if (a.empty() || b.empty()) return;
    const cv::Mat surface = correlate(a, b);
    const int reach_x = std::min(static_cast<int>(reach_wide), width / 2 - 1);
    const int reach_y = std::min(static_cast<int>(reach_high), height / 2 - 1);
    const auto value = [&](int x, int y) {
      return static_cast<double>(surface.at<float>((y + height) % height, (x + width) % width));
    };
    int best_x = 0, best_y = 0;
    for (int y = -reach_y; y <= reach_y; ++y) {
      for (int x = -reach_x; x <= reach_x; ++x) {
        if (value(x, y) > value(best_x, best_y)) best_x = x, best_y = y;
      }
    }
    cv::Scalar mean, sd;
    cv::meanStdDev(surface, mean, sd);
    const double top = value(best_x, best_y);
    out.peak = sd[0] > 0 ? (top - mean[0]) / sd[0] : 0;
    const bool edge = (reach_x > 0 && std::abs(best_x) == reach_x) || (reach_y > 0 && std::abs(best_y) == reach_y);
    out.trusted = out.peak >= kTrust && !edge;
    out.dx = best_x + vertex(value(best_x - 1, best_y), top, value(best_x + 1, best_y));
    out.dy = best_y + vertex(value(best_x, best_y - 1), top, value(best_x, best_y + 1));
  });
  return out;
}

Image2 part(const Image2& image, std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1) {
  Image2 out(x1 - x0, y1 - y0);
  for (std::size_t y = 0; y < out.height; ++y) {
    const auto row = image.row(y0 + y).subspan(x0, out.width);
    std::copy(row.begin(), row.end(), out.row(y).begin());
  }
  return out;
}

/// Do the left and right, upper and lower halves each move as the whole?
bool halves_agree(const Image2& first, const Image2& second, const Shift2& whole, double reach_x, double reach_y) {
  const std::size_t w = first.width, h = first.height;
  const std::size_t halves[4][4] = {{0, 0, w / 2, h}, {w / 2, 0, w, h}, {0, 0, w, h / 2}, {0, h / 2, w, h}};
  return std::all_of(std::begin(halves), std::end(halves), [&](const std::size_t* at) {
    const Shift2 half =
        highest(part(first, at[0], at[1], at[2], at[3]), part(second, at[0], at[1], at[2], at[3]), reach_x, reach_y);
    return std::hypot(half.dx - whole.dx, half.dy - whole.dy) <= kAgree;
  });
}

}  // namespace

Shift2 phase_shift(const Image2& first, const Image2& second, double limit) {
  VESICA_REQUIRE(first.width == second.width && first.height == second.height, "images of one size");
  const double reach_x = limit * static_cast<double>(first.width), reach_y = limit * static_cast<double>(first.height);
  Shift2 out = highest(first, second, reach_x, reach_y);
  const bool still = std::hypot(out.dx, out.dy) <= kStill;
  if (out.trusted && !still) out.trusted = halves_agree(first, second, out, reach_x, reach_y);
  if (!out.trusted) out.dx = out.dy = 0;
  return out;
}

}  // namespace vesica
