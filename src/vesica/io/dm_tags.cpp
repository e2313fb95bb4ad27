// SPDX-License-Identifier: Apache-2.0
// Layout: "Digital Micrograph file format" (C. Boothroyd, 2012) and the readers that follow it.
#include "vesica/io/dm_tags.h"

#include <cstring>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/raster.h"

namespace vesica {

namespace {

constexpr std::size_t kMaxTags = 1 << 20, kMaxDepth = 64, kMaxName = 1 << 12;  // chosen: real files have some 1000 tags

enum DmType { kStruct = 15, kString = 18, kArray = 20 };

/// Bytes of a plain number; 0 for types that hold others.
std::size_t width_of(std::uint64_t type) {
  switch (type) {
    case 8:   // boolean
    case 9:   // character
    case 10:  // octet
      return 1;
    case 2:  // short
    case 4:  // unsigned short
      return 2;
    case 3:  // long
    case 5:  // unsigned long
    case 6:  // float
      return 4;
    case 7:   // double
    case 11:  // 64 bits
    case 12:
      return 8;
    default:
      return 0;
  }
}

class Walk {
 public:
  Walk(const ByteSource& bytes, const std::string& file, std::map<std::string, DmTag>& tags)
      : bytes_(bytes), file_(file), tags_(tags) {}

  /// Yields whether the numbers of tags are little-endian.
  bool run() {
    const std::uint64_t version = big(4);
    if (version != 3 && version != 4) fail();
    wide_ = version == 4;
    length();  // of the file, which programs write wrongly
    const std::uint64_t order = big(4);
    if (order > 1) fail();
    little_ = order == 1;
    group("", 0);
    return little_;
  }

 private:
  [[noreturn]] void fail() const { throw_damaged(file_, "DM tags"); }

  unsigned char byte() {
    if (at_ < block_at_ || at_ >= block_at_ + block_.size()) {
      constexpr std::size_t kBlock = 1 << 16;
      block_ = bytes_.text_at(at_, kBlock);
      block_at_ = at_;
      if (block_.empty()) fail();
    }
    return static_cast<unsigned char>(block_[static_cast<std::size_t>(at_++ - block_at_)]);
  }
  std::uint64_t big(std::size_t n) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value << 8 | byte();
    return value;
  }
  std::uint64_t length() { return big(wide_ ? 8 : 4); }
  void skip(std::uint64_t n) {
    if (n > bytes_.size() - std::min(at_, bytes_.size())) fail();
    at_ += n;
  }

  void group(const std::string& path, std::size_t depth) {
    if (depth > kMaxDepth) fail();
    big(2);  // sorted, open
    const std::uint64_t count = length();
    if (count > kMaxTags) fail();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t kind = big(1);
      constexpr std::uint64_t kEnd = 0, kGroup = 20, kLeaf = 21;
      if (kind == kEnd) return;
      if (kind != kGroup && kind != kLeaf) fail();
      const std::uint64_t letters = big(2);
      if (letters > kMaxName) fail();
      std::string name;
      for (std::uint64_t k = 0; k < letters; ++k) name += static_cast<char>(byte());
      if (wide_) big(8);  // bytes of the entry
      const std::string inner = (path.empty() ? "" : path + "/") + (name.empty() ? std::to_string(i) : name);
      if (inner.size() > kMaxName) fail();
      if (kind == kGroup) {
        group(inner, depth + 1);
      } else {
        leaf(inner);
      }
    }
  }

  void leaf(const std::string& path) {
    if (big(4) != 0x25252525) fail();  // "%%%%"
    const std::uint64_t infos = length();
    constexpr std::uint64_t kMostInfos = 4096;
    if (infos < 1 || infos > kMostInfos || ++leaves_ > kMaxTags) fail();
    std::vector<std::uint64_t> info;
    for (std::uint64_t i = 0; i < infos; ++i) info.push_back(length());
    DmTag tag;
    tag.type = static_cast<int>(info[0]);
    std::size_t used = 0;
    if (info[0] == kArray) {
      tag.is_array = true;
      const std::uint64_t one = item_bytes(info, 1, used);
      if (used >= info.size() || one == 0) fail();
      tag.type = static_cast<int>(info[1]);
      tag.count = info[used];
      tag.start = at_;
      if (tag.count > bytes_.size() / one) fail();
      skip(tag.count * one);
    } else if (info[0] == kStruct || info[0] == kString) {
      if (info[0] == kString && info.size() < 2) fail();
      skip(info[0] == kString ? info[1] : item_bytes(info, 0, used));
      return;
    } else {
      tag.number = number(info[0]);
    }
    tags_[path] = tag;
  }

  /// Bytes of the item described from info[from]; `used` becomes the index behind its description.
  std::uint64_t item_bytes(const std::vector<std::uint64_t>& info, std::size_t from, std::size_t& used) const {
    if (from >= info.size()) fail();
    used = from + 1;
    if (info[from] != kStruct) return width_of(info[from]);
    if (from + 2 >= info.size() || info[from + 2] > info.size()) fail();
    const auto fields = static_cast<std::size_t>(info[from + 2]);
    used = from + 3 + 2 * fields;
    if (used > info.size()) fail();
    std::uint64_t sum = 0;
    for (std::size_t f = 0; f < fields; ++f) {
      const std::size_t width = width_of(info[from + 4 + 2 * f]);
      if (width == 0) fail();
      sum += width;
    }
    return sum;
  }

  double number(std::uint64_t type) {
    const std::size_t width = width_of(type);
    if (width == 0) fail();
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::uint64_t one = byte();
      bits = little_ ? bits | one << (8 * i) : bits << 8 | one;
    }
    switch (type) {
      case 2:
        return static_cast<std::int16_t>(bits);
      case 3:
        return static_cast<std::int32_t>(bits);
      case 6: {
        const auto half = static_cast<std::uint32_t>(bits);
        float value = 0;
        std::memcpy(&value, &half, sizeof(value));
        return static_cast<double>(value);
      }
      case 7: {
        double value = 0;
        std::memcpy(&value, &bits, sizeof(value));
        return value;
      }
      default:
        return static_cast<double>(bits);
    }
  }

  const ByteSource& bytes_;
  const std::string& file_;
  std::map<std::string, DmTag>& tags_;
  std::uint64_t at_ = 0, block_at_ = 0;
  std::string block_;
  bool wide_ = false, little_ = true;
  std::size_t leaves_ = 0;
};

}  // namespace

DmTags::DmTags(const ByteSource& bytes, const std::string& file) : bytes_(bytes) {
  little_endian_ = Walk(bytes, file, tags_).run();
}

const DmTag* DmTags::find(const std::string& path) const {
  const auto found = tags_.find(path);
  return found == tags_.end() ? nullptr : &found->second;
}

std::optional<double> DmTags::number(const std::string& path) const {
  const DmTag* tag = find(path);
  return tag == nullptr || tag->is_array ? std::nullopt : std::optional(tag->number);
}

std::string DmTags::text(const std::string& path) const {
  const DmTag* tag = find(path);
  constexpr std::uint64_t kMost = 1 << 10;
  constexpr int kCharacter = 4;
  if (tag == nullptr || !tag->is_array || tag->type != kCharacter || tag->count > kMost) return "";
  const std::string bytes = bytes_.text_at(tag->start, static_cast<std::size_t>(2 * tag->count));
  std::string wide = little_endian_ ? "\xFF\xFE" : "\xFE\xFF";
  wide += bytes;
  try {
    return std::string(trim(decode_text(wide, "").utf8));
  } catch (const Error&) {
    return "";
  }
}

}  // namespace vesica
