// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/scenario_files.h"

#include <algorithm>

#include "vesica/base/hash.h"
#include "vesica/base/message.h"
#include "vesica/base/os/files.h"

namespace vesica {

namespace {

namespace fs = std::filesystem;

bool lies_in(const fs::path& path, const fs::path& folder) {
  std::error_code ignored;
  const fs::path inside = fs::weakly_canonical(path, ignored), outside = fs::weakly_canonical(folder, ignored);
  return std::mismatch(outside.begin(), outside.end(), inside.begin(), inside.end()).first == outside.end();
}

void read_one(const fs::path& folder, std::span<const std::string> raw_folders, const std::string& name,
              PredictItem& item) {
  const fs::path path = folder / path_from(name);
  const bool allowed = lies_in(path, folder) ||
                       std::any_of(raw_folders.begin(), raw_folders.end(),
                                   [&](const std::string& raw) { return lies_in(path, folder / path_from(raw)); });
  if (!allowed)
    throw Error(ErrorKind::kConfig, say("{} leads out of the study's folder.", "\"" + name + "\""), item.scenario.place,
                say("Copy the file into the folder, or allow its folder with raw_folders."));
  std::string bytes = read_model_file(path, name);
  item.inputs.emplace_back(name, sha256(bytes));
  item.scenario.files[name] = std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

std::string read_model_file(const fs::path& path, const std::string& shown) {
  try {
    return read_file(path, kLargestModelFile);
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(), {shown, 0, 0, ""}, error.hint());
  }
}

void read_scenario_files(const fs::path& folder, std::span<const std::string> raw_folders, PredictItem& item) {
  if (item.model->files == nullptr) return;
  try {
    for (const std::string& name : item.model->files(item.settings)) read_one(folder, raw_folders, name, item);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kCancelled) throw;
    item.error = error;
  }
}

}  // namespace vesica
