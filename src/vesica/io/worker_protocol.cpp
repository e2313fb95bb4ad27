// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/worker_protocol.h"

#include <cmath>
#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/io/json.h"
#include "vesica/io/raster.h"
#include "vesica/settings/json_text.h"

namespace vesica {

namespace {

[[noreturn]] void throw_broken(std::string_view what) {
  throw Error(ErrorKind::kData, say("The reading program broke its rules ({}).", what), {},
              say("The file is damaged or hostile; copy or export it again."));
}

std::string little(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::uint64_t from_little(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

/// The way back from JSON, item by item.
class Reader {
 public:
  explicit Reader(const Value& value) : value_(value) {}

  std::size_t count(std::string_view key, std::uint64_t least, std::uint64_t most) const {
    const Value* found = value_.find(key);
    if (found == nullptr || found->kind != Value::Kind::kInteger || found->integer < 0) throw_broken(key);
    const auto number = static_cast<std::uint64_t>(found->integer);
    if (number < least || number > most) throw_broken(key);
    return static_cast<std::size_t>(number);
  }
  bool flag(std::string_view key) const {
    const Value* found = value_.find(key);
    return found != nullptr && found->kind == Value::Kind::kBool && found->boolean;
  }
  std::string text(std::string_view key) const {
    constexpr std::size_t kMost = 1 << 16;
    const Value* found = value_.find(key);
    if (found == nullptr || found->kind != Value::Kind::kText) return "";
    if (found->text.size() > kMost) throw_broken(key);
    return found->text;
  }
  double number(std::string_view key) const {
    const Value* found = value_.find(key);
    if (found == nullptr || !found->is_number() || !std::isfinite(found->number)) throw_broken(key);
    return found->number;
  }
  const std::vector<Value>& items(std::string_view key, std::size_t most) const {
    static const std::vector<Value> none;
    const Value* found = value_.find(key);
    if (found == nullptr || found->kind != Value::Kind::kArray) return none;
    if (found->items.size() > most) throw_broken(key);
    return found->items;
  }

 private:
  const Value& value_;
};

Value texts(const std::vector<std::string>& list) {
  Value out = Value::array();
  for (const std::string& text : list) out.append(Value::of(text));
  return out;
}

std::vector<std::string> texts_of(const std::vector<Value>& items) {
  std::vector<std::string> out;
  for (const Value& item : items) out.push_back(item.text.substr(0, 1000));
  return out;
}

void read_lists(const Reader& in, ImageInfo& info) {
  constexpr std::size_t kFew = 1000;
  for (const Value& item : in.items("times_s", kMaxPlanes)) {
    if (!item.is_number() || !std::isfinite(item.number)) throw_broken("times_s");
    info.frame_times_s.push_back(item.number);
  }
  if (!info.frame_times_s.empty() && info.frame_times_s.size() != info.frames) throw_broken("times_s");
  info.times_from = info.frame_times_s.empty() ? KnownFrom::kUnknown : KnownFrom::kTag;
  info.channel_names = texts_of(in.items("channel_names", kMaxChannels));
  info.plane_names = texts_of(in.items("plane_names", kMaxPlanes));
  for (const Value& item : in.items("densities", kFew)) {
    const Reader one(item);
    info.densities.push_back({one.text("unit"), one.number("slope"), one.number("intercept"), one.text("tag")});
  }
  for (const Value& item : in.items("tags", kFew)) {
    const Reader one(item);
    info.tags[one.text("name")] = one.text("value");
  }
  for (const Value& item : in.items("notes", kFew)) {
    const Reader one(item);
    info.notes.push_back({one.text("kind"), one.text("message"), one.text("hint")});
  }
}

}  // namespace

std::string worker_message_front(const Value& head, std::uint64_t voxel_bytes) {
  const std::string json = write_json(head);
  VESICA_REQUIRE(json.size() <= kMaxWorkerJson && voxel_bytes <= kMaxWorkerVoxels, "a message keeps its bounds");
  return std::string(kWorkerMark, 4) + little(json.size(), 4) + little(voxel_bytes, 8) + json;
}

bool read_worker_message(const std::function<bool(std::span<std::byte>)>& read, std::uint64_t most,
                         WorkerMessage& out) {
  std::byte head[kWorkerHeadBytes];
  if (!read(head)) return false;
  if (std::memcmp(head, kWorkerMark, 4) != 0) throw_broken("mark");
  const std::uint64_t json_bytes = from_little({head + 4, 4}), voxel_bytes = from_little({head + 8, 8});
  if (json_bytes > kMaxWorkerJson || voxel_bytes > std::min(most, kMaxWorkerVoxels)) throw_broken("length");
  std::string json(json_bytes, '\0');
  if (!read(std::as_writable_bytes(std::span(json)))) return false;
  out.head = read_json(json, "vesica-read");
  out.voxels.resize(voxel_bytes);
  return read(out.voxels);
}

Value info_to_value(const ImageInfo& info) {
  Value out = Value::table();
  const auto count = [&](const char* key, std::size_t n) { out.set(key, Value::of(static_cast<std::int64_t>(n))); };
  count("width", info.width);
  count("height", info.height);
  count("depth", info.depth);
  count("frames", info.frames);
  count("channels", info.channels);
  count("bits", static_cast<std::size_t>(info.bits));
  out.set("axis_known", Value::of(info.axis_known));
  out.set("colour", Value::of(info.colour));
  out.set("floating", Value::of(info.floating));
  out.set("orientation", Value::of(info.orientation));
  Value voxel = Value::array();
  for (const Known& edge : info.voxel_um) {
    Value one = Value::table();
    if (edge.known()) {
      one.set("um", Value::of(edge.value));
      one.set("tag", Value::of(edge.tag));
    }
    voxel.append(std::move(one));
  }
  out.set("voxel", std::move(voxel));
  Value times = Value::array();
  for (const double time : info.frame_times_s) times.append(Value::of(time));
  out.set("times_s", std::move(times));
  out.set("channel_names", texts(info.channel_names));
  out.set("plane_names", texts(info.plane_names));
  Value densities = Value::array(), tags = Value::array(), notes = Value::array();
  for (const DensityScale& scale : info.densities) {
    Value one = Value::table();
    one.set("unit", Value::of(scale.unit));
    one.set("slope", Value::of(scale.slope));
    one.set("intercept", Value::of(scale.intercept));
    one.set("tag", Value::of(scale.tag));
    densities.append(std::move(one));
  }
  for (const auto& [name, value] : info.tags) {
    Value one = Value::table();
    one.set("name", Value::of(name));
    one.set("value", Value::of(value));
    tags.append(std::move(one));
  }
  for (const ReadNote& note : info.notes) {
    Value one = Value::table();
    one.set("kind", Value::of(note.kind));
    one.set("message", Value::of(note.message));
    one.set("hint", Value::of(note.hint));
    notes.append(std::move(one));
  }
  out.set("densities", std::move(densities));
  out.set("tags", std::move(tags));
  out.set("notes", std::move(notes));
  return out;
}

ImageInfo info_from_value(const Value& value) {
  const Reader in(value);
  ImageInfo info;
  constexpr std::uint64_t kMaxSide = std::uint64_t{1} << 24;
  info.width = in.count("width", 1, kMaxSide);
  info.height = in.count("height", 1, kMaxSide);
  info.depth = in.count("depth", 1, kMaxPlanes);
  info.frames = in.count("frames", 1, kMaxPlanes);
  info.channels = in.count("channels", 1, kMaxChannels);
  info.bits = static_cast<int>(in.count("bits", 8, 64));
  if (info.width * info.height > kMaxPlanePixels || info.depth * info.frames > kMaxPlanes) throw_broken("size");
  info.axis_known = in.flag("axis_known");
  info.colour = in.flag("colour");
  info.floating = in.flag("floating");
  info.orientation = in.text("orientation");
  const std::vector<Value>& voxel = in.items("voxel", 3);
  for (std::size_t axis = 0; axis < voxel.size(); ++axis) {
    if (voxel[axis].find("um") == nullptr) continue;
    const Reader edge(voxel[axis]);
    if (!(edge.number("um") > 0)) throw_broken("voxel");
    info.voxel_um[axis] = {edge.number("um"), KnownFrom::kTag, edge.text("tag")};
  }
  read_lists(in, info);
  return info;
}

}  // namespace vesica
