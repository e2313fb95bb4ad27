// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/render.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>

#include <cairo-pdf.h>
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <librsvg/rsvg.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"

namespace vesica {

namespace {

constexpr double kLeastDpi = 72, kMostDpi = 1200;
constexpr double kMostPixels = 1e8;

struct Unref {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Handle = std::unique_ptr<RsvgHandle, Unref>;
using Surface = std::unique_ptr<cairo_surface_t, Unref>;
using Drawing = std::unique_ptr<cairo_t, Unref>;

Handle read_svg(std::string_view svg, double& width_pt, double& height_pt) {
  GError* error = nullptr;
  Handle handle(rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) {
    const std::string why = error != nullptr ? error->message : "";
    g_clear_error(&error);
    throw Error(ErrorKind::kData, say("The figure cannot be read as SVG: {}.", why));
  }
  rsvg_handle_set_dpi(handle.get(), 72);  // user units of the PDF are points
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width_pt, &height_pt) || !(width_pt > 0) ||
      !(height_pt > 0)) {
    throw Error(ErrorKind::kData, say("The figure does not say how large it is."));
  }
  return handle;
}

void draw(RsvgHandle* handle, cairo_t* context, double width, double height) {
  const RsvgRectangle viewport = {0, 0, width, height};
  GError* error = nullptr;
  if (!rsvg_handle_render_document(handle, context, &viewport, &error)) {
    const std::string why = error != nullptr ? error->message : "";
    g_clear_error(&error);
    throw Error(ErrorKind::kData, say("The figure cannot be drawn: {}.", why));
  }
}

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(ErrorKind::kIo, say("The figure cannot be written: {}.", cairo_status_to_string(status)));
  }
}

cairo_status_t append(void* out, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int k = 0; k < 8; ++k) crc = (crc & 1u) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
  }
  return ~crc;
}

void put32(std::string& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift & 0xFF);
}

/// The resolution as PNG's pHYs chunk, behind the header chunk (signature 8 bytes, IHDR 25 bytes).
void set_resolution(std::string& png, double dpi) {
  const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / 0.0254));
  std::string body = "pHYs";
  put32(body, per_metre);
  put32(body, per_metre);
  body += '\x01';
  std::string chunk;
  put32(chunk, 9);
  chunk += body;
  put32(chunk, crc32(body));
  png.insert(33, chunk);
}

/// The family fontconfig puts first among those that have the character.
std::string family_with(char32_t character) {
  FcPattern* pattern = FcPatternCreate();
  for (const char* family : {"Arial", "Helvetica", "Liberation Sans"}) {
    FcPatternAddString(pattern, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  }
  FcConfigSubstitute(nullptr, pattern, FcMatchPattern);
  FcDefaultSubstitute(pattern);
  FcResult result = FcResultNoMatch;
  FcFontSet* fonts = FcFontSort(nullptr, pattern, FcTrue, nullptr, &result);
  std::string name;
  for (int i = 0; fonts != nullptr && i < fonts->nfont && name.empty(); ++i) {
    FcCharSet* characters = nullptr;
    FcChar8* family = nullptr;
    const bool has = FcPatternGetCharSet(fonts->fonts[i], FC_CHARSET, 0, &characters) == FcResultMatch &&
                     FcCharSetHasChar(characters, character) != FcFalse;
    if (has && FcPatternGetString(fonts->fonts[i], FC_FAMILY, 0, &family) == FcResultMatch) {
      name = reinterpret_cast<const char*>(family);
    }
  }
  if (fonts != nullptr) FcFontSetDestroy(fonts);
  FcPatternDestroy(pattern);
  return name;
}

}  // namespace

std::string svg_to_pdf(std::string_view svg) {
  double width = 0, height = 0;
  const Handle handle = read_svg(svg, width, height);
  std::string out;
  Surface surface(cairo_pdf_surface_create_for_stream(append, &out, width, height));
  check(cairo_surface_status(surface.get()));
  // A text that is no date takes cairo's default, the present moment, away.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "");
  const Drawing context(cairo_create(surface.get()));
  draw(handle.get(), context.get(), width, height);
  check(cairo_status(context.get()));
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()));
  return out;
}

std::string svg_to_png(std::string_view svg, double dpi) {
  if (!(dpi >= kLeastDpi && dpi <= kMostDpi)) {
    throw Error(ErrorKind::kUsage, say("{} dots per inch are outside of {} to {}.", dpi, kLeastDpi, kMostDpi));
  }
  double width = 0, height = 0;
  const Handle handle = read_svg(svg, width, height);
  const double columns = std::ceil(width * dpi / 72), rows = std::ceil(height * dpi / 72);
  if (!(columns * rows <= kMostPixels)) {
    throw Error(ErrorKind::kUsage, say("A picture of {} by {} pixels is too large.", columns, rows), {},
                say("Ask for fewer dots per inch."));
  }
  const Surface surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(columns), static_cast<int>(rows)));
  check(cairo_surface_status(surface.get()));
  const Drawing context(cairo_create(surface.get()));
  cairo_set_source_rgb(context.get(), 1, 1, 1);
  cairo_paint(context.get());
  draw(handle.get(), context.get(), columns, rows);
  check(cairo_status(context.get()));
  std::string out;
  check(cairo_surface_write_to_png_stream(surface.get(), append, &out));
  set_resolution(out, dpi);
  return out;
}

std::string latin_font() { return family_with(U'A'); }
std::string chinese_font() { return family_with(U'中'); }

}  // namespace vesica
