// SPDX-License-Identifier: Apache-2.0
// Bookkeeping of a sampled medium in closed form, phantoms of known release, tables of many habits.
#include "vesica/assays/release_curve/release_curve.h"

#include <cmath>
#include <cstdio>

#include "phantoms/release_curve.h"
#include <gtest/gtest.h>

#include "vesica/io/csv.h"

namespace vesica::release_curve {
namespace {

TEST(ReleaseCurve, ReplacementKeepsTheVolume) {
  // M_n = V c_n + sum v c_i (Singhvi and Singh 2011 and any dissolution text).
  const std::vector<Sampling> samples = {{1, 10, false, 1, 1}, {2, 20, false, 1, 1}, {3, 30, false, 1, 1}};
  const std::vector<Amount> out = released_amounts(samples, 10, 0);
  EXPECT_DOUBLE_EQ(out[0].value, 100);
  EXPECT_DOUBLE_EQ(out[1].value, 210);
  EXPECT_DOUBLE_EQ(out[2].value, 330);
  EXPECT_EQ(out[2].sd, 0);
}

TEST(ReleaseCurve, WithoutReplacementTheVolumeShrinks) {
  const std::vector<Sampling> samples = {{1, 10, false, 1, 0}, {2, 20, false, 1, 0}, {3, 30, false, 1, 0}};
  const std::vector<Amount> out = released_amounts(samples, 10, 0);
  EXPECT_DOUBLE_EQ(out[1].value, 9 * 20 + 10);
  EXPECT_DOUBLE_EQ(out[2].value, 8 * 30 + 30);
}

TEST(ReleaseCurve, WholeMediumChangedSumsTheSamples) {
  const std::vector<Sampling> samples = {{1, 10, false, 10, 10}, {2, 5, false, 10, 10}};
  EXPECT_DOUBLE_EQ(released_amounts(samples, 10, 0)[1].value, 150);
}

TEST(ReleaseCurve, ErrorsAddUpInSquares) {
  const std::vector<Sampling> samples = {{1, 10, false, 1, 1}, {2, 20, false, 1, 1}};
  const std::vector<Amount> out = released_amounts(samples, 10, 0.1);
  EXPECT_NEAR(out[1].sd, std::hypot(10 * 2.0, 1.0), 1e-12);
}

TEST(ReleaseCurve, BelowTheLimitIsEvenlyAnything) {
  const std::vector<Sampling> samples = {{1, 6, true, 1, 1}, {2, 20, false, 1, 1}};
  const std::vector<Amount> out = released_amounts(samples, 10, 0);
  EXPECT_DOUBLE_EQ(out[0].most, 60);
  EXPECT_DOUBLE_EQ(out[1].value, 203);
  EXPECT_NEAR(out[1].sd, 6 / std::sqrt(12.0), 1e-12);
}

TEST(ReleaseCurve, DryVesselsAndHoles) {
  const std::vector<Sampling> samples = {{1, 10, false, 6, 0}, {2, kNaN, false, 6, 0}, {3, 30, false, 1, 0}};
  const std::vector<Amount> out = released_amounts(samples, 10, 0);
  EXPECT_DOUBLE_EQ(out[0].value, 100);
  EXPECT_TRUE(std::isnan(out[1].value));
  EXPECT_TRUE(std::isnan(out[2].value)) << "-2 mL";
  EXPECT_TRUE(released_amounts({}, 10, 0).empty());
}

TEST(ReleaseCurve, TimesAndSharesByStraightLines) {
  const std::vector<double> t = {2, 4, 8}, f = {0.2, 0.6, 0.9};
  EXPECT_DOUBLE_EQ(time_of_share(t, f, 0.1), 1);
  EXPECT_DOUBLE_EQ(time_of_share(t, f, 0.5), 3.5);
  EXPECT_DOUBLE_EQ(time_of_share(t, f, 0.9), 8);
  EXPECT_TRUE(std::isinf(time_of_share(t, f, 0.95)));
  EXPECT_TRUE(std::isnan(time_of_share({}, {}, 0.5)));
  EXPECT_DOUBLE_EQ(share_at(t, f, 1), 0.1);
  EXPECT_DOUBLE_EQ(share_at(t, f, 6), 0.75);
  EXPECT_TRUE(std::isnan(share_at(t, f, 9)));
  EXPECT_DOUBLE_EQ(held_back(0.1, 0.9, 1), 0.1);
  EXPECT_DOUBLE_EQ(held_back(1, 1, 3), 0.75);
}

Reading reading_of(const std::string& text) {
  Workbook book{"release.csv", {read_text_table(text, "release.csv")}};
  return {"release.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
}

AnySettings with(const std::vector<std::pair<std::string, std::string>>& changes) {
  AnySettings out = kReleaseCurveAssay.make_settings();
  for (const auto& [name, value] : changes) set_field(out, name, value);
  return out;
}

Outcome measured(const std::string& text, const AnySettings& settings) {
  return kReleaseCurveAssay.measure(reading_of(text), {}, settings, {}, {});
}

Observation row_of(const ObservationTable& rows, std::string_view quantity, std::string_view sample,
                   double time_h = kNaN) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool same_time = std::isnan(time_h) ? std::isnan(rows.time_h(i)) : rows.time_h(i) == time_h;
    if (rows.quantity(i) == quantity && rows.sample(i) == sample && same_time) return rows.row(i);
  }
  ADD_FAILURE() << "no row " << quantity << " of " << sample << " at " << time_h;
  return {};
}

bool says(const std::vector<Issue>& issues, std::string_view kind) {
  for (const Issue& issue : issues)
    if (issue.kind == kind) return true;
  return false;
}

TEST(ReleaseCurveTable, MicrolitresDaysAndLimits) {
  const std::string text =
      "sample,time (d),sampled (uL),conc (particles/mL)\n"
      "a,1,100,<1e7\n"
      "a,2,100,4e7\n"
      "a,4,100,9e7\n";
  const Outcome out = measured(text, with({{"medium_ml", "1"}, {"loaded", "1e8"}, {"loaded_cv", "0.1"}}));
  const Observation first = row_of(out.observations, "release.cumulative_fraction", "a", 24);
  EXPECT_EQ(first.status, Status::kBelowRange);
  EXPECT_NEAR(first.value, 0.1, 1e-12);
  const Observation second = row_of(out.observations, "release.cumulative_fraction", "a", 48);
  EXPECT_NEAR(second.value, (4e7 + 0.1 * 5e6) / 1e8, 1e-12);
  EXPECT_EQ(second.interval, "delta95");
  EXPECT_NEAR(second.sd, second.value * std::hypot(0.1, 1e6 / std::sqrt(12.0) / 4.05e7), 1e-12);
  EXPECT_NEAR(row_of(out.observations, "release.cumulative_amount", "a", 96).value, 9e7 + 0.1 * 4.5e7, 1);
  EXPECT_EQ(row_of(out.observations, "release.medium_concentration", "a", 24).status, Status::kBelowRange);
  EXPECT_NEAR(row_of(out.observations, "release.t50", "a").value, 48 + 48 * (0.5 - 0.405) / (0.945 - 0.405), 1e-9);
}

TEST(ReleaseCurveTable, SharesAreTakenAsTheyAre) {
  const Outcome out = measured("time (h),released (%)\n1,10\n24,60\n48,95\n", with({}));
  EXPECT_NEAR(row_of(out.observations, "release.cumulative_fraction", "", 24).value, 0.6, 1e-12);
  EXPECT_NEAR(row_of(out.observations, "release.burst_fraction", "").value, 0.6, 1e-12);
  EXPECT_FALSE(says(out.issues, "release_curve.no_load"));
}

TEST(ReleaseCurveTable, WhatIsMissingIsAskedAndNothingIsMadeUp) {
  const std::string text = "sample,time (h),signal (RFU)\na,1,100\na,2,200\n";
  const std::vector<Issue> asked = kReleaseCurveAssay.missing(reading_of(text), with({}));
  EXPECT_TRUE(says(asked, "release_curve.no_medium"));
  EXPECT_TRUE(says(asked, "release_curve.no_load"));
  EXPECT_TRUE(says(asked, "release_curve.no_sampled"));
  const Outcome out = measured(text, with({}));
  EXPECT_EQ(row_of(out.observations, "release.cumulative_fraction", "a", 1).status, Status::kNotMeasurable);
  EXPECT_EQ(row_of(out.observations, "release.t50", "a").status, Status::kNotMeasurable);
}

TEST(ReleaseCurveTable, IsKnownByItsHeader) {
  const auto suits = [](const std::string& text) { return kReleaseCurveAssay.suits(reading_of(text)); };
  EXPECT_TRUE(suits("time (h),released (%)\n1,10\n"));
  EXPECT_TRUE(suits("时间 (h),取样体积 (mL),浓度 (ug/mL)\n1,0.1,10\n"));
  EXPECT_TRUE(suits(render_release_curve({}, 1).files[0].bytes));
  EXPECT_FALSE(suits("animal,time (h),plasma (%ID/mL)\n1,1,10\n"));
  EXPECT_FALSE(suits("quantity,value\nrelease.t50,10\n"));
}

TEST(ReleaseCurveTable, SinkIsChecked) {
  const std::string text = "sample,time (h),conc (ug/mL)\na,1,10\na,2,40\n";
  const Outcome out = measured(text, with({{"medium_ml", "1"},
                                           {"gel_ml", "0.5"},
                                           {"sampled_ml", "0"},
                                           {"loaded", "60"},
                                           {"saturation", "100"},
                                           {"left_in_gel", "17"}}));
  EXPECT_NEAR(row_of(out.observations, "release.held_back", "a").value, 1. / 3, 1e-12);
  EXPECT_NEAR(row_of(out.observations, "release.saturation_share", "a").value, 0.4, 1e-12);
  EXPECT_NEAR(row_of(out.observations, "release.recovery", "a").value, 0.95, 1e-12);
  EXPECT_TRUE(says(out.issues, "release_curve.no_sink"));
  EXPECT_TRUE(says(out.issues, "release_curve.saturated"));
}

TEST(ReleaseCurveTable, NonsenseIsRefusedOrSaid) {
  EXPECT_THROW(measured("sample,time (h),sampled (mL)\na,1,2\n", with({})), Error);
  EXPECT_THROW(measured("sample,time (h),conc (ug/mL)\na,1,2\n", with({{"reading_column", "connc"}})), Error);
  const Outcome out = measured("sample,time (h),conc (ug/mL)\na,1,2\n", with({{"medium_ml", "1"}, {"loaded", "1e-9"}}));
  EXPECT_TRUE(says(out.issues, "release_curve.impossible"));
  EXPECT_EQ(row_of(out.observations, "release.cumulative_fraction", "a", 1).status, Status::kNotMeasurable);
}

/// Bias and spread of one quantity over seeds and gels, relative to the truth.
struct Recovered {
  double bias = 0, sd = 0, worst = 0;
};

Recovered recover(const ReleaseCurvePhantomSettings& phantom, const AnySettings& settings, std::string_view quantity,
                  double time_h) {
  double sum = 0, squares = 0, n = 0;
  Recovered out;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Rendered rendered = render_release_curve(phantom, seed);
    const Outcome outcome = measured(rendered.files[0].bytes, settings);
    for (const std::string sample : {"gel 1", "gel 2", "gel 3"}) {
      const double truth = row_of(rendered.truth, quantity, sample, time_h).value;
      const double error = row_of(outcome.observations, quantity, sample, time_h).value / truth - 1;
      sum += error, squares += error * error, n += 1;
      out.worst = std::max(out.worst, std::abs(error));
    }
  }
  out.bias = sum / n;
  out.sd = std::sqrt(std::max(0.0, squares / n - out.bias * out.bias));
  return out;
}

TEST(ReleaseCurvePhantom, WithoutNoiseTheBooksAreExact) {
  ReleaseCurvePhantomSettings phantom;
  phantom.reading_cv = 0;
  const AnySettings settings = with({{"loaded", "1e10"}});
  for (const bool replaced : {true, false}) {
    phantom.replaced = replaced;
    const AnySettings own = replaced ? settings : with({{"loaded", "1e10"}, {"replacement", "none"}});
    for (const double t : {1.0, 24.0, 336.0})
      EXPECT_LT(recover(phantom, own, "release.cumulative_fraction", t).worst, 1e-5) << t;
    phantom.decimal_mark = "comma";
  }
  // What ignoring the samples would cost: at 336 h a tenth of the medium was taken nine times.
  const AnySettings forgetful = with({{"loaded", "1e10"}, {"sampled_column", "nothing"}});
  phantom.replaced = true;
  EXPECT_LT(recover(phantom, forgetful, "release.cumulative_fraction", 336).bias, -0.3);
}

TEST(ReleaseCurvePhantom, NoiseIsRecoveredWithoutBias) {
  const ReleaseCurvePhantomSettings phantom;
  const AnySettings settings = with({{"loaded", "1e10"}, {"reading_cv", "0.05"}});
  const Recovered day = recover(phantom, settings, "release.cumulative_fraction", 24);
  // 60 curves: the bias of readings of 5 % stays within 3 standard errors, the spread near 5 %.
  EXPECT_LT(std::abs(day.bias), 3 * 0.05 / std::sqrt(60));
  EXPECT_NEAR(day.sd, 0.05, 0.015);
  const Recovered half = recover(phantom, settings, "release.t50", kNaN);
  std::printf("share at 24 h: bias %.4f, sd %.4f; t50: bias %.3f, sd %.3f\n", day.bias, day.sd, half.bias, half.sd);
  EXPECT_LT(std::abs(half.bias), 0.08);
  EXPECT_LT(half.sd, 0.2);
  EXPECT_LT(std::abs(recover(phantom, settings, "release.burst_fraction", kNaN).bias), 3 * 0.05 / std::sqrt(60));
}

TEST(ReleaseCurvePhantom, StatedErrorsCoverTheTruth) {
  const ReleaseCurvePhantomSettings phantom;
  const AnySettings settings = with({{"loaded", "1e10"}, {"reading_cv", "0.05"}});
  int inside = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Rendered rendered = render_release_curve(phantom, seed);
    const Outcome outcome = measured(rendered.files[0].bytes, settings);
    for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
      const Observation truth = rendered.truth.row(i);
      if (truth.quantity != "release.cumulative_fraction") continue;
      const Observation row = row_of(outcome.observations, truth.quantity, truth.sample, truth.time_h);
      inside += truth.value >= row.low && truth.value <= row.high ? 1 : 0;
      ++all;
    }
  }
  EXPECT_NEAR(static_cast<double>(inside) / all, 0.95, 0.03) << inside << " of " << all;
}

TEST(ReleaseCurvePhantom, SignalsAndLimits) {
  ReleaseCurvePhantomSettings phantom;
  phantom.unit = "RFU";
  phantom.limit = 6e8;
  phantom.reading_cv = 0;
  const AnySettings settings = with({{"loaded", "1e10"}, {"particles_per_unit", "1e6"}});
  const Rendered rendered = render_release_curve(phantom, 1);
  const Outcome outcome = measured(rendered.files[0].bytes, settings);
  const Observation first = row_of(outcome.observations, "release.cumulative_fraction", "gel 1", 1);
  EXPECT_GE(first.value, row_of(rendered.truth, "release.cumulative_fraction", "gel 1", 1).value);
  EXPECT_LT(recover(phantom, settings, "release.cumulative_fraction", 336).worst, 0.05);
}

TEST(ReleaseCurvePhantom, DiffusionOutOfASlab) {
  ReleaseCurvePhantomSettings phantom;
  phantom.law = "slab";
  phantom.burst = 0;
  phantom.reading_cv = 0;
  const AnySettings settings = with({{"loaded", "1e10"}});
  const Rendered rendered = render_release_curve(phantom, 1);
  const Outcome outcome = measured(rendered.files[0].bytes, settings);
  EXPECT_NEAR(row_of(rendered.truth, "release.t90", "gel 1").value, 84.8, 0.05) << "0.848 L²/D";
  EXPECT_NEAR(row_of(outcome.observations, "release.t90", "gel 1").value, 84.8, 6) << "straight lines between samples";
}

}  // namespace
}  // namespace vesica::release_curve
