// SPDX-License-Identifier: Apache-2.0
// Every kind of problem, at its exact place, with what to do; all of them at once.
#include <gtest/gtest.h>

#include "vesica/base/text.h"
#include "vesica/study/problems.h"
#include "vesica/study/study_fixture.h"

namespace vesica {
namespace {

using testing::has;
using testing::load_text;
using testing::text_of;

/// The one problem of a study that is right but for it.
#define EXPECT_PROBLEM(loaded, place, words) \
  EXPECT_TRUE(has((loaded).problems, place, words)) << text_of((loaded).problems) << text_of((loaded).warnings)
#define EXPECT_WARNING(loaded, place, words) \
  EXPECT_TRUE(has((loaded).warnings, place, words)) << text_of((loaded).problems) << text_of((loaded).warnings)

constexpr std::string_view kSheet =
    "path,assay,sample,condition,kind\n"
    "a.csv,nta,S1,SA,preparation\n"
    "b.csv,nta,S2,SA+Exos,animal\n";

LoadedStudy with_toml(std::string_view toml) { return load_text(toml, kSheet); }
LoadedStudy with_sheet(std::string_view sheet) { return load_text("", sheet); }

TEST(StudyProblems, TheStudyBehindTheOthersIsRight) {
  const LoadedStudy loaded = with_toml("[study]\ntitle = \"x\"\n");
  EXPECT_EQ(text_of(loaded.problems), "");
  EXPECT_EQ(text_of(loaded.warnings), "");
}

TEST(StudyProblems, TomlSyntax) {
  EXPECT_PROBLEM(with_toml("[study]\ntitle = \n"), "study.toml:2:9", "");
  EXPECT_EQ(with_toml("[study]\ntitle = \n").study.inputs.size(), 2u) << "the sheet is read all the same";
}

TEST(StudyProblems, UnknownKey) {
  EXPECT_PROBLEM(with_toml("[study]\ntitel = \"x\"\n"), "study.toml:2:9", "Did you mean \"title\"?");
}

TEST(StudyProblems, UnknownKeySaysWhereItBelongs) {
  const LoadedStudy loaded = with_toml("[[input]]\npath = \"c.csv\"\nassay = \"nta\"\ndilution = 1000\n");
  EXPECT_PROBLEM(loaded, "study.toml:4:12", "settings = { dilution = ... }");
}

TEST(StudyProblems, UnknownSection) {
  EXPECT_PROBLEM(with_toml("[[samples]]\nid = \"S9\"\n"), "study.toml:1:1", "Did you mean \"sample\"?");
}

TEST(StudyProblems, OneBracketForTwo) {
  EXPECT_PROBLEM(with_toml("[sample]\nid = \"S9\"\n"), "study.toml:1:1", "[[sample]]");
  EXPECT_PROBLEM(with_toml("[[study]]\nid = \"S9\"\n"), "study.toml:1:1", "[study]");
}

TEST(StudyProblems, WrongKindMissingKeyChoiceRange) {
  EXPECT_PROBLEM(with_toml("[study]\nfactors = \"gel\"\n"), "study.toml:2:11", "must be a list of texts");
  EXPECT_PROBLEM(with_toml("[[sample]]\nkind = \"donor\"\n"), "study.toml:1:1", "lacks \"id\"");
  EXPECT_PROBLEM(with_toml("[report]\nlanguage = \"fr\"\n"), "study.toml:2:12", "\"en\", \"zh\"");
  EXPECT_PROBLEM(with_toml("[[comparison]]\nquantities = [\"vesicle.*\"]\nunit = \"animal\"\nalpha = 5\n"),
                 "study.toml:4:9", "outside its range");
  EXPECT_PROBLEM(with_toml("[[exclude]]\nmatch = {}\nreason = \"x\"\n"), "study.toml:2:9", "exclude everything");
}

TEST(StudyProblems, UnknownSettings) {
  EXPECT_PROBLEM(with_toml("[settings.ntaa]\ndilution = 3\n"), "study.toml:1:1", "Did you mean \"nta\"?");
  EXPECT_PROBLEM(with_toml("[settings.nta]\ndiluton = 3\n"), "study.toml:2:11", "Did you mean \"dilution\"?");
  EXPECT_PROBLEM(with_toml("[settings.nta]\ntemperature_c = 300\n"), "study.toml:2:17", "outside its range");
}

TEST(StudyProblems, UnknownNames) {
  EXPECT_PROBLEM(with_toml("[[sample]]\nid = \"S3\"\nparent = \"S33\"\n"), "study.toml:3:10", "no sample \"S33\"");
  EXPECT_PROBLEM(with_toml("[[sample]]\nid = \"S3\"\nprotocol = \"uc\"\n"), "study.toml:3:12", "no protocol \"uc\"");
  EXPECT_PROBLEM(with_toml("[[reported]]\nquantity = \"vesicle.diameter.maen\"\nvalue = 1\nsource = \"x\"\n"),
                 "study.toml:2:12", "Did you mean \"vesicle.diameter.mean\"?");
  EXPECT_PROBLEM(with_toml("[[scenario]]\nid = \"a\"\nmodel = \"spinn\"\n"), "study.toml:3:9", "\"spin\"");
  EXPECT_PROBLEM(with_toml("[[input]]\npath = \"c.csv\"\nassay = \"ntta\"\n"), "study.toml:3:9", "\"nta\"");
  EXPECT_PROBLEM(with_toml("[[layout]]\nid = \"p\"\npositions = { A1 = \"S7\" }\n"), "study.toml:3:20", "\"S7\"");
}

TEST(StudyProblems, UnknownConditionIsNamedOnceForAllRows) {
  const LoadedStudy loaded =
      load_text("[[condition]]\nid = \"SA\"\n",
                "path,assay,sample,condition\na.csv,nta,S1,SA\nb.csv,nta,S2,SSA\nc.csv,nta,S3,SSA\n");
  EXPECT_PROBLEM(loaded, "samples.csv:3:4", "no condition \"SSA\". The same in line 4. Did you mean \"SA\"?");
  EXPECT_EQ(loaded.problems.size(), 1u) << text_of(loaded.problems);
}

TEST(Problems, PlacesOfOneLineAreToldByTheirColumns) {
  Problems problems;
  for (const int column : {4, 6, 8}) problems.add("S3", "There is no S3.", {"map.csv", 3, column, ""}, "");
  ASSERT_EQ(problems.errors().size(), 1u);
  EXPECT_EQ(problems.errors()[0].message(), "There is no S3. The same in 3:6, 3:8.");
}

TEST(StudyProblems, DuplicateIds) {
  const LoadedStudy loaded = with_toml("[[sample]]\nid = \"D\"\n[[sample]]\nid = \"D\"\n");
  EXPECT_PROBLEM(loaded, "study.toml:3:1", "declared twice, first at study.toml:1:1");
}

TEST(StudyProblems, CycleInTheTree) {
  const LoadedStudy loaded =
      with_toml("[[sample]]\nid = \"A\"\nparent = \"B\"\n[[sample]]\nid = \"B\"\nparent = \"A\"\n");
  EXPECT_PROBLEM(loaded, "study.toml:1:1", "A → B → A");
  EXPECT_EQ(loaded.study.condition_of("A"), "") << "walks end even so";
  EXPECT_PROBLEM(with_toml("[[sample]]\nid = \"A\"\nparent = \"A\"\n"), "study.toml:1:1", "A → A");
}

TEST(StudyProblems, ConflictingUnits) {
  const std::string toml =
      "[[given]]\nto = \"S2\"\npreparation = \"S1\"\namount = 1e9\nunit = \"{particles}\"\n"
      "[[given]]\nto = \"S2\"\npreparation = \"S1\"\namount = 10\nunit = \"ug\"\n";
  EXPECT_PROBLEM(with_toml(toml), "study.toml:10:8", "Conflicting units");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,temperature_c (K)\na.csv,nta,S1,298\n"), "samples.csv:1:4",
                 "Conflicting units: \"temperature_c (K)\" says \"K\"");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,time (month)\na.csv,nta,S1,2\n"), "samples.csv:1:4", "no unit of time");
}

TEST(StudyProblems, GivenWithoutUnitOrOfNoPreparation) {
  EXPECT_PROBLEM(with_toml("[[given]]\nto = \"S2\"\npreparation = \"S1\"\namount = 5\n"), "study.toml:4:10", "no unit");
  EXPECT_PROBLEM(with_toml("[[given]]\nto = \"S1\"\npreparation = \"S2\"\n"), "study.toml:3:15",
                 "not of the kind \"preparation\"");
  EXPECT_PROBLEM(with_toml("[[given]]\nto = \"S2\"\npreparation = \"S1\"\namount = 5\nunit = \"blobs\"\n"),
                 "study.toml:5:8", "no unit");
}

TEST(StudyProblems, FactsThatContradictBetweenSheetAndToml) {
  const LoadedStudy sample = with_toml("[[sample]]\nid = \"S1\"\nkind = \"animal\"\n");
  EXPECT_PROBLEM(sample, "samples.csv:2:5",
                 "Sample \"S1\" has \"kind\" \"preparation\" here and \"animal\" at study.toml:3:8");
  const LoadedStudy input = with_toml("[[input]]\npath = \"./a.csv\"\nassay = \"nta\"\nsample = \"S2\"\n");
  EXPECT_PROBLEM(input, "samples.csv:2:3", "\"sample\" is \"S1\" here and \"S2\" at study.toml:4:10");
}

TEST(StudyProblems, OneSampleInTwoGroups) {
  const LoadedStudy loaded = with_sheet("path,assay,sample,condition\na.csv,nta,D1,SA\nb.csv,nta,D1,PBS\n");
  EXPECT_PROBLEM(loaded, "samples.csv:3:4", "\"PBS\" here and \"SA\" at samples.csv:2:4");
  EXPECT_PROBLEM(loaded, "samples.csv:3:4", "\"parent\" or \"block\"");
  EXPECT_EQ(loaded.problems.size(), 1u) << text_of(loaded.problems);
}

TEST(StudyProblems, DilutionTwice) {
  constexpr std::string_view sheet = "path,assay,sample,dilution\na.csv,nta,S1,100\n";
  EXPECT_PROBLEM(load_text("[settings.nta]\ndilution = 1000\n", sheet), "samples.csv:2:4",
                 "The dilution is given twice: 100 here and 1000 at study.toml:2:12");
  EXPECT_PROBLEM(load_text("[[input]]\npath = \"a.csv\"\nassay = \"nta\"\nsettings = { dilution = 1000 }\n", sheet),
                 "samples.csv:2:4", "The dilution is given twice");
  EXPECT_TRUE(load_text("[settings.nta]\ndilution = 100\n", sheet).ok()) << "the same number twice is no contradiction";
}

TEST(StudyProblems, DilutionThatIsNoNumber) {
  EXPECT_PROBLEM(with_sheet("path,assay,sample,dilution\na.csv,nta,S1,1:1000\n"), "samples.csv:2:4",
                 "1000 for 1 in 1000");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,dilution\na.csv,nta,S1,\"1,000\"\n"), "samples.csv:2:4",
                 "can be read in two ways. Write 1000 or 1.000.");
}

TEST(StudyProblems, TwoColumnsForOneThing) {
  EXPECT_PROBLEM(with_sheet("path,assay,sample,dilution,稀释倍数\na.csv,nta,S1,10,100\n"), "samples.csv:1:5",
                 "\"dilution\" and \"稀释倍数\" both mean \"dilution\"");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,time_h,day\na.csv,nta,S1,24,1\n"), "samples.csv:1:5", "both mean");
}

TEST(StudyProblems, MissingFilesTogether) {
  const LoadedStudy loaded = with_sheet("path,assay,sample\nA.csv,nta,S1\nb.csv,nta,S2\nraw\\d.csv,nta,S3\n");
  EXPECT_WARNING(loaded, "samples.csv:2:1", "2 of 3 files are not there: A.csv (line 2), raw\\d.csv (line 4).");
  EXPECT_WARNING(loaded, "samples.csv:2:1", "Did you mean \"a.csv\"?");
  EXPECT_TRUE(loaded.ok()) << "a missing file fails alone, at the run";
  EXPECT_WARNING(with_sheet("path,assay,sample\nraw\\d.csv,nta,S3\n"), "samples.csv:2:1",
                 "Did you mean \"raw/d.csv\"?");
  EXPECT_WARNING(with_sheet("path,assay,sample\nd.csv,nta,S3\n"), "samples.csv:2:1", "Did you mean \"raw/d.csv\"?");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\nraw,nta,S3\n"), "samples.csv:2:1", "is a folder");
}

TEST(StudyProblems, PathsThatLeaveTheStudy) {
  const LoadedStudy loaded = with_sheet("path,assay,sample\n../x/a.csv,nta,S1\n/etc/passwd,nta,S2\n");
  EXPECT_PROBLEM(loaded, "samples.csv:2:1", "\"../x/a.csv\" leads out of the study's folder. The same in line 3.");
  EXPECT_PROBLEM(loaded, "samples.csv:2:1", "raw_folders = [\"../x\"]");
}

TEST(StudyProblems, NamesThatLookAlike) {
  const LoadedStudy loaded =
      with_sheet("path,assay,sample,condition\na.csv,nta,S1,SA+Exos\nb.csv,nta,S2,SA+exos\nc.csv,nta,Ｓ１,SA＋Exos\n");
  EXPECT_PROBLEM(loaded, "samples.csv:3:4", "\"SA+exos\" and \"SA+Exos\" look alike; the other is at samples.csv:2:4");
  EXPECT_PROBLEM(loaded, "samples.csv:4:4", "\"SA＋Exos\" and \"SA+Exos\" look alike");
  EXPECT_PROBLEM(loaded, "samples.csv:4:3", "\"Ｓ１\" and \"S1\" look alike");
  const LoadedStudy dashes = with_sheet("path,assay,sample\na.csv,nta,NC-1\nb.csv,nta,NC_1\nc.csv,nta,NC–1\n");
  EXPECT_WARNING(dashes, "samples.csv:3:3", "differ only in blanks, dashes or underscores");
  EXPECT_PROBLEM(dashes, "samples.csv:4:3", "look alike");
  const LoadedStudy marker =
      with_sheet("path,assay,sample,condition\na.csv,nta,S1,Ctsk-\nb.csv,nta,S2,Ctsk+\nc.csv,nta,S3,Ctsk\n");
  EXPECT_EQ(text_of(marker.problems) + text_of(marker.warnings), "");
}

TEST(StudyProblems, SheetWithoutPathEmptyOrTwice) {
  EXPECT_PROBLEM(with_sheet("foo,bar\n1,2\n"), "samples.csv:1:1", "no column \"path\"");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\n"), "samples.csv:1:1", "titles but no row");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\na.csv,nta,S1\n./a.csv,nta,S2\n"), "samples.csv:3:1",
                 "named twice, first at samples.csv:2:1");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\n,nta,S1\n"), "samples.csv:2:1", "names no file");
  EXPECT_PROBLEM(with_sheet("path,sample\na.csv,S1\n"), "samples.csv:2:1", "names no assay");
}

TEST(StudyProblems, UnknownColumns) {
  EXPECT_PROBLEM(with_sheet("path,assay,sample,dilutoin\na.csv,nta,S1,10\n"), "samples.csv:1:4",
                 "Did you mean \"dilution\"? For a note of your own write \"attribute:dilutoin\"");
  const LoadedStudy kept = with_sheet("path,assay,sample,性别\na.csv,nta,S1,雄\n");
  EXPECT_EQ(text_of(kept.problems), "");
  EXPECT_WARNING(kept, "samples.csv:1:4", "is kept as a note");
  EXPECT_EQ(kept.study.find_sample("S1")->attributes.at("性别"), "雄");
  EXPECT_WARNING(with_sheet("path,assay,sample,\na.csv,nta,S1,7\n"), "samples.csv:2:4", "no title");
  EXPECT_WARNING(with_sheet("path,assay,sample,时间\na.csv,nta,S1,7\n"), "samples.csv:1:4", "taken as hours");
}

TEST(StudyProblems, CellsThatCannotBeRead) {
  EXPECT_PROBLEM(with_sheet("path,assay,sample,time_h\na.csv,nta,S1,soon\n"), "samples.csv:2:4",
                 "\"soon\" under \"time_h\"");
  EXPECT_PROBLEM(with_sheet("path,assay,factor:gel\na.csv,nta,SA\n"), "samples.csv:2:3", "names no sample");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\na.csv,nta,\"S\n1\"\n"), "samples.csv:2:3", "line break");
  EXPECT_PROBLEM(with_sheet("path,assay,sample\na.csv,nta,\"S1\n"), "samples.csv:2:3", "never closed");
}

TEST(StudyProblems, RolesSettingsAndControls) {
  EXPECT_PROBLEM(with_sheet("path,assay,role\na.csv,nta,blnk\n"), "samples.csv:2:3", "Did you mean \"blank\"?");
  EXPECT_PROBLEM(with_sheet("path,assay,role\na.csv,table,blank\n"), "samples.csv:2:3", "knows no controls");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,rule\na.csv,nta,S1,exactt\n"), "samples.csv:2:4", "\"exact\"");
  EXPECT_PROBLEM(with_sheet("path,assay,sample,dilution\na.csv,table,S1,10\n"), "samples.csv:2:4",
                 "Assay table has no setting \"dilution\"");
  EXPECT_WARNING(with_sheet("path,assay,sample,controls\na.csv,nta,S1,day1\n"), "samples.csv:2:4", "holds no control");
  EXPECT_WARNING(with_sheet("path,assay\na.csv,nta\n"), "samples.csv:2:1", "names no sample");
  EXPECT_TRUE(with_sheet("path,assay\na.csv,table\n").warnings.empty());
}

TEST(StudyProblems, Templates) {
  const auto input = [](const std::string& path) {
    return with_toml("[[input]]\npath = \"" + path + "\"\nassay = \"nta\"\nreplicate = 1\n");
  };
  EXPECT_PROBLEM(input("raw/{smaple}.csv"), "study.toml:2:8", "Did you mean \"sample\"?");
  EXPECT_PROBLEM(input("raw/{sample.csv"), "study.toml:2:8", "opens a brace");
  EXPECT_PROBLEM(input("none/{sample}.csv"), "study.toml:2:8", "No file matches");
  EXPECT_PROBLEM(input("raw/{replicate}.csv"), "study.toml:4:13", "captured by the path and stated beside it");
  EXPECT_PROBLEM(input("raw/{sample}{part}.csv"), "study.toml:2:8", "touch");
  const LoadedStudy split =
      load_text("[[input]]\npath = \"{sample}_{replicate}.csv\"\nassay = \"nta\"\n", "", {"SA_x_1.csv"});
  EXPECT_WARNING(split, "study.toml:2:8", "sample = \"SA_x\", replicate = \"1\"");
}

TEST(StudyProblems, Comparisons) {
  const auto comparison = [](const std::string& rest) {
    return with_toml("[[comparison]]\nquantities = [\"vesicle.diameter.*\"]\n" + rest);
  };
  EXPECT_TRUE(comparison("unit = \"animal\"\n").ok());
  EXPECT_PROBLEM(comparison(""), "study.toml:1:1", "lacks \"unit\"");
  EXPECT_PROBLEM(comparison("unit = \"animals\"\n"), "study.toml:3:8", "Did you mean \"animal\"?");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\nfactor = \"gel\"\n"), "study.toml:4:10", "no factor \"gel\"");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\ngroups = [\"SA\", \"SA+Exo\"]\n"), "study.toml:4:17",
                 "Did you mean \"SA+Exos\"?");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\ncontrol = \"PBS\"\n"), "study.toml:4:11", "no condition \"PBS\"");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\ntime = \"later\"\n"), "study.toml:4:8", "is no time");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\nmethod = \"ttest\"\n"), "study.toml:4:10", "cannot be");
  EXPECT_PROBLEM(comparison("unit = \"animal\"\npairs = [[\"SA\"]]\n"), "study.toml:4:10", "a pair such as");
  EXPECT_PROBLEM(with_toml("[[comparison]]\nquantities = [\"vesicle.diametr.*\"]\nunit = \"animal\"\n"),
                 "study.toml:2:15", "no quantity");
}

TEST(StudyProblems, ScenariosExclusionsReported) {
  EXPECT_PROBLEM(with_toml("[[scenario]]\nid = \"s\"\nmodel = \"spin\"\nsettings = { density = 1.2 }\n"),
                 "study.toml:4:24", "density_g_ml");
  EXPECT_PROBLEM(with_toml("[[exclude]]\nmatch = { smple = \"S1\" }\nreason = \"x\"\n"), "study.toml:2:19",
                 "\"sample\"");
  EXPECT_PROBLEM(with_toml("[[exclude]]\nmatch = { sample = \"S8\" }\nreason = \"x\"\n"), "study.toml:2:20", "\"S8\"");
  EXPECT_PROBLEM(with_toml("[[exclude]]\nmatch = { sample = \"S1\" }\n"), "study.toml:1:1", "lacks \"reason\"");
  EXPECT_PROBLEM(with_toml("[[reported]]\nquantity = \"vesicle.diameter.mean\"\nvalue = -5\nsource = \"x\"\n"),
                 "study.toml:3:9", "cannot be -5");
  EXPECT_PROBLEM(with_toml("[[reported]]\nquantity = \"vesicle.diameter.mean\"\nvalue = 5\n"), "study.toml:1:1",
                 "lacks \"source\"");
  EXPECT_PROBLEM(with_toml("[[reported]]\nquantity = \"vesicle.diameter.mean\"\nevidence = \"x\"\nnaive = [3, 2]\n"),
                 "study.toml:4:9", "no interval");
  EXPECT_PROBLEM(with_toml("[[protocol]]\nid = \"uc\"\nsteps = 3\n"), "study.toml:3:9", "a list of tables");
}

TEST(StudyProblems, NothingToDo) {
  EXPECT_PROBLEM(load_text("[study]\ntitle = \"x\"\n", ""), "study.toml", "no input and no scenario");
}

TEST(StudyProblems, AllAtOnceInOrder) {
  const LoadedStudy loaded = load_text("[study]\ntitel = 1\n[report]\nstars = \"many\"\n",
                                       "path,assay,sample,dilution\nx.csv,nta,S1,0\na.csv,ntq,S1,10\n");
  ASSERT_EQ(loaded.problems.size(), 4u) << text_of(loaded.problems);
  EXPECT_EQ(loaded.warnings.size(), 1u) << "the file that is not there";
  EXPECT_EQ(loaded.problems[0].where().line, 2);
  EXPECT_EQ(loaded.problems[1].where().line, 4);
  EXPECT_EQ(loaded.problems[2].where().file, "samples.csv");
  EXPECT_LE(loaded.problems[2].where().line, loaded.problems[3].where().line);
}

TEST(StudyProblems, AThousandProblemsAreCut) {
  std::string sheet = "path,assay,sample,time_h\n";
  for (int i = 0; i < 1000; ++i) sheet += "a.csv,nta,S1,soon" + std::to_string(i) + "\n";
  const LoadedStudy loaded = with_sheet(sheet);
  ASSERT_EQ(loaded.problems.size(), 201u);
  EXPECT_NE(std::string(loaded.problems.back().what()).find("more are not shown"), std::string::npos);
}

}  // namespace
}  // namespace vesica
