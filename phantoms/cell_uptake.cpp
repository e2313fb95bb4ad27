// SPDX-License-Identifier: Apache-2.0
#include "phantoms/cell_uptake.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "phantoms/images.h"
#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/ops/image.h"

namespace vesica {

namespace {

constexpr double kReach = 10;           // µm that a cell's body reaches beyond its nucleus
constexpr double kNucleusCounts = 900;  // at its thickest, chosen
constexpr double kBeadCounts = 600;
constexpr int kBeads = 60;

struct Body {
  double x, y, rx, ry, angle;  ///< nucleus, µm
};

/// Nuclei on a loose grid, whole within the field.
std::vector<Body> bodies(const CellUptakePhantomSettings& s, Random& random) {
  std::vector<Body> out;
  const double width = static_cast<double>(s.width) * s.pixel_um, height = static_cast<double>(s.height) * s.pixel_um;
  const double edge = 0.75 * s.nucleus_um;
  for (double y = s.spacing_um / 2; y < height; y += s.spacing_um) {
    for (double x = s.spacing_um / 2; x < width; x += s.spacing_um) {
      const double radius = s.nucleus_um / 2 * random.uniform(0.85, 1.15), squeeze = random.uniform(0.8, 1);
      const Body body{x + random.uniform(-0.2, 0.2) * s.spacing_um, y + random.uniform(-0.2, 0.2) * s.spacing_um,
                      radius / std::sqrt(squeeze), radius * std::sqrt(squeeze), random.uniform(0, std::numbers::pi)};
      const bool inside = body.x > edge && body.y > edge && body.x < width - edge && body.y < height - edge;
      if (inside) out.push_back(body);
    }
  }
  return out;
}

/// Distance from the centre in units of the nucleus' radius along that direction.
double reduced(const Body& body, double x, double y) {
  const double dx = x - body.x, dy = y - body.y;
  const double u = dx * std::cos(body.angle) + dy * std::sin(body.angle);
  const double v = -dx * std::sin(body.angle) + dy * std::cos(body.angle);
  return std::hypot(u / body.rx, v / body.ry);
}

/// A dome over each body: 1 at its middle, 0 from `reach` µm beyond the nucleus on.
void add_domes(Image2& image, const std::vector<Body>& all, double pixel_um, double reach, double height, bool sharp) {
  for (const Body& body : all) {
    const double radius = std::max(body.rx, body.ry) + reach + 3 * pixel_um;
    const auto low = [&](double at) {
      return static_cast<std::size_t>(std::max(0.0, std::floor((at - radius) / pixel_um)));
    };
    const auto high = [&](double at, std::size_t size) {
      return std::min(size, static_cast<std::size_t>(std::max(0.0, std::ceil((at + radius) / pixel_um)) + 1));
    };
    for (std::size_t y = low(body.y); y < high(body.y, image.height); ++y) {
      for (std::size_t x = low(body.x); x < high(body.x, image.width); ++x) {
        const double px = static_cast<double>(x) * pixel_um, py = static_cast<double>(y) * pixel_um;
        const double scale = (std::max(body.rx, body.ry) + reach) / std::max(body.rx, body.ry);
        const double r = reduced(body, px, py) / scale;
        // A nucleus falls off within half a micrometre at its rim, a cell's body gently to nothing.
        const double rim = 0.5 / std::max(body.rx, body.ry);
        const double light =
            sharp ? (0.7 + 0.3 * std::sqrt(std::max(0.0, 1 - r * r))) / (1 + std::exp((r - 1) / (rim / 2)))
                  : std::pow(std::max(0.0, 1 - r * r), 1.5);
        image.at(x, y) += static_cast<float>(height * light);
      }
    }
  }
}

std::uint64_t negative_binomial(Random& random, double mean, double shape) {
  return random.poisson(random.gamma(shape, mean / shape));
}

/// A nucleus' radius along a direction.
double radius_at(const Body& body, double angle) {
  return 1 / reduced({0, 0, body.rx, body.ry, body.angle}, std::cos(angle), std::sin(angle));
}

/// A place in a cell's body beside its nucleus, nearer to it than to any other; with perinuclear_um that far from
/// the nucleus' edge on average, with side_degrees that much about the long axis of the nucleus.
std::array<double, 2> place_in(const std::vector<Body>& all, std::size_t own, const CellUptakePhantomSettings& s,
                               Random& random) {
  const Body& body = all[own];
  const double near_um = s.perinuclear_um, side = s.side_degrees * std::numbers::pi / 180;
  for (;;) {
    const double angle = side > 0 ? random.normal(body.angle, side) : random.uniform(0, 2 * std::numbers::pi);
    const double radius = near_um > 0 ? radius_at(body, angle) + std::min(0.8 * kReach, random.exponential(1 / near_um))
                                      : std::max(body.rx, body.ry) + random.uniform(0, 0.8 * kReach);
    const double x = body.x + radius * std::cos(angle), y = body.y + radius * std::sin(angle);
    bool nearest = true;
    for (const Body& other : all) {
      if (&other == &body) continue;
      nearest = nearest && std::hypot(x - other.x, y - other.y) > std::hypot(x - body.x, y - body.y) + 4;
    }
    if (nearest) return {x, y};
  }
}

void render_beads(const CellUptakePhantomSettings& s, Random& random, UptakeScene& out) {
  const double sigma = s.sigma_um / s.pixel_um;
  for (int i = 0; i < kBeads; ++i) {
    const double x = random.uniform(8, static_cast<double>(s.width) - 9),
                 y = random.uniform(8, static_cast<double>(s.height) - 9);
    out.spots.push_back({x, y, kBeadCounts, true});
    add_point_light(out.vesicles, x, y, kBeadCounts, sigma);
    add_point_light(out.second, x + s.shift_x_um / s.pixel_um, y + s.shift_y_um / s.pixel_um, kBeadCounts, sigma);
    add_point_light(out.nuclei, x, y, kBeadCounts, sigma);
  }
}

struct Painter {
  const CellUptakePhantomSettings& s;
  const std::vector<Body>& all;
  Random& random;
  UptakeScene& out;

  void spot(std::size_t cell, bool vesicle) {
    const auto [x, y] = place_in(all, cell, s, random);
    const double height = s.spot_counts * std::exp(random.normal(0, std::sqrt(std::log1p(s.spot_cv * s.spot_cv))));
    const bool shared = vesicle && random.uniform() < s.shared;
    const double px = x / s.pixel_um, py = y / s.pixel_um;
    const double sigma = std::hypot(s.sigma_um, s.blur_um) / s.pixel_um;
    const double thinner = s.sigma_um * s.sigma_um / (s.sigma_um * s.sigma_um + s.blur_um * s.blur_um);
    out.spots.push_back({px, py, height * thinner, shared});
    ++out.cells[cell].spots;
    add_point_light(out.vesicles, px, py, height * thinner, sigma);
    if (shared)
      add_point_light(out.second, px + s.shift_x_um / s.pixel_um, py + s.shift_y_um / s.pixel_um, height * thinner,
                      sigma);
  }
  void second_alone(std::size_t cell) {
    const auto [x, y] = place_in(all, cell, s, random);
    add_point_light(out.second, (x + s.shift_x_um) / s.pixel_um, (y + s.shift_y_um) / s.pixel_um, s.spot_counts,
                    s.sigma_um / s.pixel_um);
  }
};

}  // namespace

void add_point_light(Image2& image, double x, double y, double height, double sigma_px) {
  const double reach = 5 * sigma_px;
  const auto low = [&](double at) { return static_cast<std::size_t>(std::max(0.0, std::ceil(at - reach))); };
  const auto high = [&](double at, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::floor(at + reach) + 1, 0.0, static_cast<double>(size)));
  };
  for (std::size_t j = low(y); j < high(y, image.height); ++j) {
    for (std::size_t i = low(x); i < high(x, image.width); ++i) {
      const double r2 = std::pow(static_cast<double>(i) - x, 2) + std::pow(static_cast<double>(j) - y, 2);
      image.at(i, j) += static_cast<float>(height * std::exp(-0.5 * r2 / (sigma_px * sigma_px)));
    }
  }
}

Image2 photographed(const Image2& light, double read_noise, std::uint64_t seed, std::uint64_t key) {
  Image2 out(light.width, light.height);
  Random random(seed, key);
  for (std::size_t i = 0; i < light.pixels.size(); ++i) {
    const double photons = static_cast<double>(random.poisson(std::max(0.0, static_cast<double>(light.pixels[i]))));
    out.pixels[i] = static_cast<float>(std::clamp(std::round(photons + random.normal(0, read_noise)), 0.0, 65535.0));
  }
  return out;
}

UptakeScene cell_uptake_scene(const CellUptakePhantomSettings& s, UptakeField kind, std::uint64_t seed) {
  UptakeScene out;
  const auto width = static_cast<std::size_t>(s.width), height = static_cast<std::size_t>(s.height);
  const auto ground = static_cast<float>(s.background);
  out.nuclei = out.vesicles = out.second = Image2(width, height, ground);
  Random random(seed, 1 + static_cast<std::uint64_t>(kind));
  if (kind == UptakeField::kBeads) {
    render_beads(s, random, out);
  } else {
    const std::vector<Body> all = bodies(s, random);
    add_domes(out.nuclei, all, s.pixel_um, 0, kNucleusCounts, true);
    if (s.blur_um > 0) out.nuclei = gaussian(out.nuclei, s.blur_um / s.pixel_um);
    const double haze = kind == UptakeField::kUnstained ? 0 : s.haze_counts;
    add_domes(out.vesicles, all, s.pixel_um, kReach, haze + s.auto_counts, false);
    add_domes(out.second, all, s.pixel_um, kReach, s.auto_counts, false);
    Painter painter{s, all, random, out};
    // In the cold a tenth of the vesicles stick and none is taken in.
    const double stuck = kind == UptakeField::kCold ? 0.1 : kind == UptakeField::kSample ? 1 : 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out.cells.push_back({all[i].x / s.pixel_um, all[i].y / s.pixel_um, false, 0});
      const bool positive = random.uniform() < s.positive_fraction;
      std::uint64_t vesicles =
          positive ? std::max<std::uint64_t>(1, negative_binomial(random, s.vesicles, s.shape)) : 0;
      if (kind == UptakeField::kCold) vesicles = random.poisson(stuck * s.vesicles * s.positive_fraction);
      if (stuck == 0) vesicles = 0;
      out.cells.back().positive = kind == UptakeField::kSample && vesicles > 0;
      for (std::uint64_t k = 0; k < vesicles; ++k) painter.spot(i, true);
      const std::uint64_t dye = kind == UptakeField::kUnstained ? 0 : random.poisson(s.dye_spots);
      const std::uint64_t others = dye + random.poisson(s.granules);
      for (std::uint64_t k = 0; k < others; ++k) painter.spot(i, false);
      const std::uint64_t alone = random.poisson(s.second_alone);
      for (std::uint64_t k = 0; k < alone; ++k) painter.second_alone(i);
    }
  }
  std::uint64_t key = 100 * (1 + static_cast<std::uint64_t>(kind));
  for (Image2* image : {&out.nuclei, &out.vesicles, &out.second})
    *image = photographed(*image, s.read_noise, seed, ++key);
  return out;
}

std::string cell_uptake_tiff(const CellUptakePhantomSettings& settings, const UptakeScene& scene) {
  phantom::TiffPlanes tiff;
  tiff.width = scene.nuclei.width;
  tiff.height = scene.nuclei.height;
  tiff.bits = 16;
  if (settings.scale_in_file) tiff.pixel_um = settings.pixel_um;
  tiff.channels = {"DAPI", "PKH26"};
  std::vector<const Image2*> planes = {&scene.nuclei, &scene.vesicles};
  if (settings.second) {
    tiff.channels.emplace_back("CD63");
    planes.push_back(&scene.second);
  }
  for (const Image2* plane : planes) {
    tiff.planes.emplace_back();
    for (const float value : plane->pixels) tiff.planes.back().push_back(static_cast<std::uint16_t>(value));
  }
  return phantom::tiff_file(tiff);
}

void CellUptakePhantomSettings::describe(Fields& f) {
  f.integer("width", width, {.low = 64, .high = 4096, .help = "Pixels across."});
  f.integer("height", height, {.low = 64, .high = 4096, .help = "Pixels down."});
  f.integer("fields", fields, {.low = 1, .high = 100, .help = "Fields of the sample."});
  f.integer("control_fields", control_fields, {.low = 0, .high = 100, .help = "Fields of each control."});
  f.number("pixel_um", pixel_um, {.unit = "um", .low = 0.05, .high = 2, .help = "Edge of a pixel."});
  f.flag("scale_in_file", scale_in_file, {.help = "The file states the size of a pixel."});
  f.number("nucleus_um", nucleus_um, {.unit = "um", .low = 4, .high = 40, .help = "Diameter of a nucleus."});
  f.number("spacing_um", spacing_um, {.unit = "um", .low = 10, .high = 200, .help = "Distance between cells."});
  f.number("positive_fraction", positive_fraction, {.low = 0, .high = 1, .help = "Share of cells with vesicles."});
  f.number("vesicles", vesicles, {.low = 1, .high = 200, .help = "Mean spots of a cell with vesicles."});
  f.number("shape", shape, {.low = 0.1, .high = 1000, .help = "Shape of their negative binomial."});
  f.number("dye_spots", dye_spots, {.low = 0, .high = 50, .help = "Mean spots of dye alone in a treated cell."});
  f.number("granules", granules, {.low = 0, .high = 50, .help = "Mean autofluorescent granules in a cell."});
  f.number("spot_counts", spot_counts,
           {.unit = "{counts}", .low = 1, .high = 10000, .help = "Median height of a spot."});
  f.number("spot_cv", spot_cv, {.low = 0, .high = 2, .help = "Spread of heights."});
  f.number("sigma_um", sigma_um,
           {.unit = "um", .low = 0.05, .high = 2, .help = "Standard deviation of a point's image."});
  f.number("haze_counts", haze_counts,
           {.unit = "{counts}", .low = 0, .high = 10000, .help = "Dye haze of treated cells."});
  f.number("auto_counts", auto_counts,
           {.unit = "{counts}", .low = 0, .high = 10000, .help = "Autofluorescence of cells."});
  f.number("background", background, {.unit = "{counts}", .low = 0, .high = 10000, .help = "Light between cells."});
  f.number("read_noise", read_noise, {.unit = "{counts}", .low = 0, .high = 100, .help = "Noise of the camera."});
  f.flag("second", second, {.help = "A second channel of vesicles, for colocalisation."});
  f.number("shared", shared, {.low = 0, .high = 1, .help = "Share of vesicles that the second channel shows as well."});
  f.number("second_alone", second_alone,
           {.low = 0, .high = 100, .help = "Mean further spots a cell in the second channel."});
  f.number("perinuclear_um", perinuclear_um,
           {.unit = "um",
            .low = 0,
            .high = 10,
            .help = "Mean distance of spots from the edge of the nucleus; 0: anywhere in the cell."});
  f.number("side_degrees", side_degrees,
           {.unit = "deg",
            .low = 0,
            .high = 360,
            .help = "Spread of spots about one side of the nucleus, standard deviation; 0: all around."});
  f.number("shift_x_um", shift_x_um, {.unit = "um", .low = -20, .high = 20, .help = "Shift of the second channel."});
  f.number("shift_y_um", shift_y_um, {.unit = "um", .low = -20, .high = 20, .help = "Shift of the second channel."});
  f.number("blur_um", blur_um, {.unit = "um", .low = 0, .high = 20, .help = "Out of focus by that much."});
  f.text("sample", sample, {.help = "Sample of the rows of the truth."});
}

namespace {

AnySettings make_settings() { return AnySettings::of<CellUptakePhantomSettings>(); }

void add_truth(const CellUptakePhantomSettings& s, std::size_t cells, std::size_t positive, std::size_t spots,
               ObservationTable& out) {
  const double n = static_cast<double>(cells);
  const std::array<std::pair<const char*, double>, 2> rows = {
      {{"uptake.corrected_fraction", static_cast<double>(positive) / n},
       {"uptake.spots_per_cell", static_cast<double>(spots) / n}}};
  for (const auto& [quantity, value] : rows) {
    Observation row = truth_row(quantity, s.sample, value);
    row.target = "all_fields";
    row.n = static_cast<std::int64_t>(cells);
    out.add(row);
  }
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<CellUptakePhantomSettings>();
  Rendered out;
  std::size_t cells = 0, positive = 0, spots = 0;
  struct Part {
    UptakeField kind;
    const char* name;
    const char* about;
    std::int64_t fields;
  };
  const std::array<Part, 4> parts = {
      {{UptakeField::kSample, "cells", "Cells with labelled vesicles.", s.fields},
       {UptakeField::kDyeOnly, "dye_only", "Cells with the dye alone.", s.control_fields},
       {UptakeField::kUnstained, "unstained", "Cells without dye.", s.control_fields},
       {UptakeField::kCold, "cold", "Cells with vesicles, kept at 4 °C.", s.control_fields}}};
  for (const Part& part : parts) {
    for (std::int64_t i = 0; i < part.fields; ++i) {
      const UptakeScene scene = cell_uptake_scene(s, part.kind, seed * 1000 + static_cast<std::uint64_t>(i));
      out.files.push_back({fmt::format("{}_{}.tif", part.name, i + 1), cell_uptake_tiff(s, scene), part.about});
      if (part.kind != UptakeField::kSample) continue;
      cells += scene.cells.size();
      for (const UptakeScene::Cell& cell : scene.cells) {
        positive += cell.positive ? 1 : 0;
        spots += cell.spots;
      }
    }
  }
  if (s.second) {
    const UptakeScene beads = cell_uptake_scene(s, UptakeField::kBeads, seed * 1000);
    out.files.push_back({"beads.tif", cell_uptake_tiff(s, beads), "Beads that shine in all channels."});
  }
  if (cells > 0) add_truth(s, cells, positive, spots, out.truth);
  return out;
}

}  // namespace

const Phantom kCellUptakePhantom = {
    "cell_uptake", "Uptake by cells",
    "Cells with labelled vesicles, their controls and beads, as TIFF files of several channels.", make_settings,
    render};

}  // namespace vesica
