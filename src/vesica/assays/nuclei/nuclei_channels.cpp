// SPDX-License-Identifier: Apache-2.0
// Which plane of a file or folder is which channel of which field.
#include <algorithm>
#include <array>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/base/text.h"

namespace vesica::nuclei {

namespace {

constexpr std::size_t kMostPagesAsChannels = 6;  // chosen: filters of a turret

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Dyes and stains that people put into file names.
constexpr std::array<std::string_view, 30> kStains = {
    "dapi", "hoechst", "h33342", "draq5",   "gfp",   "egfp", "fitc", "tritc", "texasred", "rhodamine",
    "cy3",  "cy5",     "cy7",    "mcherry", "rfp",   "yfp",  "a488", "a555",  "a568",     "a594",
    "a647", "edu",     "ki67",   "ph3",     "runx2", "osx",  "opn",  "tunel", "krt14",    "ctsk"};

/// "_w1", "_ch00", "-C0", "_c2", "_channel3": where the token begins, where it ends.
struct Found {
  std::size_t begin = std::string::npos, end = 0;
};
Found numbered(const std::string& name) {
  static constexpr std::array<std::string_view, 4> kPrefixes = {"channel", "ch", "c", "w"};
  Found out;
  for (std::size_t i = 1; i < name.size(); ++i) {
    const char before = name[i - 1];
    if (before != '_' && before != '-' && before != ' ' && before != '.') continue;
    for (const std::string_view prefix : kPrefixes) {
      if (name.compare(i, prefix.size(), prefix) != 0) continue;
      std::size_t end = i + prefix.size();
      const std::size_t digits = end;
      while (end < name.size() && is_digit(name[end])) ++end;
      // Image Express puts a unique number of hexadecimal digits right behind _w1.
      const bool alone = end == name.size() || !is_letter(name[end]) || prefix == "w";
      if (end > digits && end - digits <= 2 && alone) out = {i, end};
      if (end - digits > 2 && prefix == "w") out = {i, digits + 1};
      if (out.begin == i) break;
    }
  }
  // Cellomics: f00d0 at the end.
  if (out.begin == std::string::npos && name.size() > 3 && is_digit(name.back()) && name[name.size() - 2] == 'd' &&
      is_digit(name[name.size() - 3])) {
    out = {name.size() - 2, name.size()};
  }
  return out;
}

Found stained(const std::string& name) {
  for (const std::string_view stain : kStains) {
    const std::size_t at = name.find(stain);
    if (at == std::string::npos) continue;
    const std::size_t end = at + stain.size();
    const bool begins = at == 0 || !is_letter(name[at - 1]);
    const bool ends = end == name.size() || (!is_letter(name[end]) && !is_digit(name[end]));
    if (begins && ends) return {at, end};
  }
  return {};
}

std::string stem_of(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const std::size_t dot = name.find_last_of('.');
  return std::string(dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot));
}

Arrangement from_names(const std::vector<std::string>& names) {
  Arrangement out;
  std::vector<ChannelName> parts;
  for (const std::string& name : names) {
    parts.push_back(channel_in_name(name));
    const std::string& channel = parts.back().channel;
    if (!channel.empty() && std::find(out.channels.begin(), out.channels.end(), channel) == out.channels.end()) {
      out.channels.push_back(channel);
    }
  }
  const bool every = std::all_of(parts.begin(), parts.end(), [](const ChannelName& p) { return !p.channel.empty(); });
  if (!every || out.channels.size() < 2) {
    out.channels = {""};
    for (std::size_t i = 0; i < names.size(); ++i) out.fields.push_back({stem_of(names[i]), {{i, 0}}});
    return out;
  }
  std::sort(out.channels.begin(), out.channels.end());
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto field = std::find_if(out.fields.begin(), out.fields.end(),
                              [&](const Field& each) { return each.name == parts[i].rest; });
    if (field == out.fields.end()) {
      out.fields.push_back({parts[i].rest, std::vector<PlaneAt>(out.channels.size(), {kNone, 0})});
      field = out.fields.end() - 1;
    }
    const auto channel = std::find(out.channels.begin(), out.channels.end(), parts[i].channel) - out.channels.begin();
    field->planes[static_cast<std::size_t>(channel)] = {i, 0};
  }
  const auto whole = [&](const Field& field) {
    return std::none_of(field.planes.begin(), field.planes.end(), [&](const PlaneAt& at) { return at.frame == kNone; });
  };
  const std::size_t all = out.fields.size();
  out.fields.erase(std::remove_if(out.fields.begin(), out.fields.end(), [&](const Field& f) { return !whole(f); }),
                   out.fields.end());
  out.incomplete = out.fields.size() < all;
  return out;
}

}  // namespace

ChannelName channel_in_name(std::string_view name) {
  const std::string stem = stem_of(name), small = lower_ascii(stem);
  Found at = numbered(small);
  const bool by_number = at.begin != std::string::npos;
  if (!by_number) at = stained(small);
  if (at.begin == std::string::npos) return {"", stem};
  ChannelName out;
  out.channel = small.substr(at.begin, at.end - at.begin);
  out.rest = stem.substr(0, at.begin);
  // What follows _w1 in names of Image Express is a unique number, not a part of the field's name.
  if (!(by_number && out.channel[0] == 'w')) out.rest += stem.substr(at.end);
  while (!out.rest.empty() && (out.rest.back() == '_' || out.rest.back() == '-' || out.rest.back() == ' ')) {
    out.rest.pop_back();
  }
  return out;
}

Arrangement arrangement_of(const ImageSource& source) {
  const ImageInfo& info = source.info();
  const std::size_t frames = source.series_length();
  if (!info.plane_names.empty() && info.plane_names.size() == frames && info.channels == 1) {
    return from_names(info.plane_names);
  }
  Arrangement out;
  if (info.channels == 1 && !info.axis_known && frames > 1 && frames <= kMostPagesAsChannels) {
    Field field;
    for (std::size_t i = 0; i < frames; ++i) {
      out.channels.push_back(std::to_string(i + 1));
      field.planes.push_back({i, 0});
    }
    out.fields.push_back(std::move(field));
    return out;
  }
  for (std::size_t c = 0; c < info.channels; ++c) {
    out.channels.push_back(c < info.channel_names.size() ? info.channel_names[c] : std::to_string(c + 1));
  }
  for (std::size_t i = 0; i < frames; ++i) {
    Field field;
    if (frames > 1) field.name = i < info.plane_names.size() ? stem_of(info.plane_names[i]) : std::to_string(i + 1);
    for (std::size_t c = 0; c < info.channels; ++c) field.planes.push_back({i, c});
    out.fields.push_back(std::move(field));
  }
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

std::size_t nucleus_channel(const std::vector<std::string>& channels) {
  for (const std::string_view habit : {"dapi", "hoechst", "h33342", "draq", "nucle"}) {
    if (const auto found = find_channel(channels, habit)) return *found;
  }
  return 0;
}

}  // namespace vesica::nuclei
