// SPDX-License-Identifier: Apache-2.0
// PNG, JPEG and BMP: pixels, scale and its traps, damage and bombs.
#include "vesica/io/still.h"

#include <cstdio>

#include <jpeglib.h>

#include "vesica/io/image_test_help.h"

namespace vesica {
namespace {

std::vector<std::uint8_t> bytes_up(std::size_t n) {
  std::vector<std::uint8_t> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i * 7);
  return out;
}

TEST(Png, GreyColourAnd16BitsComeBack) {
  const std::vector<std::uint8_t> pixels = bytes_up(13 * 7 * 3);
  const std::string colour = write_png(13, 7, 3, pixels, 0.65);
  const ImageInfo info = read_png_info(colour, "a.png");
  EXPECT_TRUE(info.colour);
  EXPECT_NEAR(info.pixel_um().value, 0.65, 1e-5);
  const RawPlane raw = read_png(colour, "a.png");
  EXPECT_EQ(image_of(raw, 1).at(4, 2), pixels[(2 * 13 + 4) * 3 + 1]);
  EXPECT_EQ(colour, write_png(13, 7, 3, pixels, 0.65)) << "the same bytes";
  std::vector<std::uint16_t> wide(20);
  for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = static_cast<std::uint16_t>(3000 * i);
  const std::string deep = write_png16(5, 4, wide);
  EXPECT_EQ(read_png_info(deep, "b.png").bits, 16);
  EXPECT_EQ(image_of(read_png(deep, "b.png"), 0).at(4, 3), 57000);
  // Transparency is dropped.
  EXPECT_EQ(read_png(write_png(2, 2, 4, bytes_up(16)), "c.png").samples, 3u);
}

TEST(Png, ScreenResolutionIsNoScale) {
  std::vector<ReadNote> notes;
  EXPECT_FALSE(believed_pixel_um(2835, "PNG pHYs", notes).known());   // 72 dpi
  EXPECT_FALSE(believed_pixel_um(3780, "PNG pHYs", notes).known());   // 96 dpi
  EXPECT_FALSE(believed_pixel_um(11811, "PNG pHYs", notes).known());  // 300 dpi
  EXPECT_EQ(notes.size(), 3u);
  EXPECT_NEAR(believed_pixel_um(1e6 / 19.5, "", notes).value, 19.5, 1e-9);
  EXPECT_NEAR(believed_pixel_um(1e4, "", notes).value, 100, 1e-9) << "a gel scanner";
  EXPECT_FALSE(believed_pixel_um(0, "", notes).known());
}

TEST(Png, CutAndHostileFilesAreRefused) {
  const std::string good = write_png(40, 30, 1, bytes_up(1200));
  for (std::size_t keep = 0; keep + 12 < good.size(); keep += 7)
    EXPECT_THROW(read_png(good.substr(0, keep), "cut.png"), Error) << keep;
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 0x55);
  EXPECT_THROW(read_png(flipped, "flip.png"), Error);
  // 20000 x 20000 zeros would pack to 390 KB; a file of 100 bytes that declares them is a bomb.
  std::string bomb = write_png(2, 2, 1, bytes_up(4));
  bomb.replace(16, 8, std::string("\0\0\x4E\x20\0\0\x4E\x20", 8));
  EXPECT_THROW(read_png_info(bomb, "bomb.png"), Error);
}

std::string write_jpeg(std::size_t width, std::size_t height, int samples, std::uint8_t value) {
  jpeg_compress_struct state = {};
  jpeg_error_mgr errors = {};
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &out, &size);
  state.image_width = static_cast<JDIMENSION>(width);
  state.image_height = static_cast<JDIMENSION>(height);
  state.input_components = samples;
  state.in_color_space = samples == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, 100, TRUE);
  state.density_unit = 1;
  state.X_density = state.Y_density = 300;
  jpeg_start_compress(&state, TRUE);
  std::vector<unsigned char> row(width * static_cast<std::size_t>(samples), value);
  for (std::size_t y = 0; y < height; ++y) {
    JSAMPROW pointer = row.data();
    jpeg_write_scanlines(&state, &pointer, 1);
  }
  jpeg_finish_compress(&state);
  std::string bytes(reinterpret_cast<const char*>(out), size);
  jpeg_destroy_compress(&state);
  std::free(out);
  return bytes;
}

TEST(Jpeg, GreyAndColourComeBackWithoutScale) {
  const std::string grey = write_jpeg(33, 17, 1, 140);
  EXPECT_EQ(read_jpeg_info(grey, "a.jpg").channels, 1u);
  EXPECT_FALSE(read_jpeg_info(grey, "a.jpg").pixel_um().known()) << "300 dpi is a print size";
  EXPECT_NEAR(image_of(read_jpeg(grey, "a.jpg"), 0).at(32, 16), 140, 1);
  const std::string colour = write_jpeg(33, 17, 3, 90);
  EXPECT_EQ(read_jpeg_info(colour, "a.jpg").channels, 3u);
  EXPECT_NEAR(image_of(read_jpeg(colour, "a.jpg"), 2).at(5, 5), 90, 2);
}

TEST(Jpeg, CutFilesAreRefusedNotPaddedWithGrey) {
  const std::string good = write_jpeg(200, 200, 3, 77);
  for (std::size_t keep = 0; keep + 3 < good.size(); keep += 41)
    EXPECT_THROW(read_jpeg(good.substr(0, keep), "cut.jpg"), Error) << keep;
}

std::string little(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

/// An 8-bit BMP with a palette; `rows` in the order of the file.
std::string bmp8(std::int32_t width, std::int32_t height, const std::string& rows, bool grey, std::uint32_t per_metre) {
  std::string palette;
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    palette += grey ? std::string{c, c, c, '\0'} : std::string{c, '\0', '\0', '\0'};
  }
  const auto at = static_cast<std::uint32_t>(54 + palette.size());
  return "BM" + little(at + static_cast<std::uint32_t>(rows.size()), 4) + little(0, 4) + little(at, 4) + little(40, 4) +
         little(static_cast<std::uint32_t>(width), 4) + little(static_cast<std::uint32_t>(height), 4) + little(1, 2) +
         little(8, 2) + little(0, 4) + little(0, 4) + little(per_metre, 4) + little(per_metre, 4) + little(0, 4) +
         little(0, 4) + palette + rows;
}

TEST(Bmp, RowsAreBottomUpAndPaddedUnlessTheHeightIsNegative) {
  const std::string rows = std::string("\x01\x02\x03\0\x04\x05\x06\0", 8);  // 3 wide, padded to 4
  const RawPlane up = read_bmp(bmp8(3, 2, rows, true, 0), "a.bmp");
  EXPECT_EQ(image_of(up, 0).at(0, 0), 4) << "the first row of the file is the lowest";
  EXPECT_EQ(image_of(up, 0).at(2, 1), 3);
  const RawPlane down = read_bmp(bmp8(3, -2, rows, true, 0), "a.bmp");
  EXPECT_EQ(image_of(down, 0).at(0, 0), 1);
  const RawPlane colour = read_bmp(bmp8(3, 2, rows, false, 0), "a.bmp");
  ASSERT_EQ(colour.samples, 3u);
  EXPECT_EQ(image_of(colour, 2).at(1, 0), 5) << "blue comes first in the file";
  EXPECT_EQ(image_of(colour, 0).at(1, 0), 0);
}

TEST(Bmp, ScaleAndItsTraps) {
  const std::string rows(8, '\1');
  EXPECT_NEAR(read_bmp_info(bmp8(3, 2, rows, true, 52632), "a.bmp").pixel_um().value, 19, 1e-3);
  EXPECT_FALSE(read_bmp_info(bmp8(3, 2, rows, true, 2835), "a.bmp").pixel_um().known());
}

TEST(Bmp, CutHugeAndPackedFilesAreRefused) {
  const std::string good = bmp8(3, 2, std::string(8, '\1'), true, 0);
  for (std::size_t keep = 0; keep < good.size(); keep += 5) EXPECT_THROW(read_bmp(good.substr(0, keep), "x"), Error);
  std::string huge = good;
  huge.replace(18, 8, little(0x7FFFFFFF, 4) + little(0x80000000U, 4));
  EXPECT_THROW(read_bmp_info(huge, "x"), Error);
  std::string packed = good;
  packed.replace(30, 4, little(1, 4));
  EXPECT_EQ(error_of([&] { read_bmp_info(packed, "x"); }).kind(), ErrorKind::kUnsupported);
}

}  // namespace
}  // namespace vesica
