// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/open.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/io/xlsx.h"

namespace vesica {
namespace {

using namespace std::string_view_literals;

std::string id_of(std::string_view bytes, std::string_view file = "x.dat") { return recognise(bytes, file).id; }

TEST(Recognise, MarksOfBinaryFormats) {
  const std::string pad(1000, '\0');
  const std::pair<std::string, const char*> cases[] = {
      {"%PDF-1.7\n", "pdf"},
      {std::string("\x89PNG\r\n\x1A\n") + pad, "png"},
      {"\xFF\xD8\xFF\xE0" + pad, "jpeg"},
      {std::string("BM\x36\0\0\0\0\0\0\0"sv) + pad, "bmp"},
      {std::string("II*\0"sv) + pad, "tiff"},
      {std::string("MM\0*"sv) + pad, "tiff"},
      {std::string(128, '\0') + "DICM" + pad, "dicom"},
      {"\xDA\xCE\xBE\x0A" + pad, "nd2"},
      {"ZISRAWFILE" + pad, "czi"},
      {std::string("\x70\0\0\0\x10\0\0\0*"sv) + pad, "lif"},
      {"OLYMPUSRAWFORMAT" + pad, "oir"},
      {"FCS3.1    ", "fcs"},
      {std::string("RIFF\x10\0\0\0AVI LIST"sv) + pad, "avi"},
      {std::string("\0\0\0\x18"
                   "ftypmp42"sv) +
           pad,
       "mov"},
      {std::string("\x93NUMPY\x01\0v\0{'descr': '|O'}", 24) + pad, "npy"},
      {std::string("\x89HDF\r\n\x1A\n") + pad, "hdf5"},
      {std::string("SQLite format 3\0"sv) + pad, "sqlite"},
      {"PK\x03\x04 cut", "zip_damaged"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + pad, "office_other"},
      {pad, "unknown_binary"},
      {"", "empty"},
      {"\r\n \n", "empty"},
  };
  for (const auto& [bytes, id] : cases) EXPECT_EQ(id_of(bytes), id);
}

TEST(Recognise, TextByItsFirstLines) {
  EXPECT_EQ(id_of("a,b\n1,2\n", "x.xlsx"), "text");  // never by the ending alone
  EXPECT_EQ(id_of("NTA Experiment Summary File\nCreated with NTA 3.4 Build 3.4.003\n", "x.csv"), "nanosight_summary");
  EXPECT_EQ(id_of("particle_size,x\n1,2\n", "a-ExperimentSummary.csv"), "nanosight_resaved");
  EXPECT_EQ(id_of("Original File:\tx\r\nZetaView S/N:\t1\r\n", "x.txt"), "zetaview_text");
  EXPECT_EQ(id_of("<html><table><tr><td>1</td></tr></table></html>", "x.xls"), "html");
  EXPECT_EQ(id_of("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>", "x.xls"), "xml_spreadsheet");
  EXPECT_EQ(id_of("<?xml version=\"1.0\"?><GraphPadPrismFile>"), "prism");
  EXPECT_EQ(id_of("<?xml version=\"1.0\"?><a/>"), "xml");
  EXPECT_EQ(id_of("{\"a\": 1}"), "json");
  EXPECT_EQ(id_of("\xD1\xF9\xC6\xB7,\xC5\xA8\xB6\xC8\n1,2\n"), "text");
  EXPECT_EQ(id_of(std::string(100, '\x01')), "unknown_binary");
}

TEST(Recognise, EndingsDecideWhereBytesCannot) {
  EXPECT_EQ(id_of(std::string("II*\0"sv) + std::string(50, '\0'), "scan.VSI"), "vsi");
  EXPECT_EQ(id_of(std::string(50, '\0'), "run 1.nano"), "nano");
  const std::string compound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0');
  EXPECT_EQ(id_of(compound, "EV 3.DTS"), "zetasizer_dts");
  EXPECT_NE(recognise(compound, "EV 3.dts").conversion.find("Export"), std::string::npos);
  EXPECT_EQ(id_of("SQLite format 3" + std::string(90, '\0'), "EV.zmes"), "zetasizer_zmes");
  EXPECT_NE(recognise(std::string(50, '\0'), "run 1.nano").conversion.find("ExperimentSummary.csv"), std::string::npos);
}

TEST(Recognise, FilesOnDisk) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("vesica-open-" + new_uuid() + ".csv");
  XlsxDocument document;
  document.sheets.emplace_back();
  write_xlsx(path, document);
  const FileFormat format = recognise(path);
  EXPECT_EQ(format.id, "xlsx");
  EXPECT_TRUE(format.readable);
  EXPECT_TRUE(format.conversion.empty());
  std::filesystem::remove(path);
  EXPECT_THROW(recognise(path), Error);
}

TEST(Recognise, EveryFormatHasNameAndWayOut) {
  const std::vector<std::string> ids = format_ids();
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  for (const std::string& id : ids) {
    const FileFormat format = format_of(id);
    EXPECT_FALSE(format.name.empty()) << id;
    EXPECT_EQ(format.readable, format.conversion.empty()) << id;
  }
}

/// Real files of many makes; the folder is read from VESICA_DATA.
TEST(DataRecognise, RealFiles) {
  const std::string root = environment("VESICA_DATA");
  if (root.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const std::pair<const char*, const char*> cases[] = {
      {"nta/nanosight_tidynano_beads/inst/extdata/beads.csv", "nanosight_summary"},
      {"flow/flowcal_mef_beads/experiment.xlsx", "xlsx"},
      {"qpcr/rdml_instrument_exports/from_tables/BioRad.xlsx", "xlsx"},
  };
  for (const auto& [name, id] : cases) EXPECT_EQ(recognise(path_from(root + "/" + name)).id, id) << name;
}

}  // namespace
}  // namespace vesica
