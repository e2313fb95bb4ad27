// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_background.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/ops/image.h"

namespace vesica {

namespace {

/// Means of three in a row or column; the outermost pixel repeated. ImageJ's order of additions.
void mean_of_three(float* first, std::size_t count, std::size_t step) {
  constexpr float kThird = 0.33333333F;
  float before = first[0], here = first[0];
  for (std::size_t i = 0; i < count; ++i) {
    const float after = i + 1 < count ? first[(i + 1) * step] : here;
    first[i * step] = (before + here + after) * kThird;
    before = here;
    here = after;
  }
}

Image2 smoothed(Image2 image) {
  for (std::size_t y = 0; y < image.height; ++y) mean_of_three(image.row(y).data(), image.width, 1);
  for (std::size_t x = 0; x < image.width; ++x) mean_of_three(image.pixels.data() + x, image.height, image.width);
  return image;
}

/// One value for every block of step by step pixels.
template <typename Of>
Image2 blocks_of(const Image2& image, std::size_t step, const Of& of) {
  Image2 out((image.width + step - 1) / step, (image.height + step - 1) / step);
  std::vector<float> values;
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t x = 0; x < out.width; ++x) {
      values.clear();
      for (std::size_t v = y * step; v < std::min(image.height, (y + 1) * step); ++v) {
        const float* row = image.row(v).data();
        values.insert(values.end(), row + x * step, row + std::min(image.width, (x + 1) * step));
      }
      out.at(x, y) = of(values);
    }
  }
  return out;
}

/// Least of every block.
Image2 block_minima(const Image2& image, std::size_t step) {
  Image2 out((image.width + step - 1) / step, (image.height + step - 1) / step);
  std::vector<float> column(image.width);
  for (std::size_t y = 0; y < image.height; y += step) {
    const auto first = image.row(y);
    std::copy(first.begin(), first.end(), column.begin());
    for (std::size_t v = y + 1; v < std::min(image.height, y + step); ++v) {
      const float* row = image.row(v).data();
      for (std::size_t x = 0; x < image.width; ++x) column[x] = row[x] < column[x] ? row[x] : column[x];
    }
    float* to = out.row(y / step).data();
    for (std::size_t x = 0; x < image.width; x += step) {
      const auto begin = column.begin() + static_cast<std::ptrdiff_t>(x);
      *to++ = *std::min_element(begin, begin + static_cast<std::ptrdiff_t>(std::min(step, image.width - x)));
    }
  }
  return out;
}

float middle(std::vector<float>& values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

/// The top of the ball that rolls: heights over a square of 2 * reach + 1 blocks.
struct Ball {
  std::size_t step = 1;  ///< pixels of a block
  std::size_t reach = 0;
  std::vector<float> height;
};
Ball ball_of(double radius) {
  Ball out;
  int trimmed = 24;  // per cent of the arc that never touches: ImageJ
  if (radius > 10) out.step = 2;
  if (radius > 30) {
    out.step = 4;
    trimmed = 32;
  }
  if (radius > 100) {
    out.step = 8;
    trimmed = 40;
  }
  const double small = std::max(1.0, radius / static_cast<double>(out.step));
  const int trim = static_cast<int>(trimmed * small) / 100;
  out.reach = static_cast<std::size_t>(std::floor(small - trim + 0.5));
  const auto reach = static_cast<double>(out.reach);
  for (double y = -reach; y <= reach; ++y) {
    for (double x = -reach; x <= reach; ++x) {
      const double square = small * small - x * x - y * y;
      out.height.push_back(square > 0 ? static_cast<float>(std::sqrt(square)) : 0.0F);
    }
  }
  return out;
}

/// The ball from below in every place where it touches the image, then the highest it reaches: an opening.
Image2 rolled(const Image2& image, const Ball& ball) {
  const std::size_t side = 2 * ball.reach + 1;
  // Where the ball lies, its centre up to `reach` outside.
  Image2 places(image.width + 2 * ball.reach, image.height + 2 * ball.reach, std::numeric_limits<float>::max());
  const auto for_all = [&](const auto& body) {
    for (std::size_t v = 0; v < side; ++v) {
      for (std::size_t y = 0; y < image.height; ++y) {
        for (std::size_t u = 0; u < side; ++u) body(u, v, y, ball.height[v * side + u]);
      }
    }
  };
  for_all([&](std::size_t u, std::size_t v, std::size_t y, float height) {
    const float* from = image.row(y).data();
    float* to = places.row(y + side - 1 - v).data() + (side - 1 - u);
    for (std::size_t x = 0; x < image.width; ++x) to[x] = std::min(to[x], from[x] - height);
  });
  Image2 out(image.width, image.height, -std::numeric_limits<float>::max());
  for_all([&](std::size_t u, std::size_t v, std::size_t y, float height) {
    const float* from = places.row(y + side - 1 - v).data() + (side - 1 - u);
    float* to = out.row(y).data();
    for (std::size_t x = 0; x < image.width; ++x) to[x] = std::max(to[x], from[x] + height);
  });
  return out;
}

constexpr double kBlocksPerRadius = 8;  // chosen: an envelope changes little within an eighth of its width

std::size_t step_of(double radius) {
  return static_cast<std::size_t>(std::max(1.0, std::floor(radius / kBlocksPerRadius)));
}

/// Least or greatest in a sliding square, rows and columns apart; `worst` loses to everything.
template <typename Best>
Image2 slid(const Image2& image, std::size_t reach, float worst, const Best& best) {
  Image2 across(image.width, image.height), out(image.width, image.height, worst);
  std::vector<float> line(image.width + 2 * reach, worst);
  for (std::size_t y = 0; y < image.height; ++y) {
    std::copy_n(image.row(y).data(), image.width, line.data() + reach);
    float* to = across.row(y).data();
    std::copy_n(line.data(), image.width, to);
    for (std::size_t u = 1; u <= 2 * reach; ++u) {
      for (std::size_t x = 0; x < image.width; ++x) to[x] = best(to[x], line[x + u]);
    }
  }
  for (std::size_t y = 0; y < image.height; ++y) {
    float* to = out.row(y).data();
    for (std::size_t v = y > reach ? y - reach : 0; v <= std::min(y + reach, image.height - 1); ++v) {
      const float* from = across.row(v).data();
      for (std::size_t x = 0; x < image.width; ++x) to[x] = best(to[x], from[x]);
    }
  }
  return out;
}

/// A background in blocks of step by step pixels.
struct Blocks {
  Image2 image;
  std::size_t step = 1;
};

Blocks ball_blocks(const Image2& image, double radius, bool smooth) {
  VESICA_REQUIRE(radius > 0, "a ball needs a radius");
  if (image.empty()) return {image, 1};
  const Ball ball = ball_of(radius);
  const Image2 base = smooth ? smoothed(image) : image;
  return {rolled(ball.step == 1 ? base : block_minima(base, ball.step), ball), ball.step};
}

Blocks opened_blocks(const Image2& image, double radius) {
  if (image.empty() || !(radius > 0)) return {image, 1};
  const std::size_t step = step_of(radius);
  const auto reach = static_cast<std::size_t>(std::ceil(radius / static_cast<double>(step)));
  constexpr float kMost = std::numeric_limits<float>::infinity();
  const Image2 lowest = slid(block_minima(image, step), reach, kMost, [](float a, float b) { return b < a ? b : a; });
  const Image2 opened = slid(lowest, reach, -kMost, [](float a, float b) { return b > a ? b : a; });
  return {gaussian(opened, static_cast<double>(reach) / 2), step};
}

Blocks median_blocks(const Image2& image, double radius) {
  if (image.empty() || !(radius > 0)) return {image, 1};
  const std::size_t step = step_of(radius);
  const auto reach = static_cast<std::size_t>(std::ceil(radius / static_cast<double>(step)));
  const Image2 blocks = blocks_of(image, step, middle);
  Image2 out = blocks;
  std::vector<float> values;
  for (std::size_t y = 0; y < blocks.height; ++y) {
    for (std::size_t x = 0; x < blocks.width; ++x) {
      values.clear();
      const std::size_t left = x > reach ? x - reach : 0, right = std::min(x + reach + 1, blocks.width);
      for (std::size_t v = y > reach ? y - reach : 0; v <= std::min(y + reach, blocks.height - 1); ++v) {
        values.insert(values.end(), blocks.row(v).begin() + static_cast<std::ptrdiff_t>(left),
                      blocks.row(v).begin() + static_cast<std::ptrdiff_t>(right));
      }
      out.at(x, y) = middle(values);
    }
  }
  return {std::move(out), step};
}

Image2 enlarged(Blocks blocks, const Image2& like) {
  if (blocks.step == 1) return std::move(blocks.image);
  BackgroundRows rows(std::move(blocks.image), blocks.step, like.width, like.height);
  Image2 out(like.width, like.height);
  for (std::size_t y = 0; y < like.height; ++y) std::copy_n(rows.row(y), like.width, out.row(y).data());
  return out;
}

}  // namespace

Image2 flat_field(const Image2& image, const Image2& flat, const Image2& dark) {
  VESICA_REQUIRE(flat.width == image.width && flat.height == image.height &&
                     (dark.empty() || (dark.width == image.width && dark.height == image.height)),
                 "image, flat and dark field of one size");
  Image2 out(image.width, image.height);
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const double light = static_cast<double>(flat.pixels[i]) - (dark.empty() ? 0 : dark.pixels[i]);
    if (!(light > 0)) continue;
    sum += light;
    ++count;
  }
  const double mean = count > 0 ? sum / static_cast<double>(count) : 0;
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    const double zero = dark.empty() ? 0 : dark.pixels[i], light = flat.pixels[i] - zero;
    out.pixels[i] = light > 0 ? static_cast<float>((image.pixels[i] - zero) * mean / light)
                              : std::numeric_limits<float>::quiet_NaN();
  }
  return out;
}

Image2 rolling_ball(const Image2& image, double radius, bool smooth) {
  return enlarged(ball_blocks(image, radius, smooth), image);
}

Image2 opened_background(const Image2& image, double radius) { return enlarged(opened_blocks(image, radius), image); }

Image2 median_background(const Image2& image, double radius) { return enlarged(median_blocks(image, radius), image); }

BackgroundRows::BackgroundRows(Image2 blocks, std::size_t step, std::size_t width, std::size_t height)
    : blocks_(std::move(blocks)),
      step_(step),
      columns_(between(width, blocks_.width, step)),
      rows_(between(height, blocks_.height, step)),
      known_(blocks_.height),
      first_(width),
      second_(width),
      row_(width) {
  VESICA_REQUIRE(step > 0 && blocks_.width * step >= width && blocks_.height * step >= height, "blocks do not cover");
}

/// ImageJ's places between the centres of blocks; beyond the outermost the line goes on.
std::vector<BackgroundRows::Between> BackgroundRows::between(std::size_t length, std::size_t blocks, std::size_t step) {
  std::vector<Between> out(length);
  for (std::size_t i = 0; i < length && blocks > 1; ++i) {
    const std::size_t low = i < step / 2 ? 0 : std::min((i - step / 2) / step, blocks - 2);
    const float away = (static_cast<float>(i) + 0.5F) / static_cast<float>(step) - (static_cast<float>(low) + 0.5F);
    out[i] = {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low + 1), 1.0F - away};
  }
  return out;
}

void BackgroundRows::line(std::size_t blocks, std::vector<float>& to) const {
  const float* from = blocks_.row(blocks).data();
  for (std::size_t x = 0; x < to.size(); ++x) {
    const Between& at = columns_[x];
    to[x] = from[at.low] * at.share + from[at.high] * (1.0F - at.share);
  }
}

const float* BackgroundRows::row(std::size_t y) {
  if (step_ == 1) return blocks_.row(y).data();
  const Between& at = rows_[y];
  if (known_ != at.low) {
    if (known_ + 1 == at.low) {
      std::swap(first_, second_);
    } else {
      line(at.low, first_);
    }
    line(at.high, second_);
    known_ = at.low;
  }
  for (std::size_t x = 0; x < row_.size(); ++x) row_[x] = first_[x] * at.share + second_[x] * (1.0F - at.share);
  return row_.data();
}

BackgroundRows background_rows(const Image2& image, BackgroundMethod method, double radius) {
  Blocks blocks{Image2(1, 1), std::max({image.width, image.height, std::size_t{2}})};
  if (method == BackgroundMethod::kNone || !(radius > 0)) {
    if (!image.empty()) blocks.image.pixels[0] = *std::min_element(image.pixels.begin(), image.pixels.end());
  } else {
    blocks = method == BackgroundMethod::kRollingBall ? ball_blocks(image, radius, true)
             : method == BackgroundMethod::kOpening   ? opened_blocks(image, radius)
                                                      : median_blocks(image, radius);
  }
  return {std::move(blocks.image), blocks.step, image.width, image.height};
}

std::optional<BackgroundMethod> background_named(std::string_view name) {
  if (name == "none") return BackgroundMethod::kNone;
  if (name == "rolling_ball") return BackgroundMethod::kRollingBall;
  if (name == "opening") return BackgroundMethod::kOpening;
  if (name == "median") return BackgroundMethod::kMedian;
  return std::nullopt;
}

Image2 without_background(const Image2& image, BackgroundMethod method, double radius) {
  if (method == BackgroundMethod::kNone) return image;
  Image2 out = method == BackgroundMethod::kRollingBall ? rolling_ball(image, radius)
               : method == BackgroundMethod::kOpening   ? opened_background(image, radius)
                                                        : median_background(image, radius);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = image.pixels[i] - out.pixels[i];
  return out;
}

}  // namespace vesica
