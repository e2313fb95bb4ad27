// SPDX-License-Identifier: Apache-2.0
#include "phantoms/wound.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "phantoms/images.h"
#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kSpacingUm = 15;     // between neighbouring cells of a confluent sheet, chosen
constexpr double kMarginUm = 120;     // of sheet beyond the field, for shifts and flow
constexpr double kFeatherPixels = 1;  // over which a sheet ends
constexpr int kWaves = 12;            // behind a rough edge
constexpr double kTwoPi = 2 * std::numbers::pi;

struct Cell {
  double x, y, angle, length, width, weight;  ///< µm in the sample
};

/// Everything that does not change over the series, in the sample's own micrometres.
class Scene {
 public:
  Scene(const WoundPhantomSettings& settings, std::uint64_t seed) : s_(settings), seed_(seed) {
    Random random(seed, 1);
    width_um_ = static_cast<double>(s_.width) * s_.pixel_um;
    height_um_ = static_cast<double>(s_.height) * s_.pixel_um;
    for (auto& edge : waves_) {
      for (auto& wave : edge) {
        wave = {random.uniform(60, 300), random.uniform(0, kTwoPi), random.normal()};
      }
    }
    for (std::int64_t i = 0; i < s_.islands; ++i) {
      const double y = height_um_ * (static_cast<double>(i) + 0.5) / static_cast<double>(s_.islands);
      const double half = std::max(0.0, s_.gap_um / 2 - s_.island_um - 2 * kSpacingUm);
      islands_.push_back({(edge(0, y, 0) + edge(1, y, 0)) / 2 + random.uniform(-half, half) / 2, y});
    }
    double dx = 0, dy = 0;
    for (std::int64_t i = 0; i < s_.frames; ++i) {
      shifts_.push_back({dx, dy});
      dx = s_.shift_um * random.normal();
      dy = s_.shift_um * random.normal();
    }
    for (double y = -kMarginUm; y < height_um_ + kMarginUm; y += kSpacingUm) {
      for (double x = -kMarginUm; x < width_um_ + kMarginUm; x += kSpacingUm) {
        cells_.push_back({x + random.uniform(-6, 6), y + random.uniform(-6, 6), random.uniform(0, kTwoPi),
                          random.uniform(8, 16), random.uniform(3.5, 6), random.uniform(0.6, 1.4)});
      }
    }
  }

  /// Place of an edge (0 left, 1 right) on the sample's line y at a moment.
  double edge(int side, double y, double time_h) const {
    const double middle = width_um_ / 2 + (y - height_um_ / 2) * std::tan(s_.tilt_deg * std::numbers::pi / 180);
    const double rough = roughness(side, y);
    const double cosine = std::cos(s_.tilt_deg * std::numbers::pi / 180);
    if (side == 0) return middle - s_.gap_um / 2 + s_.left_um_per_h * time_h / cosine + rough;
    return middle + s_.gap_um / 2 - s_.right_um_per_h * time_h / cosine + rough;
  }
  bool in_island(double x, double y) const {
    return std::any_of(islands_.begin(), islands_.end(),
                       [&](const auto& centre) { return std::hypot(x - centre[0], y - centre[1]) <= s_.island_um; });
  }
  double time_h(std::size_t frame) const { return s_.interval_h * static_cast<double>(frame); }
  const std::array<double, 2>& shift_um(std::size_t frame) const { return shifts_[frame]; }
  std::vector<double> plane(std::size_t frame) const;  ///< grey, 0 to 255
  void add_truth(const std::string& sample, const std::string& condition, ObservationTable& truth) const;

 private:
  double roughness(int side, double y) const {
    double sum = 0;
    for (const auto& wave : waves_[static_cast<std::size_t>(side)])
      sum += wave[2] * std::cos(kTwoPi * y / wave[0] + wave[1]);
    return s_.roughness_um * sum / std::sqrt(kWaves / 2.0);
  }
  /// Share of a pixel that cells cover, on a line whose edges lie at left and right.
  double covered(double x, double y, double left, double right) const {
    if (!(s_.gap_um > 0)) return 1;
    const double soft = kFeatherPixels * s_.pixel_um;
    double outside = right > left ? std::max({left - x, x - right}) : soft;
    for (const auto& centre : islands_) {
      outside = std::max(outside, s_.island_um - std::hypot(x - centre[0], y - centre[1]));
    }
    return std::clamp(outside / soft + 0.5, 0.0, 1.0);
  }
  double pattern(const Cell& cell, double u, double v) const;
  std::vector<double> sheet(std::size_t frame) const;
  void add_floating(std::size_t frame, std::vector<double>& plane) const;
  std::array<double, 4> shared_field() const;

  const WoundPhantomSettings& s_;
  std::uint64_t seed_;
  double width_um_ = 0, height_um_ = 0;
  std::array<std::array<std::array<double, 3>, kWaves>, 2> waves_{};
  std::vector<std::array<double, 2>> islands_, shifts_;
  std::vector<Cell> cells_;
};

/// What one cell adds, u along and v across it: phase contrast has a bright halo around a dark body, DIC a slope,
/// brightfield a faint rim.
double Scene::pattern(const Cell& cell, double u, double v) const {
  const double r2 = u * u / (cell.length * cell.length) + v * v / (cell.width * cell.width);
  const double body = std::exp(-2 * r2);
  if (s_.mode == "dic")
    return 90 * cell.weight * body * (u * std::cos(cell.angle) - v * std::sin(cell.angle)) / cell.width;
  const double rim = std::exp(-8 * (std::sqrt(r2) - 1) * (std::sqrt(r2) - 1));
  if (s_.mode == "brightfield") return cell.weight * (14 * rim - 10 * body);
  return cell.weight * (45 * rim - 40 * body);
}

/// The endless sheet, as one frame sees it.
std::vector<double> Scene::sheet(std::size_t frame) const {
  const auto width = static_cast<std::ptrdiff_t>(s_.width), height = static_cast<std::ptrdiff_t>(s_.height);
  std::vector<double> out(static_cast<std::size_t>(width * height), 0);
  const double middle = width_um_ / 2, time = time_h(frame);
  for (const Cell& cell : cells_) {
    const double drift = s_.flow * time * (cell.x < middle ? s_.left_um_per_h : -s_.right_um_per_h);
    const double x = (cell.x + drift + shifts_[frame][0]) / s_.pixel_um, y = (cell.y + shifts_[frame][1]) / s_.pixel_um;
    const double reach = 2 * cell.length / s_.pixel_um;
    const double c = std::cos(cell.angle) * s_.pixel_um, d = std::sin(cell.angle) * s_.pixel_um;
    const auto x0 = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::floor(x - reach)));
    const auto x1 = std::min(width - 1, static_cast<std::ptrdiff_t>(std::ceil(x + reach)));
    const auto y0 = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::floor(y - reach)));
    const auto y1 = std::min(height - 1, static_cast<std::ptrdiff_t>(std::ceil(y + reach)));
    for (std::ptrdiff_t j = y0; j <= y1; ++j) {
      for (std::ptrdiff_t i = x0; i <= x1; ++i) {
        const double du = static_cast<double>(i) + 0.5 - x, dv = static_cast<double>(j) + 0.5 - y;
        out[static_cast<std::size_t>(j * width + i)] += pattern(cell, c * du + d * dv, c * dv - d * du);
      }
    }
  }
  return out;
}

/// Round cells that swim over everything, elsewhere in every frame.
void Scene::add_floating(std::size_t frame, std::vector<double>& plane) const {
  constexpr double kRadiusUm = 8;
  Random random(seed_, 1000 + frame);
  for (std::int64_t k = 0; k < s_.floating; ++k) {
    const double x = random.uniform() * static_cast<double>(s_.width),
                 y = random.uniform() * static_cast<double>(s_.height);
    const double radius = kRadiusUm / s_.pixel_um;
    const auto y0 = static_cast<std::ptrdiff_t>(y - 2 * radius), x0 = static_cast<std::ptrdiff_t>(x - 2 * radius);
    for (std::ptrdiff_t j = y0; static_cast<double>(j) <= y + 2 * radius; ++j) {
      for (std::ptrdiff_t i = x0; static_cast<double>(i) <= x + 2 * radius; ++i) {
        if (i < 0 || j < 0 || i >= s_.width || j >= s_.height) continue;
        const double r = std::hypot(static_cast<double>(i) + 0.5 - x, static_cast<double>(j) + 0.5 - y) / radius;
        plane[static_cast<std::size_t>(j * s_.width + i)] +=
            90 * std::exp(-3 * r * r) - 25 * std::exp(-20 * (r - 1.2) * (r - 1.2));
      }
    }
  }
}

std::vector<double> Scene::plane(std::size_t frame) const {
  constexpr double kGrey = 128;
  std::vector<double> out = sheet(frame);
  const double time = time_h(frame);
  Random random(seed_, 2000 + frame);
  for (std::int64_t j = 0; j < s_.height; ++j) {
    const double y = (static_cast<double>(j) + 0.5) * s_.pixel_um - shifts_[frame][1];
    const double left = edge(0, y, time), right = edge(1, y, time);
    for (std::int64_t i = 0; i < s_.width; ++i) {
      const double x = (static_cast<double>(i) + 0.5) * s_.pixel_um - shifts_[frame][0];
      double& value = out[static_cast<std::size_t>(j * s_.width + i)];
      value = kGrey + value * covered(x, y, left, right);
    }
  }
  add_floating(frame, out);
  for (std::int64_t j = 0; j < s_.height; ++j) {
    for (std::int64_t i = 0; i < s_.width; ++i) {
      const double u = static_cast<double>(i) / static_cast<double>(s_.width) - 0.5;
      const double v = static_cast<double>(j) / static_cast<double>(s_.height) - 0.5;
      double& value = out[static_cast<std::size_t>(j * s_.width + i)];
      value = value * (1 + s_.uneven_light * (u - 2 * (u * u + v * v))) + s_.noise * random.normal();
      value = std::clamp(value, 0.0, 255.0);
    }
  }
  return out;
}

/// x0, y0, x1, y1 in µm of the sample: what every frame shows.
std::array<double, 4> Scene::shared_field() const {
  std::array<double, 4> out = {0, 0, width_um_, height_um_};
  for (const auto& shift : shifts_) {
    out[0] = std::max(out[0], -shift[0]);
    out[1] = std::max(out[1], -shift[1]);
    out[2] = std::min(out[2], width_um_ - shift[0]);
    out[3] = std::min(out[3], height_um_ - shift[1]);
  }
  return out;
}

void Scene::add_truth(const std::string& sample, const std::string& condition, ObservationTable& truth) const {
  const auto add = [&](std::string_view quantity, double time, double value, const char* target = "") {
    Observation row;
    row.quantity = quantity;
    row.sample = sample;
    row.condition = condition;
    row.target = target;
    row.time_h = time;
    row.origin = Origin::kPredicted;
    row.source = "phantom";
    row.value = value;
    row.unit = find_quantity(quantity)->unit;
    truth.add(row);
  };
  if (!(s_.gap_um > 0)) return;
  const std::array<double, 4> field = shared_field();
  const double step = s_.pixel_um / 2;
  const double cosine = std::cos(s_.tilt_deg * std::numbers::pi / 180);
  double first = 0;
  for (std::size_t frame = 0; frame < static_cast<std::size_t>(s_.frames); ++frame) {
    double open = 0, all = 0, island = 0;
    for (double y = field[1] + step / 2; y < field[3]; y += step) {
      const double left = edge(0, y, time_h(frame)), right = edge(1, y, time_h(frame));
      for (double x = field[0] + step / 2; x < field[2]; x += step) {
        all += 1;
        if (x > left && x < right) (in_island(x, y) ? island : open) += 1;
      }
    }
    const double area = open * step * step;
    if (frame == 0) first = area;
    add("wound.open_fraction", time_h(frame), open / all);
    add("wound.island_fraction", time_h(frame), island / all);
    add("wound.open_area", time_h(frame), area);
    add("wound.closure", time_h(frame), 1 - area / first);
    add("wound.width", time_h(frame), area / ((field[3] - field[1]) / cosine));
    if (open == 0) add("wound.state", time_h(frame), 0);
  }
  add("wound.state", 0, 2);
  add("wound.edge_speed", std::numeric_limits<double>::quiet_NaN(), s_.left_um_per_h, s_.lying ? "top" : "left");
  add("wound.edge_speed", std::numeric_limits<double>::quiet_NaN(), s_.right_um_per_h, s_.lying ? "bottom" : "right");
  if (s_.islands == 0) {
    add("wound.edge_speed", std::numeric_limits<double>::quiet_NaN(), (s_.left_um_per_h + s_.right_um_per_h) / 2,
        "both_edges");
  }
}

/// Rounded to the file's bits; colour as a microscope's lamp tints it; lying gaps turned by exchanging x and y.
std::vector<std::uint16_t> samples_of(const WoundPhantomSettings& s, const std::vector<double>& plane) {
  const double full = s.bits == 16 ? 16 : 1;  // 16 bits: a 12-bit camera
  const std::array<double, 3> tint = {1.0, 0.96, 0.86};
  std::vector<std::uint16_t> out;
  const std::int64_t rows = s.lying ? s.width : s.height, columns = s.lying ? s.height : s.width;
  for (std::int64_t j = 0; j < rows; ++j) {
    for (std::int64_t i = 0; i < columns; ++i) {
      const double value = plane[static_cast<std::size_t>(s.lying ? i * s.width + j : j * s.width + i)];
      for (std::size_t c = 0; c < (s.colour ? 3U : 1U); ++c) {
        out.push_back(static_cast<std::uint16_t>(std::lround(value * full * (s.colour ? tint[c] : 1))));
      }
    }
  }
  return out;
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& settings = any.get<WoundPhantomSettings>();
  return render_wound(settings, "wound.tif", settings.sample, "", seed);
}

AnySettings make_settings() { return AnySettings::of<WoundPhantomSettings>(); }

}  // namespace

void WoundPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kModes = {"phase", "dic", "brightfield"};
  fields.choice("mode", mode, kModes, {.help = "Contrast of the microscope."});
  fields.integer("width", width, {.low = 32, .high = 8192, .help = "Pixels across the gap."});
  fields.integer("height", height, {.low = 32, .high = 8192, .help = "Pixels along the gap."});
  fields.integer("frames", frames, {.low = 1, .high = 1000, .help = "Frames."});
  fields.number("interval_h", interval_h, {.unit = "h", .low = 0.01, .high = 100, .help = "Time between frames."});
  fields.number("pixel_um", pixel_um, {.unit = "um", .low = 0.1, .high = 20, .help = "Edge of a pixel."});
  fields.flag("scale_in_file", scale_in_file, {.help = "Write pixel size and interval into the file."});
  fields.number("gap_um", gap_um,
                {.unit = "um", .low = 0, .high = 5000, .help = "Width of the gap at the start; 0: no gap at all."});
  fields.number("left_um_per_h", left_um_per_h,
                {.unit = "um/h", .low = -50, .high = 200, .help = "Speed of the left edge into the gap."});
  fields.number("right_um_per_h", right_um_per_h,
                {.unit = "um/h", .low = -50, .high = 200, .help = "Speed of the right edge into the gap."});
  fields.number("tilt_deg", tilt_deg, {.unit = "deg", .low = -40, .high = 40, .help = "Tilt of the gap."});
  fields.number("roughness_um", roughness_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Standard deviation of the edges about their lines."});
  fields.integer("islands", islands, {.low = 0, .high = 50, .help = "Islands of cells in the gap."});
  fields.number("island_um", island_um, {.unit = "um", .low = 5, .high = 500, .help = "Radius of an island."});
  fields.integer("floating", floating, {.low = 0, .high = 10000, .help = "Floating cells in every frame."});
  fields.number("shift_um", shift_um,
                {.unit = "um", .low = 0, .high = 100, .help = "Standard deviation of the field's shift."});
  fields.number("flow", flow,
                {.low = 0, .high = 1, .help = "Share of the edge's movement with which the whole sheet moves."});
  fields.number("uneven_light", uneven_light, {.low = 0, .high = 0.5, .help = "Unevenness of the light."});
  fields.number("noise", noise, {.low = 0, .high = 50, .help = "Noise of the camera, of 255 levels."});
  fields.integer("bits", bits, {.low = 8, .high = 16, .help = "Bits of a value: 8 or 16."});
  fields.flag("colour", colour, {.help = "Red, green and blue."});
  fields.flag("lying", lying, {.help = "The gap runs from left to right."});
  fields.text("sample", sample, {.help = "Name of the sample."});
}

Rendered render_wound(const WoundPhantomSettings& settings, const std::string& name, const std::string& sample,
                      const std::string& condition, std::uint64_t seed) {
  const Scene scene(settings, seed);
  phantom::TiffPlanes tiff;
  tiff.width = static_cast<std::size_t>(settings.lying ? settings.height : settings.width);
  tiff.height = static_cast<std::size_t>(settings.lying ? settings.width : settings.height);
  tiff.bits = settings.bits > 8 ? 16 : 8;
  tiff.samples = settings.colour ? 3 : 1;
  if (settings.scale_in_file) {
    tiff.pixel_um = settings.pixel_um;
    tiff.interval_s = settings.interval_h * 3600;
  }
  WoundPhantomSettings rounded = settings;
  rounded.bits = tiff.bits;
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.frames); ++i) {
    tiff.planes.push_back(samples_of(rounded, scene.plane(i)));
  }
  Rendered out;
  out.files.push_back({name, phantom::tiff_file(tiff), "A scratch wound over time."});
  scene.add_truth(sample, condition, out.truth);
  return out;
}

ObservationTable wound_truth(const WoundPhantomSettings& settings, const std::string& sample,
                             const std::string& condition, std::uint64_t seed) {
  ObservationTable out;
  Scene(settings, seed).add_truth(sample, condition, out);
  return out;
}

std::vector<Image2> wound_frames(const WoundPhantomSettings& settings, std::uint64_t seed) {
  const Scene scene(settings, seed);
  std::vector<Image2> out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.frames); ++i) {
    const std::vector<double> plane = scene.plane(i);
    Image2 image(static_cast<std::size_t>(settings.width), static_cast<std::size_t>(settings.height));
    for (std::size_t k = 0; k < plane.size(); ++k) image.pixels[k] = static_cast<float>(plane[k]);
    out.push_back(std::move(image));
  }
  return out;
}

const Phantom kWoundPhantom = {"wound", "Scratch wound",
                               "Two sheets of cells closing a gap at known speeds, as a TIFF series.", make_settings,
                               render};

}  // namespace vesica
