// SPDX-License-Identifier: Apache-2.0
// From a file to a Reading: recognised by content, read by the reader of its kind.
#pragma once

#include <filesystem>
#include <string>

#include "vesica/contract/contract.h"

namespace vesica {

/// Reads the file once: hash, kind and content. Throws Error: kNoInput, kData, kUnsupported (naming the conversion).
/// `shown` is the name in messages.
Reading read_input(const std::filesystem::path& path, const std::string& shown);

/// Throws Error(kUnsupported) when the assay does not take this kind of reading.
void require_format(const Assay& assay, const Reading& reading);

}  // namespace vesica
