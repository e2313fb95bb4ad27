// SPDX-License-Identifier: Apache-2.0
#include "phantoms/course.h"

#include <cmath>

#include <fmt/format.h>

#include "vesica/base/hash.h"
#include "vesica/base/number.h"
#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

/// Two compartments: C(t) = A exp(-alpha t) + B exp(-beta t) after a bolus (Gabrielsson & Weiner 2012).
struct Animal {
  double clearance, a, alpha, b, beta;
  double at(double t) const { return a * std::exp(-alpha * t) + b * std::exp(-beta * t); }
};

Animal draw(const CoursePhantomSettings& s, Random& random) {
  const auto vary = [&](double median) { return median * std::exp(s.between * random.normal()); };
  const double clearance = vary(s.clearance_ml_per_h), exchange = vary(s.exchange_ml_per_h);
  const double central = vary(s.central_ml), peripheral = vary(s.peripheral_ml);
  const double k10 = clearance / central, k12 = exchange / central, k21 = exchange / peripheral;
  const double sum = k10 + k12 + k21, root = std::sqrt(sum * sum - 4 * k10 * k21);
  Animal out;
  out.clearance = clearance;
  out.alpha = (sum + root) / 2;
  out.beta = (sum - root) / 2;
  const double c0 = s.dose / central;
  out.a = c0 * (out.alpha - k21) / (out.alpha - out.beta);
  out.b = c0 * (k21 - out.beta) / (out.alpha - out.beta);
  return out;
}

void add_truth(ObservationTable& truth, const std::string& sample, std::string_view quantity, double value,
               std::string_view part = "") {
  Observation row;
  row.quantity = quantity;
  row.target = "plasma";
  row.sample = sample;
  row.part = part;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.unit = find_quantity(quantity)->unit;
  row.value = value;
  truth.add(row);
}

Rendered render(const AnySettings& any, std::uint64_t seed) {
  const auto& s = any.get<CoursePhantomSettings>();
  Rendered out;
  std::string text = "animal,time (h),plasma (particles/mL)\n";
  for (std::int64_t i = 0; i < s.subjects; ++i) {
    const std::string sample = fmt::format("M{}", i + 1);
    Random random(seed, hash64("course phantom", static_cast<std::uint64_t>(i)));
    const Animal animal = draw(s, random);
    for (const double t : s.times_h) {
      const double value = animal.at(t) * std::exp(s.noise * random.normal());
      const bool is_seen = value >= s.limit_per_ml;
      text += fmt::format("{},{},{}\n", sample, exact_number(t),
                          is_seen ? fmt::format("{:.4g}", value) : "<" + exact_number(s.limit_per_ml));
    }
    add_truth(out.truth, sample, "course.clearance", animal.clearance);
    add_truth(out.truth, sample, "course.half_life", std::log(2) / animal.beta);
    add_truth(out.truth, sample, "course.auc", s.dose / animal.clearance, "to infinity");
    add_truth(out.truth, sample, "course.mean_residence_time",
              (animal.a / (animal.alpha * animal.alpha) + animal.b / (animal.beta * animal.beta)) /
                  (animal.a / animal.alpha + animal.b / animal.beta));
  }
  out.files.push_back({"course.csv", std::move(text), "Particles per mL in plasma over time"});
  return out;
}

AnySettings make_settings() { return AnySettings::of<CoursePhantomSettings>(); }

}  // namespace

void CoursePhantomSettings::describe(Fields& fields) {
  fields.integer("subjects", subjects, {.low = 1, .high = 10000, .help = "Animals."});
  fields.number("dose", dose, {.low = 1, .high = 1e20, .help = "Particles given into the blood at once."});
  fields.number("clearance_ml_per_h", clearance_ml_per_h,
                {.unit = "mL/h", .low = 1e-6, .high = 1e6, .help = "Median clearance."});
  fields.number("exchange_ml_per_h", exchange_ml_per_h,
                {.unit = "mL/h", .low = 1e-6, .high = 1e6, .help = "Median flow between blood and tissue."});
  fields.number("central_ml", central_ml, {.unit = "mL", .low = 1e-6, .high = 1e6, .help = "Median volume of blood."});
  fields.number("peripheral_ml", peripheral_ml,
                {.unit = "mL", .low = 1e-6, .high = 1e6, .help = "Median volume of tissue."});
  fields.number("between", between, {.low = 0, .high = 2, .help = "Differences between animals: SD of the logarithm."});
  fields.number("noise", noise, {.low = 0, .high = 2, .help = "Error of a value: SD of the logarithm."});
  fields.numbers("times_h", times_h, {.unit = "h", .low = 0, .high = 1e5, .help = "Times of sampling."});
  fields.number("limit_per_ml", limit_per_ml,
                {.unit = "/mL", .low = 0, .high = 1e20, .help = "Values below it are written as below the limit."});
}

const Phantom kCoursePhantom = {
    "course",      "Time courses", "Particles in plasma over time, of animals with known clearance and half-life.",
    make_settings, render,
};

}  // namespace vesica
