// SPDX-License-Identifier: Apache-2.0
// Plates: names of wells, maps as grids and lists, what study and maps say together, inputs at wells.
#include "vesica/study/plate.h"

#include <gtest/gtest.h>

#include "vesica/io/csv.h"
#include "vesica/io/json.h"
#include "vesica/study/guess_wells.h"
#include "vesica/study/plate_map.h"
#include "vesica/study/study_fixture.h"
#include "vesica/study/write.h"

namespace vesica {
namespace {

using testing::has;
using testing::known_names;
using testing::MemoryFiles;
using testing::text_of;

TEST(Wells, AreKnownInManyHabits) {
  for (const char* text : {"B3", "b03", "B-3", "B 3", "B_003", "Well B3", "well_b03", "孔B3", "Ｂ３", "r02c03", "R2C3",
                           "row 2 col 3", "r2_c3", " B3 "}) {
    const auto well = parse_well(text);
    ASSERT_TRUE(well.has_value()) << text;
    EXPECT_EQ(well_name(*well), "B3") << text;
  }
  for (const char* text :
       {"", "B", "3", "B0", "B49", "AG1", "BB", "B3x", "rat3", "r0c3", "NC-1", "CD63", "c3r2b", "Exo1", "B3.5", "B-"})
    EXPECT_FALSE(parse_well(text).has_value()) << text;
  EXPECT_EQ(well_name(*parse_well("AF48")), "AF48");
  EXPECT_EQ(wells_of("A1:B2").size(), 4u);
  EXPECT_TRUE(wells_of("B2:A1").empty());
}

TEST(Plates, HaveTheirShapes) {
  for (const std::size_t wells : {6u, 12u, 24u, 48u, 96u, 384u}) {
    const auto shape = plate_shape(wells);
    ASSERT_TRUE(shape.has_value());
    EXPECT_EQ(shape->rows * shape->columns, wells);
    EXPECT_EQ(smallest_plate(shape->rows, shape->columns), wells);
  }
  EXPECT_FALSE(plate_shape(97).has_value());
  EXPECT_EQ(smallest_plate(17, 1), 0u);
  std::size_t outer = 0;
  for (std::size_t r = 0; r < 8; ++r)
    for (std::size_t c = 0; c < 12; ++c) outer += is_outer({r, c}, {8, 12}) ? 1 : 0;
  EXPECT_EQ(outer, 36u);  // 96 - 6 x 10
}

TEST(Roles, AreWordsOfSeveralHabits) {
  EXPECT_EQ(role_of_word("BLK"), "blank");
  EXPECT_EQ(role_of_word("Blank 3"), "blank");
  EXPECT_EQ(role_of_word("Std_1"), "standard");
  EXPECT_EQ(role_of_word("标准品1"), "standard");
  EXPECT_EQ(role_of_word("Unknown"), "");
  EXPECT_FALSE(role_of_word("Exo").has_value());
}

constexpr std::string_view kGrid =
    "samples,1,2,3,4\n"
    "A,S1,S1,S2,-\n"
    "B,空白,Std 1,Std 2,\n"
    "\n"
    "level (ug/mL),1,2,3,4\n"
    "A,,,,\n"
    "B,0,125,250.5,\n"
    "\n"
    "稀释倍数,1,2,3,4\n"
    "A,10,1:10,5x,\n"
    "B,,,,\n";

PlateMap read_text(std::string_view text, Problems& problems, std::string_view plate = "plate 1") {
  const Sheet sheet = read_text_table(text, "map.csv");
  PlateMapReader reader(sheet, plate, problems);
  PlateMap map;
  EXPECT_TRUE(reader.read(map));
  return map;
}

TEST(PlateMap, GridsSayWhatTheyHold) {
  Problems problems;
  const PlateMap map = read_text(kGrid, problems);
  EXPECT_EQ(text_of(problems.errors()), "");
  EXPECT_EQ(map.size, 12u);  // two rows and four columns need a plate of 3 x 4
  EXPECT_EQ(map.unit, "ug/mL");
  ASSERT_EQ(map.wells.size(), 6u);
  EXPECT_EQ(map.wells.at({0, 1}).sample, "S1");
  EXPECT_EQ(map.wells.at({0, 1}).dilution, 10);
  EXPECT_EQ(map.wells.at({0, 2}).dilution, 5);
  EXPECT_EQ(map.wells.at({1, 0}).role, "blank");
  EXPECT_EQ(map.wells.at({1, 2}).role, "standard");
  EXPECT_EQ(map.wells.at({1, 2}).level, 250.5);
}

TEST(PlateMap, EmptyRowsWithinAPlateAreTold) {
  Problems problems;
  read_text("samples,1,2,3\nA,S1,S1,S2\nB,S1,S2,S2\n\nC,S1,S2,S3\n", problems);
  EXPECT_NE(text_of(problems.errors()).find("map.csv:5:1: Empty rows part row C of the plate from row B"),
            std::string::npos)
      << text_of(problems.errors());
}

TEST(PlateMap, ListsSayTheSame) {
  Problems problems;
  const PlateMap map = read_text(
      "Plate,Well,Sample Name,Type,Concentration (ug/mL),Dilution\n"
      "plate 1,A01,S1,Unknown,,10\n"
      "plate 2,A01,S9,Unknown,,10\n"
      "plate 1,B1:B2,,Blank,0,\n",
      problems);
  EXPECT_EQ(text_of(problems.errors()), "");
  ASSERT_EQ(map.wells.size(), 3u);
  EXPECT_EQ(map.wells.at({0, 0}).sample, "S1");
  EXPECT_EQ(map.wells.at({1, 1}).role, "blank");
  EXPECT_EQ(map.wells.at({1, 1}).level, 0);
}

TEST(PlateMap, WhatIsWrongHasItsCell) {
  Problems problems;
  read_text("well,sample,level,dilution\nA1,S1,much,\nA1,S2,,\nX,S3,,\nA2,S4,1,0.1\n", problems);
  const std::vector<Error> errors = problems.errors();
  EXPECT_TRUE(has(errors, "map.csv:2:3", "is no level")) << text_of(errors);
  EXPECT_TRUE(has(errors, "map.csv:3:1", "stands twice, first at map.csv:2:2")) << text_of(errors);
  EXPECT_TRUE(has(errors, "map.csv:4:1", "is no well")) << text_of(errors);
  EXPECT_TRUE(has(errors, "map.csv:5:4", "is no dilution")) << text_of(errors);
}

/// The grid as a sheet of a workbook with merged cells, rows and columns from 0.
PlateMap read_merged(std::string_view text, std::vector<MergedCells> merged, Problems& problems) {
  Sheet sheet = read_text_table(text, "map.csv");
  sheet.name = "plate 1";
  sheet.row_lines.clear();
  sheet.merged = std::move(merged);
  PlateMapReader reader(sheet, "plate 1", problems);
  PlateMap map;
  EXPECT_TRUE(reader.read(map));
  return map;
}

TEST(PlateMap, MergedCellsSayOneValueForAllTheirWells) {
  Problems problems;
  // S1 over A1:B2, a role over A3:B3, a level over A1:A3, a title over the whole width; 40: beyond the sheet.
  const PlateMap map =
      read_merged("Plate of Monday,,,\nsamples,1,2,3\nA,S1,,blank\nB,,gone,\n\nlevels (ug/mL),1,2,3\nA,2.5,,\nB,,,7\n",
                  {{0, 0, 0, 3}, {2, 1, 3, 2}, {2, 3, 3, 3}, {6, 1, 6, 3}, {40, 1, 41, 2}}, problems);
  EXPECT_EQ(text_of(problems.errors()), "");
  ASSERT_EQ(map.wells.size(), 6u);
  for (const Well well : {Well{0, 0}, Well{0, 1}, Well{1, 0}, Well{1, 1}}) {
    EXPECT_EQ(map.wells.at(well).sample, "S1") << well_name(well) << ": what a merged cell hides is not read";
    EXPECT_EQ(map.wells.at(well).sample_at.text(), "map.csv (plate 1!B3)");
  }
  EXPECT_EQ(map.wells.at({0, 2}).role, "blank");
  EXPECT_EQ(map.wells.at({1, 2}).role, "blank");
  EXPECT_EQ(map.wells.at({0, 2}).level, 2.5);
  EXPECT_EQ(map.wells.at({0, 1}).level, 2.5);
  EXPECT_EQ(map.wells.at({1, 2}).level, 7);
  EXPECT_TRUE(std::isnan(map.wells.at({1, 0}).level));
  const std::string told = text_of(problems.warnings());
  EXPECT_NE(told.find("plate 1!B3"), std::string::npos) << told;
  EXPECT_NE(told.find("each of their wells"), std::string::npos) << told;
}

TEST(PlateMap, MergedCellsOfAListSayOneValueForTheirRows) {
  Problems problems;
  const PlateMap map =
      read_merged("well,sample,role\nA1,S1,\nA2,,\nA3,,\nB1,,blank\nB2,,\n", {{1, 1, 3, 1}, {4, 2, 5, 2}}, problems);
  EXPECT_EQ(text_of(problems.errors()), "");
  ASSERT_EQ(map.wells.size(), 5u);
  EXPECT_EQ(map.wells.at({0, 2}).sample, "S1");
  EXPECT_EQ(map.wells.at({1, 1}).role, "blank");
  EXPECT_FALSE(problems.warnings().empty());
  // Two rows of one merged well are one well told twice.
  Problems twice;
  read_merged("well,sample\nA1,S1\n,S2\n", {{1, 0, 2, 0}}, twice);
  EXPECT_NE(text_of(twice.errors()).find("stands twice"), std::string::npos) << text_of(twice.errors());
}

TEST(PlateMap, MergedWithTheSideOrBeyondBoundsIsAProblem) {
  Problems side;
  read_merged(kGrid, {{1, 0, 1, 1}}, side);
  ASSERT_EQ(side.errors().size(), 1u);
  EXPECT_NE(std::string(side.errors()[0].what()).find("plate 1!A2"), std::string::npos) << text_of(side.errors());
  // Ranges over all of Excel's grid, thousands of them, one on the other: the first counts, and it ends soon.
  std::vector<MergedCells> many(kMostMergedCells, {1, 1, 1'048'575, 16'383});
  Problems hostile;
  read_merged(kGrid, many, hostile);
  EXPECT_NE(text_of(hostile.errors()).find("too many merged cells"), std::string::npos) << text_of(hostile.errors());
}

constexpr std::string_view kSamples =
    "path,assay,sample,condition,layout,position,kind\n"
    "a.csv,nta,,,plate 1,a01,\n"
    "b.csv,nta,,,plate 1,B1,\n"
    ",,S1,SA,,,culture\n"
    ",,S2,SA,,,culture\n";

LoadedStudy load(std::string_view toml, std::string_view sheet, const std::map<std::string, std::string>& contents = {},
                 std::vector<std::string> files = {"a.csv", "b.csv", "c.csv", "map.csv"}) {
  MemoryFiles memory(std::move(files));
  memory.contents = contents;
  return load_study_text(toml, sheet, "samples.csv", known_names(), memory);
}

TEST(Layouts, AnInputAtAWellHasItsSampleAndRole) {
  const LoadedStudy loaded =
      load("[[layout]]\nid = \"plate 1\"\nfile = \"map.csv\"\n", kSamples, {{"map.csv", std::string(kGrid)}});
  ASSERT_EQ(text_of(loaded.problems), "");
  const Layout& layout = loaded.study.layouts.at(0);
  EXPECT_EQ(layout.wells, 12u);
  EXPECT_EQ(layout.unit, "ug/mL");
  EXPECT_EQ(layout.levels.at("B3"), 250.5);
  EXPECT_EQ(layout.dilutions.at("A3"), 5);
  EXPECT_EQ(loaded.study.inputs.at(0).position, "A1");
  EXPECT_EQ(loaded.study.inputs.at(0).sample, "S1");
  EXPECT_EQ(loaded.study.inputs.at(0).role, "");
  EXPECT_EQ(loaded.study.inputs.at(1).role, "blank");
}

TEST(Layouts, StudyTomlSaysThemWithRanges) {
  const LoadedStudy loaded = load(
      "[[layout]]\nid = \"plate 1\"\nunit = \"ug/mL\"\nwells = 96\nblock = true\n"
      "positions = { \"A1:A3\" = \"S1\", c05 = \"S2\" }\nroles = { B1 = \"BLK\", H12 = \"std\" }\n"
      "levels = { H12 = 20 }\ndilutions = { A1 = 10 }\n",
      kSamples);
  ASSERT_EQ(text_of(loaded.problems), "");
  const Layout& layout = loaded.study.layouts.at(0);
  EXPECT_EQ(layout.positions.at("A3"), "S1");
  EXPECT_EQ(layout.positions.at("C5"), "S2");
  EXPECT_EQ(layout.roles.at("H12"), "standard");
  EXPECT_EQ(layout.levels.at("H12"), 20);
  EXPECT_EQ(loaded.study.block_of("S1"), "plate 1");
}

TEST(Layouts, WhatIsWrongIsSaidWithItsPlace) {
  const LoadedStudy loaded = load(
      "[[layout]]\nid = \"plate 1\"\nwells = 96\nfile = \"map.csv\"\n"
      "positions = { Q9 = \"S1\", A1 = \"S2\", A01 = \"S1\", A3 = \"S2\", B1 = \"S7\", X = \"S1\" }\nroles = { C1 = "
      "\"blamk\" }\n"
      "[[layout]]\nid = \"plate 2\"\nwells = 97\npositions = { A1 = \"S1\" }\n"
      "[[layout]]\nid = \"plate 3\"\nfile = \"none.csv\"\n",
      "path,assay,sample,layout,position\na.csv,nta,S2,plate 1,C9\nb.csv,nta,S2,plate 2,A1\nc.csv,nta,S1,plate 1,J1\n"
      ",,S1,,\n",
      {{"map.csv", "well,sample\nA3,S1\nA2,S8\nZ40,S1\n"}});
  const std::string all = text_of(loaded.problems);
  EXPECT_TRUE(has(loaded.problems, "study.toml:5:20", "A plate of 96 wells has no well \"Q9\"")) << all;
  EXPECT_TRUE(has(loaded.problems, "study.toml:5:31", "Well A1 is given twice")) << all;
  EXPECT_NE(all.find("Well A3 of \"plate 1\" is \"S1\" here and"), std::string::npos) << all;
  EXPECT_NE(all.find("There is no sample \"S7\""), std::string::npos) << all;
  EXPECT_TRUE(has(loaded.problems, "map.csv:3:2", "There is no sample \"S8\"")) << all;
  EXPECT_TRUE(has(loaded.problems, "map.csv:4:2", "has no well \"Z40\"")) << all;
  EXPECT_NE(all.find("\"X\" is no well"), std::string::npos) << all;
  EXPECT_NE(all.find("No well has the role \"blamk\"."), std::string::npos) << all;
  EXPECT_NE(all.find("Did you mean \"blank\"?"), std::string::npos) << all;
  EXPECT_NE(all.find("There is no plate of 97 wells."), std::string::npos) << all;
  EXPECT_NE(all.find("The plate map \"none.csv\" is not there."), std::string::npos) << all;
  EXPECT_TRUE(has(loaded.problems, "samples.csv:2:5", "Nothing lies at \"C9\"")) << all;
  EXPECT_TRUE(has(loaded.problems, "samples.csv:3:3", "\"sample\" is \"S2\" here and \"S1\" on the plate")) << all;
  EXPECT_TRUE(has(loaded.problems, "samples.csv:4:5", "has no well \"J1\"")) << all;
}

TEST(Layouts, UnitsOfDosesThatNobodyKnowsAreTold) {
  const auto warnings = [](const std::string& unit) {
    return text_of(load("[[layout]]\nid = \"plate 1\"\nunit = \"" + unit +
                            "\"\npositions = { A1 = \"S1\" }\nlevels = { A1 = 3 }\n",
                        kSamples)
                       .warnings);
  };
  EXPECT_EQ(warnings("umol/L").find("no known unit"), std::string::npos);
  EXPECT_NE(warnings("foo").find("\"foo\" of the levels of \"plate 1\" is no known unit"), std::string::npos)
      << warnings("foo");
}

TEST(Layouts, OtherCarriersStayAsTheyAre) {
  const LoadedStudy loaded =
      load("[[layout]]\nid = \"membrane\"\npositions = { L1 = \"S1\", L2 = \"S2\", \"lane 3\" = \"S1\" }\n", kSamples);
  EXPECT_EQ(loaded.study.layouts.at(0).wells, 0u);
  EXPECT_TRUE(loaded.study.layouts.at(0).positions.contains("lane 3"));
  const LoadedStudy lanes = load("[[layout]]\nid = \"membrane\"\npositions = { L1 = \"S1\", L2 = \"S2\" }\n", kSamples);
  EXPECT_EQ(lanes.study.layouts.at(0).wells, 0u) << "one row that is not the first is no plate";
}

TEST(Layouts, ASampleHasOneBlock) {
  const LoadedStudy loaded = load(
      "[[layout]]\nid = \"p1\"\nblock = true\npositions = { A1 = \"S1\" }\n"
      "[[layout]]\nid = \"p2\"\nblock = true\npositions = { A1 = \"S1\" }\n",
      "path,assay,sample\na.csv,nta,S1\n");
  EXPECT_NE(text_of(loaded.problems).find("lies on the plates \"p1\" and \"p2\""), std::string::npos)
      << text_of(loaded.problems);
}

TEST(Layouts, TemplatesCaptureWells) {
  const LoadedStudy loaded = load(
      "[[layout]]\nid = \"plate 1\"\npositions = { B3 = \"S1\", C4 = \"S2\" }\n"
      "[[input]]\npath = \"raw/plate1_{position}_{part}.csv\"\nassay = \"nta\"\nlayout = \"plate 1\"\n"
      "[[input]]\npath = \"op/{position}f{part:digits}-ch1.csv\"\nassay = \"nta\"\nlayout = \"plate 1\"\n",
      "path,assay,sample\na.csv,nta,S1\nb.csv,nta,S2\n", {},
      {"a.csv", "b.csv", "raw/plate1_B03_f01_x.csv", "raw/plate1_C4_f02.csv", "op/r02c03f05-ch1.csv"});
  ASSERT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 5u);
  EXPECT_EQ(loaded.study.inputs[2].position, "B3");
  EXPECT_EQ(loaded.study.inputs[2].part, "f01_x");
  EXPECT_EQ(loaded.study.inputs[2].sample, "S1");
  EXPECT_EQ(loaded.study.inputs[3].sample, "S2");
  EXPECT_EQ(loaded.study.inputs[4].position, "B3");
  EXPECT_EQ(loaded.study.inputs[4].part, "05");
}

TEST(GuessWells, TakesNamesOfPlateImagers) {
  const std::vector<std::string> imager = {"raw/plate1_B03_f01_w1.tif", "raw/plate1_B03_f02_w1.tif",
                                           "raw/plate1_C04_f01_w1.tif", "raw/plate2_C04_f01_w1.tif"};
  const std::vector<WellGuess> guesses = guess_wells(imager);
  EXPECT_EQ(guesses[1].plate, "plate1");
  EXPECT_EQ(guesses[1].position, "B3");
  EXPECT_EQ(guesses[1].part, "f02");
  EXPECT_EQ(guesses[3].plate, "plate2");
  const std::vector<std::string> opera = {"r02c03f05p01-ch1.tiff", "r02c03f06p01-ch1.tiff", "r02c04f05p01-ch1.tiff",
                                          "r10c24f05p01-ch1.tiff"};
  EXPECT_EQ(guess_wells(opera)[3].position, "J24");
  EXPECT_EQ(guess_wells(opera)[3].part, "f05p01");
  EXPECT_EQ(guess_wells(opera)[3].plate, "plate 1");
  const std::vector<std::string> metaxpress = {"IXMtest_B04_s4_w1F6AEFA0F-AF87-4B3B-A334-698647CFE043.tif",
                                               "IXMtest_D20_s3_w19D371AF3-0189-48A3-AF3B-D108DE6A017F.tif",
                                               "IXMtest_F07_s5_w15678F19D-6F23-4FB4-8851-5B57CF8CCCF8.tif",
                                               "IXMtest_F14_s7_w1E67F2A8A-EEC1-4F01-A1E2-0ECFC639637F.tif"};
  EXPECT_EQ(guess_wells(metaxpress)[1].position, "D20");
  EXPECT_EQ(guess_wells(metaxpress)[1].part, "s3") << "the site, without the GUID and the one wavelength";
  const std::vector<std::string> cellomics = {"AS_1_D03f00d0.tif", "AS_1_D03f01d0.tif", "AS_1_D04f00d0.tif",
                                              "AS_1_D04f01d0.tif"};
  EXPECT_EQ(guess_wells(cellomics)[2].position, "D4");
  EXPECT_EQ(guess_wells(cellomics)[1].part, "f01d0");
  const std::vector<std::string> doses = {"Exo 2.5ug_B02.f1.ome.tif", "Exo 2.5ug_B03.f1.ome.tif",
                                          "Exo 2.5ug_C02.f2.ome.tif", "Exo 2.5ug_C03.f1.ome.tif"};
  EXPECT_EQ(guess_wells(doses)[2].position, "C2") << "behind the point of a number";
  EXPECT_EQ(guess_wells(doses)[2].part, "f2");
  const std::vector<std::string> donors = {"D1_a.tif", "D2_a.tif", "D1_b.tif", "D2_b.tif"};
  EXPECT_EQ(guess_wells(donors)[0].position, "") << "two donors are no plate";
  const std::vector<std::string> few = {"raw/plate1_A1_f1.tif", "raw/plate1_A2_f1.tif", "raw/plate1_A2_f2.tif",
                                        "raw/plate2_B1_f1.tif"};
  EXPECT_EQ(guess_wells(few)[2].position, "A2") << "the name says that it is a plate";
  EXPECT_EQ(guess_wells(few)[3].plate, "plate2");
  const std::vector<std::string> mixed = {"B03_1.tif", "B04_1.tif", "B05_1.tif", "overview.tif"};
  EXPECT_EQ(guess_wells(mixed)[0].position, "");
}

TEST(Layouts, DrawnInTheWorkbookOfSamples) {
  Study study;
  for (const char* id : {"S1", "S2", "control"}) {
    Sample sample;
    sample.id = id;
    study.samples.push_back(sample);
  }
  Input input;
  input.path = "a.csv", input.assay = "nta", input.layout = "plate 1", input.position = "B3";
  study.inputs.push_back(input);
  Layout plate;
  plate.id = "plate 1", plate.wells = 96, plate.unit = "ug/mL";
  plate.positions = {{"B3", "S1"}, {"H12", "S2"}};
  plate.roles = {{"A1", "blank"}, {"A2", "standard"}};
  plate.levels = {{"A2", 125.25}};
  plate.dilutions = {{"B3", 10}};
  Layout named = plate;  // a sample whose name is a word for a role cannot be drawn
  named.id = "plate 2", named.positions["C1"] = "control";
  study.layouts = {plate, named};
  EXPECT_TRUE(is_drawn_in_sheet(plate, study.layouts));
  EXPECT_FALSE(is_drawn_in_sheet(named, study.layouts));
  const std::string toml = write_study_toml(study), book = xlsx_bytes(sheet_document(study, known_names()));
  EXPECT_NE(toml.find("H12 = \"S2\""), std::string::npos) << "the plate that cannot be drawn";
  MemoryFiles files({"a.csv"});
  const LoadedStudy again = load_study_text(toml, book, "samples.xlsx", known_names(), files);
  ASSERT_EQ(text_of(again.problems), "") << toml;
  ASSERT_EQ(again.study.layouts.size(), 2u);
  study.inputs[0].sample = "S1";
  EXPECT_EQ(again.study.inputs.at(0).sample, "S1");
  for (std::size_t i : {0u, 1u}) {
    const Layout &a = again.study.layouts[i], &b = study.layouts[i];
    EXPECT_EQ(a.positions, b.positions);
    EXPECT_EQ(a.roles, b.roles);
    EXPECT_EQ(a.levels, b.levels);
    EXPECT_EQ(a.dilutions, b.dilutions);
    EXPECT_EQ(a.unit, b.unit);
    EXPECT_EQ(a.wells, b.wells);
  }
}

}  // namespace
}  // namespace vesica
