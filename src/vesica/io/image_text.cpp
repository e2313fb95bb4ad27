// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/image_text.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/raster.h"
#include "vesica/io/xml.h"

namespace vesica {

namespace {

constexpr long long kMostCount = 1 << 24;  // chosen: so that products of three fit 64 bits

std::size_t count_of(std::string_view text) {
  const std::optional<long long> number = parse_integer(trim(text));
  return number && *number >= 1 && *number <= kMostCount ? static_cast<std::size_t>(*number) : 1;
}

std::optional<double> positive(std::string_view text) {
  const std::optional<double> number = parse_number(text);
  return number && std::isfinite(*number) && *number > 0 ? number : std::nullopt;
}

struct UnitName {
  std::string_view name;
  double factor;
};

/// The OME document, read for its first Image only.
class OmeHandler : public XmlHandler {
 public:
  explicit OmeHandler(OmeText& out, const std::string& file) : out_(out), file_(file) { out_.images = 0; }

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "Image") ++out_.images;
    if (out_.images != 1) return;
    if (name == "Pixels") pixels(attributes);
    if (name == "Channel") out_.channel_names.emplace_back(shortened(attributes.get("Name"), 200));
    if (name == "TiffData") block(attributes);
    if (name == "UUID" && !out_.blocks.empty())
      out_.blocks.back().file = std::string(shortened(attributes.get("FileName"), 1000));
    if (name == "Plane") plane(attributes);
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}

 private:
  std::size_t number(const XmlAttributes& attributes, std::string_view name, std::size_t least) const {
    const auto text = attributes.find(name);
    if (!text) return least;
    const std::optional<long long> value = parse_integer(*text);
    if (!value || *value < static_cast<long long>(least) || *value > kMostCount)
      throw Error(ErrorKind::kData, say("The OME description says {0} = {1}.", name, shortened(*text)),
                  {file_, 0, 0, std::string(name)}, say("Export the image again."));
    return static_cast<std::size_t>(*value);
  }
  void pixels(const XmlAttributes& attributes) {
    out_.size_x = number(attributes, "SizeX", 1);
    out_.size_y = number(attributes, "SizeY", 1);
    out_.size_z = number(attributes, "SizeZ", 1);
    out_.size_c = number(attributes, "SizeC", 1);
    out_.size_t_ = number(attributes, "SizeT", 1);
    if (out_.size_z * out_.size_c > kMaxPlanes || out_.size_z * out_.size_c * out_.size_t_ > kMaxPlanes)
      throw Error(ErrorKind::kData, say("The OME description declares more than {} planes.", kMaxPlanes),
                  {file_, 0, 0, "Pixels"}, say("Export the image again."));
    if (const auto order = attributes.find("DimensionOrder"); order && order->size() == 5) out_.order = *order;
    constexpr std::string_view kSizes[3] = {"PhysicalSizeX", "PhysicalSizeY", "PhysicalSizeZ"};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      out_.physical[axis] = positive(attributes.get(kSizes[axis]));
      if (const auto unit = attributes.find(std::string(kSizes[axis]) + "Unit")) out_.unit[axis] = *unit;
    }
    const std::optional<double> step = positive(attributes.get("TimeIncrement"));
    const std::optional<double> unit = seconds_in(attributes.find("TimeIncrementUnit").value_or("s"));
    if (step && unit) out_.time_increment_s = *step * *unit;
  }
  void block(const XmlAttributes& attributes) {
    if (out_.blocks.size() >= kMaxPlanes) return;
    OmeText::Block block;
    block.ifd = number(attributes, "IFD", 0);
    block.z = number(attributes, "FirstZ", 0);
    block.c = number(attributes, "FirstC", 0);
    block.t = number(attributes, "FirstT", 0);
    if (attributes.find("PlaneCount")) {
      block.planes = number(attributes, "PlaneCount", 0);
    } else if (attributes.find("IFD")) {
      block.planes = 1;
    }
    out_.blocks.push_back(block);
  }
  void plane(const XmlAttributes& attributes) {
    const std::size_t t = number(attributes, "TheT", 0);
    const std::optional<double> delta = parse_number(attributes.get("DeltaT"));
    const std::optional<double> unit = seconds_in(attributes.find("DeltaTUnit").value_or("s"));
    if (!delta || !unit || t >= out_.size_t_) return;
    if (out_.delta_t_s.empty()) out_.delta_t_s.assign(out_.size_t_, std::numeric_limits<double>::quiet_NaN());
    if (std::isnan(out_.delta_t_s[t])) out_.delta_t_s[t] = *delta * *unit;
  }
  OmeText& out_;
  const std::string& file_;
};

void drop_blocks_of_other_files(OmeText& ome, const std::string& file) {
  std::set<std::string> names;
  for (const OmeText::Block& block : ome.blocks) {
    if (!block.file.empty()) names.insert(block.file);
  }
  if (names.size() < 2) return;
  const std::size_t slash = file.find_last_of("/\\");
  const std::string own = file.substr(slash == std::string::npos ? 0 : slash + 1);
  std::erase_if(ome.blocks, [&](const OmeText::Block& block) { return !block.file.empty() && block.file != own; });
  // Nothing of it is here: planes without a place say so.
  if (!ome.blocks.empty()) return;
  ome.blocks.push_back({});
  ome.blocks.back().planes = 0;
}

}  // namespace

std::optional<double> micrometres_in(std::string_view unit) {
  constexpr double kInchUm = 25400;
  static constexpr UnitName kUnits[] = {
      {"µm", 1},         {"μm", 1},       {"um", 1},           {"micron", 1},      {"microns", 1}, {"micrometer", 1},
      {"micrometre", 1}, {"\\u00B5m", 1}, {"nm", 1e-3},        {"mm", 1e3},        {"cm", 1e4},    {"m", 1e6},
      {"pm", 1e-6},      {"Å", 1e-4},     {"Å", 1e-4},         {"A", 1e-4},        {"fm", 1e-9},   {"km", 1e9},
      {"inch", kInchUm}, {"in", kInchUm}, {"nanometer", 1e-3}, {"millimeter", 1e3}};
  const std::string_view name = trim(unit);
  const std::string_view latin = name == "\xB5m" ? "um" : name;
  for (const UnitName& one : kUnits) {
    if (one.name == latin) return one.factor;
  }
  for (const UnitName& one : kUnits) {
    if (one.name.size() > 2 && equals_ignoring_case(one.name, latin)) return one.factor;
  }
  return std::nullopt;
}

std::optional<double> seconds_in(std::string_view unit) {
  static constexpr UnitName kUnits[] = {
      {"s", 1},       {"sec", 1},      {"seconds", 1}, {"second", 1},  {"ms", 1e-3},    {"msec", 1e-3}, {"µs", 1e-6},
      {"μs", 1e-6},   {"us", 1e-6},    {"ns", 1e-9},   {"min", 60},    {"minutes", 60}, {"h", 3600},    {"hr", 3600},
      {"hour", 3600}, {"hours", 3600}, {"d", 86400},   {"day", 86400}, {"days", 86400}};
  for (const UnitName& one : kUnits) {
    if (one.name == trim(unit)) return one.factor;
  }
  return std::nullopt;
}

std::optional<ImagejText> parse_imagej_text(std::string_view text) {
  if (!text.starts_with("ImageJ=")) return std::nullopt;
  ImagejText out;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equal)), value = trim(line.substr(equal + 1));
    if (key == "images") out.images = count_of(value);
    if (key == "channels") out.channels = count_of(value);
    if (key == "slices") out.slices = count_of(value);
    if (key == "frames") out.frames = count_of(value);
    if (key == "unit") out.unit = value;
    if (key == "spacing") out.spacing = positive(value);
    if (key == "tunit") out.time_unit = value;
    if (key == "finterval") out.frame_interval = positive(value);
    if (key == "fps" && !out.frame_interval && positive(value)) out.frame_interval = 1 / *positive(value);
  }
  return out;
}

bool is_ome_text(std::string_view text) {
  const std::string_view start = text.substr(0, 4096);
  return trim(start).starts_with("<") && start.find("<OME") != std::string_view::npos;
}

OmeText parse_ome_text(std::string_view text, const std::string& file) {
  OmeText out;
  OmeHandler handler(out, file);
  parse_xml(text, file, "OME", handler);
  drop_blocks_of_other_files(out, file);
  if (out.size_x == 0)
    throw Error(ErrorKind::kData, say("The OME description names no image."), {file, 0, 0, "OME"},
                say("Export the image again."));
  return out;
}

void apply_imagej_text(const ImagejText& text, double pixels_per_unit_x, double pixels_per_unit_y, ImageInfo& info) {
  const std::optional<double> um = micrometres_in(text.unit);
  const std::string tag = "ImageJ description";
  if (um) {
    const double per_unit[2] = {pixels_per_unit_x, pixels_per_unit_y};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      if (std::isfinite(per_unit[axis]) && per_unit[axis] > 0)
        info.voxel_um[axis] = {*um / per_unit[axis], KnownFrom::kTag, tag};
    }
    if (text.spacing) info.voxel_um[2] = {*text.spacing * *um, KnownFrom::kTag, tag};
  }
  const std::optional<double> seconds = seconds_in(text.time_unit.empty() ? "s" : text.time_unit);
  if (!text.frame_interval || !seconds) return;
  // A sequence that ImageJ opened holds its moments as slices.
  const std::size_t moments = info.frames > 1 ? info.frames : info.depth;
  if (moments < 2 || (info.frames == 1 && text.spacing)) return;
  for (std::size_t t = 0; t < moments; ++t)
    info.frame_times_s.push_back(static_cast<double>(t) * *text.frame_interval * *seconds);
  info.times_from = KnownFrom::kTag;
}

void apply_ome_text(const OmeText& text, ImageInfo& info) {
  constexpr const char* kTags[3] = {"OME PhysicalSizeX", "OME PhysicalSizeY", "OME PhysicalSizeZ"};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!text.physical[axis]) continue;
    const std::optional<double> um = micrometres_in(text.unit[axis]);
    if (um) {
      info.voxel_um[axis] = {*text.physical[axis] * *um, KnownFrom::kTag, kTags[axis]};
    } else {
      info.notes.push_back({"image.unit_ignored",
                            say("The file gives {0} as {1} {2}, which is no length.", kTags[axis],
                                readable_number(*text.physical[axis], 4), shortened(text.unit[axis])),
                            axis < 2 ? say("Give the size of a pixel in micrometres with \"pixel_um\".")
                                     : say("Give the distance of the slices in micrometres.")});
    }
  }
  info.channel_names = text.channel_names;
  const bool stamped =
      !text.delta_t_s.empty() &&
      std::all_of(text.delta_t_s.begin(), text.delta_t_s.end(), [](double s) { return std::isfinite(s); }) &&
      std::is_sorted(text.delta_t_s.begin(), text.delta_t_s.end());
  if (text.size_t_ < 2 || !(stamped || text.time_increment_s)) return;
  info.times_from = KnownFrom::kTag;
  for (std::size_t t = 0; t < text.size_t_; ++t)
    info.frame_times_s.push_back(stamped ? text.delta_t_s[t] - text.delta_t_s.front()
                                         : static_cast<double>(t) * *text.time_increment_s);
}

}  // namespace vesica
