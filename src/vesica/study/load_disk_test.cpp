// SPDX-License-Identifier: Apache-2.0
// Loading from folders: what is found, what is refused, how long it takes, and sheets that mean harm.
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "vesica/base/os/files.h"
#include "vesica/base/os/system.h"
#include "vesica/io/xlsx.h"
#include "vesica/study/study_fixture.h"
#include "vesica/study/write.h"

namespace vesica {
namespace {

namespace fs = std::filesystem;
using testing::has;
using testing::known_names;
using testing::load_text;
using testing::text_of;

/// A folder of its own for each test, gone afterwards.
class StudyFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() / (std::string("vesica-study-") + test->name() + new_uuid());
    fs::remove_all(root_);
    folder_ = root_ / "study";
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, std::string_view text) {
    const fs::path path = folder_ / path_from(name);
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  LoadedStudy load(const LoadOptions& options = {}) { return load_study(folder_, known_names(), options); }
  bool says(const LoadedStudy& loaded, std::string_view words) {
    return text_of(loaded.problems).find(words) != std::string::npos;
  }

  fs::path root_, folder_;
};

TEST_F(StudyFolder, EmptyFolderSaysWhatToDo) {
  const LoadedStudy loaded = load();
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].kind(), ErrorKind::kNoInput);
  EXPECT_TRUE(says(loaded, "vesica new STUDY --from FOLDER")) << text_of(loaded.problems);
  const LoadedStudy nowhere = load_study(folder_ / "nowhere", known_names());
  ASSERT_EQ(nowhere.problems.size(), 1u);
  EXPECT_EQ(nowhere.problems[0].kind(), ErrorKind::kNoInput);
}

TEST_F(StudyFolder, FolderSheetOrTomlAreTheSameStudy) {
  write("samples.csv", "path,assay,sample\nraw/一 号.csv,nta,S1\n");
  write("raw/一 号.csv", "x");
  const LoadedStudy by_folder = load();
  EXPECT_EQ(text_of(by_folder.problems), "");
  EXPECT_EQ(by_folder.study.id, "study");
  EXPECT_EQ(by_folder.study.file, "");
  EXPECT_EQ(by_folder.study.sheet, "samples.csv");
  EXPECT_EQ(by_folder.study.folder, path_text(folder_));
  const LoadedStudy by_sheet = load_study(folder_ / "samples.csv", known_names());
  EXPECT_EQ(text_of(by_sheet.problems), "");
  EXPECT_EQ(by_sheet.study.inputs.size(), 1u);
  write("study.toml", "[study]\ntitle = \"T\"\n");
  const LoadedStudy by_toml = load_study(folder_ / "study.toml", known_names());
  EXPECT_EQ(text_of(by_toml.problems), "");
  EXPECT_EQ(by_toml.study.title, "T");
  EXPECT_EQ(by_toml.study.inputs.size(), 1u);
  EXPECT_EQ(load_study(folder_ / "samples.csv", known_names()).study.title, "T");
  EXPECT_EQ(load_study(fs::path(folder_.string() + "/"), known_names()).study.id, "study");
}

TEST_F(StudyFolder, PlacesAreWrittenAsTheUserWroteThePath) {
  write("samples.csv", "path,assay,sample\nx.csv,nta,S1\n");
  write("study.toml", "[study]\ntitel = \"T\"\n");
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  for (const char* typed : {"study", "./study/", "study/study.toml", "study/samples.csv"}) {
    const LoadedStudy loaded = load_study(typed, known_names());
    const std::string said = text_of(loaded.problems) + text_of(loaded.warnings);
    EXPECT_NE(said.find("study/samples.csv:2:1:"), std::string::npos) << typed << "\n" << said;
  }
  fs::current_path(folder_);
  EXPECT_TRUE(text_of(load_study(".", known_names()).problems).starts_with("study.toml:2:9"));
  fs::current_path(before);
}

TEST_F(StudyFolder, TwoSheetsAreAProblemUntilOneIsNamed) {
  write("samples.csv", "path,assay,sample\na.csv,nta,S1\n");
  write("samples.tsv", "path\tassay\tsample\na.csv\tnta\tS2\n");
  write("a.csv", "x");
  EXPECT_TRUE(says(load(), "There are two sheets"));
  write("study.toml", "[study]\nsheet = \"samples.tsv\"\n");
  const LoadedStudy loaded = load();
  EXPECT_EQ(text_of(loaded.problems), "");
  EXPECT_EQ(loaded.study.inputs[0].sample, "S2");
  write("study.toml", "[study]\nsheet = \"sample.tsv\"\n");
  EXPECT_TRUE(says(load(), "study.toml:2:9 (study.sheet): The sheet \"sample.tsv\" is not there."))
      << text_of(load().problems);
  write("study.toml", "[study]\nsheet = \"../samples.tsv\"\n");
  EXPECT_TRUE(says(load(), "leads out of the study's folder"));
}

TEST_F(StudyFolder, WorkbookWithNotesIsRead) {
  const LoadedStudy source = load_text("", "path,assay,sample,condition,dilution,time_h\na.csv,nta,S1,对照,1000,24\n");
  write("samples.xlsx", xlsx_bytes(sheet_document(source.study, known_names())));
  write("a.csv", "x");
  const LoadedStudy loaded = load();
  EXPECT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 1u);
  EXPECT_EQ(loaded.study.inputs[0].settings.at("dilution"), "1000");
  EXPECT_EQ(loaded.study.inputs[0].time_h, 24);
  EXPECT_EQ(loaded.study.condition_of("S1"), "对照");
}

TEST_F(StudyFolder, ProblemsOfAWorkbookNameTheCell) {
  const LoadedStudy source = load_text("", "path,assay,sample,condition\na.csv,nta,S1,SA\nb.csv,nta,S2,SA\n");
  XlsxDocument document = sheet_document(source.study, known_names());
  document.sheets[0].sheet.rows[2][3].text = "sa";
  write("samples.xlsx", xlsx_bytes(document));
  write("a.csv", "x");
  write("b.csv", "x");
  EXPECT_TRUE(says(load(), "samples.xlsx (samples!D3): The conditions \"sa\" and \"SA\" look alike"))
      << text_of(load().problems);
}

TEST_F(StudyFolder, DatesInAWorkbookAreDoubted) {
  XlsxDocument document;
  document.sheets.push_back({});
  document.sheets[0].sheet.name = "samples";
  for (const auto& row : {std::vector<std::string>{"path", "assay", "sample"}, {"a.csv", "nta", "2026-01-02"}}) {
    auto& cells = document.sheets[0].sheet.rows.emplace_back();
    for (const std::string& text : row) cells.push_back({text, 0, false});
  }
  write("samples.xlsx", xlsx_bytes(document));
  write("a.csv", "x");
  EXPECT_NE(text_of(load().warnings).find("Excel turns names such as 1-2 into dates"), std::string::npos);
}

TEST_F(StudyFolder, NothingOutsideIsReadUnlessNamed) {
  fs::create_directories(root_ / "raw data");
  std::ofstream(root_ / "raw data" / "a.csv") << "x";
  std::ofstream(root_ / "secret.txt") << "x";
  write("in.csv", "x");
  fs::create_symlink(root_ / "secret.txt", folder_ / "link.csv");
  fs::create_directory_symlink(root_, folder_ / "up");
  write("samples.csv",
        "path,assay,sample\n../raw data/a.csv,nta,S1\nlink.csv,nta,S2\nup/secret.txt,nta,S3\nin.csv,nta,S4\n" +
            path_text(root_ / "secret.txt") + ",nta,S5\nx/../in.csv,nta,S6\n");
  const LoadedStudy refused = load();
  EXPECT_TRUE(says(refused, "leads out of the study's folder. The same in line 3, 4, 6.")) << text_of(refused.problems);
  write("samples.csv", "path,assay,sample\n../raw data/a.csv,nta,S1\n");
  write("study.toml", "[study]\nraw_folders = [\"../raw data\"]\n");
  const LoadedStudy allowed = load();
  EXPECT_EQ(text_of(allowed.problems), "");
  EXPECT_NE(text_of(allowed.warnings).find("reads files outside its own folder, from \"../raw data\""),
            std::string::npos);
  LoadOptions strange;
  strange.allow_raw_folders = false;
  EXPECT_TRUE(says(load(strange), "may not read outside its own folder"));
  write("study.toml", "[study]\nraw_folders = [\"../rawdata\"]\n");
  EXPECT_TRUE(says(load(), "The folder \"../rawdata\" is not there"));
}

TEST_F(StudyFolder, TemplatesSeeRawFoldersButNoResults) {
  fs::create_directories(root_ / "raw");
  std::ofstream(root_ / "raw" / "S1.csv") << "x";
  write("results/S2.csv", "x");
  write("S3.csv", "x");
  write("study.toml", "[study]\nraw_folders = [\"../raw\"]\n[[input]]\npath = \"**{sample}.csv\"\nassay = \"nta\"\n");
  const LoadedStudy loaded = load();
  EXPECT_EQ(text_of(loaded.problems), "");
  std::vector<std::string> paths;
  for (const Input& input : loaded.study.inputs) paths.push_back(input.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"S3.csv", "../raw/S1.csv"}));
}

TEST_F(StudyFolder, BrokenSheetsAreOneProblemAndTheRestGoesOn) {
  write("study.toml", "[study]\ntitel = \"x\"\n");
  write("samples.xlsx", "PK\x03\x04 not a workbook");
  const LoadedStudy loaded = load();
  EXPECT_TRUE(says(loaded, "study.toml:2:9")) << text_of(loaded.problems);
  EXPECT_TRUE(says(loaded, "samples.xlsx")) << text_of(loaded.problems);
  fs::remove(folder_ / "samples.xlsx");
  write("samples.csv", std::string("path,assay\0\x01\x02", 13));
  EXPECT_TRUE(says(load(), "samples.csv"));
  write("samples.csv", "");
  EXPECT_TRUE(says(load(), "no column \"path\""));
  fs::remove(folder_ / "samples.csv");
  fs::create_directory(folder_ / "samples.csv");
  EXPECT_TRUE(says(load(), "samples.csv"));
}

TEST_F(StudyFolder, Gb18030SheetWithDecimalCommas) {
  // 文件;样品;检测;时间(h)  a.csv;一号;nta;1,5   in GB18030, as Chinese Excel writes CSV
  write("samples.csv",
        "\xCE\xC4\xBC\xFE;\xD1\xF9\xC6\xB7;\xBC\xEC\xB2\xE2;\xCA\xB1\xBC\xE4(h)\na.csv;\xD2\xBB\xBA\xC5;nta;1,5\n");
  write("a.csv", "x");
  const LoadedStudy loaded = load();
  EXPECT_EQ(text_of(loaded.problems), "");
  ASSERT_EQ(loaded.study.inputs.size(), 1u);
  EXPECT_EQ(loaded.study.inputs[0].sample, "一号");
  EXPECT_EQ(loaded.study.inputs[0].time_h, 1.5);
}

/// Seconds of this process's own work; sanitizers make it ten times slower.
double seconds_since(std::clock_t begin) {
#ifdef __SANITIZE_ADDRESS__
  constexpr double kSlower = 10;
#else
  constexpr double kSlower = 1;
#endif
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kSlower;
}

std::string big_sheet(int rows) {
  std::string out = "path,assay,sample,condition,replicate,dilution,kind,parent,factor:dose,attribute:sex\n";
  for (int i = 0; i < rows; ++i)
    out += "raw/" + std::to_string(i) + ".csv,nta,S" + std::to_string(i / 3) + ",G" + std::to_string(i / 3 % 4) + "," +
           std::to_string(i % 3) + ",1000,preparation,," + std::to_string(i / 3 % 4) + ",f\n";
  return out;
}

TEST(LoadSpeed, TwentyThousandRowsInUnderASecond) {
  class Everything final : public StudyFiles {
   public:
    FileState state(const std::string&) override { return FileState::kPresent; }
    const std::vector<std::string>& list() override { return none_; }

   private:
    std::vector<std::string> none_;
  } files;
  const std::string sheet = big_sheet(20'000);
  const std::clock_t begin = std::clock();
  const LoadedStudy loaded = load_study_text("", sheet, "samples.csv", known_names(), files);
  const double seconds = seconds_since(begin);
  EXPECT_EQ(text_of(loaded.problems), "");
  EXPECT_EQ(loaded.study.inputs.size(), 20'000u);
  EXPECT_EQ(loaded.study.samples.size(), 6'667u);
  EXPECT_LT(seconds, 1.0);
}

TEST(LoadSpeed, HostileSheetsEndSoon) {
  const std::clock_t begin = std::clock();
  std::string wide = "path,assay";
  for (int i = 0; i < 15'000; ++i) wide += ",column" + std::to_string(i);
  EXPECT_FALSE(load_text("", wide + "\na.csv,nta\n").ok());
  std::string chain;
  for (int i = 0; i < 5'000; ++i)
    chain += "[[sample]]\nid = \"s" + std::to_string(i) + "\"\nparent = \"s" + std::to_string((i + 1) % 5'000) + "\"\n";
  EXPECT_FALSE(load_text(chain, "").ok());
  std::string slips = "[[condition]]\nid = \"control\"\n";
  std::string sheet = "path,assay,sample,condition\n";
  for (int i = 0; i < 5'000; ++i) sheet += "a.csv,nta,S" + std::to_string(i) + ",contro" + std::to_string(i) + "\n";
  EXPECT_FALSE(load_text(slips, sheet).ok());
  const double seconds = seconds_since(begin);
  EXPECT_LT(seconds, 3.0);
}

}  // namespace
}  // namespace vesica
