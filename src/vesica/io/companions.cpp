// SPDX-License-Identifier: Apache-2.0
#include "vesica/io/companions.h"

#include <algorithm>
#include <array>

#include "vesica/base/file_name.h"
#include "vesica/base/os/files.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/raster.h"

namespace vesica {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMasks = "masks";
constexpr std::string_view kOme = ".ome";  // Cellpose takes one ending off: a.ome.tif becomes a.ome_cp_masks.png

bool is_joint(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

bool ends_with_one_of(std::string_view small, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view each) { return small.ends_with(each); });
}
bool is_image(std::string_view small) {
  return ends_with_one_of(small, {".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp"});
}

std::optional<Companion::Kind> kind_of(const std::string& name) {
  const std::string small = lower_ascii(name);
  if (ends_with_one_of(small, {".roi", ".zip", ".geojson"})) return Companion::Kind::kOutlines;
  if (small.ends_with(".npy")) return Companion::Kind::kNumpy;
  const bool labels = ends_with_one_of(small, {".tif", ".tiff", ".png"}) && !label_in_name(name).channel.empty();
  return labels ? std::optional(Companion::Kind::kLabels) : std::nullopt;
}

bool says(const std::string& stem, const std::string& owner, const std::string& token) {
  if (stem.size() <= owner.size() + token.size() || !stem.starts_with(owner) || !stem.ends_with(token)) return false;
  std::string_view between = std::string_view(stem).substr(owner.size(), stem.size() - owner.size() - token.size());
  if (between.starts_with(kOme)) between.remove_prefix(kOme.size());
  return std::all_of(between.begin(), between.end(), is_joint);
}

}  // namespace

const std::vector<std::string>& CompanionFinder::names_in(const fs::path& folder) {
  const auto [found, is_new] = listings_.try_emplace(folder);
  if (!is_new) return found->second;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    const std::string name = path_text(entry->path().filename());
    if (name.starts_with('.') || !kind_of(name)) continue;
    if (entry->is_symlink(ignored) || !entry->is_regular_file(ignored)) continue;
    found->second.push_back(name);
  }
  std::sort(found->second.begin(), found->second.end());
  return found->second;
}

/// Those of the image's own folder, or of the one `within` it, which holds nothing but labels.
void CompanionFinder::add(const fs::path& input, bool is_folder, const std::string& within,
                          std::vector<Companion>& out) {
  const std::string own = path_text(input.filename());
  const fs::path home = is_folder ? input : input.parent_path();
  const fs::path place = within.empty() ? home : home / within;
  std::error_code ignored;
  if (!within.empty() && (!fs::is_directory(place, ignored) || fs::is_symlink(place, ignored))) return;
  const std::string stem = is_folder ? "" : std::string(file_stem(own)),
                    bare = is_folder ? "" : channel_in_name(own).rest;
  const std::vector<std::string>& names = names_in(place);
  const auto first = static_cast<std::ptrdiff_t>(out.size());
  // Of an image those that begin with its name (without its channel), which stand together.
  for (auto each = std::lower_bound(names.begin(), names.end(), bare); each != names.end(); ++each) {
    if (!each->starts_with(bare)) break;
    const Companion::Kind kind = *kind_of(*each);
    const auto follows = [&](const std::string& name) {
      return each->size() > name.size() && each->starts_with(name) && is_joint((*each)[name.size()]);
    };
    if (*each == own || (!within.empty() && kind != Companion::Kind::kLabels)) continue;
    const std::string rest = kind == Companion::Kind::kLabels ? label_in_name(*each).rest : "";
    const bool belongs =
        is_folder || follows(stem) || follows(bare) || (!rest.empty() && (rest == stem || rest == bare));
    if (belongs) out.push_back({place / path_from(*each), *each, kind, within.empty() ? "" : within + "/"});
  }
  std::sort(out.begin() + first, out.end(),
            [](const Companion& a, const Companion& b) { return natural_less(a.name, b.name); });
}

std::vector<Companion> CompanionFinder::beside(const fs::path& input) {
  std::vector<Companion> out;
  std::error_code ignored;
  const bool is_folder = fs::is_directory(input, ignored);
  if (!is_folder && !is_image(lower_ascii(path_text(input.filename())))) return out;
  add(input, is_folder, "", out);
  add(input, is_folder, kMasks, out);
  return out;
}

std::vector<Companion> companions_of(const ImageSource& source) {
  const auto* raster = dynamic_cast<const RasterSource*>(&source);
  if (raster == nullptr) return {};
  const std::vector<fs::path> files = raster->files();
  if (files.empty()) return {};
  CompanionFinder finder;
  return finder.beside(source.info().plane_names.empty() ? files.front() : files.front().parent_path());
}

std::string stem_of_file(const ImageSource& source) {
  const auto* raster = dynamic_cast<const RasterSource*>(&source);
  if (raster == nullptr || !source.info().plane_names.empty() || raster->files().empty()) return "";
  return std::string(file_stem(path_text(raster->files().front().filename())));
}

std::optional<Companion> companion_for(const std::vector<Companion>& all, const std::vector<std::string>& names,
                                       std::string_view token, bool alone) {
  const std::string asked = lower_ascii(token);
  for (const Companion& each : all) {
    const ChannelName labels = label_in_name(each.name);
    const std::string stem = lower_ascii(file_stem(each.name));
    const std::string rest = lower_ascii(labels.rest).ends_with(kOme)
                                 ? labels.rest.substr(0, labels.rest.size() - kOme.size())
                                 : labels.rest;
    const bool by_name = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return says(stem, lower_ascii(name), asked) || (!asked.empty() && (labels.rest == name || rest == name) &&
                                                      labels.channel.find(asked) != std::string::npos);
    });
    if (by_name || (alone && stem == asked)) return each;
  }
  return std::nullopt;
}

}  // namespace vesica
