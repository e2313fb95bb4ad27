// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/aim_packed.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/io/raster.h"
#include "vesica/io/scanco_parts.h"

namespace vesica {

namespace {

/// Where a walk along run lengths stands.
struct Mark {
  std::uint64_t at = 0;    ///< the next byte
  std::uint64_t left = 0;  ///< voxels left of the run in hand
  unsigned char value = 0;
  bool second = false,
       turns = false;  ///< binary runs: which value is in hand, and whether the next run takes the other
};

/// Run lengths, read in blocks.
class Runs {
 public:
  Runs(const ByteSource& bytes, const PackedAim& packed, std::uint64_t begin, std::uint64_t end, bool length_first)
      : bytes_(bytes), packed_(packed), end_(end), length_first_(length_first) {
    mark_.at = begin;
    if (packed.packing == AimPacking::kBinaryRuns) {
      values_[0] = byte(0);
      values_[1] = byte(1);
      mark_.at += 2;
      mark_.value = values_[0];
    }
  }
  const Mark& mark() const { return mark_; }
  void go(const Mark& mark) { mark_ = mark; }

  /// Takes up to `most` voxels of one value; 0 at the end.
  std::uint64_t take(std::uint64_t most) {
    while (mark_.left == 0) {
      const std::uint64_t step = packed_.packing == AimPacking::kByteRuns ? 2 : 1;
      if (mark_.at + step > end_) return 0;
      if (step == 2) {
        mark_.left = byte(length_first_ ? 0 : 1);
        mark_.value = byte(length_first_ ? 1 : 0);
      } else {
        if (mark_.turns) mark_.second = !mark_.second;
        mark_.value = values_[mark_.second ? 1 : 0];
        const unsigned char length = byte(0);
        constexpr unsigned char kGoesOn = 255;
        mark_.turns = length != kGoesOn;
        mark_.left = length == kGoesOn ? kGoesOn - 1 : length;
      }
      mark_.at += step;
    }
    const std::uint64_t taken = std::min(most, mark_.left);
    mark_.left -= taken;
    return taken;
  }

 private:
  unsigned char byte(std::uint64_t offset) {
    const std::uint64_t at = mark_.at + offset;
    if (at < block_at_ || at >= block_at_ + block_.size()) {
      constexpr std::size_t kBlock = 1 << 16;
      block_ = bytes_.text_at(at, kBlock);
      block_at_ = at;
    }
    return at < block_at_ + block_.size() ? static_cast<unsigned char>(block_[at - block_at_]) : 0;
  }

  const ByteSource& bytes_;
  PackedAim packed_;
  std::uint64_t end_;
  bool length_first_;
  unsigned char values_[2] = {};
  Mark mark_;
  std::string block_;
  std::uint64_t block_at_ = 0;
};

class PackedSource : public RasterSource {
 public:
  PackedSource(ImageInfo info, std::shared_ptr<const ByteSource> bytes, const PackedAim& packed, std::string file)
      : RasterSource(std::move(info)), bytes_(std::move(bytes)), packed_(packed), file_(std::move(file)) {
    if (packed_.packing == AimPacking::kBits) {
      find_bits();
    } else {
      find_runs();
    }
  }

  RawPlane read_raw(std::size_t z, std::size_t, std::size_t, const Box3& part) const override {
    RawPlane out = make_raw(part.nx(), part.ny(), 1, SampleType::kI8);
    const std::vector<std::byte> plane = packed_.packing == AimPacking::kBits ? bits_of_plane(z) : runs_of_plane(z);
    for (std::size_t y = part.y0; y < part.y1; ++y)
      std::memcpy(out.bytes.data() + (y - part.y0) * part.nx(), plane.data() + y * info_.width + part.x0, part.nx());
    return out;
  }

 private:
  void find_bits() {
    row_ = (info_.width + 1) / 2;
    plane_ = row_ * ((info_.height + 1) / 2);
    const std::uint64_t all = std::uint64_t{plane_} * ((info_.depth + 1) / 2);
    const std::string last = bytes_->text_at(packed_.start + all, 1);
    if (last.empty()) throw_damaged(file_, "voxels are missing");
    value_ = static_cast<std::byte>(last[0]);
  }

  std::vector<std::byte> bits_of_plane(std::size_t z) const {
    std::vector<std::byte> packed(plane_), out(info_.width * info_.height);
    if (bytes_->read_at(packed_.start + std::uint64_t{plane_} * (z / 2), packed) != plane_)
      throw_damaged(file_, "voxels are missing");
    for (std::size_t y = 0; y < info_.height; ++y) {
      for (std::size_t x = 0; x < info_.width; ++x) {
        const std::size_t bit = (z % 2) * 4 + (y % 2) * 2 + x % 2;
        const auto eight = std::to_integer<unsigned>(packed[y / 2 * row_ + x / 2]);
        out[y * info_.width + x] = (eight >> bit & 1) != 0 ? value_ : std::byte{0};
      }
    }
    return out;
  }

  /// The length of the packed bytes, itself included, stands in front of them.
  void find_runs() {
    const std::size_t word = packed_.wide ? 8 : 4;
    const std::string stated = bytes_->text_at(packed_.start, word);
    if (stated.size() < word) throw_damaged(file_, "voxels are missing");
    const std::int64_t length = packed_.wide ? long_at(stated, 0) : int_at(stated, 0);
    if (length < static_cast<std::int64_t>(word) || static_cast<std::uint64_t>(length) > bytes_->size() - packed_.start)
      throw_damaged(file_, "voxels are missing");
    begin_ = packed_.start + word;
    end_ = packed_.start + static_cast<std::uint64_t>(length);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto whole = static_cast<std::int64_t>(i == 0 ? info_.width : i == 1 ? info_.height : info_.depth);
      if (packed_.border[i] < 0 || packed_.border[i] > (whole - 1) / 2) throw_damaged(file_, "AIM header");
      inner_[i] = static_cast<std::size_t>(whole - 2 * packed_.border[i]);
    }
    const bool found =
        mark_slices() || (packed_.packing == AimPacking::kByteRuns && (length_first_ = true, mark_slices()));
    if (!found) throw_damaged(file_, "run lengths that do not add up");
  }

  bool mark_slices() {
    marks_.clear();
    Runs runs(*bytes_, packed_, begin_, end_, length_first_);
    for (std::size_t z = 0; z < inner_[2]; ++z) {
      marks_.push_back(runs.mark());
      for (std::uint64_t left = std::uint64_t{inner_[0]} * inner_[1]; left > 0;) {
        const std::uint64_t taken = runs.take(left);
        if (taken == 0) return false;
        left -= taken;
      }
    }
    return runs.mark().left == 0 && runs.mark().at == end_;
  }

  std::vector<std::byte> runs_of_plane(std::size_t z) const {
    std::vector<std::byte> out(info_.width * info_.height);
    const auto edge = [&](std::size_t i) { return static_cast<std::size_t>(packed_.border[i]); };
    if (z < edge(2) || z - edge(2) >= inner_[2]) return out;
    Runs runs(*bytes_, packed_, begin_, end_, length_first_);
    runs.go(marks_[z - edge(2)]);
    for (std::size_t y = 0; y < inner_[1]; ++y) {
      std::byte* row = out.data() + (y + edge(1)) * info_.width + edge(0);
      for (std::size_t x = 0; x < inner_[0];) {
        const std::uint64_t taken = runs.take(inner_[0] - x);
        if (taken == 0) throw_damaged(file_, "voxels are missing");
        std::fill_n(row + x, taken, static_cast<std::byte>(runs.mark().value));
        x += static_cast<std::size_t>(taken);
      }
    }
    return out;
  }

  std::shared_ptr<const ByteSource> bytes_;
  PackedAim packed_;
  std::string file_;
  std::size_t row_ = 0, plane_ = 0;  ///< bytes of bits
  std::byte value_ = {};
  std::uint64_t begin_ = 0, end_ = 0;  ///< of the run lengths
  std::array<std::size_t, 3> inner_ = {};
  bool length_first_ = false;
  std::vector<Mark> marks_;
};

}  // namespace

std::optional<AimPacking> aim_packing(std::int32_t type) {
  switch (type) {
    case 0x00060001:
      return AimPacking::kBits;
    case 0x00150001:
      return AimPacking::kBinaryRuns;
    case 0x00080002:
      return AimPacking::kByteRuns;
    default:
      return std::nullopt;
  }
}

std::shared_ptr<const ImageSource> open_packed_aim(ImageInfo info, std::shared_ptr<const ByteSource> bytes,
                                                   const PackedAim& packed, const std::string& file) {
  return std::make_shared<PackedSource>(std::move(info), std::move(bytes), packed, file);
}

}  // namespace vesica
