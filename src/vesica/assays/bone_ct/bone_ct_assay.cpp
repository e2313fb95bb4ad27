// SPDX-License-Identifier: Apache-2.0
// The assay `bone_ct`: what is missing, and the way from a volume to rows.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/io/images.h"

namespace vesica::bone {

namespace {

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no volume."), {reading.path, 0, 0, ""},
                say("Give a micro-CT volume: a folder of slices or a stack."));
  }
  return *images->source;
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  const ImageSource& source = source_of(reading);
  std::vector<Issue> out;
  if (!scale_of(source.info(), settings).known) {
    out.push_back(issue(Severity::kWarning, "bone.voxel_missing",
                        say("The size of a voxel is not known: lengths, surfaces and volumes are not measurable."),
                        say("How many micrometres is the edge of a voxel? Set \"voxel_um\"."), reading.path));
    out.back().setting = "voxel_um";
  }
  return out;
}

/// The line that puts grey values on densities: a scan of rods, rods given by numbers, what the file says.
void find_density(std::span<const Calibration> calibrations, const Settings& settings, const ImageInfo& info,
                  Measured& out) {
  for (const Calibration& each : calibrations) {
    if (each.role != "rods") continue;
    out.density = density_from(each.values);
    out.density_from = say("the scan of density rods");
    if (out.density) return;
  }
  if (!settings.rod_grey.empty() && settings.rod_grey.size() == settings.rod_mg_cm3.size()) {
    out.density = fit_density(settings.rod_grey, settings.rod_mg_cm3);
    out.density_from = say("the rods of the settings");
    if (out.density) return;
  }
  for (const DensityScale& each : info.densities) {
    if (each.unit != "mg/cm3") continue;
    out.density = DensityLine{each.slope, each.intercept};
    out.density_from = each.tag;
    return;
  }
}

std::optional<Mask3> mask_among(std::span<const Calibration> calibrations) {
  for (const Calibration& each : calibrations) {
    if (each.role == "voi") return mask_from(each.values);
  }
  return std::nullopt;
}

DefectSettings defect_settings(const Settings& settings) {
  DefectSettings out = {
      settings.trephine_mm, settings.trephine_slack_mm, settings.rim_mm, settings.table_mm, {}, {}, {}};
  if (settings.centre_mm.size() == 3) {
    out.centre_mm = Point3{settings.centre_mm[0], settings.centre_mm[1], settings.centre_mm[2]};
  }
  if (settings.axis.size() == 3) out.axis = Point3{settings.axis[0], settings.axis[1], settings.axis[2]};
  out.radius_mm = settings.radius_mm;
  return out;
}

std::string hint_to_place(const InputFacts& facts, const std::string& path) {
  return say("To place it by hand: vesica place STUDY \"{}\" --centre-mm X,Y,Z --reason \"...\"",
             facts.sample.empty() ? path : facts.sample);
}

/// Finds the defect, makes it the region, and adds its own rows. False when there is none to measure.
bool take_defect(const Volume& volume, const Segmented& bone, const Settings& settings, const Scale& scale,
                 const InputFacts& facts, const std::string& path, const Context& context, Mask3& where, Outcome& out) {
  if (!scale.known) {
    throw Error(ErrorKind::kConfig, say("A trephine in mm needs the size of a voxel."), {path, 0, 0, ""},
                say("Set \"voxel_um\"."));
  }
  Defect defect = find_defect(bone.bone, scale.mm, defect_settings(settings), context);
  if (!defect.problem.empty()) {
    add_defect_rows(defect, {}, kNaN, scale, facts, out);
    out.issues.push_back(issue(Severity::kError, "bone.no_defect", defect.problem,
                               say("Check \"trephine_mm\".") + " " + hint_to_place(facts, path), path));
    return false;
  }
  const double sensitivity = placement_sensitivity(volume, bone.threshold, defect, scale.mm, settings.rim_mm);
  add_defect_rows(defect, measure_defect(bone.bone, defect, scale.mm), sensitivity, scale, facts, out);
  const Point3& c = defect.cylinder.centre;
  const Point3& a = defect.cylinder.axis;
  const Edit* by_hand = placed_by_hand(facts.corrections);
  const std::string stands = say(
      "The cylinder stands at ({}, {}, {}) mm along ({}, {}, {}) with a radius of {} mm; {} of {} margin points lie "
      "on it.",
      readable_number(c[0], 5), readable_number(c[1], 5), readable_number(c[2], 5), readable_number(a[0], 4),
      readable_number(a[1], 4), readable_number(a[2], 4), readable_number(defect.cylinder.radius, 4), defect.inliers,
      defect.margin_points);
  out.issues.push_back(issue(Severity::kNote, "bone.defect_placed",
                             by_hand != nullptr ? placement_words(*by_hand) + ". " + stands : stands,
                             hint_to_place(facts, path), path));
  constexpr double kFewInliers = 0.4;  // chosen
  if (static_cast<double>(defect.inliers) < kFewInliers * static_cast<double>(defect.margin_points)) {
    out.issues.push_back(issue(Severity::kWarning, "bone.defect_doubtful",
                               say("Most of the margin does not lie on the fitted circle: the placement is doubtful."),
                               say("Look at the outlines.") + " " + hint_to_place(facts, path), path));
  }
  where = std::move(defect.where);
  return true;
}

/// Everything but rows of lengths for a volume of one grey value.
void add_nothing(const Settings& settings, const InputFacts& facts, const std::string& path, Outcome& out) {
  Measured nothing;
  parse_thickness_rule(settings.thickness_rule, nothing.rule);
  nothing.shape.thickness = nothing.shape.separation = summarise(ThicknessMap{}, 1);
  nothing.shape.thickness_has_wall = nothing.shape.separation_has_wall = false;
  add_rows(nothing, settings, facts, out);
  out.issues.push_back(issue(Severity::kError, "bone.no_threshold",
                             say("No threshold separates bone from marrow: the grey values are all alike."),
                             say("Give the threshold in \"threshold\"."), path));
}

/// The cylinder placed by hand goes before that of the settings. One that does not fit any more is said and left out.
Settings settings_in_force(const Reading& reading, const Settings& own, InputFacts& facts, Outcome& out) {
  const Edit* placement = placed_by_hand(facts.corrections);
  if (placement == nullptr) return own;
  try {
    check_placement(source_of(reading), own, *placement, reading.path);
    return with_placement(own, *placement);
  } catch (const Error& error) {
    out.issues.push_back(
        issue(Severity::kWarning, "bone.placement_unused",
              say("The placement by hand (edit {}) is not used: {}", placement->number, error.message()), error.hint(),
              reading.path));
    facts.corrections.clear();
    return own;
  }
}

Outcome measure(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                const InputFacts& stated, const Context& context) {
  const ImageSource& source = source_of(reading);
  Outcome out;
  out.issues = missing(reading, any);
  InputFacts facts = stated;
  const Settings settings = settings_in_force(reading, any.get<Settings>(), facts, out);
  const Edit* by_hand = placed_by_hand(facts.corrections);
  Measured measured;
  measured.scale = scale_of(source.info(), settings);
  parse_thickness_rule(settings.thickness_rule, measured.rule);
  Region region = region_of(settings, measured.scale, source.whole(), mask_among(calibrations), reading.path);
  if (by_hand != nullptr && settings.region == "cylinder") {
    out.issues.push_back(issue(Severity::kNote, "bone.placed_by_hand", placement_words(*by_hand) + ".",
                               hint_to_place(facts, reading.path), reading.path));
  }
  Volume volume = source.read_box(region.read);
  Segmenting how = {settings.threshold, *threshold_named(settings.threshold_method), settings.sigma_voxels,
                    static_cast<std::size_t>(settings.least_voxels)};
  std::optional<Segmented> bone = segment(volume, region.where, how, context);
  if (!bone) {
    add_nothing(settings, facts, reading.path, out);
    return out;
  }
  measured.threshold = bone->threshold;
  if (settings.region == "calvaria" &&
      !take_defect(volume, *bone, settings, measured.scale, facts, reading.path, context, region.where, out)) {
    return out;
  }
  measured.greys = mean_greys(volume, bone->bone, region.where);
  if (settings.overlays)
    out.artifacts = pictures(volume, bone->bone, region.where, measured.scale, region.read,
                             by_hand != nullptr ? placement_words(*by_hand) + "." : "");
  volume = {};
  if (settings.region == "calvaria") {
    const Box3 near = widened(box_around(region.where), margin_of(settings, measured.scale), region.read);
    bone->bone = cut(bone->bone, near);
    region.where = cut(region.where, near);
  }
  find_density(calibrations, settings, source.info(), measured);
  const Measuring what = {measured.rule, static_cast<std::size_t>(settings.mil_directions), settings.axis_number,
                          settings.model_index};
  measured.shape = measure_shape(bone->bone, region.where, measured.scale.mm, what, context);
  add_rows(measured, settings, facts, out);
  add_notes(measured, settings, reading.path, out);
  return out;
}

Calibration calibrate_rods(std::span<const Reading> readings, const Settings& settings, const Context& context) {
  std::vector<double> grey;
  for (const Reading& reading : readings) {
    const ImageSource& source = source_of(reading);
    const std::vector<double> found = rod_greys(source.read_box(source.whole()), context);
    grey.insert(grey.end(), found.begin(), found.end());
  }
  std::sort(grey.begin(), grey.end());
  std::vector<double> known = settings.rod_mg_cm3;
  std::sort(known.begin(), known.end());
  const std::string path = readings.empty() ? "" : readings.front().path;
  const std::optional<DensityLine> line =
      grey.size() == known.size() ? fit_density(grey, known) : std::optional<DensityLine>{};
  if (!line) {
    throw Error(ErrorKind::kConfig,
                say("{} rod(s) (was|were) found in the scan and {} (density is|densities are) given: a line needs two "
                    "or more of each, as many of one as of the other.",
                    grey.size(), known.size()),
                {path, 0, 0, ""}, say("Set \"rod_mg_cm3\" to the densities of the rods that the scan shows."));
  }
  return {"rods", to_value(*line), {}, ""};
}

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context& context) {
  if (role == "rods") return calibrate_rods(readings, any.get<Settings>(), context);
  if (role != "voi") {
    throw Error(ErrorKind::kConfig, say("The assay \"bone_ct\" knows no control \"{}\".", role), {},
                say("It knows: rods, voi."));
  }
  if (readings.size() != 1) {
    throw Error(ErrorKind::kConfig, say("One mask is needed, {} are given.", readings.size()), {},
                say("Give each mask a group of its own by \"controls\"."));
  }
  const ImageSource& source = source_of(readings.front());
  const Volume volume = source.read_box(source.whole());
  Mask3 mask(volume.nx, volume.ny, volume.nz);
  for (std::size_t i = 0; i < mask.voxels.size(); ++i) {
    mask.voxels[i] = volume.slope * volume.stored(i) + volume.intercept > 0 ? 1 : 0;
  }
  return {"voi", to_value(mask), {}, ""};
}

void check_correction(const Reading& reading, const AnySettings& any, const Edit& edit) {
  check_placement(source_of(reading), any.get<Settings>(), edit, reading.path);
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 7> kSources = {
    "10.1002/jbmr.141",    "10.1046/j.1365-2818.1997.1340694.x", "10.1016/8756-3282(93)90245-6", "10.1007/BF00540446",
    "10.1145/37401.37422", "10.12688/wellcomeopenres.16619.1",   "10.1080/01495739708936692"};
constexpr std::array<std::string_view, 35> kQuantities = {"bone.tissue_volume",
                                                          "bone.bone_volume",
                                                          "bone.volume_fraction",
                                                          "bone.surface",
                                                          "bone.surface_per_bone_volume",
                                                          "bone.surface_density",
                                                          "bone.trabecular_thickness",
                                                          "bone.trabecular_thickness.to_centre",
                                                          "bone.trabecular_thickness.imagej",
                                                          "bone.trabecular_separation",
                                                          "bone.trabecular_separation.to_centre",
                                                          "bone.trabecular_separation.imagej",
                                                          "bone.thickness_median",
                                                          "bone.thickness_max",
                                                          "bone.separation_median",
                                                          "bone.separation_max",
                                                          "bone.thickness_share",
                                                          "bone.separation_share",
                                                          "bone.trabecular_number.ratio",
                                                          "bone.trabecular_number.axis",
                                                          "bone.trabecular_number.plate",
                                                          "bone.euler_number",
                                                          "bone.connectivity_density",
                                                          "bone.anisotropy.ratio",
                                                          "bone.anisotropy.bonej",
                                                          "bone.structure_model_index",
                                                          "bone.mineral_density",
                                                          "bone.tissue_mineral_density",
                                                          "bone.threshold",
                                                          "bone.defect.closure",
                                                          "bone.defect.bridged",
                                                          "bone.defect.thickness",
                                                          "bone.defect.outside_margin",
                                                          "bone.defect.placement_sensitivity",
                                                          "bone.defect.radius"};
constexpr std::array<std::string_view, 2> kRoles = {"rods", "voi"};

}  // namespace

}  // namespace vesica::bone

namespace vesica {

const Assay kBoneCtAssay = {
    "bone_ct",
    "Bone micro-CT",
    "Bone volume, thickness, separation, connectivity, anisotropy and density of a region of a micro-CT volume, and "
    "round defects of the skull.",
    bone::kSources,
    bone::kQuantities,
    kVolumeFormats,
    bone::kRoles,
    false,
    bone::make_settings,
    bone::missing,
    bone::calibrate,
    bone::measure,
    nullptr,
    nullptr,
    bone::check_correction,
};

}  // namespace vesica
