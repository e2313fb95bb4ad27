// SPDX-License-Identifier: Apache-2.0
// What a user may set, in pixels, and the texts among it taken apart.
#include <algorithm>
#include <array>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica::nuclei {

namespace {

constexpr double kAny = 1e9;

Error setting_error(const char* name, std::string what, std::string hint) {
  return Error(ErrorKind::kConfig, std::move(what), {"", 0, 0, std::string("nuclei.") + name}, std::move(hint));
}

}  // namespace

void Settings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kCuts = {"control", "mixture", "fixed"};
  fields.optional_number("pixel_um", pixel_um,
                         {.unit = "um",
                          .low = 0.001,
                          .high = 1000,
                          .help = "Edge of a pixel in the sample, when the file does not hold it."});
  fields.text("nucleus", nucleus,
              {.help = "Channel of the nuclei: its number from 1, or a part of its name; empty: DAPI or Hoechst by "
                       "name, else the first."});
  fields.text(
      "labels", labels,
      {.help = "Labels of StarDist, Cellpose, QuPath or an editor in place of own segmentation: the channel that "
               "holds them, by number or name, or what the names of files beside the images end in (cp_masks, "
               "labels, masks, stardist, rois)."});
  fields.text("regions", regions,
              {.help = "Parts of a section that count by themselves: what the names of files beside the images end in "
                       "(ROIs of ImageJ as .zip or .roi, GeoJSON of QuPath); empty: none."});
  fields.texts(
      "markers", markers,
      {.help = "What is asked about, as name=channel (edu=2); with :cell behind it the cell around the nucleus "
               "is measured as well (krt14=3:cell)."});
  fields.texts("combinations", combinations,
               {.help = "Targets of several markers, as krt14+ctsk+ or sox9+runx2-; empty: all positive."});
  fields.choice("cut", cut, kCuts,
                {.help = "From where on a nucleus is positive: the 99th percentile of the control of role negative, a "
                         "mixture of two, or fixed values."});
  fields.numbers("cuts", cuts,
                 {.low = -kAny,
                  .high = kAny,
                  .help = "Fixed cuts: counts above the local background, one a marker in their order."});
  fields.number("cell_um", cell_um,
                {.unit = "um", .low = 0, .high = 100, .help = "How far a cell reaches beyond its nucleus."});
  NucleiSettings::describe(fields);
  fields.flag("overlays", overlays, {.help = "Keep pictures with the outlines of the nuclei."});
  fields.flag("label_images", label_images, {.help = "Keep the nuclei as a label image (TIFF)."});
  fields.flag("rois", rois, {.help = "Keep the outlines as an ImageJ ROI archive."});
  fields.flag("objects", objects, {.help = "Keep a table with one line a nucleus."});
}

std::vector<Marker> markers_of(const Settings& settings) {
  std::vector<Marker> out;
  for (const std::string& text : settings.markers) {
    const std::size_t equals = text.find('=');
    Marker marker;
    marker.name = std::string(trim(text.substr(0, equals)));
    if (equals != std::string::npos) marker.channel = std::string(trim(text.substr(equals + 1)));
    if (marker.channel.ends_with(":cell")) {
      marker.cell = true;
      marker.channel = std::string(trim(marker.channel.substr(0, marker.channel.size() - 5)));
    }
    if (marker.name.empty() || marker.channel.empty() || marker.name.find_first_of("+-") != std::string::npos) {
      throw setting_error("markers", say("\"{}\" is no marker.", text),
                          say("Write name=channel, such as edu=2, without + or - in the name."));
    }
    if (std::any_of(out.begin(), out.end(), [&](const Marker& other) { return other.name == marker.name; })) {
      throw setting_error("markers", say("The marker \"{}\" occurs twice.", marker.name), say("Name each once."));
    }
    out.push_back(std::move(marker));
  }
  return out;
}

namespace {

Combination combination_of(const std::string& text, const std::vector<Marker>& markers) {
  Combination out{text, {}};
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = text.find_first_of("+-", from);
    const std::string name = text.substr(from, end == std::string::npos ? end : end - from);
    const auto found =
        std::find_if(markers.begin(), markers.end(), [&](const Marker& marker) { return marker.name == name; });
    if (end == std::string::npos || found == markers.end()) {
      throw setting_error("combinations", say("\"{}\" is no combination of the markers.", text),
                          say("Write the names of markers, each with + or - behind it, such as krt14+ctsk-."));
    }
    out.signs.emplace_back(static_cast<std::size_t>(found - markers.begin()), text[end] == '+');
    from = end + 1;
  }
  return out;
}

}  // namespace

std::vector<Combination> combinations_of(const Settings& settings, const std::vector<Marker>& markers) {
  std::vector<Combination> out;
  std::string all;
  for (const Marker& marker : markers) {
    out.push_back(combination_of(marker.name + "+", markers));
    all += marker.name + "+";
  }
  std::vector<std::string> wanted = settings.combinations;
  if (wanted.empty() && markers.size() > 1) wanted.push_back(all);
  for (const std::string& text : wanted) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Combination& c) { return c.target == text; });
    if (!known && !text.empty()) out.push_back(combination_of(text, markers));
  }
  return out;
}

}  // namespace vesica::nuclei
