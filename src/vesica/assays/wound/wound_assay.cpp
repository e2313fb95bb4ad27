// SPDX-License-Identifier: Apache-2.0
// The assay `wound`: what is missing, and the way from a series to rows, overlays and masks.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/assays/wound/wound.h"
#include "vesica/assays/wound/wound_picture.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/io/images.h"

namespace vesica::wound {

namespace {

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                say("Give the frames of a scratch assay: a TIFF stack, or a folder of TIFF, PNG, JPEG or BMP files."));
  }
  return *images->source;
}

Known pixel_of(const ImageInfo& info, const Settings& settings) {
  return given_or(settings.pixel_um, "setting pixel_um", info.pixel_um());
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading) {
  return {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, ""};
}

std::vector<Issue> questions(const Reading& reading, const ImageInfo& info, std::size_t frames,
                             const Settings& settings, const Times& times) {
  std::vector<Issue> out;
  if (!pixel_of(info, settings).known()) {
    out.push_back(issue(Severity::kWarning, "wound.pixel_missing",
                        say("The size of a pixel is not known: areas, widths and speeds are given in pixels only, and "
                            "the texture window is a thirtieth of the field."),
                        say("How many micrometres is one pixel? Set \"pixel_um\"."), reading));
    out.back().setting = "pixel_um";
  }
  const bool known = std::all_of(times.hours.begin(), times.hours.end(), [](double h) { return std::isfinite(h); });
  if (!known && frames > 1) {
    out.push_back(
        issue(Severity::kWarning, "wound.time_missing",
              info.frame_times_s.size() > 1
                  ? say("The file says how fast its {} frame(s) (is|are) played, not when they were taken: no speeds.",
                        frames)
                  : say("The times of the {} frame(s) are not known: no speeds.", frames),
              say("How long is it between frames? Set \"interval_h\" or \"times_h\"."), reading));
    out.back().setting = "interval_h";
  }
  if (!settings.times_h.empty() && settings.times_h.size() != frames) {
    out.push_back(issue(
        Severity::kWarning, "wound.times_mismatch",
        say("\"times_h\" holds {} time(s), the series {} frame(s): it is not used.", settings.times_h.size(), frames),
        say("Give one time a frame."), reading));
  }
  return out;
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  const ImageSource& source = source_of(reading);
  const std::size_t frames = source.series_length();
  return questions(reading, source.info(), frames, settings, times_of(source.info(), frames, settings, kNaN));
}

/// Adds rows; without a scale lengths go to the quantities in pixels.
class Rows {
 public:
  Rows(const InputFacts& facts, double pixel_um, Outcome& out) : facts_(facts), pixel_um_(pixel_um), out_(out) {}

  void place(double time_h, std::string part) {
    time_h_ = time_h;
    part_ = std::move(part);
  }
  Observation plain(const char* quantity, double value, const std::string& target = "") const {
    Observation row = facts_.row(quantity);
    row.target = target;
    row.time_h = time_h_;
    if (!part_.empty()) row.part = facts_.part.empty() ? part_ : facts_.part + " " + part_;
    row.value = value;
    if (!std::isfinite(value)) row.status = Status::kNotMeasurable;
    return row;
  }
  void add(const char* quantity, double value, const std::string& target = "") {
    out_.observations.add(plain(quantity, value, target));
  }
  /// A length (power 1) or an area (power 2) of the image in micrometres; without a scale that is not measurable and
  /// the quantity in pixels stands beside it.
  void add_size(const std::string& quantity, double pixels, int power, const std::string& target = "",
                double half_width = kNaN) {
    if (pixel_um_ > 0) {
      const double scale = std::pow(pixel_um_, power);
      add_with_interval(quantity, pixels * scale, half_width * scale, target);
      return;
    }
    add(quantity.c_str(), kNaN, target);
    add_with_interval(quantity + "_px", pixels, half_width, target);
  }

 private:
  void add_with_interval(const std::string& quantity, double value, double half_width, const std::string& target) {
    Observation row = plain(quantity.c_str(), value, target);
    if (std::isfinite(half_width)) {
      row.low = value - half_width;
      row.high = value + half_width;
      row.interval = "regression95";
    }
    out_.observations.add(row);
  }

  const InputFacts& facts_;
  double pixel_um_;
  Outcome& out_;
  double time_h_ = kNaN;
  std::string part_;
};

void add_moment(const Moment& moment, const char* const sides[2], Rows& rows) {
  const bool measured = moment.state != State::kNotMeasurable;
  rows.add("wound.state", measured ? static_cast<double>(moment.state) : kNaN);
  rows.add("wound.open_fraction", moment.open_fraction);
  rows.add("wound.closure", moment.closure);
  rows.add("wound.island_fraction", moment.island_fraction);
  rows.add("wound.islands", measured ? static_cast<double>(moment.islands) : kNaN);
  rows.add("wound.pieces", measured ? static_cast<double>(moment.pieces) : kNaN);
  rows.add("wound.shift_px", measured && moment.aligned ? std::hypot(moment.dx, moment.dy) : kNaN);
  rows.add_size("wound.open_area", moment.area_px, 2);
  rows.add_size("wound.width", moment.width_px, 1);
  rows.add_size("wound.width_sd", moment.width_sd_px, 1);
  for (const int side : {0, 1}) rows.add_size("wound.roughness", moment.rough_px[side], 1, sides[side]);
}

void tell(const Series& series, const Reading& reading, Outcome& out) {
  if (series.refusal != Refusal::kNone) {
    out.issues.push_back(issue(Severity::kWarning, "wound.not_measurable", reason(series.refusal),
                               say("Look at the first frame: the series must begin with an open gap between cells."),
                               reading));
    return;
  }
  std::string lost;
  for (std::size_t i = 0; i < series.moments.size(); ++i) {
    if (!series.moments[i].aligned) lost += fmt::format("{}{}", lost.empty() ? "" : ", ", i + 1);
  }
  if (!lost.empty()) {
    out.issues.push_back(issue(Severity::kNote, "wound.not_aligned",
                               say("Frames {} resemble no other frame enough to find the field's shift: they are taken "
                                   "where the frame before them was.",
                                   lost),
                               say("Areas hold when the same field was photographed; look at the overlays."), reading));
  }
  constexpr double kGrown = -0.1;  // chosen: beyond retraction of the fresh edges
  for (std::size_t i = 1; i < series.moments.size(); ++i) {
    if (!(series.moments[i].closure < kGrown)) continue;
    out.issues.push_back(issue(Severity::kWarning, "wound.grew",
                               say("The gap of frame {} is {} % larger than the first frame's.", i + 1,
                                   readable_number(-100 * series.moments[i].closure, 2)),
                               say("Is it the same field? Cells may also have come off."), reading));
    break;
  }
}

std::string moment_name(const Moment& moment, std::size_t frame) {
  return std::isfinite(moment.time_h)
             ? say("frame {} ({} h)", frame + 1, exact_number(std::round(moment.time_h * 100) / 100))
             : say("frame {}", frame + 1);
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context& context) {
  const Settings& settings = any.get<Settings>();
  const ImageSource& source = source_of(reading);
  const ImageInfo& info = source.info();
  const std::size_t frames = source.series_length();
  const Times times = times_of(info, frames, settings, facts.time_h);
  const double pixel_um = pixel_of(info, settings).known() ? pixel_of(info, settings).value : kNaN;
  std::vector<std::string> overlays(frames), masks(frames);
  const FrameSink sink = [&](std::size_t frame, const Image2& grey, const Plane<std::uint8_t>& parts,
                             const Rule& rule) {
    if (settings.overlays) overlays[frame] = overlay_png(grey, parts, rule.step, pixel_um);
    if (settings.masks) masks[frame] = mask_png(parts, rule.step, grey.width, grey.height, pixel_um);
  };
  const Series series = measure_series(source, settings, pixel_um, times.hours, context, sink);
  Outcome out;
  out.issues = questions(reading, info, frames, settings, times);
  Rows rows(facts, pixel_um, out);
  static constexpr const char* kUpright[2] = {"left", "right"};
  static constexpr const char* kLying[2] = {"top", "bottom"};
  const char* const* names = series.upright ? kUpright : kLying;
  const char* const sides[2] = {names[0], names[1]};
  for (std::size_t i = 0; i < frames; ++i) {
    const Moment& moment = series.moments[i];
    const bool timed = std::isfinite(moment.time_h);
    rows.place(timed ? moment.time_h : (frames == 1 ? facts.time_h : kNaN),
               timed || frames == 1 ? "" : fmt::format("frame {}", i + 1));
    add_moment(moment, sides, rows);
  }
  if (frames > 1) {
    rows.place(kNaN, "");
    rows.add_size("wound.edge_speed", series.mean.px_per_h, 1, "both_edges", series.mean.half_width);
    for (const int side : {0, 1}) {
      rows.add_size("wound.edge_speed", series.edges[side].px_per_h, 1, sides[side], series.edges[side].half_width);
    }
  }
  tell(series, reading, out);
  for (std::size_t i = 0; i < frames; ++i) {
    const std::string name = moment_name(series.moments[i], i);
    if (!overlays[i].empty()) {
      out.artifacts.push_back({fmt::format("wound_overlay_{:03d}.png", i), "image/png", std::move(overlays[i]),
                               say("Outline of the gap on {}.", name)});
    }
    if (!masks[i].empty()) {
      out.artifacts.push_back({fmt::format("wound_mask_{:03d}.png", i), "image/png", std::move(masks[i]),
                               say("Mask of {}: 255 gap, 128 island, 0 cells.", name)});
    }
  }
  return out;
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 3> kSources = {"10.1371/journal.pone.0232565", "10.1109/TSMC.1979.4310076",
                                                      "Kuglin and Hines 1975"};
constexpr std::array<std::string_view, 17> kQuantities = {
    "wound.open_fraction", "wound.closure",      "wound.open_area",       "wound.open_area_px", "wound.width",
    "wound.width_px",      "wound.width_sd",     "wound.width_sd_px",     "wound.edge_speed",   "wound.edge_speed_px",
    "wound.roughness",     "wound.roughness_px", "wound.island_fraction", "wound.islands",      "wound.pieces",
    "wound.state",         "wound.shift_px"};

}  // namespace

}  // namespace vesica::wound

namespace vesica {

const Assay kWoundAssay = {
    "wound",
    "Scratch wound",
    "Open area, width and edge speeds of a scratch in a sheet of cells over time, by texture in micrometres.",
    wound::kSources,
    wound::kQuantities,
    kPictureFormats,
    {},
    false,
    wound::make_settings,
    wound::missing,
    nullptr,
    wound::measure,
    nullptr,
};

}  // namespace vesica
