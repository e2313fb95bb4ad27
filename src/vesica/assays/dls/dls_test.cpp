// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/dls/dls.h"

#include <cmath>
#include <string>

#include "phantoms/scattering.h"
#include <gtest/gtest.h>

#include "vesica/assays/scattering_export_test.h"

namespace vesica {
namespace {

using namespace scattering_test;

TEST(Dls, PhantomsOfEveryLayoutAreRecovered) {
  for (const char* layout : {"zetasizer", "xplorer", "kalliope"}) {
    for (const bool comma : {false, true}) {
      AnySettings settings = kDlsPhantom.make_settings();
      settings.get<DlsPhantomSettings>().layout = layout;
      settings.get<DlsPhantomSettings>().decimal_comma = comma;
      const Rendered rendered = kDlsPhantom.render(settings, 3);
      ASSERT_EQ(rendered.files.size(), 1U);
      expect_truth(kDlsAssay, rendered.files[0].name, rendered.files[0].bytes, rendered.truth, 1e-3);
    }
  }
}

TEST(Dls, DistributionsSumToAllAndHaveTheirMean) {
  AnySettings settings = kDlsPhantom.make_settings();
  settings.get<DlsPhantomSettings>().samples = settings.get<DlsPhantomSettings>().repeats = 1;
  const Rendered rendered = kDlsPhantom.render(settings, 1);
  const Outcome out = measured(kDlsAssay, text_reading(rendered.files[0].bytes));
  double sum = 0, mean = 0;
  for (std::size_t i = 0; i < out.observations.size(); ++i) {
    const Observation row = out.observations.row(i);
    if (row.quantity != "dls.intensity_share") continue;
    sum += row.value;
    mean += row.value * row.at;
  }
  EXPECT_NEAR(sum, 100, 0.1);
  EXPECT_NEAR(mean / sum / value_of(out, "dls.peak.diameter", "EV1", "", "peak 1"), 1, 0.01);
}

TEST(Dls, ZetasizerTableWithSectionsUnitsAndWords) {
  // Names of columns as in cheminfo/dls-analysis; numbers made up.
  const Outcome out = measured(
      kDlsAssay, text_reading("Record\tType\tSample Name\tT (°C)\tZ-Ave (r.nm)\tPdI\tMean Count Rate (kcps)\tViscosity "
                              "(cP)\tMeasurement Status\n"
                              "7\tSize\tserum EV\t25,0\t60,5\t0,812\t210,4\t0,8872\tComplete\n"
                              "8\tSize\tculture EV\t25,0\t50,0\t0,120\t198,1\t0,8872\tAborted by user\n"
                              "\n"
                              "Record\tSample Name\tSizes[1] (d.nm)\tSizes[2] (d.nm)\tIntensities[1] "
                              "(Percent)\tIntensities[2] (Percent)\n"
                              "7\tserum EV\t100,0\t200,0\t40,0\t60,0\n"
                              "8\tculture EV\t100,0\t200,0\t90,0\t10,0\n"));
  EXPECT_DOUBLE_EQ(value_of(out, "dls.z_average", "serum EV"), 121);
  EXPECT_DOUBLE_EQ(value_of(out, "dls.polydispersity_index", "serum EV"), 0.812);
  EXPECT_DOUBLE_EQ(value_of(out, "dls.count_rate", "serum EV"), 210400);
  EXPECT_DOUBLE_EQ(value_of(out, "dls.intensity_share", "serum EV", "", "", 200), 60);
  EXPECT_DOUBLE_EQ(value_of(out, "dls.intensity_share", "culture EV", "", "", 100), 90);
  EXPECT_TRUE(has_issue(out, "dls.too_polydisperse"));
  EXPECT_TRUE(has_issue(out, "dls.flagged"));
  EXPECT_FALSE(has_issue(out, "dls.thinner_than_water"));
}

TEST(Dls, BrookhavenAndListsOfParameters) {
  const Outcome table = measured(kDlsAssay, text_reading("Sample ID,Eff. Diam. (nm),Polydispersity,Data Retained (%)\n"
                                                         "A @ 25,134.2,0.221,98.7\nB @ 25,88.1,0.105,99.1\n"));
  EXPECT_DOUBLE_EQ(value_of(table, "dls.z_average", "A @ 25"), 134.2);
  const Outcome list = measured(
      kDlsAssay,
      text_reading("Sample Name;EV a;EV b\n"
                   "Z-Average (nm)/Cumulants Result/Cumulants Result/Size Analysis Result;101,5;99,5\n"
                   "Polydispersity Index (PI)/Cumulants Result/Cumulants Result/Size Analysis Result;0,11;0,12\n"));
  EXPECT_DOUBLE_EQ(value_of(list, "dls.z_average", "EV a"), 101.5);
  EXPECT_DOUBLE_EQ(value_of(list, "dls.polydispersity_index", "EV b"), 0.12);
}

TEST(Dls, ADistributionAlone) {
  const Outcome out = measured(
      kDlsAssay, text_reading("Size (d.nm),Mean Intensity (%),Std Dev\n10,0,0\n50,25,1\n100,50,1\n200,25,1\n"), "EV1");
  EXPECT_DOUBLE_EQ(value_of(out, "dls.intensity_share", "EV1", "", "", 100), 50);
}

TEST(Dls, NamesOfTheStudyGoBeforeTheExportWhenItHoldsOneSample) {
  const std::string one = "Sample Name,Z-Average (d.nm),PdI\nEV 1,100,0.1\nEV 2,102,0.1\n";
  EXPECT_DOUBLE_EQ(value_of(measured(kDlsAssay, text_reading(one), "prep A"), "dls.z_average", "prep A", "2"), 102);
  const std::string two = "Sample Name,Z-Average (d.nm),PdI\nx,100,0.1\ny,102,0.1\nx,104,0.1\n";
  const Outcome out = measured(kDlsAssay, text_reading(two), "prep A");
  EXPECT_DOUBLE_EQ(value_of(out, "dls.z_average", "y"), 102);
  EXPECT_DOUBLE_EQ(value_of(out, "dls.z_average", "x", "2"), 104);
}

TEST(Dls, ViscosityIsHeldAgainstWater) {
  const std::string text = "Sample Name,T (°C),Z-Average (d.nm),PdI,Viscosity (cP)\nEV,37,100,0.1,0.5\n";
  EXPECT_TRUE(has_issue(measured(kDlsAssay, text_reading(text)), "dls.thinner_than_water"));
  const Outcome right = measured(kDlsAssay, text_reading(text), "", {{"viscosity_mpa_s", "0.6913"}});
  EXPECT_NEAR(value_of(right, "dls.z_average", "EV"), 100 * 0.5 / 0.6913, 1e-9);
  EXPECT_FALSE(has_issue(right, "dls.thinner_than_water"));
  EXPECT_NEAR(dls::ratio_to_water(1.002, 20), 1, 1e-9);  // Kestin's own 20 degrees
  EXPECT_TRUE(std::isnan(dls::ratio_to_water(1, 400)));
  EXPECT_TRUE(std::isnan(dls::with_viscosity(100, 0, 1)));
}

TEST(Dls, WhatIsNotUnderstoodIsSaid) {
  EXPECT_TRUE(has_issue(measured(kDlsAssay, text_reading("Sample Name,Z-Average (d.nm),PdI,Count Rate (furlongs)\n"
                                                         "a,100,0.1,5\n")),
                        "scattering.unknown_unit"));
  EXPECT_TRUE(has_issue(measured(kDlsAssay, text_reading("Sample Name,Z-Average (d.nm),PdI\na,100,-3\n")),
                        "scattering.impossible"));
  EXPECT_THROW(measured(kDlsAssay, text_reading("a,b\n1,2\n")), Error);
  EXPECT_THROW(measured(kDlsAssay, reading_of(Workbook{})), Error);
  EXPECT_FALSE(kDlsAssay.suits(text_reading("sample,weight (g)\na,1\n")));
  EXPECT_TRUE(kDlsAssay.suits(text_reading("Sample Name,Z-Average (d.nm),PdI\na,100,0.1\n")));
  EXPECT_FALSE(kDlsAssay.suits(text_reading("Sample Name\tZeta Potential (mV)\nEV\t-10\n")));
}

}  // namespace
}  // namespace vesica
