// SPDX-License-Identifier: Apache-2.0
// Real micrographs: hand-drawn masks of small vesicles, a burnt-in scale bar, tags of microscopes.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vesica/assays/tem/tem.h"
#include "vesica/assays/tem/tem_scale.h"
#include "vesica/io/images.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_mask.h"

namespace vesica::tem {

namespace {

std::filesystem::path data() {
  const char* root = std::getenv("VESICA_DATA");
  return root == nullptr || *root == '\0' ? std::filesystem::path() : std::filesystem::path(root) / "em";
}

Image2 grey_image(const std::filesystem::path& path, const char* format) {
  return grey_of(open_image(path, format, path.filename().string())->read_channels(0));
}

/// FRU-Net is fed with patches of 400 pixels of 1.56 nm (Gomez-de-Mariscal 2019, 10.1038/s41598-019-49431-3, figure 1);
/// the crops show one on 162 pixels, so that a pixel is 3.85 nm. Declared: the files themselves do not say it.
constexpr double kDeclaredNm = 400 * 1.56 / 162;

struct Crop {
  Labels2 labels;
  MaskScore score;
  std::size_t pieces = 0;
};
Crop measured_crop(const std::string& id) {
  const std::filesystem::path folder = data() / "tem_sev_frunet_figures";
  Image2 grey = grey_image(folder / ("sev_" + id + "_image.png"), "png");
  const Image2 mask = grey_image(folder / ("sev_" + id + "_mask.png"), "png");
  Mask2 truth(mask.width, mask.height);
  for (std::size_t i = 0; i < truth.pixels.size(); ++i) truth.pixels[i] = mask.pixels[i] > 127 ? 1 : 0;
  const Field field{std::move(grey), {}, 0};
  Crop out;
  out.labels = segment_field(field, {}, kDeclaredNm, Context{}).labels;
  out.score = score_against_mask(out.labels, truth);
  out.pieces = components(truth, false).objects.size();
  return out;
}

TEST(DataTem, CloseCropsReachTheBestOfClassicalMethods) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  MaskScore all;
  for (const char* id : {"06", "08", "09", "10", "11", "12", "13", "14", "15"}) {
    const Crop crop = measured_crop(id);
    std::cout << fmt::format("sev_{}: {} pieces, {} found, {} missed, {} invented, F1 {:.2f}\n", id, crop.pieces,
                             crop.score.found, crop.score.missed, crop.score.invented, crop.score.f1());
    all.found += crop.score.found;
    all.missed += crop.score.missed;
    all.invented += crop.score.invented;
  }
  std::cout << fmt::format("pooled: {} found, {} missed, {} invented, F1 {:.3f}\n", all.found, all.missed, all.invented,
                           all.f1());
  EXPECT_GE(all.f1(), 0.70);
}

TEST(DataTem, PartlyAnnotatedCropsAreShown) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  for (const char* id : {"00", "02"}) {
    const Crop crop = measured_crop(id);
    std::cout << fmt::format("sev_{}: {} pieces, {} found, {} missed, {} more, F1 {:.2f} (not gated)\n", id,
                             crop.pieces, crop.score.found, crop.score.missed, crop.score.invented, crop.score.f1());
  }
}

TEST(DataTem, ScaleBarOfAWholeField) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const std::filesystem::path file = data() / "tem_exosomes_hrml/static/sample.jpg";
  const Image2 grey = grey_image(file, "jpeg");
  // By eye: black from column 192 to 992 in row 2870, white halo on either side; label "500 nm".
  const std::vector<ScaleBar> bars = find_scale_bars(grey);
  ASSERT_FALSE(bars.empty());
  EXPECT_NEAR(bars[0].length, 801, 0.01 * 801);
  const Scale scale = scale_of(grey, {}, {}, "sample.jpg");
  if (!scale.label) GTEST_SKIP() << "no reading program: " << (scale.issues.empty() ? "" : scale.issues[0].message);
  EXPECT_EQ(scale.label->nm, 500);
  EXPECT_NEAR(scale.pixel_nm.value, 500.0 / 801, 0.01 * 500 / 801);
  const Field field = field_of(grey, scale);
  EXPECT_EQ(field.first_row, 0U);
  EXPECT_EQ(field.grey.height, 3072U);
  EXPECT_EQ(field.hidden.at(600, 2870), 1);
  EXPECT_EQ(field.hidden.at(400, 2780), 1) << "the label";
}

TEST(DataTem, TagsOfMicroscopesGiveThePixel) {
  if (data().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const std::filesystem::path folder = data() / "rosettasciio_em_formats";
  // What RosettaSciIO's own tests state of these files.
  const struct {
    const char* file;
    const char* format;
    double pixel_nm;
  } files[] = {{"mrc/HAADFscan.mrc", "mrc", 5.6791313},
               {"tiff/test_dm_image_um_unit.dm3", "dm", 168.67469},
               {"tiff/olympus_SIS.tif", "tiff", 0.023928},
               {"digitalmicrograph/2D/test_STEM_image.dm3", "dm", 0.24853802}};
  for (const auto& each : files) {
    const auto source = open_image(folder / each.file, each.format, each.file);
    Settings settings;
    settings.read_scale_bar = false;
    const Scale scale = scale_of(grey_of(source->read_channels(0)), source->info(), settings, each.file);
    ASSERT_TRUE(scale.pixel_nm.known()) << each.file;
    std::cout << each.file << ": " << scale.pixel_nm.value << " nm (" << scale.pixel_nm.tag << ")\n";
    EXPECT_NEAR(scale.pixel_nm.value, each.pixel_nm, 0.001 * each.pixel_nm) << each.file;
  }
}

}  // namespace

}  // namespace vesica::tem
