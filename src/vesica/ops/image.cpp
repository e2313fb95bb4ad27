// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/image.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <new>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vesica/base/require.h"
#include "vesica/ops/image_cv.h"

namespace vesica {

namespace ops {

namespace {

template <typename T>
cv::Mat matrix(const Plane<T>& plane, int type) {
  // OpenCV has no matrix of constants; what is looked at through a const plane is only read.
  return cv::Mat(static_cast<int>(plane.height), static_cast<int>(plane.width), type,
                 const_cast<T*>(plane.pixels.data()));
}

}  // namespace

cv::Mat view(Image2& image) { return matrix(image, CV_32FC1); }
cv::Mat view(const Image2& image) { return matrix(image, CV_32FC1); }
cv::Mat view(Mask2& mask) { return matrix(mask, CV_8UC1); }
cv::Mat view(const Mask2& mask) { return matrix(mask, CV_8UC1); }
cv::Mat view(Labels2& labels) { return matrix(labels, CV_32SC1); }

void with_opencv(void (*body)(void*), void* data) {
  static std::once_flag once;
  std::call_once(once, [] { cv::setNumThreads(1); });
  std::string trouble;
  try {
    body(data);
    return;
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) throw std::bad_alloc();
    trouble = error.what();
  }
  VESICA_REQUIRE(trouble.empty(), trouble.c_str());
}

}  // namespace ops

namespace {

constexpr std::size_t kGrid = 4;  // blocks in one sigma of a background, chosen

template <typename Of>
Image2 block_average(const Image2& image, std::size_t step, const Of& of) {
  VESICA_REQUIRE(step > 0, "blocks of no pixels");
  Image2 out((image.width + step - 1) / step, (image.height + step - 1) / step);
  std::vector<double> sums(out.width);
  for (std::size_t by = 0; by < out.height; ++by) {
    std::fill(sums.begin(), sums.end(), 0.0);
    const std::size_t y1 = std::min(image.height, (by + 1) * step);
    for (std::size_t y = by * step; y < y1; ++y) {
      const float* row = image.row(y).data();
      for (std::size_t bx = 0, x = 0; bx < out.width; ++bx) {
        const std::size_t x1 = std::min(image.width, x + step);
        double sum = 0;
        for (; x < x1; ++x) sum += of(static_cast<double>(row[x]));
        sums[bx] += sum;
      }
    }
    for (std::size_t bx = 0; bx < out.width; ++bx) {
      const std::size_t count = (std::min(image.width, (bx + 1) * step) - bx * step) * (y1 - by * step);
      out.at(bx, by) = static_cast<float>(sums[bx] / static_cast<double>(count));
    }
  }
  return out;
}

}  // namespace

Image2 grey_of(std::span<const Image2> channels) {
  VESICA_REQUIRE(!channels.empty(), "a frame without channels");
  if (channels.size() == 1) return channels[0];
  std::vector<float> weights(channels.size(), 1.0F / static_cast<float>(channels.size()));
  if (channels.size() == 3) weights = {0.299F, 0.587F, 0.114F};
  Image2 out(channels[0].width, channels[0].height);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    VESICA_REQUIRE(channels[c].pixels.size() == out.pixels.size(), "channels of different sizes");
    for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] += weights[c] * channels[c].pixels[i];
  }
  return out;
}

bool all_finite(const Image2& image) {
  constexpr std::uint32_t kExponent = 0x7f800000U;  // all of its bits: infinite or NaN
  // Without a way out of the loop, so that it works on vectors.
  std::uint32_t bad = 0;
  for (const float value : image.pixels)
    bad |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent ? 1U : 0U;
  return bad == 0;
}

Image2 block_means(const Image2& image, std::size_t step) {
  if (step == 1) return image;
  return block_average(image, step, [](double value) { return value; });
}

Image2 block_mean_squares(const Image2& image, std::size_t step) {
  return block_average(image, step, [](double value) { return value * value; });
}

namespace {

int reach_of(double sigma) { return std::max(1, static_cast<int>(std::ceil(4 * sigma))); }

}  // namespace

Image2 gaussian(const Image2& image, double sigma) {
  if (image.empty() || !(sigma > 0)) return image;
  Image2 out(image.width, image.height);
  const int reach = reach_of(sigma);
  ops::opencv([&] {
    cv::Mat target = ops::view(out);
    cv::GaussianBlur(ops::view(image), target, cv::Size(2 * reach + 1, 2 * reach + 1), sigma, sigma,
                     cv::BORDER_REFLECT);
  });
  return out;
}

Image2 gaussian_of_part(const Image2& image, const ImagePart& part, double sigma) {
  VESICA_REQUIRE(part.x0 < part.x1 && part.x1 <= image.width && part.y0 < part.y1 && part.y1 <= image.height,
                 "a part of the image");
  Image2 out(part.x1 - part.x0, part.y1 - part.y0);
  const int reach = reach_of(sigma);
  ops::opencv([&] {
    const cv::Mat from = ops::view(image)(cv::Range(static_cast<int>(part.y0), static_cast<int>(part.y1)),
                                          cv::Range(static_cast<int>(part.x0), static_cast<int>(part.x1)));
    cv::Mat target = ops::view(out);
    if (!(sigma > 0)) {
      from.copyTo(target);
      return;
    }
    // OpenCV looks beyond the part where the image goes on.
    cv::GaussianBlur(from, target, cv::Size(2 * reach + 1, 2 * reach + 1), sigma, sigma, cv::BORDER_REFLECT);
  });
  return out;
}

Image2 background(const Image2& image, double sigma) {
  if (image.empty() || !(sigma > 0)) return image;
  const auto step = static_cast<std::size_t>(std::max(1.0, std::floor(sigma / static_cast<double>(kGrid))));
  const Image2 coarse = gaussian(block_means(image, step), sigma / static_cast<double>(step));
  if (step == 1) return coarse;
  Image2 out(image.width, image.height);
  const auto place = [&](std::size_t pixel, std::size_t count, std::size_t& low, float& share) {
    const double at = (static_cast<double>(pixel) + 0.5) / static_cast<double>(step) - 0.5;
    const double inside = std::clamp(at, 0.0, static_cast<double>(count - 1));
    low = std::min(static_cast<std::size_t>(inside), count > 1 ? count - 2 : 0);
    share = count > 1 ? static_cast<float>(inside - static_cast<double>(low)) : 0.0F;
  };
  std::vector<std::size_t> columns(image.width);
  std::vector<float> shares(image.width);
  for (std::size_t x = 0; x < image.width; ++x) place(x, coarse.width, columns[x], shares[x]);
  const std::size_t right = coarse.width > 1 ? 1 : 0;
  for (std::size_t y = 0; y < image.height; ++y) {
    std::size_t top = 0;
    float down = 0;
    place(y, coarse.height, top, down);
    const float* above = coarse.row(top).data();
    const float* below = coarse.row(std::min(top + 1, coarse.height - 1)).data();
    float* row = out.row(y).data();
    for (std::size_t x = 0; x < image.width; ++x) {
      const std::size_t c = columns[x];
      const float a = above[c] + shares[x] * (above[c + right] - above[c]);
      const float b = below[c] + shares[x] * (below[c + right] - below[c]);
      row[x] = a + down * (b - a);
    }
  }
  return out;
}

Mask2 enlarge(const Mask2& blocks, std::size_t step, std::size_t width, std::size_t height) {
  VESICA_REQUIRE(step > 0 && blocks.width * step >= width && blocks.height * step >= height, "blocks do not cover");
  Mask2 out(width, height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* from = blocks.row(y / step).data();
    std::uint8_t* to = out.row(y).data();
    for (std::size_t x = 0; x < width; ++x) to[x] = from[x / step];
  }
  return out;
}

}  // namespace vesica
