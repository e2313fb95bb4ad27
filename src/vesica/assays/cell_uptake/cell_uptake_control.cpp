// SPDX-License-Identifier: Apache-2.0
// What controls teach: scores of cells without vesicles, and how two channels lie against each other.
#include <algorithm>
#include <cmath>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/message.h"

namespace vesica::cell_uptake {

namespace {

constexpr std::size_t kMostCells = 1'000'000;  // of a control that is believed

Value array_of(const std::vector<double>& numbers) {
  Value out = Value::array();
  for (const double number : numbers) out.append(Value::of(number));
  return out;
}

std::optional<std::vector<double>> numbers_of(const Value* value) {
  if (value == nullptr || value->kind != Value::Kind::kArray || value->items.size() > kMostCells) return std::nullopt;
  std::vector<double> out;
  for (const Value& item : value->items) {
    if (!item.is_number() || !std::isfinite(item.number)) return std::nullopt;
    out.push_back(item.number);
  }
  return out;
}

double number_in(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  return value != nullptr && value->is_number() ? value->number : kNaN;
}

std::vector<PlanePoint> bright_points(const Image2& image, const Settings& settings, const Lengths& lengths,
                                      const Context& context) {
  SpotSettings spots;
  spots.sigma_px = lengths.sigma;
  spots.false_alarms = settings.false_spots * 1e-6;
  std::vector<PlanePoint> out;
  for (const Spot& spot : find_spots(image, spots, context).spots) {
    if ((spot.flags & kSpotAtBorder) == 0) out.push_back({spot.x, spot.y});
  }
  return out;
}

/// One picture of beads in the vesicles' and the second channel.
Calibration calibrate_beads(std::span<const Reading> readings, const Settings& settings, const Context& context) {
  if (readings.size() != 1) {
    throw Error(ErrorKind::kConfig,
                say("{} bead pictures stand for one group; one map is learned from one.", readings.size()),
                {readings.empty() ? std::string() : readings.back().path, 0, 0, ""},
                say("Keep the one with most beads, or separate the groups by \"controls\"."));
  }
  const Reading& reading = readings.front();
  const ImageSource& source = source_of(reading);
  const std::vector<std::string> names = plane_names(source.info());
  const auto [a, b] = choose_bead_channels(names, settings, reading.path);
  const bool pages = source.info().channels == 1;
  const auto plane = [&](std::size_t i) { return pages ? source.read_frame(i) : source.read_frame(0, i); };
  const Known pixel = pixel_of(source.info(), settings);
  const Image2 one = plane(a), two = plane(b);
  const Lengths lengths = lengths_of(settings, pixel.known() ? pixel.value : kNaN, kNaN);
  if (!(8 * lengths.sigma <= static_cast<double>(std::min(one.width, one.height)))) {
    throw Error(ErrorKind::kConfig, say("The picture of beads is too small for points of {} pixels.", lengths.sigma),
                {reading.path, 0, 0, ""}, say("Is the size of a pixel right?"));
  }
  const std::vector<PlanePoint> first = bright_points(one, settings, lengths, context);
  const std::vector<PlanePoint> second = bright_points(two, settings, lengths, context);
  Calibration out;
  out.role = "bead";
  const PointRegistration found = register_points(first, second, std::max(2.0, lengths.max_shift));
  if (!found.trusted) {
    throw Error(ErrorKind::kData,
                say("The beads of the two channels do not match: {} and {} seen, {} pair(s).", found.first,
                    found.second, found.pairs),
                {reading.path, 0, 0, ""},
                say("Use beads that shine in both channels, in focus and not crowded; widen \"max_shift_um\" for a "
                    "greater shift."));
  }
  out.values = to_value(found);
  InputFacts facts;
  facts.role = "bead";
  facts.source = kCellUptakeAssay.id;
  Observation row = facts.row("colocalisation.registration_residual");
  row.target = "bead";
  row.value = found.residual_px;
  row.n = static_cast<std::int64_t>(found.pairs);
  if (!std::isfinite(row.value)) row.status = Status::kNotMeasurable;
  out.rows.add(row);
  return out;
}

}  // namespace

Value to_value(const PointRegistration& registration) {
  Value out = Value::table();
  const Affine2& map = registration.map;
  out.set("map", array_of({map.xx, map.xy, map.yx, map.yy, map.dx, map.dy}));
  out.set("affine", Value::of(registration.affine));
  out.set("pairs", Value::of(static_cast<std::int64_t>(registration.pairs)));
  out.set("residual_px", Value::of(std::isfinite(registration.residual_px) ? registration.residual_px : -1));
  return out;
}

std::optional<PointRegistration> registration_from(const Value& value) {
  const auto map = numbers_of(value.find("map"));
  const double pairs = number_in(value, "pairs");
  if (!map || map->size() != 6 || !(pairs >= 1)) return std::nullopt;
  PointRegistration out;
  out.map = {(*map)[0], (*map)[1], (*map)[2], (*map)[3], (*map)[4], (*map)[5]};
  if (std::abs(out.map.xx * out.map.yy - out.map.xy * out.map.yx) < 1e-6) return std::nullopt;
  const Value* affine = value.find("affine");
  out.affine = affine != nullptr && affine->boolean;
  out.pairs = static_cast<std::size_t>(pairs);
  const double residual = number_in(value, "residual_px");
  if (residual >= 0) out.residual_px = residual;
  out.trusted = true;
  return out;
}

Value to_value(const Control& control) {
  Value out = Value::table();
  out.set("spots", array_of(control.spots));
  out.set("spot_intensity", array_of(control.spot_intensity));
  out.set("mean_intensity", array_of(control.mean_intensity));
  out.set("pixel_um", Value::of(std::isfinite(control.pixel_um) ? control.pixel_um : 0));
  return out;
}

std::optional<Control> control_from(const Value& value, const std::string& role) {
  auto spots = numbers_of(value.find("spots")), light = numbers_of(value.find("spot_intensity"));
  auto mean = numbers_of(value.find("mean_intensity"));
  if (!spots || !light || !mean || spots->size() != light->size() || spots->size() != mean->size() || spots->empty()) {
    return std::nullopt;
  }
  const double pixel = number_in(value, "pixel_um");
  return Control{role, std::move(*spots), std::move(*light), std::move(*mean), pixel > 0 ? pixel : kNaN};
}

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context& context) {
  const Settings& settings = any.get<Settings>();
  if (role == "bead") return calibrate_beads(readings, settings, context);
  Calibration out;
  out.role = role;
  Control control;
  control.role = role;
  for (const Reading& reading : readings) {
    const Field field = analyse(reading, settings, {}, context);
    if (!field.refusal.empty()) {
      throw Error(ErrorKind::kData, say("The control cannot be used: {}", field.refusal), {reading.path, 0, 0, ""},
                  say("Leave this file out, or photograph the control again."));
    }
    for (const auto& [score, list] :
         {std::pair{"spots", &control.spots}, std::pair{"spot_intensity", &control.spot_intensity},
          std::pair{"cell_intensity", &control.mean_intensity}}) {
      const std::vector<double> own = field.cells.scores(score);
      list->insert(list->end(), own.begin(), own.end());
    }
    if (std::isfinite(control.pixel_um) && std::abs(field.lengths.pixel_um / control.pixel_um - 1) > kSameScale) {
      throw Error(ErrorKind::kConfig,
                  say("Controls of one group have pixels of {} and {} µm.", control.pixel_um, field.lengths.pixel_um),
                  {reading.path, 0, 0, ""}, say("Separate the magnifications by \"controls\"."));
    }
    control.pixel_um = field.lengths.pixel_um;
    InputFacts facts;
    facts.role = role;
    facts.source = kCellUptakeAssay.id;
    facts.replicate = reading.path;
    Observation row = facts.row("uptake.spots_per_cell");
    row.target = role;
    row.n = static_cast<std::int64_t>(field.cells.used());
    row.value = mean_of(field.cells.scores("spots"));
    if (!std::isfinite(row.value)) row.status = Status::kNoObjects;
    out.rows.add(row);
  }
  if (control.spots.empty()) {
    throw Error(ErrorKind::kData, say("No cell among {} file(s) of the control \"{}\".", readings.size(), role),
                {readings.empty() ? std::string() : readings.front().path, 0, 0, ""},
                say("Look at the nuclei's channel."));
  }
  out.values = to_value(control);
  return out;
}

}  // namespace vesica::cell_uptake
