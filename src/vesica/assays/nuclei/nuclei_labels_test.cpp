// SPDX-License-Identifier: Apache-2.0
// Labels of other programs in place of own segmentation: in a channel, in files of a folder, and when they are bad.
#include <cmath>

#include "phantoms/images.h"
#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/images.h"
#include "vesica/io/label_image.h"
#include "vesica/io/tiff.h"
#include "vesica/ops/segment_labels.h"

namespace vesica {
namespace {

using namespace nuclei;

NucleiField small_field(std::uint64_t seed) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 256;
  phantom.nuclei = 40;
  return nuclei_field(phantom, seed);
}

Reading reading_of(std::vector<Image2> channels) {
  ImageInfo info;
  info.bits = 16;
  info.channel_names = {"DAPI", "EdU", "labels"};
  info.channel_names.resize(channels.size());
  info.channels = channels.size();
  for (Known& each : info.voxel_um) each = {0.65, KnownFrom::kTag, "test"};
  return {"raw/field.tif", "", "tiff",
          std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), std::move(channels))})};
}

Reading folder_reading(const TestFolder& folder) {
  const auto files = series_files(folder.path());
  return {"raw/plate", "", "image_series",
          std::make_shared<const ReadingData>(ImageReading{open_image_series(files, "raw/plate")})};
}

Outcome measured(const Reading& reading, const std::string& labels, const std::vector<Edit>& edits = {},
                 int threads = 1) {
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().markers = {"edu=EdU"};
  how.get<Settings>().cut = "fixed";
  how.get<Settings>().cuts = {150};
  how.get<Settings>().pixel_um = 0.65;
  how.get<Settings>().labels = labels;
  InputFacts facts;
  facts.sample = "well";
  facts.corrections = edits;
  Context context;
  context.threads = threads;
  return kNucleiAssay.measure(reading, {}, how, facts, context);
}

std::vector<std::string> rows_of(const Outcome& out, const std::string& part = "") {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    const Observation row = out.observations.row(i);
    if (!part.empty() && row.part != part) continue;
    rows.push_back(row.quantity + " " + row.target + " " + std::to_string(row.value) + " " + std::to_string(row.n));
  }
  return rows;
}

double value_of(const Outcome& out, std::string_view quantity, const std::string& part = "") {
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    const Observation row = out.observations.row(i);
    if (row.quantity == quantity && (part.empty() || row.part == part)) return row.value;
  }
  return kNaN;
}

bool has(const Outcome& out, std::string_view kind) {
  return std::any_of(out.issues.begin(), out.issues.end(), [&](const Issue& each) { return each.kind == kind; });
}

/// The label image that a measurement exports, as a program that reads it would see it.
Labels2 exported(const Outcome& out) {
  for (const Artifact& each : out.artifacts) {
    if (each.name.ends_with("labels.tif"))
      return read_labels(*open_tiff(bytes_of(each.bytes), each.name), 0, each.name);
  }
  ADD_FAILURE() << "no labels";
  return {};
}

Image2 image_of(const Labels2& labels) {
  Image2 out(labels.width, labels.height);
  std::transform(labels.pixels.begin(), labels.pixels.end(), out.pixels.begin(),
                 [](std::int32_t v) { return static_cast<float>(v); });
  return out;
}

std::string tiff_of(const Image2& image) {
  phantom::TiffPlanes planes;
  planes.width = image.width;
  planes.height = image.height;
  planes.bits = 16;
  planes.planes.emplace_back(image.pixels.begin(), image.pixels.end());
  planes.pixel_um = 0.65;
  return phantom::tiff_file(planes);
}

TEST(NucleiLabels, ExportedAndImportedAgainMeasureTheSame) {
  const std::vector<Image2> channels = small_field(4).channels;
  const Outcome own = measured(reading_of(channels), "");
  const Labels2 labels = exported(own);
  const Reading with_labels = reading_of({channels[0], channels[1], image_of(labels)});
  EXPECT_GT(value_of(own, "nuclei.count"), 30);
  for (const char* name : {"labels", "3"}) {
    const Outcome given = measured(with_labels, name);
    EXPECT_EQ(rows_of(given), rows_of(own)) << name;
    EXPECT_EQ(exported(given), labels);
    EXPECT_TRUE(has(given, "nuclei.labels_given"));
    EXPECT_EQ(given.artifacts.size(), own.artifacts.size());
  }
  EXPECT_FALSE(has(own, "nuclei.labels_given"));
}

TEST(NucleiLabels, CorrectionsByHandApply) {
  const NucleiField field = small_field(4);
  const Region first = measure_regions(field.labels).front();
  ObjectEdit remove;
  remove.number = 1;
  remove.at = {{first.x + 0.5, first.y + 0.5}};
  Edit edit = write_object_edit(remove);
  edit.number = 1;
  const Reading reading = reading_of({field.channels[0], field.channels[1], image_of(field.labels)});
  const double count = value_of(measured(reading, "labels"), "nuclei.count");
  EXPECT_EQ(count, greatest_label(field.labels));
  EXPECT_EQ(value_of(measured(reading, "labels", {edit}), "nuclei.count"), count - 1);
}

TEST(NucleiLabels, FilesOfAFolderBelongToTheirFields) {
  const TestFolder folder;
  std::vector<NucleiField> fields = {small_field(4), small_field(5)};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string name = "well_" + std::to_string(i + 1) + "_";
    for (std::int32_t& label : fields[i].labels.pixels) label = label > 0 ? label + 70000 : 0;  // 32 bits
    folder.write(name + "DAPI.tif", tiff_of(fields[i].channels[0]));
    folder.write(name + "EdU.tif", tiff_of(fields[i].channels[1]));
    folder.write(name + "DAPI_cp_masks.tif", write_label_tiff(fields[i].labels));
  }
  const Outcome one = measured(folder_reading(folder), "cp_masks"),
                two = measured(folder_reading(folder), "cp_masks", {}, 2);
  EXPECT_EQ(rows_of(one), rows_of(two));
  ASSERT_EQ(one.artifacts.size(), two.artifacts.size());
  for (std::size_t i = 0; i < one.artifacts.size(); ++i) EXPECT_EQ(one.artifacts[i].bytes, two.artifacts[i].bytes);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::vector<Image2>& c = fields[i].channels;
    const Outcome alone = measured(reading_of({c[0], c[1], image_of(fields[i].labels)}), "labels");
    EXPECT_EQ(rows_of(one, "well_" + std::to_string(i + 1)), rows_of(alone));
  }
  // Without the setting the files of labels are no fields and no channels.
  const Outcome own = measured(folder_reading(folder), "");
  EXPECT_EQ(rows_of(own, "well_1"), rows_of(measured(reading_of(fields[0].channels), "")));
  EXPECT_FALSE(has(own, "nuclei.channel_missing"));
}

TEST(NucleiLabels, AFieldWithoutItsFileIsNamed) {
  const TestFolder folder;
  const NucleiField field = small_field(4);
  for (const char* name : {"a1", "a2"}) {
    folder.write(name + std::string("_ch00.tif"), tiff_of(field.channels[0]));
    folder.write(name + std::string("_ch01.tif"), tiff_of(field.channels[1]));
  }
  folder.write("a1_ch00_labels.tif", write_label_tiff(field.labels));
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().labels = "labels";
  const Outcome out = kNucleiAssay.measure(folder_reading(folder), {}, how, InputFacts{}, Context{});
  EXPECT_EQ(value_of(out, "nuclei.count", "a1"), greatest_label(field.labels));
  EXPECT_TRUE(std::isnan(value_of(out, "nuclei.count", "a2")));
  EXPECT_TRUE(has(out, "nuclei.labels_missing"));
  EXPECT_EQ(error_of([&] { measured(folder_reading(folder), "stardist"); }).kind(), ErrorKind::kData);
}

TEST(NucleiLabels, BadLabelsAreErrorsOrStatuses) {
  const NucleiField field = small_field(4);
  const auto with = [&](const Image2& labels) {
    return measured(reading_of({field.channels[0], field.channels[1], labels}), "labels");
  };
  const auto refused = [&](const Image2& labels) {
    const Error error = error_of([&] { with(labels); });
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_FALSE(error.hint().empty());
    return error.message();
  };
  Image2 labels = image_of(field.labels);
  labels.pixels[7] = 0.5F;
  EXPECT_NE(refused(labels).find("(7, 0)"), std::string::npos);
  labels.pixels[7] = -1;
  EXPECT_NE(refused(labels).find("-1"), std::string::npos);
  labels.pixels[7] = std::numeric_limits<float>::quiet_NaN();
  refused(labels);
  Image2 photograph = field.channels[1], mask = image_of(field.labels);
  for (float& value : photograph.pixels) value = std::round(value);
  for (float& value : mask.pixels) value = value > 0 ? 255.0F : 0.0F;
  refused(photograph);
  refused(mask);
  EXPECT_EQ(error_of([&] { measured(reading_of(field.channels), "labels"); }).kind(), ErrorKind::kData);
  EXPECT_EQ(error_of([&] { measured(reading_of(field.channels), "DAPI"); }).kind(), ErrorKind::kData);
  const Outcome none = with(Image2(256, 256));
  EXPECT_EQ(value_of(none, "nuclei.count"), 0);
  EXPECT_TRUE(has(none, "nuclei.none"));
  EXPECT_TRUE(std::isnan(value_of(none, "nuclei.positive_fraction")));
}

TEST(NucleiLabels, LabelsOfAnotherSizeAreAnError) {
  const TestFolder folder;
  const NucleiField field = small_field(4);
  folder.write("x.tif", tiff_of(field.channels[0]));
  folder.write("x_masks.tif", write_label_tiff(Labels2(128, 128, 1)));
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().labels = "masks";
  const Error error = error_of([&] { kNucleiAssay.measure(folder_reading(folder), {}, how, InputFacts{}, Context{}); });
  EXPECT_EQ(error.kind(), ErrorKind::kData);
  EXPECT_NE(error.message().find("128 x 128"), std::string::npos);
  EXPECT_FALSE(error.hint().empty());
}

TEST(NucleiLabels, FilesOfManyChannelsHaveLabelsBesideThem) {
  ImageInfo info;
  info.frames = 4;
  info.channel_names = {"DAPI", "EdU"};
  info.channels = 2;
  info.plane_names = {"a.tif", "a_cp_masks.tif", "b.tif", "b_cp_masks.tif"};
  const Arrangement found = arrangement_of(*memory_images(info, std::vector<Image2>(8, Image2(4, 4))));
  EXPECT_EQ(found.channels, (std::vector<std::string>{"DAPI", "EdU", "cp_masks"}));
  EXPECT_EQ(found.pictures, 2U);
  ASSERT_EQ(found.fields.size(), 2U);
  EXPECT_EQ(found.fields[1].planes[2].frame, 3U);
}

TEST(NucleiLabels, GreyPicturesSavedInColourKeepTheLabelsBesideThem) {
  const TestFolder folder;
  const NucleiField field = small_field(4);
  phantom::TiffPlanes colours;
  colours.width = colours.height = 256;
  colours.samples = 3;
  colours.planes.emplace_back();
  for (const float value : field.channels[0].pixels) {
    for (int i = 0; i < 3; ++i) colours.planes[0].push_back(static_cast<std::uint16_t>(std::min(255.0F, value / 16)));
  }
  folder.write("x.tif", phantom::tiff_file(colours));
  folder.write("x-labels.tif", write_label_tiff(field.labels));  // stands before its image
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().labels = "labels";
  const Outcome out = kNucleiAssay.measure(folder_reading(folder), {}, how, InputFacts{}, Context{});
  EXPECT_EQ(value_of(out, "nuclei.count"), greatest_label(field.labels));
  EXPECT_FALSE(has(out, "nuclei.colour"));
}

TEST(NucleiLabels, NamesOfFilesSayIt) {
  const auto is = [](const char* name, const char* token, const char* rest) {
    const ChannelName found = label_in_name(name);
    EXPECT_EQ(found.channel, token) << name;
    EXPECT_EQ(found.rest, rest) << name;
  };
  is("NC_1_DAPI_cp_masks.png", "cp_masks", "NC_1_DAPI");
  is("NC_1_labels.tif", "labels", "NC_1");
  is("NC 1.stardist_labels.tif", "stardist_labels", "NC 1");
  is("a_MASKS.tif", "masks", "a");
  is("labels.tif", "", "labels");
  is("a_unmasks.tif", "", "a_unmasks");
}

}  // namespace
}  // namespace vesica
