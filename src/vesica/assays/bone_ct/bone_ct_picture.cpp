// SPDX-License-Identifier: Apache-2.0
// Outlines of bone and region on three slices through the middle of the region.
#include <array>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/io/overlay.h"

namespace vesica::bone {

namespace {

/// One plane of a volume: across axis `normal`, at voxel `at`.
struct Slice {
  std::size_t normal, at;
};

std::string picture_of(const Volume& volume, const Mask3& bone, const Mask3& where, const Slice& slice,
                       double pixel_um) {
  const std::array<std::size_t, 3> size = {volume.nx, volume.ny, volume.nz};
  const std::size_t across = slice.normal == 0 ? 1 : 0, down = slice.normal == 2 ? 1 : 2;
  Image2 image(size[across], size[down]);
  Mask2 outline(size[across], size[down]), region(size[across], size[down]);
  for (std::size_t y = 0; y < size[down]; ++y) {
    for (std::size_t x = 0; x < size[across]; ++x) {
      std::array<std::size_t, 3> place{};
      place[slice.normal] = slice.at, place[across] = x, place[down] = y;
      const std::size_t i = volume.index(place[0], place[1], place[2]);
      image.at(x, y) = static_cast<float>(volume.stored(i));
      const bool inside = where.voxels.empty() || where.voxels[i] != 0;
      outline.at(x, y) = bone.voxels[i] != 0 && inside ? 1 : 0;
      region.at(x, y) = inside ? 1 : 0;
    }
  }
  const std::array<OverlayLayer, 2> layers = {OverlayLayer{&outline, kOverlayOrange},
                                              OverlayLayer{&region, kOverlaySky}};
  OverlayOptions options;
  options.min_side = 360;  // as wide as the report shows them; outlines of a small scan would hide it
  options.pixel_um = pixel_um;
  return render_overlay(image, layers, options);
}

/// What a picture shows, with its depth, so that its reader can find a place in it.
std::string about_slice(const Slice& slice, const Scale& scale, const Box3& read) {
  if (!scale.known) return say("Slice through the middle of the region: bone in orange, the region in blue.");
  const std::array<std::size_t, 3> first = {read.x0, read.y0, read.z0};
  const std::array<std::string, 3> names = {"x", "y", "z"};
  const double at = (static_cast<double>(first[slice.normal] + slice.at) + 0.5) * scale.mm[slice.normal];
  return say("Slice at {} = {} mm, {} to the right and {} down: bone in orange, the region in blue.",
             names[slice.normal], readable_number(at, 3), names[slice.normal == 0 ? 1 : 0],
             names[slice.normal == 2 ? 1 : 2]);
}

}  // namespace

std::vector<Artifact> pictures(const Volume& volume, const Mask3& bone, const Mask3& where, const Scale& scale,
                               const Box3& read, const std::string& remark) {
  Box3 box = {0, 0, 0, volume.nx, volume.ny, volume.nz};
  if (!where.voxels.empty()) box = box_around(where);
  if (box.voxels() == 0) return {};
  const std::array<Slice, 3> slices = {Slice{2, (box.z0 + box.z1) / 2}, Slice{1, (box.y0 + box.y1) / 2},
                                       Slice{0, (box.x0 + box.x1) / 2}};
  const bool square = scale.known && is_isotropic(scale.mm);
  constexpr double kUmPerMm = 1000;
  std::vector<Artifact> out;
  constexpr std::array<const char*, 3> kNames = {"bone_overlay_xy.png", "bone_overlay_xz.png", "bone_overlay_yz.png"};
  for (std::size_t i = 0; i < slices.size(); ++i) {
    out.push_back({kNames[i], "image/png",
                   picture_of(volume, bone, where, slices[i], square ? scale.mm[0] * kUmPerMm : 0),
                   about_slice(slices[i], scale, read) + (remark.empty() ? "" : " " + remark)});
  }
  return out;
}

}  // namespace vesica::bone
