// SPDX-License-Identifier: Apache-2.0
// The cylinder that a user placed by hand, in place of the one of the settings or the one found.
#include <cmath>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica::bone {

namespace {

constexpr std::string_view kCylinder = "cylinder";

/// The numbers of a field; empty unless all are finite.
std::vector<double> numbers_of(const Value& geometry, std::string_view name) {
  std::vector<double> out;
  const Value* field = geometry.find(name);
  if (field == nullptr) return out;
  for (const Value& each : field->items) {
    if (!each.is_number() || !std::isfinite(each.number)) return {};
    out.push_back(each.number);
  }
  return out;
}

std::optional<double> number_of(const Value& geometry, std::string_view name) {
  const Value* field = geometry.find(name);
  if (field == nullptr || !field->is_number() || !std::isfinite(field->number)) return std::nullopt;
  return field->number;
}

std::string triple(double x, double y, double z) {
  return "(" + readable_number(x, 5) + ", " + readable_number(y, 5) + ", " + readable_number(z, 5) + ")";
}

[[noreturn]] void refuse(std::string what, std::string hint, const std::string& path) {
  throw Error(ErrorKind::kConfig, std::move(what), {path, 0, 0, ""}, std::move(hint));
}

void check_inside(const Settings& settings, const Scale& scale, const Box3& whole, const std::string& path) {
  const std::array<double, 3> size = {static_cast<double>(whole.x1) * scale.mm[0],
                                      static_cast<double>(whole.y1) * scale.mm[1],
                                      static_cast<double>(whole.z1) * scale.mm[2]};
  const std::vector<double>& c = settings.centre_mm;
  for (std::size_t a = 0; a < 3; ++a) {
    if (c[a] >= 0 && c[a] <= size[a]) continue;
    refuse(say("The centre {} mm lies outside of the volume, which reaches from (0, 0, 0) to {} mm.",
               triple(c[0], c[1], c[2]), triple(size[0], size[1], size[2])),
           say("Millimetres count from the corner of the first voxel: voxel number times voxel size. Check the numbers "
               "and "
               "their order x, y, z."),
           path);
  }
}

}  // namespace

const Edit* placed_by_hand(std::span<const Edit> corrections) {
  for (auto edit = corrections.rbegin(); edit != corrections.rend(); ++edit) {
    if (edit->kind == kCylinder) return &*edit;
  }
  return nullptr;
}

Settings with_placement(Settings settings, const Edit& edit) {
  settings.centre_mm = numbers_of(edit.geometry, "centre_mm");
  const std::vector<double> axis = numbers_of(edit.geometry, "axis");
  if (!axis.empty()) settings.axis = axis;
  if (const auto radius = number_of(edit.geometry, "radius_mm")) settings.radius_mm = radius;
  if (const auto height = number_of(edit.geometry, "height_mm")) settings.height_mm = height;
  return settings;
}

void check_placement(const ImageSource& source, const Settings& own, const Edit& edit, const std::string& path) {
  if (edit.kind != kCylinder)
    refuse(say("The assay \"bone_ct\" knows no correction of the kind \"{}\".", edit.kind), say("It knows: cylinder."),
           path);
  if (own.region != "calvaria" && own.region != kCylinder)
    refuse(say("The region of this input is \"{}\": it has no cylinder that could be placed.", own.region),
           say("Set \"region\" to \"calvaria\" or \"cylinder\" first."), path);
  const Settings settings = with_placement(own, edit);
  const Scale scale = scale_of(source.info(), settings);
  if (!scale.known) refuse(say("A cylinder in mm needs the size of a voxel."), say("Set \"voxel_um\"."), path);
  if (settings.centre_mm.size() != 3 || !(settings.axis.empty() || settings.axis.size() == 3) ||
      settings.radius_mm.value_or(1) <= 0 || settings.height_mm.value_or(1) <= 0)
    refuse(say("The placement does not say where the cylinder stands."),
           say("Give its centre, and its axis, radius and height where they differ from the settings."), path);
  check_inside(settings, scale, source.whole(), path);
  if (settings.axis.size() == 3 && !(std::hypot(settings.axis[0], settings.axis[1], settings.axis[2]) > 0))
    refuse(say("The axis has no direction."), say("Check \"axis\"."), path);
  if (own.region == "calvaria" && edit.geometry.find("height_mm") != nullptr)
    refuse(say("The height of a cylinder in the skull follows the tables of the bone."),
           say("Leave the height out; \"table_mm\" says how far beyond the tables it reaches."), path);
  if (own.region == kCylinder) region_of(settings, scale, source.whole(), std::nullopt, path);
}

std::string placement_words(const Edit& edit) { return say("Cylinder placed by hand: {}", edit.reason); }

}  // namespace vesica::bone
