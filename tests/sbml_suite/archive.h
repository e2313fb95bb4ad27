// SPDX-License-Identifier: Apache-2.0
// The files of a corpus, read from its archive into memory.
#pragma once

#include <map>
#include <string>

namespace vesica::test {

/// Content of every regular file of a tar archive by its path (compressions as libarchive knows them). Throws
/// std::runtime_error when the archive cannot be read.
std::map<std::string, std::string> read_archive(const std::string& path);

}  // namespace vesica::test
