// SPDX-License-Identifier: Apache-2.0
// Bone of known shape in micro-CT volumes: plates, rods, balls, a torus, a gyroid, and a skull with a round defect.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "phantoms/phantoms.h"

#include "vesica/data/image.h"

namespace vesica {

/// A place in mm from the corner of the volume's first voxel.
using BonePlace = std::array<double, 3>;
using BoneShape = std::function<bool(const BonePlace&)>;

/// What all bone phantoms have in common.
struct BoneScan {
  double voxel_um = 50;
  double marrow_grey = 8000, bone_grey = 30000, noise = 400;  ///< 16 bit; noise: SD
};

struct BonePhantomSettings {
  std::string shape = "plates";
  std::int64_t size = 64;  ///< voxels a side
  double thickness_um = 400, period_um = 1600;
  double tilt_deg = 0;  ///< of plates and rods, about y
  BoneScan scan;
  std::string sample = "bone";

  void describe(Fields& fields);
};
/// The shape of the settings in a cube of `size` voxels.
BoneShape bone_shape(const BonePhantomSettings& settings);

/// A skull cap with a trephined defect in which bone grows.
struct CalvariaSettings {
  double trephine_mm = 2.5;    ///< radius of the defect
  double skull_mm = 12;        ///< radius of the skull's mid-surface
  double thickness_mm = 0.7;   ///< of native bone
  double tilt_deg = 8;         ///< of the defect's axis to the volume's
  double off_centre_mm = 0.4;  ///< of the defect from the volume's middle, along x and half as much along y
  double ingrowth_mm = 0.5;    ///< new bone from the margin
  double new_thickness = 0.6;  ///< of new bone, as a share of the native
  std::int64_t islands = 3;
  double island_mm = 0.35;  ///< radius
  bool bridge = false;      ///< a bar of new bone from side to side
  BoneScan scan = {100, 8000, 30000, 400};
  std::string sample = "animal";

  void describe(Fields& fields);
};

/// The scene of one skull, with what is true of it.
struct Calvaria {
  std::size_t nx = 0, ny = 0, nz = 0;
  BoneShape bone;              ///< native and new
  BoneShape region;            ///< within the trephine's radius less 0.1 mm and 0.25 mm beyond the tables
  BonePlace centre{}, axis{};  ///< of the defect, mm, on the mid-surface
  bool bridged = false;        ///< by the bar, or by islands that touch each other and the new bone of far sides
};
/// Its volume as `file` and its truth as rows of the settings' sample.
Rendered render_calvaria(const CalvariaSettings& settings, const std::string& file, const std::string& condition,
                         std::uint64_t seed);
Calvaria calvaria(const CalvariaSettings& settings, std::uint64_t seed);

/// Share of a region that a shape fills, by `steps` cubed points a voxel.
double filled_share(const BoneShape& shape, const BoneShape& region, std::size_t nx, std::size_t ny, std::size_t nz,
                    double voxel_mm, int steps);
/// Grey values: each voxel mixes bone and marrow by the share of its 27 points in bone, and noise is added.
Volume scan_bone(const BoneShape& shape, std::size_t nx, std::size_t ny, std::size_t nz, const BoneScan& scan,
                 std::uint64_t seed);
/// A 16-bit volume as a TIFF stack, a page a slice, with the voxel size in the description that ImageJ writes.
std::string tiff_stack(const Volume& volume);

extern const Phantom kBonePhantom;
extern const Phantom kCalvariaPhantom;

}  // namespace vesica
