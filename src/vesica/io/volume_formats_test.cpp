// SPDX-License-Identifier: Apache-2.0
// One asymmetric, anisotropic volume written in every format gives the same oriented numbers; traps, damage, and what a
// decoder that dies looks like from here.
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "vesica/base/os/child.h"
#include "vesica/io/dicom_test_files.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/io/still.h"
#include "vesica/io/worker.h"
#include "vesica/io/worker_protocol.h"

namespace vesica {
namespace {

using namespace test_volume;

void expect_truth(const ImageSource& source, bool oriented, const std::string& what) {
  const ImageInfo& info = source.info();
  ASSERT_EQ(info.width, kX) << what;
  ASSERT_EQ(info.height, kY) << what;
  ASSERT_EQ(source.volume_depth(), kZ) << what;
  EXPECT_EQ(info.orientation, oriented ? "LPS" : "") << what;
  for (std::size_t axis = 0; axis < 3; ++axis) EXPECT_NEAR(info.voxel_um[axis].value, kUm[axis], 1e-4) << what << axis;
  const Volume all = source.read_box(source.whole());
  for (std::size_t z = 0; z < kZ; ++z) {
    for (std::size_t y = 0; y < kY; ++y) {
      for (std::size_t x = 0; x < kX; ++x) ASSERT_NEAR(all.value(x, y, z), truth(x, y, z), 1e-6) << what << x << y << z;
    }
  }
  const Volume box = source.read_box({2, 1, 1, 6, 4, 3});
  EXPECT_NEAR(box.value(1, 2, 1), truth(3, 3, 2), 1e-6) << what;
  EXPECT_NEAR(source.read_frame(3).at(6, 4), truth(6, 4, 3), 1e-6) << what;
}

std::shared_ptr<const ImageSource> open(const std::filesystem::path& path) {
  return open_image(path, recognise(path).id, path.filename().string());
}

TEST(VolumeFormats, NrrdInAnyOrderOfAxes) {
  const TestFolder folder;
  const std::string lps = "space: left-posterior-superior\n";
  expect_truth(*open(folder.write("a.nrrd", nrrd(lps + "space directions: (0.01,0,0) (0,0.02,0) (0,0,0.035)\n",
                                                 voxels<std::int16_t>()))),
               true, "LPS");
  expect_truth(*open(folder.write("b.nrrd", nrrd("space: right-anterior-superior\n"
                                                 "space directions: (0.01,0,0) (0,0.02,0) (0,0,0.035)\n",
                                                 voxels<std::int16_t>("xyz", "xy")))),
               true, "RAS");
  expect_truth(*open(folder.write("c.nrrd", nrrd(lps + "space directions: (0,0,-0.035) (0.01,0,0) (0,0.02,0)\n",
                                                 voxels<std::int16_t>("zxy", "z"), "4 7 5"))),
               true, "axes in another order");
  expect_truth(*open(folder.write("d.nrrd", nrrd(lps + "space directions: (10,0,0) (0,20,0) (0,0,35)\n"
                                                       "space units: \"um\" \"um\" \"um\"\n",
                                                 voxels<std::uint16_t>(), "7 5 4", "unsigned short"))),
               true, "micrometres");
  expect_truth(*open(folder.write("e.nrrd", nrrd("spacings: 0.01 0.02 0.035\n", voxels<float>(), "7 5 4", "float"))),
               false, "whole numbers as floats");
  EXPECT_FALSE(open(folder.write("f.nrrd", nrrd("", voxels<std::int16_t>())))->info().voxel_um[0].known())
      << "nothing stated is nothing known";
}

TEST(VolumeFormats, MetaImage) {
  const TestFolder folder;
  expect_truth(*open(folder.write("a.mha", mha(voxels<std::int16_t>(), "ElementSpacing = 0.01 0.02 0.035\n"))), false,
               "MHA");
  expect_truth(*open(folder.write("b.mha", mha(voxels<std::int16_t>("xyz", "y"),
                                               "TransformMatrix = 1 0 0 0 -1 0 0 0 1\nOffset = 0 0 0\n"
                                               "ElementSpacing = 0.01 0.02 0.035\n"))),
               true, "MHA turned");
  EXPECT_FALSE(open(folder.write("c.mha", mha(voxels<std::int16_t>(), "")))->info().voxel_um[2].known());
}

TEST(VolumeFormats, NiftiSformGoesFirstAndSlopeZeroIsOne) {
  const TestFolder folder;
  const float lps[3][4] = {{-0.01F, 0, 0, 0}, {0, -0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  const float ras[3][4] = {{0.01F, 0, 0, 0}, {0, 0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  expect_truth(*open(folder.write("a.nii", nifti(1, 0, lps, 1, voxels<std::int16_t>()))), true, "sform, wrong pixdim");
  expect_truth(*open(folder.write("b.nii", nifti(2, 1, ras, 0, voxels<std::int16_t>("xyz", "xy")))), true,
               "sform before qform");
  expect_truth(*open(folder.write("c.nii", nifti(0, 1, ras, 0, voxels<std::int16_t>()))), true, "qform");
  expect_truth(*open(folder.write("d.nii", nifti(0, 0, ras, 0, voxels<std::int16_t>()))), false, "neither");
  expect_truth(*open(folder.write("second.nii", nifti2(lps, voxels<std::int16_t>()))), true, "NIfTI-2");
  const auto unitless = open(folder.write("e.nii", nifti(1, 0, lps, 0, voxels<std::int16_t>(), 0)));
  expect_truth(*unitless, true, "no unit");
  EXPECT_EQ(unitless->info().notes.at(0).kind, "image.unit_assumed");
}

std::shared_ptr<const ImageSource> open_series(const TestFolder& folder) {
  return open_image_series(dicom_files(folder.path()), "series");
}

TEST(VolumeFormats, DicomSlicesAreOrderedByPosition) {
  const TestFolder folder;
  for (std::size_t z = 0; z < kZ; ++z) folder.write("slice" + std::to_string(9 - z), dicom(z));
  const auto source = open_series(folder);
  expect_truth(*source, true, "DICOM");
  EXPECT_EQ(source->info().voxel_um[2].tag, "DICOM ImagePositionPatient") << "not the thickness of 1 mm";
  EXPECT_EQ(source->info().densities.at(0).unit, "[hnsf'U]");
}

TEST(VolumeFormats, DicomHolesMixturesAndThickness) {
  const TestFolder hole, mixed, plain;
  for (const std::size_t z : {0u, 1u, 3u, 4u, 5u}) hole.write(std::to_string(z), dicom(z));
  EXPECT_EQ(open_series(hole)->info().notes.at(0).kind, "image.slices_missing");
  mixed.write("a", dicom(0));
  mixed.write("b", dicom(1, {.series = "9.9"}));
  EXPECT_EQ(error_of([&] { open_series(mixed); }).kind(), ErrorKind::kData);
  for (const std::size_t z : {0u, 1u}) plain.write(std::to_string(z), dicom(z, {.position = false}));
  const auto source = open_series(plain);
  EXPECT_FALSE(source->info().voxel_um[2].known()) << "a thickness is no distance";
  EXPECT_EQ(source->info().notes.at(0).kind, "image.thickness_ignored");
}

TEST(VolumeFormats, DicomFramesLieWhereTheirGroupsSay) {
  const TestFolder folder;
  expect_truth(*open(folder.write("frames.dcm", dicom_frames())), true, "Enhanced CT, frames in another order");
  // Without places they are slices in the stored order, and no voxel is made up.
  std::string pixels;
  for (std::size_t i = 0; i < kX * kY * 3; ++i) pixels += raw(static_cast<std::uint16_t>(i));
  const auto loose = open(folder.write(
      "loose.dcm", dicom_file(pixel_elements(16, "MONOCHROME2", 1, false, "3") + element(0x7FE0, 0x10, "OW", pixels))));
  EXPECT_EQ(loose->info().depth, 3u);
  EXPECT_EQ(loose->read_frame(2).at(0, 0), 70);
  EXPECT_FALSE(loose->info().voxel_um[2].known());
  EXPECT_EQ(loose->info().notes.at(0).kind, "image.frames_without_places");
}

TEST(VolumeFormats, DicomColourIsReadOrRefusedByName) {
  const TestFolder folder;
  std::string colours, indices, table;
  for (std::size_t i = 0; i < kX * kY; ++i) {
    const auto value = static_cast<std::uint8_t>(i);
    colours += raw(value) + raw(static_cast<std::uint8_t>(100 + i)) + raw(static_cast<std::uint8_t>(255 - i));
    indices += raw(static_cast<std::uint8_t>(34 - i));
    table += raw(static_cast<std::uint16_t>((34 - i) * 256 + 7));
  }
  const auto rgb =
      open(folder.write("rgb.dcm", dicom_file(pixel_elements(8, "RGB", 3) + element(0x7FE0, 0x10, "OB", colours))));
  ASSERT_EQ(rgb->info().channels, 3u);
  EXPECT_EQ(rgb->read_channels(0)[1].at(3, 2), 117);
  EXPECT_EQ(rgb->read_channels(0)[2].at(6, 4), 221);
  EXPECT_DOUBLE_EQ(rgb->info().voxel_um[1].value, 20);
  std::string palette;
  for (const std::uint16_t colour : {0x1101, 0x1102, 0x1103})
    palette += element(0x28, colour, "US", us(35) + us(0) + us(16));
  for (const std::uint16_t colour : {0x1201, 0x1202, 0x1203}) palette += element(0x28, colour, "OW", table);
  const auto mapped = open(folder.write(
      "palette.dcm", dicom_file(pixel_elements(8, "PALETTE COLOR") + palette + element(0x7FE0, 0x10, "OB", indices))));
  ASSERT_EQ(mapped->info().channels, 3u);
  for (const std::size_t i : {0u, 17u, 34u}) EXPECT_EQ(mapped->read_channels(0)[1].at(i % kX, i / kX), i);
  const Error other = error_of([&] {
    open(folder.write("ybr.dcm", dicom_file(pixel_elements(8, "YBR_FULL", 3) + element(0x7FE0, 0x10, "OB", colours))));
  });
  EXPECT_EQ(other.kind(), ErrorKind::kUnsupported);
  EXPECT_NE(other.hint().find("dcmj2pnm"), std::string::npos);
  const Error cut = error_of([&] {
    open(
        folder.write("cut.dcm", dicom_file(pixel_elements(8, "PALETTE COLOR") + element(0x7FE0, 0x10, "OB", indices))));
  });
  EXPECT_EQ(cut.kind(), ErrorKind::kData);
}

TEST(VolumeFormats, DicomMagnificationPackingAndInversion) {
  const TestFolder mixed, inverted, folder;
  mixed.write("a", dicom(0));
  std::string other = dicom(1);
  other.replace(other.find("0.02\\0.01"), 9, "0.04\\0.02");
  mixed.write("b", other);
  EXPECT_NE(error_of([&] { open_series(mixed); }).message().find("magnification"), std::string::npos);
  for (const std::size_t z : {0u, 1u}) inverted.write(std::to_string(z), dicom(z, {.kind = "MONOCHROME1"}));
  EXPECT_EQ(open_series(inverted)->info().notes.at(0).kind, "image.white_is_low");
  const Error packed = error_of([&] {
    open(folder.write("htj2k.dcm",
                      dicom_file(pixel_elements(16, "MONOCHROME2") + element(0x7FE0, 0x10, "OW", std::string(70, 'x')),
                                 "1.2.3", "1.2.840.10008.1.2.4.201")));
  });
  EXPECT_EQ(packed.kind(), ErrorKind::kUnsupported) << packed.what();
  EXPECT_NE(packed.hint().find("gdcmconv"), std::string::npos);
}

TEST(VolumeFormats, IsqVoxelIsSizeOverCount) {
  const TestFolder folder;
  const auto source = open(folder.write("a.isq", isq()));
  expect_truth(*source, false, "ISQ");
  ASSERT_EQ(source->info().densities.size(), 1u);
  EXPECT_DOUBLE_EQ(source->info().densities[0].slope, 1.0 / 4096);
  EXPECT_TRUE(open(folder.write("b.isq", isq(1)))->info().densities.empty()) << "a made-up header";
  EXPECT_THROW(open(folder.write("c.isq", isq().substr(0, 700))), Error);
}

TEST(VolumeFormats, AimOfVersion2) {
  const TestFolder folder;
  const std::string log =
      "Mu_Scaling                           4096\nDensity: unit                    mg HA/ccm\n"
      "Density: slope                   300.0\nDensity: intercept               -200.0\n";
  const auto source = open(folder.write("a.aim", aim2(log)));
  expect_truth(*source, false, "AIM");
  ASSERT_EQ(source->info().densities.size(), 2u);
  EXPECT_DOUBLE_EQ(source->info().densities[1].slope, 300.0 / 4096);
  EXPECT_DOUBLE_EQ(source->info().densities[1].intercept, -200);
}

TEST(VolumeFormats, SlicesGiveTheSameNumbers) {
  const TestFolder folder;
  for (std::size_t z = 0; z < kZ; ++z) {
    std::vector<std::uint16_t> pixels;
    for (std::size_t i = 0; i < kX * kY; ++i) pixels.push_back(static_cast<std::uint16_t>(truth(i % kX, i / kX, z)));
    folder.write("s" + std::to_string(z) + ".png", write_png16(kX, kY, pixels));
  }
  const auto source = open_image_series(series_files(folder.path()), "s");
  const Volume all = source->read_box(source->whole());
  for (std::size_t z = 0; z < kZ; ++z) EXPECT_EQ(all.value(3, 2, z), truth(3, 2, z));
}

TEST(VolumeFormats, CutAndHostileFilesAreRefusedByName) {
  const TestFolder folder;
  const float lps[3][4] = {{-0.01F, 0, 0, 0}, {0, -0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  const std::string volumes[] = {
      nrrd("spacings: 1 1 1\n", voxels<std::int16_t>()),
      mha(voxels<std::int16_t>(), ""),
      nifti(1, 0, lps, 0, voxels<std::int16_t>()),
      nrrd("spacings: 1 1 1\n", voxels<std::int16_t>(), "70000 70000 70000"),
      mha(voxels<std::int16_t>(), "").replace(mha("", "").find("7 5 4"), 5, "9999 9999 9999"),
  };
  const char* names[] = {"a.nrrd", "a.mha", "a.nii", "bomb.nrrd", "bomb.mha"};
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string bytes = i < 3 ? volumes[i].substr(0, volumes[i].size() - 60) : volumes[i];
    const std::filesystem::path path = folder.write(names[i], bytes);
    const Error error = error_of([&] {
      const auto source = open(path);
      static_cast<void>(source->read_box(source->whole()));
    });
    EXPECT_EQ(error.kind(), ErrorKind::kData) << names[i] << ": " << error.what();
  }
  folder.write("dicom1", dicom(0).substr(0, 500));
  EXPECT_THROW(open_image_series(dicom_files(folder.path()), "s"), Error);
}

TEST(VolumeFormats, AviFramesTimesAndRandomAccess) {
  const TestFolder folder;
  const auto source = open(folder.write("a.avi", avi(5)));
  EXPECT_EQ(source->series_length(), 5u);
  ASSERT_EQ(source->info().channels, 3u);
  EXPECT_EQ(source->info().frame_times_s, (std::vector<double>{0, 0.5, 1, 1.5, 2}));
  for (const std::size_t t : {4u, 1u, 1u, 3u, 0u}) {
    const std::vector<Image2> colours = source->read_channels(t);
    EXPECT_EQ(colours[1].at(5, 5), static_cast<float>(40 * t + 10));
    EXPECT_EQ(colours[0].at(0, 0), 255);
    EXPECT_EQ(colours[2].at(0, 0), 0);
  }
  EXPECT_THROW(open(folder.write("cut.avi", avi(5).substr(0, 150))), Error);
  const std::string whole = avi(5);
  EXPECT_THROW(open(folder.write("half.avi", whole.substr(0, whole.size() - 500))), Error) << "half a frame";
  constexpr std::size_t kFrame = 8 + 16 * 8 * 3;
  const auto shorter = open(folder.write("shorter.avi", whole.substr(0, whole.size() - 2 * kFrame)));
  EXPECT_EQ(shorter->series_length(), 3u);
  ASSERT_FALSE(shorter->info().notes.empty());
  EXPECT_EQ(shorter->info().notes[0].kind, "image.frames_missing");
}

TEST(Worker, ADeadAHangingAndALyingDecoderAreFailedInputs) {
  const TestFolder folder;
  const std::filesystem::path file = folder.write("a.nrrd", nrrd("", voxels<std::int16_t>()));
  const auto with_program = [&](const char* name, const std::string& script) {
    const std::filesystem::path program = folder.write(name, "#!/bin/sh\n" + script);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    ::setenv("VESICA_READ", program.c_str(), 1);
    const Error error = error_of([&] { open_in_worker({&file, 1}, "nrrd", "a.nrrd", {0, 0.3}); });
    ::unsetenv("VESICA_READ");
    return error;
  };
  const Error dead = with_program("dead", "kill -SEGV $$\n");
  EXPECT_EQ(dead.kind(), ErrorKind::kData);
  EXPECT_NE(dead.message().find("signal 11"), std::string::npos) << dead.message();
  EXPECT_EQ(dead.where().file, "a.nrrd");
  EXPECT_NE(with_program("hangs", "sleep 20\n").message().find("did not answer"), std::string::npos);
  EXPECT_EQ(with_program("lies", "printf 'VRD1\\377\\377\\377\\377aaaaaaaaaaaa'\n").kind(), ErrorKind::kData);
  ::setenv("VESICA_READ", "/nonexistent/vesica-read", 1);
  EXPECT_EQ(error_of([&] { open_in_worker({&file, 1}, "nrrd", "a.nrrd"); }).kind(), ErrorKind::kIo);
  ::unsetenv("VESICA_READ");
}

TEST(Worker, MemoryBeyondTheLimitIsARefusal) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's shadow is beyond any limit";
#endif
  const TestFolder folder;
  // 1 GB of voxels of which 4 MB are there: believable by ratio, beyond the limit by size.
  const std::filesystem::path file =
      folder.write("big.nrrd", nrrd("spacings: 1 1 1\n", std::string(std::size_t{4} << 20, '\0'), "1024 1024 512"));
  const Error error = error_of([&] {
    const auto source = open_in_worker({&file, 1}, "nrrd", "big.nrrd", {std::uint64_t{768} << 20, 60});
    static_cast<void>(source->read_box({0, 0, 0, 1, 1, 1}));
  });
  EXPECT_EQ(error.kind(), ErrorKind::kData) << error.what();
}

TEST(Worker, TimeBeyondTheLimitIsARefusal) {
  const TestFolder folder;
  const std::filesystem::path file = folder.write("a.nrrd", nrrd("", voxels<std::int16_t>()));
  const Error error = error_of([&] { open_in_worker({&file, 1}, "nrrd", "a.nrrd", {0, 1e-3}); });
  EXPECT_NE(error.message().find("did not answer within 0.001 s"), std::string::npos) << error.message();
  EXPECT_EQ(error.where().file, "a.nrrd");
}

TEST(Worker, InfoComesBackAndNonsenseDoesNot) {
  ImageInfo info;
  info.width = 3;
  info.height = 4;
  info.frames = 2;
  info.frame_times_s = {0, 1.5};
  info.voxel_um[1] = {2.5, KnownFrom::kTag, "x"};
  info.densities.push_back({"1/cm", 2, 3, "t"});
  info.notes.push_back({"image.oblique", "sentence", "hint"});
  info.tags["a"] = "b";
  const ImageInfo back = info_from_value(info_to_value(info));
  EXPECT_EQ(back.frame_times_s, info.frame_times_s);
  EXPECT_EQ(back.voxel_um[1].value, 2.5);
  EXPECT_FALSE(back.voxel_um[0].known());
  EXPECT_EQ(back.densities.at(0).intercept, 3);
  EXPECT_EQ(back.notes.at(0).hint, "hint");
  for (const auto& [key, value] : {std::pair<const char*, std::int64_t>{"width", 0},
                                   {"width", std::int64_t{1} << 40},
                                   {"frames", 9},
                                   {"channels", 100000},
                                   {"bits", -1}}) {
    Value wrong = info_to_value(info);
    wrong.set(key, Value::of(value));
    EXPECT_THROW(info_from_value(wrong), Error) << key;
  }
}

}  // namespace
}  // namespace vesica
