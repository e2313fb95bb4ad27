// SPDX-License-Identifier: Apache-2.0
// Pictures that cannot be measured are told; the way from files to rows and pictures.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "phantoms/cell_uptake.h"
#include <gtest/gtest.h>

#include "vesica/assays/cell_uptake/cell_uptake_made_test.h"
#include "vesica/base/os/files.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/images.h"

namespace vesica {
namespace {

using namespace made;

Outcome of_scene(const CellUptakePhantomSettings& phantom, const UptakeScene& scene) {
  return measured(reading_of(phantom, scene), {}, settings_of(phantom));
}

Status share_status(const Outcome& out) { return row_of(out, "uptake.signal_positive_fraction", "*")->status; }

/// What a camera of 8 bits would have written.
UptakeScene in_eight_bits(UptakeScene scene) {
  for (Image2* image : {&scene.nuclei, &scene.vesicles}) {
    for (float& value : image->pixels) value = std::clamp(std::round((value - 90) * 0.2125F), 0.0F, 255.0F);
  }
  return scene;
}

TEST(CellUptakeBadInputSlow, ChannelsTheWrongWayRound) {
  const CellUptakePhantomSettings phantom = quick();
  for (const UptakeField kind : {UptakeField::kSample, UptakeField::kDyeOnly, UptakeField::kUnstained}) {
    for (const bool eight : {false, true}) {
      UptakeScene scene = cell_uptake_scene(phantom, kind, 3);
      if (eight) scene = in_eight_bits(std::move(scene));
      const Outcome right = of_scene(phantom, scene);
      EXPECT_FALSE(has_issue(right, "uptake.channels_swapped") || has_issue(right, "uptake.channel_order"));
      EXPECT_FALSE(has_issue(right, "uptake.out_of_focus") || has_issue(right, "uptake.nucleus_size"));
      std::swap(scene.nuclei, scene.vesicles);
      const Outcome wrong = of_scene(phantom, scene);
      EXPECT_TRUE(has_issue(wrong, "uptake.channels_swapped")) << static_cast<int>(kind) << eight;
      EXPECT_EQ(share_status(wrong), Status::kNotMeasurable);
    }
  }
  UptakeScene same = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  same.vesicles = same.nuclei;
  EXPECT_TRUE(has_issue(of_scene(phantom, same), "uptake.same_channel"));
  same.vesicles = Image2(same.nuclei.width, same.nuclei.height, 100.0F);
  const Outcome dark = of_scene(phantom, same);
  EXPECT_TRUE(has_issue(dark, "uptake.empty_channel"));
  EXPECT_EQ(share_status(dark), Status::kNotMeasurable);
}

TEST(CellUptakeBadInputSlow, NoNucleiAndOutOfFocus) {
  CellUptakePhantomSettings phantom = quick();
  UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  scene.nuclei = photographed(Image2(scene.nuclei.width, scene.nuclei.height, 100.0F), 3, 1, 1);
  const Outcome none = of_scene(phantom, scene);
  EXPECT_TRUE(has_issue(none, "uptake.no_cells"));
  EXPECT_FALSE(has_issue(none, "uptake.channels_swapped"));  // the cells' haze is no nuclei
  EXPECT_EQ(share_status(none), Status::kNoObjects);
  for (const double blur : {1.2, 2.0, 4.0}) {
    phantom.blur_um = blur;
    const Outcome out = measured(field(phantom, UptakeField::kSample, 3), {}, settings_of(phantom));
    EXPECT_TRUE(has_issue(out, "uptake.out_of_focus")) << blur;
    EXPECT_FALSE(has_issue(out, "uptake.channels_swapped")) << blur;
  }
}

TEST(CellUptakeBadInputSlow, FullPixels) {
  const CellUptakePhantomSettings phantom = quick();
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  UptakeScene full = scene;
  for (float& value : full.vesicles.pixels) value = std::clamp((value - 90) * 800, 0.0F, 65535.0F);
  const Outcome bright = of_scene(phantom, full);
  EXPECT_TRUE(has_issue(bright, "uptake.saturated"));
  EXPECT_EQ(share_status(bright), Status::kNotMeasurable);
  full = scene;
  for (float& value : full.vesicles.pixels) value = std::min(value, 195.0F);  // no count of a camera's bits
  EXPECT_TRUE(has_issue(of_scene(phantom, full), "uptake.saturated"));
  full = in_eight_bits(scene);
  for (float& value : full.vesicles.pixels) value = std::min(13 * value, 255.0F);
  EXPECT_TRUE(has_issue(of_scene(phantom, full), "uptake.saturated"));
  full = scene;
  for (float& value : full.nuclei.pixels) value = std::min(8 * value, 4095.0F);
  const Outcome nuclei = of_scene(phantom, full);
  EXPECT_TRUE(has_issue(nuclei, "uptake.saturated"));
  EXPECT_EQ(share_status(nuclei), Status::kOk);
  EXPECT_FALSE(has_issue(of_scene(phantom, scene), "uptake.saturated"));
}

TEST(CellUptakeBadInputSlow, SizesOfPixels) {
  CellUptakePhantomSettings phantom = quick();
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  AnySettings any = settings_of(phantom);
  any.get<Settings>().pixel_um = 1.0;
  any.get<Settings>().spot_sigma_um = 1.3;
  EXPECT_TRUE(has_issue(measured(reading_of(phantom, scene), {}, any), "uptake.nucleus_size"));
  phantom.scale_in_file = false;
  const Outcome pixels = of_scene(phantom, scene);
  EXPECT_TRUE(has_issue(pixels, "uptake.pixel_missing"));
  EXPECT_EQ(row_of(pixels, "uptake.perinuclear_distance")->status, Status::kNotMeasurable);
  EXPECT_GT(row_of(pixels, "uptake.perinuclear_distance_px")->value, 0);
  EXPECT_NEAR(row_of(pixels, "uptake.cells")->value, static_cast<double>(scene.cells.size()), 1);
}

TEST(CellUptakeBadInputSlow, MixedMagnifications) {
  const CellUptakePhantomSettings phantom = quick();
  CellUptakePhantomSettings other = phantom;
  other.pixel_um = 0.65;
  const AnySettings any = settings_of(phantom);
  const Reading reading = field(phantom, UptakeField::kSample, 3), coarse = field(other, UptakeField::kSample, 3);
  const std::vector<Calibration> controls = {control(other, UptakeField::kDyeOnly, "dye_only", 1, 500, any)};
  const Outcome mixed = measured(reading, controls, any);
  EXPECT_TRUE(has_issue(mixed, "uptake.mixed_magnification"));
  EXPECT_EQ(row_of(mixed, "uptake.positive_fraction")->status, Status::kNotMeasurable);
  const auto derived = [&](const std::string& first, const std::string& second, const Reading& last) {
    ObservationTable table;
    InputFacts facts;
    facts.source = "cell_uptake";
    for (const auto& [sample, file] : {std::pair{first, &reading}, std::pair{second, &last}}) {
      facts.sample = sample;
      facts.part = "field " + std::to_string(table.size());
      table.append(kCellUptakeAssay.measure(*file, {}, any, facts, Context{}).observations);
    }
    return kCellUptakeAssay.derive(table, Study{}, any, Context{});
  };
  EXPECT_TRUE(has_issue(derived("well 1", "well 1", coarse), "uptake.mixed_magnification"));
  EXPECT_TRUE(has_issue(derived("well 1", "well 2", coarse), "uptake.mixed_magnification"));
  EXPECT_FALSE(has_issue(derived("well 1", "well 2", reading), "uptake.mixed_magnification"));
}

TEST(CellUptakeBadInputSlow, PaintedAndLossy) {
  const CellUptakePhantomSettings phantom = quick();
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  UptakeScene painted = scene;  // a menu bar and a box of text
  for (std::size_t y = 0; y < 60; ++y) {
    for (std::size_t x = 0; x < painted.vesicles.width; ++x) painted.vesicles.at(x, y) = 220;
  }
  EXPECT_TRUE(has_issue(of_scene(phantom, painted), "uptake.flat"));
  EXPECT_FALSE(has_issue(of_scene(phantom, scene), "uptake.drawn"));
  UptakeScene marked = scene;  // a scale bar, as programs burn it into all channels
  for (Image2* image : {&marked.nuclei, &marked.vesicles}) {
    for (std::size_t y = 455; y < 461; ++y) std::fill_n(&image->at(380, y), 80, 4095.0F);
  }
  const Outcome bar = of_scene(phantom, marked), plain = of_scene(phantom, scene);
  EXPECT_TRUE(has_issue(bar, "uptake.drawn"));
  EXPECT_FALSE(has_issue(bar, "uptake.saturated"));
  EXPECT_NEAR(row_of(bar, "uptake.cells")->value, row_of(plain, "uptake.cells")->value, 1);
  EXPECT_NEAR(row_of(bar, "uptake.spots_per_cell")->value, row_of(plain, "uptake.spots_per_cell")->value, 0.5);
  Reading jpeg = reading_of(phantom, scene);
  jpeg.format = "jpeg";
  EXPECT_TRUE(has_issue(measured(jpeg, {}, settings_of(phantom)), "uptake.lossy"));
}

TEST(CellUptakeBadInputSlow, BarsInTheSecondChannelAreNoSpots) {
  CellUptakePhantomSettings phantom;
  phantom.positive_fraction = 0.8;
  const AnySettings any = settings_of(phantom, true);
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  UptakeScene marked = scene;
  for (std::size_t y = 240; y < 246; ++y) std::fill_n(&marked.second.at(200, y), 80, 4095.0F);
  const Outcome plain = measured(reading_of(phantom, scene), {}, any),
                bar = measured(reading_of(phantom, marked), {}, any);
  EXPECT_FALSE(has_issue(plain, "uptake.drawn"));
  EXPECT_TRUE(has_issue(bar, "uptake.drawn"));
  const double before = row_of(plain, "colocalisation.pearson", "*")->value;
  EXPECT_NEAR(row_of(bar, "colocalisation.pearson", "*")->value, before, 0.05);
  EXPECT_NEAR(row_of(bar, "colocalisation.partners", "*")->value / row_of(plain, "colocalisation.partners", "*")->value,
              1, 0.1);
}

TEST(CellUptakeAssay, CorrectionsOfNucleiCount) {
  CellUptakePhantomSettings phantom = quick();
  phantom.width = phantom.height = 300;
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  ObjectEdit edit;
  edit.action = ObjectAction::kRemove;
  edit.at = {{scene.cells[1].x, scene.cells[1].y}};
  InputFacts facts;
  facts.source = "cell_uptake";
  facts.corrections = {write_object_edit(edit)};
  const Outcome out = kCellUptakeAssay.measure(reading_of(phantom, scene), {}, settings_of(phantom), facts, Context{});
  EXPECT_EQ(row_of(out, "uptake.cells")->value, static_cast<double>(scene.cells.size()) - 1);
  kCellUptakeAssay.check_correction(reading_of(phantom, scene), settings_of(phantom), facts.corrections[0]);
  edit.at = {{5000, 5}};
  EXPECT_THROW(
      kCellUptakeAssay.check_correction(reading_of(phantom, scene), settings_of(phantom), write_object_edit(edit)),
      Error);
}

TEST(CellUptakeAssay, WrongPixelSizesAreRefused) {
  CellUptakePhantomSettings phantom = quick();
  phantom.width = phantom.height = 200;
  const Reading reading = field(phantom, UptakeField::kSample, 3);
  for (const double pixel : {0.001, 1000.0}) {
    AnySettings any = settings_of(phantom);
    any.get<Settings>().pixel_um = pixel;
    EXPECT_THROW(measured(reading, {}, any), Error) << pixel;
    EXPECT_THROW(kCellUptakeAssay.calibrate({&reading, 1}, "dye_only", any, Context{}), Error);
  }
  AnySettings any = settings_of(phantom);
  any.get<Settings>().spot_sigma_um = 10;
  EXPECT_THROW(measured(reading, {}, any), Error);
  EXPECT_THROW(kCellUptakeAssay.calibrate({&reading, 1}, "bead", any, Context{}), Error);
}

TEST(CellUptakeAssay, ReadsThePhantomsFilesAndKeepsPictures) {
  CellUptakePhantomSettings phantom;
  phantom.width = phantom.height = 300;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "vesica_cell_uptake_files";
  make_folder(folder);
  const UptakeScene scene = cell_uptake_scene(phantom, UptakeField::kSample, 3);
  write_file_atomically(folder / "a.tif", cell_uptake_tiff(phantom, scene));
  const Reading reading{
      "a.tif", std::string(64, '0'), "tiff",
      std::make_shared<const ReadingData>(ImageReading{open_image(folder / "a.tif", "tiff", "a.tif")})};
  EXPECT_TRUE(kCellUptakeAssay.suits(reading));
  const std::vector<Issue> asked = kCellUptakeAssay.missing(reading, kCellUptakeAssay.make_settings());
  ASSERT_EQ(asked.size(), 1U);  // everybody is asked for the dye alone
  EXPECT_EQ(asked[0].kind, "uptake.control_missing");
  const Outcome out = measured(reading, {}, kCellUptakeAssay.make_settings());
  EXPECT_EQ(row_of(out, "uptake.cells")->value, static_cast<double>(scene.cells.size()));
  EXPECT_EQ(out.artifacts.size(), 5U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace vesica
