// SPDX-License-Identifier: Apache-2.0
// What Vesica and its reading program vesica-read say to each other: one question, one answer, each a bounded JSON head
// and, in answers, bounded raw voxels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "vesica/data/image_source.h"
#include "vesica/settings/value.h"

namespace vesica {

/// A message is the mark, the length of the JSON text (4 bytes) and of the voxels (8 bytes), little-endian, then both.
inline constexpr char kWorkerMark[4] = {'V', 'R', 'D', '1'};
inline constexpr std::size_t kWorkerHeadBytes = 16;
inline constexpr std::size_t kMaxWorkerJson = std::size_t{64} << 20;  ///< chosen: names of 10^6 frames
/// Of one answer; chosen: a VOI of 4 G voxels of 16 bits.
inline constexpr std::uint64_t kMaxWorkerVoxels = std::uint64_t{8} << 30;

struct WorkerMessage {
  Value head;
  std::vector<std::byte> voxels;
};

/// Bytes in front of the voxels of a message.
std::string worker_message_front(const Value& head, std::uint64_t voxel_bytes);
/// Reads one message through `read` (fills the span or returns false). False at the end of the stream. `most` bounds
/// the voxels. Throws Error(kData) for what breaks the rules above.
bool read_worker_message(const std::function<bool(std::span<std::byte>)>& read, std::uint64_t most, WorkerMessage& out);

/// The info of a source as JSON and back. The way back believes nothing: sizes, counts and text lengths are bounded,
/// numbers must be finite; throws Error(kData).
Value info_to_value(const ImageInfo& info);
ImageInfo info_from_value(const Value& value);

}  // namespace vesica
