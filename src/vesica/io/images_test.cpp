// SPDX-License-Identifier: Apache-2.0
// Folders of slices and frames as one input; SkyScan logs; real files.
#include "vesica/io/images.h"

#include <cstdlib>

#include "vesica/io/image_test_help.h"
#include "vesica/io/open.h"
#include "vesica/io/skyscan.h"
#include "vesica/io/still.h"

namespace vesica {
namespace {

std::string slice(std::uint8_t value, std::size_t width = 6, std::size_t height = 5, double pixel_um = 0) {
  std::vector<std::uint8_t> pixels(width * height, value);
  pixels[width + 2] = static_cast<std::uint8_t>(value + 1);
  return write_png(width, height, 1, pixels, pixel_um);
}

std::shared_ptr<const ImageSource> open_folder(const TestFolder& folder) {
  return open_image_series(series_files(folder.path()), "slices");
}

TEST(ImageSeries, NaturalOrderPreviewsLeftOutAndGapsNoted) {
  const TestFolder folder;
  for (const int i : {1, 2, 10, 9, 11})
    folder.write("s_rec" + std::to_string(i) + ".png", slice(static_cast<std::uint8_t>(i)));
  folder.write("s_rec_spr.png", slice(200, 50, 50));
  folder.write("notes.txt", "x");
  const auto source = open_folder(folder);
  EXPECT_EQ(source->series_length(), 5u);
  EXPECT_FALSE(source->info().axis_known);
  EXPECT_EQ(source->read_frame(3).at(0, 0), 10);
  ASSERT_EQ(source->info().notes.size(), 1u);
  EXPECT_EQ(source->info().notes[0].kind, "image.series_gap");
  const Volume box = source->read_box({1, 1, 2, 4, 3, 5});
  EXPECT_EQ(box.value(1, 0, 0), 10);
  EXPECT_EQ(box.value(0, 0, 2), 11);
}

TEST(ImageSeries, UnequalSizesAndMixedMagnificationAreNamed) {
  const TestFolder folder;
  folder.write("a1.png", slice(1));
  folder.write("a2.png", slice(2, 7, 5));
  const auto unequal = open_folder(folder);
  const Error size = error_of([&] { unequal->read_box(unequal->whole()); });
  EXPECT_EQ(size.where().file, "slices/a2.png");
  const TestFolder other;
  other.write("a1.png", slice(1, 6, 5, 0.65));
  other.write("a2.png", slice(2, 6, 5, 1.3));
  const auto mixed = open_folder(other);
  const Error magnification = error_of([&] { mixed->read_frame(1); });
  EXPECT_NE(magnification.message().find("magnification"), std::string::npos);
  EXPECT_TRUE(series_files(other.path().parent_path() / "nowhere").empty());
}

TEST(ImageSeries, ChannelsNamedByStainsBelongTogether) {
  const TestFolder folder;
  for (const char* name : {"field1_DAPI.png", "field1_Ki67.png", "field2_DAPI.png", "field2_Ki67.png"})
    folder.write(name, slice(1));
  EXPECT_EQ(series_files(folder.path()).size(), 4U);
  folder.write("field1_DAPI_cp_masks.png", slice(1));  // labels are no channel, but lie beside
  const auto files = series_files(folder.path());
  EXPECT_EQ(files.size(), 4U);
  EXPECT_EQ(files_beside(files).size(), 1U);
  EXPECT_EQ(with_files_beside(open_image_series(files, "channels"))->info().frames, 5U);
  folder.write("overview.png", slice(1));
  EXPECT_EQ(series_files(folder.path()).size(), 4U) << "it belongs to no field";
}

TEST(ImageSeries, ChannelsAreThoseOfTheirField) {
  const auto taken = [](const std::vector<std::string>& names) {
    const TestFolder folder;
    for (const std::string& name : names) folder.write(name, slice(1));
    return series_files(folder.path()).size();
  };
  EXPECT_EQ(taken({"f1_DAPI.png", "f1_x.png", "f11_DAPI.png", "f11_x.png"}), 4U) << "f1 is no field of f11";
  EXPECT_EQ(taken({"f1_DAPI.png", "f1_x.png", "f1_y.png", "f2_DAPI.png"}), 2U) << "a field lacks its channels";
  EXPECT_EQ(taken({"nuclei_1.png", "spots_1.png", "nuclei_2.png", "spots_2.png"}), 4U) << "the field behind the word";
  EXPECT_EQ(taken({"1-162hoe2.png", "1-162h2ax2.png"}), 2U) << "as CellProfiler's example writes them";
  EXPECT_EQ(taken({"shoe_1.png", "left_1.png", "right_1.png"}), 1U) << "no stain inside of a longer word";
  std::vector<std::string> frames = {"DAPI.png"};
  for (int i = 10; i < 30; ++i) frames.push_back("t" + std::to_string(i) + ".png");
  EXPECT_EQ(taken(frames), 20U) << "a series with one picture beside it, not one field of 21 channels";
}

constexpr const char* kLog =
    "[System]\nScanner=SkyScan1172\n[Acquisition]\nImage Pixel Size (um)=   4.97\nFilename Prefix=s\n"
    "[Reconstruction]\nReconstruction Program=NRecon\nSections Count=3\nSection to Section Step=2\n"
    "Pixel Size (um)=9.94 \nMinimum for CS to Image Conversion=0.000000\n"
    "Maximum for CS to Image Conversion=0.051\n[File name convention]\nFilename Prefix=s_rec\n";

TEST(ImageSeries, SkyscanLogGivesVoxelOfTheReconstruction) {
  const TestFolder folder;
  for (int i = 10; i < 13; ++i) folder.write("s_rec00" + std::to_string(i) + ".png", slice(100));
  folder.write("s_rec.log", kLog);
  folder.write("s.log", "[System]\nScanner=SkyScan1172\n[Acquisition]\nImage Pixel Size (um)=4.97\n");
  const auto source = open_folder(folder);
  EXPECT_EQ(source->info().depth, 3u);
  EXPECT_TRUE(source->info().axis_known);
  EXPECT_DOUBLE_EQ(source->info().voxel_um[0].value, 9.94) << "not the 4.97 of the projections";
  EXPECT_DOUBLE_EQ(source->info().voxel_um[2].value, 19.88) << "every second section was kept";
  ASSERT_EQ(source->info().densities.size(), 1u);
  EXPECT_NEAR(source->info().densities[0].slope * 255, 0.51, 1e-12) << "1/cm; the log prints 1/mm";
  EXPECT_TRUE(source->info().notes.empty());
  std::filesystem::remove(folder.path() / "s_rec0011.png");
  std::vector<std::string> kinds;
  const auto fewer = open_folder(folder);
  for (const ReadNote& note : fewer->info().notes) kinds.push_back(note.kind);
  EXPECT_EQ(kinds, (std::vector<std::string>{"image.slices_missing"}));
}

TEST(ImageSeries, LogOfTheScanAloneIsNotBelieved) {
  const TestFolder folder;
  folder.write("s0001.png", slice(1));
  folder.write("s0002.png", slice(1));
  folder.write("s.log", "[System]\nScanner=SkyScan1172\n[Acquisition]\nImage Pixel Size (um)=4.97\n");
  const auto source = open_folder(folder);
  EXPECT_FALSE(source->info().pixel_um().known());
  EXPECT_EQ(source->info().notes.at(0).kind, "image.log_without_reconstruction");
}

TEST(SkyscanLog, KeysInAnyOrderLatinUnitsAndNonsense) {
  const SkyscanLog log =
      read_skyscan_log("[Reconstruction]\r\nPixel Size (\xB5m)=1\r\nPixel Size (um)=-3\r\n", "x.log");
  EXPECT_FALSE(log.voxel_um);
  EXPECT_THROW(read_skyscan_log("hello", "x.log"), Error);
  EXPECT_EQ(recognise(std::string_view(kLog), "a.log").id, "skyscan_log");
}

std::filesystem::path data(const char* part) {
  const char* root = std::getenv("VESICA_DATA");
  return root == nullptr || *root == '\0' ? std::filesystem::path() : std::filesystem::path(root) / part;
}

TEST(DataImages, QupathTiffsHaveTheirShapes) {
  const std::filesystem::path folder = data("formats/ometiff_qupath");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  struct Shape {
    const char* name;
    std::size_t channels, depth, frames;
    int bits;
  };
  for (const Shape& shape :
       {Shape{"cells.tif", 3, 1, 1, 8}, Shape{"cells-gray16.tif", 1, 1, 1, 16}, Shape{"cells-gray32.tif", 1, 1, 1, 32},
        Shape{"cells.ome.tif", 3, 1, 1, 8}, Shape{"cells-2c.ome.tif", 2, 1, 1, 8},
        Shape{"cells-2z.ome.tif", 1, 2, 1, 8}, Shape{"cells-2t.ome.tif", 1, 1, 2, 8}}) {
    const auto source = open_image(folder / shape.name, "tiff", shape.name);
    const ImageInfo& info = source->info();
    EXPECT_EQ(info.channels, shape.channels) << shape.name;
    EXPECT_EQ(info.depth, shape.depth) << shape.name;
    EXPECT_EQ(info.frames, shape.frames) << shape.name;
    EXPECT_EQ(info.bits, shape.bits) << shape.name;
    for (std::size_t i = 0; i < source->series_length(); ++i) EXPECT_FALSE(source->read_channels(i).empty());
  }
}

TEST(DataImages, VendorTagsGiveThePixel) {
  const std::filesystem::path folder = data("em/rosettasciio_em_formats/tiff");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto pixel = [&](const char* name) { return open_image(folder / name, "tiff", name)->info().pixel_um(); };
  // RosettaSciIO's tests of these files: 0.168674689 um in both.
  EXPECT_NEAR(pixel("test_loading_image_saved_with_imageJ.tif").value, 0.168674689, 1e-6);
  EXPECT_NEAR(pixel("test_loading_image_saved_with_DM.tif").value, 0.168674689, 1e-6);
  const auto sis = open_image(folder / "olympus_SIS.tif", "tiff", "sis");
  EXPECT_EQ(sis->info().bits, 16) << "the measurement, not its preview in colour";
  EXPECT_NEAR(sis->info().pixel_um().value, 2.3928e-5, 1e-8) << "RosettaSciIO: 2.3928e-11 m";
}

TEST(DataImages, SkyscanLogsOfOneTeam) {
  const std::filesystem::path folder = data("microct/skyscan_logs");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::size_t scans = 0, reconstructions = 0;
  for (const std::filesystem::path& path : list_files(folder)) {
    if (path.extension() != ".log") continue;
    EXPECT_EQ(recognise(path).id, "skyscan_log") << path;
    const SkyscanLog log = read_skyscan_log(read_file(path), path.string());
    if (log.voxel_um) {
      ++reconstructions;
      EXPECT_GT(*log.voxel_um, 0.3) << path;
      EXPECT_LT(*log.voxel_um, 200) << path;
    } else {
      ++scans;
    }
  }
  EXPECT_GT(scans, 0u);
  EXPECT_GT(reconstructions, 0u);
}

TEST(DataImages, TrabecularSlicesMakeOneVolume) {
  const std::filesystem::path folder = data("microct/lhdl_trabecular_ciclope/3155_D_4_bc/cropped");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto source = open_image_series(series_files(folder), "cropped");
  ASSERT_EQ(source->volume_depth(), 200u);
  const Volume all = source->read_box(source->whole());
  std::size_t bone = 0;
  for (std::size_t i = 0; i < all.voxels(); ++i) bone += all.stored(i) > 142 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(bone) / static_cast<double>(all.voxels()), 0.0945, 5e-5) << "REFERENCE.tsv";
}

}  // namespace
}  // namespace vesica
