// SPDX-License-Identifier: Apache-2.0
// Bone of known shape through the whole assay: closed forms, regions, density, skulls, degenerate volumes, real bone.
#include "vesica/assays/bone_ct/bone_ct.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>

#include "phantoms/bone.h"
#include <gtest/gtest.h>

#include "vesica/assays/bone_ct/bone_ct_parts.h"
#include "vesica/base/random.h"
#include "vesica/data/image_source.h"
#include "vesica/io/images.h"

namespace vesica::bone {

namespace {

constexpr double kPi = std::numbers::pi;

Context threads(int n) {
  Context out;
  out.threads = n;
  return out;
}

Reading reading_of(Volume volume, ImageInfo info = {}) {
  Reading out;
  out.path = "bone.tif";
  out.format = "tiff";
  for (std::size_t a = 0; a < 3; ++a) {
    if (std::isfinite(volume.voxel_um[a])) info.voxel_um[a] = {volume.voxel_um[a], KnownFrom::kTag, "test"};
  }
  out.data = std::make_shared<const ReadingData>(ImageReading{memory_volume(std::move(info), std::move(volume))});
  return out;
}

Settings quick() {
  Settings out;
  out.mil_directions = 40;
  return out;
}

Outcome run(const Reading& reading, const Settings& settings, std::span<const Calibration> calibrations = {}) {
  InputFacts facts;
  facts.source = "bone_ct";
  return kBoneCtAssay.measure(reading, calibrations, AnySettings::of(settings), facts, threads(2));
}

/// The row without a position; one with status "absent" when there is none.
Observation row_of(const Outcome& outcome, std::string_view quantity) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    if (outcome.observations.quantity(i) == quantity) return outcome.observations.row(i);
  }
  ADD_FAILURE() << "no row of " << quantity;
  return {};
}
double value_of(const Outcome& outcome, std::string_view quantity) { return row_of(outcome, quantity).value; }
bool has_issue(const Outcome& outcome, std::string_view kind) {
  return std::any_of(outcome.issues.begin(), outcome.issues.end(),
                     [&](const Issue& each) { return each.kind == kind; });
}

BonePhantomSettings phantom(const std::string& shape, std::int64_t size = 48) {
  BonePhantomSettings out;
  out.shape = shape;
  out.size = size;
  out.scan.voxel_um = 50;
  return out;
}
Reading scan(const BonePhantomSettings& s, std::uint64_t seed = 1) {
  const auto n = static_cast<std::size_t>(s.size);
  return reading_of(scan_bone(bone_shape(s), n, n, n, s.scan, seed));
}

/// A cylinder of balls on a lattice, straight from the definition.
Mask3 lattice_of_balls(std::size_t n, double period, double radius) {
  Mask3 out(n, n, n);
  for (std::size_t z = 0; z < n; ++z) {
    for (std::size_t y = 0; y < n; ++y) {
      for (std::size_t x = 0; x < n; ++x) {
        const auto away = [&](std::size_t i) {
          const double at = static_cast<double>(i) + 0.5;
          return at - period * (std::floor(at / period) + 0.5);
        };
        out.at(x, y, z) = std::hypot(away(x), away(y), away(z)) < radius ? 1 : 0;
      }
    }
  }
  return out;
}

}  // namespace

TEST(BoneCt, PlatesReadTheirClosedForms) {
  BonePhantomSettings plates = phantom("plates", 48);
  plates.thickness_um = 400;  // 8 voxels of 16 a period, and 3 periods
  plates.period_um = 800;
  const Outcome out = run(scan(plates), quick());
  EXPECT_NEAR(value_of(out, "bone.volume_fraction"), 0.5, 0.005);
  EXPECT_NEAR(value_of(out, "bone.tissue_volume"), 2.4 * 2.4 * 2.4, 1e-9);
  EXPECT_NEAR(value_of(out, "bone.trabecular_thickness"), 0.4, 0.004);
  EXPECT_NEAR(value_of(out, "bone.thickness_median"), 0.4, 1e-6);
  EXPECT_NEAR(value_of(out, "bone.surface_density"), 2 / 0.8, 0.02 * 2.5);
  EXPECT_NEAR(value_of(out, "bone.trabecular_number.ratio"), 0.5 / 0.4, 0.02);
  EXPECT_NEAR(value_of(out, "bone.trabecular_number.plate"), 1 / 0.8, 0.02 * 1.25);
  EXPECT_NEAR(value_of(out, "bone.trabecular_number.axis"), 1 / 0.8, 0.2);
  EXPECT_GT(value_of(out, "bone.anisotropy.bonej"), 0.95);
  EXPECT_NEAR(value_of(out, "bone.structure_model_index"), 0, 0.1);
  double shares = 0;
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.quantity(i) == "bone.thickness_share") shares += out.observations.value(i);
  }
  EXPECT_NEAR(shares, 1, 1e-9);
  EXPECT_TRUE(has_issue(out, "bone.no_density"));
}

TEST(BoneCt, RodsAndBallsReadTheirClosedForms) {
  BonePhantomSettings rods = phantom("rods", 48);
  rods.thickness_um = 600, rods.period_um = 1200;  // 12 of 24 voxels
  const Outcome of_rods = run(scan(rods), quick());
  EXPECT_NEAR(value_of(of_rods, "bone.volume_fraction"), kPi * 0.09 / 1.44, 0.004);
  EXPECT_NEAR(value_of(of_rods, "bone.surface_density"), kPi * 0.6 / 1.44, 0.03 * 1.31);
  EXPECT_NEAR(value_of(of_rods, "bone.thickness_median"), 0.6, 0.08);
  EXPECT_NEAR(value_of(of_rods, "bone.connectivity_density"), 1 / std::pow(2.4, 3), 1e-6);  // a rod through adds 0
  BonePhantomSettings balls = phantom("balls", 48);
  balls.thickness_um = 1000, balls.period_um = 1200;
  const Outcome of_balls = run(scan(balls), quick());
  EXPECT_NEAR(value_of(of_balls, "bone.volume_fraction"), kPi / 6 / std::pow(1.2, 3), 0.004);
  EXPECT_NEAR(value_of(of_balls, "bone.surface_density"), kPi / std::pow(1.2, 3), 0.03 * 1.82);
  EXPECT_EQ(value_of(of_balls, "bone.euler_number"), 1);  // of the largest part
}

TEST(BoneCt, TorusHasOneTunnel) {
  BonePhantomSettings torus = phantom("torus", 40);
  torus.thickness_um = 400;
  const Outcome out = run(scan(torus), quick());
  EXPECT_EQ(value_of(out, "bone.euler_number"), 0);
  EXPECT_NEAR(value_of(out, "bone.connectivity_density"), 1 / 8.0, 1e-9);
}

TEST(BoneCt, WallOfATiltedCylinderCutsNoBall) {
  const Mask3 bone = lattice_of_balls(48, 12, 5);
  const double c = std::cos(0.35), s = std::sin(0.35);
  const Cylinder cylinder = {{24, 24, 24}, {s, 0, c}, 15, 16};
  const Box3 whole = {0, 0, 0, 48, 48, 48};
  EXPECT_EQ(box_of(cylinder, {1, 1, 1}, whole).nx(), 40U);  // 2 (15 c + 16 s) = 39.1, at voxels' edges
  const Mask3 where = mask_of(cylinder, {1, 1, 1}, whole);
  const Measuring how = {ThicknessRule::kToCentre, 0, false, false};
  const Morphometry cut = measure_shape(bone, where, {1, 1, 1}, how, threads(2));
  const Morphometry free = measure_shape(bone, {}, {1, 1, 1}, how, threads(2));
  EXPECT_NEAR(static_cast<double>(cut.tissue_voxels), kPi * 225 * 32, 0.01 * kPi * 225 * 32);
  EXPECT_NEAR(cut.thickness.max, free.thickness.max, 1e-6);
  EXPECT_NEAR(cut.thickness.mean, free.thickness.mean, 0.02 * free.thickness.mean);
  // Cut to the cylinder first, the balls would read smaller.
  Mask3 alone = bone;
  for (std::size_t i = 0; i < alone.voxels.size(); ++i) alone.voxels[i] = bone.voxels[i] & where.voxels[i];
  EXPECT_LT(measure_shape(alone, where, {1, 1, 1}, how, threads(2)).thickness.mean, 0.97 * cut.thickness.mean);
  // The wall is no surface: the area is that of the lattice, by volume.
  EXPECT_NEAR(cut.surface / cut.tissue_volume, free.surface / free.tissue_volume,
              0.05 * free.surface / free.tissue_volume);
}

TEST(BoneCt, BoxReadsOnlyItsBoxAndMargin) {
  BonePhantomSettings balls = phantom("balls", 48);
  balls.thickness_um = 1000, balls.period_um = 1200;
  const Reading reading = scan(balls);
  Settings settings = quick();
  settings.region = "box";
  settings.box = {12, 12, 12, 36, 36, 36};  // one period around the corner of eight balls
  settings.margin_mm = 0.6;
  const Outcome out = run(reading, settings);
  EXPECT_NEAR(value_of(out, "bone.tissue_volume"), std::pow(1.2, 3), 1e-9);
  EXPECT_NEAR(value_of(out, "bone.volume_fraction"), kPi / 6 / std::pow(1.2, 3), 0.004);
  EXPECT_NEAR(value_of(out, "bone.thickness_max"), 1, 0.1);  // balls that the wall cuts to an eighth
  settings.box = {12, 12};
  EXPECT_THROW(run(reading, settings), Error);
  settings.box = {60, 0, 0, 70, 10, 10};
  EXPECT_THROW(run(reading, settings), Error);
  settings.region = "cylinder";
  EXPECT_THROW(run(reading, settings), Error);
  settings.region = "mask";
  EXPECT_THROW(run(reading, settings), Error);
}

TEST(BoneCt, MaskFileIsTheRegion) {
  BonePhantomSettings plates = phantom("plates", 32);
  plates.thickness_um = 400, plates.period_um = 800;
  Volume drawn = make_volume(32, 32, 32, 8);
  for (std::size_t z = 8; z < 24; ++z)
    for (std::size_t y = 4; y < 28; ++y)
      for (std::size_t x = 4; x < 28; ++x) drawn.bytes[drawn.index(x, y, z)] = 255;
  const Reading mask = reading_of(drawn);
  Settings settings = quick();
  settings.region = "mask";
  const Calibration voi = kBoneCtAssay.calibrate(std::span(&mask, 1), "voi", AnySettings::of(settings), threads(1));
  const Outcome out = run(scan(plates), settings, std::span(&voi, 1));
  EXPECT_NEAR(value_of(out, "bone.tissue_volume"), 24 * 24 * 16 * std::pow(0.05, 3), 1e-9);
  EXPECT_NEAR(value_of(out, "bone.volume_fraction"), 0.5, 0.01);
  EXPECT_THROW(kBoneCtAssay.calibrate(std::span(&mask, 1), "blank", AnySettings::of(settings), threads(1)), Error);
  const std::optional<Mask3> back = mask_from(voi.values);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->at(4, 4, 8), 1);
  EXPECT_EQ(back->at(3, 4, 8), 0);
  Value broken = voi.values;
  broken.set("runs", Value::of("1 2 3"));
  EXPECT_FALSE(mask_from(broken).has_value());
}

TEST(BoneCt, DensityComesFromRodsOrNotAtAll) {
  // Two rods of known density in air.
  Volume rods = make_volume(40, 24, 20, 16);
  for (std::size_t z = 0; z < 20; ++z)
    for (std::size_t y = 0; y < 24; ++y)
      for (std::size_t x = 0; x < 40; ++x) {
        const double a = std::hypot(static_cast<double>(x) - 10, static_cast<double>(y) - 12);
        const double b = std::hypot(static_cast<double>(x) - 29, static_cast<double>(y) - 12);
        rods.words[rods.index(x, y, z)] = static_cast<std::uint16_t>(a < 7 ? 12000 : b < 7 ? 20000 : 1000);
      }
  const Reading reading = reading_of(rods);
  Settings settings = quick();
  settings.rod_mg_cm3 = {750, 250};
  const Calibration line =
      kBoneCtAssay.calibrate(std::span(&reading, 1), "rods", AnySettings::of(settings), threads(1));
  BonePhantomSettings plates = phantom("plates", 32);
  plates.thickness_um = 400, plates.period_um = 800, plates.scan.noise = 0;
  const Outcome out = run(scan(plates), settings, std::span(&line, 1));
  const auto density = [](double grey) { return 250 + (grey - 12000) * 500 / 8000; };
  EXPECT_NEAR(value_of(out, "bone.tissue_mineral_density"), density(30000), 0.5);
  EXPECT_NEAR(value_of(out, "bone.mineral_density"), density((30000 + 8000) / 2), 1);
  settings.rod_mg_cm3 = {250};
  EXPECT_THROW(kBoneCtAssay.calibrate(std::span(&reading, 1), "rods", AnySettings::of(settings), threads(1)), Error);
  const Outcome none = run(scan(plates), quick());
  EXPECT_EQ(row_of(none, "bone.mineral_density").status, Status::kNotMeasurable);
  ImageInfo attenuation;
  attenuation.densities = {{"1/cm", 1e-4, 0, "SkyScan CS to image conversion"}};
  const Outcome only = run(reading_of(scan_bone(bone_shape(plates), 32, 32, 32, plates.scan, 1), attenuation), quick());
  EXPECT_EQ(row_of(only, "bone.mineral_density").status, Status::kNotMeasurable) << "attenuation alone is no density";
  EXPECT_FALSE(fit_density(std::array{1.0, 1.0}, std::array{1.0, 2.0}).has_value());
}

TEST(BoneCt, ImplausibleForTheSpecies) {
  BonePhantomSettings plates = phantom("plates", 32);
  plates.thickness_um = 400, plates.period_um = 800;
  Settings settings = quick();
  settings.species = "rat";
  EXPECT_TRUE(has_issue(run(scan(plates), settings), "bone.implausible"));
  settings.voxel_um = 12.5;
  EXPECT_FALSE(has_issue(run(scan(plates), settings), "bone.implausible"));
}

TEST(BoneCt, WithoutAVoxelSizeLengthsAreRefused) {
  BonePhantomSettings plates = phantom("plates", 24);
  Volume volume = scan_bone(bone_shape(plates), 24, 24, 24, plates.scan, 1);
  volume.voxel_um = {kNaN, kNaN, kNaN};
  const Outcome out = run(reading_of(volume), quick());
  EXPECT_EQ(row_of(out, "bone.trabecular_thickness").status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(out, "bone.surface").status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(out, "bone.volume_fraction").status, Status::kOk);
  EXPECT_TRUE(has_issue(out, "bone.voxel_missing"));
}

TEST(BoneCt, NothingToMeasure) {
  for (const std::size_t n : {1U, 5U}) {
    Volume flat = make_volume(n, n, n, 8);
    flat.voxel_um = {10, 10, 10};
    EXPECT_TRUE(has_issue(run(reading_of(flat), quick()), "bone.no_threshold"));
    Settings settings = quick();
    settings.threshold = 10;
    const Outcome empty = run(reading_of(flat), settings);
    EXPECT_EQ(value_of(empty, "bone.volume_fraction"), 0);
    EXPECT_EQ(row_of(empty, "bone.trabecular_thickness").status, Status::kNoObjects);
    EXPECT_EQ(row_of(empty, "bone.trabecular_separation").status, Status::kNotMeasurable);
    settings.threshold = -1;
    const Outcome full = run(reading_of(flat), settings);
    EXPECT_EQ(value_of(full, "bone.volume_fraction"), 1);
    EXPECT_EQ(row_of(full, "bone.trabecular_thickness").status, Status::kNotMeasurable);
    settings.region = "calvaria";
    EXPECT_TRUE(has_issue(run(reading_of(flat), settings), "bone.no_defect"));
  }
}

TEST(BoneCt, MidAxesOfAPlate) {
  Mask3 plate(16, 16, 16);
  for (std::size_t z = 5; z < 12; ++z) std::fill_n(plate.voxels.begin() + static_cast<std::ptrdiff_t>(z * 256), 256, 1);
  const Mask3 axes = mid_axes(plate, threads(1));
  for (std::size_t z = 0; z < 16; ++z) EXPECT_EQ(axes.at(8, 8, z), z == 8 ? 1 : 0);
}

/// The placed cylinder against the true one, and BV/TV in its region within `tolerance`, relative.
void expect_truth(const CalvariaSettings& settings, std::uint64_t seed, double tolerance) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const Calvaria truth = calvaria(settings, seed);
  const Volume volume = scan_bone(truth.bone, truth.nx, truth.ny, truth.nz, settings.scan, seed);
  const double edge = settings.scan.voxel_um * 1e-3;
  const Segmented bone = *segment(volume, {}, {}, threads(2));
  const Defect defect = find_defect(bone.bone, {edge, edge, edge}, {}, threads(2));
  ASSERT_TRUE(defect.problem.empty()) << defect.problem;
  double off = 0, along = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    off += std::pow(defect.cylinder.centre[a] - truth.centre[a], 2);
    along += defect.cylinder.axis[a] * truth.axis[a];
  }
  EXPECT_LT(std::sqrt(off), 2 * edge);
  EXPECT_GT(along, std::cos(1 * kPi / 180));
  double tissue = 0, filled = 0;
  for (std::size_t i = 0; i < bone.bone.voxels.size(); ++i) {
    tissue += defect.where.voxels[i];
    filled += defect.where.voxels[i] & bone.bone.voxels[i];
  }
  const double share = filled_share(truth.bone, truth.region, truth.nx, truth.ny, truth.nz, edge, 2);
  EXPECT_NEAR(filled / tissue, share, tolerance * share);
  EXPECT_EQ(measure_defect(bone.bone, defect, {edge, edge, edge}).bridged, truth.bridged);
}

// Voxels of 100 um: seven in the skull's thickness; their steps alone move a thin ring of bone by some percent.
TEST(BoneCtSkull, TiltedOffCentreWithIslands) { expect_truth({}, 3, 0.05); }

TEST(BoneCtSkullSlow, AtHalfTheVoxelWithinThreePercent) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    CalvariaSettings settings;
    Random random(seed, 5);
    settings.scan.voxel_um = 50;
    settings.tilt_deg = random.uniform(-12, 12);
    settings.off_centre_mm = random.uniform(-0.8, 0.8);
    settings.ingrowth_mm = random.uniform(0.1, 0.8);
    settings.bridge = seed == 2;
    settings.islands = static_cast<std::int64_t>(seed);
    expect_truth(settings, seed, 0.03);
  }
}

TEST(BoneCtSkull, ThroughTheWholeAssay) {
  const CalvariaSettings settings;
  const Calvaria truth = calvaria(settings, 1);
  Settings how = quick();
  how.region = "calvaria";
  how.mil_directions = 0, how.model_index = false, how.axis_number = false;
  const Outcome out = run(reading_of(scan_bone(truth.bone, truth.nx, truth.ny, truth.nz, settings.scan, 1)), how);
  EXPECT_EQ(value_of(out, "bone.defect.bridged"), 0);
  EXPECT_NEAR(value_of(out, "bone.defect.radius"), 2.5, 0.05);
  EXPECT_NEAR(value_of(out, "bone.defect.thickness"), 0.42, 0.08);
  EXPECT_NEAR(value_of(out, "bone.tissue_volume"), kPi * 2.4 * 2.4 * 1.2, 0.03 * kPi * 2.4 * 2.4 * 1.2);
  EXPECT_GT(value_of(out, "bone.defect.placement_sensitivity"), 0);
  EXPECT_LT(value_of(out, "bone.defect.placement_sensitivity"), 0.1);
  const double ring = 1 - 2.0 * 2.0 / (2.4 * 2.4);
  EXPECT_GT(value_of(out, "bone.defect.closure"), ring - 0.03);
  EXPECT_TRUE(has_issue(out, "bone.defect_placed"));
  ASSERT_EQ(out.artifacts.size(), 3U);
  for (const Artifact& each : out.artifacts) {
    EXPECT_EQ(each.bytes.substr(1, 3), "PNG");
    EXPECT_LE(each.bytes.size(), 300000U);
  }
}

TEST(BoneCtSkull, PlacedByHand) {
  const CalvariaSettings settings;
  const Calvaria truth = calvaria(settings, 3);
  const Volume volume = scan_bone(truth.bone, truth.nx, truth.ny, truth.nz, settings.scan, 3);
  Settings how = quick();
  how.region = "calvaria";
  how.mil_directions = 0, how.model_index = false, how.axis_number = false;
  how.centre_mm = {truth.centre[0], truth.centre[1], truth.centre[2]};
  how.radius_mm = 1.5;
  const Outcome out = run(reading_of(volume), how);
  EXPECT_EQ(value_of(out, "bone.defect.radius"), 1.5);
  EXPECT_LT(value_of(out, "bone.tissue_volume"), 1.1 * kPi * 1.4 * 1.4 * 1.2);
}

Edit placement(std::initializer_list<double> centre) {
  Edit out;
  out.number = 4;
  out.action = "correct";
  out.kind = "cylinder";
  Value place = Value::array();
  for (const double each : centre) place.append(Value::of(each));
  out.geometry = Value::table();
  out.geometry.set("centre_mm", std::move(place));
  out.reason = "the suture was taken for the margin";
  return out;
}

Outcome run_corrected(const Reading& reading, const Settings& settings, const Edit& edit) {
  InputFacts facts;
  facts.source = "bone_ct";
  facts.corrections = {edit};
  return kBoneCtAssay.measure(reading, {}, AnySettings::of(settings), facts, threads(2));
}

TEST(BoneCtPlacement, IsThatOfTheSettings) {
  const Reading reading = scan(phantom("plates"));
  Settings how = quick();
  how.region = "cylinder";
  how.radius_mm = 0.5, how.height_mm = 1;
  how.centre_mm = {1.4, 1.3, 1};
  how.axis = {0.2, 0, 1};
  const Outcome by_settings = run(reading, how);
  how.centre_mm = {1, 1, 1}, how.axis.clear();
  Edit edit = placement({1.4, 1.3, 1});
  Value axis = Value::array();
  for (const double each : {0.2, 0.0, 1.0}) axis.append(Value::of(each));
  edit.geometry.set("axis", std::move(axis));
  const Outcome by_hand = run_corrected(reading, how, edit);
  ASSERT_EQ(by_hand.observations.size(), by_settings.observations.size());
  for (std::size_t i = 0; i < by_hand.observations.size(); ++i) {
    const double a = by_hand.observations.value(i), b = by_settings.observations.value(i);
    EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << by_hand.observations.quantity(i);
  }
  EXPECT_NE(value_of(by_hand, "bone.volume_fraction"), value_of(run(reading, how), "bone.volume_fraction"));
  EXPECT_TRUE(has_issue(by_hand, "bone.placed_by_hand"));
  EXPECT_NE(by_hand.artifacts.at(0).about.find("suture"), std::string::npos);
}

TEST(BoneCtPlacement, ThatDoesNotFitIsRefusedAndNeverMeasured) {
  const Reading reading = scan(phantom("plates"));  // 2.4 mm a side
  const auto refused = [&](const Settings& how, const Edit& edit) -> std::string {
    try {
      kBoneCtAssay.check_correction(reading, AnySettings::of(how), edit);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      EXPECT_FALSE(error.hint().empty());
      return error.message();
    }
    return "";
  };
  Settings how = quick();
  how.region = "cylinder";
  how.radius_mm = 0.5, how.height_mm = 1;
  EXPECT_EQ(refused(how, placement({1, 1, 1})), "");
  EXPECT_NE(refused(how, placement({1, 1, 2.41})), "");
  EXPECT_NE(refused(how, placement({-0.01, 1, 1})), "");
  EXPECT_NE(refused(how, placement({1, 1})), "");
  EXPECT_NE(refused(how, placement({1, 1, kNaN})), "");
  Edit line = placement({1, 1, 1});
  line.kind = "line";
  EXPECT_NE(refused(how, line), "");
  Settings without = how;
  without.radius_mm.reset();
  EXPECT_NE(refused(without, placement({1, 1, 1})), "");
  how.region = "whole";
  EXPECT_NE(refused(how, placement({1, 1, 1})), "");
  // Settings that changed after the placement: said, and measured without it.
  const Outcome out = run_corrected(reading, how, placement({1, 1, 1}));
  EXPECT_TRUE(has_issue(out, "bone.placement_unused"));
  EXPECT_EQ(value_of(out, "bone.volume_fraction"), value_of(run(reading, how), "bone.volume_fraction"));
}

TEST(DataBoneCt, RealTrabecularBone) {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr) GTEST_SKIP() << "VESICA_DATA is not set";
  const std::filesystem::path folder =
      std::filesystem::path(data) / "microct/lhdl_trabecular_ciclope/3155_D_4_bc/cropped";
  const std::vector<std::filesystem::path> files = series_files(folder);
  ASSERT_EQ(files.size(), 200U);
  const auto source = open_image_series(files, "cropped");
  const Volume volume = source->read_box(source->whole());
  const Spacing3 edge = {0.0195, 0.0195, 0.0195};
  const Segmented bone = *segment(volume, {}, {.threshold = 142}, threads(2));
  const auto count = std::count(bone.bone.voxels.begin(), bone.bone.voxels.end(), 1);
  EXPECT_NEAR(static_cast<double>(count) / 8e6, 0.094532, 1e-6);
  const auto thickness = [&](int phase, ThicknessRule rule) {
    return summarise(local_thickness(bone.bone, phase, {}, edge, rule, threads(2)), 0.0195);
  };
  const ThicknessSummary to_centre = thickness(1, ThicknessRule::kToCentre);
  EXPECT_NEAR(to_centre.mean, 0.1636, 5e-5);
  EXPECT_NEAR(to_centre.sd, 0.0815, 5e-5);
  // BoneJ 2's Thickness on the same mask: bench/peers/peer_bone.py MASK.raw 200 200 200 0.0195.
  const ThicknessSummary imagej = thickness(1, ThicknessRule::kImagej);
  EXPECT_NEAR(imagej.mean, 0.170202739, 1e-6);
  EXPECT_NEAR(imagej.sd, 0.0791559503, 1e-6);
  // The reference's Euler number is that of the largest part by faces.
  Mask3 largest = bone.bone;
  keep_largest(largest, Neighbours::kFaces);
  EXPECT_NEAR(static_cast<double>(std::count(largest.voxels.begin(), largest.voxels.end(), 1)) / 8e6, 0.092071, 1e-6);
  EXPECT_EQ(euler_number(largest, {}, threads(2)).whole, -326);
}

TEST(DataBoneCtSlow, RealMarrow) {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto source = open_image_series(
      series_files(std::filesystem::path(data) / "microct/lhdl_trabecular_ciclope/3155_D_4_bc/cropped"), "cropped");
  const Segmented bone = *segment(source->read_box(source->whole()), {}, {.threshold = 142}, threads(2));
  const ThicknessSummary marrow = summarise(
      local_thickness(bone.bone, 0, {}, {0.0195, 0.0195, 0.0195}, ThicknessRule::kToCentre, threads(2)), 0.0195);
  EXPECT_NEAR(marrow.mean, 0.915, 5e-4);
  EXPECT_NEAR(marrow.sd, 0.259, 5e-4);
}

}  // namespace vesica::bone
