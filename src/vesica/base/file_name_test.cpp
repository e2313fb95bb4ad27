// SPDX-License-Identifier: Apache-2.0
#include "vesica/base/file_name.h"

#include <gtest/gtest.h>

namespace vesica {
namespace {

TEST(FileName, EndingsOfTwoPartsGoWhole) {
  EXPECT_EQ(file_stem("NC_1.tif"), "NC_1");
  EXPECT_EQ(file_stem("NC_1.ome.tif"), "NC_1");
  EXPECT_EQ(file_stem("NC_1.OME.TIFF"), "NC_1");
  EXPECT_EQ(file_stem("NC_1.ome.tf8"), "NC_1");
  EXPECT_EQ(file_stem("NC_1.ome.zarr"), "NC_1");
  EXPECT_EQ(file_stem("NC_1.ome.zarr.zip"), "NC_1");
  EXPECT_EQ(file_stem("scan.nii.gz"), "scan");
  EXPECT_EQ(file_stem("raw.tar.gz"), "raw");
  EXPECT_EQ(file_stem("对照组.ome.tif"), "对照组");
  EXPECT_EQ(file_stem("cells_DAPI.geojson"), "cells_DAPI");
  EXPECT_EQ(without_ending("a.b/NC_1.ome.tif"), "a.b/NC_1");
  EXPECT_EQ(file_stem("C:\\data.d\\NC_1.ome.tif"), "NC_1");
}

TEST(FileName, NumbersAndWordsAreNoEndings) {
  EXPECT_EQ(file_stem("Exo 2.5ug"), "Exo 2.5ug");
  EXPECT_EQ(file_stem("Exo 2.5ug.tif"), "Exo 2.5ug");
  EXPECT_EQ(file_stem("dose 0.5"), "dose 0.5");
  EXPECT_EQ(file_stem("Exo.NC.zip"), "Exo.NC");
  EXPECT_EQ(file_stem("image.001"), "image.001");
  EXPECT_EQ(file_stem("对照.第一批"), "对照.第一批");
  EXPECT_EQ(file_stem("a.b/NC_1"), "NC_1");
  EXPECT_EQ(file_stem(".ome.tif"), ".ome");
  EXPECT_EQ(file_stem(".git"), ".git");
  EXPECT_EQ(file_stem("x."), "x.");
  EXPECT_EQ(file_stem(""), "");
}

}  // namespace
}  // namespace vesica
