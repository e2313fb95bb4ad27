// SPDX-License-Identifier: Apache-2.0
// Ratios in closed form, phantoms of known EC50, bad plates.
#include "vesica/assays/viability/viability.h"

#include <cmath>
#include <map>

#include "phantoms/plates.h"
#include <gtest/gtest.h>

#include "vesica/base/random.h"
#include "vesica/contract/contract.h"
#include "vesica/io/csv.h"
#include "vesica/study/plate_map.h"

namespace vesica::viability {
namespace {

TEST(Viability, PercentOfControlHasFiellersInterval) {
  const std::vector<double> wells = {0.5, 0.6}, control = {0.9, 1.0, 1.1};
  const Share share = percent_of(wells, control);
  EXPECT_NEAR(share.percent, 55, 1e-9);
  const std::vector<double> loose = {0.5, 1.5};
  EXPECT_TRUE(std::isnan(percent_of(wells, loose).low)) << "the control may be zero";
  // Both ends solve (a - r b)^2 = t^2 (va + r^2 vb).
  const std::vector<double> more = {0.5, 0.6, 0.55, 0.52}, controls = {0.9, 1.0, 1.1, 0.98};
  const Share good = percent_of(more, controls);
  const double t3 = 3.182446305284263;
  double a = 0, b = 0, sa = 0, sb = 0;
  for (const double x : more) a += x / 4;
  for (const double x : controls) b += x / 4;
  for (const double x : more) sa += (x - a) * (x - a) / 12;
  for (const double x : controls) sb += (x - b) * (x - b) / 12;
  for (const double end : {good.low / 100, good.high / 100})
    EXPECT_NEAR((a - end * b) * (a - end * b), t3 * t3 * (sa + end * end * sb), 1e-9);
  EXPECT_TRUE(std::isnan(percent_of({}, control).percent));
  EXPECT_TRUE(std::isnan(percent_of(wells, std::vector<double>{-1, 0.5}).percent));
}

TEST(Viability, CytotoxicityIsAShareOfWhatCanBeReleased) {
  const std::vector<double> wells = {0.8}, spontaneous = {0.2, 0.4}, maximum = {1.3};
  EXPECT_NEAR(cytotoxicity(wells, spontaneous, maximum).percent, 50, 1e-9);
  EXPECT_TRUE(std::isnan(cytotoxicity(wells, spontaneous, maximum).low)) << "one well has no spread";
  EXPECT_TRUE(std::isnan(cytotoxicity(wells, maximum, spontaneous).percent));
  EXPECT_TRUE(std::isnan(cytotoxicity({}, spontaneous, maximum).percent));
  EXPECT_TRUE(std::isnan(cytotoxicity(wells, {}, maximum).percent));
}

TEST(Viability, CytotoxicityHasFiellersInterval) {
  // scipy 1.17.1: optimize.brentq for the ratios at which (S - (1 - r) P - r M) / sqrt(vS + (1 - r)^2 vP + r^2 vM) is
  // +- stats.t.ppf(0.975, 2), v = var(ddof=1) / n.
  const std::vector<double> wells = {0.82, 0.91, 0.87, 0.79}, spontaneous = {0.31, 0.35, 0.28, 0.33, 0.30},
                            maximum = {1.42, 1.51, 1.38};
  const Share share = cytotoxicity(wells, spontaneous, maximum);
  EXPECT_NEAR(share.percent, 47.520783847981015, 1e-9);
  EXPECT_NEAR(share.low, 35.67852513174147, 1e-7);
  EXPECT_NEAR(share.high, 61.245839569341, 1e-7);
  EXPECT_EQ(share.wells, 4u);
  // Spontaneous wells that are known exactly leave the ratio of two independent means.
  const std::vector<double> exact(5, 0.3);
  std::vector<double> less = wells, releasable = maximum;
  for (double& x : less) x -= 0.3;
  for (double& x : releasable) x -= 0.3;
  const Share known = cytotoxicity(wells, exact, maximum), ratio = percent_of(less, releasable);
  EXPECT_NEAR(known.low, ratio.low, 1e-9);
  EXPECT_NEAR(known.high, ratio.high, 1e-9);
  // Maximum release that may be the spontaneous one bounds nothing.
  const Share open = cytotoxicity(wells, std::vector<double>{0.1, 0.9}, std::vector<double>{0.5, 1.6});
  EXPECT_TRUE(std::isfinite(open.percent));
  EXPECT_TRUE(std::isnan(open.low) && std::isnan(open.high));
}

TEST(Viability, IntervalsOfCytotoxicityHoldTheTruth) {
  // Four wells of each, noise as large as good and bad plates have it: the smallest freedom makes them no shorter.
  for (const double noise : {0.02, 0.08}) {
    Random random(11);
    constexpr int kPlates = 4000;
    int hold = 0;
    for (int i = 0; i < kPlates; ++i) {
      std::vector<double> wells, low, high;
      for (int k = 0; k < 4; ++k) {
        wells.push_back(0.7 + noise * random.normal());
        low.push_back(0.3 + noise * random.normal());
        high.push_back(1.3 + noise * random.normal());
      }
      const Share share = cytotoxicity(wells, low, high);
      hold += share.low <= 40 && 40 <= share.high ? 1 : 0;
    }
    const double part = static_cast<double>(hold) / kPlates;
    EXPECT_GE(part, 0.945) << noise;
    EXPECT_LE(part, 0.995) << noise;
    std::cout << part << " of " << kPlates << " intervals hold the cytotoxicity at noise " << noise << "\n";
  }
}

std::vector<Response> responses(double ec50, double slope, double noise, std::uint64_t seed) {
  Random random(seed);
  std::vector<Response> out;
  for (const double dose : {0.0, 0.5, 1.5, 4.5, 13.5, 40.5, 121.5})
    for (int k = 0; k < 3; ++k)
      out.push_back({dose, 8 + 92 / (1 + std::pow(dose / ec50, slope)) + noise * random.normal()});
  return out;
}

TEST(Viability, HalfEffectComesBackOrIsALimit) {
  const HalfEffect exact = half_effect(responses(12, 1.4, 1e-6, 1));
  EXPECT_EQ(exact.status, Status::kOk);
  EXPECT_NEAR(exact.ec50, 12, 1e-3);
  EXPECT_NEAR(exact.slope, 1.4, 1e-4);
  const HalfEffect far = half_effect(responses(1000, 1.4, 1, 2));
  EXPECT_NE(far.status, Status::kOk) << "half of the effect was not reached";
  Random random(7);
  std::vector<Response> flat;
  for (const double dose : {0.0, 1.0, 3.0, 10.0, 30.0, 100.0})
    for (int k = 0; k < 3; ++k) flat.push_back({dose, 100 + 5 * random.normal()});
  EXPECT_EQ(half_effect(flat).status, Status::kNotMeasurable);
  EXPECT_TRUE(std::isnan(half_effect(flat).ec50));
  EXPECT_EQ(half_effect({}).status, Status::kNotMeasurable);
}

TEST(ViabilitySlow, IntervalsOfEc50HoldTheTruth) {
  int hold = 0;
  constexpr int kCurves = 300;
  for (std::uint64_t seed = 0; seed < kCurves; ++seed) {
    const HalfEffect effect = half_effect(responses(12, 1.4, 5, 100 + seed));
    hold += effect.low <= 12 && 12 <= effect.high ? 1 : 0;
  }
  const double share = static_cast<double>(hold) / kCurves;
  EXPECT_GE(share, 0.92);
  EXPECT_LE(share, 0.98);
  std::cout << share << " of " << kCurves << " intervals hold the EC50\n";
}

struct Measured {
  Outcome signals, derived;
};

Measured measure(const Rendered& rendered, const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  Workbook book;
  book.sheets.push_back(read_text_table(rendered.files[0].bytes, "plate.csv"));
  const Reading reading{"plate.csv", "", "text", std::make_shared<const ReadingData>(std::move(book))};
  Study study;
  Layout layout;
  layout.id = "plate 1";
  const Sheet map = read_text_table(rendered.files[1].bytes, "map.csv");
  Problems problems;
  PlateMap read;
  PlateMapReader(map, "plate 1", problems).read(read);
  layout.unit = read.unit;
  for (const auto& [well, said] : read.wells) {
    if (!said.sample.empty()) layout.positions[well_name(well)] = said.sample;
    if (!said.role.empty()) layout.roles[well_name(well)] = said.role;
    if (!std::isnan(said.level)) layout.levels[well_name(well)] = said.level;
  }
  study.layouts.push_back(layout);
  InputFacts facts;
  facts.source = "viability";
  facts.layout = layout;
  AnySettings any = kViabilityAssay.make_settings();
  for (const auto& [name, value] : settings) set_field(any, name, value);
  Measured out;
  out.signals = kViabilityAssay.measure(reading, {}, any, facts, Context{});
  out.derived = kViabilityAssay.derive(out.signals.observations, study, any, Context{});
  return out;
}

TEST(Viability, PhantomComesBack) {
  ViabilityPhantomSettings settings;
  settings.noise_share = 1e-5;
  const Rendered rendered = render_viability(settings, 1);
  const Measured measured = measure(rendered);
  std::map<std::string, Observation> ec50;
  double control = kNaN;
  const ObservationTable& rows = measured.derived.observations;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.quantity(i) == "viability.ec50") ec50[std::string(rows.sample(i))] = rows.row(i);
    if (rows.quantity(i) == "viability.percent_of_control" && rows.at(i) == 0) control = rows.value(i);
  }
  ASSERT_EQ(ec50.size(), 3u) << "one for each culture, not for each well";
  for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
    const Observation& row = ec50.at(std::string(rendered.truth.sample(i)));
    EXPECT_NEAR(row.value / rendered.truth.value(i), 1, 0.02);
    EXPECT_EQ(row.unit, "ug/mL");
  }
  EXPECT_NEAR(control, 100, 0.5);
}

TEST(Viability, WithoutBlankOrControlItSaysWhatItCannotClaim) {
  Rendered rendered = render_viability({}, 2);
  std::string& map = rendered.files[1].bytes;
  for (std::size_t at = map.find("blank"); at != std::string::npos; at = map.find("blank")) map.replace(at, 5, "");
  for (std::size_t at = map.find("control"); at != std::string::npos; at = map.find("control")) map.replace(at, 7, "");
  const Measured measured = measure(rendered);
  std::string kinds;
  for (const Issue& issue : measured.signals.issues) kinds += issue.kind + " ";
  EXPECT_NE(kinds.find("viability.no_blank"), std::string::npos) << kinds;
  EXPECT_NE(kinds.find("viability.no_control"), std::string::npos) << kinds;
  EXPECT_TRUE(measured.derived.observations.empty());
}

TEST(Viability, LdhNeedsBothEnds) {
  Rendered rendered;
  rendered.files.push_back({"plate.csv", "Well,OD\nA1,0.2\nA2,0.3\nA3,1.2\nA4,0.7\nB1,0.1\n", ""});
  rendered.files.push_back(
      {"map.csv", "well,sample,role\nA1,,spontaneous\nA2,,spontaneous\nA3,,maximum\nA4,S1,\nB1,,blank\n", ""});
  const Measured measured = measure(rendered, {{"kind", "ldh"}});
  ASSERT_EQ(measured.derived.observations.size(), 1u);
  EXPECT_NEAR(measured.derived.observations.value(0), 100 * (0.7 - 0.25) / (1.2 - 0.25), 1e-9);
}

TEST(Viability, LdhOverDosesComesBack) {
  ViabilityPhantomSettings settings;
  settings.noise_share = 1e-5;
  settings.ldh = true;
  const Rendered rendered = render_viability(settings, 1);
  const Measured measured = measure(rendered, {{"kind", "ldh"}});
  std::map<std::string, Observation> ec50;
  std::size_t shares = 0;
  const ObservationTable& rows = measured.derived.observations;
  EXPECT_TRUE(rows.duplicates().empty());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Observation row = rows.row(i);
    if (row.quantity == "viability.ec50") ec50[row.sample] = row;
    EXPECT_NE(row.quantity, "viability.percent_of_control");
    if (row.quantity != "viability.cytotoxicity") continue;
    ++shares;
    EXPECT_EQ(row.interval, "fieller95");
    EXPECT_TRUE(row.low <= row.value && row.value <= row.high);
    EXPECT_EQ(row.n, 3);
    for (std::size_t k = 0; k < rendered.truth.size(); ++k)
      if (rendered.truth.sample(k) == row.sample) {
        const double living = 1 / (1 + std::pow(row.at / rendered.truth.value(k), settings.slope));
        EXPECT_NEAR(row.value, 100 * (1 - living), 0.1) << row.sample << " at " << row.at;
      }
  }
  EXPECT_EQ(shares, 21u) << "three cultures, six doses and none";
  ASSERT_EQ(ec50.size(), 3u);
  for (std::size_t i = 0; i < rendered.truth.size(); ++i) {
    const Observation& row = ec50.at(std::string(rendered.truth.sample(i)));
    EXPECT_NEAR(row.value / rendered.truth.value(i), 1, 0.01);
    EXPECT_EQ(row.unit, "ug/mL");
    EXPECT_EQ(row.interval, "delta95");
  }
  ASSERT_EQ(measured.derived.artifacts.size(), 3u);
  EXPECT_NE(measured.derived.artifacts[0].bytes.find("\nquantity\tviability.cytotoxicity\t"), std::string::npos);
}

TEST(Viability, LdhSaysWhichReleaseLacks) {
  Rendered rendered;
  rendered.files.push_back({"plate.csv", "Well,OD\nA1,0.2\nA2,0.3\nA3,0.1\nA4,0.7\n", ""});
  rendered.files.push_back({"map.csv", "well,sample,role\nA1,,maximum\nA2,,maximum\nA4,S1,\n", ""});
  const auto said = [&] {
    std::string out;
    const Measured measured = measure(rendered, {{"kind", "ldh"}, {"subtract_blank", "false"}});
    for (const Issue& issue : measured.signals.issues) out += issue.message + "\n";
    for (const Issue& issue : measured.derived.issues) out += issue.kind + "\n";
    return out;
  };
  EXPECT_NE(said().find("spontaneous release"), std::string::npos) << said();
  EXPECT_EQ(said().find("maximum release"), std::string::npos) << said();
  rendered.files[1].bytes = "well,sample,role\nA1,,maximum\nA3,,maximum\nA2,,spontaneous\nA4,S1,\n";
  EXPECT_NE(said().find("viability.no_release"), std::string::npos) << said();
}

}  // namespace
}  // namespace vesica::viability
