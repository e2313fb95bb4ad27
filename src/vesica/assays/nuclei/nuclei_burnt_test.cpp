// SPDX-License-Identifier: Apache-2.0
// Real fields have nothing burnt in; the same with a bar or writing have.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "phantoms/nuclei.h"
#include <gtest/gtest.h>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/ops/burnt_in.h"

namespace vesica {
namespace {

std::vector<std::filesystem::path> real_fields() {
  const char* root = std::getenv("VESICA_DATA");
  std::vector<std::filesystem::path> out;
  if (root == nullptr) return out;
  for (const char* part : {"nuclei", "puncta"}) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / part)) {
      const std::string name = each.path().filename().string(), ending = each.path().extension().string();
      if ((ending == ".tif" || ending == ".png" || ending == ".jpg") && name.find("label") == std::string::npos)
        out.push_back(each.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Strokes of a 5 x 7 raster, as programs of the nineties write; `size` pixels a dot.
void write(const std::string& text, std::size_t x0, std::size_t y0, std::size_t size, float value, Image2& image) {
  static const std::map<char, std::array<int, 7>> kDots = {
      {'D', {30, 17, 17, 17, 17, 17, 30}}, {'A', {14, 17, 17, 31, 17, 17, 17}}, {'P', {30, 17, 17, 30, 16, 16, 16}},
      {'E', {31, 16, 16, 30, 16, 16, 31}}, {'4', {2, 6, 10, 18, 31, 2, 2}},     {'0', {14, 17, 19, 21, 25, 17, 14}},
      {'X', {17, 17, 10, 4, 10, 17, 17}},  {'S', {15, 16, 16, 14, 1, 1, 30}}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto dots = kDots.find(text[i]);
    if (dots == kDots.end()) continue;
    for (std::size_t v = 0; v < 7 * size; ++v) {
      for (std::size_t u = 0; u < 5 * size; ++u) {
        const bool ink = ((dots->second[v / size] >> (4 - u / size)) & 1) != 0;
        if (ink) image.at(x0 + 6 * size * i + u, y0 + v) = value;
      }
    }
  }
}

nuclei::Objects found_in(const Image2& image) { return nuclei::segment(image, nuclei::Settings{}, 0.65); }

TEST(NucleiBurntIn, BarsAndWritingAreLeftOut) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 300;
  phantom.nuclei = 30;
  const Image2 plain = nuclei_field(phantom, 6).channels[0];
  const nuclei::Objects before = found_in(plain);
  EXPECT_TRUE(before.seen.drawn.empty());
  for (const float value : {65535.0F, 4095.0F, 900.0F}) {
    Image2 drawn = plain;
    for (std::size_t y = 280; y < 285; ++y) std::fill_n(&drawn.at(220, y), 60, value);
    write("DAPE  40X", 10, 8, 2, value, drawn);
    const nuclei::Objects after = found_in(drawn);
    // A bar and two words; as bright as nuclei, a word that touches one may be missed.
    ASSERT_GE(after.seen.drawn.size(), value > 1000 ? 3U : 2U) << value;
    EXPECT_EQ(after.seen.drawn[0].letters, 0U);
    EXPECT_EQ(after.seen.drawn[0].x0, 220U);
    EXPECT_EQ(after.seen.drawn[0].y1, 285U);
    EXPECT_GE(after.seen.drawn[1].letters, 3U);
    EXPECT_LT(after.seen.drawn[1].y1, 30U);
    // Nuclei that lie under neither are the same, however bright what was drawn is.
    Labels2 kept = before.labels, again = after.labels;
    for (const BurntIn& each : after.seen.drawn) {
      const BurntIn box = with_margin(with_margin(each, 300, 300), 300, 300);
      for (std::size_t y = box.y0; y < box.y1; ++y)
        for (std::size_t x = box.x0; x < box.x1; ++x) kept.at(x, y) = again.at(x, y) = 0;
    }
    std::size_t off = 0;
    for (std::size_t i = 0; i < kept.pixels.size(); ++i) off += (kept.pixels[i] != 0) != (again.pixels[i] != 0) ? 1 : 0;
    EXPECT_LT(off, value > 1000 ? 20U : 200U) << value;
  }
}

Outcome measured(const std::vector<Image2>& channels) {
  ImageInfo info;
  info.channels = static_cast<int>(channels.size());
  info.channel_names = {"DAPI", "EdU"};
  info.bits = 16;
  info.voxel_um[0] = info.voxel_um[1] = {0.65, KnownFrom::kTag, "phantom"};
  const Reading reading{"f.tif", std::string(64, '0'), "tiff",
                        std::make_shared<const ReadingData>(ImageReading{memory_images(std::move(info), channels)})};
  AnySettings how = AnySettings::of<nuclei::Settings>();
  how.get<nuclei::Settings>().markers = {"edu=EdU"};
  how.get<nuclei::Settings>().cut = "fixed";
  how.get<nuclei::Settings>().cuts = {150};
  InputFacts facts;
  facts.sample = "S";
  return kNucleiAssay.measure(reading, {}, how, facts, Context{});
}

double value_of(const Outcome& out, std::string_view quantity, std::string_view target = "") {
  for (std::size_t i = 0; i < out.observations.size(); ++i)
    if (out.observations.quantity(i) == quantity && out.observations.target(i) == target)
      return out.observations.value(i);
  ADD_FAILURE() << "no row of " << quantity;
  return 0;
}

const Issue* drawn_in(const Outcome& out) {
  for (const Issue& each : out.issues)
    if (each.kind == "nuclei.drawn") return &each;
  return nullptr;
}

TEST(NucleiBurntIn, WritingInAMarkersChannelCountsAsNoLight) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 300;
  phantom.nuclei = 60;
  phantom.positive = 0;
  std::vector<Image2> channels = nuclei_field(phantom, 6).channels;
  channels.resize(2);
  const Outcome plain = measured(channels);
  EXPECT_EQ(drawn_in(plain), nullptr);
  ASSERT_EQ(value_of(plain, "nuclei.positive_count", "edu+"), 0);
  const Labels2 nuclei = found_in(channels[0]).labels;
  write("DAPE  40X", 40, 100, 3, 4095, channels[1]);
  std::set<std::int32_t> under;
  for (const BurntIn& each : find_burnt_in(channels[1])) {
    const BurntIn box = with_margin(each, 300, 300);
    for (std::size_t y = box.y0; y < box.y1; ++y)
      for (std::size_t x = box.x0; x < box.x1; ++x) under.insert(nuclei.at(x, y));
  }
  under.erase(0);
  ASSERT_GE(under.size(), 2U) << "the writing lies on nuclei";
  const Outcome written = measured(channels);
  ASSERT_NE(drawn_in(written), nullptr);
  EXPECT_NE(drawn_in(written)->message.find("EdU"), std::string::npos) << drawn_in(written)->message;
  EXPECT_EQ(value_of(written, "nuclei.count"), value_of(plain, "nuclei.count") - static_cast<double>(under.size()));
  EXPECT_EQ(value_of(written, "nuclei.positive_count", "edu+"), 0) << "letters are not EdU";
  EXPECT_LT(value_of(written, "nuclei.field_area"), value_of(plain, "nuclei.field_area"));
  // The same writing in both channels, and a label of its own in each, is no screenshot.
  write("DAPE  40X", 40, 100, 3, 4095, channels[0]);
  EXPECT_NE(drawn_in(measured(channels)), nullptr);
  std::vector<BurntIn> all;
  Image2 first(300, 60, 10), second(300, 60, 10);
  first.at(299, 59) = second.at(299, 59) = 12;
  write("DAPE 40X", 5, 5, 2, 4095, first);
  write("DAPE 40X SADE", 5, 30, 2, 4095, second);
  add_burnt_in(first, 0, all);
  add_burnt_in(first, 1, all);
  EXPECT_EQ(all.size(), find_burnt_in(first).size());
  add_burnt_in(second, 2, all);
  EXPECT_EQ(most_letters(all), 11U);
}

TEST(NucleiBurntIn, AScreenIsNotCounted) {
  NucleiPhantomSettings phantom;
  phantom.width = phantom.height = 400;
  Image2 screen = nuclei_field(phantom, 6).channels[0];
  for (std::size_t i = 0; i < 4; ++i) write("EXPOSE 400 SPEED 00", 10, 10 + 30 * i, 2, 4095, screen);
  const nuclei::Objects found = found_in(screen);
  EXPECT_TRUE(nuclei::is_screen(found.seen));
}

TEST(NucleiBurntIn, NothingInFlatPicturesAndMasks) {
  EXPECT_TRUE(find_burnt_in({}).empty());
  EXPECT_TRUE(find_burnt_in(Image2(9, 9, 3)).empty());
  Image2 mask(100, 40, 0);
  write("DAPI", 5, 5, 2, 255, mask);
  EXPECT_TRUE(find_burnt_in(mask).empty());
  mask.at(99, 39) = 7;  // and now it is a picture
  EXPECT_EQ(find_burnt_in(mask).size(), 1U);
  mask.at(98, 39) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(find_burnt_in(mask).empty());
}

TEST(NucleiMagnification, SamplesOfAStudyAreHeldAgainstEachOther) {
  ObservationTable table;
  const auto add = [&](const char* sample, double pixel) {
    InputFacts facts;
    facts.sample = sample;
    Observation row = facts.row("nuclei.pixel_size");
    row.value = pixel;
    table.add(row);
  };
  add("a", 0.65);
  add("a", 0.65);
  add("b", 0.655);  // calibrated twice
  add("c", std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(nuclei::mixed_magnifications(table));
  add("d", 0.325);
  const auto issue = nuclei::mixed_magnifications(table);
  ASSERT_TRUE(issue);
  EXPECT_NE(issue->message.find("0.325 µm in d; 0.650 µm in a, b"), std::string::npos) << issue->message;
}

TEST(DataNucleiBurntIn, RealFieldsHaveNothing) {
  const auto fields = real_fields();
  if (fields.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::size_t planes = 0;
  for (const auto& path : fields) {
    const auto source = open_image(path, recognise(path).id, path.filename().string());
    for (std::size_t f = 0; f < std::min<std::size_t>(2, source->series_length()); ++f) {
      for (const Image2& channel : source->read_channels(f)) {
        ++planes;
        for (const BurntIn& each : find_burnt_in(channel)) {
          std::printf("ALARM %s: %zu letters at %zu, %zu to %zu, %zu\n", path.string().c_str(), each.letters, each.x0,
                      each.y0, each.x1, each.y1);
        }
        EXPECT_TRUE(find_burnt_in(channel).empty()) << path;
      }
    }
  }
  std::printf("%zu planes\n", planes);
}

}  // namespace
}  // namespace vesica
