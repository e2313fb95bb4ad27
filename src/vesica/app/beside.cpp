// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/beside.h"

#include <algorithm>

#include "vesica/base/error.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/companions.h"
#include "vesica/io/zip.h"

namespace vesica {

namespace {

bool holds_a_roi(const Companion& file) {
  if (!lower_ascii(file.name).ends_with(".zip")) return true;
  try {
    const std::vector<std::string> members = zip_names(file.path);
    return std::any_of(members.begin(), members.end(),
                       [](const std::string& member) { return member.ends_with(".roi"); });
  } catch (const Error&) {
    return false;
  }
}

bool is_sure(const Companion& file) {
  if (file.kind != Companion::Kind::kLabels) return holds_a_roi(file);
  const std::string token = label_in_name(file.name).channel;
  return token.starts_with("cp_masks") || token.starts_with("stardist");
}

}  // namespace

std::set<std::filesystem::path> belonging_to_images(const std::vector<std::filesystem::path>& files) {
  std::set<std::filesystem::path> out;
  CompanionFinder finder;
  for (const std::filesystem::path& file : files) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) continue;
    for (const Companion& each : finder.beside(file))
      if (is_sure(each)) out.insert(each.path);
  }
  return out;
}

}  // namespace vesica
