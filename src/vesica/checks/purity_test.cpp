// SPDX-License-Identifier: Apache-2.0
// Ceilings against closed forms, intervals against simulation, verdicts on known mixtures.
#include "vesica/checks/purity.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/study/study.h"

namespace vesica {
namespace {

SizeCurve single(double d) { return {{d}, {1.0}, 0}; }

/// Lognormal number distribution on bins of 1 nm.
SizeCurve lognormal(double median, double gsd, double counted = 0) {
  SizeCurve out;
  for (double d = 10.5; d < 1500; d += 1) {
    const double z = std::log(d / median) / std::log(gsd);
    out.d_nm.push_back(d);
    out.number.push_back(std::exp(-z * z / 2) / d);
  }
  out.counted = counted;
  return out;
}

TEST(Purity, CeilingOfOneSizeIsTheWeightOfOneVesicle) {
  // 1 / (0.2 x 1.1 g/mL x pi/6 d^3), by hand: 8.68e9 per ug at 100 nm; the field notes round it.
  const PuritySettings settings;
  const auto at = [&](double d) {
    const SizeCurve curve = single(d);
    return ceiling_of(std::span(&curve, 1), settings, 1).value;
  };
  EXPECT_NEAR(at(50), 7e10, 0.1e10);
  EXPECT_NEAR(at(70), 2.5e10, 0.05e10);
  EXPECT_NEAR(at(100), 8.7e9, 0.05e9);
  EXPECT_NEAR(at(150), 2.6e9, 0.05e9);
  EXPECT_NEAR(at(185), 1.4e9, 0.05e9);
  EXPECT_DOUBLE_EQ(at(100), 1 / (0.2 * 1.1 * std::numbers::pi / 6 * 1e-15 * 1e6));
}

TEST(Purity, CeilingOfALognormalIsItsThirdMoment) {
  const PuritySettings settings;
  const SizeCurve curve = lognormal(100, 1.3);
  const double s2 = std::pow(std::log(1.3), 2);
  const double expected = 1 / vesicle_protein_ug(100, 1.1, 0.2) / std::exp(4.5 * s2);
  EXPECT_NEAR(ceiling_of(std::span(&curve, 1), settings, 1).value / expected, 1, 1e-3);
  const double mean = 100 * std::exp(s2 / 2), sd = mean * std::sqrt(std::exp(s2) - 1);
  EXPECT_NEAR(ceiling_of(mean, sd, settings).value / expected, 1, 1e-9);
  EXPECT_EQ(ceiling_of(mean, sd, settings).basis, "mean and SD");
  EXPECT_TRUE(std::isnan(ceiling_of(kNaN, sd, settings).value));
  EXPECT_TRUE(std::isnan(ceiling_of(std::span<const SizeCurve>(), settings, 1).value));
}

TEST(Purity, OneBinOfClumpsDecides) {
  // 1000 tracks of 100 nm and three of 800 nm: the three weigh 1.5 times as much as all others.
  SizeCurve curve{{100, 800}, {1000, 3}, 1003};
  const Ceiling ceiling = ceiling_of(std::span(&curve, 1), PuritySettings{}, 7);
  EXPECT_TRUE(ceiling.one_bin_decides());
  EXPECT_DOUBLE_EQ(ceiling.largest_nm, 800);
  EXPECT_NEAR(ceiling.largest_number, 3 / 1003.0, 1e-12);
  EXPECT_NEAR(ceiling.largest_mass, 3 * 512 / (1000 + 3 * 512.0), 1e-12);
  EXPECT_NEAR(ceiling.without_largest, 8.68e9, 0.01e9);
  // Three counts: Poisson says none to eight, and with none the ceiling is that of 100 nm.
  EXPECT_GT(ceiling.high, 0.9 * ceiling.without_largest);
  EXPECT_LT(ceiling.low, 0.65 * ceiling.value);
  const SizeCurve plain = lognormal(100, 1.3, 1000);
  const Ceiling narrow = ceiling_of(std::span(&plain, 1), PuritySettings{}, 7);
  EXPECT_FALSE(narrow.one_bin_decides());
  EXPECT_LT(narrow.high / narrow.low, 1.3);
}

TEST(Purity, BootstrapCoversTheTruth) {
  // 40 preparations of five videos each, 1000 tracks: nominal 95 %.
  PuritySettings settings;
  settings.draws = 200;
  const SizeCurve parent = lognormal(100, 1.35);
  const double truth = ceiling_of(std::span(&parent, 1), settings, 1).value;
  int covered = 0;
  constexpr int kTimes = 40;
  for (int k = 0; k < kTimes; ++k) {
    Random random(11, static_cast<std::uint64_t>(k));
    std::vector<SizeCurve> videos(5);
    for (SizeCurve& video : videos) {
      for (double d = 10; d < 1500; d += 5) video.d_nm.push_back(d);
      video.number.assign(video.d_nm.size(), 0);
      video.counted = 1000;
      for (int track = 0; track < 1000; ++track) {
        const double d = 100 * std::exp(std::log(1.35) * random.normal());
        const auto bin = static_cast<std::size_t>((d - 7.5) / 5);
        if (bin < video.number.size()) video.number[bin] += 1;
      }
    }
    const Ceiling ceiling = ceiling_of(videos, settings, static_cast<std::uint64_t>(k));
    covered += ceiling.low <= truth && truth <= ceiling.high;
  }
  EXPECT_GE(covered, 34);
}

/// A study of one preparation with rows as assays give them.
struct Made {
  Study study;
  ObservationTable table;
  void add(std::string_view quantity, double value, const std::string& replicate, const std::string& source = "nta",
           double at = kNaN, const std::string& sample = "P1") {
    Observation row;
    row.quantity = quantity;
    row.sample = sample;
    row.replicate = replicate;
    row.source = source;
    row.value = value;
    row.at = at;
    table.add(row);
  }
};

Made made(double concentration, double protein, double median = 100) {
  Made out;
  Sample sample;
  sample.id = "P1";
  sample.kind = "preparation";
  out.study.samples.push_back(sample);
  const SizeCurve curve = lognormal(median, 1.3);
  for (int video = 1; video <= 3; ++video) {
    const std::string replicate = std::to_string(video);
    out.add("vesicle.concentration", concentration * (0.9 + 0.05 * video), replicate);
    out.add("nta.valid_tracks", 1500, replicate);
    for (std::size_t k = 0; k < curve.d_nm.size(); k += 5)
      out.add("vesicle.number_density", curve.number[k], replicate, "nta", curve.d_nm[k]);
  }
  for (const double factor : {0.95, 1.0, 1.05})
    out.add("protein.concentration", protein * factor, std::to_string(factor), "protein");
  return out;
}

TEST(Purity, RatioHasTheIntervalOfItsParts) {
  const Made one = made(1e11, 20);
  const std::vector<Purity> all = purities(one.table, one.study, {});
  ASSERT_EQ(all.size(), 1u);
  const double particles = std::cbrt(0.95 * 1.0 * 1.05) * 1e11;  // geometric mean of 0.95, 1, 1.05
  EXPECT_NEAR(all[0].value, particles / (20 * std::cbrt(0.95 * 1.0 * 1.05)), 1e-3 * 5e9);
  // Both log SDs are 0.0500 of three: se = 0.0289 each; dilution 0.05; df by Satterthwaite 2
  // (v1+v2+0.0025)^2/(v1²+v2²).
  const double v = std::pow(std::log(1.05 / 0.95) / 2, 2) / 3;
  EXPECT_NEAR(std::log(all[0].high / all[0].low) / 2 / std::sqrt(2 * v + 0.0025), 2.04, 0.08);
  EXPECT_EQ(all[0].interval, "t95");
  EXPECT_EQ(all[0].webber, "low");
}

TEST(Purity, VerdictsFollowTheCeiling) {
  // Ceiling of lognormal(100, 1.3) is 6.4e9 per ug: 1e11 per mL carry 16 ug/mL.
  const auto verdict = [](double concentration, double protein, double median = 100) {
    const Made one = made(concentration, protein, median);
    return purities(one.table, one.study, {}).at(0).verdict;
  };
  EXPECT_EQ(verdict(1e11, 16), "compatible");
  EXPECT_EQ(verdict(1e11, 25), "compatible");
  EXPECT_EQ(verdict(1e11, 16 * 30), "below");
  EXPECT_EQ(verdict(1e11 * 100, 16), "above");
  // 1.4e9 per ug is unpure to the cut-offs and all that vesicles of 185 nm can reach.
  const Made large = made(2.2e10, 16, 150);
  const Purity purity = purities(large.table, large.study, {}).at(0);
  EXPECT_EQ(purity.webber, "unpure");
  EXPECT_EQ(purity.verdict, "compatible");
}

TEST(Purity, BlankOfATableIsTakenOffAndCanEatItAll) {
  Made one = made(1e11, 20);
  Sample blank;
  blank.id = "PBS";
  blank.kind = "blank";
  one.study.samples.push_back(blank);
  Made other;
  other.study = one.study;
  other.add("vesicle.concentration", 1e11, "", "table");
  other.add("vesicle.concentration", 2e10, "", "table", kNaN, "PBS");
  other.add("protein.concentration", 10, "", "table");
  other.add("protein.concentration", 2, "", "table", kNaN, "PBS");
  const Purity purity = purities(other.table, other.study, {}).at(0);
  EXPECT_NEAR(purity.value, 8e10 / 8, 1);
  EXPECT_EQ(purity.interval, "partial95");
  EXPECT_EQ(purity.unknown.size(), 2u);
  other.add("vesicle.concentration", 8e11, "", "table", kNaN, "PBS");
  const Purity eaten = purities(other.table, other.study, {}).at(0);
  EXPECT_EQ(eaten.status, Status::kBelowRange);
  const Outcome rows = derive_purity(other.table, other.study, {});
  ASSERT_EQ(rows.observations.size(), 1u);
  EXPECT_EQ(rows.observations.status(0), Status::kBelowRange);
}

TEST(Purity, RowsAndFindingHoldTheSameNumbers) {
  const Made one = made(1e11, 20);
  const Outcome rows = derive_purity(one.table, one.study, {});
  ASSERT_EQ(rows.observations.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rows.observations.quantity(i), kPurityQuantities[i]);
    EXPECT_EQ(rows.observations.source(i), kPurityCheck);
    EXPECT_LT(rows.observations.low(i), rows.observations.value(i));
    EXPECT_GT(rows.observations.high(i), rows.observations.value(i));
  }
  const std::vector<Finding> findings = check_purity(one.table, one.study, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_DOUBLE_EQ(findings[0].details.find("preparations")->items[0].find("particles_per_ug")->number,
                   rows.observations.value(0));
  EXPECT_EQ(findings[0].details.find("tables")->items[0].find("rows")->items.size(), 1u);
  bool says_blind = false;
  for (const std::string& text : findings[0].assumptions) says_blind |= text.find("blind to size") != std::string::npos;
  EXPECT_TRUE(says_blind);
  Context four;
  four.threads = 4;
  EXPECT_EQ(check_purity(one.table, one.study, four)[0].answer, findings[0].answer);
}

TEST(Purity, NothingToDivideIsNoFinding) {
  EXPECT_TRUE(check_purity({}, {}, {}).empty());
  Made one;
  one.add("vesicle.concentration", 1e10, "1");
  EXPECT_TRUE(check_purity(one.table, one.study, {}).empty());
  one.add("protein.concentration", 10, "1", "protein");
  const Study unknown = one.study;  // the protein of a sample that nobody declared is not a preparation's
  EXPECT_TRUE(check_purity(one.table, unknown, {}).empty());
}

TEST(Purity, CarryOverOfASpinHoldsEveryContaminant) {
  Protocol protocol;
  protocol.id = "uc";
  protocol.steps = Value::array();
  Value step = Value::table();
  step.set("kind", Value::of("spin"));
  step.set("rcf_g", Value::of(100000.0));
  step.set("minutes", Value::of(70.0));
  step.set("rotor", Value::of("Type 70 Ti"));
  step.set("keep", Value::of("pellet"));
  protocol.steps.append(step);
  const CarryOver out = carry_over_of(protocol, {}, {});
  EXPECT_GT(out.vesicles, 0.1);
  ASSERT_EQ(out.contaminants.size(), 4u);
  for (const auto& [name, share] : out.contaminants) EXPECT_TRUE(share >= 0 && share <= 1) << name;
}

}  // namespace
}  // namespace vesica
