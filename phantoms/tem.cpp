// SPDX-License-Identifier: Apache-2.0
#include "phantoms/tem.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/io/still.h"

namespace vesica {

namespace {

constexpr double kGround = 150;              // grey of the stain
constexpr double kBody = 45;                 // how much brighter a vesicle is
constexpr double kRim = 12, kRimNm = 6;      // the membrane above the body, and its width
constexpr double kHalo = -40, kHaloNm = 14;  // stain that gathers around a vesicle, and how far it reaches
constexpr double kLumen = 0.55;              // of the half axes: the dark part of a cup
constexpr double kApartNm = 16;              // least gap between vesicles that do not touch
constexpr double kGrainNm = 1.5;             // SD of the grain's blur

/// Distance of a point to an ellipse's outline in pixels, negative inside: first order, exact for circles.
double outside(const TemVesicle& v, double x, double y) {
  const double c = std::cos(v.angle), s = std::sin(v.angle);
  const double u = (c * (x - v.x) + s * (y - v.y)) / v.major, w = (c * (y - v.y) - s * (x - v.x)) / v.minor;
  const double f = std::hypot(u, w);
  if (f < 1e-9) return -v.minor;
  const double slope = std::hypot(u / v.major, w / v.minor) / f;
  return (f - 1) / slope;
}

TemVesicle drawn(const TemPhantomSettings& s, Random& random) {
  TemVesicle out;
  constexpr double kLeastNm = 40, kMostNm = 180;
  const double d = std::clamp(s.diameter_nm * std::exp(s.spread * random.normal()), kLeastNm, kMostNm) / s.pixel_nm;
  const double ratio = random.uniform() < s.ellipses ? random.uniform(1.1, 1.6) : 1;
  out.major = d / 2 * std::sqrt(ratio);
  out.minor = d / 2 / std::sqrt(ratio);
  out.angle = random.uniform(0, std::numbers::pi);
  out.cup = random.uniform() < s.cups;
  return out;
}

bool clear_of(const TemVesicle& one, const std::vector<TemVesicle>& others, double gap) {
  return std::all_of(others.begin(), others.end(), [&](const TemVesicle& other) {
    return std::hypot(one.x - other.x, one.y - other.y) >= one.major + other.major + gap;
  });
}

/// Centres anywhere in the field and a radius beyond it, so that some are cut as often as chance has it.
std::vector<TemVesicle> placed(const TemPhantomSettings& s, std::uint64_t seed) {
  Random random(seed, 1);
  std::vector<TemVesicle> out;
  const double gap = kApartNm / s.pixel_nm;
  std::int64_t pairs = s.pairs;
  constexpr int kTries = 2000;
  for (std::int64_t i = 0; i < s.vesicles; ++i) {
    TemVesicle one = drawn(s, random);
    for (int k = 0; k < kTries; ++k) {
      one.x = random.uniform(-0.7 * one.minor, static_cast<double>(s.width) + 0.7 * one.minor);
      one.y = random.uniform(-0.7 * one.minor, static_cast<double>(s.height) + 0.7 * one.minor);
      TemVesicle reach = one, partner = drawn(s, random);
      const bool with_partner = pairs > 0;
      partner.minor = partner.major = std::sqrt(partner.major * partner.minor);
      if (with_partner)
        one.major = one.minor = std::sqrt(one.major * one.minor), reach.major = one.major + 2 * partner.major;
      if (!clear_of(reach, out, gap)) continue;
      out.push_back(one);
      if (with_partner) {
        const double angle = random.uniform(0, 2 * std::numbers::pi), far = one.major + partner.major;
        partner.x = one.x + far * std::cos(angle), partner.y = one.y + far * std::sin(angle);
        out.push_back(partner);
        --pairs, ++i;
      }
      break;
    }
  }
  return out;
}

/// What the vesicles add to the stain: the brightest of those that hold a point, the deepest halo outside.
void add_vesicles(const TemPhantomSettings& s, TemScene& scene) {
  Image2 halo(scene.grey.width, scene.grey.height);
  const double reach = 5 * kHaloNm / s.pixel_nm;
  for (std::size_t i = 0; i < scene.vesicles.size(); ++i) {
    const TemVesicle& v = scene.vesicles[i];
    const auto low = [](double at) { return static_cast<std::ptrdiff_t>(std::max(0.0, at)); };
    const auto high = [](double at, std::size_t n) {
      return static_cast<std::ptrdiff_t>(std::min(at, static_cast<double>(n) - 1));
    };
    const double r = v.major + reach;
    for (std::ptrdiff_t y = low(v.y - r); y <= high(v.y + r, halo.height); ++y) {
      for (std::ptrdiff_t x = low(v.x - r); x <= high(v.x + r, halo.width); ++x) {
        const auto at = static_cast<std::size_t>(y) * halo.width + static_cast<std::size_t>(x);
        const double d = outside(v, static_cast<double>(x), static_cast<double>(y)), nm = d * s.pixel_nm;
        const double inside = std::clamp(0.5 - d, 0.0, 1.0);
        if (d <= 0 && scene.truth.pixels[at] == 0) scene.truth.pixels[at] = static_cast<std::int32_t>(i + 1);
        halo.pixels[at] = std::min(halo.pixels[at], static_cast<float>(kHalo * std::exp(-std::max(nm, 0.0) / kHaloNm)));
        if (!(inside > 0)) continue;
        double body = kBody + kRim * std::clamp(1 + nm / kRimNm, 0.0, 1.0);
        TemVesicle lumen = v;
        lumen.major *= kLumen, lumen.minor *= kLumen;
        if (v.cup) body -= (kBody + 10) * std::clamp(0.5 - outside(lumen, double(x), double(y)) / 3, 0.0, 1.0);
        // Halo and ground give way to the body by the share of the pixel that it covers.
        float& pixel = scene.grey.pixels[at];
        pixel += static_cast<float>(inside * (body - static_cast<double>(halo.pixels[at])));
      }
    }
  }
  for (std::size_t k = 0; k < halo.pixels.size(); ++k) scene.grey.pixels[k] += halo.pixels[k];
}

/// Specks and shreds too small to be vesicles, away from them.
void add_debris(const TemPhantomSettings& s, std::uint64_t seed, TemScene& scene) {
  Random random(seed, 2);
  for (std::int64_t i = 0; i < s.debris; ++i) {
    const double x = random.uniform(0, static_cast<double>(s.width)),
                 y = random.uniform(0, static_cast<double>(s.height));
    const double radius = random.uniform(2, 8) / s.pixel_nm, height = random.uniform(10, 40);
    TemVesicle speck{x, y, radius, radius, 0, false};
    if (!clear_of(speck, scene.vesicles, kApartNm / s.pixel_nm)) continue;
    const double r = 3 * radius;
    for (auto v = static_cast<std::ptrdiff_t>(y - r); v <= static_cast<std::ptrdiff_t>(y + r); ++v) {
      for (auto u = static_cast<std::ptrdiff_t>(x - r); u <= static_cast<std::ptrdiff_t>(x + r); ++u) {
        if (u < 0 || v < 0 || u >= s.width || v >= s.height) continue;
        const double d = std::hypot(static_cast<double>(u) - x, static_cast<double>(v) - y) / radius;
        scene.grey.at(static_cast<std::size_t>(u), static_cast<std::size_t>(v)) +=
            static_cast<float>(height * std::exp(-d * d));
      }
    }
  }
}

/// Slow changes of the stain and its grain (white noise blurred by three passes of a short box).
void add_stain(const TemPhantomSettings& s, std::uint64_t seed, Image2& grey) {
  Random random(seed, 3);
  const double a = random.uniform(0, 6.28), b = random.uniform(0, 6.28);
  Image2 grain(grey.width, grey.height);
  for (float& value : grain.pixels) value = static_cast<float>(random.normal());
  const double sigma = kGrainNm / s.pixel_nm, side = std::exp(-0.5 / std::max(sigma * sigma, 1e-6));
  for (int pass = 0; pass < 2; ++pass) {  // three taps along rows, then along columns
    const Image2 before = grain;
    const std::size_t step = pass == 0 ? 1 : grey.width;
    for (std::size_t i = step; i + step < grain.pixels.size(); ++i) {
      grain.pixels[i] =
          static_cast<float>((static_cast<double>(before.pixels[i]) +
                              side * static_cast<double>(before.pixels[i - step] + before.pixels[i + step])) /
                             std::sqrt(1 + 2 * side * side));
    }
  }
  for (std::size_t y = 0; y < grey.height; ++y) {
    for (std::size_t x = 0; x < grey.width; ++x) {
      const double u = static_cast<double>(x) / static_cast<double>(grey.width),
                   v = static_cast<double>(y) / static_cast<double>(grey.height);
      const double light = 1 + s.uneven_stain * (std::sin(4 * u + 2 * v + a) + std::cos(3 * v - 3 * u + b)) / 1.5;
      float& pixel = grey.at(x, y);
      pixel = static_cast<float>(static_cast<double>(pixel) * light + s.noise * static_cast<double>(grain.at(x, y)));
    }
  }
}

TemBar bar_for(const TemPhantomSettings& s) {
  TemBar out;
  const double room = static_cast<double>(s.width) * s.pixel_nm / 3;
  out.nm = 50;
  for (const double nm : {100.0, 200.0, 500.0, 1000.0, 2000.0}) out.nm = nm <= room ? nm : out.nm;
  out.label = out.nm >= 1000 ? fmt::format("{} \xC2\xB5m", out.nm / 1000) : fmt::format("{} nm", out.nm);
  out.banner = s.scale == "banner";
  out.halo = !out.banner;
  return out;
}

/// d = 2 sqrt(a b), whole when the box lies in the field, weighted as the assay weights.
void add_truth(const TemPhantomSettings& s, const TemScene& scene, ObservationTable& truth) {
  const auto add = [&](std::string_view quantity, double value) { truth.add(truth_row(quantity, s.sample, value)); };
  double seen = 0, weight = 0, sum = 0;
  const auto width = static_cast<double>(s.width), height = static_cast<double>(s.height);
  for (std::size_t i = 0; i < scene.vesicles.size(); ++i) {
    const TemVesicle& v = scene.vesicles[i];
    seen += std::count(scene.truth.pixels.begin(), scene.truth.pixels.end(), static_cast<std::int32_t>(i + 1)) > 0;
    const double c = std::cos(v.angle), d = std::sin(v.angle);
    const double w = std::hypot(v.major * c, v.minor * d), h = std::hypot(v.major * d, v.minor * c);
    if (v.x - w < 0 || v.y - h < 0 || v.x + w > width - 1 || v.y + h > height - 1) continue;
    const double chance = (width - 2 * w) * (height - 2 * h) / (width * height);
    weight += 1 / chance;
    sum += 2 * std::sqrt(v.major * v.minor) * s.pixel_nm / chance;
  }
  add("tem.count", seen);
  add("tem.pixel_size", s.pixel_nm);
  add("tem.area_density", weight / (width * height * s.pixel_nm * s.pixel_nm * 1e-6));
  if (weight > 0) add("tem.diameter.mean", sum / weight);
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& settings = any.get<TemPhantomSettings>();
  const TemScene scene = tem_scene(settings, seed);
  Rendered out;
  const bool tag = settings.scale == "tag" && settings.file == "tiff";
  out.files.push_back({"tem." + std::string(settings.file == "tiff" ? "tif" : settings.file),
                       tem_file(scene.grey, settings.file, tag ? settings.pixel_nm / 1000 : 0),
                       "A negative-stain micrograph of vesicles."});
  std::vector<std::uint16_t> labels(scene.truth.pixels.begin(), scene.truth.pixels.end());
  out.files.push_back({"truth/tem_labels.png", write_png16(scene.truth.width, scene.truth.height, labels),
                       "Number of the vesicle in every pixel."});
  add_truth(settings, scene, out.truth);
  return out;
}

AnySettings make_settings() { return AnySettings::of<TemPhantomSettings>(); }

}  // namespace

TemScene tem_scene(const TemPhantomSettings& settings, std::uint64_t seed) {
  TemScene out;
  const auto width = static_cast<std::size_t>(settings.width), height = static_cast<std::size_t>(settings.height);
  out.grey = Image2(width, height, static_cast<float>(kGround));
  out.truth = Labels2(width, height);
  out.vesicles = placed(settings, seed);
  add_vesicles(settings, out);
  add_debris(settings, seed, out);
  add_stain(settings, seed, out.grey);
  for (float& pixel : out.grey.pixels) {
    const float kept = std::clamp(std::round(pixel), 0.0F, 255.0F);
    pixel = settings.dark ? 255 - kept : kept;
  }
  out.has_bar = settings.scale == "bar" || settings.scale == "banner";
  if (out.has_bar) {
    out.bar = bar_for(settings);
    draw_bar(out.bar, settings.pixel_nm, out.grey, out.truth);
  }
  return out;
}

void TemPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 3> kFiles = {"tiff", "png", "jpeg"};
  static constexpr std::array<std::string_view, 4> kScales = {"tag", "bar", "banner", "none"};
  fields.integer("width", width, {.low = 64, .high = 8192, .help = "Pixels across."});
  fields.integer("height", height, {.low = 64, .high = 8192, .help = "Pixels down."});
  fields.number("pixel_nm", pixel_nm, {.unit = "nm", .low = 0.2, .high = 10, .help = "Edge of a pixel."});
  fields.integer("vesicles", vesicles, {.low = 0, .high = 10000, .help = "Vesicles, those cut by the border too."});
  fields.number("diameter_nm", diameter_nm, {.unit = "nm", .low = 30, .high = 300, .help = "Median diameter."});
  fields.number("spread", spread, {.low = 0, .high = 1, .help = "Standard deviation of the logarithm of diameter."});
  fields.number("ellipses", ellipses, {.low = 0, .high = 1, .help = "Share that is longer than wide."});
  fields.number("cups", cups, {.low = 0, .high = 1, .help = "Share with a dark lumen."});
  fields.integer("pairs", pairs, {.low = 0, .high = 1000, .help = "Pairs that touch."});
  fields.integer("debris", debris, {.low = 0, .high = 100000, .help = "Specks too small to be vesicles."});
  fields.number("uneven_stain", uneven_stain, {.low = 0, .high = 0.5, .help = "Unevenness of the stain."});
  fields.number("noise", noise, {.low = 0, .high = 50, .help = "Grain, of 255 levels."});
  fields.flag("dark", dark, {.help = "Vesicles dark on bright ground."});
  fields.choice("file", file, kFiles, {.help = "Kind of file."});
  fields.choice("scale", scale, kScales, {.help = "Where the scale stands: the file's tag, a bar, a banner, nowhere."});
  fields.text("sample", sample, {.help = "Name of the sample."});
}

const Phantom kTemPhantom = {"tem", "Electron micrograph",
                             "Vesicles of known outlines in uneven stain, with a tag or a burnt-in scale bar.",
                             make_settings, render};

}  // namespace vesica
