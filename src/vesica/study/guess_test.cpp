// SPDX-License-Identifier: Apache-2.0
// Habits of naming files, and what is guessed from each.
#include "vesica/study/guess.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vesica {
namespace {

PathGuesses guess(const std::vector<std::string>& paths, bool tracking = true) {
  std::vector<NamedFile> files;
  for (const std::string& path : paths) files.push_back({path, tracking});
  return guess_paths(files);
}

/// "condition|sample|replicate|role|hours"
std::string short_form(const PathGuess& guess) {
  return guess.condition + "|" + guess.sample + "|" + guess.replicate + "|" + guess.role + "|" +
         (std::isnan(guess.time_h) ? "" : std::to_string(static_cast<int>(guess.time_h)));
}

std::vector<std::string> guessed(const std::vector<std::string>& paths, bool tracking = true) {
  std::vector<std::string> out;
  for (const PathGuess& file : guess(paths, tracking).files) {
    out.push_back(short_form(file));
    EXPECT_GT(file.confidence, 0) << file.path;
    EXPECT_LE(file.confidence, 1) << file.path;
    EXPECT_FALSE(file.why.empty()) << file.path;
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(GuessPaths, GroupAndNumber) {
  EXPECT_EQ(guessed({"NC-1.csv", "NC-2.csv", "SA+Exos-1.csv", "SA+Exos-2.csv"}),
            (Texts{"NC|NC|1||", "NC|NC|2||", "SA+Exos|SA+Exos|1||", "SA+Exos|SA+Exos|2||"}));
  EXPECT_EQ(guess({"NC-1.csv", "NC-2.csv", "SA+Exos-1.csv"}).path_template, "{condition}-{replicate:digits}.csv");
  EXPECT_LT(guess({"NC-1.csv", "NC-2.csv"}).files[0].confidence, 0.6) << "a bare number could be an animal";
}

TEST(GuessPaths, ControlsThatTheAssayKnows) {
  const std::vector<std::string> roles = {"bead", "cold", "dye_only", "unstained"};
  const PathGuesses known = guess_paths(std::vector<NamedFile>{{"cells_1.tif", false, roles},
                                                               {"cells_2.tif", false, roles},
                                                               {"dye only_1.tif", false, roles},
                                                               {"Dye-only_2.tif", false, roles},
                                                               {"cold_1.tif", false, roles},
                                                               {"beads.tif", false, roles},
                                                               {"未染色_1.tif", false, roles}});
  EXPECT_EQ(known.files[0].role, "");
  EXPECT_EQ(known.files[2].role, "dye_only");
  EXPECT_EQ(known.files[3].role, "dye_only");
  EXPECT_EQ(known.files[3].sample, "");
  EXPECT_EQ(known.files[4].role, "cold");
  EXPECT_EQ(known.files[5].role, "bead");
  EXPECT_EQ(known.files[6].role, "unstained");
  EXPECT_EQ(guess({"cold_1.csv", "cold_2.csv"}).files[0].role, "") << "an assay without such a control";
  const PathGuesses led = guess_paths(std::vector<NamedFile>{{"uptake_dye_only_1.tif", false, roles},
                                                             {"uptake_dye_only_2.tif", false, roles},
                                                             {"uptake_unstained_1.tif", false, roles},
                                                             {"uptake_Exo_1.tif", false, roles},
                                                             {"uptake_Exo_2.tif", false, roles},
                                                             {"EV_beads_1.tif", false, roles}});
  EXPECT_EQ(led.files[0].role, "dye_only");
  EXPECT_EQ(led.files[0].sample, "");
  EXPECT_EQ(led.files[2].role, "unstained");
  EXPECT_EQ(led.files[3].role, "");
  EXPECT_EQ(led.files[5].role, "") << "vesicles caught by beads are no beads for registration";
}

TEST(GuessPaths, PicturesOfEvenLightAndOfNone) {
  const std::vector<std::string> roles = {"dark", "flat", "negative"};
  const PathGuesses known = guess_paths(std::vector<NamedFile>{{"NC_1.tif", false, roles},
                                                               {"Exo_1.tif", false, roles},
                                                               {"flat.tif", false, roles},
                                                               {"flat_DAPI.tif", false, roles},
                                                               {"dark_frame.tif", false, roles}});
  EXPECT_EQ(known.files[0].role, "");
  EXPECT_EQ(known.files[2].role, "flat");
  EXPECT_EQ(known.files[3].role, "flat");
  EXPECT_EQ(known.files[3].sample, "");
  EXPECT_EQ(known.files[4].role, "dark");
  const PathGuesses surfaces = guess_paths(std::vector<NamedFile>{
      {"flat_1.tif", false, roles}, {"flat_2.tif", false, roles}, {"rough_1.tif", false, roles}});
  EXPECT_EQ(surfaces.files[0].role, "") << "a surface on which cells grew";
}

TEST(GuessPaths, DoubleEndingsAreNoWords) {
  EXPECT_EQ(guessed({"NC_1.ome.tif", "NC_2.ome.tif", "Exo_1.ome.tiff", "Exo_2.tif"}, false),
            (Texts{"NC|NC|1||", "NC|NC|2||", "Exo|Exo|1||", "Exo|Exo|2||"}));
  EXPECT_EQ(guess({"NC_1.ome.tif", "NC_2.ome.tif", "Exo_1.ome.tif"}, false).path_template,
            "{condition}_{replicate:digits}.ome.tif");
  EXPECT_EQ(guessed({"rat1.nii.gz", "rat2.nii.gz", "ctrl.nii"}, false)[2], "|ctrl|||");
  const std::vector<std::string> roles = {"dark", "flat"};
  const PathGuesses known = guess_paths(std::vector<NamedFile>{{"对照_1.ome.tif", false, roles},
                                                               {"外泌体_1.tif", false, roles},
                                                               {"dark.ome.tif", false, roles},
                                                               {"flat_DAPI.ome.tif", false, roles}});
  EXPECT_EQ(short_form(known.files[0]), "对照|对照|1||");
  EXPECT_EQ(known.files[2].role, "dark");
  EXPECT_EQ(known.files[3].role, "flat");
}

TEST(GuessPaths, CopiesAndSpaces) {
  EXPECT_EQ(guessed({"NC-1.csv", "NC-1 (2).csv", "NC-2.csv", "SA gel-1.csv", "SA gel-1 (2).csv"}),
            (Texts{"NC|NC-1|1||", "NC|NC-1|2||", "NC|NC-2|1||", "SA gel|SA gel-1|1||", "SA gel|SA gel-1|2||"}));
}

TEST(GuessPaths, ChineseNames) {
  EXPECT_EQ(
      guessed({"对照组/大鼠1_视频1.csv", "对照组/大鼠1_视频2.csv", "外泌体组/大鼠1_视频1.csv", "空白/空白_1.csv"}),
      (Texts{"对照组|对照组-大鼠1|1||", "对照组|对照组-大鼠1|2||", "外泌体组|外泌体组-大鼠1|1||", "||1|blank|"}));
}

TEST(GuessPaths, OrdinalsAndFields) {
  EXPECT_EQ(
      guessed({"对照组_第1批_视野1.ome.tif", "对照组_第1批_视野2.ome.tif", "外泌体组_第二批_视野1.ome.tif"}, false),
      (Texts{"对照组|对照组-第1批|1||", "对照组|对照组-第1批|2||", "外泌体组|外泌体组-第二批|1||"}));
  EXPECT_EQ(guessed({"NC/3号鼠 第1次.tif", "NC/3号鼠 第2次.tif", "SA/4号鼠 第1次.tif"}, false),
            (Texts{"NC|NC-3号鼠|1||", "NC|NC-3号鼠|2||", "SA|SA-4号鼠|1||"}));
  EXPECT_EQ(guessed({"NC_rat1_field 2.tif", "NC_rat1_field 3.tif", "Exo_rat1_overview.tif"}, false)[1],
            "NC|NC-rat1|3||");
}

TEST(GuessPaths, NegativeControlsOfStains) {
  const std::vector<std::string> roles = {"dark", "flat", "negative"};
  const PathGuesses known = guess_paths(std::vector<NamedFile>{{"对照组_第1批.tif", false, roles},
                                                               {"阴性对照_未加EdU.tif", false, roles},
                                                               {"no primary_1.tif", false, roles},
                                                               {"阴性对照_第1批.tif", false, roles}});
  EXPECT_EQ(known.files[0].role, "");
  EXPECT_EQ(known.files[1].role, "negative");
  EXPECT_EQ(known.files[2].role, "negative");
  EXPECT_EQ(known.files[3].role, "") << "as of an siRNA: a group";
}

TEST(GuessPaths, FoldersTimesAndWords) {
  EXPECT_EQ(guessed({"SA/day 7/rat1.csv", "SA/day 14/rat1.csv", "PBS/day 7/rat2.csv"}),
            (Texts{"SA|SA-rat1|||168", "SA|SA-rat1|||336", "PBS|PBS-rat2|||168"}));
  EXPECT_EQ(guessed({"24h_SA_rep1.csv", "48h_SA_rep1.csv", "24h_NC_rep1.csv"}),
            (Texts{"SA|SA|1||24", "SA|SA|1||48", "NC|NC|1||24"}));
}

TEST(GuessPaths, NanoSightStampsAreNoNumbers) {
  EXPECT_EQ(
      guessed({"EXO 1 2024-05-03 10-11-12-ExperimentSummary.csv", "EXO 2 2024-05-03 10-31-12-ExperimentSummary.csv",
               "PBS 2024-05-03 09-00-00-ExperimentSummary.csv"}),
      (Texts{"EXO|EXO|1||", "EXO|EXO|2||", "|||blank|"}));
}

TEST(GuessPaths, ZetaViewSerials) {
  EXPECT_EQ(guessed({"20230502_0001_exoA_size_488.txt", "20230502_0002_exoA_size_488.txt",
                     "20230502_0003_exoB_size_488.txt"}),
            (Texts{"exoA|exoA|0001||", "exoA|exoA|0002||", "exoB|exoB|0003||"}));
}

TEST(GuessPaths, NumberedWordsAndNames) {
  EXPECT_EQ(guessed({"NC1.csv", "NC2.csv", "SA1.csv"}), (Texts{"NC|NC|1||", "NC|NC|2||", "SA|SA|1||"}));
  EXPECT_EQ(guessed({"CD63_1.csv", "CD63_2.csv", "CD81_1.csv"}),
            (Texts{"CD63|CD63|1||", "CD63|CD63|2||", "CD81|CD81|1||"}));
  EXPECT_EQ(guessed({"D1.csv", "D2.csv", "D3.csv"}), (Texts{"|1|||", "|2|||", "|3|||"}));
  EXPECT_EQ(guessed({"张三.csv", "李四.csv"}), (Texts{"|张三|||", "|李四|||"}));
}

TEST(GuessPaths, PbsIsABlankOnlyAmongTrackingFilesAndAlone) {
  EXPECT_EQ(guessed({"PBS_1.csv", "EXO_1.csv"}, true)[0], "||1|blank|");
  EXPECT_EQ(guessed({"PBS_1.csv", "EXO_1.csv"}, false)[0], "PBS|PBS|1||");
  EXPECT_EQ(guessed({"PBS_rat1.csv", "EXO_rat1.csv"}, true)[0], "PBS|PBS-rat1|||");
  EXPECT_EQ(guessed({"阴性对照_1.csv", "EXO_1.csv"}, true)[0], "阴性对照|阴性对照|1||");
}

TEST(GuessPaths, DecimalCommasAndOddCharacters) {
  EXPECT_EQ(guessed({"dose 0,5_1.csv", "dose 0,5_2.csv", "dose 1_1.csv"}).size(), 3u);
  EXPECT_EQ(guessed({"", "/", ".csv", "{a}.csv", "a/b/c", "((1)).csv"}).size(), 6u);
  EXPECT_TRUE(guess({}).files.empty());
}

TEST(GuessPaths, FiveHabits) {
  EXPECT_EQ(guessed({"NTA results 2024/Control donor 1 2024-03-01 11-33-44-ExperimentSummary.csv",
                     "NTA results 2024/Control donor 2 2024-03-02 11-33-44-ExperimentSummary.csv",
                     "NTA results 2024/Hypoxia donor 1 2024-03-01 11-33-44-ExperimentSummary.csv"}),
            (Texts{"Control|Control-donor 1|||", "Control|Control-donor 2|||", "Hypoxia|Hypoxia-donor 1|||"}));
  EXPECT_EQ(guessed({"NC-1.csv", "NC-1 (2).csv", "NC-1 (3).csv", "Exo-1.csv", "Exo-1 (2).csv"}),
            (Texts{"NC|NC-1|1||", "NC|NC-1|2||", "NC|NC-1|3||", "Exo|Exo-1|1||", "Exo|Exo-1|2||"}));
  EXPECT_EQ(guessed({"对照组/样品1 外泌体.csv", "对照组/样品2 外泌体.csv", "缺氧组/样品1 外泌体.csv"}),
            (Texts{"对照组|对照组-样品1|||", "对照组|对照组-样品2|||", "缺氧组|缺氧组-样品1|||"}));
  EXPECT_EQ(guessed({"exo1-ExperimentSummary.csv", "exo2-ExperimentSummary.csv", "table.csv"}),
            (Texts{"exo|exo|1||", "exo|exo|2||", "|table|||"}));
  EXPECT_EQ(guessed({"Probe1-ExperimentSummary.csv", "Probe2-ExperimentSummary.csv", "Probe1_size_488.txt",
                     "Probe2_size_488.txt", "Gewicht.csv"}),
            (Texts{"Probe|Probe|1||", "Probe|Probe|2||", "Probe|Probe|1||", "Probe|Probe|2||", "|Gewicht|||"}));
}

TEST(GuessPaths, OneFile) { EXPECT_EQ(guessed({"beads.csv"}), (Texts{"|beads|||"})); }

}  // namespace
}  // namespace vesica
