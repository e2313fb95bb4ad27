// SPDX-License-Identifier: Apache-2.0
// Volumes that are cut off, contradict themselves or are hostile: each is refused with a sentence, none is read as if
// it were whole.
#include <array>
#include <csignal>
#include <cstdlib>

#include "vesica/base/os/child.h"
#include "vesica/io/dicom_test_files.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/images.h"
#include "vesica/io/open.h"
#include "vesica/io/worker.h"

namespace vesica {
namespace {

using namespace test_volume;

std::shared_ptr<const ImageSource> open(const std::filesystem::path& path) {
  return open_image(path, recognise(path).id, path.filename().string());
}

/// The refusal of a file, at opening or at reading.
Error refusal(const TestFolder& folder, const std::string& name, const std::string& bytes) {
  const std::filesystem::path path = folder.write(name, bytes);
  return error_of([&] {
    const auto source = open(path);
    static_cast<void>(source->read_box(source->whole()));
  });
}

/// A zlib stream (RFC 1950) of stored blocks.
std::string stored_zlib(const std::string& data) {
  std::uint32_t low = 1, high = 0;  // Adler-32
  for (const char c : data) {
    low = (low + static_cast<unsigned char>(c)) % 65521;
    high = (high + low) % 65521;
  }
  std::string out = "\x78\x01\x01" + raw(static_cast<std::uint16_t>(data.size())) +
                    raw(static_cast<std::uint16_t>(~data.size())) + data;
  for (const std::uint32_t byte : {high >> 8, high & 0xFF, low >> 8, low & 0xFF}) out += static_cast<char>(byte);
  return out;
}

TEST(BadVolumes, DicomPixelsMustBeThere) {
  const TestFolder folder;
  const std::string whole = dicom(0);
  EXPECT_NE(refusal(folder, "cut.dcm", whole.substr(0, whole.size() - 2)).message().find("pixels are missing"),
            std::string::npos);
  std::string rows = whole;
  const std::size_t at = rows.find(raw(std::uint16_t{0x28}) + raw(std::uint16_t{0x10}) + "US");
  ASSERT_NE(at, std::string::npos);
  rows.replace(at + 8, 2, raw(std::uint16_t{60000}));
  EXPECT_NE(refusal(folder, "rows.dcm", rows).message().find("pixels are missing"), std::string::npos);
  std::string length = whole;
  const std::size_t pixels = length.find(raw(std::uint16_t{0x7FE0}) + raw(std::uint16_t{0x10}) + "OW");
  ASSERT_NE(pixels, std::string::npos);
  length.replace(pixels + 8, 4, raw(std::uint32_t{0x7FFFFFF0}));
  EXPECT_NE(refusal(folder, "length.dcm", length).message().find("pixels are missing"), std::string::npos);
  // Packed pixels: an empty table of offsets, then a fragment that says it is longer than the file.
  const auto item = [](std::uint32_t bytes) {
    return raw(std::uint16_t{0xFFFE}) + raw(std::uint16_t{0xE000}) + raw(bytes);
  };
  const std::string packed =
      dicom_file(pixel_elements(16, "MONOCHROME2") + raw(std::uint16_t{0x7FE0}) + raw(std::uint16_t{0x10}) +
                     std::string("OB\0\0\xFF\xFF\xFF\xFF", 8) + item(0) + item(5000) + std::string(200, 'x'),
                 "1.2.3", "1.2.840.10008.1.2.4.70");
  EXPECT_NE(refusal(folder, "fragment.dcm", packed).message().find("pixels are missing"), std::string::npos);
  EXPECT_EQ(refusal(folder, "head.dcm", whole.substr(0, 500)).kind(), ErrorKind::kData);
  EXPECT_EQ(refusal(folder, "mark.dcm", std::string(128, '\0') + "DICM").kind(), ErrorKind::kData);
  const Error floats =
      refusal(folder, "float.dcm",
              dicom_file(pixel_elements(32, "MONOCHROME2") + element(0x7FE0, 0x8, "OW", std::string(140, '\0'))));
  EXPECT_EQ(floats.kind(), ErrorKind::kUnsupported) << floats.what();
}

TEST(BadVolumes, MetaImageVoxelsMustBeThere) {
  const TestFolder folder;
  const std::string packed = stored_zlib(voxels<std::int16_t>());
  const auto with = [&](const std::string& data) {
    std::string out = mha("", "ElementSpacing = 0.01 0.02 0.035\n");
    out.replace(out.find("CompressedData = False"), 22, "CompressedData = True");
    return out + data;
  };
  EXPECT_EQ(open(folder.write("whole.mha", with(packed)))->read_frame(3).at(6, 4), 346);
  const Error cut = refusal(folder, "cut.mha", with(packed.substr(0, packed.size() / 2)));
  EXPECT_NE(cut.message().find("voxels are missing"), std::string::npos) << cut.message();
  const auto header = [&](const std::string& name) {
    std::string out = mha("", "ElementSpacing = 0.01 0.02 0.035\n");
    out.replace(out.find("LOCAL"), 5, name);
    return out;
  };
  folder.write("two.raw", voxels<std::int16_t>().substr(0, 100));
  EXPECT_NE(refusal(folder, "short.mhd", header("two.raw")).message().find("voxels are missing"), std::string::npos);
  EXPECT_NE(refusal(folder, "none.mhd", header("none.raw")).message().find("is missing: none.raw"), std::string::npos);
  EXPECT_NE(refusal(folder, "away.mhd", header("../two.raw")).message().find("another folder"), std::string::npos);
  EXPECT_EQ(refusal(folder, "list.mhd", header("LIST")).kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(refusal(folder, "noise.mha", "ObjectType = Image\nNDims = 3\n\xFF\xFE garbage").kind(), ErrorKind::kData);
}

TEST(BadVolumes, NrrdNamesOnlyFilesBesideIt) {
  const TestFolder folder;
  const auto header = [](const std::string& file) {
    return "NRRD0004\ntype: short\ndimension: 3\nsizes: 7 5 4\nspacings: 1 1 1\nendian: little\nencoding: raw\n"
           "data file: " +
           file + "\n";
  };
  const Error away = refusal(folder, "away.nhdr", header("/etc/passwd"));
  EXPECT_NE(away.message().find("another folder: /etc/passwd"), std::string::npos) << away.message();
  EXPECT_NE(refusal(folder, "none.nhdr", header("none.raw")).hint().find("beside the header"), std::string::npos);
  EXPECT_EQ(refusal(folder, "many.nhdr", header("slice%03d.raw 1 4 1")).kind(), ErrorKind::kUnsupported);
  folder.write("all.raw", voxels<std::int16_t>());
  const auto source = open(folder.write("whole.nhdr", header("all.raw")));
  EXPECT_EQ(source->read_frame(3).at(6, 4), 346);
  EXPECT_EQ(source->info().notes.at(0).kind, "image.unit_voxel") << "1 mm is what nobody stated";
  const Error cut = refusal(folder, "cut.nrrd", nrrd("spacings: 1 1 1\n", voxels<std::int16_t>().substr(0, 99)));
  EXPECT_EQ(cut.message().find("itk"), std::string::npos) << cut.message();
  EXPECT_EQ(cut.message().find("0x"), std::string::npos) << "an address differs from run to run";
}

TEST(BadVolumes, NiftiWithoutSense) {
  const TestFolder folder;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float rows[3][4] = {{nan, 0, 0.01F, 0}, {0, -0.02F, 0, 0}, {0, nan, 0.035F, 0}};
  const auto placed_nowhere = open(folder.write("nan.nii", nifti(1, 0, rows, 0, voxels<std::int16_t>())));
  EXPECT_EQ(placed_nowhere->read_box(placed_nowhere->whole()).value(6, 4, 3), 346) << "as stored";
  const float lps[3][4] = {{-0.01F, 0, 0, 0}, {0, -0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  const std::string whole = nifti(1, 0, lps, 0, voxels<std::int16_t>());
  const auto changed = [&](std::size_t at, const std::string& bytes) {
    return std::string(whole).replace(at, bytes.size(), bytes);
  };
  const std::pair<const char*, std::string> files[] = {
      {"dimensions.nii", changed(40, raw(std::int16_t{-3}))},
      {"huge.nii", changed(42, raw(std::int16_t{32767}) + raw(std::int16_t{32767}) + raw(std::int16_t{32767}))},
      {"offset.nii", changed(108, raw(-5e8F))},
      {"nowhere.nii", changed(108, raw(nan))},
      {"kind.nii", changed(70, raw(std::int16_t{128}))},
      {"empty_pair.hdr", changed(344, std::string("ni1\0", 4))}};
  for (const auto& [name, bytes] : files) {
    const Error error = refusal(folder, name, bytes);
    EXPECT_FALSE(error.hint().empty()) << name << ": " << error.what();
  }
}

TEST(BadVolumes, BombsAreRefusedByTheirHeaders) {
  const TestFolder folder;
  const float lps[3][4] = {{-0.01F, 0, 0, 0}, {0, -0.02F, 0, 0}, {0, 0, 0.035F, 0}};
  std::string head = nifti(1, 0, lps, 0, "");
  head.replace(42, 6, raw(std::int16_t{20000}) + raw(std::int16_t{20000}) + raw(std::int16_t{500}));
  // Packed by the library's own method the voxels would take 200 GB / 1032; a file of 400 bytes cannot hold them.
  EXPECT_NE(refusal(folder, "bomb.nii", head).message().find("more than a file of"), std::string::npos);
  std::string packed = mha("", "ElementSpacing = 0.01 0.02 0.035\n");
  packed.replace(packed.find("CompressedData = False"), 22, "CompressedData = True");
  packed.replace(packed.find("7 5 4"), 5, "20000 20000 500");
  EXPECT_NE(refusal(folder, "bomb.mha", packed + stored_zlib("abc")).message().find("more than a file of"),
            std::string::npos);
  const Error frames =
      refusal(folder, "bomb.dcm",
              dicom_file(pixel_elements(16, "MONOCHROME2", 1, false, "900000") + element(0x7FE0, 0x10, "OW", "ab")));
  EXPECT_EQ(frames.kind(), ErrorKind::kData) << frames.what();
}

TEST(BadVolumes, VideosWithImpossibleSizes) {
  const TestFolder folder;
  const std::string whole = avi(3);
  const std::size_t at = whole.find("strf") + 12;
  for (const std::int32_t side : {60000, 1 << 30, -7, 0}) {
    std::string video = whole;
    video.replace(at, 8, raw(side) + raw(side));
    const Error error = refusal(folder, "hostile.avi", video);
    EXPECT_EQ(error.kind(), ErrorKind::kData) << side;
    EXPECT_NE(error.hint().find("ffmpeg"), std::string::npos) << side;
  }
  for (const std::size_t kept : {40u, 120u, 300u}) {
    const Error error = refusal(folder, "cut.avi", whole.substr(0, kept));
    EXPECT_NE(error.message().find("damaged or cut off"), std::string::npos) << kept << error.message();
  }
}

TEST(BadVolumes, ADecoderThatDiesLeavesTheNextFileReadable) {
  const TestFolder folder;
  std::filesystem::path noise = folder.write("noise.dcm", std::string(128, '\0') + "DICM");
  const std::filesystem::path good = folder.write("good.dcm", dicom(0));
  const Error error = error_of([&] { open(noise); });
  EXPECT_EQ(error.where().file, "noise.dcm");
  EXPECT_FALSE(error.hint().empty());
  EXPECT_EQ(open(good)->info().width, kX);
}

}  // namespace
}  // namespace vesica
