// SPDX-License-Identifier: Apache-2.0
#include "vesica/assays/zeta/zeta.h"

#include <cmath>
#include <string>

#include "phantoms/scattering.h"
#include <gtest/gtest.h>

#include "vesica/assays/scattering_export_test.h"

namespace vesica {
namespace {

using namespace scattering_test;

TEST(Zeta, PhantomsOfEveryLayoutAreRecovered) {
  for (const char* layout : {"zetasizer", "xplorer", "kalliope"}) {
    for (const bool comma : {false, true}) {
      AnySettings settings = kZetaPhantom.make_settings();
      settings.get<ZetaPhantomSettings>().layout = layout;
      settings.get<ZetaPhantomSettings>().decimal_comma = comma;
      const Rendered rendered = kZetaPhantom.render(settings, 3);
      ASSERT_EQ(rendered.files.size(), 1U);
      expect_truth(kZetaAssay, rendered.files[0].name, rendered.files[0].bytes, rendered.truth, 1e-3);
    }
  }
}

TEST(Zeta, ThePublicRecordFollowsSmoluchowski) {
  // One record of a public export (cheminfo/dls-analysis, test of fromZetasizer): -16.8 mV, -1.317 umcm/Vs, 0.943
  // mS/cm.
  const Outcome out = measured(
      kZetaAssay, text_reading("Sample Name\tT (°C)\tZeta Potential (mV)\tZeta Deviation (mV)\tMobility "
                               "(µmcm/Vs)\tConductivity (mS/cm)\nLCD in FB 75/25 1\t25\t-16.8\t5.71\t-1.317\t0.943\n"));
  const std::string sample = "LCD in FB 75/25 1";
  EXPECT_DOUBLE_EQ(value_of(out, "zeta.potential", sample), -16.8);
  EXPECT_DOUBLE_EQ(value_of(out, "zeta.conductivity", sample), 0.943);
  EXPECT_NEAR(value_of(out, "zeta.henry", sample), 1.5, 0.01);
  EXPECT_TRUE(out.issues.empty());
  EXPECT_TRUE(kZetaAssay.suits(text_reading("Sample Name\tZeta Potential (mV)\nEV\t-10\n")));
}

TEST(Zeta, WhatDoesNotFollowFromTheMobilityIsSaid) {
  const std::string head = "Sample Name\tT (°C)\tZeta Potential (mV)\tMobility (µmcm/Vs)\n";
  EXPECT_TRUE(has_issue(measured(kZetaAssay, text_reading(head + "EV\t25\t-10\t-2\n")), "zeta.not_by_henry"));
  EXPECT_TRUE(has_issue(measured(kZetaAssay, text_reading(head + "EV\t25\t-10\t0.8\n")), "zeta.not_by_henry"));
  EXPECT_TRUE(std::isnan(zeta::henry_function(0, 1, 0.89, 25)));
  EXPECT_TRUE(std::isnan(zeta::water_permittivity(-5)));
  EXPECT_DOUBLE_EQ(zeta::water_permittivity(25), 78.54);
}

}  // namespace
}  // namespace vesica
