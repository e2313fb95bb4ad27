// SPDX-License-Identifier: Apache-2.0
// Render known suspensions in the instruments' own formats, measure them, recover the truth.
#include <cmath>
#include <map>

#include "phantoms/nta.h"
#include <gtest/gtest.h>

#include "vesica/assays/nta/nta.h"
#include "vesica/base/text.h"
#include "vesica/io/nanosight.h"
#include "vesica/io/open.h"
#include "vesica/io/zetaview.h"

namespace vesica {

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

AnySettings settled(AnySettings settings, const Settings& values) {
  for (const auto& [name, value] : values) set_field(settings, name, value);
  return settings;
}

Reading reading_of(const PhantomFile& file) {
  const std::string format = recognise(file.bytes, file.name).id;
  SizeReport report =
      format == "zetaview_text" ? read_zetaview(file.bytes, file.name) : read_nanosight(file.bytes, file.name);
  return {file.name, "", format, std::make_shared<const ReadingData>(std::move(report))};
}

/// Means over the videos of every sample: "quantity|sample" → value, from all preparations of a phantom.
struct Recovered {
  std::map<std::string, std::pair<double, double>> values;  ///< measured, true
  std::vector<Issue> issues;
  ObservationTable rows;
};

Recovered recover(const Settings& phantom, std::uint64_t seed, const Settings& assay) {
  const Rendered rendered = kNtaPhantom.render(settled(kNtaPhantom.make_settings(), phantom), seed);
  const AnySettings settings = settled(kNtaAssay.make_settings(), assay);
  std::vector<Reading> blanks;
  std::vector<Calibration> calibrations;
  for (const PhantomFile& file : rendered.files) {
    if (file.name.starts_with("blank")) blanks.push_back(reading_of(file));
  }
  if (!blanks.empty()) calibrations.push_back(kNtaAssay.calibrate(blanks, "blank", settings, Context{}));
  Recovered out;
  for (const PhantomFile& file : rendered.files) {
    if (file.name.starts_with("blank") || file.name.find("_ParticleData") != std::string::npos ||
        file.name.find("_AllTracks") != std::string::npos)
      continue;
    InputFacts facts;
    facts.source = kNtaAssay.id;
    const std::string stem = file.name.substr(std::string("sample_").size());
    facts.sample = "sample " + stem.substr(0, stem.find_first_of("-_"));
    const Outcome measured = kNtaAssay.measure(reading_of(file), calibrations, settings, facts, Context{});
    out.rows.append(measured.observations);
    out.issues.insert(out.issues.end(), measured.issues.begin(), measured.issues.end());
  }
  const Outcome means = kNtaAssay.derive(out.rows, Study{}, settings, Context{});
  for (std::size_t t = 0; t < rendered.truth.size(); ++t) {
    for (std::size_t i = 0; i < means.observations.size(); ++i) {
      if (means.observations.target(i) != "all_videos" || means.observations.quantity(i) != rendered.truth.quantity(t))
        continue;
      if (means.observations.sample(i) != rendered.truth.sample(t)) continue;
      const std::string key = std::string(rendered.truth.quantity(t)) + "|" + std::string(rendered.truth.sample(t));
      out.values[key] = {means.observations.value(i), rendered.truth.value(t)};
    }
  }
  return out;
}

/// Mean and SD over seeds and preparations of measured / true.
struct Ratio {
  double mean = 0, sd = 0;
  int n = 0;
};
Ratio ratio_of(const Settings& phantom, const Settings& assay, std::string_view quantity, int seeds) {
  std::vector<double> ratios;
  for (int seed = 1; seed <= seeds; ++seed) {
    for (const auto& [key, pair] : recover(phantom, static_cast<std::uint64_t>(seed), assay).values) {
      if (key.starts_with(std::string(quantity) + "|")) ratios.push_back(pair.first / pair.second);
    }
  }
  Ratio out;
  out.n = static_cast<int>(ratios.size());
  for (const double each : ratios) out.mean += each / out.n;
  for (const double each : ratios) out.sd += (each - out.mean) * (each - out.mean) / (out.n - 1);
  out.sd = std::sqrt(out.sd);
  return out;
}

/// Measured / true is 1 within four standard errors and `bias`.
void expect_unbiased(const Ratio& ratio, double bias, const std::string& what) {
  ASSERT_GT(ratio.n, 3) << what;
  EXPECT_NEAR(ratio.mean, 1, bias + 4 * ratio.sd / std::sqrt(ratio.n))
      << what << ": sd " << ratio.sd << ", n " << ratio.n;
}

bool complains(const std::vector<Issue>& issues) {
  for (const Issue& each : issues) {
    if (each.kind.find("mismatch") != std::string::npos || each.kind.find("zetaview") != std::string::npos ||
        each.kind == "nta.viscosity_law" || each.severity == Severity::kError) {
      ADD_FAILURE() << each.kind << ": " << each.message;
      return true;
    }
  }
  return false;
}

}  // namespace

TEST(NtaPhantom, EveryVersionIsReadWithoutComplaint) {
  for (const char* version : {"nanosight_3.0", "nanosight_3.2", "nanosight_3.4", "zetaview_8.05", "zetaview_8.06"}) {
    for (const char* comma : {"false", "true"}) {
      SCOPED_TRACE(std::string(version) + " comma " + comma);
      const Recovered got =
          recover({{"version", version}, {"decimal_comma", comma}, {"preparations", "1"}}, 3, {{"dilution", "1000"}});
      EXPECT_FALSE(complains(got.issues));
      ASSERT_TRUE(got.values.contains("vesicle.concentration|sample 1"));
      const auto [measured, truth] = got.values.at("vesicle.concentration|sample 1");
      EXPECT_NEAR(measured / truth, 1, 0.15);
    }
  }
}

TEST(NtaPhantom, SizesAndConcentrationAreUnbiased) {
  for (const char* version : {"nanosight_3.4", "zetaview_8.06"}) {
    const Settings phantom = {{"version", version}, {"preparations", "4"}, {"medium_factor", "1.02"}};
    const Settings assay = {{"dilution", "1000"}, {"medium_factor", "1.02"}};
    for (const char* quantity : {"vesicle.concentration", "vesicle.diameter.mean", "vesicle.diameter.d10",
                                 "vesicle.diameter.median", "vesicle.diameter.d90"}) {
      expect_unbiased(ratio_of(phantom, assay, quantity, 3), 0.001, std::string(version) + " " + quantity);
    }
  }
}

TEST(NtaPhantom, SpreadIsWhatWasPutIn) {
  // Between videos CV 0.2 and three videos: the geometric mean scatters by 0.198 / sqrt(3) on the log scale.
  const Ratio ratio = ratio_of({{"preparations", "20"}, {"video_cv", "0.2"}, {"tracks", "200"}}, {{"dilution", "1000"}},
                               "vesicle.concentration", 3);
  ASSERT_EQ(ratio.n, 60);
  EXPECT_NEAR(ratio.sd, 0.198 / std::sqrt(3.0), 0.03);
}

TEST(NtaPhantom, ARecordedDilutionIsNotAppliedTwice) {
  for (const Settings& assay : {Settings{}, Settings{{"dilution", "1000"}}}) {
    const Recovered got = recover({{"dilution_recorded", "true"}, {"preparations", "1"}}, 5, assay);
    const auto [measured, truth] = got.values.at("vesicle.concentration|sample 1");
    EXPECT_NEAR(measured / truth, 1, 0.15);
  }
}

TEST(NtaPhantom, TheBlankIsTakenOff) {
  const Settings phantom = {
      {"preparations", "4"}, {"blanks", "2"}, {"blank_per_ml", "5e7"}, {"concentration_per_ml", "1e11"}};
  expect_unbiased(ratio_of(phantom, {{"dilution", "1000"}}, "vesicle.concentration", 3), 0.002, "concentration");
  expect_unbiased(ratio_of(phantom, {{"dilution", "1000"}}, "vesicle.diameter.mean", 3), 0.01, "mean diameter");
  const Ratio raw = ratio_of(phantom, {{"dilution", "1000"}, {"blank", "ignore"}}, "vesicle.concentration", 3);
  EXPECT_GT(raw.mean, 1.4) << "without the blank half as much again is counted";
}

TEST(NtaPhantom, FlaggedVideosAreNamedAndTheRestStandsBeside) {
  const Recovered got = recover({{"preparations", "1"}, {"flagged_videos", "1"}}, 2, {{"dilution", "1000"}});
  int flagged = 0;
  for (std::size_t i = 0; i < got.rows.size(); ++i)
    flagged += got.rows.quantity(i) == "nta.flagged_videos" && got.rows.value(i) == 1;
  EXPECT_EQ(flagged, 1);
}

TEST(NtaPhantom, TrackFilesAgreeAndYieldThePixelSize) {
  const Settings phantom = {{"preparations", "1"}, {"videos", "1"}, {"track_files", "true"}, {"tracks", "1000"}};
  const Rendered rendered = kNtaPhantom.render(settled(kNtaPhantom.make_settings(), phantom), 11);
  std::vector<Reading> readings;
  for (const PhantomFile& file : rendered.files) readings.push_back(reading_of(file));
  ASSERT_EQ(readings.size(), 3u);
  for (const Issue& each : nta::check_pack(readings)) EXPECT_EQ(each.kind, "nta.pack_valid_tracks") << each.message;
  const SizeReport& tracks = *readings[2].as<SizeReport>();
  EXPECT_NEAR(nta::infer_pixel_um(tracks, 25), 0.166, 0.003);
  InputFacts facts;
  facts.source = kNtaAssay.id;
  const Outcome out = kNtaAssay.measure(readings[2], {}, settled(kNtaAssay.make_settings(), {{"frame_rate_hz", "25"}}),
                                        facts, Context{});
  ASSERT_EQ(out.artifacts.size(), 1u);
  EXPECT_GT(split(out.artifacts[0].bytes, '\n').size(), 900u);
}

TEST(NtaPhantomSlow, TheSameSeedGivesTheSameBytes) {
  for (const Phantom* phantom : all_phantoms()) {
    const Rendered a = phantom->render(phantom->make_settings(), 9);
    const Rendered b = phantom->render(phantom->make_settings(), 9);
    ASSERT_EQ(a.files.size(), b.files.size()) << phantom->id;
    for (std::size_t i = 0; i < a.files.size(); ++i)
      EXPECT_TRUE(a.files[i].bytes == b.files[i].bytes) << a.files[i].name;
    EXPECT_EQ(find_phantom(phantom->id), phantom);
  }
  EXPECT_EQ(find_phantom("nothing"), nullptr);
}

}  // namespace vesica
