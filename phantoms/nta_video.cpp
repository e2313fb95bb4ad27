// SPDX-License-Identifier: Apache-2.0
#include "phantoms/nta_video.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "phantoms/images.h"
#include <fmt/format.h>

namespace vesica {

namespace {

constexpr int kOpen = 6;           // steps while the shutter is open
constexpr double kMarginPx = 12;   // beyond the frame, out of which particles come
constexpr double kHalfDepths = 4;  // SDs of the sheet of light: half the depth of the box that repeats itself
constexpr double kReach = 3.5;     // SDs of a spot that are drawn
constexpr double kWide = 16;       // counts of 16 bits a count of 255
constexpr double kBoltzmann = 1.380649e-23;

double water_mpa_s(double t) {
  return 1.002 * std::pow(10.0, (20 - t) / (t + 96) * (1.2364 - 1.37e-3 * (20 - t) + 5.7e-6 * (20 - t) * (20 - t)));
}
double diffusion_um2_s(double d_nm, double t) {
  const double si = kBoltzmann * (t + 273.15) / (3 * std::acos(-1.0) * water_mpa_s(t) * 1e-3 * d_nm * 1e-9);
  return si * 1e12;
}

struct Particle {
  double x, y, z;     ///< µm; z = 0 in focus
  double step;        ///< SD per square root of a second
  double brightness;  ///< of the peak in focus
  bool stuck;
};

class Scene {
 public:
  Scene(const NtaVideoPhantomSettings& settings, const NtaFilm& film, std::uint64_t seed)
      : s_(settings), random_(seed, 0x6e7600 + film.key) {
    margin_ = kMarginPx * s_.pixel_um;
    size_ = {static_cast<double>(s_.width) * s_.pixel_um + 2 * margin_,
             static_cast<double>(s_.height) * s_.pixel_um + 2 * margin_, 2 * kHalfDepths * s_.sheet_um};
    const double ml = size_[0] * size_[1] * size_[2] * 1e-12;
    const Suspension dust = diluent();
    add(film.cell_per_ml * ml, [&] { return s_.suspension.draw_nm(random_); });
    add(film.blank_per_ml * ml, [&] { return dust.draw_nm(random_); });
    add(film.bead_per_ml * ml, [&] { return s_.bead_nm; });
    for (std::int64_t i = 0; i < s_.stuck; ++i) {
      particles_.push_back(place(200));
      particles_.back().z = random_.uniform(-1, 1) * s_.sheet_um / 2;
      particles_.back().stuck = true;
    }
  }

  Image2 next() {
    const double frame_s = 1 / s_.frame_rate_hz, open_s = std::min(s_.exposure_ms / 1000, frame_s);
    Image2 out(static_cast<std::size_t>(s_.width), static_cast<std::size_t>(s_.height),
               static_cast<float>(s_.background));
    const double shake[2] = {s_.vibration_um * random_.normal(), s_.vibration_um * random_.normal()};
    for (Particle& particle : particles_) {
      for (int k = 0; k < kOpen; ++k) {
        move(particle, open_s / kOpen / 2);
        draw(particle, shake, out);
        move(particle, open_s / kOpen / 2);
      }
      move(particle, frame_s - open_s);
      wrap(particle);
    }
    for (float& value : out.pixels) {
      // Photons scatter as the root of their number, the camera's own noise is added.
      const double sd = std::sqrt(s_.noise * s_.noise * (0.5 + 0.5 * static_cast<double>(value) / (s_.background + 1)));
      value = static_cast<float>(std::clamp(static_cast<double>(value) + sd * random_.normal(), 0.0, 255.0));
    }
    return out;
  }

 private:
  template <typename Draw>
  void add(double expected, const Draw& draw) {
    const std::uint64_t n = expected > 0 ? random_.poisson(expected) : 0;
    for (std::uint64_t i = 0; i < n; ++i) particles_.push_back(place(draw()));
  }
  Particle place(double d_nm) {
    const auto law = [&](double d) { return std::pow(d / s_.soft_nm, 6) / (1 + std::pow(d / s_.soft_nm, 4)); };
    return {random_.uniform(0, size_[0]),
            random_.uniform(0, size_[1]),
            random_.uniform(-size_[2] / 2, size_[2] / 2),
            std::sqrt(2 * diffusion_um2_s(d_nm, s_.temperature_c)),
            s_.brightness * law(d_nm) / law(100),
            false};
  }
  void move(Particle& p, double seconds) {
    if (p.stuck || !(seconds > 0)) return;
    const double sd = p.step * std::sqrt(seconds);
    p.x += sd * random_.normal() + s_.drift_um_s * seconds;
    p.y += sd * random_.normal();
    p.z += sd * random_.normal();
  }
  void wrap(Particle& p) const {
    p.x -= size_[0] * std::floor(p.x / size_[0]);
    p.y -= size_[1] * std::floor(p.y / size_[1]);
    p.z -= size_[2] * std::round(p.z / size_[2]);
  }
  void draw(const Particle& p, const double shake[2], Image2& out) const {
    const double wider = 1 + p.z * p.z / (s_.focus_um * s_.focus_um);
    const double lit = std::exp(-p.z * p.z / (2 * s_.sheet_um * s_.sheet_um));
    const double peak = p.brightness * lit / wider / kOpen;
    if (peak * kOpen < 0.05) return;
    const double sd = s_.spot_um * std::sqrt(wider) / s_.pixel_um;
    const double x = (p.x - margin_ + shake[0]) / s_.pixel_um - 0.5, y = (p.y - margin_ + shake[1]) / s_.pixel_um - 0.5;
    const auto x0 = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::ceil(x - kReach * sd)));
    const auto x1 = std::min<std::ptrdiff_t>(s_.width - 1, static_cast<std::ptrdiff_t>(std::floor(x + kReach * sd)));
    const auto y0 = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::ceil(y - kReach * sd)));
    const auto y1 = std::min<std::ptrdiff_t>(s_.height - 1, static_cast<std::ptrdiff_t>(std::floor(y + kReach * sd)));
    if (x1 < x0) return;
    std::vector<double> across;
    for (std::ptrdiff_t i = x0; i <= x1; ++i) {
      const double u = (static_cast<double>(i) - x) / sd;
      across.push_back(std::exp(-u * u / 2));
    }
    for (std::ptrdiff_t j = y0; j <= y1; ++j) {
      const double v = (static_cast<double>(j) - y) / sd;
      const double line = peak * std::exp(-v * v / 2);
      float* row = &out.pixels[static_cast<std::size_t>(j * s_.width + x0)];
      for (std::size_t i = 0; i < across.size(); ++i) row[i] += static_cast<float>(line * across[i]);
    }
  }

  const NtaVideoPhantomSettings& s_;
  Random random_;
  double margin_ = 0;
  std::array<double, 3> size_{};
  std::vector<Particle> particles_;
};

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}
std::string chunk(const std::string& id, const std::string& body) {
  std::string out = id;
  put(out, body.size(), 4);
  out += body;
  if (body.size() % 2 == 1) out.push_back('\0');
  return out;
}

/// AVI 1.0 (RIFF) with raw 8-bit grey frames (fourcc Y800), one stream, an index.
std::string avi_file(const std::vector<Image2>& frames, double frame_rate_hz) {
  const std::size_t width = frames[0].width, height = frames[0].height, bytes = width * height;
  std::string avih, strh, strf;
  put(avih, static_cast<std::uint64_t>(std::lround(1e6 / frame_rate_hz)), 4);
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0x10}, std::uint64_t{frames.size()}, std::uint64_t{0},
        std::uint64_t{1}, std::uint64_t{bytes}, std::uint64_t{width}, std::uint64_t{height}, std::uint64_t{0},
        std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0}})
    put(avih, value, 4);
  strh = "vidsY800";
  constexpr std::uint64_t kScale = 1000;
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0}, kScale,
        static_cast<std::uint64_t>(std::lround(frame_rate_hz * kScale)), std::uint64_t{0}, std::uint64_t{frames.size()},
        std::uint64_t{bytes}, std::uint64_t{0xFFFFFFFF}, std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0}})
    put(strh, value, 4);
  put(strf, 40, 4);
  put(strf, width, 4);
  put(strf, height, 4);
  put(strf, 1, 2);
  put(strf, 8, 2);
  strf += "Y800";
  put(strf, bytes, 4);
  for (int i = 0; i < 4; ++i) put(strf, 0, 4);
  const std::string strl = chunk("LIST", "strl" + chunk("strh", strh) + chunk("strf", strf));
  std::string movi = "movi", index;
  for (const Image2& frame : frames) {
    std::string body;
    for (const float value : frame.pixels) body.push_back(static_cast<char>(std::lround(value)));
    index += "00db";
    put(index, 0x10, 4);
    put(index, movi.size(), 4);
    put(index, bytes, 4);
    movi += chunk("00db", body);
  }
  return chunk(
      "RIFF", "AVI " + chunk("LIST", "hdrl" + chunk("avih", avih) + strl) + chunk("LIST", movi) + chunk("idx1", index));
}

std::string file_of(const NtaVideoPhantomSettings& s, const NtaFilm& film, std::uint64_t seed) {
  const std::vector<Image2> frames = nta_frames(s, film, seed);
  if (s.format == "avi") return avi_file(frames, s.frame_rate_hz);
  phantom::TiffPlanes tiff;
  tiff.width = static_cast<std::size_t>(s.width);
  tiff.height = static_cast<std::size_t>(s.height);
  tiff.bits = s.bits > 8 ? 16 : 8;
  if (s.scale_in_file) {
    tiff.pixel_um = s.pixel_um;
    tiff.interval_s = 1 / s.frame_rate_hz;
  }
  for (const Image2& frame : frames) {
    std::vector<std::uint16_t> plane;
    for (const float value : frame.pixels)
      plane.push_back(static_cast<std::uint16_t>(std::lround(static_cast<double>(value) * (s.bits > 8 ? kWide : 1))));
    tiff.planes.push_back(std::move(plane));
  }
  return phantom::tiff_file(tiff);
}

void add_truth(ObservationTable& truth, const std::string& sample, std::string_view quantity, double value) {
  truth.add(truth_row(quantity, sample, value));
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<NtaVideoPhantomSettings>();
  Rendered out;
  const char* ending = s.format == "avi" ? "avi" : "tif";
  for (std::int64_t p = 0; p < s.preparations; ++p) {
    const std::string sample = fmt::format("{} {}", s.sample, p + 1);
    for (std::int64_t v = 0; v < s.videos; ++v) {
      NtaFilm film;
      film.key = static_cast<std::uint64_t>(1 + 100 * p + v);
      Random random(seed, 0x6e7700 + film.key);
      film.cell_per_ml = s.suspension.concentration_per_ml / s.dilution *
                         std::exp(random.normal(0, std::sqrt(std::log1p(s.video_cv * s.video_cv))));
      film.blank_per_ml = s.blanks > 0 ? s.blank_per_ml : 0;
      out.files.push_back({fmt::format("{}_{}_video_{}.{}", s.sample, p + 1, v + 1, ending), file_of(s, film, seed),
                           "A film of particles that diffuse."});
    }
    add_truth(out.truth, sample, "vesicle.concentration", s.suspension.concentration_per_ml);
    add_truth(out.truth, sample, "vesicle.diameter.mean", s.suspension.mean_nm());
    add_truth(out.truth, sample, "vesicle.diameter.sd", s.suspension.sd_nm());
    add_truth(out.truth, sample, "vesicle.diameter.d10", s.suspension.percentile_nm(0.1));
    add_truth(out.truth, sample, "vesicle.diameter.median", s.suspension.percentile_nm(0.5));
    add_truth(out.truth, sample, "vesicle.diameter.d90", s.suspension.percentile_nm(0.9));
  }
  for (std::int64_t b = 0; b < s.beads; ++b) {
    NtaFilm film;
    film.key = static_cast<std::uint64_t>(100001 + b);
    film.bead_per_ml = s.bead_per_ml;
    out.files.push_back({fmt::format("bead_{}.{}", b + 1, ending), file_of(s, film, seed), "A film of beads."});
  }
  for (std::int64_t b = 0; b < s.blanks; ++b) {
    NtaFilm film;
    film.key = static_cast<std::uint64_t>(200001 + b);
    film.blank_per_ml = s.blank_per_ml;
    out.files.push_back({fmt::format("blank_{}.{}", b + 1, ending), file_of(s, film, seed), "A film of the diluent."});
  }
  return out;
}

AnySettings make_settings() { return AnySettings::of<NtaVideoPhantomSettings>(); }

}  // namespace

std::vector<Image2> nta_frames(const NtaVideoPhantomSettings& settings, const NtaFilm& film, std::uint64_t seed) {
  Scene scene(settings, film, seed);
  std::vector<Image2> out;
  for (std::int64_t i = 0; i < settings.frames; ++i) out.push_back(scene.next());
  return out;
}

void NtaVideoPhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 2> kEndings = {"tiff", "avi"};
  fields.numbers("median_nm", suspension.median_nm,
                 {.unit = "nm", .low = 5, .high = 2000, .help = "Median diameter of each population."});
  fields.numbers("log_sd", suspension.log_sd, {.low = 0.001, .high = 1.5, .help = "SD of ln d of each population."});
  fields.numbers("share", suspension.share, {.low = 0, .high = 1, .help = "Share by number of each population."});
  fields.number("concentration_per_ml", suspension.concentration_per_ml,
                {.unit = "/mL", .low = 1, .high = 1e16, .help = "Concentration of the undiluted preparation."});
  fields.number("dilution", dilution, {.low = 1, .high = 1e9, .help = "Total dilution into the cell."});
  fields.integer("preparations", preparations, {.low = 1, .high = 100, .help = "Preparations."});
  fields.integer("videos", videos, {.low = 1, .high = 100, .help = "Videos a preparation."});
  fields.number("video_cv", video_cv, {.low = 0, .high = 2, .help = "CV of concentration between videos (lognormal)."});
  fields.integer("beads", beads, {.low = 0, .high = 100, .help = "Films of beads."});
  fields.number("bead_nm", bead_nm, {.unit = "nm", .low = 10, .high = 2000, .help = "Diameter of the beads."});
  fields.number("bead_per_ml", bead_per_ml, {.unit = "/mL", .low = 0, .high = 1e11, .help = "Beads in the cell."});
  fields.integer("blanks", blanks, {.low = 0, .high = 100, .help = "Films of the diluent; then samples hold it too."});
  fields.number("blank_per_ml", blank_per_ml,
                {.unit = "/mL", .low = 0, .high = 1e11, .help = "Particles of the diluent in the cell."});
  fields.integer("width", width, {.low = 32, .high = 2048, .help = "Pixels across."});
  fields.integer("height", height, {.low = 32, .high = 2048, .help = "Pixels down."});
  fields.integer("frames", frames, {.low = 1, .high = 10000, .help = "Frames a film."});
  fields.number("pixel_um", pixel_um, {.unit = "um", .low = 0.05, .high = 2, .help = "Edge of a pixel."});
  fields.number("frame_rate_hz", frame_rate_hz, {.unit = "Hz", .low = 1, .high = 1000, .help = "Frames a second."});
  fields.number("exposure_ms", exposure_ms, {.unit = "ms", .low = 0.01, .high = 1000, .help = "Open shutter."});
  fields.number("temperature_c", temperature_c, {.unit = "Cel", .low = 1, .high = 60, .help = "Temperature."});
  fields.number("drift_um_s", drift_um_s, {.unit = "um/s", .low = 0, .high = 1000, .help = "Drift along x."});
  fields.number("vibration_um", vibration_um, {.unit = "um", .low = 0, .high = 10, .help = "SD of a shaking stage."});
  fields.number("spot_um", spot_um, {.unit = "um", .low = 0.05, .high = 5, .help = "SD of a spot in focus."});
  fields.number("focus_um", focus_um,
                {.unit = "um", .low = 0.2, .high = 50, .help = "Distance from focus at half brightness."});
  fields.number("sheet_um", sheet_um, {.unit = "um", .low = 0.2, .high = 50, .help = "SD of the sheet of light."});
  fields.number("brightness", brightness, {.low = 1, .high = 1000, .help = "Peak of 100 nm in focus, of 255."});
  fields.number("soft_nm", soft_nm,
                {.unit = "nm", .low = 20, .high = 2000, .help = "Brightness rises as d^6 below, as d^2 above."});
  fields.number("background", background, {.low = 0, .high = 200, .help = "Light without particles, of 255."});
  fields.number("noise", noise, {.low = 0, .high = 50, .help = "SD of a pixel without particles, of 255."});
  fields.integer("stuck", stuck, {.low = 0, .high = 1000, .help = "Particles on the glass."});
  fields.integer("bits", bits, {.low = 8, .high = 16, .help = "Bits of a value of the TIFF: 8 or 16."});
  fields.choice("format", format, kEndings, {.help = "Kind of file."});
  fields.flag("scale_in_file", scale_in_file, {.help = "TIFF: write pixel size and frame interval into the file."});
  fields.text("sample", sample, {.help = "Name of the samples."});
}

const Phantom kNtaVideoPhantom = {"nta_video", "Films of particles",
                                  "Particles that diffuse through the focus of a tracking instrument, as films.",
                                  make_settings, render};

}  // namespace vesica
