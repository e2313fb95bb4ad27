// SPDX-License-Identifier: Apache-2.0
// From a reading to its measured fields.
#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>

#include "vesica/assays/nuclei/nuclei_parts.h"
#include "vesica/base/message.h"
#include "vesica/contract/flat_field.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/images.h"
#include "vesica/ops/segment_edit.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::nuclei {

namespace {

Known pixel_of(const ImageInfo& info, const Settings& settings) {
  return given_or(settings.pixel_um, "setting pixel_um", info.pixel_um());
}

/// Of the first field, whose frame need not be the first: a file of labels has one channel.
bool same_channels(const ImageSource& source, const Arrangement& arrangement) {
  if (arrangement.fields.empty()) return false;
  const std::vector<Image2> channels = source.read_channels(arrangement.fields[0].planes[0].frame);
  return std::all_of(channels.begin(), channels.end(), [&](const Image2& each) { return each == channels[0]; });
}

}  // namespace

std::shared_ptr<const ImageSource> source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                say("Give fluorescence images: TIFF, PNG or a folder with a file for each channel."));
  }
  return with_files_beside_corrected(images->source);
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading) {
  return {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, ""};
}

namespace {

double correlation(const Image2& a, const Image2& b) {
  const auto n = static_cast<double>(a.pixels.size());
  double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const auto x = static_cast<double>(a.pixels[i]), y = static_cast<double>(b.pixels[i]);
    sa += x, sb += y, aa += x * x, bb += y * y, ab += x * y;
  }
  const double spread = std::sqrt((aa - sa * sa / n) * (bb - sb * sb / n));
  return spread > 0 ? (ab - sa * sb / n) / spread : 0;
}

/// Slices of one field show the same nuclei: somewhere two neighbours are alike. ImageJ stores a sequence of fields as
/// slices, too; those are not.
bool are_slices_of_one_field(const ImageSource& source, const Arrangement& arrangement, std::size_t channel) {
  constexpr double kAlike = 0.5;  // chosen: neighbours of a stack share nearly all, different fields uneven light alone
  const auto read = [&](std::size_t field) {
    const PlaneAt& at = arrangement.fields[field].planes[channel];
    return source.read_frame(at.frame, at.channel);
  };
  Image2 before = read(0);
  for (std::size_t z = 1; z < arrangement.fields.size(); ++z) {
    Image2 here = read(z);
    if (correlation(before, here) >= kAlike) return true;
    before = std::move(here);
  }
  return false;
}

std::string listed_channels(const std::vector<std::string>& channels) {
  std::string out;
  for (std::size_t i = 0; i < channels.size(); ++i)
    out += (out.empty() ? "" : ", ") + (channels[i].empty() ? std::to_string(i + 1) : channels[i]);
  return out;
}

[[noreturn]] void no_labels(const Reading& reading, const Settings& settings, const std::vector<std::string>& channels,
                            const Plan& plan) {
  std::string hint = !plan.numpy.empty()
                         ? say("{0} is an array of NumPy and not read. In Cellpose: File > Save masks as PNG/tif; in "
                               "Python: tifffile.imwrite(\"NAME_{1}.tif\", labels).",
                               plan.numpy, settings.labels)
                         : say("Save the labels beside the image, named as it with _{} behind it (.tif, .png, or "
                               "outlines as .zip), or give the channel that holds them.",
                               settings.labels);
  if (!plan.other_labels.empty())
    hint = say("\"labels\" is what a file's name has behind that of its image; beside it lies {}.", plan.other_labels);
  throw Error(ErrorKind::kData,
              say("There are no labels \"{}\", neither as a channel (there are: {}) nor as a file beside the image.",
                  settings.labels, listed_channels(channels)),
              {reading.path, 0, 0, ""}, std::move(hint));
}

}  // namespace

Plan plan_of(const Reading& reading, const ImageSource& source, const Settings& settings) {
  const ImageInfo& info = source.info();
  Plan out;
  out.markers = markers_of(settings);
  out.arrangement = arrangement_of(source);
  if (info.colour && info.channels >= 3 && same_channels(source, out.arrangement)) {
    const auto keep_first = [&](auto& each) {  // and the labels behind the colours
      each.erase(each.begin() + 1, each.begin() + static_cast<std::ptrdiff_t>(out.arrangement.pictures));
    };
    keep_first(out.arrangement.channels);
    for (Field& field : out.arrangement.fields) keep_first(field.planes);
    out.arrangement.pictures = 1;
  } else if (info.colour && info.channels >= 3) {
    out.colour = settings.nucleus.empty();
  }
  const std::vector<std::string>& channels = out.arrangement.channels;
  const auto pictures = channels.begin() + static_cast<std::ptrdiff_t>(out.arrangement.pictures);
  const std::vector<std::string> shown(channels.begin(), pictures);
  const auto need = [&](const std::string& wanted, const char* setting) {
    if (const auto found = find_channel(shown, wanted)) return *found;
    throw Error(ErrorKind::kData, say("There is no channel \"{}\"; there are: {}.", wanted, listed_channels(channels)),
                {reading.path, 0, 0, ""}, say("Check the file, or the setting \"{}\".", setting));
  };
  if (info.depth > 1 && info.frames == 1 && out.arrangement.fields.size() == info.depth) {
    const std::size_t channel =
        settings.nucleus.empty() ? nucleus_channel(shown) : find_channel(shown, settings.nucleus).value_or(0);
    if (are_slices_of_one_field(source, out.arrangement, channel)) {
      out.slices = info.depth;
      out.arrangement.fields.resize(1);
      out.arrangement.fields[0].name.clear();
    } else {
      out.places = info.depth;
    }
  }
  if (!settings.labels.empty()) {
    const auto file = find_channel(std::vector<std::string>(pictures, channels.end()), settings.labels);
    const bool number = settings.labels.find_first_not_of("0123456789") == std::string::npos;
    if (file && !number) {
      out.labels = *file + shown.size();
    } else {
      out.labels = find_channel(shown, settings.labels);
    }
  }
  find_companions(source, settings, out);
  if (out.labels) {
    out.labels_name = out.arrangement.channels[*out.labels];
  } else if (!out.label_files.empty()) {
    const auto first = std::find_if(out.label_files.begin(), out.label_files.end(), [](const auto& f) { return !!f; });
    out.labels_name = label_in_name((*first)->name).channel;
    if (out.labels_name.empty()) out.labels_name = settings.labels;
  } else if (!settings.labels.empty()) {
    no_labels(reading, settings, shown, out);
  }
  out.nucleus = settings.nucleus.empty() ? nucleus_channel(shown, out.labels.value_or(kNoPlane))
                                         : need(settings.nucleus, "nucleus");
  out.nucleus_assumed = settings.nucleus.empty() &&
                        shown.size() > (out.labels && *out.labels < shown.size() ? 2U : 1U) && !out.colour &&
                        says_nuclei(shown[out.nucleus]) == 0;
  if (out.labels == out.nucleus) {
    throw Error(
        ErrorKind::kData, say("The channel of the labels is the only one, or that of the nuclei."),
        {reading.path, 0, 0, ""},
        say("Labels say where nuclei are, not how bright: give the image they were made from as well, and check "
            "the settings \"labels\" and \"nucleus\"."));
  }
  for (const Marker& marker : out.markers) out.marker_channels.push_back(need(marker.channel, "markers"));
  const Known pixel = pixel_of(info, settings);
  if (pixel.known()) out.pixel_um = pixel.value;
  return out;
}

namespace {

/// Planes of a source for several threads: one at a time reads.
class Planes {
 public:
  Planes(const ImageSource& source, std::string path, std::size_t slices)
      : source_(source), path_(std::move(path)), slices_(slices) {}
  /// Slices of one field by their greatest values.
  Image2 read(const PlaneAt& at) const {
    const std::lock_guard lock(mutex_);
    Image2 out = source_.read_frame(at.frame, at.channel);
    for (std::size_t z = 1; z < slices_; ++z) {
      const Image2 slice = source_.read_frame(at.frame + z, at.channel);
      for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = std::max(out.pixels[i], slice.pixels[i]);
    }
    return out;
  }
  int bits() const { return source_.info().bits; }
  /// The name in messages: the folder as shown and the file in it.
  std::string name_of(const PlaneAt& at) const {
    const std::vector<std::string>& names = source_.info().plane_names;
    return at.frame < names.size() ? path_ + "/" + names[at.frame] : path_;
  }
  std::string beside(const Companion& file) const {
    if (!source_.info().plane_names.empty()) return path_ + "/" + file.shown();
    const std::size_t slash = path_.find_last_of("/\\");
    return slash == std::string::npos ? file.shown() : path_.substr(0, slash + 1) + file.shown();
  }

 private:
  const ImageSource& source_;
  std::string path_;
  std::size_t slices_;
  mutable std::mutex mutex_;
};

Image2 image_of_labels(const Labels2& labels) {
  Image2 out(labels.width, labels.height);
  std::transform(labels.pixels.begin(), labels.pixels.end(), out.pixels.begin(),
                 [](std::int32_t v) { return static_cast<float>(v); });
  return out;
}

Objects find_objects(const Planes& planes, const Plan& plan, std::size_t index, const Image2& nuclear,
                     const Settings& settings) {
  const Field& field = plan.arrangement.fields[index];
  if (plan.labels_name.empty()) return segment(nuclear, settings, plan.pixel_um);
  if (!plan.labels && plan.label_files[index]) {
    const std::string shown = planes.beside(*plan.label_files[index]);
    std::size_t lost = 0;
    std::vector<Error> left_out;
    const Labels2 labels = labels_in(*plan.label_files[index], nuclear, shown, lost, left_out);
    Objects out = given_labels(image_of_labels(labels), nuclear, settings, shown);
    out.seen.lost_outlines = lost;
    out.seen.left_out = std::move(left_out);
    return out;
  }
  const PlaneAt at = plan.labels ? field.planes[*plan.labels] : PlaneAt{kNoPlane, 0};
  if (at.frame != kNoPlane) return given_labels(planes.read(at), nuclear, settings, planes.name_of(at));
  Objects none{Labels2(nuclear.width, nuclear.height), {}};
  none.seen.unlabelled = true;
  return none;
}

/// What was drawn into the picture is not looked at.
void leave_out(const std::vector<BurntIn>& drawn, const Image2& image, Mask2& field) {
  if (drawn.empty()) return;
  if (field.empty()) field = Mask2(image.width, image.height, 1);
  for (const BurntIn& each : drawn) {
    const BurntIn box = with_margin(each, image.width, image.height);
    for (std::size_t y = box.y0; y < box.y1; ++y) std::fill_n(&field.at(box.x0, y), box.x1 - box.x0, std::uint8_t{0});
  }
}

/// Nuclei that what was drawn into a marker's channel touches would have its light.
void remove_under(const std::vector<BurntIn>& drawn, Labels2& labels) {
  std::set<std::int32_t> under;
  for (const BurntIn& each : drawn) {
    if (each.plane == 0) continue;  // painted over before nuclei were looked for
    const BurntIn box = with_margin(each, labels.width, labels.height);
    for (std::size_t y = box.y0; y < box.y1; ++y)
      for (std::size_t x = box.x0; x < box.x1; ++x) under.insert(labels.at(x, y));
  }
  under.erase(0);
  for (const std::int32_t label : under) remove_object(labels, label);
  if (!under.empty()) relabel(labels);
}

Measured measure_field(const Planes& planes, const Plan& plan, std::size_t index, const Settings& settings,
                       std::span<const Edit> corrections) {
  const Field& field = plan.arrangement.fields[index];
  const int bits = planes.bits();
  Measured out;
  out.nuclear = planes.read(field.planes[plan.nucleus]);
  Objects objects = find_objects(planes, plan, index, out.nuclear, settings);
  out.labels = std::move(objects.labels);
  out.seen = std::move(objects.seen);
  if (out.seen.not_finite || out.seen.unlabelled) return out;
  std::vector<Image2> channels;
  for (const std::size_t channel : plan.marker_channels) {
    channels.push_back(planes.read(field.planes[channel]));
    if (channel != plan.nucleus) add_burnt_in(channels.back(), channels.size(), out.seen.drawn);
  }
  if (!corrections.empty()) out.edited = edit_objects(out.labels, corrections, index);
  // What is left out disturbs no more.
  std::erase_if(out.seen.drawn, [&](const BurntIn& each) {
    return !out.edited.field.empty() && out.edited.field.at((each.x0 + each.x1) / 2, (each.y0 + each.y1) / 2) == 0;
  });
  if (plan.labels_name.empty()) {
    leave_out(out.seen.drawn, out.nuclear, out.edited.field);
    remove_under(out.seen.drawn, out.labels);
  }
  look_at(out.labels, out.nuclear, channels, bits, out.seen);
  out.seen.swapped = looks_swapped(out.labels, channels, plan.markers, settings, plan.pixel_um);
  const double pixel = plan.pixel_um > 0 ? plan.pixel_um : kNominalPixelUm;
  out.nuclei = measure_nuclei(out.labels, out.nuclear, channels, plan.markers, settings.cell_um / pixel);
  out.seen.edges = edge_blur(out.labels, out.nuclear);
  if (!plan.region_files.empty() && plan.region_files[index]) {
    const Companion& file = *plan.region_files[index];
    out.regions = regions_in(file, out.labels, out.edited.field, planes.beside(file));
    sort_into(*out.regions, out.nuclei);
  }
  return out;
}

}  // namespace

std::vector<Measured> measure_fields(const ImageSource& source, const Plan& plan, const Settings& settings,
                                     std::span<const Edit> corrections, const std::string& path,
                                     const Context& context) {
  std::vector<Measured> out(plan.arrangement.fields.size());
  const Planes planes(source, path, plan.slices);
  Context quiet = context;
  quiet.progress = nullptr;
  parallel_for(out.size(), quiet,
               [&](std::size_t i) { out[i] = measure_field(planes, plan, i, settings, corrections); });
  return out;
}

bool is_screen(const Seen& seen) { return most_letters(seen.drawn) >= kScreenLetters; }

bool refused(const Seen& seen, const Plan& plan) {
  return seen.not_finite || seen.bright_ground || seen.unlabelled || plan.colour || is_screen(seen);
}

std::vector<double> values_of(const std::vector<Nucleus>& nuclei, std::size_t marker) {
  std::vector<double> out;
  for (const Nucleus& each : nuclei) out.push_back(each.markers[marker]);
  return out;
}

}  // namespace vesica::nuclei
