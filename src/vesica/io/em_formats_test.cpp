// SPDX-License-Identifier: Apache-2.0
// MRC, DM3 and DM4 written here from their descriptions; packed AIM; real micrographs.
#include <cstdlib>

#include "vesica/io/dm.h"
#include "vesica/io/image_test_help.h"
#include "vesica/io/images.h"
#include "vesica/io/mrc.h"
#include "vesica/io/open.h"
#include "vesica/io/scanco.h"
#include "vesica/io/volume_test_files.h"

namespace vesica {
namespace {

using test_volume::raw;

/// Bytes of a number, big-endian when asked.
template <typename T>
std::string number(T value, bool big = false) {
  std::string out = raw(value);
  if (big) std::reverse(out.begin(), out.end());
  return out;
}

struct MrcOptions {
  std::int32_t mode = 1, images = 3, space_group = 0;
  float cell_angstrom = 28;  ///< of four pixels
  bool big = false;
  std::string extended = {}, kind = {};
};

/// 4 x 2 pixels of 16 bits, numbered from 0.
std::string mrc(const MrcOptions& options = {}) {
  std::string head(1024, '\0');
  const auto put = [&](std::size_t at, const std::string& bytes) { head.replace(at, bytes.size(), bytes); };
  const auto whole = [&](std::size_t at, std::int32_t value) { put(at, number(value, options.big)); };
  const std::int32_t sizes[3] = {4, 2, options.images};
  for (std::size_t i = 0; i < 3; ++i) {
    whole(4 * i, sizes[i]);
    whole(28 + 4 * i, sizes[i]);
    put(40 + 4 * i, number(options.cell_angstrom * static_cast<float>(sizes[i]) / 4, options.big));
    whole(64 + 4 * i, static_cast<std::int32_t>(i + 1));
  }
  whole(12, options.mode);
  whole(88, options.space_group);
  whole(92, static_cast<std::int32_t>(options.extended.size()));
  put(104, options.kind);
  put(208, "MAP ");
  put(212, options.big ? "\x11\x11" : "\x44\x44");
  std::string out = head + options.extended;
  for (std::int16_t i = 0; i < 8 * options.images; ++i) out += number(i, options.big);
  return out;
}

std::shared_ptr<const ImageSource> read_mrc(const std::string& bytes) { return open_mrc(bytes_of(bytes), "a.mrc"); }

TEST(Mrc, BothByteOrdersStacksAndVolumes) {
  for (const bool big : {false, true}) {
    const auto stack = read_mrc(mrc({.big = big}));
    EXPECT_EQ(stack->info().frames, 3u);
    EXPECT_FALSE(stack->info().axis_known);
    EXPECT_NEAR(stack->info().voxel_um[0].value, 7e-4, 1e-9);
    EXPECT_FALSE(stack->info().voxel_um[2].known()) << "images have no distance";
    EXPECT_EQ(stack->read_frame(2).at(1, 1), 21);
    const auto volume = read_mrc(mrc({.space_group = 1, .big = big}));
    EXPECT_EQ(volume->info().depth, 3u);
    EXPECT_NEAR(volume->info().voxel_um[2].value, 7e-4, 1e-9);
    EXPECT_EQ(volume->read_box({1, 0, 1, 3, 2, 3}).value(1, 1, 1), 22);
  }
  EXPECT_EQ(recognise(std::string_view(mrc()), "a.map").id, "mrc");
}

TEST(Mrc, AnAngstromIsNoSizeAndFeiKnowsBetter) {
  const auto unit = read_mrc(mrc({.cell_angstrom = 4}));
  EXPECT_FALSE(unit->info().pixel_um().known());
  EXPECT_EQ(unit->info().notes.at(0).kind, "image.resolution_ignored");
  EXPECT_FALSE(read_mrc(mrc({.cell_angstrom = 0}))->info().pixel_um().known());
  std::string section(888, '\0');
  section.replace(156, 8, number(2.5e-9));
  const auto fei = read_mrc(mrc({.cell_angstrom = 4, .extended = section, .kind = "FEI1"}));
  EXPECT_NEAR(fei->info().pixel_um().value, 0.0025, 1e-12);
  std::string old(131072, '\0');
  old.replace(44, 4, number(3e-9F));
  EXPECT_NEAR(read_mrc(mrc({.cell_angstrom = 4, .extended = old}))->info().pixel_um().value, 0.003, 1e-8);
}

TEST(Mrc, DamageIsNamed) {
  const std::string whole = mrc();
  EXPECT_EQ(error_of([&] { read_mrc(whole.substr(0, 500)); }).kind(), ErrorKind::kData);
  EXPECT_NE(error_of([&] { read_mrc(whole.substr(0, whole.size() - 5)); }).message().find("ends after 2"),
            std::string::npos);
  EXPECT_EQ(error_of([&] { read_mrc(mrc({.mode = 4})); }).kind(), ErrorKind::kUnsupported);
  std::string bomb = whole;
  bomb.replace(0, 12, number<std::int32_t>(2000000000) + number<std::int32_t>(2000000000) + number<std::int32_t>(9));
  EXPECT_EQ(error_of([&] { read_mrc(bomb); }).kind(), ErrorKind::kData);
  EXPECT_EQ(error_of([&] { read_mrc(mrc({.images = -1})); }).kind(), ErrorKind::kData);
}

/// The tree of a DM file; lengths have 4 bytes in version 3, 8 in version 4.
class DmWriter {
 public:
  explicit DmWriter(bool wide) : wide_(wide) {}
  std::string length(std::uint64_t value) const {
    return wide_ ? number(value, true) : number(static_cast<std::uint32_t>(value), true);
  }
  std::string entry(char kind, const std::string& name, const std::string& body) const {
    return std::string(1, kind) + number(static_cast<std::uint16_t>(name.size()), true) + name +
           (wide_ ? length(body.size()) : "") + body;
  }
  std::string group(const std::string& name, const std::vector<std::string>& entries) const {
    return entry(20, name, members(entries));
  }
  std::string members(const std::vector<std::string>& entries) const {
    std::string out = std::string("\1\0", 2) + length(entries.size());
    for (const std::string& one : entries) out += one;
    return out;
  }
  /// A number of a type: 5 unsigned long, 6 float, ...
  template <typename T>
  std::string leaf(const std::string& name, std::uint64_t type, T value) const {
    return entry(21, name, "%%%%" + length(1) + length(type) + raw(value));
  }
  std::string array(const std::string& name, std::uint64_t type, std::uint64_t count, const std::string& bytes) const {
    return entry(21, name, "%%%%" + length(3) + length(20) + length(type) + length(count) + bytes);
  }
  std::string text(const std::string& name, const std::string& ascii) const {
    std::string wide;
    for (const char c : ascii) wide += {c, '\0'};
    return array(name, 4, ascii.size(), wide);
  }
  std::string image(std::uint32_t type, const std::vector<std::uint32_t>& sizes, const std::string& unit,
                    const std::string& data, std::uint64_t item, std::uint64_t count) const {
    std::vector<std::string> dimensions, scales;
    for (const std::uint32_t size : sizes) {
      dimensions.push_back(leaf("", 5, size));
      scales.push_back(group("", {leaf("Scale", 6, 2.5F), text("Units", unit)}));
    }
    return group(
        "", {group("ImageData", {group("Calibrations", {group("Dimension", scales)}), array("Data", item, count, data),
                                 leaf("DataType", 5, type), group("Dimensions", dimensions)})});
  }
  /// A file of a thumbnail and these images.
  std::string file(std::vector<std::string> images) const {
    images.insert(images.begin(), image(23, {1, 1}, "", "abcd", 10, 4));
    const std::string tree = members(
        {group("ImageList", images), group("Thumbnails", {group("", {leaf("ImageIndex", 5, std::uint32_t{0})})})});
    return number(std::uint32_t{wide_ ? 4U : 3U}, true) + length(tree.size()) + number(std::uint32_t{1}, true) + tree;
  }
  /// 3 x 2 pixels of 32-bit floats, i / 4.
  std::string picture(const std::string& unit) const { return image(2, {3, 2}, unit, ramp<float>(6, 0.25), 6, 6); }

 private:
  bool wide_;
};

std::shared_ptr<const ImageSource> read_dm(const std::string& bytes) { return open_dm(bytes_of(bytes), "a.dm3"); }

TEST(Dm, PixelsAndScaleOfBothVersions) {
  for (const bool wide : {false, true}) {
    const DmWriter dm(wide);
    const std::string bytes = dm.file({dm.picture("nm")});
    EXPECT_EQ(recognise(std::string_view(bytes), "a").id, "dm");
    const auto source = read_dm(bytes);
    EXPECT_EQ(source->info().width, 3u);
    EXPECT_NEAR(source->info().pixel_um().value, 0.0025, 1e-12);
    EXPECT_EQ(source->read_frame(0).at(2, 1), 1.25F);
    EXPECT_TRUE(source->info().notes.empty());
    EXPECT_EQ(read_dm(dm.file({dm.picture("1/nm")}))->info().notes.at(0).kind, "image.unit_ignored");
    EXPECT_EQ(read_dm(dm.file({dm.picture("nm"), dm.picture("nm")}))->info().notes.at(0).kind, "image.first_series");
  }
}

TEST(Dm, ThirdAxesColourAndWhatIsNoImage) {
  const DmWriter dm(false);
  const std::string words = ramp<std::uint16_t>(12);
  const auto stack = [&](const std::string& unit) { return dm.file({dm.image(10, {3, 2, 2}, unit, words, 4, 12)}); };
  EXPECT_EQ(read_dm(stack("nm"))->info().depth, 2u);
  const auto moments = read_dm(stack("s"));
  EXPECT_EQ(moments->info().frame_times_s, (std::vector<double>{0, 2.5}));
  EXPECT_FALSE(read_dm(stack(""))->info().axis_known);
  EXPECT_EQ(read_dm(stack(""))->read_frame(1).at(2, 1), 11);
  const auto colour = read_dm(dm.file({dm.image(23, {2, 2}, "", "bgr-BGR-bgr-BGR-", 5, 4)}));
  EXPECT_EQ(colour->read_channels(0)[0].at(1, 0), 'R');
  EXPECT_EQ(colour->read_channels(0)[2].at(0, 0), 'b');
  for (const std::string& bytes : {stack("eV"), dm.file({dm.image(3, {3, 2}, "", std::string(48, 'x'), 6, 12)}),
                                   dm.file({dm.image(2, {6}, "", ramp<float>(6), 6, 6)}),
                                   dm.file({dm.image(10, {3, 2, 2, 1}, "", words, 4, 12)})}) {
    const Error error = error_of([&] { read_dm(bytes); });
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.what();
    EXPECT_NE(error.hint().find("Save Display As"), std::string::npos);
  }
}

TEST(Dm, DamageIsNamed) {
  const DmWriter dm(true);
  const std::string whole = dm.file({dm.picture("nm")});
  for (const std::size_t kept : {20u, 60u, 200u, 500u}) {
    ASSERT_LT(kept, whole.size());
    EXPECT_EQ(error_of([&] { read_dm(whole.substr(0, kept)); }).kind(), ErrorKind::kData) << kept;
  }
  EXPECT_EQ(error_of([&] { read_dm(dm.file({})); }).kind(), ErrorKind::kData) << "a thumbnail alone";
  EXPECT_EQ(error_of([&] {
              read_dm(dm.file({dm.image(2, {40000, 40000}, "nm", "abcd", 6, 1)}));
            }).kind(),
            ErrorKind::kData);
}

/// AIM of version 3, 5 x 4 x 3 voxels of 10, 20 and 35 um.
std::string aim3(std::int32_t type, const std::string& data, std::int64_t border = 0) {
  const std::string log = "Mu_Scaling                           8192\n";
  std::string out = std::string("AIMDATA_V030   \0", 16);
  for (const std::int64_t length : {std::int64_t{40}, std::int64_t{224}, static_cast<std::int64_t>(log.size()),
                                    static_cast<std::int64_t>(data.size()), std::int64_t{0}})
    out += raw(length);
  std::string image(224, '\0');
  const auto put = [&](std::size_t at, const std::string& bytes) { image.replace(at, bytes.size(), bytes); };
  put(12, raw(type));
  const std::int64_t sizes[3] = {5, 4, 3}, nanometres[3] = {10000, 20000, 35000};
  for (std::size_t i = 0; i < 3; ++i) {
    put(40 + 8 * i, raw(sizes[i]));
    put(64 + 8 * i, raw(border));
    put(184 + 8 * i, raw(nanometres[i]));
  }
  return out + image + log + data;
}

bool solid(std::size_t x, std::size_t y, std::size_t z) { return (x + 2 * y + z) % 3 == 0; }

TEST(Aim, Version3PlainAndPacked) {
  std::string plain, bits(3 * 2 * 2, '\0');
  std::vector<std::pair<char, int>> runs;
  for (std::size_t z = 0; z < 3; ++z) {
    for (std::size_t y = 0; y < 4; ++y) {
      for (std::size_t x = 0; x < 5; ++x) {
        const char value = solid(x, y, z) ? 127 : 0;
        plain += value;
        if (value != 0)
          bits[(z / 2 * 2 + y / 2) * 3 + x / 2] |= static_cast<char>(1 << (z % 2 * 4 + y % 2 * 2 + x % 2));
        if (runs.empty() || runs.back().first != value) runs.emplace_back(value, 0);
        ++runs.back().second;
      }
    }
  }
  std::string binary = "\x7F", bytes, turned;
  binary += '\0';
  ASSERT_EQ(runs.front().first, 127);
  for (const auto& [value, length] : runs) {
    binary += static_cast<char>(length);
    bytes += {value, static_cast<char>(length)};
    turned += {static_cast<char>(length), value};
  }
  const auto counted = [](const std::string& data) { return raw(static_cast<std::int64_t>(data.size() + 8)) + data; };
  const std::pair<std::int32_t, std::string> files[] = {{0x00010001, plain},
                                                        {0x00060001, bits + "\x7F"},
                                                        {0x00150001, counted(binary)},
                                                        {0x00080002, counted(bytes)},
                                                        {0x00080002, counted(turned)}};
  for (const auto& [type, data] : files) {
    const auto source = open_aim(bytes_of(aim3(type, data)), "a.aim");
    EXPECT_DOUBLE_EQ(source->info().voxel_um[2].value, 35);
    ASSERT_EQ(source->info().densities.size(), 1u);
    const Volume all = source->read_box(source->whole());
    for (std::size_t i = 0; i < all.voxels(); ++i)
      ASSERT_EQ(all.slope * all.stored(i) + all.intercept, plain[i]) << type << " " << i;
    const Volume box = source->read_box({1, 1, 1, 4, 3, 3});
    EXPECT_EQ(box.value(2, 1, 1), solid(3, 2, 2) ? 127 : 0);
  }
}

TEST(Aim, LongRunsBordersAndDamage) {
  // 255 is 254 voxels without a change: 5 x 4 x 3 of which the outermost are left out.
  const auto counted = [](const std::string& data) { return raw(static_cast<std::int64_t>(data.size() + 8)) + data; };
  const std::string inner = counted(std::string("\x7F\0\x02\x01\x03", 5));
  const auto bordered = open_aim(bytes_of(aim3(0x00150001, inner, 1)), "a.aim");
  const Volume all = bordered->read_box(bordered->whole());
  EXPECT_EQ(all.value(1, 1, 1), 127);
  EXPECT_EQ(all.value(2, 1, 1), 127);
  EXPECT_EQ(all.value(3, 1, 1), 0);
  EXPECT_EQ(all.value(1, 2, 1), 127);
  EXPECT_EQ(all.value(0, 0, 0), 0);
  EXPECT_EQ(all.value(1, 1, 0), 0);
  for (const std::string& data :
       {counted("\x7F\1\x10"), counted(std::string("\x7F\0\x3D", 3)), std::string("abc"), raw(std::int64_t{1} << 60)}) {
    EXPECT_EQ(error_of([&] { open_aim(bytes_of(aim3(0x00150001, data)), "a.aim"); }).kind(), ErrorKind::kData);
  }
  const Error rare = error_of([&] { open_aim(bytes_of(aim3(0x00040004, "x")), "a.aim"); });
  EXPECT_EQ(rare.kind(), ErrorKind::kUnsupported);
  EXPECT_NE(rare.hint().find("KHKs_Scanco_AIM_Reader"), std::string::npos);
}

TEST(DataMicrographs, PixelsOfRealFiles) {
  const char* root = std::getenv("VESICA_DATA");
  if (root == nullptr || *root == '\0') GTEST_SKIP() << "VESICA_DATA is not set";
  const std::filesystem::path folder = std::filesystem::path(root) / "em/rosettasciio_em_formats";
  const auto read = [&](const char* name) { return open_image(folder / name, recognise(folder / name).id, name); };
  // Pixels, extremes and means as ncempy 1.16 and mrcfile 1.5.4 read them.
  const auto scan = read("digitalmicrograph/2D/test_STEM_image.dm3");
  EXPECT_NEAR(scan->info().pixel_um().value, 0.24853802e-3, 1e-10);
  const Image2 image = scan->read_frame(0);
  EXPECT_EQ(*std::min_element(image.pixels.begin(), image.pixels.end()), 29407);
  EXPECT_EQ(*std::max_element(image.pixels.begin(), image.pixels.end()), 36106);
  EXPECT_NEAR(read("tiff/test_dm_image_um_unit.dm3")->info().pixel_um().value, 0.16867469, 1e-7);
  for (const char* name : {"digitalmicrograph/2D/test-1.dm3", "digitalmicrograph/2D/test-1.dm4"})
    EXPECT_EQ(read(name)->read_frame(0).pixels, (std::vector<float>{1, 2, 3, 4})) << name;
  const auto map = read("mrc/HAADFscan.mrc");
  EXPECT_NEAR(map->info().pixel_um().value, 56.791313e-4, 1e-8);
  double sum = 0;
  for (const float pixel : map->read_frame(0).pixels) sum += static_cast<double>(pixel);
  EXPECT_NEAR(sum / 256, 6066.19921875, 1e-6);
}

}  // namespace
}  // namespace vesica
