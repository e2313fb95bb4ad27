// SPDX-License-Identifier: Apache-2.0
// From files to rows: pixel size, times, artifacts, questions; and real series.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "phantoms/wound.h"
#include <gtest/gtest.h>

#include "vesica/assays/wound/wound.h"
#include "vesica/base/os/files.h"
#include "vesica/io/images.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

Reading reading_of(std::shared_ptr<const ImageSource> source, const std::string& format) {
  return {"wound.tif", std::string(64, '0'), format,
          std::make_shared<const ReadingData>(ImageReading{std::move(source)})};
}

Outcome measured(const Reading& reading, const AnySettings& settings) {
  InputFacts facts;
  facts.sample = "culture 1";
  facts.source = "wound";
  return kWoundAssay.measure(reading, {}, settings, facts, Context{});
}

double value_of(const Outcome& outcome, std::string_view quantity, double time_h, std::string_view target = "") {
  for (std::size_t i = 0; i < outcome.observations.size(); ++i) {
    const Observation row = outcome.observations.row(i);
    const bool timed = row.time_h == time_h || (std::isnan(row.time_h) && std::isnan(time_h));
    if (row.quantity == quantity && timed && row.target == target) return row.value;
  }
  ADD_FAILURE() << "no " << quantity << " at " << time_h;
  return kNaN;
}

/// A phantom's TIFF on disk, opened.
class WoundFile {
 public:
  explicit WoundFile(const WoundPhantomSettings& settings, std::uint64_t seed = 1) {
    rendered_ = render_wound(settings, "wound.tif", "culture 1", "", seed);
    folder_ = std::filesystem::temp_directory_path() /
              ("vesica_wound_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    make_folder(folder_);
    write_file_atomically(folder_ / "wound.tif", rendered_.files[0].bytes);
  }
  ~WoundFile() { std::filesystem::remove_all(folder_); }
  WoundFile(const WoundFile&) = delete;
  WoundFile& operator=(const WoundFile&) = delete;
  Reading reading() const { return reading_of(open_image(folder_ / "wound.tif", "tiff", "wound.tif"), "tiff"); }
  const ObservationTable& truth() const { return rendered_.truth; }

 private:
  Rendered rendered_;
  std::filesystem::path folder_;
};

WoundPhantomSettings quick() {
  WoundPhantomSettings out;
  out.width = 200;
  out.height = 120;
  out.pixel_um = 2.5;
  out.gap_um = 240;
  out.frames = 3;
  out.interval_h = 4;
  return out;
}

TEST(WoundAssay, ScaleAndTimesComeFromTheFile) {
  for (const bool colour : {false, true}) {
    WoundPhantomSettings settings = quick();
    settings.colour = colour;
    settings.bits = colour ? 8 : 16;
    const WoundFile file(settings);
    const Outcome out = measured(file.reading(), kWoundAssay.make_settings());
    EXPECT_TRUE(out.issues.empty()) << out.issues.front().message;
    const ObservationTable& truth = file.truth();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const Observation row = truth.row(i);
      const double found = value_of(out, row.quantity, row.time_h, row.target);
      if (row.quantity == "wound.width") {
        EXPECT_NEAR(found, row.value, 15);
      }
      if (row.quantity == "wound.edge_speed") {
        EXPECT_NEAR(found, row.value, 1);
      }
      if (row.quantity == "wound.open_fraction") {
        EXPECT_NEAR(found, row.value, 0.03);
      }
    }
    EXPECT_EQ(value_of(out, "wound.state", 8), 2);
  }
}

TEST(WoundAssay, WithoutAScaleOnlyPixels) {
  WoundPhantomSettings settings = quick();
  settings.scale_in_file = false;
  const WoundFile file(settings);
  AnySettings own = kWoundAssay.make_settings();
  const Outcome out = measured(file.reading(), own);
  ASSERT_EQ(out.issues.size(), 2U);
  EXPECT_EQ(out.issues[0].kind, "wound.pixel_missing");
  EXPECT_EQ(out.issues[0].setting, "pixel_um");
  EXPECT_EQ(out.issues[1].kind, "wound.time_missing");
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    const Observation row = out.observations.row(i);
    if (row.unit == "um" || row.unit == "um2" || row.unit == "um/h") {
      EXPECT_EQ(row.status, Status::kNotMeasurable);
    }
    if (row.quantity == "wound.width_px") {
      EXPECT_EQ(row.status, Status::kOk);
      EXPECT_TRUE(row.part.starts_with("frame "));
    }
  }
  set_field(own, "pixel_um", "2.5");
  set_field(own, "interval_h", "4");
  EXPECT_NEAR(value_of(measured(file.reading(), own), "wound.width", 0), 240, 15);
}

TEST(WoundAssay, EveryFrameLeavesAnOverlayAndAMask) {
  const WoundFile file(quick());
  const Outcome out = measured(file.reading(), kWoundAssay.make_settings());
  ASSERT_EQ(out.artifacts.size(), 6U);
  for (const Artifact& artifact : out.artifacts) {
    EXPECT_LE(artifact.bytes.size(), 300000U);
    EXPECT_EQ(artifact.media_type, "image/png");
  }
  const RawPlane mask = read_png(out.artifacts[1].bytes, out.artifacts[1].name);
  EXPECT_EQ(mask.width, 200U);
  EXPECT_EQ(mask.height, 120U);
  // In pixels of 2.5 µm.
  const auto open = static_cast<double>(std::count(mask.bytes.begin(), mask.bytes.end(), std::byte{255}));
  EXPECT_NEAR(open * 2.5 * 2.5, value_of(out, "wound.open_area", 0), 0.06 * open);
}

TEST(WoundAssay, NoGapIsNoNumber) {
  WoundPhantomSettings settings = quick();
  settings.gap_um = 0;
  const WoundFile file(settings);
  const Outcome out = measured(file.reading(), kWoundAssay.make_settings());
  ASSERT_FALSE(out.issues.empty());
  EXPECT_EQ(out.issues.back().kind, "wound.not_measurable");
  for (std::size_t i = 0; i < out.observations.size(); ++i) EXPECT_TRUE(std::isnan(out.observations.row(i).value));
}

/// Frames of a set of real data as one series, or nothing without the data.
std::shared_ptr<const ImageSource> real_series(const char* folder) {
  const char* data = std::getenv("VESICA_DATA");
  if (data == nullptr) return nullptr;
  const std::vector<std::filesystem::path> files = series_files(std::filesystem::path(data) / "wound" / folder);
  return open_image_series(files, folder);
}

TEST(DataWound, HourlySeriesOfPythonForMicroscopists) {
  const auto source = real_series("bnsreenu_scratch_series/scratch_assay");
  if (!source) GTEST_SKIP() << "VESICA_DATA is not set";
  AnySettings settings = kWoundAssay.make_settings();
  set_field(settings, "interval_h", "1");
  const Outcome out = measured(reading_of(source, "image_series"), settings);
  const double reference[9] = {0.3148, 0.2532, 0.2222, 0.1923, 0.1696, 0.1474, 0.1299, 0.1145, 0.0947};
  for (int frame = 0; frame < 9; ++frame) {
    EXPECT_NEAR(value_of(out, "wound.open_fraction", frame) / reference[frame], 1, 0.12) << frame;
  }
  // Both pieces by the reference's own method: 0.0806 (see the page).
  EXPECT_NEAR(value_of(out, "wound.open_fraction", 9) / 0.0806, 1, 0.12);
  EXPECT_EQ(value_of(out, "wound.pieces", 9), 2);
  EXPECT_EQ(value_of(out, "wound.state", 0), 2);
  EXPECT_EQ(value_of(out, "wound.state", 9), 1);
}

TEST(DataWound, WoundHealingOfCellProfiler) {
  const auto source = real_series("cellprofiler_woundhealing/images");
  if (!source) GTEST_SKIP() << "VESICA_DATA is not set";
  const Outcome out = measured(reading_of(source, "image_series"), kWoundAssay.make_settings());
  EXPECT_NEAR(value_of(out, "wound.open_fraction", 0) / 0.680, 1, 0.03);
  EXPECT_NEAR(value_of(out, "wound.open_fraction", 24) / 0.20, 1, 0.25);
  EXPECT_EQ(value_of(out, "wound.islands", 0), 0);
}

}  // namespace

}  // namespace vesica
