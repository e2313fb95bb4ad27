// SPDX-License-Identifier: Apache-2.0
#include "phantoms/nuclei.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantoms/images.h"

#include "vesica/base/random.h"
#include "vesica/io/imagej_roi.h"
#include "vesica/ops/segment_regions.h"

namespace vesica {

namespace {

// Chosen: U2OS and mesenchymal cells; half axes in micrometres.
constexpr double kLongUm = 8, kShortUm = 6, kSpread = 0.12;
constexpr double kStain = 800, kGround = 120, kDarkNoise = 6, kTop = 4095;

struct Nucleus {
  double x = 0, y = 0, a = 1, b = 1, angle = 0;
  double stain = 0, marker = 0;
  /// Distance from the border in units of the half axes: below 1 inside.
  double ratio(double px, double py) const {
    const double dx = px - x, dy = py - y, c = std::cos(angle), s = std::sin(angle);
    return std::hypot((dx * c + dy * s) / a, (-dx * s + dy * c) / b);
  }
  double reach() const { return std::max(a, b); }
};

/// Radius of an ellipse in the direction (dx, dy).
double radius_towards(const Nucleus& n, double dx, double dy) {
  const double length = std::hypot(dx, dy);
  return length / n.ratio(n.x + dx, n.y + dy);
}

std::vector<Nucleus> placed(const NucleiPhantomSettings& s, Random& random) {
  std::vector<Nucleus> out;
  const auto width = static_cast<double>(s.width), height = static_cast<double>(s.height);
  // Two ellipses stay apart when the sum of their radii along the line between the middles is less than its length.
  const auto fits = [&](const Nucleus& n, std::size_t but, double gap) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double dx = out[i].x - n.x, dy = out[i].y - n.y, away = std::hypot(dx, dy);
      const double least = i == but ? 0.97 * (radius_towards(n, dx, dy) + radius_towards(out[i], dx, dy))
                                    : n.reach() + out[i].reach() + gap;
      if (away < least) return false;
    }
    return n.x > n.reach() + 2 && n.y > n.reach() + 2 && n.x < width - n.reach() - 3 && n.y < height - n.reach() - 3;
  };
  const auto wanted = static_cast<std::size_t>(s.nuclei);
  for (int attempt = 0; out.size() < wanted && attempt < 200 * static_cast<int>(wanted); ++attempt) {
    Nucleus n;
    n.a = kLongUm / s.pixel_um * std::exp(random.normal(0, kSpread));
    n.b = kShortUm / s.pixel_um * std::exp(random.normal(0, kSpread));
    n.angle = random.uniform(0, std::numbers::pi);
    n.x = random.uniform(0, width);
    n.y = random.uniform(0, height);
    const bool pair = out.size() % 2 == 1 && random.uniform() < s.touching;
    if (pair) {
      const Nucleus& other = out.back();
      const double towards = random.uniform(0, 2 * std::numbers::pi), c = std::cos(towards), d = std::sin(towards);
      n.x = other.x + c;
      n.y = other.y + d;
      const double away = 0.98 * (radius_towards(n, -c, -d) + radius_towards(other, c, d));
      n.x = other.x + away * c;
      n.y = other.y + away * d;
    }
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    if (fits(n, pair ? out.size() - 1 : kNone, 4)) out.push_back(n);
  }
  return out;
}

}  // namespace

void NucleiPhantomSettings::describe(Fields& fields) {
  fields.integer("width", width, {.low = 32, .high = 4096, .help = "Pixels of the field's width."});
  fields.integer("height", height, {.low = 32, .high = 4096, .help = "Pixels of the field's height."});
  fields.integer("nuclei", nuclei, {.low = 0, .high = 5000, .help = "Nuclei of the field, as many as fit."});
  fields.number("positive", positive, {.low = 0, .high = 1, .help = "Share of positive nuclei."});
  fields.number("touching", touching, {.low = 0, .high = 1, .help = "Share of nuclei put beside another."});
  fields.number("pixel_um", pixel_um, {.unit = "um", .low = 0.1, .high = 5, .help = "Edge of a pixel."});
  fields.number("bleed", bleed, {.low = 0, .high = 1, .help = "Nuclear stain that the marker's channel shows."});
  fields.number("uneven_light", uneven_light, {.low = 0, .high = 0.9, .help = "Fall of the light to the corners."});
  fields.number("marker", marker, {.low = 0, .high = 4000, .help = "Counts of a positive nucleus."});
  fields.number("haze", haze, {.low = 0, .high = 4000, .help = "Counts of a negative one in the marker's channel."});
  fields.number("exposure", exposure, {.low = 0, .high = 100, .help = "Times all light."});
  fields.number("noise", noise, {.low = 0, .high = 20, .help = "Times the camera's noise."});
  fields.number("blur_um", blur_um, {.unit = "um", .low = 0.05, .high = 50, .help = "Blur of the focus."});
  fields.flag(
      "light_pictures", light_pictures,
      {.help = "Also write what an even slide shows (flat.ome.tif) and the camera without light (dark.ome.tif)."});
  fields.flag("regions", regions, {.help = "Outlines of two named parts as an ImageJ ROI archive beside the image."});
  fields.text("sample", sample, {.help = "Name of the sample in the truth."});
}

namespace {

/// Light at a pixel; 1 in the middle at an exposure of 1.
double light_at(const NucleiPhantomSettings& s, std::size_t x, std::size_t y) {
  const double dx = 2 * static_cast<double>(x) / static_cast<double>(s.width) - 1;
  const double dy = 2 * static_cast<double>(y) / static_cast<double>(s.height) - 1;
  return s.exposure * (1 - s.uneven_light * (dx * dx + dy * dy) / 2);
}

/// A field of `even` counts of fluorescence everywhere, in both channels; the mean of many pictures, without noise.
NucleiField even_field(const NucleiPhantomSettings& s, double even) {
  NucleiField out;
  out.labels = Labels2(static_cast<std::size_t>(s.width), static_cast<std::size_t>(s.height));
  Image2 plane(out.labels.width, out.labels.height);
  for (std::size_t y = 0; y < plane.height; ++y) {
    for (std::size_t x = 0; x < plane.width; ++x)
      plane.row(y)[x] = static_cast<float>(std::clamp(std::round(light_at(s, x, y) * even + kGround / 2), 0.0, kTop));
  }
  out.channels = {plane, plane};
  return out;
}

}  // namespace

NucleiField nuclei_field(const NucleiPhantomSettings& s, std::uint64_t seed) {
  Random random(seed, 77), camera(seed, 78);
  std::vector<Nucleus> all = placed(s, random);
  const auto width = static_cast<std::size_t>(s.width), height = static_cast<std::size_t>(s.height);
  NucleiField out;
  out.labels = Labels2(width, height);
  out.positive.assign(all.size() + 1, 0);
  // Exactly the wanted share, in a random order.
  const auto positives = static_cast<std::size_t>(std::lround(s.positive * static_cast<double>(all.size())));
  for (std::size_t i = 0, left = positives; i < all.size(); ++i) {
    const bool is = random.uniform() * static_cast<double>(all.size() - i) < static_cast<double>(left);
    if (is) --left;
    out.positive[i + 1] = is ? 1 : 0;
    all[i].stain = kStain * std::exp(random.normal(0, 0.2));
    all[i].marker = (is ? s.marker : s.haze) * std::exp(random.normal(0, 0.25));
  }
  std::vector<double> stain(width * height, 0), marker(width * height, 0);
  const double blur = s.blur_um / s.pixel_um;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Nucleus& n = all[i];
    const double reach = n.reach() + 4 * blur + 1, size = std::sqrt(n.a * n.b);
    const auto bound = [](double v, std::size_t most) {
      return static_cast<std::size_t>(std::clamp(v, 0.0, static_cast<double>(most)));
    };
    for (std::size_t y = bound(n.y - reach, height); y < bound(n.y + reach + 1, height); ++y) {
      for (std::size_t x = bound(n.x - reach, width); x < bound(n.x + reach + 1, width); ++x) {
        const double ratio = n.ratio(static_cast<double>(x), static_cast<double>(y));
        // An edge blurred by a Gaussian: the normal distribution of the distance from it.
        const double share = 0.5 * std::erfc((ratio - 1) * size / (std::numbers::sqrt2 * blur));
        stain[y * width + x] += n.stain * share;
        marker[y * width + x] += n.marker * share;
        if (ratio < 1 && out.labels.at(x, y) == 0) out.labels.at(x, y) = static_cast<std::int32_t>(i + 1);
      }
    }
  }
  out.channels = {Image2(width, height), Image2(width, height)};
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t i = y * width + x;
      const double light = light_at(s, x, y);
      for (std::size_t c = 0; c < 2; ++c) {
        const double signal =
            light * ((c == 0 ? stain[i] : marker[i] + s.bleed * stain[i]) + kGround / 2) + kGround / 2;
        const double seen = signal + s.noise * camera.normal(0, std::hypot(kDarkNoise, std::sqrt(signal)));
        out.channels[c].pixels[i] = static_cast<float>(std::clamp(std::round(seen), 0.0, kTop));
      }
    }
  }
  return out;
}

namespace {

Observation share_row(const std::string& sample, const std::string& target, double positives, double all) {
  Observation row = truth_row("nuclei.positive_fraction", sample, all > 0 ? positives / all : kNaN);
  row.target = target;
  if (all < 1) row.status = Status::kNoObjects;
  return row;
}

/// A triangle at the left, the lesion, and the band beside it: sides of a drawn shape are no rows and columns.
std::vector<ImageJRoi> regions_of(const NucleiPhantomSettings& s) {
  const auto w = static_cast<double>(s.width), h = static_cast<double>(s.height);
  return {{"lesion", true, {{{0, 0}, {std::floor(0.6 * w), std::floor(0.5 * h)}, {0, h}}}},
          {"healthy", true, {{{std::floor(0.7 * w), 0}, {w, 0}, {w, h}, {std::floor(0.7 * w), h}}}}};
}

/// Nuclei whose middle lies in a region, and the area of its pixels: by the winding of the outline, not by the
/// program's own painting.
void add_regions(const NucleiPhantomSettings& s, const NucleiField& field, Rendered& out) {
  const std::vector<ImageJRoi> regions = regions_of(s);
  std::size_t left_out = 0;
  out.files.push_back({"nuclei_regions.zip", write_roi_zip(regions, left_out), "Outlines of two parts of the field."});
  for (const ImageJRoi& region : regions) {
    const auto inside = [&](double x, double y) {
      const std::vector<RoiPoint>& path = region.paths[0];
      for (std::size_t i = 0; i < path.size(); ++i) {
        const RoiPoint &a = path[i], &b = path[(i + 1) % path.size()];
        if ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) < 0) return false;  // convex, clockwise on screen
      }
      return true;
    };
    double all = 0, positives = 0, pixels = 0;
    for (const Region& nucleus : measure_regions(field.labels)) {
      if (!inside(std::round(nucleus.x) + 0.5, std::round(nucleus.y) + 0.5)) continue;
      ++all;
      positives += field.positive[static_cast<std::size_t>(nucleus.label)];
    }
    for (std::size_t y = 0; y < field.labels.height; ++y)
      for (std::size_t x = 0; x < field.labels.width; ++x)
        pixels += inside(static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5) ? 1 : 0;
    Observation count = truth_row("nuclei.count", s.sample, all);
    count.target = region.name;
    out.truth.add(count);
    Observation area = truth_row("nuclei.field_area", s.sample, pixels * s.pixel_um * s.pixel_um * 1e-6);
    area.target = region.name;
    out.truth.add(area);
    out.truth.add(share_row(s.sample, "edu+ in " + region.name, positives, all));
  }
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<NucleiPhantomSettings>();
  const NucleiField field = nuclei_field(s, seed);
  Rendered out;
  out.files.push_back({"nuclei.ome.tif", nuclei_tiff(s, field), "Nuclei and a marker."});
  if (s.light_pictures) {
    constexpr double kEven = 2000;  // counts, half of what the camera holds
    out.files.push_back({"flat.ome.tif", nuclei_tiff(s, even_field(s, kEven)), "An evenly fluorescent slide."});
    out.files.push_back({"dark.ome.tif", nuclei_tiff(s, even_field(s, 0)), "The camera without light."});
  }
  out.truth.add(truth_row("nuclei.count", s.sample, static_cast<double>(field.positive.size() - 1)));
  const double positives = static_cast<double>(std::count(field.positive.begin(), field.positive.end(), 1));
  out.truth.add(share_row(s.sample, "edu+", positives, static_cast<double>(field.positive.size() - 1)));
  if (s.regions) add_regions(s, field, out);
  return out;
}

AnySettings make_settings() { return AnySettings::of<NucleiPhantomSettings>(); }

}  // namespace

std::string nuclei_tiff(const NucleiPhantomSettings& settings, const NucleiField& field) {
  phantom::TiffPlanes tiff;
  tiff.width = field.labels.width;
  tiff.height = field.labels.height;
  tiff.bits = 16;
  tiff.pixel_um = settings.pixel_um;
  tiff.channels = {"DAPI", "EdU"};
  for (const Image2& channel : field.channels) {
    tiff.planes.emplace_back();
    for (const float value : channel.pixels) tiff.planes.back().push_back(static_cast<std::uint16_t>(value));
  }
  return phantom::tiff_file(tiff);
}

const Phantom kNucleiPhantom = {"nuclei", "Nuclei and positives",
                                "Nuclei in two channels, a known share positive, as an OME TIFF.", make_settings,
                                render};

}  // namespace vesica
