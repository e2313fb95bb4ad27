// SPDX-License-Identifier: Apache-2.0
// From a file to a Reading: recognised by content, read by the reader of its kind.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "vesica/base/os/files.h"
#include "vesica/contract/contract.h"

namespace vesica {

/// Reads a file once: hash, kind and content. Images and volumes, and folders of slices or frames, are opened: their
/// pixels are read when the assay asks for them, and `known_sha256`, when it is not empty, is taken for their hash.
/// Throws Error: kNoInput, kData, kUnsupported (naming the conversion). `shown` is the name in messages.
Reading read_input(const std::filesystem::path& path, const std::string& shown, const std::string& known_sha256 = "");

/// SHA-256 of a file, or of the names and hashes of the images of a folder taken as one input.
std::string hash_input(const std::filesystem::path& path);
/// What a rerun trusts without reading the input again.
std::optional<FileIdentity> input_identity(const std::filesystem::path& path);

/// Throws Error(kUnsupported) when the assay does not take this kind of reading.
void require_format(const Assay& assay, const Reading& reading);

}  // namespace vesica
