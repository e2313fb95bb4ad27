// SPDX-License-Identifier: Apache-2.0
// Phantoms of known numbers and positives, bad input, real fields with outlines drawn by hand.
#include "vesica/assays/nuclei/nuclei.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/io/images.h"
#include "vesica/io/label_image.h"
#include "vesica/io/open.h"
#include "vesica/io/tiff.h"
#include "vesica/ops/segment_labels.h"
#include "vesica/ops/segment_mask.h"
#include "vesica/ops/segment_score.h"

namespace vesica {
namespace {

using namespace nuclei;

Reading reading_of(std::vector<Image2> channels, ImageInfo info) {
  info.channels = channels.size();
  return {"raw/field.tif", "", "tiff",
          std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), std::move(channels))})};
}

ImageInfo camera(double pixel_um, int bits = 16) {
  ImageInfo info;
  info.bits = bits;
  info.channel_names = {"DAPI", "EdU"};
  if (pixel_um > 0) {
    for (Known& each : info.voxel_um) each = {pixel_um, KnownFrom::kTag, "test"};
  }
  return info;
}

Reading phantom_reading(const NucleiPhantomSettings& settings, std::uint64_t seed) {
  return reading_of(nuclei_field(settings, seed).channels, camera(settings.pixel_um));
}

AnySettings settings_of(const std::vector<std::pair<std::string, std::string>>& values = {}) {
  AnySettings out = AnySettings::of<Settings>();
  out.get<Settings>().markers = {"edu=EdU"};
  for (const auto& [name, value] : values) set_field(out, name, value);
  return out;
}

InputFacts facts() {
  InputFacts out;
  out.sample = "well";
  out.source = "nuclei";
  return out;
}

Outcome measured(const Reading& reading, const AnySettings& settings, std::vector<Calibration> controls = {}) {
  return kNucleiAssay.measure(reading, controls, settings, facts(), Context{});
}

Observation row_of(const Outcome& out, std::string_view quantity, std::string_view target = "") {
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    if (out.observations.quantity(i) == quantity && out.observations.target(i) == target)
      return out.observations.row(i);
  }
  ADD_FAILURE() << "no row of " << quantity << " " << target;
  return {};
}

bool has(const Outcome& out, std::string_view kind) {
  return std::any_of(out.issues.begin(), out.issues.end(), [&](const Issue& each) { return each.kind == kind; });
}

Calibration control_of(const NucleiPhantomSettings& settings, std::uint64_t seed, const AnySettings& how) {
  NucleiPhantomSettings negative = settings;
  negative.positive = 0;
  const std::vector<Reading> readings = {phantom_reading(negative, seed), phantom_reading(negative, seed + 1)};
  return kNucleiAssay.calibrate(readings, "negative", how, Context{});
}

TEST(NucleiPhantomSlow, NumbersAndPositivesAreFound) {
  for (const double share : {0.05, 0.3, 0.9}) {
    NucleiPhantomSettings phantom;
    phantom.positive = share;
    const AnySettings how = settings_of();
    const Calibration control = control_of(phantom, 100, how);
    const NucleiField field = nuclei_field(phantom, 3);
    const Outcome out = measured(phantom_reading(phantom, 3), how, {control});
    const double count = static_cast<double>(field.positive.size() - 1);
    EXPECT_NEAR(row_of(out, "nuclei.count").value, count, 0.05 * count) << share;
    const Observation rate = row_of(out, "nuclei.positive_fraction", "edu+");
    EXPECT_NEAR(rate.value, share, 0.03) << share;
    EXPECT_EQ(rate.interval, "wilson95");
    EXPECT_LT(rate.low, share + 0.03);
    EXPECT_GT(rate.high, share - 0.03);
    const double area_mm2 = 512 * 512 * 0.65 * 0.65 * 1e-6;
    EXPECT_NEAR(row_of(out, "nuclei.density").value, row_of(out, "nuclei.count").value / area_mm2, 1e-6);
    EXPECT_NEAR(row_of(out, "nuclei.area").value, std::numbers::pi * 8 * 6, 12);
    EXPECT_FALSE(has(out, "nuclei.out_of_focus"));
    EXPECT_FALSE(has(out, "nuclei.saturated"));
    EXPECT_FALSE(has(out, "nuclei.channels_swapped"));
    EXPECT_FALSE(has(out, "nuclei.drawn"));
  }
}

TEST(NucleiPhantomSlow, TouchingNucleiAndUnevenLight) {
  NucleiPhantomSettings phantom;
  phantom.touching = 0.8;
  phantom.uneven_light = 0.7;
  phantom.bleed = 0.2;
  const AnySettings how = settings_of();
  const Calibration control = control_of(phantom, 50, how);
  SegmentationScore score;
  double rate = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const NucleiField field = nuclei_field(phantom, seed);
    score += score_segmentation(field.labels, segment(field.channels[0], how.get<Settings>(), 0.65).labels);
    rate +=
        row_of(measured(phantom_reading(phantom, seed), how, {control}), "nuclei.positive_fraction", "edu+").value / 3;
  }
  EXPECT_GT(score.f1(), 0.95);
  EXPECT_NEAR(rate, phantom.positive, 0.04);
}

TEST(NucleiPhantomSlow, MixturesAndFixedCuts) {
  NucleiPhantomSettings phantom;
  const Outcome mixed = measured(phantom_reading(phantom, 5), settings_of({{"cut", "mixture"}}));
  EXPECT_NEAR(row_of(mixed, "nuclei.positive_fraction", "edu+").value, 0.3, 0.03);
  EXPECT_GE(row_of(mixed, "nuclei.separation", "edu").value, 2);
  phantom.positive = 0;
  const Outcome one = measured(phantom_reading(phantom, 5), settings_of({{"cut", "mixture"}}));
  EXPECT_EQ(row_of(one, "nuclei.positive_fraction", "edu+").status, Status::kNotMeasurable);
  EXPECT_TRUE(has(one, "nuclei.one_population"));
  phantom.positive = 0.3;
  const Outcome fixed = measured(phantom_reading(phantom, 5), settings_of({{"cut", "fixed"}, {"cuts", "150"}}));
  EXPECT_NEAR(row_of(fixed, "nuclei.positive_fraction", "edu+").value, 0.3, 0.03);
  EXPECT_EQ(row_of(fixed, "nuclei.cut", "edu").value, 150);
}

TEST(NucleiPhantomSlow, AControlBrighterThanTheSampleIsAnError) {
  NucleiPhantomSettings phantom;
  const AnySettings how = settings_of();
  NucleiPhantomSettings bright = phantom;
  bright.haze = 900;
  const Outcome out = measured(phantom_reading(phantom, 2), how, {control_of(bright, 40, how)});
  EXPECT_TRUE(has(out, "nuclei.control_brighter"));
  EXPECT_EQ(row_of(out, "nuclei.positive_fraction", "edu+").status, Status::kNotMeasurable);
  EXPECT_TRUE(std::isnan(row_of(out, "nuclei.positive_fraction", "edu+").value));
  const Outcome without = measured(phantom_reading(phantom, 2), how);
  EXPECT_TRUE(has(without, "nuclei.control_missing"));
  EXPECT_EQ(row_of(without, "nuclei.positive_fraction", "edu+").status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(without, "nuclei.count").status, Status::kOk);
}

TEST(NucleiBadInput, EachIsAWarningOrAStatus) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 256;
  phantom.nuclei = 40;
  const AnySettings how = settings_of();
  const Calibration control = control_of(phantom, 40, how);
  const auto with = [&](auto change) {
    NucleiPhantomSettings other = phantom;
    change(other);
    return measured(phantom_reading(other, 8), how, {control});
  };
  const Outcome empty = with([](NucleiPhantomSettings& s) { s.nuclei = 0; });
  EXPECT_EQ(row_of(empty, "nuclei.positive_fraction", "edu+").status, Status::kNoObjects);
  EXPECT_EQ(row_of(empty, "nuclei.count").value, 0);
  EXPECT_TRUE(has(empty, "nuclei.none"));
  const Outcome full = with([](NucleiPhantomSettings& s) { s.exposure = 8; });
  EXPECT_TRUE(has(full, "nuclei.saturated"));
  const Outcome blurred = with([](NucleiPhantomSettings& s) { s.blur_um = 7; });
  EXPECT_TRUE(has(blurred, "nuclei.out_of_focus") || has(blurred, "nuclei.none"));
  std::vector<Image2> channels = nuclei_field(phantom, 8).channels;
  const Outcome swapped = measured(reading_of({channels[1], channels[0]}, camera(0.65)), how, {control});
  EXPECT_TRUE(has(swapped, "nuclei.channels_swapped") || has(swapped, "nuclei.control_brighter"));
  const Outcome unscaled = measured(reading_of(channels, camera(0)), how, {control});
  EXPECT_TRUE(has(unscaled, "nuclei.pixel_missing"));
  EXPECT_EQ(row_of(unscaled, "nuclei.density").status, Status::kNotMeasurable);
  EXPECT_GT(row_of(unscaled, "nuclei.area_px").value, 0);
  EXPECT_THROW(measured(reading_of({channels[0]}, camera(0.65)), how), Error);  // no EdU channel
}

TEST(NucleiBadInput, PicturesThatAreNoFluorescence) {
  const AnySettings how = AnySettings::of<Settings>();
  Random random(3, 3);
  Image2 bright(300, 200, 230);
  for (float& value : bright.pixels) value += static_cast<float>(random.uniform(-5, 5));
  for (std::size_t y = 80; y < 100; ++y) {
    for (std::size_t x = 50; x < 250; x += 2) bright.at(x, y) = 20;  // writing on a screen
  }
  ImageInfo grey = camera(0.65, 8);
  const Outcome screen = measured(reading_of({bright}, grey), how);
  EXPECT_TRUE(has(screen, "nuclei.bright_ground"));
  EXPECT_EQ(row_of(screen, "nuclei.count").status, Status::kNotMeasurable);
  NucleiPhantomSettings small;
  small.width = small.height = 256;
  small.nuclei = 40;
  std::vector<Image2> channels = nuclei_field(small, 8).channels;
  ImageInfo colour = camera(0.65);
  colour.colour = true;
  colour.channel_names.clear();
  const Outcome picture = measured(reading_of({channels[1], channels[1], channels[0]}, colour), how);
  EXPECT_TRUE(has(picture, "nuclei.colour"));
  EXPECT_EQ(row_of(picture, "nuclei.count").status, Status::kNotMeasurable);
  AnySettings named = how;
  named.get<Settings>().nucleus = "3";
  EXPECT_EQ(row_of(measured(reading_of({channels[1], channels[1], channels[0]}, colour), named), "nuclei.count").status,
            Status::kOk);
  const Outcome same = measured(reading_of({channels[0], channels[0], channels[0]}, colour), how);
  EXPECT_FALSE(has(same, "nuclei.colour"));
  EXPECT_GT(row_of(same, "nuclei.count").value, 20);
  Image2 barred = channels[0];
  for (std::size_t y = 230; y < 236; ++y) {
    for (std::size_t x = 180; x < 230; ++x) barred.at(x, y) = 4095;
  }
  EXPECT_TRUE(has(measured(reading_of({barred}, camera(0.65)), how), "nuclei.drawn"));
}

TEST(NucleiChannels, SlicesOfOneFieldAreNoFields) {
  NucleiPhantomSettings small;
  small.width = small.height = 200;
  small.nuclei = 20;
  const auto stack = [&](const std::vector<std::uint64_t>& seeds) {
    std::vector<Image2> planes;
    for (const std::uint64_t seed : seeds)
      for (const Image2& channel : nuclei_field(small, seed).channels) planes.push_back(channel);
    ImageInfo info = camera(0.65);
    info.depth = seeds.size();
    info.channels = 2;
    return Reading{
        "raw/z.tif", "", "tiff",
        std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), std::move(planes))})};
  };
  const AnySettings how = AnySettings::of<Settings>();
  const Outcome one = measured(stack({3, 3, 3}), how);
  EXPECT_TRUE(has(one, "nuclei.projected"));
  EXPECT_EQ(row_of(one, "nuclei.count").part, "");
  EXPECT_EQ(row_of(one, "nuclei.count").value, row_of(measured(stack({3}), how), "nuclei.count").value);
  const Outcome three = measured(stack({3, 4, 5}), how);
  EXPECT_TRUE(has(three, "nuclei.slices_differ"));
  EXPECT_EQ(row_of(three, "nuclei.count").part, "1");
}

TEST(NucleiBadInput, MixedMagnificationsAreNamed) {
  const std::vector<Reading> mixed = {reading_of({Image2(9, 9)}, camera(0.65)),
                                      reading_of({Image2(9, 9)}, camera(0.325))};
  const std::vector<Issue> issues = kNucleiAssay.check_together(mixed);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].kind, "nuclei.mixed_magnification");
  EXPECT_TRUE(kNucleiAssay.check_together(std::span(mixed).first(1)).empty());
}

TEST(NucleiChannels, NamesOfFilesSayTheChannel) {
  const auto is = [](const char* name, const char* channel, const char* rest) {
    const ChannelName found = channel_in_name(name);
    EXPECT_EQ(found.channel, channel) << name;
    EXPECT_EQ(found.rest, rest) << name;
  };
  is("IXMtest_B04_s4_w1F6AEFA0F-AF87-4B3B-A334-698647CFE043.tif", "w1", "IXMtest_B04_s4");
  is("well A1_w2.TIF", "w2", "well A1");
  is("field3_ch00.tif", "ch00", "field3");
  is("C1-slide.tif", "", "C1-slide");
  is("slide-C0.tif", "c0", "slide");
  is("AS_09125_050116030001_D03f00d1.tif", "d1", "AS_09125_050116030001_D03f00");
  is("NC_1_DAPI.png", "dapi", "NC_1");
  is("NC_1_EdU.png", "edu", "NC_1");
  is("education.png", "", "education");
}

TEST(NucleiChannels, AFolderBecomesFieldsOfChannels) {
  ImageInfo info;
  info.frames = 5;
  info.plane_names = {"a_w1.tif", "a_w2.tif", "b_w1.tif", "b_w2.tif", "c_w1.tif"};
  const Arrangement found = arrangement_of(*memory_images(info, std::vector<Image2>(5, Image2(4, 4))));
  EXPECT_EQ(found.channels, (std::vector<std::string>{"w1", "w2"}));
  ASSERT_EQ(found.fields.size(), 2U);
  EXPECT_EQ(found.fields[1].name, "b");
  EXPECT_EQ(found.fields[1].planes[1].frame, 3U);
  EXPECT_TRUE(found.incomplete);
  info.frames = 2;
  info.plane_names.clear();
  info.axis_known = false;
  const Arrangement pages = arrangement_of(*memory_images(info, std::vector<Image2>(2, Image2(4, 4))));
  EXPECT_EQ(pages.channels.size(), 2U);
  EXPECT_EQ(pages.fields.size(), 1U);
  EXPECT_EQ(nucleus_channel({"GFP", "Hoechst 33342"}), 1U);
  EXPECT_EQ(nucleus_channel({"GFP", "H2B-mCherry"}), 1U);
  EXPECT_EQ(nucleus_channel({"GFP", "nucleolin", "H33342"}), 2U);
  EXPECT_EQ(nucleus_channel({"DAPI", "GFP"}, 0), 1U);
  EXPECT_EQ(find_channel({"GFP", "DAPI"}, "2"), 1U);
  EXPECT_FALSE(find_channel({"GFP", "DAPI"}, "3"));
}

/// What `vesica new` would be told of fields in channels or files of these names.
Reading named(const std::vector<std::string>& channels, const std::vector<std::string>& files = {}) {
  ImageInfo info;
  info.bits = 16;
  info.channels = std::max<std::size_t>(channels.size(), 1);
  info.channel_names = channels;
  info.plane_names = files;
  info.frames = std::max<std::size_t>(files.size(), 1);
  const std::size_t planes = info.channels * info.frames;
  return {"raw/Exo 5ug", "", "image_series",
          std::make_shared<const ReadingData>(
              ImageReading{memory_images(std::move(info), std::vector<Image2>(planes, Image2(4, 4)))})};
}

TEST(NucleiChannels, ExosomesInNamesOfFilesAreATreatment) {
  EXPECT_TRUE(kNucleiAssay.suits(named({}, {"Exo_rat1_f1_DAPI.tif", "Exo_rat1_f1_Ki67.tif"})));
  EXPECT_FALSE(kNucleiAssay.suits(named({}, {"rat1_DAPI.tif", "rat1_PKH26.tif"})));
  EXPECT_FALSE(kNucleiAssay.suits(named({"DAPI", "Exo-PKH26"})));
}

TEST(NucleiChannels, TheDyeIsNotTheMarker) {
  for (const char* channel : {"EdU-594", "EdU", "EdU AF 488", "edu_Alexa Fluor 647", "EdU/Cy3"}) {
    const std::vector<Issue> asked = kNucleiAssay.missing(named({"DAPI", channel}), AnySettings::of<Settings>());
    EXPECT_TRUE(std::any_of(asked.begin(), asked.end(),
                            [&](const Issue& each) {
                              return each.hint.find(std::string("[\"edu=") + channel + "\"]") != std::string::npos;
                            }))
        << channel << ": " << (asked.empty() ? "nothing" : asked.back().message + asked.back().hint);
  }
}

TEST(NucleiSettings, MarkersAndCombinations) {
  Settings settings;
  settings.markers = {"krt14=2", "ctsk = 3:cell"};
  const std::vector<Marker> markers = markers_of(settings);
  ASSERT_EQ(markers.size(), 2U);
  EXPECT_TRUE(markers[1].cell);
  EXPECT_EQ(markers[1].channel, "3");
  const std::vector<Combination> all = combinations_of(settings, markers);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].target, "krt14+ctsk+");
  settings.combinations = {"krt14+ctsk-"};
  EXPECT_FALSE(combinations_of(settings, markers)[2].signs[1].second);
  settings.combinations = {"krt14+nobody+"};
  EXPECT_THROW(combinations_of(settings, markers), Error);
  for (const char* wrong : {"edu", "=2", "a+=2", "edu="}) {
    settings.markers = {wrong};
    EXPECT_THROW(markers_of(settings), Error) << wrong;
  }
}

TEST(NucleiPositive, RatesAreSumsOverFields) {
  ObservationTable table;
  for (const auto& [part, value, n] : {std::tuple{"1", 0.5, 10}, {"2", 0.1, 90}}) {
    Observation row = facts().row("nuclei.positive_fraction");
    row.target = "edu+";
    row.part = part;
    row.value = value;
    row.n = n;
    table.add(row);
  }
  const Outcome out = derive_rates(table);
  ASSERT_EQ(out.observations.size(), 1U);
  EXPECT_NEAR(out.observations.value(0), 0.14, 1e-12);
  EXPECT_EQ(out.observations.n(0), 100);
  EXPECT_TRUE(derive_rates({}).observations.empty());
}

TEST(NucleiAssay, LabelsAndOutlinesAgree) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 256;
  phantom.nuclei = 40;
  const Outcome out = measured(phantom_reading(phantom, 4), AnySettings::of<Settings>());
  const double count = row_of(out, "nuclei.count").value;
  bool labels = false, rois = false;
  for (const Artifact& artifact : out.artifacts) {
    if (artifact.name == "nuclei_labels.tif") {
      labels = true;
      const auto source = open_tiff(bytes_of(artifact.bytes), artifact.name);
      EXPECT_EQ(greatest_label(read_labels(*source, 0, artifact.name)), count);
      EXPECT_NEAR(source->info().pixel_um().value, phantom.pixel_um, 1e-6);
    }
    if (artifact.name == "nuclei_rois.zip") {
      rois = true;
      std::vector<Error> left_out;
      EXPECT_EQ(static_cast<double>(read_rois(artifact.bytes, artifact.name, left_out).size()), count);
    }
  }
  EXPECT_TRUE(labels && rois);
}

/// Pooled agreement over the fields of a set, one setting.
struct Pooled {
  SegmentationScore score;
  double count_error = 0, fields = 0;  ///< sum of |found - truth| / truth
  double found = 0, truth = 0;
};
void add(Pooled& pooled, const Labels2& truth, const Labels2& found, const std::string& name) {
  const SegmentationScore score = score_segmentation(truth, found);
  const auto t = static_cast<double>(score.matched + score.missed);
  const auto n = static_cast<double>(score.matched + score.invented);
  pooled.score += score;
  pooled.count_error += std::abs(n - t) / t;
  pooled.found += n;
  pooled.truth += t;
  ++pooled.fields;
  std::printf("%s\ttruth %.0f\tfound %.0f\tF1 %.3f\tPQ %.3f\n", name.c_str(), t, n, score.f1(), score.quality());
}
void print(const Pooled& p, const char* name) {
  std::printf("%s: F1 %.4f, PQ %.3f, mean count error %.3f, pooled %+.3f, n %.0f\n", name, p.score.f1(),
              p.score.quality(), p.count_error / p.fields, p.found / p.truth - 1, p.truth);
}

Labels2 labels_of(const std::filesystem::path& path) {
  return read_labels(*open_image(path, recognise(path).id, path.filename().string()), 0, path.filename().string());
}

std::vector<Image2> channels_of(const std::filesystem::path& path) {
  const auto source = open_image(path, recognise(path).id, path.filename().string());
  return source->read_channels(0);
}

std::filesystem::path data() {
  const char* root = std::getenv("VESICA_DATA");
  return root == nullptr ? std::filesystem::path() : std::filesystem::path(root) / "nuclei";
}

std::vector<std::filesystem::path> sorted_files(const std::filesystem::path& folder, const std::string& ending) {
  std::vector<std::filesystem::path> out;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    if (each.path().filename().string().ends_with(ending)) out.push_back(each.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(DataNucleiBbbc039, OneSettingForTheSet) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  Pooled pooled;
  for (const auto& path : sorted_files(data() / "bbbc039/open", ".tif")) {
    const std::string stem = path.stem().string();
    // The red channel tells touching nuclei apart by colours 1, 2, 3.
    const Image2 colours = channels_of(path.parent_path() / (stem + "_label.png"))[0];
    Labels2 truth(colours.width, colours.height);
    for (std::size_t i = 0; i < truth.pixels.size(); ++i)
      truth.pixels[i] = static_cast<std::int32_t>(colours.pixels[i]);
    separate_pieces(truth);
    add(pooled, truth, segment(channels_of(path)[0], Settings{}, kNaN).labels, stem.substr(0, 14));
  }
  print(pooled, "bbbc039");
  EXPECT_GE(pooled.score.f1(), 0.93);
  EXPECT_LE(pooled.count_error / pooled.fields, 0.05);
}

TEST(DataNucleiDsb2018, OneSettingForTheSet) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  Pooled pooled;
  for (const auto& path : sorted_files(data() / "dsb2018_bbbc038/open", "_image.png")) {
    const std::string stem = path.filename().string().substr(0, 12);
    const Labels2 truth = labels_of(path.parent_path() / (stem + "_labels.tif"));
    const Image2 image = channels_of(path)[0];
    add(pooled, truth, segment(image, Settings{}, kNaN).labels, stem);
  }
  print(pooled, "dsb2018");
  EXPECT_GE(pooled.score.f1(), 0.85);
}

TEST(DataNucleiMitocheck, AgreesWithItsLabels) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto folder = data() / "neubias_mitocheck";
  Labels2 truth = labels_of(folder / "xy_8bit_labels__mitocheck_incenp_t1.tif");
  Pooled pooled;
  add(pooled, truth, segment(channels_of(folder / "xy_8bit__mitocheck_incenp_t1.tif")[0], Settings{}, kNaN).labels,
      "mitocheck");
  print(pooled, "mitocheck");
  EXPECT_GE(pooled.score.f1(), 0.8);
}

TEST(DataNucleiPercentPositive, MitosesAreAFewOfAHundred) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto folder = data() / "cellprofiler_percentpositive/images";
  const auto files = sorted_files(folder, ".tif");
  const Reading reading{"percentpositive", "", "image_series",
                        std::make_shared<const ReadingData>(ImageReading{open_image_series(files, "percentpositive")})};
  AnySettings how = AnySettings::of<Settings>();
  how.get<Settings>().markers = {"ph3=d1"};
  how.get<Settings>().cut = "mixture";
  const Outcome out = measured(reading, how);
  const Observation rate = row_of(out, "nuclei.positive_fraction", "ph3+");
  std::printf("percentpositive: %.0f nuclei, ph3+ %.4f (%.4f to %.4f), D %.2f, cut %.1f\n",
              row_of(out, "nuclei.count").value, rate.value, rate.low, rate.high,
              row_of(out, "nuclei.separation", "ph3").value, row_of(out, "nuclei.cut", "ph3").value);
  for (const Issue& each : out.issues) std::printf("  %s\n", each.message.c_str());
  EXPECT_GT(row_of(out, "nuclei.count").value, 50);
}

}  // namespace
}  // namespace vesica
