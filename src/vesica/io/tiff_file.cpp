// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/tiff_file.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <tiffio.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"

namespace vesica {

/// The open file as libtiff sees it.
struct TiffFile::State {
  std::shared_ptr<const ByteSource> bytes;
  std::string file;
  std::uint64_t at = 0;
  std::string problem;
  std::string lost;  ///< a tag that the file is too short for
  TIFF* tiff = nullptr;
};

namespace {

constexpr std::uint64_t kMaxPieceBytes = std::uint64_t{1} << 30;  // chosen: of one strip or tile
constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;      // chosen: OME-XML of many planes is long

int keep_problem(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& problem = *static_cast<std::string*>(user);
  if (!problem.empty()) return 1;
  std::array<char, 300> text = {};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  problem = text.data();
  // Of strips that are not read row by row it prints row -1.
  constexpr std::string_view kNoRow = " at scanline 4294967295";
  if (const std::size_t at = problem.find(kNoRow); at != std::string::npos) problem.erase(at, kNoRow.size());
  return 1;
}
/// libtiff leaves out a tag whose bytes lie behind the end of the file. Without its description a file would be read
/// as other planes, without a scale.
int keep_lost_description(TIFF* tiff, void* user, const char* module, const char* format, va_list arguments) {
  std::array<char, 300> text = {};
  va_list copy;
  va_copy(copy, arguments);
  std::vsnprintf(text.data(), text.size(), format, copy);
  va_end(copy);
  const std::string_view said(text.data());
  if (said.starts_with("IO error") && said.find("\"ImageDescription\"") != std::string_view::npos)
    return keep_problem(tiff, user, module, format, arguments);
  return 1;
}

template <typename S>
tsize_t read_piece(thandle_t handle, void* out, tsize_t n) {
  auto& state = *static_cast<S*>(handle);
  if (n <= 0) return 0;
  try {
    const std::size_t got = state.bytes->read_at(state.at, {static_cast<std::byte*>(out), static_cast<std::size_t>(n)});
    state.at += got;
    return static_cast<tsize_t>(got);
  } catch (const Error& error) {  // no exception may pass through libtiff
    state.problem = error.message();
    return -1;
  }
}
template <typename S>
toff_t seek_piece(thandle_t handle, toff_t offset, int whence) {
  auto& state = *static_cast<S*>(handle);
  if (whence == SEEK_SET) state.at = offset;
  if (whence == SEEK_CUR) state.at += offset;
  if (whence == SEEK_END) state.at = state.bytes->size() + offset;
  return state.at;
}
template <typename S>
toff_t size_of(thandle_t handle) {
  return static_cast<S*>(handle)->bytes->size();
}
tsize_t refuse_write(thandle_t, void*, tsize_t) { return 0; }
int close_nothing(thandle_t) { return 0; }

template <typename T>
T tag_or(TIFF* tiff, std::uint32_t tag, T fallback) {
  T value = fallback;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : fallback;
}

bool is_known_packing(unsigned packing) {
  constexpr std::array<unsigned, 8> kPackings = {COMPRESSION_NONE,          COMPRESSION_LZW,     COMPRESSION_JPEG,
                                                 COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS,
                                                 COMPRESSION_ZSTD,          COMPRESSION_LZMA};
  return std::find(kPackings.begin(), kPackings.end(), packing) != kPackings.end();
}

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::kUnsupported, say("This TIFF holds pixels of a kind that Vesica does not read: {}.", what),
              {file, 0, 0, ""},
              say("Open it in Fiji and save it as TIFF (File > Save As > Tiff), or convert it: bfconvert -compression "
                  "zlib IN OUT.ome.tiff"));
}

std::optional<SampleType> type_of(unsigned format, unsigned bits) {
  const bool is_signed = format == SAMPLEFORMAT_INT;
  if (format == SAMPLEFORMAT_IEEEFP) {
    if (bits == 32) return SampleType::kF32;
    return bits == 64 ? std::optional(SampleType::kF64) : std::nullopt;
  }
  if (bits == 1 || bits == 8) return is_signed ? SampleType::kI8 : SampleType::kU8;
  if (bits == 16) return is_signed ? SampleType::kI16 : SampleType::kU16;
  if (bits == 32) return is_signed ? SampleType::kI32 : SampleType::kU32;
  if (bits == 64) return is_signed ? SampleType::kI64 : SampleType::kU64;
  return std::nullopt;
}

/// Where the pixels begin when they are one uncompressed piece (ImageJ stores stacks beyond 4 GB behind one directory).
std::uint64_t first_byte_of(TIFF* tiff, const TiffPage& page) {
  if (page.packed || TIFFIsTiled(tiff) != 0) return 0;
  const std::uint64_t* offsets = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) != 1 || offsets == nullptr) return 0;
  const std::uint32_t strips = TIFFNumberOfStrips(tiff);
  const std::uint64_t strip_bytes = TIFFStripSize64(tiff);
  for (std::uint32_t i = 1; i < strips; ++i) {
    if (offsets[i] != offsets[0] + i * strip_bytes) return 0;
  }
  return strips > 0 ? offsets[0] : 0;
}

/// The palette of the current directory; false when it has none.
bool palette_of(TIFF* tiff, std::uint16_t* (&maps)[3]) {
  return TIFFGetField(tiff, TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) == 1;
}

bool is_grey_palette(TIFF* tiff, unsigned bits) {
  std::uint16_t* maps[3] = {};
  if (!palette_of(tiff, maps)) return true;
  const std::size_t n = std::size_t{1} << bits;
  return std::equal(maps[0], maps[0] + n, maps[1]) && std::equal(maps[0], maps[0] + n, maps[2]);
}

/// Palette indices as colours of 8 bits: one sample when every colour is a grey, else red, green, blue.
RawPlane with_palette(TIFF* tiff, const RawPlane& indices, bool grey, const std::string& file) {
  std::uint16_t* maps[3] = {};
  if (!palette_of(tiff, maps)) throw_damaged(file, "no palette");
  const std::size_t samples = grey ? 1 : 3;
  RawPlane out = make_raw(indices.width, indices.height, samples, SampleType::kU8);
  for (std::size_t i = 0; i < indices.width * indices.height; ++i) {
    std::uint16_t index = 0;
    if (indices.type == SampleType::kU8) {
      index = std::to_integer<std::uint16_t>(indices.bytes[i]);
    } else {
      std::memcpy(&index, indices.bytes.data() + 2 * i, 2);
    }
    for (std::size_t c = 0; c < samples; ++c) out.bytes[samples * i + c] = static_cast<std::byte>(maps[c][index] >> 8);
  }
  return out;
}

TiffPage read_page(TIFF* tiff, std::uint64_t file_bytes, const std::string& file) {
  TiffPage page;
  page.offset = TIFFCurrentDirOffset(tiff);
  page.width = tag_or<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0);
  page.height = tag_or<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0);
  page.samples = tag_or<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  const unsigned bits = tag_or<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  const unsigned packing = tag_or<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  const unsigned kind = tag_or<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  const bool separate = tag_or<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  page.reduced = (tag_or<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0;
  page.packed = packing != COMPRESSION_NONE;
  check_plane_size(page.width, page.height, page.samples, std::uint64_t{bits} * (separate ? 1 : page.samples),
                   file_bytes, file);
  if (!is_known_packing(packing)) refuse(file, say("compression {}", packing));
  const std::optional<SampleType> type = type_of(tag_or<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, 1), bits);
  if (!type || (bits == 1 && page.samples != 1)) refuse(file, say("{} bits a sample", bits));
  page.type = *type;
  page.one_bit = bits == 1;
  page.palette = kind == PHOTOMETRIC_PALETTE;
  page.grey_palette = page.palette && bits <= 16 && is_grey_palette(tiff, bits);
  page.inverted = kind == PHOTOMETRIC_MINISWHITE;
  page.colour =
      (kind == PHOTOMETRIC_RGB || (kind == PHOTOMETRIC_YCBCR && packing == COMPRESSION_JPEG)) && page.samples >= 3;
  const bool plain = kind == PHOTOMETRIC_MINISBLACK || kind == PHOTOMETRIC_MINISWHITE || kind == PHOTOMETRIC_RGB;
  if (!plain && !page.colour && !(page.palette && page.samples == 1 && (bits == 8 || bits == 16)))
    refuse(file, say("colour model {}", kind));
  page.first_byte = first_byte_of(tiff, page);
  return page;
}

std::string text_tag(TIFF* tiff, std::uint32_t tag) {
  const char* text = nullptr;
  if (TIFFGetField(tiff, tag, &text) != 1 || text == nullptr) return "";
  return std::string(text, strnlen(text, kMaxTextBytes));
}

constexpr std::uint32_t kMostImagejPieces = 1 << 20;  // a label a slice

/// The value of a private tag: libtiff hands over those it does not know with their count.
void read_private(TIFF* tiff, std::uint32_t tag, TiffTags& tags) {
  const TIFFField* field = TIFFFindField(tiff, tag, TIFF_ANY);
  if (field == nullptr || TIFFFieldPassCount(field) == 0) return;
  const void* values = nullptr;
  std::uint32_t count = 0;
  if (TIFFFieldReadCount(field) == TIFF_VARIABLE2) {
    if (TIFFGetField(tiff, tag, &count, &values) != 1) return;
  } else {
    std::uint16_t few = 0;
    if (TIFFGetField(tiff, tag, &few, &values) != 1) return;
    count = few;
  }
  if (values == nullptr || count == 0) return;
  const TIFFDataType type = TIFFFieldDataType(field);
  if (tag == kTiffImagejSizes) {
    const auto* sizes = static_cast<const std::uint32_t*>(values);
    if (type == TIFF_LONG) tags.imagej_sizes.assign(sizes, sizes + std::min(count, kMostImagejPieces));
    return;
  }
  if (tag == kTiffImagejBytes) {
    const auto* bytes = static_cast<const char*>(values);
    if (type == TIFF_BYTE || type == TIFF_UNDEFINED)
      tags.imagej_bytes.assign(bytes, std::min<std::size_t>(count, kMaxTextBytes));
    return;
  }
  if (type == TIFF_ASCII || type == TIFF_BYTE || type == TIFF_UNDEFINED) {
    const auto* text = static_cast<const char*>(values);
    tags.texts[tag] = std::string(text, strnlen(text, std::min<std::size_t>(count, kMaxTextBytes)));
  } else if (type == TIFF_DOUBLE) {
    tags.numbers[tag] = *static_cast<const double*>(values);
  } else if (type == TIFF_LONG) {
    tags.numbers[tag] = *static_cast<const std::uint32_t*>(values);
  }
}

TiffTags read_tags(TIFF* tiff) {
  TiffTags tags;
  tags.description = text_tag(tiff, TIFFTAG_IMAGEDESCRIPTION);
  tags.software = text_tag(tiff, TIFFTAG_SOFTWARE);
  float x = 0, y = 0;
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) == 1) tags.x_resolution = x;
  if (TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y) == 1) tags.y_resolution = y;
  tags.resolution_unit = tag_or<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  for (const std::uint32_t tag : kTiffVendorTags) read_private(tiff, tag, tags);
  for (const std::uint32_t tag : {kTiffImagejSizes, kTiffImagejBytes}) read_private(tiff, tag, tags);
  return tags;
}

/// Copies the overlap of a decoded piece (strip or tile) into the wanted part. `to_sample` is the first sample written,
/// `samples` how many the piece holds a pixel.
void copy_overlap(const std::vector<std::byte>& piece, const Box3& piece_box, std::size_t samples, const Box3& part,
                  std::size_t to_sample, RawPlane& out) {
  const std::size_t size = bytes_of(out.type);
  const std::size_t x0 = std::max(piece_box.x0, part.x0), x1 = std::min(piece_box.x1, part.x1);
  const std::size_t y0 = std::max(piece_box.y0, part.y0), y1 = std::min(piece_box.y1, part.y1);
  if (x0 >= x1) return;
  for (std::size_t y = y0; y < y1; ++y) {
    const std::byte* from = piece.data() + ((y - piece_box.y0) * piece_box.nx() + x0 - piece_box.x0) * samples * size;
    std::byte* to = out.bytes.data() + (((y - part.y0) * out.width + x0 - part.x0) * out.samples + to_sample) * size;
    if (samples == out.samples) {
      std::memcpy(to, from, (x1 - x0) * samples * size);
      continue;
    }
    for (std::size_t x = x0; x < x1; ++x, from += samples * size, to += out.samples * size)
      std::memcpy(to, from, samples * size);
  }
}

/// Bits, most significant first, as bytes of 0 and 255; rows of bits begin at whole bytes.
std::vector<std::byte> spread_bits(const std::vector<std::byte>& packed, std::size_t width, std::size_t rows) {
  const std::size_t row_bytes = (width + 7) / 8;
  std::vector<std::byte> out(width * rows);
  for (std::size_t y = 0; y < rows; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto byte = std::to_integer<unsigned>(packed[y * row_bytes + x / 8]);
      out[y * width + x] = (byte >> (7 - x % 8) & 1U) != 0 ? std::byte{255} : std::byte{0};
    }
  }
  return out;
}

void invert(RawPlane& raw) {
  if (is_floating(raw.type) || bits_of(raw.type) > 16) return;
  for (std::byte& byte : raw.bytes) byte = ~byte;  // max - value, bit by bit
}

}  // namespace

TiffFile::TiffFile(std::shared_ptr<const ByteSource> bytes, std::string file) : state_(std::make_unique<State>()) {
  state_->bytes = std::move(bytes);
  state_->file = std::move(file);
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, static_cast<tmsize_t>(kMaxPieceBytes));
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_problem, &state_->problem);
  TIFFOpenOptionsSetWarningHandlerExtR(options, keep_lost_description, &state_->lost);
  state_->tiff = TIFFClientOpenExt("image", "rm", state_.get(), read_piece<State>, refuse_write, seek_piece<State>,
                                   close_nothing, size_of<State>, nullptr, nullptr, options);
  TIFFOpenOptionsFree(options);
  if (state_->tiff == nullptr) throw_damaged(state_->file, state_->problem);
  try {
    if (!state_->lost.empty()) throw_damaged(state_->file, state_->lost);
    scan();
  } catch (...) {
    TIFFClose(state_->tiff);
    throw;
  }
}

TiffFile::~TiffFile() { TIFFClose(state_->tiff); }

bool TiffFile::big_endian() const { return TIFFIsBigEndian(state_->tiff) != 0; }

void TiffFile::scan() {
  do {
    if (pages_.size() >= kMaxPlanes)
      throw Error(ErrorKind::kData, say("The file declares more than {} pages.", kMaxPlanes), {state_->file, 0, 0, ""},
                  say("Split it into several files."));
    pages_.push_back(read_page(state_->tiff, state_->bytes->size(), state_->file));
    TiffTags tags = pages_.size() <= 2 ? read_tags(state_->tiff) : TiffTags();
    if (pages_.size() == 1 || tags.numbers.contains(kTiffSisTag)) {
      // Olympus SIS puts a preview in colour before the measurement.
      main_page_ = pages_.size() - 1;
      tags_ = std::move(tags);
    }
    state_->problem.clear();
  } while (TIFFReadDirectory(state_->tiff) == 1);
  // A chain of pages that breaks off would lose slices or frames without a word.
  if (!state_->problem.empty()) throw_damaged(state_->file, state_->problem);
}

RawPlane TiffFile::read(const TiffPage& page, const Box3& part, bool as_index) const {
  VESICA_REQUIRE(part.x1 <= page.width && part.y1 <= page.height, "the part lies within the page");
  TIFF* tiff = state_->tiff;
  state_->problem.clear();
  const auto fail = [&] { throw_damaged(state_->file, state_->problem.empty() ? "pixels" : state_->problem); };
  if (TIFFCurrentDirOffset(tiff) != page.offset && TIFFSetSubDirectory(tiff, page.offset) != 1) fail();
  if (tag_or<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, 1) == COMPRESSION_JPEG)
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  RawPlane out = make_raw(part.nx(), part.ny(), page.samples, page.type);
  const bool tiled = TIFFIsTiled(tiff) != 0;
  const bool separate = tag_or<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, 1) == PLANARCONFIG_SEPARATE;
  const std::size_t piece_samples = separate ? 1 : page.samples;
  const std::uint64_t most = tiled ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff);
  const std::size_t tile_w = tiled ? tag_or<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0) : page.width;
  const std::size_t tile_h =
      tiled ? tag_or<std::uint32_t>(tiff, TIFFTAG_TILELENGTH, 0)
            : std::min<std::size_t>(tag_or<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, 0), page.height);
  if (most == 0 || most > 4 * kMaxPieceBytes || tile_w == 0 || tile_h == 0) fail();
  // A tile may be larger than the image that it belongs to, but not by much.
  check_plane_size(tile_w, tile_h, piece_samples, 8 * bytes_of(page.type) * piece_samples, state_->bytes->size(),
                   state_->file);
  std::vector<std::byte> piece;
  for (std::size_t s = 0; s < (separate ? page.samples : 1); ++s) {
    for (std::size_t y = part.y0 / tile_h * tile_h; y < part.y1; y += tile_h) {
      for (std::size_t x = part.x0 / tile_w * tile_w; x < part.x1; x += tile_w) {
        const std::size_t rows = tiled ? tile_h : std::min(tile_h, page.height - y);
        const std::size_t row_bytes = page.one_bit ? (tile_w + 7) / 8 : tile_w * piece_samples * bytes_of(page.type);
        if (rows * row_bytes > most) fail();
        piece.assign(rows * row_bytes, std::byte{0});
        const auto wanted = static_cast<tmsize_t>(piece.size());
        const auto row = static_cast<std::uint32_t>(y);
        const auto sample = static_cast<std::uint16_t>(s);
        const tmsize_t got =
            tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, static_cast<std::uint32_t>(x), row, 0, sample),
                                        piece.data(), wanted)
                  : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, row, sample), piece.data(), wanted);
        if (got != wanted) fail();
        if (page.one_bit) piece = spread_bits(piece, tile_w, rows);
        copy_overlap(piece, {x, y, 0, x + tile_w, y + rows, 1}, piece_samples, part, s, out);
      }
    }
  }
  if (page.inverted && !as_index) invert(out);
  return page.palette && !as_index ? with_palette(tiff, out, page.grey_palette, state_->file) : out;
}

}  // namespace vesica
