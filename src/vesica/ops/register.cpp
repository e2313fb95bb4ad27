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
constexpr double kDamping = 0.25;  // of the sampling frequency, chosen: half of Nyquist

float median_of(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Clipped around the median, windowed, in a matrix of a size that transforms fast. Empty when nothing varies.
cv::Mat prepared(const Image2& image, int width, int height) {
  const float middle = median_of(image.pixels);
  std::vector<float> away(image.pixels.size());
  for (std::size_t i = 0; i < away.size(); ++i) away[i] = std::abs(image.pixels[i] - middle);
  const double reach = kClip * 1.4826 * median_of(std::move(away));
  if (!(reach > 0)) return {};
  const auto hann = [](std::size_t i, std::size_t n) {
    return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
  };
  cv::Mat out = cv::Mat::zeros(height, width, CV_32FC1);
  for (std::size_t y = 0; y < image.height; ++y) {
    auto* row = out.ptr<float>(static_cast<int>(y));
    const double across = hann(y, image.height);
    for (std::size_t x = 0; x < image.width; ++x) {
      const double value = std::clamp(static_cast<double>(image.at(x, y)) - middle, -reach, reach);
      row[x] = static_cast<float>(value * across * hann(x, image.width));
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
  for (int y = 0; y < product.rows; ++y) {
    auto* row = product.ptr<cv::Vec2f>(y);
    const double fy = static_cast<double>(std::min(y, product.rows - y)) / product.rows;
    for (int x = 0; x < product.cols; ++x) {
      const double fx = static_cast<double>(std::min(x, product.cols - x)) / product.cols;
      const double modulus = std::hypot(row[x][0], row[x][1]);
      const double weight = std::exp(-0.5 * (fx * fx + fy * fy) / (kDamping * kDamping));
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

}  // namespace

Shift2 phase_shift(const Image2& first, const Image2& second, double limit) {
  VESICA_REQUIRE(first.width == second.width && first.height == second.height, "images of one size");
  Shift2 out;
  if (first.empty()) return out;
  ops::opencv([&] {
    const int width = cv::getOptimalDFTSize(static_cast<int>(first.width));
    const int height = cv::getOptimalDFTSize(static_cast<int>(first.height));
    const cv::Mat a = prepared(first, width, height), b = prepared(second, width, height);
    if (a.empty() || b.empty()) return;
    const cv::Mat surface = correlate(a, b);
    const int reach_x = std::min(static_cast<int>(limit * static_cast<double>(first.width)), width / 2 - 1);
    const int reach_y = std::min(static_cast<int>(limit * static_cast<double>(first.height)), height / 2 - 1);
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
    out.peak = sd[0] > 0 ? (value(best_x, best_y) - mean[0]) / sd[0] : 0;
    const bool edge = (reach_x > 0 && std::abs(best_x) == reach_x) || (reach_y > 0 && std::abs(best_y) == reach_y);
    out.trusted = out.peak >= kTrust && !edge;
    if (!out.trusted) return;
    const double top = value(best_x, best_y);
    out.dx = best_x + vertex(value(best_x - 1, best_y), top, value(best_x + 1, best_y));
    out.dy = best_y + vertex(value(best_x, best_y - 1), top, value(best_x, best_y + 1));
  });
  return out;
}

}  // namespace vesica
