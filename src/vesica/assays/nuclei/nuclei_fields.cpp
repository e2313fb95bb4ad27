// SPDX-License-Identifier: Apache-2.0
// From a reading to its measured fields.
#include <algorithm>

#include "vesica/assays/nuclei/nuclei_parts.h"
#include "vesica/base/message.h"
#include "vesica/io/images.h"

namespace vesica::nuclei {

namespace {

Known pixel_of(const ImageInfo& info, const Settings& settings) {
  return given_or(settings.pixel_um, "setting pixel_um", info.pixel_um());
}

bool same_channels(const ImageSource& source) {
  if (source.series_length() == 0) return false;
  const std::vector<Image2> channels = source.read_channels(0);
  return std::all_of(channels.begin(), channels.end(), [&](const Image2& each) { return each == channels[0]; });
}

}  // namespace

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                say("Give fluorescence images: TIFF, PNG or a folder with a file for each channel."));
  }
  return *images->source;
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading) {
  return {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, ""};
}

Plan plan_of(const Reading& reading, const Settings& settings) {
  const ImageSource& source = source_of(reading);
  const ImageInfo& info = source.info();
  Plan out;
  out.markers = markers_of(settings);
  out.arrangement = arrangement_of(source);
  if (info.colour && info.channels >= 3 && same_channels(source)) {
    out.arrangement.channels.resize(1);
    for (Field& field : out.arrangement.fields) field.planes.resize(1);
  } else if (info.colour && info.channels >= 3) {
    out.colour = settings.nucleus.empty();
  }
  const std::vector<std::string>& channels = out.arrangement.channels;
  const auto need = [&](const std::string& wanted, const char* setting) {
    if (const auto found = find_channel(channels, wanted)) return *found;
    std::string there;
    for (const std::string& each : channels) there += (there.empty() ? "" : ", ") + (each.empty() ? "1" : each);
    throw Error(ErrorKind::kData, say("There is no channel \"{}\"; there are: {}.", wanted, there),
                {reading.path, 0, 0, ""}, say("Check the file, or the setting \"{}\".", setting));
  };
  out.nucleus = settings.nucleus.empty() ? nucleus_channel(channels) : need(settings.nucleus, "nucleus");
  for (const Marker& marker : out.markers) out.marker_channels.push_back(need(marker.channel, "markers"));
  const Known pixel = pixel_of(info, settings);
  if (pixel.known()) out.pixel_um = pixel.value;
  return out;
}

Measured measure_field(const ImageSource& source, const Plan& plan, std::size_t index, const Settings& settings,
                       std::span<const Edit> corrections) {
  const Field& field = plan.arrangement.fields[index];
  const auto plane = [&](std::size_t channel) {
    return source.read_frame(field.planes[channel].frame, field.planes[channel].channel);
  };
  const int bits = source.info().bits;
  Measured out;
  out.nuclear = plane(plan.nucleus);
  Objects objects = segment(out.nuclear, settings, plan.pixel_um, bits);
  out.labels = std::move(objects.labels);
  out.seen = std::move(objects.seen);
  if (out.seen.not_finite) return out;
  if (!corrections.empty()) out.edited = edit_objects(out.labels, corrections, index);
  std::vector<Image2> channels;
  for (const std::size_t channel : plan.marker_channels) channels.push_back(plane(channel));
  look_at(out.labels, out.nuclear, channels, bits, out.seen);
  out.seen.swapped = looks_swapped(out.labels, channels, plan.markers, settings, plan.pixel_um);
  const double pixel = plan.pixel_um > 0 ? plan.pixel_um : kNominalPixelUm;
  out.nuclei = measure_nuclei(out.labels, out.nuclear, channels, plan.markers, settings.cell_um / pixel);
  return out;
}

bool refused(const Seen& seen, const Plan& plan) { return seen.not_finite || seen.bright_ground || plan.colour; }

std::vector<double> values_of(const std::vector<Nucleus>& nuclei, std::size_t marker) {
  std::vector<double> out;
  for (const Nucleus& each : nuclei) out.push_back(each.markers[marker]);
  return out;
}

}  // namespace vesica::nuclei
