// SPDX-License-Identifier: Apache-2.0
// What a user may set, and which channel is what.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/cell_uptake/cell_uptake.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/ops/segment_threshold.h"

namespace vesica::cell_uptake {

namespace {

void describe_spots(Settings& s, Fields& fields) {
  static constexpr std::array<std::string_view, 3> kRules = {"false_alarm", "fixed", "li"};
  static constexpr std::array<std::string_view, 3> kScores = {"spots", "spot_intensity", "cell_intensity"};
  fields.optional_number(
      "spot_sigma_um", s.spot_sigma_um,
      {.unit = "um",
       .low = 0.01,
       .high = 10,
       .help = "Standard deviation of the image of a point; empty: from na and emission_nm, else 1.3 "
               "pixels."});
  fields.optional_number("na", s.na, {.low = 0.01, .high = 1.7, .help = "Numerical aperture of the objective."});
  fields.optional_number("emission_nm", s.emission_nm,
                         {.unit = "nm", .low = 300, .high = 1200, .help = "Emission of the vesicles' label."});
  fields.choice("spot_threshold", s.spot_threshold, kRules,
                {.help = "How high a spot must be: as noise alone rarely gets, a fixed amplitude, or Li's threshold."});
  fields.number("false_spots", s.false_spots,
                {.low = 1e-6, .high = 1000, .help = "Spots that noise alone may make in a million pixels."});
  fields.optional_number(
      "spot_amplitude", s.spot_amplitude,
      {.unit = "{counts}", .low = 1e-6, .high = 1e9, .help = "Least height of a spot with the threshold \"fixed\"."});
  fields.optional_number("saturation", s.saturation,
                         {.unit = "{counts}",
                          .low = 1,
                          .high = 1e9,
                          .help = "Count from which a pixel is full; empty: by the bits and the greatest value."});
  fields.choice("score", s.score, kScores,
                {.help = "What makes a cell positive: number of its spots, their light, or its mean light."});
  fields.number("control_quantile", s.control_quantile,
                {.low = 0.5,
                 .high = 0.9999,
                 .help = "Share of the dye-only control's cells that lie below the cut for positive cells."});
  fields.number("least_spots", s.least_spots,
                {.low = 1, .high = 1e6, .help = "Without any control: spots from which on a cell shows a signal."});
}

void describe_pairs(Settings& s, Fields& fields) {
  static constexpr std::array<std::string_view, 2> kChances = {"rotation", "placement"};
  fields.number("pair_factor", s.pair_factor,
                {.low = 0.5,
                 .high = 10,
                 .help = "Objects of two channels are a pair within this many times their combined error."});
  fields.number("pair_size_um", s.pair_size_um,
                {.unit = "um",
                 .low = 0,
                 .high = 5,
                 .help = "Further scatter of the places of a pair (both within one endosome), along x and along y."});
  fields.choice("chance", s.chance, kChances,
                {.help = "Chance rate of colocalisation: the second channel's spots of every cell turned about its "
                         "nucleus, or put anywhere in the cell."});
  fields.number("turn_degrees", s.turn_degrees,
                {.unit = "deg",
                 .low = 5,
                 .high = 180,
                 .help = "Greatest turn of the chance rate \"rotation\"; 20 keeps the side of the nucleus."});
  fields.integer("chance_draws", s.chance_draws,
                 {.low = 20, .high = 10000, .help = "Random turns or placements for the chance rate."});
  fields.number("max_shift_um", s.max_shift_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Greatest shift between channels that beads may show."});
}

}  // namespace

void Settings::describe(Fields& fields) {
  fields.optional_number("pixel_um", pixel_um,
                         {.unit = "um",
                          .low = 0.001,
                          .high = 1000,
                          .help = "Edge of a pixel in the sample, when the file does not hold it."});
  fields.text("nuclei_channel", nuclei_channel,
              {.help = "Channel of the nuclei: its number from 1, or a part of its name; empty: by its name."});
  fields.text("vesicle_channel", vesicle_channel, {.help = "Channel of the labelled vesicles; empty: by its name."});
  fields.text("body_channel", body_channel,
              {.help = "Channel that shows whole cells (actin, cytoplasm); empty: by its name, or none."});
  fields.text("second_channel", second_channel,
              {.help = "Channel held against the vesicles for colocalisation; empty: none."});
  fields.text("dye", dye, {.help = "What the vesicles are labelled with, for sentences."});
  fields.number(
      "nucleus_um", nucleus_um,
      {.unit = "um",
       .low = 0.5,
       .high = 200,
       .help = "Usual diameter of a nucleus: the scale of pictures that do not tell the size of a pixel, and a "
               "check of those that do."});
  fields.number("cell_um", cell_um,
                {.unit = "um",
                 .low = 0,
                 .high = 1000,
                 .help = "How far a cell reaches beyond its nucleus when no channel shows whole cells."});
  fields.choice("body_threshold", body_threshold, threshold_names(),
                {.help = "ImageJ's name of the method that parts cells from what lies between them."});
  NucleiSettings::describe(fields);
  describe_spots(*this, fields);
  describe_pairs(*this, fields);
  fields.flag("overlays", overlays, {.help = "Keep a picture with cells, positive cells and spots."});
  fields.flag("tables", tables, {.help = "Keep the tables of cells and of spots."});
  fields.flag("label_images", label_images, {.help = "Keep the label images of cells and nuclei (TIFF)."});
}

namespace {

[[noreturn]] void refuse(std::string what, std::string hint, const std::string& path) {
  throw Error(ErrorKind::kConfig, std::move(what), {path, 0, 0, ""}, std::move(hint));
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i > 0 ? ", " : "") + std::to_string(i + 1) + " \"" + names[i] + "\"";
  return out;
}

/// The channel that a setting names; nothing when it is empty.
std::optional<std::size_t> named(const std::vector<std::string>& names, const std::string& setting, const char* field,
                                 const std::string& path) {
  if (setting.empty()) return std::nullopt;
  if (const auto number = parse_integer(setting)) {
    if (*number >= 1 && static_cast<std::size_t>(*number) <= names.size()) return static_cast<std::size_t>(*number - 1);
    refuse(say("{} is {}, and the image has {} channel(s).", field, setting, names.size()),
           say("Channels: {}.", list_of(names)), path);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (lower_ascii(names[i]) == lower_ascii(setting)) return i;
  }
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (lower_ascii(names[i]).find(lower_ascii(setting)) == std::string::npos) continue;
    if (found)
      refuse(say("\"{}\" ({}) is part of the names of two channels.", setting, field),
             say("Channels: {}.", list_of(names)), path);
    found = i;
  }
  if (!found)
    refuse(say("No channel is called \"{}\" ({}).", setting, field), say("Channels: {}.", list_of(names)), path);
  return found;
}

/// The one channel whose name says it most plainly; nothing when none or several do.
std::optional<std::size_t> by_name(const std::vector<std::string>& names, int (*says)(std::string_view)) {
  const std::vector<std::size_t> found = plainest(names, says);
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

/// Of two dyes neither is the plainer one: both may mark vesicles.
int any_vesicles(std::string_view name) { return std::min(says_vesicles(name), 1); }

}  // namespace

Channels choose_channels(const std::vector<std::string>& names, bool colour, const Settings& settings,
                         const std::string& path) {
  if (names.size() < 2) {
    refuse(say("The image has one channel: nuclei and vesicles cannot be told apart."),
           say("Give an image with a channel of nuclei and one of vesicles, or a folder with one file for each."),
           path);
  }
  Channels out;
  out.names = names;
  const auto nuclei = named(names, settings.nuclei_channel, "nuclei_channel", path);
  const auto vesicles = named(names, settings.vesicle_channel, "vesicle_channel", path);
  if (colour && (!nuclei || !vesicles)) {
    refuse(say("This is a colour picture: which of red, green and blue shows nuclei and which vesicles is not known."),
           say("Better give the channels as they were recorded. Else set \"nuclei_channel\" (blue: 3) and "
               "\"vesicle_channel\" (red: 1)."),
           path);
  }
  const auto by_nuclei = nuclei ? nuclei : by_name(names, says_nuclei);
  const auto by_vesicles = vesicles ? vesicles : by_name(names, any_vesicles);
  out.body = named(names, settings.body_channel, "body_channel", path);
  if (!out.body && settings.body_channel.empty()) out.body = by_name(names, says_cells);
  out.second = named(names, settings.second_channel, "second_channel", path);
  const bool two = names.size() == 2;
  if (by_nuclei && by_vesicles) {
    out.nuclei = *by_nuclei;
    out.vesicles = *by_vesicles;
  } else if (two && by_nuclei) {
    out.nuclei = *by_nuclei;
    out.vesicles = 1 - *by_nuclei;
  } else if (two && by_vesicles) {
    out.vesicles = *by_vesicles;
    out.nuclei = 1 - *by_vesicles;
  } else if (two) {
    out.assumed = true;
  } else {
    refuse(say("Which of the {} channels shows nuclei and which vesicles is not known.", names.size()),
           say("Set \"nuclei_channel\" and \"vesicle_channel\". Channels: {}.", list_of(names)), path);
  }
  if (out.nuclei == out.vesicles || (out.second && *out.second == out.vesicles) ||
      (out.body && *out.body == out.vesicles)) {
    refuse(say("One channel (\"{}\") would serve as two.", names[out.vesicles]), say("Channels: {}.", list_of(names)),
           path);
  }
  return out;
}

std::pair<std::size_t, std::size_t> choose_bead_channels(const std::vector<std::string>& names,
                                                         const Settings& settings, const std::string& path) {
  if (names.size() == 2) return {0, 1};
  const auto vesicles = named(names, settings.vesicle_channel, "vesicle_channel", path);
  auto second = named(names, settings.second_channel, "second_channel", path);
  const auto first = vesicles ? vesicles : by_name(names, any_vesicles);
  const auto nuclei = by_name(names, says_nuclei), body = by_name(names, says_cells);
  if (!second && first && nuclei && names.size() == (body ? 4U : 3U)) {  // the one that is left
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i != *first && i != *nuclei && i != body) second = i;
    }
  }
  if (!first || !second || *first == *second) {
    refuse(say("Which two channels the beads register is not known."),
           say("Set \"vesicle_channel\" and \"second_channel\". Channels: {}.", list_of(names)), path);
  }
  return {*first, *second};
}

}  // namespace vesica::cell_uptake
