// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/beside.h"

#include <algorithm>

#include "vesica/base/error.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/companions.h"
#include "vesica/io/images.h"
#include "vesica/io/zip.h"
#include "vesica/table/tsv.h"

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
  std::set<std::filesystem::path> all, out;
  CompanionFinder finder;
  std::error_code ignored;
  for (const std::filesystem::path& file : files)
    for (const Companion& each : finder.beside(file))
      if (is_sure(each)) all.insert(each.path);
  const auto belongs = [&](const std::filesystem::path& file) { return all.contains(file); };
  for (const std::filesystem::path& file : files) {
    if (std::filesystem::is_directory(file, ignored)) {
      const std::vector<std::filesystem::path> inside = series_files(file);
      if (!inside.empty() && std::all_of(inside.begin(), inside.end(), belongs)) out.insert(file);
    } else if (belongs(file)) {
      out.insert(file);
    }
  }
  return out;
}

bool is_truth_of_phantom(const std::filesystem::path& file) {
  constexpr std::uintmax_t kMost = std::uintmax_t{16} << 20;
  std::error_code error;
  if (lower_ascii(path_text(file.extension())) != ".tsv" || !std::filesystem::is_regular_file(file, error))
    return false;
  if (std::filesystem::file_size(file, error) > kMost || error) return false;
  try {
    const ObservationTable table = read_observations_tsv(read_file(file, kMost), path_text(file));
    return !table.empty() && table.select([&](std::size_t i) { return table.source(i) != "phantom"; }).empty();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace vesica
