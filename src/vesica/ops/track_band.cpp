// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/track_band.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <utility>

#include "vesica/base/require.h"

namespace vesica::ops {

namespace {

/// out = kernel[0] * row 0 + sum of kernel[j] * (row -j + row j), element by element; R of them in one go.
template <std::size_t R>
void blend_fixed(const float* const* rows, const float* kernel, float* __restrict out, std::size_t n) {
  std::array<const float*, 2 * R + 1> row;
  std::copy(rows, rows + row.size(), row.begin());
  std::array<float, R + 1> k;
  std::copy(kernel, kernel + k.size(), k.begin());
  for (std::size_t x = 0; x < n; ++x) {
    float sum = k[0] * row[R][x];
    for (std::size_t j = 1; j <= R; ++j) sum += k[j] * (row[R - j][x] + row[R + j][x]);
    out[x] = sum;
  }
}
void blend(const std::vector<const float*>& rows, const std::vector<float>& kernel, float* __restrict out,
           std::size_t n) {
  const std::size_t r = kernel.size() - 1;
  switch (r) {
    case 2:
      return blend_fixed<2>(rows.data(), kernel.data(), out, n);
    case 3:
      return blend_fixed<3>(rows.data(), kernel.data(), out, n);
    case 4:
      return blend_fixed<4>(rows.data(), kernel.data(), out, n);
    case 5:
      return blend_fixed<5>(rows.data(), kernel.data(), out, n);
    case 6:
      return blend_fixed<6>(rows.data(), kernel.data(), out, n);
    default:
      break;
  }
  const float* centre = rows[r];
  for (std::size_t x = 0; x < n; ++x) out[x] = kernel[0] * centre[x];
  for (std::size_t j = 1; j <= r; ++j) {
    const float *low = rows[r - j], *high = rows[r + j];
    const float k = kernel[j];
    for (std::size_t x = 0; x < n; ++x) out[x] += k * (low[x] + high[x]);
  }
}

/// Positive numbers without their fractions; below 2^31.
void cut_down(float* __restrict values, std::size_t n) {
  for (std::size_t x = 0; x < n; ++x) values[x] = static_cast<float>(static_cast<std::int32_t>(values[x]));
}

/// Four numbers side by side (GCC 12 moves wider ones through memory); sums are kept in that many lanes.
constexpr std::size_t kLanes = 4;
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
using Bytes = std::int8_t __attribute__((vector_size(kLanes)));
template <typename Vector, typename T>
void load(Vector& vector, const T* from) {
  std::memcpy(&vector, from, sizeof vector);
}
template <typename Vector>
double sum_of(const Vector& vector) {
  double sum = 0;
  for (std::size_t i = 0; i < kLanes; ++i) sum += static_cast<double>(vector[i]);
  return sum;
}

float greatest_of(const float* values, std::size_t n) {
  float top = values[0];
  Floats most = Floats{} + top, v;
  std::size_t x = 0;
  for (; x + kLanes <= n; x += kLanes) {
    load(v, values + x);
    most = most < v ? v : most;
  }
  for (; x < n; ++x) top = std::max(top, values[x]);
  for (std::size_t i = 0; i < kLanes; ++i) top = std::max(top, most[i]);
  return top;
}

/// The greatest of values that are not negative, and how many are above 0.
void survey(const float* values, std::size_t n, float& top, std::size_t& lit) {
  Floats most{}, v;
  Ints above{};
  std::size_t x = 0;
  for (; x + kLanes <= n; x += kLanes) {
    load(v, values + x);
    most = most < v ? v : most;
    above -= v > 0.0F;
  }
  for (; x < n; ++x) {
    top = std::max(top, values[x]);
    lit += values[x] > 0 ? 1 : 0;
  }
  for (std::size_t i = 0; i < kLanes; ++i) top = std::max(top, most[i]);
  lit += static_cast<std::size_t>(sum_of(above));
}

/// to[x] = from[x] + from[x + by] for x < n.
void add_shifted(const float* __restrict from, std::size_t by, float* __restrict to, std::size_t n) {
  for (std::size_t x = 0; x < n; ++x) to[x] = from[x] + from[x + by];
}
void add_to(const float* __restrict from, float* __restrict to, std::size_t n) {
  for (std::size_t x = 0; x < n; ++x) to[x] += from[x];
}
void or_shifted(const std::uint8_t* __restrict from, std::size_t by, std::uint8_t* __restrict to, std::size_t n) {
  for (std::size_t x = 0; x < n; ++x) to[x] = static_cast<std::uint8_t>(from[x] | from[x + by]);
}

/// Two rows that take turns.
template <typename T>
struct Pair {
  std::vector<T> a, b;
};

/// out[x] = sum of in[x .. x + size - 1] for x < n, by doubling; reads in[0 .. n + size - 2].
void sums_along(const float* in, std::size_t size, Pair<float>& turns, float* out, std::size_t n) {
  const std::size_t m = n + size - 1;
  turns.a.resize(m);
  turns.b.resize(m);
  const float* sums = in;  // of `power` elements each
  float *to = turns.a.data(), *other = turns.b.data();
  std::size_t offset = 0;
  for (std::size_t power = 1; power <= size; power *= 2) {
    if ((size & power) != 0) {
      if (offset == 0) {
        std::copy(sums, sums + n, out);
      } else {
        add_to(sums + offset, out, n);
      }
      offset += power;
    }
    if (2 * power > size) break;
    add_shifted(sums, power, to, m - 2 * power + 1);
    sums = to;
    std::swap(to, other);
  }
}

std::vector<float> gaussian_kernel(double sigma) {
  if (sigma <= 0) return {1.0F};
  const auto r = static_cast<std::size_t>(4 * sigma + 0.5);
  std::vector<double> k(r + 1);
  double sum = 0;
  for (std::size_t j = 0; j <= r; ++j) {
    k[j] = std::exp(-static_cast<double>(j * j) / (2 * sigma * sigma));
    sum += j == 0 ? k[j] : 2 * k[j];
  }
  std::vector<float> kernel;
  for (const double v : k) kernel.push_back(static_cast<float>(v / sum));
  return kernel;
}

/// Sums of columns over the rows round a row; begun anew every so often, so that rounding does not pile up.
class ColumnSums {
 public:
  ColumnSums(const float* image, std::size_t width, std::size_t height, std::size_t half)
      : image_(image), width_(width), height_(height), half_(static_cast<std::ptrdiff_t>(half)), sums_(width) {}

  const float* at(std::size_t y) {
    const auto row = static_cast<std::ptrdiff_t>(y);
    if (y % kAnew == 0) {
      std::fill(sums_.begin(), sums_.end(), 0.0F);
      for (std::ptrdiff_t j = -half_; j <= half_; ++j) add(clamped(row + j));
    } else {
      const float *in = clamped(row + half_), *out = clamped(row - half_ - 1);
      float* sums = sums_.data();
      for (std::size_t x = 0; x < width_; ++x) sums[x] += in[x] - out[x];
    }
    return sums_.data();
  }

 private:
  static constexpr std::size_t kAnew = 64;  // chosen
  const float* clamped(std::ptrdiff_t y) const {
    return image_ +
           static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(y, 0, static_cast<std::ptrdiff_t>(height_) - 1)) *
               width_;
  }
  void add(const float* row) {
    for (std::size_t x = 0; x < width_; ++x) sums_[x] += row[x];
  }
  const float* image_;
  std::size_t width_, height_;
  std::ptrdiff_t half_;
  std::vector<float> sums_;
};

/// The mean over the box round each pixel of a row from the sums of columns; whole counts when `whole`.
void box_mean(const float* columns, std::size_t size, bool whole, std::vector<float>& padded, Pair<float>& scratch,
              float* __restrict out, std::size_t n) {
  const std::size_t half = size / 2;
  const auto side = static_cast<float>(size);
  padded.resize(n + 2 * half);
  float* __restrict middle = padded.data() + half;
  if (whole) {
    for (std::size_t x = 0; x < n; ++x) middle[x] = columns[x] / side;
    cut_down(middle, n);
  } else {
    std::copy(columns, columns + n, middle);
  }
  std::fill(padded.begin(), padded.begin() + static_cast<std::ptrdiff_t>(half), middle[0]);
  std::fill(padded.end() - static_cast<std::ptrdiff_t>(half), padded.end(), middle[n - 1]);
  sums_along(padded.data(), size, scratch, out, n);
  if (whole) {
    for (std::size_t x = 0; x < n; ++x) out[x] /= side;
    cut_down(out, n);
  } else {
    const float share = 1 / (side * side);
    for (std::size_t x = 0; x < n; ++x) out[x] *= share;
  }
}

/// Bytes spread by `by` pixels to both sides: out = or of in[x - by .. x + by], by doubling.
void spread(const std::uint8_t* in, std::size_t n, std::size_t by, Pair<std::uint8_t>& turns, std::uint8_t* out) {
  const std::size_t size = 2 * by + 1, m = n + 2 * by;
  turns.a.assign(m, 0);
  turns.b.resize(m);
  std::memcpy(turns.a.data() + by, in, n);
  std::uint8_t *from = turns.a.data(), *to = turns.b.data();
  std::size_t span = 1;
  for (; 2 * span <= size; span *= 2) {
    or_shifted(from, span, to, m - 2 * span + 1);
    std::swap(from, to);
  }
  or_shifted(from, size - span, out, n);
}

/// Number, sum and sum of squares of what is not covered, of values less a pivot.
struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(const float* values, const std::uint8_t* covered, std::size_t count, float pivot) {
    Floats s{}, q{}, v;
    Ints kept{};
    Bytes bytes;
    std::size_t x = 0;
    for (; x + kLanes <= count; x += kLanes) {
      load(v, values + x);
      load(bytes, covered + x);
      const Ints open = __builtin_convertvector(bytes, Ints) == 0;
      v -= pivot;
      v = open ? v : Floats{};
      kept -= open;
      s += v;
      q += v * v;
    }
    for (; x < count; ++x) {
      if (covered[x] != 0) continue;
      const double value = values[x] - pivot;
      n += 1;
      sum += value;
      squares += value * value;
    }
    n += sum_of(kept);
    sum += sum_of(s);
    squares += sum_of(q);
  }
};

/// How many values lie above 0 and not above `high`.
std::size_t count_up_to(const float* values, std::size_t n, float high) {
  Floats v;
  Ints count{};
  std::size_t x = 0, out = 0;
  for (; x + kLanes <= n; x += kLanes) {
    load(v, values + x);
    count -= (v > 0.0F) & (v <= high);
  }
  for (; x < n; ++x) out += values[x] > 0 && values[x] <= high ? 1 : 0;
  return out + static_cast<std::size_t>(sum_of(count));
}

/// The values from `low` to `high` of a frame, and how many lie between 0 and `low`.
std::vector<float> between(const float* values, std::size_t n, float low, float high, std::size_t& below) {
  std::vector<float> found;
  Floats v;
  Ints fewer{};
  std::size_t x = 0;
  for (; x + kLanes <= n; x += kLanes) {
    load(v, values + x);
    fewer -= (v > 0.0F) & (v < low);
    const Ints in = (v >= low) & (v <= high);
    std::array<std::uint64_t, 2> any;
    std::memcpy(any.data(), &in, sizeof in);
    if ((any[0] | any[1]) == 0) continue;
    for (std::size_t i = 0; i < kLanes; ++i)
      if (in[i] != 0) found.push_back(values[x + i]);
  }
  below = static_cast<std::size_t>(sum_of(fewer));
  for (; x < n; ++x) {
    if (values[x] > 0 && values[x] < low) ++below;
    if (values[x] >= low && values[x] <= high) found.push_back(values[x]);
  }
  return found;
}

}  // namespace

std::vector<int> disc_rows(int radius) {
  std::vector<int> half;
  for (int y = -radius; y <= radius; ++y) {
    int x = radius;
    while (x * x + y * y > radius * radius) --x;
    half.push_back(x);
  }
  return half;
}

Band::Band(const LocateSettings& s) : settings(s) {
  VESICA_REQUIRE(s.diameter >= 3 && s.diameter % 2 == 1, "the diameter of a spot must be odd and at least 3");
  VESICA_REQUIRE(s.box == 0 || (s.box > 0 && s.box % 2 == 1), "the side of the background's box must be odd");
  radius = s.diameter / 2;
  box = s.box == 0 ? s.diameter : s.box;
  VESICA_REQUIRE(s.noise_sigma < box, "the noise must be smaller than the background's box");
  separation = s.separation > 0 ? s.separation : s.diameter + 1;
  window = std::max(1, static_cast<int>(2 * separation / std::numbers::sqrt2));
  margin = std::max({radius, static_cast<int>(separation / 2) - 1, box / 2});
}

void Band::pass(const Image2& frame) {
  width = frame.width;
  height = frame.height;
  scale = 1;
  lit = 0;
  raw = frame.pixels.data();
  if (settings.dark) {
    const float white = settings.levels > 0 ? static_cast<float>(settings.levels - 1)
                                            : greatest_of(frame.pixels.data(), frame.pixels.size());
    turned.resize(frame.pixels.size());
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = white - frame.pixels[i];
    raw = turned.data();
  }
  const std::vector<float> kernel = gaussian_kernel(settings.noise_sigma);
  const std::size_t r = kernel.size() - 1;
  const std::vector<float> nothing(width, 0.0F);
  std::vector<const float*> rows(2 * r + 1);
  std::vector<float> column(width + 2 * r, 0.0F), mean(width), padded;
  Pair<float> scratch;
  band.resize(width * height + kLanes);
  ColumnSums columns(raw, width, height, static_cast<std::size_t>(box) / 2);
  const auto least = static_cast<float>(settings.threshold);
  top = 0;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t j = 0; j < rows.size(); ++j)
      rows[j] = y + j < r || y + j - r >= height ? nothing.data() : raw + (y + j - r) * width;
    blend(rows, kernel, column.data() + r, width);
    for (std::size_t j = 0; j < rows.size(); ++j) rows[j] = column.data() + j;
    float* __restrict out = band.data() + y * width;
    blend(rows, kernel, out, width);
    box_mean(columns.at(y), static_cast<std::size_t>(box), settings.levels > 0, padded, scratch, mean.data(), width);
    const float* b = mean.data();
    for (std::size_t x = 0; x < width; ++x) {
      const float v = out[x] - b[x];
      out[x] = v >= least ? v : 0.0F;
    }
    survey(out, width, top, lit);
  }
  if (settings.levels > 0 && top > 0) {
    scale = static_cast<float>(settings.levels - 1) / top;
    for (float& v : band) v *= scale;
    cut_down(band.data(), band.size());
    top = std::trunc(top * scale);
  }
}

double Band::percentile() const {
  VESICA_REQUIRE(lit > 0, "the percentile of nothing");
  const std::size_t n = width * height;
  const double share = std::clamp(settings.percentile, 0.0, 100.0) / 100, rank = share * static_cast<double>(lit - 1);
  const auto lower = static_cast<std::size_t>(rank);
  // A sample says within which values the rank lies; only those are put in order. When it errs, all of them.
  std::vector<float> sample;
  for (std::size_t i = 0; i < n; i += kSampled)
    if (band[i] > 0) sample.push_back(band[i]);
  std::sort(sample.begin(), sample.end());
  const auto m = static_cast<double>(sample.size());
  const double doubt = 1 + 4 * std::sqrt(m * share * (1 - share));  // 4 standard errors of a rank, chosen
  const double from = std::floor(share * m - doubt), to = std::ceil(share * m + doubt);
  float low = from < 0 ? std::numeric_limits<float>::min() : sample[static_cast<std::size_t>(from)];
  float high = to >= m ? top : sample[static_cast<std::size_t>(to)];
  if (settings.levels > 0 && settings.levels <= kFewLevels) {  // the first number that enough are not above
    float value = std::max(1.0F, low - 1);
    std::size_t up_to = count_up_to(band.data(), n, value);
    if (up_to > lower && value > 1) up_to = count_up_to(band.data(), n, value = 1);  // the sample erred
    while (up_to <= lower) up_to = count_up_to(band.data(), n, ++value);
    float next = value;
    for (std::size_t up = up_to; up <= std::min(lower + 1, lit - 1);) up = count_up_to(band.data(), n, ++next);
    return value + (rank - static_cast<double>(lower)) * (next - value);
  }
  std::size_t below = 0;
  std::vector<float> in = between(band.data(), n, low, high, below);
  const std::size_t upper = std::min(lower + 1, lit - 1);
  if (lower < below || upper >= below + in.size()) {
    low = std::numeric_limits<float>::min();
    high = top;
    in = between(band.data(), n, low, high, below);
  }
  const auto at = in.begin() + static_cast<std::ptrdiff_t>(lower - below);
  std::nth_element(in.begin(), at, in.end());
  const double value = *at, next = upper > lower ? *std::min_element(at + 1, in.end()) : value;
  return value + (rank - static_cast<double>(lower)) * (next - value);
}

std::vector<std::size_t> Band::maxima(double least) const {
  std::vector<std::size_t> found;
  const auto edge = static_cast<std::size_t>(margin);
  if (width <= 2 * edge || height <= 2 * edge) return found;
  const auto before = static_cast<std::size_t>((window - 1) / 2), after = static_cast<std::size_t>(window / 2);
  // The greatest float not above the limit: whatever is greater is above the limit, too.
  auto limit = static_cast<float>(least);
  if (limit > least) limit = std::nextafter(limit, 0.0F);
  std::vector<std::uint8_t> flags(width);
  const std::size_t up = before > 0 ? 1 : 0, down = after > 0 ? 1 : 0;  // neighbours within the window
  for (std::size_t y = edge; y + edge < height; ++y) {
    const float* row = band.data() + y * width;
    const float *above = y >= up ? row - up * width : row, *below = y + down < height ? row + down * width : row;
    std::uint8_t* flag = flags.data();
    for (std::size_t x = edge; x + edge < width; ++x) {
      const float v = row[x];
      flag[x] = static_cast<std::uint8_t>((v > limit) & (v >= row[x - up]) & (v >= row[x + down]) & (v >= above[x]) &
                                          (v >= below[x]));
    }
    for (std::size_t x = edge; x + edge < width; ++x) {
      if (flag[x] == 0) continue;
      const std::size_t x0 = x - std::min(x, before), x1 = std::min(width, x + after + 1);
      const std::size_t y1 = std::min(height, y + after + 1);
      const float v = row[x];
      bool greatest = true;
      for (std::size_t j = y - std::min(y, before); j < y1 && greatest; ++j) {
        const float* other = band.data() + j * width;
        int greater = 0;
        for (std::size_t i = x0; i < x1; ++i) greater |= static_cast<int>(other[i] > v);
        greatest = greater == 0;
      }
      if (greatest) found.push_back(y * width + x);
    }
  }
  return found;
}

void Band::measure_background(double& mean, double& sd) const {
  const std::vector<int> half = disc_rows(radius);
  const auto reach = static_cast<std::size_t>(radius);
  // Each row is spread once for each half-width of the disc; a ring of rows holds those that a disc touches.
  std::vector<std::vector<std::uint8_t>> ring(half.size());
  std::vector<std::uint8_t> lit_row(width), covered(width);
  Pair<std::uint8_t> buffer;
  Moments moments;
  const float pivot = raw[0];
  const auto load = [&](std::size_t y) {
    std::vector<std::uint8_t>& slot = ring[y % ring.size()];
    slot.resize((reach + 1) * width);
    if (y >= height) {
      std::fill(slot.begin(), slot.end(), std::uint8_t{0});
      return;
    }
    const float* row = band.data() + y * width;
    for (std::size_t x = 0; x < width; ++x) lit_row[x] = row[x] > 0 ? 1 : 0;
    for (std::size_t j = 0; j <= reach; ++j) {
      if (j > 0 && half[reach + j] == half[reach + j - 1]) {
        std::memcpy(slot.data() + j * width, slot.data() + (j - 1) * width, width);
      } else {
        spread(lit_row.data(), width, static_cast<std::size_t>(half[reach + j]), buffer, slot.data() + j * width);
      }
    }
  };
  for (std::size_t y = 0; y < reach; ++y) load(y);
  for (std::size_t y = 0; y < height; ++y) {
    load(y + reach);
    std::fill(covered.begin(), covered.end(), std::uint8_t{0});
    for (std::size_t j = 0; j < half.size(); ++j) {
      if (y + j < reach) continue;
      const std::size_t away = j < reach ? reach - j : j - reach;
      const std::uint8_t* from = ring[(y + j - reach) % ring.size()].data() + away * width;
      for (std::size_t x = 0; x < width; ++x) covered[x] |= from[x];
    }
    moments.add(raw + y * width, covered.data(), width, pivot);
  }
  const double n = moments.n, off = moments.sum / n;
  mean = n > 0 ? pivot + off : std::numeric_limits<double>::quiet_NaN();
  sd = n > 1 ? std::sqrt(std::max(0.0, moments.squares / n - off * off)) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace vesica::ops
