// SPDX-License-Identifier: Apache-2.0
// Formats that foreign libraries decode: opened in the reading program vesica-read, a child process with limits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vesica/data/image_source.h"
#include "vesica/settings/value.h"

namespace vesica {

/// Limits on one reading. Chosen: a decoder that is silent for two minutes hangs.
struct WorkerLimits {
  std::uint64_t memory_bytes = 0;  ///< 0: three quarters of the machine's, at least 1 GiB
  double silence_s = 120;
};

/// Opens DICOM slices, NRRD, MetaImage, NIfTI or a video (format ids of open.h) in a vesica-read of its own, which
/// lives as long as the source; only the wanted box or frame crosses the pipe. The program is the file named by the
/// environment variable VESICA_READ, else vesica-read beside the running program. Throws Error(kData) with the
/// decoder's reason; Error(kData) naming how the child ended when it crashed, hung or ran into a limit, also from the
/// source's reads; Error(kIo) when it cannot be started.
std::shared_ptr<const ImageSource> open_in_worker(std::span<const std::filesystem::path> files, std::string_view format,
                                                  const std::string& shown, const WorkerLimits& limits = {});

/// Asks a vesica-read of its own one question with `bytes` behind it and yields the head of its answer. Throws as
/// open_in_worker.
Value ask_worker(const Value& question, std::span<const std::byte> bytes, const std::string& shown,
                 const WorkerLimits& limits = {});

}  // namespace vesica
