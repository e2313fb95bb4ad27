// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/thickness.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "vesica/base/require.h"
#include "vesica/ops/thickness_balls.h"

namespace vesica {

namespace {

constexpr float kNaNf = std::numeric_limits<float>::quiet_NaN();

/// 26 neighbours within the map: calls visit(value).
template <typename Visit>
void around(const ThicknessMap& map, std::size_t x, std::size_t y, std::size_t z, const Visit& visit) {
  const std::size_t x0 = x > 0 ? x - 1 : 0, x1 = std::min(x + 1, map.nx - 1);
  const std::size_t y0 = y > 0 ? y - 1 : 0, y1 = std::min(y + 1, map.ny - 1);
  const std::size_t z0 = z > 0 ? z - 1 : 0, z1 = std::min(z + 1, map.nz - 1);
  for (std::size_t k = z0; k <= z1; ++k) {
    for (std::size_t j = y0; j <= y1; ++j) {
      for (std::size_t i = x0; i <= x1; ++i) visit((k * map.ny + j) * map.nx + i);
    }
  }
}

/// A covered voxel beside an uncovered one takes the mean of its covered neighbours that have none beside them.
void clean_up_surface(ThicknessMap& map, const Context& context) {
  std::vector<std::uint8_t> surface(map.diameter.size());
  const auto each_voxel = [&](const auto& body) {
    parallel_for(map.nz, context, [&](std::size_t z) {
      for (std::size_t y = 0; y < map.ny; ++y) {
        for (std::size_t x = 0; x < map.nx; ++x) body(x, y, z, (z * map.ny + y) * map.nx + x);
      }
    });
  };
  each_voxel([&](std::size_t x, std::size_t y, std::size_t z, std::size_t i) {
    if (map.diameter[i] == 0) return;
    bool beside = false;
    around(map, x, y, z, [&](std::size_t j) { beside = beside || map.diameter[j] == 0; });
    surface[i] = beside ? 1 : 0;
  });
  // Means go only into surface voxels and come only from others: writing in place changes nothing that is read.
  each_voxel([&](std::size_t x, std::size_t y, std::size_t z, std::size_t i) {
    if (surface[i] == 0) return;
    float sum = 0;
    int count = 0;
    around(map, x, y, z, [&](std::size_t j) {
      if (map.diameter[j] == 0 || surface[j] != 0) return;
      sum += map.diameter[j];
      ++count;
    });
    if (count > 0) map.diameter[i] = sum / static_cast<float>(count);
  });
}

template <typename T>
void measure(const Mask3& mask, int phase, const Mask3* where, const Spacing3& edge, ThicknessRule rule,
             const Context& context, ThicknessMap& out) {
  const Spacing3 steps = std::is_same_v<T, float> ? edge : Spacing3{1, 1, 1};
  const bool imagej = rule == ThicknessRule::kImagej;
  const thickness::Needed<T> needed = thickness::needed_balls<T>(mask, phase, steps, rule, context);
  out.has_wall = needed.has_wall;
  out.balls = needed.count();
  out.diameter.assign(mask.voxels.size(), 0);
  const auto asked = [&](std::size_t i) {
    return mask.voxels[i] == phase && (where == nullptr || where->voxels[i] != 0);
  };
  if (!out.has_wall) {
    for (std::size_t i = 0; i < out.diameter.size(); ++i) {
      if (asked(i)) out.diameter[i] = kNaNf;
    }
    return;
  }
  thickness::paint(needed, edge, rule, {mask, phase, where, imagej}, out.diameter, context);
  if (!imagej) return;
  clean_up_surface(out, context);
  for (std::size_t i = 0; i < out.diameter.size(); ++i) {
    if (!asked(i)) out.diameter[i] = 0;
  }
}

/// The lower middle of n positive values, by their bits in two halves: no copy of the map.
double lower_median(const std::vector<float>& values, std::size_t n) {
  constexpr int kHalfBits = 16;
  const std::size_t rank = (n - 1) / 2;
  std::size_t before = 0;
  std::uint32_t high = 0, low = 0;
  for (const bool first : {true, false}) {
    std::vector<std::size_t> counts(std::size_t{1} << kHalfBits);
    for (const float each : values) {
      const auto bits = std::bit_cast<std::uint32_t>(each);
      if (!(each > 0) || (!first && bits >> kHalfBits != high)) continue;
      ++counts[first ? bits >> kHalfBits : bits & 0xFFFFU];
    }
    std::uint32_t i = 0;
    while (before + counts[i] <= rank) before += counts[i++];
    (first ? high : low) = i;
  }
  return static_cast<double>(std::bit_cast<float>(high << kHalfBits | low));
}

ThicknessSummary nothing() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {0, nan, nan, nan, nan, {}};
}

}  // namespace

const char* to_text(ThicknessRule rule) {
  switch (rule) {
    case ThicknessRule::kToFace:
      return "to_face";
    case ThicknessRule::kToCentre:
      return "to_centre";
    case ThicknessRule::kImagej:
      return "imagej";
  }
  return "";
}

bool parse_thickness_rule(std::string_view text, ThicknessRule& rule) {
  for (const ThicknessRule each : {ThicknessRule::kToFace, ThicknessRule::kToCentre, ThicknessRule::kImagej}) {
    if (text == to_text(each)) {
      rule = each;
      return true;
    }
  }
  return false;
}

ThicknessMap local_thickness(const Mask3& mask, int phase, const Mask3& where, const Spacing3& edge, ThicknessRule rule,
                             const Context& context) {
  VESICA_REQUIRE(phase == 0 || phase == 1, "a mask has two phases");
  VESICA_REQUIRE(where.voxels.empty() || where.same_size(mask), "masks of one volume");
  ThicknessMap out;
  out.nx = mask.nx, out.ny = mask.ny, out.nz = mask.nz;
  const Mask3* within = where.voxels.empty() ? nullptr : &where;
  if (is_isotropic(edge)) {
    measure<std::int32_t>(mask, phase, within, edge, rule, context, out);
  } else {
    measure<float>(mask, phase, within, edge, rule, context, out);
  }
  return out;
}

ThicknessSummary summarise(const ThicknessMap& map, double bin_width) {
  ThicknessSummary out = nothing();
  if (!map.has_wall) return out;
  double sum = 0, squares = 0;
  float most = 0;
  for (const float each : map.diameter) {
    if (!(each > 0)) continue;
    ++out.n;
    sum += static_cast<double>(each);
    squares += static_cast<double>(each) * static_cast<double>(each);
    most = std::max(most, each);
  }
  if (out.n == 0) return out;
  const auto n = static_cast<double>(out.n);
  out.mean = sum / n;
  out.sd = out.n > 1 ? std::sqrt(std::max(0.0, squares - n * out.mean * out.mean) / (n - 1)) : 0;
  out.max = static_cast<double>(most);
  out.median = lower_median(map.diameter, out.n);
  const double width = std::max(bin_width, out.max / static_cast<double>(kMaxThicknessBins - 1));
  std::vector<std::size_t> counts(static_cast<std::size_t>(out.max / width) + 1);
  for (const float each : map.diameter) {
    if (each > 0) ++counts[static_cast<std::size_t>(static_cast<double>(each) / width)];
  }
  for (const std::size_t count : counts) out.share.push_back(static_cast<double>(count) / n);
  return out;
}

}  // namespace vesica
