// SPDX-License-Identifier: Apache-2.0
// Closed forms of sizes, planted contradictions, and no false alarm on preparations that agree with themselves.
#include "vesica/checks/preparation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/study/study.h"

namespace vesica {
namespace {

SizeCurve lognormal(double median, double sigma) {
  SizeCurve out;
  for (double d = 5.25; d < 4000; d += 0.5) {
    const double z = std::log(d / median) / sigma;
    out.d_nm.push_back(d);
    out.number.push_back(std::exp(-z * z / 2) / d);
  }
  return out;
}

TEST(Preparation, ScatteringOfALognormalIsItsClosedForm) {
  const Scattered numeric = scattered_by(lognormal(100, 0.3)), closed = scattered_by(100, 0.3);
  EXPECT_NEAR(numeric.z_average_nm / closed.z_average_nm, 1, 1e-3);
  EXPECT_NEAR(numeric.polydispersity / closed.polydispersity, 1, 0.01);
  EXPECT_NEAR(closed.z_average_nm, 100 * std::exp(5.5 * 0.09), 1e-9);
  const SizeCurve one{{120}, {5}, 0};
  EXPECT_DOUBLE_EQ(scattered_by(one).z_average_nm, 120);
  EXPECT_NEAR(scattered_by(one).polydispersity, 0, 1e-12);
}

TEST(Preparation, TruncatedLognormalMeanAgreesWithItsIntegral) {
  const SizeCurve curve = lognormal(80, 0.35);
  double number = 0, sum = 0, below = 0, all = 0;
  for (std::size_t i = 0; i < curve.d_nm.size(); ++i) {
    all += curve.number[i];
    if (curve.d_nm[i] < 65) below += curve.number[i];
    if (curve.d_nm[i] >= 65) number += curve.number[i], sum += curve.number[i] * curve.d_nm[i];
  }
  EXPECT_NEAR(lognormal_mean_above(80, 0.35, 65), sum / number, 0.1);
  EXPECT_NEAR(lognormal_share_below(80, 0.35, 65), below / all, 1e-3);
  EXPECT_NEAR(lognormal_mean_above(80, 0.35, 0), 80 * std::exp(0.35 * 0.35 / 2), 1e-9);
}

TEST(Preparation, MarkersAreKnownInAnySpelling) {
  EXPECT_EQ(marker_class("CD-63"), MarkerClass::kTransmembrane);
  EXPECT_EQ(marker_class("Tsg101"), MarkerClass::kCytosolic);
  EXPECT_EQ(marker_class("GM130"), MarkerClass::kNotVesicle);
  EXPECT_EQ(marker_class("miR-21"), MarkerClass::kOther);
}

/// What a consistent preparation is made of.
struct Truth {
  double dry_median = 80, dry_sigma = 0.3, swelling = 1.25, limit = 65;
  double per_ml = 2e11, explained = 0.7;  ///< share of the protein that is of vesicles, at f = 0.2 and 1.1 g/mL
  double dilution = 1000;
  double protein_factor = 1, video_factor = 1, method_factor = 1;
  bool second_method = false, blank_wins = false;
  std::string markers = "CD9+ CD63+ CD81+ TSG101+ ALIX+ calnexin-";
  double dry_given = kNaN, z_factor = 1;
};

struct Made {
  Study study;
  ObservationTable table;
  void add(std::string_view quantity, double value, const std::string& replicate, const std::string& source,
           double at = kNaN, const std::string& sample = "P1", std::int64_t n = 0, double sd = kNaN,
           Status status = Status::kOk) {
    Observation row;
    row.quantity = quantity;
    row.sample = sample;
    row.replicate = replicate;
    row.source = source;
    row.value = value;
    row.at = at;
    row.n = n;
    row.sd = sd;
    row.status = status;
    table.add(row);
  }
};

/// Particles drawn one by one: dry sizes for the microscope, swollen ones above the limit for three videos.
Made render(const Truth& truth, std::uint64_t seed) {
  Made out;
  Sample sample;
  sample.id = "P1";
  sample.kind = "preparation";
  sample.attributes["markers"] = truth.markers;
  sample.attributes["dilution"] = std::to_string(truth.dilution);
  out.study.samples.push_back(sample);
  Random random(seed, 5);
  const auto dry = [&] { return truth.dry_median * std::exp(truth.dry_sigma * random.normal()); };
  double sum = 0, square = 0;
  constexpr int kMicrographs = 200, kTracks = 1000;
  for (int i = 0; i < kMicrographs; ++i) {
    const double d =
        std::isnan(truth.dry_given) ? dry() : truth.dry_given * std::exp(truth.dry_sigma * random.normal());
    sum += d, square += d * d;
  }
  const double mean = sum / kMicrographs;
  out.add("tem.diameter.mean", mean, "", "tem", kNaN, "P1", kMicrographs,
          std::sqrt(square / kMicrographs - mean * mean));
  SizeCurve all;
  double cubes = 0, particles = 0;
  for (int video = 1; video <= 3; ++video) {
    const std::string replicate = std::to_string(video);
    std::map<int, int> bins;
    double total = 0;
    for (int i = 0; i < kTracks;) {
      const double d = truth.swelling * dry();
      if (d < truth.limit) continue;
      ++i;
      total += d;
      ++bins[static_cast<int>(d / 5)];
      cubes += d * d * d, particles += 1;
    }
    const double scatter = std::exp(0.08 * random.normal()) * (video == 3 ? truth.video_factor : 1);
    out.add("vesicle.diameter.mean", total / kTracks, replicate, "nta", kNaN, "P1", kTracks);
    out.add("nta.valid_tracks", kTracks, replicate, "nta");
    if (truth.blank_wins) {
      out.add("vesicle.concentration", truth.per_ml / 50, replicate, "nta", kNaN, "P1", 0, kNaN, Status::kBelowRange);
    } else {
      out.add("vesicle.concentration", truth.per_ml * scatter, replicate, "nta");
      out.add("vesicle.concentration.measured", truth.per_ml * scatter / truth.dilution, replicate, "nta");
    }
    if (truth.second_method)
      out.add("vesicle.concentration", truth.per_ml * scatter * truth.method_factor, replicate, "nta_video");
    for (const auto& [bin, count] : bins) {
      const double density = truth.per_ml * count / kTracks / 5;
      out.add("vesicle.number_density", density, replicate, "nta", 5 * bin + 2.5);
      all.d_nm.push_back(5 * bin + 2.5), all.number.push_back(count);
    }
  }
  const double vesicle_ug = vesicle_protein_ug(std::cbrt(cubes / particles), 1.1, 0.2);
  for (int well = 1; well <= 3; ++well) {
    out.add("protein.concentration",
            truth.per_ml * vesicle_ug / truth.explained * truth.protein_factor * std::exp(0.05 * random.normal()),
            std::to_string(well), "protein");
  }
  const double z = scattered_by(all).z_average_nm;
  for (int run = 1; run <= 3; ++run)
    out.add("dls.z_average", z * truth.z_factor * std::exp(0.03 * random.normal()), std::to_string(run), "dls");
  return out;
}

std::set<std::string> kinds(const Truth& truth, std::uint64_t seed = 1) {
  const Made made = render(truth, seed);
  std::set<std::string> out;
  for (const Finding& finding : check_preparations(made.table, made.study, {})) {
    EXPECT_EQ(finding.kind, "contradiction");
    out.insert(finding.details.find("contradiction")->text);
  }
  return out;
}

TEST(Preparation, ConsistentPreparationsRaiseNoAlarm) {
  int alarms = 0;
  constexpr int kTimes = 100;
  std::string what;
  for (int seed = 0; seed < kTimes; ++seed) {
    Random random(99, static_cast<std::uint64_t>(seed));
    Truth truth;
    truth.dry_median = random.uniform(60, 110);
    truth.dry_sigma = random.uniform(0.2, 0.4);
    truth.swelling = random.uniform(1.05, 1.5);
    truth.explained = random.uniform(0.35, 1.0);
    truth.second_method = seed % 2 == 0;
    truth.method_factor = random.uniform(0.7, 1.4);
    const auto found = kinds(truth, static_cast<std::uint64_t>(seed));
    alarms += !found.empty();
    for (const std::string& kind : found) what += kind + " ";
  }
  RecordProperty("alarms", alarms);
  EXPECT_LE(alarms, 5) << what;
}

TEST(Preparation, MicroscopyAgainstTrackingIsFound) {
  // 60 nm dry against a tracked mean of about 185 nm.
  Truth truth;
  truth.dry_median = 130;
  truth.dry_given = 60;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"tem"});
}

TEST(Preparation, ProteinTimesThirtyIsFound) {
  Truth truth;
  truth.protein_factor = 30;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"protein"});
}

TEST(Preparation, AbsentCd63IsFoundAndCalnexinToo) {
  Truth truth;
  truth.markers = "CD9+ CD63- TSG101+ calnexin-";
  EXPECT_EQ(kinds(truth), std::set<std::string>{"marker"});
  truth.markers = "CD9+ CD63+ calnexin+";
  EXPECT_EQ(kinds(truth), std::set<std::string>{"marker"});
}

TEST(Preparation, DilutionAppliedTwiceIsFoundInEveryPlace) {
  Truth between_videos;
  between_videos.video_factor = 1000;
  EXPECT_TRUE(kinds(between_videos).contains("dilution"));
  Truth between_methods;
  between_methods.second_method = true;
  between_methods.method_factor = 1000;
  EXPECT_EQ(kinds(between_methods), std::set<std::string>{"dilution"});
  Truth against_protein;
  against_protein.protein_factor = 1e-3;
  EXPECT_EQ(kinds(against_protein), std::set<std::string>{"dilution"});
  Made against_count = render(Truth{}, 3);
  against_count.add("nta.observed_volume", 1e-4, "1", "nta");
  const auto found = check_preparations(against_count.table, against_count.study, {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, "preparation_dilution_P1");
}

TEST(Preparation, OtherFactorsAreNoDilution) {
  Truth truth;
  truth.second_method = true;
  truth.method_factor = 20;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"counts"});
  Truth much;
  much.protein_factor = 0.05;
  EXPECT_EQ(kinds(much), std::set<std::string>{"ceiling"});
}

TEST(Preparation, BlankHigherThanTheSampleIsFound) {
  Truth truth;
  truth.blank_wins = true;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"blank"});
}

TEST(Preparation, ScatteringFarFromTheTracksIsFound) {
  Truth truth;
  truth.z_factor = 4;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"dls"});
  truth.z_factor = 0.15;
  EXPECT_EQ(kinds(truth), std::set<std::string>{"dls"});
}

TEST(Preparation, PageHoldsMethodsSizesPurityMarkersAndWhatIsMissing) {
  Truth truth;
  truth.protein_factor = 30;
  const Made made = render(truth, 1);
  const auto found = check_preparations(made.table, made.study, {});
  const auto pages = preparation_pages(made.table, made.study, found, {});
  ASSERT_EQ(pages.size(), 1u);
  const Value& details = pages[0].details;
  std::set<std::string> tables, lists;
  for (const Value& table : details.find("tables")->items) {
    tables.insert(table.find("id")->text);
    for (const Value& row : table.find("rows")->items) EXPECT_EQ(row.items.size(), table.find("columns")->items.size());
  }
  for (const Value& list : details.find("lists")->items) lists.insert(list.find("id")->text);
  EXPECT_EQ(tables, (std::set<std::string>{"methods", "sizes", "concentrations", "purity", "markers"}));
  EXPECT_EQ(lists, (std::set<std::string>{"contradictions", "missing"}));
  EXPECT_EQ(details.find("figures")->items.size(), 1u);
  EXPECT_NEAR(details.find("numbers")->find("of_ceiling")->number, 0.7 / 30, 0.01);
  EXPECT_EQ(pages[0].groups[0].units[0].sample, "P1");
  Context four;
  four.threads = 4;
  EXPECT_EQ(preparation_pages(made.table, made.study, found, four)[0].answer, pages[0].answer);
}

TEST(Preparation, NothingMeasuredIsNoPage) {
  EXPECT_TRUE(preparation_pages({}, {}, {}, {}).empty());
  EXPECT_TRUE(check_preparations({}, {}, {}).empty());
  Made one;
  one.add("vesicle.diameter.mean", kNaN, "1", "nta", kNaN, "P1", 0, kNaN, Status::kNotMeasurable);
  const auto pages = preparation_pages(one.table, one.study, {}, {});
  ASSERT_EQ(pages.size(), 1u);  // a row stands for it, and all is missing
  EXPECT_TRUE(check_preparations(one.table, one.study, {}).empty());
}

}  // namespace
}  // namespace vesica
