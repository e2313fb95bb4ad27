// SPDX-License-Identifier: Apache-2.0
#include "vesica/contract/flat_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/io/channel_name.h"
#include "vesica/io/images.h"
#include "vesica/ops/segment_background.h"

namespace vesica {

namespace {

/// What a plane shows: the token in the name of its file or channel, else the channel's number.
std::string channel_of(const ImageInfo& info, const std::string& shown, std::size_t frame, std::size_t channel) {
  const bool in_folder = frame < info.plane_names.size();
  if (in_folder || info.channels == 1) {
    const std::string token = channel_in_name(in_folder ? info.plane_names[frame] : shown).channel;
    if (!token.empty()) return token;
  }
  if (channel < info.channel_names.size() && !info.channel_names[channel].empty()) {
    const std::string token = channel_in_name(info.channel_names[channel]).channel;
    return token.empty() ? lower_ascii(info.channel_names[channel]) : token;
  }
  return std::to_string(channel + 1);
}

bool is_labels(const ImageInfo& info, std::size_t frame) {
  return frame < info.plane_names.size() && !label_in_name(info.plane_names[frame]).channel.empty();
}

/// The count of a full pixel: of the file's bits, or of a camera with fewer when the plane's greatest is all ones.
double full_of(const ImageInfo& info, const Image2& plane) {
  if (info.floating || info.bits > 16 || plane.empty()) return std::numeric_limits<double>::infinity();
  const double greatest = *std::max_element(plane.pixels.begin(), plane.pixels.end());
  constexpr std::array<int, 3> kCameras = {10, 12, 14};
  for (const int bits : kCameras) {
    if (info.bits == 16 && greatest == std::ldexp(1.0, bits) - 1) return greatest;
  }
  return std::ldexp(1.0, info.bits) - 1;
}

class CorrectedSource : public ImageSource {
 public:
  CorrectedSource(std::shared_ptr<const ImageSource> raw, std::shared_ptr<const FlatField> light, std::string shown)
      : ImageSource(raw->info()), raw_(std::move(raw)), light_(std::move(light)), shown_(std::move(shown)) {
    std::set<std::string> without;
    for (std::size_t i = 0; i < series_length(); ++i) {
      if (is_labels(info_, i)) continue;
      for (std::size_t c = 0; c < info_.channels; ++c) {
        const std::string channel = channel_of(info_, shown_, i, c);
        if (!light_->knows(channel)) without.insert(channel);
      }
      if (info_.plane_names.empty()) break;  // all frames of one file have its channels
    }
    if (without.empty()) return;
    info_.notes.push_back({"image.no_flat_field",
                           say("No picture of even light for the channel {}: it is left as it is.",
                               join(std::vector<std::string>(without.begin(), without.end()), ", ")),
                           say("Give one with the role \"flat\", with the channel in its name, or with as many "
                               "channels as the images.")});
  }
  std::shared_ptr<const ImageSource> over(std::shared_ptr<const ImageSource> raw) const {
    return std::make_shared<CorrectedSource>(std::move(raw), light_, shown_);
  }
  const std::shared_ptr<const ImageSource>& raw() const { return raw_; }

 protected:
  std::vector<Image2> do_read_plane(std::size_t z, std::size_t t,
                                    std::span<const std::size_t> channels) const override {
    const std::size_t frame = info_.frames > 1 ? t : z;
    std::vector<Image2> out;
    if (channels.size() == 1) {
      out.push_back(raw_->read_frame(frame, channels[0]));
    } else {
      std::vector<Image2> all = raw_->read_channels(frame);
      for (const std::size_t channel : channels) out.push_back(all[channel]);
    }
    for (std::size_t i = 0; i < out.size() && !is_labels(info_, frame); ++i) {
      try {
        light_->correct(out[i], channel_of(info_, shown_, frame, channels[i]), full_of(info_, out[i]));
      } catch (const Error& error) {
        throw Error(error.kind(), error.message(), {shown_, 0, 0, ""}, error.hint());
      }
    }
    return out;
  }

 private:
  std::shared_ptr<const ImageSource> raw_;
  std::shared_ptr<const FlatField> light_;
  std::string shown_;
};

[[noreturn]] void other_size(const std::string& shown, const Image2& there, const Image2& here) {
  throw Error(ErrorKind::kData,
              say("The picture of even light or of no light ({0}) has {1} x {2} pixels, this image {3} x {4}.", shown,
                  there.width, there.height, here.width, here.height),
              {shown, 0, 0, ""}, say("Photograph it with the same camera settings, or separate it by \"controls\"."));
}

}  // namespace

void FlatField::add(std::span<const Reading> readings, std::map<std::string, Light>& lights) {
  for (const Reading& reading : readings) {
    const ImageReading* images = reading.as<ImageReading>();
    if (images == nullptr || !images->source)
      throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                  say("Give pictures of even light as files of the camera, as the images themselves."));
    const ImageInfo& info = images->source->info();
    for (std::size_t i = 0; i < images->source->series_length(); ++i) {
      for (std::size_t c = 0; c < info.channels; ++c) {
        const Image2 plane = images->source->read_frame(i, c);
        Light& light = lights[channel_of(info, reading.path, i, c)];
        if (light.count == 0) {
          light.flat = Image2(plane.width, plane.height);
          light.shown = reading.path;
        }
        if (light.flat.width != plane.width || light.flat.height != plane.height)
          other_size(light.shown, light.flat, plane);
        for (std::size_t k = 0; k < plane.pixels.size(); ++k) light.flat.pixels[k] += plane.pixels[k];
        ++light.count;
      }
    }
  }
  for (auto& [channel, light] : lights) {
    for (float& each : light.flat.pixels) each /= static_cast<float>(light.count);
  }
}

const FlatField::Light* FlatField::of(const std::map<std::string, Light>& lights, const std::string& channel) const {
  const auto found = lights.find(channel);
  if (found != lights.end()) return &found->second;
  return lights.size() == 1 && lights.begin()->first == "1" ? &lights.begin()->second : nullptr;
}

FlatField::FlatField(std::span<const Reading> flats, std::span<const Reading> darks) {
  constexpr double kLeast = 0.1;  // chosen: where less than a tenth of the light falls, noise is all that is left
  add(flats, flats_);
  add(darks, darks_);
  if (flats_.empty())
    throw Error(ErrorKind::kData, say("There is a picture without light, but none of even light."),
                {darks.empty() ? "" : darks.front().path, 0, 0, ""},
                say("Give a picture of an evenly fluorescent slide with the role \"flat\"."));
  for (auto& [channel, light] : flats_) {
    const Light* dark = of(darks_, channel);
    if (dark != nullptr && (dark->flat.width != light.flat.width || dark->flat.height != light.flat.height))
      other_size(dark->shown, dark->flat, light.flat);
    double mean = 0, least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < light.flat.pixels.size(); ++i) {
      const double here = static_cast<double>(light.flat.pixels[i]) - (dark != nullptr ? dark->flat.pixels[i] : 0);
      mean += here / static_cast<double>(light.flat.pixels.size());
      least = std::min(least, std::isfinite(here) ? here : -std::numeric_limits<double>::infinity());
    }
    if (!(least >= kLeast * mean) || !(mean > 0))
      throw Error(ErrorKind::kData,
                  say("The picture of even light has places with less than a tenth of its mean light."),
                  {light.shown, 0, 0, ""},
                  say("Is it a picture of an evenly fluorescent slide, and the dark one of the closed shutter?"));
  }
}

bool FlatField::knows(const std::string& channel) const { return of(flats_, channel) != nullptr; }

bool FlatField::correct(Image2& plane, const std::string& channel, double full) const {
  const Light* light = of(flats_, channel);
  if (light == nullptr) return false;
  const Light* dark = of(darks_, channel);
  if (light->flat.width != plane.width || light->flat.height != plane.height)
    other_size(light->shown, light->flat, plane);
  Image2 out = flat_field(plane, light->flat, dark != nullptr ? dark->flat : Image2());
  const auto top = static_cast<float>(full);
  for (std::size_t i = 0; i < out.pixels.size(); ++i) {
    out.pixels[i] = plane.pixels[i] >= top ? plane.pixels[i] : std::min(out.pixels[i], top);
  }
  plane = std::move(out);
  return true;
}

std::shared_ptr<const ImageSource> flat_corrected(std::shared_ptr<const ImageSource> source,
                                                  std::shared_ptr<const FlatField> light, const std::string& shown) {
  return std::make_shared<CorrectedSource>(std::move(source), std::move(light), shown);
}

std::shared_ptr<const ImageSource> with_files_beside_corrected(std::shared_ptr<const ImageSource> source) {
  const auto* corrected = dynamic_cast<const CorrectedSource*>(source.get());
  if (corrected == nullptr) return with_files_beside(std::move(source));
  std::shared_ptr<const ImageSource> raw = with_files_beside(corrected->raw());
  return raw == corrected->raw() ? source : corrected->over(std::move(raw));
}

}  // namespace vesica
