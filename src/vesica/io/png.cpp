// SPDX-License-Identifier: Apache-2.0
// PNG through libpng: in and out.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <csetjmp>
#include <cstring>

#include <png.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

/// Shared with libpng's callbacks: what is left to read, and the sentence it stopped with.
struct Feed {
  std::string_view left;
  std::array<char, 200> problem = {};
};

void keep_problem(Feed& feed, const char* text) { std::strncpy(feed.problem.data(), text, feed.problem.size() - 1); }

void on_error(png_structp png, png_const_charp text) {
  keep_problem(*static_cast<Feed*>(png_get_error_ptr(png)), text);
  png_longjmp(png, 1);
}
void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep out, std::size_t n) {
  auto& feed = *static_cast<Feed*>(png_get_io_ptr(png));
  if (n > feed.left.size()) png_error(png, "the file ends early");
  std::memcpy(out, feed.left.data(), n);
  feed.left.remove_prefix(n);
}

void on_write(png_structp png, png_bytep from, std::size_t n) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(from), n);
}
void on_flush(png_structp) {}

struct Header {
  std::uint32_t width = 0, height = 0;
  int bits = 0, colour = 0;
  std::uint32_t per_metre = 0;
  bool square = false;
};

class PngReader {
 public:
  PngReader(std::string_view bytes, const std::string& file) : file_(file), size_(bytes.size()), feed_{bytes, {}} {
    static constexpr png_byte kPacked[] = "iCCP\0iTXt\0zTXt";
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &feed_, on_error, on_warning);
    VESICA_REQUIRE(png_ != nullptr, "libpng has memory for its state");
    info_ = png_create_info_struct(png_);
    VESICA_REQUIRE(info_ != nullptr, "libpng has memory for its state");
    png_set_read_fn(png_, &feed_, on_read);
    png_set_user_limits(png_, 1U << 24, 1U << 24);
    png_set_chunk_malloc_max(png_, 8U << 20);
    png_set_chunk_cache_max(png_, 128);
    // Texts and colour profiles may be packed without bound, one after another; nothing here reads them.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kPacked, 3);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Header head() {
    Header head;
    if (!read_head(head)) throw_damaged(file_, feed_.problem.data());
    check_plane_size(head.width, head.height, 1, static_cast<unsigned>(head.bits), size_, file_);
    return head;
  }
  RawPlane pixels(bool as_index) {
    const Header head = this->head();
    if (!expand(as_index)) throw_damaged(file_, feed_.problem.data());
    RawPlane raw = make_raw(head.width, head.height, png_get_channels(png_, info_),
                            png_get_bit_depth(png_, info_) == 16 ? SampleType::kU16 : SampleType::kU8);
    const std::size_t row = raw.width * raw.samples * bytes_of(raw.type);
    if (png_get_rowbytes(png_, info_) != row) throw_damaged(file_, "rows of another length");
    std::vector<png_bytep> rows(raw.height);
    for (std::size_t y = 0; y < raw.height; ++y) rows[y] = reinterpret_cast<png_bytep>(raw.bytes.data()) + y * row;
    if (!read_rows(rows)) throw_damaged(file_, feed_.problem.data());
    return raw;
  }

 private:
  // Functions that libpng jumps back into hold no objects with destructors.
  bool read_head(Header& head) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    head.width = png_get_image_width(png_, info_);
    head.height = png_get_image_height(png_, info_);
    head.bits = png_get_bit_depth(png_, info_);
    head.colour = png_get_color_type(png_, info_);
    png_uint_32 x = 0, y = 0;
    int unit = PNG_RESOLUTION_UNKNOWN;
    if (png_get_pHYs(png_, info_, &x, &y, &unit) != 0 && unit == PNG_RESOLUTION_METER) {
      head.per_metre = x;
      head.square = x == y;
    }
    return true;
  }
  bool expand(bool as_index) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    const int colour = png_get_color_type(png_, info_);
    if (colour == PNG_COLOR_TYPE_PALETTE && as_index) png_set_packing(png_);
    if (colour == PNG_COLOR_TYPE_PALETTE && !as_index) png_set_palette_to_rgb(png_);
    if (colour == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png_);
    png_set_strip_alpha(png_);
    if (std::endian::native == std::endian::little) png_set_swap(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }
  bool read_rows(std::vector<png_bytep>& rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows.data());
    return true;
  }

  const std::string& file_;
  std::size_t size_;
  Feed feed_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

struct WriteJob {
  std::size_t width, height, samples;
  int bits;
  const std::uint8_t* pixels;
  double pixel_um;
  std::string* out;
  const std::vector<std::array<std::uint8_t, 3>>* palette = nullptr;
};

int colour_of(const WriteJob& job) {
  if (job.palette != nullptr) return PNG_COLOR_TYPE_PALETTE;
  if (job.samples == 1) return PNG_COLOR_TYPE_GRAY;
  return job.samples == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
}

bool write_rows(png_structp png, png_infop info, const WriteJob& job) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_IHDR(png, info, static_cast<png_uint_32>(job.width), static_cast<png_uint_32>(job.height), job.bits,
               colour_of(job), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (job.palette != nullptr) {
    std::array<png_color, 256> colours = {};
    for (std::size_t i = 0; i < job.palette->size(); ++i)
      colours[i] = {(*job.palette)[i][0], (*job.palette)[i][1], (*job.palette)[i][2]};
    png_set_PLTE(png, info, colours.data(), static_cast<int>(job.palette->size()));
  }
  if (job.pixel_um > 0) {
    const auto per_metre = static_cast<png_uint_32>(std::lround(1e6 / job.pixel_um));
    png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
  }
  constexpr int kEffort = 4;  // chosen: 6 takes more than twice the time for a twentieth of an overlay's bytes
  png_set_compression_level(png, kEffort);
  png_write_info(png, info);
  if (job.bits == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  const std::size_t row = job.width * job.samples * static_cast<std::size_t>(job.bits / 8);
  for (std::size_t y = 0; y < job.height; ++y) png_write_row(png, job.pixels + y * row);
  png_write_end(png, nullptr);
  return true;
}

std::string write_any(const WriteJob& job) {
  Feed feed;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &feed, on_error, on_warning);
  VESICA_REQUIRE(png != nullptr, "libpng has memory for its state");
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, job.out, on_write, on_flush);
  const bool good = write_rows(png, info, job);
  png_destroy_write_struct(&png, &info);
  VESICA_REQUIRE(good, "a PNG of checked size can be written to memory");
  return std::move(*job.out);
}

}  // namespace

ImageInfo read_png_info(std::string_view bytes, const std::string& file, bool as_index) {
  const Header head = PngReader(bytes, file).head();
  ImageInfo info;
  info.width = head.width;
  info.height = head.height;
  info.bits = head.bits == 16 ? 16 : 8;
  info.colour = (head.colour & PNG_COLOR_MASK_COLOR) != 0 && !(as_index && head.colour == PNG_COLOR_TYPE_PALETTE);
  info.channels = info.colour ? 3 : 1;
  if (info.colour) info.channel_names = {"red", "green", "blue"};
  if (head.per_metre > 0 && head.square) {
    const Known pixel = believed_pixel_um(head.per_metre, "PNG pHYs", info.notes);
    info.voxel_um = {pixel, pixel, Known()};
  }
  return info;
}

RawPlane read_png(std::string_view bytes, const std::string& file, bool as_index) {
  return PngReader(bytes, file).pixels(as_index);
}

std::string write_png(std::size_t width, std::size_t height, std::size_t samples,
                      const std::vector<std::uint8_t>& pixels, double pixel_um) {
  VESICA_REQUIRE(width > 0 && height > 0 && (samples == 1 || samples == 3 || samples == 4) &&
                     pixels.size() == width * height * samples,
                 "a plane of grey, colour, or colour with transparency");
  std::string out;
  return write_any({width, height, samples, 8, pixels.data(), pixel_um, &out});
}

std::string write_png_indexed(std::size_t width, std::size_t height,
                              const std::vector<std::array<std::uint8_t, 3>>& palette,
                              const std::vector<std::uint8_t>& indices, double pixel_um) {
  VESICA_REQUIRE(width > 0 && height > 0 && indices.size() == width * height && !palette.empty() &&
                     palette.size() <= 256 && *std::max_element(indices.begin(), indices.end()) < palette.size(),
                 "a plane of indices into the palette");
  std::string out;
  return write_any({width, height, 1, 8, indices.data(), pixel_um, &out, &palette});
}

std::string write_png16(std::size_t width, std::size_t height, const std::vector<std::uint16_t>& pixels,
                        double pixel_um) {
  VESICA_REQUIRE(width > 0 && height > 0 && pixels.size() == width * height, "a plane of grey");
  std::string out;
  return write_any({width, height, 1, 16, reinterpret_cast<const std::uint8_t*>(pixels.data()), pixel_um, &out});
}

}  // namespace vesica
