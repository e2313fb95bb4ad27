// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/tiff.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/io/image_text.h"
#include "vesica/io/still.h"
#include "vesica/io/tiff_file.h"
#include "vesica/io/tiff_vendor.h"

namespace vesica {

namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// What is read of a file: its pages in order, and whether they lie behind one directory in one piece (ImageJ).
struct Layout {
  std::vector<std::size_t> pages;  ///< of plane (t * depth + z) * planes a moment and slice + c
  bool one_piece = false;
  bool as_index = false;  ///< palettes and 0-is-white are only a way of display
};

class TiffSource : public RasterSource {
 public:
  TiffSource(ImageInfo info, std::unique_ptr<TiffFile> tiff, std::shared_ptr<const ByteSource> bytes, Layout layout,
             std::size_t channels_a_page, std::string file, std::filesystem::path path)
      : RasterSource(std::move(info)),
        tiff_(std::move(tiff)),
        bytes_(std::move(bytes)),
        layout_(std::move(layout)),
        channels_a_page_(channels_a_page),
        file_(std::move(file)),
        path_(std::move(path)) {}

  std::vector<std::filesystem::path> files() const override {
    return path_.empty() ? std::vector<std::filesystem::path>{} : std::vector{path_};
  }
  RawPlane read_raw(std::size_t z, std::size_t t, std::size_t channel, const Box3& part) const override {
    const std::size_t page_channels = info_.channels / channels_a_page_;
    const std::size_t plane = (t * info_.depth + z) * page_channels + channel / channels_a_page_;
    VESICA_REQUIRE(plane < layout_.pages.size(), "the plane exists");
    const TiffPage& first = tiff_->pages()[layout_.pages[layout_.one_piece ? 0 : plane]];
    return layout_.one_piece ? read_piece(first, plane, part) : tiff_->read(first, part, layout_.as_index);
  }

 protected:
  std::size_t sample_of(std::size_t channel) const override { return channel % channels_a_page_; }

 private:
  /// Plane `plane` behind the one directory: rows at fixed offsets.
  RawPlane read_piece(const TiffPage& page, std::size_t plane, const Box3& part) const {
    RawPlane out = make_raw(part.nx(), part.ny(), page.samples, page.type);
    const std::size_t size = bytes_of(page.type), pixel = page.samples * size;
    const std::uint64_t start = page.first_byte + std::uint64_t{plane} * page.width * page.height * pixel;
    const std::size_t row = part.nx() * pixel;
    for (std::size_t y = part.y0; y < part.y1; ++y) {
      const std::span<std::byte> to(out.bytes.data() + (y - part.y0) * row, row);
      if (bytes_->read_at(start + (y * page.width + part.x0) * pixel, to) != row) throw_damaged(file_, "pixels");
    }
    if (size > 1 && tiff_->big_endian() != (std::endian::native == std::endian::big)) {
      for (std::size_t i = 0; i < out.bytes.size(); i += size) std::reverse(&out.bytes[i], &out.bytes[i] + size);
    }
    return out;
  }

  std::unique_ptr<TiffFile> tiff_;
  std::shared_ptr<const ByteSource> bytes_;
  Layout layout_;
  std::size_t channels_a_page_;
  std::string file_;
  std::filesystem::path path_;
};

bool alike(const TiffPage& a, const TiffPage& b) {
  return a.width == b.width && a.height == b.height && a.samples == b.samples && a.type == b.type;
}

/// The pages of full resolution. Smaller ones are copies or labels of a slide; a larger one means a mixture.
std::vector<std::size_t> full_pages(const TiffFile& tiff, const std::string& file, ImageInfo& info) {
  const std::vector<TiffPage>& pages = tiff.pages();
  std::vector<std::size_t> out;
  std::size_t skipped = 0;
  const TiffPage& first = pages[tiff.main_page()];
  for (std::size_t i = tiff.main_page(); i < pages.size(); ++i) {
    if (alike(pages[i], first) && (i == tiff.main_page() || !pages[i].reduced)) {
      out.push_back(i);
    } else if (pages[i].width <= first.width && pages[i].height <= first.height) {
      skipped += pages[i].reduced ? 0 : 1;
    } else {
      throw Error(ErrorKind::kData,
                  say("Page {0} has {1} x {2} pixels, the first one {3} x {4}.", i + 1, pages[i].width, pages[i].height,
                      first.width, first.height),
                  {file, 0, 0, ""}, say("Split the file into series of one size each."));
    }
  }
  if (skipped > 0)
    info.notes.push_back(
        {"image.pages_skipped",
         say("{0} of {1} page(s) (is|are) smaller than the first or of another kind and (was|were) left out.", skipped,
             pages.size()),
         ""});
  return out;
}

/// Plane numbers by an OME dimension order: the letters after XY, fastest first.
std::size_t ome_index(const OmeText& ome, std::size_t z, std::size_t c, std::size_t t, std::size_t channel_planes) {
  std::size_t index = 0, stride = 1;
  for (const char axis : ome.order.substr(2)) {
    const std::size_t at = axis == 'Z' ? z : axis == 'C' ? c : t;
    index += at * stride;
    stride *= axis == 'Z' ? ome.size_z : axis == 'C' ? channel_planes : ome.size_t_;
  }
  return index;
}

void place_block(const OmeText& ome, const OmeText::Block& block, std::size_t channel_planes,
                 const std::vector<std::size_t>& full, std::size_t page_count, Layout& layout) {
  const std::size_t all = layout.pages.size();
  const std::size_t channels_a_page = ome.size_c / channel_planes;
  const std::size_t from = ome_index(ome, block.z, block.c / channels_a_page, block.t, channel_planes);
  const std::size_t n = block.planes.value_or(full.size());
  std::vector<std::size_t> by_order(all, kNowhere);
  for (std::size_t i = 0; i < n && from + i < all && block.ifd + i < page_count; ++i)
    by_order[from + i] = block.ifd + i;
  for (std::size_t t = 0; t < ome.size_t_; ++t) {
    for (std::size_t z = 0; z < ome.size_z; ++z) {
      for (std::size_t c = 0; c < channel_planes; ++c) {
        const std::size_t page = by_order[ome_index(ome, z, c, t, channel_planes)];
        if (page != kNowhere) layout.pages[(t * ome.size_z + z) * channel_planes + c] = page;
      }
    }
  }
}

void order_by_ome(const OmeText& ome, const TiffFile& tiff, const std::vector<std::size_t>& full,
                  std::size_t channels_a_page, const std::string& file, ImageInfo& info, Layout& layout) {
  if (ome.size_x != info.width || ome.size_y != info.height || ome.size_c % channels_a_page != 0)
    throw Error(ErrorKind::kData,
                say("The OME description speaks of {0} x {1} pixels, the image has {2} x {3}.", ome.size_x, ome.size_y,
                    info.width, info.height),
                {file, 0, 0, "OME"}, say("Export the image again."));
  const std::size_t channel_planes = ome.size_c / channels_a_page;
  info.depth = ome.size_z;
  info.frames = ome.size_t_;
  info.channels = ome.size_c;
  layout.pages.assign(ome.size_z * ome.size_t_ * channel_planes, kNowhere);
  std::vector<OmeText::Block> blocks = ome.blocks;
  if (ome.blocks.empty()) blocks.push_back({});
  constexpr std::size_t kMostWork = std::size_t{1} << 28;  // chosen: planes times blocks, seconds at most
  if (blocks.size() * layout.pages.size() <= kMostWork) {
    for (const OmeText::Block& block : blocks)
      place_block(ome, block, channel_planes, full, tiff.pages().size(), layout);
  }
  const auto missing = static_cast<std::size_t>(std::count(layout.pages.begin(), layout.pages.end(), kNowhere));
  const bool alien = std::any_of(layout.pages.begin(), layout.pages.end(), [&](std::size_t page) {
    return page != kNowhere && !alike(tiff.pages()[page], tiff.pages()[tiff.main_page()]);
  });
  if (missing > 0 || alien)
    throw Error(ErrorKind::kData,
                say("The OME description names {0} plane(s), {1} of them (is|are) not in this file.",
                    layout.pages.size(), missing),
                {file, 0, 0, "OME"},
                say("It may be one of a set of files: write them into one with bfconvert IN OUT.ome.tiff."));
  if (ome.images > 1)
    info.notes.push_back({"image.first_series", say("The file holds {} images; the first one is read.", ome.images),
                          say("Export the others as files of their own.")});
}

/// ImageJ's order: channels, then slices, then frames. A stack beyond its directory lies in one piece.
void order_by_imagej(const ImagejText& text, const TiffFile& tiff, std::size_t file_bytes, const std::string& file,
                     ImageInfo& info, Layout& layout) {
  const TiffPage& first = tiff.pages()[tiff.main_page()];
  const std::size_t planes = text.channels * text.slices * text.frames;
  if (layout.pages.size() == 1 && text.images > 1) {
    const std::uint64_t plane_bytes = std::uint64_t{first.width} * first.height * first.samples * bytes_of(first.type);
    const bool fits = first.first_byte > 0 && first.first_byte < file_bytes && !first.one_bit && !first.palette &&
                      text.images <= kMaxPlanes &&
                      text.images <= (file_bytes - first.first_byte) / std::max<std::uint64_t>(plane_bytes, 1);
    if (!fits)
      throw Error(ErrorKind::kData, say("The file names {} images and holds only the first.", text.images),
                  {file, 0, 0, "ImageJ"}, say("Save the stack again with File > Save As > Tiff."));
    layout.one_piece = true;
    layout.pages.assign(text.images, 0);
  }
  if (planes == layout.pages.size()) {
    info.depth = text.slices;
    info.frames = text.frames;
    info.channels *= text.channels;
    info.axis_known = true;
    if (text.channels > 1 && info.channels == text.channels)
      info.channel_names = imagej_channel_names(tiff.tags(), text.channels);
  }
}

void set_scale_from_resolution(const TiffTags& tags, ImageInfo& info) {
  constexpr double kInchesPerMetre = 1 / 0.0254, kCentimetresPerMetre = 100;
  constexpr int kInch = 2, kCentimetre = 3;
  if (tags.resolution_unit != kInch && tags.resolution_unit != kCentimetre) return;
  const double factor = tags.resolution_unit == kInch ? kInchesPerMetre : kCentimetresPerMetre;
  std::vector<ReadNote> second;  // one note is enough
  info.voxel_um[0] = believed_pixel_um(tags.x_resolution * factor, "TIFF XResolution", info.notes);
  info.voxel_um[1] = believed_pixel_um(tags.y_resolution * factor, "TIFF YResolution", second);
}

void set_scale(const TiffTags& tags, const std::optional<ImagejText>& imagej, const std::optional<OmeText>& ome,
               const ByteSource& bytes, ImageInfo& info) {
  if (ome) apply_ome_text(*ome, info);
  if (imagej) {
    // ImageJ keeps the resolution of an image that it only opened: inches and centimetres are print sizes until shown
    // otherwise.
    const bool print = imagej->unit == "inch" || imagej->unit == "cm";
    ImagejText text = *imagej;
    if (print) text.unit.clear();
    apply_imagej_text(text, tags.x_resolution, tags.y_resolution, info);
    if (print) {
      TiffTags as_print = tags;
      as_print.resolution_unit = imagej->unit == "cm" ? 3 : 2;
      set_scale_from_resolution(as_print, info);
    }
  }
  if (!info.voxel_um[0].known()) apply_tiff_vendor(tags, bytes, info);
  if (!info.voxel_um[0].known() && !imagej && !has_camera_resolution(tags)) set_scale_from_resolution(tags, info);
}

std::shared_ptr<const ImageSource> open_any(std::shared_ptr<const ByteSource> bytes, const std::string& file,
                                            const std::filesystem::path& path, bool as_index) {
  auto tiff = std::make_unique<TiffFile>(bytes, file);
  const TiffPage& first = tiff->pages()[tiff->main_page()];
  const std::optional<ImagejText> imagej = parse_imagej_text(tiff->tags().description);
  std::optional<OmeText> ome;
  if (is_ome_text(tiff->tags().description)) ome = parse_ome_text(tiff->tags().description, file);
  Layout layout;
  layout.as_index = imagej || ome || as_index;
  ImageInfo info;
  info.width = first.width;
  info.height = first.height;
  info.colour = first.colour || (first.palette && !layout.as_index && !first.grey_palette);
  info.bits = first.palette && !layout.as_index ? 8 : bits_of(first.type);
  info.floating = is_floating(first.type);
  const std::size_t channels_a_page = info.colour ? 3 : first.samples;
  info.channels = channels_a_page;
  const std::vector<std::size_t> full = full_pages(*tiff, file, info);
  if (ome) {
    order_by_ome(*ome, *tiff, full, channels_a_page, file, info, layout);
  } else {
    layout.pages = full;
    info.frames = full.size();
    info.axis_known = full.size() == 1;
    if (imagej) order_by_imagej(*imagej, *tiff, bytes->size(), file, info, layout);
    if (info.depth * info.frames * info.channels / channels_a_page != layout.pages.size()) {
      info.depth = 1;
      info.frames = layout.pages.size();
      info.axis_known = layout.pages.size() == 1;
    }
  }
  if (info.colour && info.channels > 3) info.colour = false;
  set_scale(tiff->tags(), imagej, ome, *bytes, info);
  if (info.colour) info.channel_names = {"red", "green", "blue"};
  info.channel_names.resize(info.channel_names.empty() ? 0 : info.channels);
  if (!tiff->tags().software.empty()) info.tags["software"] = tiff->tags().software;
  return std::make_shared<TiffSource>(std::move(info), std::move(tiff), std::move(bytes), std::move(layout),
                                      channels_a_page, file, path);
}

}  // namespace

std::shared_ptr<const ImageSource> open_tiff(std::shared_ptr<const ByteSource> bytes, const std::string& file) {
  return open_any(std::move(bytes), file, {}, false);
}

std::shared_ptr<const ImageSource> open_tiff(const std::filesystem::path& path, const std::string& file,
                                             bool as_index) {
  return open_any(open_bytes(path), file, path, as_index);
}

}  // namespace vesica
