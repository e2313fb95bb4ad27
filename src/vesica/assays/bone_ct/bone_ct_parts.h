// SPDX-License-Identifier: Apache-2.0
// Settings and inner parts of the assay `bone_ct`. Internal to assays/bone_ct/.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vesica/assays/bone_ct/bone_ct.h"
#include "vesica/data/image_source.h"
#include "vesica/settings/fields.h"

namespace vesica::bone {

struct Settings {
  std::optional<double> voxel_um, voxel_z_um;
  std::string region = "whole";
  std::vector<double> box;
  std::vector<double> centre_mm, axis;
  std::optional<double> radius_mm, height_mm;
  double margin_mm = 0.5;
  std::optional<double> threshold;
  std::string threshold_method = "Otsu";
  double sigma_voxels = 0;
  std::int64_t least_voxels = 0;
  std::string thickness_rule = "to_face";
  std::int64_t mil_directions = 1000;
  bool axis_number = true;
  bool model_index = true;
  bool histograms = true;
  bool overlays = true;
  std::string species = "unknown";
  std::vector<double> rod_grey, rod_mg_cm3;
  double trephine_mm = 2.5;
  double trephine_slack_mm = 0.2;
  double rim_mm = 0.1;
  double table_mm = 0.25;

  void describe(Fields& fields);
};

/// What is known about the edges of voxels. Without them lengths are not measurable and voxels count as cubes of 1.
struct Scale {
  Spacing3 mm = {1, 1, 1};
  bool known = false;
};
Scale scale_of(const ImageInfo& info, const Settings& settings);

/// A mask in a calibration's values: size and the lengths of its runs, the first of zeros.
Value to_value(const Mask3& mask);
std::optional<Mask3> mask_from(const Value& value);
Value to_value(const DensityLine& line);
std::optional<DensityLine> density_from(const Value& value);

/// margin_mm in voxels.
std::array<std::size_t, 3> margin_of(const Settings& settings, const Scale& scale);
/// The part of the volume to read and which of its voxels count.
struct Region {
  Box3 box;     ///< of the region itself
  Box3 read;    ///< with the margin around it
  Mask3 where;  ///< over `read`; empty: all of it
};
/// Throws Error(kConfig) for a region that is not given or lies outside of the volume.
Region region_of(const Settings& settings, const Scale& scale, const Box3& whole, const std::optional<Mask3>& mask,
                 const std::string& path);

/// The last placement of a cylinder among the corrections of an input; nullptr without one.
const Edit* placed_by_hand(std::span<const Edit> corrections);
/// The settings with the cylinder of a placement in place of their own.
Settings with_placement(Settings settings, const Edit& edit);
/// Throws Error(kConfig) for a placement outside of the volume, or where nothing is placed.
void check_placement(const ImageSource& source, const Settings& own, const Edit& edit, const std::string& path);
/// "Cylinder placed by hand: REASON"
std::string placement_words(const Edit& edit);

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path);

/// Everything measured of one region, on its way to rows.
struct Measured {
  Scale scale;
  ThicknessRule rule = ThicknessRule::kToFace;
  double threshold = kNaN;
  Morphometry shape;
  Densities greys;
  std::optional<DensityLine> density;
  std::string density_from;  ///< for people
};
void add_rows(const Measured& measured, const Settings& settings, const InputFacts& facts, Outcome& out);
void add_defect_rows(const Defect& defect, const DefectBone& bone, double sensitivity, const Scale& scale,
                     const InputFacts& facts, Outcome& out);
/// PNG pictures of three slices through the middle of the region, with the outlines of its bone and of itself.
/// `read` is the box that the volume was read from; `remark` follows what each picture shows.
std::vector<Artifact> pictures(const Volume& volume, const Mask3& bone, const Mask3& where, const Scale& scale,
                               const Box3& read, const std::string& remark);
/// What a reader of the rows should know: species range, thin structures, no density.
void add_notes(const Measured& measured, const Settings& settings, const std::string& path, Outcome& out);

}  // namespace vesica::bone
