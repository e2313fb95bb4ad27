// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/imagej_roi.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <set>

#include <archive.h>
#include <archive_entry.h>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/zip.h"

namespace vesica {

namespace {

constexpr std::string_view kMagic = "Iout";
constexpr std::size_t kHeader = 64, kHeader2 = 64;
constexpr double kFarthest = 1e6;                                            // chosen: pixels; no image is larger
constexpr int kSubPixel = 128;                                               // option
constexpr int kSubPixelPoints = 222, kSubPixelBoxes = 223, kWithName = 218;  // versions
constexpr std::size_t kMostNameLetters = 1000;                               // chosen

constexpr double kMove = 0, kStraight = 1, kQuadratic = 2, kCubic = 3, kClose = 4;  // pieces of a composite

enum Type { kPolygon, kRectangle, kOval, kLine, kFreeLine, kPolyline, kNone, kFreehand, kTraced, kAngle, kPoint };

/// Numbers of one file, every place checked.
class RoiBytes {
 public:
  RoiBytes(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  [[noreturn]] void refuse(std::string what) const {
    throw Error(ErrorKind::kData, std::move(what), {file_, 0, 0, ""},
                say("Open it in ImageJ and save the regions again (ROI Manager, More, Save)."));
  }
  std::size_t size() const { return bytes_.size(); }
  std::uint32_t word(std::size_t at) const {
    if (at + 4 > bytes_.size())
      refuse(say("The region ends at byte {}, but byte {} is needed.", bytes_.size(), at + 4));
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | static_cast<std::uint8_t>(bytes_[at + i]);
    return out;
  }
  std::uint16_t half(std::size_t at) const {
    if (at + 2 > bytes_.size())
      refuse(say("The region ends at byte {}, but byte {} is needed.", bytes_.size(), at + 2));
    return static_cast<std::uint16_t>((static_cast<std::uint8_t>(bytes_[at]) << 8) |
                                      static_cast<std::uint8_t>(bytes_[at + 1]));
  }
  /// As ImageJ reads it: numbers below -5000 are meant without a sign.
  double number(std::size_t at) const {
    const int value = static_cast<std::int16_t>(half(at));
    return value < -5000 ? value + 65536 : value;
  }
  double real(std::size_t at) const { return std::bit_cast<float>(word(at)); }

 private:
  std::string_view bytes_;
  const std::string& file_;
};

class RoiReader {
 public:
  RoiReader(std::string_view bytes, const std::string& file) : bytes_(bytes, file), file_(file) {
    if (!bytes.starts_with(kMagic)) bytes_.refuse(say("This is no region of ImageJ: it does not begin with \"Iout\"."));
    version_ = static_cast<int>(bytes_.number(4));
    options_ = bytes_.half(50);
  }

  ImageJRoi read() {
    ImageJRoi out;
    out.name = name();
    const int type = bytes_.half(6) >> 8;
    refuse_pictures();
    if (const std::uint32_t composite = bytes_.word(36); composite > 0) {
      out.paths = composite_paths(composite);
    } else {
      read_simple(type, out);
    }
    for (const auto& path : out.paths)
      for (const RoiPoint& point : path)
        if (!(std::abs(point[0]) <= kFarthest && std::abs(point[1]) <= kFarthest))
          bytes_.refuse(say("A coordinate of the region is no number of pixels."));
    return out;
  }

 private:
  bool sub_pixel() const { return (options_ & kSubPixel) != 0; }

  /// Texts and pictures are kept as the rectangle that they cover: they are no outline of anything.
  void refuse_pictures() const {
    constexpr int kWithSubtype = 217, kText = 1, kImage = 4;  // ij.io.RoiDecoder
    const int subtype = version_ >= kWithSubtype ? bytes_.half(48) : 0;
    if (subtype != kText && subtype != kImage) return;
    throw Error(ErrorKind::kUnsupported,
                subtype == kText ? say("This is a text that was written on the image, no region.")
                                 : say("This is a picture that was laid on the image, no region."),
                {file_, 0, 0, ""}, say("Take it out of the ROI Manager and save the regions again."));
  }

  void read_simple(int type, ImageJRoi& out) {
    switch (type) {
      case kRectangle:
      case kOval:
        out.paths = {type == kOval ? oval() : rectangle()};
        return;
      case kLine:
        out.is_area = false;
        out.is_line = true;
        out.paths = {{{bytes_.real(18), bytes_.real(22)}, {bytes_.real(26), bytes_.real(30)}}};
        return;
      case kPolygon:
      case kFreehand:
      case kTraced:
      case kFreeLine:
      case kPolyline:
      case kAngle:
      case kPoint:
        out.is_area = type == kPolygon || type == kFreehand || type == kTraced;
        out.paths = {points()};
        if (out.is_area && out.paths[0].size() < 3) bytes_.refuse(say("The outline has fewer than three corners."));
        return;
      default:
        throw Error(ErrorKind::kUnsupported, say("A region of ImageJ of type {} has no outline.", type),
                    {file_, 0, 0, ""},
                    say("Convert it in ImageJ: Edit, Selection, Convert to ROI or To Bounding Box."));
    }
  }

  struct Box {
    double left, top, width, height;
  };
  Box box() const {
    if (sub_pixel() && version_ >= kSubPixelBoxes && bytes_.real(26) > 0 && bytes_.real(30) > 0)
      return {bytes_.real(18), bytes_.real(22), bytes_.real(26), bytes_.real(30)};
    const double top = bytes_.number(8), left = bytes_.number(10);
    return {left, top, bytes_.number(14) - left, bytes_.number(12) - top};
  }
  std::vector<RoiPoint> rectangle() const {
    const Box b = box();
    return {
        {b.left, b.top}, {b.left + b.width, b.top}, {b.left + b.width, b.top + b.height}, {b.left, b.top + b.height}};
  }
  std::vector<RoiPoint> oval() const {
    const Box b = box();
    std::vector<RoiPoint> out;
    for (std::size_t k = 0; k < kOvalCorners; ++k) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(k) / kOvalCorners;
      out.push_back({b.left + b.width / 2 * (1 + std::cos(angle)), b.top + b.height / 2 * (1 + std::sin(angle))});
    }
    return out;
  }

  std::vector<RoiPoint> points() const {
    // 0 stands for more than a short can tell; then it lies where lines have their first coordinate.
    const std::size_t count = bytes_.half(16) > 0 ? bytes_.half(16) : bytes_.word(18);
    const bool fine = sub_pixel() && version_ >= kSubPixelPoints;
    const std::size_t needed = kHeader + count * (fine ? 12 : 4);
    if (count > kMostRoiPoints || needed > bytes_.size())
      bytes_.refuse(say("The region says {} point(s), but the file holds {} byte(s).", count, bytes_.size()));
    std::vector<RoiPoint> out(count);
    const double top = bytes_.number(8), left = bytes_.number(10);
    for (std::size_t i = 0; i < count; ++i) {
      if (fine) {
        const std::size_t first = kHeader + 4 * count;
        out[i] = {bytes_.real(first + 4 * i), bytes_.real(first + 4 * count + 4 * i)};
      } else {
        out[i] = {left + std::max(0.0, bytes_.number(kHeader + 2 * i)),
                  top + std::max(0.0, bytes_.number(kHeader + 2 * count + 2 * i))};
      }
    }
    return out;
  }

  std::vector<std::vector<RoiPoint>> composite_paths(std::uint32_t numbers) const {
    if (numbers > kMostRoiPoints || kHeader + std::size_t{numbers} * 4 > bytes_.size())
      bytes_.refuse(say("The region says {} point(s), but the file holds {} byte(s).", numbers, bytes_.size()));
    std::vector<std::vector<RoiPoint>> out;
    std::size_t i = 0, corners = 0;
    const auto next = [&] {
      if (i >= numbers) bytes_.refuse(say("The composite region ends within a point."));
      return bytes_.real(kHeader + 4 * i++);
    };
    bool is_closed = true;
    while (i < numbers) {
      const double kind = next();
      if (!(kind == kMove || kind == kStraight || kind == kQuadratic || kind == kCubic || kind == kClose))
        bytes_.refuse(say("The composite region holds a piece of an unknown kind."));
      if (kind == kClose) {
        is_closed = true;
        continue;
      }
      std::array<RoiPoint, 3> points{};
      const std::size_t count = kind == kCubic ? 3 : kind == kQuadratic ? 2 : 1;
      for (std::size_t k = 0; k < count; ++k) {
        points[k][0] = next();
        points[k][1] = next();
      }
      if (kind == kMove || is_closed) {  // behind a closed piece goes on where that one began
        const RoiPoint from = out.empty() || kind == kMove ? points[0] : out.back().front();
        out.push_back({from});
        is_closed = false;
        if (kind == kMove) continue;
      }
      corners += count == 1 ? 1 : kCurveCorners;
      if (corners > kMostRoiPoints)
        bytes_.refuse(say("The composite region has more than {} corners.", kMostRoiPoints));
      add_piece(std::span(points).first(count), out.back());
    }
    std::erase_if(out, [](const auto& path) { return path.size() < 3; });
    if (out.empty()) bytes_.refuse(say("The composite region has no outline."));
    return out;
  }

  /// A line, or a Bezier curve of two or three further points, from where the path has come to.
  static void add_piece(std::span<const RoiPoint> points, std::vector<RoiPoint>& path) {
    if (points.size() == 1) return path.push_back(points[0]);
    const RoiPoint from = path.back();
    for (std::size_t k = 1; k <= kCurveCorners; ++k) {
      const double t = static_cast<double>(k) / kCurveCorners, u = 1 - t;
      RoiPoint at{};
      for (std::size_t axis = 0; axis < 2; ++axis)
        at[axis] = points.size() == 2 ? u * u * from[axis] + 2 * u * t * points[0][axis] + t * t * points[1][axis]
                                      : u * u * u * from[axis] + 3 * u * u * t * points[0][axis] +
                                            3 * u * t * t * points[1][axis] + t * t * t * points[2][axis];
      path.push_back(at);
    }
  }

  /// From the second header; empty when there is none. Letters are UTF-16.
  std::string name() const {
    const std::size_t second = version_ >= kWithName ? bytes_.word(60) : 0;
    if (second < kHeader || second + kHeader2 > bytes_.size()) return "";
    const std::size_t at = bytes_.word(second + 16), letters = bytes_.word(second + 20);
    if (at == 0 || letters == 0 || letters > kMostNameLetters || at + 2 * letters > bytes_.size()) return "";
    std::string out;
    for (std::size_t i = 0; i < letters; ++i) append_utf8(bytes_.half(at + 2 * i), out);
    return out;
  }

  static void append_utf8(std::uint16_t unit, std::string& out) {
    const bool is_half_of_a_pair = unit >= 0xD800 && unit < 0xE000;
    const unsigned code = is_half_of_a_pair ? 0xFFFD : unit;
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | (code >> 12));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  RoiBytes bytes_;
  const std::string& file_;
  int version_ = 0;
  int options_ = 0;
};

void put_half(std::string& out, std::size_t at, int value) {
  out[at] = static_cast<char>((value >> 8) & 0xFF);
  out[at + 1] = static_cast<char>(value & 0xFF);
}
void put_real(std::string& out, std::size_t at, double value) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<char>((bits >> (24 - 8 * i)) & 0xFF);
}

constexpr double kLastPixel = 32767;

bool can_be_written(const ImageJRoi& roi) {
  if (!roi.is_area || roi.paths.size() != 1 || roi.paths[0].size() < 3 || roi.paths[0].size() > 32767) return false;
  return std::all_of(roi.paths[0].begin(), roi.paths[0].end(), [](const RoiPoint& p) {
    return p[0] >= 0 && p[1] >= 0 && p[0] <= kLastPixel && p[1] <= kLastPixel;
  });
}

std::string roi_bytes(const std::vector<RoiPoint>& path) {
  double left = kLastPixel, top = kLastPixel, right = 0, bottom = 0;
  bool whole = true;
  for (const auto& [x, y] : path) {
    left = std::min(left, std::floor(x)), right = std::max(right, std::ceil(x));
    top = std::min(top, std::floor(y)), bottom = std::max(bottom, std::ceil(y));
    whole = whole && x == std::floor(x) && y == std::floor(y);
  }
  const std::size_t n = path.size();
  std::string out(kHeader + (whole ? 4 : 12) * n, '\0');
  out.replace(0, 4, kMagic);
  put_half(out, 4, whole ? 217 : 227);
  out[6] = static_cast<char>(whole ? kPolygon : kFreehand);
  put_half(out, 8, static_cast<int>(top));
  put_half(out, 10, static_cast<int>(left));
  put_half(out, 12, static_cast<int>(bottom));
  put_half(out, 14, static_cast<int>(right));
  put_half(out, 16, static_cast<int>(n));
  if (!whole) put_half(out, 50, kSubPixel);
  for (std::size_t i = 0; i < n; ++i) {
    put_half(out, kHeader + 2 * i, static_cast<int>(std::lround(path[i][0] - left)));
    put_half(out, kHeader + 2 * n + 2 * i, static_cast<int>(std::lround(path[i][1] - top)));
    if (whole) continue;
    put_real(out, kHeader + 4 * n + 4 * i, path[i][0]);
    put_real(out, kHeader + 8 * n + 4 * i, path[i][1]);
  }
  return out;
}

/// A ZIP in memory.
class ZipWriter {
 public:
  ZipWriter() : archive_(archive_write_new()) {
    archive_write_set_format_zip(archive_);
    archive_write_set_bytes_in_last_block(archive_, 1);
    archive_write_open(archive_, this, nullptr, &ZipWriter::take, nullptr);
  }
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  ~ZipWriter() { archive_write_free(archive_); }

  void add(const std::string& name, const std::string& content) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname_utf8(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 315532800, 0);  // 1980-01-01, the first day that ZIP knows: same bytes every time
    archive_write_header(archive_, entry);
    archive_write_data(archive_, content.data(), content.size());
    archive_entry_free(entry);
  }
  std::string finish() {
    archive_write_close(archive_);
    return std::move(bytes_);
  }

 private:
  static la_ssize_t take(archive*, void* self, const void* data, std::size_t size) {
    static_cast<ZipWriter*>(self)->bytes_.append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }
  archive* archive_;
  std::string bytes_;
};

}  // namespace

ImageJRoi read_roi(std::string_view bytes, const std::string& file) { return RoiReader(bytes, file).read(); }

std::vector<ImageJRoi> read_rois(std::string_view bytes, const std::string& file, std::vector<Error>& left_out) {
  if (bytes.starts_with(kMagic)) return {read_roi(bytes, file)};
  std::vector<std::string> wanted;
  for (const std::string& name : zip_names(bytes, file))
    if (name.ends_with(".roi")) wanted.push_back(name);
  if (wanted.empty() || wanted.size() > kMostRois)
    throw Error(ErrorKind::kData, say("The archive holds {} region(s) of ImageJ.", wanted.size()), {file, 0, 0, ""},
                say("Save them with ImageJ's ROI Manager: More, Save."));
  const auto contents = read_zip(bytes, file, wanted);
  std::vector<ImageJRoi> out;
  const std::size_t before = left_out.size();
  for (const std::string& name : wanted) {
    try {
      ImageJRoi roi = read_roi(contents.at(name), file + "/" + name);
      if (roi.name.empty()) roi.name = name.substr(0, name.size() - 4);
      out.push_back(std::move(roi));
    } catch (const Error& error) {
      left_out.push_back(error);
    }
  }
  if (out.empty()) throw Error(left_out[before]);
  return out;
}

std::string about_left_out(const std::vector<Error>& left_out) {
  constexpr std::size_t kMostNamed = 5;  // chosen
  std::vector<std::string> out;
  for (const Error& error : left_out) {
    if (out.size() == kMostNamed) break;
    out.push_back(error.where().text() + ": " + error.message());
  }
  if (left_out.size() > kMostNamed) out.push_back(say("and {} more", left_out.size() - kMostNamed));
  return join(out, "; ");
}

std::vector<RoiPoint> joined_outline(const ImageJRoi& roi) {
  if (!roi.is_area || roi.paths.empty()) return {};
  std::vector<RoiPoint> out = roi.paths.front();
  const RoiPoint first = out.front();
  for (std::size_t k = 1; k < roi.paths.size(); ++k) {
    const std::vector<RoiPoint>& path = roi.paths[k];
    out.push_back(first);
    out.insert(out.end(), path.begin(), path.end());
    out.push_back(path.front());
  }
  if (roi.paths.size() > 1) out.push_back(first);
  return out;
}

std::string write_roi_zip(std::span<const ImageJRoi> rois, std::size_t& left_out) {
  ZipWriter zip;
  std::set<std::string> names;
  left_out = 0;
  for (const ImageJRoi& roi : rois) {
    if (!can_be_written(roi)) {
      ++left_out;
      continue;
    }
    const std::string base = roi.name.empty() ? "region" : roi.name;
    std::string name = base;
    for (int k = 2; !names.insert(name).second; ++k) name = base + "-" + std::to_string(k);
    zip.add(name + ".roi", roi_bytes(roi.paths[0]));
  }
  return zip.finish();
}

}  // namespace vesica
