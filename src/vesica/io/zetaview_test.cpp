// SPDX-License-Identifier: Apache-2.0
// ZetaView texts of both locales, and everything that can be wrong with them.
#include "vesica/io/zetaview.h"

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vesica/base/error.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

std::string sci(double value) {
  std::string text = fmt::format("{:.3E}", value);  // 2.500E+00
  return text.substr(0, text.find('E') + 2) + std::to_string(std::stoi(text.substr(text.find('E') + 2)));
}

std::string row(double size, double number) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\r\n", sci(size), sci(number), sci(number * 4e5),
                     sci(number * 0.5236 * size * size * size), sci(number * 0.7854 * size * size));
}

/// Ten linear bins of 5 nm and twelve logarithmic ones.
std::string text() {
  std::string out =
      "Original File:\tC:\\data\\20230419_0002_size_488.avi\tSection:\t0.1 [0]\r\nOperator:\tZetaUser\r\n"
      "Experiment:\t20230419_0002\r\nZetaView S/N:\t18-398\r\nSoftware:\tZetaView (version 8.06.01 "
      "SP1)\tAnalyze:\t8.06.01 SP1\r\n"
      "pH:\t7.000000\tentered\r\nConductivity: "
      "65.000000\tsensed\r\nTemperature:\t25.340000\tsensed\r\nViscosity:\t0.892904\r\n"
      "Sample Info 3:\r\nParticle Drift Check Result:\ttoo high\r\nCell Check Result:\tVery Good\r\n"
      "Type of Measurement:\tSize Distribution\r\n"
      "Number of Traces:\t6\t(at 0.099990)\tAverage Number of Particles:\t6.000000\tDilution::\t1000.000000\r\n"
      "Image Evaluation:\r\nMinimum Brightness:\t30\r\nCamera:\tFpSec 30 #Cycles 2 FRate 30.000000\r\n"
      "Camera Trigger Duration \xB5s:\tShutter Duration\r\nBrightness:\tNaN\r\nCell parameter:\r\nMicrometer per "
      "Pixel:\t0.713000\r\n"
      "Results (Pos 0.099993):\r\nMedian Number (D50):\t20.0\r\nSize Distribution\r\n"
      "Size / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2\r\n";
  for (int i = 0; i < 10; ++i) out += row(2.5 + 5 * i, i == 4 ? 4 : i == 5 ? 2 : 0);
  out += "-1.000E+0\t-1.000E+0\t-1.000E+0\t-1.000E+0\t0.000E+0\r\n";
  for (int i = 0; i < 12; ++i) out += row(1.1 * std::pow(1.5, i), i == 7 ? 6 : 0);
  return out;
}

std::string with(std::string whole, std::string_view from, std::string_view to) {
  EXPECT_NE(whole.find(from), std::string::npos) << from;
  return replace_all(std::move(whole), from, to);
}

Error error_of(const std::string& whole) {
  try {
    read_zetaview(whole, "z.txt");
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty()) << error.what();
    EXPECT_EQ(error.where().file, "z.txt");
    return error;
  }
  ADD_FAILURE() << "read without an error";
  return Error(ErrorKind::kInternal, "");
}

}  // namespace

TEST(Zetaview, ReadsHeaderAndBothTables) {
  const SizeReport report = read_zetaview(text(), "z.txt");
  EXPECT_EQ(report.vendor, "ZetaView");
  EXPECT_EQ(report.temperature_c, 25.34);
  EXPECT_EQ(report.viscosity_mpa_s, 0.892904);
  EXPECT_EQ(report.noted_dilution, 1000) << "the key with two colons, on the line of another";
  EXPECT_FALSE(report.recorded_dilution.has_value()) << "ZetaView applies no dilution";
  EXPECT_EQ(report.frame_rate_hz, 30);
  EXPECT_EQ(report.pixel_um, 0.713);
  EXPECT_EQ(report.find("Header", "Conductivity")->values[0], "65.000000");
  EXPECT_EQ(report.find("Header", "Section")->values[0], "0.1 [0]");
  ASSERT_EQ(report.videos.size(), 1u);
  const SizeVideo& video = report.videos[0];
  EXPECT_EQ(video.name, "20230419_0002");
  EXPECT_EQ(video.completed_tracks, 6);
  EXPECT_EQ(video.particles_per_frame, 6);
  EXPECT_EQ(video.flags.size(), 1u);
  ASSERT_EQ(video.tables.size(), 2u);
  EXPECT_EQ(video.tables[0].number[4], 4);
  EXPECT_EQ(video.tables[0].lower_nm[4], 20);
  EXPECT_EQ(video.tables[1].scale, "log");
  EXPECT_NEAR(video.tables[1].upper_nm[3], video.tables[1].lower_nm[4], 1e-2);
}

TEST(Zetaview, CommaAndPointReadAlike) {
  std::string comma = text();
  for (std::size_t i = 0; i < comma.size(); ++i) {
    const bool digit = i > 0 && i + 1 < comma.size() && std::isdigit(static_cast<unsigned char>(comma[i - 1])) &&
                       std::isdigit(static_cast<unsigned char>(comma[i + 1]));
    if (comma[i] == '.' && digit) comma[i] = ',';
  }
  const SizeReport a = read_zetaview(text(), "a.txt");
  const SizeReport b = read_zetaview(comma, "b.txt");
  EXPECT_EQ(a.temperature_c, b.temperature_c);
  EXPECT_EQ(a.noted_dilution, b.noted_dilution);
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ(a.videos[0].tables[t].centre_nm, b.videos[0].tables[t].centre_nm);
    EXPECT_EQ(a.videos[0].tables[t].concentration_per_ml, b.videos[0].tables[t].concentration_per_ml);
  }
}

TEST(Zetaview, AnEmptyRunIsNoError) {
  std::string empty = text();
  empty = empty.substr(0, empty.find("2.500E+0"));
  empty = with(empty, "Number of Traces:\t6", "Number of Traces:\t0") +
          "-1.000E+0\t-1.000E+0\t-1.000E+0\t-1.000E+0\t0.000E+0\r\n";
  const SizeReport report = read_zetaview(empty, "z.txt");
  EXPECT_TRUE(report.videos.at(0).tables.at(0).centre_nm.empty());
}

TEST(Zetaview, EveryCutIsSeen) {
  const std::string whole = text();
  for (std::size_t end = 0; end + 60 < whole.size(); end += 13) {
    EXPECT_THROW(read_zetaview(whole.substr(0, end), "z.txt"), Error) << "cut at " << end << " of " << whole.size();
  }
}

TEST(Zetaview, OtherExportsAreRefusedByName) {
  EXPECT_EQ(error_of(with(text(), "Size Distribution\r\nNumber", "Profile\r\nNumber")).kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(error_of("Use\tPosition\tMean Int.\r\n\t0.10\t5.1\r\n").kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(zetaview_format("Original File:\tx\r\nsomething else"), "");
  error_of("");
  error_of("hello");
}

TEST(Zetaview, WrongContentIsNamedWithItsPlace) {
  const auto fails = [](const std::string& whole, std::string_view word) {
    const Error error = error_of(whole);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  };
  fails(with(text(), "2.250E+1\t4.000E+0", "2.250E+1\t4.0O0E+0"), "4.0O0E+0");
  fails(with(text(), "2.250E+1\t4.000E+0", "2.250E+1\t-4.000E+0"), "-4");
  fails(with(text(), row(22.5, 4), ""), "missing");
  fails(with(text(), "1.750E+1", "1.150E+1"), "ascend");
  fails(with(text(), "Temperature:\t25.340000", "Temperature:\twarm"), "warm");
  fails(with(text(), "\tNumber\tConcentration", "\tCount\tConcentration"), "Count");
}

}  // namespace vesica
