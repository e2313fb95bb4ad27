// SPDX-License-Identifier: Apache-2.0
// Files beside the images: labels in every form other programs write, regions of a section, and bad ones of both.
#include <cmath>

#include "phantoms/images.h"
#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/data/proportion.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/io/imagej_roi_test_files.h"
#include "vesica/io/images.h"
#include "vesica/io/label_image.h"
#include "vesica/io/open.h"
#include "vesica/io/still.h"
#include "vesica/ops/segment_edit.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {
namespace {

using namespace nuclei;

constexpr double kPixel = 0.65;

NucleiField small_field(std::uint64_t seed) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 256;
  phantom.nuclei = 40;
  phantom.pixel_um = kPixel;
  return nuclei_field(phantom, seed);
}

std::string tiff_of(const NucleiField& field) {
  NucleiPhantomSettings phantom;
  phantom.pixel_um = kPixel;
  return nuclei_tiff(phantom, field);
}

Outcome measured(const TestFolder& folder, const std::string& labels, const std::string& file = "NC_1.ome.tif",
                 const std::string& regions = "regions") {
  const auto path = folder.path() / file;
  const Reading reading{"raw/" + file, "", "tiff",
                        std::make_shared<const ReadingData>(ImageReading{open_image(path, recognise(path).id, file)})};
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().markers = {"edu=EdU"};
  how.get<Settings>().cut = "fixed";
  how.get<Settings>().cuts = {150};
  how.get<Settings>().labels = labels;
  how.get<Settings>().regions = regions;
  InputFacts facts;
  facts.sample = "rat 1";
  return kNucleiAssay.measure(reading, {}, how, facts, Context{});
}

Observation row_of(const Outcome& out, std::string_view quantity, std::string_view target = "") {
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.quantity(i) == quantity && out.observations.target(i) == target)
      return out.observations.row(i);
  }
  ADD_FAILURE() << "no row of " << quantity << " " << target;
  return {};
}

const Issue* find(const Outcome& out, std::string_view kind) {
  const auto found =
      std::find_if(out.issues.begin(), out.issues.end(), [&](const Issue& each) { return each.kind == kind; });
  return found == out.issues.end() ? nullptr : &*found;
}

std::string exported_labels(const Outcome& out) {
  for (const Artifact& each : out.artifacts)
    if (each.name.ends_with("labels.tif")) return each.bytes;
  return "";
}

ImageJRoi roi(const std::string& name, double x0, double y0, double x1, double y1) {
  return {name, true, {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}};
}
std::string zip_of(const std::vector<ImageJRoi>& rois) {
  std::size_t left_out = 0;
  return write_roi_zip(rois, left_out);
}

/// A TIFF of 64-bit whole numbers, as tifffile writes what scikit-image's label() gives.
std::string tiff_of_64_bits(const Labels2& labels) {
  std::string out;
  const auto put = [&](std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 255);
  };
  const std::size_t size = labels.pixels.size() * 8;
  out += "II*";
  out += '\0';
  put(8 + size, 4);
  for (const std::int32_t label : labels.pixels) put(static_cast<std::uint64_t>(label), 8);
  const std::array<std::array<std::uint64_t, 3>, 10> entries = {{{256, 4, labels.width},
                                                                 {257, 4, labels.height},
                                                                 {258, 3, 64},
                                                                 {259, 3, 1},
                                                                 {262, 3, 1},
                                                                 {273, 4, 8},
                                                                 {277, 3, 1},
                                                                 {278, 4, labels.height},
                                                                 {279, 4, size},
                                                                 {339, 3, 2}}};
  put(entries.size(), 2);
  for (const auto& [tag, type, value] : entries) {
    put(tag, 2);
    put(type, 2);
    put(1, 4);
    put(value, 4);
  }
  put(0, 4);
  return out;
}

TEST(NucleiBeside, LabelsInEveryFormThatProgramsWrite) {
  const NucleiField field = small_field(4);
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint16_t> words;
  for (const std::int32_t label : field.labels.pixels) {
    bytes.push_back(static_cast<std::uint8_t>(label));
    words.push_back(static_cast<std::uint16_t>(label));
  }
  std::vector<std::array<std::uint8_t, 3>> palette;  // QuPath: white ground, a colour an object
  for (int i = 0; i < 256; ++i)
    palette.push_back({static_cast<std::uint8_t>(255 - i), static_cast<std::uint8_t>(i * 37 % 256), 7});
  Labels2 large = field.labels;
  for (std::int32_t& label : large.pixels) label = label > 0 ? label + 70000 : 0;
  const std::string truth = write_label_tiff(field.labels, kPixel);
  const std::vector<std::tuple<const char*, const char*, std::string>> forms = {
      {"cp_masks", "NC_1_cp_masks.png", write_png16(256, 256, words)},
      {"labels", "NC_1_labels.tif", truth},
      {"labels", "NC_1_labels.ome.tif", truth},
      {"stardist", "NC_1_stardist_labels.tif", truth},
      {"label", "NC_1-label.tif", truth},
      {"my_masks", "NC_1_my_masks.tif", truth},
      {"labels", "NC_1_labels.png", write_png(256, 256, 1, bytes)},
      {"labels", "NC_1-labels.png", write_png_indexed(256, 256, palette, bytes)},
      {"labels", "NC_1_labels.tif", tiff_of_64_bits(field.labels)},
      {"seg", "NC_1_seg.tif", write_label_tiff(large)}};
  for (const auto& [setting, name, content] : forms) {
    const TestFolder folder;
    folder.write("NC_1.ome.tif", tiff_of(field));
    folder.write("NC_11_labels.tif", write_label_tiff(Labels2(256, 256, 1)));  // another image's
    folder.write(name, content);
    const Outcome out = measured(folder, setting);
    EXPECT_EQ(row_of(out, "nuclei.count").value, greatest_label(field.labels)) << name;
    EXPECT_NE(find(out, "nuclei.labels_given"), nullptr) << name;
    EXPECT_EQ(exported_labels(out) == truth, setting != std::string("seg")) << name;
  }
}

TEST(NucleiBeside, LabelsInCellposesFolderOfMasks) {
  const NucleiField field = small_field(4);
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(field));
  std::filesystem::create_directory(folder.path() / "masks");
  folder.write("masks/NC_1.ome_cp_masks.tif", write_label_tiff(field.labels, kPixel));
  const Outcome out = measured(folder, "cp_masks");
  EXPECT_EQ(row_of(out, "nuclei.count").value, greatest_label(field.labels));
  EXPECT_EQ(exported_labels(out), write_label_tiff(field.labels, kPixel));
  const Outcome own = measured(folder, "");
  ASSERT_NE(find(own, "nuclei.labels_unused"), nullptr);
  EXPECT_NE(find(own, "nuclei.labels_unused")->message.find("masks/NC_1.ome_cp_masks.tif"), std::string::npos);
  folder.write("masks/NC_1.ome_cp_masks.tif", write_label_tiff(Labels2(64, 64, 1)));
  EXPECT_EQ(error_of([&] { measured(folder, "cp_masks"); }).where().file, "raw/masks/NC_1.ome_cp_masks.tif");
}

TEST(NucleiBeside, OutlinesAreLabelsToo) {
  const NucleiField field = small_field(4);
  TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(field));
  folder.write("NC_1_labels.tif", write_label_tiff(field.labels));
  const Outcome by_labels = measured(folder, "labels");
  for (const Artifact& each : by_labels.artifacts)
    if (each.name.ends_with("rois.zip")) folder.write("NC_1_rois.zip", each.bytes);
  const Outcome by_outlines = measured(folder, "rois");
  // Outlines run along the corners of pixels, so that nothing is lost.
  EXPECT_EQ(exported_labels(by_outlines), exported_labels(by_labels));
  folder.write("NC_1_cells.geojson",
               R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon",)"
               R"("coordinates":[[[0,0],[99,0],[99,99],[0,99],[0,0]]]},"nucleusGeometry":{"type":"Polygon",)"
               R"("coordinates":[[[10,10],[20,10],[20,30],[10,30],[10,10]]]}}]})");
  const Outcome qupath = measured(folder, "cells");
  EXPECT_EQ(row_of(qupath, "nuclei.count").value, 1);
  EXPECT_NEAR(row_of(qupath, "nuclei.area").value, 200 * kPixel * kPixel, 1e-9);
}

/// How many pixels, and the sums of their columns and rows.
std::array<std::size_t, 3> sums_of(const std::vector<std::size_t>& pixels, std::size_t width) {
  std::array<std::size_t, 3> out = {pixels.size(), 0, 0};
  for (const std::size_t i : pixels) out[1] += i % width, out[2] += i / width;
  return out;
}

TEST(NucleiBeside, CompositesHaveThePixelsThatImageJFills) {
  for (const auto& each : testing_files::kComposites) {
    const ImageJRoi roi = read_roi(testing_files::from_hex(each.hex), each.name);
    std::vector<std::vector<ImagePoint>> pieces;
    for (const auto& path : roi.paths) {
      pieces.emplace_back();
      for (const RoiPoint& point : path) pieces.back().push_back({point[0], point[1]});
    }
    const std::array<std::size_t, 3> truth = {each.pixels, each.sum_x, each.sum_y};
    const auto of_pieces = pixels_of(pieces, 64, 48);
    EXPECT_EQ(sums_of(of_pieces, 64), truth) << each.name;
    DrawnShape joined;
    for (const RoiPoint& point : joined_outline(roi)) joined.points.push_back({point[0], point[1]});
    EXPECT_EQ(pixels_of(joined, 64, 48), of_pieces) << each.name << ": what joins the pieces encloses nothing";
  }
}

TEST(NucleiBeside, AZipWithCompositesAndTextsIsReadButForTheTexts) {
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(small_field(4)));
  const auto& island = testing_files::kComposites[1];
  const std::string zip = testing_files::stored_zip(
      {{"a.roi", testing_files::from_hex(island.hex)}, {"b.roi", testing_files::from_hex(testing_files::kTextRoi)}});
  folder.write("NC_1_rois.zip", zip);
  folder.write("NC_1_regions.zip", zip);
  const Outcome out = measured(folder, "rois");
  EXPECT_EQ(row_of(out, "nuclei.count").value, 1);
  EXPECT_NEAR(row_of(out, "nuclei.area").value, static_cast<double>(island.pixels) * kPixel * kPixel, 1e-9);
  EXPECT_NEAR(row_of(out, "nuclei.field_area", "island").value,
              static_cast<double>(island.pixels) * kPixel * kPixel * 1e-6, 1e-12);
  for (const char* kind : {"nuclei.outlines_left_out", "nuclei.region_left_out"}) {
    ASSERT_NE(find(out, kind), nullptr);
    EXPECT_NE(find(out, kind)->message.find("b.roi"), std::string::npos) << find(out, kind)->message;
  }
}

TEST(NucleiBeside, LabelsThatCannotBeFoundAreNamed) {
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(small_field(4)));
  const auto error = [&] { return error_of([&] { measured(folder, "cp_masks"); }); };
  EXPECT_EQ(error().kind(), ErrorKind::kData);
  EXPECT_NE(error().hint().find("_cp_masks"), std::string::npos);
  folder.write("NC_1_seg.npy", "\x93NUMPY");
  EXPECT_NE(error().hint().find("NC_1_seg.npy"), std::string::npos) << error().hint();
  EXPECT_NE(error().hint().find("File > Save masks as PNG/tif"), std::string::npos) << error().hint();
  const Outcome own = measured(folder, "");
  ASSERT_NE(find(own, "nuclei.labels_unused"), nullptr);
  EXPECT_NE(find(own, "nuclei.labels_unused")->message.find("NC_1_seg.npy"), std::string::npos);
  folder.write("NC_1_stardist.tif", write_label_tiff(Labels2(64, 64, 1)));
  EXPECT_NE(error().hint().find("NC_1_stardist.tif"), std::string::npos);
  const Error size = error_of([&] { measured(folder, "stardist"); });
  EXPECT_NE(size.message().find("64 x 64"), std::string::npos);
  EXPECT_EQ(size.where().file, "raw/NC_1_stardist.tif");
}

TEST(NucleiRegions, CountsAndDensitiesOfNamedParts) {
  const NucleiField field = small_field(7);
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(field));
  folder.write("NC_1_labels.tif", write_label_tiff(field.labels));
  // The lesion in two pieces of one name; the penumbra overlaps the second by 256 x 28 pixels.
  std::string features;
  for (const auto& [name, from, to] : {std::tuple{"lesion", 0, 50}, {"penumbra", 50, 128}, {"lesion", 100, 128}}) {
    const std::string y0 = std::to_string(from), y1 = std::to_string(to);
    features += std::string(features.empty() ? "" : ",") + R"({"type":"Feature","properties":{"name":")" + name +
                R"("},"geometry":{"type":"Polygon","coordinates":[[[0,)" + y0 + "],[256," + y0 + "],[256," + y1 +
                "],[0," + y1 + "],[0," + y0 + "]]]}}";
  }
  folder.write("NC_1_regions.geojson", R"({"type":"FeatureCollection","features":[)" + features + "]}");
  const Outcome out = measured(folder, "labels");
  std::map<std::string, std::int64_t> count, positive;
  std::vector<double> light;
  for (const Region& region : measure_regions(field.labels)) {
    const auto row = static_cast<double>(std::lround(region.y)) + 0.5;
    const bool is_positive = field.positive[static_cast<std::size_t>(region.label)] != 0;
    const auto add = [&](const char* name) { ++count[name], positive[name] += is_positive ? 1 : 0; };
    if (row < 50 || (row > 100 && row < 128)) add("lesion");
    if (row > 50 && row < 128) add("penumbra");
  }
  ASSERT_GT(count["lesion"], 3);
  for (const auto& [name, rows] : {std::pair{"lesion", 78}, {"penumbra", 78}}) {
    const double mm2 = 256 * rows * kPixel * kPixel * 1e-6;
    EXPECT_EQ(row_of(out, "nuclei.count", name).value, static_cast<double>(count[name]));
    EXPECT_NEAR(row_of(out, "nuclei.field_area", name).value, mm2, 1e-12);
    EXPECT_NEAR(row_of(out, "nuclei.density", name).value, static_cast<double>(count[name]) / mm2, 1e-6);
    const std::string target = std::string("edu+ in ") + name;
    const Observation share = row_of(out, "nuclei.positive_fraction", target);
    const Share wilson = wilson95(static_cast<std::uint64_t>(positive[name]), static_cast<std::uint64_t>(count[name]));
    EXPECT_NEAR(share.value, wilson.value, 1e-12);
    EXPECT_NEAR(share.low, wilson.low, 1e-12);
    EXPECT_EQ(share.interval, "wilson95");
    EXPECT_EQ(row_of(out, "nuclei.positive_count", target).value, static_cast<double>(positive[name]));
    EXPECT_NEAR(row_of(out, "nuclei.positive_density", target).value, static_cast<double>(positive[name]) / mm2, 1e-6);
  }
  EXPECT_EQ(row_of(out, "nuclei.count").value, greatest_label(field.labels));
  EXPECT_NE(find(out, "nuclei.regions_overlap"), nullptr);
  EXPECT_EQ(find(out, "nuclei.region_unnamed"), nullptr);
  EXPECT_EQ(find(out, "nuclei.region_beyond"), nullptr);
  // Rates of the sample come from the rows of its fields, by region as well.
  EXPECT_NEAR(row_of(derive_rates(out.observations), "nuclei.positive_rate", "edu+ in lesion").value,
              row_of(out, "nuclei.positive_fraction", "edu+ in lesion").value, 1e-12);
  // Without the setting nobody looks for them.
  const Outcome plain = measured(folder, "labels", "NC_1.ome.tif", "");
  EXPECT_LT(plain.observations.size(), out.observations.size());
  EXPECT_EQ(find(plain, "nuclei.regions_overlap"), nullptr);
}

TEST(NucleiRegions, PhantomsOfKnownRegionsAreMeasured) {
  AnySettings phantom = kNucleiPhantom.make_settings();
  phantom.get<NucleiPhantomSettings>().regions = true;
  phantom.get<NucleiPhantomSettings>().touching = 0;
  phantom.get<NucleiPhantomSettings>().width = 400;
  const Rendered rendered = kNucleiPhantom.render(phantom, 3);
  const TestFolder folder;
  for (const auto& file : rendered.files) folder.write(file.name, file.bytes);
  const Outcome out = measured(folder, "", "nuclei.ome.tif");
  std::size_t regions = 0;
  for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
    const Observation truth = rendered.truth.row(i);
    const Observation found = row_of(out, truth.quantity, truth.target);
    const double off = truth.quantity == "nuclei.field_area" ? 3 * kPixel * kPixel * 1e-6
                       : truth.quantity == "nuclei.count"    ? 1
                                                             : 0.05;
    EXPECT_NEAR(found.value, truth.value, off) << truth.quantity << " " << truth.target;
    regions += truth.target == "lesion" || truth.target == "healthy" ? 1 : 0;
  }
  EXPECT_EQ(regions, 4U);
}

TEST(NucleiRegions, OddOutlinesAreNamed) {
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(small_field(7)));
  folder.write("NC_1_labels.tif", write_label_tiff(small_field(7).labels));
  folder.write("NC_1_regions.zip", zip_of({roi("0123-0456", 0, 0, 100, 100), roi("far", 3000, 3000, 3100, 3100),
                                           roi("half", 200, 0, 400, 256)}));
  const Outcome out = measured(folder, "labels");
  ASSERT_NE(find(out, "nuclei.region_unnamed"), nullptr);
  EXPECT_NE(find(out, "nuclei.region_unnamed")->message.find("0123-0456"), std::string::npos);
  ASSERT_NE(find(out, "nuclei.region_empty"), nullptr);
  EXPECT_EQ(find(out, "nuclei.region_empty")->where.item, "far");
  EXPECT_EQ(row_of(out, "nuclei.count", "far").status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(out, "nuclei.positive_fraction", "edu+ in far").status, Status::kNotMeasurable);
  EXPECT_NE(find(out, "nuclei.region_beyond"), nullptr);
  EXPECT_NEAR(row_of(out, "nuclei.field_area", "half").value, 56 * 256 * kPixel * kPixel * 1e-6, 1e-12);
  const TestFolder other;
  other.write("NC_1.ome.tif", tiff_of(small_field(7)));
  other.write("NC_1_regions.geojson",
              R"([{"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0],[9,9]]},)"
              R"("properties":{"name":"midline"}},{"type":"Feature","geometry":{"type":"Polygon","coordinates":)"
              R"([[[0,0],[256,0],[256,256],[0,256],[0,0]],[[0,0],[256,0],[256,255],[0,255],[0,0]]]},)"
              R"("properties":{"classification":{"name":"cortex"}}}])");
  const Outcome lines = measured(other, "");
  ASSERT_NE(find(lines, "nuclei.region_no_area"), nullptr);
  EXPECT_EQ(find(lines, "nuclei.region_no_area")->where.item, "midline");
  EXPECT_NEAR(row_of(lines, "nuclei.field_area", "cortex").value, 256 * kPixel * kPixel * 1e-6, 1e-12);
  EXPECT_EQ(row_of(lines, "nuclei.count", "cortex").value, 0);
  EXPECT_NE(find(lines, "nuclei.regions_without_nuclei"), nullptr);
  EXPECT_EQ(row_of(lines, "nuclei.positive_fraction", "edu+ in cortex").status, Status::kNoObjects);
  EXPECT_EQ(row_of(lines, "nuclei.positive_density", "edu+ in cortex").value, 0);
}

TEST(NucleiRegions, ManyRegionsAreDrawnAndTooManyRefused) {
  const TestFolder folder;
  folder.write("NC_1.ome.tif", tiff_of(small_field(7)));
  folder.write("NC_1_labels.tif", write_label_tiff(small_field(7).labels));
  std::vector<ImageJRoi> rois;
  for (int i = 0; i < 50; ++i) rois.push_back(roi("layer " + std::to_string(i), 5 * i, 0, 5 * i + 10, 256));
  folder.write("NC_1_regions.zip", zip_of(rois));
  EXPECT_NEAR(row_of(measured(folder, "labels"), "nuclei.field_area", "layer 49").value,
              10 * 256 * kPixel * kPixel * 1e-6, 1e-12);
  rois.push_back(roi("layer 50", 0, 0, 9, 9));
  folder.write("NC_1_regions.zip", zip_of(rois));
  const Error error = error_of([&] { measured(folder, "labels"); });
  EXPECT_EQ(error.kind(), ErrorKind::kData);
  EXPECT_EQ(error.where().file, "raw/NC_1_regions.zip");
  // Outlines that are given as labels and lie nowhere are told.
  folder.write("NC_1_rois.zip", zip_of({roi("1", 10, 10, 20, 20), roi("2", 12, 12, 18, 18), roi("3", 900, 0, 910, 9)}));
  const Outcome out = measured(folder, "rois", "NC_1.ome.tif", "");
  EXPECT_EQ(row_of(out, "nuclei.count").value, 1);
  ASSERT_NE(find(out, "nuclei.outlines_lost"), nullptr);
  EXPECT_EQ(find(out, "nuclei.outlines_lost")->message.find("2 of the outlines"), 0U);
}

TEST(NucleiRegions, FieldsOfAFolderHaveTheirOwn) {
  const TestFolder folder;
  for (const char* name : {"s1", "s2"}) {
    const NucleiField field = small_field(name[1]);
    for (const auto& [stain, channel] : {std::pair{"_DAPI.tif", 0U}, {"_EdU.tif", 1U}}) {
      phantom::TiffPlanes planes;
      planes.width = planes.height = 256;
      planes.bits = 16;
      planes.pixel_um = kPixel;
      planes.planes.emplace_back(field.channels[channel].pixels.begin(), field.channels[channel].pixels.end());
      folder.write(std::string(name) + stain, phantom::tiff_file(planes));
    }
  }
  folder.write("s1_regions.zip", zip_of({roi("all", 0, 0, 256, 256)}));
  const Reading reading{
      "raw/slide", "", "image_series",
      std::make_shared<const ReadingData>(ImageReading{open_image_series(series_files(folder.path()), "raw/slide")})};
  const Outcome out = kNucleiAssay.measure(reading, {}, AnySettings::of<Settings>(), InputFacts{}, Context{});
  const Observation all = row_of(out, "nuclei.count", "all");
  EXPECT_EQ(all.part, "s1");
  EXPECT_EQ(all.value, row_of(out, "nuclei.count").value);
  ASSERT_NE(find(out, "nuclei.regions_missing"), nullptr);
  EXPECT_NE(find(out, "nuclei.regions_missing")->message.find("s2"), std::string::npos);
}

}  // namespace
}  // namespace vesica
