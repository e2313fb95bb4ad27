// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/xlsx.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/base/random.h"
#include "vesica/io/open.h"
#include "vesica/io/xlsx_dates.h"
#include "vesica/io/xml.h"
#include "vesica/io/zip.h"

namespace vesica {
namespace {

namespace fs = std::filesystem;
using Members = std::vector<std::pair<std::string, std::string>>;

std::string make_zip(const Members& members) {
  std::string bytes(1 << 16, '\0');
  for (const auto& [name, content] : members) bytes.resize(bytes.size() + content.size() + 1000);
  std::size_t used = 0;
  archive* out = archive_write_new();
  archive_write_set_format_zip(out);
  archive_write_open_memory(out, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(out, entry);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
  bytes.resize(used);
  return bytes;
}

/// The smallest workbook around a worksheet, optionally with shared strings and styles.
std::string make_book(const std::string& sheet_data, const std::string& strings = "", const std::string& styles = "",
                      const std::string& properties = "") {
  const std::string rel = "<Relationship Id=\"{}\" Type=\"http://x/{}\" Target=\"{}\"/>";
  Members members = {
      {"[Content_Types].xml", "<Types/>"},
      {"_rels/.rels",
       "<Relationships><Relationship Id=\"a\" Type=\"http://x/officeDocument\" Target=\"xl/workbook.xml\"/>"
       "</Relationships>"},
      {"xl/workbook.xml", "<workbook xmlns:r=\"http://r\">" + properties +
                              "<sheets><sheet name=\"S &amp; 1\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships><Relationship Id=\"r1\" Type=\"http://x/worksheet\" Target=\"worksheets/s.xml\"/>"
       "<Relationship Id=\"r2\" Type=\"http://x/sharedStrings\" Target=\"/xl/strings.xml\"/>"
       "<Relationship Id=\"r3\" Type=\"http://x/styles\" Target=\"./styles.xml\"/></Relationships>"},
      {"xl/worksheets/s.xml", "<worksheet><sheetData>" + sheet_data + "</sheetData></worksheet>"}};
  if (!strings.empty()) members.emplace_back("xl/strings.xml", strings);
  if (!styles.empty()) members.emplace_back("xl/styles.xml", styles);
  return make_zip(members);
}

std::vector<std::vector<std::string>> texts(const Sheet& sheet) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : sheet.rows) {
    rows.emplace_back();
    for (const Cell& cell : row) rows.back().push_back(cell.text);
  }
  return rows;
}

Error refused(const std::string& bytes) {
  try {
    read_xlsx(bytes, "b.xlsx");
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty()) << error.what();
    EXPECT_EQ(error.where().file, "b.xlsx");
    return error;
  }
  return Error(ErrorKind::kInternal, "accepted");
}

TEST(XlsxRead, EveryKindOfCell) {
  const std::string bytes = make_book(
      "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c><c r=\"E2\"><v>0.1</v></c></row>"
      "<row><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#DIV/0!</v></c><c t=\"str\"><f>A1</f><v>made</v></c>"
      "<c t=\"inlineStr\"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>no</t></rPh></is></c><c><f>1+1</f><v>2</v></c>"
      "<c><f>1+1</f></c><c t=\"d\"><v>2026-11-20</v></c></row>"
      "<row r=\"5\"><c r=\"A5\"/><c r=\"B5\" s=\"9\"/></row>",
      "<sst><si><t>zero</t></si><si><r><t xml:space=\"preserve\">rich "
      "</t></r><r><t>text_x000D_&#956;</t></r></si></sst>");
  const Workbook book = read_xlsx(bytes, "b.xlsx");
  ASSERT_EQ(book.sheets.size(), 1u);
  const Sheet& sheet = book.sheets[0];
  EXPECT_EQ(sheet.name, "S & 1");
  EXPECT_EQ(texts(sheet), (std::vector<std::vector<std::string>>{
                              {},
                              {"", "rich text\rμ", "zero", "", "0.1"},
                              {"TRUE", "#DIV/0!", "made", "inline", "2", "#NOT_CALCULATED", "2026-11-20"}}));
  EXPECT_TRUE(sheet.at(1, 4).typed);
  EXPECT_EQ(sheet.number_at(1, 4), 0.1);
  EXPECT_FALSE(sheet.at(2, 0).typed);
  EXPECT_EQ(sheet.place(1, 4).text(), "b.xlsx (S & 1!E2)");
}

TEST(XlsxRead, DatesByStyle) {
  const std::string styles =
      "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd hh:mm\"/>"
      "<numFmt numFmtId=\"165\" formatCode=\"0.00&quot; days&quot;\"/></numFmts>"
      "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf "
      "numFmtId=\"46\"/>"
      "</cellXfs></styleSheet>";
  const std::string row =
      "<row><c s=\"0\"><v>46346</v></c><c s=\"1\"><v>46346</v></c><c s=\"2\"><v>46346.5</v></c><c "
      "s=\"3\"><v>2.5</v></c>"
      "<c s=\"4\"><v>1.25</v></c><c s=\"1\"><v>-3</v></c></row>";
  const Sheet sheet = read_xlsx(make_book(row, "", styles), "b.xlsx").sheets[0];
  EXPECT_EQ(texts(sheet)[0],
            (std::vector<std::string>{"46346", "2026-11-20", "2026-11-20T12:00:00", "2.5", "30:00:00", "-3"}));
  EXPECT_FALSE(sheet.at(0, 1).typed);
  EXPECT_TRUE(sheet.at(0, 3).typed);
  const Sheet mac = read_xlsx(make_book(row, "", styles, "<workbookPr date1904=\"1\"/>"), "b.xlsx").sheets[0];
  EXPECT_EQ(mac.at(0, 1).text, "2030-11-21");  // 1462 days later
}

TEST(XlsxDates, SerialsAgainstExcelsOwnCalendar) {
  const DateFormat date{true, false, false};
  const DateFormat both{true, true, false};
  const DateFormat time{false, true, false};
  const std::pair<double, const char*> days[] = {{1, "1900-01-01"},      {59, "1900-02-28"},    {60, "1900-02-29"},
                                                 {61, "1900-03-01"},     {25569, "1970-01-01"}, {36585, "2000-02-29"},
                                                 {36586, "2000-03-01"},  {73109, "2100-02-28"}, {73110, "2100-03-01"},
                                                 {2958465, "9999-12-31"}};
  for (const auto& [serial, text] : days) EXPECT_EQ(iso_from_serial(serial, date, false), text);
  EXPECT_EQ(iso_from_serial(0, date, true), "1904-01-01");
  EXPECT_EQ(iso_from_serial(0.999999999, time, false), "00:00:00");
  EXPECT_EQ(iso_from_serial(1.999999999, both, false), "1900-01-02T00:00:00");
  EXPECT_EQ(iso_from_serial(1.999999999, date, false), "1900-01-01");
  EXPECT_EQ(iso_from_serial(0.5 + 1.5 / 86400, time, false), "12:00:01.500");
  EXPECT_EQ(iso_from_serial(-1, date, false), std::nullopt);
  EXPECT_EQ(iso_from_serial(2958466, date, false), std::nullopt);
  EXPECT_EQ(iso_from_serial(std::nan(""), date, false), std::nullopt);
}

TEST(XlsxDates, FormatCodes) {
  struct Case {
    const char* code;
    bool date, time, elapsed;
  };
  const Case cases[] = {{"General", false, false, false},
                        {"0.00E+00", false, false, false},
                        {"yyyy-mm-dd", true, false, false},
                        {"d/m/yy h:mm", true, true, false},
                        {"mmm", true, false, false},
                        {"mm:ss.0", false, true, false},
                        {"[h]:mm:ss", false, true, true},
                        {"[Red]0.0", false, false, false},
                        {"[$-409]h:mm AM/PM", false, true, false},
                        {"0\" days\"", false, false, false},
                        {"0.0\\d", false, false, false},
                        {"0;\"d\"yyyy", false, false, false},
                        {"yyyy\"年\"m\"月\"", true, false, false},
                        {"#,##0_)_d", false, false, false},
                        {"\"open", false, false, false},
                        {"[open", false, false, false},
                        {"", false, false, false}};
  for (const Case& c : cases) {
    const DateFormat format = date_format_of(c.code);
    EXPECT_EQ(format.date, c.date) << c.code;
    EXPECT_EQ(format.time, c.time) << c.code;
    EXPECT_EQ(format.elapsed, c.elapsed) << c.code;
  }
}

TEST(XlsxRead, DamageIsAnErrorWithAPlace) {
  EXPECT_EQ(refused(make_book("<row><c t=\"s\"><v>7</v></c></row>")).where().item, "S & 1!A1");
  EXPECT_EQ(refused(make_book("<row><c r=\"C7\"><v>1,5</v></c></row>")).where().item, "S & 1!C7");
  for (const char* cells :
       {"<row><c r=\"XFE1\"/></row>", "<row><c r=\"A1048577\"/></row>", "<row r=\"0\"/>", "<row r=\"x\"/>",
        "<row><c r=\"7\"/></row>", "<row><c></row>", "<row><c t=\"s\"><v>-1</v></c></row>"}) {
    EXPECT_EQ(refused(make_book(cells)).kind(), ErrorKind::kData) << cells;
  }
}

TEST(XlsxRead, TruncatedAtEveryByteNeverPasses) {
  const std::string whole = make_book("<row><c><v>1</v></c></row>");
  for (std::size_t n = 0; n < whole.size(); n += 7) {
    EXPECT_NE(refused(whole.substr(0, n)).kind(), ErrorKind::kInternal) << n;
  }
}

TEST(XlsxRead, EntityBombsAndDeepXml) {
  const std::string bomb =
      "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>";
  EXPECT_NE(std::string(refused(make_zip({{"xl/workbook.xml", bomb}})).what()).find("document type"),
            std::string::npos);
  std::string deep = "<sst>";
  for (int i = 0; i < 100'000; ++i) deep += "<r>";
  EXPECT_NE(std::string(refused(make_book("<row/>", deep)).what()).find("deeper"), std::string::npos);
}

TEST(XlsxRead, BombsAreBounded) {
  const std::string zeros(64 << 20, '0');
  const std::string bomb = make_book("", "<sst><si><t>" + zeros + "</t></si></sst>");
  EXPECT_LT(bomb.size(), 200'000u);
  EXPECT_EQ(refused(bomb).kind(), ErrorKind::kData);
  // Few bytes that claim a vast grid: rows and cells are counted before they exist.
  std::string corners;
  for (int i = 1; i <= 1'000; ++i) corners += "<row><c r=\"XFD" + std::to_string(i * 1000) + "\"><v>1</v></c></row>";
  EXPECT_EQ(refused(make_book(corners)).kind(), ErrorKind::kData);
  Members many;
  for (std::size_t i = 0; i <= kMaxZipEntries; ++i) many.emplace_back("f" + std::to_string(i), "");
  EXPECT_THROW(zip_names(make_zip(many), "z"), Error);
  EXPECT_EQ(
      refused(make_book("<row><c t=\"inlineStr\"><is><t>" + std::string(2 << 20, 'x') + "</t></is></c></row>")).kind(),
      ErrorKind::kData);
}

TEST(XlsxRead, TwiceTheSameMember) {
  const std::string xml = "<workbook/>";
  EXPECT_EQ(refused(make_zip({{"xl/workbook.xml", xml}, {"xl/workbook.xml", xml}})).kind(), ErrorKind::kData);
  EXPECT_EQ(refused(make_zip({{"xl/workbook.xml", xml}})).kind(), ErrorKind::kData);  // no relations
}

TEST(XlsxRead, ForeignKindsAreRefusedByName) {
  const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0');
  const auto wide = [](std::string_view name) {
    std::string out;
    for (const char c : name) out += {c, '\0'};
    return out + std::string(2, '\0');
  };
  const Error xls = refused(ole + wide("Workbook"));
  EXPECT_EQ(xls.kind(), ErrorKind::kUnsupported);
  EXPECT_NE(xls.hint().find("Excel Workbook (.xlsx)"), std::string::npos);
  EXPECT_NE(refused(ole + wide("EncryptedPackage")).hint().find("password"), std::string::npos);
  EXPECT_EQ(refused(make_zip({{"xl/workbook.bin", ""}})).kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(refused("a,b\n1,2\n").kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(refused("").kind(), ErrorKind::kUnsupported);
}

XlsxDocument example() {
  XlsxDocument document;
  document.title = "Samples";
  XlsxSheet& first = document.sheets.emplace_back();
  first.sheet.name = "samples/1";
  first.sheet.rows = {
      {{"file"}, {"condition"}, {"count"}},
      {{"样品 (1).csv"}, {"MARCH1"}, {"", 0.1, true}},
      {{"=1+1"}, {""}, {"", std::nan(""), true}},
      {{"007"}, {"_x0041_ a\rb\nc\td \x01 <&>\"'"}, {"", -std::numeric_limits<double>::infinity(), true}},
      {{"2026-11-20"}, {" "}, {"", 1.7976931348623157e308, true}}};
  first.columns = {{}, {20, {"control", "a, b", "EV"}}, {}};
  XlsxSheet& second = document.sheets.emplace_back();
  second.sheet.name = "Samples_1";
  second.sheet.rows = {{{"x"}}, {{"", 5e-324, true}}};
  document.notes = {"First note.", "", "Third."};
  return document;
}

TEST(XlsxWrite, ComesBackTyped) {
  const Workbook book = read_xlsx(xlsx_bytes(example()), "b.xlsx");
  ASSERT_EQ(book.sheets.size(), 4u);
  EXPECT_EQ(book.sheets[0].name, "samples_1");
  EXPECT_EQ(book.sheets[1].name, "Samples_1 (2)");
  EXPECT_EQ(book.sheets[2].name, "Notes");
  EXPECT_EQ(book.sheets[3].name, "Lists");
  EXPECT_EQ(texts(book.sheets[0]),
            (std::vector<std::vector<std::string>>{{"file", "condition", "count"},
                                                   {"样品 (1).csv", "MARCH1", "0.1"},
                                                   {"=1+1"},
                                                   {"007", "_x0041_ a\rb\nc\td \x01 <&>\"'", "-inf"},
                                                   {"2026-11-20", " ", "1.7976931348623157e+308"}}));
  for (std::size_t row = 1; row < 5; ++row) EXPECT_FALSE(book.sheets[0].at(row, 0).typed);
  EXPECT_TRUE(book.sheets[0].at(1, 2).typed);
  EXPECT_EQ(book.sheets[1].number_at(1, 0), 5e-324);
  EXPECT_EQ(texts(book.sheets[2]), (std::vector<std::vector<std::string>>{{"First note."}, {}, {"Third."}}));
  EXPECT_EQ(book.sheets[3].at(1, 0).text, "a, b");
}

TEST(XlsxWrite, DoublesComeBackToTheLastDigitButOne) {
  XlsxDocument document;
  Sheet& sheet = document.sheets.emplace_back().sheet;
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    sheet.rows.push_back({{"", std::ldexp(random.normal(), static_cast<int>(random.below(2000)) - 1000), true}});
  }
  const Sheet back = read_xlsx(xlsx_bytes(document), "b.xlsx").sheets[0];
  for (std::size_t i = 0; i < sheet.rows.size(); ++i) {
    const double a = sheet.rows[i][0].number;
    EXPECT_NEAR(back.number_at(i, 0) / a, 1, 1e-15);
  }
}

TEST(XlsxWrite, SameDocumentSameBytes) {
  const std::string once = xlsx_bytes(example());
  EXPECT_EQ(once, xlsx_bytes(example()));
  // No time of day anywhere: every member carries the same date, in the local headers and in the directory.
  std::size_t headers = 0;
  const std::string date = once.substr(10, 4);
  for (std::size_t at = once.find("PK\x03\x04"); at != std::string::npos;
       at = once.find("PK\x03\x04", at + 4), ++headers) {
    EXPECT_EQ(once.substr(at + 10, 4), date);
  }
  EXPECT_GE(headers, 10u);
  const auto core = read_zip(once, "b", {"docProps/core.xml"});
  EXPECT_NE(core.at("docProps/core.xml").find("2000-01-01T00:00:00Z"), std::string::npos);
  EXPECT_EQ(core.at("docProps/core.xml").find("202"), std::string::npos);
}

TEST(XlsxWrite, LimitsOfExcelAreErrors) {
  XlsxDocument document;
  Sheet& sheet = document.sheets.emplace_back().sheet;
  sheet.rows = {{{std::string(kMaxXlsxText + 1, 'x')}}};
  EXPECT_THROW(xlsx_bytes(document), Error);
  sheet.rows[0][0].text = std::string(kMaxXlsxText, 'x');
  EXPECT_NO_THROW(xlsx_bytes(document));
  sheet.rows[0].resize(kMaxXlsxColumns + 1);
  EXPECT_THROW(xlsx_bytes(document), Error);
  XlsxDocument named;
  for (const char* name : {"", "a", "A", "这是一个非常长的工作表名称超过三十一个字符的限制所以必须截断它才行",
                           "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "[x]:*?/\\"}) {
    named.sheets.emplace_back().sheet.name = name;
  }
  const Workbook book = read_xlsx(xlsx_bytes(named), "b.xlsx");
  ASSERT_EQ(book.sheets.size(), 6u);
  EXPECT_EQ(book.sheets[2].name, "A (2)");
}

/// openpyxl as a stranger: it reads what we write, and we read what it writes.
TEST(XlsxOracle, OpenpyxlAgrees) {
  if (std::system("/usr/bin/python3 -c 'import openpyxl' >/dev/null 2>&1") != 0) GTEST_SKIP() << "openpyxl is not here";
  const fs::path folder = fs::temp_directory_path() / ("vesica-oracle-" + new_uuid());
  fs::create_directories(folder);
  write_xlsx(folder / "ours.xlsx", example());
  std::ofstream(folder / "check.py") << R"(
import sys, datetime, openpyxl
folder = sys.argv[1]
book = openpyxl.load_workbook(folder + "/ours.xlsx")
sheet = book["samples_1"]
assert sheet["C2"].value == 0.1 and sheet["C2"].data_type == "n"
assert sheet["B2"].value == "MARCH1" and sheet["B2"].data_type == "s"
assert sheet["A3"].data_type == "s", sheet["A3"].data_type
assert sheet["A4"].value == "007"
assert sheet.freeze_panes == "A2"
assert book["Lists"].sheet_state == "hidden"
rule = sheet.data_validations.dataValidation[0]
assert rule.type == "list" and rule.formula1 == "'Lists'!$A$1:$A$3" and str(rule.sqref).startswith("B2:B")
assert book.properties.created.year == 2000
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "数据"
sheet.append(["gene", 1, 2.5, True, None, "=A1", datetime.date(2026, 11, 20), datetime.datetime(2026, 11, 20, 11, 26, 46)])
sheet.append(["µm", datetime.time(1, 2, 3), datetime.timedelta(hours=30), "#N/A"])
sheet.merge_cells("A3:B3")
sheet["A3"] = "merged"
book.create_sheet("empty")
book.save(folder + "/theirs.xlsx")
)";
  const std::string command = "/usr/bin/python3 '" + (folder / "check.py").string() + "' '" + folder.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const Workbook book = read_xlsx(folder / "theirs.xlsx");
  fs::remove_all(folder);
  ASSERT_EQ(book.sheets.size(), 2u);
  EXPECT_EQ(book.sheets[0].name, "数据");
  EXPECT_EQ(texts(book.sheets[0]),
            (std::vector<std::vector<std::string>>{
                {"gene", "1", "2.5", "TRUE", "", "#NOT_CALCULATED", "2026-11-20", "2026-11-20T11:26:46"},
                {"µm", "01:02:03", "30:00:00", "#N/A"},
                {"merged"}}));
  ASSERT_EQ(book.sheets[0].merged.size(), 1u);
  EXPECT_EQ(book.sheets[0].merged[0].first_row, 2u);
  EXPECT_EQ(book.sheets[0].merged[0].first_column, 0u);
  EXPECT_EQ(book.sheets[0].merged[0].last_column, 1u);
  EXPECT_TRUE(book.sheets[1].rows.empty());
}

}  // namespace
}  // namespace vesica
