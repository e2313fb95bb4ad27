// SPDX-License-Identifier: Apache-2.0
// Curves: closed forms and symmetry, published fits, coverage of intervals, degenerate inputs.
#include "vesica/solve/standard_curve.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "vesica/base/random.h"

namespace vesica {
namespace {

constexpr CurveParameters kTruth = {0.05, 2.4, 150, 1.3, 1};

std::vector<StandardReading> exact_points(CurveModel model, const CurveParameters& p) {
  std::vector<StandardReading> out;
  for (const double x : {0.0, 2.0, 8.0, 31.25, 62.5, 125.0, 250.0, 500.0, 1000.0, 4000.0})
    out.push_back({x, curve_value(model, p, x)});
  return out;
}

TEST(StandardCurve, ExactPointsGiveTheirParametersBack) {
  for (const CurveWeight weight : {CurveWeight::kNone, CurveWeight::kOneOverY, CurveWeight::kOneOverY2}) {
    const auto four =
        fit_curve(exact_points(CurveModel::kFourParameters, kTruth), {CurveModel::kFourParameters, weight});
    ASSERT_TRUE(four && four->converged);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(four->p[i], kTruth[i], 1e-6 * kTruth[i]);
    const CurveParameters skew = {0.05, 2.4, 150, 1.3, 0.6};
    const auto five = fit_curve(exact_points(CurveModel::kFiveParameters, skew), {CurveModel::kFiveParameters, weight});
    ASSERT_TRUE(five && five->converged);
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(five->p[i], skew[i], 1e-4 * skew[i]);
    EXPECT_NEAR(five->r_squared, 1, 1e-9);
  }
  const CurveParameters falling = {1.8, 0.1, 20, 2, 1};  // a competitive assay
  const auto down = fit_curve(exact_points(CurveModel::kFourParameters, falling), {});
  ASSERT_TRUE(down && down->converged);
  EXPECT_NEAR(down->p[2], 20, 1e-5);
}

TEST(StandardCurve, InverseUndoesTheCurve) {
  for (const double x : {0.5, 10.0, 150.0, 3000.0}) {
    for (const CurveModel model : {CurveModel::kFourParameters, CurveModel::kFiveParameters}) {
      const CurveParameters p = {0.05, 2.4, 150, 1.3, model == CurveModel::kFourParameters ? 1 : 0.4};
      EXPECT_NEAR(curve_inverse(model, p, curve_value(model, p, x)) / x, 1, 1e-9);
    }
  }
  EXPECT_NEAR(curve_value(CurveModel::kFourParameters, kTruth, 150), (0.05 + 2.4) / 2, 1e-12) << "half-way";
  EXPECT_NEAR(curve_value(CurveModel::kFourParameters, kTruth, 0), 0.05, 1e-15);
  EXPECT_TRUE(std::isnan(curve_inverse(CurveModel::kFourParameters, kTruth, 2.5)));
  EXPECT_TRUE(std::isnan(curve_inverse(CurveModel::kFourParameters, kTruth, 0.01)));
}

TEST(StandardCurve, LinesHaveTheirClosedForm) {
  const std::vector<StandardReading> points = {{0, 1.1}, {1, 2.9}, {2, 5.2}, {3, 7.1}, {4, 8.7}};
  const auto fit = fit_curve(points, {CurveModel::kLinear, CurveWeight::kNone});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->p[3], 1.94, 1e-10);
  EXPECT_NEAR(fit->p[0], 1.12, 1e-10);
  // Inversion of a line's band is Fieller's theorem: x = 2 +- ..., with d = y - mean(y), g = t^2 s^2 / (b^2 Sxx).
  const double s2 = fit->residual_sd * fit->residual_sd, t = student_t(0.95, 3), b = fit->p[3], y = 7.0;
  const double g = t * t * s2 / (b * b * 10), d = y - 5.0;
  const double root = t * std::sqrt(s2) / b * std::sqrt((1 - g) * (1.0 / 2 + 1.0 / 5) + d * d / (b * b * 10));
  const BackCalculated back = back_calculate(*fit, y, 2);
  EXPECT_NEAR(back.x, (7 - 1.12) / 1.94, 1e-10);
  EXPECT_NEAR(back.low, 2 + (d / b - root) / (1 - g), 1e-6);
  EXPECT_NEAR(back.high, 2 + (d / b + root) / (1 - g), 1e-6);
}

TEST(StandardCurve, DegenerateInputsGiveNothing) {
  EXPECT_FALSE(fit_curve({}, {}));
  const std::vector<StandardReading> three = {{1, 1}, {2, 2}, {3, 3}};
  EXPECT_FALSE(fit_curve(three, {})) << "three places cannot hold four parameters";
  const std::vector<StandardReading> flat = {{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}};
  EXPECT_FALSE(fit_curve(flat, {}));
  const std::vector<StandardReading> negative = {{-1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}};
  EXPECT_FALSE(fit_curve(negative, {}));
  EXPECT_TRUE(fit_curve(negative, {CurveModel::kLinear, CurveWeight::kNone}));
  std::vector<StandardReading> holes = exact_points(CurveModel::kFourParameters, kTruth);
  holes.push_back({std::nan(""), 1});
  ASSERT_TRUE(fit_curve(holes, {}));
  EXPECT_EQ(fit_curve(holes, {})->points, holes.size() - 1);
}

TEST(StandardCurve, ResponsesBeyondTheCurveSayOnWhichSide) {
  Random random(3);
  std::vector<StandardReading> points;
  for (const StandardReading& point : exact_points(CurveModel::kFourParameters, kTruth))
    for (int k = 0; k < 2; ++k) points.push_back({point.x, point.y + 0.01 * random.normal()});
  const auto fit = fit_curve(points, {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(back_calculate(*fit, 3.0, 1).side, 1);
  EXPECT_EQ(back_calculate(*fit, -0.5, 1).side, -1);
  const BackCalculated near_top = back_calculate(*fit, fit->p[1] - 1e-4, 1);
  EXPECT_TRUE(std::isnan(near_top.high)) << "the band holds it however far out";
  EXPECT_FALSE(std::isnan(near_top.low));
  const BackCalculated near_zero = back_calculate(*fit, fit->p[0] + 1e-4, 1);
  EXPECT_EQ(near_zero.low, 0);
}

/// Share of intervals that hold the truth, over plates made with known noise.
double coverage(CurveWeight weight, bool proportional, double x) {
  constexpr int kPlates = 400;
  int hold = 0;
  for (int plate = 0; plate < kPlates; ++plate) {
    Random random(1000 + static_cast<std::uint64_t>(plate));
    const auto noisy = [&](double y) { return y + (proportional ? 0.05 * y : 0.02) * random.normal(); };
    std::vector<StandardReading> points;
    for (const StandardReading& point : exact_points(CurveModel::kFourParameters, kTruth))
      for (int k = 0; k < 2; ++k) points.push_back({point.x, noisy(point.y)});
    const double y = curve_value(CurveModel::kFourParameters, kTruth, x);
    const double mean = (noisy(y) + noisy(y) + noisy(y)) / 3;
    const auto fit = fit_curve(points, {CurveModel::kFourParameters, weight});
    if (!fit) continue;
    const BackCalculated back = back_calculate(*fit, mean, 3);
    hold += !(back.low > x) && !(back.high < x) && back.side == 0 ? 1 : 0;
  }
  return static_cast<double>(hold) / kPlates;
}

TEST(StandardCurveSlow, IntervalsHoldTheTruthAsOftenAsTheySay) {
  for (const double x : {20.0, 150.0, 800.0}) {
    const double equal = coverage(CurveWeight::kNone, false, x);
    const double proportional = coverage(CurveWeight::kOneOverY2, true, x);
    EXPECT_GE(equal, 0.925) << x;  // 0.95 less two standard errors of 400 plates
    EXPECT_LE(equal, 0.985) << x;
    EXPECT_GE(proportional, 0.92) << x;
    EXPECT_LE(proportional, 0.985) << x;
    std::cout << "x = " << x << ": " << equal << " with equal, " << proportional << " with proportional errors\n";
  }
}

TEST(StandardCurve, TheModelIsChosenByAicc) {
  int right = 0, five = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    std::vector<StandardReading> line, skew;
    for (const double x : {0.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0})
      for (int k = 0; k < 3; ++k) line.push_back({x, 0.1 + 0.02 * x + 0.01 * random.normal()});
    for (const StandardReading& point : exact_points(CurveModel::kFiveParameters, {0.05, 2.4, 60, 2.5, 0.25}))
      for (int k = 0; k < 3; ++k) skew.push_back({point.x, point.y + 0.01 * random.normal()});
    right += choose_curve(line, {})->model == CurveModel::kLinear ? 1 : 0;
    five += choose_curve(skew, {})->model == CurveModel::kFiveParameters ? 1 : 0;
  }
  EXPECT_GE(right, 16);
  EXPECT_EQ(five, 20);
}

TEST(StandardCurve, ABentResidualHasFewRuns) {
  std::vector<StandardReading> bent;
  for (int i = 0; i <= 11; ++i) bent.push_back({i * 1.0, std::sqrt(i * 1.0)});
  const auto line = fit_curve(bent, {CurveModel::kLinear, CurveWeight::kNone});
  ASSERT_TRUE(line);
  EXPECT_LT(line->runs_p, 0.05);
  // Signs + - + - ...: as many runs as there can be.
  std::vector<StandardReading> zigzag;
  for (int i = 0; i < 12; ++i) zigzag.push_back({i * 1.0, i + (i % 2 == 0 ? 0.1 : -0.1)});
  EXPECT_NEAR(fit_curve(zigzag, {CurveModel::kLinear, CurveWeight::kNone})->runs_p, 1, 1e-9);
}

TEST(StandardCurve, LimitsComeFromBlanksAndStandards) {
  std::vector<StandardReading> points = exact_points(CurveModel::kFourParameters, kTruth);
  const auto fit = fit_curve(points, {});
  const std::vector<double> blanks = {0.04, 0.05, 0.06};  // SD 0.01
  const CurveLimits limits = curve_limits(*fit, points, blanks);
  EXPECT_NEAR(limits.detection, curve_inverse(CurveModel::kFourParameters, kTruth, 0.08), 1e-4);
  EXPECT_NEAR(limits.quantification, curve_inverse(CurveModel::kFourParameters, kTruth, 0.15), 1e-4);
  EXPECT_EQ(limits.low, 2);
  EXPECT_EQ(limits.high, 4000);
  points[1].y *= 3;  // the smallest standard reads far too high
  EXPECT_EQ(curve_limits(*fit, points, blanks).low, 8);
  EXPECT_TRUE(std::isnan(curve_limits(*fit, points, std::vector<double>{0.1, 0.2}).detection));
}

std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::vector<std::vector<std::string>> out;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::vector<std::string>& row = out.emplace_back();
    std::istringstream cells(line);
    std::string cell;
    while (std::getline(cells, cell, ',')) {
      std::erase(cell, '"');
      row.push_back(cell);
    }
  }
  return out;
}

std::string data_folder() {
  const char* data = std::getenv("VESICA_DATA");
  return data == nullptr ? "" : data;
}

TEST(DataStandardCurve, DnaseOfRIsFittedAsByR) {
  if (data_folder().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::vector<StandardReading> run1;
  for (const auto& row : read_csv(data_folder() + "/stats/r_reference/DNase_ELISA.csv"))
    if (row.size() == 3 && row[0] == "1") run1.push_back({std::stod(row[1]), std::stod(row[2])});
  ASSERT_EQ(run1.size(), 16u);
  std::map<std::string, double> expected;
  std::ifstream file(data_folder() + "/stats/r_reference/R_EXPECTED.tsv");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string test, name, value;
    if (std::getline(words, test, '\t') && std::getline(words, name, '\t') && std::getline(words, value) &&
        test == "DNase.run1.fourPL_in_log_conc")
      expected[name] = std::stod(value);
  }
  const auto fit = fit_curve(run1, {});
  ASSERT_TRUE(fit && fit->converged);
  // A + (B - A) / (1 + exp((xmid - ln x) / scal)): bottom A, top B, middle exp(xmid), slope 1 / scal.
  EXPECT_NEAR(fit->p[0], expected.at("A"), 1e-6);
  EXPECT_NEAR(fit->p[1] / expected.at("B"), 1, 1e-6);
  EXPECT_NEAR(std::log(fit->p[2]) / expected.at("xmid"), 1, 1e-6);
  EXPECT_NEAR(1 / fit->p[3] / expected.at("scal"), 1, 1e-6);
  const double rss = fit->residual_sd * fit->residual_sd * static_cast<double>(fit->freedom);
  EXPECT_NEAR(rss / expected.at("rss"), 1, 1e-9);
}

TEST(DataStandardCurve, ThreeParametersWithAHeldBottom) {
  if (data_folder().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::vector<StandardReading> run1;
  for (const auto& row : read_csv(data_folder() + "/stats/r_reference/DNase_ELISA.csv"))
    if (row.size() == 3 && row[0] == "1") run1.push_back({std::stod(row[1]), std::stod(row[2])});
  const auto fit = fit_curve(run1, {.bottom = 0.0});
  ASSERT_TRUE(fit && fit->converged);
  // nls(density ~ SSlogis(log(conc), Asym, xmid, scal)) of R's help page DNase; scipy 1.17 gives the same digits.
  EXPECT_NEAR(fit->p[1], 2.34518, 5e-6);
  EXPECT_NEAR(std::log(fit->p[2]), 1.48309, 5e-6);
  EXPECT_NEAR(1 / fit->p[3], 1.04145, 1.5e-5);
  EXPECT_NEAR(fit->standard_error[1], 0.07815, 5e-6);
  EXPECT_NEAR(fit->standard_error[2] / fit->p[2], 0.08135, 5e-6);
  EXPECT_NEAR(fit->residual_sd, 0.01919, 5e-6);
}

TEST(StandardCurve, TestsOfFitAreThoseOfTheTextbook) {
  // A line through four doubled places, by numpy.linalg.lstsq and scipy.stats.f.sf.
  const std::vector<StandardReading> points = {{1, 1.0}, {1, 1.2}, {2, 2.5}, {2, 2.7},
                                               {3, 2.9}, {3, 3.1}, {4, 3.0}, {4, 3.3}};
  CurveOptions options;
  options.model = CurveModel::kLinear;
  const auto fit = fit_curve(points, options);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(lack_of_fit_p(*fit, points), 0.009305114711386354, 1e-9);
  EXPECT_NEAR(no_effect_p(*fit, points), 0.0028143231891070287, 1e-9);
  const std::vector<StandardReading> once = {{1, 1.0}, {2, 2.5}, {3, 2.9}, {4, 3.0}};
  EXPECT_EQ(lack_of_fit_p(*fit_curve(once, options), once), 1) << "nothing repeated";
  const std::vector<StandardReading> two = {{1, 1.0}, {2, 2.5}};
  EXPECT_EQ(no_effect_p(*fit_curve(two, options), two), 1) << "no freedom left";
}

TEST(DataStandardCurve, RyegrassHasTheNumbersOfDrc) {
  if (data_folder().empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  std::vector<StandardReading> points;
  for (const auto& row : read_csv(data_folder() + "/elisa/drc_ryegrass/ryegrass.csv"))
    if (row.size() == 2 && row[0] != "rootl") points.push_back({std::stod(row[1]), std::stod(row[0])});
  ASSERT_EQ(points.size(), 24u);
  const auto fit = fit_curve(points, {});
  ASSERT_TRUE(fit && fit->converged);
  // drm(rootl ~ conc, data = ryegrass, fct = LL.4()) (Ritz et al. 2015, 10.1371/journal.pone.0146021): b, c, d, e;
  // scipy 1.17 gives the same digits.
  EXPECT_NEAR(fit->p[3], 2.98222, 5e-5);
  EXPECT_NEAR(fit->p[1], 0.48141, 5e-5);
  EXPECT_NEAR(fit->p[0], 7.79296, 5e-5);
  EXPECT_NEAR(fit->p[2], 3.05795, 5e-5);
  // Standard errors by J'J, as R's nls and scipy's curve_fit have them. drc prints those of the observed Hessian, which
  // differ by up to 1.5 % (0.46506, 0.21219, 0.18857, 0.18573).
  EXPECT_NEAR(fit->standard_error[3], 0.45842883, 1e-6);
  EXPECT_NEAR(fit->standard_error[1], 0.20950605, 1e-6);
  EXPECT_NEAR(fit->standard_error[0], 0.18973326, 1e-6);
  EXPECT_NEAR(fit->standard_error[2], 0.1858289, 1e-6);
  EXPECT_NEAR(fit->standard_error[3] / 0.46506, 1, 0.02);
}

}  // namespace
}  // namespace vesica
