// SPDX-License-Identifier: Apache-2.0
// TIFFs written through libtiff come back pixel by pixel; descriptions, traps and hostile files.
#include "vesica/io/tiff.h"

#include <cstring>

#include <tiffio.h>

#include "vesica/io/image_test_help.h"
#include "vesica/io/image_text.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

struct Sink {
  std::string bytes;
  std::size_t at = 0;
};
tsize_t sink_write(thandle_t handle, void* data, tsize_t n) {
  auto& sink = *static_cast<Sink*>(handle);
  const auto size = static_cast<std::size_t>(n);
  if (sink.at + size > sink.bytes.size()) sink.bytes.resize(sink.at + size);
  std::memcpy(sink.bytes.data() + sink.at, data, size);
  sink.at += size;
  return n;
}
tsize_t sink_read(thandle_t handle, void* data, tsize_t n) {
  auto& sink = *static_cast<Sink*>(handle);
  if (sink.at >= sink.bytes.size()) return 0;
  const std::size_t got = std::min(static_cast<std::size_t>(n), sink.bytes.size() - sink.at);
  std::memcpy(data, sink.bytes.data() + sink.at, got);
  sink.at += got;
  return static_cast<tsize_t>(got);
}
toff_t sink_seek(thandle_t handle, toff_t offset, int whence) {
  auto& sink = *static_cast<Sink*>(handle);
  sink.at = offset + (whence == SEEK_CUR ? sink.at : whence == SEEK_END ? sink.bytes.size() : 0);
  return sink.at;
}
int sink_close(thandle_t) { return 0; }
toff_t sink_size(thandle_t handle) { return static_cast<Sink*>(handle)->bytes.size(); }

void write_tags(TIFF* tiff, const TestPage& page) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(page.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(page.height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, page.samples);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, page.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, page.format);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, page.compression);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, page.photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, page.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  if (page.reduced) TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
  if (!page.description.empty()) TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, page.description.c_str());
  if (page.x_resolution > 0) {
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, page.x_resolution);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, page.y_resolution);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, page.resolution_unit);
  }
  if (!page.palette.empty())
    TIFFSetField(tiff, TIFFTAG_COLORMAP, page.palette.data(), page.palette.data() + 256, page.palette.data() + 512);
}

void write_tiles(TIFF* tiff, const TestPage& page) {
  TIFFSetField(tiff, TIFFTAG_TILEWIDTH, static_cast<std::uint32_t>(page.tile));
  TIFFSetField(tiff, TIFFTAG_TILELENGTH, static_cast<std::uint32_t>(page.tile));
  const std::size_t pixel = page.samples * static_cast<std::size_t>(page.bits) / 8;
  for (std::size_t y = 0; y < page.height; y += page.tile) {
    for (std::size_t x = 0; x < page.width; x += page.tile) {
      std::string tile(page.tile * page.tile * pixel, '\0');
      for (std::size_t r = 0; r < page.tile && y + r < page.height; ++r) {
        const std::size_t n = std::min(page.tile, page.width - x) * pixel;
        std::memcpy(tile.data() + r * page.tile * pixel, page.bytes.data() + ((y + r) * page.width + x) * pixel, n);
      }
      TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0);
    }
  }
}

}  // namespace

std::string write_tiff(const std::vector<TestPage>& pages, const char* mode) {
  Sink sink;
  TIFF* tiff =
      TIFFClientOpen("test", mode, &sink, sink_read, sink_write, sink_seek, sink_close, sink_size, nullptr, nullptr);
  for (const TestPage& page : pages) {
    write_tags(tiff, page);
    if (page.tile > 0) {
      write_tiles(tiff, page);
    } else {
      TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(page.rows_per_strip));
      const std::size_t planes = page.separate ? page.samples : 1;
      const std::size_t row = page.bytes.size() / planes / page.height;
      for (std::size_t s = 0; s < planes; ++s) {
        for (std::size_t y = 0; y < page.height; ++y) {
          std::string bytes = page.bytes.substr((s * page.height + y) * row, row);
          TIFFWriteScanline(tiff, bytes.data(), static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(s));
        }
      }
    }
    TIFFWriteDirectory(tiff);
  }
  TIFFClose(tiff);
  return sink.bytes;
}

namespace {

std::shared_ptr<const ImageSource> open(const std::string& bytes) { return open_tiff(bytes_of(bytes), "t.tif"); }

TestPage grey(std::size_t width, std::size_t height, int bits = 8) {
  TestPage page;
  page.width = width;
  page.height = height;
  page.bits = bits;
  const std::size_t n = width * height;
  page.bytes = bits == 8 ? ramp<std::uint8_t>(n) : bits == 16 ? ramp<std::uint16_t>(n, 7) : ramp<std::uint32_t>(n, 9e4);
  return page;
}

TEST(Tiff, BitsPackingsAndPiecesComeBack) {
  for (const int bits : {8, 16, 32}) {
    for (const int packing : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
      for (const std::size_t tile : {std::size_t{0}, std::size_t{16}}) {
        for (const char* mode : {"wl", "wb", "w8"}) {
          TestPage page = grey(37, 21, bits);
          page.compression = packing;
          page.tile = tile;
          const auto source = open(write_tiff({page}, mode));
          ASSERT_EQ(source->info().width, 37u);
          const Image2 image = source->read_frame(0);
          const double step = bits == 8 ? 1 : bits == 16 ? 7 : 9e4;
          for (const std::size_t i : {0u, 36u, 37u, 400u, 776u}) {
            const double value = step * static_cast<double>(i);
            EXPECT_EQ(image.pixels[i], static_cast<float>(bits == 8 ? i % 256 : value)) << bits << packing << mode;
          }
        }
      }
    }
  }
}

TEST(Tiff, FloatsSignsAndBits) {
  TestPage page = grey(6, 4);
  page.bits = 32;
  page.format = 3;
  page.bytes = ramp<float>(24, 0.25, -2);
  EXPECT_EQ(open(write_tiff({page}))->read_frame(0).at(3, 2), -2 + 0.25F * 15);
  page.bits = 64;
  page.bytes = ramp<double>(24, 0.5, -3);
  EXPECT_EQ(open(write_tiff({page}))->read_frame(0).at(5, 3), -3 + 0.5F * 23);
  page.bits = 16;
  page.format = 2;
  page.bytes = ramp<std::int16_t>(24, 100, -1000);
  const auto source = open(write_tiff({page}));
  EXPECT_EQ(source->read_frame(0).at(0, 1), -400);
  const Volume box = source->read_box(source->whole());
  EXPECT_EQ(box.value(0, 1, 0), -400);
  page.bits = 1;
  page.format = 1;
  page.width = 10;
  page.height = 2;
  page.bytes = std::string("\x80\x40\x00\xC0", 4);
  const Image2 mask = open(write_tiff({page}))->read_frame(0);
  EXPECT_EQ(mask.at(0, 0), 255);
  EXPECT_EQ(mask.at(9, 0), 255);
  EXPECT_EQ(mask.at(1, 0), 0);
  EXPECT_EQ(mask.at(8, 1), 255);
}

TEST(Tiff, ColourPaletteAndWhiteIsZero) {
  TestPage page;
  page.width = 4;
  page.height = 3;
  page.samples = 3;
  page.photometric = 2;
  page.bytes = ramp<std::uint8_t>(36);
  const auto source = open(write_tiff({page}));
  ASSERT_TRUE(source->info().colour);
  const std::vector<Image2> colours = source->read_channels(0);
  EXPECT_EQ(colours[2].at(1, 1), (4 + 1) * 3 + 2);
  page.separate = true;  // 12 reds, 12 greens, 12 blues
  EXPECT_EQ(open(write_tiff({page}))->read_frame(0, 1).at(1, 1), 12 + 5);
  TestPage index = grey(4, 3);
  index.photometric = 3;
  index.palette.assign(768, 0);
  for (std::size_t i = 0; i < 256; ++i) index.palette[i] = static_cast<std::uint16_t>(65535 - 257 * i);
  const auto red = open(write_tiff({index}));
  ASSERT_EQ(red->info().channels, 3u);
  EXPECT_EQ(red->read_frame(0, 0).at(2, 1), 255 - 6);
  EXPECT_EQ(red->read_frame(0, 1).at(2, 1), 0);
  index.description = "ImageJ=1.54f\n";  // there the palette is a way of display
  EXPECT_EQ(open(write_tiff({index}))->read_frame(0, 0).at(2, 1), 6);
  TestPage white = grey(4, 3);
  white.photometric = 0;
  EXPECT_EQ(open(write_tiff({white}))->read_frame(0).at(2, 1), 255 - 6);
}

TEST(Tiff, ImagejStackHasSlicesFramesChannelsSpacingAndUnit) {
  std::vector<TestPage> pages;
  for (int i = 0; i < 12; ++i) {
    TestPage page = grey(5, 4);
    page.bytes = std::string(20, static_cast<char>(i));
    page.x_resolution = page.y_resolution = 2;
    page.resolution_unit = 1;
    pages.push_back(page);
  }
  pages[0].description =
      "ImageJ=1.54f\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nunit=\\u00B5m\nspacing=4.5\n"
      "finterval=600.0\ntunit=sec\n";
  const auto source = open(write_tiff(pages));
  const ImageInfo& info = source->info();
  EXPECT_EQ(info.depth, 3u);
  EXPECT_EQ(info.frames, 2u);
  EXPECT_EQ(info.channels, 2u);
  EXPECT_DOUBLE_EQ(info.voxel_um[0].value, 0.5);
  EXPECT_DOUBLE_EQ(info.voxel_um[2].value, 4.5);
  EXPECT_EQ(info.frame_times_s, (std::vector<double>{0, 600}));
  EXPECT_EQ(source->read_box({0, 0, 1, 2, 2, 3}, 1, 1).stored(0), 6 + 1 * 2 + 1);  // t 1, z 1, channel 1
}

/// UTF-16, big-endian, of ASCII.
std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += {'\0', c};
  return out;
}

/// A big-endian TIFF as ImageJ writes it: directory, description, labels of slices, then all planes in one piece.
std::string imagej_in_one_piece(std::size_t planes, const std::string& axis = "slices",
                                const std::vector<std::string>& labels = {"a", "b", "c"}) {
  std::string text = "ImageJ=1.54f\nimages=3\n" + axis + "=3\n";
  text += '\0';
  const auto number = [](std::uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
    return out;
  };
  struct Entry {
    std::uint32_t tag, type, count, value;
  };
  const std::uint32_t text_at = 8 + 2 + 11 * 12 + 4, sizes_at = text_at + static_cast<std::uint32_t>(text.size());
  std::string pieces = "IJIJinfo" + number(1, 4) + "labl" + number(static_cast<std::uint32_t>(labels.size()), 4);
  std::string sizes = number(static_cast<std::uint32_t>(pieces.size()), 4) + number(4, 4);
  pieces += wide("hi");
  for (const std::string& label : labels) {
    sizes += number(static_cast<std::uint32_t>(2 * label.size()), 4);
    pieces += wide(label);
  }
  const std::uint32_t pieces_at = sizes_at + static_cast<std::uint32_t>(sizes.size());
  const std::uint32_t pixels_at = pieces_at + static_cast<std::uint32_t>(pieces.size());
  const std::vector<Entry> entries = {{256, 4, 1, 5},
                                      {257, 4, 1, 4},
                                      {258, 3, 1, 16U << 16},
                                      {262, 3, 1, 1U << 16},
                                      {270, 2, static_cast<std::uint32_t>(text.size()), text_at},
                                      {273, 4, 1, pixels_at},
                                      {277, 3, 1, 1U << 16},
                                      {278, 4, 1, 4},
                                      {279, 4, 1, 40},
                                      {50838, 4, static_cast<std::uint32_t>(sizes.size() / 4), sizes_at},
                                      {50839, 1, static_cast<std::uint32_t>(pieces.size()), pieces_at}};
  std::string file = std::string("MM\0*", 4) + number(8, 4) + number(11, 2);
  for (const Entry& entry : entries)
    file += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4) + number(entry.value, 4);
  file += number(0, 4) + text + sizes + pieces;
  for (std::size_t i = 0; i < planes * 20; ++i) file += number(static_cast<std::uint32_t>(100 * (i / 20) + i % 20), 2);
  return file;
}

TEST(Tiff, ImagejStackBehindOneDirectory) {
  const auto source = open(imagej_in_one_piece(3));
  EXPECT_EQ(source->info().depth, 3u);
  EXPECT_EQ(source->read_frame(2).at(4, 3), 219);
  EXPECT_EQ(source->read_box({1, 1, 1, 3, 2, 2}).stored(0), 106);
  EXPECT_THROW(open(imagej_in_one_piece(2)), Error) << "a slice is missing";
}

TEST(Tiff, LabelsOfImagejNameItsChannels) {
  using Names = std::vector<std::string>;
  const auto names = [](const std::vector<std::string>& labels) {
    return open(imagej_in_one_piece(3, "channels", labels))->info().channel_names;
  };
  EXPECT_EQ(names({"Hoechst", "PKH26", "GFP"}), (Names{"Hoechst", "PKH26", "GFP"}));
  EXPECT_EQ(names({"c:1/3 - DAPI", "c:2/3 - PKH26", "c:3/3 - DIC"}), (Names{"DAPI", "PKH26", "DIC"}));
  EXPECT_EQ(names({"c:1/3 - x.lif", "c:2/3 - x.lif", "c:3/3 - x.lif"}), Names{}) << "the name of the file";
  EXPECT_EQ(names({"DAPI", "", "GFP"}), Names{});
  EXPECT_EQ(names({"DAPI", "GFP"}), Names{});
  EXPECT_EQ(open(imagej_in_one_piece(3))->info().channel_names, Names{}) << "slices";
}

TEST(Tiff, HostileLabelsOfImagejNameNothing) {
  const std::string whole = imagej_in_one_piece(3, "channels", {"DAPI", "PKH26", "GFP"});
  const std::size_t head = whole.find("IJIJ"), sizes = head - 20;
  ASSERT_NE(head, std::string::npos);
  std::size_t named = 0;
  for (std::size_t at = sizes; at < head + 24; ++at) {
    for (const char byte : {'\0', '\x01', '\x7F', '\xFF'}) {
      std::string broken = whole;
      broken[at] = byte;
      const auto source = open(broken);  // labels alone are lost, never the picture
      EXPECT_EQ(source->info().channels, 3u) << at;
      named += source->info().channel_names.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(named, 0u) << "some bytes change nothing";
}

TEST(Tiff, ResolutionOf72DpiIsNoScale) {
  TestPage page = grey(4, 4);
  page.x_resolution = page.y_resolution = 72;
  const auto ignored = open(write_tiff({page}));
  EXPECT_FALSE(ignored->info().pixel_um().known());
  ASSERT_EQ(ignored->info().notes.size(), 1u);
  EXPECT_EQ(ignored->info().notes[0].kind, "image.resolution_ignored");
  page.x_resolution = page.y_resolution = 15384.6;  // 0.65 um
  page.resolution_unit = 3;
  EXPECT_NEAR(open(write_tiff({page}))->info().pixel_um().value, 0.65, 1e-4);
  // ImageJ keeps the inches of a file that it only opened.
  page.description = "ImageJ=1.54f\nunit=inch\n";
  page.x_resolution = page.y_resolution = 72;
  page.resolution_unit = 2;
  EXPECT_FALSE(open(write_tiff({page}))->info().pixel_um().known());
}

constexpr const char* kOmeHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
    "<Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" SizeX=\"5\" SizeY=\"4\" Type=\"uint8\" ";

TEST(Tiff, OmeDescriptionOrdersPlanesAndGivesScale) {
  std::vector<TestPage> pages;
  for (int i = 0; i < 6; ++i) {
    TestPage page = grey(5, 4);
    page.bytes = std::string(20, static_cast<char>(i));
    pages.push_back(page);
  }
  pages[0].description = std::string(kOmeHead) +
                         "SizeZ=\"1\" SizeC=\"2\" SizeT=\"3\" DimensionOrder=\"XYZTC\" PhysicalSizeX=\"650\" "
                         "PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"0.65\" PhysicalSizeZ=\"1\" "
                         "PhysicalSizeZUnit=\"pixel\" TimeIncrement=\"0.5\" TimeIncrementUnit=\"h\">"
                         "<Channel Name=\"DAPI\"/><Channel Name=\"EdU\"/><TiffData/></Pixels></Image></OME>";
  const auto source = open(write_tiff(pages));
  const ImageInfo& info = source->info();
  EXPECT_EQ(info.channels, 2u);
  EXPECT_EQ(info.frames, 3u);
  EXPECT_NEAR(info.pixel_um().value, 0.65, 1e-12);
  EXPECT_FALSE(info.voxel_um[2].known()) << "a pixel is no length";
  ASSERT_EQ(info.notes.size(), 1u);
  EXPECT_EQ(info.notes[0].kind, "image.unit_ignored");
  EXPECT_EQ(info.frame_times_s.back(), 3600);
  EXPECT_EQ(info.channel_names[1], "EdU");
  EXPECT_EQ(source->read_frame(2, 1).at(0, 0), 5);  // order XYZTC: t fastest
  EXPECT_EQ(source->read_frame(1, 0).at(0, 0), 1);
  pages[0].description = std::string(kOmeHead) + "SizeZ=\"1\" SizeC=\"2\" SizeT=\"4\"></Pixels></Image></OME>";
  EXPECT_EQ(error_of([&] { open(write_tiff(pages)); }).kind(), ErrorKind::kData) << "two planes are missing";
  pages[0].description =
      std::string(kOmeHead) + "SizeZ=\"1\" SizeC=\"999999\" SizeT=\"999999\" SizeZ=\"1\"></Pixels></Image></OME>";
  EXPECT_THROW(open(write_tiff(pages)), Error);
  pages[0].description = "<!DOCTYPE x [<!ENTITY a \"b\">]><OME><Image/></OME>";
  EXPECT_THROW(open(write_tiff(pages)), Error);
}

TEST(Tiff, PyramidAndUnequalPages) {
  TestPage small = grey(5, 4);
  small.reduced = true;
  const auto source = open(write_tiff({grey(10, 8), small}));
  EXPECT_EQ(source->info().frames, 1u);
  EXPECT_TRUE(source->info().axis_known);
  EXPECT_TRUE(source->info().notes.empty());
  small.reduced = false;
  EXPECT_EQ(open(write_tiff({grey(10, 8), small}))->info().notes.at(0).kind, "image.pages_skipped");
  EXPECT_EQ(error_of([&] { open(write_tiff({small, grey(10, 8)})); }).kind(), ErrorKind::kData);
}

TEST(Tiff, PlainPagesAreOfUnknownAxis) {
  const auto source = open(write_tiff({grey(5, 4), grey(5, 4), grey(5, 4)}));
  EXPECT_FALSE(source->info().axis_known);
  EXPECT_EQ(source->series_length(), 3u);
  EXPECT_EQ(source->volume_depth(), 3u);
}

TEST(Tiff, JeolResolutionIsThatOfTheCamera) {
  TestPage page;
  page.width = 4;
  page.height = 3;
  page.bytes = ramp<std::uint8_t>(12);
  page.x_resolution = page.y_resolution = 93.5;
  const auto pixel = [&](const std::string& mode, const std::string& kind) {
    page.description = "<?xml version=\"1.0\"?>\n<TemReporter xmlns:xsd=\"x\">\n<EosMode>" + mode +
                       "</EosMode><ImageFormingSystem>\n <ModeString>" + kind +
                       "</ModeString>\n <SelectorValue>150000</SelectorValue></ImageFormingSystem></TemReporter>";
    return open_tiff(bytes_of(write_tiff({page}, "wl")), "jeol.tif")->info().pixel_um();
  };
  EXPECT_NEAR(pixel("eosTEM", "MAG").value, 25400 / 93.5 / 150000, 1e-12);
  EXPECT_FALSE(pixel("eosTEM", "DIFF").known()) << "a diffraction pattern has no length";
  EXPECT_FALSE(pixel("eosASID", "MAG").known()) << "a scan has another pixel than the camera";
}

TEST(Tiff, WithoutItsDescriptionAFileIsCutOff) {
  TestPage page;
  page.width = 4;
  page.height = 3;
  page.bytes = ramp<std::uint8_t>(12);
  page.description = "ImageJ=1.53t\nunit=micron\nimages=1\nspacing=2\nmin=0\nmax=255\n";
  const std::string whole = write_tiff({page}, "wl");
  const std::size_t at = whole.find("ImageJ=");
  ASSERT_NE(at, std::string::npos);
  const Error error = error_of([&] { open_tiff(bytes_of(whole.substr(0, at + 9)), "cut.tif"); });
  EXPECT_EQ(error.kind(), ErrorKind::kData) << error.what();
}

TEST(Tiff, CutAndHostileFilesAreRefused) {
  TestPage page = grey(40, 40, 16);
  page.compression = COMPRESSION_LZW;
  const std::string good = write_tiff({page, page});
  for (std::size_t keep = 0; keep < good.size(); keep += 13) {
    try {
      const auto source = open(good.substr(0, keep));
      for (std::size_t i = 0; i < source->series_length(); ++i) static_cast<void>(source->read_frame(i));
      ADD_FAILURE() << "cut at " << keep << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData);
    }
  }
  // A header of some hundred bytes that declares 60000 x 60000: refused before memory is taken.
  TestPage wide = grey(300, 2, 16);
  wide.compression = COMPRESSION_ADOBE_DEFLATE;
  std::string bomb = write_tiff({wide}, "wl");
  for (std::size_t i = 0; i + 12 < bomb.size(); ++i) {
    if (bomb.compare(i, 2, std::string("\x00\x01", 2)) == 0 && bomb[i + 2] == 3) {  // ImageWidth
      const std::uint16_t width = 60000;
      std::memcpy(bomb.data() + i + 8, &width, 2);
      std::memcpy(bomb.data() + i + 20, &width, 2);
      break;
    }
  }
  const Error error = error_of([&] { open(bomb); });
  EXPECT_EQ(error.kind(), ErrorKind::kData);
  EXPECT_NE(error.message().find("60000"), std::string::npos) << error.message();
}

TEST(Tiff, UnitsOfLength) {
  EXPECT_EQ(micrometres_in("micron"), 1);
  EXPECT_EQ(micrometres_in("\xC2\xB5m"), 1);
  EXPECT_EQ(micrometres_in("\xB5m"), 1);
  EXPECT_EQ(micrometres_in("nm"), 1e-3);
  EXPECT_FALSE(micrometres_in("pixel"));
  EXPECT_FALSE(micrometres_in("reference frame"));
  EXPECT_FALSE(micrometres_in(""));
  EXPECT_EQ(seconds_in("ms"), 1e-3);
}

}  // namespace
}  // namespace vesica
