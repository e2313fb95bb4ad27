// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/channel_name.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

using Places = std::vector<std::size_t>;

TEST(ChannelSays, Nuclei) {
  EXPECT_EQ(plainest({"GFP", "Hoechst 33342", "nucleolin"}, says_nuclei), Places{1});
  EXPECT_EQ(plainest({"DAPI", "nuclear marker"}, says_nuclei), Places{0}) << "the dye is plainer than the word";
  EXPECT_EQ(plainest({"DAPI (blue)", "Cascade Blue phalloidin"}, says_nuclei), Places{0});
  EXPECT_EQ(plainest({"hrh2ax2", "hrhoe2"}, says_nuclei), Places{1});
  EXPECT_EQ(plainest({"DAPI 1", "DAPI 2"}, says_nuclei), (Places{0, 1}));
  EXPECT_EQ(plainest({"EdU", "GFP"}, says_nuclei), Places{});
  EXPECT_EQ(plainest({}, says_nuclei), Places{});
}

TEST(ChannelSays, VesiclesAndCells) {
  EXPECT_EQ(plainest({"DAPI", "PKH26", "DiI"}, says_vesicles), Places{1});
  EXPECT_EQ(plainest({"candidate", "studio", "DiO 488"}, says_vesicles), Places{2}) << "short words stand alone";
  for (const char* name : {"PKH26", "pkh 67", "ExoRed", "BMSC-exo", "sEV (CFSE)", "exosomes"})
    EXPECT_EQ(says_vesicles(name), 2) << name;
  for (const char* name : {"GFP", "hexokinase", "several"}) EXPECT_EQ(says_vesicles(name), 0) << name;
  EXPECT_EQ(plainest({"Phalloidin-488", "WGA-647"}, says_cells), (Places{0, 1}));
}

}  // namespace
}  // namespace vesica
