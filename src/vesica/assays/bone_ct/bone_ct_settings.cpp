// SPDX-License-Identifier: Apache-2.0
// Settings of the assay, regions asked for by them, and what calibrations hold.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::bone {

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 5> kRegions = {"whole", "box", "cylinder", "mask", "calvaria"};
  static constexpr std::array<std::string_view, 3> kRules = {"to_face", "to_centre", "imagej"};
  static constexpr std::array<std::string_view, 5> kSpecies = {"unknown", "mouse", "rat", "rabbit", "human"};
  fields.optional_number(
      "voxel_um", voxel_um,
      {.unit = "um", .low = 0.01, .high = 10000, .help = "Edge of a voxel; empty: as the file says."});
  fields.optional_number("voxel_z_um", voxel_z_um,
                         {.unit = "um",
                          .low = 0.01,
                          .high = 10000,
                          .help = "Distance of the slices; empty: as the file says, or voxel_um when that is given."});
  fields.choice(
      "region", region, kRegions,
      {.help = "What is measured: the whole volume, a box, a cylinder, the mask given with the role \"voi\", or "
               "a round defect of the skull that is found by itself."});
  fields.numbers("box", box,
                 {.low = 0, .high = 1e6, .help = "Region box: first voxel x, y, z, then the voxel after the last."});
  fields.numbers(
      "centre_mm", centre_mm,
      {.unit = "mm",
       .low = -1e5,
       .high = 1e5,
       .help = "Centre x, y, z of the cylinder from the volume's first corner; for the skull: placed by hand."});
  fields.numbers(
      "axis", axis,
      {.low = -1, .high = 1, .help = "Direction x, y, z of the cylinder; empty: along z, for the skull found."});
  fields.optional_number(
      "radius_mm", radius_mm,
      {.unit = "mm", .low = 0.001, .high = 1000, .help = "Radius of the cylinder; for the skull: fixed."});
  fields.optional_number("height_mm", height_mm,
                         {.unit = "mm", .low = 0.001, .high = 1000, .help = "Height of the cylinder."});
  fields.number("margin_mm", margin_mm,
                {.unit = "mm",
                 .low = 0,
                 .high = 100,
                 .help = "Read around the region, so that its wall cuts no ball of the thickness."});
  fields.optional_number("threshold", threshold,
                         {.help = "Bone is above this grey value of the file; empty: threshold_method decides."});
  fields.choice("threshold_method", threshold_method, threshold_names(),
                {.help = "Automatic threshold from the region's histogram, under ImageJ's names."});
  fields.number("sigma_voxels", sigma_voxels,
                {.low = 0, .high = 5, .help = "SD of a Gaussian before the threshold, in voxels; 0: none."});
  fields.integer("least_voxels", least_voxels,
                 {.low = 0, .high = 1000000000, .help = "Parts of bone or marrow with fewer voxels go; 0: all stay."});
  fields.choice("thickness_rule", thickness_rule, kRules,
                {.help = "How far a ball reaches: to the faces of voxels (unbiased), to their centres, or as BoneJ."});
  fields.integer("mil_directions", mil_directions,
                 {.low = 0, .high = 10000, .help = "Directions for the anisotropy; 0: none."});
  fields.flag("axis_number", axis_number, {.help = "Report the trabecular number from mid-axes."});
  fields.flag("model_index", model_index, {.help = "Report the structure model index, flagged."});
  fields.flag("histograms", histograms, {.help = "Report the distributions of thickness and separation, a row a bin."});
  fields.flag("overlays", overlays, {.help = "Draw bone and region on three slices."});
  fields.choice("species", species, kSpecies, {.help = "Whose bone it is: for the check of what is plausible."});
  fields.numbers("rod_grey", rod_grey,
                 {.help = "Mean grey values of density rods, when no scan of them has the role \"rods\"."});
  fields.numbers("rod_mg_cm3", rod_mg_cm3,
                 {.unit = "mg/cm3", .low = -100, .high = 4000, .help = "Hydroxyapatite densities of the rods."});
  fields.number("trephine_mm", trephine_mm,
                {.unit = "mm", .low = 0.05, .high = 100, .help = "Skull: radius of the trephine."});
  fields.number("trephine_slack_mm", trephine_slack_mm,
                {.unit = "mm", .low = 0, .high = 5, .help = "Skull: the fitted radius may differ by this."});
  fields.number("rim_mm", rim_mm,
                {.unit = "mm", .low = 0, .high = 5, .help = "Skull: residue of old bone at the margin, left out."});
  fields.number("table_mm", table_mm,
                {.unit = "mm", .low = 0, .high = 5, .help = "Skull: the region reaches this far beyond the tables."});
}

Scale scale_of(const ImageInfo& info, const Settings& settings) {
  constexpr double kMmPerUm = 1e-3;
  Scale out;
  const Known x = given_or(settings.voxel_um, "setting voxel_um", info.voxel_um[0]);
  const Known y = given_or(settings.voxel_um, "setting voxel_um", info.voxel_um[1]);
  Known z = given_or(settings.voxel_z_um, "setting voxel_z_um", info.voxel_um[2]);
  if (settings.voxel_um && !settings.voxel_z_um) z = x;
  out.known = x.known() && y.known() && z.known() && x.value > 0 && y.value > 0 && z.value > 0;
  if (out.known) out.mm = {x.value * kMmPerUm, y.value * kMmPerUm, z.value * kMmPerUm};
  return out;
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const std::string& path) {
  return {severity, kind, std::move(message), {path, 0, 0, ""}, std::move(hint), path, ""};
}

namespace {

[[noreturn]] void refuse(std::string what, std::string hint, const std::string& path) {
  throw Error(ErrorKind::kConfig, std::move(what), {path, 0, 0, ""}, std::move(hint));
}

Box3 wanted_box(const std::vector<double>& numbers, const Box3& whole, const std::string& path) {
  if (numbers.size() != 6) {
    refuse(say("A box needs six numbers, there are {}.", numbers.size()),
           say("Set \"box\" to the first voxel x, y, z and the voxel after the last."), path);
  }
  const auto index = [&](std::size_t i) { return static_cast<std::size_t>(std::max(0.0, std::round(numbers[i]))); };
  const Box3 out = {index(0),
                    index(1),
                    index(2),
                    std::min(index(3), whole.x1),
                    std::min(index(4), whole.y1),
                    std::min(index(5), whole.z1)};
  if (out.x1 <= out.x0 || out.y1 <= out.y0 || out.z1 <= out.z0) {
    refuse(say("The box lies outside of the volume of {} x {} x {} voxels.", whole.x1, whole.y1, whole.z1),
           say("Check \"box\"."), path);
  }
  return out;
}

Cylinder wanted_cylinder(const Settings& settings, const std::string& path) {
  if (settings.centre_mm.size() != 3 || !settings.radius_mm || !settings.height_mm ||
      !(settings.axis.empty() || settings.axis.size() == 3)) {
    refuse(say("A cylinder needs a centre of three numbers, a radius and a height."),
           say("Set \"centre_mm\", \"radius_mm\" and \"height_mm\", and \"axis\" when it does not stand along z."),
           path);
  }
  Cylinder out;
  out.centre = {settings.centre_mm[0], settings.centre_mm[1], settings.centre_mm[2]};
  out.radius = *settings.radius_mm;
  out.half_height = *settings.height_mm / 2;
  if (settings.axis.empty()) return out;
  const double length = std::hypot(settings.axis[0], settings.axis[1], settings.axis[2]);
  if (!(length > 0)) refuse(say("The axis has no direction."), say("Check \"axis\"."), path);
  for (std::size_t a = 0; a < 3; ++a) out.axis[a] = settings.axis[a] / length;
  return out;
}

}  // namespace

std::array<std::size_t, 3> margin_of(const Settings& settings, const Scale& scale) {
  std::array<std::size_t, 3> out{};
  for (std::size_t a = 0; a < 3; ++a) {
    out[a] = static_cast<std::size_t>(std::min(1e6, std::ceil(settings.margin_mm / scale.mm[a])));
  }
  return out;
}

Region region_of(const Settings& settings, const Scale& scale, const Box3& whole, const std::optional<Mask3>& mask,
                 const std::string& path) {
  Region out;
  const std::array<std::size_t, 3> margin = margin_of(settings, scale);
  if (settings.region == "whole" || settings.region == "calvaria") {
    out.box = out.read = whole;
  } else if (settings.region == "box") {
    out.box = wanted_box(settings.box, whole, path);
    out.read = widened(out.box, margin, whole);
    if (out.read == out.box) return out;
    out.where = Mask3(out.read.nx(), out.read.ny(), out.read.nz());
    for (std::size_t z = out.box.z0; z < out.box.z1; ++z) {
      for (std::size_t y = out.box.y0; y < out.box.y1; ++y) {
        std::uint8_t* row =
            out.where.voxels.data() + out.where.index(out.box.x0 - out.read.x0, y - out.read.y0, z - out.read.z0);
        std::fill(row, row + out.box.nx(), std::uint8_t{1});
      }
    }
  } else if (settings.region == "cylinder") {
    if (!scale.known) refuse(say("A cylinder in mm needs the size of a voxel."), say("Set \"voxel_um\"."), path);
    const Cylinder cylinder = wanted_cylinder(settings, path);
    out.box = box_of(cylinder, scale.mm, whole);
    if (out.box.voxels() == 0)
      refuse(say("The cylinder lies outside of the volume."), say("Check \"centre_mm\"."), path);
    out.read = widened(out.box, margin, whole);
    out.where = mask_of(cylinder, scale.mm, out.read);
  } else {
    if (!mask) refuse(say("The region is a mask, and none is given."), say("Give a volume the role \"voi\"."), path);
    if (mask->nx != whole.x1 || mask->ny != whole.y1 || mask->nz != whole.z1) {
      refuse(say("The mask has {} x {} x {} voxels, the volume {} x {} x {}.", mask->nx, mask->ny, mask->nz, whole.x1,
                 whole.y1, whole.z1),
             say("Draw the mask on this volume."), path);
    }
    out.box = box_around(*mask);
    if (out.box.x1 == 0) refuse(say("The mask is empty."), say("Draw the mask on this volume."), path);
    out.read = widened(out.box, margin, whole);
    out.where = cut(*mask, out.read);
  }
  return out;
}

Value to_value(const Mask3& mask) {
  std::string runs;
  std::uint8_t phase = 0;
  std::size_t length = 0;
  for (const std::uint8_t each : mask.voxels) {
    if ((each != 0) != (phase != 0)) {
      runs += std::to_string(length) + " ";
      phase = each != 0 ? 1 : 0;
      length = 0;
    }
    ++length;
  }
  runs += std::to_string(length);
  Value out = Value::table();
  out.set("nx", Value::of(static_cast<std::int64_t>(mask.nx)));
  out.set("ny", Value::of(static_cast<std::int64_t>(mask.ny)));
  out.set("nz", Value::of(static_cast<std::int64_t>(mask.nz)));
  out.set("runs", Value::of(runs));
  return out;
}

std::optional<Mask3> mask_from(const Value& value) {
  constexpr std::int64_t kLongest = 100000;  // voxels a side; chosen: beyond any scanner
  std::array<std::int64_t, 3> size{};
  constexpr std::array<const char*, 3> kNames = {"nx", "ny", "nz"};
  for (std::size_t a = 0; a < 3; ++a) {
    const Value* each = value.find(kNames[a]);
    if (each == nullptr || each->integer < 1 || each->integer > kLongest) return std::nullopt;
    size[a] = each->integer;
  }
  const Value* runs = value.find("runs");
  if (runs == nullptr) return std::nullopt;
  const auto total = static_cast<std::size_t>(size[0] * size[1] * size[2]);
  std::vector<std::size_t> lengths;
  std::size_t sum = 0;
  const char* at = runs->text.data();
  const char* end = at + runs->text.size();
  while (at < end) {
    std::size_t length = 0;
    const auto [next, problem] = std::from_chars(at, end, length);
    if (problem != std::errc{} || length > total) return std::nullopt;
    sum += length;
    lengths.push_back(length);
    at = next < end ? next + 1 : next;
  }
  if (sum != total) return std::nullopt;
  Mask3 out(static_cast<std::size_t>(size[0]), static_cast<std::size_t>(size[1]), static_cast<std::size_t>(size[2]));
  auto to = out.voxels.begin();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    to = std::fill_n(to, lengths[i], static_cast<std::uint8_t>(i % 2));
  }
  return out;
}

Value to_value(const DensityLine& line) {
  Value out = Value::table();
  out.set("slope", Value::of(line.slope));
  out.set("intercept", Value::of(line.intercept));
  return out;
}

std::optional<DensityLine> density_from(const Value& value) {
  const Value *slope = value.find("slope"), *intercept = value.find("intercept");
  if (slope == nullptr || intercept == nullptr || !std::isfinite(slope->number) || !std::isfinite(intercept->number)) {
    return std::nullopt;
  }
  return DensityLine{slope->number, intercept->number};
}

}  // namespace vesica::bone
