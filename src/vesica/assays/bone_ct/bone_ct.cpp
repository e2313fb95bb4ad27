// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/bone_ct/bone_ct.h"

#include <algorithm>
#include <cmath>

#include "vesica/base/require.h"
#include "vesica/ops/edt.h"
#include "vesica/ops/surface.h"

namespace vesica::bone {

namespace {

constexpr std::size_t kBins = 256;  // of an automatic threshold: as ImageJ

bool within(const Mask3& where, std::size_t i) { return where.voxels.empty() || where.voxels[i] != 0; }

std::vector<float> greys(const Volume& volume) {
  std::vector<float> out(volume.voxels());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<float>(volume.slope * volume.stored(i) + volume.intercept);
  }
  return out;
}

/// Reads one grey value whatever is at hand: the stored one, or the smoothed one.
class Greys {
 public:
  Greys(const Volume& volume, const Segmenting& how, const Context& context) : volume_(volume) {
    if (!(how.sigma > 0)) return;
    smoothed_ = greys(volume);
    smooth(smoothed_, volume.nx, volume.ny, volume.nz, how.sigma, context);
  }
  double operator()(std::size_t i) const {
    if (!smoothed_.empty()) return static_cast<double>(smoothed_[i]);
    return volume_.slope * volume_.stored(i) + volume_.intercept;
  }

 private:
  const Volume& volume_;
  std::vector<float> smoothed_;
};

/// Upper edge of the bin that the method names; nothing for constant values.
std::optional<double> automatic_threshold(const Greys& grey, std::size_t n, const Mask3& where,
                                          ThresholdMethod method) {
  double low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < n; ++i) {
    if (!within(where, i)) continue;
    low = std::min(low, grey(i));
    high = std::max(high, grey(i));
  }
  if (!(high > low)) return std::nullopt;
  const double width = (high - low) / static_cast<double>(kBins);
  std::vector<double> counts(kBins, 0);
  for (std::size_t i = 0; i < n; ++i) {
    if (within(where, i)) ++counts[std::min(kBins - 1, static_cast<std::size_t>((grey(i) - low) / width))];
  }
  const std::optional<std::size_t> bin = threshold_bin(counts, method);
  if (!bin) return std::nullopt;
  return low + width * static_cast<double>(*bin + 1);
}

std::size_t count(const Mask3& mask, const Mask3& where) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < mask.voxels.size(); ++i) out += mask.voxels[i] != 0 && within(where, i) ? 1 : 0;
  return out;
}

/// The largest part of bone in the region, and how many parts there are.
EulerNumber euler_of_largest(const Mask3& bone, const Mask3& where, std::size_t& parts, const Context& context) {
  Mask3 inside = bone;
  for (std::size_t i = 0; i < inside.voxels.size(); ++i) inside.voxels[i] = bone.voxels[i] != 0 && within(where, i);
  parts = keep_largest(inside, Neighbours::kCorners);
  // Around the region all bone is seen, so that cut faces are corrected for.
  Mask3 seen = inside;
  for (std::size_t i = 0; i < seen.voxels.size(); ++i) {
    if (!within(where, i)) seen.voxels[i] = bone.voxels[i];
  }
  EulerNumber out = euler_number(seen, where, context);
  out.whole = euler_number(inside, where, context).whole;
  return out;
}

/// Whether any of the 26 neighbours within the volume is of the other phase.
bool touches_marrow(const Mask3& bone, std::size_t x, std::size_t y, std::size_t z) {
  for (std::size_t k = z > 0 ? z - 1 : 0; k <= std::min(z + 1, bone.nz - 1); ++k) {
    for (std::size_t j = y > 0 ? y - 1 : 0; j <= std::min(y + 1, bone.ny - 1); ++j) {
      for (std::size_t i = x > 0 ? x - 1 : 0; i <= std::min(x + 1, bone.nx - 1); ++i) {
        if (bone.at(i, j, k) == 0) return true;
      }
    }
  }
  return false;
}

}  // namespace

std::optional<Segmented> segment(const Volume& volume, const Mask3& where, const Segmenting& how,
                                 const Context& context) {
  const Greys grey(volume, how, context);
  const std::size_t n = volume.voxels();
  const std::optional<double> threshold =
      how.threshold ? how.threshold : automatic_threshold(grey, n, where, how.method);
  if (!threshold) return std::nullopt;
  Segmented out;
  out.threshold = *threshold;
  out.bone = Mask3(volume.nx, volume.ny, volume.nz);
  for (std::size_t i = 0; i < n; ++i) out.bone.voxels[i] = grey(i) > *threshold ? 1 : 0;
  if (how.least_voxels > 1) {
    out.turned = remove_small(out.bone, 1, Neighbours::kCorners, how.least_voxels) +
                 remove_small(out.bone, 0, Neighbours::kFaces, how.least_voxels);
  }
  return out;
}

Mask3 mid_axes(const Mask3& bone, const Context& context) {
  constexpr double kSteep = 0.5;  // chosen: distance rises by 1 a step beside a flat surface, by 0 on a mid-axis
  const std::vector<std::int32_t> square = squared_distance<std::int32_t>(bone, 1, {1, 1, 1}, context);
  Mask3 out(bone.nx, bone.ny, bone.nz);
  parallel_for(bone.nz, context, [&](std::size_t z) {
    for (std::size_t y = 0; y < bone.ny; ++y) {
      for (std::size_t x = 0; x < bone.nx; ++x) {
        const std::size_t at = bone.index(x, y, z);
        if (bone.voxels[at] == 0) continue;
        const double own = std::sqrt(square[at]);
        double steepest = 0;
        for (std::size_t k = z > 0 ? z - 1 : 0; k <= std::min(z + 1, bone.nz - 1); ++k) {
          for (std::size_t j = y > 0 ? y - 1 : 0; j <= std::min(y + 1, bone.ny - 1); ++j) {
            for (std::size_t i = x > 0 ? x - 1 : 0; i <= std::min(x + 1, bone.nx - 1); ++i) {
              const int steps = (i != x) + (j != y) + (k != z);
              if (steps == 0) continue;
              steepest = std::max(steepest, (std::sqrt(square[bone.index(i, j, k)]) - own) / std::sqrt(steps));
            }
          }
        }
        out.voxels[at] = steepest < kSteep ? 1 : 0;
      }
    }
  });
  return out;
}

Morphometry measure_shape(const Mask3& bone, const Mask3& where, const Spacing3& edge_mm, const Measuring& how,
                          const Context& context) {
  VESICA_REQUIRE(where.voxels.empty() || where.same_size(bone), "masks of one volume");
  Morphometry out;
  const double voxel = edge_mm[0] * edge_mm[1] * edge_mm[2];
  out.tissue_voxels = where.voxels.empty() ? bone.voxels.size() : count(where, {});
  out.bone_voxels = count(bone, where);
  out.tissue_volume = static_cast<double>(out.tissue_voxels) * voxel;
  out.bone_volume = static_cast<double>(out.bone_voxels) * voxel;
  out.bin_mm = *std::min_element(edge_mm.begin(), edge_mm.end());
  out.thickness = out.separation = summarise(ThicknessMap{}, out.bin_mm);
  if (out.tissue_voxels == 0) return out;
  {
    const ThicknessMap map = local_thickness(bone, 1, where, edge_mm, how.rule, context);
    out.thickness_has_wall = map.has_wall;
    out.thickness = summarise(map, out.bin_mm);
  }
  {
    const ThicknessMap map = local_thickness(bone, 0, where, edge_mm, how.rule, context);
    out.separation_has_wall = map.has_wall;
    out.separation = summarise(map, out.bin_mm);
  }
  if (out.bone_voxels == 0) return out;
  out.surface = surface_area(bone, where, edge_mm, context);
  if (how.axis_number) {
    const ThicknessMap map =
        local_thickness(mid_axes(bone, context), 0, where, edge_mm, ThicknessRule::kToCentre, context);
    const ThicknessSummary between = summarise(map, out.bin_mm);
    if (between.n > 0) out.axis_distance = between.mean;
  }
  out.euler = euler_of_largest(bone, where, out.parts, context);
  if (how.mil_directions > 0) out.anisotropy = measure_anisotropy(bone, where, edge_mm, how.mil_directions, context);
  if (how.model_index) out.model_index = structure_model_index(bone, where, out.bone_volume, edge_mm, context);
  return out;
}

std::optional<DensityLine> fit_density(std::span<const double> grey, std::span<const double> mg_cm3) {
  VESICA_REQUIRE(grey.size() == mg_cm3.size(), "a density a rod");
  const auto n = static_cast<double>(grey.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < grey.size(); ++i) mean_x += grey[i] / n, mean_y += mg_cm3[i] / n;
  for (std::size_t i = 0; i < grey.size(); ++i) {
    xx += (grey[i] - mean_x) * (grey[i] - mean_x);
    xy += (grey[i] - mean_x) * (mg_cm3[i] - mean_y);
  }
  if (grey.size() < 2 || !(xx > 0) || xy == 0) return std::nullopt;
  return DensityLine{xy / xx, mean_y - xy / xx * mean_x};
}

std::vector<double> rod_greys(const Volume& volume, const Context& context) {
  constexpr double kLeastShare = 0.01;      // chosen: smaller parts are no rods
  constexpr std::int32_t kOuterSquare = 9;  // three voxels, squared; chosen: partial volume and the scanner's blur
  const std::optional<Segmented> bright = segment(volume, {}, {}, context);
  if (!bright) return {};
  const Components3 parts = components3(bright->bone, 1, Neighbours::kFaces);
  const std::vector<std::int32_t> depth = squared_distance<std::int32_t>(bright->bone, 1, {1, 1, 1}, context);
  std::vector<double> sum(parts.sizes.size(), 0), n(parts.sizes.size(), 0);
  std::size_t all = 0;
  for (const std::size_t size : parts.sizes) all += size;
  for (std::size_t i = 0; i < depth.size(); ++i) {
    if (parts.labels[i] == 0 || depth[i] <= kOuterSquare) continue;
    const auto part = static_cast<std::size_t>(parts.labels[i] - 1);
    sum[part] += volume.slope * volume.stored(i) + volume.intercept;
    ++n[part];
  }
  std::vector<double> out;
  for (std::size_t part = 0; part < sum.size(); ++part) {
    if (n[part] > 0 && static_cast<double>(parts.sizes[part]) >= kLeastShare * static_cast<double>(all)) {
      out.push_back(sum[part] / n[part]);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Densities mean_greys(const Volume& volume, const Mask3& bone, const Mask3& where) {
  Densities out;
  double region = 0, inner = 0;
  for (std::size_t z = 0; z < volume.nz; ++z) {
    for (std::size_t y = 0; y < volume.ny; ++y) {
      for (std::size_t x = 0; x < volume.nx; ++x) {
        const std::size_t i = volume.index(x, y, z);
        if (!within(where, i)) continue;
        region += volume.stored(i);
        ++out.bmd_n;
        if (bone.voxels[i] == 0 || touches_marrow(bone, x, y, z)) continue;
        inner += volume.stored(i);
        ++out.tmd_n;
      }
    }
  }
  if (out.bmd_n > 0) out.bmd = volume.slope * region / static_cast<double>(out.bmd_n) + volume.intercept;
  if (out.tmd_n > 0) out.tmd = volume.slope * inner / static_cast<double>(out.tmd_n) + volume.intercept;
  return out;
}

std::span<const SpeciesRange> species_ranges() {
  // Wide on purpose: they shall catch a wrong voxel size, not a disease.
  static constexpr SpeciesRange kRanges[] = {
      {"mouse", 0.025, 0.12, 0.08, 0.6, "Bouxsein 2010, 10.1002/jbmr.141; widened by half (chosen)"},
      {"rat", 0.04, 0.18, 0.08, 1.0, "Bouxsein 2010, 10.1002/jbmr.141; widened by half (chosen)"},
      {"rabbit", 0.06, 0.35, 0.15, 1.5, "chosen, between rat and human"},
      {"human", 0.08, 0.45, 0.3, 2.5, "Hildebrand 1999, 10.1359/jbmr.1999.14.7.1167; widened by half (chosen)"},
  };
  return kRanges;
}

}  // namespace vesica::bone
