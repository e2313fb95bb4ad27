// SPDX-License-Identifier: Apache-2.0
// Which plane of a file or folder is which channel of which field.
#include <algorithm>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/base/file_name.h"
#include "vesica/base/text.h"

namespace vesica::nuclei {

namespace {

constexpr std::size_t kMostPagesAsChannels = 6;  // chosen: filters of a turret

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `frames`: those of the names to put together.
Arrangement from_names(const std::vector<std::string>& names, const std::vector<std::size_t>& frames) {
  Arrangement out;
  std::vector<ChannelName> parts;
  for (const std::size_t frame : frames) {
    parts.push_back(channel_in_name(names[frame]));
    const std::string& channel = parts.back().channel;
    if (!channel.empty() && std::find(out.channels.begin(), out.channels.end(), channel) == out.channels.end()) {
      out.channels.push_back(channel);
    }
  }
  const bool every = std::all_of(parts.begin(), parts.end(), [](const ChannelName& p) { return !p.channel.empty(); });
  if (!every || out.channels.size() < 2) {
    out.channels = {""};
    for (const std::size_t frame : frames) out.fields.push_back({std::string(file_stem(names[frame])), {{frame, 0}}});
    return out;
  }
  std::sort(out.channels.begin(), out.channels.end());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto field = std::find_if(out.fields.begin(), out.fields.end(),
                              [&](const Field& each) { return each.name == parts[i].rest; });
    if (field == out.fields.end()) {
      out.fields.push_back({parts[i].rest, std::vector<PlaneAt>(out.channels.size(), {kNoPlane, 0})});
      field = out.fields.end() - 1;
    }
    const auto channel = std::find(out.channels.begin(), out.channels.end(), parts[i].channel) - out.channels.begin();
    field->planes[static_cast<std::size_t>(channel)] = {frames[i], 0};
  }
  const auto whole = [&](const Field& field) {
    return std::none_of(field.planes.begin(), field.planes.end(),
                        [&](const PlaneAt& at) { return at.frame == kNoPlane; });
  };
  const std::size_t all = out.fields.size();
  out.fields.erase(std::remove_if(out.fields.begin(), out.fields.end(), [&](const Field& f) { return !whole(f); }),
                   out.fields.end());
  out.incomplete = out.fields.size() < all;
  return out;
}

}  // namespace

namespace {

/// Files of labels become channels behind the others; a field's own bear its name, with or without a channel in it.
void add_label_files(const std::vector<std::string>& names, const std::vector<std::size_t>& frames, Arrangement& out) {
  for (const std::size_t frame : frames) {
    const ChannelName labels = label_in_name(names[frame]);
    const std::string bare = channel_in_name(labels.rest + ".tif").rest;
    const auto first = out.channels.begin() + static_cast<std::ptrdiff_t>(out.pictures);
    auto channel = std::find(first, out.channels.end(), labels.channel);
    const auto at = static_cast<std::size_t>(channel - out.channels.begin());
    if (channel == out.channels.end()) {
      out.channels.push_back(labels.channel);
      for (Field& field : out.fields) field.planes.push_back({kNoPlane, 0});
    }
    for (Field& field : out.fields) {
      if (field.name == labels.rest || field.name == bare) field.planes[at] = {frame, 0};
    }
  }
}

}  // namespace

Arrangement arrangement_of(const ImageSource& source) {
  const ImageInfo& info = source.info();
  const std::size_t frames = source.series_length();
  Arrangement out;
  std::vector<std::size_t> pictures, labels;
  for (std::size_t i = 0; i < frames; ++i) {
    const bool picture = i >= info.plane_names.size() || label_in_name(info.plane_names[i]).channel.empty();
    (picture ? pictures : labels).push_back(i);
  }
  if (pictures.empty()) std::swap(pictures, labels);
  if (!info.plane_names.empty() && info.plane_names.size() == frames && info.channels == 1) {
    out = from_names(info.plane_names, pictures);
    out.pictures = out.channels.size();
    add_label_files(info.plane_names, labels, out);
    return out;
  }
  if (info.channels == 1 && !info.axis_known && frames > 1 && frames <= kMostPagesAsChannels) {
    Field field;
    for (std::size_t i = 0; i < frames; ++i) {
      out.channels.push_back(std::to_string(i + 1));
      field.planes.push_back({i, 0});
    }
    out.fields.push_back(std::move(field));
    out.pictures = out.channels.size();
    return out;
  }
  for (std::size_t c = 0; c < info.channels; ++c) {
    out.channels.push_back(c < info.channel_names.size() ? info.channel_names[c] : std::to_string(c + 1));
  }
  for (const std::size_t i : pictures) {
    Field field;
    if (frames > 1)
      field.name = i < info.plane_names.size() ? std::string(file_stem(info.plane_names[i])) : std::to_string(i + 1);
    for (std::size_t c = 0; c < info.channels; ++c) field.planes.push_back({i, c});
    out.fields.push_back(std::move(field));
  }
  out.pictures = out.channels.size();
  add_label_files(info.plane_names, labels, out);
  return out;
}

std::optional<std::size_t> find_channel(const std::vector<std::string>& channels, std::string_view wanted) {
  const std::string asked = lower_ascii(trim(wanted));
  if (asked.empty()) return std::nullopt;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (lower_ascii(channels[i]) == asked) return i;
  }
  if (std::all_of(asked.begin(), asked.end(), is_digit)) {
    const std::size_t number = asked.size() < 4 ? std::stoul(asked) : 0;
    if (number >= 1 && number <= channels.size()) return number - 1;
    return std::nullopt;
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (lower_ascii(channels[i]).find(asked) != std::string::npos) return i;
  }
  return std::nullopt;
}

std::size_t nucleus_channel(const std::vector<std::string>& channels, std::size_t not_this) {
  std::vector<std::string> names = channels;
  if (not_this < names.size()) names[not_this].clear();
  const std::vector<std::size_t> found = plainest(names, says_nuclei);
  if (!found.empty()) return found.front();
  return not_this == 0 && channels.size() > 1 ? 1 : 0;
}

}  // namespace vesica::nuclei
