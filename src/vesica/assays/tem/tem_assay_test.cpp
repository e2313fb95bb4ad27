// SPDX-License-Identifier: Apache-2.0
// From files to rows: tags and bars, artifacts, questions, and pictures that are no micrographs.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "phantoms/tem.h"
#include <gtest/gtest.h>

#include "vesica/assays/tem/tem.h"
#include "vesica/base/os/files.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/images.h"

namespace vesica {

namespace {

Reading reading_of(std::shared_ptr<const ImageSource> source, const std::string& format,
                   const std::string& path = "a.tif") {
  return {path, std::string(64, '0'), format, std::make_shared<const ReadingData>(ImageReading{std::move(source)})};
}
Reading of_planes(std::vector<Image2> planes, std::size_t channels = 1) {
  ImageInfo info;
  info.channels = channels;
  info.colour = channels == 3;
  info.frames = planes.size() / channels;
  return reading_of(memory_images(std::move(info), std::move(planes)), "tiff");
}

AnySettings settings_of(double pixel_nm, const std::string& polarity = "auto") {
  AnySettings out = kTemAssay.make_settings();
  if (pixel_nm > 0) out.get<tem::Settings>().pixel_nm = pixel_nm;
  out.get<tem::Settings>().read_scale_bar = false;
  out.get<tem::Settings>().polarity = polarity;
  return out;
}

Outcome measured(const Reading& reading, const AnySettings& settings, int threads = 1) {
  InputFacts facts;
  facts.sample = "preparation";
  facts.source = "tem";
  Context context;
  context.threads = threads;
  return kTemAssay.measure(reading, {}, settings, facts, context);
}

Observation row_of(const Outcome& outcome, std::string_view quantity) {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    if (outcome.observations.quantity(i) == quantity) return outcome.observations.row(i);
  }
  ADD_FAILURE() << "no " << quantity;
  return {};
}
bool told(const Outcome& outcome, std::string_view kind) {
  return std::any_of(outcome.issues.begin(), outcome.issues.end(),
                     [&](const Issue& issue) { return issue.kind == kind && !issue.hint.empty(); });
}

TemPhantomSettings quick() {
  TemPhantomSettings out;
  out.width = 250, out.height = 200;
  out.pixel_nm = 3;
  out.vesicles = 9;
  out.pairs = 1;
  return out;
}

TEST(TemAssay, TheTagOfATiffIsTheScale) {
  const TemScene scene = tem_scene(quick(), 4);
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "vesica_tem_tag";
  make_folder(folder);
  write_file_atomically(folder / "a.tif", tem_file(scene.grey, "tiff", quick().pixel_nm / 1000));
  const Outcome outcome =
      measured(reading_of(open_image(folder / "a.tif", "tiff", "a.tif"), "tiff"), settings_of(kNaN));
  EXPECT_NEAR(row_of(outcome, "tem.pixel_size").value, 3, 1e-6);
  EXPECT_NEAR(row_of(outcome, "tem.field_area").value, 250 * 200 * 9e-6, 1e-6);
  const Observation mean = row_of(outcome, "tem.diameter.mean"), count = row_of(outcome, "tem.count");
  EXPECT_EQ(mean.status, Status::kOk);
  EXPECT_GT(mean.n, 2);
  EXPECT_EQ(count.interval, "poisson95");
  EXPECT_LT(count.low, count.value);
  EXPECT_GT(count.high, count.value);
  double area = 0;
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    if (outcome.observations.quantity(i) == "tem.number_share") area += outcome.observations.value(i) * 10;
  }
  EXPECT_NEAR(area, 1, 1e-9);
  EXPECT_EQ(outcome.artifacts.size(), 3U);
  EXPECT_TRUE(told(outcome, "tem.field_selection"));
  // Cut short, the file is named as damaged.
  const std::string bytes = tem_file(scene.grey, "tiff", 0);
  write_file_atomically(folder / "cut.tif", bytes.substr(0, bytes.size() / 2));
  EXPECT_THROW(measured(reading_of(open_image(folder / "cut.tif", "tiff", "cut.tif"), "tiff"), settings_of(1)), Error);
  std::filesystem::remove_all(folder);
}

TEST(TemAssay, WithoutAScalePixelsOnly) {
  const TemScene scene = tem_scene(quick(), 4);
  const Reading reading = of_planes({scene.grey});
  const Outcome outcome = measured(reading, settings_of(kNaN));
  EXPECT_EQ(row_of(outcome, "tem.diameter.mean").status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(outcome, "tem.diameter.mean_px").status, Status::kOk);
  EXPECT_EQ(row_of(outcome, "tem.area_density").status, Status::kNotMeasurable);
  EXPECT_TRUE(told(outcome, "tem.pixel_missing"));
  const std::vector<Issue> questions = kTemAssay.missing(reading, settings_of(kNaN));
  EXPECT_TRUE(std::any_of(questions.begin(), questions.end(), [](const Issue& q) { return q.setting == "pixel_nm"; }));
  EXPECT_EQ(kTemAssay.missing(reading, settings_of(3)).size(), 1U) << "only how the fields were chosen";
}

TEST(TemAssay, SeriesAndThreads) {
  const Image2 a = tem_scene(quick(), 4).grey, b = tem_scene(quick(), 5).grey;
  const Outcome one = measured(of_planes({a, b}), settings_of(3), 1),
                four = measured(of_planes({a, b}), settings_of(3), 4);
  EXPECT_EQ(row_of(one, "tem.count").part, "image 1");
  ASSERT_EQ(one.artifacts.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(one.artifacts[i].bytes, four.artifacts[i].bytes);
  EXPECT_EQ(std::count_if(one.issues.begin(), one.issues.end(),
                          [](const Issue& issue) { return issue.kind == "tem.field_selection"; }),
            1);
}

TEST(TemAssay, CorrectionsComeBeforeNumbers) {
  const TemScene scene = tem_scene(quick(), 4);
  const Reading reading = of_planes({scene.grey});
  const Outcome before = measured(reading, settings_of(3));
  ObjectEdit edit;
  edit.number = 1;
  edit.action = ObjectAction::kRemove;
  for (const TemVesicle& v : scene.vesicles) {
    if (v.x > 60 && v.x < 190 && v.y > 50 && v.y < 150) edit.at = {{v.x + 0.5, v.y + 0.5}};
  }
  ASSERT_FALSE(edit.at.empty());
  InputFacts facts;
  facts.sample = "preparation";
  facts.source = "tem";
  facts.corrections = {write_object_edit(edit)};
  kTemAssay.check_correction(reading, settings_of(3), facts.corrections[0]);
  const Outcome after = kTemAssay.measure(reading, {}, settings_of(3), facts, Context{});
  EXPECT_EQ(row_of(after, "tem.count").value, row_of(before, "tem.count").value - 1);
  edit.action = ObjectAction::kLeaveOut;
  edit.at.clear();
  edit.shape.points = {{0, 0}, {125, 0}, {125, 200}, {0, 200}};
  facts.corrections = {write_object_edit(edit)};
  const Outcome half = kTemAssay.measure(reading, {}, settings_of(3), facts, Context{});
  EXPECT_LT(row_of(half, "tem.count").value, row_of(before, "tem.count").value);
  EXPECT_NEAR(row_of(half, "tem.field_area").value, row_of(before, "tem.field_area").value / 2, 0.01);
  edit.frame = 3;
  EXPECT_THROW(kTemAssay.check_correction(reading, settings_of(3), write_object_edit(edit)), Error);
}

TEST(TemAssay, WrongPolarityIsTold) {
  TemPhantomSettings dark = quick();
  dark.dark = true;
  const Reading reading = of_planes({tem_scene(dark, 4).grey});
  const Outcome automatic = measured(reading, settings_of(3)), wrong = measured(reading, settings_of(3, "bright"));
  EXPECT_GT(row_of(automatic, "tem.count").value, 5);
  EXPECT_TRUE(told(automatic, "tem.dark"));
  EXPECT_TRUE(told(wrong, "tem.polarity"));
}

TEST(TemAssay, NoVesiclesIsAResult) {
  TemPhantomSettings empty = quick();
  empty.vesicles = 0, empty.pairs = 0, empty.debris = 20;
  const Outcome outcome = measured(of_planes({tem_scene(empty, 4).grey}), settings_of(3));
  EXPECT_EQ(row_of(outcome, "tem.count").value, 0);
  EXPECT_EQ(row_of(outcome, "tem.count").low, 0);
  EXPECT_NEAR(row_of(outcome, "tem.count").high, 3.689, 0.001) << "Garwood's upper limit of none";
  EXPECT_EQ(row_of(outcome, "tem.diameter.mean").status, Status::kNoObjects);
  EXPECT_TRUE(told(outcome, "tem.no_vesicles"));
  const Outcome flat = measured(of_planes({Image2(100, 80, 7)}), settings_of(3));
  EXPECT_EQ(row_of(flat, "tem.count").status, Status::kNotMeasurable);
  EXPECT_TRUE(told(flat, "tem.not_measurable"));
}

TEST(TemAssay, ScreenshotsAreNamed) {
  Image2 red(200, 150, 40), green(200, 150, 90), blue(200, 150, 200);
  for (std::size_t x = 40; x < 160; ++x) {
    for (std::size_t y = 30; y < 60; ++y) red.at(x, y) = 250;
  }
  const Outcome outcome = measured(of_planes({red, green, blue}, 3), settings_of(kNaN));
  EXPECT_TRUE(told(outcome, "tem.colour"));
  EXPECT_FALSE(told(measured(of_planes({red, red, red}, 3), settings_of(1)), "tem.colour")) << "grey in three channels";
}

TEST(TemAssay, SuitsMicroscopesAndNames) {
  const auto suits = [](const std::string& path, const std::string& format, double pixel_um) {
    ImageInfo info;
    if (pixel_um > 0) {
      for (Known& edge : info.voxel_um) edge = {pixel_um, KnownFrom::kTag, "tag"};
    }
    return kTemAssay.suits(reading_of(memory_images(std::move(info), {Image2(60, 40, 1)}), format, path));
  };
  EXPECT_TRUE(suits("x.dm3", "dm", 0));
  EXPECT_TRUE(suits("raw/TEM/prep1.tif", "tiff", 0));
  EXPECT_TRUE(suits("prep1.tif", "tiff", 0.001));
  EXPECT_FALSE(suits("prep1.tif", "tiff", 0.3));
  EXPECT_FALSE(suits("template_item.png", "png", 0));
}

}  // namespace

}  // namespace vesica
