// SPDX-License-Identifier: Apache-2.0
// Units against the definitions of SI and UCUM.
#include "vesica/quantity/unit.h"

#include <gtest/gtest.h>

#include "vesica/quantity/quantity.h"

namespace vesica {

TEST(Unit, ConvertsBetweenWritings) {
  EXPECT_DOUBLE_EQ(*convert_unit(1, "um", "nm"), 1000);
  EXPECT_DOUBLE_EQ(*convert_unit(1, "µm", "nm"), 1000);
  EXPECT_DOUBLE_EQ(*convert_unit(1, "cP", "mPa.s"), 1);
  EXPECT_NEAR(*convert_unit(25, "°C", "K"), 298.15, 1e-12);
  EXPECT_NEAR(*convert_unit(298.15, "K", "Cel"), 25, 1e-12);
  EXPECT_NEAR(*convert_unit(2, "ug/mL", "mg/L"), 2, 1e-12);
  EXPECT_NEAR(*convert_unit(3, "E9/mL", "{particles}/mL"), 3e9, 1e-3);
  EXPECT_NEAR(*convert_unit(3, "10*9/mL", "{particles}/L"), 3e12, 1);
  EXPECT_DOUBLE_EQ(*convert_unit(50, "%", "1"), 0.5);
  EXPECT_NEAR(*convert_unit(1, "um2/s", "nm2/s"), 1e6, 1e-6);
  EXPECT_NEAR(*convert_unit(1, "particles / ml", "{particles}/mL"), 1, 1e-12);
  EXPECT_NEAR(*convert_unit(7200, "s", "h"), 2, 1e-12);
}

TEST(Unit, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(convert_unit(1, "nm", "s"));
  EXPECT_FALSE(parse_unit("furlong"));
  EXPECT_FALSE(parse_unit("m//s"));
  EXPECT_FALSE(parse_unit("{open"));
  EXPECT_FALSE(parse_unit("m999"));
  EXPECT_FALSE(parse_unit(std::string(1000, 'm')));
}

TEST(Quantity, EveryEntryIsSound) {
  std::string_view last;
  for (const Quantity& entry : all_quantities()) {
    EXPECT_LT(last, entry.id) << "ids are unique and sorted";
    last = entry.id;
    EXPECT_TRUE(parse_unit(entry.unit)) << entry.id << " has unit " << entry.unit;
    EXPECT_LE(entry.low, entry.plausible_low) << entry.id;
    EXPECT_GE(entry.high, entry.plausible_high) << entry.id;
    EXPECT_FALSE(entry.definition.empty()) << entry.id;
    EXPECT_FALSE(entry.source.empty()) << entry.id;
    EXPECT_EQ(find_quantity(entry.id), &entry);
  }
  EXPECT_EQ(find_quantity("vesicle.diameter.meen"), nullptr);
  EXPECT_EQ(nearest_quantity("vesicle.diameter.meen").value_or(""), "vesicle.diameter.mean");
}

TEST(Quantity, LabelsForPeople) {
  EXPECT_EQ(axis_label(*find_quantity("vesicle.diameter.mean")), "Mean diameter (nm)");
  EXPECT_EQ(readable_unit("{particles}/mL"), "particles/mL");
  EXPECT_EQ(readable_unit("um2/mL"), "µm²/mL");
  EXPECT_EQ(readable_unit("1"), "");
}

}  // namespace vesica
