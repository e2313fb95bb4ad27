// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_depth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>

#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_sums.h"

namespace vesica {

namespace {

constexpr float kFar = 1e6F;             // further than any pixel
constexpr std::int16_t kSmall = 127;     // twice its square is a number of 16 bits
constexpr std::uint32_t kLongest = 512;  // of a run whose pixels are compared with each other: chosen

/// to[x] = weights[0] * at(0)[x] + the sum over k of weights[k] * (at(-k)[x] + at(k)[x]); four k at a time, so that
/// sums stay in registers.
template <typename At>
void weigh(const std::vector<float>& weights, std::size_t begin, std::size_t end, float* to, const At& at) {
  const float* middle = at(0);
  for (std::size_t x = begin; x < end; ++x) to[x] = weights[0] * middle[x];
  const auto add = [&]<std::size_t... i>(std::size_t k, std::index_sequence<i...>) {
    const std::array<const float*, sizeof...(i)> before = {at(-static_cast<std::ptrdiff_t>(k + i))...};
    const std::array<const float*, sizeof...(i)> after = {at(static_cast<std::ptrdiff_t>(k + i))...};
    const std::array<float, sizeof...(i)> weight = {weights[k + i]...};
    for (std::size_t x = begin; x < end; ++x) {
      float sum = to[x];
      ((sum += weight[i] * (before[i][x] + after[i][x])), ...);
      to[x] = sum;
    }
  };
  std::size_t k = 1;
  for (; k + 4 <= weights.size(); k += 4) add(k, std::make_index_sequence<4>{});
  for (; k < weights.size(); ++k) add(k, std::make_index_sequence<1>{});
}

}  // namespace

PieceDepth::PieceDepth(std::size_t width, std::size_t height, double sigma)
    : image_width_(width), image_height_(height) {
  if (!(sigma > 0)) return;
  std::vector<double> weights;
  double sum = 0;
  for (int k = 0; k <= std::max(1, static_cast<int>(std::ceil(4 * sigma))); ++k) {
    weights.push_back(std::exp(-k * k / (2 * sigma * sigma)));
    sum += (k > 0 ? 2 : 1) * weights.back();
  }
  for (const double each : weights) weights_.push_back(static_cast<float>(each / sum));
}

void PieceDepth::find(std::span<const PixelRun> runs, const RunPieces::Box& box) {
  box_ = box;
  width_ = box.x1 - box.x0;
  height_ = box.y1 - box.y0;
  if (box.area == image_width_ * image_height_) {
    depth_.assign(width_ * height_, 1.0F);
    return;
  }
  const bool wide = std::any_of(runs.begin(), runs.end(), [](const PixelRun& run) { return run.size() > kLongest; });
  if (wide) {
    find_in_wide(runs);
  } else {
    find_in_columns(runs);
    find_in_rows(runs);
  }
  if (weights_.empty()) return;
  blur_rows();
  blur_columns(runs);
}

/// Distances along the columns; kFar and more where a column is inside from end to end of the image.
void PieceDepth::find_in_columns(std::span<const PixelRun> runs) {
  depth_.assign(width_ * height_, 0.0F);
  for (const PixelRun& run : runs) {
    float* here = depth_.data() + (run.y - box_.y0) * width_;
    const float* above = here - width_;
    const std::size_t begin = run.begin - box_.x0, end = run.end - box_.x0;
    if (run.y == box_.y0) {
      std::fill(here + begin, here + end, run.y == 0 ? kFar : 1.0F);
    } else {
      for (std::size_t x = begin; x < end; ++x) here[x] = above[x] + 1;
    }
  }
  for (std::size_t r = runs.size(); r-- > 0;) {
    const PixelRun& run = runs[r];
    float* here = depth_.data() + (run.y - box_.y0) * width_;
    const float* below = here + width_;
    const std::size_t begin = run.begin - box_.x0, end = run.end - box_.x0;
    if (run.y + 1 == image_height_) continue;
    if (run.y + 1 == box_.y1) {
      std::fill(here + begin, here + end, 1.0F);
    } else {
      for (std::size_t x = begin; x < end; ++x) here[x] = std::min(here[x], below[x] + 1);
    }
  }
}

namespace {

constexpr std::size_t kVector = 8;  // loops over whole vectors leave nothing to be done one by one

/// best[x] = the least over d of squares[x - d], squares[x + d] plus d * d, up to `limit`; of x in [begin, end), and of
/// less than kVector more.
template <typename Number>
void least_squares(const Number* squares, std::size_t begin, std::size_t end, std::size_t limit, Number* best) {
  const std::size_t rounded = begin + (end - begin + kVector - 1) / kVector * kVector;
  std::copy(squares + begin, squares + rounded, best + begin);
  for (std::size_t d = 1; d <= limit; ++d) {
    const Number *left = squares - d, *right = squares + d, away = static_cast<Number>(d * d);
    for (std::size_t x = begin; x < rounded; ++x) {
      const auto beside = static_cast<Number>(std::min(left[x], right[x]) + away);
      best[x] = std::min(best[x], beside);
    }
  }
}

}  // namespace

/// Distances from those along the columns: of every pixel of a row, as far as anything nearer can be. In numbers of 16
/// bits, twice as many in a vector, where none of the squares and sums is too great for them.
void PieceDepth::find_in_rows(std::span<const PixelRun> runs) {
  if (greatest_of(depth_) <= kSmall) {
    find_in_rows(runs, small_line_, small_best_, std::int16_t{kSmall * kSmall + 1});
  } else {
    find_in_rows(runs, line_, best_, kFar * kFar);
  }
}

/// `far`: a square that is further than any.
template <typename Number>
void PieceDepth::find_in_rows(std::span<const PixelRun> runs, std::vector<Number>& line, std::vector<Number>& best,
                              Number far) {
  const std::size_t beside = width_ + kVector;
  line.resize(width_ + 2 * beside);
  best.resize(width_ + kVector);
  Number* const squares = line.data() + beside;
  std::fill(line.data(), squares, box_.x0 > 0 ? Number{0} : far);
  std::fill(squares + width_, line.data() + line.size(), box_.x1 < image_width_ ? Number{0} : far);
  for (std::size_t r = 0; r < runs.size();) {
    const std::size_t y = runs[r].y;
    float* const row = depth_.data() + (y - box_.y0) * width_;
    for (std::size_t x = 0; x < width_; ++x) {  // by whole numbers, for which there are vectors
      squares[x] = std::is_same_v<Number, float> ? static_cast<Number>(row[x] * row[x])
                                                 : static_cast<Number>(static_cast<std::int32_t>(row[x] * row[x]));
    }
    for (; r < runs.size() && runs[r].y == y; ++r) {
      const std::size_t begin = runs[r].begin - box_.x0, end = runs[r].end - box_.x0, size = end - begin;
      // Nothing further away is nearer than the farthest pixel along its column, or than the ends of the run.
      const bool ends = runs[r].begin > 0 && runs[r].end < image_width_;
      const float highest = greatest_of({row + begin, size});
      const std::size_t limit =
          std::min(ends ? (size + 1) / 2 : size, static_cast<std::size_t>(std::min(highest, kFar)));
      least_squares(squares, begin, end, limit, best.data());
      for (std::size_t x = begin; x < end; ++x) row[x] = std::sqrt(static_cast<float>(best[x]));
    }
  }
}

/// The general way, whose time does not grow with the length of runs.
void PieceDepth::find_in_wide(std::span<const PixelRun> runs) {
  const std::size_t left = box_.x0 > 0 ? 1 : 0, top = box_.y0 > 0 ? 1 : 0;
  const std::size_t right = box_.x1 < image_width_ ? 1 : 0, bottom = box_.y1 < image_height_ ? 1 : 0;
  Mask2 outside(width_ + left + right, height_ + top + bottom, 1);
  for (const PixelRun& run : runs) {
    std::fill_n(&outside.row(run.y - box_.y0 + top)[run.begin - box_.x0 + left], run.size(), std::uint8_t{0});
  }
  const Image2 distance = distance_to(outside);
  depth_.resize(width_ * height_);
  for (std::size_t y = 0; y < height_; ++y) {
    std::copy_n(distance.row(y + top).data() + left, width_, depth_.data() + y * width_);
  }
}

void PieceDepth::blur_rows() {
  const std::size_t reach = weights_.size() - 1;
  line_.assign(width_ + 2 * reach, 0.0F);
  across_.resize(width_ * height_);
  float* const middle = line_.data() + reach;
  for (std::size_t y = 0; y < height_; ++y) {
    const float* row = depth_.data() + y * width_;
    std::copy_n(row, width_, middle);
    const std::size_t mirrored = std::min(reach, width_);
    if (box_.x0 == 0) std::reverse_copy(row, row + mirrored, middle - mirrored);
    if (box_.x1 == image_width_) std::reverse_copy(row + width_ - mirrored, row + width_, middle + width_);
    weigh(weights_, 0, width_, across_.data() + y * width_, [=](std::ptrdiff_t k) { return middle + k; });
  }
}

void PieceDepth::blur_columns(std::span<const PixelRun> runs) {
  const std::size_t reach = weights_.size() - 1, mirrored = std::min(reach, height_);
  nothing_.assign(width_, 0.0F);
  rows_.assign(height_ + 2 * reach, nothing_.data());
  const auto place = [&](std::size_t y) { return across_.data() + y * width_; };
  for (std::size_t y = 0; y < height_; ++y) rows_[reach + y] = place(y);
  for (std::size_t k = 0; k < mirrored; ++k) {
    if (box_.y0 == 0) rows_[reach - 1 - k] = place(k);
    if (box_.y1 == image_height_) rows_[reach + height_ + k] = place(height_ - 1 - k);
  }
  for (const PixelRun& run : runs) {
    const std::size_t y = run.y - box_.y0;
    const float* const* row = rows_.data() + reach + y;
    weigh(weights_, run.begin - box_.x0, run.end - box_.x0, depth_.data() + y * width_,
          [=](std::ptrdiff_t k) { return row[k]; });
  }
}

}  // namespace vesica
