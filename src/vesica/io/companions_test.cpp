// SPDX-License-Identifier: Apache-2.0
// What belongs to an image by its name, outlines of QuPath, and regions of ImageJ that are none.
#include "vesica/io/companions.h"

#include <gtest/gtest.h>

#include "vesica/io/geojson.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/images.h"
#include "vesica/io/still.h"

namespace vesica {
namespace {

std::vector<std::string> names_of(const std::vector<Companion>& all) {
  std::vector<std::string> out;
  for (const Companion& each : all) out.push_back(each.name);
  return out;
}

TEST(Companions, BelongToAnImageByItsName) {
  const TestFolder folder;
  const std::string png = write_png(2, 2, 1, {0, 1, 2, 3});
  const auto image = folder.write("NC_1_DAPI.png", png);
  for (const char* name : {"NC_1_EdU.png", "NC_11_labels.png", "NC_1_DAPI_cp_masks.png", "NC_1_labels.tif", "notes.zip",
                           "NC_1_regions.zip", "NC_1_DAPI_seg.npy", "NC_2_regions.zip", "NC_1_readme.txt"})
    folder.write(name, png);
  CompanionFinder finder;
  EXPECT_EQ(names_of(finder.beside(image)), (std::vector<std::string>{"NC_1_DAPI_cp_masks.png", "NC_1_DAPI_seg.npy",
                                                                      "NC_1_labels.tif", "NC_1_regions.zip"}));
  EXPECT_EQ(finder.beside(folder.path()).size(), 7U);  // all but images and texts
  EXPECT_TRUE(finder.beside(folder.path() / "notes.zip").empty());
  EXPECT_TRUE(finder.beside(folder.path() / "none.png").empty());
  const auto source = open_image(image, "png", "NC_1_DAPI.png");
  EXPECT_EQ(stem_of_file(*source), "NC_1_DAPI");
  EXPECT_EQ(companions_of(*source).size(), 4U);
  EXPECT_TRUE(companions_of(*memory_images({}, {Image2(2, 2)})).empty());
}

TEST(Companions, CellposesFolderOfMasksIsLookedInto) {
  const TestFolder folder;
  const std::string png = write_png(2, 2, 1, {0, 1, 2, 3});
  const auto image = folder.write("NC_1_DAPI.png", png);
  std::filesystem::create_directory(folder.path() / "masks");
  std::filesystem::create_directory(folder.path() / "other");
  for (const char* name : {"masks/NC_1_DAPI_cp_masks.png", "masks/NC_1_DAPI_cp_masks.tif", "masks/NC_11_cp_masks.png",
                           "masks/NC_1_DAPI_seg.npy", "masks/NC_1_DAPI.png", "other/NC_1_DAPI_cp_masks.png"})
    folder.write(name, png);
  CompanionFinder finder;
  const auto found = finder.beside(image);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].shown(), "masks/NC_1_DAPI_cp_masks.png");
  EXPECT_EQ(found[0].path, folder.path() / "masks" / "NC_1_DAPI_cp_masks.png");
  EXPECT_EQ(found[1].shown(), "masks/NC_1_DAPI_cp_masks.tif");
  EXPECT_EQ(CompanionFinder().beside(folder.path()).size(), 3U);
  // What lies beside the image comes first.
  folder.write("NC_1_DAPI_cp_masks.png", png);
  const auto both = CompanionFinder().beside(image);
  ASSERT_EQ(both.size(), 3U);
  EXPECT_EQ(both[0].shown(), "NC_1_DAPI_cp_masks.png");
  EXPECT_EQ(companion_for(both, {"NC_1_DAPI"}, "cp_masks", false)->shown(), "NC_1_DAPI_cp_masks.png");
  // A link to another folder belongs to nobody's study.
  const TestFolder second;
  const auto alone = second.write("NC_1_DAPI.png", png);
  std::filesystem::create_directory_symlink(folder.path() / "masks", second.path() / "masks");
  EXPECT_TRUE(CompanionFinder().beside(alone).empty());
}

TEST(Companions, AreChosenByTheWordBehindTheName) {
  const auto found = [](std::string_view token, bool alone, std::vector<std::string> names) {
    std::vector<Companion> all;
    for (std::string& each : names) all.push_back({each, each, Companion::Kind::kOutlines});
    const auto one = companion_for(all, {"NC_1", "NC_1_DAPI"}, token, alone);
    return one ? one->name : "";
  };
  EXPECT_EQ(found("regions", false, {"NC_2_regions.zip", "NC_1_Regions.ROI"}), "NC_1_Regions.ROI");
  EXPECT_EQ(found("regions", false, {"NC_1_DAPI-regions.geojson"}), "NC_1_DAPI-regions.geojson");
  EXPECT_EQ(found("regions", false, {"regions.zip", "NC_1_other_regions.zip"}), "");
  EXPECT_EQ(found("regions", true, {"regions.zip"}), "regions.zip");
  EXPECT_EQ(found("rois", false, {"NC_1_stardist_rois.zip"}), "NC_1_stardist_rois.zip");
}

TEST(Companions, PalettesOfLabelsAreNumbers) {
  const TestFolder folder;
  const auto path =
      folder.write("a_labels.png", write_png_indexed(3, 1, {{255, 255, 255}, {9, 9, 200}, {7, 80, 1}}, {0, 2, 1}));
  EXPECT_EQ(read_label_file(path, "a").pixels, (std::vector<std::int32_t>{0, 2, 1}));
  const auto colour = folder.write("b_labels.png", write_png(1, 1, 3, {1, 2, 3}));
  EXPECT_EQ(error_of([&] { read_label_file(colour, "b"); }).kind(), ErrorKind::kData);
}

TEST(GeoJson, FeaturesOfQuPath) {
  const auto read = [](const std::string& text) { return read_geojson(text, "q.geojson"); };
  const auto all = read(
      R"({"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]},
         "properties":{"objectType":"annotation","name":"lesion","classification":{"name":"Tumor"}}},
        {"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]},
         "properties":{"classification":{"name":"Stroma","color":[1,2,3]}}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}]})");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "lesion");
  ASSERT_EQ(all[0].paths.size(), 2U);
  EXPECT_EQ(all[0].paths[0].size(), 4U);  // closed by itself
  EXPECT_EQ(all[1].name, "Stroma");
  EXPECT_EQ(all[1].paths.size(), 2U);
  EXPECT_FALSE(all[2].is_area);
  EXPECT_TRUE(read(R"({"type":"FeatureCollection","features":[]})").empty());
  for (const char* bad :
       {"{}", R"({"geometry":{}})", R"({"geometry":{"type":"Circle","coordinates":[]}})",
        R"({"geometry":{"type":"Polygon","coordinates":[]}})", R"({"geometry":{"type":"Polygon"}})",
        R"({"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}})",
        R"({"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],["a",2]]]}})",
        R"({"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1e9,2]]]}})", R"({"geometry":)"}) {
    const Error error = error_of([&] { read(bad); });
    EXPECT_EQ(error.kind(), ErrorKind::kData) << bad;
    EXPECT_EQ(error.where().file, "q.geojson") << bad;
  }
}

TEST(ImageJRoi, TextsAndPicturesAreNoRegions) {
  std::string roi(128, '\0');
  roi.replace(0, 4, "Iout");
  roi[5] = '\xE4';  // version 228
  roi[6] = 1;       // a rectangle, 2 to 22 by 3 to 13
  roi[9] = 3, roi[11] = 2, roi[13] = 13, roi[15] = 22;
  EXPECT_EQ(read_roi(roi, "box.roi").paths.at(0).size(), 4U);
  for (const char subtype : {'\1', '\4'}) {
    roi[49] = subtype;
    const Error error = error_of([&] { read_roi(roi, "note.roi"); });
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_EQ(error.where().file, "note.roi");
    EXPECT_FALSE(error.hint().empty());
  }
}

}  // namespace
}  // namespace vesica
