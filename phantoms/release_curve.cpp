// SPDX-License-Identifier: Apache-2.0
#include "phantoms/release_curve.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/random.h"
#include "vesica/base/text.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kSignal = 1e-6;  ///< RFU for one particle per mL

/// 1 - 8/π² Σ exp(-(2i+1)² π² x / 4) / (2i+1)² with as many terms as it takes.
double slab(double x) {
  const double pi = std::acos(-1.0);
  if (x <= 0) return 0;
  double left = 0;
  for (int i = 0; i < 3000; ++i) {
    const double odd = 2 * i + 1;
    left += 8 / (odd * odd * pi * pi) * std::exp(-odd * odd * pi * pi * x / 4);
  }
  return 1 - left;
}

/// Time at which the true curve reaches a share, by halving.
double true_time(const ReleaseCurvePhantomSettings& settings, double share) {
  double low = 0, high = 1e9;
  if (release_share(settings, high) < share) return kNaN;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (release_share(settings, middle) < share ? low : high) = middle;
  }
  return high;
}

void add_truth(ObservationTable& truth, std::string_view quantity, const std::string& sample, double time_h,
               double value) {
  if (std::isnan(value)) return;
  Observation row;
  row.quantity = quantity;
  row.unit = find_quantity(quantity)->unit;
  row.sample = sample;
  row.time_h = time_h;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.value = value;
  truth.add(row);
}

AnySettings make_settings() { return AnySettings::of<ReleaseCurvePhantomSettings>(); }

Rendered render(const AnySettings& settings, std::uint64_t seed) {
  return render_release_curve(settings.get<ReleaseCurvePhantomSettings>(), seed);
}

}  // namespace

void ReleaseCurvePhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 2> kLaws = {"weibull", "slab"};
  static constexpr std::array<std::string_view, 2> kUnits = {"particles/mL", "RFU"};
  static constexpr std::array<std::string_view, 2> kMarks = {"point", "comma"};
  fields.choice("law", law, kLaws, {.help = "What follows the burst: a Weibull law, or diffusion out of a slab."});
  fields.number("burst", burst, {.low = 0, .high = 1, .help = "Share that leaves at first."});
  fields.number("burst_per_h", burst_per_h, {.unit = "/h", .low = 0, .high = 1e6, .help = "Its rate."});
  fields.number("tau_h", tau_h, {.unit = "h", .low = 1e-3, .high = 1e9, .help = "Scale of the law; slab: L²/D."});
  fields.number("shape", shape, {.low = 0.1, .high = 10, .help = "Shape of the Weibull law."});
  fields.number("loaded", loaded, {.unit = "{particles}", .low = 1, .high = 1e18, .help = "Particles in one gel."});
  fields.number("medium_ml", medium_ml, {.unit = "mL", .low = 1e-3, .high = 1e6, .help = "Volume of the medium."});
  fields.number("sampled_ml", sampled_ml, {.unit = "mL", .low = 0, .high = 1e6, .help = "Volume of each sample."});
  fields.flag("replaced", replaced, {.help = "Fresh medium takes the place of each sample."});
  fields.numbers("times_h", times_h, {.unit = "h", .low = 0, .high = 1e6, .help = "Times of the samples."});
  fields.integer("gels", gels, {.low = 1, .high = 1000, .help = "Gels that are followed."});
  fields.number("reading_cv", reading_cv, {.low = 0, .high = 1, .help = "Relative standard deviation of a reading."});
  fields.number("limit", limit, {.low = 0, .high = 1e30, .help = "Particles per mL below which there is no number."});
  fields.choice("unit", unit, kUnits, {.help = "Unit of the readings; RFU: 1e-6 for a particle per mL."});
  fields.choice("decimal_mark", decimal_mark, kMarks, {.help = "Decimal mark of the file."});
}

double release_share(const ReleaseCurvePhantomSettings& s, double time_h) {
  const double rest = s.law == "slab" ? slab(time_h / s.tau_h) : -std::expm1(-std::pow(time_h / s.tau_h, s.shape));
  return s.burst * -std::expm1(-s.burst_per_h * time_h) + (1 - s.burst) * rest;
}

Rendered render_release_curve(const ReleaseCurvePhantomSettings& s, std::uint64_t seed) {
  Rendered out;
  const bool comma = s.decimal_mark == "comma";
  const bool signal = s.unit == "RFU";
  const std::string separator = comma ? ";" : ",";
  std::string text = join(std::array<std::string, 5>{"sample", "time (h)", "medium (mL)", "sampled (mL)",
                                                     signal ? "signal (RFU)" : "concentration (particles/mL)"},
                          separator) +
                     "\n";
  const auto number = [&](double value) {
    const std::string plain = fmt::format("{:.6g}", value);
    return comma ? replace_all(plain, ".", ",") : plain;
  };
  for (std::int64_t gel = 1; gel <= s.gels; ++gel) {
    const std::string sample = fmt::format("gel {}", gel);
    Random random(seed, static_cast<std::uint64_t>(gel));
    double taken = 0, volume = s.medium_ml;
    for (const double time : s.times_h) {
      const double share = release_share(s, time);
      const double concentration = (share * s.loaded - taken) / volume;
      const double seen = concentration * (1 + s.reading_cv * random.normal(0, 1));
      const double factor = signal ? kSignal : 1;
      const std::string cell = seen < s.limit ? "<" + number(s.limit * factor) : number(seen * factor);
      text += join(std::array<std::string, 5>{sample, number(time), number(volume), number(s.sampled_ml), cell},
                   separator) +
              "\n";
      taken += s.sampled_ml * concentration;
      if (!s.replaced) volume -= s.sampled_ml;
      add_truth(out.truth, "release.cumulative_fraction", sample, time, share);
    }
    for (const auto& [quantity, share] : {std::pair{"release.t50", 0.5}, std::pair{"release.t90", 0.9}})
      add_truth(out.truth, quantity, sample, kNaN, true_time(s, share));
    add_truth(out.truth, "release.burst_fraction", sample, kNaN, release_share(s, 24));
  }
  out.files.push_back({"release.csv", text, say("Samples of the medium of a release test")});
  return out;
}

const Phantom kReleaseCurvePhantom = {"release_curve", "Release tests",
                                      "Tables of a release test with a known law, noise and samples taken out.",
                                      make_settings, render};

}  // namespace vesica
