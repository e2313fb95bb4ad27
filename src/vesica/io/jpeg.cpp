// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo. Grey stays grey, everything else becomes red, green, blue.
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
// after jpeglib.h
#include <jerror.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

struct Problem {
  jpeg_error_mgr manager = {};
  std::jmp_buf back = {};
  std::array<char, JMSG_LENGTH_MAX> text = {};
  long warnings = 0;
};

[[noreturn]] void on_error(j_common_ptr state) {
  auto* problem = reinterpret_cast<Problem*>(state->err);
  state->err->format_message(state, problem->text.data());
  std::longjmp(problem->back, 1);
}

/// A negative level is a warning: mostly damage that the decoder papers over, of which the first is kept. Cameras that
/// pad between segments or number JFIF oddly are harmless.
void on_message(j_common_ptr state, int level) {
  auto* problem = reinterpret_cast<Problem*>(state->err);
  const int code = state->err->msg_code;
  if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
  if (problem->warnings++ == 0) state->err->format_message(state, problem->text.data());
}

class JpegReader {
 public:
  JpegReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {
    state_.err = jpeg_std_error(&problem_.manager);
    problem_.manager.error_exit = on_error;
    problem_.manager.emit_message = on_message;
    if (!create()) throw_damaged(file_, problem_.text.data());
  }
  ~JpegReader() { jpeg_destroy_decompress(&state_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  void head() {
    if (!read_head()) throw_damaged(file_, problem_.text.data());
    check_plane_size(state_.image_width, state_.image_height, static_cast<unsigned>(state_.num_components),
                     8U * static_cast<unsigned>(state_.num_components), bytes_.size(), file_);
  }
  std::size_t width() const { return state_.image_width; }
  std::size_t height() const { return state_.image_height; }
  bool is_grey() const { return state_.jpeg_color_space == JCS_GRAYSCALE; }

  RawPlane pixels() {
    head();
    const bool inks = state_.jpeg_color_space == JCS_CMYK || state_.jpeg_color_space == JCS_YCCK;
    const std::size_t samples = is_grey() ? 1 : inks ? 4 : 3;
    state_.out_color_space = is_grey() ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    RawPlane raw = make_raw(width(), height(), samples, SampleType::kU8);
    // A cut file still "decodes", its rest grey: numbers must not come from that.
    if (!read_rows(raw.bytes.data(), width() * samples) || problem_.warnings > 0)
      throw_damaged(file_, problem_.text.data());
    return inks ? without_inks(raw) : raw;
  }

 private:
  // Functions that libjpeg jumps back into hold no objects with destructors.
  bool create() {
    if (setjmp(problem_.back) != 0) return false;
    jpeg_create_decompress(&state_);
    return true;
  }
  bool read_head() {
    if (setjmp(problem_.back) != 0) return false;
    jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_read_header(&state_, TRUE);
    return true;
  }
  bool read_rows(std::byte* out, std::size_t row_bytes) {
    if (setjmp(problem_.back) != 0) return false;
    state_.dct_method = JDCT_ISLOW;
    state_.mem->max_memory_to_use = 0;
    jpeg_start_decompress(&state_);
    while (state_.output_scanline < state_.output_height) {
      auto* row = reinterpret_cast<JSAMPROW>(out + state_.output_scanline * row_bytes);
      jpeg_read_scanlines(&state_, &row, 1);
    }
    jpeg_finish_decompress(&state_);
    return true;
  }
  /// Adobe stores inks inverted: red = cyan * black / 255.
  static RawPlane without_inks(const RawPlane& inks) {
    RawPlane out = make_raw(inks.width, inks.height, 3, SampleType::kU8);
    for (std::size_t i = 0; i < inks.width * inks.height; ++i) {
      const auto black = std::to_integer<unsigned>(inks.bytes[4 * i + 3]);
      for (std::size_t c = 0; c < 3; ++c)
        out.bytes[3 * i + c] = static_cast<std::byte>(std::to_integer<unsigned>(inks.bytes[4 * i + c]) * black / 255);
    }
    return out;
  }

  std::string_view bytes_;
  const std::string& file_;
  Problem problem_;
  jpeg_decompress_struct state_ = {};
};

class JpegWriter {
 public:
  JpegWriter() {
    state_.err = jpeg_std_error(&problem_.manager);
    problem_.manager.error_exit = on_error;
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&state_);
    std::free(out_);
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool write(std::size_t width, std::size_t height, const std::uint8_t* pixels, int quality) {
    if (setjmp(problem_.back) != 0) return false;
    jpeg_create_compress(&state_);
    jpeg_mem_dest(&state_, &out_, &size_);
    state_.image_width = static_cast<JDIMENSION>(width);
    state_.image_height = static_cast<JDIMENSION>(height);
    state_.input_components = 3;
    state_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&state_);
    jpeg_set_quality(&state_, quality, TRUE);
    state_.dct_method = JDCT_ISLOW;  // the same bytes on every processor
    jpeg_start_compress(&state_, TRUE);
    while (state_.next_scanline < state_.image_height) {
      auto* row = const_cast<JSAMPROW>(pixels + state_.next_scanline * width * 3);  // libjpeg's rows are not const
      jpeg_write_scanlines(&state_, &row, 1);
    }
    jpeg_finish_compress(&state_);
    return true;
  }
  std::string bytes() const { return {reinterpret_cast<const char*>(out_), size_}; }

 private:
  Problem problem_;
  jpeg_compress_struct state_ = {};
  unsigned char* out_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

ImageInfo read_jpeg_info(std::string_view bytes, const std::string& file) {
  JpegReader reader(bytes, file);
  reader.head();
  ImageInfo info;
  info.width = reader.width();
  info.height = reader.height();
  info.colour = !reader.is_grey();
  info.channels = info.colour ? 3 : 1;
  if (info.colour) info.channel_names = {"red", "green", "blue"};
  return info;
}

RawPlane read_jpeg(std::string_view bytes, const std::string& file) { return JpegReader(bytes, file).pixels(); }

std::string write_jpeg(std::size_t width, std::size_t height, const std::vector<std::uint8_t>& pixels, int quality) {
  VESICA_REQUIRE(width > 0 && height > 0 && width <= 65500 && height <= 65500 && pixels.size() == width * height * 3,
                 "a plane of colours");
  JpegWriter writer;
  VESICA_REQUIRE(writer.write(width, height, pixels.data(), quality),
                 "a JPEG of checked size can be written to memory");
  return writer.bytes();
}

}  // namespace vesica
