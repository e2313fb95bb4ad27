// SPDX-License-Identifier: Apache-2.0
// What a user may set, in pixels, and the texts among it taken apart.
#include <algorithm>
#include <array>

#include "vesica/assays/nuclei/nuclei.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/ops/segment_background.h"

namespace vesica::nuclei {

namespace {

constexpr double kAny = 1e9;

Error setting_error(const char* name, std::string what, std::string hint) {
  return Error(ErrorKind::kConfig, std::move(what), {"", 0, 0, std::string("nuclei.") + name}, std::move(hint));
}

void describe_search(Settings& s, Fields& fields) {
  static constexpr std::array<std::string_view, 4> kBackgrounds = {"opening", "rolling_ball", "median", "none"};
  fields.numbers(
      "scales_um", s.scales_um,
      {.unit = "um", .low = 0, .high = 100, .help = "Gaussian blurs at which nuclei are looked for, finest first."});
  fields.choice("background", s.background, kBackgrounds,
                {.help = "How the background of the nuclear channel is found."});
  fields.number("background_um", s.background_um,
                {.unit = "um", .low = 1, .high = 1e4, .help = "Radius of its window or ball: more than a nucleus."});
  fields.choice("threshold", s.threshold, threshold_names(),
                {.help = "ImageJ's name of the threshold of the image without its background."});
  fields.number("correction", s.correction,
                {.low = 0.05, .high = 5, .help = "Times the threshold: nuclei are looked for down to there."});
  fields.optional_number("level", s.level,
                         {.low = 0,
                          .high = kAny,
                          .help = "Counts above the background in place of threshold and correction, for all images."});
  fields.number("half", s.half,
                {.low = 0.1, .high = 0.9, .help = "A nucleus ends where its light falls to this share of its mean."});
  fields.number("shape", s.shape,
                {.low = 0, .high = 0.99, .help = "Likeness to an ellipse that a region needs to be one nucleus."});
  fields.number("neck", s.neck,
                {.low = 0,
                 .high = 1,
                 .help = "Nuclei part where they narrow by this share of the smaller one's width; 1: never."});
  fields.number("neck_um", s.neck_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Their middles lie at least this far apart."});
  fields.number("edge", s.edge,
                {.low = 0, .high = 1, .help = "Least step of light over a nucleus's edge, share of its mean."});
  fields.number("least_um2", s.least_um2, {.unit = "um2", .low = 0, .high = kAny, .help = "Smaller ones are dropped."});
  fields.number("most_um2", s.most_um2, {.unit = "um2", .low = 0, .high = kAny, .help = "Larger ones are dropped."});
  fields.flag("border", s.border, {.help = "Count nuclei that the image's border cuts."});
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
  fields.text("labels", labels,
              {.help = "Labels of StarDist, Cellpose or an editor in place of own segmentation: the channel that holds "
                       "them, by number or name, or in a folder what their files' names end in (cp_masks, labels, "
                       "masks, stardist)."});
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
  describe_search(*this, fields);
  fields.flag("overlays", overlays, {.help = "Keep pictures with the outlines of the nuclei."});
  fields.flag("label_images", label_images, {.help = "Keep the nuclei as a label image (TIFF)."});
  fields.flag("rois", rois, {.help = "Keep the outlines as an ImageJ ROI archive."});
  fields.flag("objects", objects, {.help = "Keep a table with one line a nucleus."});
}

NucleiSearch search_of(const Settings& settings, double pixel_um) {
  const double pixel = pixel_um > 0 ? pixel_um : kNominalPixelUm;
  NucleiSearch out;
  out.scales_px.clear();
  for (const double each : settings.scales_um) out.scales_px.push_back(each / pixel);
  std::sort(out.scales_px.begin(), out.scales_px.end());
  out.background_px = settings.background_um / pixel;
  out.background = background_named(settings.background).value_or(BackgroundMethod::kOpening);
  out.method = threshold_named(settings.threshold).value_or(ThresholdMethod::kOtsu);
  out.correction = settings.correction;
  out.threshold = settings.level;
  out.half = settings.half;
  out.shape = settings.shape;
  out.neck = settings.neck;
  out.neck_px = settings.neck_um / pixel;
  out.edge = settings.edge;
  out.least_px = settings.least_um2 / (pixel * pixel);
  out.most_px = settings.most_um2 / (pixel * pixel);
  return out;
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
