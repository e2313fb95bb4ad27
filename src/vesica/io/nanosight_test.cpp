// SPDX-License-Identifier: Apache-2.0
// NanoSight exports of every habit, and everything that can be wrong with them.
#include "vesica/io/nanosight.h"

#include <cmath>

#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

/// Two videos, five bins, percentiles; the smallest whole summary.
std::string summary() {
  std::string out =
      "NTA Experiment Summary File,\r\nCreated with NTA 3.4 Build 3.4.003,\r\n,\r\n[Experiment Details],,\r\n"
      "Software Version,NTA 3.4 Build 3.4.003,\r\nExperiment Name,demo.nano,\r\nSample Description,exosomes,\r\n"
      "Remarks,\"one, two \"\"three\"\"\",\r\n,,\r\nFilename:,demo_00,demo_01,\r\nProcessed,Yes,Yes,\r\n\r\n"
      "[Conditions],,,\r\nTemperature/C,22.000,23.000,\r\nViscosity/cP,0.952941,0.930755,\r\n"
      "Shutter/ms,22.25,22.25,\r\nFrame rate/fps,24.9825,24.9825,\r\n\r\n[Settings],,,\r\nDetection "
      "Threshold,5,5,\r\n\r\n"
      "[Results],,,Average,Standard Error,\r\n"
      "Dilution factor (concentrations adjusted for this factor),1.00e+003,1.00e+003,,,\r\n"
      "Concentration (Particles / ml),1.00e+03,2.00e+03,1.50e+03,5.00e+02,\r\nParticles per "
      "frame,50.0,60.0,55.0,5.0,\r\n"
      "Completed tracks,900,800,,,\r\nX-Drift (pix/frame),-3.0,-3.1,,,\r\nY-Drift (pix/frame),4.0,0.2,,,\r\n\r\n"
      "[Concentration Warnings]\r\nValidity of concentration measurement,OK,Unreliable,\r\n"
      "Particles per frame,OK,Too Low,\r\nNoise level,No,Noise detected,\r\n\r\n[Information]\r\n"
      "Completed Tracks,OK,<200,\r\nVibration correction applied,Yes,Yes,\r\nErrors (1),,,\r\n\r\n[Data Included],\r\n"
      "Size distribution - Number weighting - With Percentiles,\r\n,\r\n[Size Data],,\r\nAnalysis Method,FTLA,\r\n"
      "Weighting,Number,\r\nFilename,demo_00,demo_01,Average,Standard Error,\r\nMean,1.5,2.5,2.0,0.5,\r\n"
      "D50,1.5,2.5,2.0,0.5,\r\nValid Tracks,300.0,290.0,,,\r\nGraph Data,\r\n"
      "Bin centre (nm), Concentration (particles / ml),Concentration (particles / ml),Concentration average,Standard "
      "Error,\r\n"
      "0.5,100,0,50,50,\r\n1.5,800,100,450,350,\r\n2.5,100,1800,950,850,\r\n3.5,0,100,50,50,\r\n4.5,0,0,0,0,\r\n,,,,,"
      "\r\n"
      "Percentile,Size (nm),Size (nm),\r\n";
  for (int p = 0; p <= 100; ++p)
    out += std::to_string(p) + "," + std::to_string(p) + ".0," + std::to_string(p) + ".5,\r\n";
  return out;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return replace_all(std::move(text), from, to);
}

/// The message of the error that reading raises, with its place.
Error error_of(const std::string& text, const std::string& file = "a-ExperimentSummary.csv") {
  try {
    read_nanosight(text, file);
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty()) << error.what() << " has no next step";
    EXPECT_EQ(error.where().file, file);
    return error;
  }
  ADD_FAILURE() << "read without an error";
  return Error(ErrorKind::kInternal, "");
}

const char* kParticles =
    "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Ln(Adjusted intensity)/AU,Start frame,Tracklength,Included in "
    "distribution?\r\n1,100.5,4500000,8.1,0,3,True\r\n2,80,5600000,7.5,1,2,False\r\n";
const char* kTracks =
    "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Frame,X/pixels,Y/pixels,Ln(Adjusted intensity)/AU,Included in "
    "distribution?\r\n1,100.5,4500000,0,10,20,8.1,True\r\n1,100.5,4500000,1,11,20,8.1,True\r\n2,80,5600000,1,50,60,7.5,"
    "False\r\n"
    "1,100.5,4500000,2,12,21,8.1,True\r\n2,80,5600000,2,51,60,7.5,False\r\n";

}  // namespace

TEST(Nanosight, ReadsEverySectionByItsKey) {
  const SizeReport report = read_nanosight(summary(), "demo-ExperimentSummary.csv");
  EXPECT_EQ(report.vendor, "NanoSight");
  EXPECT_EQ(report.software_version, "NTA 3.4 Build 3.4.003");
  EXPECT_EQ(report.experiment, "demo.nano");
  ASSERT_NE(report.find("Experiment Details", "Remarks"), nullptr);
  EXPECT_EQ(report.find("Experiment Details", "Remarks")->values[0], "one, two \"three\"");
  ASSERT_EQ(report.videos.size(), 2u);
  const SizeVideo& second = report.videos[1];
  EXPECT_EQ(second.name, "demo_01");
  EXPECT_EQ(second.concentration_per_ml, 2000);
  EXPECT_EQ(second.particles_per_frame, 60) << "the number of [Results], not the flag of the same name";
  EXPECT_EQ(second.recorded_dilution, 1000);
  EXPECT_EQ(second.temperature_c, 23);
  EXPECT_EQ(report.videos[0].drift_y, 4);
  EXPECT_EQ(second.valid_tracks, 290);
  EXPECT_EQ(report.temperature_c, 22.5);
  EXPECT_EQ(report.recorded_dilution, 1000);
  EXPECT_EQ(report.exposure_ms, 22.25);
  EXPECT_TRUE(report.videos[0].flags.empty());
  EXPECT_EQ(second.flags.size(), 4u);
  EXPECT_EQ(second.flags.at("Concentration Warnings: Validity of concentration measurement"), "Unreliable");
  EXPECT_EQ(second.flags.at("Information: Completed Tracks"), "<200");
  const SizeTable& table = second.tables.at(0);
  EXPECT_EQ(table.weighting, "number");
  EXPECT_EQ(table.concentration_per_ml, (std::vector<double>{0, 100, 1800, 100, 0}));
  EXPECT_EQ(table.lower_nm, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(table.printed.at("d50"), 2.5);
  EXPECT_EQ(table.printed_percentiles.at(100), 100.5);
}

TEST(Nanosight, PaddingLineEndsSeparatorsAndEncodingsDoNotMatter) {
  const SizeReport expected = read_nanosight(summary(), "a.csv");
  std::string german = summary();
  for (char& c : german) c = c == ',' ? ';' : c == '.' ? ',' : c;
  german = with(german, "NTA 3,4 Build 3,4,003", "NTA 3.4 Build 3.4.003");
  const std::string latin = with(summary(), "exosomes", "exosomes 5 \xB5g");
  for (const std::string& text :
       {with(summary(), "\r\n", "\n"), with(summary(), "\r\n", "\r"), with(summary(), "\r\n", ",,,\r\n"),
        "\xEF\xBB\xBF" + summary(), german, latin, with(summary(), ",\r\n", "\r\n")}) {
    const SizeReport report = read_nanosight(text, "a.csv");
    ASSERT_EQ(report.videos.size(), 2u);
    EXPECT_EQ(report.videos[1].tables[0].concentration_per_ml, expected.videos[1].tables[0].concentration_per_ml);
    EXPECT_EQ(report.videos[1].temperature_c, 23);
    EXPECT_EQ(report.videos[0].viscosity_mpa_s, 0.952941);
  }
}

TEST(Nanosight, LinesMayMoveAndVideosMayLackAverages) {
  std::string text =
      with(summary(), "Detection Threshold,5,5,\r\n", "New in a later version,1,1,\r\nDetection Threshold,5,5,\r\n");
  text = with(text, "Concentration average,Standard Error,", ",");
  text = with(text, "0.5,100,0,50,50,", "0.5,100,0,");
  for (const char* line : {"1.5,800,100,450,350", "2.5,100,1800,950,850", "3.5,0,100,50,50", "4.5,0,0,0,0"}) {
    const std::string whole(line);
    const std::size_t third = whole.find(',', whole.find(',', whole.find(',') + 1) + 1);
    text = with(text, whole, whole.substr(0, third));
  }
  EXPECT_EQ(read_nanosight(text, "autosampler.csv").videos[1].tables[0].concentration_per_ml[2], 1800);
}

TEST(Nanosight, MissingWordsAreNoNumbers) {
  const SizeReport report = read_nanosight(with(summary(), "1.00e+003,1.00e+003", "Not recorded,1.00e+04"), "a.csv");
  EXPECT_TRUE(std::isnan(report.videos[0].recorded_dilution));
  EXPECT_EQ(report.videos[1].recorded_dilution, 10000);
  EXPECT_FALSE(report.recorded_dilution.has_value()) << "videos that disagree have no common factor";
}

TEST(Nanosight, SavedAgainTablesAreRefusedByName) {
  const Error error = error_of("particle_size,5_500_1_00,5_500_1_01\r\n0.5,0,0\r\n", "Day4-ExperimentSummary.csv");
  EXPECT_NE(error.message().find("particle_size"), std::string::npos);
  EXPECT_NE(error.hint().find("Export the experiment summary again"), std::string::npos);
  EXPECT_TRUE(is_resaved_nanosight("Day4-ExperimentSummary.csv", "a,b\n1,2"));
  EXPECT_TRUE(is_resaved_nanosight("other.csv", "particle_size,x\n1,2"));
  EXPECT_FALSE(is_resaved_nanosight("other.csv", "sample,value\n1,2"));
  EXPECT_FALSE(is_resaved_nanosight("Day4-ExperimentSummary.csv", summary()));
  error_of("");
  error_of("hello", "x.csv");
}

TEST(Nanosight, EveryCutIsSeen) {
  const std::string whole = summary();
  const std::size_t bins = whole.find("0.5,100,0");
  std::size_t cuts = 0;
  for (std::size_t end = 40; end < whole.size() - 12; end += 7) {
    EXPECT_THROW(read_nanosight(whole.substr(0, end), "cut.csv"), Error) << "cut at " << end << " of " << whole.size();
    ++cuts;
  }
  EXPECT_GT(cuts, 300u);
  const Error in_bins = error_of(whole.substr(0, whole.find("2.5,100,1800")));
  EXPECT_NE(in_bins.message().find("1.5"), std::string::npos) << in_bins.what();
  const Error in_row = error_of(whole.substr(0, bins + 30));
  EXPECT_GT(in_row.where().line, 50);
  const Error in_percentiles = error_of(whole.substr(0, whole.find("\r\n57,")));
  EXPECT_NE(in_percentiles.message().find("56"), std::string::npos) << in_percentiles.what();
  EXPECT_NE(error_of(whole.substr(0, whole.find("[Size Data]"))).message().find("[Size Data]"), std::string::npos);
}

TEST(Nanosight, WrongContentIsNamedWithItsPlace) {
  const Error number = error_of(with(summary(), "1.5,800,100", "1.5,8OO,100"));
  EXPECT_NE(number.message().find("8OO"), std::string::npos);
  EXPECT_EQ(number.where().column, 5);
  EXPECT_NE(error_of(with(summary(),
                          "Graph Data,\r\nBin centre (nm), Concentration (particles / ml),Concentration (particles / "
                          "ml),Concentration average,Standard Error,",
                          "Graph Data,\r\nBin centre (nm), Concentration (particles / ml),"))
                .message()
                .find("1 video,"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "2.5,100,1800,950,850,\r\n", "")).message().find("Bins are missing"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "2.5,100,1800,950", "2.5,100,-1800,950")).message().find("-1800"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "2.5,100,1800,950", "1.2,100,1800,950")).message().find("ascend"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "Filename,demo_00,demo_01", "Filename,demo_01,demo_00")).message().find("demo_01"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "Filename:,demo_00,demo_01", "Filename:,,demo_01")).message().find("no name"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "Temperature/C,22.000,23.000", "Temperature/C,22,000,23,000"))
                .message()
                .find("decimal commas"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "1.00e+003,1.00e+003", "0,0")).message().find("not positive"), std::string::npos);
  EXPECT_NE(error_of(with(summary(), "Concentration (Particles / ml),1.00e+03,2.00e+03,1.50e+03,5.00e+02,",
                          "Concentration (Particles / ml),1.00e+03,"))
                .message()
                .find("1 value for 2"),
            std::string::npos);
  EXPECT_NE(error_of(with(summary(), "Weighting,Number", "Weighting,Colour")).message().find("Colour"),
            std::string::npos);
  const Error quote = error_of(with(summary(), "two \"\"three\"\"\"", "two"));
  EXPECT_EQ(quote.where().line, 8);
  EXPECT_NE(quote.message().find("never ends"), std::string::npos);
  error_of(with(summary(), "\r\n57,57.0", "\r\n57,57.0,57.5,\r\n57,57.0"));
  error_of(with(summary(), "\r\n57,57.0,", "\r\n57,12.0,"));
}

TEST(Nanosight, ReadsSurfaceVolumeAndDiffusionBlocks) {
  std::string text = summary();
  const std::size_t block = text.find("Weighting,Number");
  std::string second = text.substr(block);
  second = with(second, "Weighting,Number", "Weighting,Surface Area");
  second = with(second, "(particles / ml)", "nm\xC2\xB2");
  std::string diffusion =
      "[Diffusion Coefficient Data],,\r\n" + with(text.substr(block), "Bin centre (nm)", "Bin centre (x10^4)");
  text = with(text, "[Data Included],\r\n",
              "[Data Included],\r\nSize distribution - Surface area weighting - With Percentiles,\r\nDiffusion "
              "distribution - Number weighting - With Percentiles,\r\n");
  const SizeReport report = read_nanosight(text + ",,\r\n" + second + ",,\r\n" + diffusion, "three.csv");
  ASSERT_EQ(report.videos[0].tables.size(), 3u);
  EXPECT_EQ(report.videos[0].tables[1].weighting, "surface");
  EXPECT_EQ(report.videos[0].tables[2].axis, "diffusion");
  const Error missing = error_of(text + ",,\r\n" + second);
  EXPECT_NE(missing.message().find("diffusion"), std::string::npos) << missing.what();
}

TEST(NanosightTracks, ReadsParticlesAndTracksAlike) {
  EXPECT_EQ(nanosight_format(kParticles), "nanosight_particles");
  EXPECT_EQ(nanosight_format(kTracks), "nanosight_tracks");
  const SizeReport particles = read_nanosight(kParticles, "x/demo_00_ParticleData.csv");
  const SizeReport tracks = read_nanosight(kTracks, "x/demo_00_AllTracks.csv");
  EXPECT_EQ(particles.videos[0].name, "demo_00");
  EXPECT_EQ(tracks.videos[0].name, "demo_00");
  ASSERT_EQ(tracks.tracks.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(tracks.tracks[i].id, particles.tracks[i].id);
    EXPECT_EQ(tracks.tracks[i].length, particles.tracks[i].length);
    EXPECT_EQ(tracks.tracks[i].start_frame, particles.tracks[i].start_frame);
    EXPECT_EQ(tracks.tracks[i].included, particles.tracks[i].included);
  }
  EXPECT_EQ(tracks.points.size(), 5u);
  EXPECT_EQ(tracks.points[2].x_px, 12) << "points of one track stand together";
}

TEST(NanosightTracks, WrongRowsAreNamed) {
  const auto fails = [](const std::string& text, std::string_view word) {
    const Error error = error_of(text, "v_ParticleData.csv");
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  };
  fails(with(kParticles, "2,80", "1,80"), "twice");
  fails(with(kParticles, "2,80", "2.5,80"), "2.5");
  fails(with(kParticles, "2,80", "2,-80"), "-80");
  fails(with(kParticles, "False", "Falsch"), "Falsch");
  fails(with(kParticles, ",2,False", ""), ":3:");
  fails(with(kParticles, "2,False", "0,False"), "no frames");
  fails(std::string(kParticles).substr(0, std::string(kParticles).find("\r\n") + 2), "no rows");
  fails(with(kTracks, "1,11,20", "0,11,20"), "twice in frame");
  fails(with(kTracks, "1,100.5,4500000,2", "1,101.5,4500000,2"), "changes its size");
  fails(with(kTracks, "7.5,False\r\n1", "7.5,True\r\n1"), "not included");
}

}  // namespace vesica
