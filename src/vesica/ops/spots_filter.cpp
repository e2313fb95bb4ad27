// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/spots_filter.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/require.h"

namespace vesica::spots {

namespace {

constexpr std::size_t kStrip = 32;               // rows that one thread filters at a time, chosen
constexpr double kNormalMad = 1.4826022185056;   // standard deviation / median magnitude of a normal variable
constexpr double kNormalMean = 1.2533141373155;  // sqrt(pi / 2): standard deviation / mean magnitude
constexpr double kWhole = 0.28867513459481;      // sqrt(1/12): standard deviation of rounding to whole counts

std::size_t mirrored(std::ptrdiff_t i, std::size_t size) {
  const auto n = static_cast<std::ptrdiff_t>(size);
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return static_cast<std::size_t>(i);
}

/// One row, filtered along x with both halves.
void filter_row(const float* row, std::size_t width, const Kernel& kernel, std::vector<float>& padded, float* by_g,
                float* by_d) {
  const std::size_t reach = kernel.g.size() - 1;
  for (std::size_t i = 0; i < reach; ++i) {
    padded[reach - 1 - i] = row[mirrored(-1 - static_cast<std::ptrdiff_t>(i), width)];
    padded[reach + width + i] = row[mirrored(static_cast<std::ptrdiff_t>(width + i), width)];
  }
  std::copy(row, row + width, padded.begin() + static_cast<std::ptrdiff_t>(reach));
  const float* middle = padded.data() + reach;
  for (std::size_t x = 0; x < width; ++x) {
    by_g[x] = kernel.g[0] * middle[x];
    by_d[x] = kernel.d[0] * middle[x];
  }
  for (std::size_t k = 1; k <= reach; ++k) {
    const float g = kernel.g[k], d = kernel.d[k];
    const float* left = middle - k;
    const float* right = middle + k;
    for (std::size_t x = 0; x < width; ++x) {
      const float both = left[x] + right[x];
      by_g[x] += g * both;
      by_d[x] += d * both;
    }
  }
}

void filter_strip(const Image2& image, const Kernel& kernel, std::size_t y0, std::size_t y1, Image2& out) {
  const std::size_t reach = kernel.g.size() - 1, width = image.width, rows = y1 - y0 + 2 * reach;
  std::vector<float> by_g(rows * width), by_d(rows * width), padded(width + 2 * reach);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t y =
        mirrored(static_cast<std::ptrdiff_t>(y0 + i) - static_cast<std::ptrdiff_t>(reach), image.height);
    filter_row(image.row(y).data(), width, kernel, padded, &by_g[i * width], &by_d[i * width]);
  }
  for (std::size_t y = y0; y < y1; ++y) {
    float* to = out.row(y).data();
    const std::size_t middle = y - y0 + reach;
    const float* g0 = &by_g[middle * width];
    const float* d0 = &by_d[middle * width];
    for (std::size_t x = 0; x < width; ++x) to[x] = kernel.g[0] * d0[x] + kernel.d[0] * g0[x];
    for (std::size_t k = 1; k <= reach; ++k) {
      const float g = kernel.g[k], d = kernel.d[k];
      const float* gu = &by_g[(middle - k) * width];
      const float* gd = &by_g[(middle + k) * width];
      const float* du = &by_d[(middle - k) * width];
      const float* dd = &by_d[(middle + k) * width];
      for (std::size_t x = 0; x < width; ++x) to[x] += g * (du[x] + dd[x]) + d * (gu[x] + gd[x]);
    }
  }
}

/// Standard deviation of what the magnitudes belong to: from their median; from their mean when half of them are near
/// nothing (a camera that clips at its offset). Reorders them.
double spread_of(std::vector<float>& magnitudes) {
  if (magnitudes.empty()) return 0;
  double sum = 0;
  for (const float value : magnitudes) sum += static_cast<double>(value);
  const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() / 2);
  std::nth_element(magnitudes.begin(), middle, magnitudes.end());
  const double by_median = kNormalMad * static_cast<double>(*middle);
  const double by_mean = kNormalMean * sum / static_cast<double>(magnitudes.size());
  return by_median < 0.5 * by_mean ? by_mean : by_median;
}

float median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Tile {
  std::size_t x0, y0, x1, y1;
};

/// Every second pixel of a tile in both directions: neighbours say nearly the same.
double pixel_noise(const Image2& image, const Tile& tile, std::vector<float>& values) {
  values.clear();
  for (std::size_t y = std::max<std::size_t>(tile.y0, 1); y < std::min(tile.y1, image.height - 1); y += 2) {
    const float* a = image.row(y - 1).data();
    const float* b = image.row(y).data();
    const float* c = image.row(y + 1).data();
    for (std::size_t x = std::max<std::size_t>(tile.x0, 1); x < std::min(tile.x1, image.width - 1); x += 2) {
      const float edge = a[x] + c[x] + b[x - 1] + b[x + 1];
      const float corner = a[x - 1] + a[x + 1] + c[x - 1] + c[x + 1];
      values.push_back(std::abs(corner - 2 * edge + 4 * b[x]));
    }
  }
  constexpr double kImmerkaer = 6;  // root of the sum of the squared weights 1, -2, 4
  return spread_of(values) / kImmerkaer;
}

double response_noise(const Image2& response, const Tile& tile, std::vector<float>& values) {
  values.clear();
  for (std::size_t y = tile.y0; y < tile.y1; y += 2) {
    for (std::size_t x = tile.x0; x < tile.x1; x += 2) values.push_back(std::abs(response.at(x, y)));
  }
  return spread_of(values);
}

/// The least noise that the numbers can show: rounding of whole counts, single precision otherwise.
double floor_of(const Image2& image) {
  bool whole = true;
  float greatest = 0;
  for (const float value : image.pixels) {
    greatest = std::max(greatest, std::abs(value));
    whole = whole && value == std::nearbyint(value);
  }
  constexpr double kSingle = 1e-6;  // a few units in the last place of a float
  return whole ? kWhole : kSingle * static_cast<double>(greatest);
}

Plane<float> median3(const Plane<float>& tiles) {
  Plane<float> out(tiles.width, tiles.height);
  std::vector<float> around;
  for (std::size_t y = 0; y < tiles.height; ++y) {
    for (std::size_t x = 0; x < tiles.width; ++x) {
      around.clear();
      for (std::size_t j = y > 0 ? y - 1 : 0; j < std::min(tiles.height, y + 2); ++j) {
        for (std::size_t i = x > 0 ? x - 1 : 0; i < std::min(tiles.width, x + 2); ++i) around.push_back(tiles.at(i, j));
      }
      out.at(x, y) = median_of(around);
    }
  }
  return out;
}

}  // namespace

Kernel kernel_of(double sigma_px) {
  const auto reach = static_cast<std::size_t>(std::ceil(4 * sigma_px));
  std::vector<double> g(reach + 1), d(reach + 1), point(reach + 1);
  double sum = 0;
  for (std::size_t i = 0; i <= reach; ++i) {
    const double x = static_cast<double>(i) / sigma_px;
    point[i] = std::exp(-0.5 * x * x);
    sum += (i == 0 ? 1 : 2) * point[i];
  }
  double rest = 0;
  for (std::size_t i = 0; i <= reach; ++i) {
    const double x = static_cast<double>(i) / sigma_px;
    g[i] = point[i] / sum;
    d[i] = (1 - x * x) * g[i];
    rest += (i == 0 ? 1 : 2) * d[i];
  }
  double gg = 0, dd = 0, gd = 0, pg = 0, pd = 0;
  for (std::size_t i = 0; i <= reach; ++i) {
    d[i] -= rest * g[i];  // a plane yields nothing, sampled and cut off as it is
    const double both = i == 0 ? 1 : 2;
    gg += both * g[i] * g[i];
    dd += both * d[i] * d[i];
    gd += both * g[i] * d[i];
    pg += both * point[i] * g[i];
    pd += both * point[i] * d[i];
  }
  const double scale = 1 / (2 * pg * pd);  // a point of height 1 yields 1
  Kernel out;
  for (std::size_t i = 0; i <= reach; ++i) {
    out.g.push_back(static_cast<float>(g[i]));
    out.d.push_back(static_cast<float>(scale * d[i]));
  }
  out.gain = scale * std::sqrt(2 * (gg * dd + gd * gd));
  return out;
}

Image2 respond(const Image2& image, const Kernel& kernel, const Context& context) {
  Image2 out(image.width, image.height);
  const std::size_t strips = (image.height + kStrip - 1) / kStrip;
  parallel_for(strips, context, [&](std::size_t i) {
    filter_strip(image, kernel, i * kStrip, std::min(image.height, (i + 1) * kStrip), out);
  });
  return out;
}

double Noise::at(double x, double y) const {
  const auto place = [&](double pixel_at, std::size_t count, std::size_t& low) {
    const double inside =
        std::clamp((pixel_at + 0.5) / static_cast<double>(tile) - 0.5, 0.0, static_cast<double>(count - 1));
    low = std::min(static_cast<std::size_t>(inside), count > 1 ? count - 2 : 0);
    return inside - static_cast<double>(low);
  };
  std::size_t i = 0, j = 0;
  const double right = place(x, pixel.width, i), down = place(y, pixel.height, j);
  const std::size_t i1 = std::min(i + 1, pixel.width - 1), j1 = std::min(j + 1, pixel.height - 1);
  const auto value = [&](std::size_t a, std::size_t b) { return static_cast<double>(pixel.at(a, b)); };
  const double above = value(i, j) + right * (value(i1, j) - value(i, j));
  const double below = value(i, j1) + right * (value(i1, j1) - value(i, j1));
  return above + down * (below - above);
}

Noise noise_of(const Image2& image, const Image2& response, const Kernel& kernel, const Context& context) {
  VESICA_REQUIRE(image.width >= 3 && image.height >= 3, "noise of an image without inner pixels");
  Noise out;
  const auto count = [&](std::size_t size) { return std::max<std::size_t>(1, (size + out.tile / 2) / out.tile); };
  Plane<float> raw(count(image.width), count(image.height)), ratio = raw;
  const double least = floor_of(image);
  parallel_for(raw.height, context, [&](std::size_t j) {
    std::vector<float> values;
    for (std::size_t i = 0; i < raw.width; ++i) {
      const Tile tile{i * out.tile, j * out.tile, i + 1 == raw.width ? image.width : (i + 1) * out.tile,
                      j + 1 == raw.height ? image.height : (j + 1) * out.tile};
      const double noise = std::max(least, pixel_noise(image, tile, values));
      raw.at(i, j) = static_cast<float>(noise);
      ratio.at(i, j) =
          static_cast<float>(noise > 0 ? response_noise(response, tile, values) / (kernel.gain * noise) : 1);
    }
  });
  out.pixel = median3(raw);
  std::vector<float> ratios = ratio.pixels;
  const auto quarter = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 4);
  std::nth_element(ratios.begin(), quarter, ratios.end());
  out.correlation = std::max(1.0, static_cast<double>(*quarter));
  return out;
}

}  // namespace vesica::spots
