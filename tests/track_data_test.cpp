// SPDX-License-Identifier: Apache-2.0
// Tracking on the films of trackpy's authors (VESICA_DATA), against what trackpy 0.7 finds in the same frames.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "vesica/io/images.h"
#include "vesica/io/zip.h"
#include "vesica/ops/track_motion.h"

namespace vesica {
namespace {

std::filesystem::path data_folder(const std::string& inside) {
  const char* root = std::getenv("VESICA_DATA");
  return root == nullptr ? std::filesystem::path() : std::filesystem::path(root) / inside;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The numbers of a version 1 .npy of little-endian 64-bit floats or integers, row by row.
std::vector<double> numbers_of(const std::string& npy, std::size_t columns = 1) {
  const auto header = static_cast<std::size_t>(static_cast<unsigned char>(npy.at(8))) +
                      256 * static_cast<std::size_t>(static_cast<unsigned char>(npy.at(9)));
  const bool whole = npy.find("<i8") < 10 + header;
  std::vector<double> out;
  for (std::size_t at = 10 + header; at + 8 <= npy.size(); at += 8) {
    double value = 0;
    std::int64_t integer = 0;
    std::memcpy(whole ? static_cast<void*>(&integer) : static_cast<void*>(&value), npy.data() + at, 8);
    out.push_back(whole ? static_cast<double>(integer) : value);
  }
  if (npy.find("'fortran_order': True") >= 10 + header) return out;
  std::vector<double> by_rows;
  const std::size_t rows = out.size() / columns;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) by_rows.push_back(out[j * rows + i]);
  return by_rows;
}

LocateSettings bulk_water(int levels) {
  LocateSettings s;
  s.diameter = 11;
  s.min_mass = 20;
  s.dark = true;
  s.levels = levels;
  return s;
}

/// The walkthrough of trackpy: tracks of 25 frames and more, bright, small and round points, without drift.
PowerLaw walkthrough(const std::vector<std::vector<Detection>>& frames, bool widen) {
  LinkSettings s;
  s.search_range = 5;
  s.memory = 3;
  s.widen = widen;
  std::vector<Track> tracks;
  DriftSum sum;
  Linker linker(s, [&](Track&& track) {
    if (track.points.size() < 25) return;
    std::erase_if(track.points, [](const TrackSpot& point) {
      return !(point.spot.mass > 50 && point.spot.size < 2.6F && point.spot.eccentricity < 0.3F);
    });
    sum.add(track);
    tracks.push_back(std::move(track));
  });
  for (const auto& frame : frames) linker.feed(frame);
  linker.finish();
  const Drift drift = sum.drift();
  for (Track& track : tracks) subtract(drift, track);
  const Msd msd = ensemble_msd(tracks, 47);
  std::vector<double> seconds, um2;
  for (std::size_t k = 0; k < msd.msd.size(); ++k) {
    seconds.push_back(static_cast<double>(k + 1) / 24);
    um2.push_back(msd.msd[k] * (100.0 / 285) * (100.0 / 285));
  }
  return fit_power_law(seconds, um2);
}

TEST(DataTrack, BulkWaterAsTrackpyFindsIt) {
  const std::filesystem::path folder = data_folder("nta/trackpy_bulk_water");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  // trackpy 0.7, numba, on the green channel: locate(frame, 11, minmass=20, invert=True), frame by frame.
  const std::array<std::size_t, 48> expected = {535, 560, 558, 559, 555, 550, 548, 586, 564, 573, 578, 588,
                                                601, 610, 572, 582, 576, 579, 588, 576, 594, 592, 600, 598,
                                                591, 597, 595, 599, 601, 599, 624, 594, 595, 608, 620, 596,
                                                611, 608, 610, 610, 622, 606, 607, 618, 625, 622, 606, 626};
  const auto source = open_image_series(series_files(folder), "bulk_water");
  ASSERT_EQ(source->series_length(), expected.size());
  std::vector<std::vector<Detection>> whole, fine;
  Context context;
  context.threads = 2;
  const auto read = [&](std::size_t i) { return source->read_channels(i).at(1); };
  locate_frames(48, read, bulk_water(256), context,
                [&](std::size_t, Located&& found) { whole.push_back(std::move(found.spots)); });
  locate_frames(48, read, bulk_water(0), context,
                [&](std::size_t, Located&& found) { fine.push_back(std::move(found.spots)); });
  for (std::size_t i = 0; i < 48; ++i)
    EXPECT_NEAR(static_cast<double>(whole[i].size()) / static_cast<double>(expected[i]), 1, 0.01) << i;
  // trackpy 0.7 on these 48 frames: link(5, memory=3), compute_drift, emsd, fit_powerlaw.
  const PowerLaw law = walkthrough(whole, false);
  EXPECT_NEAR(law.n, 1.11378, 0.01);
  EXPECT_NEAR(law.a / 1.58635, 1, 0.02);
  // The same on frames of floats, where trackpy cuts nothing down to whole counts: 1.11441 and 1.59128.
  const PowerLaw unrounded = walkthrough(fine, false);
  EXPECT_NEAR(unrounded.n, 1.11441, 0.01);
  EXPECT_NEAR(unrounded.a / 1.59128, 1, 0.02);
  RecordProperty("n", std::to_string(law.n));
  RecordProperty("A", std::to_string(law.a));
}

TEST(DataTrack, TablesOfTrackpysOwnTests) {
  const std::filesystem::path folder = data_folder("nta/trackpy_water_viscosity");
  if (folder.empty()) GTEST_SKIP() << "VESICA_DATA is not set";
  const auto tables = read_zip(bytes_of(folder / "data/reproducibility_v0.4.npz"), "npz",
                               {"arr_3.npy", "arr_4.npy", "arr_5.npy", "arr_6.npy", "arr_7.npy"});
  const auto source = open_image_series(series_files(folder / "video/image_sequence"), "image_sequence");
  LocateSettings s;
  s.diameter = 9;
  s.min_mass = 140;
  s.dark = true;
  s.levels = 256;
  const Image2 frame = source->read_frame(0);
  const std::vector<double> places = numbers_of(tables.at("arr_3.npy"), 2);  // rows of y, x
  const Located found = locate(frame, s);
  ASSERT_EQ(found.spots.size(), places.size() / 2);
  for (std::size_t i = 0; i < found.spots.size(); ++i) {
    EXPECT_NEAR(found.spots[i].y, places[2 * i], 2e-3);
    EXPECT_NEAR(found.spots[i].x, places[2 * i + 1], 2e-3);
  }
  s.min_mass = 0;
  std::vector<double> corner = numbers_of(tables.at("arr_7.npy"), 8);  // y, x, mass, size, ecc, signal, raw_mass, ep
  std::vector<Detection> spots = locate(frame, s).spots;
  std::erase_if(spots, [](const Detection& spot) { return !(spot.x < 64 && spot.y < 64); });
  ASSERT_EQ(spots.size(), corner.size() / 8);
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const double* row = corner.data() + 8 * i;
    EXPECT_NEAR(spots[i].y, row[0], 2e-3);
    EXPECT_NEAR(spots[i].mass / row[2], 1, 2e-3);
    EXPECT_NEAR(spots[i].size / row[3], 1, 2e-3);
    EXPECT_NEAR(spots[i].eccentricity, row[4], 2e-3);
    EXPECT_NEAR(spots[i].signal / row[5], 1, 5e-3);
    EXPECT_NEAR(spots[i].raw_mass / row[6], 1, 1e-6);
    if (row[7] > 0) {
      EXPECT_NEAR(spots[i].error_px / row[7], 1, 5e-3);
    }
  }
  // Links of 100 points in 5 frames, without memory and with a memory of 2.
  const std::vector<double> points = numbers_of(tables.at("arr_4.npy"), 3);  // y, x, frame
  for (const auto& [name, memory] : {std::pair{"arr_5.npy", 0}, std::pair{"arr_6.npy", 2}}) {
    const std::vector<double> particle = numbers_of(tables.at(name));
    std::vector<std::vector<Detection>> frames;
    for (std::size_t i = 0; i < particle.size(); ++i) {
      const auto t = static_cast<std::size_t>(points[3 * i + 2]);
      if (frames.size() <= t) frames.resize(t + 1);
      Detection spot;
      spot.y = points[3 * i];
      spot.x = points[3 * i + 1];
      spot.mass = static_cast<float>(particle[i]);
      frames[t].push_back(spot);
    }
    LinkSettings link;
    link.search_range = 5;
    link.memory = memory;
    link.widen = false;
    std::size_t tracks = 0, mixed = 0;
    Linker linker(link, [&](Track&& track) {
      ++tracks;
      for (const TrackSpot& point : track.points) mixed += point.spot.mass != track.points[0].spot.mass ? 1 : 0;
    });
    for (const auto& spots_of_frame : frames) linker.feed(spots_of_frame);
    linker.finish();
    std::vector<double> names = particle;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    EXPECT_EQ(tracks, names.size()) << name;
    EXPECT_EQ(mixed, 0U) << name;
  }
}

}  // namespace
}  // namespace vesica
